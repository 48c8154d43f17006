"""Copying and pasting, and what is dropped on the window."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage, qRgb
from PySide6.QtWidgets import QMessageBox, QWidget

from nnstudio.studio.documents.clipboard import DRAWING_MIME, Clipboard, picture_of
from tests.studio.gestures import drop, said, stroke_by_mouse, write_stroke

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture(autouse=True)
def _own_clipboard():
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def clipboard(services, opener, qtbot):
    """Return what copies and pastes, without a window."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return Clipboard(services, opener, lambda: None, widget)


def a_seven(side=200):
    """Return a picture with dark ink on white paper."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(qRgb(255, 255, 255))
    for k in range(side // 4, 3 * side // 4):
        for width in range(side // 12):
            image.setPixel(k, side // 4 + width, qRgb(0, 0, 0))
            image.setPixel(side * 3 // 4 - (k - side // 4) // 2 + width, k, qRgb(0, 0, 0))
    return image


def files(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_drawing_is_copied_as_strokes_and_as_a_picture(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.2), (0.4, 0.9)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    x = window.session.network.reading.x
    window.activateWindow()
    window.input.canvas.setFocus()
    window.actions_by_name["copy"].trigger()
    copied = QGuiApplication.clipboard().mimeData()
    assert copied.hasImage()
    assert len(json.loads(copied.text())["strokes"]) == 1
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is None)
    window.actions_by_name["paste"].trigger()
    assert len(window.session.input.strokes) == 1
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    np.testing.assert_allclose(window.session.network.reading.x, x, atol=2 / 255)
    window.actions_by_name["undo"].trigger()
    assert window.session.input.content.is_blank


def test_a_picture_is_pasted_as_the_network_sees_it_and_can_be_taken_back(session, clipboard, until):
    QGuiApplication.clipboard().setImage(a_seven())
    clipboard.paste()
    until(lambda: session.network.reading is not None)
    assert session.input.content.image.shape == (28, 28)
    assert not session.sentences[-1][1]
    session.input.undo()
    assert session.input.content.is_blank


def test_a_large_picture_is_made_smaller_first(session, clipboard, until):
    QGuiApplication.clipboard().setImage(a_seven().scaled(1500, 1500))
    clipboard.paste()
    until(lambda: session.input.content.image is not None)
    assert session.input.content.image.shape == (28, 28)


def test_a_path_or_a_drawing_in_words_is_pasted(session, clipboard, tmp_path):
    path = tmp_path / "line.json"
    path.write_text('{"strokes": [[[0, 0], [5, 9]]]}')
    for text in (str(path), QUrl.fromLocalFile(str(path)).toString(), path.read_text()):
        session.input.clear()
        QGuiApplication.clipboard().setText(text)
        clipboard.paste()
        assert len(session.input.strokes) == 1, text


def pasted(clipboard, text):
    QGuiApplication.clipboard().setText(text)
    clipboard.paste()


def test_a_table_of_numbers_is_pasted_as_a_picture(session, clipboard, until):
    ink = np.arange(784, dtype=np.float32).reshape(28, 28) % 256 / 255
    pasted(clipboard, "\n".join("\t".join(f"{byte:.0f}" for byte in row) for row in 255 * ink))
    until(lambda: session.input.content.pixels is not None)
    np.testing.assert_array_equal(session.input.x, ink.ravel())
    assert session.sentences[-1][0].startswith("Pasted 28 × 28 numbers from 0 to 255 as a picture.")
    pasted(clipboard, "\n".join(" ".join(f"{share:.1f}" for share in row) for row in ink[:16, :12]))
    until(lambda: session.input.content.picture is not None)
    assert session.input.content.picture.shape == (16, 12)
    pasted(clipboard, "1 2 3 4 5 6\n5 6 7 8 9\n")
    until(lambda: session.sentences[-1][1])
    assert "Row 2 has 5 numbers" in session.sentences[-1][0]
    assert session.input.content.picture.shape == (16, 12)


def test_numbers_beyond_the_range_are_named_and_capped_if_asked(session, clipboard, until):
    pasted(clipboard, "0 0 0 0 255 257 299\n" * 3)
    until(lambda: "row 1, columns 6–7 are above 255" in " ".join(text for text, _ in session.sentences))
    assert session.input.content.is_blank
    (box,) = clipboard._window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Cap them").click()
    assert session.input.content.picture.max() == 1
    assert session.input.content.picture.shape == (3, 7)


def test_what_cannot_be_pasted_is_said_and_changes_nothing(session, clipboard):
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    before = session.input.strokes
    damaged = QMimeData()
    damaged.setData(DRAWING_MIME, b"\xff\x00")
    wrong = [None, QMimeData(), damaged]
    for text in ("hello", "{", '{"strokes": 3}', "x" * 100_000, "/nowhere/at/all", "\0"):
        wrong.append(QMimeData())
        wrong[-1].setText(text)
    for data in wrong:
        session.sentences.clear()
        clipboard.take(data)
        (text, warning) = session.sentences[-1]
        assert warning
        assert text.endswith("What was there stays.")
        assert session.input.strokes is before


def test_the_picture_of_any_panel_is_copied(window):
    window.activateWindow()
    for name, dock in window.dock_area.docks.items():
        if name == "input" or not dock.is_in_front:
            continue
        window.dock_area.picture_wanted.emit(dock.panel)
        picture = QGuiApplication.clipboard().image()
        assert picture.width() >= 2 * dock.panel.widget.geometry().width()
        colours = {
            picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
        }
        assert len(colours) > 1, f"{name} is blank"
        assert dock.panel.title in said(window)


def test_the_window_is_copied_where_no_panel_has_the_keys(window):
    window.activateWindow()
    window.bar.network.setFocus()
    window.actions_by_name["copy"].trigger()
    assert QGuiApplication.clipboard().image().size() == picture_of(window).size()


def test_marked_words_of_the_message_line_are_copied(window):
    window.say("Some words.")
    window.activateWindow()
    window.status.message.setFocus()
    window.status.message.setSelection(0, 4)
    window.actions_by_name["copy"].trigger()
    assert QGuiApplication.clipboard().text() == "Some"


def test_several_files_are_opened_and_wrong_ones_named(session, clipboard, until, tmp_path):
    one, two, wrong = tmp_path / "one.json", tmp_path / "seven.png", tmp_path / "note.docx"
    one.write_text('{"strokes": [[[0, 0], [5, 9]]]}')
    a_seven().save(str(two))
    wrong.write_text("hello")
    clipboard.take(files(one, two))
    until(lambda: session.sentences[-1][0].startswith("Opened 2 of 2, seven.png last"))
    assert session.input.content.image is not None
    session.input.undo()
    assert len(session.input.strokes) == 1
    clipboard.take(files(wrong, one, tmp_path / "missing.png"))
    until(lambda: session.sentences[-1][0].startswith("Opened 1 of 3."))
    assert "note.docx" in session.sentences[-1][0]
    assert session.sentences[-1][1]


def test_a_picture_can_be_dropped_and_a_link_cannot(window, qtbot):
    data = QMimeData()
    data.setImageData(a_seven())
    data.setUrls([QUrl("https://example.org/seven.png")])
    drop(window, data)
    qtbot.waitUntil(lambda: window.session.input.content.image is not None)
    link = QMimeData()
    link.setUrls([QUrl("https://example.org/")])
    assert not drop(window, link)
