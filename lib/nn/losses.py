"""A loss says in one number how wrong a batch of predictions is.

``loss(pred, target)`` is that number, a mean; ``loss.backward()`` is its gradient for the
predictions, where every backward pass starts. Each class below is two formulas, the loss and its
derivative, and the check that the target is what the formula means.
"""

import numpy as np

from lib.nn.activations import log_softmax, sigmoid
from lib.nn.module import require_floats


class Loss:
    """The base of every loss: checks what they share, then calls ``forward``."""

    _saved = None

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
            If the batch is empty, or if shapes, dtypes or values are not what the loss expects.
        """
        name = type(self).__name__
        if require_floats(name, pred).size == 0:
            raise ValueError(
                f"{name} got an empty batch of shape {pred.shape}: no rows have no mean"
            )
        return float(self.forward(pred, np.asarray(target)))

    def backward(self):
        """Return the gradient of the last loss for ``pred``, in the shape and dtype of ``pred``.

        Raises
        ------
        RuntimeError
            If no loss has been computed yet.
        """
        if self._saved is None:
            name = type(self).__name__
            raise RuntimeError(f"{name}.backward() came first: call loss(pred, target) before it")
        return self.gradient(*self._saved)

    def accuracy(self):
        """Return the share of right answers in the last batch; None if answers are measurements."""
        right = self.right(*self._saved)
        return None if right is None else float(right.mean())

    def right(self, *saved):
        """Return which answers of the last batch were right, or None."""
        return None

    def __repr__(self):
        return f"{type(self).__name__}()"


# L = 1/n Σ (p − t)²  ⇒  ∂L/∂p = 2 (p − t) / n,  n = all entries of the batch
class MSELoss(Loss):
    """Mean squared error, over all entries: large misses count most."""

    def forward(self, pred, target):
        """Return the mean of ``(pred - target)²``."""
        difference = pred - _same_shape(self, pred, target)
        self._saved = (difference,)
        return np.mean(difference * difference)

    def gradient(self, difference):
        """Return ``2 (pred - target) / n``."""
        return difference * (2 / difference.size)


# L = 1/n Σ |p − t|  ⇒  ∂L/∂p = sign(p − t) / n   (0 where p = t)
class L1Loss(Loss):
    """Mean absolute error, over all entries: a miss twice as large counts twice."""

    def forward(self, pred, target):
        """Return the mean of ``|pred - target|``."""
        difference = pred - _same_shape(self, pred, target)
        self._saved = (difference,)
        return np.mean(np.abs(difference))

    def gradient(self, difference):
        """Return ``sign(pred - target) / n``."""
        return np.sign(difference) / difference.size


# L = −1/n Σ t log p + (1 − t) log(1 − p)  ⇒  ∂L/∂p = (p − t) / (p (1 − p)) / n
class BCELoss(Loss):
    """Binary cross-entropy of probabilities, as ``Sigmoid`` gives them.

    Notes
    -----
    A probability of exactly 0 or 1 for the wrong answer would cost :math:`-\\log 0 = \\infty`.
    As in PyTorch, a logarithm is never less than -100 and :math:`p (1 - p)` in the gradient never
    less than :math:`10^{-12}`. ``BCEWithLogitsLoss`` needs no such limits.
    """

    def forward(self, pred, target):
        """Return the mean of ``-t log p - (1 - t) log(1 - p)``."""
        target = _share(self, "targets", _same_shape(self, pred, target))
        _share(self, "probabilities (put Sigmoid() last, or use BCEWithLogitsLoss)", pred)
        self._saved = pred, target
        with np.errstate(divide="ignore"):  # log(0) = -inf is what the limit is for
            log_p, log_q = np.maximum(np.log(pred), -100), np.maximum(np.log1p(-pred), -100)
        return -np.mean(target * log_p + (1 - target) * log_q)

    def gradient(self, pred, target):
        """Return ``(p - t) / (p (1 - p)) / n``."""
        return (pred - target) / np.maximum(pred * (1 - pred), 1e-12) / pred.size

    def right(self, pred, target):
        """Return where ``p > 0.5`` agrees with the target."""
        return (pred > 0.5) == (target > 0.5)


# p = 1 / (1 + e⁻ᶻ) put into BCE and simplified, with log p = −log(1 + e⁻ᶻ):
# L = 1/n Σ log(1 + eᶻ) − t z = 1/n Σ max(z, 0) − t z + log(1 + e^−|z|)  ⇒  ∂L/∂z = (p − t) / n
class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of scores: ``Sigmoid`` and ``BCELoss`` in one, safe for any score."""

    def forward(self, pred, target):
        """Return the mean of ``max(z, 0) - t z + log(1 + exp(-|z|))``."""
        target = _share(self, "targets", _same_shape(self, pred, target))
        self._saved = pred, target
        return np.mean(np.maximum(pred, 0) - target * pred + np.log1p(np.exp(-np.abs(pred))))

    def gradient(self, pred, target):
        """Return ``(sigmoid(z) - t) / n``."""
        return (sigmoid(pred) - target) / pred.size

    def right(self, pred, target):
        """Return where ``z > 0`` agrees with the target."""
        return (pred > 0) == (target > 0.5)


# L = −1/N Σₙ y[n, tₙ]  ⇒  ∂L/∂y = −1/N at (n, tₙ), 0 elsewhere
class NLLLoss(Loss):
    """Negative log-likelihood of classes, from log-probabilities as ``LogSoftmax`` gives them."""

    def forward(self, pred, target):
        """Return the mean of ``-pred[n, target[n]]``."""
        index = _right_answers(self, pred, target)
        if pred.max() > 1e-3:  # rounding may lift a log-probability a little above 0
            raise ValueError(
                f"NLLLoss expected log-probabilities, which are never positive, got {pred.max()}; "
                "put LogSoftmax() last, or use CrossEntropyLoss"
            )
        self._saved = pred, index
        return -pred[index].mean()

    def gradient(self, pred, index):
        """Return ``-1 / N`` at each right answer and 0 elsewhere."""
        grad = np.zeros_like(pred)
        grad[index] = -1 / len(pred)
        return grad

    def right(self, pred, index):
        """Return where the most likely class is the right one."""
        return pred.argmax(axis=1) == index[1]


# L = −1/N Σₙ Σₖ tₙₖ log pₙₖ with p = softmax(z) and Σₖ tₙₖ = 1
# ∂(−Σₖ tₖ log pₖ)/∂zⱼ = −Σₖ tₖ ([k = j] − pⱼ) = pⱼ − tⱼ  ⇒  ∂L/∂z = (p − t) / N
class CrossEntropyLoss(Loss):
    """Cross-entropy of classes, from scores (logits): ``LogSoftmax`` and ``NLLLoss`` in one.

    The target is one integer class a row, shape (N,), or one probability for each class, shape
    (N, K), of which one-hot rows are a special case.
    """

    def forward(self, pred, target):
        """Return the mean over the rows of ``-Σ t log softmax(z)``."""
        if pred.ndim == 2 and target.shape == pred.shape:
            target = _share(self, "target probabilities", target.astype(pred.dtype))
            if np.abs(target.sum(axis=1) - 1).max() > 1e-3:
                raise ValueError("CrossEntropyLoss expected target rows that add up to 1")
        else:
            target = _right_answers(self, pred, target)
        log_p = log_softmax(pred)
        self._saved = log_p, target
        if isinstance(target, tuple):
            return -log_p[target].mean()
        return -(target * log_p).sum() / len(pred)

    def gradient(self, log_p, target):
        """Return ``(softmax(z) - t) / N``."""
        grad = np.exp(log_p)
        if isinstance(target, tuple):
            grad[target] -= 1
        else:
            grad -= target
        return grad / len(grad)

    def right(self, log_p, target):
        """Return where the highest score is that of the right class."""
        labels = target[1] if isinstance(target, tuple) else target.argmax(axis=1)
        return log_p.argmax(axis=1) == labels


def _same_shape(loss, pred, target):
    """Return ``target`` in the dtype of ``pred``, if it has the shape of ``pred``."""
    if target.shape != pred.shape:
        raise ValueError(
            f"{type(loss).__name__} expected a target of shape {pred.shape}, like the prediction, "
            f"got {target.shape}; use target.reshape(pred.shape), or NumPy would pair every "
            "prediction with every target"
        )
    return target.astype(pred.dtype, copy=False)


def _share(loss, what, values):
    """Return ``values`` if none of them lies outside [0, 1]."""
    if values.min() < 0 or values.max() > 1:
        raise ValueError(
            f"{type(loss).__name__} expected {what} between 0 and 1, "
            f"got {values.min()} to {values.max()}"
        )
    return values


def _right_answers(loss, pred, labels):
    """Return the index ``(rows, labels)`` of the right answers in ``pred``."""
    name = type(loss).__name__
    if pred.ndim != 2 or labels.shape != pred.shape[:1]:
        mend = "; use labels.ravel()" if labels.shape == (len(pred), 1) else ""
        raise ValueError(
            f"{name} expected predictions (N, K) and labels (N,), "
            f"got {pred.shape} and {labels.shape}{mend}"
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(
            f"{name} expected integer labels, got {labels.dtype}; use labels.astype(np.int64)"
        )
    n, k = pred.shape
    if labels.min() < 0 or labels.max() >= k:
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise ValueError(f"{name} expected labels 0 … {k - 1} for {k} classes, got {wrong}")
    return np.arange(n), labels
