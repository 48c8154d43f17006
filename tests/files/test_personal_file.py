"""The file of a person's drawings: two writers, damage, a full disk, export and import."""

import os
import threading

import numpy as np
import pytest

from nnstudio.cli import main
from nnstudio.data.personal_set import Edit, PersonalDrawing, PersonalSet, to_lines
from nnstudio.data.strokes import Drawing, read_stroke_file
from nnstudio.errors import UserError
from nnstudio.files import atomic, personal_file
from nnstudio.files.atomic import WriteError
from nnstudio.files.locking import locked
from nnstudio.files.personal_file import PersonalFile, export_drawings, import_drawings, personal_path


def drawn(label="7"):
    return PersonalDrawing.new(label, Drawing((((0.2, 0.1), (0.6, 0.1), (0.3, 0.9)),)))


@pytest.fixture
def file(tmp_path):
    return PersonalFile(tmp_path / "own" / "drawings.jsonl")


def test_a_file_that_is_not_there_yet_is_an_empty_set(file):
    assert len(file.read()) == 0
    assert not file.path.parent.exists()


def test_the_users_own_folder_holds_it():
    assert personal_path().name == "my-drawings.jsonl"
    assert "xdg_data_home" in str(personal_path())


def test_what_is_added_is_read_again(file):
    file.change(Edit(added=(drawn("7"), drawn("△"))))
    assert PersonalFile(file.path).read().counts == {"7": 1, "△": 1}


def test_two_windows_do_not_lose_each_others_drawings(file):
    """Each has read the file before the other writes; then both write at once, again and again."""
    others = [PersonalFile(file.path) for _ in range(4)]
    for each in others:
        each.read()
    threads = [
        threading.Thread(target=lambda each=each: [each.change(Edit(added=(drawn(),))) for _ in range(5)])
        for each in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(file.read()) == 20


def test_the_stamp_changes_when_the_file_is_written(file):
    before = file.stamp()
    file.change(Edit(added=(drawn(),)))
    assert file.stamp() != before


def test_damage_is_put_aside_and_said(file):
    file.change(Edit(added=(drawn("7"), drawn("1"))))
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-30])
    assert file.read().counts == {"7": 1}
    aside = file.path.with_name("drawings.damaged.jsonl")
    assert aside.read_bytes().strip() == whole.splitlines()[2][:-29]
    assert "damaged" in file.message
    assert str(aside) in file.message
    # Read again, all is well; and damage that comes later is added to what was put aside.
    assert PersonalFile(file.path).read().counts == {"7": 1}
    file.path.write_bytes(file.path.read_bytes() + b"{nonsense}\n")
    assert file.change(Edit(added=(drawn("4"),))).counts == {"7": 1, "4": 1}
    assert len(aside.read_bytes().splitlines()) == 2


def test_what_another_window_adds_while_damage_is_found_is_not_lost(file, monkeypatch):
    file.change(Edit(added=(drawn("7"), drawn("1"))))
    file.path.write_bytes(file.path.read_bytes()[:-30])
    read = personal_file.from_lines

    def read_and_be_interrupted(content):
        monkeypatch.setattr(personal_file, "from_lines", read)
        found = read(content)
        PersonalFile(file.path).change(Edit(added=(drawn("4"),)))
        return found

    monkeypatch.setattr(personal_file, "from_lines", read_and_be_interrupted)
    assert file.read().counts == {"7": 1, "4": 1}


def test_a_full_disk_is_said_and_the_file_stays(file, monkeypatch):
    file.change(Edit(added=(drawn("7"),)))
    before = file.path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        file.change(Edit(added=(drawn("1"),)))
    assert file.path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_folder_that_may_not_be_written_is_said(file, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WriteError, match="folder"):
            file.change(Edit(added=(drawn(),)))
    finally:
        tmp_path.chmod(0o700)


def test_a_writer_who_does_not_come_to_an_end_is_said(file):
    file.path.parent.mkdir()
    with (
        locked(file.path),
        pytest.raises(WriteError, match="another program"),
        locked(file.path, timeout_s=0.05),
    ):
        pass


@pytest.mark.parametrize("name", ["out.jsonl", "out.npz"])
def test_an_export_can_be_imported(tmp_path, name):
    path = tmp_path / name
    export_drawings(path, PersonalSet((drawn("7"), drawn("△"), drawn("7"))))
    again = import_drawings(path)
    assert again.counts == {"7": 2, "△": 1}
    left, top, right, bottom = again.drawings[0].drawing.bounds()
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    np.testing.assert_allclose((right - left) / (bottom - top), 0.5, atol=0.01)


def test_an_exported_stroke_file_is_one_for_others(tmp_path):
    export_drawings(tmp_path / "out.npz", PersonalSet((drawn("7"),)))
    strokes = read_stroke_file(tmp_path / "out.npz")
    assert strokes.labels.tolist() == ["7"]
    assert strokes.polylines.xy.max() == 1000


@pytest.mark.parametrize("content", [b"", b"{}", b'{"strokes": [[[0, 0], [1, 1]]]}', b"\x00" * 100])
def test_what_holds_no_labelled_drawings_is_not_imported(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    if content:
        with pytest.raises(UserError, match="no labelled drawings"):
            import_drawings(path)
    else:
        assert len(import_drawings(path)) == 0


@pytest.mark.parametrize("ending", [".jsonl", ".npz"])
def test_evaluate_measures_a_network_on_them(tmp_path, capsys, ending):
    path = tmp_path / f"mine{ending}"
    export_drawings(path, PersonalSet((drawn("7"), drawn("7"), drawn("△"))))
    assert main(["evaluate", "--model", "seed", "--data", str(path)]) == 0
    told = capsys.readouterr()
    assert "2" in told.out
    assert "△" in told.out + told.err


def test_lines_are_written_whole(file):
    file.change(Edit(added=(drawn("7"),)))
    assert file.path.read_bytes() == to_lines(file.read())
