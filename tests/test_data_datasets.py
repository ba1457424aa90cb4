"""The data sets: the bundled ones are right, and what is missing or damaged is named."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.data import (
    DataError,
    DownloadError,
    MissingFileError,
    datasets,
    image_sets,
    load_fashion_mnist,
    load_iris,
    load_kmnist,
    load_mnist,
    make_moons,
    write_idx,
)

ROOT = Path(__file__).resolve().parents[1]


def md5_of(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


# What is bundled


def test_mnist_is_all_there(mnist):
    x_train, y_train, x_test, y_test = mnist
    assert (x_train.shape, x_train.dtype) == ((60000, 28, 28), np.uint8)
    assert (x_test.shape, x_test.dtype) == ((10000, 28, 28), np.uint8)
    assert (y_train.shape, y_train.dtype) == ((60000,), np.int64)
    assert (y_test.shape, y_test.dtype) == ((10000,), np.int64)
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert round(x_train.mean(), 4) == 33.3184  # 0.1307 of 255, a number everyone quotes
    assert all(array.flags.writeable for array in mnist)


def test_the_fashion_subset_is_all_there():
    x_train, y_train, x_test, y_test = load_fashion_mnist(subset=True)
    assert (x_train.shape, x_train.dtype) == ((10000, 28, 28), np.uint8)
    assert (x_test.shape, x_test.dtype) == ((2000, 28, 28), np.uint8)
    assert (y_train.shape, y_train.dtype) == ((10000,), np.int64)
    assert (y_test.shape, y_test.dtype) == ((2000,), np.int64)
    assert y_train[:5].tolist() == [9, 0, 0, 3, 0]
    assert set(y_train) == set(y_test) == set(range(10))


def test_the_readme_lists_every_file_with_its_size_and_checksum():
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for image_set in (
        image_sets.MNIST,
        image_sets.FASHION_MNIST,
        image_sets.FASHION_MNIST_SUBSET,
        image_sets.KMNIST,
    ):
        for k, name in enumerate(image_sets.FILES):
            path, size, content = ROOT / "data" / image_set.folder / name, "download", "–"
            if image_set in (image_sets.MNIST, image_sets.FASHION_MNIST_SUBSET):
                size, content = f"{path.stat().st_size:,}".replace(",", " "), image_set.content[k]
                assert md5_of(path.read_bytes()) == image_set.md5[k]
                assert md5_of(gzip.decompress(path.read_bytes())) == content
                content = f"`{content}`"
            row = f"| `{image_set.folder}/{name}` | {size} | `{image_set.md5[k]}` | {content} |"
            assert row in readme


def test_the_bundled_files_are_found_from_any_folder(tmp_path):
    script = "from lib.data import load_fashion_mnist; print(len(load_fashion_mnist(True)[0]))"
    environment = {k: v for k, v in os.environ.items() if k != "DLBH_DATA"}
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "10000\n"


def test_importing_and_loading_need_numpy_alone():
    script = (
        "import sys\n"
        "from lib.data import load_fashion_mnist\n"
        "load_fashion_mnist(subset=True)\n"
        "print({'torch', 'torchvision', 'sklearn', 'tqdm', 'matplotlib'} & set(sys.modules))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


# Where files are looked for, and what is said about them


@pytest.fixture
def small_kmnist(tmp_path, monkeypatch):
    """A KMNIST of five images in a data folder of its own; returns the folder of its files."""
    monkeypatch.delenv("DLBH_DATA", raising=False)
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path / "data")
    folder = tmp_path / "data" / "KMNIST" / "raw"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name, shape in zip(image_sets.FILES, [(3, 28, 28), (3,), (2, 28, 28), (2,)], strict=True):
        write_idx(folder / name, rng.integers(10, size=shape, dtype=np.uint8))
    files = [(folder / name).read_bytes() for name in image_sets.FILES]
    md5 = tuple(map(md5_of, files))
    content = tuple(md5_of(gzip.decompress(file)) for file in files)
    monkeypatch.setattr(datasets, "KMNIST", replace(image_sets.KMNIST, md5=md5, content=content))
    return folder


def test_files_in_the_data_folder_are_loaded(small_kmnist):
    x_train, y_train, x_test, y_test = load_kmnist()
    assert [len(array) for array in (x_train, y_train, x_test, y_test)] == [3, 3, 2, 2]


def test_download_does_nothing_when_all_is_well(small_kmnist, monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)  # a download would fail
    assert len(load_kmnist(download=True)[0]) == 3


def test_dlbh_data_comes_first(small_kmnist, tmp_path, monkeypatch):
    monkeypatch.setenv("DLBH_DATA", str(tmp_path / "mine"))
    assert len(load_kmnist()[0]) == 3  # nothing there yet: data/ serves
    mine = tmp_path / "mine" / "KMNIST" / "raw"
    shutil.copytree(small_kmnist, mine)
    shutil.rmtree(small_kmnist)
    assert len(load_kmnist()[0]) == 3  # only there
    shutil.copytree(mine, small_kmnist)
    (mine / image_sets.FILES[0]).write_bytes(b"damaged")
    with pytest.raises(DataError, match="mine"):
        load_kmnist()
    (mine / image_sets.FILES[0]).unlink()
    assert len(load_kmnist()[0]) == 3  # not complete there: data/ serves again


def test_missing_files_are_listed_with_the_command_that_gets_them(
    small_kmnist, tmp_path, monkeypatch
):
    monkeypatch.setenv("DLBH_DATA", str(tmp_path / "mine"))
    (small_kmnist / image_sets.FILES[1]).unlink()
    (small_kmnist / image_sets.FILES[2]).unlink()
    with pytest.raises(MissingFileError) as raised:
        load_kmnist()
    assert str(raised.value).splitlines() == [
        f"{tmp_path / 'mine' / 'KMNIST' / 'raw'} lacks {', '.join(image_sets.FILES)}.",
        f"{small_kmnist} lacks train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz.",
        "To get what is missing: "
        'python -c "from lib.data import load_kmnist; load_kmnist(download=True)"',
    ]


def test_the_full_fashion_mnist_points_to_the_subset(tmp_path, monkeypatch):
    monkeypatch.delenv("DLBH_DATA", raising=False)
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path)
    with pytest.raises(MissingFileError) as raised:
        load_fashion_mnist()
    assert "load_fashion_mnist(download=True)" in str(raised.value)
    assert str(raised.value).endswith("load_fashion_mnist(subset=True)")


def test_a_lost_subset_is_restored_by_git_not_downloaded(tmp_path, monkeypatch):
    monkeypatch.delenv("DLBH_DATA", raising=False)
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path)
    with pytest.raises(MissingFileError, match="git checkout -- data/fashion-mnist-subset"):
        load_fashion_mnist(subset=True, download=True)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", image_sets.FILES)
def test_a_damaged_file_is_named_with_the_command_that_mends_it(small_kmnist, name):
    path = small_kmnist / name
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DataError, match="not a complete gzip file") as raised:
        load_kmnist()
    assert str(path) in str(raised.value)
    assert "load_kmnist(download=True)" in str(raised.value)


def test_a_good_file_in_the_wrong_place_is_a_checksum_error(small_kmnist):
    images, labels = small_kmnist / image_sets.FILES[0], small_kmnist / image_sets.FILES[1]
    shutil.copy(images, labels)
    with pytest.raises(
        DataError, match="not the file it should be: the MD5 checksum of its content"
    ) as raised:
        load_kmnist()
    assert str(labels) in str(raised.value)
    assert "load_kmnist(download=True)" in str(raised.value)


REPACKED = {
    "unpacked, the name still .gz": (lambda content: content, str),
    "unpacked": (lambda content: content, lambda name: name.removesuffix(".gz")),
    "packed again": (lambda content: gzip.compress(content, 1, mtime=7), str),
    "packed, the name without .gz": (gzip.compress, lambda name: name.removesuffix(".gz")),
}


@pytest.mark.parametrize("how", REPACKED)
@pytest.mark.parametrize("name", image_sets.FILES)
def test_a_file_is_taken_by_its_content_however_it_is_packed(small_kmnist, name, how):
    pack, rename = REPACKED[how]
    before = load_kmnist()
    content = gzip.decompress((small_kmnist / name).read_bytes())
    (small_kmnist / name).unlink()
    (small_kmnist / rename(name)).write_bytes(pack(content))
    for array, expected in zip(load_kmnist(), before, strict=True):
        np.testing.assert_array_equal(array, expected)
    damaged = content[:-1] + bytes([content[-1] ^ 1])
    (small_kmnist / rename(name)).write_bytes(pack(damaged))
    with pytest.raises(DataError, match=f"content is {md5_of(damaged)}, not {md5_of(content)}"):
        load_kmnist()


@pytest.fixture
def full_kmnist(small_kmnist, monkeypatch):
    """A set of the full size, of which only the checksums of the published files are known."""
    monkeypatch.setattr(datasets, "KMNIST", image_sets.KMNIST)
    for name in image_sets.FILES:
        N = 60_000 if "train" in name else 10_000
        array = np.arange(N) % 10 if "labels" in name else np.zeros((N, 28, 28))
        (small_kmnist / name).unlink()
        write_idx(small_kmnist / name.removesuffix(".gz"), array.astype(np.uint8))
    return small_kmnist


def test_where_no_checksum_is_known_an_unpacked_file_is_taken_by_size_and_labels(full_kmnist):
    assert [len(array) for array in load_kmnist()] == [60_000, 60_000, 10_000, 10_000]
    labels, images = full_kmnist / "t10k-labels-idx1-ubyte", full_kmnist / "t10k-images-idx3-ubyte"
    whole = labels.read_bytes()
    labels.write_bytes(whole[:-1] + b"\7")
    with pytest.raises(DataError, match=r"t10k-labels.* each label from 0 to 9 1000 times"):
        load_kmnist()
    labels.write_bytes(images.read_bytes())
    with pytest.raises(DataError, match=r"shape \(10000, 28, 28\), not uint8 of shape \(10000,\)"):
        load_kmnist()
    labels.write_bytes(whole[:-1])
    with pytest.raises(DataError, match="truncated"):
        load_kmnist()


def test_without_torchvision_a_download_says_how_to_get_it(small_kmnist, monkeypatch):
    (small_kmnist / image_sets.FILES[0]).unlink()
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(DownloadError, match="python -m pip install torch torchvision"):
        load_kmnist(download=True)


# Iris and moons


def test_iris_is_fishers():
    x, y = load_iris()
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((150, 4), np.float64, (150,), np.int64)
    assert np.bincount(y).tolist() == [50, 50, 50]
    assert x[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert x[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # wrong in the copy of the UCI repository


def test_moons_follow_the_generator():
    x, y = make_moons(100, 0.1, np.random.default_rng(5))
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((100, 2), np.float64, (100,), np.int64)
    assert np.bincount(y).tolist() == [50, 50]
    again, _ = make_moons(100, 0.1, np.random.default_rng(5))
    np.testing.assert_array_equal(x, again)
    rng = np.random.default_rng(5)
    first, second = (make_moons(100, 0.1, rng)[0] for _ in range(2))
    np.testing.assert_array_equal(x, first)
    assert not np.array_equal(first, second)


def test_moons_without_noise_lie_on_two_half_circles():
    x, y = make_moons(60, 0.0, np.random.default_rng(0))
    centres = np.array([[0.0, 0.0], [1.0, 0.5]])
    np.testing.assert_allclose(np.linalg.norm(x - centres[y], axis=1), 1.0)


def test_moons_want_a_generator():
    with pytest.raises(TypeError, match="rng must be a NumPy generator, got 0"):
        make_moons(10, 0.1, rng=0)
