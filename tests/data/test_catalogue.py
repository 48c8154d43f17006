import errno
import gzip
import hashlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from nnstudio.data import catalogue
from nnstudio.data.catalogue import (
    CATALOGUE,
    Cancelled,
    CatalogueEntry,
    CatalogueFile,
    DownloadError,
    fetch,
    fetch_entry,
    installed,
)
from nnstudio.paths import data_dir

CONTENT = {
    "images.gz": np.random.default_rng(1).bytes(300_000),
    "labels.gz": np.random.default_rng(2).bytes(700),
}
PACKED = {name: gzip.compress(content, mtime=0) for name, content in CONTENT.items()}


class Server(ThreadingHTTPServer):
    """A mirror on this machine whose answers a test can spoil, path by path."""

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.spoilt = {}
        self.requests = []
        self.released = threading.Event()

    def handle_error(self, request, client_address):
        """Say nothing when a client leaves early: many of these tests do."""

    def url(self, mirror="first"):
        return f"http://127.0.0.1:{self.server_address[1]}/{mirror}/"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.requests.append(self.path)
        packed = PACKED[self.path.rpartition("/")[2]]
        self.server.spoilt.get(self.path, Handler.send)(self, packed)

    def send(self, body, *, length=None, kind="application/gzip", status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def entry(server):
    files = tuple(
        CatalogueFile(name, len(PACKED[name]), len(content), hashlib.sha256(content).hexdigest())
        for name, content in CONTENT.items()
    )
    return CatalogueEntry("toy", "The toy set", files, (server.url(),), "CC0", "nobody")


def whole(folder):
    """Return whether the folder holds both files, whole, and nothing else."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} == PACKED


def nothing(folder):
    return list(folder.iterdir()) == []


def test_fetch_brings_whole_files_and_tells_progress(entry, tmp_path):
    seen = []
    folder = fetch_entry(entry, tmp_path / "a" / "b", progress=lambda done, total: seen.append((done, total)))
    assert whole(folder)
    assert seen[0] == (0, entry.n_bytes)
    assert seen[-1] == (entry.n_bytes, entry.n_bytes)
    assert all(0 <= done <= total == entry.n_bytes for done, total in seen)


def test_what_is_there_is_not_downloaded_again(entry, server, tmp_path):
    fetch_entry(entry, tmp_path)
    (tmp_path / "labels.gz").unlink()
    # Unpacked by the user: as good as packed.
    (tmp_path / "images.gz").unlink()
    (tmp_path / "images").write_bytes(CONTENT["images.gz"])
    server.requests.clear()
    fetch_entry(entry, tmp_path)
    assert server.requests == ["/first/labels.gz"]


def test_wrong_file_of_the_same_name_is_put_aside(entry, tmp_path):
    (tmp_path / "images").write_bytes(b"mine")
    fetch_entry(entry, tmp_path)
    assert (tmp_path / "images.wrong").read_bytes() == b"mine"
    assert not (tmp_path / "images").exists()
    assert (tmp_path / "images.gz").read_bytes() == PACKED["images.gz"]


def test_another_gzip_of_the_same_content_is_accepted(entry, server, tmp_path):
    other = gzip.compress(CONTENT["images.gz"], compresslevel=1, mtime=12345)
    assert other != PACKED["images.gz"]
    server.spoilt["/first/images.gz"] = lambda handler, _: handler.send(other)
    fetch_entry(entry, tmp_path)
    assert (tmp_path / "images.gz").read_bytes() == other


N = len(PACKED["images.gz"])


@pytest.mark.parametrize("keep", [0, 1, 2, 17, 65_535, 65_536, 200_000, N - 8, N - 1])
@pytest.mark.parametrize("honest_length", [False, True])
def test_cut_short_is_never_taken_for_whole(entry, server, tmp_path, keep, honest_length):
    def cut(handler, packed):
        handler.send(packed[:keep], length=keep if honest_length else len(packed))

    server.spoilt["/first/images.gz"] = cut
    with pytest.raises(DownloadError, match=r"broke off|bytes of content|damaged") as caught:
        fetch_entry(entry, tmp_path)
    assert "images.gz of The toy set could not be downloaded: 127.0.0.1:" in str(caught.value)
    assert nothing(tmp_path)

    server.spoilt.clear()
    assert whole(fetch_entry(entry, tmp_path))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda h, _: h.send(gzip.compress(bytes(300_000))), "other data than expected"),
        (lambda h, _: h.send(CONTENT["images.gz"] + b"more"), "other data than expected"),
        (lambda h, p: h.send(p[:1000] + b"????" + p[1004:]), "damaged|other data"),
        (lambda h, _: h.send(b"<!DOCTYPE html><title>Log in</title>", kind="text/html"), "a web page"),
        (lambda h, _: h.send(bytes(3_000_000)), "far more"),
        (lambda h, _: h.send(gzip.compress(bytes(50_000_000))), "other data than expected"),
        (lambda h, _: h.send(b"", status=404), "answers 404 Not Found"),
        (lambda h, _: h.send(b"", status=302, Location=h.path), "round in a circle"),
        (
            lambda h, _: h.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
            "cannot be|not understood",
        ),
        (lambda h, _: h.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "cannot be"),
    ],
    ids=["hash", "longer", "flipped", "html", "endless", "bomb", "404", "loop", "header", "foreign"],
)
def test_bad_answers_are_named_and_leave_nothing(entry, server, tmp_path, spoil, words):
    server.spoilt["/first/images.gz"] = spoil
    with pytest.raises(DownloadError, match=words):
        fetch_entry(entry, tmp_path)
    assert nothing(tmp_path)


def test_second_mirror_steps_in_file_by_file(entry, server, tmp_path):
    server.spoilt["/first/images.gz"] = lambda handler, packed: handler.send(packed[:100])
    both = replace(entry, mirrors=(server.url("first"), server.url("second")))
    assert whole(fetch_entry(both, tmp_path))
    assert server.requests == ["/first/images.gz", "/second/images.gz", "/first/labels.gz"]


def test_complete_files_are_kept_when_a_later_one_fails(entry, server, tmp_path):
    server.spoilt["/first/labels.gz"] = lambda handler, _: handler.send(b"", status=503)
    with pytest.raises(DownloadError, match=r"labels\.gz .* 503"):
        fetch_entry(entry, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["images.gz"]


def test_no_network_names_every_mirror(entry, tmp_path):
    # Port 9 discards; nobody listens there.
    nowhere = replace(entry, mirrors=("http://127.0.0.1:9/a/", "http://127.0.0.1:9/b/"))
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1:9 cannot be reached; 127\.0\.0\.1:9 cannot be"):
        fetch_entry(nowhere, tmp_path)
    assert nothing(tmp_path)


def stall_before_answering(handler, _):
    handler.server.released.wait(10)


def stall_within(handler, packed):
    handler.send(packed[:1000], length=len(packed))
    handler.wfile.flush()
    handler.server.released.wait(10)


def trickle(handler, packed):
    handler.send(packed[:1], length=len(packed))
    for position in range(1, len(packed)):
        if handler.server.released.wait(0.01):
            break
        try:
            handler.wfile.write(packed[position : position + 1])
        except OSError:
            break


@pytest.mark.parametrize("slow", [stall_before_answering, stall_within, trickle])
def test_slow_server_is_cancelled_at_once(entry, server, tmp_path, slow):
    server.spoilt["/first/images.gz"] = slow
    cancel = threading.Event()
    asked = []

    def progress(_done, _total):
        if server.requests and not cancel.is_set():
            asked.append(time.monotonic())
            cancel.set()

    with pytest.raises(Cancelled, match="cancelled"):
        fetch_entry(entry, tmp_path, progress=progress, cancel=cancel)
    assert time.monotonic() - asked[0] < 2.0
    server.released.set()
    for thread in threading.enumerate():
        if thread.name == "nnstudio-download":
            thread.join(2.0)
    assert nothing(tmp_path)


def test_interrupt_from_the_keyboard_leaves_nothing(entry, server, tmp_path):
    server.spoilt["/first/images.gz"] = stall_within

    def progress(_done, _total):
        if server.requests:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_entry(entry, tmp_path, progress=progress)
    assert nothing(tmp_path)


def test_a_silent_server_is_abandoned(entry, server, tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.download._READ_TIMEOUT_S", 0.2)
    for slow in (stall_before_answering, stall_within):
        server.spoilt["/first/images.gz"] = slow
        with pytest.raises(DownloadError, match="does not answer in time"):
            fetch_entry(entry, tmp_path)
    assert nothing(tmp_path)


def test_full_disc_is_named_and_no_other_mirror_is_tried(entry, server, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("nnstudio.data.download.os.fsync", full)
    both = replace(entry, mirrors=(server.url("first"), server.url("second")))
    with pytest.raises(DownloadError, match="is full"):
        fetch_entry(both, tmp_path)
    assert server.requests == ["/first/images.gz"]
    assert nothing(tmp_path)


def test_folder_that_cannot_be_made_is_named(entry, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"file.toy cannot be made"):
        fetch_entry(entry, tmp_path / "file" / "toy")


def test_old_orphans_are_swept_and_young_ones_left(entry, tmp_path):
    old, young = tmp_path / ".incoming-old", tmp_path / ".incoming-young"
    old.write_bytes(b"")
    young.write_bytes(b"")
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    fetch_entry(entry, tmp_path)
    assert not old.exists()
    assert young.exists()


def test_network_libraries_are_imported_only_to_fetch():
    code = (
        "import sys; import nnstudio.data.catalogue, nnstudio.data.problems; "
        "sys.exit(not {'pooch', 'requests', 'platformdirs'}.isdisjoint(sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fetch_by_name_puts_the_set_into_its_folder(entry, monkeypatch):
    monkeypatch.setattr(catalogue, "CATALOGUE", {"toy": entry})
    assert fetch("toy") == data_dir() / "toy"
    assert whole(data_dir() / "toy")


def test_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(
        DownloadError, match="no data set 'nist' to download; there are mnist, fashion-mnist, kmnist, emnist"
    ):
        fetch("nist")
    with pytest.raises(DownloadError, match="no data set"):
        installed("nist")


def test_installed_means_that_every_file_is_there():
    assert not installed("mnist")
    folder = data_dir() / "mnist"
    folder.mkdir(parents=True)
    for file in CATALOGUE["mnist"].files:
        assert not installed("mnist")
        (folder / file.name).write_bytes(b"")
    assert installed("mnist")


def test_mnist_content_is_known_to_the_byte():
    for file in CATALOGUE["mnist"].files:
        n = 60_000 if file.name.startswith("train") else 10_000
        assert file.content_bytes == (n * 28 * 28 + 16 if "images" in file.name else n + 8)
        assert len(bytes.fromhex(file.content_sha256)) == 32
    assert all(
        mirror.startswith("https://") and mirror.endswith("/") for mirror in CATALOGUE["mnist"].mirrors
    )


def test_the_sizes_of_sets_in_mnists_form_are_mnists():
    for name in ("fashion-mnist", "kmnist"):
        for file, mnist_file in zip(CATALOGUE[name].files, CATALOGUE["mnist"].files, strict=True):
            assert (file.name, file.content_bytes) == (mnist_file.name, mnist_file.content_bytes)


def test_every_file_has_one_hash_that_decides():
    for entry in CATALOGUE.values():
        assert entry.mirrors[0].startswith("https://")
        assert entry.licence
        assert entry.credit
        for file in entry.files:
            (digest,) = filter(None, (file.content_sha256, file.packed_sha256))
            assert len(bytes.fromhex(digest)) == 32


@pytest.fixture
def packed_entry(entry):
    """The toy set with nothing known but the hashes of its packed files."""
    files = tuple(
        replace(file, content_sha256="", packed_sha256=hashlib.sha256(PACKED[file.name]).hexdigest())
        for file in entry.files
    )
    return replace(entry, files=files)


def test_where_only_the_packed_hash_is_known_it_decides(packed_entry, server, tmp_path):
    assert whole(fetch_entry(packed_entry, tmp_path))
    server.requests.clear()
    fetch_entry(packed_entry, tmp_path)
    assert server.requests == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda h, _: h.send(gzip.compress(CONTENT["images.gz"], 1)), "other data than expected|instead of"),
        (lambda h, p: h.send(p[:-1]), "bytes of content instead of"),
        (lambda h, p: h.send(p + b"more"), "other data than expected"),
        (lambda h, p: h.send(p[:1000] + b"????" + p[1004:]), "other data than expected"),
        (lambda h, _: h.send(b"<html>Log in</html>", kind="text/html"), "a web page"),
    ],
    ids=["repacked", "short", "longer", "flipped", "html"],
)
def test_other_packed_files_are_refused(packed_entry, server, tmp_path, spoil, words):
    server.spoilt["/first/images.gz"] = spoil
    with pytest.raises(DownloadError, match=words):
        fetch_entry(packed_entry, tmp_path)
    assert nothing(tmp_path)


def test_other_sets_are_installed_when_all_their_files_lie_in_their_folder():
    for name in ("kmnist", "emnist"):
        folder = data_dir() / name
        folder.mkdir(parents=True)
        for file in CATALOGUE[name].files:
            assert not installed(name)
            (folder / file.name).write_bytes(b"")
        assert installed(name)
    assert not installed("mnist")
