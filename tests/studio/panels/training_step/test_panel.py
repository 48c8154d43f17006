import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from nnstudio.insight.one_step import Phase
from nnstudio.studio.panels.network.scene import UnitAddress
from nnstudio.studio.panels.training_step.rows import stage_table
from nnstudio.studio.session.step_values import StepValues
from tests.studio.gestures import choose, stroke_by_mouse
from tests.studio.networks import show_difference

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def part(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    window.actions_by_name["next-stage"].trigger()
    qtbot.waitUntil(lambda: window.panels["step"].heading.text().startswith("1 of 9"))
    return window.panels["step"]


def go_to(window, part, qtbot, place):
    while window.session.stepper.place[0] != place:
        name = "next-stage" if window.session.stepper.place[0] < place else "previous-stage"
        window.actions_by_name[name].trigger()
    qtbot.waitUntil(lambda: part.heading.text().startswith(f"{place} of 9"))


def scene(window):
    return window.panels["network"].widget.scene


def test_a_step_needs_an_input(window):
    window.actions_by_name["next-stage"].trigger()
    assert "Draw something first" in window.status.message.text()
    assert window.session.stepper.stage is None


def test_going_forward_shows_as_much_as_is_reached(window, part, qtbot):
    qtbot.waitUntil(lambda: isinstance(scene(window).reading, StepValues))
    shown = scene(window).reading
    assert shown.a[0].any()
    assert not shown.a[1].any()
    assert not shown.outputs.any()
    assert scene(window).card(UnitAddress(1, 0))[1] == "not reached yet"
    go_to(window, part, qtbot, 3)
    np.testing.assert_array_equal(
        window.session.stepper.picture.outputs, window.session.network.reading.outputs
    )


def test_going_back_shows_deltas_and_the_gradient_on_edges(window, part, qtbot):
    go_to(window, part, qtbot, 7)
    picture, step = window.session.stepper.picture, window.session.stepper.step
    assert (picture.stage.phase, picture.stage.layer) == (Phase.BACKWARD, 0)
    for k, W in enumerate(picture.weights):
        gradient = np.outer(step.slopes.z[k], step.reading.into(k))
        np.testing.assert_allclose(W * picture.into(k), gradient, rtol=1e-6)
        np.testing.assert_array_equal(picture.a[k], step.slopes.z[k])
    tile = window.session.stepper.tiles(picture, {})[0][3]
    np.testing.assert_allclose(tile.ravel(), step.slopes.z[0][3] * step.reading.x, rtol=1e-6)
    qtbot.waitUntil(lambda: scene(window).reading is picture)
    assert "∂L/∂z" in scene(window).card(UnitAddress(0, 3))[1]
    window.actions_by_name["previous-stage"].trigger()
    assert not window.session.stepper.picture.a[0].any()


def test_the_step_on_show_is_the_step_that_is_taken_and_taken_back(window, part, qtbot):
    go_to(window, part, qtbot, 9)
    before, after = window.session.network.displayed_weights, window.session.stepper.step.theta_after
    loss = window.session.stepper.step.slopes_after.loss
    assert loss < window.session.stepper.step.slopes.loss
    window.actions_by_name["take-step"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.session.network.displayed_weights, after))
    qtbot.waitUntil(lambda: abs(window.session.stepper.step.slopes.loss - loss) < 1e-6)
    window.actions_by_name["undo-operation"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.session.network.displayed_weights, before))


def test_another_true_class_has_another_loss(window, part, qtbot):
    first = window.session.stepper.step
    wanted = (first.label + 3) % 10
    choose(part.label, wanted)
    assert window.session.stepper.step.label == wanted
    assert window.session.stepper.step.slopes.loss != first.slopes.loss
    qtbot.waitUntil(lambda: part.heading.text().endswith(f"true class {wanted}"))


def test_the_step_follows_the_pen_and_leaves_with_the_input(window, part, qtbot):
    go_to(window, part, qtbot, 2)
    first = window.session.stepper.step
    stroke_by_mouse(window.input.canvas, [(0.8, 0.2), (0.2, 0.8)])
    qtbot.waitUntil(lambda: window.session.stepper.step is not first)
    assert window.session.stepper.place == (2, 9)
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: window.session.stepper.stage is None)
    qtbot.waitUntil(lambda: scene(window).reading is None)


def test_the_network_is_as_it_is_while_the_step_cannot_be_seen(window, part, qtbot):
    qtbot.waitUntil(lambda: isinstance(scene(window).reading, StepValues))
    window.show_panel("inspector")
    qtbot.waitUntil(lambda: scene(window).reading is window.session.network.reading)
    window.show_panel("step")
    qtbot.waitUntil(lambda: isinstance(scene(window).reading, StepValues))
    window.actions_by_name["leave-step"].trigger()
    qtbot.waitUntil(lambda: scene(window).reading is window.session.network.reading)


def test_every_stage_has_numbers_and_a_row_selects_its_unit(window, part, qtbot):
    step, config = window.session.stepper.step, window.session.network.config
    names = [f"layer {k}" for k in range(4)]
    for stage in step.stages:
        table = stage_table(step, stage, names, window.session.network.output_space.class_names, config.loss)
        assert table.rows
        assert all(len(row.numbers) == len(table.columns) for row in table.rows)
    item = part.numbers.visualItemRect(part.numbers.item(2, 0)).center()
    qtbot.mouseClick(part.numbers.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(item))
    assert window.session.selection.unit is not None
    assert window.session.selection.unit[0] == 0


def test_the_step_is_the_network_s_where_a_difference_is_displayed(window, part, qtbot):
    before, reading = window.session.stepper.step, window.session.network.reading
    show_difference(window.session)
    qtbot.waitUntil(lambda: window.session.network.reading is not reading)
    qtbot.waitUntil(lambda: window.session.stepper.step is not before)
    assert window.session.stepper.step.theta is window.session.network.own_weights
    np.testing.assert_array_equal(window.session.stepper.step.reading.outputs, reading.outputs)
