"""The graph of a curve: what it shows, and what a hand and keys do in it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.own_points import NAME as OWN
from nnstudio.engine.passes import predict
from nnstudio.insight.piecewise import first_kinks, unit_contributions
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.input.graph.targets import DragTarget
from nnstudio.studio.panels.input.panel import InputPanel
from tests.studio.curves import NAME, curve_model, curve_problem, on_a_curve
from tests.studio.gestures import drag_by_mouse, move_to, turn_wheel
from tests.studio.networks import show_difference
from tests.studio.plots import place_of, ranges, read_out

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def model():
    model = curve_model()
    theta = model.theta.copy()
    hidden, output = model.architecture.layers(theta)
    # Kinks at −1, −0.25, 0.5 and 1.25.
    hidden.W[:, 0], hidden.b[:] = (1, 2, -1, -2), (1, 0.5, 0.5, 2.5)
    output.W[0], output.b[:] = (1, -0.5, 0.25, 0.5), 0.1
    return replace(model, theta=theta)


@pytest.fixture
def plot(session, show_alone, until):
    on_a_curve(session)
    panel = show_alone(InputPanel, (460, 620))
    plot = panel.widget.editors.currentWidget().plot
    until(lambda: plot.points is not None)
    plot.grab()
    return plot


@pytest.fixture
def weights(session):
    return lambda: session.network.prediction_weights


def key(plot, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(plot, code, modifiers)


def click(plot, place):
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)


def dots(plot):
    """Return the places of the dots of training and of test points."""
    return [np.column_stack(each.getData()) for each in (plot._train_dots, plot._test_dots)]


# What is seen


def test_points_and_the_networks_curve_are_drawn(plot, session):
    train, test = dots(plot)
    problem = session.training.problem
    np.testing.assert_allclose(train, np.hstack((problem.train.x, problem.train.answers)))
    np.testing.assert_allclose(test, np.hstack((problem.test.x, problem.test.answers)))
    x, y = plot._curve.getData()
    network = session.network
    outputs = predict(network.architecture, network.own_weights, x[:-1, None].astype("f4"))
    np.testing.assert_allclose(y[:-1], outputs[:, 0], atol=1e-6)
    for kink in (-1, -0.25, 0.5, 1.25):
        assert np.abs(x - kink).min() < 1e-6, "corners are corners"


def test_more_is_seen_than_the_range_of_the_points(plot):
    (left, right), (bottom, top) = ranges(plot)
    assert left < -2.5 < -2 <= plot._range.rect().left() < -1.99
    assert right > 2.5
    assert bottom < 0 < 2 < top
    assert plot._range.rect().right() == pytest.approx(2)


def test_axes_have_names_and_units(plot):
    assert plot.getAxis("bottom").labelText == "x"
    assert plot.getAxis("left").labelText == "y (m)"


def test_the_curve_follows_training_and_is_computed_once_for_weights(plot, session, until, monkeypatch):
    drawn, abscissas = [], plot._abscissas
    monkeypatch.setattr(plot, "_abscissas", lambda *given: drawn.append(1) or abscissas(*given))
    plot.refresh_weights()
    plot.refresh_weights()
    assert not drawn
    before = plot._curve.getData()[1].copy()
    session.step_batch()
    until(lambda: session.network.snapshot.step == 1)
    assert len(drawn) == 1
    assert not np.array_equal(plot._curve.getData()[1], before)


def test_a_difference_of_networks_is_no_curve(plot, session):
    before = plot._curve.getData()[1].copy()
    show_difference(session)
    plot.refresh_weights()
    np.testing.assert_array_equal(plot._curve.getData()[1], before)


def test_zoomed_in_the_curve_is_computed_there(plot):
    turn_wheel(plot.viewport(), 480, at=place_of(plot, 0.5))
    x = plot._curve.getData()[0]
    left, right = plot.x_range
    assert (x[0], x[-1]) == pytest.approx((left, right))
    assert right - left < 4


def test_weights_that_overflow_draw_nothing_and_harm_nothing(plot, session):
    session.network.newest_weights = np.full_like(session.network.newest_weights, 3e38)
    plot.refresh_weights()
    plot.grab()
    assert not any(dot.isVisible() for dot in plot.answers)


def test_both_themes_are_painted(plot, services):
    services.graph_options.show_units(True)
    services.graph_options.show_band(True)
    dark = plot.grab().toImage()
    appearance.set_theme(LIGHT)
    assert plot.grab().toImage() != dark


# Truth, band and units


def test_the_truth_is_drawn_when_asked_for(plot, services):
    assert not plot._truth.isVisible()
    services.graph_options.show_truth(True)
    x, y = plot._truth.getData()
    np.testing.assert_allclose(y, np.abs(x))
    assert plot._truth.isVisible()
    told = dict(line.rsplit(" ", 1) for line in read_out(plot, 1.0).splitlines())
    assert told["truth"] == told["x"]


def test_the_band_is_around_the_network_or_around_the_truth(plot, services):
    services.graph_options.set_band(0.1)
    assert plot.band == pytest.approx(0.2)
    x, y = plot._band.getData()
    half = len(x) // 2
    np.testing.assert_allclose(y[:half] - y[half:][::-1], 0.4, atol=1e-5)
    np.testing.assert_allclose(y[:half] - 0.2, plot.function(x[:half]), atol=1e-5)
    services.graph_options.show_truth(True)
    x, y = plot._band.getData()
    np.testing.assert_allclose(y[:half] - 0.2, np.abs(x[:half]), atol=1e-5)


def test_the_band_is_drawn_as_soon_as_it_is_shown(plot, services):
    plot.grab()
    services.graph_options.show_band(True)
    assert plot._band.isVisible()
    assert len(plot._band.getData()[0]) > 100


def test_the_largest_error_is_one_of_the_points_or_from_the_truth(plot, services):
    error, x, is_from_truth = plot.largest_error()
    points = plot.points
    errors = np.abs(plot.function(points.x[:, 0]) - points.answers[:, 0])
    assert (error, is_from_truth) == (errors.max(), False)
    assert x in points.x
    services.graph_options.show_truth(True)
    from_truth = plot.largest_error()
    assert from_truth[2]
    assert from_truth[0] >= error


def test_units_add_up_to_the_curve(plot, services, weights):
    assert not plot.units.isVisible()
    services.graph_options.show_units(True)
    assert plot.units.isVisible()
    network = services.session.network
    units = plot.units
    np.testing.assert_allclose(
        units.curves, unit_contributions(network.architecture, weights(), units.x.astype("f4")), atol=1e-6
    )
    np.testing.assert_allclose(units.curves.sum(axis=1) + 0.1, plot.function(units.x), atol=1e-5)
    assert units.kinks.tolist() == [-1, -0.25, 0.5, 1.25]


def test_pointing_at_a_curve_or_a_tick_marks_its_unit_everywhere(plot, services, session):
    services.graph_options.show_units(True)
    plot.grab()
    move_to(plot.viewport(), place_of(plot, 0.45, 1.45))
    assert session.selection.pointed == (0, 0)
    assert plot.units.standing_out == 0
    assert "Hidden 1 · unit 1 adds 1.4" in plot.explain(place_of(plot, 0.45, 1.45))
    bottom = plot.box.viewRange()[1][0]
    move_to(plot.viewport(), place_of(plot, 0.5, bottom + 0.02))
    assert session.selection.pointed == (0, 2)
    assert plot.units.kink_standing_out == 2
    assert "bends at 0.50" in plot.explain(place_of(plot, 0.5, bottom + 0.02))
    move_to(plot.viewport(), place_of(plot, -2.3, 2))
    assert session.selection.pointed is None
    session.selection.point_at(0, 3)
    assert plot.units.standing_out == 3


def test_a_click_on_a_curve_selects_its_unit(plot, services, session):
    services.graph_options.show_units(True)
    plot.grab()
    click(plot, place_of(plot, 0.45, 1.45))
    assert session.selection.unit == (0, 0)
    assert len(plot.points) == 26
    key(plot, Qt.Key.Key_Down)
    assert session.selection.unit == (0, 1)
    key(plot, Qt.Key.Key_Up)
    key(plot, Qt.Key.Key_Up)
    assert session.selection.unit == (0, 3)


# Kinks


def test_a_dragged_kink_moves_at_once_and_is_one_step_to_undo(plot, services, session, weights, until):
    services.graph_options.show_units(True)
    plot.grab()
    bottom = plot.box.viewRange()[1][0]
    before, place = weights().copy(), place_of(plot, 0.5, bottom + 0.02)
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    to = place_of(plot, 0.9, bottom + 0.02)
    QTest.mouseMove(plot.viewport(), to)
    assert plot.units.kinks[2] == pytest.approx(0.9, abs=0.02), "before the trainer has answered"
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=to)
    until(lambda: not np.array_equal(weights(), before))
    after = weights()
    assert first_kinks(session.network.architecture, after)[2] == pytest.approx(0.9, abs=0.02)
    changed = np.flatnonzero(after != before)
    assert changed.tolist() == [session.network.architecture.coordinate("layers.0.bias", 2)]
    assert session.weight_editor.undo_stack.count() == 1
    session.weight_editor.undo()
    until(lambda: np.array_equal(weights(), before))
    assert plot.units.kinks[2] == 0.5


def test_a_kink_is_dragged_while_training_goes_on(plot, services, session, until):
    services.graph_options.show_units(True)
    session.play()
    until(lambda: session.network.snapshot.step > 20)
    plot.grab()
    # Which unit can be taken alone depends on how far the training has come.
    kinks, bottom = np.array(plot.units.kinks), plot.box.viewRange()[1][0]
    apart = np.abs(kinks[:, None] - kinks) + np.diag(np.full(len(kinks), np.inf))
    low, high = plot.x_range
    unit = np.where((low < kinks) & (kinks < high), apart.min(axis=1), 0).argmax()
    place = place_of(plot, kinks[unit], bottom + 0.02)
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    step = session.network.snapshot.step
    to = place_of(plot, -1.6, bottom + 0.02)
    QTest.mouseMove(plot.viewport(), to)
    until(lambda: session.network.snapshot.step > step + 20)
    assert plot.units.kinks[unit] == pytest.approx(-1.6, abs=0.02), "where the hand is"
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=to)
    assert session.training.is_running
    until(lambda: len(session.network.snapshot.changes) > 0)
    assert "kink at −1.6" in session.network.snapshot.changes[-1].text


def test_another_gesture_moves_no_kink(plot, session):
    session.weight_editor.begin()
    plot.refresh_weights()
    assert plot.kink_tool.weights is None
    session.weight_editor.finish("nothing")


def test_keys_move_the_kink_of_the_selected_unit(plot, services, session, weights, until):
    key(plot, Qt.Key.Key_Right, CONTROL)
    assert "Select a unit" in session.sentences[-1][0]
    session.selection.select(0, 1)
    for _ in range(3):
        key(plot, Qt.Key.Key_Right, CONTROL)
    width = np.ptp(plot.x_range)
    until(lambda: first_kinks(session.network.architecture, weights())[1] > -0.25)
    assert session.weight_editor.undo_stack.count() == 1
    until(lambda: abs(first_kinks(session.network.architecture, weights())[1] + 0.25 - 0.03 * width) < 0.01)


# The probe


def test_the_network_and_its_units_answer_at_the_probe(plot, services, session, until):
    services.graph_options.show_units(True)
    assert plot.probe == pytest.approx(0.8), "there is one from the start"
    key(plot, Qt.Key.Key_Left)
    assert plot.probe == pytest.approx(0.8 - np.ptp(plot.x_range) / 100)
    key(plot, Qt.Key.Key_Right)
    y = plot.answers[0].pos().y()
    assert [dot.isVisible() for dot in plot.answers[:2]] == [True, False]
    assert y == pytest.approx(plot.function(np.array([0.8]))[0])
    assert float(plot._said.toPlainText()) == pytest.approx(y, abs=0.01)
    heights = [height for _, height in plot.units._heights]
    assert sum(heights) + 0.1 == pytest.approx(y, abs=1e-5)


def test_the_probe_is_dragged(plot, session):
    place = place_of(plot, 0.8, 1.7)
    assert plot.target_at(place.toPointF()).part is DragTarget.PROBE
    drag_by_mouse(plot.viewport(), place, QPoint(-60, 0))
    assert plot.probe < 0.5
    assert len(plot.points) == 26
    assert session.input.x.tolist() == [pytest.approx(plot.probe)]


def test_shift_and_arrows_move_the_view(plot):
    before = ranges(plot)
    key(plot, Qt.Key.Key_Right, SHIFT)
    assert ranges(plot)[0, 0] > before[0, 0]
    key(plot, Qt.Key.Key_Home)
    np.testing.assert_allclose(ranges(plot), before)


# Points


def test_a_click_adds_a_point_and_undo_takes_it_away(plot, session):
    click(plot, place_of(plot, -0.5, 1.5))
    assert len(plot.points) == 27
    assert plot.points.x[-1, 0] == pytest.approx(-0.5, abs=0.02)
    assert plot.points.answers[-1, 0] == pytest.approx(1.5, abs=0.02)
    assert session.network.problem_name == OWN
    assert len(dots(plot)[0]) == 22
    session.input.undo()
    assert len(plot.points) == 26
    assert session.network.problem_name == NAME


def test_a_double_click_shows_all_and_leaves_no_point(plot):
    turn_wheel(plot.viewport(), 240, at=place_of(plot, 0.5))
    place = place_of(plot, -0.5, 1.5)
    click(plot, place)
    QTest.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert plot.is_fitted
    assert len(plot.points) == 26


def test_a_drag_beside_all_moves_the_view_and_adds_none(plot):
    before = ranges(plot)
    drag_by_mouse(plot.viewport(), place_of(plot, -0.5, 1.5), QPoint(40, 20))
    assert len(plot.points) == 26
    assert not np.allclose(ranges(plot), before)


def test_a_dragged_point_is_learned_from_all_the_way(plot, session):
    seen = []
    session.point_editor.changed.connect(lambda: seen.append(plot.points.answers[0, 0]))
    start = place_of(plot, -2, 2)
    drag_by_mouse(plot.viewport(), start, QPoint(30, 60))
    assert len(seen) > 3
    assert seen == sorted(seen, reverse=True)
    assert plot.points.x[0, 0] > -1.9
    assert len(plot.points) == 26
    assert plot.point_tool.chosen.index == 0
    np.testing.assert_allclose(dots(plot)[0][0], (plot.points.x[0, 0], plot.points.answers[0, 0]))
    session.input.undo()
    assert plot.points.x[0, 0] == -2
    assert not session.input.undo_stack.canUndo()


def test_delete_removes_the_chosen_point(plot, session):
    key(plot, Qt.Key.Key_Delete)
    assert "Choose a point first" in session.sentences[-1][0]
    click(plot, place_of(plot, -2, 2))
    assert len(plot.points) == 26
    key(plot, Qt.Key.Key_Delete)
    assert len(plot.points) == 25
    assert -2 not in plot.points.x
    assert plot.point_tool.chosen.index is None


def test_points_are_edited_by_keys_alone(plot, session):
    key(plot, Qt.Key.Key_Period)
    assert plot.point_tool.chosen.index == 0
    assert "Training point: x = −2.00" in session.sentences[-1][0]
    key(plot, Qt.Key.Key_Period)
    assert plot.points.x[plot.point_tool.chosen.index, 0] == pytest.approx(-1.9)
    key(plot, Qt.Key.Key_Comma)
    key(plot, Qt.Key.Key_Up, ALT)
    key(plot, Qt.Key.Key_Right, ALT)
    height, width = np.ptp(ranges(plot)[1]), np.ptp(ranges(plot)[0])
    assert plot.points.answers[0, 0] == pytest.approx(2 + height / 100, abs=0.01)
    assert plot.points.x[0, 0] == pytest.approx(-2 + width / 100, abs=0.01)
    key(plot, Qt.Key.Key_Return)
    assert plot.points.x[-1, 0] == pytest.approx(plot.probe)
    assert plot.points.answers[-1, 0] == pytest.approx(plot.function(np.array([plot.probe]))[0])
    assert plot.point_tool.chosen.index == 26, "the one that was added"
    key(plot, Qt.Key.Key_Backspace)
    assert len(plot.points) == 26


def test_points_are_edited_while_training_goes_on(plot, session, until):
    session.play()
    until(lambda: session.network.snapshot.step > 20)
    run = session.history.runs.current
    for x in (-1.5, 0.2, 1.5):
        click(plot, place_of(plot, x, 1.9))
    until(lambda: len(session.network.snapshot.changes) > 0)
    assert session.training.is_running
    assert session.history.runs.current is run
    assert len(session.training.problem.train) == 24


def test_the_last_point_stays_and_why_is_said(plot, session):
    session.training.change_samples(curve_problem(n=1, n_test=3), "")
    plot.meet_points()
    key(plot, Qt.Key.Key_Period)
    key(plot, Qt.Key.Key_Delete)
    assert len(plot.points) == 4
    assert "the last one stays" in session.sentences[-1][0]


def test_hovering_tells_a_point_and_its_error(plot):
    words = plot.explain(place_of(plot, -2, 2))
    assert words.startswith("Training point: x = −2.00, y = 2.00; the network says ")
    assert "off." in words


def test_ten_thousand_points_have_two_thousand_dots(plot, session):
    session.training.change_samples(curve_problem(n=9_000, n_test=1_000), "")
    plot.meet_points()
    assert len(plot.points) == 10_000
    assert sum(map(len, dots(plot))) == 2_000
