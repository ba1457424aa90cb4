"""The gradient check: true gradients pass, every kind of wrong one is caught."""

import re

import numpy as np
import pytest

from lib import nn
from lib.gradcheck import gradcheck, numerical_gradient, relative_error
from lib.models import mlp


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def model(rng):
    return mlp((6, 5, 4), rng=rng, dtype=np.float64)


def test_a_numerical_gradient_has_many_digits(rng):
    x = rng.normal(size=(3, 2))
    np.testing.assert_allclose(
        numerical_gradient(lambda x: np.sin(x).sum(), x), np.cos(x), rtol=1e-8
    )


def test_a_numerical_gradient_puts_the_numbers_back(rng):
    x = rng.normal(size=(3, 2))
    before = x.copy()
    numerical_gradient(lambda x: np.sum(x**2), x)
    np.testing.assert_array_equal(x, before)


def test_relative_error_is_relative_to_the_largest_number():
    assert relative_error(np.array([1.0, 100.0]), np.array([2.0, 100.0])) == pytest.approx(0.01)
    assert relative_error(np.zeros(3), np.zeros(3)) == 0
    assert relative_error(np.zeros(0), np.zeros(0)) == 0
    assert relative_error(np.array([1e-11]), np.zeros(1)) == pytest.approx(1e-7)


def test_a_whole_model_with_its_loss_is_checked_down_to_the_input(model, rng):
    x, y = rng.normal(size=(7, 2, 3)), rng.integers(0, 4, 7)
    table = gradcheck(model, x, y, loss=nn.CrossEntropyLoss())
    assert [row.name for row in table] == ["input", "1.weight", "1.bias", "3.weight", "3.bias"]
    assert [row.shape for row in table] == [(7, 2, 3), (5, 6), (5,), (4, 5), (4,)]
    assert table.ok
    assert table.worst < 1e-6


def test_a_table_prints_in_a_fixed_form_but_for_the_measured_part(model, rng):
    table = gradcheck(model, rng.normal(size=(7, 2, 3)))
    assert repr(table) == str(table)
    assert re.sub(r"measured [^)]*", "measured", str(table)).splitlines() == [
        "gradient for  shape      relative error",
        "input         (7, 2, 3)  ✓ < 1e-06 (measured)",
        "1.weight      (5, 6)     ✓ < 1e-06 (measured)",
        "1.bias        (5,)       ✓ < 1e-06 (measured)",
        "3.weight      (4, 5)     ✓ < 1e-06 (measured)",
        "3.bias        (4,)       ✓ < 1e-06 (measured)",
    ]


def test_everything_is_left_as_it_was(model, rng):
    x = rng.normal(size=(7, 2, 3))
    for parameter in model.parameters():
        parameter.grad += 3
    before, x_before = model.state_dict(), x.copy()
    gradcheck(model, x)
    np.testing.assert_array_equal(x, x_before)
    for name, parameter in model.named_parameters():
        np.testing.assert_array_equal(parameter.data, before[name])
        assert np.all(parameter.grad == 3)


def test_a_large_array_is_checked_on_a_sample_of_its_entries(rng):
    layer = nn.Linear(200, 30, rng=rng, dtype=np.float64)
    calls = []
    layer.forward = lambda x: calls.append(1) or nn.Linear.forward(layer, x)
    assert gradcheck(layer, rng.normal(size=(2, 200)), entries=10).ok
    assert len(calls) == 2 + 3 * 2 * 10


class Forgetful(nn.Tanh):
    """Forgets the slope."""

    def backward_input(self, grad_output):
        return self.saved(grad_output) * 0 + grad_output


class SoftmaxShortcut(nn.Softmax):
    """Uses only the diagonal of the Jacobian."""

    def backward_input(self, grad_output):
        y = self.saved(grad_output)
        return grad_output * y * (1 - y)


class BiasOfOneRow(nn.Linear):
    """Forgets to sum over the rows."""

    def backward_params(self, grad_output):
        self.weight.grad += grad_output.T @ self.saved(grad_output)
        self.bias.grad += grad_output[0]


class NoMean(nn.MSELoss):
    """Forgets to divide by the number of entries."""

    def backward(self):
        (difference,) = self.saved()
        return 2 * difference


@pytest.mark.parametrize("wrong", [Forgetful, SoftmaxShortcut])
def test_a_wrong_gradient_for_the_input_is_caught(wrong, rng):
    table = gradcheck(wrong(), rng.normal(size=(3, 4)))
    assert not table.ok
    assert table.worst > 1e-3
    assert "✗ ≥ 1e-06" in str(table)


def test_a_wrong_gradient_for_one_parameter_is_caught_by_name(rng):
    table = gradcheck(BiasOfOneRow(4, 2, rng=rng, dtype=np.float64), rng.normal(size=(3, 4)))
    assert {row.name: row.ok for row in table} == {"input": True, "weight": True, "bias": False}


def test_a_wrong_loss_is_caught(rng):
    assert not gradcheck(NoMean(), rng.normal(size=(3, 4)), rng.normal(size=(3, 4))).ok


def test_float32_is_an_error_with_its_mend(model, rng):
    x = rng.normal(size=(7, 2, 3))
    with pytest.raises(TypeError, match=r"x is float32; use x.astype\(np.float64\)"):
        gradcheck(model, x.astype(np.float32))
    with pytest.raises(TypeError, match=r"1.weight is float32"):
        gradcheck(model.astype(np.float32), x)
    with pytest.raises(TypeError, match="float64"):
        numerical_gradient(np.sum, np.ones(3, np.float32))


def test_a_loss_without_a_target_is_an_error(model, rng):
    with pytest.raises(TypeError, match="target"):
        gradcheck(nn.MSELoss(), rng.normal(size=(3, 4)))
    with pytest.raises(TypeError, match="target"):
        gradcheck(model, rng.normal(size=(7, 2, 3)), loss=nn.CrossEntropyLoss())


def test_the_relative_error_names_a_missing_factor_a_flipped_sign_and_a_missing_gradient():
    """As the page on troubleshooting says."""
    right = np.random.default_rng(0).normal(size=(3, 4))
    errors = [relative_error(factor * right, right) for factor in (2, 0.5, -1, 0)]
    assert errors == pytest.approx([0.5, 0.5, 2, 1])
