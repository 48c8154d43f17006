"""The templates of a layer in one picture."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance
from nnstudio.studio.panels.templates.mosaic import TileMosaic
from nnstudio.studio.views.picture import Cell
from tests.studio.gestures import discard


@pytest.fixture
def chosen():
    return []


@pytest.fixture
def mosaic(qtbot, chosen):
    mosaic = TileMosaic("Templates", chosen.append)
    mosaic.picture.resize(600, 300)
    mosaic.picture.show()
    qtbot.waitExposed(mosaic.picture)
    yield mosaic
    discard(mosaic.picture)


def show(mosaic, n, shape=(28, 28)):
    tiles = np.random.default_rng(0).standard_normal((n, *shape)).astype(np.float32)
    mosaic.show_tiles(tiles)
    return tiles


def middle_of(mosaic, unit):
    """Return where in the widget the middle of a tile is."""
    (image,) = mosaic.picture.images
    return image.mapToScene(image.tile_box(unit).center()).toPoint()


@pytest.mark.parametrize("size", [(120, 90), (600, 180), (1400, 90), (120, 900), (2000, 100)])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 64, 300])
def test_every_tile_is_seen_and_found(mosaic, n, size):
    mosaic.picture.resize(*size)
    show(mosaic, n)
    (image,) = mosaic.picture.images
    room = mosaic.picture.box.sceneBoundingRect()
    for unit in range(n):
        assert mosaic.picture.cell_at(middle_of(mosaic, unit)).tile == unit
        assert room.contains(image.mapRectToScene(image.tile_box(unit)))
    assert mosaic.picture.cell_at(QPoint(-1, -1)) is None
    assert mosaic.picture.cell_at(QPoint(size[0] + 1, 5)) is None


def test_a_click_selects_the_unit_and_arrows_walk_on(mosaic, chosen):
    show(mosaic, 12)
    mosaic.picture.grab()
    QTest.mouseClick(mosaic.picture.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(mosaic, 3))
    assert chosen == [3]
    mosaic.select(3)
    QTest.keyClick(mosaic.picture, Qt.Key.Key_Right)
    assert chosen == [3, 4]
    columns = mosaic.picture.images[0].columns
    QTest.keyClick(mosaic.picture, Qt.Key.Key_Down)
    assert chosen == [3, 4, 3 + columns]
    mosaic.select(11)
    QTest.keyClick(mosaic.picture, Qt.Key.Key_Right)
    QTest.keyClick(mosaic.picture, Qt.Key.Key_Down)
    assert len(chosen) == 3


def test_the_selected_unit_is_framed(mosaic):
    mosaic.show_tiles(np.zeros((12, 28, 28), np.float32))
    before = mosaic.picture.grab().toImage()
    mosaic.select(3)
    picture = mosaic.picture.grab().toImage()
    changed = [
        (x, y) for x in range(600) for y in range(0, 250, 3) if picture.pixel(x, y) != before.pixel(x, y)
    ]
    assert changed
    near = mosaic.picture.images[0].mapRectToScene(mosaic.picture.images[0].tile_box(3))
    assert all(near.adjusted(-2, -2, 2, 2).contains(*place) for place in changed)
    assert DARK.selection in {picture.pixelColor(*place).name() for place in changed}


def test_hovering_tells_the_weight(mosaic):
    tiles = np.zeros((4, 3, 3), np.float32)
    tiles[2, 1, 1] = -0.25
    mosaic.show_tiles(tiles)
    assert mosaic.picture.explain(middle_of(mosaic, 2)) == "unit 3, row 1, column 1: weight −0.250"


def test_a_layer_of_zeros_can_be_shown(mosaic):
    mosaic.show_tiles(np.zeros((5, 28, 28), np.float32))
    for mosaic.scope in Scope:
        mosaic.show_tiles(np.zeros((5, 28, 28), np.float32))
        mosaic.picture.grab()


def test_the_scale_is_the_layers_or_each_units_own_or_the_networks(mosaic):
    tiles = np.ones((2, 4, 4), np.float32)
    tiles[1] *= 0.01

    def colours(scope, network_limit=None):
        mosaic.scope = scope
        mosaic.show_tiles(tiles, network_limit)
        picture = mosaic.picture.grab().toImage()
        return [picture.pixelColor(middle_of(mosaic, unit)).name() for unit in (0, 1)]

    full, weak = colours(Scope.LAYER)
    assert full == DARK.positive
    assert weak != DARK.positive
    assert colours(Scope.UNIT) == [DARK.positive, DARK.positive]
    assert colours(Scope.NETWORK, 50.0)[0] != DARK.positive


def test_a_dead_unit_is_marked_and_said_to_be(mosaic):
    mosaic.show_tiles(np.zeros((4, 3, 3), np.float32))
    before = mosaic.picture.grab().toImage()
    mosaic.set_dead(np.array([False, False, True, False]))
    assert mosaic.picture.grab().toImage() != before
    assert "dead" in mosaic.picture.explain(middle_of(mosaic, 2))
    assert "dead" not in mosaic.picture.explain(middle_of(mosaic, 1))


def test_both_themes_paint_their_own_colours(mosaic):
    mosaic.show_tiles(np.stack((np.full((4, 4), -1.0), np.full((4, 4), 1.0))).astype(np.float32))
    for theme in (LIGHT, DARK):
        appearance.set_theme(theme)
        picture = mosaic.picture.grab().toImage()
        colours = [picture.pixelColor(middle_of(mosaic, k)).name() for k in (0, 1)]
        assert colours == [theme.negative, theme.positive]


def test_another_layer_is_seen_whole(mosaic):
    show(mosaic, 12)
    QTest.keyClick(mosaic.picture, Qt.Key.Key_Plus)
    show(mosaic, 12)
    assert not mosaic.picture.navigation.is_fitted, "the same units, some steps later"
    show(mosaic, 20)
    assert mosaic.picture.navigation.is_fitted


def test_numbers_are_those_of_the_tiles(mosaic):
    tiles = show(mosaic, 5, (2, 3))
    columns, rows = mosaic.numbers()
    assert columns[:3] == ["unit", "row 0, column 0", "row 0, column 1"]
    assert len(columns) == len(rows[0]) == 7
    np.testing.assert_array_equal(np.array(rows)[:, 0], range(1, 6))
    np.testing.assert_array_equal(np.array(rows)[:, 1:].astype(np.float32), tiles.reshape(5, 6))
    mosaic.clear()
    assert mosaic.numbers()[1] == []
    assert mosaic.picture.cell_at(QPoint(100, 100)) is None


def test_what_is_pointed_at_is_told(mosaic, qtbot):
    show(mosaic, 12)
    told = []
    mosaic.picture.pointed.connect(told.append)
    QTest.mouseMove(mosaic.picture.viewport(), middle_of(mosaic, 5))
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[-1], Cell)
    assert told[-1].tile == 5
