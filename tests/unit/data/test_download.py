"""Files are downloaded once, whole and checked, into the folder that Keras keeps them in."""

import errno
import hashlib
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.data import download, fashion_mnist, mnist
from mnist_demo.data.download import RemoteFile
from mnist_demo.errors import DatasetError
from mnist_demo.paths import PROJECT
from tests.unit.data.test_fashion_mnist import as_idx

DOWNLOAD = """
import sys
from dataclasses import replace
from mnist_demo.data import download, mnist
download.SERVER, sha256 = sys.argv[1:]
mnist.FILE = replace(mnist.FILE, sha256=sha256)
mnist.load_mnist()
"""


class Server(ThreadingHTTPServer):
    """Serves ``files`` by their names; where ``go_on`` is not set, it stops halfway."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.go_on, self.is_halfway = threading.Event(), threading.Event()
        self.go_on.set()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        content = self.server.files.get(self.path[1:])
        self.send_response(404 if content is None else 200)
        content = content or b""
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.server.is_halfway.set()
        self.server.go_on.wait()
        self.wfile.write(content[len(content) // 2 :])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A user's machine with no folder of ours, and what it can download."""
    monkeypatch.delenv("MNIST_DEMO_DATA")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        monkeypatch.setattr(download, "SERVER", server.url)
        yield server
        server.go_on.set()
        server.shutdown()


def as_file(file: RemoteFile, content: bytes) -> RemoteFile:
    return replace(file, size=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def cached_file(
    internet: Server,
    monkeypatch: pytest.MonkeyPatch,
    write_mnist: Callable[..., Path],
    tmp_path: Path,
) -> Path:
    """Where Keras keeps MNIST; no file is there yet, and the tiny one can be downloaded."""
    content = write_mnist(tmp_path / "server").read_bytes()
    internet.files["mnist.npz"] = content
    monkeypatch.setattr(mnist, "FILE", as_file(mnist.FILE, content))
    return tmp_path / "keras" / "datasets" / "mnist.npz"


def test_keras_keeps_its_data_in_the_same_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from keras.src.backend import config

    assert download.keras_folder() == Path(config.keras_home()).expanduser() / "datasets"
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert download.keras_folder() == tmp_path / "datasets"


def test_download_reports_its_progress_and_is_read(cached_file: Path) -> None:
    fractions: list[float] = []
    assert len(mnist.load_mnist(fractions.append).train_images) == 160
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert [path.name for path in cached_file.parent.iterdir()] == ["mnist.npz"]


def test_downloaded_copy_is_used_again(cached_file: Path, internet: Server) -> None:
    for _ in range(2):
        assert len(mnist.load_mnist().test_images) == 40
    assert internet.requests == ["/mnist.npz"]


def test_damaged_copy_is_neither_deleted_nor_downloaded_again(
    cached_file: Path, internet: Server
) -> None:
    cached_file.parent.mkdir(parents=True)
    cached_file.write_bytes(b"half a download")
    with pytest.raises(DatasetError, match=r"mnist\.npz is damaged: move it away"):
        mnist.load_mnist()
    assert cached_file.read_bytes() == b"half a download"
    assert not internet.requests


@pytest.mark.parametrize("content", [None, b"<html>Welcome to this hotel</html>"])
def test_what_is_no_data_is_not_kept(
    cached_file: Path, internet: Server, content: bytes | None
) -> None:
    internet.files = {} if content is None else {"mnist.npz": content}
    with pytest.raises(DatasetError, match=r"cannot be downloaded: connect.*MNIST_DEMO_DATA"):
        mnist.load_mnist()
    assert not list(cached_file.parent.iterdir())


def test_without_network_one_sentence_says_what_to_do(
    cached_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SERVER", "http://127.0.0.1:9/")  # nobody listens there
    with pytest.raises(DatasetError, match=r"cannot be downloaded: connect.*_DATA.*mnist\.npz"):
        mnist.load_mnist()
    assert not cached_file.exists()


def test_disk_that_refuses_is_one_sentence(
    cached_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "move", refuse)
    with pytest.raises(DatasetError, match="MNIST cannot be downloaded"):
        mnist.load_mnist()
    assert not cached_file.exists()


def test_download_that_is_killed_leaves_nothing_under_the_name_of_a_whole_file(
    cached_file: Path, internet: Server
) -> None:
    internet.go_on.clear()
    command = [sys.executable, "-c", DOWNLOAD, internet.url, mnist.FILE.sha256]
    with subprocess.Popen(command, cwd=PROJECT) as program:
        assert internet.is_halfway.wait(60)
        program.kill()
    assert program.returncode == -signal.SIGKILL
    assert not cached_file.exists()
    internet.go_on.set()
    assert len(mnist.load_mnist().train_images) == 160


def test_several_files_are_one_download(
    internet: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (30, 28, 28)).astype(np.uint8)
    arrays = {"x": images, "y": np.tile(np.arange(10, dtype=np.uint8), 3)}
    contents = {array: as_idx(arrays[array[0]]) for array in fashion_mnist.FILES}
    files = {array: as_file(fashion_mnist.FILES[array], contents[array]) for array in contents}
    internet.files = {Path(files[array].path).name: contents[array] for array in files}
    monkeypatch.setattr(fashion_mnist, "FILES", files)
    fractions: list[float] = []
    assert len(fashion_mnist.load_fashion_mnist(fractions.append).train_images) == 30
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    fashion_mnist.load_fashion_mnist()
    assert len(internet.requests) == 4
    internet.files = {}
    shutil.rmtree(tmp_path / "keras")
    with pytest.raises(DatasetError, match=r"Fashion-MNIST cannot be downloaded.*x3-ubyte\.gz"):
        fashion_mnist.load_fashion_mnist()
