"""The figures: every helper draws what it is given, at the one width of the book."""

import itertools

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lib import plot
from lib.course.chart import Chart
from lib.metrics import reliability
from lib.plot.style import ON_WHITE

rng = np.random.default_rng(0)
PICTURES = rng.integers(0, 256, size=(12, 8, 8)).astype(np.uint8)
POINTS, CLASSES = rng.normal(size=(30, 2)), np.arange(30) % 3

SURE = reliability(np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]]), np.array([0, 1, 0]))


@pytest.fixture(autouse=True)
def closed_figures():
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plot.images(PICTURES, range(12), right=np.arange(12) % 2 == 0),
        lambda: plot.images(PICTURES[:1], columns=1),
        lambda: plot.pixels(PICTURES[0]),
        lambda: plot.arrays(np.ones((3, 1)), np.arange(4), symbols="+", titles=["a", "b"]),
        lambda: plot.bars(rng.random(10), highlight=7, picture=PICTURES[0]),
        lambda: plot.curves({"train": [3, 2, 1], "validation": [3, 2.5, 2]}, log=True),
        lambda: plot.weights(rng.normal(size=(10, 8, 8)), range(10)),
        lambda: plot.scatter(POINTS, CLASSES, ["a", "b", "c"]),
        lambda: plot.boundary(lambda p: (p[:, 0] > 0).astype(int), POINTS, CLASSES),
        lambda: plot.graph(
            {"x": (0, 0), "+": (1, 0), "b": (0, 1)}, [("x", "+", 2, 1), ("b", "+", 1, 1)]
        ),
        lambda: plot.network([784, 128, 10], ["pixels", "hidden", "scores"]),
        lambda: plot.histograms({"a": [POINTS, POINTS], "b": [POINTS, POINTS]}),
        lambda: plot.confusion(np.arange(9).reshape(3, 3)),
        lambda: plot.seeds({"a": [0.5, 0.6, 0.4], "b": [0.3]}, xlabel="error (%)"),
        lambda: plot.bands(
            {"a": rng.random((3, 5)), "b": rng.random((1, 5))}, xlabel="", ylabel=""
        ),
        lambda: plot.parallel(
            {"lr": [0.1, 1, 10], "n": [2, 2, 2]}, [3, 1, 2], label="error", log=["lr"], worst=2
        ),
        lambda: plot.reliability({"a": SURE, "b": SURE}),
        lambda: plot.latent_map(POINTS, CLASSES, title="a map"),
        lambda: plot.mosaic(PICTURES, 4, extent=(-1, 1, 0, 3), xlabel="first"),
    ],
)
def test_every_helper_draws_one_figure_as_wide_as_all_others(draw):
    draw()
    assert len(plt.get_fignums()) == 1
    plt.gcf().canvas.draw()
    assert plt.gcf().get_figwidth() == pytest.approx(6.4)
    assert plt.gcf().dpi == 150


def test_right_is_green_with_a_tick_and_wrong_red_with_a_cross():
    plot.images(PICTURES[:2], ["5", "6"], columns=2, right=[True, False])
    titles = [ax.title for ax in plt.gcf().axes]
    assert [(t.get_text(), t.get_color()) for t in titles] == [
        ("5 ✓", ON_WHITE[plot.GREEN]),
        ("6 ✗", plot.RED),
    ]


def test_train_and_validation_keep_their_colours_whatever_else_is_drawn():
    plot.curves({"other": [1, 2], "validation loss": [1, 2], "train loss": [1, 2]})
    other, validation, train = plt.gca().lines
    assert (validation.get_color(), validation.get_linestyle()) == (plot.ORANGE, "--")
    assert (train.get_color(), train.get_linestyle()) == (plot.BLUE, "-")
    assert other.get_color() not in (plot.ORANGE, plot.BLUE, plot.BLACK, plot.GREEN, plot.RED)


def test_the_names_at_the_ends_of_curves_do_not_overlap():
    plot.curves({f"curve {k}": [1.0, 1.0 + 1e-6 * k] for k in range(4)})
    plt.gcf().canvas.draw()
    boxes = sorted((t.get_window_extent() for t in plt.gca().texts), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


def test_a_band_reaches_from_the_lowest_run_to_the_highest_around_their_mean():
    plot.bands({"a": [[1.0, 2.0], [3.0, 6.0]]}, [10, 100], xlabel="x", ylabel="y", log=True)
    (line,), (band,) = plt.gca().lines, plt.gca().collections
    assert line.get_xydata().tolist() == [[10, 2], [100, 4]]
    corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
    assert {(10, 1), (100, 2), (10, 3), (100, 6)} <= corners


def test_parallel_coordinates_put_the_best_trials_in_front_and_every_setting_at_its_height():
    plot.parallel(
        {"lr": [1, 10, 100]}, [0.1, 0.2, 0.9], label="error", log=["lr"], best=1, worst=0.3
    )
    lines = [line for line in plt.gca().lines if line.get_color() != plot.GREY]  # not the axes
    heights = {line.get_color(): line.get_ydata().tolist() for line in lines}
    assert heights[plot.BLUE] == pytest.approx([0, 0])
    assert len(lines) == 3 and lines[-1].get_color() == plot.BLUE
    assert sorted(line.get_ydata()[0] for line in lines) == pytest.approx([0, 0.5, 1])
    assert max(line.get_ydata()[1] for line in lines) == 1


def test_parallel_coordinates_end_at_their_numbers_and_write_small_ones_as_powers():
    plot.parallel({"decay": [1e-6, 2.5e-5]}, [0.1, 0.2], label="error", log=["decay"])
    axes = [line for line in plt.gca().lines if line.get_color() == plot.GREY]
    heights = [text.get_position()[1] for text in plt.gca().texts]
    assert all(max(axis.get_ydata()) < max(heights) for axis in axes)
    assert all(min(axis.get_ydata()) > min(heights) for axis in axes)
    texts = [text.get_text() for text in plt.gca().texts]
    assert texts == ["$10^{-6}$", "2.5·$10^{-5}$", "0.1", "0.2"]


def test_weights_are_white_at_zero_even_when_most_are_positive():
    plot.weights(np.linspace(-0.1, 1, 64).reshape(1, 8, 8), columns=1)
    drawn = plt.gcf().axes[0].images[0]
    assert drawn.cmap(drawn.norm(0.0)) == pytest.approx(drawn.cmap(0.5))


def test_a_boundary_colours_each_side_by_the_class_predicted_there():
    plot.boundary(lambda points: (points[:, 0] > 0).astype(int), POINTS, CLASSES)
    regions = plt.gca().images[0].get_array()
    assert regions[:, 0].max() == 0 and regions[:, -1].min() == 1


def test_a_map_writes_each_digit_once_in_the_crowd_of_its_points():
    points = np.concatenate([rng.normal(0, 0.1, (50, 2)), rng.normal(5, 0.1, (50, 2)), [[9, 9]]])
    plot.latent_map(points, np.repeat([3, 8], [50, 51]), ticks=False)
    (three, eight) = plt.gca().texts
    assert (three.get_text(), eight.get_text()) == ("3", "8")
    assert np.linalg.norm(three.get_position()) < 1
    assert np.linalg.norm(np.subtract(eight.get_position(), 5)) < 1
    assert not plt.gca().get_xticks().size


def test_a_mosaic_lays_pictures_out_row_by_row():
    shades = np.arange(6.0)[:, None, None] * np.ones((6, 2, 3))
    plot.mosaic(shades, 3)
    sheet = plt.gca().images[0].get_array()
    assert sheet.shape == (4, 9)
    assert (np.asarray(sheet[::2, ::3]) == [[0, 3, 6], [9, 12, 15]]).all()


def test_thresholds_that_refuse_the_same_share_one_label():
    refused = [(0.3, 1, 30), (0.6, 1, 34), (0.7, 1, 34), (0.8, 1, 34), (0.9, 3, 34)]
    keys = "least", "singles_refused", "others_refused"
    curve = [dict(zip(keys, row, strict=True)) for row in refused]
    plot.refusals(curve, singles=100, others=40, chosen=0.7)
    assert [text.get_text() for text in plt.gca().texts] == ["0.3", "0.6 to 0.8", "0.9"]
    plt.gcf().canvas.draw()
    boxes = [text.get_window_extent() for text in plt.gca().texts]
    assert min(box.y0 for box in boxes) > plt.gca().get_window_extent().y0


def test_a_chart_counts_epochs_in_whole_numbers(capsys):
    chart = Chart()
    for loss in (2.3, 4069983.7):
        chart.step(loss)
        chart.epoch([5, 5, 5, 3], [8, 8, 9, 3])
    chart.commonest_mistakes()
    chart.draw(chart)
    _, right = plt.gcf().axes
    assert all(place == int(place) for place in right.get_xticks())
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("epoch  2     loss ≈ 4.1e+06 ")
    assert lines[3] == "read wrongly: (measured 8 as 5: 2 times, 9 as 5: 1)"


def test_only_scatter_returns_what_it_drew_into():
    ax = plot.scatter(POINTS, CLASSES)
    assert ax is plt.gca()
    assert plot.images(PICTURES) is None
    assert plot.curves({"train": [2, 1]}, ax=ax) is None
    assert plot.boundary(lambda p: (p[:, 0] > 0).astype(int), POINTS, CLASSES) is None


def test_a_vector_is_drawn_as_a_row_and_what_has_one_column_as_a_column():
    plot.arrays(np.arange(3), np.arange(2)[:, None], 7)
    corners = [tuple(map(float, box.get_xy())) for box in plt.gca().patches]
    row, column, single = corners[:3], corners[3:5], corners[5:]
    assert len({y for _, y in row}) == 1 and [x for x, _ in row] == [0, 1, 2]
    assert len({x for x, _ in column}) == 1 and column[1][1] - column[0][1] == 1
    assert len(single) == 1


@pytest.mark.parametrize("parts", [[], [np.ones((2, 3, 4))]])
def test_what_is_no_table_is_refused_in_a_sentence(parts):
    with pytest.raises(ValueError, match="one or two axes can be drawn, got"):
        plot.arrays(*parts)


def test_first_weights_of_zero_can_be_drawn_and_so_can_a_mosaic_of_one_grey():
    plot.weights(np.zeros((2, 4, 4)))
    plot.mosaic(np.ones((4, 2, 2)), 2)
    plt.gcf().canvas.draw()
    assert np.all(plt.gca().images[0].get_array() == 0)


def test_a_mosaic_names_the_columns_that_do_not_divide_its_pictures():
    with pytest.raises(ValueError, match="5 columns do not divide 12 pictures"):
        plot.mosaic(PICTURES, 5)


def test_the_first_word_gives_a_curve_its_colour_and_there_may_be_many_others():
    plot.curves({"train loss": [1, 2], "training": [1, 2]} | {f"c{k}": [k, 1] for k in range(20)})
    lines = plt.gca().lines
    assert lines[0].get_color() == plot.BLUE and lines[1].get_color() != plot.BLUE
    assert len(lines) == 22


def test_a_single_run_has_no_error_bar():
    plot.seeds({"a": [1.0], "b": [1.0, 2.0]}, xlabel="error (%)")
    bars = [container.has_xerr for container in plt.gca().containers]
    assert bars == [False, True]


def test_the_value_is_left_of_its_arrow_and_the_gradient_right_of_it():
    nodes = {"a": (0, 0), "b": (1, 0), "c": (1, 1)}
    plot.graph(nodes, [("a", "b", 1, 2), ("b", "c", 3, 4), ("b", "a", 5, 6)])
    shift = {t.get_text(): t.get_position() for t in plt.gca().texts if t.get_text().isdigit()}
    assert shift["1"][1] > 0 > shift["2"][1]  # an arrow to the right: the value is above it
    assert shift["3"][0] < 0 < shift["4"][0]  # up: left of it
    assert shift["5"][1] < 0 < shift["6"][1]  # to the left: below it
