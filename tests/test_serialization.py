"""Models in files: they come back as they were, or a named error says why not."""

import inspect
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lib
from lib import files, models, nn
from lib.files import NotSavedError
from lib.models.architecture import BUILDERS
from lib.serialization import (
    ModelFileError,
    archive,
    describe,
    load,
    save,
)


def small(seed=0, **options):
    return models.mlp((4, 3, 2), rng=np.random.default_rng(seed), **options)


def assert_same_state(model, expected):
    ours, theirs = model.state_dict(), expected.state_dict()
    assert ours.keys() == theirs.keys()
    for name, array in theirs.items():
        assert ours[name].dtype == array.dtype
        np.testing.assert_array_equal(ours[name], array)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """Return the bytes of a saved model."""
    path = tmp_path_factory.mktemp("saved") / "model.npz"
    save(small(), path)
    return path.read_bytes()


# -- there and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_every_named_network_comes_back_with_its_weights(name, path):
    model = getattr(models, name)(rng=np.random.default_rng(1))
    save(model, path)
    loaded = load(path)
    assert repr(loaded) == repr(model)
    assert_same_state(loaded, model)
    assert loaded.architecture == model.architecture


def test_every_public_network_can_be_loaded_by_name():
    functions = dict(inspect.getmembers(models, inspect.isfunction))
    mine = {name for name, f in functions.items() if f.__module__.startswith(models.__name__)}
    assert {name for name in mine if not name.startswith("_")} == set(BUILDERS)


def test_arguments_are_remembered(path):
    model = models.mlp(
        (4, 5, 6, 2), activation=nn.ReLU, num_classes=np.int64(3), rng=np.random.default_rng(1)
    )
    save(model, path)
    assert repr(load(path)) == repr(model)


def test_half_the_digits_are_half_the_file_and_come_back_as_float32(path, tmp_path):
    model = models.small_cnn(rng=np.random.default_rng(1))
    before = model.state_dict()
    save(model, path)
    save(model, tmp_path / "half.npz", half=True)
    assert (tmp_path / "half.npz").stat().st_size < 0.6 * path.stat().st_size
    for name, array in load(tmp_path / "half.npz").state_dict().items():
        expected = before[name].astype(np.float16) if array.dtype == np.float32 else before[name]
        np.testing.assert_array_equal(array, expected)
        assert array.dtype == before[name].dtype
        np.testing.assert_array_equal(model.state_dict()[name], before[name])


def test_a_rounded_model_goes_into_one_of_any_dtype(path):
    save(small(), path, half=True)
    for dtype in (np.float32, np.float64):
        model = load(path, into=small(seed=2).astype(dtype))
        assert {p.data.dtype for p in model.parameters()} == {np.dtype(dtype)}


@pytest.mark.parametrize("number", [1e6, np.nan])
def test_what_float16_cannot_hold_is_an_error_and_the_old_file_stays(path, number):
    model = small()
    save(model, path)
    before = path.read_bytes()
    model.parameters()[0].data[0, 0] = number
    with pytest.raises(ValueError, match=r"float16 cannot hold .*weight.* save with half=False"):
        save(model, path, half=True)
    assert path.read_bytes() == before
    save(model, path)  # the fix works


def test_an_ensemble_of_the_courses_networks_builds_itself_again(path):
    rngs = map(np.random.default_rng, range(3))
    members = [models.cnn2(rng=next(rngs)), models.cnn2(num_classes=10, rng=next(rngs))]
    ensemble = nn.Ensemble(*members, models.mlp((784, 10), rng=next(rngs))).eval()
    save(ensemble, path)
    x = np.random.default_rng(4).random((3, 1, 28, 28), dtype=np.float32)
    np.testing.assert_array_equal(load(path)(x), ensemble(x))


def test_an_ensemble_with_a_member_of_ones_own_has_to_be_built_first(path):
    def own():
        return nn.Ensemble(models.mlp((4, 3), rng=np.random.default_rng(0)), nn.Flatten())

    save(own(), path)
    with pytest.raises(ModelFileError, match=r"load\(path, into=model\)"):
        load(path)
    assert isinstance(load(path, into=own()), nn.Ensemble)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_comes_back_in_the_dtype_it_was_saved_in(path, dtype):
    model = small().astype(dtype)
    save(model, path)
    assert_same_state(load(path), model)


def test_a_loaded_model_is_ready_to_predict(path):
    save(small(), path)
    assert not load(path).training


def test_a_model_without_a_name_goes_into_one_that_you_build(path):
    model, other = (nn.Sequential(nn.Linear(3, 2, rng=np.random.default_rng(s))) for s in (0, 1))
    save(model, path)
    with pytest.raises(ModelFileError, match=r"does not say .* load\(path, into=model\)"):
        load(path)
    assert load(path, into=other) is other
    assert_same_state(other, model)


def test_an_activation_that_has_no_name_costs_only_the_architecture(path):
    model = models.mlp((4, 3, 2), lambda: nn.LeakyReLU(0.3), rng=np.random.default_rng(0))
    save(model, path)
    assert describe(path)["architecture"] is None
    assert_same_state(load(path, into=small(seed=5)), model)


def test_what_was_noted_comes_back_with_the_versions_that_wrote_it(path):
    save(small(), path, accuracy=np.float32(0.5), epochs=3, tags=["a", "ü"], loss=float("inf"))
    found = describe(path)
    assert found["metadata"] == {"accuracy": 0.5, "epochs": 3, "tags": ["a", "ü"], "loss": np.inf}
    assert found["numpy"] == np.__version__
    assert found["library"] == archive.__version__
    assert found["architecture"]["name"] == "mlp"


def test_what_json_cannot_hold_is_an_error_and_no_file(path):
    with pytest.raises(TypeError, match=r"only numbers, text, .* not set"):
        save(small(), path, tags={1, 2})
    assert not path.exists()


def test_the_file_is_an_ordinary_npz(path):
    model = small()
    save(model, path)
    with np.load(path, allow_pickle=False) as file:
        assert set(file) == {"deep-learning-by-hand", *model.state_dict()}
        np.testing.assert_array_equal(file["1.weight"], model[1].weight.data)
    assert zipfile.ZipFile(path).testzip() is None


def test_the_same_model_gives_the_same_bytes(path, content):
    save(small(), path)
    assert path.read_bytes() == content


def test_a_link_stays_a_link(tmp_path, path):
    path.symlink_to(tmp_path / "elsewhere.npz")
    save(small(), path)
    assert path.is_symlink()
    assert_same_state(load(tmp_path / "elsewhere.npz"), small())


# -- damage ---------------------------------------------------------------------------------------


def test_a_file_cut_short_anywhere_is_damaged(path, content):
    lengths = range(len(content))
    for length in {*lengths[:100], *lengths[::25], *lengths[-100:]}:
        path.write_bytes(content[:length])
        with pytest.raises(ModelFileError, match=f"damaged: its {length} bytes"):
            load(path)


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_one_flipped_bit_anywhere_is_noticed(tmp_path_factory, content, data):
    position = data.draw(st.integers(0, len(content) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = bytearray(content)
    flipped[position] ^= 1 << bit
    path = tmp_path_factory.getbasetemp() / "flipped.npz"
    path.write_bytes(flipped)
    with pytest.raises(ModelFileError, match=r"is damaged|was not written by this library"):
        load(path)


def test_bytes_after_the_end_are_damage_too(path, content):
    path.write_bytes(content + b"\n")
    with pytest.raises(ModelFileError, match="is damaged"):
        load(path)


@pytest.mark.parametrize(
    "foreign",
    [b"no model at all", pickle.dumps({"weight": [1, 2]}), b"\x89PNG\r\n\x1a\n"],
    ids=["text", "pickle", "png"],
)
def test_a_foreign_file_is_named_as_such(path, foreign):
    path.write_bytes(foreign)
    with pytest.raises(ModelFileError, match="not written by this library; check the name"):
        load(path)


def test_a_checkpoint_is_not_a_model(path):
    archive.write_archive(path, "checkpoint", {}, {})
    with pytest.raises(ModelFileError, match="is a checkpoint, not a model"):
        load(path)


def test_a_file_from_the_future_says_which_version_wrote_it(path, monkeypatch):
    with monkeypatch.context() as future:
        future.setattr(archive, "FORMAT", 2)
        future.setattr(archive, "__version__", "9.8.7")
        save(small(), path)
    with pytest.raises(ModelFileError, match=r"format 2, from version 9\.8\.7 .* update it"):
        load(path)


def test_an_object_array_is_neither_written_nor_read(path, monkeypatch):
    arrays = {"0.weight": np.array([{}], dtype=object)}
    with pytest.raises(TypeError, match=r"0.weight holds Python objects"):
        archive.write_archive(path, "model", {}, arrays)
    assert not path.exists()


def test_no_module_of_the_library_imports_pickle():
    for file in Path(lib.__file__).parent.rglob("*.py"):
        text = file.read_text("utf-8")
        assert "import pickle" not in text
        assert "allow_pickle=True" not in text


def test_a_missing_file_is_missing(path):
    with pytest.raises(FileNotFoundError, match=r"model.npz"):
        load(path)


# -- another network ------------------------------------------------------------------------------


def test_weights_of_another_network_are_named_and_change_nothing(path):
    save(small(), path)
    other = models.mlp((4, 5, 2), rng=np.random.default_rng(0))
    before = other.state_dict()
    with pytest.raises(ModelFileError, match=r"cannot be loaded: .*1.weight has shape \(3, 4\)"):
        load(path, into=other)
    for name, array in other.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("architecture", "sentence"),
    [
        ({"name": "skynet", "arguments": {}}, "lib.models has no skynet, only .*mlp"),
        ({"name": "mlp", "arguments": {"depth": 3}}, "takes other arguments now: .*depth"),
    ],
)
def test_a_network_this_version_cannot_build_is_an_error_with_its_mend(
    path, architecture, sentence
):
    model = small()
    model.architecture = architecture
    save(model, path)
    with pytest.raises(ModelFileError, match=rf"{sentence}.*into=model"):
        load(path)
    assert_same_state(load(path, into=small(seed=3)), model)


# -- the old file survives ------------------------------------------------------------------------

# A process that saves one model after another, each filled with one number and noting it.
SAVE_FOREVER = """
import itertools, sys
import numpy as np
from lib import models
from lib.serialization import save
model = models.mlp((784, 128, 10), rng=np.random.default_rng(0))
for number in itertools.count(1):
    for parameter in model.parameters():
        parameter.data.fill(number)
    save(model, sys.argv[1], number=number)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_kill_at_any_moment_leaves_a_whole_file(path):
    rng = np.random.default_rng(0)
    for _ in range(12):
        command = [sys.executable, "-c", SAVE_FOREVER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            saved = [int(process.stdout.readline()) for _ in range(rng.integers(1, 4))][-1]
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=rng.uniform(0, 0.02))
            process.kill()
        number = describe(path)["metadata"]["number"]
        assert number >= saved
        for parameter in load(path).parameters():
            assert np.all(parameter.data == number)


# A process that is killed by itself, at the n-th line that it runs while saving.
KILLED_AT_LINE = """
import os, signal, sys
import numpy as np
from lib import files, models
from lib.serialization import archive, save

def saving_dies_at(line, path):
    lines = 0
    def trace(frame, event, argument):
        nonlocal lines
        if frame.f_code.co_filename not in (archive.__file__, files.__file__):
            return None
        lines += event == "line"
        if lines == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    sys.settrace(trace)
    save(models.mlp((4, 3, 2), rng=np.random.default_rng(1)), path)
    os._exit(0)

line, status = 0, None
while status != 0:
    line += 1
    child = os.fork()
    if child == 0:
        saving_dies_at(line, f"{sys.argv[1]}.{line}")
    status = os.waitpid(child, 0)[1]
print(line - 1)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_kill_at_every_line_of_saving_leaves_the_old_file_or_the_new_one(path, content):
    for line in range(1, 200):
        Path(f"{path}.{line}").write_bytes(content)
    command = [sys.executable, "-c", KILLED_AT_LINE, str(path)]
    lines = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 20 < lines < 199
    old, new = small(), small(seed=1)
    outcomes = []
    for line in range(1, lines + 1):
        found = load(f"{path}.{line}")
        is_new = np.array_equal(found[1].weight.data, new[1].weight.data)
        assert_same_state(found, new if is_new else old)
        outcomes.append(is_new)
    assert outcomes == sorted(outcomes)  # old, old, ..., old, new, ..., new
    assert 0 < sum(outcomes) < len(outcomes)


def only_file_is_the_old_one(path, content):
    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_full_disk_leaves_the_old_file_and_no_rubbish(path, content):
    import resource

    path.write_bytes(content)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in [0, 1, len(content) // 2, len(content) - 1]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            with pytest.raises(NotSavedError, match=r"not saved \(File too large\).*is unchanged"):
                save(small(seed=1), path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        only_file_is_the_old_one(path, content)


@pytest.mark.skipif(os.name != "posix", reason="Windows closes folders in another way")
def test_a_closed_folder_is_an_error_that_says_so(path, content):
    path.write_bytes(content)
    path.parent.chmod(0o555)
    user = os.geteuid()
    try:
        if user == 0:  # to the administrator no folder is closed
            os.seteuid(65534)
        with pytest.raises(NotSavedError, match=r"\(Permission denied\).*another folder"):
            save(small(seed=1), path)
    finally:
        os.seteuid(user)
        path.parent.chmod(0o755)
    only_file_is_the_old_one(path, content)


def test_a_missing_folder_is_an_error_that_says_so(tmp_path):
    with pytest.raises(NotSavedError, match="No such file or directory"):
        save(small(), tmp_path / "missing" / "model.npz")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interruption_while_writing_leaves_the_old_file_and_no_rubbish(
    path, content, monkeypatch, interruption
):
    def interrupted(descriptor):
        raise interruption

    path.write_bytes(content)
    monkeypatch.setattr(files.os, "fsync", interrupted)
    with pytest.raises(interruption):
        save(small(seed=1), path)
    only_file_is_the_old_one(path, content)
