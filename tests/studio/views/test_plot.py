"""The plot that curves are drawn in."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.views.plot import Plot, smoothed
from tests.studio.gestures import discard, turn_wheel


@pytest.fixture
def plot(qapp, qtbot):
    view = Plot("A plot", ("time", "height"), lambda place: "")
    view.resize(400, 260)
    view.show()
    qtbot.waitExposed(view)
    view.fit((0.0, 10.0), (0.0, 5.0))
    view.grab()
    yield view
    discard(view)


def ranges(plot):
    return np.array(plot.box.viewRange())


def test_the_wheel_over_an_axis_zooms_that_axis_alone(plot):
    x, y = ranges(plot)
    turn_wheel(plot.viewport(), 240, at=QPoint(220, plot.height() - 12))
    zoomed_x, same_y = ranges(plot)
    assert np.ptp(zoomed_x) < np.ptp(x)
    np.testing.assert_array_equal(same_y, y)
    plot.show_all()
    turn_wheel(plot.viewport(), 240, at=QPoint(20, 100))
    same_x, zoomed_y = ranges(plot)
    np.testing.assert_array_equal(same_x, x)
    assert np.ptp(zoomed_y) < np.ptp(y)


def test_a_drag_moves_what_is_seen(plot):
    (left, _), (bottom, _) = ranges(plot)
    start = plot.box.mapViewToScene(QPointF(5, 2.5)).toPoint()
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(plot.viewport(), start + step * QPoint(-10, 8))
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(-50, 40))
    after = ranges(plot)
    assert after[0, 0] - left == pytest.approx(50 * plot.x_per_px, rel=0.3)
    assert after[1, 0] > bottom
    assert not plot.is_fitted


@pytest.mark.parametrize("key", [Qt.Key.Key_A, Qt.Key.Key_Home])
def test_keys_move_zoom_and_show_all(plot, key):
    everything = ranges(plot)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    np.testing.assert_allclose(ranges(plot)[0], everything[0] + 0.1 * np.ptp(everything[0]))
    QTest.keyClick(plot, Qt.Key.Key_Up)
    np.testing.assert_allclose(ranges(plot)[1], everything[1] + 0.1 * np.ptp(everything[1]))
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert np.ptp(ranges(plot)[0]) < np.ptp(everything[0])
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    np.testing.assert_allclose(np.ptp(ranges(plot), axis=1), np.ptp(everything, axis=1))
    QTest.keyClick(plot, Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier)
    assert np.ptp(ranges(plot)[1]) > np.ptp(everything[1])
    np.testing.assert_allclose(np.ptp(ranges(plot)[0]), np.ptp(everything[0]))
    QTest.keyClick(plot, key)
    np.testing.assert_array_equal(ranges(plot), everything)
    assert plot.is_fitted


@pytest.mark.parametrize(
    ("low", "high"), [(-2, 0.5), (-2.3, -2.1), (-0.31, -0.29), (-9, 3), (1.5, 2.0), (-17, 1), (0.0, 0.001)]
)
def test_a_logarithmic_axis_has_as_many_round_numbers_as_there_is_room_for(plot, low, high):
    plot.set_logarithmic(x=True, y=True)
    plot.fit((low, high), (low, high))
    plot.grab()
    for side, px_apart in (("bottom", 30), ("left", 14)):
        axis = plot.getAxis(side)
        size = axis.width() if side == "bottom" else axis.height()
        ((_, ticks),) = axis.tickValues(low, high, size)
        assert 2 <= len(ticks) <= size / px_apart + 1
        assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
        if len(ticks) > 1:
            assert np.diff(ticks).min() / (high - low) * size >= px_apart
        written = axis.tickStrings(ticks, 1.0, None)
        assert len(set(written)) == len(written)
        np.testing.assert_allclose([float(text) for text in written], 10.0 ** np.array(ticks), rtol=1e-3)


def test_the_pointer_is_followed_within_the_axes(plot, qtbot):
    told = []
    plot.pointed.connect(told.append)
    place = plot.box.mapViewToScene(QPointF(5, 2.5)).toPoint()
    QTest.mouseMove(plot.viewport(), place)
    qtbot.waitUntil(lambda: bool(told) and told[-1] is not None)
    assert told[-1] == pytest.approx(5, abs=0.1)
    assert plot._cross.value() == told[-1]
    QTest.mouseMove(plot.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: told[-1] is None)
    assert not plot._cross.isVisible()


def test_it_follows_the_theme(plot):
    dark = plot.grab().toImage().pixelColor(1, 1)
    appearance.set_theme(LIGHT)
    assert plot.grab().toImage().pixelColor(1, 1) != dark
    assert plot.getAxis("bottom").labelText == "time"


def test_an_average_follows_what_is_constant_from_its_first_point():
    x = np.linspace(3.0, 9.0, 500)
    np.testing.assert_allclose(smoothed(x, np.full(500, 2.5), 0.95), 2.5)
    step = np.where(x < 6, 0.0, 1.0)
    smooth = smoothed(x, step, 0.95)
    assert (np.diff(smooth) >= 0).all()
    assert 0.9 < smooth[-1] <= 1
    np.testing.assert_array_equal(smoothed(x, step, 0.0), step)
    for few in (np.zeros(0), np.ones(1), np.ones(2)):
        assert smoothed(few, few, 0.9).shape == few.shape
