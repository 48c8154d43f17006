"""The weights of every layer as matrices."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, THEMES, appearance
from nnstudio.studio.panels.weights.matrices import WeightMatrices
from nnstudio.studio.views.figure_export import drawn_as_svg
from tests.studio.gestures import discard, turn_wheel


@pytest.fixture
def chosen():
    return []


@pytest.fixture
def matrices(qtbot, chosen):
    matrices = WeightMatrices("Weights", lambda *weight: chosen.append(weight))
    matrices.picture.resize(700, 240)
    matrices.picture.show()
    qtbot.waitExposed(matrices.picture)
    yield matrices
    discard(matrices.picture)


def weights_of(*sizes):
    architecture = Architecture.of(sizes)
    layers = architecture.layers(initialise(architecture, rng=np.random.default_rng(0)))
    return [layer.W for layer in layers]


def show(matrices, *sizes):
    weights = weights_of(*sizes)
    matrices.show_matrices([(f"from {k}", f"to {k}") for k in range(len(weights))], weights)
    return weights


def place_of(matrices, matrix, row, column):
    image = matrices.picture.images[matrix]
    matrices.picture.box.updateMatrix()
    return image.mapToScene(QPointF(column + 0.5, row + 0.5)).toPoint()


@pytest.mark.parametrize("size", [(200, 90), (900, 200)])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 64, 32, 10), (784, *[10] * 30, 10), (784, 500, 400, 26)])
def test_every_network_is_painted_and_told_in_every_size(matrices, sizes, size):
    matrices.picture.resize(*size)
    show(matrices, *sizes)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        for matrices.scope in Scope:
            show(matrices, *sizes)
            matrices.picture.grab()
    for x in range(0, size[0], 23):
        for y in range(0, size[1], 17):
            assert "nan" not in matrices.picture.explain(QPoint(x, y))


def test_a_weight_is_told_with_its_two_units_and_selected_by_a_click(matrices, chosen):
    W = np.zeros((3, 5), np.float32)
    W[2, 4] = -0.125
    matrices.outputs = OutputSpace(("a", "b", "c"))
    matrices.show_matrices([("Hidden 1", "Output")], [W])
    place = place_of(matrices, 0, 2, 4)
    told = matrices.picture.explain(place)
    assert told == "weight from Hidden 1 unit 5 to class c: −0.1250"
    QTest.mouseClick(matrices.picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [(0, 2, 4)]


def test_keys_choose_a_weight_and_the_matrix(matrices, chosen):
    show(matrices, 6, 4, 3)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up):
        QTest.keyClick(matrices.picture, key)
    assert chosen == [(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0, 1)]
    for _ in range(9):
        QTest.keyClick(matrices.picture, Qt.Key.Key_Left)
    QTest.keyClick(matrices.picture, Qt.Key.Key_PageDown)
    assert chosen[-1] == (1, 0, 0)


def test_each_matrix_has_its_own_full_colour_or_all_have_one(matrices):
    small, large = np.full((3, 4), 0.01, np.float32), np.full((3, 4), 1.0, np.float32)

    def colour_of(scope):
        matrices.scope = scope
        matrices.show_matrices([("a", "b"), ("b", "c")], [small, large], 1.0)
        return matrices.picture.grab().toImage().pixelColor(place_of(matrices, 0, 1, 1)).name()

    assert colour_of(Scope.LAYER) == DARK.positive
    assert colour_of(Scope.NETWORK) != DARK.positive
    assert colour_of(Scope.UNIT) == DARK.positive


def test_the_selected_weight_is_framed(matrices):
    matrices.show_matrices([("a", "b")], [np.zeros((3, 5), np.float32)])
    before = matrices.picture.grab().toImage()
    matrices.select(0, 1, 2)
    edge = matrices.picture.images[0].mapToScene(QPointF(2.5, 1)).toPoint()
    assert matrices.picture.grab().toImage().pixelColor(edge).name() == DARK.selection
    matrices.select(0, 1, None)
    assert matrices.picture.grab().toImage().pixelColor(edge).name() == DARK.selection, "its whole row"
    matrices.select(None, 0, None)
    assert matrices.picture.grab().toImage() == before


def test_other_numbers_of_the_same_weights_are_seen_in_the_same_part(matrices):
    show(matrices, 30, 20, 10)
    turn_wheel(matrices.picture.viewport(), 480, at=place_of(matrices, 0, 5, 5))
    seen = matrices.picture.box.viewRange()
    matrices.clear("nothing yet")
    matrices.picture.grab()
    show(matrices, 30, 20, 10)
    np.testing.assert_allclose(matrices.picture.box.viewRange(), seen)
    show(matrices, 30, 20, 12)
    assert matrices.picture.navigation.is_fitted


def test_titles_follow_the_part_that_is_seen(matrices):
    show(matrices, 784, 64, 32, 10)
    before = matrices.picture.grab().toImage()
    turn_wheel(matrices.picture.viewport(), 480, at=place_of(matrices, 0, 40, 700))
    after = matrices.picture.grab().toImage()
    rows = range(2, 30)
    assert any(before.pixel(x, y) != after.pixel(x, y) for x in range(0, 700, 2) for y in rows)


def test_titles_and_numbers_of_the_bar_are_text_in_an_svg(matrices):
    matrices.scope = Scope.NETWORK
    weights = weights_of(6, 4)
    matrices.show_matrices([("Input", "Output")], weights, 0.75)
    matrices.picture.grab()
    svg = drawn_as_svg(matrices.picture, "Weights", DARK.panel).decode()
    for text in ("Output · 4 × 6", "columns: Input → rows: Output", "−0.75", "+0.75"):
        assert text in svg


def test_numbers_are_those_of_the_matrices(matrices):
    weights = show(matrices, 3, 2, 4)
    columns, rows = matrices.numbers()
    assert columns == ["layer", "unit", "from unit 1", "from unit 2", "from unit 3"]
    assert [row[:2] for row in rows] == [["to 0", 1], ["to 0", 2], *(["to 1", k + 1] for k in range(4))]
    np.testing.assert_array_equal(np.array([row[2:] for row in rows[:2]], np.float32), weights[0])
    np.testing.assert_array_equal(np.array([row[2:4] for row in rows[2:]], np.float32), weights[1])
    assert rows[-1][4] is None
