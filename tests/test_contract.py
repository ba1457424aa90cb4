"""What every layer, loss and optimiser keeps to, whatever it computes."""

import contextlib
import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import nn, optim
from lib.course import yours
from lib.gradcheck import gradcheck, relative_error
from lib.nn.windows import to_images, to_rows
from registry import (
    CLIPPINGS,
    LAYERS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    YOUR_LAYERS,
    YOUR_LOSSES,
    YOUR_OPTIMIZERS,
    mlp,
)

by_name = {"ids": lambda case: case.name}
each_layer = pytest.mark.parametrize("case", [*LAYERS, *YOUR_LAYERS], **by_name)
each_loss = pytest.mark.parametrize("case", [*LOSSES, *YOUR_LOSSES], **by_name)
each_optimizer = pytest.mark.parametrize("case", [*OPTIMIZERS, *YOUR_OPTIMIZERS], **by_name)
each_schedule = pytest.mark.parametrize("case", SCHEDULES, **by_name)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def layer_and_input(case, rng, dtype=np.float64, n=4):
    return case.make(rng, dtype).train(case.training), case.x(rng, n).astype(dtype)


def gradients(layer):
    return {name: parameter.grad.copy() for name, parameter in layer.named_parameters()}


# -- the registry ---------------------------------------------------------------------------------


def public_classes(module, base):
    found = vars(module).values()
    return {c for c in found if inspect.isclass(c) and issubclass(c, base) and c is not base}


def test_every_public_layer_is_in_the_registry(rng):
    listed = {type(case.make(rng, np.float64)) for case in LAYERS}
    assert public_classes(nn, nn.Module) == listed


def test_every_public_loss_is_in_the_registry():
    assert public_classes(nn, nn.Loss) == {type(case.make()) for case in LOSSES}


def test_every_public_optimiser_is_in_the_registry(rng):
    listed = {type(case.make(mlp(rng, np.float64).parameters())) for case in OPTIMIZERS}
    assert public_classes(optim, optim.Optimizer) == listed


def test_every_layer_loss_and_optimiser_of_the_readers_is_in_the_registry(rng):
    listed = {type(case.make(rng, np.float64)) for case in YOUR_LAYERS}
    listed |= {type(case.make()) for case in YOUR_LOSSES}
    listed |= {type(case.make(mlp(rng, np.float64).parameters())) for case in YOUR_OPTIMIZERS}
    assert listed == {getattr(yours, name) for name in yours.__all__}


def test_every_public_schedule_is_in_the_registry(rng):
    parameters = mlp(rng, np.float64).parameters()
    listed = {type(case.schedule(optim, case.make(parameters))) for case in SCHEDULES}
    assert public_classes(optim, optim.Schedule) == listed


def test_names_in_the_registry_are_unique():
    cases = [*LAYERS, *LOSSES, *OPTIMIZERS, *SCHEDULES, *CLIPPINGS]
    cases += [*YOUR_LAYERS, *YOUR_LOSSES, *YOUR_OPTIMIZERS]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)


# -- layers: numbers ------------------------------------------------------------------------------


@each_layer
def test_gradients_are_right_under_a_random_upstream_gradient(case, rng):
    layer, x = layer_and_input(case, rng)
    table = gradcheck(layer, x, rng=rng)
    assert len(table) == 1 + len(layer.parameters())
    assert table.ok, f"\n{table}"


@each_layer
def test_backward_adds_to_gradients_already_there(case, rng):
    layer, x = layer_and_input(case, rng)
    g = rng.normal(size=layer(x).shape)
    layer.backward(g)
    once = gradients(layer)
    layer.backward(g)
    for name, grad in gradients(layer).items():
        assert np.any(once[name] != 0)
        np.testing.assert_allclose(grad, 2 * once[name], rtol=1e-12)


@each_layer
def test_the_two_halves_give_what_backward_gives(case, rng):
    layer, x = layer_and_input(case, rng)
    g = rng.normal(size=layer(x).shape)
    grad_x = layer.backward(g)
    whole = gradients(layer)

    layer.zero_grad()
    np.testing.assert_array_equal(layer.backward_input(g), grad_x)
    assert not any(grad.any() for grad in gradients(layer).values())

    assert layer.backward_params(g) is None
    for name, grad in gradients(layer).items():
        np.testing.assert_array_equal(grad, whole[name])


@each_layer
@each_dtype
def test_dtype_and_shape_are_kept(case, rng, dtype):
    layer, x = layer_and_input(case, rng, dtype)
    y = layer(x)
    grad_x = layer.backward(rng.normal(size=y.shape).astype(dtype))
    assert y.dtype == grad_x.dtype == dtype
    assert grad_x.shape == x.shape
    for parameter in layer.parameters():
        assert parameter.data.dtype == parameter.grad.dtype == dtype


@each_layer
def test_nothing_given_is_changed(case, rng):
    layer, x = layer_and_input(case, rng)
    g = rng.normal(size=layer(x).shape)
    x_before, g_before, weights = x.copy(), g.copy(), dict(layer.named_parameters())
    weights = {name: parameter.data.copy() for name, parameter in weights.items()}
    layer(x)
    layer.backward(g)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(g, g_before)
    for name, parameter in layer.named_parameters():
        np.testing.assert_array_equal(parameter.data, weights[name])


@each_layer
def test_the_order_in_memory_does_not_matter(case, rng):
    layer, x = layer_and_input(case, rng)
    y = layer(x)
    g = rng.normal(size=y.shape)
    grad_x, expected = layer.backward(g), gradients(layer)

    layer.zero_grad()
    backwards = np.asfortranarray(x)
    gappy = np.repeat(g, 2, axis=-1)[..., ::2]
    assert not backwards.flags.c_contiguous
    assert not gappy.flags.c_contiguous
    np.testing.assert_allclose(layer(backwards), y, rtol=1e-12)
    np.testing.assert_allclose(layer.backward(gappy), grad_x, rtol=1e-12, atol=1e-15)
    for name, grad in gradients(layer).items():
        np.testing.assert_allclose(grad, expected[name], rtol=1e-12, atol=1e-15)


def images_last(array):
    """Return whether images (N, C, H, W) lie in memory pixel by pixel, as (H, W, C, N)."""
    N, C, H, W = array.strides
    return H >= W >= C >= N == array.itemsize


def takes_images(case):
    layer, x = layer_and_input(case, np.random.default_rng(7), np.float32)
    return x.ndim == 4 and not isinstance(layer, nn.PerView)  # which takes views of an image


@pytest.mark.parametrize("short_cuts", [True, False], ids=["short cuts", "plain"])
@pytest.mark.parametrize("case", [c for c in LAYERS if takes_images(c)], **by_name)
def test_what_lies_with_the_images_last_leaves_with_the_images_last(case, short_cuts, rng):
    layer, x = layer_and_input(case, rng, np.float32)
    with contextlib.nullcontext() if short_cuts else nn.speed.plain():
        y = layer(to_images(to_rows(x)))
        g = rng.normal(size=y.shape).astype(np.float32)
        grad_x = layer.backward(to_images(to_rows(g)) if g.ndim == 4 else g)
    assert y.ndim != 4 or images_last(y)
    assert images_last(grad_x)


@each_layer
def test_read_only_arrays_are_enough(case, rng):
    layer, x = layer_and_input(case, rng)
    x.flags.writeable = False
    g = rng.normal(size=layer(x).shape)
    g.flags.writeable = False
    assert layer.backward(g).shape == x.shape


@pytest.mark.parametrize("case", [case for case in LAYERS if case.rows_alone], **by_name)
@settings(deadline=None, max_examples=15)
@given(n=st.integers(0, 6), seed=st.integers(0, 2**32 - 1))
def test_each_row_is_computed_as_if_it_were_alone(case, n, seed):
    layer, x = layer_and_input(case, np.random.default_rng(seed), n=n)
    y = layer(x)
    g = np.random.default_rng(seed).normal(size=y.shape)
    grad_x, together = layer.backward(g), gradients(layer)
    assert y.shape[0] == n
    assert grad_x.shape == x.shape

    layer.zero_grad()
    for i in range(n):
        np.testing.assert_allclose(layer(x[i : i + 1]), y[i : i + 1], rtol=1e-9, atol=1e-12)
        row = layer.backward(g[i : i + 1])
        np.testing.assert_allclose(row, grad_x[i : i + 1], rtol=1e-9, atol=1e-12)
    for name, grad in gradients(layer).items():  # an empty batch has gradient 0
        np.testing.assert_allclose(grad, together[name], rtol=1e-9, atol=1e-12)


# -- layers: bookkeeping --------------------------------------------------------------------------


@each_layer
def test_state_dict_round_trip_gives_the_same_outputs(case, rng):
    layer, x = layer_and_input(case, rng)
    other = case.make(np.random.default_rng(8), np.float64).train(case.training)
    other.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(other(x), layer(x))


@each_layer
def test_state_dict_holds_copies(case, rng):
    layer, x = layer_and_input(case, rng)
    y = layer(x)
    for value in layer.state_dict().values():
        value += 1
    np.testing.assert_array_equal(layer(x), y)


@each_layer
def test_loading_a_wrong_state_names_every_problem_and_changes_nothing(case, rng):
    layer, _ = layer_and_input(case, rng)
    before = layer.state_dict()
    wrong = {name: np.zeros((9, 9)) for name in before} | {"stranger": np.zeros(1)}
    missing = next(iter(before), None)
    wrong.pop(missing, None)
    with pytest.raises(ValueError, match="unexpected stranger") as error:
        layer.load_state_dict(wrong)
    for name, value in before.items():
        problem = "missing {}" if name == missing else "{} has shape (9, 9), expected {}"
        assert problem.format(name, value.shape) in str(error.value)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


@each_layer
def test_zero_grad_clears_in_place(case, rng):
    layer, x = layer_and_input(case, rng)
    arrays = [parameter.grad for parameter in layer.parameters()]
    layer.backward(rng.normal(size=layer(x).shape))
    layer.zero_grad()
    for parameter, array in zip(layer.parameters(), arrays, strict=True):
        assert parameter.grad is array
        assert not array.any()


@each_layer
def test_train_and_eval_reach_every_module_inside(case, rng):
    layer = case.make(rng, np.float64)
    assert all(module.training for _, module in layer.named_modules())
    assert layer.eval() is layer
    assert not any(module.training for _, module in layer.named_modules())
    assert layer.train() is layer
    assert all(module.training for _, module in layer.named_modules())


@each_layer
def test_astype_converts_in_place_and_returns_the_module(case, rng):
    layer, x = layer_and_input(case, rng, np.float32)
    parameters = layer.parameters()
    assert layer.astype(np.float64) is layer
    assert all(a is b for a, b in zip(layer.parameters(), parameters, strict=True))
    assert layer(x.astype(np.float64)).dtype == np.float64
    assert all(parameter.grad.dtype == np.float64 for parameter in parameters)


@each_layer
def test_repr_starts_with_the_class_and_names_no_address(case, rng):
    layer, _ = layer_and_input(case, rng)
    assert repr(layer).startswith(f"{type(layer).__name__}(")
    assert " at 0x" not in repr(layer)


# -- layers: errors -------------------------------------------------------------------------------


@each_layer
@pytest.mark.parametrize("half", ["backward", "backward_input"])
def test_backward_before_forward_is_an_error_that_says_so(case, rng, half):
    layer, x = layer_and_input(case, rng)
    with pytest.raises(RuntimeError, match=r"before forward\(\)"):
        getattr(layer, half)(x)


@each_layer
def test_a_gradient_of_another_shape_is_an_error_with_both_shapes(case, rng):
    layer, x = layer_and_input(case, rng)
    g = layer(x)[:-1]
    with pytest.raises(ValueError, match="expected a gradient of shape") as error:
        layer.backward(g)
    assert str(g.shape) in str(error.value)


@each_layer
def test_a_gradient_of_another_dtype_is_an_error_with_its_mend(case, rng):
    layer, x = layer_and_input(case, rng, np.float32)
    g = layer(x).astype(np.float64)
    with pytest.raises(TypeError, match=r"astype\(np.float32\)"):
        layer.backward(g)


@each_layer
@pytest.mark.parametrize("kind", [np.uint8, np.int64, bool, list])
def test_an_input_without_floats_is_an_error_with_its_mend(case, rng, kind):
    layer, x = layer_and_input(case, rng)
    with pytest.raises(TypeError, match=r"astype\(np.float32\)|np.array"):
        layer(x.tolist() if kind is list else x.astype(kind))


@each_layer
def test_only_layers_without_weights_take_any_dtype(case, rng):
    layer, x = layer_and_input(case, rng, np.float32)
    if layer.parameters():
        with pytest.raises(TypeError, match=r"astype\(np.float32\) or model.astype\(np.float64\)"):
            layer(x.astype(np.float64))
    else:
        assert layer(x.astype(np.float64)).dtype == np.float64


# -- losses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [case for case in LOSSES if case.smooth], **by_name)
def test_loss_gradients_are_right(case, rng):
    pred, target = case.batch(rng, 5)
    table = gradcheck(case.make(), pred, target, rng=rng)
    assert table.ok, f"\n{table}"


@each_loss
@each_dtype
def test_a_loss_is_a_python_float_and_its_gradient_is_like_the_prediction(case, rng, dtype):
    loss = case.make()
    pred, target = case.batch(rng, 5)
    pred = pred.astype(dtype)
    value, grad = loss(pred, target), loss.backward()
    assert type(value) is float
    assert np.isfinite(value)
    assert np.isfinite(grad).all()
    assert grad.shape == pred.shape
    assert grad.dtype == dtype


@each_loss
def test_a_loss_changes_nothing_and_can_be_asked_twice(case, rng):
    loss = case.make()
    pred, target = case.batch(rng, 5)
    before = pred.copy(), target.copy()
    value = loss(pred, target)
    first = loss.backward()
    kept = first.copy()
    first += 1  # what a caller does with a gradient is its own business
    np.testing.assert_array_equal(loss.backward(), kept)
    assert loss(pred, target) == value
    np.testing.assert_array_equal(pred, before[0])
    np.testing.assert_array_equal(target, before[1])


@pytest.mark.parametrize("case", [case for case in LOSSES if case.rows_alone], **by_name)
@settings(deadline=None, max_examples=15)
@given(n=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_a_loss_is_the_mean_over_its_rows(case, n, seed):
    loss = case.make()
    pred, target = case.batch(np.random.default_rng(seed), n)
    value, grad = loss(pred, target), loss.backward()
    rows = [loss(pred[i : i + 1], target[i : i + 1]) for i in range(n)]
    assert value == pytest.approx(np.mean(rows), rel=1e-9)
    np.testing.assert_allclose(grad[-1:] * n, loss.backward(), rtol=1e-9)


@each_loss
def test_the_mean_over_no_rows_is_an_error(case, rng):
    pred, target = case.batch(rng, 0)
    with pytest.raises(ValueError, match="empty batch"):
        case.make()(pred, target)


@each_loss
def test_the_order_in_memory_of_predictions_does_not_matter(case, rng):
    loss = case.make()
    pred, target = case.batch(rng, 5)
    value, grad = loss(pred, target), loss.backward()
    assert loss(np.repeat(pred, 2, axis=0)[::2], target) == pytest.approx(value)
    assert relative_error(loss.backward(), grad) < 1e-12


@each_loss
def test_asking_a_loss_for_its_gradient_first_is_an_error(case):
    with pytest.raises(RuntimeError, match=r"call loss\(pred, target\) before"):
        case.make().backward()


@each_loss
def test_integer_predictions_are_an_error(case, rng):
    pred, target = case.batch(rng, 5)
    with pytest.raises(TypeError, match="array of floats"):
        case.make()(pred.astype(np.int64), target)


@each_loss
def test_a_loss_prints_its_name(case):
    assert repr(case.make()).startswith(f"{type(case.make()).__name__}(")
    assert " at 0x" not in repr(case.make())


# -- optimisers -----------------------------------------------------------------------------------


@each_optimizer
@each_dtype
def test_a_step_moves_the_parameters_in_place_and_keeps_their_dtype(case, rng, dtype):
    parameter = nn.Parameter(rng.normal(size=(3, 2)).astype(dtype))
    array, before = parameter.data, parameter.data.copy()
    optimizer = case.make([parameter])
    parameter.grad += np.sign(before)  # away from zero is uphill
    optimizer.step()
    assert parameter.data is array
    assert array.dtype == dtype
    assert np.all((array - before) * before < 0)


@each_optimizer
def test_a_step_leaves_the_gradient_alone_and_zero_grad_clears_it(case, rng):
    parameter = nn.Parameter(rng.normal(size=3))
    optimizer = case.make([parameter])
    for _ in range(2):
        parameter.grad[...] = [1, 2, 3]
        optimizer.step()
        np.testing.assert_array_equal(parameter.grad, [1, 2, 3])
    optimizer.zero_grad()
    assert not parameter.grad.any()


@each_optimizer
def test_an_optimiser_finds_the_bottom_of_a_bowl(case):
    parameter = nn.Parameter(np.array([1.0, -2.0]))
    optimizer = case.make([parameter])
    for _ in range(500):
        optimizer.zero_grad()
        parameter.grad += parameter.data  # the gradient of ½ Σ w²
        optimizer.step()
    np.testing.assert_allclose(parameter.data, 0, atol=0.02)


@each_optimizer
def test_an_optimiser_takes_a_generator_of_parameters_too(case, rng):
    parameters = mlp(rng, np.float64).parameters()
    assert case.make(p for p in parameters).params == parameters


@each_optimizer
@pytest.mark.parametrize(
    ("params", "error", "sentence"),
    [
        ([], ValueError, "no parameters"),
        ([np.zeros(3)], TypeError, "Parameter objects"),
        ("a model", TypeError, r"model.parameters\(\)"),
        ("twice", ValueError, "twice"),
    ],
)
def test_parameters_that_cannot_be_right_are_errors(case, rng, params, error, sentence):
    model = mlp(rng, np.float64)
    params = {"a model": model, "twice": model.parameters() * 2}.get(str(params), params)
    with pytest.raises(error, match=sentence):
        case.make(params)


@each_optimizer
def test_an_optimiser_prints_its_settings(case, rng):
    assert "lr=" in repr(case.make(mlp(rng, np.float64).parameters()))


@each_optimizer
@each_dtype
def test_an_optimiser_goes_on_from_its_state_as_if_it_had_never_stopped(case, rng, dtype):
    gradients = rng.normal(size=(6, 3, 2)).astype(dtype)
    whole, first, second = (nn.Parameter(np.ones((3, 2), dtype)) for _ in range(3))

    def steps(parameter, optimizer, some):
        for grad in some:
            parameter.grad[...] = grad
            optimizer.step()
        return optimizer

    steps(whole, case.make([whole]), gradients)
    state = steps(first, case.make([first]), gradients[:3]).state_dict()
    second.data[...] = first.data
    other = case.make([second])
    other.load_state_dict(state)
    steps(second, other, gradients[3:])
    np.testing.assert_array_equal(second.data, whole.data)
    assert repr(other) == repr(case.make([whole]))


@each_optimizer
def test_an_optimisers_state_holds_copies(case):
    parameter = nn.Parameter(np.ones(2))
    optimizer = case.make([parameter])
    state = optimizer.state_dict()
    parameter.grad += 1
    optimizer.step()
    assert state["steps"] == 0
    assert not any(array.any() for arrays in state["memory"].values() for array in arrays)


@each_optimizer
def test_the_state_of_another_optimiser_is_an_error_and_changes_nothing(case):
    class Stranger(optim.SGD):
        pass

    optimizer = case.make([nn.Parameter(np.ones(2))])
    with pytest.raises(
        ValueError, match=f"cannot go on from this state, .* Stranger.*{case.name[:3]}"
    ):
        optimizer.load_state_dict(Stranger([nn.Parameter(np.ones(2))], lr=9).state_dict())
    assert optimizer.lr != 9


def test_a_state_for_parameters_of_other_shapes_is_an_error():
    ours, theirs = (optim.Adam([nn.Parameter(np.ones(n))]) for n in (2, 3))
    with pytest.raises(ValueError, match=r"\(3,\).* instead of .*\(2,\)"):
        ours.load_state_dict(theirs.state_dict())


# -- schedules ------------------------------------------------------------------------------------


def scheduled(case, lr=None):
    optimizer = case.make([nn.Parameter(np.ones(2))])
    optimizer.lr = lr or optimizer.lr
    return optimizer, case.schedule(optim, optimizer)


@each_schedule
def test_a_schedule_says_beforehand_what_it_will_set(case):
    optimizer, schedule = scheduled(case)
    for t in range(10):
        assert optimizer.lr == schedule.lr_at(t)
        assert type(optimizer.lr) is float
        schedule.step()


@each_schedule
def test_a_schedule_goes_on_from_its_state_as_if_it_had_never_stopped(case):
    optimizer, schedule = scheduled(case)
    for _ in range(4):
        schedule.step()
    later_optimizer, later = scheduled(case)
    later_optimizer.load_state_dict(optimizer.state_dict())
    later.load_state_dict(schedule.state_dict())
    for _ in range(4):
        assert later_optimizer.settings() == optimizer.settings()
        schedule.step()
        later.step()


@each_schedule
def test_a_schedule_does_not_go_on_from_another_plan(case):
    state = scheduled(case)[1].state_dict()
    state["plan"]["base_lr"] = 77.0
    schedule = scheduled(case)[1]
    with pytest.raises(ValueError, match=r"cannot go on .* 'base_lr': 77.0.*build it as it was"):
        schedule.load_state_dict(state)


@each_schedule
def test_a_schedule_needs_an_optimiser_and_prints_its_settings(case):
    with pytest.raises(TypeError, match="expected an optimiser, got list"):
        case.schedule(optim, [])
    assert repr(scheduled(case)[1]).startswith(f"{type(scheduled(case)[1]).__name__}(base_lr=")
