"""A session with a network of one output for two classes."""

import numpy as np
import pytest

from nnstudio.studio.documents.session_snapshot import save_as
from nnstudio.studio.panels.answer import AnswerPanel
from nnstudio.studio.panels.compare.panel import ComparePanel
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.session.setting_list import SETTINGS
from nnstudio.studio.views.network.scene import UnitAddress
from tests.studio.problems import SPACES, TWO_CLASSES, small_source

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.fixture
def one(session, until):
    """Return a session that has learned two classes with one output, and reads a sample of the second."""
    source = small_source(TWO_CLASSES)
    session.take(source)
    until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
    session.setting_changes.edit_network("2-6-1")
    session.setting_changes.set_learning_rate(0.1)
    for n_epochs in range(1, 11):
        session.step_epoch()
        until(lambda n=2 * n_epochs: has_steps(session, n))
    until(lambda: session.network.snapshot.test_step == session.network.snapshot.step)
    session.input.set_x(np.array([0.9, 0.0], np.float32))
    until(lambda: session.network.reading is not None)
    return session


def has_steps(session, n):
    """Return whether the network has been trained for so many steps, of which two are an epoch, and rests."""
    snapshot = session.network.snapshot
    return snapshot is not None and snapshot.step >= n and not session.training.is_running


def offered(session, key):
    return {option.key for option in BY_KEY[key].options_for(session.network.output_kind)}


def test_sizes_mean_what_they_say(one, until):
    architecture = one.network.architecture
    assert architecture.layer_sizes == (2, 6, 1)
    assert (architecture.activations[-1], one.network.config.loss) == ("sigmoid", "binary_cross_entropy")
    assert any(text.startswith("A fresh network 2-6-1:") for text, _ in one.sentences)
    one.setting_changes.edit_network("5 4")
    assert one.network.architecture.layer_sizes == (2, 5, 4, 1)
    one.setting_changes.edit_network("2-5-4-2")
    assert one.network.architecture.layer_sizes == (2, 5, 4, 2)
    assert "softmax" in offered(one, "output")
    one.setting_changes.edit_network("2-5-3")
    assert "type 2–5–2" in one.sentences[-1][0]


def test_what_one_output_allows_is_offered(one, until):
    assert offered(one, "output") == {"sigmoid", "step"}
    assert offered(one, "loss") == {"binary_cross_entropy", "squared_error", "absolute_error", "perceptron"}
    one.setting_changes.choose(BY_KEY["loss"], "squared_error")
    until(lambda: one.network.config.loss == "squared_error")
    assert one.network.architecture.activations[-1] == "sigmoid"
    one.setting_changes.edit_network("2-1")
    one.setting_changes.choose(BY_KEY["output"], "step")
    assert (one.network.config.loss, one.network.config.batch_size) == ("perceptron", 1)
    one.step_epoch()
    until(lambda: has_steps(one, 64))


def test_the_answer_has_a_share_for_each_class(one, show_alone):
    reading, panel = one.network.reading, show_alone(AnswerPanel)
    assert reading.label == 1
    assert reading.outputs.shape == (1,)
    np.testing.assert_allclose(panel.widget.classes._values, [1 - reading.outputs[0], reading.outputs[0]])
    assert panel.numbers()[1] == [("right", float(reading.z[-1][0]), float(reading.outputs[0]))]
    assert one.network.snapshot.test_score > 0.9
    assert one.input.right_answer is None


def test_the_network_picture_has_one_circle_named_after_the_second_class(one, show_alone):
    panel = show_alone(NetworkPanel)
    assert panel.widget.placed().outputs.n_places == 1
    assert panel.widget.scene.name(UnitAddress(1, 0)) == "Output for right"
    assert [row[1] for row in panel.numbers()[1] if row[0] == "Output"].count("right") > 1


def test_it_is_compared_with_a_network_of_two_outputs(one, show_alone, until):
    panel = show_alone(ComparePanel)
    before = one.network.model()
    one.setting_changes.edit_network("2-6-2")
    one.step_epoch()
    until(lambda: has_steps(one, 1))
    panel.comparer.choose_model(before)
    until(lambda: panel.comparer.agreement is not None)
    assert panel.comparer.agreement.n == 64
    assert not panel.comparer.is_alike
    values = [view.classes._values for view in panel.outputs]
    assert [len(each) for each in values] == [2, 2]


def test_its_session_comes_back(one, until, opener, services, session, tmp_path, layout):
    run, weights = session.history.run, session.network.newest_weights.copy()
    path = tmp_path / "runs.nnstudio"
    save_as(services, layout, path)
    session.take(small_source("line"))
    until(lambda: session.network.output_space == SPACES["line"][1])
    opener.open_paths([path])
    until(lambda: session.history.run is not None and session.history.run.name == run.name)
    assert session.network.architecture.layer_sizes == (2, 6, 1)
    np.testing.assert_array_equal(session.network.newest_weights, weights)
    until(lambda: session.training.trainer is not None)
    session.step_epoch()
    until(lambda: has_steps(session, run.last.step + 2))
