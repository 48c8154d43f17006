"""The panel Fold: two planes of the session's network, the movement, and lines that are dragged."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.fold import panel as fold_panel
from nnstudio.studio.panels.fold.panel import FoldPanel
from nnstudio.studio.session.displayed_network import WeightOverride
from tests.studio.curves import curve_model
from tests.studio.gestures import drag_by_mouse, leave, move_to
from tests.studio.networks import model_of
from tests.studio.plots import place_of
from tests.studio.problems import SPACES, small_source

_NONE = Qt.KeyboardModifier.NoModifier
INPUTS, OUTPUTS = SPACES["classes"]


@pytest.fixture
def sizes():
    return (2, 2, 3)


@pytest.fixture
def model(sizes):
    return model_of(sizes, space=INPUTS, outputs=OUTPUTS, raster=None)


@pytest.fixture
def panel(session, show_alone, until):
    source = small_source("classes")
    session.training.problem_sources[source.name] = source
    session.network.problem_name = source.name
    session.training.prepare()
    panel = show_alone(FoldPanel, (640, 460))
    until(
        lambda: (
            session.training.trainer is not None
            and len(panel.inputs.points) > 0
            and panel.carried is not None
        )
    )
    panel.widget.grab()
    return panel


def set_first_layer(session, W, b, until):
    theta = session.network.newest_weights.copy()
    layer = session.network.architecture.layers(theta)[0]
    layer.W[...], layer.b[...] = W, b
    session.weight_editor.do(theta, "set")
    until(lambda: np.array_equal(session.network.prediction_weights, theta))


def first_layer(session):
    return session.network.architecture.layers(session.network.prediction_weights)[0]


def test_the_slider_carries_the_points(panel):
    panel.slider.setValue(0)
    np.testing.assert_allclose(panel.folded.points, panel.inputs.points)
    assert panel.folded.getAxis("bottom").labelText == "x₁"
    panel.slider.setValue(fold_panel.STEPS)
    np.testing.assert_allclose(panel.folded.points, panel.carried.values.z, atol=1e-6)
    assert panel.folded.getAxis("left").labelText == "z₁[2]"
    panel.slider.setValue(2 * fold_panel.STEPS)
    np.testing.assert_allclose(panel.folded.points, panel.carried.values.a, atol=1e-6)


def test_the_movement_plays_to_the_end_and_stands_still_while_nobody_looks(panel, until, monkeypatch):
    now = 0.0
    monkeypatch.setattr(fold_panel.time, "perf_counter", lambda: now)
    QTest.mouseClick(panel.play_button, Qt.MouseButton.LeftButton)
    assert panel.place == 0
    now = 60.0
    until(lambda: panel.place > 0)
    assert panel.place < 0.1
    for _ in range(60):
        now += 0.1
        panel._advance()
    assert panel.place == 2
    assert panel.play_button.text() == "Play"


def test_a_point_lights_in_both_planes_and_is_told(panel):
    place = place_of(panel.inputs, *panel.inputs.points[5])
    move_to(panel.inputs.viewport(), place)
    lit = panel._lit
    assert lit is not None
    for plane in (panel.inputs, panel.folded):
        assert plane._ring.isVisible()
        np.testing.assert_allclose(np.ravel(plane._ring.getData()), plane.points[lit])
    assert "→ z = (" in panel.told.text()
    leave(panel.inputs.viewport())
    assert not panel.folded._ring.isVisible()


def test_dragging_a_line_moves_the_bias_and_its_handle_turns_the_weights(panel, session, until):
    set_first_layer(session, [[1, 0], [0, 1]], [0, 0], until)
    middle = place_of(panel.inputs, 0, 0.4)
    drag_by_mouse(panel.inputs.viewport(), middle, QPoint(20, 0))
    by = 20 * panel.inputs.px[0]
    until(lambda: first_layer(session).b[0] == pytest.approx(-by, abs=1e-6))
    assert first_layer(session).W.tolist() == [[1, 0], [0, 1]]
    assert session.weight_editor.undo_stack.count() == 2
    session.weight_editor.undo()
    until(
        lambda: (
            first_layer(session).b[0] == 0 and panel.inputs.tool.weights is session.network.prediction_weights
        )
    )
    handle = panel.inputs._places_of_handles()[1]
    drag_by_mouse(panel.inputs.viewport(), place_of(panel.inputs, *handle), QPoint(-30, 0))
    until(lambda: first_layer(session).W[0, 1] != 0)
    W, b = first_layer(session).W[0], first_layer(session).b[0]
    assert np.hypot(*W) == pytest.approx(1, abs=1e-5)
    assert panel.inputs._places_of_handles()[0] @ W + b == pytest.approx(0, abs=1e-5)


def test_a_line_is_moved_by_keys(panel, session, until):
    set_first_layer(session, [[1, 0], [0, 1]], [0, 0], until)
    panel.inputs.setFocus()
    QTest.keyClick(panel.inputs, Qt.Key.Key_Down)
    for _ in range(2):
        QTest.keyClick(panel.inputs, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    width = np.diff(panel.inputs.box.viewRange()[0])[0]
    until(lambda: first_layer(session).b[0] == pytest.approx(-2 * width / 50, abs=1e-5))
    QTest.keyClick(panel.inputs, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    until(lambda: first_layer(session).W[0, 1] != 0)


def test_what_is_special_is_said(panel, session, until):
    set_first_layer(session, [[1, 1], [-2, -2]], [0, -50], until)
    until(lambda: "look along one line" in panel.words.text())
    assert "1 unit with activation 0 at every point: 2." in panel.words.text()
    assert panel.folded.getAxis("left").labelText == "<s>a₁[2]</s>"


def test_overflow_leaves_the_last_picture(panel, session, until):
    before = panel.carried
    huge = np.full_like(session.network.own_weights, 3e38)
    session.network.override_weights(WeightOverride(huge, "huge"))
    until(lambda: panel.words.text().endswith("overflow. Reset the network (R). The last picture stays."))
    assert panel.carried is before


def test_another_network_may_come_between_two_frames(panel, session):
    session.open_model(curve_model())
    panel.slider.setValue(0)
    panel._light(3)
    panel.widest.click()
    panel.inputs.setFocus()
    for key, modifiers in ((Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_Down, _NONE)):
        QTest.keyClick(panel.inputs, key, modifiers)
    assert panel.numbers()[0][1:3] == ("x₁", "x₂")


@pytest.mark.parametrize("sizes", [(2, 3)])
def test_without_a_hidden_layer_it_says_what_it_needs(session, show_alone):
    panel = show_alone(FoldPanel)
    assert "needs two inputs and a hidden layer" in panel.folded._hint.text()
    panel.slider.setValue(0)
    panel.play()


def test_of_a_network_that_folds_nothing_no_earlier_picture_stays(panel, session, until):
    assert panel.inputs._grid[0].isVisible()
    assert panel.inputs._regions.outlines
    session.open_model(model_of((2, 3), space=INPUTS, outputs=OUTPUTS, raster=None))
    until(lambda: panel.carried is None and "hidden layer" in panel.folded._hint.text())
    for plane in (panel.inputs, panel.folded):
        assert not any(curve.isVisible() for curve in (*plane._grid, plane._bold_line, plane._faint_lines))
        assert not plane._regions.outlines


@pytest.mark.parametrize("sizes", [(2, 5, 4, 3)])
def test_arrows_go_through_the_layers_and_directions_stay_while_it_trains(panel, session, until, monkeypatch):
    panel.folded.setFocus()
    QTest.keyClick(panel.folded, Qt.Key.Key_Right)
    until(lambda: panel.carried.values.z.shape[1] == 4)
    assert panel.layers.currentIndex() == 1
    assert "shadow of 4 units" in " ".join(panel.carried.remarks)
    kept = panel.carried.view.directions
    session.play()
    until(lambda: session.training.is_running and session.network.snapshot.step > 20)
    until(lambda: panel._weights is session.network.prediction_weights)
    assert session.training.is_running
    assert panel.carried.view.directions is kept
    session.training.pause()
    until(lambda: not session.training.is_running)
    QTest.mouseClick(panel.widest, Qt.MouseButton.LeftButton)
    panel.axes[0].setValue(4)
    until(lambda: panel.carried.view.units == (3, 1))
    assert "a₂[4]" in panel.folded.getAxis("bottom").labelText


@pytest.mark.parametrize("sizes", [(2, 2, 4, 3)])
def test_of_many_lines_that_of_the_unit_pointed_at_or_selected_stands_out(panel, session, until):
    def n_bold(plane):
        return len(plane._bold_line.xData)

    carried, folded = panel.carried, panel.folded
    assert (n_bold(panel.inputs), n_bold(folded), len(folded._straight.xData)) == (0, 0, 0)
    unit = int(carried.next_units[0])
    at = carried.next_lines[0].mean(axis=0)
    move_to(panel.inputs.viewport(), place_of(panel.inputs, *at))
    until(lambda: n_bold(folded) > 0)
    assert session.selection.pointed == (1, unit)
    assert n_bold(panel.inputs) == 2 * (carried.next_units == unit).sum()
    leave(panel.inputs.viewport())
    until(lambda: n_bold(folded) == 0)
    panel.inputs.click(place_of(panel.inputs, *at))
    until(lambda: n_bold(folded) > 0)
    assert session.selection.unit == (1, unit)
