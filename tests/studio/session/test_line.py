"""The line beside the network: fits, drags, and becomes the network."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import load_problem
from nnstudio.studio.session.line import LARGEST, ResidualStyle, curve_refusal, refusal
from tests.studio.curves import LINE, Y, curve_model, on_a_curve

ANSCOMBE = (
    (0.500091, 3.000091, 13.7627),
    (0.500000, 3.000909, 13.7763),
    (0.499727, 3.002455, 13.7562),
    (0.499909, 3.001727, 13.7425),
)


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def line(session, until):
    on_a_curve(session, load_problem("curve-line"))
    until(lambda: session.line.points is not None)
    return session.line


def test_it_begins_flat_through_the_mean(line):
    line.begin()
    assert line.is_shown
    assert line.model.slopes[0] == 0
    assert line.model.intercept == pytest.approx(line.points[1].mean())
    assert line.model.r_squared == pytest.approx(0)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_best_line_of_anscombes_sets(session, until, number):
    slope, intercept, sse = ANSCOMBE[number - 1]
    on_a_curve(session, load_problem(f"curve-anscombe-{number}"))
    until(lambda: session.line.points is not None)
    session.line.take_best()
    model = session.line.model
    assert float(model.slopes[0]) == pytest.approx(slope, abs=1e-5)
    assert model.intercept == pytest.approx(intercept, abs=1e-5)
    assert model.sse == pytest.approx(sse, abs=1e-4)


def test_a_drag_turns_the_line_around_the_other_handle(line):
    line.begin()
    before = line.handles
    line.drag(1, before[1, 1] + 2)
    np.testing.assert_allclose(line.handles[0], before[0], atol=1e-12)
    assert line.handles[1, 1] == pytest.approx(before[1, 1] + 2)


def test_it_follows_points_that_are_moved(session, line):
    line.take_best()
    before = line.model
    session.point_editor.do(session.point_editor.points.moved(0, [-1.0], 9.0), "Move a point")
    assert line.model.slopes[0] == before.slopes[0]
    assert line.model.sse > before.sse + 1


def test_another_problem_has_no_line(session, line):
    line.take_best()
    session.problem_taken.emit()
    assert line.model is None
    assert not line.is_shown


def test_slopes_without_end_are_cut_off(line):
    line.set_to([1e30], -1e30)
    assert (line.model.slopes[0], line.model.intercept) == (LARGEST, -LARGEST)


def test_residuals_take_turns(line):
    ways = []
    for _ in range(3):
        line.draw_residuals_next()
        ways.append(line.residuals)
    assert ways == [ResidualStyle.SQUARES, ResidualStyle.NONE, ResidualStyle.SEGMENTS]


def test_as_network_it_has_one_weight_and_one_bias_and_training_keeps_the_best_line(session, line, until):
    line.take_best()
    line.make_network()
    network = session.network
    assert str(network.architecture.layer_sizes) == "(1, 1)"
    np.testing.assert_allclose(network.newest_weights, [2, 1], atol=1e-5)
    until(lambda: session.history.run is not None and session.history.run.first.theta.size == 2)
    np.testing.assert_allclose(session.history.run.first.theta, [2, 1], atol=1e-5)


def test_descent_ends_at_the_best_line(session, line, until):
    line.set_to([-1.0], 3.0)
    line.make_network()
    session.play()
    until(lambda: np.allclose(session.network.newest_weights, [2, 1], atol=1e-2))


def test_the_temperature_is_learned_standardised_and_shown_in_days(session, until):
    training, network = session.training, session.network
    session.choose_problem("curve-temperature")
    until(lambda: training.data.input_scaling == "standardised")
    session.line.take_best()
    slope, intercept = float(session.line.model.slopes[0]), session.line.model.intercept
    session.line.make_network()
    until(lambda: network.snapshot is not None and network.snapshot.run_id == training.run_id)
    np.testing.assert_allclose(network.newest_weights, [slope, intercept], rtol=1e-4)
    assert training.problem.train.inputs().max() == 364


def test_there_is_no_line_where_there_is_no_curve(digits):
    plane = InputSpace.of_numbers(2)
    assert "input" in curve_refusal(digits.input_space, digits.output_space)
    assert "input" in refusal(digits.input_space, digits.output_space)
    assert "output" in refusal(LINE, digits.output_space)
    assert "input" in curve_refusal(plane, Y)
    assert not refusal(plane, Y)
    assert not refusal(LINE, Y)


def test_without_points_it_says_so(session):
    session.line.take_best()
    session.line.make_network()
    assert len(session.sentences) == 2
