"""The living figures: worked by mouse, finger and keys, their numbers held to `lib`."""

import numpy as np
import pytest

import figure_pictures
from book_figures import FIGURES, recorded, ten_lines
from hands import ONE, SEVEN, draw, draw_with_a_finger, open_file
from lib import loops, nn, optim
from lib.course import ours
from lib.training import train_step
from test_browser import DESK, PHONE, violations, visit
from test_explore import EXPLORE, rounded


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Where each figure lies, a file of its own."""
    folder = tmp_path_factory.mktemp("figures")
    for name, make in FIGURES.items():
        (folder / f"{name}.html").write_text(make(), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in FIGURES}


@pytest.fixture
def show(chromium, pages, request):
    """Return a function that opens a figure in a tab in which nothing may go wrong."""
    open_tabs = []

    def show(name, **options):
        tab = visit(chromium, pages[name].as_uri(), **{"viewport": DESK} | options)
        open_tabs.append(tab)
        tab = tab.__enter__()
        open_file(tab, pages[name])
        return tab

    yield show
    for tab in open_tabs:
        tab.__exit__(None, None, None)


TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


def words(tab, selector="#words"):
    return tab.locator(selector).inner_text()


def cells(tab, selector="#table"):
    """Return the cells of a table, row by row."""
    return tab.locator(f"{selector} tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


def set_slider(tab, selector, share, hand="mouse"):
    """Put a slider where it is that share full, by mouse or by finger."""
    stroke = [(0.5, 0.5), (share, 0.5)]
    (draw if hand == "mouse" else draw_with_a_finger)(tab, stroke, selector)


# -- what every figure must be ---------------------------------------------------------------------


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_one_small_file_with_a_legend_and_a_folded_answer(pages, show, name):
    text = pages[name].read_text(encoding="utf-8")
    assert len(text) < 700_000
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    tab = show(name)
    assert tab.locator(".legend").first.is_visible()
    question = tab.locator(".question")
    assert question.count() == 1 and question.get_attribute("open") is None
    assert "?" in question.locator("summary").inner_text()
    question.locator("summary").click()
    assert len(question.locator("p").inner_text()) > 100


def test_every_figure_has_a_picture_for_where_no_script_runs():
    assert list(figure_pictures.STATES) == list(FIGURES)
    for name in FIGURES:
        picture = EXPLORE / f"{name}.png"
        assert 5_000 < picture.stat().st_size < 50_000, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_accessible(show, name, window, scheme):
    tab = show(name, viewport=window, color_scheme=scheme)
    for summary in tab.locator("summary").all():
        summary.click()
    assert violations(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") == window["width"]
    too_small = tab.evaluate(
        """() => [...document.querySelectorAll("button, select, summary, input[type=range]")]
          .filter((e) => e.getBoundingClientRect().height < 34).map((e) => e.outerHTML)"""
    )
    assert too_small == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_follows_the_theme_of_the_book(show, name):
    tab = show(name, color_scheme="light")
    light = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    tab.emulate_media(color_scheme="dark")
    tab.locator("html[data-theme=dark]").wait_for()
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light


# -- day 3: a line ---------------------------------------------------------------------------------


def test_the_line_computes_what_lib_computes(show):
    found = show("line").evaluate(
        """() => [[-0.5, 2], [1, -3], [2.5, 0.25]].map(([w, b]) => {
          const line = new Line({ ...page.data, w, b }), before = [line.loss(), ...line.gradient()];
          line.step(0.3);
          return { x: line.x, y: line.y, w, b, before, after: line.w };
        })"""
    )
    linear, loss = nn.Linear(1, 1, rng=np.random.default_rng(0), dtype=np.float64), nn.MSELoss()
    for page in found:
        x, y = np.reshape(page["x"], (50, 1)), np.reshape(page["y"], (50, 1))
        linear.weight.data[...], linear.bias.data[...] = page["w"], page["b"]
        value = loss(linear(x), y)
        linear.zero_grad()
        linear.backward(loss.backward())
        slopes = [linear.weight.grad.item(), linear.bias.grad.item()]
        assert page["before"] == pytest.approx([value, *slopes])
        assert page["after"] == pytest.approx(page["w"] - 0.3 * slopes[0])


def test_a_mouse_drags_the_line_and_walks_down_the_parabola(show):
    tab = show("line")
    assert "the loss is 8.059, its slope along w −5.714, along b 1.897" in words(tab)  # as printed
    draw(tab, [(0.85, 0.5), (0.85, 0.2)], "#line")
    assert tab.evaluate("figure.model.w") > 0.5, "its right end was lifted"
    draw(tab, [(0.5, 0.5), (0.3, 0.5)], "#parabola")
    assert tab.evaluate("figure.model.w") < 0
    tab.locator("#restart").click()
    tab.locator("#ten").click()
    assert "After 10 steps along w; the last went down" in words(tab)
    tab.locator("#step").click()
    assert tab.locator("#parabola circle.trail").count() == 11


@pytest.mark.parametrize("rate, way", [(0.1, "down"), (0.8, "down"), (0.85, "up"), (1, "up")])
def test_the_walk_overshoots_and_climbs_where_the_answer_says(show, rate, way):
    tab = show("line")
    limit = float(tab.locator("#limit").text_content())
    assert (rate > limit) == (way == "up")
    tab.locator("#rate").fill(str(rate))
    for _ in range(3):
        tab.locator("#step").click()
        assert f"the last went {way}" in words(tab)
    tab.locator("#ten").click()
    assert ("The dot has left the picture." in words(tab)) == (way == "up")


def test_a_finger_drags_the_line_and_nothing_scrolls(show):
    tab = show("line", **TOUCH)
    before = words(tab)
    draw_with_a_finger(tab, [(0.2, 0.5), (0.2, 0.8)], "#line")
    assert words(tab) != before and tab.evaluate("scrollY") == 0
    tab.locator("#step").tap()
    assert "After 1 step along w" in words(tab)


def test_keys_shift_and_tilt_the_line(show):
    tab = show("line")
    tab.keyboard.press("Tab")
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowRight"):
        tab.keyboard.press(key)
    assert words(tab).startswith("w = −0.40, b = 2.10")
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowLeft")
    assert words(tab).startswith("w = −0.50, b = 2.10")
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowRight")
    assert words(tab, "#rate-is") == "0.15"


# -- day 3: ten templates --------------------------------------------------------------------------


def scores(tab):
    """Return the ten sums that the figure shows."""
    texts = tab.locator("#tiles button").all_inner_texts()
    return [float(text.split()[-1].replace("−", "-")) for text in texts]


def test_the_ten_sums_are_those_of_lib(show):
    tab = show("templates")
    twin = rounded(ten_lines(), 16)
    np.testing.assert_allclose(scores(tab), twin[0].bias.data, atol=0.051)
    draw(tab, SEVEN)
    image = tab.evaluate(
        """() => {
          const { width, height } = document.querySelector("#pad");
          const context = document.querySelector("#pad").getContext("2d");
          return [...prepare.drawing(context.getImageData(0, 0, width, height)).data];
        }"""
    )
    image = np.array(image)
    expected = twin(image[None])[0]
    np.testing.assert_allclose(scores(tab), expected, atol=0.051)
    tab.locator("#tiles button").nth(2).hover()
    products = image * twin[0].weight.data[2]
    said = words(tab).replace("−", "-")
    assert f"The 2: what lies on red adds {products[products > 0].sum():.2f}," in said
    assert f"takes away {-products[products < 0].sum():.2f}," in said
    assert f"The score is {expected[2]:.2f}." in said


def test_a_1_costs_the_0_most(show):
    tab = show("templates")
    draw(tab, ONE)
    assert np.argmin(scores(tab)) == 0 and "of the 1." in words(tab)


def test_a_finger_draws_on_the_templates(show):
    tab = show("templates", **TOUCH)
    draw_with_a_finger(tab, SEVEN)
    assert "The largest of the ten is that of the 7." in words(tab)
    before = tab.locator("#tiles canvas").first.evaluate("canvas => canvas.toDataURL()")
    tab.locator("#views label").last.tap()
    assert tab.locator("#tiles canvas").first.evaluate("canvas => canvas.toDataURL()") != before
    tab.locator("#tiles button").nth(4).tap()
    assert words(tab).startswith("The 4:")
    tab.locator("#undo").tap()
    assert words(tab).startswith("Draw a digit")


def test_keys_draw_on_the_templates(show):
    tab = show("templates")
    tab.keyboard.press("Tab")
    for key in ["ArrowUp"] * 8 + ["Space"] + ["ArrowDown"] * 16 + ["Space"]:
        tab.keyboard.press(key)
    assert "of the 1." in words(tab)
    tab.locator("#tiles button").nth(9).focus()
    assert words(tab).startswith("The 9:")
    tab.locator("#views input").first.focus()
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#views input").last.is_checked()


# -- day 4: a graph --------------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [(2, 3, -1, 4), (0, 1.5, 2, -3), (-4.5, 0.5, 5, 5)])
def test_the_graph_computes_what_lib_computes(show, numbers):
    x, w, b, t = np.array(numbers, dtype=np.float64)
    linear, loss = nn.Linear(1, 1, rng=np.random.default_rng(0), dtype=np.float64), nn.MSELoss()
    linear.weight.data[...], linear.bias.data[...] = w, b
    value = loss(linear(x.reshape(1, 1)), t.reshape(1, 1))
    (to_x,) = linear.backward(loss.backward()).ravel()
    found = show("graph").evaluate(
        """([x, w, b, t]) => {
          const { values, arriving } = new Graph({ x, w, b, t });
          return [values.L, arriving.x, arriving.w, arriving.b, arriving.t];
        }""",
        [float(number) for number in numbers],
    )
    to_b = linear.bias.grad.item()
    assert found == pytest.approx([value, to_x, linear.weight.grad.item(), to_b, -to_b])


LESSON = {"x → ×": ["2", "6"], "w → ×": ["3", "4"], "b → +": ["−1", "2"], "t → −": ["4", "−2"]}


def test_a_mouse_steps_through_the_graph_and_changes_a_number(show):
    tab = show("graph")
    assert tab.locator("#previous").is_disabled()
    assert {row[2] for row in cells(tab)} == {"–"}
    for sentence in ("2 · 3 = 6", "6 + (−1) = 5", "5 − 4 = 1", "1² = 1", "first gradient is 1"):
        tab.locator("#next").click()
        assert sentence in words(tab)
    tab.locator("#all").click()
    table = {arrow: numbers for arrow, *numbers in cells(tab)}
    assert {arrow: table[arrow] for arrow in LESSON} == LESSON
    assert tab.locator("#next").is_disabled()
    tab.locator("#previous").click()
    assert cells(tab)[0][2] == "–"  # the product has not been reached
    set_slider(tab, "#input-x", 1)
    tab.locator("#all").click()
    assert cells(tab)[0][1] == "5" and "5 · 20 = 100 for w" in words(tab)
    tab.locator("#input-w").fill("2.5")
    assert cells(tab)[1][1] == "2.5"


def test_a_finger_steps_through_the_graph(show):
    tab = show("graph", **TOUCH)
    for _ in range(9):
        tab.locator("#next").tap()
    assert cells(tab)[1] == ["w → ×", "3", "4"]
    set_slider(tab, "#input-x", 0.5, "finger")
    assert cells(tab)[1][2] == "0", "a weight with an input of 0 learns nothing"


def test_keys_step_through_the_graph(show):
    tab = show("graph")
    tab.keyboard.press("Tab")
    for _ in range(9):
        tab.keyboard.press("ArrowRight")
    assert cells(tab)[0] == ["x → ×", "2", "6"]
    tab.keyboard.press("ArrowLeft")
    assert "passes 2 on to both" in words(tab)
    tab.locator("#input-t").focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert "passes 0 on to both" in words(tab)


# -- day 4: a small network ------------------------------------------------------------------------

LEARN = """([set, units, activation, seed, steps, rate, n]) => {
  const { points, labels } = page.data.sets[set];
  const learner = new Learner(page.data.sets[set], units, activation, seed);
  const weights = () => learner.network.parameters().map((p) => [...p.data]);
  const before = weights();
  learner.train(steps, rate);
  const { loss, accuracy } = learner, pass = learner.pass(n);
  const [outputs, deltas] = [pass.outputs, pass.deltas].map((all) => all.map((data) => [...data]));
  return { points, labels, before, after: weights(), loss, accuracy, outputs, deltas };
}"""


@pytest.mark.parametrize("set_name", ["moons", "spirals"])
@pytest.mark.parametrize("activation", [nn.Tanh, nn.ReLU, nn.Sigmoid])
def test_the_small_network_learns_as_in_lib(show, set_name, activation):
    arguments = [set_name, 5, activation.__name__, 3, 20, 0.5, 7]
    found = show("mlp").evaluate(LEARN, arguments)
    rng = np.random.default_rng(0)
    twin = nn.Sequential(
        nn.Linear(2, 5, rng=rng, dtype=np.float64),
        activation(),
        nn.Linear(5, 2, rng=rng, dtype=np.float64),
    )
    for parameter, numbers in zip(twin.parameters(), found["before"], strict=True):
        parameter.data[...] = np.reshape(numbers, parameter.data.shape)
    x, y = np.array(found["points"]), np.array(found["labels"])
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(twin.parameters(), lr=0.5)
    for _ in range(20):
        train_step(twin, loss, sgd, x, y)
    for parameter, numbers in zip(twin.parameters(), found["after"], strict=True):
        np.testing.assert_allclose(numbers, parameter.data.ravel(), atol=1e-9)
    scores = twin(x)
    assert found["loss"] == pytest.approx(loss(scores, y))
    assert found["accuracy"] == (scores.argmax(axis=1) == y).mean()
    loss(twin(x[7:8]), y[7:8])
    delta = loss.backward()
    for layer, output in zip(reversed(list(twin)), reversed(found["deltas"]), strict=True):
        np.testing.assert_allclose(output, delta.ravel(), atol=1e-9)
        delta = layer.backward_input(delta)


def test_three_hidden_units_hold_the_moons_apart_and_two_do_not(show):
    tab = show("mlp")
    right = [
        tab.evaluate(LEARN, ["moons", units, "Tanh", 2, 3000, 0.5, 0])["accuracy"]
        for units in (1, 2, 3)
    ]
    assert max(right[:2]) < 0.92 and right[2] > 0.98


def test_a_line_of_a_hidden_unit_is_where_its_sum_is_zero(show):
    sums = show("mlp").evaluate(
        """() => [...figure.learner.first.bias.data.keys()].flatMap((o) => {
          const ends = figure.unitLine(o).getAttribute("d").match(/-?[\\d.]+/g).map(Number);
          const { plot, learner } = figure, scale = plot.width / (plot.x[1] - plot.x[0]);
          const [w1, w2] = learner.first.weight.data.slice(2 * o, 2 * o + 2);
          return [0, 2].map((k) => w1 * (plot.x[0] + ends[k] / scale)
            + w2 * (plot.y[1] - ends[k + 1] / scale) + learner.first.bias.data[o]);
        })"""
    )
    assert len(sums) == 16
    np.testing.assert_allclose(sums, 0, atol=5e-3)  # ends are drawn to a hundredth of a pixel


def chosen(tab):
    return int(words(tab, "#chosen").split()[1].rstrip(","))


def test_a_mouse_trains_the_small_network(show):
    tab = show("mlp")
    assert words(tab).startswith("Step 0: loss 0.")
    tab.locator("#step").click()
    assert words(tab).startswith("Step 1: loss 0.")
    tab.emulate_media(reduced_motion="no-preference")
    tab.locator("#train").click()
    tab.locator("#words", has_text="99.5 %").wait_for(timeout=120_000)
    tab.locator("#train", has_text="Pause").click()
    stopped = words(tab)
    tab.wait_for_timeout(300)
    assert words(tab) == stopped
    set_slider(tab, "#units", 0)
    assert words(tab).startswith("Step 0") and len(cells(tab)) == 1
    assert tab.locator("#points .unit").count() == 1
    tab.locator("#set").select_option("spirals")
    tab.locator("#activation").select_option("ReLU")
    before = cells(tab)
    tab.locator("#restart").click()
    assert cells(tab) != before
    draw(tab, [(0.9, 0.5), (0.1, 0.5)], "#points")
    x = tab.evaluate("figure.set.points[figure.chosen][0]")
    assert x < -1 and f"Point {tab.evaluate('figure.chosen')}," in words(tab, "#chosen")


def test_the_network_shows_weights_values_and_gradients(show):
    tab = show("mlp")
    pictures = set()
    for view in ("weights", "forward", "backward"):
        tab.get_by_role("radio", name=view).check()
        pictures.add(tab.locator("#network").inner_html())
        assert f"with its {view}" in tab.locator("#network").get_attribute("aria-label")
    assert len(pictures) == 3


def test_a_finger_chooses_a_point_and_nothing_scrolls(show):
    tab = show("mlp", **TOUCH)
    tab.locator("#points").scroll_into_view_if_needed()
    before = tab.evaluate("scrollY")
    draw_with_a_finger(tab, [(0.5, 0.9), (0.5, 0.4), (0.1, 0.4)], "#points")
    assert tab.evaluate("scrollY") == before
    first = chosen(tab)
    draw_with_a_finger(tab, [(0.5, 0.9), (0.9, 0.4)], "#points")
    assert chosen(tab) != first
    tab.locator("#step").tap()
    set_slider(tab, "#rate", 1, "finger")
    assert words(tab, "#rate-is") == "10"


def test_keys_choose_a_point_and_train(show):
    tab = show("mlp")
    tab.locator("#points").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        tab.keyboard.press(key)
    assert chosen(tab) == 9
    tab.locator("#step").focus()
    tab.keyboard.press("Enter")
    assert words(tab).startswith("Step 1:")
    tab.locator("#units").focus()
    tab.keyboard.press("ArrowRight")
    assert len(cells(tab)) == 9


@pytest.mark.parametrize("name, button", [("mlp", "#train"), ("tsne", "#run")])
def test_who_asks_for_less_motion_sees_one_picture(show, name, button):
    tab = show(name)  # `visit` asks for less
    tab.evaluate(
        """() => {
          figure.pictures = 0;
          const draw = figure.draw.bind(figure);
          figure.draw = () => { figure.pictures++; draw(); };
        }"""
    )
    tab.locator(button).click()
    tab.locator(f"{button}[aria-pressed=false]").wait_for(timeout=120_000)
    assert words(tab).startswith("Step 500")
    tab.wait_for_timeout(300)
    assert tab.evaluate("figure.pictures") == 1
    tab.emulate_media(reduced_motion="no-preference")
    tab.locator(button).click()
    for _ in range(600):  # `wait_for_function` would need eval(), which the page forbids
        if tab.evaluate("figure.pictures") > 3:
            break
        tab.wait_for_timeout(100)
    assert tab.evaluate("figure.pictures") > 3


def test_at_the_largest_rate_the_loss_swings_and_stays_a_number(show):
    tab = show("mlp")
    losses = [
        tab.evaluate(LEARN, [name, 16, "ReLU", 2, steps, 10, 0])["loss"]
        for name in ("moons", "spirals")
        for steps in (10, 40, 400)
    ]
    assert np.isfinite(losses).all() and max(losses) > 1


# -- day 5: a template that slides -----------------------------------------------------------------


@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 2), (3, 1), (4, 4)])
def test_a_response_map_is_that_of_lib(show, stride, padding):
    template = np.random.default_rng(0).normal(size=(1, 1, 5, 5))
    found = show("sliding").evaluate(
        """([template, stride, padding]) => {
          const model = new Sliding(figure.model.image);
          Object.assign(model, { template: Float64Array.from(template), stride, padding });
          model.respond();
          return [[...model.image], [...model.map]];
        }""",
        [template.ravel().tolist(), stride, padding],
    )
    image = np.reshape(found[0], (1, 1, 28, 28))
    expected = loops.conv2d(image, template, stride=(stride,) * 2, padding=(padding,) * 2)
    np.testing.assert_allclose(found[1], expected.ravel(), atol=1e-9)


def test_a_mouse_slides_and_changes_the_template(show):
    tab = show("sliding")
    assert "At row 6, column 14 the response is 6.7529" in words(tab)  # as the lesson prints it
    draw(tab, [(0.1, 0.1), (3.5 / 28, 3.5 / 28)], "#image")
    assert "At row 1, column 1 the response is 0.0000" in words(tab)
    draw(tab, [(0.5, 0.5), (13.5 / 24, 14.5 / 24)], "#map")
    assert "At row 14, column 13 the response is 1.2392" in words(tab)
    frame, canvas = (tab.locator(s).bounding_box() for s in ("#window", "#image"))
    assert frame["width"] == pytest.approx(canvas["width"] * 5 / 28, abs=1)
    assert frame["y"] - canvas["y"] == pytest.approx(canvas["height"] * 14 / 28, abs=1)
    tab.locator("#presets").select_option("one pixel")
    middle = tab.evaluate("figure.model.image[16 * 28 + 15]")
    assert f"the response is {middle:.4f}" in words(tab)
    tab.get_by_label("row 2, column 2").fill("-3")
    assert f"the response is −{3 * middle:.4f}" in words(tab)
    set_slider(tab, "#stride", 0.333)
    set_slider(tab, "#padding", 0.5)
    assert words(tab, "#size") == "14 × 14" and "plus 1 is 14." in words(tab)  # the folded answer


def test_what_is_typed_as_no_number_counts_as_0_and_none_is_beyond_9(show):
    tab = show("sliding")
    field = tab.get_by_label("row 0, column 0")
    for typed, kept in [("", "0"), ("1e9", "9"), ("-400", "-9"), ("0.25", "0.25")]:
        field.fill(typed)
        field.blur()
        assert field.input_value() == kept
        assert tab.evaluate("figure.model.template[0]") == float(kept)


def test_a_digit_of_ones_own_lies_under_the_template(show):
    tab = show("sliding")
    before = words(tab)
    tab.locator(".own summary").click()
    draw(tab, ONE)
    assert words(tab) != before
    assert tab.evaluate("figure.model.image.slice(0, 28).every((pixel) => pixel === 0)")
    tab.locator("#clear").click()
    assert words(tab) == before, "the 7 is back"


def test_a_finger_slides_the_template_and_nothing_scrolls(show):
    tab = show("sliding", **TOUCH)
    draw_with_a_finger(tab, [(0.5, 0.5), (0.3, 0.3), (0.99, 0.99)], "#image")
    assert "At row 23, column 23" in words(tab) and tab.evaluate("scrollY") == 0
    draw_with_a_finger(tab, [(0.5, 0.5), (0.01, 0.01)], "#map")
    assert "At row 0, column 0" in words(tab)
    set_slider(tab, "#stride", 1, "finger")
    assert words(tab, "#size") == "6 × 6"
    tab.locator(".own summary").tap()
    draw_with_a_finger(tab, SEVEN)
    assert tab.evaluate("pad.isEmpty") is False


def test_keys_slide_the_template_and_change_it(show):
    tab = show("sliding")
    tab.keyboard.press("Tab")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.keyboard.press(key)
    assert "At row 7, column 15" in words(tab)
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowUp")  # the first number, from -1 to -0.5
    assert tab.evaluate("figure.model.template[0]") == -0.5
    tab.locator("#stride").focus()
    tab.keyboard.press("ArrowRight")
    assert words(tab, "#size") == "12 × 12"


# -- day 5: the maps of LeNet-5 --------------------------------------------------------------------


def test_the_maps_of_lenet_are_those_of_lib(show):
    tab = show("lenet")
    image = np.random.default_rng(0).uniform(size=(1, 1, 28, 28))
    found = tab.evaluate(
        """async (image) => {
          const network = await nn.read(page.data.network);
          network.forward(nn.batch(Float64Array.from(image), [1, 1, 28, 28]));
          return network.outputs.map(({ data }) => [...data]);
        }""",
        image.ravel().tolist(),
    )
    value = image
    for layer, numbers in zip(rounded(recorded("lenet5"), 16), found[1:], strict=True):
        value = layer(value)
        np.testing.assert_allclose(numbers, value.ravel(), atol=1e-4)  # weights of 16 bits


def test_lenet_reads_a_7_until_a_hand_draws_something_else(show):
    tab = show("lenet")
    assert words(tab, "#answer .said") == "7"
    assert tab.locator("#hint").is_visible()
    draw(tab, ONE)
    assert words(tab, "#answer .said") == "1"
    assert not tab.locator("#hint").is_visible()


def test_a_number_of_lenet_depends_on_as_many_pixels_as_the_answer_says(show):
    tab = show("lenet")
    draw(tab, SEVEN)
    assert words(tab, "#answer .said") == "7"
    for layer, place, pixels in [(0, 28, "5 × 5"), (1, 21, "6 × 6"), (3, 15, "14 × 14")]:
        canvas = tab.locator("#layers canvas").nth(layer)
        canvas.hover(position={"x": place, "y": place})
        assert f"depends on {pixels} pixels" in words(tab, ".tip")


def test_a_finger_and_keys_work_lenet(show):
    tab = show("lenet", **TOUCH)
    draw_with_a_finger(tab, ONE)
    assert words(tab, "#answer .said") == "1"
    tab.locator("#layers canvas").first.tap()
    assert "Conv2d, map" in words(tab, ".tip")
    tab.locator("#layers canvas").nth(3).focus()
    tab.keyboard.press("ArrowRight")
    assert "Conv2d, map 0, row 0, column 1" in words(tab, ".tip")


# -- day 7: the plane of codes ---------------------------------------------------------------------


def test_codes_and_drawings_are_those_of_lib(show):
    image = np.random.default_rng(0).uniform(size=(1, 784))
    tab = show("latent")
    tab.locator("#words", has_text="The code is").wait_for()
    code, drawing = tab.evaluate(
        """(image) => [figure.encode(Float64Array.from(image)), [...figure.decode([1.5, -0.5])]]""",
        image.ravel().tolist(),
    )
    model = recorded("autoencoder_2")
    np.testing.assert_allclose(code, rounded(model.encoder, 8)(image)[0], atol=1e-3)
    expected = rounded(model.decoder, 8)(np.array([[1.5, -0.5]]))[0]
    np.testing.assert_allclose(drawing, expected, atol=1e-3)


def code(tab):
    return tab.evaluate("figure.code")


def drawing(tab):
    return tab.locator("#drawn").evaluate("canvas => canvas.toDataURL()")


def test_a_mouse_walks_through_the_plane_and_a_digit_of_ones_own_is_put_there(show):
    tab = show("latent")
    tab.locator("#words", has_text="The code is").wait_for()
    before = drawing(tab)
    draw(tab, [(0.5, 0.5), (0.05, 0.95)], "#plane")
    assert drawing(tab) != before
    (x, y), ranges = code(tab), tab.evaluate("page.data.range")
    assert x == pytest.approx(np.dot([0.95, 0.05], ranges["x"]), abs=0.1)
    assert y == pytest.approx(np.dot([0.95, 0.05], ranges["y"]), abs=0.1)
    tab.locator(".numbers summary").click()
    draw(tab, ONE)
    assert "squared error of 0." in words(tab, "#own-words")
    assert "images are 1, 1, 1, 1, 1;" in words(tab)
    assert tab.locator("#plane .own").count() == 1
    tab.locator("#clear").click()
    assert tab.locator("#plane .own").count() == 0


def test_a_finger_walks_through_the_plane_and_nothing_scrolls(show):
    tab = show("latent", **TOUCH)
    tab.locator("#words", has_text="The code is").wait_for()
    before = code(tab)
    draw_with_a_finger(tab, [(0.5, 0.8), (0.5, 0.2), (0.9, 0.9)], "#plane")
    assert code(tab) != before and tab.evaluate("scrollY") == 0
    tab.locator(".numbers summary").tap()
    draw_with_a_finger(tab, SEVEN)
    assert tab.locator("#plane .own").count() == 1


def test_keys_walk_through_the_plane(show):
    tab = show("latent")
    tab.locator("#words", has_text="The code is").wait_for()
    tab.keyboard.press("Tab")
    x, y = code(tab)
    step = np.diff(tab.evaluate("page.data.range.x")).item()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        tab.keyboard.press(key)
    assert code(tab) == pytest.approx([x + 0.055 * step, y - 0.03 * step])


# -- day 7: t-SNE ----------------------------------------------------------------------------------


def test_shares_and_springs_are_those_of_the_course(show):
    points = np.random.default_rng(0).normal(size=(40, 5))
    Y = np.random.default_rng(1).normal(size=(40, 2))
    found = show("tsne").evaluate(
        """([points, Y]) => {
          const tsne = new Tsne(points, 8, 1);
          tsne.Y = Float64Array.from(Y);
          return [[...tsne.P], [...tsne.gradient()]];
        }""",
        [points.tolist(), Y.ravel().tolist()],
    )
    far = ((points[:, None] - points) ** 2).sum(axis=2)
    P = np.zeros((40, 40))
    for i in range(40):
        others = np.arange(40) != i
        P[i, others] = np.exp(-ours.find_beta(far[i, others], 8) * far[i, others])
        P[i] /= P[i].sum()
    P = (P + P.T) / 80
    np.testing.assert_allclose(np.reshape(found[0], (40, 40)), P, atol=1e-5)
    expected = ours.tsne_gradient(np.reshape(found[0], (40, 40)), Y)
    np.testing.assert_allclose(np.reshape(found[1], (40, 2)), expected, atol=1e-9)


def test_a_mouse_runs_t_sne_and_chooses_a_point(show):
    tab = show("tsne")
    assert words(tab).startswith("Step 500 of 500, perplexity 30."), "it opens with a finished map"
    before = tab.locator("#map").inner_html()
    tab.locator("#run").click()
    tab.locator("#run[aria-pressed=false]").wait_for(timeout=120_000)
    assert words(tab).startswith("Step 500 of 500") and tab.locator("#map").inner_html() != before
    assert tab.locator("#run").inner_text() == "Run"
    alike = tab.evaluate(
        """() => { // the share of points whose nearest neighbour on the map has their label
          const { Y, N } = figure.tsne, { labels } = figure.set, all = [...Array(N).keys()];
          const far = (a, b) => (Y[2 * a] - Y[2 * b]) ** 2 + (Y[2 * a + 1] - Y[2 * b + 1]) ** 2;
          const nearest = (n) => all.reduce((best, m) =>
            (m !== n && (best === null || far(n, m) < far(n, best)) ? m : best), null);
          return all.filter((n) => labels[nearest(n)] === labels[n]).length / N;
        }"""
    )
    assert alike > 0.7
    before = tab.evaluate("figure.chosen")
    draw(tab, [(0.9, 0.5), (0.2, 0.5)], "#map")
    assert tab.evaluate("figure.chosen") != before
    assert tab.locator("#map .spring").count() == 10
    set_slider(tab, "#perplexity", 1)
    assert words(tab).startswith("Step 0 of 500, perplexity 100.")
    tab.locator("#set").select_option("noise")
    assert "of the noise" in words(tab) and tab.locator("#map .noise").count() == 500


def test_noise_has_clumps_at_a_perplexity_of_3_and_none_at_100_as_the_answer_says(show):
    """How far a point is from its nearest, as a part of what it would be in an even cloud."""
    gaps = show("tsne").evaluate(
        """() => [3, 100].map((perplexity) => {
          const { points } = page.data.sets.noise, tsne = new Tsne(points, perplexity, 1);
          while (tsne.steps < Tsne.STEPS) tsne.step();
          const { Y, N } = tsne, all = [...Array(N).keys()];
          const far = (n, m) => Math.hypot(Y[2 * n] - Y[2 * m], Y[2 * n + 1] - Y[2 * m + 1]);
          const others = (n) => all.filter((m) => m !== n);
          const nearest = all.map((n) => Math.min(...others(n).map((m) => far(n, m))));
          const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
          const spread = Math.sqrt(mean(Array.from(Y, (y) => y * y)));
          return mean(nearest) / (spread * Math.sqrt(Math.PI / N)); // 500 points in a round cloud
        })"""
    )
    assert gaps[0] < 0.6 * gaps[1], gaps


def test_a_finger_and_keys_work_t_sne(show):
    tab = show("tsne", **TOUCH)
    set_slider(tab, "#perplexity", 0, "finger")
    assert words(tab).startswith("Step 0 of 500, perplexity 3.")
    tab.locator("#run").tap()
    tab.locator("#words", has_text="Step 500 of 500").wait_for(timeout=120_000)
    draw_with_a_finger(tab, [(0.9, 0.5), (0.1, 0.5)], "#map")
    before = tab.evaluate("figure.chosen")
    tab.locator("#map").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"):
        tab.keyboard.press(key)
    assert tab.evaluate("figure.chosen") == (before + 11) % 500
    tab.locator("#restart").focus()
    tab.keyboard.press("Enter")
    assert words(tab).startswith("Step 0")
