"""The plane, where a point is the input."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity, Samples
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import LIGHT, THEMES, appearance
from nnstudio.studio.panels.input.plane import Plane
from nnstudio.studio.session.input_document import InputDocument
from tests.studio.gestures import discard, places_in, turn_wheel
from tests.studio.networks import model_of
from tests.studio.plots import drag

PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
POINTS = np.array([[0.0, 0.5], [0.5, 0.0], [-0.5, -0.5]], np.float32)
LABELS = np.array([0, 1, 1])
ROWS = np.linspace(1, -1, 28, dtype=np.float32)[:, None].repeat(28, axis=1)
"""Output of the second class minus that of the first: large above."""


@pytest.fixture
def document(qapp):
    return InputDocument(model_of((2, 5, 10), space=PLANE, raster=None))


@pytest.fixture
def plane(document, qtbot):
    plane = Plane(document)
    plane.resize(300, 290)
    plane.show()
    qtbot.waitExposed(plane)
    plane.grab()
    plane.set_space(PLANE, OutputSpace(("lower", "upper")))
    plane.set_points(Samples(POINTS, LABELS))
    plane.show_field(np.stack([np.zeros_like(ROWS), ROWS]))
    plane.grab()
    yield plane
    discard(plane)


def place_of(plane, x, y):
    """Return the pixel of a point of the plane."""
    (image,) = plane.images
    plane.box.updateMatrix()
    cells = QPointF((x + 1) / 2 * image.width(), (1 - y) / 2 * image.height())
    return image.mapToScene(cells).toPoint()


def click(plane, place):
    QTest.mouseClick(plane.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_numbers_are_the_outputs_all_over_the_plane(plane):
    columns, rows = plane.numbers()
    assert columns == ("x₁", "x₂", "upper − lower")
    assert len(rows) == 28 * 28
    np.testing.assert_allclose(rows[0], [-1 + 1 / 28, 1 - 1 / 28, 1.0])
    np.testing.assert_allclose(rows[-1], [1 - 1 / 28, -1 + 1 / 28, -1.0])
    for x, y, output in rows[::97]:
        assert plane.explain(place_of(plane, x, y)).endswith(f": {signed(output)}")


def test_a_press_asks_about_a_point_and_a_drag_about_all_on_its_way(plane, document):
    asked = []
    document.x_changed.connect(lambda: asked.append(document.x.tolist()))
    drag(plane, place_of(plane, 0, 0), place_of(plane, 0, 0) + QPoint(50, -50))
    assert asked[0] == pytest.approx([0, 0], abs=0.02)
    assert len(asked) > 3
    assert all(later[0] > one[0] and later[1] > one[1] for one, later in pairwise(asked))
    assert plane.navigation.is_fitted, "the plane stays where it is"
    click(plane, place_of(plane, -1, 1) - QPoint(3, 0))
    assert document.x.tolist() == pytest.approx([-1, 1], abs=0.01), "nothing is outside"


def test_arrow_keys_move_the_point(plane, document):
    QTest.keyClick(plane, Qt.Key.Key_Up)
    assert document.x.tolist() == pytest.approx([0, 0.05])
    QTest.keyClick(plane, Qt.Key.Key_Left)
    assert document.x.tolist() == pytest.approx([-0.05, 0.05])
    for _ in range(50):
        QTest.keyClick(plane, Qt.Key.Key_Down)
    assert document.x.tolist() == pytest.approx([-0.05, -1])


def test_a_part_that_the_wheel_zoomed_into_is_asked_about_more_finely(plane, document):
    place = place_of(plane, 0.3, 0.2)
    turn_wheel(plane.viewport(), 480, at=place)
    assert not plane.navigation.is_fitted
    click(plane, place)
    assert document.x.tolist() == pytest.approx([0.3, 0.2], abs=0.02)
    click(plane, place + QPoint(20, 0))
    assert 0.3 < document.x[0] < 0.3 + 0.7 * 20 * 2 / plane.box.height()
    before = plane.box.viewRange()
    QTest.keyClick(plane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plane.box.viewRange()[0][0] > before[0][0]
    QTest.keyClick(plane, Qt.Key.Key_Home)
    assert plane.navigation.is_fitted


def test_other_outputs_and_points_keep_the_part_that_is_seen(plane):
    turn_wheel(plane.viewport(), 480, at=place_of(plane, 0.3, 0.2))
    before = plane.box.viewRange()
    plane.show_field(np.stack([ROWS, np.zeros_like(ROWS)]))
    plane.set_points(Samples(POINTS[:2], LABELS[:2]))
    np.testing.assert_allclose(plane.box.viewRange(), before)
    plane.set_space(PLANE, OutputSpace(("lower", "upper")))
    assert plane.navigation.is_fitted


def test_hovering_tells_the_point_and_the_output_there(plane):
    words = plane.explain(place_of(plane, 0.5, 1 - 1 / 28))
    assert words == "x₁ = 0.50, x₂ = 0.96; click to ask the network about it\nupper − lower: +1.00"
    assert "upper − lower: −1.00" in plane.explain(place_of(plane, 0.5, 1 / 28 - 1))


def test_the_outputs_and_both_kinds_of_points_are_seen(plane, document):
    image = plane.grab().toImage()
    above, below = (image.pixelColor(place_of(plane, 0.9, y)) for y in (0.9, -0.6))
    assert above.blue() > above.red()
    assert below.red() > below.blue()
    theme = appearance.theme
    assert image.pixelColor(place_of(plane, 0, 0.5)).name() == theme.negative
    assert image.pixelColor(place_of(plane, 0.5, 0)).name() == theme.positive
    click(plane, place_of(plane, -0.5, 0.5))
    assert plane.grab().toImage() != image, "the ring around the input point"
    appearance.set_theme(LIGHT)
    assert plane.grab().toImage().pixelColor(place_of(plane, 0, 0.5)).name() == LIGHT.negative


def test_the_colour_bar_is_dragged_and_moves_no_point(plane, document):
    box = plane.bar.getViewBox().sceneBoundingRect()
    start = QPoint(round(box.left() + 0.75 * box.width()), round(box.center().y()))
    drag(plane, start, start - QPoint(8, 0))
    assert document.x is None
    assert plane.bar.is_chosen
    QTest.keyClick(plane, Qt.Key.Key_Backspace)
    assert not plane.bar.is_chosen


@pytest.mark.parametrize("size", [(80, 80), (260, 260), (600, 200)])
def test_it_is_painted_in_every_size_and_theme(plane, document, size):
    plane.resize(*size)
    document.choose_point((0.2, -0.4))
    for theme in THEMES.values():
        appearance.set_theme(theme)
        plane.grab()
    for place in places_in(plane):
        assert "nan" not in plane.explain(place)


def test_a_number_is_shown_over_the_plane_in_its_own_range(plane):
    plane.set_space(PLANE, OutputSpace(quantities=(Quantity("f", "", -3.0, 1.0),)))
    plane.set_points(Samples(POINTS, LABELS[:, None].astype(np.float32)))
    plane.show_field(np.full((1, 4, 4), -2.0, np.float32))
    assert float(plane.images[0].limit.max()) == 3.0
    assert not len(plane._points)
    assert "f: −2.00" in plane.explain(plane.box.sceneBoundingRect().center().toPoint())
