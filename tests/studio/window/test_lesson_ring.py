"""A lesson in the window: the ring is round what a step speaks of, and leaving brings everything back."""

import zipfile

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from tests.studio.gestures import said
from tests.studio.session.test_lesson_guide import LESSON

pytestmark = pytest.mark.window(shared=True)

LOOKS = ("unit 0 0", "weight 0 0 0", "bias 0 0", "input 0", "network", "training")


def fronts(window):
    return {name for name, dock in window.dock_area.docks.items() if dock.is_in_front}


@pytest.fixture
def lesson(ready, tmp_path, qtbot):
    path = tmp_path / "a-line.toml"
    path.write_text(LESSON.replace("[step.set]", 'look = "unit 0 0"\n[step.set]', 1), encoding="utf-8")
    guide = ready.session.lesson_guide
    ready.lesson_visit.open(path)
    qtbot.waitUntil(lambda: not guide.is_busy)
    yield guide
    if guide.lesson is not None:
        ready.lesson_visit.leave()
        qtbot.waitUntil(lambda: ready.session.network.architecture.layer_sizes != (1, 1))


def test_the_ring_is_round_what_the_step_speaks_of_and_lets_clicks_through(ready, lesson, qtbot):
    ring, network = ready.lesson_ring, ready.panels["network"].widget
    qtbot.waitUntil(lambda: network.scene.architecture.layer_sizes == (1, 1) and bool(network.scene.weights))
    places = {look: ring.place_of(look) for look in LOOKS}
    assert None not in places.values()
    assert places["network"].contains(places["unit 0 0"])
    assert places["weight 0 0 0"].center().x() < places["unit 0 0"].center().x()
    qtbot.waitUntil(ring.ring.isVisible)
    assert ring.ring.geometry().contains(places["unit 0 0"])
    assert not ring.missing()
    assert ring.place_of("unit 3 3") is None
    ready.session.selection.clear()
    spot = places["unit 0 0"].center()
    QTest.mouseClick(network, Qt.MouseButton.LeftButton, pos=network.mapFrom(ready, spot))
    assert ready.session.selection.unit == (0, 0)


def test_leaving_brings_back_what_was_there(ready, tmp_path, qtbot):
    session, before = ready.session, fronts(ready)
    theta, sources = session.network.newest_weights, dict(session.training.problem_sources)
    path = tmp_path / "a-line.toml"
    path.write_text(LESSON, encoding="utf-8")
    ready.lesson_visit.open(path)
    qtbot.waitUntil(lambda: session.network.architecture.layer_sizes == (1, 1))
    ready.lesson_visit.leave()
    assert np.array_equal(session.network.newest_weights, theta)
    assert session.network.problem_name == "digits-synthetic"
    assert session.training.problem_sources == sources
    assert session.lesson_guide.former is None
    qtbot.waitUntil(lambda: fronts(ready) == before)


def test_a_lesson_that_cannot_be_read_changes_nothing(ready, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("format = 2\n", encoding="utf-8")
    ready.lesson_visit.open(path)
    assert ready.session.lesson_guide.lesson is None
    assert "newer nnstudio" in said(ready)


def test_a_lesson_closes_what_it_does_not_show_and_locks_what_it_keeps(ready, tmp_path, qtbot):
    path = tmp_path / "a-line.toml"
    text = LESSON.replace("minutes = 2", 'minutes = 2\nshow = ["inspector"]\nlock = ["problem", "train"]')
    path.write_text(text, encoding="utf-8")
    guide, docks, play = ready.session.lesson_guide, ready.dock_area.docks, ready.actions_by_name["play"]
    before = ready.dock_area._hidden()
    ready.lesson_visit.open(path)
    qtbot.waitUntil(lambda: not guide.is_busy)
    shown = {name for name, dock in docks.items() if not dock.isHidden()}
    assert shown == {"lesson", "input", "network", "inspector"}
    play.setEnabled(True)
    ready.bar.problem.setEnabled(True)
    assert not play.isEnabled()
    assert not ready.bar.problem.isEnabled()
    assert "lesson keeps" in ready.bar.problem.toolTip()
    assert ready.actions_by_name["lesson-leave"].isEnabled()
    # As a shortcut, and then as a key of what has the focus.
    ready.actions_by_name["cancel"].trigger()
    escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QCoreApplication.sendEvent(ready.windowHandle(), escape)
    qtbot.waitUntil(lambda: guide.lesson is None)
    assert play.isEnabled()
    assert ready.bar.problem.isEnabled()
    assert "lesson keeps" not in ready.bar.problem.toolTip() + play.toolTip()
    qtbot.waitUntil(lambda: ready.dock_area._hidden() == before)


@pytest.mark.parametrize("name", ["a-line.nnlesson", "a-line.toml"])
def test_a_lesson_is_opened_as_other_files_are(ready, tmp_path, name, qtbot):
    path, guide = tmp_path / name, ready.session.lesson_guide
    if path.suffix == ".toml":
        path.write_text(LESSON, encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as bundle:
            bundle.writestr("lesson.toml", LESSON)
    ready.opener.open_paths([path])
    qtbot.waitUntil(lambda: guide.lesson is not None and not guide.is_busy)
    assert guide.lesson.title == "A line"
    ready.lesson_visit.leave()
    path.write_text("[[step]]\nnonsense = 3\n", encoding="utf-8")
    ready.opener.open_paths([path])
    qtbot.waitUntil(lambda: "What was open stays" in said(ready))
    assert guide.lesson is None
