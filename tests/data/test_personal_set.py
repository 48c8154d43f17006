"""A person's drawings: labels, edits that meet each other, and a file that may be damaged."""

import json

import numpy as np
import pytest

from nnstudio.data.personal_set import (
    MAX_DRAWINGS,
    Edit,
    PersonalDrawing,
    PersonalSet,
    PersonalSetError,
    checked_label,
    from_lines,
    is_personal_set,
    to_lines,
)
from nnstudio.data.strokes import Drawing


def drawn(label="7", shift=0.0):
    return PersonalDrawing.new(
        label, Drawing((((shift, 0.1), (0.6, 0.1), (0.2, 0.9)), ((0.1, 0.5), (0.5, 0.5))))
    )


def test_a_drawing_gets_its_label_without_blanks_and_a_key_of_its_own():
    first, second = drawn(" 7 "), drawn("△")
    assert (first.label, second.label) == ("7", "△")
    assert first.key != second.key


@pytest.mark.parametrize("label", ["", "   ", "a\nb", "\u200b", "x" * 33])
def test_impossible_labels_are_refused(label):
    with pytest.raises(PersonalSetError, match="1 to 32 characters"):
        checked_label(label)


def test_an_empty_canvas_is_no_drawing():
    with pytest.raises(PersonalSetError, match="no line"):
        PersonalDrawing.new("7", Drawing((((0.5, 0.5),),)))


def test_every_edit_can_be_taken_back():
    first, second = drawn("7"), drawn("1")
    both = PersonalSet().edited(Edit(added=(first, second)))
    for edit in (Edit(removed=(first,)), Edit.relabelling((first,), "2"), Edit(added=(drawn("3"),))):
        changed = both.edited(edit)
        assert changed.counts != both.counts
        assert changed.edited(edit.inverse).counts == both.counts


def test_relabelling_keeps_a_drawing_where_it_is():
    first, second = drawn("7"), drawn("1")
    both = PersonalSet().edited(Edit(added=(first, second)))
    assert list(both.edited(Edit.relabelling((first,), "4")).counts) == ["4", "1"]


def test_what_another_window_deleted_stays_deleted_when_it_is_relabelled_here():
    first = drawn("7")
    assert len(PersonalSet().edited(Edit.relabelling((first,), "4"))) == 0


def test_a_drawing_added_twice_is_there_once():
    first = drawn("7")
    assert len(PersonalSet((first,)).edited(Edit(added=(first,)))) == 1


def test_there_is_room_for_so_many_drawings_only(monkeypatch):
    monkeypatch.setattr("nnstudio.data.personal_set.MAX_DRAWINGS", 2)
    with pytest.raises(PersonalSetError, match="room for 2"):
        PersonalSet((drawn(), drawn())).edited(Edit(added=(drawn(),)))
    assert MAX_DRAWINGS > 1_000


def test_lines_bring_back_what_was_written():
    written = PersonalSet((drawn("7"), drawn("ß"), drawn("△", 0.123456789)))
    content = to_lines(written)
    read, damaged = from_lines(content)
    assert is_personal_set(content)
    assert not damaged
    assert [(each.key, each.label) for each in read.drawings] == [
        (each.key, each.label) for each in written.drawings
    ]
    for before, after in zip(written.drawings, read.drawings, strict=True):
        for a, b in zip(before.drawing.strokes, after.drawing.strokes, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_a_cut_file_loses_only_the_drawing_that_is_cut():
    content = to_lines(PersonalSet((drawn("7"), drawn("1"), drawn("2"))))
    read, damaged = from_lines(content[:-20])
    assert read.counts == {"7": 1, "1": 1}
    assert len(damaged) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[1, 2]",
        b'{"key": "a", "label": "7"}',
        b'{"key": "a", "label": "", "strokes": [[[0, 0], [1, 1]]]}',
        b'{"key": "a", "label": 7, "strokes": [[[0, 0], [1, 1]]]}',
        b'{"key": "a", "label": "7", "strokes": [[[0, 0], [1e99, 1]]]}',
        b'{"key": "a", "label": "7", "strokes": [[[0, 0]]]}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_drawing_is_returned(line):
    whole = to_lines(PersonalSet((drawn("7"),)))
    read, damaged = from_lines(whole + line + b"\n")
    assert read.counts == {"7": 1}
    assert damaged == (line,)


def test_a_file_of_a_newer_version_is_left_alone():
    head = json.dumps({"format": "nnstudio drawings", "version": 2}).encode()
    with pytest.raises(PersonalSetError, match="another version"):
        from_lines(head + b"\n")


def test_the_stroke_form_has_the_labels():
    strokes = PersonalSet((drawn("7"), drawn("△"))).stroke_set()
    assert strokes.labels.tolist() == ["7", "△"]
    assert [len(drawing.strokes) for drawing in strokes] == [2, 2]
