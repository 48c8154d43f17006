"""The plane: what it shows, and what a hand and keys do in it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.own_points import NAME as OWN
from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_value, predict
from nnstudio.insight.plane_map import unit_lines
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.pixel_painting import value_of
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.input.plane.tools import Mode
from nnstudio.studio.session.default_configs import opened_config
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.studio.gestures import drag_by_mouse, key, leave, move_to, turn_wheel
from tests.studio.networks import model_of, show_difference
from tests.studio.planes import NUMBER, classes, on_a_plane, plane_model, plane_problem
from tests.studio.plots import place_of, ranges

ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def outputs():
    return classes(3)


@pytest.fixture
def model(outputs):
    model = plane_model(outputs)
    theta = np.random.default_rng(10).normal(size=model.theta.shape).astype("f4")
    return replace(model, theta=theta)


@pytest.fixture
def editor(session, show_alone, until):
    on_a_plane(session)
    panel = show_alone(InputPanel, (460, 620))
    editor = panel.widget.editors.currentWidget()
    until(lambda: editor.plot.points is not None)
    editor.grab()
    return editor


@pytest.fixture
def plot(editor):
    return editor.plot


def press(plot, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(plot, code, modifiers)


def click(plot, place):
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)


def drag(plot, start, to):
    drag_by_mouse(plot.viewport(), start, to - start)


def rgb(code):
    return [int(code[k : k + 2], 16) for k in (1, 3, 5)]


def at_point(plot, index):
    return place_of(plot, *plot.points.x[index].tolist())


# What is seen


def test_the_map_is_the_network_where_the_view_is(plot, session):
    network, shown = session.network, plot.map
    (left, right), (bottom, top) = ranges(plot)
    assert (shown.lows, shown.highs) == ((left, bottom), (right, top))
    columns, rows = plot.numbers()
    assert columns == ["x₁", "x₂", "class 0", "class 1", "class 2"]
    table = np.array(rows)
    outputs = predict(network.architecture, network.prediction_weights, table[:, :2].astype("f4"))
    np.testing.assert_allclose(table[:, 2:], outputs, atol=1e-5)
    assert len(plot.borders.getData()[0])


def test_distances_are_true_and_all_is_seen(plot, session):
    x_px, y_px = plot.box.viewPixelSize()
    assert x_px == pytest.approx(y_px)
    (left, right), (bottom, top) = ranges(plot)
    assert left < -2 < 2 < right
    assert bottom < -2 < 2 < top
    assert plot.getAxis("bottom").labelText == "x₁"
    assert plot.getAxis("left").labelText == "x₂"
    room = plot.box.sceneBoundingRect()
    assert room.width() > 0.8 * plot.width(), "no room is left unused"
    assert room.height() > 0.7 * plot.height()


def test_it_zooms_moves_and_fits_as_any_plot(plot):
    before = ranges(plot)
    turn_wheel(plot.viewport(), 480, at=place_of(plot, 0.5, 0.5))
    assert not plot.is_fitted
    assert (np.ptp(ranges(plot), axis=1) < np.ptp(before, axis=1)).all()
    shown = plot.map
    assert (shown.lows[0], shown.highs[0]) == tuple(ranges(plot)[0]), "it is computed there"
    zoomed = ranges(plot)
    press(plot, Qt.Key.Key_Right, SHIFT)
    assert ranges(plot)[0, 0] > zoomed[0, 0]
    press(plot, Qt.Key.Key_Home)
    np.testing.assert_allclose(ranges(plot), before)


def test_each_class_has_its_colour_and_points_their_shapes(plot, session):
    image = plot.grab().toImage()
    network = session.network
    for at in ((-1.9, -1.9), (1.9, 1.9), (0.1, -1.8)):
        outputs = predict(network.architecture, network.prediction_weights, np.array([at], "f4"))[0]
        first, second = np.sort(outputs)[:-3:-1]
        if first - second < 0.2:
            continue
        marks = [np.array(rgb(mark.dark)) for mark in CLASS_MARKS[:3]]
        seen = np.array(image.pixelColor(place_of(plot, *at)).getRgb()[:3])
        # Between the background and the class's colour.
        wanted = marks[outputs.argmax()] - np.array(rgb(appearance.theme.panel))
        along = seen - np.array(rgb(appearance.theme.panel))
        assert np.dot(along, wanted) > 0.97 * np.linalg.norm(along) * np.linalg.norm(wanted)
    data = plot.dots.data
    assert len(data) == len(plot.points)
    for spot, label in zip(data, plot.points.answers, strict=True):
        assert spot["symbol"] == CLASS_MARKS[label].shape


def test_test_points_are_hollow(plot):
    brushes = [brush.color().name() for brush in plot.dots.data["brush"]]
    hollow = [code == appearance.theme.panel for code in brushes]
    assert any(hollow)
    assert hollow == plot.points.is_test.tolist()


@pytest.mark.parametrize("n", [2, 6])
def test_other_numbers_of_classes_are_taken_over(plot, editor, session, until, n):
    problem = plane_problem(classes(n))
    session.take(ProblemSource("other", "Other", lambda task: Loaded(problem)))
    until(lambda: session.network.output_space.n_classes == n and plot.points is not None)
    assert len(editor.tools.classes) == n
    assert set(plot.dots.data["symbol"]) == {mark.shape for mark in CLASS_MARKS[:n]}
    plot.grab()


def test_painted_points_are_drawn_as_those_that_were_there(plot, session):
    press(plot, Qt.Key.Key_3)
    drag(plot, place_of(plot, -0.5, 0), place_of(plot, 0.5, 0.1))
    looks = ["x", "y", "symbol", "size"]
    one_by_one = plot.dots.data[looks].tolist()
    assert len(one_by_one) == len(plot.points)
    appearance.set_theme(appearance.theme)
    assert plot.dots.data[looks].tolist() == one_by_one
    session.input.undo()
    assert len(plot.dots.data) == len(plot.points)


def test_axes_that_differ_too_much_have_scales_of_their_own(plot, session, until):
    space = InputSpace("plane", (2,), (0.0, 0.0), (1000.0, 1.0), ("width", "share"))
    rng = np.random.default_rng(0)
    samples = Samples(space.inputs_at(rng.random((20, 2))), rng.integers(0, 2, 20))
    problem = Problem("wide", "Wide", space, classes(2), samples, samples, "Made by a test.")
    session.take(ProblemSource("wide", "Wide", lambda task: Loaded(problem)))
    until(lambda: plot.points is not None and plot.points.origin == "wide")
    (left, right), (bottom, top) = ranges(plot)
    assert left < 0 < 1000 < right < 1200
    assert bottom < 0 < 1 < top < 1.2
    assert plot.getAxis("left").labelText == "share"


def test_the_map_follows_training_and_is_computed_once_for_weights(plot, session, until):
    before = plot.map
    plot.refresh_weights()
    assert plot.map is before
    session.step_batch()
    until(lambda: session.network.snapshot.step == 1)
    assert not np.array_equal(plot.map.z[-1], before.z[-1])


def test_a_difference_of_networks_is_no_answer(plot, session):
    before = plot.map
    show_difference(session)
    plot.refresh_weights()
    assert plot.map is before


def test_weights_that_overflow_are_hatched_and_said(plot, session):
    session.network.newest_weights = np.full_like(session.network.newest_weights, 3e38)
    plot.refresh_weights()
    pixels = plot.field.pixels(40, 40)
    assert (pixels == value_of(appearance.theme.muted)).sum() > 100, "hatching"
    click(plot, place_of(plot, 0.5, 0.5))
    plot.grab()
    assert "no number" in plot.explain(place_of(plot, -1.9, 1.9))


def test_both_themes_are_painted(plot, services):
    services.graph_options.show_units(True)
    dark = plot.grab().toImage()
    appearance.set_theme(LIGHT)
    assert plot.grab().toImage() != dark


def test_in_a_low_panel_the_tools_stand_beside_the_plane(plot, editor, qtbot):
    assert editor.tools.y() > plot.y()
    editor.window().resize(520, 330)
    qtbot.waitUntil(lambda: editor.tools.x() > plot.x())
    assert plot.height() > 0.6 * editor.height()


def test_at_rest_the_map_is_finer_than_while_it_is_trained(plot, session, until):
    at_rest = plot.map.z[0].shape
    session.play()
    until(lambda: session.training.is_running and plot.map.z[0].shape != at_rest)
    assert plot.map.z[0].size < np.prod(at_rest) / 2
    session.training.pause()
    until(lambda: plot.map.z[0].shape == at_rest)


# Units


def test_pointing_at_a_unit_elsewhere_fills_the_plane_until_the_pointer_leaves(plot, session):
    answer = plot.field.pixels(30, 30)
    session.selection.point_at(0, 2)
    assert plot._title.toPlainText().strip() == "Hidden 1 · unit 3"
    assert not np.array_equal(plot.field.pixels(30, 30), answer)
    assert "Hidden 1 · unit 3: z = " in plot.explain(place_of(plot, -1.9, 1.9))
    assert plot.numbers()[0][-1] == "Hidden 1 · unit 3"
    session.selection.point_at(None, None)
    assert not plot._title.isVisible()
    np.testing.assert_array_equal(plot.field.pixels(30, 30), answer)


def test_a_selected_unit_is_mapped_and_the_list_says_so(plot, editor, session):
    session.selection.select(1, 2)
    assert editor.mapped.currentText() == "Map: Output for class 2"
    assert plot._title.isVisible()
    editor.mapped.setCurrentIndex(0)
    editor.mapped.activated.emit(0)
    assert session.selection.unit is None
    assert not plot._title.isVisible()
    listed = [editor.mapped.itemData(k) for k in range(editor.mapped.count())]
    assert listed == [None, (1, 0), (1, 1), (1, 2), (0, 0), (0, 1), (0, 2), (0, 3)]
    editor.mapped.activated.emit(listed.index((0, 3)))
    assert session.selection.unit == (0, 3)
    press(plot, Qt.Key.Key_Escape)
    assert (session.selection.unit, editor.mapped.currentIndex()) == (None, 0)


def test_a_unit_of_another_network_is_not_mapped(plot, session):
    session.selection.point_at(4, 1)
    session.selection.point_at(0, 99)
    session.selection.point_at(-1, 1)
    assert not plot._title.isVisible()


def test_lines_of_the_first_layer_are_drawn_and_pointed_at(plot, services, session):
    assert not plot.lines.isVisible()
    services.graph_options.show_units(True)
    first = session.network.architecture.layers(session.network.prediction_weights)[0]
    np.testing.assert_allclose(
        plot.lines.ends, unit_lines(first.W, first.b, plot.map.lows, plot.map.highs), equal_nan=True
    )
    plot.grab()
    unit = int(np.flatnonzero(~np.isnan(plot.lines.ends[:, 0, 0]))[0])
    places = plot.lines.ends[unit, 0] + np.linspace(0.1, 0.9, 60)[:, None] * np.diff(
        plot.lines.ends[unit], axis=0
    )
    place = next(
        at
        for at in (place_of(plot, *each.tolist()) for each in places)
        if plot.point_at(at.toPointF()) is None and plot._line_at(at.toPointF()) == unit
    )
    answer = plot.field.pixels(20, 20)
    move_to(plot.viewport(), place)
    assert session.selection.pointed == (0, unit)
    assert plot.lines.standing_out == unit
    np.testing.assert_array_equal(plot.field.pixels(20, 20), answer)
    assert "its sum z is 0" in plot.explain(place)
    leave(plot.viewport())
    assert session.selection.pointed is None
    session.selection.point_at(0, 1)
    assert plot.lines.standing_out == 1


# Asking


def test_a_press_asks_and_a_drag_asks_all_along(plot, session):
    asked = []
    session.input.x_changed.connect(lambda: asked.append(session.input.x.tolist()))
    drag(plot, place_of(plot, 0.1, 0.1), place_of(plot, 0.9, 0.6))
    assert asked[0] == pytest.approx([0.1, 0.1], abs=0.02)
    assert asked[-1] == pytest.approx([0.9, 0.6], abs=0.02)
    assert len(asked) > 3
    assert plot.is_fitted, "the view stays where it is"
    assert plot._probe.isVisible()
    assert "class" in plot._said.toPlainText()


def test_arrow_keys_ask_and_enter_adds_there(plot, session):
    plot.ask((0.0, 0.0))
    press(plot, Qt.Key.Key_Up)
    press(plot, Qt.Key.Key_Left)
    x1, x2 = session.input.x.tolist()
    assert x1 < 0 < x2
    press(plot, Qt.Key.Key_3)
    press(plot, Qt.Key.Key_Return)
    points = plot.points
    assert points.x[-1].tolist() == pytest.approx([x1, x2])
    assert points.answers[-1] == 2
    assert plot.tool.chosen.index == len(points) - 1


def test_a_point_says_all_of_itself(plot, session):
    words = plot.explain(at_point(plot, 3))
    network, points = session.network, plot.points
    assert words.startswith("Training point: x₁ = ")
    assert f"class {points.answers[3]}" in words.splitlines()[0]
    workspace = Workspace(network.architecture, 1)
    loss = loss_value(
        network.architecture,
        network.prediction_weights,
        points.x[3:4],
        points.answers[3:4],
        network.config.loss,
        workspace,
    )
    assert words.endswith(figure(loss))
    assert "class 0: z = " in words
    (test,) = np.flatnonzero(points.is_test)[:1]
    assert plot.explain(at_point(plot, int(test))).startswith("Test point")


# Painting


def test_a_click_paints_a_point_of_the_class_chosen_by_its_key(plot, session):
    n = len(plot.points)
    press(plot, Qt.Key.Key_2)
    assert plot.tool.mode is Mode.PAINT
    click(plot, place_of(plot, 0.2, -0.3))
    assert len(plot.points) == n + 1
    assert plot.points.x[-1].tolist() == pytest.approx([0.2, -0.3], abs=0.02)
    assert plot.points.answers[-1] == 1
    assert not plot.points.is_test[-1]
    assert session.network.problem_name == OWN


def test_a_drag_paints_a_trail_that_is_one_step_to_undo(plot, session):
    n = len(plot.points)
    press(plot, Qt.Key.Key_1)
    drag(plot, place_of(plot, -0.5, 0), place_of(plot, 0.5, 0.1))
    painted = plot.points.x[n:]
    assert len(painted) > 3
    gaps = np.linalg.norm(np.diff(painted, axis=0), axis=1)
    np.testing.assert_allclose(gaps, gaps[0], rtol=1e-3)
    session.input.undo()
    assert len(plot.points) == n
    session.input.redo()
    assert len(plot.points) == n + len(painted)


def test_a_drag_of_a_point_moves_it(plot, session):
    press(plot, Qt.Key.Key_1)
    n, label = len(plot.points), plot.points.answers[5]
    drag(plot, at_point(plot, 5), place_of(plot, 0.0, 0.2))
    assert len(plot.points) == n
    assert plot.points.x[5].tolist() == pytest.approx([0, 0.2], abs=0.03)
    assert plot.points.answers[5] == label
    session.input.undo()
    assert plot.points.x[5].tolist() != pytest.approx([0, 0.2], abs=0.03)


def test_the_eraser_takes_what_is_on_its_way_in_one_step(plot, session):
    press(plot, Qt.Key.Key_X)
    n = len(plot.points)
    far = place_of(plot, 0, 0)
    drag(plot, far, at_point(plot, 2) + QPoint(1, 0))
    assert len(plot.points) < n
    session.input.undo()
    assert len(plot.points) == n


def test_the_last_point_stays_and_clear_is_one_step(plot, editor, session):
    n = len(plot.points)
    QTest.mouseClick(editor.tools.clear, Qt.MouseButton.LeftButton)
    assert len(plot.points) == 1
    press(plot, Qt.Key.Key_X)
    click(plot, at_point(plot, 0))
    assert len(plot.points) == 1
    assert session.sentences[-1][1], "it says why"
    press(plot, Qt.Key.Key_3)
    click(plot, place_of(plot, 0.4, 0.4))
    assert len(plot.points) == 1, "the first painted one replaces the one left over"
    assert plot.points.answers.tolist() == [2]
    click(plot, place_of(plot, -0.4, 0.4))
    assert len(plot.points) == 2
    for _ in range(3):
        session.input.undo()
    assert len(plot.points) == n


def test_keys_choose_move_and_remove_a_point(plot, session):
    press(plot, Qt.Key.Key_Period)
    chosen = plot.tool.chosen.index
    assert chosen == int(plot.points.x[:, 0].argmin())
    assert "x₁ = " in session.sentences[-1][0]
    before = plot.points.x[chosen].copy()
    press(plot, Qt.Key.Key_Right, ALT)
    assert plot.points.x[chosen, 0] > before[0]
    assert plot.tool.chosen.index == chosen
    n = len(plot.points)
    press(plot, Qt.Key.Key_Delete)
    assert (len(plot.points), plot.tool.chosen.index) == (n - 1, None)


def test_points_are_painted_while_training_goes_on(plot, session, until):
    session.play()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step > 20)
    step, n = session.network.snapshot.step, len(plot.points)
    press(plot, Qt.Key.Key_1)
    drag(plot, place_of(plot, -0.5, 0), place_of(plot, 0.5, 0))
    until(lambda: session.network.snapshot.step > step + 20)
    assert len(plot.points) > n
    assert session.training.is_running
    session.training.pause()


@pytest.mark.parametrize("outputs", [NUMBER])
def test_numbers_are_painted_with_a_chosen_value(plot, editor, session, outputs):
    assert editor.tools.value.isVisible()
    assert not editor.tools.classes
    editor.tools.value.setValue(-2.5)
    assert plot.tool.mode is Mode.PAINT
    click(plot, place_of(plot, 0.2, 0.2))
    assert plot.points.answers[-1].tolist() == [-2.5]
    assert "m" in plot.explain(place_of(plot, -1.9, 1.9))
    assert plot.field._limit == 3.0
    plot.grab()


@pytest.mark.parametrize("outputs", [NUMBER])
@pytest.mark.parametrize(("width", "is_below"), [(700, False), (200, True)])
def test_the_number_stands_below_the_buttons_where_their_row_is_full(editor, width, is_below):
    editor.tools.resize(width, 80)
    editor.tools.layout().activate()
    assert (editor.tools.value.y() > editor.tools.clear.geometry().bottom()) is is_below
    assert editor.tools.value.geometry().right() < width


@pytest.mark.parametrize("outputs", [classes(8)])
def test_more_classes_than_marks_are_shown_and_not_painted(plot, editor, session, outputs):
    assert not editor.tools.classes
    assert not editor.tools.modes[Mode.PAINT].isEnabled()
    n = len(plot.points)
    press(plot, Qt.Key.Key_Return)
    assert len(plot.points) == n
    assert "8" in session.sentences[-1][0]
    press(plot, Qt.Key.Key_P)
    assert plot.tool.mode is Mode.ASK
    plot.grab()


# Odd networks


@pytest.mark.parametrize("other", [model_of((784, 5, 10)), plane_model(classes(2)), plane_model(NUMBER)])
def test_another_network_between_two_frames_harms_nothing(plot, session, services, other):
    places = [at_point(plot, 3), plot.viewport().rect().center(), QPoint(2, 2)]
    session.network.take(other, opened_config(other))
    services.graph_options.show_units(True)
    for code in (Qt.Key.Key_1, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Period, Qt.Key.Key_X):
        key(plot, code)
    for place in places:
        click(plot, place)
        move_to(plot.viewport(), place)
        plot.explain(place)
    session.selection.point_at(1, 2)
    plot.numbers()
    plot.grab()


def test_the_range_grows_with_points_beyond_it_and_undo_takes_that_back(plot, session, until):
    before = session.network.input_space
    session.point_editor.do(session.point_editor.points.added([3.0, 0.0], 0), "Add a point")
    grown = session.network.input_space
    assert grown.high[0] >= 3.0
    assert (grown.low, grown.high[1]) == ((-2.0, -2.0), 2.0)
    assert session.sentences[-1][0].startswith("The plane grew with the points: x₁ from −2 to ")
    until(lambda: ranges(plot)[0][1] > 3.0)
    session.input.undo()
    assert session.network.input_space == before


def test_the_bar_of_classes_says_what_its_numbers_are(plot):
    assert [text for _, text in plot.bar.axis._tickLevels[0]] == ["0", "lead of the class", "1"]


@pytest.mark.parametrize("outputs", [NUMBER], ids=["number"])
def test_the_plane_beside_the_network_is_drawn_by_its_heights(plot, session):
    assert not plot.levels.curve.isVisible()
    session.line.begin()
    session.line.set_to([1.0, 0.0], 0.5)
    levels = plot.levels
    assert len(levels.levels) >= 4
    x, _ = levels.curve.getData()
    np.testing.assert_allclose(x[::2] + 0.5, levels.levels, atol=1e-9)
    assert "The plane of the panel Line: 1.5" in plot.explain(place_of(plot, 1.0, 0.0))
    session.line.set_to([0.0, 0.0], 0.5)
    assert not levels.curve.isVisible(), "a flat one has no lines"
    session.line.show(False)
    assert levels.model is None


@pytest.mark.parametrize("outputs", [NUMBER], ids=["number"])
def test_towers_are_dragged_in_the_plane(plot, session, until):
    session.bumps.fill_in(2)
    until(lambda: len(plot.towers.handle_places) == 8)
    before = session.bumps.towers[0]
    middle = plot.towers.handle_places[0].tolist()
    place = place_of(plot, *middle)
    assert plot.explain(place).startswith("Tower 1, ")
    drag_by_mouse(plot.viewport(), place, place_of(plot, middle[0] + 0.3, middle[1] + 0.2) - place)
    # Weights on the way are shown too.
    until(lambda: session.bumps.towers[0].across[1] == pytest.approx(before.across[1] + 0.3, abs=0.05))
    moved = session.bumps.towers[0]
    assert moved.up[2] == pytest.approx(before.up[2] + 0.2, abs=0.05)
    assert moved.top == before.top
    session.weight_editor.undo()
    until(lambda: session.bumps.towers[0] == before)
    assert session.input.x is None, "the network is not asked where a tower is held"
