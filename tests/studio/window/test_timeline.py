import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.views.setting_box import SettingBox
from nnstudio.studio.window.timeline_track import MAIN_Y, MARGIN_PX
from tests.studio.gestures import turn_wheel

pytestmark = pytest.mark.window(shared=True)


def rests_at(window, step):
    snapshot = window.session.network.snapshot
    return (
        snapshot is not None
        and snapshot.step == snapshot.test_step == step
        and not window.session.training.is_running
    )


@pytest.fixture
def rested(ready, qtbot):
    """Return a window at rest after two recorded epochs of five steps, its last frame shown."""
    ready.session.input.set_image(np.eye(28, dtype=np.float32))
    for step in (5, 10):
        ready.session.training.step_epoch()
        qtbot.waitUntil(lambda step=step: rests_at(ready, step))
    checkpoints = ready.session.history.run.checkpoint_history.checkpoints
    qtbot.waitUntil(lambda: len(ready.timeline.track._lanes[0].epochs) == len(checkpoints))
    show_frames(ready, qtbot)
    return ready


def show_frames(window, qtbot):
    """Have the window show all that is new."""
    qtbot.waitUntil(lambda: not window.frame_updates.frame())


def place(window, share):
    """Return the point of the track at a share of its length."""
    track = window.timeline.track
    return QPoint(round(MARGIN_PX + share * (track.width() - 2 * MARGIN_PX)), MAIN_Y)


def epoch_on_show(window):
    return window.session.network.checkpoint.epoch


def test_a_click_and_a_drag_show_the_window_as_it_was(rested, qtbot):
    track, session = rested.timeline.track, rested.session
    newest, answer = session.network.displayed_weights, session.network.reading.a[-1]
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=place(rested, 0.0))
    assert epoch_on_show(rested) == 0.0
    show_frames(rested, qtbot)
    assert not np.array_equal(session.network.reading.a[-1], answer), (
        "what is drawn is read by the weights of then"
    )
    assert session.network.displayed_weights.tobytes() == session.history.run.first.theta.tobytes()
    assert rested.timeline.place.text().startswith("past · epoch 0.00 · snapshot 1 of ")
    assert rested.timeline.property("role") == "past"
    QTest.mouseMove(track, place(rested, 0.5))
    assert abs(epoch_on_show(rested) - 1.0) < 0.21
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=place(rested, 0.5))
    assert session.network.past is not None
    rested.actions_by_name["live"].trigger()
    assert session.network.displayed_weights is newest
    show_frames(rested, qtbot)
    assert "past" not in rested.timeline.place.text()
    assert rested.timeline.live.isChecked()


def test_the_track_is_worked_with_keys_and_the_wheel(rested, qtbot):
    track, session = rested.timeline.track, rested.session
    checkpoints = session.history.run.checkpoint_history.checkpoints
    track.setFocus(Qt.FocusReason.TabFocusReason)
    for key, place_now in ((Qt.Key.Key_Left, -2), (Qt.Key.Key_Left, -3), (Qt.Key.Key_Right, -2)):
        QTest.keyClick(track, key)
        assert session.network.past is checkpoints[place_now]
    QTest.keyClick(track, Qt.Key.Key_Home)
    assert session.network.past is checkpoints[0]
    QTest.keyClick(track, Qt.Key.Key_PageDown)
    assert session.network.past is (checkpoints[10] if len(checkpoints) > 10 else None)
    QTest.keyClick(track, Qt.Key.Key_End)
    assert session.network.past is None
    turn_wheel(track, -120)
    assert session.network.past is checkpoints[-2]
    turn_wheel(track, 120)
    assert session.network.past is checkpoints[-1]

    for name, checkpoint in (
        ("first-moment", checkpoints[0]),
        ("later-moment", checkpoints[1]),
        ("earlier-moment", checkpoints[0]),
        ("best-moment", session.history.run.checkpoint_history.best),
        ("live", None),
    ):
        rested.actions_by_name[name].trigger()
        assert session.network.past is checkpoint


def test_the_film_plays_to_its_end_and_hovering_tells_the_numbers(rested, qtbot):
    track, player, session = rested.timeline.track, rested.timeline.player, rested.session
    QTest.mouseMove(track, place(rested, 0.5))
    assert rested.timeline.place.text().startswith("epoch 1.00 · loss ")
    assert session.network.past is None, "looking is not choosing"
    player.speed = 60
    rested.actions_by_name["play-back"].trigger()
    assert session.network.past is session.history.run.first
    assert player.is_playing
    qtbot.waitUntil(lambda: not player.is_playing)
    assert session.network.past is session.history.run.last
    rested.actions_by_name["play-back"].trigger()
    rested.actions_by_name["play-back"].trigger()
    assert not player.is_playing


def test_every_panel_follows_to_the_moment(rested, qtbot):
    session = rested.session
    rested.show_panel("confusion")
    rested.session.selection.select(0, 3)
    qtbot.waitUntil(
        lambda: rested.session.evaluator.latest is not None and rested.session.evaluator.latest.step == 10
    )
    now = rested.session.unit_images.by_layer(rested.session.network.displayed_weights)[0].copy()
    results = rested.session.evaluator.latest
    session.history.look_at_first()
    qtbot.waitUntil(lambda: rested.session.evaluator.latest is not results)
    assert rested.session.evaluator.latest.step == 0
    assert not np.array_equal(
        rested.session.unit_images.by_layer(rested.session.network.displayed_weights)[0], now
    )
    (figure,) = [label for label in rested.bar.findChildren(QLabel) if label.accessibleName() == "Epoch"]
    qtbot.waitUntil(lambda: figure.text() == "0.00")
    assert figure.property("role") == "past"
    moment = rested.panels["loss"].widget._moment
    qtbot.waitUntil(lambda: moment.isVisible() and moment.value() == 0.0)
    session.network.look_at(None)
    qtbot.waitUntil(lambda: rested.session.evaluator.latest.step == 10)

    # Histograms are those of the whole run, however late one looks.
    rested.show_panel("histograms")
    spreads = rested.panels["histograms"]._spreads
    n_checkpoints = len(session.history.run.checkpoint_history.checkpoints)
    qtbot.waitUntil(lambda: len(spreads.epochs) == n_checkpoints)
    assert (spreads.epochs[0], spreads.epochs[-1]) == (0.0, 2.0)
    known = spreads.values("weights", 0)
    session.history.look_at_first()
    show_frames(rested, qtbot)
    assert np.array_equal(spreads.values("weights", 0), known), "looking back changes nothing of the past"


@pytest.mark.new_window
def test_a_branch_is_a_lane_a_name_and_a_faint_curve(rested, qtbot):
    session, timeline = rested.session, rested.timeline
    run = session.history.run
    session.history.look_at_first()
    rested.actions_by_name["branch"].trigger()
    qtbot.waitUntil(lambda: session.history.run is not run)
    session.training.step_epoch()
    qtbot.waitUntil(lambda: rests_at(rested, 5))
    show_frames(rested, qtbot)
    assert [timeline.run_box.itemText(k) for k in range(timeline.run_box.count())] == ["Run 1", "Branch 2"]
    assert timeline.run_box.currentText() == "Branch 2"
    lanes = timeline.track._lanes
    assert [(lane.name, lane.parent) for lane in lanes] == [("Branch 2", 1), ("Run 1", None)]
    # Not as long as the other run; the track follows a few times a second.
    qtbot.waitUntil(lambda: timeline.track._end == session.network.snapshot.epoch == 1.0)
    qtbot.waitUntil(lambda: "Run 1" in rested.panels["loss"].widget._legend.toolTip())
    run.problem_name = "digits-mnist"
    session.history.runs_changed.emit()
    qtbot.waitUntil(lambda: "Run 1" not in rested.panels["loss"].widget._legend.text())
    run.problem_name = session.network.problem_name

    rested.actions_by_name["rename-run"].trigger()
    timeline.run_box.setEditText("From the start")
    QTest.keyClick(timeline.run_box.lineEdit(), Qt.Key.Key_Return)
    show_frames(rested, qtbot)
    assert session.history.run.name == timeline.run_box.itemText(1) == "From the start"
    timeline.run_box.setCurrentIndex(0)
    timeline.run_box.activated.emit(0)
    qtbot.waitUntil(lambda: session.history.run is run)
    assert rested.focusWidget() is timeline.track, "Space trains, and is not typed"
    rested.actions_by_name["next-run"].trigger()
    qtbot.waitUntil(lambda: session.history.run is not run and rests_at(rested, 5))
    show_frames(rested, qtbot)

    appearance.set_theme(LIGHT)
    timeline.grab()

    # A click on the other lane looks at that run; the list of runs goes on with it.
    timeline.track.checkpoint_chosen.emit(1, 0)
    assert (session.history.run, session.network.past) == (run, run.first)
    rested.actions_by_name["next-run"].trigger()
    qtbot.waitUntil(lambda: session.network.past is None and session.history.runs.current is not run)
    rested.actions_by_name["next-run"].trigger()
    qtbot.waitUntil(lambda: session.history.run is run and rests_at(rested, 10))

    rested.actions_by_name["delete-run"].trigger()
    assert "is the run that is trained" in rested.status.message.text()
    branch = session.history.runs.all[1]
    session.history.look_back(branch, branch.first)
    rested.actions_by_name["delete-run"].trigger()
    assert session.history.runs.all == [run]
    rested.actions_by_name["restore-run"].trigger()
    assert session.history.runs.all == [run, branch]


@pytest.mark.new_window
def test_without_a_run_on_show_the_others_can_still_be_looked_at(rested, qtbot, model):
    session, track = rested.session, rested.timeline.track
    run = session.history.run
    session.open_model(model)
    qtbot.waitUntil(lambda: session.history.runs.all[0] is run and session.history.run is not run)
    session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: session.network.problem_name == "plane-moons")
    show_frames(rested, qtbot)
    assert track._lanes[-1].name == "Run 1"
    rested.timeline.grab()
    QTest.mouseMove(track, place(rested, 0.4) + QPoint(0, 14))
    assert rested.timeline.place.text().startswith("epoch ")
    track.checkpoint_chosen.emit(len(track._lanes) - 1, 0)
    qtbot.waitUntil(lambda: session.network.problem_name == "digits-synthetic" and session.history.run is run)


def test_another_rate_in_the_past_is_told_as_the_branch_that_it_begins(ready, qtbot):
    session, rate = ready.session, ready.session.network.config.hyper.learning_rate
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0 and session.history.run is not None)
    session.history.look_at_first()
    ready.actions_by_name["slower"].trigger()
    said = ready.status.message.text()
    assert said.startswith("A branch goes on from here")
    assert "from now on" not in said
    qtbot.waitUntil(lambda: len(session.history.runs.all) == 2)
    # The new rate, which has more digits than the usual ones, can be read.
    box = next(box for box in ready.bar.findChildren(SettingBox) if box.setting.key == "learning_rate")
    assert float(box.currentText()) == pytest.approx(rate / 1.5, rel=0.01)
    line = box.lineEdit()
    qtbot.waitUntil(lambda: line.width() > line.fontMetrics().horizontalAdvance(line.text()))


def test_accuracy_and_mistakes_speak_of_the_displayed_weights(rested, qtbot, monkeypatch):
    session, shown = rested.session, rested.bar._score.value
    mistakes = rested.panels["mistakes"]
    checkpoints = session.history.run.checkpoint_history.checkpoints
    unmeasured = next((each for each in checkpoints if each.step not in (0, 5, 10)), checkpoints[0])
    for checkpoint in (checkpoints[0], unmeasured, None):
        if checkpoint is not None:
            session.history.look_back(session.history.run, checkpoint)
        else:
            session.network.look_at(None)
        qtbot.waitUntil(lambda: session.evaluator.current is not None)
        results = session.evaluator.current
        accuracy = f"{100 * (1 - results.n_errors / len(results)):.1f} %"
        qtbot.waitUntil(lambda accuracy=accuracy: shown.text() == accuracy)
        qtbot.waitUntil(
            lambda results=results: mistakes._count.text().startswith(f"{results.n_errors} of {len(results)}")
        )
        assert "these weights" in shown.toolTip()
    measure = rested.frame_updates._score
    monkeypatch.setattr(session.evaluator, "_taken", None)
    assert measure(checkpoints[-1]) == (checkpoints[-1].test_score, 10)
    monkeypatch.setattr(session.history.run, "problem_name", "digits-mnist")
    assert measure(checkpoints[-1]) == (None, None), "it was measured on other samples"
