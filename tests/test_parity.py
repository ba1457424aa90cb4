"""The same numbers as PyTorch: against arrays it computed once, and live where it is installed."""

import numpy as np
import pytest

from lib import models, nn, optim
from registry import LAYERS, LOSSES, convnet, mlp, torch_convnet, torch_mlp
from torch_reference import (
    GOLDEN,
    KINDS,
    STEPS,
    load_state,
    torch_layer,
    torch_loss,
    torch_optimizer,
    with_prefix,
    without_prefix,
)

by_name = {"ids": lambda case: case.name}
each_training = pytest.mark.parametrize("case", KINDS["optimizers"][0], **by_name)


def golden(kind, case):
    """Return the stored inputs and PyTorch's stored answers."""
    with np.load(GOLDEN / f"{kind}.npz", allow_pickle=False) as file:
        arrays = without_prefix(case.name, dict(file))
    return without_prefix("inputs", arrays), without_prefix("answers", arrays)


def our_layer(case, inputs):
    layer = case.make(np.random.default_rng(0), np.float64).train(case.training)
    layer.load_state_dict(without_prefix("state", inputs))
    y = layer(inputs["x"])
    grad_x = layer.backward(inputs["grad_output"])
    grads = {name: parameter.grad for name, parameter in layer.named_parameters()}
    buffers = {name: buffer.data for name, buffer in layer.named_buffers()}
    numbers = {"y": y, "grad_x": grad_x}
    return numbers | with_prefix("grad", grads) | with_prefix("after", buffers)


def our_loss(case, inputs):
    loss = case.make()
    return {"loss": loss(inputs["pred"], inputs["target"]), "grad": loss.backward()}


def our_optimizer(case, inputs):
    model = mlp(np.random.default_rng(0), np.float64)
    model.load_state_dict(without_prefix("state", inputs))
    optimizer, loss = case.make(model.parameters()), nn.CrossEntropyLoss()
    schedule = case.schedule and case.schedule(optim, optimizer)
    losses, rates = [], []
    for x, y in zip(inputs["x"], inputs["y"], strict=True):
        optimizer.zero_grad()
        losses.append(loss(model(x), y))
        model.backward_params(loss.backward())
        if case.clip:
            case.clip(optimizer.params, optim.clip_grad_norm, optim.clip_grad_value)
        rates.append(optimizer.lr)
        optimizer.step()
        if schedule:
            schedule.step()
    return {"losses": losses, "rates": rates} | with_prefix("trained", model.state_dict())


def assert_same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, expected in theirs.items():
        np.testing.assert_allclose(ours[name], expected, rtol=1e-6, atol=1e-12, err_msg=name)


# -- against golden arrays, everywhere ------------------------------------------------------------


@pytest.mark.parametrize("case", LAYERS, **by_name)
def test_outputs_and_gradients_equal_the_golden_ones(case):
    inputs, answers = golden("layers", case)
    assert_same(our_layer(case, inputs), answers)


@pytest.mark.parametrize("case", LOSSES, **by_name)
def test_losses_and_their_gradients_equal_the_golden_ones(case):
    inputs, answers = golden("losses", case)
    assert_same(our_loss(case, inputs), answers)


@each_training
def test_ten_steps_equal_the_golden_ones(case):
    inputs, answers = golden("optimizers", case)
    assert len(answers["losses"]) == STEPS
    assert_same(our_optimizer(case, inputs), answers)


@pytest.mark.parametrize("kind", KINDS)
def test_the_golden_files_hold_exactly_the_registry(kind):
    with np.load(GOLDEN / f"{kind}.npz", allow_pickle=False) as file:
        stored = {name.split("/")[0] for name in file}
    assert stored == {case.name for case in KINDS[kind][0]}


def test_the_golden_files_are_small():
    assert sum(file.stat().st_size for file in GOLDEN.iterdir()) < 500_000


# -- against PyTorch itself, where it is installed ------------------------------------------------


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)  # PyTorch has no other way to make its starting weights repeatable
    return torch


@pytest.mark.parametrize("case", LAYERS, **by_name)
def test_outputs_and_gradients_equal_pytorchs(torch, case):
    inputs = KINDS["layers"][1](case)
    assert_same(our_layer(case, inputs), torch_layer(case, inputs))


@pytest.mark.parametrize("case", LOSSES, **by_name)
def test_losses_and_their_gradients_equal_pytorchs(torch, case):
    inputs = KINDS["losses"][1](case)
    assert_same(our_loss(case, inputs), torch_loss(case, inputs))


@each_training
def test_ten_steps_equal_pytorchs(torch, case):
    inputs = KINDS["optimizers"][1](case)
    assert_same(our_optimizer(case, inputs), torch_optimizer(case, inputs))


def test_our_state_dict_loads_into_pytorch(torch):
    ours = models.mlp((6, 5, 4), rng=np.random.default_rng(5), dtype=np.float64)
    theirs = load_state(torch_mlp(torch.nn), ours.state_dict())
    x = np.random.default_rng(6).normal(size=(3, 2, 3))
    np.testing.assert_allclose(theirs(torch.tensor(x)).detach().numpy(), ours(x), rtol=1e-12)


def test_pytorchs_state_dict_loads_into_ours(torch):
    theirs = torch_mlp(torch.nn)
    ours = models.mlp((6, 5, 4), rng=np.random.default_rng(5))
    ours.load_state_dict(theirs.state_dict())
    x = np.random.default_rng(6).normal(size=(3, 2, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(x), theirs(torch.tensor(x)).detach().numpy(), atol=1e-6)


def test_a_network_with_running_statistics_goes_both_ways(torch):
    theirs, ours = torch_convnet(torch.nn).double(), convnet(np.random.default_rng(5), np.float64)
    x = np.random.default_rng(6).normal(size=(5, 2, 4, 5))
    theirs(torch.tensor(x))  # moves their running statistics
    ours.load_state_dict(theirs.state_dict())
    expected = theirs.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours.eval()(x), expected, rtol=1e-10)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    back = load_state(torch_convnet(torch.nn), ours.state_dict()).eval()
    np.testing.assert_allclose(back(torch.tensor(x)).detach().numpy(), expected, rtol=1e-10)


def test_convolutions_start_in_the_same_range_as_pytorchs(torch):
    for name in ("Conv2d", "ConvTranspose2d"):
        ours = getattr(nn, name)(8, 40, 5, rng=np.random.default_rng(0)).state_dict()
        for key, theirs in getattr(torch.nn, name)(8, 40, 5).state_dict().items():
            assert np.abs(ours[key]).max() == pytest.approx(theirs.abs().max().item(), rel=0.1)


def test_linear_starts_in_the_same_range_as_pytorchs(torch):
    ours = nn.Linear(300, 100, rng=np.random.default_rng(0)).state_dict()
    for name, theirs in torch.nn.Linear(300, 100).state_dict().items():
        assert np.abs(ours[name]).max() <= 1 / 300**0.5
        assert ours[name].std() == pytest.approx(theirs.numpy().std(), rel=0.2)


def test_a_layer_prints_as_in_pytorch(torch):
    ours = models.mlp((6, 5, 4), rng=np.random.default_rng(5))
    expected = repr(torch_mlp(torch.nn)).replace("Flatten(start_dim=1, end_dim=-1)", "Flatten()")
    assert repr(ours) == expected
