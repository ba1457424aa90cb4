"""Files that are sealed, so nothing is damaged, but say what no file of ours says.

Whatever that is, it ends in the one named error: never in another traceback, never in gigabytes,
never in a terminal whose cursor the file moves.
"""

import hashlib
import io
import json
import random
import resource
import sys
import warnings
import zipfile

import numpy as np
import pytest

from lib import models, nn, optim
from lib.cli.errors import one_sentence
from lib.cli.info import info
from lib.cli.models import open_model
from lib.data import DataLoader, Dataset
from lib.page import own_page
from lib.recognition import Recogniser
from lib.serialization import ModelFileError, archive, describe, load, save
from lib.training import Checkpoint, EarlyStopping, fit
from odd import changed


def sealed(members):
    """Return a file of ours with these members, each a name and its bytes, whole and sealed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name), content)
    return seal(buffer.getvalue())


def seal(zipped):
    body = zipped[:-2] + archive.CHECKSUM_LENGTH.to_bytes(2, "little")
    return body + hashlib.sha256(body).hexdigest().encode()


def npy(array, **how):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), **how)
    return stream.getvalue()


def parts(content):
    """Return the header and the other members of a file of ours."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        members = [(name, file.read(name)) for name in file.namelist()]
    return json.loads(np.load(io.BytesIO(members[0][1])).tobytes()), members[1:]


def with_header(header, members):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    first = f"{archive.NAME}.npy", npy(np.frombuffer(text, np.uint8))
    return sealed([first, *members])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("crafted")


@pytest.fixture(scope="module")
def model_file(folder):
    model = models.mlp((784, 3, 10), nn.ReLU, rng=np.random.default_rng(0))
    row = {"epoch": 1, "train_loss": 0.5, "validation_loss": 0.4, "validation_accuracy": 0.9}
    recipe = {"model": "mlp", "data": "mnist", "classes": list(range(10)), "lr": 0.1, "augment": {}}
    save(model, folder / "whole.npz", recipe=recipe, date="2026-01-01", history=[row],
         recogniser={"temperature": 1.2, "least": 0.5, "digits": 10})  # fmt: skip
    return (folder / "whole.npz").read_bytes()


def use(path):
    """Do all that the course does with a model file."""
    describe(path)
    load(path)
    info.callback(file=path, model=None)
    trained = open_model(path, digits=())
    if trained.classes:
        trained(np.zeros((2, 1, 28, 28), np.float32))
        history = describe(path)["metadata"].get("history", [])
        own_page(trained.model, trained.names, title="a", history=history)
    Recogniser.load(path)


def assert_named(path, act=use):
    """Do something with a file; what may go wrong is one sentence that names the file."""
    try:
        act(path)
    except Exception as error:
        sentence = one_sentence(error)
        assert sentence is not None, error
        assert path.name in sentence and sentence.isprintable()
        return error
    return None


@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_header_says_is_used_or_is_the_named_error(folder, model_file, seed, capsys):
    header, members = parts(model_file)
    path, rng = folder / "header.npz", random.Random(seed)
    for _ in range(100):
        path.write_bytes(with_header(changed(header, rng), members))
        assert_named(path)
        shown = capsys.readouterr().out
        assert shown.replace("\n", "").isprintable()


KINDS = [b"", b"{", b"\xff\xfe", b"null", b"3", b'"text"', b"[]", b"{}", b"[" * 10**5,
         b'{"format": 1' + b"0" * 5000 + b"}"]  # fmt: skip


@pytest.mark.parametrize("header", KINDS)
def test_a_header_of_another_kind_is_the_named_error(folder, model_file, header):
    path = folder / "kind.npz"
    path.write_bytes(with_header(header, parts(model_file)[1]))
    assert isinstance(assert_named(path, load), ModelFileError)
    assert isinstance(assert_named(path, describe), ModelFileError)


def forged(name, shape, dtype="<f4"):
    """Return a member that claims a shape and holds nothing."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": dtype, "fortran_order": False, "shape": shape}
    )
    return name, stream.getvalue()


WEIGHT = "1.weight.npy"
MEMBERS = {
    "cut": lambda whole: (WEIGHT, whole[:-5]),
    "cut in its header": lambda whole: (WEIGHT, whole[:40]),
    "empty": lambda whole: (WEIGHT, b""),
    "of text": lambda whole: (WEIGHT, b"no array at all"),
    "longer than it says": lambda whole: (WEIGHT, whole + b"1234"),
    "of Python objects": lambda whole: (WEIGHT, npy(np.array([{}, None]), allow_pickle=True)),
    "of words": lambda whole: (WEIGHT, npy(np.full((3, 784), "word"))),
    "of complex numbers": lambda whole: (WEIGHT, npy(np.full((3, 784), 1j))),
    "of records": lambda whole: (WEIGHT, npy(np.zeros((3, 784), "f4,i4"))),
    "of dates": lambda whole: (WEIGHT, npy(np.zeros((3, 784), "M8[s]"))),
    "with nan": lambda whole: (WEIGHT, npy(np.full((3, 784), np.nan, "f4"))),
    "with infinity": lambda whole: (WEIGHT, npy(np.full((3, 784), np.inf, "f4"))),
    "of another shape": lambda whole: (WEIGHT, npy(np.zeros((2, 784), "f4"))),
    "of a negative size": lambda whole: forged(WEIGHT, (-3, 784)),
    "of nothing wide": lambda whole: forged(WEIGHT, (3, 784), "|V0"),
    "of a size that is no number": lambda whole: forged(WEIGHT, ("a",)),
    "of code": lambda whole: (WEIGHT, whole[:10] + b"__import__('os').system('touch pwned')"),
    "of gigabytes": lambda whole: forged(WEIGHT, (10**5, 10**5)),
    "of more than there is": lambda whole: forged(WEIGHT, (2**62, 2**62)),
    "under another name": lambda whole: ("../../1.weight.npy", whole),
    "without a name": lambda whole: ("", whole),
}


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_member_that_is_no_array_of_the_model_is_the_named_error(folder, model_file, kind):
    header, members = parts(model_file)
    whole = dict(members)
    others = [(name, content) for name, content in members if name != WEIGHT]
    path = folder / "member.npz"
    path.write_bytes(with_header(header, [MEMBERS[kind](whole[WEIGHT]), *others]))
    assert isinstance(assert_named(path, load), ModelFileError)


def test_a_wrong_crc_is_the_named_error(folder, model_file):
    body = bytearray(model_file[: -archive.CHECKSUM_LENGTH])
    body[len(body) // 2] ^= 1  # in the weights
    path = folder / "crc.npz"
    path.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
    error = assert_named(path, load)
    assert isinstance(error, ModelFileError) and "CRC" in str(error)


def test_any_sealed_bytes_are_the_named_error(folder, model_file):
    whole, rng = model_file[: -archive.CHECKSUM_LENGTH], random.Random(0)
    path = folder / "bytes.npz"
    warnings.simplefilter("ignore")  # zipfile's, about names that come twice
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(rng.randint(1, 4)):  # where zip keeps its books, most of the time
            at = rng.choice([rng.randrange(130), -rng.randint(1, 700), rng.randrange(len(body))])
            body[at] = rng.randrange(256)
        path.write_bytes(body + hashlib.sha256(body).hexdigest().encode())
        assert_named(path)


# -- files that ask for gigabytes ------------------------------------------------------------------


def deflated(size):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        header = {"format": 1, "kind": "model", "library": "1", "numpy": "2", "metadata": {},
                  "architecture": None}  # fmt: skip
        text = npy(np.frombuffer(json.dumps(header).encode(), np.uint8))
        file.writestr(zipfile.ZipInfo(f"{archive.NAME}.npy"), text)
        with file.open("1.weight.npy", "w", force_zip64=True) as member:
            member.write(forged("", (size // 4,))[1])
            for _ in range(size // 2**20):
                member.write(bytes(2**20))
    return seal(buffer.getvalue())


def overlapping(model_file):
    """Return a file with a thousand members that are all the same bytes."""
    header, _ = parts(model_file)
    content = with_header(header, [("0", npy(np.zeros(10**5)))])[: -archive.CHECKSUM_LENGTH]
    directory = content.index(b"PK\1\2")
    first = content.index(b"PK\1\2", directory + 4)
    end = content.index(b"PK\5\6")
    entries = content[directory:end] + 999 * content[first:end]
    tail = bytearray(content[end:])
    tail[8:10] = tail[10:12] = (1001).to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    return seal(content[:directory] + entries + bytes(tail))


def architecture(name, **arguments):
    def craft(model_file):
        header, members = parts(model_file)
        described = {"name": name, "arguments": arguments}
        return with_header(header | {"architecture": described}, members)

    return craft


def many_members(model_file):
    header, members = parts(model_file)
    member = {"name": "cnn3", "arguments": {}}
    return with_header(header | {"architecture": {"members": [member] * 20_000}}, members)


BOMBS = {
    "a member of zeros, deflated": lambda whole: deflated(2**28),
    "members that overlap": overlapping,
    "a wide network": architecture("mlp", sizes=[784, 10**9, 10]),
    "a wide network without end": architecture("mlp", sizes=[2**40, 2**40]),
    "as many classes as that": architecture("cnn2", num_classes=10**9),
    "a wide code": architecture("conv_autoencoder", latent=10**9),
    "an ensemble of thousands": many_members,
}


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
@pytest.mark.parametrize("kind", BOMBS)
def test_a_small_file_that_asks_for_gigabytes_is_refused_first(folder, model_file, kind):
    path = folder / "bomb.npz"
    path.write_bytes(BOMBS[kind](model_file))
    assert path.stat().st_size < 4e6
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + 200 * 2**20, hard))  # a MemoryError beyond
    try:
        error = assert_named(path, load)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    assert isinstance(error, ModelFileError)
    assert "MemoryError" not in str(error)


# -- checkpoints -----------------------------------------------------------------------------------


def training(path, epochs, resume=False):
    rng = np.random.default_rng(0)
    x, y = rng.random((12, 3)), rng.integers(0, 2, 12)
    model = models.mlp((3, 4, 2), rng=rng).astype(np.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    loader = DataLoader(Dataset(x, y), 4, shuffle=True, rng=rng)
    return fit(
        model, nn.CrossEntropyLoss(), optimizer, loader, epochs=epochs, validation=(x, y),
        schedule=optim.StepLR(optimizer, step_size=2), early_stopping=EarlyStopping(5),
        checkpoint=Checkpoint(path, rng=rng, resume=resume), verbose=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def checkpoint_file(folder):
    training(folder / "training.npz", 2)
    return (folder / "training.npz").read_bytes()


@pytest.mark.parametrize("seed", range(2))
def test_whatever_a_checkpoint_says_goes_on_or_is_the_named_error(folder, checkpoint_file, seed):
    header, members = parts(checkpoint_file)
    path, rng = folder / "checkpoint.npz", random.Random(seed)
    for _ in range(100):
        path.write_bytes(with_header(changed(header, rng), members))
        try:
            training(path, 3, resume=True)
        except ModelFileError as error:
            assert path.name in str(error) and str(error).isprintable()
        except FloatingPointError:  # a learning rate of 1e300
            pass
