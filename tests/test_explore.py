"""The pages that answer back: every number of theirs, held in a real browser to `lib`."""

import copy
import subprocess
import sys

import numpy as np
import pytest

from hands import ONE, SEVEN, draw, draw_with_a_finger, open_file
from lib import models, nn, optim, page, serialization
from lib.data import load_mnist
from lib.training import train_step
from registry import LAYERS
from test_browser import DESK, NARROW, PHONE, violations, visit

EXPLORE = page.STATIC / "explore"
KNOWN = {kind.__name__ for kind in page.KNOWN}

RUN = """async ([packed, x, shape, g, times]) => {
  const network = await nn.read(packed);
  let y, seconds = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    y = network.forward(nn.batch(Float64Array.from(x), shape));
    seconds.push((performance.now() - start) / 1000);
  }
  const gradient = network.backwardInput(nn.batch(Float64Array.from(g), y.shape));
  return {
    y: [...y.data], shape: y.shape, gradient: [...gradient.data], gradientShape: gradient.shape,
    seconds: seconds.sort((a, b) => a - b)[times >> 1],
  };
}"""

TRAIN = """async ([packed, x, shape, labels, lr]) => {
  const network = await nn.read(packed);
  const losses = labels.map((row, step) =>
    nn.trainStep(network, nn.batch(Float64Array.from(x[step]), shape), row, lr));
  return { losses, weights: network.parameters().flatMap((p) => [...p.data]) };
}"""


@pytest.fixture(scope="module")
def scripts(chromium):
    """A blank page with the runtime in it."""
    tab = chromium.new_page()
    tab.add_script_tag(path=EXPLORE / "nn.js")
    yield tab
    tab.close()


def rounded(model, bits):
    """Return a copy of a network, in float64, with the weights that its page will have."""
    model = copy.deepcopy(model).astype(np.float64).eval()
    for parameter in model.parameters():
        if parameter.data.ndim > 1:
            integers, scales = page.quantize(parameter.data, bits)
            rows = scales.astype(np.float64).reshape(-1, *[1] * (integers.ndim - 1))
            parameter.data[...] = integers * rows
        else:
            parameter.data[...] = parameter.data.astype(np.float32)
    for _, buffer in model.named_buffers():
        buffer.data = buffer.data.astype(np.float32).astype(np.float64)
    return model


def run(scripts, model, x, g, bits=16, times=1):
    """Return what the browser makes of a batch: output, input's gradient and seconds."""
    packed = page.pack(nn.Sequential(model), bits)
    arguments = [packed, x.ravel().tolist(), list(x.shape), g.ravel().tolist(), times]
    answer = scripts.evaluate(RUN, arguments)
    y = np.array(answer["y"]).reshape(answer["shape"])
    gradient = np.array(answer["gradient"]).reshape(answer["gradientShape"])
    return y, gradient, answer["seconds"]


def assert_same(scripts, model, x, bits):
    """Hold output and input's gradient to those of ``lib`` with the same rounded weights."""
    twin = rounded(model, bits)
    expected = twin(x)
    g = np.random.default_rng(1).normal(size=expected.shape)
    y, gradient, _ = run(scripts, model, x, g, bits)
    np.testing.assert_allclose(y, expected, atol=1e-3, rtol=0)
    expected = twin.backward_input(g)
    assert gradient.shape == x.shape
    np.testing.assert_allclose(gradient, expected, atol=1e-4 * np.abs(expected).max(), rtol=0)


def runs_in_a_page(case):
    made = case.make(np.random.default_rng(0), np.float64)
    layers = made if isinstance(made, nn.Sequential) else [made]
    padded = any("Pool" in type(layer).__name__ and "padding" in repr(layer) for layer in layers)
    return all(type(layer) in page.KNOWN for layer in layers) and not padded


CASES = [case for case in LAYERS if runs_in_a_page(case)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layer_computes_what_it_does_in_lib(scripts, case):
    rng = np.random.default_rng(0)
    assert_same(scripts, case.make(rng, np.float64), case.x(rng, 3), bits=16)


def test_every_layer_that_a_page_can_run_is_among_the_cases():
    assert {case.name.split("-")[0] for case in CASES} >= KNOWN


NETWORKS = [
    lambda rng: models.mlp((784, 30, 10), nn.LeakyReLU, rng=rng),
    lambda rng: models.mlp((784, 30, 10), nn.Sigmoid, rng=rng),
    lambda rng: models.lenet5(num_classes=4, rng=rng),
    lambda rng: models.cnn2(rng=rng),
    lambda rng: models.cnn3(batch_norm=True, dropout=True, rng=rng),
    lambda rng: models.cnn_bn_dropout(rng=rng),
    lambda rng: models.four_block_cnn(rng=rng),
    lambda rng: models.small_cnn(rng=rng),
]


@pytest.mark.parametrize("bits", [16, 8])
@pytest.mark.parametrize("make", NETWORKS)
def test_a_network_of_the_course_gives_the_same_scores_and_gradients(scripts, make, bits):
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(2, 1, 28, 28)) * (rng.uniform(size=(2, 1, 28, 28)) > 0.7)
    assert_same(scripts, make(rng), x, bits)


@pytest.mark.parametrize("activation", [nn.Tanh, nn.ReLU])
def test_ten_steps_of_training_arrive_at_the_same_weights(scripts, activation):
    rng = np.random.default_rng(0)
    model = models.mlp((2, 8, 8, 3), activation, rng=rng)
    x = rng.normal(size=(10, 32, 2))
    labels = (x > 0).sum(axis=2)
    packed = page.pack(model)
    twin = rounded(model, 16).train()
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(twin.parameters(), lr=0.5)
    arguments = [packed, x.reshape(10, -1).tolist(), [32, 2], labels.tolist(), 0.5]
    answer = scripts.evaluate(TRAIN, arguments)
    expected = [train_step(twin, loss, sgd, *batch) for batch in zip(x, labels, strict=True)]
    weights = np.concatenate([p.data.ravel() for p in twin.parameters()])
    np.testing.assert_allclose(answer["losses"], expected, atol=1e-5, rtol=0)
    np.testing.assert_allclose(answer["weights"], weights, atol=1e-5, rtol=0)
    assert expected[-1] < expected[0]


def test_rounding_moves_no_weight_by_more_than_half_a_step():
    weight = np.random.default_rng(0).normal(size=(4, 3, 5, 5)).astype(np.float32)
    weight[2] = 0
    for bits in (16, 8):
        integers, scales = page.quantize(weight, bits)
        scales = scales[:, None, None, None]
        assert (np.abs(integers * scales - weight) <= 0.5001 * scales).all()
        assert np.abs(integers[:2]).reshape(2, -1).max(axis=1).tolist() == [2 ** (bits - 1) - 1] * 2


def test_a_layer_that_no_page_can_run_is_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="no page can run Upsample, only networks of AvgPool2d"):
        page.pack(nn.Sequential(nn.Upsample(scale_factor=2), nn.Linear(3, 2, rng=rng)))


def test_pooling_with_padding_is_refused():
    with pytest.raises(ValueError, match=r"run MaxPool2d\(.*padding=1\): .*use padding=0"):
        page.pack(nn.Sequential(nn.MaxPool2d(3, 2, padding=1)))


def test_weights_that_are_not_finite_are_refused():
    model = models.mlp((2, 3), rng=np.random.default_rng(0))
    model.parameters()[0].data[0, 0] = np.nan
    with pytest.raises(ValueError, match="is not finite, so no page can use it"):
        page.pack(model)


# -- a page of one's own ---------------------------------------------------------------------------

ATTACK = (
    "<img src=x onerror=\"document.title='run'\"></script><script>document.title='run'</script>"
)


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """The page of a network that can tell 1 from 7, made by the command; its history is strange."""
    folder = tmp_path_factory.mktemp("mine")
    x, y, _, _ = load_mnist()
    rows = np.flatnonzero(np.isin(y, [1, 7]))[:3000]
    x, y = x[rows, None] / np.float32(255), (y[rows] == 7).astype(np.int64)
    rng = np.random.default_rng(0)
    model = models.cnn2(num_classes=2, rng=rng)
    loss, adam = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.003)
    for batch in np.split(np.arange(3000), 60):
        train_step(model, loss, adam, x[batch], y[batch])
    row = {"train_loss": 0.3, "train_accuracy": 0.9, "validation_loss": 0.2}
    serialization.save(
        model,
        folder / "mine.npz",
        recipe={"data": "mnist", "classes": [1, 7]},
        date=ATTACK,
        history=[{**row, "validation_accuracy": 0.95}, {**row, "validation_accuracy": None}],
    )
    command = [sys.executable, "-m", "lib", "page", "mine.npz"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "my_digits.html"


def open_mine(browser, path, **options):
    """Open the page in a tab that allows nothing but the file itself."""
    return visit(browser, path.as_uri(), **{"viewport": DESK} | options)


def said(tab):
    return tab.locator("#answer .said").inner_text()


def test_a_page_of_ones_own_is_one_small_file(mine):
    assert mine.stat().st_size < 400_000
    text = mine.read_text(encoding="utf-8")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_ones_own_network_answers_a_mouse(chromium, mine):
    with open_mine(chromium, mine) as tab:
        open_file(tab, mine)
        assert not tab.locator("#answer").is_visible()
        draw(tab, SEVEN)
        assert said(tab) == "7"
        assert tab.locator("#answer li").count() == 2
        tab.get_by_role("button", name="Undo").click()
        assert tab.get_by_text("Draw here").is_visible()
        draw(tab, ONE)
        assert said(tab) == "1"
        tab.get_by_role("button", name="Clear").click()
        assert not tab.locator("#answer").is_visible()


def test_ones_own_network_answers_a_finger_and_nothing_scrolls(chromium, mine):
    with open_mine(chromium, mine, viewport=NARROW, has_touch=True, is_mobile=True) as tab:
        open_file(tab, mine)
        draw_with_a_finger(tab, SEVEN)
        assert said(tab) == "7"
        assert tab.evaluate("scrollY") == 0
        assert tab.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_ones_own_network_answers_the_keyboard(chromium, mine):
    with open_mine(chromium, mine) as tab:
        open_file(tab, mine)
        tab.locator("#pad").focus()
        keys = ["ArrowUp"] * 9 + ["Space"] + ["ArrowDown"] * 18 + ["Space"] + ["ArrowLeft"] * 3
        for key in keys:
            tab.keyboard.press(key)
        assert said(tab) == "1"
        tab.keyboard.press("Backspace")
        assert not tab.locator("#answer").is_visible()


def test_text_in_a_file_of_weights_is_shown_and_never_run(chromium, mine):
    with open_mine(chromium, mine) as tab:
        open_file(tab, mine)
        assert ATTACK in tab.locator("#about").inner_text()
        assert tab.title() == "Draw, and cnn2 says what it is"
        assert tab.locator("svg.curve").count() == 2
        assert tab.locator("svg.curve path").count() == 3  # one epoch has no validation accuracy
        assert "test images right" in tab.locator("#result").inner_text()


def test_a_number_of_a_layer_tells_where_it_comes_from(chromium, mine):
    with open_mine(chromium, mine) as tab:
        open_file(tab, mine)
        draw(tab, SEVEN)
        layers = tab.locator("#layers canvas")
        layers.first.hover(position={"x": 21, "y": 21})
        tip = tab.locator(".tip")
        assert "Conv2d, map 0, row 10, column 10: depends on 3 × 3 pixels" in tip.inner_text()
        tab.mouse.move(5, 5)
        assert not tip.is_visible()
        layers.last.focus()
        tab.keyboard.press("ArrowRight")
        assert "Linear, number 1, the score of 7: depends on 28 × 28 pixels" in tip.inner_text()
        tab.keyboard.press("Escape")
        assert not tip.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [DESK, PHONE])
def test_a_page_of_ones_own_is_accessible(chromium, mine, window, scheme):
    with open_mine(chromium, mine, viewport=window, color_scheme=scheme) as tab:
        open_file(tab, mine)
        draw(tab, SEVEN)
        tab.locator("#layers canvas").first.focus()
        assert violations(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") == window["width"]


# Expected by hand: the numbers of the first layers of LeNet-5 and of a dense network.
FIELDS = [
    (lambda rng: models.lenet5(rng=rng), 0, 0, [0, 0, 3, 3]),  # the corner: two rows are padding
    (
        lambda rng: models.lenet5(rng=rng),
        1,
        15,
        [0, 0, 6, 6],
    ),  # row 1, column 1: windows of 5×5 at 2 and 3
    (lambda rng: models.lenet5(rng=rng), 6, 0, [0, 0, 28, 28]),
    (lambda rng: models.mlp((784, 5, 10), rng=rng), 0, 30, [1, 2, 2, 3]),  # pixel 30 is (1, 2)
    (lambda rng: models.mlp((784, 5, 10), rng=rng), 1, 0, [0, 0, 28, 28]),
]


@pytest.mark.parametrize("make, layer, place, expected", FIELDS)
def test_a_receptive_field_is_all_that_a_number_depends_on(scripts, make, layer, place, expected):
    packed = page.pack(make(np.random.default_rng(0)))
    field = scripts.evaluate(
        """async ([packed, layer, place]) => {
          const network = await nn.read(packed);
          network.forward(nn.batch(new Float64Array(784), [1, 1, 28, 28]));
          return nn.receptiveField(network, layer, place);
        }""",
        [packed, layer, place],
    )
    assert field == expected
