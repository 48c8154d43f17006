"""What is the same on plots and on pictures of numbers."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nnstudio.studio.painting.theme import DARK
from nnstudio.studio.views.figure_export import painted
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.plot import Plot
from tests.studio.gestures import discard, right_click, turn_wheel
from tests.studio.plots import ranges

TILES = np.linspace(-1, 1, 4 * 5, dtype=np.float32).reshape(1, 4, 5)


class Around(QWidget):
    """A panel around a figure and a field; it notes the keys and the menus that are left to it."""

    def __init__(self):
        super().__init__()
        self.n_menus, self.pressed = 0, []

    def contextMenuEvent(self, event):
        self.n_menus += 1

    def keyPressEvent(self, event):
        self.pressed.append(event.key())


@pytest.fixture
def around(qtbot):
    around = Around()
    around.resize(420, 320)
    QVBoxLayout(around)
    yield around
    discard(around)


def plot_in(around, **options):
    plot = Plot("A plot", ("time", "height"), around, **options)
    plot.fit((0.0, 10.0), (0.0, 5.0))
    return plot


def picture_in(around, **options):
    def lay_out(room):
        for image in picture.images:
            image.arrange(1, QRectF(0, 0, room.width(), room.height()))

    picture = Picture("A picture", lay_out, lambda cell: f"{cell.column}", around, **options)
    picture.set_images(1)[0].show_tiles(TILES, 1.0)
    return picture


@pytest.fixture(params=[plot_in, picture_in])
def make(request, around, qtbot):
    """Return a function that shows a figure above a field."""

    def make(**options):
        figure = request.param(around, **options)
        around.layout().addWidget(figure)
        around.layout().addWidget(QLineEdit(around))
        around.show()
        around.activateWindow()
        qtbot.waitUntil(around.isActiveWindow)
        if isinstance(figure, Picture):
            figure.arrange()
        figure.grab()
        return figure

    return make


def test_the_focus_by_keys_is_framed_but_not_in_figures(make):
    figure = make()
    figure.clearFocus()
    before, saved = figure.grab().toImage(), painted(figure, DARK.panel, 1.0)
    figure.setFocus(Qt.FocusReason.TabFocusReason)
    assert figure.grab().toImage().pixelColor(0, 100).name() == DARK.accent
    assert painted(figure, DARK.panel, 1.0) == saved
    figure.clearFocus()
    assert figure.grab().toImage() == before
    figure.setFocus(Qt.FocusReason.MouseFocusReason)
    assert figure.grab().toImage() == before


def test_tab_leaves_and_other_keys_reach_the_panel(make, around):
    figure = make()
    figure.setFocus()
    QTest.keyClick(figure, Qt.Key.Key_F)
    QTest.keyClick(figure, Qt.Key.Key_Plus)
    assert around.pressed == [Qt.Key.Key_F]
    QTest.keyClick(figure, Qt.Key.Key_Tab)
    assert around.findChild(QLineEdit).hasFocus()


def test_the_menu_is_the_panels(make, around):
    figure = make()
    before = ranges(figure)
    right_click(figure.viewport(), QPoint(100, 80))
    right_click(figure, QPoint(100, 80))
    QTest.mouseClick(figure.viewport(), Qt.MouseButton.RightButton, pos=QPoint(100, 80))
    np.testing.assert_array_equal(ranges(figure), before)
    assert around.n_menus == 2


@pytest.mark.parametrize("is_among_others", [False, True])
def test_what_is_among_other_things_zooms_only_after_a_click(make, is_among_others):
    figure = make(is_among_others=is_among_others)
    figure.clearFocus()
    before = ranges(figure)
    # What scrolls has the event where the figure leaves it.
    assert turn_wheel(figure.viewport(), 240) is not is_among_others
    assert (np.ptp(ranges(figure)[0]) < np.ptp(before[0])) is not is_among_others
    figure.show_all()
    QTest.mouseClick(figure.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    assert turn_wheel(figure.viewport(), 240)
    assert np.ptp(ranges(figure)[0]) < np.ptp(before[0])


def test_the_hover_text_tells_how_one_moves(make):
    figure = make()
    text = figure.navigation.tip
    assert "Wheel" in text
    assert "drag" in text
    assert ("Shift" in text) is isinstance(figure, Picture)
