"""Weights from elsewhere: what gets in, and what is told the line that helps."""

import numpy as np
import pytest

from lib import models, nn
from lib.serialization import ModelFileError, describe, load, save

torch = pytest.importorskip("torch")
safetensors_numpy = pytest.importorskip("safetensors.numpy")


def ours():
    rng = np.random.default_rng(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3, rng=rng), nn.BatchNorm2d(2))


def theirs():
    return torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))


def same(model, twin):
    for name, value in twin.state_dict().items():
        np.testing.assert_array_equal(model.state_dict()[name], value.numpy())


def test_a_state_without_the_count_of_batches_loads_as_in_torch():
    model, twin = ours(), theirs()
    state = {k: v for k, v in twin.state_dict().items() if k != "1.num_batches_tracked"}
    model.load_state_dict(state)
    same(model, twin)


# What is given instead of a dictionary of arrays, the sentence, and the remedy that it names.
ARRIVALS = {
    "a torch module": (lambda t: t, TypeError, "use its .state_dict()", lambda t: t.state_dict()),
    "our module": (lambda t: ours(), TypeError, ".state_dict()", lambda t: ours().state_dict()),
    "named_parameters()": (
        lambda t: t.named_parameters(),
        TypeError,
        "generator, not a dictionary; use model.state_dict()",
        lambda t: t.state_dict(),
    ),
    "parameters with gradients": (
        lambda t: dict(t.named_parameters()) | dict(t.named_buffers()),
        ValueError,
        "0.weight is a Parameter that NumPy cannot read; use "
        "{name: value.detach().cpu().float() for name, value in state.items()}",
        None,
    ),
    "bfloat16": (
        lambda t: {name: value.bfloat16() for name, value in t.state_dict().items()},
        ValueError,
        "0.weight is a Tensor that NumPy cannot read; use "
        "{name: value.detach().cpu().float() for name, value in state.items()}",
        None,
    ),
    "DataParallel": (
        lambda t: torch.nn.DataParallel(t).state_dict(),
        ValueError,
        "its names begin with 'module.'; use "
        "{name.removeprefix('module.'): value for name, value in state.items()}",
        None,
    ),
    "a compiled model": (
        lambda t: {f"_orig_mod.{name}": value for name, value in t.state_dict().items()},
        ValueError,
        "{name.removeprefix('_orig_mod.'): value for name, value in state.items()}",
        None,
    ),
    "a checkpoint": (
        lambda t: {"epoch": 3, "model": t.state_dict()},
        ValueError,
        "'model' is a dictionary of its own, as in a checkpoint; use state['model']",
        None,
    ),
}


@pytest.mark.parametrize("given", ARRIVALS)
def test_what_is_no_state_is_told_the_line_that_makes_it_one(given):
    make, error, sentence, remedy = ARRIVALS[given]
    model, twin = ours(), theirs()
    before = model.state_dict()
    state = make(twin)
    with pytest.raises(error) as caught:
        model.load_state_dict(state)
    assert sentence in str(caught.value)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    if remedy is None:
        line = sentence.split("use ")[-1]
        model.load_state_dict(eval(line, {"state": state}))
    else:
        model.load_state_dict(remedy(twin))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (np.array([np.nan, 0]), "0.bias holds nan, which is not a number of float32"),
        (np.array([0, -np.inf]), "0.bias holds -inf, which"),
        (np.array([1e300, 0]), r"0.bias holds 1e\+300, which is not a number of float32"),
        (np.array([1j, 0]), "0.bias holds complex128, not real numbers"),
        (np.array(["a", "b"]), "0.bias holds str32, not real numbers"),
        (np.array([None, 0]), "0.bias holds object, not real numbers"),
        ([[0], [0, 1]], "0.bias is a list that NumPy cannot read"),
    ],
)
def test_weights_that_are_no_finite_numbers_are_named(value, sentence):
    model = ours()
    before = model.state_dict()
    with pytest.raises(ValueError, match=sentence):
        model.load_state_dict(before | {"0.bias": value})
    np.testing.assert_array_equal(model.state_dict()["0.bias"], before["0.bias"])


def test_bfloat16_of_numpy_is_told_the_line_that_helps():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    model = ours()
    state = {k: v.astype(ml_dtypes.bfloat16) for k, v in model.state_dict().items()}
    with pytest.raises(ValueError, match=r"bfloat16, not real .* use \{") as caught:
        model.load_state_dict(state)
    model.load_state_dict(eval(str(caught.value).split("use ")[1], {"state": state, "np": np}))


FILES = {
    "weights.pth": (lambda t, path: torch.save(t.state_dict(), path), "PyTorch"),
    "old.pt": (
        lambda t, path: torch.save(t.state_dict(), path, _use_new_zipfile_serialization=False),
        "PyTorch",
    ),
    "weights.safetensors": (
        lambda t, path: safetensors_numpy.save_file(
            {k: v.numpy() for k, v in t.state_dict().items()}, path
        ),
        "safetensors",
    ),
    "weights.npz": (
        lambda t, path: np.savez(path, **{k: v.numpy() for k, v in t.state_dict().items()}),
        "NumPy",
    ),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("ask", [load, describe, lambda path: load(path, into=ours())])
def test_a_file_of_another_program_is_told_the_line_that_gets_it_in(name, ask, tmp_path):
    write, program = FILES[name]
    model, twin, path = ours(), theirs(), tmp_path / name
    write(twin, path)
    with pytest.raises(ModelFileError, match=f"is a file of {program}; build the model") as error:
        ask(path)
    line = str(error.value).split("use ")[1]
    import safetensors

    eval(line, {"model": model, "torch": torch, "np": np, "safetensors": safetensors})
    same(model, twin)


def test_our_own_state_goes_to_torch_and_to_safetensors(tmp_path):
    model, twin = ours(), theirs()
    twin.load_state_dict({k: torch.tensor(v) for k, v in model.state_dict().items()})
    same(model, twin)
    safetensors_numpy.save_file(model.state_dict(), tmp_path / "weights.safetensors")
    other = nn.Sequential(nn.Conv2d(1, 2, 3, rng=np.random.default_rng(9)), nn.BatchNorm2d(2))
    other.load_state_dict(safetensors_numpy.load_file(tmp_path / "weights.safetensors"))
    same(other, twin)


def test_a_model_file_with_nan_is_refused_by_name(tmp_path):
    model = models.mlp((4, 3), rng=np.random.default_rng(0))
    model.parameters()[0].data[0, 0] = np.nan
    save(model, tmp_path / "nan.npz")
    with pytest.raises(ModelFileError, match=r"nan.npz cannot be loaded: .*1.weight holds nan"):
        load(tmp_path / "nan.npz")


def test_a_keras_layout_becomes_ours_as_the_api_page_says():
    rng, (C, H, W) = np.random.default_rng(0), (3, 4, 5)
    x = rng.normal(size=(2, C, H, W))
    kernel = rng.normal(size=(H * W * C, 6))  # of a dense layer after Flatten, channels last
    ours = kernel.reshape(H, W, C, -1).transpose(3, 2, 0, 1).reshape(-1, C * H * W)
    expected = x.transpose(0, 2, 3, 1).reshape(2, -1) @ kernel
    np.testing.assert_allclose(x.reshape(2, -1) @ ours.T, expected)
