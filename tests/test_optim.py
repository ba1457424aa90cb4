"""What is particular to one optimiser: its settings, its memory, and a rate that may change."""

import numpy as np
import pytest

from lib import nn, optim


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"lr": -0.1}, "lr ≥ 0, got -0.1"),
        ({"lr": float("nan")}, "lr ≥ 0, got nan"),
        ({"lr": 0.1, "momentum": -1}, "momentum ≥ 0, got -1"),
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
        (optim.RMSprop, {"alpha": 1}, "alpha below 1, got 1: the past would never fade"),
        (optim.RMSprop, {"eps": -1}, "eps ≥ 0, got -1"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "betas below 1, got 1.0"),
        (optim.Adam, {"betas": (-0.1, 0.9)}, r"betas ≥ 0, got \(-0.1, 0.9\)"),
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
