"""The IDX reader and writer: everything comes back, and no damage goes unnoticed."""

import gzip
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lib.data import DataError, MissingFileError, read_idx, write_idx

DTYPES = ["u1", "i1", "i2", "i4", "f4", "f8"]
EITHER_NAME = pytest.mark.parametrize("name", ["array.idx", "array.idx.gz"])

arrays = hnp.arrays(
    dtype=st.sampled_from([order + kind for order in "<>" for kind in DTYPES]),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("idx")


@EITHER_NAME
@given(array=arrays)
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read_back(folder, name, array):
    write_idx(folder / name, array)
    back = read_idx(folder / name)
    native = array.astype(array.dtype.newbyteorder("="))
    assert back.dtype == native.dtype and back.dtype.isnative
    assert back.shape == native.shape
    assert back.tobytes() == native.tobytes()  # bytes, so that nan equals nan


@EITHER_NAME
def test_the_array_read_can_be_changed(tmp_path, name):
    write_idx(tmp_path / name, np.arange(6, dtype=np.uint8).reshape(2, 3))
    array = read_idx(tmp_path / name)
    array += 1
    assert array.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_the_bytes_are_those_of_the_format(tmp_path):
    write_idx(tmp_path / "a", np.array([[1, -2, 3]], dtype=np.int16))
    assert (tmp_path / "a").read_bytes() == bytes.fromhex(
        "00 00 0b 02"  # int16, two dimensions
        "00 00 00 01  00 00 00 03"  # one row, three columns
        "00 01  ff fe  00 03"  # big-endian
    )


def test_the_same_array_gives_the_same_compressed_bytes(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_idx(tmp_path / name, np.arange(100, dtype=np.int32))
    content = (tmp_path / "a.gz").read_bytes()
    assert content == (tmp_path / "b.gz").read_bytes()
    assert content[4:8] == bytes(4)  # where gzip would note the time


def test_paths_may_be_strings(tmp_path):
    path = str(tmp_path / "a.gz")
    write_idx(path, [1.5, 2.5])
    assert read_idx(path).tolist() == [1.5, 2.5]


def idx_bytes(code=0x08, lengths=(2, 3), numbers=b"abcdef"):
    header = bytes([0, 0, code, len(lengths)])
    return header + b"".join(n.to_bytes(4, "big") for n in lengths) + numbers


DAMAGE = {
    "an empty file": (b"", "not an IDX file"),
    "a web page": (b"<!DOCTYPE html>", "not an IDX file"),
    "a wrong first byte": (b"\x01" + idx_bytes()[1:], "not an IDX file"),
    "an unknown dtype": (idx_bytes(code=0x0A), "unknown dtype code 0x0a"),
    "half a header": (idx_bytes()[:9], "truncated: a header for 2 dimensions takes 12 bytes"),
    "a byte too few": (idx_bytes()[:-1], r"truncated: uint8 numbers of shape \(2, 3\) take 6"),
    "a byte too many": (idx_bytes() + b"!", "too long: .* the file holds 7"),
    "the wrong dtype": (idx_bytes(code=0x0E), "truncated: float64 numbers"),
    "too many dimensions": (idx_bytes(lengths=[1] * 65, numbers=b"a"), "NumPy cannot hold"),
    "sizes beyond reason": (idx_bytes(lengths=[0] + [2**32 - 1] * 3, numbers=b""), "cannot hold"),
}


@EITHER_NAME
@pytest.mark.parametrize("content, message", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_named(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    with pytest.raises(DataError, match=message) as raised:
        read_idx(path)
    assert str(path) in str(raised.value)


def test_an_undamaged_file_made_by_hand_is_read(tmp_path):
    (tmp_path / "a").write_bytes(idx_bytes())
    assert read_idx(tmp_path / "a").tobytes() == b"abcdef"


@given(content=st.binary(max_size=40) | st.binary(max_size=40).map(lambda b: b"\0\0\x08" + b))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_an_array_or_an_idx_error(folder, content):
    path = folder / "any"
    path.write_bytes(content)
    try:
        array = read_idx(path)
    except DataError:
        return
    write_idx(path, array)
    assert path.read_bytes() == content


def compressed_example(folder):
    path = folder / "example.gz"
    write_idx(path, np.arange(60, dtype=np.int32).reshape(3, 20))
    return path.read_bytes()


def test_a_gzip_file_cut_anywhere_is_an_idx_error(tmp_path):
    content = compressed_example(tmp_path)
    path = tmp_path / "cut.gz"
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(DataError):
            read_idx(path)


def test_a_flipped_bit_is_an_idx_error_or_harmless(tmp_path):
    content = compressed_example(tmp_path)
    path = tmp_path / "flipped.gz"
    noticed = 0
    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            array = read_idx(path)
        except DataError:
            noticed += 1
        else:  # a bit that says nothing about the numbers: the time in gzip's header, padding
            assert array.tolist() == np.arange(60).reshape(3, 20).tolist()
    assert noticed > 0.9 * 8 * (len(content) - 10)  # that header takes 10 bytes


@EITHER_NAME
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "compressed"])
def test_a_file_is_read_by_its_bytes_whatever_its_name_says(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(idx_bytes()))
    assert read_idx(tmp_path / name).tobytes() == b"abcdef"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"nothing\.gz does not exist"):
        read_idx(tmp_path / "nothing.gz")


def test_a_missing_file_can_be_caught_under_the_names_people_know(tmp_path):
    for known in (FileNotFoundError, DataError, ValueError):
        with pytest.raises(known):
            read_idx(tmp_path / "nothing")


@pytest.mark.parametrize("dtype", ["int64", "uint16", "bool", "complex64", "float16", "U3"])
def test_a_dtype_without_a_code_is_refused_and_the_old_file_stays(tmp_path, dtype):
    path = tmp_path / "a.gz"
    write_idx(path, np.array([1, 2, 3], dtype=np.uint8))
    with pytest.raises(TypeError, match="IDX cannot store"):
        write_idx(path, np.zeros(3, dtype=dtype))
    assert read_idx(path).tolist() == [1, 2, 3]


def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    pytest.importorskip("resource", reason="limits on the size of a file are a matter of Unix")
    path = tmp_path / "a.idx"
    write_idx(path, np.array([1, 2, 3], dtype=np.uint8))
    script = (
        "import resource, sys, numpy as np\n"
        "from lib.data import write_idx\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"  # the disk is 'full'
        "write_idx(sys.argv[1], np.zeros(100_000, dtype=np.uint8))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, path], capture_output=True, text=True, check=False
    )
    assert "OSError" in run.stderr, run.stderr
    assert os.listdir(tmp_path) == ["a.idx"]
    assert read_idx(path).tolist() == [1, 2, 3]


@pytest.mark.skipif(os.name == "nt", reason="Windows does not replace a file that is open")
def test_the_old_file_is_replaced_not_written_over(tmp_path):
    path = tmp_path / "a.idx"
    write_idx(path, np.array([1, 2, 3], dtype=np.uint8))
    before = path.read_bytes()
    with path.open("rb") as opened_before:
        write_idx(path, np.array([4, 5, 6, 7], dtype=np.uint8))
        assert opened_before.read() == before
    assert read_idx(path).tolist() == [4, 5, 6, 7]


def test_a_rename_that_fails_leaves_nothing_behind(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError):
        write_idx(tmp_path / "a", np.zeros(3, dtype=np.uint8))
    assert os.listdir(tmp_path) == ["a"]
