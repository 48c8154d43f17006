import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance
from nnstudio.studio.panels.templates.mosaic import TileMosaic
from tests.studio.gestures import discard


@pytest.fixture
def mosaic(qtbot):
    view = TileMosaic("Templates")
    view.show()
    qtbot.waitExposed(view)
    yield view
    discard(view)


def show(view, n, size, shape=(28, 28)):
    view.resize(*size)
    view.show_tiles(np.random.default_rng(0).standard_normal((n, *shape)).astype(np.float32))
    return view.grab()


SIZES = [(120, 90), (600, 180), (1400, 90), (120, 900), (2000, 100)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("n", [1, 2, 3, 7, 64, 300])
def test_what_is_under_a_tile_is_its_unit(mosaic, n, size):
    show(mosaic, n, size)
    for unit in range(n):
        box = mosaic._tile_box(unit)
        assert mosaic.unit_at(box.center()) == unit
        assert mosaic.rect().contains(box.toAlignedRect().adjusted(1, 1, -1, -1))
    assert mosaic.unit_at(QPointF(-1, -1)) is None
    assert mosaic.unit_at(QPointF(size[0] + 1, 5)) is None


def test_a_click_selects_the_unit_and_arrows_walk_on(mosaic, qtbot):
    show(mosaic, 12, (600, 300))
    mosaic.unit_clicked.connect(mosaic.select)
    with qtbot.waitSignal(mosaic.unit_clicked) as signal:
        QTest.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic._tile_box(3).center().toPoint())
    assert signal.args == [3]
    with qtbot.waitSignal(mosaic.unit_clicked) as signal:
        QTest.keyClick(mosaic, Qt.Key.Key_Right)
    assert signal.args == [4]
    mosaic.select(11)
    with qtbot.assertNotEmitted(mosaic.unit_clicked):
        QTest.keyClick(mosaic, Qt.Key.Key_Right)
        QTest.keyClick(mosaic, Qt.Key.Key_Down)


def test_hovering_tells_the_weight(mosaic):
    mosaic.resize(600, 300)
    tiles = np.zeros((4, 3, 3), np.float32)
    tiles[2, 1, 1] = -0.25
    mosaic.show_tiles(tiles)
    mosaic.grab()
    place = mosaic._tile_box(2).center().toPoint()
    assert mosaic.explain(place) == "unit 2, row 1, column 1: weight −0.250"
    assert mosaic.explain(QPoint(599, 270)) == ""


def test_a_layer_of_zeros_can_be_shown(mosaic):
    mosaic.show_tiles(np.zeros((5, 28, 28), np.float32))
    for scope in Scope:
        mosaic.set_scope(scope)
        mosaic.grab()


def test_the_scale_is_the_layers_or_each_units_own_or_the_networks(mosaic):
    mosaic.resize(600, 300)
    tiles = np.ones((2, 4, 4), np.float32)
    tiles[1] *= 0.01
    mosaic.show_tiles(tiles)

    def colour_of(unit):
        picture = mosaic.grab().toImage()
        return picture.pixelColor(mosaic._tile_box(unit).center().toPoint()).name()

    assert colour_of(0) == DARK.positive
    assert colour_of(1) != DARK.positive
    mosaic.set_scope(Scope.UNIT)
    assert colour_of(0) == colour_of(1) == DARK.positive
    mosaic.show_tiles(tiles, 50.0)
    mosaic.set_scope(Scope.NETWORK)
    assert colour_of(0) != DARK.positive


def test_a_dead_unit_is_marked_and_said_to_be(mosaic):
    mosaic.resize(600, 300)
    mosaic.show_tiles(np.zeros((4, 3, 3), np.float32))
    before = mosaic.grab().toImage()
    mosaic.set_dead(np.array([False, False, True, False]))
    assert mosaic.grab().toImage() != before
    assert "dead" in mosaic.explain(mosaic._tile_box(2).center().toPoint())
    assert "dead" not in mosaic.explain(mosaic._tile_box(1).center().toPoint())


def test_a_click_on_the_legend_asks_for_another_scale(mosaic, qtbot):
    mosaic.resize(600, 300)
    mosaic.show_tiles(np.zeros((4, 3, 3), np.float32))
    mosaic.grab()
    with qtbot.waitSignal(mosaic.legend_clicked):
        QTest.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=QPoint(40, 290))
    assert "full colour" in mosaic.explain(QPoint(40, 290))


def test_both_themes_paint_their_own_colours(mosaic):
    tiles = np.stack((np.full((4, 4), -1.0), np.full((4, 4), 1.0))).astype(np.float32)
    mosaic.resize(600, 300)
    mosaic.show_tiles(tiles)
    for theme in (LIGHT, DARK):
        appearance.set_theme(theme)
        picture = mosaic.grab().toImage()
        colours = [picture.pixelColor(mosaic._tile_box(k).center().toPoint()).name() for k in (0, 1)]
        assert colours == [theme.negative, theme.positive]
