import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from nnstudio.engine.architecture import ArchitectureError
from nnstudio.files.model_file import load_model
from nnstudio.studio.commands import parse_network
from nnstudio.training.config import ConfigError
from nnstudio.training.snapshot import RunState
from tests.studio.gestures import is_warning, said, stroke_by_mouse


def choose(box, data):
    """Choose an entry of a list as a mouse would."""
    index = box.findData(data)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def type_into(field, text):
    line = field if hasattr(field, "selectAll") else field.lineEdit()
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def settled(window, qtbot):
    """Wait until the run on show is the one asked for last."""
    qtbot.waitUntil(lambda: window.session.trainer.latest.run_id == window.session._run_id)
    qtbot.waitUntil(lambda: window.session.snapshot is window.session.trainer.latest)


# The bar


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "identity"])
def test_an_activation_makes_a_fresh_network(ready, qtbot, name):
    choose(ready.bar.activation, name)
    settled(ready, qtbot)
    assert ready.session.architecture.activations == (name, name, "softmax")
    assert ready.session.config == ready.session.snapshot.config


@pytest.mark.parametrize("name", ["squared_error", "cross_entropy"])
def test_a_loss(ready, qtbot, name):
    choose(ready.bar.loss, name)
    settled(ready, qtbot)
    assert ready.session.snapshot.config.loss == name


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_an_optimiser(ready, qtbot, name):
    theta = ready.session.theta
    choose(ready.bar.optimiser, name)
    settled(ready, qtbot)
    assert ready.session.snapshot.config.optimiser == name
    np.testing.assert_array_equal(ready.session.theta, theta)


@pytest.mark.parametrize("text", ["32", "1", "600"])
def test_a_batch_size(ready, qtbot, text):
    type_into(ready.bar.batch_size, text)
    settled(ready, qtbot)
    assert ready.session.snapshot.config.batch_size == int(text)


@pytest.mark.parametrize(("text", "value"), [("0.1", 0.1), ("0,5", 0.5), ("0", 0.0)])
def test_a_weight_decay(ready, qtbot, text, value):
    type_into(ready.bar.weight_decay, text)
    settled(ready, qtbot)
    assert ready.session.snapshot.config.hyper.weight_decay == value


@pytest.mark.parametrize(("text", "value"), [("0.02", 0.02), ("3e-4", 3e-4), ("0,01", 0.01)])
def test_a_learning_rate_without_a_restart(ready, qtbot, text, value):
    ready.commands.step_batch()
    qtbot.waitUntil(lambda: ready.session.snapshot.step == 1)
    type_into(ready.bar.learning_rate, text)
    qtbot.waitUntil(lambda: ready.session.snapshot.learning_rate == value)
    assert ready.session.snapshot.step == 1
    assert ready.session.config.hyper.learning_rate == value


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("20", (784, 20, 10)), ("30 20", (784, 30, 20, 10)), ("784-9-10", (784, 9, 10)), ("", (784, 10))],
)
def test_a_network(ready, qtbot, text, sizes):
    type_into(ready.bar.network, text)
    settled(ready, qtbot)
    assert ready.session.architecture.layer_sizes == sizes
    assert ready.bar.network.text() == "–".join(map(str, sizes))
    assert "parameters" in said(ready)
    ready.grab()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("network", "0"),
        ("network", "seven"),
        ("network", "1000000 1000000"),
        ("network", "9" * 400),
        ("network", " ".join(["3"] * 60)),
        ("learning_rate", "0"),
        ("learning_rate", "-1"),
        ("learning_rate", "fast"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("learning_rate", ""),
        ("batch_size", "0"),
        ("batch_size", "2.5"),
        ("batch_size", "1e300"),
        ("batch_size", "many"),
        ("weight_decay", "-0.5"),
        ("weight_decay", "inf"),
        ("weight_decay", "²"),
    ],
)
def test_what_is_refused_changes_nothing_and_is_said(ready, qtbot, field, text):
    session, widget = ready.session, getattr(ready.bar, field)
    shown = widget.text() if field == "network" else widget.currentText()
    config, theta, run = session.config, session.theta, session._run_id
    type_into(widget, text)
    assert is_warning(ready)
    assert said(ready).endswith("Everything is as it was.")
    assert (widget.text() if field == "network" else widget.currentText()) == shown
    assert (session.config, session._run_id) == (config, run)
    assert session.theta is theta


def test_a_loss_brings_the_output_it_is_made_for_and_leaves_the_weights(open_window, qtbot):
    from tests.studio.networks import model_of

    window = open_window(model_of((784, 5, 10), output="identity"))
    assert window.session.config.loss == "squared_error"
    theta = window.session.theta.copy()
    for loss, output in (
        ("cross_entropy", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("hinge", "identity"),
    ):
        choose(window.bar.loss, loss)
        assert window.session.config.loss == loss
        assert window.session.architecture.activations[-1] == output
        np.testing.assert_array_equal(window.session.theta, theta)


@pytest.mark.parametrize(("key", "factor"), [("faster", 1.5), ("slower", 1 / 1.5)])
def test_keys_for_the_learning_rate(ready, key, factor):
    rate = ready.session.config.hyper.learning_rate
    ready.actions_by_name[key].trigger()
    assert ready.session.config.hyper.learning_rate == pytest.approx(rate * factor, rel=0.01)


def test_holding_a_key_for_the_learning_rate_ends_in_no_error(ready):
    for name in ("slower", "faster"):
        for _ in range(400):
            ready.actions_by_name[name].trigger()
        assert np.isfinite(ready.session.config.hyper.learning_rate)
        assert ready.session.config.hyper.learning_rate > 0


def test_the_bar_shows_a_run(ready, qtbot):
    figures = ready.bar._figures
    qtbot.waitUntil(lambda: figures["Epoch"].text() == "0.00")
    ready.commands.step_epoch()
    qtbot.waitUntil(lambda: figures["Epoch"].text() == "1.00")
    qtbot.waitUntil(lambda: figures["Test accuracy"].text().endswith("%"))


def test_problems_there_and_back(ready, qtbot):
    choose(ready.bar.problem, "plane-moons")
    qtbot.waitUntil(lambda: ready.input.plane.isVisible())
    qtbot.waitUntil(lambda: ready.session.snapshot is not None)
    assert ready.bar.network.text() == "2–8–8–2"
    assert not ready.input.canvas.isVisible()
    ready.commands.test_image()
    qtbot.waitUntil(lambda: ready.session.reading is not None)
    assert "moon" in said(ready)
    ready.grab()
    choose(ready.bar.problem, "digits-synthetic")
    qtbot.waitUntil(lambda: ready.input.canvas.isVisible())
    qtbot.waitUntil(lambda: ready.session.snapshot is not None)
    assert ready.session.architecture.n_inputs == 784
    ready.grab()


def test_a_point_stays_chosen_when_the_network_changes(ready, qtbot):
    choose(ready.bar.problem, "plane-moons")
    qtbot.waitUntil(lambda: ready.input.plane.isVisible() and ready.session.snapshot is not None)
    ready.input.plane.choose((0.25, -0.5))
    qtbot.waitUntil(lambda: ready.session.reading is not None)
    type_into(ready.bar.network, "5")
    settled(ready, qtbot)
    qtbot.waitUntil(lambda: ready.session.reading is not None and len(ready.session.reading.a[0]) == 5)
    np.testing.assert_allclose(ready.session.reading.x, [0.25, -0.5])
    assert ready.input.plane._chosen == pytest.approx((0.25, -0.5))
    ready.commands.clear()
    qtbot.waitUntil(lambda: ready.session.reading is None)


# Drawing


def test_a_test_image_lies_on_the_canvas_and_is_read(ready, qtbot):
    ready.commands.test_image()
    qtbot.waitUntil(lambda: ready.session.reading is not None)
    image = ready.input.canvas.content.image
    np.testing.assert_array_equal(ready.session.reading.x, image.ravel())
    samples = ready.session.problem.test.inputs()
    matches = np.flatnonzero((samples == image.ravel()).all(axis=1))
    label = ready.session.problem.test.labels[matches[0]]
    assert said(ready) == f"A sample of the test set, labelled {label}."


def test_what_lies_on_the_canvas_is_said_although_the_data_came_first(window, qtbot):
    window.commands.test_image()
    qtbot.waitUntil(lambda: window.session.reading is not None)
    assert said(window).startswith("A sample of the test set")


def test_undo_and_redo_can_be_pressed_when_they_do_something(window):
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert not undo.isEnabled()
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    assert undo.isEnabled()
    undo.trigger()
    assert redo.isEnabled()
    redo.trigger()
    assert len(window.input.canvas.content.strokes) == 1


def test_clear_wipes_and_undo_brings_it_back(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.session.reading is not None)
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: window.session.reading is None)
    assert window.input.answer.text() == ""
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.session.reading is not None)


def test_pen_and_eraser_are_one_or_the_other(window):
    pen, eraser = window.actions_by_name["pen"], window.actions_by_name["eraser"]
    assert (pen.isChecked(), eraser.isChecked()) == (True, False)
    for action, state in ((eraser, (False, True)), (eraser, (True, False)), (pen, (True, False))):
        action.trigger()
        assert (pen.isChecked(), eraser.isChecked()) == state
        assert window.input.canvas.erasing == state[1]


def test_the_pens_width_by_keys_and_slider(window):
    canvas = window.input.canvas
    width = canvas.pen_width
    window.actions_by_name["wider"].trigger()
    assert canvas.pen_width > width
    assert window.input.slider.value() == round(1000 * canvas.pen_width)
    for _ in range(30):
        window.actions_by_name["narrower"].trigger()
    window.input.slider.setValue(100)
    assert canvas.pen_width == pytest.approx(0.1)


# Looking


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("loss", "loss_curves"),
        ("accuracy", "accuracy_curves"),
        ("templates", "templates"),
        ("activations", "strips"),
        ("weights", "matrices"),
    ],
)
def test_each_view_can_be_called_up_and_is_then_up_to_date(ready, qtbot, name, view):
    stroke_by_mouse(ready.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    ready.commands.step_batch()
    qtbot.waitUntil(lambda: ready.session.snapshot.step == 1)
    ready.actions_by_name["accuracy" if name == "loss" else "loss"].trigger()
    ready.actions_by_name["weights" if name == "templates" else "templates"].trigger()
    ready.actions_by_name[name].trigger()
    widget = getattr(ready, view)
    assert widget.isVisible()
    frames = ready.pacer.frames
    qtbot.waitUntil(lambda: ready.pacer.frames > frames)
    widget.grab()
    if view == "matrices":
        np.testing.assert_array_equal(
            widget._weights[0], ready.session.architecture.layers(ready.session.theta)[1].W
        )
    if view == "templates":
        assert np.shares_memory(widget._tiles, ready.session.theta)


def test_a_chosen_neuron_is_explained_and_marked_everywhere(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.session.reading is not None)
    window.templates.unit_clicked.emit(3)
    report = window.inspector._report
    assert report.title == "Neuron 3 of hidden 1"
    assert report.z == pytest.approx(float(report.w @ report.x + report.b), abs=1e-4)
    assert window.templates._selected == 3
    window.network.unit_clicked.emit(2, 7)
    assert window.inspector._report.title == "Output for 7"
    assert window.templates._selected is None
    window.presenter.select_unit(None, None)
    assert window.inspector._report is None


def test_full_screen_and_back(window, qtbot):
    window.actions_by_name["full-screen"].trigger()
    qtbot.waitUntil(window.isFullScreen)
    window.actions_by_name["full-screen"].trigger()
    qtbot.waitUntil(lambda: not window.isFullScreen())


def test_a_click_on_the_network_before_selects_nothing(window):
    window.commands._edit_network("3")
    for view, unit in ((window.network, (2, 9)), (window.network, (0, 11)), (window.templates, (11,))):
        view.unit_clicked.emit(*unit)
        assert window.inspector._report is None
    window.commands.weights()
    window.grab()


# Training, by keys


def test_space_trains_and_pauses(window, qtbot):
    window.activateWindow()
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.is_running and window.session.snapshot.step > 0)
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.state is RunState.PAUSED)
    assert "Paused at step" in said(window)


def test_escape_gives_up_loading(window, qtbot, monkeypatch, digits):
    from nnstudio.studio import session as session_module

    def load(name, *, progress):
        while True:
            progress(1, 10)

    monkeypatch.setattr(session_module, "load_problem", load)
    choose(window.bar.problem, "plane-moons")
    qtbot.waitUntil(lambda: "10 %" in said(window))
    assert "Esc cancels" in said(window)
    window.activateWindow()
    QTest.keyClick(window.input.canvas, Qt.Key.Key_Escape)
    assert "cancelled" in said(window)
    assert window.bar.problem.currentData() == "digits-synthetic"
    assert window.session.problem_name == "digits-synthetic"


def test_divergence_is_said_in_the_window(ready, qtbot):
    choose(ready.bar.optimiser, "sgd")
    type_into(ready.bar.learning_rate, "1e30")
    ready.commands.play()
    qtbot.waitUntil(lambda: ready.session.state is RunState.DIVERGED)
    assert is_warning(ready)
    assert "learning rate" in said(ready)
    ready.grab()


# Files


def test_saving_by_the_menu(ready, tmp_path, monkeypatch):
    path = tmp_path / "mine.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    ready.actions_by_name["save"].trigger()
    assert said(ready) == f"Saved {path}."
    np.testing.assert_array_equal(load_model(path).theta, ready.session.theta)


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


# What is typed for a network


@pytest.mark.parametrize("text", ["100 300", "100-300", "100–300", "100, 300", "784-100-300-10"])
def test_a_network_can_be_typed_in_several_ways(text):
    assert parse_network(text, 784, 10, "relu", "softmax").layer_sizes == (784, 100, 300, 10)


@pytest.mark.parametrize("text", ["0", "a", "10 x", "1e3", "١٢ x", "3.5"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises((ArchitectureError, ConfigError)):
        parse_network(text, 784, 10, "relu", "softmax")
