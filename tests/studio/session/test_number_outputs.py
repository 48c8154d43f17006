"""A session with problems whose answers are numbers: settings, biases, answers, saving and going back."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.output_kinds import CLASSES, NUMBERS
from nnstudio.data.problem import OutputSpace, Quantity
from nnstudio.data.problems import load_problem
from nnstudio.files.network_toml import open_network_toml
from nnstudio.studio.documents.session_snapshot import save_as
from nnstudio.studio.panels.surgery.panel import SurgeryPanel
from nnstudio.studio.session.output_kinds import AnswerError, described, parsed_numbers, score_unit
from nnstudio.studio.session.setting_list import DATA_SETTINGS, SETTINGS
from tests.studio.networks import model_of
from tests.studio.problems import SPACES, small_source

BY_KEY = {setting.key: setting for setting in (*SETTINGS, *DATA_SETTINGS)}


@pytest.fixture
def take(session, until):
    """Return a function that has the session turn to a small problem."""

    def take_one(name):
        source = small_source(name)
        session.take(source)
        until(lambda: session.network.problem_name == source.name and session.training.trainer is not None)
        return session

    return take_one


def choose(session, key, text):
    setting = BY_KEY[key]
    session.setting_changes.apply(setting, session.setting_changes.parsed(setting, text))


def test_only_losses_and_outputs_that_the_answers_allow_are_offered():
    losses = {option.key for option in BY_KEY["loss"].options_for(NUMBERS)}
    assert losses == NUMBERS.losses
    outputs = {option.key for option in BY_KEY["output"].options_for(NUMBERS)}
    assert "identity" in outputs
    assert "softmax" not in outputs
    assert ("step" in outputs) == ("perceptron" in losses)
    for key in ("loss", "output", "optimiser"):
        assert BY_KEY[key].options_for(CLASSES) == BY_KEY[key].options
    for key in ("label_smoothing", "random_labels"):
        assert BY_KEY[key].suits(CLASSES)
        assert not BY_KEY[key].suits(NUMBERS)


def test_each_problem_starts_with_its_own_output_and_loss(take):
    session = take("line")
    assert session.network.config.loss == "squared_error"
    assert session.network.architecture.activations[-1] == "identity"
    take("classes")
    assert session.network.config.loss == "cross_entropy"
    assert session.network.architecture.activations[-1] == "softmax"
    take("plane")
    assert session.network.config.loss == "squared_error"
    assert session.network.architecture.layer_sizes[-1] == 2


def test_a_network_without_biases_keeps_them_at_0_and_its_counts_say_so(take, until):
    session = take("line")
    session.setting_changes.edit_network("6 5")
    assert any("41 weights, 12 biases" in text for text, _ in session.sentences)
    choose(session, "biases", "without")
    assert not session.network.architecture.has_biases
    assert any("no biases" in text for text, _ in session.sentences)
    session.step_epoch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step > 0)
    until(lambda: not session.training.is_running)
    layers = session.network.architecture.layers(session.network.newest_weights)
    assert all(not layer.b.any() for layer in layers)
    assert any(layer.W.any() for layer in layers)
    session.setting_changes.edit_network("4")
    assert any(
        text.startswith("A fresh network 1-4-1: 8 weights, no biases.") for text, _ in session.sentences
    )
    choose(session, "biases", "with")
    assert session.network.architecture.has_biases


def test_the_right_answer_of_a_sample_is_known_and_of_nothing_else(take, until):
    session = take("plane")
    test = session.training.problem.test
    session.input.show_sample(test.batch(np.array([5]))[0], "a sample", test.answer(5))
    np.testing.assert_array_equal(session.input.right_answer, test.targets[5])
    session.input.set_x(test.batch(np.array([6]))[0])
    assert session.input.right_answer is None
    session.training.random_test_input(lambda x, answer: session.input.show_sample(x, "one", answer))
    until(lambda: session.input.right_answer is not None)
    assert session.input.right_answer.shape == (2,)


def test_a_training_step_needs_a_right_answer_and_ends_nearer_to_it(take, until):
    session = take("line")
    session.input.set_x(np.array([0.5], np.float32))
    until(lambda: session.network.reading is not None)
    session.stepper.go(1)
    assert session.stepper.step is None
    assert "No right answer" in session.sentences[-1][0]
    session.stepper.choose_answer(np.array([1.5], np.float32))
    session.stepper.go(1)
    step = session.stepper.step
    a = float(step.reading.outputs[0])
    assert step.slopes.loss == pytest.approx(0.5 * (a - 1.5) ** 2, rel=1e-5)
    assert step.slopes_after.loss < step.slopes.loss


def test_a_session_with_such_runs_comes_back(take, until, opener, services, session, tmp_path, layout):
    take("line")
    session.step_epoch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step > 0)
    until(lambda: not session.training.is_running)
    until(lambda: session.history.run is not None and session.history.run.checkpoint_history.best is not None)
    run, weights = session.history.run, session.network.newest_weights.copy()
    best = run.checkpoint_history.best.test_score
    path = tmp_path / "runs.nnstudio"
    save_as(services, layout, path)
    take("classes")
    opener.open_paths([path])
    until(lambda: session.network.output_space == SPACES["line"][1])
    until(lambda: session.history.run is not None and session.history.run.name == run.name)
    np.testing.assert_array_equal(session.network.newest_weights, weights)
    found = session.history.run
    assert found.measure is NUMBERS.measure
    assert found.checkpoint_history.best.test_score == best


def test_right_numbers_are_typed_with_a_point_or_a_comma():
    space = OutputSpace(quantities=(Quantity("y", "m"), Quantity("v", "m")))
    np.testing.assert_allclose(parsed_numbers(space, " 0,5 −1e-2"), [0.5, -0.01])
    assert parsed_numbers(space, "  ") is None
    for text in ("1", "1 2 3", "a b", "nan 1", "inf 1"):
        with pytest.raises(AnswerError, match="y, v"):
            parsed_numbers(space, text)
    assert described(space, np.array([0.5, -2.0])) == "y = 0.5000 m, v = −2.00 m"
    assert score_unit(space) == "m"
    assert score_unit(SPACES["classes"][1]) == "%"


def test_a_network_of_a_curve_is_opened_with_its_own_curve(session, until):
    problem = load_problem("curve-absolute")
    network = {"space": problem.input_space, "outputs": problem.output_space, "raster": None}
    model = model_of((1, 4, 1), hidden="tanh", output="identity", **network)
    session.training.prepare()
    until(lambda: session.training.problem is not None)
    for _ in range(2):
        session.open_model(replace(model, card={"problem": "curve-absolute"}))
        assert session.network.problem_name == "curve-absolute"
        session.training.prepare()
        until(lambda: session.training.trainer is not None)
        assert session.training.problem.input_space == model.input_space
        assert session.network.config.loss == "squared_error"
        session.choose_problem("curve-sine")
        until(lambda: session.network.problem_name == "curve-sine")


def test_edits_of_a_network_without_biases_leave_them_at_0(take, show_alone, until):
    session = take("line")
    choose(session, "biases", "without")
    surgery = show_alone(SurgeryPanel)
    session.selection.select(0, 1)
    until(lambda: surgery.units.bias.caption.text() == "no bias")
    assert not surgery.units.bias.isEnabled()
    first = session.network.newest_weights.copy()
    session.weight_editor.do(first + np.float32(1), "one more")
    until(lambda: (session.network.newest_weights != first).any())
    session.input.set_x(np.array([0.5], np.float32))
    until(lambda: session.network.reading is not None)
    session.stepper.choose_answer(np.array([1.5], np.float32))
    session.stepper.go(1)
    before = session.network.newest_weights.copy()
    session.stepper.take()
    until(lambda: (session.network.newest_weights != before).any())
    layers = session.network.architecture.layers(session.network.newest_weights)
    assert all(not layer.b.any() for layer in layers)
    assert not session.network.model().architecture.has_biases
    choose(session, "biases", "with")
    # Another network has no unit selected.
    until(lambda: session.selection.unit is None)
    session.selection.select(0, 1)
    until(surgery.units.bias.isEnabled)


def test_the_same_weights_with_another_activation_and_back(session):
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    theta = session.network.own_weights.copy()
    session.poll()
    assert session.network.reading.outputs[0] == pytest.approx(-0.601, abs=5e-7)
    session.use_activation("relu")
    session.poll()
    assert session.network.architecture.activations == ("relu", "relu", "identity")
    np.testing.assert_array_equal(session.network.own_weights, theta)
    assert session.network.reading.outputs[0] == pytest.approx(-0.4694, abs=1e-4)
    assert "same weights with ReLU" in session.sentences[-1][0]
    session.use_activation("identity")
    session.poll()
    assert session.network.reading.outputs[0] == pytest.approx(-0.601, abs=5e-7)
    session.go_back()
    assert session.network.architecture.activations == ("relu", "relu", "identity")
