"""Rosenblatt's rule on a unit of the displayed network: counted, written into the weights, and proved."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.studio.networks import model_of, show_difference
from tests.studio.plane import on_a_set, plane_model


@pytest.fixture
def model():
    return plane_model(output="step")


@pytest.fixture
def perceptron(session, until, request):
    """Return the perceptron of a session that learns AND, or the set that a test names."""
    on_a_set(session, getattr(request, "param", "plane-and"))
    until(lambda: session.training.trainer is not None)
    return session.perceptron


def unit_of(session, unit=1):
    layer = session.network.architecture.layers(session.network.own_weights)[0]
    return [*layer.W[unit].tolist(), float(layer.b[unit])]


def wait_for(until, perceptron, condition):
    """Go on until what the trainer brings makes a condition true."""

    def holds():
        perceptron.follow()
        return condition()

    until(holds)


def test_and_is_parted_after_six_passes(perceptron, session, until):
    assert perceptron.unit == 1
    perceptron.start_at_zero()
    perceptron.correct()
    assert perceptron.last.after.tolist() == [1, 1, 1]
    assert (perceptron.epoch, perceptron.n_corrections) == (1, 1)
    perceptron.finish()
    assert (perceptron.epoch, perceptron.n_corrections, perceptron.is_separated) == (6, 10, True)
    assert perceptron.began_at_zero
    assert (
        perceptron.n_corrections <= perceptron.samples.separation.most_corrections == pytest.approx(51, abs=1)
    )
    wait_for(until, perceptron, lambda: unit_of(session) == [2, 1, -2])
    assert perceptron.weights.tolist() == [2, 1, -2]
    assert perceptron.n_corrections == 10, "the rule's own weights are no reason to begin again"


@pytest.mark.parametrize("perceptron", ["plane-xor"], indirect=True)
def test_xor_comes_back_in_the_third_pass(perceptron):
    perceptron.start_at_zero()
    while not perceptron.is_cycling:
        perceptron.correct()
    assert (perceptron.epoch, perceptron.is_separated) == (3, False)
    assert not perceptron.samples.separation.is_separable


def test_presses_that_are_faster_than_the_trainer_are_all_counted(perceptron, session, until):
    perceptron.start_at_zero()
    for _ in range(10):
        perceptron.correct()
    assert perceptron.n_corrections == 10
    wait_for(until, perceptron, lambda: unit_of(session) == [2, 1, -2])


def test_weights_from_elsewhere_begin_the_rule_again(perceptron, session, until):
    perceptron.start_at_zero()
    perceptron.correct()
    wait_for(until, perceptron, lambda: unit_of(session) == [1, 1, 1])
    perceptron.type(0, -3.0)
    wait_for(until, perceptron, lambda: unit_of(session) == [-3, 1, 1])
    assert (perceptron.n_corrections, perceptron.last) == (0, None)
    assert perceptron.weights.tolist() == [-3, 1, 1]
    perceptron.correct()
    assert not perceptron.began_at_zero


def test_a_correction_can_be_undone(perceptron, session, until):
    perceptron.start_at_zero()
    wait_for(until, perceptron, lambda: unit_of(session) == [0, 0, 0])
    perceptron.correct()
    wait_for(until, perceptron, lambda: unit_of(session) == [1, 1, 1])
    session.weight_editor.undo()
    wait_for(until, perceptron, lambda: unit_of(session) == [0, 0, 0])


def test_a_dragged_weight_is_one_step_to_undo(perceptron, session, until):
    perceptron.start_at_zero()
    wait_for(until, perceptron, lambda: unit_of(session) == [0, 0, 0])
    n = session.weight_editor.undo_stack.count()
    perceptron.begin_drag()
    perceptron.drag(2, -0.5)
    perceptron.drag(2, -1.5)
    assert perceptron.weights.tolist() == [0, 0, -1.5]
    perceptron.finish_drag(2)
    assert session.weight_editor.undo_stack.count() == n + 1
    wait_for(until, perceptron, lambda: unit_of(session) == [0, 0, -1.5])


def test_the_other_unit_learns_the_other_class(perceptron, session, until):
    perceptron.choose(0)
    perceptron.start_at_zero()
    perceptron.finish()
    assert perceptron.samples.targets.tolist() == [1, 1, 1, 0]
    assert perceptron.is_separated
    wait_for(until, perceptron, lambda: unit_of(session, 0) == perceptron.weights.tolist())


def test_nothing_is_corrected_while_a_difference_is_shown(perceptron, session, until):
    perceptron.start_at_zero()
    wait_for(until, perceptron, lambda: unit_of(session) == [0, 0, 0])
    before = unit_of(session)
    show_difference(session)
    perceptron.correct()
    assert "go back to A in Compare" in session.sentences[-1][0]
    assert (perceptron.n_corrections, unit_of(session)) == (0, before)


def test_while_training_goes_on_nothing_is_corrected(perceptron, session, until):
    session.play()
    until(lambda: session.training.is_running)
    perceptron.correct()
    assert perceptron.n_corrections == 0
    assert session.sentences[-1] == (
        "Training moves the weights as well: pause it first (Space), then correct by hand.",
        True,
    )


class TestOtherNetworks:
    @pytest.fixture
    def model(self):
        return plane_model(sizes=(2, 5, 4, 2))

    def test_hidden_layers_are_offered_to_be_dropped(self, perceptron, session, until):
        assert perceptron.obstacle.startswith(
            "Rosenblatt's rule is for one layer of step units; 2-5-4-2 has 2"
        )
        perceptron.correct()
        assert perceptron.n_corrections == 0
        assert perceptron.can_be_made
        before = session.network.config
        perceptron.make()
        assert str(session.network.architecture) == "2-1"
        config = session.network.config
        assert (config.loss, config.optimiser, config.batch_size, config.hyper.learning_rate) == (
            "perceptron",
            "sgd",
            1,
            1.0,
        )
        until(lambda: session.network.snapshot is not None)
        assert perceptron.obstacle == ""
        perceptron.start_at_zero()
        perceptron.finish()
        assert perceptron.is_separated
        wait_for(until, perceptron, lambda: unit_of(session, 0) == [2, 1, -2])
        session.go_back()
        assert session.network.config == before


def numbers_problem(targets):
    """Return three places on a line with one output."""
    samples = Samples(np.array([[0.0], [1.0], [2.0]], np.float32), np.array(targets, np.float32)[:, None])
    line, y = InputSpace("line", (1,), 0.0, 2.0, ("x",)), OutputSpace(quantities=(Quantity("y"),))
    return Problem("bits", "Bits", line, y, samples, samples, "Made by a test.")


class TestOneOutput:
    @pytest.fixture
    def model(self):
        problem = numbers_problem([0, 0, 1])
        spaces = {"space": problem.input_space, "outputs": problem.output_space}
        return model_of((1, 1), raster=None, output="step", **spaces)

    @pytest.mark.parametrize(
        ("targets", "words"),
        [
            ([0, 0, 1], ""),
            ([0, 2, 1], "1 unit cannot learn labels from 0 to 2: one unit tells 0 from 1"),
            ([0, 0.5, 1], "other numbers are right, such as 0.5"),
        ],
    )
    def test_targets_are_0_and_1(self, session, until, targets, words):
        problem = numbers_problem(targets)
        session.training.problem_sources["bits"] = ProblemSource("bits", "Bits", lambda task: Loaded(problem))
        session.network.problem_name = "bits"
        session.training.prepare()
        until(lambda: session.training.problem is problem)
        perceptron = session.perceptron
        assert words in perceptron.obstacle
        assert bool(perceptron.obstacle) == bool(words)
        assert not perceptron.can_be_made
        perceptron.start_at_zero()
        perceptron.finish()
        assert perceptron.is_separated == (not words)
