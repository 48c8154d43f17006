from dataclasses import replace

import numpy as np
import pytest

from nnstudio.files.session_file import save_session, session_from
from nnstudio.studio.app import _recover
from nnstudio.studio.documents.autosave import PERIOD_MS, Autosave, has_last_session
from nnstudio.studio.documents.session_snapshot import captured, last_session, save_as
from nnstudio.studio.program.crash_marker import LastExit, marker_path
from tests.studio.gestures import said, stroke_by_mouse
from tests.studio.networks import model_of


@pytest.fixture
def trained(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.2), (0.4, 0.8)])
    window.session.training.step_batch()
    qtbot.waitUntil(lambda: window.session.network.was_trained)
    return window


def kept():
    members, is_whole = last_session().read()
    assert is_whole
    return session_from(members, "the session")


@pytest.mark.slow
def test_what_is_trained_is_kept_while_the_window_is_open(trained, qtbot):
    trained.autosave.keep()
    qtbot.waitUntil(has_last_session)
    saved = kept()
    np.testing.assert_array_equal(saved.network.theta, trained.session.network.displayed_weights)
    assert len(saved.drawing.strokes) == 1
    assert [run.last.step for run in saved.runs] == [1]


def test_another_start_writes_over_no_run_of_the_session_before(trained):
    names = []
    for autosave in (trained.autosave, Autosave(trained.services, trained.dock_area, trained)):
        autosave.keep()
        autosave.finish()
        names.append({name for name in last_session().names() if name.startswith("runs/")})
    assert all(names)
    assert not names[0] & names[1]


def test_nothing_is_written_again_that_has_not_changed(trained, qtbot, monkeypatch):
    trained.autosave.keep()
    assert trained.autosave._timer.interval() == PERIOD_MS
    trained.autosave._worker.wait()
    written = []
    monkeypatch.setattr(trained.autosave, "_save", written.append)
    trained.autosave.keep()
    assert written == []
    trained.session.training.step_batch()
    before = trained.session.network.displayed_weights
    qtbot.waitUntil(lambda: trained.session.network.displayed_weights is not before)
    trained.autosave.keep()
    qtbot.waitUntil(lambda: len(written) == 1)


def test_an_untrained_network_is_not_kept_but_soon_looked_at_again(window):
    window.autosave.keep()
    assert window.autosave._timer.isActive()
    assert window.autosave._timer.interval() <= 5_000
    window.autosave.finish()
    assert not has_last_session()


def test_the_last_session_comes_back_with_its_drawing(trained, qtbot, open_window):
    theta = trained.session.network.displayed_weights
    trained.close()
    window = open_window()
    window.actions_by_name["last-session"].trigger()
    np.testing.assert_array_equal(window.session.network.displayed_weights, theta)
    assert len(window.session.input.strokes) == 1
    qtbot.waitUntil(lambda: window.session.network.reading is not None)


def test_all_runs_come_back_and_the_last_one_goes_on_as_if_nothing_had_been(trained, qtbot, open_window):
    session = trained.session
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0)
    session.training.reset(new_seed=True)
    session.training.step_epoch()
    qtbot.waitUntil(lambda: session.network.snapshot.epoch == 1.0 and len(session.history.runs.all) == 2)
    names = [run.name for run in session.history.runs.all]
    theta, config, history = (
        session.network.displayed_weights,
        session.network.config,
        session.network.snapshot.history,
    )
    trained.close()
    window = open_window()
    window.actions_by_name["last-session"].trigger()
    again = window.session
    assert [run.name for run in again.history.runs.all] == names
    assert again.network.config == config
    np.testing.assert_array_equal(again.network.displayed_weights, theta)
    qtbot.waitUntil(
        lambda: again.training.trainer is not None and again.history.runs.current is again.history.runs.all[1]
    )
    again.history.look_at_first()
    assert not np.array_equal(again.network.displayed_weights, theta)
    again.training.step_epoch()
    qtbot.waitUntil(lambda: again.network.snapshot is not None and again.network.snapshot.epoch == 2.0)
    n = len(history.train_loss)
    np.testing.assert_array_equal(again.network.snapshot.history.train_loss[:n], history.train_loss)


def test_a_session_in_one_file_opens_in_another_window(trained, qtbot, open_window, tmp_path):
    path = tmp_path / "lesson.nnstudio"
    trained.session.selection.select(0, 3)
    trained.show_panel("surgery")
    save_as(trained.services, trained.dock_area, path)
    theta = trained.session.network.displayed_weights
    other = open_window(model_of((784, 3, 10), name="other"))
    other.opener.open_paths([path])
    np.testing.assert_array_equal(other.session.network.displayed_weights, theta)
    assert len(other.session.input.strokes) == 1
    assert [run.name for run in other.session.history.runs.all] == ["Run 1"]
    assert "Opened lesson.nnstudio" in said(other)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    other.opener.open_paths([path])
    assert "is damaged" in said(other) or "damaged and cannot" in said(other)


def test_a_session_whose_data_are_not_here_can_be_looked_at(trained, open_window, tmp_path):
    path = tmp_path / "lesson.nnstudio"
    trained.session.history.runs.all[0].problem_name = "my-own-images"
    save_session(path, replace(captured(trained.services, trained.dock_area), problem_name="my-own-images"))
    theta = trained.session.network.displayed_weights
    other = open_window(model_of((784, 3, 10), name="other"))
    other.opener.open_paths([path])
    np.testing.assert_array_equal(other.session.network.displayed_weights, theta)
    other.session.history.look_back(
        other.session.history.runs.all[0], other.session.history.runs.all[0].first
    )
    assert other.session.network.past is not None


@pytest.mark.parametrize("end", [LastExit.CRASHED, LastExit.CRASHED_RESTORING])
def test_after_a_crash_the_session_is_back_unless_it_was_the_reason(trained, qtbot, open_window, end):
    theta = trained.session.network.displayed_weights
    trained.autosave.finish()
    window = open_window()
    _recover(window, end)
    assert np.array_equal(window.session.network.displayed_weights, theta) is (end is LastExit.CRASHED)
    assert "ended unexpectedly" in window.crash_notice.text.text()
    marker_path().unlink(missing_ok=True)


def test_a_folder_that_cannot_be_written_does_not_stop_anything(trained, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    trained.autosave._folder.path = blocked / "last-session"
    trained.autosave.finish()
    assert blocked.read_text("utf-8") == "in the way"


def test_a_window_that_nobody_works_in_keeps_nothing(trained):
    trained.autosave.rest()
    # What was saved while the window was made ready.
    trained.autosave._worker.wait()
    last_session().clear()
    trained.autosave.keep()
    trained.autosave.finish()
    assert not has_last_session()


def test_a_session_that_cannot_be_kept_is_told_once(ready, qtbot, tmp_path):
    (tmp_path / "file").write_text("no folder")
    ready.autosave._folder.path = tmp_path / "file" / "last"
    ready.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.was_trained)
    for expected in (True, False):
        ready.say("")
        ready.autosave.keep()
        ready.autosave._worker.wait()
        ready.autosave.keep()
        assert ("not being kept" in said(ready)) is expected
        ready.actions_by_name["step-batch"].trigger()
        qtbot.waitUntil(lambda: ready.session.network.snapshot is ready.session.training.trainer.latest)
