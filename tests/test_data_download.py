"""Downloads, from a real server on this machine: complete and right, or as if never tried."""

import contextlib
import gc
import hashlib
import http.server
import os
import shutil
import socket
import struct
import threading
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from lib.data import (
    DataError,
    DownloadError,
    MissingFileError,
    datasets,
    download,
    image_sets,
    import_torchvision,
    load_kmnist,
    load_mnist,
    write_idx,
)

pytest.importorskip("torch")
if find_spec("torchvision") is None:
    pytest.skip("torchvision is not installed", allow_module_level=True)

# After an answer like 404 torchvision drops the open connection, and Python warns as it cleans up.
# The server fixture makes it clean up within the test, where this line is in force.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = image_sets.FILES


# torchvision and we agree


@pytest.fixture(scope="module")
def torchvision():
    return import_torchvision()


@pytest.mark.parametrize("name", ["MNIST", "FASHION_MNIST", "KMNIST"])
def test_our_checksums_are_torchvisions(torchvision, name):
    theirs = getattr(torchvision.datasets, name.replace("FASHION_", "Fashion"))
    ours = zip(image_sets.FILES, getattr(image_sets, name).md5, strict=True)
    assert list(ours) == theirs.resources


def test_torchvision_reads_the_bundled_mnist_without_a_network_and_sees_the_same(
    torchvision, tmp_path, monkeypatch
):
    shutil.copytree(
        image_sets.DATA_FOLDER / "MNIST",
        tmp_path / "MNIST",
        ignore=shutil.ignore_patterns("*-ubyte"),
    )
    nowhere = ["http://no-such-host.invalid/"]
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", nowhere)
    x_train, y_train, x_test, y_test = load_mnist()
    for train, x, y in [(True, x_train, y_train), (False, x_test, y_test)]:
        theirs = torchvision.datasets.MNIST(tmp_path, train=train, download=True)
        assert theirs.data.numpy().tobytes() == x.tobytes()
        assert tuple(theirs.data.shape) == x.shape
        assert theirs.targets.numpy().tobytes() == y.tobytes()


# The server, and what it may do to a file


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        folder, _, name = self.path.strip("/").rpartition("/")
        content = self.server.content[name]
        trouble = self.server.trouble.get(name) if folder != "mirror" else None
        self.server.requests.append(self.path)
        self.server.happened.add(trouble)
        if trouble == "not found":
            return self.send_error(404)
        if trouble == "other content":
            content = content[:-1] + bytes([content[-1] ^ 1])
        if trouble == "truncated":  # on the server, who knows it no other way
            content = content[: len(content) // 2]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if trouble in ("dropped", "reset", "silent"):
            content = content[: len(content) // 2]
        # torchvision looks where a URL leads before it asks again for the file itself, and hangs
        # up on the first answer.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)
            self.wfile.flush()
        if trouble == "silent":
            self.server.stop.wait(20)
        if trouble == "reset":  # hang up without a good-bye
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, *args):
        """Keep the tests' output clean."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = {}  # file name -> bytes
        self.trouble = {}  # file name -> what goes wrong
        self.requests = []
        self.happened = set()
        self.stop = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request, client_address):
        """A connection that was reset on purpose is no error to report."""


@pytest.fixture
def server(tmp_path, monkeypatch, torchvision):
    """Serve a KMNIST of five images, and tell torchvision and us that this is KMNIST."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("DLBH_DATA", raising=False)
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path / "data")

    with Server() as server:
        rng = np.random.default_rng(0)
        for name, shape in zip(
            image_sets.FILES, [(30, 28, 28), (30,), (20, 28, 28), (20,)], strict=True
        ):
            write_idx(tmp_path / name, rng.integers(10, size=shape, dtype=np.uint8))
            server.content[name] = (tmp_path / name).read_bytes()
            (tmp_path / name).unlink()
        expect(server, torchvision, monkeypatch)
        monkeypatch.setattr(torchvision.datasets.KMNIST, "mirrors", [server.url])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.stop.set()
        server.shutdown()
        thread.join()
    if "not found" in server.happened:
        gc.collect()  # see pytestmark


def expect(server, torchvision, monkeypatch):
    """Make what the server has now what KMNIST should be, to torchvision and to us."""
    resources = [(name, md5_of(server.content[name])) for name in image_sets.FILES]
    monkeypatch.setattr(torchvision.datasets.KMNIST, "resources", resources)
    ours = replace(image_sets.KMNIST, md5=tuple(md5 for _, md5 in resources))
    monkeypatch.setattr(datasets, "KMNIST", ours)


def md5_of(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def assert_nothing_was_kept():
    """No file, not even half of one, and no folder is left; and the loader says what is missing."""
    assert os.listdir(image_sets.DATA_FOLDER) == []
    with pytest.raises(MissingFileError, match=rf"lacks {', '.join(image_sets.FILES)}\.\nTo get"):
        load_kmnist()


def assert_all_is_there():
    folder = image_sets.DATA_FOLDER / "KMNIST" / "raw"
    assert sorted(os.listdir(folder)) == sorted(image_sets.FILES)
    assert os.listdir(image_sets.DATA_FOLDER) == ["KMNIST"]
    x_train, y_train, x_test, y_test = load_kmnist()
    assert (x_train.shape, y_train.shape) == ((30, 28, 28), (30,))
    assert (x_test.shape, y_test.shape) == ((20, 28, 28), (20,))


# Downloads that succeed


def test_a_download_shows_its_progress_and_stays(server, capsys):
    x_train, _, _, _ = load_kmnist(download=True)
    assert x_train.shape == (30, 28, 28)
    assert capsys.readouterr().err.count("100%") >= 4  # a bar for each file
    assert_all_is_there()


def test_files_go_to_dlbh_data_if_that_is_set(server, tmp_path, monkeypatch):
    monkeypatch.setenv("DLBH_DATA", str(tmp_path / "new" / "folder"))
    load_kmnist(download=True)
    assert not image_sets.DATA_FOLDER.exists()
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path / "new" / "folder")
    assert_all_is_there()


def test_a_second_download_asks_the_server_for_nothing(server):
    load_kmnist(download=True)
    server.requests.clear()
    load_kmnist(download=True)
    assert server.requests == []


def test_without_download_the_server_is_never_asked(server):
    with pytest.raises(MissingFileError):
        load_kmnist()
    assert server.requests == []


def test_a_damaged_file_is_replaced(server):
    load_kmnist(download=True)
    path = image_sets.DATA_FOLDER / "KMNIST" / "raw" / TEST_IMAGES
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="not a complete gzip file"):
        load_kmnist()
    load_kmnist(download=True)
    assert_all_is_there()


def test_a_second_mirror_helps_where_the_first_fails(server, torchvision, monkeypatch):
    server.trouble = {TRAIN_LABELS: "not found", TEST_IMAGES: "dropped"}
    mirrors = [server.url, server.url + "mirror/"]
    monkeypatch.setattr(torchvision.datasets.KMNIST, "mirrors", mirrors)
    load_kmnist(download=True)
    assert_all_is_there()


# Downloads that fail


@pytest.mark.parametrize("name", [TRAIN_IMAGES, TEST_LABELS], ids=["first file", "last file"])
@pytest.mark.parametrize(
    "trouble", ["not found", "other content", "truncated", "dropped", "reset", "silent"]
)
def test_a_failed_download_says_what_to_do_keeps_nothing_and_can_be_repeated(
    server, monkeypatch, trouble, name
):
    monkeypatch.setattr(download, "TIMEOUT", 0.3 if trouble == "silent" else 20.0)
    server.trouble = {name: trouble}
    with pytest.raises(DownloadError, match="was not downloaded") as raised:
        load_kmnist(download=True)
    message = str(raised.value)
    assert message.startswith("KMNIST was not downloaded and nothing was kept.\n")
    assert message.endswith(
        "Check your connection, then try again: "
        'python -c "from lib.data import load_kmnist; load_kmnist(download=True)"'
    )
    assert trouble in server.happened
    assert ("timed out" in message) == (trouble == "silent")
    assert_nothing_was_kept()

    server.trouble = {}
    load_kmnist(download=True)
    assert_all_is_there()


def test_a_failed_download_leaves_the_files_that_were_there(server):
    load_kmnist(download=True)
    folder = image_sets.DATA_FOLDER / "KMNIST" / "raw"
    (folder / TRAIN_LABELS).unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    server.trouble = {TEST_LABELS: "dropped"}
    with pytest.raises(DownloadError, match="was not downloaded"):
        load_kmnist(download=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(MissingFileError, match=rf"lacks {TRAIN_LABELS}\.\n"):
        load_kmnist()


def test_half_a_file_with_the_right_checksum_is_not_kept(server, torchvision, monkeypatch):
    whole = server.content[TEST_LABELS]
    server.content[TEST_LABELS] = whole[: len(whole) // 2]
    expect(server, torchvision, monkeypatch)
    with pytest.raises(DownloadError, match="EOFError"):
        load_kmnist(download=True)
    assert_nothing_was_kept()


def test_a_file_that_torchvision_accepts_but_we_do_not_is_not_kept(server, monkeypatch):
    *others, _ = datasets.KMNIST.md5
    monkeypatch.setattr(datasets, "KMNIST", replace(image_sets.KMNIST, md5=(*others, 32 * "0")))
    with pytest.raises(DownloadError, match=f"DataError: .*{TEST_LABELS}"):
        load_kmnist(download=True)
    assert_nothing_was_kept()


def test_no_server_at_all_is_a_download_error(server, torchvision, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        mirror = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        monkeypatch.setattr(torchvision.datasets.KMNIST, "mirrors", [mirror])
        with pytest.raises(DownloadError, match="refused"):
            load_kmnist(download=True)
    assert_nothing_was_kept()


def test_a_folder_that_cannot_be_written_to_is_a_download_error(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DLBH_DATA", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match=r"cannot write to .*file .*DLBH_DATA"):
        load_kmnist(download=True)
    assert server.requests == []


def test_the_time_limit_of_other_connections_is_left_alone(server):
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(77.0)
    try:
        load_kmnist(download=True)
        assert socket.getdefaulttimeout() == 77.0
        shutil.rmtree(image_sets.DATA_FOLDER / "KMNIST")
        server.trouble = {TRAIN_IMAGES: "not found"}
        with pytest.raises(DownloadError, match="was not downloaded"):
            load_kmnist(download=True)
        assert socket.getdefaulttimeout() == 77.0
    finally:
        socket.setdefaulttimeout(before)
