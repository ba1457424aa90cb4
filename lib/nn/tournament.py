"""A short cut for max pooling: play a tournament in one row of windows after the other.

The maximum of a window is the maximum of its rows' maxima. So the numbers of a window play across
first: the champion so far meets the next one, and every match leaves a mask of who won. Then the
winners of the window's rows play down in the same way. Each match is one operation on a whole row
of windows, which stays in the processor's fast memory until all of them have been played.

Of equal numbers the first wins, since a challenger must be larger. Backwards, the gradient runs
through the masks in reverse: the last winner takes it, and nothing is left for those before.
"""

import numpy as np

from lib.nn.windows import count_windows, to_images, to_rows


def play(x, kernel, stride):
    """Return the maxima (N, C, Ho, Wo) of the windows of ``x`` (N, C, H, W), and who won."""
    (KH, KW), SH = kernel, stride[0]
    Ho, Wo = map(count_windows, x.shape[2:], kernel, stride)
    rows = to_rows(x)
    best = np.empty((KH, Wo, *rows.shape[2:]), x.dtype)  # of each row of a window
    y = np.empty((Ho, *best.shape[1:]), x.dtype)
    across, down = np.empty((KW, Ho, *best.shape), bool), np.empty((KH, *y.shape), bool)
    for h in range(Ho):
        match(columns(rows[SH * h : SH * h + KH], kernel, stride), best, across[:, h])
        match(best, y[h], down[:, h])
    return to_images(y), (across, down)


def hand_back(g, winners, shape, kernel, stride):
    """Return the gradient for images of some shape: each number of ``g`` for its winner."""
    (across, down), (N, C, H, W), (KH, _), SH = winners, shape, kernel, stride[0]
    grad = np.zeros((H, W, C, N), g.dtype)
    rows = np.empty(across.shape[2:], g.dtype)
    shares = np.empty((len(across), *rows.shape), g.dtype)
    for h, g_h in enumerate(to_rows(g)):
        places = columns(grad[SH * h : SH * h + KH], kernel, stride)
        give(g_h, rows, down[:, h])
        if kernel == stride:  # the windows lie side by side
            give(rows, places, across[:, h])
        else:
            give(rows, shares, across[:, h])
            for place, share in zip(places, shares, strict=True):
                place += share
    return to_images(grad)


def columns(rows, kernel, stride):
    """Return views of rows (KH, W, C, N): every window's first column, its second, and so on."""
    KW, SW = kernel[1], stride[1]
    span = SW * (count_windows(rows.shape[1], KW, SW) - 1) + 1
    return [rows[:, j : j + span : SW] for j in range(KW)]


def match(players, best, won):
    """Write the largest of the players into ``best``, and who beat all those before to ``won``."""
    champion, *challengers = players
    for i, challenger in enumerate(challengers, 1):
        np.greater(challenger, champion, out=won[i])
        champion = np.maximum(champion, challenger, out=best)
    if not challengers:
        best[...] = champion


def give(g, places, won):
    """Write ``g`` to the place of the last who won, and 0 to those before."""
    for i in range(len(places) - 1, 0, -1):
        np.multiply(g, won[i], out=places[i])
        g = np.subtract(g, places[i], out=places[0])
    if len(places) == 1:
        places[0][...] = g
