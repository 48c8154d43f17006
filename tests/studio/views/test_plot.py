"""The plot that curves are drawn in."""

import re
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPicture
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QSlider, QVBoxLayout, QWidget

from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.figure_export import save_figure
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.plot import Plot
from tests.studio.gestures import discard, move_to, rest_on, turn_wheel
from tests.studio.plots import drag, place_of, ranges, read_out


@pytest.fixture
def plot(qapp, qtbot):
    view = Plot("A plot", ("time", "height"))
    view.resize(400, 260)
    view.show()
    qtbot.waitExposed(view)
    view.fit((0.0, 10.0), (0.0, 5.0))
    view.grab()
    yield view
    discard(view)


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


def test_an_axis_of_which_no_part_was_chosen_follows_what_all_is(plot):
    turn_wheel(plot.viewport(), 240, at=QPoint(220, plot.height() - 12))
    chosen = ranges(plot)[0]
    plot.fit((0.0, 20.0), (0.0, 50.0))
    np.testing.assert_array_equal(ranges(plot)[0], chosen)
    np.testing.assert_allclose(ranges(plot)[1], (-1.0, 51.0))
    assert not plot.is_fitted
    plot.show_all()
    plot.show_x((2.0, 3.0))
    plot.fit((0.0, 20.0), (90.0, 100.0))
    np.testing.assert_allclose(ranges(plot), ((2.0, 3.0), (89.8, 100.2)))


def test_a_drag_moves_what_is_seen(plot):
    (left, _), (bottom, _) = ranges(plot)
    start = plot.box.mapViewToScene(QPointF(5, 2.5)).toPoint()
    drag(plot, start, start + QPoint(-50, 40))
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
        np.testing.assert_allclose(
            [float(text.replace("−", "-")) for text in written], 10.0 ** np.array(ticks), rtol=1e-3
        )


@pytest.mark.parametrize("logarithmic", [True, False])
@pytest.mark.parametrize("middle", [0.3, -1.7, -6.2])
def test_numbers_that_would_read_alike_get_more_digits_and_room(plot, qtbot, logarithmic, middle):
    plot.set_logarithmic(x=logarithmic, y=logarithmic)
    centre = middle if logarithmic else 10**middle
    half = abs(centre) * 1e-7
    usual = plot.getAxis("left").width()
    plot.fit((centre - half, centre + half), (centre - half, centre + half))
    plot.grab()
    axis = plot.getAxis("left")
    qtbot.waitUntil(lambda: axis.width() > usual)
    written = numbers_at(axis)
    assert len(written) >= 2
    assert len(set(written)) == len(written)
    widest = max(map(QFontMetricsF(axis.style["tickFont"]).horizontalAdvance, written))
    assert axis.width() > widest
    plot.fit((0.0, 1.0), (0.0, 1.0))
    plot.grab()
    qtbot.waitUntil(lambda: axis.width() == usual)


@pytest.mark.parametrize("size", [60, 90, 130, 200])
def test_a_short_logarithmic_axis_is_never_without_numbers(plot, size):
    plot.set_logarithmic(x=False, y=True)
    axis = plot.getAxis("left")
    for low in np.arange(-3, 0, 0.07):
        for width in (0.01, 0.07, 0.2, 0.3, 0.5, 0.9, 1.2):
            ((_, ticks),) = axis.tickValues(low, low + width, size)
            assert len(ticks) >= (2 if size > 100 else 1), (low, width)
            assert len(ticks) < 2 or np.diff(ticks).min() / width * size >= 14


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_numbers_at_the_ends_of_axes_are_written_whole(plot, monkeypatch, scale):
    monkeypatch.setattr(appearance, "text_scale", scale)
    plot.restyle()
    plot.getPlotItem().layout.activate()
    plot.fit((0.0, 100.0), (0.0, 100.0))
    plot.grab()
    scene = plot.sceneRect()
    for side in ("bottom", "left"):
        axis = plot.getAxis(side)
        picture = QPicture()
        painter = QPainter(picture)
        painter.setFont(axis.style["tickFont"])
        *_, texts = axis.generateDrawSpecs(painter)
        painter.end()
        written = [text for _, _, text in texts]
        assert (written[0], written[-1]) == ("0", "100")
        for box, _, _ in texts:
            assert scene.contains(axis.mapRectToScene(box))


def test_logarithmic_axes_zoom_out_as_far_as_numbers_go(plot):
    plot.set_logarithmic(x=True, y=True)
    plot.fit((-2.0, 1.0), (-2.0, 1.0))
    for _ in range(40):
        QTest.keyClick(plot, Qt.Key.Key_Minus)
    for side, (low, high) in zip(("bottom", "left"), plot.box.viewRange(), strict=True):
        assert high > 308
        ((_, ticks),) = plot.getAxis(side).tickValues(low, high, 200)
        assert len(ticks) >= 2


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


@pytest.fixture
def slider(plot):
    """Return a slider whose line is in the plot."""
    slider = QSlider(plot)
    slider.setRange(0, 50)
    plot.add_slider_line(slider)
    slider.valueChanged.connect(lambda value: plot.slider_line.setValue(2 * value))
    plot.fit((0.0, 100.0), (0.0, 1.0))
    plot.slider_line.setValue(0)
    plot.grab()
    return slider


def test_dragging_the_line_of_a_slider_moves_the_slider_in_one_gesture(plot, slider):
    gestures, before = [], ranges(plot)
    slider.sliderPressed.connect(lambda: gestures.append("begin"))
    slider.sliderReleased.connect(lambda: gestures.append("end"))
    start, end = (plot.box.mapViewToScene(QPointF(x, 0.5)).toPoint() for x in (0, 60))
    drag(plot, start, end)
    assert slider.value() == pytest.approx(30, abs=1)
    assert plot.slider_line.value() == 2 * slider.value()
    assert gestures == ["begin", "end"]
    np.testing.assert_array_equal(ranges(plot), before)


def test_shift_and_arrow_keys_move_the_line_of_a_slider(plot, slider):
    before = ranges(plot)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(plot, key, Qt.KeyboardModifier.ShiftModifier)
    assert slider.value() == 2
    np.testing.assert_array_equal(ranges(plot), before)


def test_values_beside_the_cross_hair_are_those_under_the_pointer_also_where_it_rests(plot):
    plot._values_at = lambda x: [("#ffffff", f"{x:.0f} < 10")]
    assert read_out(plot, 4.0) == "4 < 10"
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot._readout.toPlainText() == "5 < 10"
    plot.set_logarithmic(x=True, y=False)
    assert float(read_out(plot, 1.0).split()[0]) == pytest.approx(10, rel=0.1)
    plot._values_at = lambda x: []
    plot.update_cross()
    assert not plot._readout.isVisible()


def test_the_hover_text_does_not_cover_the_curves_beside_values(plot, monkeypatch):
    told = []
    monkeypatch.setattr(
        "nnstudio.studio.views.figure_events.QToolTip.showText", lambda _, text, *__: told.append(text)
    )
    rest_on(plot.viewport(), place_of(plot, 4.0))
    plot._values_at = lambda x: [("#ffffff", "4")]
    read_out(plot, 4.0)
    rest_on(plot.viewport(), place_of(plot, 4.0))
    assert "Wheel" in told[0]
    assert told[1] == ""
    move_to(plot.viewport(), QPoint(20, 100))
    rest_on(plot.viewport(), QPoint(20, 100))
    assert "this axis alone" in told[2]


def test_the_left_button_alone_shows_all_by_a_double_click(plot):
    turn_wheel(plot.viewport(), 120, at=place_of(plot, 4.0))
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.RightButton, pos=place_of(plot, 4.0))
    # QTest takes the button for pressed from now on, in every test that follows.
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.RightButton, pos=place_of(plot, 4.0))
    assert not plot.is_fitted


@pytest.mark.parametrize("text", ["5", "an answer that is nearly as wide as the plot", "a word " * 20])
def test_values_stand_within_the_axes_in_front_of_the_curves(plot, text):
    curve = plot.plot([0, 10], [0, 5])
    plot._values_at = lambda x: [("#ffffff", text)]
    axes = plot.box.sceneBoundingRect()
    for x in (0.0, 2.0, 4.9, 5.1, 9.0, 10.0):
        read_out(plot, x)
        plot.grab()
        box = plot._readout.mapRectToScene(plot._readout.boundingRect())
        assert box.left() >= axes.left() - 1
        assert box.right() <= axes.right() + 1 or box.width() > axes.width()
    assert plot._readout.zValue() > curve.zValue()


@pytest.mark.parametrize("range_", [(0.7512, 0.7649), (0, 70000), (0.0, 1e-5)])
def test_numbers_of_a_narrow_plot_do_not_run_into_each_other(plot, qtbot, range_):
    plot.resize(110, 120)
    plot.fit(range_, (0.0, 1.0))
    axis = plot.getAxis("bottom")
    qtbot.waitUntil(lambda: axis.width() < 80)
    picture = QPicture()
    painter = QPainter(picture)
    painter.setFont(axis.style["tickFont"])
    *_, texts = axis.generateDrawSpecs(painter)
    painter.end()
    boxes = [box for box, _, text in texts if text]
    assert boxes
    assert all(left.right() <= right.left() + 1 for left, right in pairwise(boxes))


def test_a_hint_stands_in_the_middle(plot):
    plot.show_hint("Nothing yet")
    assert plot.getPlotItem().opacity() < 1
    plot.resize(300, 200)
    assert plot._hint.isVisible()
    assert plot.viewport().rect().contains(plot._hint.geometry())
    plot.show_hint("")
    assert not plot._hint.isVisible()
    assert plot.getPlotItem().opacity() == 1


@pytest.mark.parametrize(
    ("value", "end"), [(1.0, 1.0), (1.2, 1.5), (0.021, 0.03), (71.0, 100.0), (999.5, 1000.0)]
)
def test_ends_of_axes_are_round_numbers(value, end):
    assert round_up(value) == pytest.approx(end)


def numbers_at(axis):
    """Return the numbers that an axis writes."""
    picture = QPicture()
    painter = QPainter(picture)
    specs = axis.generateDrawSpecs(painter)
    painter.end()
    return [text for _, _, text in specs[2]]


@pytest.mark.parametrize("width", [110, 160, 400, 900])
@pytest.mark.parametrize("range_", [(0, 1), (0, 40), (0, 70000), (-0.03, 0.05), (1000, 1003)])
def test_a_linear_axis_has_as_many_round_numbers_as_there_is_room_for(plot, width, range_):
    plot.resize(width, 160)
    plot.fit(range_, range_)
    plot.grab()
    for side, px_apart in (("bottom", 24), ("left", 14)):
        axis = plot.getAxis(side)
        size = axis.width() if side == "bottom" else axis.height()
        low, high = axis.range
        ((_, ticks),) = axis.tickValues(low, high, size)
        assert len(ticks) >= 2
        assert np.diff(ticks).min() / (high - low) * size >= px_apart or len(ticks) <= 4
        assert numbers_at(axis)


def test_small_numbers_at_an_axis_are_short(plot):
    plot.fit((0.0, 1.0), (-0.0003, 0.0003))
    plot.grab()
    written = numbers_at(plot.getAxis("left"))
    assert {"−2e−4", "0.0000", "2e−4"} <= set(written) or {"−1e−4", "1e−4"} <= set(written)
    assert all(len(text) <= 6 for text in written)


def test_numbers_at_an_axis_have_no_hidden_prefix_in_any_theme_and_scale(plot):
    axis = plot.getAxis("left")
    axis.setScale(1e-9)
    plot.grab()
    appearance.set_theme(LIGHT)
    plot.fit((0.0, 1.0), (0.0, 5000.0))
    plot.restyle()
    axis.setScale(2.0)
    assert axis.picture is None
    numbers = [float(text) for text in numbers_at(axis)]
    assert numbers[-1] in (8000, 9000, 10000)


def test_a_figure_of_a_plot_is_of_lines_and_letters(plot, slider, tmp_path):
    plot.plot([0, 50, 100], [0, 1, 0.5], symbol="o", useCache=False)
    plot._values_at = lambda x: [("#ffffff", "a value")]
    read_out(plot, 60)
    path = tmp_path / "plot.svg"
    save_figure(path, plot, "A plot", appearance.theme.panel)
    svg = path.read_text(encoding="utf-8")
    assert "<image" not in svg
    for text in ("time", "height", "100", "0.5", "a value"):
        assert re.search(rf">{text}\s*</text>", svg), text


def test_it_follows_the_theme(plot):
    dark = plot.grab().toImage().pixelColor(1, 1)
    appearance.set_theme(LIGHT)
    assert plot.grab().toImage().pixelColor(1, 1) != dark
    assert plot.getAxis("bottom").labelText == "time"


def _picture():
    return Picture("A picture", lambda size: None, lambda cell: "")


@pytest.mark.parametrize(
    "make", [lambda: Plot("A plot", ("time", "height")), _picture], ids=["plot", "picture"]
)
def test_what_has_been_high_gives_up_its_height_with_its_room(qtbot, make):
    area, paper, words, figure = QScrollArea(), QWidget(), QLabel("words that wrap " * 9), make()
    words.setWordWrap(True)
    layout = QVBoxLayout(paper)
    layout.addWidget(figure)
    layout.addWidget(words)
    area.setWidgetResizable(True)
    area.setWidget(paper)
    area.resize(320, 700)
    area.show()
    qtbot.waitExposed(area)
    qtbot.waitUntil(lambda: figure.height() > 500)
    area.resize(320, 300)
    qtbot.waitUntil(lambda: figure.height() < 300)
    assert paper.height() == area.viewport().height()
    discard(area)
