from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest

from nnstudio.files import session_store
from nnstudio.files.atomic import WriteError
from nnstudio.files.session_file import save_session, session_from
from nnstudio.studio.app import _recover
from nnstudio.studio.documents.autosave import PERIOD_MS, Autosave, has_last_session, open_last_session
from nnstudio.studio.documents.open_save import FileOpener
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.documents.session_snapshot import captured, last_session, save_as
from nnstudio.studio.program.crash_marker import LastExit, marker_path
from nnstudio.studio.session.setting_list import SETTINGS
from tests.studio.gestures import is_warning
from tests.studio.networks import model_of

STROKE = np.array([(0.3, 0.2), (0.7, 0.2), (0.4, 0.8)])
OPTIMISER = next(setting for setting in SETTINGS if setting.key == "optimiser")


@pytest.fixture
def trained(services, until):
    """Return services whose network has taken a step, with a stroke on the canvas."""
    services.session.input.set_strokes((STROKE,))
    services.session.training.step_batch()
    until(lambda: services.session.network.was_trained)
    return services


@pytest.fixture
def autosave(services, layout):
    autosave = Autosave(services, layout, services.session)
    yield autosave
    autosave.finish()


@pytest.fixture
def another(make_services):
    """Return services whose session has another network."""
    return make_services(model_of((784, 3, 10), name="other"))


@pytest.fixture
def opener(another, settings, layout):
    """Return what opens files in that other session."""
    return FileOpener(another, RecentFiles(settings, another.session), layout, MagicMock())


@pytest.fixture
def opened(another, qtbot):
    """Return a function that waits until what is being opened in that other session is there."""

    def wait():
        def is_over():
            another.session.openings.poll()
            return another.session.openings.current is None

        qtbot.waitUntil(is_over)

    return wait


def kept():
    members, is_whole = last_session().read()
    assert is_whole
    return session_from(members, "the session")


def test_what_is_trained_is_kept_while_the_window_is_open(trained, autosave, qtbot):
    autosave.keep()
    qtbot.waitUntil(has_last_session)
    saved = kept()
    np.testing.assert_array_equal(saved.network.theta, trained.session.network.displayed_weights)
    assert len(saved.drawing.strokes) == 1
    assert [run.last.step for run in saved.runs] == [1]


def test_another_start_writes_over_no_run_of_the_session_before(trained, layout):
    names = []
    for _ in range(2):
        autosave = Autosave(trained, layout, trained.session)
        autosave.keep()
        autosave.finish()
        names.append({name for name in last_session().names() if name.startswith("runs/")})
    assert all(names)
    assert not names[0] & names[1]


def test_nothing_is_written_again_that_has_not_changed(trained, autosave, until, monkeypatch):
    autosave.keep()
    assert autosave._timer.interval() == PERIOD_MS
    autosave._worker.wait()
    written = []
    monkeypatch.setattr(autosave, "_save", written.append)
    autosave.keep()
    assert written == []
    trained.session.training.step_batch()
    before = trained.session.network.displayed_weights
    until(lambda: trained.session.network.displayed_weights is not before)
    autosave.keep()
    until(lambda: len(written) == 1)


def test_another_input_is_kept_without_a_step_of_training(trained, autosave, monkeypatch):
    autosave.keep()
    autosave._worker.wait()
    written = []
    monkeypatch.setattr(autosave, "_save", written.append)
    document, ink = trained.session.input, np.zeros((28, 28), np.float32)
    for n_pixels in (1, 2):
        ink[5, :n_pixels] = 1.0
        document.set_image(ink.copy())
        autosave.keep()
        autosave._worker.wait()
        autosave.keep()
        assert len(written) == n_pixels
    document.set_image(np.tile(ink, (1, 3)))
    autosave.keep()
    autosave._worker.wait()
    assert len(written) == 3


def test_an_untrained_network_is_not_kept_but_soon_looked_at_again(autosave):
    autosave.keep()
    assert autosave._timer.isActive()
    assert autosave._timer.interval() <= 5_000
    autosave.finish()
    assert not has_last_session()


@pytest.mark.parametrize("afterwards", ["optimiser", "there and back", "network"])
def test_what_was_learnt_is_kept_whatever_was_chosen_afterwards(trained, autosave, until, afterwards):
    session = trained.session
    theta = session.network.displayed_weights
    if afterwards == "optimiser":
        session.setting_changes.choose(OPTIMISER, "sgd")
    elif afterwards == "there and back":
        session.training.reset(new_seed=True)
        session.go_back()
    else:
        session.setting_changes.edit_network("5")
    until(lambda: session.network.snapshot is not None)
    autosave.finish()
    np.testing.assert_array_equal(kept().network.theta, theta)


def test_the_last_session_comes_back_with_its_drawing(trained, autosave, another, opened):
    theta = trained.session.network.displayed_weights
    autosave.finish()
    another.session.openings.start(open_last_session(another))
    opened()
    np.testing.assert_array_equal(another.session.network.displayed_weights, theta)
    assert another.session.network.model_name == trained.session.network.model_name
    assert len(another.session.input.strokes) == 1
    another.session.poll()
    assert another.session.network.reading is not None


def test_a_step_asked_for_before_the_data_are_there_goes_on_with_the_run_that_comes_back(
    trained, autosave, another, opened, until, qtbot
):
    session = another.session
    autosave.finish()
    session.openings.start(open_last_session(another))
    opened()
    assert session.training.problem is None, "it is on its way"
    session.training.step_batch()

    def has_stepped():
        session.poll()
        return session.network.snapshot is not None and session.network.snapshot.step == 2

    qtbot.waitUntil(has_stepped)
    assert [
        [kept.step for kept in run.checkpoint_history.checkpoints] for run in session.history.runs.all
    ] == [[0, 1, 2]]


def test_all_runs_come_back_and_the_last_one_goes_on_as_if_nothing_had_been(
    trained, autosave, another, opened, until, qtbot
):
    session, again = trained.session, another.session
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0)
    session.training.reset(new_seed=True)
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and len(session.history.runs.all) == 2)
    names = [run.name for run in session.history.runs.all]
    theta, config, history = (
        session.network.displayed_weights,
        session.network.config,
        session.network.snapshot.history,
    )
    autosave.finish()
    another.session.openings.start(open_last_session(another))
    opened()
    assert [run.name for run in again.history.runs.all] == names
    assert again.network.config == config
    np.testing.assert_array_equal(again.network.displayed_weights, theta)

    def is_back():
        again.poll()
        return again.training.trainer is not None and again.history.runs.current is again.history.runs.all[1]

    def is_trained():
        again.poll()
        return again.network.snapshot is not None and again.network.snapshot.epoch == 2.0

    qtbot.waitUntil(is_back)
    again.history.look_at_first()
    assert not np.array_equal(again.network.displayed_weights, theta)
    again.training.step_epoch()
    qtbot.waitUntil(is_trained)
    n = len(history.train_loss)
    np.testing.assert_array_equal(again.network.snapshot.history.train_loss[:n], history.train_loss)


def test_a_session_in_one_file_opens_in_another_window(trained, layout, another, opener, opened, tmp_path):
    path = tmp_path / "lesson.nnstudio"
    trained.session.selection.select(0, 3)
    save_as(trained, layout, path)
    theta, other = trained.session.network.displayed_weights, another.session
    opener.open_paths([path])
    opened()
    np.testing.assert_array_equal(other.network.displayed_weights, theta)
    assert len(other.input.strokes) == 1
    assert [run.name for run in other.history.runs.all] == ["Run 1"]
    assert other.sentences[-1] == ("Opened lesson.nnstudio.", False)
    assert layout.restored == [layout.state()]
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    opener.open_paths([path])
    opened()
    (text, _) = other.sentences[-1]
    assert "is damaged" in text or "damaged and cannot" in text


def test_a_line_of_characters_from_a_picture_comes_back(trained, layout, another, opener, opened, tmp_path):
    tile = np.pad(np.ones((20, 6), np.float32), ((4, 4), (11, 11)))
    trained.session.input.set_image(np.concatenate([tile, tile, tile], axis=1))
    path = tmp_path / "lesson.nnstudio"
    save_as(trained, layout, path)
    another.session.input.set_strokes((STROKE,))
    opener.open_paths([path])
    opened()
    document = another.session.input
    assert len(document.line) == 3
    np.testing.assert_array_equal(document.x, trained.session.input.x)


def test_nothing_of_the_canvas_before_stays_when_a_session_with_a_blank_one_opens(
    trained, layout, another, opener, opened, tmp_path
):
    trained.session.input.clear()
    path = tmp_path / "lesson.nnstudio"
    save_as(trained, layout, path)
    another.session.input.set_strokes((STROKE,))
    opener.open_paths([path])
    opened()
    assert another.session.input.content.is_blank


def test_a_session_whose_data_are_not_here_can_be_looked_at(
    trained, layout, another, opener, opened, tmp_path
):
    path = tmp_path / "lesson.nnstudio"
    trained.session.history.runs.all[0].problem_name = "my-own-images"
    save_session(path, replace(captured(trained, layout), problem_name="my-own-images"))
    theta, other = trained.session.network.displayed_weights, another.session
    opener.open_paths([path])
    opened()
    np.testing.assert_array_equal(other.network.displayed_weights, theta)
    (run,) = other.history.runs.all
    other.history.look_back(run, run.first)
    assert other.network.past is not None


def test_a_folder_that_cannot_be_written_does_not_stop_anything(trained, autosave, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    autosave._folder.path = blocked / "last-session"
    autosave.finish()
    assert blocked.read_text("utf-8") == "in the way"


def test_a_window_that_nobody_works_in_keeps_nothing(trained, autosave):
    autosave.rest()
    # What was saved while the session was made ready.
    autosave._worker.wait()
    last_session().clear()
    autosave.keep()
    autosave.finish()
    assert not has_last_session()


def test_a_session_that_cannot_be_kept_is_told_once(trained, autosave, until, tmp_path):
    (tmp_path / "file").write_text("no folder")
    autosave._folder.path = tmp_path / "file" / "last"
    session = trained.session
    for expected in (True, False):
        session.sentences.clear()
        autosave.keep()
        autosave._worker.wait()
        autosave.keep()
        assert any("not being kept" in text for text, _ in session.sentences) is expected
        session.training.step_batch()
        step = session.network.snapshot.step
        until(lambda step=step: session.network.snapshot.step > step)


# In the window


def test_after_a_crash_the_session_is_back_unless_it_was_the_reason(
    trained, autosave, until, open_window, qtbot
):
    session = trained.session
    theta = session.network.displayed_weights
    autosave._timer.stop()
    last_session().clear()
    window = open_window(model_of((784, 3, 10), name="other"))
    # A slow machine would keep this window's session over the one that is to come back.
    window.autosave._timer.stop()
    window.actions_by_name["last-session"].trigger()
    # There is none yet.
    qtbot.waitUntil(lambda: is_warning(window))

    autosave.finish()
    for end in (LastExit.CRASHED_RESTORING, LastExit.CRASHED):
        window.crash_notice.show_text("")
        _recover(window, end)
        is_back = np.array_equal(window.session.network.displayed_weights, theta)
        assert is_back is (end is LastExit.CRASHED)
        assert "ended unexpectedly" in window.crash_notice.text.text()
    marker_path().unlink(missing_ok=True)

    window.session.open_model(model_of((784, 3, 10), name="other"))
    window.actions_by_name["clear"].trigger()
    window.actions_by_name["last-session"].trigger()
    qtbot.waitUntil(lambda: np.array_equal(window.session.network.displayed_weights, theta))
    assert window.session.network.model_name == session.network.model_name
    assert len(window.session.input.strokes) == 1
    qtbot.waitUntil(lambda: window.session.network.reading is not None)

    # What is trained here is kept when the window closes.
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: window.session.network.displayed_weights is not theta)
    qtbot.waitUntil(lambda: window.session.network.snapshot is not None)
    qtbot.waitUntil(lambda: window.session.network.snapshot.step == 2)
    after = window.session.network.displayed_weights
    window.close()
    np.testing.assert_array_equal(kept().network.theta, after)


def test_a_session_that_cannot_be_kept_does_not_keep_the_window_open(open_window, qtbot, monkeypatch, caplog):
    window = open_window()
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: window.session.network.was_trained)

    def fail(path, data):
        raise WriteError("There is no room.")

    monkeypatch.setattr(session_store, "write_atomically", fail)
    window.close()
    assert not window.isVisible()
    assert "could not be kept" in caplog.text
