import numpy as np
import pytest
from PySide6.QtCore import Qt

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def part(ready, qtbot):
    ready.show_panel("surgery")
    part = ready.panels["surgery"]
    qtbot.waitUntil(lambda: part.probe.now is not None and part.probe.pruner is not None)
    return part


def weights(window):
    return window.session.network.displayed_weights


def wait_for_change(qtbot, window, before):
    qtbot.waitUntil(lambda: not np.array_equal(weights(window), before))


def test_a_unit_is_silenced_and_heard_again(ready, part, qtbot):
    before = weights(ready)
    ready.session.selection.select(0, 5)
    ready.actions_by_name["silence"].trigger()
    wait_for_change(qtbot, ready, before)
    layers = ready.session.network.architecture.layers(weights(ready))
    assert not layers[1].W[:, 5].any()
    assert np.count_nonzero(weights(ready) != before) == 8
    qtbot.waitUntil(lambda: "→" in part.result.text())
    qtbot.waitUntil(
        lambda: any("silenced" in change.text for change in ready.session.network.snapshot.changes)
    )
    ready.actions_by_name["undo-operation"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))
    ready.actions_by_name["redo-operation"].trigger()
    qtbot.waitUntil(lambda: not ready.session.network.architecture.layers(weights(ready))[1].W[:, 5].any())


def test_silencing_needs_a_hidden_unit_that_is_heard(ready, part, qtbot):
    for unit in (None, (2, 3)):
        ready.session.selection.clear() if unit is None else ready.session.selection.select(*unit)
        ready.actions_by_name["silence"].trigger()
        assert "Select a hidden unit" in ready.status.message.text()
    assert not ready.session.weight_editor.undo_stack.count()


def test_what_is_silenced_stays_so_in_training_unless_it_is_let_go(ready, part, qtbot):
    ready.session.selection.select(0, 2)
    before = weights(ready)
    part.units.silence_unit()
    wait_for_change(qtbot, ready, before)
    ready.session.training.step_epoch()
    qtbot.waitUntil(lambda: ready.session.network.snapshot.epoch == 1.0)
    assert not ready.session.network.architecture.layers(weights(ready))[1].W[:, 2].any()
    part.hold.click()
    ready.session.selection.select(0, 3)
    before = weights(ready)
    part.units.silence_unit()
    wait_for_change(qtbot, ready, before)
    ready.session.training.step_epoch()
    qtbot.waitUntil(lambda: ready.session.network.snapshot.epoch == 2.0)
    layers = ready.session.network.architecture.layers(weights(ready))
    assert layers[1].W[:, 3].any()
    assert not layers[1].W[:, 2].any()


def test_a_dragged_bias_is_one_step_to_undo(ready, part, qtbot):
    before = weights(ready)
    ready.session.selection.select(1, 4)
    qtbot.waitUntil(lambda: part.units.bias.isEnabled())
    row = part.units.bias
    row.slider.setSliderDown(True)
    for place in (100, 300, -500):
        row.slider.setValue(place)
    row.slider.setSliderDown(False)
    wait_for_change(qtbot, ready, before)
    place = ready.session.network.architecture.coordinate("layers.1.bias", 4)
    value = np.float32(row.number.value())
    qtbot.waitUntil(lambda: abs(weights(ready)[place] - value) < 1e-3)
    assert np.flatnonzero(weights(ready) != before).tolist() == [place]
    assert ready.session.weight_editor.undo_stack.count() == 1
    ready.session.weight_editor.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))


def test_a_weight_is_typed_and_keys_of_one_knob_are_one_step(ready, part, qtbot):
    before = weights(ready)
    ready.session.selection.select(0, 1, 300)
    qtbot.waitUntil(lambda: part.units.weight.isEnabled())
    row = part.units.weight
    row.number.setValue(0.75)
    place = ready.session.network.architecture.coordinate("layers.0.weight", 1, 300)
    qtbot.waitUntil(lambda: weights(ready)[place] == np.float32(0.75))
    for _ in range(3):
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert ready.session.weight_editor.undo_stack.count() == 1
    ready.session.weight_editor.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))


def test_the_slider_cuts_and_gives_back(ready, part, qtbot):
    before = weights(ready)
    part.cuts.kind.setCurrentIndex(2)
    part.cuts.kind.activated.emit(2)
    qtbot.waitUntil(lambda: part.probe.pruner is not None)
    part.cuts.share.setValue(100)
    wait_for_change(qtbot, ready, before)
    n = 784 * 12 + 12 * 8 + 8 * 10
    assert np.count_nonzero(weights(ready) != before) == n // 2
    assert part.cuts.count.text().startswith(f"{n // 2:,}".replace(",", "\u2009"))
    qtbot.waitUntil(lambda: len(part.probe.curve) == 21)
    part.cuts.share.setValue(0)
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))


def test_another_network_has_no_operations(ready, part, qtbot):
    ready.session.selection.select(0, 5)
    part.units.silence_unit()
    assert ready.actions_by_name["undo-operation"].isEnabled()
    ready.session.training.reset(new_seed=True)
    assert not ready.actions_by_name["undo-operation"].isEnabled()
    assert part.cuts.share.value() == 0


def test_a_network_without_data_at_hand_can_be_operated_on(window, qtbot):
    before = weights(window)
    window.show_panel("surgery")
    window.session.selection.select(0, 5)
    window.panels["surgery"].units.silence_unit()
    assert np.count_nonzero(weights(window) != before) == 8
    changed = weights(window).copy()
    qtbot.waitUntil(lambda: window.session.network.snapshot is not None)
    assert np.array_equal(weights(window), changed)
    qtbot.waitUntil(lambda: "→" in window.panels["surgery"].result.text())


def test_an_operation_on_the_past_branches_there_and_can_be_undone(ready, part, qtbot):
    session = ready.session
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    before = session.network.displayed_weights
    ready.session.selection.select(0, 5)
    part.units.silence_unit()
    assert session.network.past is None
    wait_for_change(qtbot, ready, before)
    qtbot.waitUntil(lambda: len(session.history.runs.all) == 2)
    assert ready.session.weight_editor.undo_stack.count() == 1
    assert np.count_nonzero(weights(ready) != before) == 8
    ready.actions_by_name["undo-operation"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))


def test_undo_in_the_past_undoes_in_the_network_itself(ready, part, qtbot):
    session = ready.session
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    before = weights(ready)
    ready.session.selection.select(0, 5)
    part.units.silence_unit()
    wait_for_change(qtbot, ready, before)
    session.history.look_at_first()
    ready.actions_by_name["undo-operation"].trigger()
    assert session.network.past is None
    qtbot.waitUntil(lambda: np.array_equal(weights(ready), before))
    assert len(session.history.runs.all) == 1
    assert ready.session.weight_editor.undo_stack.canRedo()


def test_a_past_that_cannot_be_gone_on_from_is_not_operated_on(ready, part, qtbot):
    session = ready.session
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    session.history.run.problem_name = "another"
    ready.session.selection.select(1, 4)
    qtbot.waitUntil(lambda: part.units.bias.isEnabled())
    before, row = weights(ready), part.units.bias
    row.slider.setSliderDown(True)
    row.slider.setValue(100)
    row.slider.setSliderDown(False)
    assert "cannot go on" in ready.status.message.text()
    assert weights(ready) is before
    assert not ready.session.weight_editor.undo_stack.count()
