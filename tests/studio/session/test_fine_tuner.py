"""Teaching in the real window: 'this was a 7', what came of it, and taking it back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.rewrite import rewrite
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model
from nnstudio.files.personal_file import PersonalFile, personal_path
from nnstudio.paths import resource
from nnstudio.studio.session import replay_data
from nnstudio.training.snapshot import RunState
from tests.training.test_fine_tuning import MIRRORED_SEVEN, SAME_HAND, SEVEN_LIKE_A_Z


@pytest.fixture(autouse=True)
def _few_replayed(monkeypatch):
    monkeypatch.setattr(replay_data, "N_REPLAYED", 600)
    monkeypatch.setattr(replay_data, "N_JUDGED", 300)
    monkeypatch.setattr(replay_data, "N_OTHERS", 60)


@pytest.fixture
def model():
    return load_model(resource("models", "seed.safetensors"))


def on_canvas(drawing):
    left, top, right, bottom = drawing.bounds()
    scale = 0.6 / max(right - left, bottom - top)
    return Drawing(tuple(0.2 + scale * (stroke - (left, top)) for stroke in drawing.strokes))


def draw(window, qtbot, drawing):
    window.session.input.set_drawing(on_canvas(drawing))
    qtbot.waitUntil(
        lambda: window.session.network.reading is not None and window.session.input.drawing_read is not None
    )


def settle(window, qtbot):
    qtbot.waitUntil(lambda: not window.session.fine_tuner.is_busy)
    qtbot.waitUntil(lambda: window.session.drawings.is_read)


def read_as(window, drawings):
    session = window.session
    return predict(
        session.network.architecture,
        session.network.displayed_weights,
        rasterise_all(drawings) / np.float32(255),
    ).argmax(1)


@pytest.mark.slow
def test_a_click_on_a_name_teaches_the_drawing_and_take_back_undoes_it(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    session, outputs = window.session, window.panels["answer"].widget
    assert session.network.reading.label != 7
    before = session.network.displayed_weights
    assert window.panels["answer"].note.text()
    spot = outputs._name_box(7).center().toPoint()
    assert "Click the name" in outputs.explain(spot)
    QTest.mouseClick(outputs, Qt.MouseButton.LeftButton, pos=spot)
    assert window.session.fine_tuner.is_busy
    settle(window, qtbot)
    qtbot.waitUntil(lambda: session.network.reading.label == 7)
    assert "1 of 1 of your drawings" in window.status.message.text()
    assert window.session.drawings.drawings.counts == {"7": 1}
    assert PersonalFile(personal_path()).read().counts == {"7": 1}
    # The drawing is a digit for the detector, which goes along with the weights into a saved file.
    assert not session.network.ood_score.is_rejected
    assert session.network.model().ood_detector is not None
    assert not window.frame_updates._take_back.isHidden()
    window.actions_by_name["take-back"].trigger()
    settle(window, qtbot)
    np.testing.assert_array_equal(session.network.displayed_weights, before)
    assert window.frame_updates._take_back.isHidden()
    assert PersonalFile(personal_path()).read().counts == {}
    window.actions_by_name["take-back"].trigger()
    assert "Nothing was taught" in window.status.message.text()


def test_five_misread_sevens_are_taught_and_read(window, qtbot):
    mine = rewrite(flatten([SEVEN_LIKE_A_Z] * 5), SAME_HAND, rng=np.random.default_rng(0))
    n_before = int((read_as(window, mine) == 7).sum())
    assert n_before <= 2
    for k in range(5):
        window.session.drawings.add(PersonalDrawing.new("7", on_canvas(mine.drawing(k))))
    window.actions_by_name["teach-all"].trigger()
    settle(window, qtbot)
    assert (read_as(window, mine) == 7).all()
    told = f"5 of 5 of your drawings are read right ({n_before} before)"
    assert told in window.session.fine_tuner.outcome.sentence


def test_a_run_rests_while_it_is_taught_and_goes_on_with_it(ready, qtbot):
    window, session = ready, ready.session
    draw(window, qtbot, MIRRORED_SEVEN)
    window.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: session.training.is_running)
    window.panels["answer"].widget.named.emit(7)
    qtbot.waitUntil(lambda: window.session.fine_tuner.task is not None)
    assert session.training.state is RunState.PAUSED
    settle(window, qtbot)
    qtbot.waitUntil(lambda: session.training.is_running)
    qtbot.waitUntil(lambda: bool(session.network.snapshot.changes))
    assert session.network.snapshot.changes[-1].text == "taught 7"
    # What came of it is still to be read; that training goes on is said with it.
    assert "of your drawings are read right" in window.status.message.text()
    assert "Training goes on" in window.status.message.text()
    step = session.network.snapshot.step
    qtbot.waitUntil(lambda: session.network.snapshot.step > step)
    session.training.pause()
    qtbot.waitUntil(lambda: not session.training.is_running)
    # The weights went on: there is no going back to those of before.
    theta = session.network.displayed_weights
    window.actions_by_name["take-back"].trigger()
    assert session.network.displayed_weights is theta
    assert window.session.drawings.drawings.counts == {"7": 1}


def test_the_key_for_training_waits_for_what_is_being_taught(ready, qtbot):
    window, session = ready, ready.session
    draw(window, qtbot, MIRRORED_SEVEN)
    window.panels["answer"].widget.named.emit(7)
    window.actions_by_name["play"].trigger()
    assert "then training goes on" in window.status.message.text()
    settle(window, qtbot)
    qtbot.waitUntil(lambda: session.training.is_running and bool(session.network.snapshot.changes))
    assert session.network.snapshot.changes[-1].text == "taught 7"
    session.training.pause()
    qtbot.waitUntil(lambda: not session.training.is_running)


def test_what_the_network_has_no_class_for_is_refused(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    with pytest.raises(Exception, match="no class △"):
        window.session.fine_tuner.teach(PersonalDrawing.new("△", on_canvas(SEVEN_LIKE_A_Z)))
    assert len(window.session.drawings.drawings) == 0


def test_without_strokes_there_is_nothing_to_teach(window, qtbot):
    assert window.menus.teach.ask_class() is None
    assert "Draw something first" in window.status.message.text()
    window.actions_by_name["teach-all"].trigger()
    qtbot.waitUntil(lambda: window.session.drawings.is_read)
    window.actions_by_name["teach-all"].trigger()
    assert not window.session.fine_tuner.is_busy


def test_giving_up_leaves_the_network_and_keeps_the_drawing(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    before = window.session.network.displayed_weights
    window.panels["answer"].widget.named.emit(7)
    window.actions_by_name["cancel"].trigger()
    assert not window.session.fine_tuner.is_busy
    assert window.session.network.displayed_weights is before
    qtbot.waitUntil(lambda: window.session.drawings.is_read)
    assert window.session.drawings.drawings.counts == {"7": 1}


def test_the_menu_asks_what_it_was(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    menu = window.menus.teach.ask_class()
    assert [action.text() for action in menu.actions()][7] == "&7"
    QTest.keyClick(menu, Qt.Key.Key_Escape)


def test_keys_name_the_class(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    outputs = window.panels["answer"].widget
    named = []
    outputs.named.disconnect()
    outputs.named.connect(named.append)
    outputs.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(outputs, key)
    assert named == [1]


def test_another_network_ends_what_could_be_taken_back(window, qtbot):
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    window.panels["answer"].widget.named.emit(7)
    settle(window, qtbot)
    assert window.session.fine_tuner.can_take_back
    window.session.open_model(load_model(resource("models", "seed.safetensors")))
    assert window.session.fine_tuner.outcome is None
    assert not window.session.fine_tuner.can_take_back
    assert window.session.drawings.drawings.counts == {"7": 1}


def test_another_network_ends_what_is_being_taught_and_is_not_trained_unasked(ready, qtbot):
    window, session = ready, ready.session
    draw(window, qtbot, SEVEN_LIKE_A_Z)
    window.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: session.training.is_running)
    window.panels["answer"].widget.named.emit(7)
    assert window.session.fine_tuner.is_busy
    session.open_model(load_model(resource("models", "seed.safetensors")))
    assert not window.session.fine_tuner.is_busy
    qtbot.waitUntil(lambda: session.network.snapshot is not None)
    assert session.training.state is RunState.READY
