"""What is particular to one schedule or one way of clipping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import nn, optim


def sgd(**options):
    return optim.SGD([nn.Parameter(np.zeros(1))], **{"lr": 0.1, **options})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: optim.StepLR(sgd(), 0), "step_size ≥ 1, got 0"),
        (lambda: optim.StepLR(sgd(), 1, gamma=-1), "gamma ≥ 0, got -1"),
        (lambda: optim.CosineAnnealingLR(sgd(), 0), "T_max ≥ 1, got 0"),
        (lambda: optim.OneCycleLR(sgd(), 1.0, 10), "give SGD one, or say cycle_momentum=False"),
        (lambda: optim.OneCycleLR(sgd(momentum=0.9), 1.0, 3), "some steps of warm-up"),
        (lambda: optim.OneCycleLR(sgd(momentum=0.9), 1.0, 9, pct_start=1), "some after it"),
        (lambda: optim.OneCycleLR(sgd(momentum=0.9), float("nan"), 9), "max_lr > 0, got nan"),
    ],
)
def test_plans_that_cannot_be_right_are_errors(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_half_written_schedule_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match=r"must define lr_at\(t\)"):
        optim.Schedule(sgd()).step()


def test_one_cycle_warms_up_then_anneals_and_the_momentum_does_the_opposite():
    optimizer = sgd(momentum=0.9)
    schedule = optim.OneCycleLR(optimizer, max_lr=1.0, total_steps=100)
    rates, momenta = [], []
    for _ in range(100):
        rates.append(optimizer.lr)
        momenta.append(optimizer.momentum)
        schedule.step()
    assert rates[0] == pytest.approx(1 / 25)
    assert rates[-1] == pytest.approx(1 / 25 / 1e4)
    assert np.argmax(rates) == np.argmin(momenta) == 29
    assert np.all(np.diff(rates[:30]) > 0)
    assert np.all(np.diff(rates[29:]) < 0)
    assert (momenta[0], min(momenta), momenta[-1]) == pytest.approx((0.95, 0.85, 0.95))


def test_one_cycle_says_when_it_has_come_to_its_end():
    schedule = optim.OneCycleLR(sgd(momentum=0.9), max_lr=1.0, total_steps=5)
    for _ in range(5):
        schedule.step()
    with pytest.raises(ValueError, match=r"come to its end: .* total_steps=5; .* len\(train\)"):
        schedule.step()


def test_one_cycle_moves_the_first_beta_of_adam_only():
    adam = optim.Adam([nn.Parameter(np.zeros(1))])
    optim.OneCycleLR(adam, max_lr=1.0, total_steps=10)
    assert adam.betas == (0.95, 0.999)


def with_gradients(*values, dtype=np.float32):
    parameters = []
    for value in values:
        parameters.append(nn.Parameter(np.zeros(np.shape(value), dtype)))
        parameters[-1].grad += np.asarray(value, dtype)
    return parameters


@given(
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=1, max_size=5),
    st.floats(1e-3, 1e3),
)
def test_no_gradient_is_longer_than_the_norm_it_was_clipped_to(values, max_norm):
    parameters = with_gradients(values, [values])
    before = np.concatenate([p.grad.ravel() for p in parameters]).astype(np.float64)
    norm = optim.clip_grad_norm(parameters, max_norm)
    after = np.concatenate([p.grad.ravel() for p in parameters]).astype(np.float64)
    assert norm == pytest.approx(np.linalg.norm(before))
    assert np.linalg.norm(after) <= max(max_norm, 0) * (1 + 1e-6)
    assert parameters[0].grad.dtype == np.float32
    if norm < max_norm - 2e-6:
        np.testing.assert_array_equal(after, before)


def test_a_gradient_of_nan_shows_in_the_norm():
    assert np.isnan(optim.clip_grad_norm(with_gradients([1.0, np.nan]), 1))


def test_clipping_by_value_works_entry_by_entry_in_place():
    (parameter,) = with_gradients([-3.0, 0.5, 2.0])
    array = parameter.grad
    optim.clip_grad_value([parameter], 1)
    assert parameter.grad is array
    np.testing.assert_array_equal(array, [-1, 0.5, 1])


@pytest.mark.parametrize("clip", [optim.clip_grad_norm, optim.clip_grad_value])
@pytest.mark.parametrize("limit", [-1, float("nan")])
def test_a_limit_that_is_no_limit_is_an_error(clip, limit):
    with pytest.raises(ValueError, match=f"≥ 0, got {limit}"):
        clip(with_gradients([1.0]), limit)
