"""Winograd's short cut: convolutions of 3×3 with fewer than half of the multiplications.

Seven neighbouring outputs y of a template of three weights w look at nine inputs x, and cost
7 · 3 = 21 multiplications. With three fixed matrices, A (7×9), G (9×3) and B (9×9), it takes nine,
those marked ⊙, which multiplies number by number:

    y = A [(G w) ⊙ (B x)]

Why is that true? Read w and any seven numbers g as the coefficients of two polynomials, of degree 2
and 6. Their product s has degree 8, so it is known by its values at nine points, and at a point the
product costs one multiplication. Let G and Aᵀ evaluate at the points, and Bᵀ find the coefficients
from the values:

    s = Bᵀ [(G w) ⊙ (Aᵀ g)]

But s is also the backward pass of the convolution: its coefficients, s[k] = Σ w[j] g[k - j], are
what the nine inputs get if g is the gradient for y. So g · y = x · s, for every g, and

    x · s = (B x) · [(G w) ⊙ (Aᵀ g)] = g · A [(G w) ⊙ (B x)].

Here it is done down the columns of an image: x, w and y are rows of pixels, and each ⊙ becomes a
matrix product over the channels and the three weights across. What B, G and A cost is shared: by
all templates that look at a row, and by all rows that a template looks at. By the chain rule the
gradient for the weights is Gᵀ [(B x) ⊙ (Aᵀ g)].

The price is accuracy. A holds powers of the points, up to 2⁶ = 64. The products, multiplied by
them, are many times as large as the outputs that they add up to: terms of opposite signs cancel,
and their rounding stays. In float32 the error is about 1e-5 of the largest output, twenty times
that of the plain sum (Winograd, 1980; Lavin and Gray, 2016).
"""

import numpy as np

from lib.nn import speed
from lib.nn.windows import to_images, to_rows

POINTS = 0, 1, -1, 2, -2, 1 / 2, -1 / 2, 3 / 2  # and infinity


def matrices(points):
    r"""Return the three matrices of Winograd's convolution, which saves multiplications.

    Three weights :math:`w` slide along the inputs :math:`x`. Instead of multiplying each weight by
    each input it meets, mix the weights by G and the inputs by B, multiply number by number, and
    mix the products by A: :math:`y = A\,[(G w) \odot (B x)]`.

    Parameters
    ----------
    points : sequence of float
        K different numbers, at which two polynomials are multiplied; infinity is added to them.

    Returns
    -------
    A : ndarray of shape (K - 1, K + 1)
        From the products to K - 1 outputs.
    G : ndarray of shape (K + 1, 3)
        From the weights to what is multiplied.
    B : ndarray of shape (K + 1, K + 1)
        From the inputs to what they are multiplied by.

    Notes
    -----
    A polynomial's value "at infinity" is its leading coefficient. Lagrange's formula finds
    :math:`s` from its values,

    .. math::

        s(t) = \sum_j s(p_j) \prod_i \frac{t - p_i}{p_j - p_i} + s(\infty) \prod_i (t - p_i).

    The first product runs over the points other than :math:`p_j`, the last one over all. The
    denominators go from B to G, which is smaller. The head of the file says why this works
    (Winograd, 1980; Lavin and Gray, 2016).

    Examples
    --------
    >>> A, G, B = matrices([0, 1, -1])
    >>> x, w = np.array([1.0, 2.0, 3.0, 5.0]), np.array([1.0, 0.0, 2.0])
    >>> (A @ ((G @ w) * (B @ x))).round(9)  # four multiplications
    array([ 7., 12.])
    >>> np.array([x[0:3] @ w, x[1:4] @ w])  # six
    array([ 7., 12.])
    """
    points = np.array(points)
    seen, tile = len(points) + 1, len(points) - 1
    A, G, B = np.zeros((tile, seen)), np.zeros((seen, 3)), np.zeros((seen, seen))
    for j, p in enumerate(points):
        others = np.delete(points, j)
        A[:, j] = p ** np.arange(tile)
        G[j] = p ** np.arange(3) / np.prod(p - others)
        B[j, :-1] = np.poly(others)[::-1]
    A[-1, -1] = G[-1, -1] = 1
    B[-1] = np.poly(points)[::-1]
    return A, G, B


A, G, B = (matrix.astype(np.float32) for matrix in matrices(POINTS))


def applies(weight, stride, padding):
    """Return whether the short cut can be taken for this weight, and pays."""
    can = weight.shape[2:] == (3, 3) and stride == (1, 1) and max(padding) <= 2
    pays = min(weight.shape[:2]) >= 8 and weight.dtype == np.float32
    return can and pays and speed.short_cuts()


def correlate(x, weight, padding):
    """Return ``conv.correlate(x, weight, (1, 1), padding)``."""
    rows, (templates, C) = to_rows(x), weight.shape[:2]
    H, W, _, N = rows.shape
    Ho, Wo, tile = H + 2 * padding[0] - 2, W + 2 * padding[1] - 2, len(A)
    tiles = -(-Ho // tile)  # rounded up: the last tile may reach beyond the image
    y = np.empty((tiles * tile, Wo, templates, N), rows.dtype)
    Gw = (G @ weight.transpose(2, 0, 3, 1).reshape(3, -1)).reshape(-1, 1, templates, 3 * C)
    for top, Bx in by_tiles(B, rows, Ho, padding):  # Gw is (9, 1, O, 3·C), Bx (9, W + 2 PW, C, N)
        down_the_columns(A, Gw @ three_across(Bx), out=y[top : top + tile])
    return to_images(y[:Ho])


def weight_gradient(x, g, padding):
    """Return ``conv.weight_gradient(x, g, weight, (1, 1), padding)``."""
    rows, g = to_rows(x), to_rows(g)
    Ho, _, templates, _ = g.shape
    C, total = rows.shape[2], 0  # the total becomes (9, 3·C, O)
    tiles = by_tiles(B, rows, Ho, padding), by_tiles(A.T, g, Ho, (0, 0))
    for (_, Bx), (_, Ag) in zip(*tiles, strict=True):
        total += (three_across(Bx) @ Ag.swapaxes(2, 3)).sum(axis=1)
    return (G.T @ total.reshape(len(G), -1)).reshape(3, 3, C, templates).transpose(3, 2, 0, 1)


# Each pixel gets a share from the windows around it: a convolution of g with the template turned.
def spread(g, weight, padding):
    """Return ``conv.spread(g, weight, size, (1, 1), padding)``."""
    turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    return correlate(g, turned, (2 - padding[0], 2 - padding[1]))


def by_tiles(M, rows, Ho, padding):
    """Yield where each tile of outputs begins, and M times the rows that it sees, padding included.

    The zeros around an image are never stored: M times zero is zero.
    """
    (PH, PW), (H, W, C, N), tile = padding, rows.shape, len(A)
    out = np.zeros((len(M), W + 2 * PW, C, N), rows.dtype)
    for top in range(0, Ho, tile):
        first, last = max(top - PH, 0), min(top - PH + M.shape[1], H)
        inside = M[:, first - top + PH : last - top + PH]
        down_the_columns(inside, rows[first:last], out[:, PW : PW + W])
        yield top, out


def down_the_columns(M, rows, out):
    """Write M (m, k) times rows (k, W, C, N) into ``out`` (m, W, C, N).

    A row of pixels takes the place of a number of the vector that M is multiplied with.
    """
    _, W, C, N = rows.shape
    rows, out = (a.reshape(len(a), W, C * N).swapaxes(0, 1) for a in (rows, out))
    np.matmul(M, rows, out=out)


def three_across(X):
    """Return (9, W, C, N) as (9, W - 2, 3·C, N): three pixels side by side follow each other."""
    seen, W, C, N = X.shape
    return np.lib.stride_tricks.as_strided(X, (seen, W - 2, 3 * C, N), X.strides)
