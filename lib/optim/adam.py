"""Adam: momentum for the direction, RMSprop for the length of the step."""

import math

import numpy as np

from lib.optim.optimizer import Optimizer


class Adam(Optimizer):
    r"""Step along the mean of the last gradients, over the root of their mean square.

    A weight whose gradient keeps its sign moves by about ``lr`` in each step, however small the
    gradient; one whose gradient changes sign all the time hardly moves.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    lr : float, optional
        The learning rate: about how far the surest weights go in one step.
    betas : tuple of two floats, optional
        How much of the running mean, and of the running mean square, to keep in each step.
    eps : float, optional
        Keeps the division finite where gradients are zero.
    weight_decay : float, optional
        Pull every weight towards zero, by adding this share of it to the gradient. Adam then
        divides that pull by the gradients' size too, which is seldom what you want: see ``AdamW``.

    Raises
    ------
    ValueError
        If a number is negative or not finite, ``eps`` is 0, or ``betas`` are not two numbers below
        1.

    Notes
    -----
    PyTorch's formulas (Kingma and Ba, 2015), with :math:`\lambda` the weight decay and :math:`t`
    the number of this step:

    .. math::

        g &\leftarrow \nabla L + \lambda w \\
        m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\
        v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\
        w &\leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}, \qquad
        \hat m = \frac{m}{1 - \beta_1^t}, \quad \hat v = \frac{v}{1 - \beta_2^t}

    Both means start at zero, so at first they are too small. After :math:`t` steps the weights in
    the mean :math:`m` add up to :math:`1 - \beta_1^t` instead of 1; dividing by that corrects it.

    Examples
    --------
    >>> from lib import nn
    >>> w = nn.Parameter(np.array([1.0, -2.0]))
    >>> adam = Adam([w], lr=0.01)
    >>> w.grad += [1e-3, -1e3]        # a million times apart: both steps are ± lr
    >>> adam.step()
    >>> w.data
    array([ 0.9900001, -1.99     ])
    """

    shares = ("betas",)

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
        self.remember("mean")
        self.remember("mean_square")

    def checked(self, setting, value):
        """Return a setting; of ``betas``, both numbers."""
        if setting != "betas":
            return super().checked(setting, value)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise ValueError(
                f"{type(self).__name__} expected betas of two numbers, such as (0.9, 0.999), got "
                f"{value!r}"
            )
        first, second = value
        return super().checked(setting, first), super().checked(setting, second)

    def update(self, w, g, mean, mean_square):
        """Move one parameter by its mean gradient over the gradient's usual size, in place."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        self.move(w, g, mean, mean_square)

    def move(self, w, g, m, v):
        """Move ``w``, given its means ``m`` and ``v`` up to the last step."""
        beta1, beta2 = self.betas
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g * g
        # Both corrections are numbers, not arrays. Multiplied out, they cost no pass over an array:
        # (m / c₁) / (√(v / c₂) + ε) = √c₂ / c₁ · m / (√v + √c₂ ε)
        root = math.sqrt(1 - beta2**self.steps)
        rate = self.lr * root / (1 - beta1**self.steps)
        w -= rate * m / (np.sqrt(v) + root * self.eps)


class AdamW(Adam):
    r"""Adam with the weight decay kept apart from the gradient, as it is in plain SGD.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    lr : float, optional
        The learning rate: about how far the surest weights go in one step.
    betas : tuple of two floats, optional
        As in ``Adam``.
    eps : float, optional
        As in ``Adam``.
    weight_decay : float, optional
        In each step every weight loses ``lr · weight_decay`` of itself, whatever its gradients are.

    Raises
    ------
    ValueError
        As ``Adam``.

    Notes
    -----
    PyTorch's formula (Loshchilov and Hutter, 2019):
    first :math:`w \leftarrow w - \eta \lambda w`, then the step of ``Adam`` with
    :math:`g = \nabla L`.

    Examples
    --------
    The same weight decay, in ``AdamW`` and in ``Adam``, and no other gradient. The first shrinks
    the weights by the same share; the second takes a step of ``lr`` with both, whatever their size:

    >>> from lib import nn
    >>> for optimizer in AdamW, Adam:
    ...     w = nn.Parameter(np.array([1.0, -100.0]))
    ...     optimizer([w], lr=0.1, weight_decay=0.1).step()
    ...     print(optimizer.__name__, w.data.round(6))
    AdamW [  0.99 -99.  ]
    Adam [  0.9 -99.9]
    """

    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(self, w, g, mean, mean_square):
        """Shrink one parameter a little, then move it, in place."""
        w *= 1 - self.lr * self.weight_decay
        self.move(w, g, mean, mean_square)
