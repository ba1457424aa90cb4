"""Packing: a network as numbers and text, from which ``nn.js`` builds it again in the browser."""

import base64
import gzip

import numpy as np

from lib import nn

# layer -> what nn.js needs to know of it apart from its arrays
KNOWN = {
    nn.AvgPool2d: lambda layer: {"kernel": layer.kernel_size, "stride": layer.stride},
    nn.BatchNorm1d: lambda layer: {"eps": layer.eps},
    nn.BatchNorm2d: lambda layer: {"eps": layer.eps},
    nn.Conv2d: lambda layer: {
        "kernel": layer.kernel_size,
        "stride": layer.stride,
        "padding": layer.padding,
    },
    nn.Dropout: lambda layer: {"p": layer.p},
    nn.Flatten: lambda layer: {},
    nn.GlobalAvgPool2d: lambda layer: {},
    nn.LeakyReLU: lambda layer: {"negativeSlope": layer.negative_slope},
    nn.Linear: lambda layer: {},
    nn.MaxPool2d: lambda layer: {"kernel": layer.kernel_size, "stride": layer.stride},
    nn.ReLU: lambda layer: {},
    nn.Sigmoid: lambda layer: {},
    nn.Softmax: lambda layer: {},
    nn.Tanh: lambda layer: {},
}


def pack(model, bits=16):
    """Return a network as numbers and text from which ``nn.js`` builds it again.

    Parameters
    ----------
    model : Sequential
        Made of the layers in ``KNOWN``; a Sequential may lie inside another.
    bits : int, optional
        16 or 8, for each weight. What has one axis only, such as a bias, keeps 32.

    Returns
    -------
    dict
        ``layers``, one dictionary for each, and ``arrays``: all of their numbers, little-endian
        and one after the other, as gzip in base64.

    Raises
    ------
    ValueError
        A layer is not in ``KNOWN``, or a weight is not finite; the message names it.

    Examples
    --------
    >>> layer = nn.Linear(3, 2, rng=np.random.default_rng(0))
    >>> pack(nn.Sequential(layer, nn.Tanh()))["layers"][1]
    {'kind': 'Tanh', 'arrays': []}
    """
    layers, content = [], []
    for layer in _in_a_row(model):
        settings = KNOWN[type(layer)](layer)
        arrays = {key: array for key, array in layer.state_dict().items() if array.ndim > 0}
        for key, array in arrays.items():
            if not np.isfinite(array).all():
                raise ValueError(f"{key} of {layer!r} is not finite, so no page can use it")
            settings[key] = {"shape": array.shape, "bits": bits if array.ndim > 1 else 32}
            if array.ndim > 1:
                integers, scales = quantize(array, bits)
                content += [scales.astype("<f4"), integers.astype(f"<i{bits // 8}")]
            else:
                content.append(array.astype("<f4"))
        layers.append({"kind": type(layer).__name__, "arrays": list(arrays)} | settings)
    return {"layers": layers, "arrays": zipped(b"".join(array.tobytes() for array in content))}


# With 16 bits, q runs from −32767 to 32767 and s is the largest |w| divided by 32767, so that w is
# nearly q s: no weight moves by more than s/2.
def quantize(weight, bits):
    """Round weights to integers, on a scale of its own for each row.

    Parameters
    ----------
    weight : ndarray of shape (O, ...)
        Weights of ``O`` units or templates.
    bits : int
        16 or 8.

    Returns
    -------
    integers : ndarray of shape (O, ...)
        int16 or int8.
    scales : ndarray of shape (O,), float32
        Multiply each row of the integers by its own to get nearly the weights.

    Examples
    --------
    >>> quantize(np.array([[0.5, -1.0], [0.0, 0.0]]), bits=8)
    (array([[  64, -127],
           [   0,    0]], dtype=int8), array([0.00787402, 0.        ], dtype=float32))
    """
    largest = 2 ** (bits - 1) - 1
    rows = weight.reshape(len(weight), -1)
    scales = (np.abs(rows).max(axis=1) / largest).astype(np.float32)
    steps = np.where(scales > 0, scales, 1)[:, None]  # a row of zeros stays one
    integers = np.clip(np.rint(rows / steps), -largest, largest)
    return integers.astype(f"int{bits}").reshape(weight.shape), scales


def _in_a_row(model):
    """Yield the layers of a network that ``nn.js`` knows, from first to last."""
    if isinstance(model, nn.Sequential):
        for layer in model:
            yield from _in_a_row(layer)
    elif isinstance(model, (nn.AvgPool2d, nn.MaxPool2d)) and model.padding != (0, 0):
        raise ValueError(f"no page can run {model}: it pools without padding; use padding=0")
    elif type(model) in KNOWN:
        yield model
    else:
        raise ValueError(
            f"no page can run {type(model).__name__}, only networks of "
            f"{', '.join(sorted(kind.__name__ for kind in KNOWN))}; use a network of those"
        )


def zipped(content):
    """Return bytes as gzip in base64, the same for the same bytes."""
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()
