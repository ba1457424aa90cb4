"""Clipping: one batch with a huge gradient must not throw the weights away.

Call one of these between ``backward`` and ``step``; ``fit(..., clip_norm=1.0)`` does so for you.
"""

import math

import numpy as np

from lib.nn.inputs import real
from lib.optim.optimizer import parameter_list


def clip_grad_norm(params, max_norm):
    r"""Shorten the gradient, all parameters together, to ``max_norm`` if it is longer.

    Its direction stays, so the step goes the same way, but not as far.

    Parameters
    ----------
    params : list of Parameter
        Whose gradients to change, in place.
    max_norm : float
        The greatest length allowed.

    Returns
    -------
    float
        The length before: :math:`\lVert g \rVert = \sqrt{\sum g_i^2}` over all entries of all
        gradients. If it is infinite or nan, no clipping can help; look for the cause.

    Raises
    ------
    ValueError
        If ``max_norm`` is negative.

    Notes
    -----
    As in PyTorch, where the name ends in an underscore:
    :math:`g \leftarrow g \cdot \min(1, \text{max\_norm} / (\lVert g \rVert + 10^{-6}))`.

    Examples
    --------
    >>> from lib import nn
    >>> w = nn.Parameter(np.zeros(2))
    >>> w.grad += [30.0, 40.0]
    >>> clip_grad_norm([w], max_norm=5)
    50.0
    >>> w.grad.round(4)
    array([3., 4.])
    """
    require_limit("clip_grad_norm", "max_norm", max_norm)
    grads = [parameter.grad for parameter in parameter_list("clip_grad_norm", params)]
    # The squares are summed in float64: those of float32 numbers above 1e19 would overflow.
    norm = math.sqrt(sum(float(np.square(g, dtype=np.float64).sum()) for g in grads))
    share = max_norm / (norm + 1e-6)
    if not share >= 1:  # also where the norm is nan
        for grad in grads:
            grad *= share
    return norm


def clip_grad_value(params, clip_value):
    """Clip every entry of every gradient to the range from ``-clip_value`` to ``clip_value``.

    Parameters
    ----------
    params : list of Parameter
        Whose gradients to change, in place. Their direction changes too.
    clip_value : float
        The greatest size allowed.

    Raises
    ------
    ValueError
        If ``clip_value`` is negative.

    Examples
    --------
    >>> from lib import nn
    >>> w = nn.Parameter(np.zeros(2))
    >>> w.grad += [-30.0, 2.0]
    >>> clip_grad_value([w], 5)
    >>> w.grad
    array([-5.,  2.])
    """
    require_limit("clip_grad_value", "clip_value", clip_value)
    for parameter in parameter_list("clip_grad_value", params):
        np.clip(parameter.grad, -clip_value, clip_value, out=parameter.grad)


def require_limit(who, name, value):
    """Raise an error unless ``value`` is a number of at least 0; infinity clips nothing."""
    if value != math.inf:
        real(who, name, value, at_least=0)
