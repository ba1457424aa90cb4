"""The pages that answer back: every number of theirs, held in a real browser to `lib`."""

import copy

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from lib import models, nn, optim, page
from lib.training import train_step
from registry import LAYERS
from test_browser import FLAGS, find_chromium

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
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


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
    return all(type(layer) in page.KNOWN for layer in layers)


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
        page.pack(nn.Sequential(nn.Upsample(2), nn.Linear(3, 2, rng=rng)))


def test_weights_that_are_not_finite_are_refused():
    model = models.mlp((2, 3), rng=np.random.default_rng(0))
    model.parameters()[0].data[0, 0] = np.nan
    with pytest.raises(ValueError, match="is not finite, so no page can use it"):
        page.pack(model)
