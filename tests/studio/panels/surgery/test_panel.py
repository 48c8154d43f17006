import numpy as np
import pytest
from PySide6.QtCore import Qt

from nnstudio.engine.architecture import Architecture
from nnstudio.files.model_file import Model
from nnstudio.studio.panels.surgery.panel import SurgeryPanel
from nnstudio.studio.panels.surgery.worker import CURVE_SHARES
from tests.studio.gestures import turn_wheel
from tests.studio.plots import check_navigation, drag, place_of, read_out
from tests.studio.problems import SPACES, small_source


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    part = show_alone(SurgeryPanel)
    until(lambda: part.probe.now is not None and part.probe.pruner is not None)
    return part


def weights(session):
    return session.network.displayed_weights


def wait_for_change(until, session, before):
    until(lambda: not np.array_equal(weights(session), before))


def test_a_unit_is_silenced_and_heard_again(session, part, until):
    before = weights(session)
    session.selection.select(0, 5)
    part.units.silence_unit()
    wait_for_change(until, session, before)
    layers = session.network.architecture.layers(weights(session))
    assert not layers[1].W[:, 5].any()
    assert np.count_nonzero(weights(session) != before) == 8
    until(lambda: "→" in part.result.text())
    until(lambda: any("silenced" in change.text for change in session.network.snapshot.changes))
    session.weight_editor.undo()
    until(lambda: np.array_equal(weights(session), before))
    session.weight_editor.redo()
    until(lambda: not session.network.architecture.layers(weights(session))[1].W[:, 5].any())


def test_silencing_needs_a_hidden_unit_that_is_heard(session, part):
    for unit in (None, (2, 3)):
        session.selection.clear() if unit is None else session.selection.select(*unit)
        part.units.silence_unit()
        assert "Select a hidden unit" in session.sentences[-1][0]
    assert not session.weight_editor.undo_stack.count()


def test_there_is_no_number_where_no_unit_is_selected(session, part, until):
    row = part.units.bias
    session.selection.clear()
    until(lambda: row.number.text() == "–")
    assert not row.isEnabled()
    muted = row.slider.grab().toImage()
    session.selection.select(0, 5)
    bias = float(session.network.architecture.layers(weights(session))[0].b[5])
    until(lambda: row.number.text() == f"{bias:.4f}")
    assert row.isEnabled()
    assert row.slider.grab().toImage() != muted


def test_what_is_silenced_stays_so_in_training_unless_it_is_let_go(session, part, until):
    session.selection.select(0, 2)
    before = weights(session)
    part.units.silence_unit()
    wait_for_change(until, session, before)
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0)
    assert not session.network.architecture.layers(weights(session))[1].W[:, 2].any()
    part.hold.click()
    session.selection.select(0, 3)
    before = weights(session)
    part.units.silence_unit()
    wait_for_change(until, session, before)
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 2.0)
    layers = session.network.architecture.layers(weights(session))
    assert layers[1].W[:, 3].any()
    assert not layers[1].W[:, 2].any()


def test_a_dragged_bias_is_one_step_to_undo(session, part, until):
    before = weights(session)
    session.selection.select(1, 4)
    until(lambda: part.units.bias.isEnabled())
    row = part.units.bias
    row.slider.setSliderDown(True)
    for place in (100, 300, -500):
        row.slider.setValue(place)
    row.slider.setSliderDown(False)
    wait_for_change(until, session, before)
    place = session.network.architecture.coordinate("layers.1.bias", 4)
    value = np.float32(row.number.value())
    until(lambda: abs(weights(session)[place] - value) < 1e-3)
    assert np.flatnonzero(weights(session) != before).tolist() == [place]
    assert session.weight_editor.undo_stack.count() == 1
    session.weight_editor.undo_stack.undo()
    until(lambda: np.array_equal(weights(session), before))


def test_a_weight_is_typed_and_keys_of_one_knob_are_one_step(session, part, until, qtbot):
    before = weights(session)
    session.selection.select(0, 1, 300)
    until(lambda: part.units.weight.isEnabled())
    row = part.units.weight
    row.number.setValue(0.75)
    place = session.network.architecture.coordinate("layers.0.weight", 1, 300)
    until(lambda: weights(session)[place] == np.float32(0.75))
    for _ in range(3):
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert session.weight_editor.undo_stack.count() == 1
    session.weight_editor.undo_stack.undo()
    until(lambda: np.array_equal(weights(session), before))


def test_the_slider_cuts_and_gives_back(session, part, until):
    before = weights(session)
    part.cuts.kind.setCurrentIndex(2)
    part.cuts.kind.activated.emit(2)
    until(lambda: part.probe.pruner is not None)
    part.cuts.share.setValue(100)
    wait_for_change(until, session, before)
    n = 784 * 12 + 12 * 8 + 8 * 10
    assert np.count_nonzero(weights(session) != before) == n // 2
    assert part.cuts.count.text().startswith(f"{n // 2:,}".replace(",", "\u2009"))
    until(lambda: len(part.probe.curve) == 21)
    part.cuts.share.setValue(0)
    until(lambda: np.array_equal(weights(session), before))


def test_the_line_in_the_plot_cuts_as_one_step_to_undo(session, part, until):
    before, plot = weights(session), part.cuts.plot
    until(lambda: len(part.probe.curve) == 21 and plot.slider_line.isVisible())
    plot.grab()
    check_navigation(plot)
    drag(plot, place_of(plot, 0), place_of(plot, 50))
    assert part.cuts.share.value() == pytest.approx(100, abs=2)
    wait_for_change(until, session, before)
    assert session.weight_editor.undo_stack.count() == 1
    assert plot._dot.getData()[0] == [part.cuts.share.value() / 2]
    session.weight_editor.undo()
    until(lambda: np.array_equal(weights(session), before))


def test_the_plot_tells_and_saves_what_was_measured(part, until):
    plot, curve = part.cuts.plot, ()
    until(lambda: len(part.probe.curve) == 21)
    curve = part.probe.curve
    columns, rows = part.numbers()
    assert columns == ("taken away (%)", "accuracy (%)")
    np.testing.assert_allclose(rows, 100 * np.stack((CURVE_SHARES, curve), axis=1))
    told = float(read_out(plot, 50).split("accuracy ")[1].rstrip(" %"))
    # The pixel is not exactly at 50 %.
    assert told == pytest.approx(100 * curve[10], abs=0.5)
    turn_wheel(plot.viewport(), 240)
    part.show_all()
    assert plot.is_fitted


def test_a_network_without_data_at_hand_can_be_operated_on(session, show_alone, until):
    before = weights(session)
    part = show_alone(SurgeryPanel)
    session.selection.select(0, 5)
    part.units.silence_unit()
    assert np.count_nonzero(weights(session) != before) == 8
    changed = weights(session).copy()
    until(lambda: session.network.snapshot is not None)
    assert np.array_equal(weights(session), changed)
    until(lambda: "→" in part.result.text())


def test_an_operation_on_the_past_branches_there_and_can_be_undone(session, part, until):
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    before = session.network.displayed_weights
    session.selection.select(0, 5)
    part.units.silence_unit()
    assert session.network.past is None
    wait_for_change(until, session, before)
    until(lambda: len(session.history.runs.all) == 2)
    assert session.weight_editor.undo_stack.count() == 1
    assert np.count_nonzero(weights(session) != before) == 8
    session.weight_editor.undo()
    until(lambda: np.array_equal(weights(session), before))


def test_undo_in_the_past_undoes_in_the_network_itself(session, part, until):
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    before = weights(session)
    session.selection.select(0, 5)
    part.units.silence_unit()
    wait_for_change(until, session, before)
    session.history.look_at_first()
    session.weight_editor.undo()
    assert session.network.past is None
    until(lambda: np.array_equal(weights(session), before))
    assert len(session.history.runs.all) == 1
    assert session.weight_editor.undo_stack.canRedo()


def test_a_past_that_cannot_be_gone_on_from_is_not_operated_on(session, part, until):
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    session.history.run.problem_name = "another"
    session.selection.select(1, 4)
    until(lambda: part.units.bias.isEnabled())
    before, row = weights(session), part.units.bias
    row.slider.setSliderDown(True)
    row.slider.setValue(100)
    row.slider.setSliderDown(False)
    assert "cannot go on" in session.sentences[-1][0]
    assert weights(session) is before
    assert not session.weight_editor.undo_stack.count()


def test_the_keys_of_an_operation_in_the_window(ready, qtbot):
    session, actions = ready.session, ready.actions_by_name
    actions["silence"].trigger()
    assert "Select a hidden unit" in ready.status.message.text()
    before = weights(session)
    session.selection.select(0, 5)
    actions["silence"].trigger()
    assert ready.panels["surgery"].widget.isVisible()
    qtbot.waitUntil(lambda: not np.array_equal(weights(session), before))
    actions["undo-operation"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(weights(session), before))
    actions["redo-operation"].trigger()
    qtbot.waitUntil(lambda: not session.network.architecture.layers(weights(session))[1].W[:, 5].any())
    # Another network has no operations.
    assert actions["undo-operation"].isEnabled()
    session.training.reset(new_seed=True)
    assert not actions["undo-operation"].isEnabled()
    assert ready.panels["surgery"].cuts.share.value() == 0


def test_a_network_without_errors_has_a_curve_of_its_measure(session, show_alone, until):
    inputs, outputs = SPACES["line"]
    identity = Architecture((1, 1), ("identity",))
    theta = np.array([1.0, 0.0], np.float32)
    source = small_source("line")
    session.take(source)
    until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
    session.open_model(Model(identity, theta, inputs, outputs, None, {}, "exact"))
    part = show_alone(SurgeryPanel)
    until(lambda: len(part.probe.curve) == 21)
    assert part.probe.curve[0] == 0.0 < part.probe.curve[-1]
    until(lambda: part.result.text() == "Test set: RMSE 0")
    assert part.cuts.plot.getAxis("left").labelText == "RMSE"
    part.cuts.plot.show_curve((0.0, 1.0), (0.0, 0.0), 0.0, "")
    part.cuts.plot.grab()


def test_a_number_typed_for_a_unit_that_is_selected_no_more_changes_nothing(session, part):
    before = weights(session)
    session.selection.select(0, 5)
    session.selection.clear()
    for row in (part.units.bias, part.units.weight):
        row.typed.emit(0.5)
    assert weights(session) is before
    session.selection.select(0, 5)
    part.units.weight.typed.emit(0.5)
    assert weights(session) is before, "of no weight of the unit"
