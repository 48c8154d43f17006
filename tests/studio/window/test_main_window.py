import threading
from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.files.models import find_model
from nnstudio.files.session_file import SavedSession
from nnstudio.studio import app
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance, text_scale
from nnstudio.studio.session.default_configs import opened_config
from nnstudio.studio.window import screen_fit
from nnstudio.studio.window.main_window import chosen_theme
from nnstudio.studio.window.screen_fit import PREFERRED, SMALLEST
from nnstudio.training.data_choices import DataChoices
from tests.studio.gestures import discard, is_warning, said, stroke_by_mouse
from tests.studio.networks import model_of
from tests.studio.window.test_dock_area import tab_bars

pytestmark = pytest.mark.window(shared=True)

SIZES = [(1024, 640), (1366, 728), (1440, 900), (3840, 2160)]


def test_it_opens_with_a_clean_canvas_and_no_thread(window):
    assert window.session.input.content.is_blank
    assert window.session.network.reading is None
    assert window.session.training.trainer is None
    assert "draw a digit" in window.input.canvas.hint
    assert window.input.canvas.hasFocus() or not window.isActiveWindow()


def shown_children(parent):
    return [w for w in parent.findChildren(QWidget) if w.isVisible() and w.parent() is parent]


def place_in(window, widget):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("problem", ["digits-synthetic", "plane-moons"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_or_leaves_its_panel(window, qtbot, size, problem):
    if problem != window.session.network.problem_name:
        window.session.choose_problem(problem)
        qtbot.waitUntil(lambda: window.input.editors.by_kind["plane"][0].isVisible())
    window.resize(*size)
    window.say("A sentence. " * 40)
    qtbot.waitUntil(lambda: window.size() == QSize(*size))
    QApplication.processEvents()
    for panel in (window.bar, window.input, window.status):
        children = shown_children(panel)
        inside = panel.rect().adjusted(-1, -1, 1, 1)
        for k, child in enumerate(children):
            assert inside.contains(child.geometry()), f"{child} leaves {panel}"
            for other in children[k + 1 :]:
                assert not child.geometry().intersects(other.geometry()), f"{child} lies on {other}"
    for dock in window.dock_area.docks.values():
        # A tab behind another lies elsewhere.
        if dock.is_in_front:
            assert window.rect().contains(place_in(window, dock)), dock.objectName()


@pytest.mark.parametrize("size", SIZES)
def test_every_label_has_room_for_its_words(window, qtbot, size):
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    window.resize(*size)
    qtbot.waitUntil(lambda: window.input.certainty.text() != "")
    # A label that has just been shown has no width before its layout has been made.
    labels = window.findChildren(QLabel)
    qtbot.waitUntil(lambda: all(label.width() for label in labels if label.isVisible() and label.text()))
    for label in labels:
        if label.isVisible() and label is not window.status.message and not label.wordWrap():
            for line in label.text().splitlines():
                text = QTextDocumentFragment.fromHtml(line).toPlainText()
                assert label.fontMetrics().horizontalAdvance(text) <= label.width() + 1, f"{text!r} is cut"


def test_text_is_never_smaller_than_eleven_pixels(window):
    for widget in window.findChildren(QWidget):
        size = widget.font().pixelSize()
        assert size == -1 or size >= 11, widget


def test_the_smallest_size_is_the_smallest(window):
    window.resize(300, 200)
    assert window.width() >= SMALLEST.width()
    assert window.height() >= SMALLEST.height()


@pytest.mark.parametrize(
    ("room", "smallest", "is_whole"),
    [
        (QSize(3832, 2120), SMALLEST, False),
        (QSize(1358, 728), SMALLEST, True),
        (QSize(952, 500), QSize(952, 500), True),
    ],
)
def test_it_opens_within_its_screen(window, qtbot, monkeypatch, room, smallest, is_whole):
    monkeypatch.setattr(screen_fit, "room_for", lambda window: room)
    window.settings.clear()
    window.apply_settings()
    assert window.minimumSize() == smallest
    assert window.isMaximized() is is_whole
    window.showNormal()
    qtbot.waitUntil(lambda: window.size() == PREFERRED.boundedTo(room))


def test_what_was_arranged_comes_back(open_window, settings, qtbot):
    first = open_window()
    first.actions_by_name["theme"].trigger()
    assert appearance.theme is LIGHT
    first.set_text_scale(1.3)
    first.resize(1300, 777)
    docks = first.dock_area.docks
    docks["inspector"].close()
    first.dock_area.tabifyDockWidget(docks["loss"], docks["answer"])
    docks["templates"].title_bar.toggle_floating()
    qtbot.waitUntil(docks["templates"].isFloating)
    first.hints.begin()
    first.hints.put_away()
    geometry = first.saveGeometry()
    first.close()
    # On a screen too small for it, Qt may shrink what it restores; the offscreen one is.
    assert settings.value("geometry") == geometry
    assert chosen_theme(settings, DARK) is LIGHT
    discard(first)
    second = open_window(theme=chosen_theme(settings, DARK))
    assert second.height() != PREFERRED.height()
    assert second.dock_area.docks["inspector"].isHidden()
    assert second.dock_area.docks["templates"].isFloating()
    assert any({"Loss", "Answer"} <= set(bar) for bar in tab_bars(second))
    second.hints.offer()
    assert not second.hints.is_on
    assert text_scale() == 1.3
    # Once shown, and after a change of role, which styles it again.
    second.say("Something went wrong.", warning=True)
    for label in filter(QLabel.isVisible, second.findChildren(QLabel)):
        design_px = label.property("design_px") or 13
        assert label.font().pixelSize() == round(1.3 * design_px), label.text()
    settings.setValue("theme", "plaid")
    assert chosen_theme(settings, DARK) is DARK


@pytest.mark.parametrize(
    ("nonsense", "text_size"),
    [
        ("plaid", "plaid"),
        (7, -3),
        ([1, 2], [1]),
        (b"plaid", 1e9),
        (QByteArray(b"plaid"), "nan"),
        (QByteArray(b"\xff" * 200), 1.234),
    ],
)
def test_damaged_settings_give_the_window_of_the_first_day(open_window, settings, nonsense, text_size):
    settings.setValue("geometry", nonsense)
    settings.setValue("layout", nonsense)
    settings.setValue("text-scale", text_size)
    window = open_window()
    assert window.size() == PREFERRED
    assert text_scale() == 1.0
    fronts = {name for name, dock in window.dock_area.docks.items() if dock.is_in_front}
    assert fronts == {"input", "network", "answer", "inspector", "loss", "templates", "mistakes"}
    at = {name: dock.geometry() for name, dock in window.dock_area.docks.items() if name in fronts}
    window.dock_area.reset()
    QApplication.processEvents()
    assert at == {name: window.dock_area.docks[name].geometry() for name in at}


# The answer follows the pen


def test_the_answer_follows_the_pen(window, qtbot):
    from nnstudio.data.rasterise import rasterise
    from nnstudio.data.synthetic import synthetic_drawing
    from nnstudio.engine.passes import predict
    from nnstudio.studio.demo import draw

    session, canvas = window.session, window.input.canvas
    rng = np.random.default_rng(0)
    for digit in range(10):
        session.input.clear()
        draw(canvas, synthetic_drawing(digit, rng=rng))
        x = rasterise(session.input.drawing, session.network.raster).ravel()
        qtbot.waitUntil(
            lambda x=x: session.network.reading is not None and np.array_equal(session.network.reading.x, x)
        )
        outputs = predict(session.network.architecture, session.network.displayed_weights, x[None])[0]
        np.testing.assert_allclose(session.network.reading.outputs, outputs, rtol=1e-4)
        name = session.network.output_space.class_names[outputs.argmax()]
        assert window.input.answer.text() == name
        np.testing.assert_array_equal(window.input.preview._image, x.reshape(28, 28))
        np.testing.assert_array_equal(
            window.panels["answer"].widget.classes._values, session.network.reading.outputs
        )


def test_the_answer_is_there_while_the_pen_is_down(window, qtbot):
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from tests.studio.gestures import place_on

    canvas = window.input.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.3, 0.2)))
    QTest.mouseMove(canvas, place_on(canvas, (0.6, 0.5)))
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    first = window.session.network.reading
    QTest.mouseMove(canvas, place_on(canvas, (0.3, 0.9)))
    qtbot.waitUntil(lambda: window.session.network.reading is not first)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place_on(canvas, (0.3, 0.9)))


@pytest.mark.parametrize("space", ["image", "plane"])
def test_enormous_and_tiny_weights_can_be_looked_at(window, qtbot, space):
    plane = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    model, problem = model_of((784, 12, 8, 10)), "digits-synthetic"
    if space == "plane":
        model = model_of((2, 8, 8, 2), space=plane, outputs=OutputSpace(("in", "out")), raster=None)
        problem = "plane-moons"
    session = window.session
    for factor in (1e5, 1e30, 3e37, 1e-30, 1e-42):
        scaled = replace(model, theta=model.theta * np.float32(factor))
        config = opened_config(scaled)
        session.restore(SavedSession(problem, DataChoices(), scaled, config, was_trained=False))
        session.input.clear()
        if space == "image":
            stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
        else:
            session.input.choose_point((0.5, 0.25))
        session.selection.select(0, 1)
        for name in ("activations", "weights", "templates"):
            frames = window.frame_timer.frames
            window.dock_area.bring_forward(name)
            qtbot.waitUntil(lambda frames=frames: window.frame_timer.frames > frames)
            window.dock_area.docks[name].grab()
        window.grab()
        assert (session.network.reading is not None) == (factor < 1e30)


# The beginning


def test_it_starts_with_the_shipped_network(settings):
    window = app.open_window(settings)
    try:
        assert "digits" in window.session.network.model_name
        assert not is_warning(window)
    finally:
        discard(window)


def test_it_starts_without_the_shipped_network_and_says_so(settings, monkeypatch):
    monkeypatch.setattr(app, "find_model", lambda name: find_model("none such"))
    window = MagicMock()
    monkeypatch.setattr(app, "MainWindow", window)
    app.open_window(settings)
    (model, *_), _ = window.call_args
    assert model.architecture.n_outputs == 10
    (sentence,), how = window.return_value.say.call_args
    assert "untrained" in sentence
    assert how == {"warning": True}


def test_one_application_for_all(qapp):
    assert app.create_application() is qapp
    assert DARK.name == "dark"


def test_the_canvas_keeps_its_size_whatever_is_said_below_it(window, qtbot):
    window.resize(SMALLEST)
    qtbot.waitUntil(lambda: window.size() == SMALLEST)
    # The room is shared out once more when all panels have said what they need.
    for _ in range(5):
        QApplication.processEvents()
    size = window.input.canvas.size()
    for sentence, answer in (
        ("short", ""),
        ("The network sees twelve characters and reads", "1" * 12),
        ("x", "7"),
        ("x", "lower moon"),
    ):
        window.input.show_sees(sentence)
        window.input.show_answer(answer)
        QApplication.processEvents()
        assert window.input.canvas.size() == size, answer


# The end


def test_closing_while_training_stops_the_trainer(ready, qtbot):
    ready.actions_by_name["play"].trigger()
    trainer = ready.session.training.trainer
    # Before the first step the thread may still be importing Numba, which no stop interrupts.
    qtbot.waitUntil(lambda: trainer.latest.step > 0)
    ready.close()
    assert not trainer.is_alive
    ready.close()


def test_what_is_being_typed_when_the_window_closes_is_refused_in_time(open_window, qtbot):
    window = open_window()
    window.show_panel("settings")
    window.dock_area.toggle_floating("settings")
    box = window.panels["settings"].widget.box("learning_rate")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.setEditText("rr")
    window.close()
    assert "rr" in said(window)


def test_closing_while_data_are_loading(window, qtbot):
    window.actions_by_name["play"].trigger()
    window.close()
    # Closing waits for a bounded time, which a busy machine may exceed; the threads end all the same.
    qtbot.waitUntil(
        lambda: not any(thread.name.startswith("nnstudio") for thread in threading.enumerate()), timeout=5_000
    )
