"""Learning without labels: two views of one image should get similar codes, all others not."""

import numpy as np

from lib.nn.activations import log_softmax
from lib.nn.inputs import real, require_floats
from lib.nn.losses import Loss
from lib.nn.module import Module


class PerView(Module):
    """Run one network over every view of an image: (N, V, H, W) in, (N, V, D) out.

    Parameters
    ----------
    network : Module
        Takes images of one channel, (N, 1, H, W), and gives rows, (N, D).

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn
    >>> linear = nn.Linear(784, 32, rng=np.random.default_rng(0))
    >>> network = nn.Sequential(nn.Flatten(), linear)
    >>> PerView(network)(np.zeros((5, 2, 28, 28), np.float32)).shape
    (5, 2, 32)
    """

    def __init__(self, network):
        self.network = network

    def forward(self, x):
        """Return the network's rows for each view."""
        self.views = require_floats("PerView", x).shape[1]
        rows = self.network(x.reshape(-1, 1, *x.shape[2:]))
        y = rows.reshape(len(x), self.views, *rows.shape[1:])
        self.save(None, output=y)
        return y

    def backward(self, grad_output):
        """Run backward through the network; return the gradient for the views."""
        return self._views(self.network.backward(self._rows(grad_output)))

    def backward_params(self, grad_output):
        """Add the gradients of the network's parameters."""
        self.network.backward_params(self._rows(grad_output))

    def backward_input(self, grad_output):
        """Return the gradient for the views and leave the parameters' gradients alone."""
        return self._views(self.network.backward_input(self._rows(grad_output)))

    def _rows(self, grad_output):
        self.require_gradient(grad_output)
        return grad_output.reshape(-1, grad_output.shape[2])

    def _views(self, grad):
        return grad.reshape(-1, self.views, *grad.shape[2:])


# u = z / |z|, s = u uᵀ / τ with −∞ on the diagonal, tᵢ the other view of i:
# L = cross-entropy of the 2N rows of s with the classes t
# ⇒  G = ∂L/∂s = (softmax(s) − onehot) / 2N
# s is symmetric in u: ∂L/∂u = (G + Gᵀ) u / τ;  ∂u/∂z projects: ∂L/∂z = (g − u (u · g)) / |z|
class NTXentLoss(Loss):
    r"""Normalised, temperature-scaled cross-entropy: which of all other rows is my other view?

    The prediction holds floats, shape (N, 2, D): a row of D numbers for each of the two views of N
    images. The rows are compared with each other only, so there is no target: ``loss(pred)``. Give
    one, as ``fit`` does, and any real numbers will do; they are ignored.

    Parameters
    ----------
    temperature : float, optional
        The smaller, the more the rows that are already similar count.

    Raises
    ------
    ValueError
        If the temperature is not positive, the batch is empty, or the predictions have another
        shape.
    TypeError
        If the temperature is not a number, or the prediction does not hold floats.

    Notes
    -----
    Number the rows of all views 1 to 2N. With the row :math:`z_i`, its direction
    :math:`u_i = z_i / |z_i|`, the temperature :math:`\tau`, the scores
    :math:`s_{ij} = u_i \cdot u_j / \tau` and :math:`t(i)`, the other view of row :math:`i`,

    .. math::

        L &= -\frac{1}{2N} \sum_i \log p_{i\,t(i)}, \qquad
        p_{ij} = \frac{e^{s_{ij}}}{\sum_{k \neq i} e^{s_{ik}}}, \qquad p_{ii} = 0 \\
        g_i &= \frac{1}{\tau} \sum_j (G_{ij} + G_{ji})\, u_j, \qquad
        G_{ij} = \frac{1}{2N} \bigl(p_{ij} - [j = t(i)]\bigr) \\
        \frac{\partial L}{\partial z_i} &= \frac{g_i - (g_i \cdot u_i)\, u_i}{|z_i|}

    as in Chen et al. (2020). It is what ``CrossEntropyLoss`` makes of these scores.

    Examples
    --------
    Two images, whose views agree within an image and not across: the loss is small. A lower
    temperature makes it smaller still.

    >>> views = np.array([[[1.0, 0.0], [2.0, 0.0]], [[0.0, 1.0], [0.0, 3.0]]])
    >>> round(NTXentLoss()(views), 4), round(NTXentLoss(temperature=0.1)(views), 4)
    (0.2395, 0.0001)
    """

    rows_alone = False  # each row is compared with all the others

    def __init__(self, temperature=0.5):
        self.temperature = real("NTXentLoss", "temperature", temperature, above=0)

    def __call__(self, pred, target=None):
        """Return the mean loss of a batch; there is nothing to compare it with."""
        return super().__call__(pred, 0 if target is None else target)

    def forward(self, pred, target):
        """Return the mean over all rows of ``-log softmax`` at the other view."""
        if pred.ndim != 3 or pred.shape[1] != 2:
            raise ValueError(
                f"NTXentLoss expected two views of each image, (N, 2, D), got {pred.shape}; "
                "PerView(network) gives them from images with two channels"
            )
        z = pred.reshape(-1, pred.shape[2])  # rows 2i and 2i + 1 are views of image i
        length = np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-12)  # or 0 / 0 = nan
        u = z / length
        s = u @ u.T / self.temperature
        np.fill_diagonal(s, -np.inf)
        log_p, rows = log_softmax(s), np.arange(len(z))
        self.save(pred.shape, u, length, log_p)
        return -log_p[rows, _other_view(rows)].mean()

    def backward(self):
        """Return the gradient for ``pred``."""
        shape, u, length, log_p = self.saved()
        grad, rows = np.exp(log_p), np.arange(len(u))
        grad[rows, _other_view(rows)] -= 1
        g = (grad + grad.T) @ u / (self.temperature * len(u))
        g -= u * (u * g).sum(axis=1, keepdims=True)
        return (g / length).reshape(shape)

    def __repr__(self):
        return f"NTXentLoss(temperature={self.temperature:g})"


def _other_view(rows):
    """Return the row of each image's other view: rows 0 and 1 belong together, then 2 and 3."""
    return rows ^ 1  # which flips the last bit
