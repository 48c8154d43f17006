"""Labels of one's own: kept, collected, trained, opened again."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent

from nnstudio.data.own_problem import OwnProblem
from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.rewrite import RewriteStrengths, rewrite
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.errors import UserError
from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.own_problem_file import own_problems_path
from nnstudio.studio.panels.own_drawings.problem_dialog import OwnProblemDialog, show_own_labels
from nnstudio.studio.session import own_problems
from nnstudio.training.snapshot import RunState
from tests.studio.gestures import flush_deletions
from tests.studio.networks import model_of

ANGLES = np.linspace(0, 2 * np.pi, 30)
CORNERS = np.array([(0.5, 0.1), (0.1, 0.9), (0.9, 0.9), (0.5, 0.1)])
DRAWN = {
    "△": Drawing((np.concatenate([np.linspace(a, b, 10) for a, b in pairwise(CORNERS)]),)),
    "○": Drawing((np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1),)),
    "×": Drawing(((np.linspace((0, 0), (1, 1), 12)), np.linspace((1, 0), (0, 1), 12))),
}
HAND = RewriteStrengths(0.0, 0.03, 0.1, 0.1, 6.0, 0.08, 0.15, 0.15, 8.0)


def by_hand(label, n, seed):
    return [
        *map(rewrite(flatten([DRAWN[label]] * n), HAND, rng=np.random.default_rng(seed)).drawing, range(n))
    ]


def test_labels_of_ones_own_are_trained_and_a_saved_network_finds_them(
    session, until, make_services, monkeypatch, tmp_path
):
    monkeypatch.setattr(own_problems, "EPOCHS", 4)
    monkeypatch.setattr(own_problems, "SAMPLES_OF_AN_EPOCH", 500)
    shapes = OwnProblem("Shapes", tuple(DRAWN))
    session.own_problems.add(shapes)
    for seed, label in enumerate(DRAWN):
        for drawing in by_hand(label, 12, seed):
            session.drawings.add(PersonalDrawing.new(label, drawing))
    session.own_problems.train(shapes)
    until(lambda: session.network.problem_name == "own Shapes")
    until(lambda: session.training.state is RunState.FINISHED)
    assert session.network.output_space.class_names == ("△", "○", "×")
    assert session.network.snapshot.test_score >= 0.8
    # Drawings of the same hand that it has never seen.
    n_right = 0
    for seed, label in enumerate(DRAWN):
        for drawing in by_hand(label, 10, 100 + seed):
            session.input.set_strokes(drawing.strokes)
            session.poll()
            n_right += session.network.output_space.class_names[session.network.reading.label] == label
    assert n_right >= 27
    path = tmp_path / "shapes.safetensors"
    save_model(path, session.network.model())
    # At the next start the problem is there, and the saved network finds it.
    again = make_services(model_of((784, 5, 10))).session
    again.own_problems.read()
    again.open_model(load_model(path))
    assert again.network.problem_name == "own Shapes"
    again.own_problems.remove(shapes)
    assert again.own_problems.problems == ()


def test_too_few_drawings_are_said_and_nothing_changes(session, until):
    session.own_problems.add(OwnProblem("Shapes", ("△", "○")))
    before = session.network.displayed_weights
    session.choose_problem("own Shapes")
    until(lambda: session.training.tasks.current is None)
    assert "too few are there of △ ○" in session.sentences[-1][0]
    assert session.network.displayed_weights is before


def test_a_damaged_file_of_labels_is_said_and_left(session):
    path = own_problems_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{")
    session.own_problems.read()
    assert "own labels cannot be read" in session.sentences[-1][0]
    with pytest.raises(UserError, match="stays as it is"):
        session.own_problems.add(OwnProblem("Shapes", ("△", "○")))
    assert path.read_bytes() == b"{"


def test_the_dialog_in_the_window(session, open_window, qtbot):
    # What was kept before the start is in the list of problems.
    session.own_problems.add(OwnProblem("Signs", ("+", "-")))
    window = open_window()
    session = window.session
    assert window.bar.problem.findData("own Signs") >= 0

    # There is one such dialog.
    window.actions_by_name["own-labels"].trigger()
    window.actions_by_name["own-labels"].trigger()
    flush_deletions()
    (dialog,) = window.findChildren(OwnProblemDialog)
    assert dialog.isVisible()
    dialog.event(QEvent(QEvent.Type.None_))

    # It forgets labels, refuses what has no name, and keeps new ones.
    dialog.remove.click()
    assert session.own_problems.problems == ()
    assert not dialog.train.isEnabled()
    dialog.title.clear()
    dialog.labels.setText("△")
    dialog.keep.click()
    assert "A name" in dialog._said.text()
    dialog.title.setText("Shapes")
    dialog.labels.setText("△ ○ ×")
    dialog.keep.click()
    assert own_problems_path().exists()
    assert window.bar.problem.findData("own Shapes") >= 0

    # Drawings are collected for them, and a network is trained.
    dialog.collect.click()
    assert session.drawing_collection.wanted.label == "△"
    assert session.drawing_collection.wanted.total == 36
    session.drawing_collection.stop()
    for seed, label in enumerate(DRAWN):
        for drawing in by_hand(label, 12, seed):
            session.drawings.add(PersonalDrawing.new(label, drawing))
    dialog = show_own_labels(window.services, window)
    assert "△ × 12   ○ × 12   × × 12" in dialog.list.item(0).text()
    dialog.train.click()
    qtbot.waitUntil(lambda: session.network.problem_name == "own Shapes")
    qtbot.waitUntil(lambda: session.training.is_running)
    session.training.pause()
    qtbot.waitUntil(lambda: not session.training.is_running)
    flush_deletions()
