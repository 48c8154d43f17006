import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from nnstudio.insight.one_step import Phase
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.panels.training_step.panel import TrainingStepPanel
from nnstudio.studio.panels.training_step.rows import stage_table
from nnstudio.studio.session.step_values import StepValues
from nnstudio.studio.views.network.scene import UnitAddress
from tests.studio.gestures import choose, write_stroke
from tests.studio.networks import show_difference


@pytest.fixture
def scene(show_alone):
    """Return what the panel of the network paints."""
    return show_alone(NetworkPanel, (700, 400)).widget.scene


@pytest.fixture
def part(session, scene, show_alone, until):
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: session.network.reading is not None)
    session.stepper.go(1)
    part = show_alone(TrainingStepPanel)
    until(lambda: part.heading.text().startswith("1 of 9"))
    return part


def go_to(session, part, until, place):
    while session.stepper.place[0] != place:
        session.stepper.go(1 if session.stepper.place[0] < place else -1)
    until(lambda: part.heading.text().startswith(f"{place} of 9"))


def test_a_step_needs_an_input(session):
    session.stepper.go(1)
    assert "Draw something first" in session.sentences[-1][0]
    assert session.stepper.stage is None


def test_going_forward_shows_as_much_as_is_reached(session, scene, part, until):
    until(lambda: isinstance(scene.reading, StepValues))
    shown = scene.reading
    assert shown.a[0].any()
    assert not shown.a[1].any()
    assert not shown.outputs.any()
    assert scene.card(UnitAddress(1, 0))[1] == "not reached yet"
    go_to(session, part, until, 3)
    np.testing.assert_array_equal(session.stepper.picture.outputs, session.network.reading.outputs)


def test_going_back_shows_deltas_and_the_gradient_on_edges(session, scene, part, until):
    go_to(session, part, until, 7)
    picture, step = session.stepper.picture, session.stepper.step
    assert (picture.stage.phase, picture.stage.layer) == (Phase.BACKWARD, 0)
    for k, W in enumerate(picture.weights):
        gradient = np.outer(step.slopes.z[k], step.reading.into(k))
        np.testing.assert_allclose(W * picture.into(k), gradient, rtol=1e-6)
        np.testing.assert_array_equal(picture.a[k], step.slopes.z[k])
    tile = session.stepper.tiles(picture, {})[0][3]
    np.testing.assert_allclose(tile.ravel(), step.slopes.z[0][3] * step.reading.x, rtol=1e-6)
    until(lambda: scene.reading is picture)
    assert "∂L/∂z" in scene.card(UnitAddress(0, 3))[1]
    session.stepper.go(-1)
    assert not session.stepper.picture.a[0].any()


def test_the_step_on_show_is_the_step_that_is_taken_and_taken_back(session, part, until):
    go_to(session, part, until, 9)
    before, after = session.network.displayed_weights, session.stepper.step.theta_after
    loss = session.stepper.step.slopes_after.loss
    assert loss < session.stepper.step.slopes.loss
    session.stepper.take()
    until(lambda: np.array_equal(session.network.displayed_weights, after))
    until(lambda: abs(session.stepper.step.slopes.loss - loss) < 1e-6)
    session.weight_editor.undo()
    until(lambda: np.array_equal(session.network.displayed_weights, before))


def test_another_true_class_has_another_loss(session, part, until):
    first = session.stepper.step
    wanted = (first.answer + 3) % 10
    choose(part.answer.classes, wanted)
    assert session.stepper.step.answer == wanted
    assert session.stepper.step.slopes.loss != first.slopes.loss
    until(lambda: part.heading.text().endswith(f"true class {wanted}"))


def test_the_step_follows_the_pen_and_leaves_with_the_input(session, scene, part, until):
    go_to(session, part, until, 2)
    first = session.stepper.step
    write_stroke(session.input, [(0.8, 0.2), (0.2, 0.8)])
    until(lambda: session.stepper.step is not first)
    assert session.stepper.place == (2, 9)
    session.input.clear()
    until(lambda: session.stepper.stage is None)
    until(lambda: scene.reading is None)


def test_the_network_is_as_it_is_while_the_step_cannot_be_seen(session, scene, part, until):
    until(lambda: isinstance(scene.reading, StepValues))
    part.widget.hide()
    until(lambda: scene.reading is session.network.reading)
    part.widget.show()
    until(lambda: isinstance(scene.reading, StepValues))
    session.stepper.leave()
    until(lambda: scene.reading is session.network.reading)


def test_every_stage_has_numbers_and_a_row_selects_its_unit(session, part, qtbot):
    step, config = session.stepper.step, session.network.config
    names = [f"layer {k}" for k in range(4)]
    for stage in step.stages:
        table = stage_table(step, stage, names, session.network.output_space, config.loss)
        assert table.rows
        assert all(len(row.numbers) == len(table.columns) for row in table.rows)
    item = part.table.visualItemRect(part.table.item(2, 0)).center()
    qtbot.mouseClick(part.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(item))
    assert session.selection.unit is not None
    assert session.selection.unit[0] == 0


def test_the_step_is_the_network_s_where_a_difference_is_displayed(session, part, until):
    before, reading = session.stepper.step, session.network.reading
    show_difference(session)
    until(lambda: session.network.reading is not reading)
    until(lambda: session.stepper.step is not before)
    assert session.stepper.step.theta is session.network.own_weights
    np.testing.assert_array_equal(session.stepper.step.reading.outputs, reading.outputs)


def test_the_keys_of_a_step_in_the_window(window, qtbot):
    session, actions = window.session, window.actions_by_name
    actions["next-stage"].trigger()
    assert "Draw something first" in window.status.message.text()
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: session.network.reading is not None)
    actions["next-stage"].trigger()
    part = window.panels["step"]
    qtbot.waitUntil(lambda: part.heading.text().startswith("1 of 9"))
    assert part.widget.isVisible()
    actions["next-stage"].trigger()
    actions["previous-stage"].trigger()
    assert session.stepper.place == (1, 9)
    before, after = session.network.displayed_weights, session.stepper.step.theta_after
    actions["take-step"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(session.network.displayed_weights, after))
    actions["undo-operation"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(session.network.displayed_weights, before))
    actions["leave-step"].trigger()
    assert session.stepper.stage is None
