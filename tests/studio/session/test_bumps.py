"""Bumps are read from the network's weights after every change of these, and written into them."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problems import load_problem
from nnstudio.insight.bumps import Bump, BumpError, bumps_of
from nnstudio.insight.piecewise import largest_error
from nnstudio.studio.session.session import Session
from tests.studio.curves import curve_model, on_a_curve

TALK = Bump((1.0, 2.0, 3.0, 5.0), 1.5)


@pytest.fixture
def model():
    return curve_model((1, 5, 1), hidden="tanh")


@pytest.fixture
def bumps(session, until, request):
    """Return the bumps of a session that learns a curve: the talk's bump, or the one that a test names."""
    problem = load_problem(getattr(request, "param", "curve-bump"))
    network = session.network
    network.input_space, network.output_space = problem.input_space, problem.output_space
    on_a_curve(session, problem)
    until(lambda: session.training.trainer is not None)
    session.bumps.follow()
    return session.bumps


@pytest.fixture
def talk(bumps, session, until):
    """Return them with the talk's bump in the network."""
    bumps.add()
    bumps.take(TALK)
    network = session.network
    until(lambda: bumps_of(network.architecture, network.own_weights) == (TALK,))
    bumps.follow()
    return bumps


def layers(session: Session):
    return session.network.architecture.layers(session.network.own_weights)


def wait_for(until, bumps, condition):
    """Go on until the weights that the trainer brings make a condition true."""

    def holds():
        bumps.follow()
        return condition()

    until(holds)


def test_without_points_it_is_said_what_to_choose(session):
    assert session.bumps.points is None
    for act in (session.bumps.add, lambda: session.bumps.fill_in(4)):
        session.sentences.clear()
        act()
        sentence, is_warning = session.sentences[-1]
        assert sentence.startswith("There are no points here that bumps could come near. Choose a curve")
        assert is_warning


def test_the_talks_bump_is_in_the_weights_of_the_network(talk, session):
    hidden, output = layers(session)
    assert str(session.network.architecture) == "1-4-1"
    assert hidden.W[:, 0].tolist() == [1, 1, 1, 1]
    assert hidden.b.tolist() == [-1, -2, -3, -5]
    assert output.W[0].tolist() == [1.5, -1.5, -0.75, 0.75]
    at = np.array([1, 1.5, 2, 3, 4, 5])
    np.testing.assert_allclose(talk.function(at), [0, 0.75, 1.5, 1.5, 0.75, 0], atol=1e-6)


def test_bumps_follow_weights_that_are_changed_elsewhere(talk, session, until):
    editor, network = session.weight_editor, session.network
    theta = network.own_weights.copy()
    hidden, output = network.architecture.layers(theta)
    hidden.b[1] = -2.5
    output.W[0, :2] = 1, -1
    editor.do(theta, "by hand")
    wait_for(until, talk, lambda: talk.bump is not None and talk.bump.s[1] == 2.5)
    assert talk.bump.top == pytest.approx(1.5)
    theta = theta.copy()
    network.architecture.layers(theta)[1].W[0, 3] = 2
    editor.do(theta, "by hand")
    wait_for(until, talk, lambda: talk.all == (None,))
    with pytest.raises(BumpError, match="These four units make no bump"):
        talk.take(TALK)
    editor.undo()
    wait_for(until, talk, lambda: talk.bump is not None)


def test_nothing_is_added_to_bumps_of_which_one_is_lost(talk, session, until):
    talk.add()
    theta = session.network.own_weights.copy()
    session.network.architecture.layers(theta)[1].W[0, 3] = 2
    session.weight_editor.do(theta, "by hand")
    wait_for(until, talk, lambda: talk.all[0] is None)
    talk.add()
    assert "make no bump any more" in said_last(session)
    assert len(talk.all) == 2


def said_last(session):
    return session.sentences[-1][0]


def test_a_dragged_handle_pushes_the_next_and_is_one_step_to_undo(talk, session, until):
    steps = session.weight_editor.undo_stack.count()
    low, high = talk.range
    assert talk.begin_drag(0)
    for x in (2.5, 3.5, 4.2):
        talk.drag(0, 1, x, 1.5)
    assert talk.bump.s == pytest.approx((1, 4.2, 4.2 + (high - low) / 1000, 5), abs=1e-5)
    talk.drag(0, 2, 4.5, 2.0)
    assert talk.bump.top == pytest.approx(2.0, rel=1e-5)
    talk.finish_drag(0)
    assert session.weight_editor.undo_stack.count() == steps + 1
    wait_for(until, talk, lambda: layers(session)[0].b[1] == pytest.approx(-4.2))
    session.weight_editor.undo()
    wait_for(until, talk, lambda: talk.bump.s == TALK.s)


def test_handles_stand_on_the_bias_of_the_output(talk, session, until):
    theta = session.network.own_weights.copy()
    session.network.architecture.layers(theta)[1].b[0] = 0.25
    session.weight_editor.do(theta, "lifted")
    wait_for(until, talk, lambda: talk.base == 0.25)
    assert [talk.place(*handle) for handle in talk.handles] == [(1, 0.25), (2, 1.75), (3, 1.75), (5, 0.25)]


def test_bumps_are_added_where_the_network_is_farthest_off_and_taken_out(bumps, session):
    assert bumps.all == ()
    bumps.add()
    assert str(session.network.architecture) == "1-4-1"
    first = bumps.bump
    assert first.top == pytest.approx(1.5)
    assert 1.9 <= np.mean(first.s) <= 3.1
    bumps.add()
    assert str(session.network.architecture) == "1-8-1"
    assert (bumps.chosen, len(bumps.all)) == (1, 2)
    assert bumps.all[0].s == pytest.approx(first.s)
    bumps.remove()
    assert len(bumps.all) == 1
    assert bumps.bump.s == pytest.approx(first.s)
    bumps.remove()
    assert "the last one stays" in said_last(session)
    assert len(bumps.all) == 1


@pytest.mark.parametrize("bumps", ["curve-sine"], indirect=True)
@pytest.mark.parametrize(("m", "expected"), [(4, 0.354), (8, 0.191), (16, 0.098), (32, 0.049), (64, 0.025)])
def test_a_sine_is_filled_in(bumps, session, m, expected):
    bumps.fill_in(m)
    assert session.network.architecture.layer_sizes == (1, 4 * m, 1)
    assert len(bumps.all) == m
    assert None not in bumps.all
    error, _ = largest_error(bumps.function, np.sin, *bumps.range)
    assert error == pytest.approx(expected, abs=1e-3)


def test_more_than_64_bumps_are_refused(bumps, session):
    before = session.network.architecture
    bumps.fill_in(65)
    sentence, is_warning = session.sentences[-1]
    assert "1 to 64 bumps, which are 256 units, not 65" in sentence
    assert sentence.endswith("Nothing was changed.")
    assert is_warning
    assert session.network.architecture is before


@pytest.mark.parametrize("bumps", ["curve-anscombe-1"], indirect=True)
def test_where_nobody_knows_the_truth_the_nearest_point_fills_in(bumps):
    x, y = bumps.points
    assert bumps.truth is bumps.neighbour
    np.testing.assert_allclose(bumps.neighbour(x), y)
    bumps.fill_in(5)
    assert len(bumps.all) == 5


@pytest.mark.parametrize("bumps", ["curve-sine"], indirect=True)
def test_steps_of_sigmoid_units_are_dragged_too(bumps, session, until):
    bumps.fill_in(4, 50.0)
    assert str(session.network.architecture) == "1-8-1"
    assert session.network.architecture.activations[0] == "sigmoid"
    assert bumps.all == ()
    np.testing.assert_allclose(bumps.steps.steepness, 50)
    assert len(bumps.handles) == 8
    assert bumps.begin_drag(3)
    bumps.drag(3, 0, 0.7, 99.0)
    bumps.finish_drag(3)
    wait_for(until, bumps, lambda: bumps.steps.places[3] == pytest.approx(0.7, abs=1e-5))
    assert session.weight_editor.undo_stack.undoText() == "Step 4 at 0.7000"


def test_without_biases_no_kink_can_be_moved(talk, session):
    config = session.network.config
    session.training.restart(
        replace(config, architecture=replace(config.architecture, has_biases=False)), None
    )
    talk.follow()
    assert not talk.begin_drag(0)
    assert "no biases" in said_last(session)


def test_chance_begins_another_run_of_the_same_network(talk, session, until):
    until(lambda: session.history.runs.current is not None)
    run, architecture = session.history.runs.current, session.network.architecture
    before = session.network.own_weights.copy()
    talk.start_by_chance()
    until(lambda: session.history.runs.current not in (None, run))
    assert session.network.architecture == architecture
    assert not np.array_equal(session.network.own_weights, before)
    assert run in session.history.runs.all
