"""What is particular to SGD: its settings, and a learning rate that may change."""

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
    with pytest.raises(NotImplementedError, match=r"must define update\(i, parameter\)"):
        optim.Optimizer([nn.Parameter(np.ones(1))], lr=1).step()
