"""A loss says in one number how wrong a batch of predictions is.

``loss(pred, target)`` is that number, a mean; ``loss.backward()`` is its gradient for the
predictions, where every backward pass starts. Each class below is two formulas, the loss and its
derivative; that the target is what the formulas mean is checked in ``targets.py``.
"""

import math

import numpy as np

from lib.nn.activations import log_softmax, sigmoid
from lib.nn.inputs import real, require_floats
from lib.nn.signatures import WithOptions
from lib.nn.targets import (
    classes,
    classes_or_probabilities,
    like_prediction,
    numbers,
    require_finite,
    shares,
)


class Loss(WithOptions):
    """The base of every loss: a subclass defines ``forward`` and ``backward``.

    ``forward`` returns the mean and keeps what ``backward`` needs with ``save``; ``backward`` gets
    it back from ``saved``. The target reaches ``forward`` as an array of real numbers.

    Attributes
    ----------
    rows_alone : bool
        Whether it is a mean over rows that have nothing to do with each other, so that several
        workers may share a batch.

    Examples
    --------
    A loss like the square for small misses and like the absolute value for large ones:

    >>> class LogCoshLoss(Loss):
    ...     def forward(self, pred, target):
    ...         difference = pred - target
    ...         self.save(difference)
    ...         return (np.logaddexp(difference, -difference) - np.log(2)).mean()
    ...
    ...     def backward(self):
    ...         (difference,) = self.saved()
    ...         return np.tanh(difference) / difference.size
    >>> from lib.gradcheck import gradcheck
    >>> gradcheck(LogCoshLoss(), np.array([0.1, -2.0]), np.array([0.0, 1.0])).ok
    True
    """

    rows_alone = True
    _saved = None  # what backward needs from the last forward

    def __call__(self, pred, target):
        """Return the mean loss of a batch, as a Python float.

        Parameters
        ----------
        pred : ndarray of floats, shape (N, ...)
            What the model said.
        target : ndarray
            What it should have said; converted to the dtype of ``pred`` unless it holds classes.

        Returns
        -------
        float

        Raises
        ------
        ValueError, TypeError
            If the batch is empty, or if shapes, dtypes or values are not what the loss expects,
            as when a target is nan.
        """
        name = type(self).__name__
        if require_floats(name, pred).size == 0:
            raise ValueError(f"{name} got an empty batch, {pred.shape}: the mean of nothing")
        target = numbers(self, target)
        value = float(self.forward(pred, target)) + 0.0  # -0.0 + 0.0 prints as 0.0
        if not math.isfinite(value):
            require_finite(self, target)
        return value

    def forward(self, pred, target):
        """Compute the loss and save what backward needs."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(pred, target)")

    def backward(self):
        """Return the gradient of the last loss for ``pred``, in the shape and dtype of ``pred``."""
        raise NotImplementedError(f"{type(self).__name__} must define backward()")

    def save(self, *saved):
        """Keep what ``backward`` needs."""
        self._saved = saved

    def saved(self):
        """Return what the last forward saved; a RuntimeError if there was none."""
        if self._saved is None:
            name = type(self).__name__
            raise RuntimeError(f"{name}.backward() came first: call loss(pred, target) before it")
        return self._saved

    def __repr__(self):
        return f"{type(self).__name__}()"


def sum_of_squares(x):
    """Return ``Σ x²``: lines of 1024 numbers in float32, which is fast, their sums in float64."""
    flat = x.ravel("K")  # in the order of the memory, so that nothing is copied
    whole = x.size - x.size % 1024
    lines, rest = flat[:whole].reshape(-1, 1024), flat[whole:]
    return np.vecdot(lines, lines).sum(dtype=np.float64) + np.vdot(rest, rest)


# L = 1/n Σ (p − t)²,  n = all entries of the batch  ⇒  ∂L/∂p = 2 (p − t) / n
class MSELoss(Loss):
    r"""Mean squared error, over all entries: large misses count most.

    The prediction holds floats in any shape, the target real numbers in the same shape. The
    gradient has the shape and dtype of the prediction, as for every loss.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, or a target is nan or infinite.
    TypeError
        If the prediction does not hold floats, or the target does not hold real numbers.

    Notes
    -----
    With the prediction :math:`p`, the target :math:`t` and :math:`n` entries in the batch,

    .. math::

        L = \frac{1}{n} \sum_i (p_i - t_i)^2, \qquad
        \frac{\partial L}{\partial p_i} = \frac{2}{n} (p_i - t_i)

    as in PyTorch: :math:`n` counts all entries, not only the rows.

    Examples
    --------
    >>> loss = MSELoss()
    >>> loss(np.array([1.0, 4.0]), np.array([1.0, 2.0])), loss.backward()
    (2.0, array([0., 2.]))
    """

    def forward(self, pred, target):
        """Return the mean of ``(p - t)²``."""
        difference = pred - like_prediction(self, pred, target)
        self.save(difference)
        return sum_of_squares(difference) / difference.size

    def backward(self):
        """Return ``2 (p - t) / n``."""
        (difference,) = self.saved()
        return difference * (2 / difference.size)


# L = 1/n Σ |p − t|  ⇒  ∂L/∂p = sign(p − t) / n, and 0 at the kink p = t
class L1Loss(Loss):
    r"""Mean absolute error, over all entries: a miss twice as large counts twice.

    The prediction holds floats in any shape, the target real numbers in the same shape.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, or a target is nan or infinite.
    TypeError
        If the prediction does not hold floats, or the target does not hold real numbers.

    Notes
    -----
    With the prediction :math:`p`, the target :math:`t` and :math:`n` entries in the batch,

    .. math::

        L = \frac{1}{n} \sum_i |p_i - t_i|, \qquad
        \frac{\partial L}{\partial p_i} = \frac{1}{n}\, \mathrm{sign}(p_i - t_i)

    The absolute value has no slope at :math:`p_i = t_i`; there the gradient is 0, as in PyTorch.

    Examples
    --------
    >>> loss = L1Loss()
    >>> loss(np.array([1.0, 4.0]), np.array([1.0, 2.0])), loss.backward()
    (1.0, array([0. , 0.5]))
    """

    def forward(self, pred, target):
        """Return the mean of ``|p - t|``."""
        difference = pred - like_prediction(self, pred, target)
        self.save(difference)
        return np.mean(np.abs(difference), dtype=np.float64)

    def backward(self):
        """Return ``sign(p - t) / n``."""
        (difference,) = self.saved()
        return np.sign(difference) / difference.size


# L = −1/n Σ t log p + (1 − t) log(1 − p)  ⇒  ∂L/∂p = (p − t) / (p (1 − p)) / n
class BCELoss(Loss):
    r"""Binary cross-entropy of probabilities, as ``Sigmoid`` gives them.

    The prediction holds floats between 0 and 1 in any shape; so does the target, in the same
    shape, or integers 0 and 1, or booleans.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, a prediction or a target lies outside [0, 1], or
        a target is nan.
    TypeError
        If the prediction does not hold floats, or the target does not hold real numbers.

    Notes
    -----
    With the prediction :math:`p`, the target :math:`t` and :math:`n` entries in the batch,

    .. math::

        L = -\frac{1}{n} \sum_i \bigl(t_i \log p_i + (1 - t_i) \log (1 - p_i)\bigr), \qquad
        \frac{\partial L}{\partial p_i} = \frac{p_i - t_i}{n\, p_i (1 - p_i)}

    A probability of exactly 0 or 1 for the wrong answer would cost :math:`-\log 0 = \infty`.
    As in PyTorch, a logarithm is never less than -100 and :math:`p (1 - p)` in the gradient never
    less than :math:`10^{-12}`. ``BCEWithLogitsLoss`` needs no such limits.

    Examples
    --------
    >>> loss = BCELoss()
    >>> round(loss(np.array([0.5, 0.5]), np.array([1, 0])), 4), loss.backward()
    (0.6931, array([-1.,  1.]))
    """

    def forward(self, pred, target):
        """Return the mean of ``-t log p - (1 - t) log(1 - p)``."""
        target = shares(self, "targets", like_prediction(self, pred, target))
        fix = "; put Sigmoid() last, or use BCEWithLogitsLoss"
        self.save(shares(self, "probabilities", pred, fix), target)
        with np.errstate(divide="ignore"):  # log(0) = -inf is what the limit is for
            log_p, log_q = np.maximum(np.log(pred), -100), np.maximum(np.log1p(-pred), -100)
        return -np.mean(target * log_p + (1 - target) * log_q, dtype=np.float64)

    def backward(self):
        """Return ``(p - t) / (p (1 - p)) / n``."""
        pred, target = self.saved()
        return (pred - target) / np.maximum(pred * (1 - pred), 1e-12) / pred.size


# p = 1 / (1 + e⁻ᶻ) put into BCE:  −t log p − (1 − t) log(1 − p) = log(1 + eᶻ) − t z
# log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|) cannot overflow  ⇒  ∂L/∂z = (p − t) / n
# max(z, 0) − t z = w |z|,  w = 1 − t where z > 0, else t: the share of the target that z denies
class BCEWithLogitsLoss(Loss):
    r"""Binary cross-entropy of scores: ``Sigmoid`` and ``BCELoss`` in one, safe for any score.

    The prediction holds floats in any shape; the target, in the same shape, holds numbers between
    0 and 1, such as integers 0 and 1, or booleans.

    Raises
    ------
    ValueError
        If the batch is empty, the shapes differ, or a target is nan or lies outside [0, 1].
    TypeError
        If the prediction does not hold floats, or the target does not hold real numbers.

    Notes
    -----
    With the score :math:`z`, the probability :math:`\sigma(z) = 1 / (1 + e^{-z})`, the target
    :math:`t` and :math:`n` entries in the batch,

    .. math::

        L = \frac{1}{n} \sum_i \bigl(\log (1 + e^{z_i}) - t_i z_i\bigr), \qquad
        \frac{\partial L}{\partial z_i} = \frac{1}{n} \bigl(\sigma(z_i) - t_i\bigr)

    It is computed as :math:`\max(z, 0) - t z + \log (1 + e^{-|z|})`, which cannot overflow.

    Examples
    --------
    >>> loss = BCEWithLogitsLoss()
    >>> round(loss(np.array([0.0, 0.0]), np.array([1, 0])), 4), loss.backward()
    (0.6931, array([-0.25,  0.25]))
    """

    def forward(self, pred, target):
        """Return the mean of ``log(1 + exp(z)) - t z``."""
        target = shares(self, "targets", like_prediction(self, pred, target))
        self.save(pred, target)
        size, against = np.abs(pred), np.where(pred > 0, 1 - target, target)
        cost = against * np.where(against > 0, size, 0)  # 0 where |z| = ∞ is right, not 0 · ∞
        return np.mean(cost + np.log1p(np.exp(-size)), dtype=np.float64)

    def backward(self):
        """Return ``(sigmoid(z) - t) / n``."""
        pred, target = self.saved()
        return (sigmoid(pred) - target) / pred.size


# L = −1/N Σₙ y[n, tₙ]  ⇒  ∂L/∂y = −1/N at each (n, tₙ), 0 elsewhere
class NLLLoss(Loss):
    r"""Negative log-likelihood of classes, from log-probabilities as ``LogSoftmax`` gives them.

    The prediction holds floats, shape (N, K), none of them positive; the target is one integer
    class a row, from 0 to K - 1, shape (N,).

    Raises
    ------
    ValueError
        If the batch is empty, a shape is another one, a class is not in 0 … K - 1, or a prediction
        is above 0.001, which is more than rounding lifts a log-probability.
    TypeError
        If the prediction does not hold floats, or the target does not hold integers.

    Notes
    -----
    With the log-probabilities :math:`y` and the right class :math:`t_n` of row :math:`n`,

    .. math::

        L = -\frac{1}{N} \sum_n y_{n t_n}, \qquad
        \frac{\partial L}{\partial y_{nk}} = -\frac{1}{N} [k = t_n]

    Examples
    --------
    >>> loss = NLLLoss()
    >>> round(loss(np.log([[0.5, 0.5], [0.2, 0.8]]), np.array([0, 1])), 4), loss.backward()
    (0.4581, array([[-0.5,  0. ],
           [ 0. , -0.5]]))
    """

    def forward(self, pred, target):
        """Return the mean of ``-y[n, t[n]]``."""
        labels = classes(self, pred, target)
        if pred.max() > 1e-3:  # rounding may lift a log-probability a little above 0
            raise ValueError(
                f"NLLLoss expected log-probabilities, which are never positive, got {pred.max()}; "
                "put LogSoftmax() last, or use CrossEntropyLoss"
            )
        self.save(pred, labels)
        return -pred[np.arange(len(pred)), labels].mean(dtype=np.float64)

    def backward(self):
        """Return ``-1 / N`` at each right answer and 0 elsewhere."""
        pred, labels = self.saved()
        grad = np.zeros_like(pred)
        grad[np.arange(len(pred)), labels] = -1 / len(pred)
        return grad


# L = −1/N Σₙ Σₖ tₙₖ log pₙₖ,  p = softmax(z),  Σₖ tₖ = 1 in each row
# ∂(−Σₖ tₖ log pₖ)/∂zⱼ = −Σₖ tₖ ([k = j] − pⱼ) = pⱼ − tⱼ  ⇒  ∂L/∂z = (p − t) / N
class CrossEntropyLoss(Loss):
    r"""Cross-entropy of classes, from scores (logits): ``LogSoftmax`` and ``NLLLoss`` in one.

    The prediction holds floats, shape (N, K). The target is one integer class a row, shape (N,), or
    one probability for each class, shape (N, K), of which one-hot rows are a special case.

    Parameters
    ----------
    label_smoothing : float, optional
        The share of each target to spread evenly over all classes. With 0.1 and ten classes the
        right one is asked for 91 % and not for 100 %, which no finite scores can reach.

    Raises
    ------
    ValueError
        If the batch is empty, a shape is another one, a class is not in 0 … K - 1, a row of
        probabilities does not add up to 1, or ``label_smoothing`` lies outside [0, 1].
    TypeError
        If the prediction does not hold floats, the classes are not integers, or
        ``label_smoothing`` is not a number.

    Notes
    -----
    With the scores :math:`z`, :math:`p = \mathrm{softmax}(z)` along each row, and the target
    :math:`t` as probabilities,

    .. math::

        L = -\frac{1}{N} \sum_n \sum_k t_{nk} \log p_{nk}, \qquad
        \frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - t_{nk})

    Label smoothing by :math:`\varepsilon` replaces the target :math:`t` by
    :math:`(1 - \varepsilon)\, t + \varepsilon / K`, as in PyTorch and in Szegedy et al. (2016).

    Examples
    --------
    >>> loss = CrossEntropyLoss()
    >>> round(loss(np.array([[0.0, 0.0]]), np.array([1])), 4), loss.backward()
    (0.6931, array([[ 0.5, -0.5]]))
    """

    def __init__(self, *, label_smoothing=0.0):
        self.label_smoothing = real(
            "CrossEntropyLoss", "label_smoothing", label_smoothing, at_least=0, at_most=1
        )

    def forward(self, pred, target):
        """Return the mean over the rows of ``-Σ t log p``."""
        t = classes_or_probabilities(self, pred, target)
        log_p = log_softmax(pred)
        self.save(log_p, t)
        if t.ndim == 1:
            cost = -log_p[np.arange(len(t)), t].mean(dtype=np.float64)
        else:  # a class of probability 0 costs nothing, even where log p = -∞
            cost = -(t * np.where(t > 0, log_p, 0)).sum(dtype=np.float64) / len(t)
        if self.label_smoothing:  # with 1 the target counts for nothing: 0, not 0 · ∞
            cost = (1 - self.label_smoothing) * cost if self.label_smoothing < 1 else 0
            cost -= self.label_smoothing * log_p.mean(dtype=np.float64)
        return cost

    def backward(self):
        """Return ``(p - t) / N``."""
        log_p, t = self.saved()
        grad = np.exp(log_p)
        if t.ndim == 1:
            grad[np.arange(len(t)), t] -= 1 - self.label_smoothing
        else:
            grad -= (1 - self.label_smoothing) * t
        if self.label_smoothing:
            grad -= self.label_smoothing / grad.shape[1]
        grad /= len(t)
        return grad

    def __repr__(self):
        smoothing = f"label_smoothing={self.label_smoothing}" if self.label_smoothing else ""
        return f"CrossEntropyLoss({smoothing})"
