import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nnstudio.files.atomic import WriteError, sweep_orphans, write_atomically

ROOT = Path(__file__).parents[2]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "model"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["model"]


def test_any_length_of_name_that_the_system_takes(tmp_path):
    path = tmp_path / ("n" * 255)
    write_atomically(path, b"data")
    assert path.read_bytes() == b"data"


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of Unix")
def test_keeps_permissions_and_follows_links(tmp_path):
    path, link = tmp_path / "model", tmp_path / "link"
    write_atomically(path, b"old")
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask
    path.chmod(0o640)
    link.symlink_to(path)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("place", ["missing/model", "file/model", "folder", "x" * 300])
def test_a_place_that_cannot_be_is_named_and_nothing_is_left(tmp_path, place):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    before = names(tmp_path)
    with pytest.raises(WriteError, match="Could not write"):
        write_atomically(tmp_path / place, b"data")
    assert names(tmp_path) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_ordinary_file_is_never_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(WriteError, match="not an ordinary file"):
        write_atomically(pipe, b"data")
    assert pipe.is_fifo()
    assert names(tmp_path) == ["pipe"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_on_the_way_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "model"
    write_atomically(path, b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(WriteError, match=r"No space left on device.*unchanged"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["model"]


def test_a_folder_that_cannot_be_flushed_is_no_failure(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "open", refuse)
    write_atomically(tmp_path / "model", b"data")
    assert (tmp_path / "model").read_bytes() == b"data"


def test_sweeps_old_orphans_only(tmp_path):
    old, young = tmp_path / ".nnstudio-0123.partial", tmp_path / ".nnstudio-4567.partial"
    bystander = tmp_path / "mine.partial"
    for path in (old, young, bystander):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    os.utime(bystander, (0, 0))
    assert sweep_orphans(tmp_path) == 1
    assert names(tmp_path) == [young.name, bystander.name]
    assert sweep_orphans(tmp_path / "missing") == 0


SAVE_FOR_EVER = """
import sys
from nnstudio.files.atomic import write_atomically
path, size = sys.argv[1], int(sys.argv[2])
for nth in range(10**9):
    write_atomically(path, bytes([nth % 251]) * size)
    if nth == 0:
        print("saving", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_process_killed_while_saving_leaves_a_whole_file(tmp_path):
    path, size = tmp_path / "model", 1 << 20
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for nth in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", SAVE_FOR_EVER, str(path), str(size)],
            stdout=subprocess.PIPE,
            env=environment,
        ) as process:
            process.stdout.readline()
            try:
                process.wait(timeout=0.0007 * nth)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert len(data) == size
        assert data == data[:1] * size
    sweep_orphans(tmp_path, older_than_s=0.0)
    assert names(tmp_path) == ["model"]
