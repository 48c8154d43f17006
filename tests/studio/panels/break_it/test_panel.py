"""The panel Break it: done, measured, alone and together, for classes and numbers, and undone at once."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.break_it.panel import BreakItPanel
from nnstudio.training.data_choices import DataChoices
from tests.studio.problems import small_source


@pytest.fixture
def panel(session, show_alone, until, request):
    source = small_source(getattr(request, "param", "classes"))
    session.take(source)
    until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
    panel = show_alone(BreakItPanel)
    until(
        lambda: panel.worker.answer is not None and len(panel.worker.answer.measures) == 1 + len(panel.kinds)
    )
    return panel


def names(panel):
    return [row.texts[0] for row in panel.table.rows]


def wait_until_done(panel, until):
    until(lambda: np.array_equal(panel._session.network.displayed_weights, panel._expected))


@pytest.mark.parametrize("panel", ["classes", "line"], indirect=True)
def test_all_that_is_ticked_is_measured_and_undone_at_once(panel, session, until):
    whole = session.network.displayed_weights
    assert all(row.texts[1] for row in panel.table.rows)
    off = next(k for k, name in enumerate(names(panel)) if name == "Output: weights off")
    panel.table.ticked.emit(off, True)
    panel.table.ticked.emit(1, True)
    wait_until_done(panel, until)
    layers = session.network.architecture.layers(session.network.displayed_weights)
    assert not layers[-1].W.any()
    assert not any(layer.b.any() for layer in layers)
    until(lambda: "→" in panel.result.text() and len(panel.worker.answer.measures) > len(panel.kinds) + 1)
    assert [row.is_ticked for row in panel.table.rows].count(True) == 2
    assert session.weight_editor.undo_stack.count() == 1
    assert session.weight_editor.undo_stack.undoText() == "broken: biases off, Output off"
    session.weight_editor.undo()
    until(lambda: np.array_equal(session.network.displayed_weights, whole))
    until(lambda: panel.damage.is_none and panel.result.text().startswith("Whole"))
    assert not panel.mend.isEnabled()


def test_rounding_of_scaled_inputs_is_no_other_network(panel, session, until):
    session.training.choose_data(DataChoices(input_scaling="standardised"))
    until(lambda: session.training.data.input_scaling == "standardised")
    # Fresh weights are those of the scaled network.
    until(lambda: session.training.run_id == getattr(session.network.snapshot, "run_id", None))
    until(lambda: len(panel.worker.answer.measures) == 1 + len(panel.kinds) and panel._drawn is not None)
    shuffled = names(panel).index("Hidden 1: weights shuffled")
    before = session.network.displayed_weights
    panel.table.ticked.emit(shuffled, True)
    until(lambda: session.network.displayed_weights is not before)
    until(lambda: "→" in panel.result.text())
    assert panel.damage.shuffled == {0}


def test_a_layer_is_off_or_shuffled(panel, session, until):
    off, shuffled = (names(panel).index(f"Output: weights {what}") for what in ("off", "shuffled"))
    last = session.network.architecture.n_layers - 1
    panel.table.ticked.emit(off, True)
    panel.table.ticked.emit(shuffled, True)
    assert (panel.damage.off, panel.damage.shuffled) == (frozenset(), {last})
    panel.table.ticked.emit(shuffled, False)
    assert panel.damage.is_none
    wait_until_done(panel, until)


def test_noise_by_the_slider_is_mended_by_its_button(panel, session, until):
    whole = session.network.displayed_weights
    panel.noise.setSliderDown(True)
    for place in (5, 10, 20):
        panel.noise.setValue(place)
    panel.noise.setSliderDown(False)
    wait_until_done(panel, until)
    assert panel.damage.noise == 1.0
    assert names(panel)[0] == "noise 100 %"
    noisy = session.network.displayed_weights
    QTest.mouseClick(panel.other, Qt.MouseButton.LeftButton)
    until(lambda: panel.worker.answer.question.seed == 1 and not panel._is_to_do)
    wait_until_done(panel, until)
    assert not np.array_equal(session.network.displayed_weights, noisy)
    assert session.weight_editor.undo_stack.count() == 1
    QTest.mouseClick(panel.mend, Qt.MouseButton.LeftButton)
    until(lambda: np.array_equal(session.network.displayed_weights, whole))


def test_training_goes_on_from_the_damage_which_is_whole_from_then_on(panel, session, until):
    panel.table.ticked.emit(names(panel).index("Output: weights off"), True)
    wait_until_done(panel, until)
    session.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and panel.damage.is_none)
    assert np.array_equal(panel.whole, session.network.displayed_weights)
    assert any("Output off" in change.text for change in session.network.snapshot.changes)
    until(lambda: len(panel.numbers()[1]) == len(panel.kinds) + 1)
    assert panel.numbers()[1][0][0] == "none"


def test_a_blow_while_training_runs_is_done_and_measured(panel, session, until):
    session.play()
    until(lambda: session.training.is_running and session.network.snapshot.step > 0)
    panel.table.ticked.emit(names(panel).index("Output: weights shuffled"), True)
    until(lambda: any("Output shuffled" in change.text for change in session.network.snapshot.changes))
    until(lambda: "→" in panel.result.text() and panel.damage.is_none)
    session.training.pause()
    until(lambda: panel.result.text().startswith("Whole") and not session.training.is_running)


def test_damage_to_the_past_branches_there_and_is_undone(panel, session, until):
    session.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    first = session.network.displayed_weights
    until(lambda: panel.whole is first and panel._drawn is not None)
    panel.table.ticked.emit(names(panel).index("Output: weights off"), True)
    wait_until_done(panel, until)
    until(lambda: len(session.history.runs.all) == 2)
    assert not session.network.architecture.layers(session.network.displayed_weights)[-1].W.any()
    assert not panel.damage.is_none
    session.weight_editor.undo()
    until(lambda: np.array_equal(session.network.displayed_weights, first))
