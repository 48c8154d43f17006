"""Teaching: 'this was a 7', what came of it, and taking it back; in the end in the real window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.rewrite import rewrite
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.files.model_file import load_model
from nnstudio.files.personal_file import PersonalFile
from nnstudio.paths import resource
from nnstudio.studio.session import replay_data
from nnstudio.studio.session.fine_tuner import NOTHING_TO_TEACH
from nnstudio.training import fine_tuning
from nnstudio.training.snapshot import RunState
from tests.studio.gestures import said
from tests.training.test_fine_tuning import MIRRORED_SEVEN, SAME_HAND, SEVEN_LIKE_A_Z

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture(autouse=True)
def _little_to_rehearse(monkeypatch):
    """Teach in half a second; how well is the business of tests/training/test_fine_tuning.py."""
    monkeypatch.setattr(replay_data, "N_REPLAYED", 300)
    monkeypatch.setattr(replay_data, "N_JUDGED", 100)
    monkeypatch.setattr(replay_data, "N_OTHERS", 20)
    monkeypatch.setattr(fine_tuning, "_ROUND", 40)
    monkeypatch.setattr(fine_tuning, "_N_REPLAYED", 96)


def reader():
    return load_model(resource("models", "seed.safetensors"))


@pytest.fixture
def model():
    """Return a network that reads digits, without its detector, which takes as long to teach."""
    return replace(reader(), ood_detector=None)


def on_canvas(drawing):
    left, top, right, bottom = drawing.bounds()
    scale = 0.6 / max(right - left, bottom - top)
    return Drawing(tuple(0.2 + scale * (stroke - (left, top)) for stroke in drawing.strokes))


def draw(session, drawing, until):
    session.input.set_drawing(on_canvas(drawing))
    until(lambda: session.network.reading is not None and session.input.drawing_read is not None)


def settle(session, until):
    until(lambda: not session.fine_tuner.is_busy)
    until(lambda: session.drawings.is_read)


def read_as(session, drawings):
    return predict(
        session.network.architecture,
        session.network.displayed_weights,
        rasterise_all(drawings) / np.float32(255),
    ).argmax(1)


@pytest.fixture
def waiting(session, until):
    """Return a session whose trainer is there and waits."""
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return session


def test_five_misread_sevens_are_taught_and_read(session, until):
    mine = rewrite(flatten([SEVEN_LIKE_A_Z] * 5), SAME_HAND, rng=np.random.default_rng(0))
    n_before = int((read_as(session, mine) == 7).sum())
    assert n_before <= 2
    for k in range(5):
        session.drawings.add(PersonalDrawing.new("7", on_canvas(mine.drawing(k))))
    session.fine_tuner.teach_all()
    settle(session, until)
    assert (read_as(session, mine) == 7).all()
    told = f"5 of 5 of your drawings are read right ({n_before} before)"
    assert told in session.fine_tuner.outcome.sentence


def test_a_run_rests_while_it_is_taught_and_goes_on_with_it(waiting, until):
    session = waiting
    draw(session, MIRRORED_SEVEN, until)
    session.training.play()
    until(lambda: session.training.is_running)
    session.fine_tuner.teach_class(7)
    until(lambda: session.fine_tuner.task is not None)
    assert session.training.state is RunState.PAUSED
    settle(session, until)
    until(lambda: session.training.is_running)
    until(lambda: bool(session.network.snapshot.changes))
    assert session.network.snapshot.changes[-1].text == "taught 7"
    # What came of it is still to be read; that training goes on is said with it.
    assert "of your drawings are read right" in session.sentences[-1][0]
    assert "Training goes on" in session.sentences[-1][0]
    step = session.network.snapshot.step
    until(lambda: session.network.snapshot.step > step)
    session.training.pause()
    until(lambda: not session.training.is_running)
    # The weights went on: there is no going back to those of before.
    theta = session.network.displayed_weights
    with pytest.raises(UserError, match="not the one that was taught"):
        session.fine_tuner.take_back()
    assert session.network.displayed_weights is theta
    assert session.drawings.drawings.counts == {"7": 1}


def test_what_the_network_has_no_class_for_is_refused(session, until):
    draw(session, SEVEN_LIKE_A_Z, until)
    with pytest.raises(UserError, match="no class △"):
        session.fine_tuner.teach(PersonalDrawing.new("△", on_canvas(SEVEN_LIKE_A_Z)))
    assert len(session.drawings.drawings) == 0


def test_another_network_ends_what_could_be_taken_back(session, until):
    draw(session, SEVEN_LIKE_A_Z, until)
    session.fine_tuner.teach_class(7)
    settle(session, until)
    assert session.fine_tuner.can_take_back
    session.open_model(reader())
    assert session.fine_tuner.outcome is None
    assert not session.fine_tuner.can_take_back
    assert session.drawings.drawings.counts == {"7": 1}


def test_another_network_ends_what_is_being_taught_and_is_not_trained_unasked(waiting, until):
    session = waiting
    draw(session, SEVEN_LIKE_A_Z, until)
    session.training.play()
    until(lambda: session.training.is_running)
    session.fine_tuner.teach_class(7)
    assert session.fine_tuner.is_busy
    session.open_model(reader())
    assert not session.fine_tuner.is_busy
    until(lambda: session.network.snapshot is not None)
    assert session.training.state is RunState.READY


# In the window


@pytest.mark.slow
def test_a_click_on_a_name_teaches_the_drawing_and_take_back_undoes_it(window, qtbot):
    session, outputs = window.session, window.panels["answer"].widget.classes
    session.open_model(reader())
    draw(session, SEVEN_LIKE_A_Z, qtbot.waitUntil)
    assert session.network.reading.label != 7
    before = session.network.displayed_weights
    assert window.panels["answer"].note.text()
    spot = outputs._name_box(7).center().toPoint()
    assert "Click the name" in outputs.explain(spot)
    QTest.mouseClick(outputs, Qt.MouseButton.LeftButton, pos=spot)
    assert session.fine_tuner.is_busy
    settle(session, qtbot.waitUntil)
    qtbot.waitUntil(lambda: session.network.reading.label == 7)
    assert "1 of 1 of your drawings" in said(window)
    assert session.drawings.drawings.counts == {"7": 1}
    assert PersonalFile(session.drawings.path).read().counts == {"7": 1}
    # The drawing is a digit for the detector, which goes along with the weights into a saved file.
    assert not session.network.ood_score.is_rejected
    assert session.network.model().ood_detector is not None
    assert not window.frame_updates._take_back.isHidden()
    window.actions_by_name["take-back"].trigger()
    settle(session, qtbot.waitUntil)
    np.testing.assert_array_equal(session.network.displayed_weights, before)
    assert window.frame_updates._take_back.isHidden()
    assert PersonalFile(session.drawings.path).read().counts == {}
    window.actions_by_name["take-back"].trigger()
    assert "Nothing was taught" in said(window)


def test_the_drawing_is_named_by_menu_or_keys_and_teaching_given_up(window, qtbot):
    session, outputs = window.session, window.panels["answer"].widget.classes
    # Without strokes there is nothing to teach.
    assert window.menus.teach.ask_class() is None
    assert said(window) == NOTHING_TO_TEACH
    window.actions_by_name["teach-all"].trigger()
    qtbot.waitUntil(lambda: session.drawings.is_read)
    window.actions_by_name["teach-all"].trigger()
    assert not session.fine_tuner.is_busy

    draw(session, SEVEN_LIKE_A_Z, qtbot.waitUntil)
    menu = window.menus.teach.ask_class()
    assert [action.text() for action in menu.actions()][7] == "&7"
    QTest.keyClick(menu, Qt.Key.Key_Escape)

    outputs.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(outputs, key)
    with qtbot.waitSignal(outputs.named) as named:
        QTest.keyClick(outputs, Qt.Key.Key_Return)
    assert named.args == [1]
    assert session.fine_tuner.is_busy

    # Given up, the network is as it was, and the drawing is kept.
    before = session.network.displayed_weights
    window.actions_by_name["cancel"].trigger()
    assert not session.fine_tuner.is_busy
    assert session.network.displayed_weights is before
    qtbot.waitUntil(lambda: session.drawings.is_read)
    assert session.drawings.drawings.counts == {"1": 1}


def test_the_key_for_training_waits_for_what_is_being_taught(ready, qtbot):
    session = ready.session
    draw(session, MIRRORED_SEVEN, qtbot.waitUntil)
    ready.panels["answer"].widget.classes.named.emit(7)
    ready.actions_by_name["play"].trigger()
    assert "then training goes on" in said(ready)
    settle(session, qtbot.waitUntil)
    qtbot.waitUntil(lambda: session.training.is_running and bool(session.network.snapshot.changes))
    assert session.network.snapshot.changes[-1].text == "taught 7"
    session.training.pause()
    qtbot.waitUntil(lambda: not session.training.is_running)
