"""The figures of convolution: what they draw is what the functions compute."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lib import plot
from lib.nn.windows import count_windows

rng = np.random.default_rng(0)
PICTURE, TEMPLATE, RESPONSE = rng.random((8, 8)), rng.normal(size=(3, 3)), rng.normal(size=(6, 6))
STAGES = [("image", (1, 28, 28)), ("conv 3×3", (16, 28, 28)), ("flatten", (784,))]


@pytest.fixture(autouse=True)
def closed_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.sliding(PICTURE, TEMPLATE, RESPONSE, [(0, 0), (2, 3)]),
        lambda: plot.windows([(8, 3, 1, 0), (8, 3, 2, 1)]),
        lambda: plot.shapes(STAGES),
    ],
)
def test_every_helper_draws_one_figure_as_wide_as_all_others(draw):
    draw()
    assert len(plt.get_fignums()) == 1
    plt.gcf().canvas.draw()
    assert plt.gcf().get_figwidth() == pytest.approx(6.4)


def frames(ax):
    return [(*patch.get_xy(), patch.get_width(), patch.get_height()) for patch in ax.patches]


def test_a_place_is_framed_as_a_window_in_the_image_and_as_one_pixel_in_the_response():
    plot.sliding(PICTURE, TEMPLATE, RESPONSE, [(2, 5)])  # row 2, column 5
    image, _, response, _ = plt.gcf().axes
    assert frames(image) == [(4.5, 1.5, 3, 3)]
    assert frames(response) == [(4.5, 1.5, 1, 1)]
    [window], [pixel] = image.patches, response.patches
    assert window.get_edgecolor() == pixel.get_edgecolor()


@pytest.mark.parametrize("response", [RESPONSE, np.abs(RESPONSE), np.zeros((6, 6))])
def test_a_response_of_zero_is_white(response):
    plot.sliding(PICTURE, TEMPLATE, response)
    drawn = plt.gcf().axes[2].images[0]
    assert drawn.cmap(drawn.norm(0.0)) == pytest.approx(drawn.cmap(0.5))


@pytest.mark.parametrize("case", [(8, 3, 1, 0), (8, 3, 2, 0), (8, 3, 1, 1), (7, 3, 3, 1)])
def test_as_many_windows_are_drawn_as_there_are(case):
    size, kernel, stride, padding = case
    plot.windows([case])
    drawn = plt.gca().lines
    assert len(drawn) == count_windows(size + 2 * padding, kernel, stride)
    assert all(line.get_xdata()[0] >= -padding for line in drawn)
    assert all(line.get_xdata()[1] <= size + padding for line in drawn)


def test_a_stack_of_maps_is_drawn_as_one_and_named_with_its_shape():
    plot.shapes(STAGES)
    labels = [text.get_text() for text in plt.gca().texts]
    assert "16\n28 × 28" in labels and "784\nnumbers" in labels
    assert {"image", "conv 3×3", "flatten"} <= set(labels)
    assert len(plt.gca().patches) == 1 + 5 + 1  # one map, the first few of sixteen, a column
