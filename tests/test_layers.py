"""What is particular to one layer: its errors, its numerics, its starting weights."""

import math

import numpy as np
import pytest

from lib import models, nn
from lib.nn import init


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# -- Parameter and Module -------------------------------------------------------------------------


def test_a_parameter_starts_with_gradient_zero_of_its_own_kind():
    parameter = nn.Parameter(np.ones((2, 3), np.float32))
    assert parameter.grad.shape == (2, 3)
    assert parameter.grad.dtype == np.float32
    assert not parameter.grad.any()
    assert repr(parameter) == "Parameter(shape=(2, 3), dtype=float32)"


def test_a_parameter_must_be_an_array_of_floats():
    with pytest.raises(TypeError, match="int64"):
        nn.Parameter(np.arange(3))
    with pytest.raises(TypeError, match="list"):
        nn.Parameter([1.0, 2.0])


class Encoder(nn.Module):
    """A user's own network: attributes are found by themselves."""

    def __init__(self, rng):
        self.scale = nn.Parameter(np.ones(1, np.float32))
        self.body = models.mlp((4, 3, 2), rng=rng)


def test_parameters_are_found_in_attributes_in_order_and_at_any_depth(rng):
    names = [name for name, _ in Encoder(rng).named_parameters()]
    assert names == ["scale", "body.1.weight", "body.1.bias", "body.3.weight", "body.3.bias"]


def test_a_module_prints_its_children_indented(rng):
    assert repr(Encoder(rng)) == (
        "Encoder(\n"
        "  (body): Sequential(\n"
        "    (0): Flatten()\n"
        "    (1): Linear(in_features=4, out_features=3, bias=True)\n"
        "    (2): Tanh()\n"
        "    (3): Linear(in_features=3, out_features=2, bias=True)\n"
        "  )\n"
        ")"
    )


def test_a_half_written_layer_says_what_it_lacks(rng):
    with pytest.raises(NotImplementedError, match=r"Encoder must define forward\(x\)"):
        Encoder(rng)(np.ones((1, 4)))
    with pytest.raises(NotImplementedError, match="Encoder has parameters"):
        Encoder(rng).backward_params(np.ones((1, 2)))
    with pytest.raises(NotImplementedError, match="must define backward_input"):
        nn.Module().backward_input(np.ones((1, 2)))


def test_a_state_with_one_unfit_value_changes_nothing(rng):
    layer = nn.Linear(2, 1, rng=rng)
    before = layer.state_dict()
    words = np.array(["so", "so"]).reshape(1, 2).astype(object)
    with pytest.raises(ValueError, match="weight holds object, not real numbers"):
        layer.load_state_dict({"bias": np.zeros(1), "weight": words})
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_loading_a_state_keeps_the_dtype(rng):
    layer = nn.Linear(2, 1, rng=rng)
    layer.load_state_dict({"weight": np.ones((1, 2)), "bias": [3]})
    assert layer.weight.data.dtype == np.float32
    np.testing.assert_array_equal(layer.bias.data, [3])


# -- Sequential -----------------------------------------------------------------------------------


def test_sequential_is_indexed_sliced_and_walked_like_a_list(rng):
    model = models.mlp((4, 3, 2), rng=rng)
    assert len(model) == 4
    assert model[1] is list(model)[1]
    assert isinstance(model[1:3], nn.Sequential)
    assert model[1:3][0] is model[1]


@pytest.mark.parametrize(
    ("layers", "error", "sentence"),
    [
        ([nn.Tanh], TypeError, r"the class Tanh; write Tanh\(\.\.\.\)"),
        ([[nn.Tanh(), nn.ReLU()]], TypeError, r"unpack it: Sequential\(\*layers\)"),
        ([nn.Tanh(), "tanh"], TypeError, "at position 1, a str"),
    ],
)
def test_sequential_takes_layers_only(layers, error, sentence):
    with pytest.raises(error, match=sentence):
        nn.Sequential(*layers)


def test_sequential_refuses_the_same_layer_twice():
    tanh = nn.Tanh()
    with pytest.raises(ValueError, match="same layer object twice"):
        nn.Sequential(tanh, nn.Sequential(tanh))


def test_nothing_is_computed_for_the_input_of_the_first_layer(rng, monkeypatch):
    model = models.mlp((4, 3, 2), rng=rng)
    g = np.ones_like(model(np.ones((5, 4), np.float32)))
    monkeypatch.setattr(model[1], "backward_input", lambda g: pytest.fail("it was computed"))
    monkeypatch.setattr(model[0], "backward", lambda g: pytest.fail("it was run"))
    model.backward_params(g)
    assert model[1].weight.grad.any()


def test_sequential_without_parameters_has_nothing_to_add():
    model = nn.Sequential(nn.Tanh())
    model(np.ones((1, 2)))
    assert model.backward_params(np.ones((1, 2))) is None


# -- Ensemble -------------------------------------------------------------------------------------


def test_an_ensemble_answers_with_the_mean_of_log_probabilities(rng):
    members = [models.cnn2(rng=rng) for _ in range(3)]
    x = rng.random((5, 1, 28, 28), dtype=np.float32)
    logs = [nn.LogSoftmax()(member(x)) for member in members]
    np.testing.assert_allclose(nn.Ensemble(*members)(x), np.mean(logs, axis=0), rtol=1e-6)


def test_an_ensemble_of_one_gives_the_probabilities_of_its_member(rng):
    member, x = models.mlp((4, 3), rng=rng), rng.random((5, 4), dtype=np.float32)
    softmax = nn.Softmax()
    np.testing.assert_allclose(softmax(nn.Ensemble(member)(x)), softmax(member(x)), rtol=1e-6)


def test_an_ensemble_switches_all_members_to_evaluation(rng):
    ensemble = nn.Ensemble(models.small_cnn(rng=rng), models.cnn_5x5(rng=rng)).eval()
    assert not any(module.training for _, module in ensemble.named_modules())
    assert len(ensemble.parameters()) == 2 + 5 * 3 + 2 + 3 * 3


@pytest.mark.parametrize(
    ("members", "error", "sentence"),
    [
        ([], ValueError, r"at least one network: Ensemble\(first, second\)"),
        ([[nn.Tanh()]], TypeError, r"a list; unpack it: Ensemble\(\*layers\)"),
        ([nn.Tanh], TypeError, "Ensemble got, at position 0, the class Tanh"),
        ([nn.Sequential()] * 2, ValueError, "Ensemble got the same layer object twice"),
    ],
)
def test_an_ensemble_takes_separate_networks_only(members, error, sentence):
    with pytest.raises(error, match=sentence):
        nn.Ensemble(*members)


# -- Linear and Flatten ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((64, 28, 28), r"expected input \(N, 784\), got \(64, 28, 28\); put Flatten\(\) before it"),
        ((784,), r"expected input \(N, 784\), got \(784,\); add the batch axis: x\[None, :\]"),
        ((64, 100), r"expected input \(N, 784\), got \(64, 100\)$"),
    ],
)
def test_linear_names_the_shape_it_wants_and_the_mend(rng, shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        nn.Linear(784, 10, rng=rng)(np.zeros(shape, np.float32))


def test_linear_without_a_bias_has_no_bias(rng):
    layer = nn.Linear(3, 2, bias=False, rng=rng)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]
    assert not layer(np.zeros((1, 3), np.float32)).any()


def test_linear_needs_sizes_and_a_generator(rng):
    with pytest.raises(ValueError, match="Linear expected in_features ≥ 1, got 0"):
        nn.Linear(0, 3, rng=rng)
    with pytest.raises(TypeError, match=r"got 0; use rng=np.random.default_rng\(0\)"):
        nn.Linear(2, 3, rng=0)


def test_both_dtypes_start_at_the_same_weights():
    single = nn.Linear(4, 3, rng=np.random.default_rng(0))
    double = nn.Linear(4, 3, rng=np.random.default_rng(0), dtype=np.float64)
    np.testing.assert_allclose(single.weight.data, double.weight.data, rtol=1e-6)


def test_flatten_wants_a_batch_axis():
    with pytest.raises(ValueError, match="single number"):
        nn.Flatten()(np.array(1.0))


# -- activations ----------------------------------------------------------------------------------

EXTREMES = [-1e4, -1e3, -100.0, -1.0, 0.0, 1.0, 100.0, 1e3, 1e4]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "activation", [nn.Tanh, nn.Sigmoid, nn.ReLU, nn.LeakyReLU, nn.Softmax, nn.LogSoftmax]
)
def test_extreme_inputs_give_finite_outputs_and_gradients_without_a_warning(activation, dtype):
    layer = activation()
    y = layer(np.array([EXTREMES], dtype))
    assert np.isfinite(y).all()
    assert np.isfinite(layer.backward(np.ones_like(y))).all()


def test_sigmoid_keeps_its_digits_far_out():
    y = nn.Sigmoid()(np.array([-700.0, -40.0, 40.0, 700.0]))
    np.testing.assert_allclose(y, [math.exp(-700), math.exp(-40), 1, 1], rtol=1e-12)


def test_softmax_of_a_thousand_and_zero_is_one_and_zero():
    np.testing.assert_array_equal(nn.Softmax()(np.array([[1000.0, 0.0]])), [[1, 0]])
    np.testing.assert_array_equal(nn.LogSoftmax()(np.array([[1000.0, 0.0]])), [[0, -1000]])


def test_softmax_rows_add_up_to_one_and_a_shift_changes_nothing(rng):
    x = rng.normal(size=(6, 10))
    y = nn.Softmax()(x)
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(nn.Softmax()(x + 500), y, rtol=1e-9)


def test_softmax_backward_is_the_jacobian_times_the_gradient(rng):
    layer, x, g = nn.Softmax(), rng.normal(size=(1, 4)), rng.normal(size=(1, 4))
    p = layer(x)[0]
    jacobian = np.diag(p) - np.outer(p, p)
    np.testing.assert_allclose(layer.backward(g)[0], jacobian @ g[0], rtol=1e-12)


def test_at_the_kink_relu_takes_slope_zero():
    layer = nn.ReLU()
    layer(np.zeros((1, 1)))
    assert layer.backward(np.ones((1, 1))) == 0


# -- initialisers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(300, 500), (40, 20, 5, 5)])
@pytest.mark.parametrize(
    ("rule", "variance"),
    [
        (init.xavier_uniform, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        (init.xavier_normal, lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        (init.he_uniform, lambda fan_in, fan_out: 2 / fan_in),
        (init.he_normal, lambda fan_in, fan_out: 2 / fan_in),
    ],
)
def test_initialisers_have_the_variance_they_promise(rule, variance, shape):
    weight = rule(shape, np.random.default_rng(0))
    kernel = math.prod(shape[2:])
    expected = variance(shape[1] * kernel, shape[0] * kernel)
    assert weight.shape == shape
    assert weight.dtype == np.float32
    assert weight.var() == pytest.approx(expected, rel=0.03)
    assert weight.mean() == pytest.approx(0, abs=0.02 * math.sqrt(expected))


def test_an_initialiser_wants_two_axes(rng):
    with pytest.raises(ValueError, match=r"\(out, in\), got shape \(3,\)"):
        init.he_normal((3,), rng)


def test_linear_with_an_initialiser_starts_with_bias_zero(rng):
    layer = nn.Linear(3, 2, rng=rng, init=init.xavier_uniform)
    assert not layer.bias.data.any()
    assert layer.weight.data.any()


# -- models ---------------------------------------------------------------------------------------


def test_mlp_is_flatten_and_linear_layers_with_activations_between(rng):
    model = models.mlp((784, 30, 20, 10), nn.ReLU, num_classes=4, rng=rng)
    kinds = [type(layer).__name__ for layer in model]
    assert kinds == ["Flatten", "Linear", "ReLU", "Linear", "ReLU", "Linear"]
    assert model(np.zeros((2, 28, 28), np.float32)).shape == (2, 4)


def test_mlp_wants_two_sizes(rng):
    with pytest.raises(ValueError, match=r"got \(784,\)"):
        models.mlp((784,), rng=rng)
