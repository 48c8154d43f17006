"""Weights of one unit in two networks, as a picture."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.compare.weight_pair import WeightPair
from tests.studio.gestures import discard, places_in, turn_wheel

FIRST = np.linspace(-0.5, 0.5, 28 * 28, dtype=np.float32).reshape(28, 28)
SECOND = FIRST[::-1] * np.float32(0.9)


@pytest.fixture
def pair(qtbot):
    pair = WeightPair()
    pair.picture.resize(330, 180)
    pair.picture.show()
    qtbot.waitExposed(pair.picture)
    pair.show_pair("Hidden 1 · unit 3", FIRST, SECOND)
    pair.picture.grab()
    yield pair
    discard(pair.picture)


def place_of(pair, image, row, column):
    pair.picture.box.updateMatrix()
    return pair.picture.images[image].mapToScene(QPointF(column + 0.5, row + 0.5)).toPoint()


def test_hovering_any_of_the_three_tells_both_and_the_difference(pair):
    a, b = FIRST[4, 9], SECOND[4, 9]
    numbers = (f"{value:+.4f}".replace("-", "−") for value in (a, b, b - a))
    words = "Hidden 1 · unit 3, row 4, column 9: A {}, B {}, B − A {}".format(*numbers)
    for image in range(3):
        assert pair.picture.explain(place_of(pair, image, 4, 9)) == words


def test_all_have_one_scale_and_a_narrower_range_brings_the_difference_out(pair):
    near = FIRST + np.float32(0.01)
    pair.show_pair("Hidden 1 · unit 3", FIRST, near)
    limits = [float(image.limit[0, 0, 0]) for image in pair.picture.images]
    assert limits == pytest.approx([0.51] * 3)
    place = place_of(pair, 2, 14, 14)
    faint = pair.picture.grab().toImage().pixelColor(place).name()
    for _ in range(20):
        QTest.keyClick(pair.picture, Qt.Key.Key_Less)
    strong = pair.picture.grab().toImage().pixelColor(place).name()
    assert faint != strong == appearance.theme.positive


def test_the_same_part_of_another_unit_is_seen(pair):
    turn_wheel(pair.picture.viewport(), 240, at=place_of(pair, 1, 20, 9))
    before = pair.picture.box.viewRange()
    QTest.keyClick(pair.picture, Qt.Key.Key_Left)
    seen = pair.picture.box.viewRange()
    assert seen[0][0] < before[0][0]
    pair.show_pair("Hidden 1 · unit 4", SECOND, FIRST)
    assert pair.picture.box.viewRange() == seen
    pair.show_pair("Hidden 2 · unit 0", FIRST[:4, :4].copy(), SECOND[:4, :4].copy())
    assert pair.picture.navigation.is_fitted


def test_without_a_second_network_there_is_only_a_hint(pair):
    pair.clear("B has other layers than A.")
    pair.picture.grab()
    assert pair.picture.images == []
    assert pair.picture.explain(place_in_the_middle(pair)) == pair.picture.toolTip()
    pair.show_pair("Hidden 1 · unit 3", FIRST, SECOND)
    pair.picture.grab()
    assert "unit 3" in pair.picture.explain(place_of(pair, 0, 4, 9))


def place_in_the_middle(pair):
    return pair.picture.rect().center()


@pytest.mark.parametrize("shape", [(28, 28), (4, 9), (1, 1)])
@pytest.mark.parametrize("size", [(94, 60), (600, 200)])
def test_every_shape_in_every_size_and_theme(pair, shape, size):
    zeros = np.zeros(shape, np.float32)
    pair.show_pair("Hidden 1 · unit 3", zeros, zeros)
    pair.picture.resize(*size)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        pair.picture.grab()
    for place in places_in(pair.picture):
        assert "nan" not in pair.picture.explain(place)
