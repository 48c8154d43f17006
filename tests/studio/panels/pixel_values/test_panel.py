"""The panel Pixel values: numbers of the picture at hand, its rows as a strip, a number that is typed."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nnstudio.data.picture_table import parse_picture
from nnstudio.studio.panels.pixel_values import panel as panel_module
from nnstudio.studio.panels.pixel_values.panel import NUMBERS, PICTURE, STRIP, PixelValuesPanel
from nnstudio.studio.session.changes import Changes
from tests.studio.gestures import key, move_to, type_into

INK = np.arange(784, dtype=np.float32).reshape(28, 28) % 256 / 255


@pytest.fixture
def panel(session, show_alone, until):
    session.input.set_image(INK)
    panel = show_alone(PixelValuesPanel, (780, 420))
    until(lambda: panel.numbers()[1] and panel.numbers()[1][3][6] == pytest.approx(89 / 255))
    return panel


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_each_pixel_is_an_entry_of_the_list(panel):
    panel.choose(89)
    assert panel.told.text() == "row 3, column 5: entry 28 · 3 + 5 = 89 is 0.35"
    click(panel.scale.button(1))
    assert panel.told.text().endswith("= 89 is 89")
    assert panel.field.text() == "89"
    key(panel.picture.viewport(), Qt.Key.Key_Down)
    assert "row 4, column 5: entry 28 · 4 + 5 = 117" in panel.told.text()


def test_rows_slide_into_the_strip_and_back(panel, frames, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(panel_module.time, "perf_counter", lambda: clock[0])
    panel.unroll()
    places = []
    for _ in range(5):
        clock[0] += 0.3 * panel_module.UNROLL_S
        frames.step()
        places.append(panel.strip.place)
    assert places == pytest.approx([0.3, 0.6, 0.9, 1, 1])
    assert panel.strip.grab().toImage() is not None
    panel.unroll()
    assert panel._stack.currentIndex() == STRIP
    clock[0] += 2 * panel_module.UNROLL_S
    frames.step()
    assert (panel.strip.place, panel._stack.currentIndex()) == (0, PICTURE)


def test_strip_and_picture_tell_the_same_entry_both_ways(panel):
    click(panel.view.button(NUMBERS))
    click(panel.view.button(STRIP))
    strip, box = panel.strip, panel.strip._picture()
    on_picture = box.topLeft() + QPointF(5.5, 3.5) * (box.width() / 28)
    assert strip.entry_at(on_picture) == 89
    on_strip = QPointF((89.5 / 784) * strip.design_width(), 10)
    assert strip.entry_at(on_strip) == 89
    move_to(strip, on_picture.toPoint())
    assert "= 89 is" in panel.told.text()
    lens = strip._lens()
    assert strip.entry_at(lens.topLeft() + QPointF(30 * (89 - strip._first) + 9, 9)) == 89
    key(strip, Qt.Key.Key_End)
    assert "= 783 is" in panel.told.text()
    assert strip.entry_at(strip._lens().topRight() + QPointF(-9, 9)) == 783


def test_all_numbers_are_copied_as_text_that_is_pasted_again(panel):
    click(panel.view.button(NUMBERS))
    panel.sheet.grab()
    click(panel.copy)
    text = QGuiApplication.clipboard().text()
    assert len(text.splitlines()) == 28
    assert text.split()[89] == "0.3"
    click(panel.scale.button(1))
    click(panel.copy)
    np.testing.assert_array_equal(parse_picture(QGuiApplication.clipboard().text()).ink, INK)
    QGuiApplication.clipboard().clear()


def test_a_number_is_typed_and_others_are_refused(panel, session, until):
    panel.choose(89)
    type_into(panel.field, "1/2")
    until(lambda: session.input.x[89] == 0.5)
    assert session.input.x[88] == INK.flat[88]
    for text, reason in (("1.5", "from 0 to 1, and 1.5 is not"), ("ink", "“ink” is no number")):
        type_into(panel.field, text)
        assert reason in session.sentences[-1][0]
        assert panel.field.text() == text
    assert session.input.x[89] == 0.5
    session.input.undo()
    until(lambda: session.input.x[89] == INK.flat[89])


def test_numbers_of_a_picture_of_another_size_are_those_on_the_canvas(panel, session, until):
    panel.choose(783)
    session.input.set_image(INK[:16, 8:20])
    panel.refresh(Changes())
    click(panel.scale.button(1))
    assert "entry 12 · " in panel.told.text(), "an entry that there is not any more is not asked for"
    click(panel.scale.button(0))
    until(lambda: panel.counter.product.text() == "= 192 numbers")
    assert panel.numbers()[1][3][5 + 1] == INK[3, 13]
    panel.what.setCurrentIndex(1)
    until(lambda: panel.counter.product.text() == "= 784 numbers")


def test_the_counter_counts_any_size(panel):
    panel.counter.width_box.setValue(1920)
    panel.counter.height_box.setValue(1080)
    assert panel.counter.product.text() == "= 2,073,600 numbers"
    panel.counter.channels.setValue(3)
    assert panel.counter.product.text() == "= 6,220,800 numbers"
