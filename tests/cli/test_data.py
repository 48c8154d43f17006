"""``nnstudio data``: what there is, where it is, and fetching it."""

import gzip
import hashlib
import http.server
import os
import signal
import subprocess
import sys
import threading

import pytest

from nnstudio.data.catalogue import CatalogueEntry, CatalogueFile
from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.problems import PROBLEMS

CONTENT = os.urandom(300_000)


@pytest.fixture
def mirror():
    """A server whose files, after ``held`` is set, stop in the middle."""
    held = threading.Event()
    released = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            data = gzip.compress(CONTENT)
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            half = len(data) // 2
            self.wfile.write(data[:half])
            if held.is_set():
                self.wfile.flush()
                released.wait(30)
                return
            self.wfile.write(data[half:])

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.held = held
        server.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        released.set()
        server.shutdown()
        thread.join()


def entry(url):
    n_bytes = len(gzip.compress(CONTENT))
    digest = hashlib.sha256(CONTENT).hexdigest()
    files = (CatalogueFile("noise.gz", n_bytes, len(CONTENT), digest),)
    return CatalogueEntry("noise", "Noise", files, (url,), "CC0", "Nobody")


def test_path_is_the_folder_of_data(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path))
    assert cli("data", "path") == (0, f"{tmp_path}\n", "")


def test_list_names_what_is_built_in_and_what_can_be_fetched(cli):
    outcome = cli("data", "list")
    states = {line.split("  ")[0].strip(): line for line in outcome.out.splitlines()}
    assert "built in" in states["digits-synthetic"]
    assert "built in" in states["plane-moons"]
    assert "not fetched" in states["mnist"]
    assert "12 MB" in states["mnist"]


def test_list_tells_the_kind_of_every_problem(cli):
    listed = {entry["name"]: entry for entry in cli("data", "list", "--json").json}
    assert listed.keys() == PROBLEMS.keys()
    moons = listed["plane-moons"]
    assert (moons["kind"], moons["title"], moons["state"], moons["data_set"]) == (
        "plane",
        "Two moons",
        "built in",
        None,
    )
    assert moons["outputs"] == {"kind": "classes", "names": ["upper moon", "lower moon"]}
    mnist = listed["digits-mnist"]
    assert (mnist["kind"], mnist["state"], mnist["data_set"]) == ("image", "not fetched", "mnist")
    assert {entry["kind"] for entry in listed.values()} <= INPUT_KINDS.keys()
    assert listed["plane-bell"]["outputs"] == {"kind": "numbers", "names": ["bell"], "units": [""]}


def test_list_names_the_problems_of_a_data_set(cli):
    (line,) = (line for line in cli("data", "list").out.splitlines() if line.startswith("emnist"))
    assert "For letters-emnist, digits-emnist, balanced-emnist." in line


def test_fetch_shows_progress_and_prints_the_folder(cli, monkeypatch, mirror, tmp_path):
    monkeypatch.setattr("nnstudio.data.catalogue.CATALOGUE", {"noise": entry(mirror.url)})
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path))
    outcome = cli("data", "fetch", "noise")
    assert (outcome.status, outcome.out) == (0, f"{tmp_path / 'noise'}\n")
    assert gzip.decompress((tmp_path / "noise" / "noise.gz").read_bytes()) == CONTENT
    assert "noise: 0.3 of 0.3 MB" in outcome.err
    assert "\r" not in outcome.err


def test_fetch_of_an_unknown_name(cli):
    outcome = cli("data", "fetch", "letters")
    assert outcome.status == 2
    sentence = "There is no data set 'letters' to download; there are mnist, fashion-mnist, kmnist, emnist."
    assert outcome.err == f"nnstudio: {sentence}\n"


def test_fetch_without_a_connection(cli, monkeypatch, tmp_path):
    monkeypatch.setattr("nnstudio.data.catalogue.CATALOGUE", {"noise": entry("http://127.0.0.1:9/")})
    monkeypatch.setenv("NNSTUDIO_DATA", str(tmp_path))
    outcome = cli("data", "fetch", "noise")
    assert outcome.status == 2
    assert "could not be downloaded" in outcome.complaints[-1]
    assert list((tmp_path / "noise").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="signals are sent in another way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_leaves_nothing_partial(mirror, tmp_path, number):
    mirror.held.set()
    script = (
        "import sys\n"
        "from nnstudio.cli import main\n"
        "from nnstudio.data import catalogue\n"
        f"file = catalogue.CatalogueFile('noise.gz', {len(CONTENT)}, {len(CONTENT)}, '')\n"
        f"entry = catalogue.CatalogueEntry('noise', 'Noise', (file,), ({mirror.url!r},), '', '')\n"
        "catalogue.CATALOGUE = {'noise': entry}\n"
        "sys.exit(main(['data', 'fetch', 'noise']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "NNSTUDIO_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        # Half of the file has come.
        while " 0.0 of" in process.stderr.readline():
            pass
        process.send_signal(number)
        printed, complaints = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert printed == ""
    assert "cancelled" in complaints
    assert list((tmp_path / "noise").iterdir()) == []
