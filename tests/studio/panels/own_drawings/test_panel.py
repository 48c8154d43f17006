"""The panel of the user's drawings, and guided collection, in the real window."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from nnstudio.data.personal_set import PersonalDrawing, PersonalSet
from nnstudio.data.strokes import Drawing, read_stroke_file
from nnstudio.files.personal_file import export_drawings
from nnstudio.studio.session import drawing_collection
from nnstudio.studio.session.drawing_collection import DrawingCollection, Wanted
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.session.own_drawings import OwnDrawings
from tests.studio.gestures import stroke_by_mouse
from tests.studio.networks import model_of, show_difference

pytestmark = pytest.mark.window(shared=True)

SEVEN = Drawing((((0.2, 0.2), (0.8, 0.2), (0.4, 0.9)),))
ONE = Drawing((((0.5, 0.1), (0.5, 0.9)),))


@pytest.fixture
def part(window, qtbot):
    for label, drawing in (("7", SEVEN), ("7", SEVEN), ("1", ONE), ("△", SEVEN)):
        window.session.drawings.add(PersonalDrawing.new(label, drawing))
    window.show_panel("drawings")
    part = window.panels["drawings"]
    qtbot.waitUntil(
        lambda: part._read is not None and part._read.drawings is window.session.drawings.drawings
    )
    assert len(part._read.drawings) == 4
    choose(part, "all")
    return part


def choose(part, what):
    part.filter.setCurrentIndex(part.filter.findData(what))
    part.filter.activated.emit(part.filter.currentIndex())


def row_of(part, label):
    return next(k for k, each in enumerate(part._read.drawings.drawings) if each.label == label)


def test_every_drawing_is_shown_with_how_it_is_read(part, window):
    read = part._read
    assert read.labels.tolist() == [7, 7, 1, -1]
    assert len(part._rows(read)) == 4
    captions = {part._caption(row) for row in range(4)}
    marks = {caption.what: caption.is_wrong for caption in captions}
    assert not marks["△"]
    for what, is_wrong in marks.items():
        assert is_wrong == ("→" in what), "wrong ones have a mark, not only a colour"
    texts = [part.filter.itemText(k) for k in range(part.filter.count())]
    assert texts[0] == "all · 4"
    assert texts[2:] == ["1 · 1", "7 · 2", "△ · 1"]
    for row in range(4):
        assert "Your" in part._explain(row)


def test_labels_choose_what_is_shown(part):
    choose(part, "=7")
    assert [part._read.drawings.drawings[row].label for row in part._rows(part._read)] == ["7", "7"]
    choose(part, "misread")
    assert not part._read.is_right[part._rows(part._read)].any()


def test_the_numbers_are_those_of_the_drawings_on_show(part):
    columns, rows = part.numbers()
    assert columns == ("label", "read as", "output")
    assert sorted(label for label, _, _ in rows) == ["1", "7", "7", "△"]
    choose(part, "=7")
    read = part._read
    for (label, read_as, output), row in zip(part.numbers()[1], part._rows(read), strict=True):
        assert label == "7"
        assert (read_as, output) == (part._name_of(read.predicted[row]), read.outputs[row])


def test_a_chosen_drawing_is_on_the_canvas_and_can_be_relabelled_deleted_and_brought_back(
    part, window, qtbot
):
    window.actions_by_name["delete-drawing"].trigger()
    assert "Choose one" in window.status.message.text()
    part._choose(row_of(part, "1"))
    assert len(window.session.input.strokes) == 1
    menu = window.menus.teach.ask_label()
    next(action for action in menu.actions() if action.text() == "&4").trigger()
    menu.close()
    assert window.session.drawings.drawings.counts == {"7": 2, "4": 1, "△": 1}
    window.actions_by_name["delete-drawing"].trigger()
    assert window.session.drawings.drawings.counts == {"7": 2, "△": 1}
    assert part.chosen is None
    for counts in ({"7": 2, "4": 1, "△": 1}, {"7": 2, "1": 1, "△": 1}):
        window.actions_by_name["undo-drawings"].trigger()
        assert dict(sorted(window.session.drawings.drawings.counts.items())) == dict(sorted(counts.items()))
    qtbot.waitUntil(lambda: part._read.drawings is window.session.drawings.drawings)


def test_export_and_import(part, window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "mine.npz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.actions_by_name["export-drawings"].trigger()
    assert sorted(read_stroke_file(path).labels.tolist()) == ["1", "7", "7", "△"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.actions_by_name["import-drawings"].trigger()
    assert window.session.drawings.drawings.counts == {"7": 4, "1": 2, "△": 2}
    assert "4 drawings joined" in window.status.message.text()
    (tmp_path / "broken.npz").write_bytes(b"PK")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "broken.npz"), ""))
    window.actions_by_name["import-drawings"].trigger()
    assert "no file of strokes" in window.status.message.text()
    assert window.session.drawings.drawings.counts == {"7": 4, "1": 2, "△": 2}


# Guided collection


def test_labels_are_asked_for_in_rounds(qapp):
    drawings, document = OwnDrawings(), InputDocument(model_of((784, 5, 10)))
    guide = DrawingCollection(drawings, document)
    assert guide.begin(("a", "b"), 2)
    assert guide.wanted == Wanted("a", 1, 2, 0, 4)
    document.set_drawing(SEVEN)
    guide.keep()
    assert document.content.is_blank
    guide.skip()
    assert guide.wanted == Wanted("a", 2, 2, 2, 4)
    guide.back()
    assert guide.wanted == Wanted("a", 1, 2, 0, 4)
    assert len(drawings.drawings) == 0
    guide.keep()
    assert guide.wanted.done == 0, "there is nothing to keep"
    ended = []
    guide.finished.connect(ended.append)
    for _ in range(4):
        document.set_drawing(SEVEN)
        guide.keep()
    assert ended == [4]
    assert guide.wanted is None
    assert drawings.drawings.counts == {"a": 2, "b": 2}
    drawings.stop()


def test_what_is_drawn_is_kept_when_the_pen_rests(window, qtbot, monkeypatch):
    monkeypatch.setattr(drawing_collection, "REST_MS", 20)
    menu = window.menus.teach.ask_collection()
    menu.actions()[0].trigger()
    menu.close()
    strip = window.input.collection
    assert not strip.isHidden()
    assert "Write 0" in strip.sentence.text()
    assert strip.progress.maximum() == 30
    for done in range(2):
        stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.5), (0.3, 0.9)])
        qtbot.waitUntil(lambda done=done: window.session.drawing_collection.wanted.done == done + 1)
        assert not window.session.input.strokes
    assert window.session.drawings.drawings.counts == {"0": 1, "1": 1}
    assert "Write 2" in strip.sentence.text()
    window.actions_by_name["draw-again"].trigger()
    assert "Write 1" in strip.sentence.text()
    window.actions_by_name["skip-drawing"].trigger()
    window.actions_by_name["collect"].trigger()
    assert window.session.drawing_collection.wanted is None
    assert strip.isHidden()
    assert "1 drawing collected" in window.status.message.text()


def test_a_pen_that_is_held_still_is_still_drawing(window, qtbot, monkeypatch):
    monkeypatch.setattr(drawing_collection, "REST_MS", 0)
    window.session.drawing_collection.begin(("7",), 1)
    canvas = window.input.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    QTest.mouseMove(canvas, canvas.rect().center() + QPoint(0, 40))
    assert window.session.input.live_stroke
    assert not window.session.drawing_collection._rest.isActive()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(canvas, Qt.Key.Key_G)
    assert window.session.drawing_collection.wanted is None


def test_a_file_of_drawings_can_be_opened_like_any_other(part, window, tmp_path):
    path = tmp_path / "others.jsonl"
    export_drawings(path, PersonalSet((PersonalDrawing.new("4", ONE),)))
    window.opener.open_paths([path])
    assert window.session.drawings.drawings.counts["4"] == 1
    path.write_bytes(b"nonsense")
    window.opener.open_paths([path])
    assert "no labelled drawings" in window.status.message.text()


def test_a_displayed_difference_of_networks_does_not_read_the_drawings(window, part, qtbot):
    before = part._read.predicted
    show_difference(window.session)
    window.session.drawings.add(PersonalDrawing.new("1", ONE))
    qtbot.waitUntil(lambda: len(part._read.drawings) == 5)
    assert part._read.predicted.tolist() == [*before, before[2]]
