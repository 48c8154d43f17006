"""The user's drawings in the window: at once on the screen, then in their file, whoever else writes it."""

import pytest

from nnstudio.data.personal_set import Edit, PersonalDrawing
from nnstudio.data.strokes import Drawing
from nnstudio.files import atomic
from nnstudio.files.personal_file import PersonalFile, personal_path
from nnstudio.studio.session import own_drawings
from nnstudio.studio.session.own_drawings import OwnDrawings


def drawn(label="7"):
    return PersonalDrawing.new(label, Drawing((((0.2, 0.1), (0.6, 0.1), (0.3, 0.9)),)))


@pytest.fixture
def open_drawings(qapp):
    opened = []

    def open_one():
        drawings = OwnDrawings()
        drawings.sentences = []
        drawings.said.connect(lambda text, warning: drawings.sentences.append(text))
        opened.append(drawings)
        return drawings

    yield open_one
    for drawings in opened:
        drawings.stop()


def settle(qtbot, *all_drawings):
    def polled():
        for drawings in all_drawings:
            drawings.poll()
        return all(drawings.is_read for drawings in all_drawings)

    qtbot.waitUntil(polled)


def test_what_is_drawn_is_there_at_once_and_in_the_file_soon(open_drawings, qtbot):
    drawings = open_drawings()
    drawings.add(drawn("7"))
    assert drawings.drawings.counts == {"7": 1}
    settle(qtbot, drawings)
    assert PersonalFile(personal_path()).read().counts == {"7": 1}


def test_changes_are_taken_back_one_by_one(open_drawings, qtbot):
    drawings = open_drawings()
    seven = drawn("7")
    drawings.add(seven)
    drawings.edit(Edit.relabelling((seven,), "1"))
    drawings.edit(Edit(removed=drawings.drawings.drawings))
    for counts in ({"1": 1}, {"7": 1}, {}):
        assert drawings.undo()
        assert drawings.drawings.counts == counts
    assert not drawings.undo()
    settle(qtbot, drawings)
    assert PersonalFile(personal_path()).read().counts == {}


def test_two_windows_see_each_others_drawings(open_drawings, qtbot, monkeypatch):
    monkeypatch.setattr(own_drawings, "LOOKS_BETWEEN_STAMPS", 1)
    first, second = open_drawings(), open_drawings()
    first.read()
    second.read()
    settle(qtbot, first, second)
    first.add(drawn("7"))
    # The other writes before the first has taken in what came of its own writing.
    qtbot.waitUntil(lambda: PersonalFile(personal_path()).read().counts == {"7": 1})
    second.add(drawn("1"))
    settle(qtbot, second)
    settle(qtbot, first)

    def both_see_both():
        settle(qtbot, first, second)
        return first.drawings.counts == second.drawings.counts == {"7": 1, "1": 1}

    qtbot.waitUntil(both_see_both)


def test_on_a_full_disk_nothing_is_lost(open_drawings, qtbot, monkeypatch):
    drawings = open_drawings()
    drawings.add(drawn("7"))
    settle(qtbot, drawings)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        drawings.add(drawn("1"))
        settle(qtbot, drawings)
    assert "No space left" in drawings.sentences[-1]
    assert "still here" in drawings.sentences[-1]
    assert drawings.drawings.counts == {"7": 1, "1": 1}
    drawings.add(drawn("2"))
    settle(qtbot, drawings)
    assert PersonalFile(personal_path()).read().counts == {"7": 1, "1": 1, "2": 1}


def test_a_damaged_file_is_told(open_drawings, qtbot):
    file = PersonalFile(personal_path())
    file.change(Edit(added=(drawn("7"), drawn("1"))))
    file.path.write_bytes(file.path.read_bytes()[:-10])
    drawings = open_drawings()
    drawings.read()
    settle(qtbot, drawings)
    assert drawings.drawings.counts == {"7": 1}
    assert "put aside" in drawings.sentences[0]


def test_a_file_of_a_newer_version_is_told_and_left(open_drawings, qtbot):
    path = personal_path()
    path.parent.mkdir(parents=True)
    content = b'{"format": "nnstudio drawings", "version": 9}\n'
    path.write_bytes(content)
    drawings = open_drawings()
    drawings.add(drawn("7"))
    settle(qtbot, drawings)
    assert "another version" in drawings.sentences[-1]
    assert path.read_bytes() == content
    assert drawings.drawings.counts == {"7": 1}
