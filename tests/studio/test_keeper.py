import json

import numpy as np
import pytest

from nnstudio.files.model_file import load_model
from nnstudio.studio import keeper
from nnstudio.studio.keeper import last_session_path
from tests.studio.gestures import said, stroke_by_mouse


@pytest.fixture
def trained(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.2), (0.4, 0.8)])
    window.session.step_batch()
    qtbot.waitUntil(lambda: window.session.was_trained)
    return window


def test_what_is_trained_is_kept_while_the_window_is_open(trained, qtbot):
    trained.keeper.keep()
    qtbot.waitUntil(lambda: last_session_path().exists())
    model = load_model(last_session_path())
    np.testing.assert_array_equal(model.theta, trained.session.theta)
    assert len(model.card["drawing"]["strokes"]) == 1


def test_nothing_is_written_again_that_has_not_changed(trained, qtbot, monkeypatch):
    trained.keeper.keep()
    qtbot.waitUntil(lambda: last_session_path().exists())
    trained.keeper.finish()
    written = []
    monkeypatch.setattr(keeper, "_write", written.append)
    trained.keeper.keep()
    assert written == []
    trained.session.step_batch()
    before = trained.session.theta
    qtbot.waitUntil(lambda: trained.session.theta is not before)
    trained.keeper.keep()
    qtbot.waitUntil(lambda: len(written) == 1)


def test_an_untrained_network_is_not_kept(window):
    window.keeper.keep()
    window.keeper.finish()
    assert not last_session_path().exists()


def test_the_last_session_comes_back_with_its_drawing(trained, qtbot, open_window):
    theta = trained.session.theta
    trained.close()
    window = open_window()
    window.actions_by_name["last-session"].trigger()
    np.testing.assert_array_equal(window.session.theta, theta)
    assert len(window.input.canvas.content.strokes) == 1
    qtbot.waitUntil(lambda: window.session.reading is not None)


@pytest.mark.parametrize("drawing", [None, 7, {"strokes": "x"}, {"strokes": [[[0, 0]]]}, json.loads("[]")])
def test_a_session_with_a_strange_drawing_opens_without_it(trained, open_window, drawing):
    model = trained.session.model()
    model.card["drawing"] = drawing
    keeper._write(model)
    trained.close()
    window = open_window()
    keeper._write(model)
    window.actions_by_name["last-session"].trigger()
    assert window.input.canvas.content.is_blank
    assert window.session.architecture == model.architecture


def test_a_folder_that_cannot_be_written_does_not_stop_anything(trained, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    monkeypatch.setattr(keeper, "state_dir", lambda: blocked)
    trained.keeper.finish()
    assert blocked.read_text("utf-8") == "in the way"


def test_a_window_that_nobody_works_in_keeps_nothing(trained):
    trained.keeper.rest()
    trained.keeper.keep()
    trained.keeper.finish()
    assert not last_session_path().exists()


def test_a_session_that_cannot_be_kept_is_told_once(ready, qtbot, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(keeper, "last_session_path", lambda: tmp_path / "file" / "last.safetensors")
    ready.commands.step_batch()
    qtbot.waitUntil(lambda: ready.session.was_trained)
    for expected in (True, False):
        ready.say("")
        ready.keeper.keep()
        ready.keeper._writer.join()
        ready.keeper.keep()
        assert ("not being kept" in said(ready)) is expected
        ready.commands.step_batch()
        qtbot.waitUntil(lambda: ready.session.snapshot is ready.session.trainer.latest)
