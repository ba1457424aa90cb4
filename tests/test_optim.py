"""What is particular to one optimiser: its settings, its memory, and a rate that may change."""

import numpy as np
import pytest

from lib import nn, optim


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"lr": -0.1}, "lr ≥ 0, got -0.1"),
        ({"lr": float("nan")}, "lr ≥ 0, got nan"),
        ({"lr": float("inf")}, "a finite number lr ≥ 0, got inf"),
        ({"lr": 0.1, "momentum": -1}, "0 ≤ momentum < 1, got -1"),
        ({"lr": 0.1, "momentum": 2}, "0 ≤ momentum < 1, got 2"),
        ({"lr": 0.1, "weight_decay": -1}, "weight_decay ≥ 0, got -1"),
        ({"lr": 0.1, "nesterov": True}, "needs a momentum"),
    ],
)
def test_settings_that_cannot_be_right_are_errors(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        optim.SGD([nn.Parameter(np.ones(1))], **options)


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        (optim.RMSprop, {"alpha": 1}, "0 ≤ alpha < 1, got 1"),
        (optim.RMSprop, {"eps": -1}, "eps > 0, got -1"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "0 ≤ betas < 1, got 1.0"),
        (optim.Adam, {"betas": (-0.1, 0.9)}, "0 ≤ betas < 1, got -0.1"),
        (optim.Adam, {"betas": (0.9,)}, r"betas of two numbers, such as .* got \(0.9,\)"),
        (optim.AdamW, {"betas": (0.9, 0.99, 0.999)}, "AdamW expected betas of two numbers"),
        (optim.Adam, {"betas": 0.9}, "betas of two numbers, such as .* got 0.9"),
        (optim.Adam, {"eps": 0}, "a finite number eps > 0, got 0"),
        (optim.RMSprop, {"momentum": 1}, "0 ≤ momentum < 1, got 1"),
        (optim.AdamW, {"weight_decay": -1}, "weight_decay ≥ 0, got -1"),
    ],
)
def test_shares_of_the_past_that_never_fade_are_errors_too(kind, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        kind([nn.Parameter(np.ones(1))], **options)


def test_the_first_step_of_adam_is_lr_whatever_the_size_of_the_gradient():
    parameter = nn.Parameter(np.ones(3))
    parameter.grad += [1e-4, 1, -1e8]
    optim.Adam([parameter], lr=0.5).step()
    np.testing.assert_allclose(parameter.data, [0.5, 0.5, 1.5], rtol=1e-3)


def test_adamw_shrinks_a_weight_without_gradients_and_adam_divides_that_pull_away():
    for kind, expected in [(optim.AdamW, 1 - 0.1 * 0.01), (optim.Adam, 1 - 0.1)]:
        parameter = nn.Parameter(np.ones(1))
        kind([parameter], lr=0.1, weight_decay=0.01).step()
        np.testing.assert_allclose(parameter.data, expected, rtol=1e-6)


@pytest.mark.parametrize("kind", [optim.RMSprop, optim.Adam, optim.AdamW])
@pytest.mark.parametrize("size", [0.0, 1e-30, 1e18])
def test_gradients_of_any_size_leave_float32_weights_finite(kind, size):
    parameter = nn.Parameter(np.ones(2, np.float32))
    optimizer = kind([parameter])
    for _ in range(3):
        parameter.grad[...] = size
        optimizer.step()
    assert np.isfinite(parameter.data).all()


def test_the_learning_rate_may_change_between_steps():
    parameter = nn.Parameter(np.zeros(1))
    sgd = optim.SGD([parameter], lr=1)
    parameter.grad += 1
    sgd.step()
    sgd.lr = 0.5
    sgd.step()
    assert parameter.data == -1.5


def test_momentum_carries_on_without_a_gradient():
    parameter = nn.Parameter(np.zeros(1))
    sgd = optim.SGD([parameter], lr=1, momentum=0.5)
    parameter.grad += 1
    sgd.step()
    sgd.zero_grad()
    sgd.step()
    sgd.step()
    assert parameter.data == -(1 + 0.5 + 0.25)


def test_a_half_written_optimiser_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match=r"must define update\(w, g\)"):
        optim.Optimizer([nn.Parameter(np.ones(1))], lr=1).step()


@pytest.mark.parametrize("lr", [[0.1], "0.1", None, 0.1j, True, np.array([0.1])])
@pytest.mark.parametrize("kind", [optim.SGD, optim.RMSprop, optim.Adam, optim.AdamW])
def test_a_learning_rate_is_one_number(kind, lr):
    with pytest.raises(TypeError, match=f"{kind.__name__} expected a finite number lr ≥ 0, got"):
        kind([nn.Parameter(np.ones(1))], lr=lr)


@pytest.mark.parametrize("nesterov", ["no", 0.5, 1])
def test_nesterov_is_a_yes_or_a_no(nesterov):
    with pytest.raises(TypeError, match="expected nesterov=True or nesterov=False"):
        optim.SGD([nn.Parameter(np.ones(1))], 0.1, 0.9, nesterov=nesterov)


@pytest.mark.parametrize("clip", [optim.clip_grad_norm, optim.clip_grad_value])
def test_clipping_asks_for_a_number_and_for_parameters(clip):
    parameter = nn.Parameter(np.ones(2))
    for wrong in [-1, float("nan")]:
        with pytest.raises(ValueError, match=r"a finite number (max_norm|clip_value) ≥ 0"):
            clip([parameter], wrong)
    with pytest.raises(TypeError, match=r"got \[1\]"):
        clip([parameter], [1])
    with pytest.raises(TypeError, match=r"model.parameters\(\), got the model"):
        clip(nn.Tanh(), 1)
    parameter.grad += 1e9
    clip([parameter], float("inf"))  # how PyTorch's users ask for the length alone
    np.testing.assert_array_equal(parameter.grad, 1e9)


STATES = {
    "nothing": {},
    "a list": [],
    "no memory": {"optimizer": "Adam", "steps": 1, "settings": {}},
    "no steps": "steps",
    "text for a setting": ("settings", "lr", "fast"),
    "a negative rate": ("settings", "lr", -1.0),
    "three betas": ("settings", "betas", [0.1, 0.2, 0.3]),
    "half a step": 1.5,
    "nan in the memory": ("memory", "mean", [np.array([np.nan, 0])]),
    "complex memory": ("memory", "mean", [np.array([1j, 0])]),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_that_cannot_be_right_is_an_error_and_changes_nothing(name):
    adam = optim.Adam([nn.Parameter(np.ones(2))], lr=0.5)
    before, state, change = adam.state_dict(), adam.state_dict(), STATES[name]
    if isinstance(change, tuple):
        part, key, value = change
        state[part][key] = value
    elif isinstance(change, float):
        state["steps"] = change
    elif isinstance(change, str):
        del state[change]
    else:
        state = change
    with pytest.raises((ValueError, TypeError), match="Adam"):
        adam.load_state_dict(state)
    assert repr(adam.state_dict()) == repr(before)
    with pytest.raises((ValueError, TypeError), match="StepLR"):
        optim.StepLR(adam, 3).load_state_dict(state)


def test_each_group_gets_an_optimiser_of_its_own():
    first, second = (nn.Parameter(np.ones(1)) for _ in range(2))
    with pytest.raises(TypeError, match="SGD has no parameter groups; make one optimiser for each"):
        optim.SGD([{"params": [first]}, {"params": [second], "lr": 1}], lr=0.1)
    with pytest.raises(TypeError, match=r"without names; use model.parameters\(\)"):
        optim.SGD(nn.Linear(2, 1, rng=np.random.default_rng(0)).named_parameters(), lr=0.1)
    with pytest.raises(TypeError, match=r"use \[parameter\]"):
        optim.SGD(first, lr=0.1)
