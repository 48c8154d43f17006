import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from nnstudio.files.model_file import load_model
from nnstudio.studio.panels.gradient.panel import BY_HAND
from nnstudio.studio.views.picture import Cell
from nnstudio.training.snapshot import RunState
from tests.studio.gestures import choose, is_warning, said, settled, stroke_by_mouse, type_into

pytestmark = pytest.mark.window(shared=True)


def test_problems_there_and_back(ready, qtbot):
    choose(ready.bar.problem, "plane-moons")
    qtbot.waitUntil(lambda: ready.input.editors.by_kind["plane"][0].isVisible())
    qtbot.waitUntil(lambda: ready.session.network.snapshot is not None)
    assert ready.bar.network.text() == "2–8–8–2"
    assert not ready.input.canvas.isVisible()
    # Nothing can be drawn in the plane, so no sentence asks for it.
    ready.actions_by_name["next-stage"].trigger()
    assert "Click in the plane first" in said(ready)
    assert ready.menus.teach.ask_class() is None
    assert "are not drawn" in said(ready)
    ready.actions_by_name["test-image"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.reading is not None)
    assert "moon" in said(ready)
    ready.grab()
    choose(ready.bar.problem, "digits-synthetic")
    qtbot.waitUntil(lambda: ready.input.canvas.isVisible())
    qtbot.waitUntil(lambda: ready.session.network.snapshot is not None)
    assert ready.session.network.architecture.n_inputs == 784
    ready.grab()


def test_the_next_entry_of_the_gradient_is_seen_where_the_panel_was_not_made_yet(ready):
    ready.actions_by_name["next-entry"].trigger()
    assert ready.panels["gradient"].choice.currentIndex() == BY_HAND


def test_a_point_stays_chosen_when_the_network_changes(ready, qtbot):
    choose(ready.bar.problem, "plane-moons")
    qtbot.waitUntil(
        lambda: (
            ready.input.editors.by_kind["plane"][0].isVisible() and ready.session.network.snapshot is not None
        )
    )
    ready.session.input.choose_point((0.25, -0.5))
    qtbot.waitUntil(lambda: ready.session.network.reading is not None)
    type_into(ready.bar.network, "5")
    settled(ready, qtbot)
    qtbot.waitUntil(
        lambda: ready.session.network.reading is not None and len(ready.session.network.reading.a[0]) == 5
    )
    np.testing.assert_allclose(ready.session.network.reading.x, [0.25, -0.5])
    assert ready.input.editors.by_kind["plane"][0].plot.probe == pytest.approx((0.25, -0.5))
    ready.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.reading is None)


# Drawing


def test_a_test_image_lies_on_the_canvas_and_is_read(ready, qtbot):
    ready.actions_by_name["test-image"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.reading is not None)
    image = ready.session.input.content.pixels
    np.testing.assert_array_equal(ready.session.network.reading.x, image.ravel())
    samples = ready.session.training.problem.test.inputs()
    matches = np.flatnonzero((samples == image.ravel()).all(axis=1))
    label = ready.session.training.problem.test.labels[matches[0]]
    assert said(ready) == f"A sample of the test set, labelled {label}."


def test_what_lies_on_the_canvas_is_said_although_the_data_came_first(window, qtbot):
    window.actions_by_name["test-image"].trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    assert said(window).startswith("A sample of the test set")


def test_undo_and_redo_can_be_pressed_when_they_do_something(window):
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert not undo.isEnabled()
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    assert undo.isEnabled()
    undo.trigger()
    assert redo.isEnabled()
    redo.trigger()
    assert len(window.session.input.strokes) == 1


def test_clear_wipes_and_undo_brings_it_back(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is None)
    assert window.input.answer.text() == ""
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.session.network.reading is not None)


def test_pen_and_eraser_are_one_or_the_other(window):
    pen, eraser = window.actions_by_name["pen"], window.actions_by_name["eraser"]
    assert (pen.isChecked(), eraser.isChecked()) == (True, False)
    for action, state in ((eraser, (False, True)), (eraser, (True, False)), (pen, (True, False))):
        action.trigger()
        assert (pen.isChecked(), eraser.isChecked()) == state
        assert window.session.input.erasing == state[1]


def test_the_pens_width_by_keys_and_slider(window):
    document = window.session.input
    width = document.pen_width
    window.actions_by_name["wider"].trigger()
    assert document.pen_width > width
    assert window.input.slider.value() == round(1000 * document.pen_width)
    for _ in range(30):
        window.actions_by_name["narrower"].trigger()
    window.input.slider.setValue(100)
    assert document.pen_width == pytest.approx(0.1)


# Looking


@pytest.mark.parametrize(
    "name",
    ["loss", "accuracy", "templates", "activations", "weights"],
)
def test_each_view_can_be_called_up_and_is_then_up_to_date(ready, qtbot, name):
    stroke_by_mouse(ready.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    ready.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.snapshot.step == 1)
    ready.dock_area.bring_forward("accuracy" if name == "loss" else "loss")
    ready.dock_area.bring_forward("weights" if name == "templates" else "templates")
    qtbot.waitUntil(lambda: name not in ready.frame_updates._seen)
    frames = ready.frame_timer.frames
    ready.panel_actions[name].trigger()
    panel = ready.panels[name]
    qtbot.waitUntil(lambda: ready.frame_timer.frames > frames)
    panel.widget.grab()
    if name == "weights":
        for shown, layer in zip(
            panel.picture.images,
            ready.session.network.architecture.layers(ready.session.network.displayed_weights),
            strict=True,
        ):
            np.testing.assert_array_equal(shown.tiles[0], layer.W)
    if name == "templates":
        assert np.shares_memory(panel.widget.images[0].tiles, ready.session.network.displayed_weights)


def test_a_chosen_neuron_is_explained_and_marked_everywhere(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    inspector = window.panels["inspector"].widget
    network, templates = window.panels["network"].widget, window.panels["templates"].mosaic
    templates.picture.clicked.emit(Cell(0, 3, 0, 0))
    qtbot.waitUntil(lambda: inspector.title.text() == "Neuron 4 of hidden 1")
    assert inspector.subject.z == pytest.approx(inspector.subject.terms.z, abs=1e-4)
    assert templates._selected == 3
    network.unit_clicked.emit(2, 7)
    qtbot.waitUntil(lambda: inspector.title.text() == "Output for 7")
    assert templates._selected is None
    window.session.selection.clear()
    qtbot.waitUntil(lambda: inspector.title.text() == "Input")


def test_full_screen_and_back(window, qtbot):
    window.actions_by_name["full-screen"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    window.actions_by_name["full-screen"].trigger()
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_a_click_on_the_network_before_selects_nothing(window, qtbot):
    window.bar.network_edited.emit("3")
    network, templates = window.panels["network"].widget, window.panels["templates"].widget
    for clicked, place in (
        (network.unit_clicked, (2, 9)),
        (network.unit_clicked, (0, 11)),
        (templates.clicked, (Cell(0, 11, 0, 0),)),
    ):
        clicked.emit(*place)
        assert window.session.selection.unit is None
    window.dock_area.bring_forward("weights")
    window.grab()


# Training, by keys


def test_space_trains_and_pauses(window, qtbot):
    window.activateWindow()
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.training.is_running and window.session.network.snapshot.step > 0)
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.training.state is RunState.PAUSED)
    assert "Paused at step" in said(window)


@pytest.mark.window(shared=False)
def test_escape_gives_up_loading(window, qtbot, monkeypatch, digits):
    from nnstudio.studio.session import problem_sources

    def load(name, *, progress):
        while True:
            progress(1, 10)

    monkeypatch.setattr(problem_sources, "load_problem", load)
    choose(window.bar.problem, "plane-moons")
    qtbot.waitUntil(lambda: "10 %" in said(window))
    assert "Esc cancels" in said(window)
    window.activateWindow()
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Escape)
    assert "cancelled" in said(window)
    assert window.bar.problem.currentData() == "digits-synthetic"
    assert window.session.network.problem_name == "digits-synthetic"


def test_divergence_is_said_in_the_window(ready, qtbot):
    choose(ready.bar.optimiser, "sgd")
    type_into(ready.bar.learning_rate, "1e30")
    ready.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: ready.session.training.state is RunState.DIVERGED)
    assert is_warning(ready)
    qtbot.waitUntil(lambda: "learning rate of" in said(ready))
    ready.grab()


# Files


def test_saving_by_the_menu(ready, tmp_path, monkeypatch):
    path = tmp_path / "mine.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    ready.actions_by_name["save"].trigger()
    assert said(ready) == f"Saved {path}."
    np.testing.assert_array_equal(load_model(path).theta, ready.session.network.displayed_weights)


def test_what_cannot_be_saved_is_said(ready, tmp_path, monkeypatch):
    for name in ("save", "save-drawing"):
        path = tmp_path / "none" / "file"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        ready.actions_by_name[name].trigger()
        assert is_warning(ready)
        assert said(ready).endswith("Nothing was overwritten.")


def test_a_file_dialog_that_is_cancelled_does_nothing(ready, monkeypatch):
    before = said(ready)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    for name in ("save", "save-drawing", "open"):
        ready.actions_by_name[name].trigger()
    assert said(ready) == before


def test_an_input_of_a_problem_before_is_not_laid_on_the_canvas(window):
    before = window.session.input.content.pixels
    window.session.input.show_sample(np.zeros(2, np.float32), "A point of the plane.")
    assert window.session.input.content.pixels is before
