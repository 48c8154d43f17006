"""The size of text. Each change styles the whole window again: one walk through the sizes serves all."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from nnstudio.studio.painting.theme import TEXT_SCALES, appearance, font, text_scale
from nnstudio.studio.window.dock_layout import Side
from tests.studio.gestures import rest_on, said, stroke_by_mouse
from tests.studio.window.test_dock_area import places, tab_bars

pytestmark = pytest.mark.window(shared=True)


def check_that_a_painted_view_lays_out_in_the_pixels_of_the_design(view, scale):
    QApplication.processEvents()
    assert view.design_width() == round(view.geometry().width() / scale)
    assert view.design_rect().size() == view.design_size()
    assert view.size() == view.geometry().size()
    assert view.design_pixel_ratio() == scale * view.devicePixelRatioF()
    assert font(12).pixelSize() == 12


def check_that_the_pointer_is_where_it_is_seen(window, qtbot):
    window.dock_area.bring_forward("templates")
    view = window.panels["templates"].widget
    qtbot.waitUntil(lambda: bool(view.images))
    # Until the view has the size that it keeps, the tiles move.
    qtbot.waitUntil(lambda: view.isVisible() and not window.dock_area._tidying.isActive())
    (image,) = view.images
    there = image.mapToScene(image.tile_box(5).center()).toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=there)
    assert window.session.selection.unit == (0, 5)
    rest_on(view.viewport(), there)
    assert view._events._told.startswith("unit 6,")


def check_that_what_is_drawn_large_is_what_was_drawn(window):
    QApplication.processEvents()
    canvas = window.input.canvas
    size = canvas.geometry().size()
    side = min(size.width(), size.height())
    corner = QPoint((size.width() - side) // 2, 0)
    points = [corner + QPoint(round(x * side), round(y * side)) for x, y in ((0.3, 0.2), (0.6, 0.8))]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    QTest.mouseMove(canvas, points[1])
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[1])
    (stroke,) = window.session.input.strokes
    assert stroke[0] == pytest.approx((0.3, 0.2), abs=0.02)
    assert stroke[-1] == pytest.approx((0.6, 0.8), abs=0.02)


def check_that_reading_goes_on(window, qtbot):
    before = window.session.network.reading
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    network = window.session.network
    qtbot.waitUntil(lambda: network.reading is not None and network.reading is not before)
    window.grab()


def test_keys_go_through_the_sizes_and_everything_follows_and_comes_back(window, qtbot):
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    before = {label: label.font().pixelSize() for label in labels}
    boxes, rows = places(window), tab_bars(window)
    window.activateWindow()
    qtbot.waitUntil(window.input.canvas.hasFocus)
    for scale in TEXT_SCALES[1:]:
        window.actions_by_name["larger-text"].trigger()
        qtbot.waitUntil(lambda scale=scale: text_scale() == scale)
        assert f"{scale:.0%}".replace("%", " %") in said(window)
        for label, size in before.items():
            assert not label.isVisible() or label.font().pixelSize() == round(size * scale), label.text()
        if scale == 1.5:
            check_that_what_is_drawn_large_is_what_was_drawn(window)
        elif scale == 1.75:
            check_that_reading_goes_on(window, qtbot)
    # Fewer places for panels where there is less room.
    qtbot.waitUntil(lambda: set(places(window)) == {"input", "network"})
    assert window.input.canvas.hasFocus(), "the pen by keys goes on"
    check_that_a_painted_view_lays_out_in_the_pixels_of_the_design(window.panels["network"].widget, 2)
    check_that_the_pointer_is_where_it_is_seen(window, qtbot)
    window.dock_area.bring_forward("network")
    window.session.selection.clear()
    window.say("")
    window.actions_by_name["larger-text"].trigger()
    qtbot.waitUntil(lambda: "200 %" in said(window))
    assert text_scale() == TEXT_SCALES[-1]
    window.actions_by_name["usual-text"].trigger()
    assert text_scale() == 1.0

    def is_as_before():
        now = places(window)
        close = all(abs(now[name].width() - box.width()) < 4 for name, box in boxes.items())
        return close and all(abs(now[name].height() - box.height()) < 4 for name, box in boxes.items())

    # The rows of tabs are made again, some rounds of events after the panels have their places.
    qtbot.waitUntil(lambda: is_as_before() and sorted(tab_bars(window)) == sorted(rows))
    assert all(label.font().pixelSize() == size for label, size in before.items() if label.isVisible())
    window.actions_by_name["smaller-text"].trigger()
    qtbot.waitUntil(lambda: "100 %" in said(window))
    assert text_scale() == 1.0


def test_presses_in_a_row_change_the_size_once(window, qtbot):
    changes = []
    appearance.changed.connect(lambda: changes.append(text_scale()))
    for name in ("smaller-text", "usual-text", "larger-text", "larger-text", "smaller-text", "larger-text"):
        window.actions_by_name[name].trigger()
    qtbot.waitUntil(lambda: bool(changes))
    assert changes == [TEXT_SCALES[2]]


def test_presenting_enlarges_type_and_pen_and_ends_as_it_was(window):
    window.activateWindow()
    pen = window.session.input.pen_width
    QTest.keyClick(window.input.canvas, Qt.Key.Key_F5)
    assert text_scale() == 1.5
    assert window.session.input.pen_width == pytest.approx(1.5 * pen, abs=0.001)
    assert not window.menuBar().isVisible()
    window.keep_settings()
    assert window.settings.value("text-scale") == 1.0, "the next start is no presentation"
    # The keys of actions are heard without the menus.
    theme = appearance.theme
    QTest.keyClick(window.input.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert appearance.theme is not theme
    headings = [dock.title_bar.findChild(QLabel) for dock in window.dock_area.docks.values()]
    seen = [label for label in headings if label.isVisible()]
    assert seen
    assert all(label.font().pixelSize() == round(1.5 * 13) for label in seen)
    QTest.keyClick(window.input.canvas, Qt.Key.Key_F5)
    assert text_scale() == 1.0
    assert window.session.input.pen_width == pytest.approx(pen, abs=0.001)
    assert window.menuBar().isVisible()


def test_panels_that_have_left_since_get_no_share(window):
    # Qt warns of a panel that does not lie here, and a warning fails the test.
    window.resize(3000, 1800)
    window.set_text_scale(2.0)
    docks = window.dock_area.docks
    docks["answer"].close()
    window.dock_area.put(docks["input"], docks["network"], Side.BOTTOM)
    assert window.dock_area.dockWidgetArea(docks["answer"]) == Qt.DockWidgetArea.NoDockWidgetArea
    for dock in docks.values():
        dock.close()
    QApplication.processEvents()
    window.set_text_scale(1.0)
    QApplication.processEvents()
    assert all(dock.isHidden() for dock in docks.values())
