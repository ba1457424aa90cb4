"""Layers for images: equal to plain loops for every shape, and clear about what cannot be."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib import loops, nn

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))
strides = st.tuples(st.integers(1, 3), st.integers(1, 3))
paddings = st.tuples(st.integers(0, 3), st.integers(0, 3))
dtypes = st.sampled_from([np.float32, np.float64])
batches = st.sampled_from([0, 1, 2, 5])
seeds = st.integers(0, 2**32 - 1)
many = settings(deadline=None, max_examples=80)


def images(draw, channels):
    """Draw a batch, often with equal neighbours, in one of two orders in memory."""
    rng = np.random.default_rng(draw(seeds))
    shape = draw(batches), channels, draw(st.integers(1, 7)), draw(st.integers(1, 7))
    x = rng.normal(size=shape)
    if draw(st.booleans()):
        x = x.round()  # many ties
    x = x.astype(draw(dtypes))
    return (nn.windows.to_images(nn.windows.to_rows(x)) if draw(st.booleans()) else x), rng


def close(ours, expected):
    """Compare to the digits that the dtype has."""
    assert ours.shape == expected.shape
    assert ours.dtype == expected.dtype
    digits = 1e-4 if ours.dtype == np.float32 else 1e-11
    np.testing.assert_allclose(ours, expected, rtol=digits, atol=digits)


@many
@given(data=st.data(), kernel=sizes, stride=strides, padding=paddings)
def test_convolution_equals_the_loops(data, kernel, stride, padding):
    C, out_channels = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    x, rng = images(data.draw, C)
    assume(all(s + 2 * p >= k for s, p, k in zip(x.shape[2:], padding, kernel, strict=True)))
    layer = nn.Conv2d(C, out_channels, kernel, stride, padding, rng=rng, dtype=x.dtype)
    weight, bias = layer.weight, layer.bias
    y = layer(x)
    close(y, loops.conv2d(x, weight.data, bias.data, stride, padding))
    g = rng.normal(size=y.shape).astype(x.dtype)
    grad_x = layer.backward(g)
    slow = loops.conv2d_backward(g, x, weight.data, stride, padding)
    for ours, expected in zip((grad_x, weight.grad, bias.grad), slow, strict=True):
        close(ours, expected)


@many
@given(data=st.data(), kernel=sizes, stride=strides, padding=paddings)
def test_transposed_convolution_is_the_backward_pass_of_a_convolution(
    data, kernel, stride, padding
):
    x, rng = images(data.draw, 2)
    more = tuple(data.draw(st.integers(0, s - 1)) for s in stride)
    layer = nn.ConvTranspose2d(2, 3, kernel, stride, padding, more, rng=rng, dtype=x.dtype)
    each = zip(x.shape[2:], stride, padding, kernel, more, strict=True)
    size = [(n - 1) * s - 2 * p + k + o for n, s, p, k, o in each]
    if min(size) < 1:
        with pytest.raises(ValueError, match="nothing is left"):
            layer(x)
        return
    y = layer(x)
    assert y.shape == (len(x), 3, *size)
    twin = np.zeros_like(y)  # what a convolution with the same weight would have looked at
    expected, _, _ = loops.conv2d_backward(x, twin, layer.weight.data, stride, padding)
    close(y, expected + layer.bias.data[:, None, None])
    g = rng.normal(size=y.shape).astype(x.dtype)
    close(layer.backward(g), loops.conv2d(g, layer.weight.data, None, stride, padding))
    _, grad_weight, _ = loops.conv2d_backward(x, g, layer.weight.data, stride, padding)
    close(layer.weight.grad, grad_weight)
    close(layer.bias.grad, g.sum(axis=(0, 2, 3), dtype=x.dtype))


@pytest.mark.parametrize("name", ["max", "avg"])
@many
@given(data=st.data(), kernel=sizes, stride=strides)
def test_pooling_equals_the_loops(name, data, kernel, stride):
    x, rng = images(data.draw, 2)
    assume(all(size >= k for size, k in zip(x.shape[2:], kernel, strict=True)))
    layer = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[name](kernel, stride)
    y = layer(x)
    close(y, getattr(loops, f"{name}_pool2d")(x, kernel, stride))
    g = rng.normal(size=y.shape).astype(x.dtype)
    slow = getattr(loops, f"{name}_pool2d_backward")
    close(layer.backward(g), slow(g, x, kernel, stride))


@many
@given(data=st.data(), factor=sizes)
def test_upsampling_repeats_and_its_backward_adds_up(data, factor):
    x, rng = images(data.draw, 2)
    layer = nn.Upsample(scale_factor=factor)
    y = layer(x)
    down, across = factor
    np.testing.assert_array_equal(y, x.repeat(down, axis=2).repeat(across, axis=3))
    g = rng.normal(size=y.shape).astype(x.dtype)
    share = loops.avg_pool2d(g, factor, factor) * x.dtype.type(down * across)
    close(layer.backward(g), share)


@many
@given(data=st.data())
def test_the_mean_of_a_channel(data):
    x, _ = images(data.draw, 3)
    layer = nn.GlobalAvgPool2d()
    y = layer(x)
    close(y, loops.avg_pool2d(x, x.shape[2:], (1, 1)).reshape(len(x), 3))
    close(
        layer.backward(y),
        loops.avg_pool2d_backward(y[..., None, None], x, x.shape[2:], (1, 1)),
    )


# -- what cannot be ------------------------------------------------------------------------------


def conv(**options):
    """Return Conv2d(3, 4, 3) with some options."""
    return nn.Conv2d(3, 4, **({"kernel_size": 3} | options), rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((64, 28, 28), r"expected images \(N, 3, H, W\), got \(64, 28, 28\)$"),
        ((3, 28, 28), r"add the batch axis: x\[None\]"),
        ((5, 28, 28, 3), r"put the channels second: x.transpose\(0, 3, 1, 2\)"),
        ((5, 1, 28, 28), r"got \(5, 1, 28, 28\)$"),
        ((5, 3, 2, 28), r"kernel \(3, 3\), larger than its padded input \(2, 28\)"),
    ],
)
def test_images_that_do_not_fit_a_convolution_are_errors(shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        conv()(np.zeros(shape, np.float32))


def test_grey_images_without_a_channel_axis_are_an_error_with_its_mend():
    layer = nn.Conv2d(1, 4, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"got \(64, 28, 28\); add the channel axis: x\[:, None\]"):
        layer(np.zeros((64, 28, 28), np.float32))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kernel_size": 0}, "kernel_size must be an integer ≥ 1, or two of them, got 0"),
        ({"stride": 0}, "stride must be an integer ≥ 1"),
        ({"padding": -1}, "padding must be an integer ≥ 0"),
        ({"kernel_size": (3, 3, 3)}, "two of them"),
        ({"stride": 1.5}, "stride must be an integer"),
    ],
)
def test_impossible_sizes_are_errors(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        conv(**options)


@pytest.mark.parametrize("pool", [nn.MaxPool2d, nn.AvgPool2d])
def test_a_window_larger_than_the_image_is_an_error(pool):
    with pytest.raises(ValueError, match=r"window \(3, 3\), larger than its padded input \(2, 5\)"):
        pool(3)(np.zeros((1, 1, 2, 5)))
    with pytest.raises(ValueError, match=r"add the channel axis"):
        pool(2)(np.zeros((8, 28, 28)))


def test_an_output_padding_as_large_as_the_stride_is_an_error():
    with pytest.raises(ValueError, match="smaller than the stride"):
        nn.ConvTranspose2d(1, 1, 3, 2, 1, 2, rng=np.random.default_rng(0))


def test_a_mean_over_no_pixels_is_an_error():
    with pytest.raises(ValueError, match="without pixels"):
        nn.GlobalAvgPool2d()(np.zeros((2, 3, 0, 4)))


def test_rows_that_do_not_fill_an_image_are_an_error():
    with pytest.raises(ValueError, match=r"Unflatten expected input \(N, 8\), got \(3, 7\)"):
        nn.Unflatten(2, 2, 2)(np.zeros((3, 7)))
    with pytest.raises(ValueError, match=r"use Unflatten\(32, 7, 7\)"):
        nn.Unflatten()


def test_the_parts_of_an_autoencoder_must_be_two_networks():
    layer = nn.Linear(2, 2, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="two layers or networks"):
        nn.AutoEncoder(layer, "decoder")
    with pytest.raises(ValueError, match="in both"):
        nn.AutoEncoder(layer, nn.Sequential(layer))
