from dataclasses import replace

import numpy as np
import pytest

from nnstudio.errors import UserError
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.snapshot import RunState
from nnstudio.training.weight_edit import WeightEdit


@pytest.fixture
def rested(session, until):
    """Return a session at rest after three recorded epochs of five steps."""
    for epoch in (1, 2, 3):
        session.training.step_epoch()
        until(lambda epoch=epoch: is_at(session, 5 * epoch))
    return session


def is_at(session, step):
    snapshot = session.network.snapshot
    return (
        snapshot is not None
        and snapshot.step == snapshot.test_step == step
        and not session.training.is_running
    )


def at_step(run, step):
    return next(checkpoint for checkpoint in run.checkpoint_history.checkpoints if checkpoint.step == step)


def test_a_run_begins_with_its_first_snapshot(session, until):
    assert session.history.runs.all == []
    session.training.prepare()
    until(lambda: session.history.runs.current is not None)
    assert session.history.run.name == "Run 1"
    assert session.history.run.first.theta.tobytes() == session.network.displayed_weights.tobytes()


def test_looking_back_shows_what_the_network_was_and_live_what_it_is(rested):
    newest = rested.network.displayed_weights
    rested.input.set_x(np.linspace(0, 1, 784, dtype=np.float32))
    rested.poll()
    now = rested.network.reading.a[-1]

    middle = at_step(rested.history.run, 5)
    rested.history.look_back(rested.history.run, middle)
    changes = rested.poll()
    assert changes.weights
    assert changes.reading
    assert not changes.network
    assert rested.network.displayed_weights is middle.theta
    assert rested.network.checkpoint is middle
    assert not np.array_equal(rested.network.reading.a[-1], now)
    assert rested.network.model().theta.tobytes() == middle.theta.tobytes(), (
        "what is on show is what is saved"
    )
    assert rested.network.learnt_model().theta.tobytes() == newest.tobytes(), "what is kept is the newest"

    rested.network.look_at(None)
    rested.poll()
    assert rested.network.displayed_weights is newest
    assert np.array_equal(rested.network.reading.a[-1], now)


def test_training_goes_on_while_one_looks_back(rested, until):
    rested.training.play()
    until(lambda: rested.training.is_running)
    rested.history.look_at_first()
    first = rested.network.displayed_weights
    step = rested.network.snapshot.step
    until(lambda: rested.network.snapshot.step > step + 20)
    assert rested.network.displayed_weights is first
    assert rested.training.is_running
    rested.network.look_at(None)
    assert rested.network.displayed_weights is rested.network.snapshot.theta


def test_steps_through_the_moments(rested):
    checkpoints = rested.history.run.checkpoint_history.checkpoints
    rested.history.look_back_by(-1)
    assert rested.network.past is checkpoints[-2]
    rested.history.look_back_by(-2)
    assert rested.network.past is checkpoints[-4]
    rested.history.look_back_by(-100)
    assert rested.network.past is checkpoints[0]
    rested.history.look_back_by(1)
    assert rested.network.past is checkpoints[1]
    rested.history.look_back_by(len(checkpoints))
    assert rested.network.past is None, "beyond the last one is the present"
    rested.history.look_at_best()
    assert rested.network.past.test_score == max(rested.network.snapshot.history.test_score)


def test_settings_are_those_of_the_moment(rested, until):
    rested.history.configure(rested.network.config.with_hyper(learning_rate=0.05))
    rested.training.step_batch()
    until(lambda: is_at(rested, 16))
    rested.history.look_back(rested.history.run, at_step(rested.history.run, 10))
    assert rested.network.config.hyper.learning_rate != 0.05
    rested.network.look_at(None)
    assert rested.network.config.hyper.learning_rate == 0.05


def test_a_branch_with_the_same_settings_gets_the_same_numbers_and_the_run_stays(rested, until):
    run, newest = rested.history.run, rested.network.displayed_weights
    rested.history.look_back(run, at_step(run, 10))
    rested.history.branch()
    assert rested.network.past is None
    assert rested.network.displayed_weights is at_step(run, 10).theta
    until(lambda: is_at(rested, 10))
    branch = rested.history.run
    assert (branch.name, branch.parent, branch.parent_step) == ("Branch 2", run, 10)
    rested.training.step_epoch()
    until(lambda: is_at(rested, 15))
    assert rested.network.displayed_weights.tobytes() == newest.tobytes()
    assert run.last.theta is newest
    assert rested.history.runs.all == [run, branch]


def test_other_settings_in_the_past_make_a_branch_there(rested, until):
    run = rested.history.run
    rested.history.look_back(run, at_step(run, 10))
    rested.history.configure(rested.network.config.with_hyper(learning_rate=0.05))
    until(
        lambda: (
            rested.history.run is not run
            and rested.network.snapshot.checkpoint_history is rested.history.run.checkpoint_history
        )
    )
    assert (
        rested.network.config.hyper.learning_rate
        == rested.network.snapshot.config.hyper.learning_rate
        == 0.05
    )
    assert run.config.hyper.learning_rate != 0.05
    assert "epoch 2.00 of Run 1, which is kept" in rested.sentences[-1][0]


def test_weights_changed_by_hand_in_the_past_make_a_branch_there(rested, until):
    run = rested.history.run
    rested.history.look_back(run, at_step(run, 5))
    rested.history.edit_weights(WeightEdit(np.array([7]), np.array([3.0], np.float32), "moved a weight"))
    until(lambda: rested.history.run is not run and rested.network.displayed_weights[7] == 3.0)
    assert rested.network.snapshot.step == 5
    assert at_step(run, 5).theta[7] != 3.0


def test_other_layers_in_the_past_are_a_new_run(rested, until):
    run = rested.history.run
    rested.history.look_at_first()
    rested.history.configure(replace(rested.network.config, seed=77))
    until(lambda: rested.history.run is not run and rested.network.past is None)
    assert rested.history.run.parent is None
    assert rested.history.runs.all == [run, rested.history.run]


def test_without_the_optimisers_state_the_branch_says_so(rested):
    bare = replace(at_step(rested.history.run, 5), state=None)
    rested.history.look_back(rested.history.run, bare)
    rested.history.branch()
    assert "The optimiser begins anew" in rested.sentences[-1][0]


def test_a_reset_keeps_the_run_and_one_can_go_back_to_it(rested, until):
    run, theta = rested.history.run, rested.network.displayed_weights
    rested.training.reset(new_seed=True)
    until(lambda: rested.history.run is not run)
    rested.training.step_batch()
    until(lambda: is_at(rested, 1))
    other = rested.history.run
    assert rested.history.runs.all == [run, other]

    rested.switch_to(run)
    assert rested.network.displayed_weights.tobytes() == theta.tobytes()
    until(lambda: is_at(rested, 15))
    assert rested.training.state is RunState.READY
    assert (rested.history.run, rested.network.config.seed) == (run, 0)
    rested.training.step_batch()
    until(lambda: is_at(rested, 16))
    assert run.last.step == 16, "it goes on in its own recording"
    assert rested.history.runs.all == [run, other]


def test_a_run_of_another_network_is_looked_at_as_it_was(rested, until):
    run = rested.history.run
    rested.history.configure(
        replace(rested.network.config, architecture=type(run.config.architecture).of((784, 5, 10)))
    )
    until(lambda: rested.history.run is not run)
    rested.poll()
    assert rested.history.can_show(run)
    rested.history.look_back(run, run.last)
    assert rested.poll().network
    assert rested.network.architecture.layer_sizes == (784, 12, 8, 10)
    rested.network.look_at(None)
    assert rested.poll().network
    assert rested.network.architecture.layer_sizes == (784, 5, 10)


def test_a_run_of_another_problem_comes_back_with_its_problem(rested, until):
    run = rested.history.run
    rested.choose_problem("plane-moons")
    until(
        lambda: (
            rested.network.problem_name == "plane-moons" and rested.history.runs.current not in (None, run)
        )
    )
    assert not rested.history.can_show(run)
    rested.switch_to(run)
    until(lambda: rested.history.run is run and is_at(rested, 15))
    assert rested.network.problem_name == "digits-synthetic"
    assert rested.history.runs.all == [run], "the one that had learnt nothing is gone"


def test_a_run_of_other_data_is_no_place_to_branch_from(rested, until):
    run = rested.history.run
    rested.training.choose_data(DataChoices(input_scaling="standardised"))
    until(lambda: rested.history.run is not run and rested.training.tasks.current is None)
    rested.history.look_back(run, run.last)
    with pytest.raises(UserError, match="cannot go on with the data at hand"):
        rested.history.branch()
    rested.switch_to(run)
    until(lambda: rested.history.run is run and rested.training.tasks.current is None)
    assert rested.training.data == DataChoices()


def test_runs_are_renamed_deleted_and_brought_back(rested, until):
    run = rested.history.run
    rested.history.rename(run, "  Baseline ")
    rested.history.rename(run, " ")
    assert run.name == "Baseline"
    rested.history.delete(run)
    assert "Baseline is the run that is trained" in rested.sentences[-1][0]
    rested.training.reset(new_seed=True)
    until(lambda: rested.history.run is not run)
    rested.history.look_back(run, run.first)
    rested.history.delete(run)
    assert rested.network.past is None
    assert run not in rested.history.runs.all
    rested.history.restore_deleted()
    assert rested.history.runs.all[0] is run
    rested.history.restore_deleted()
    assert rested.sentences[-1][0] == "There is no deleted run to bring back."


def test_without_a_recording_there_is_nothing_to_look_back_at(session):
    for ask in (
        lambda: session.history.look_back_by(-1),
        session.history.look_at_first,
        session.history.branch,
    ):
        ask()
        assert session.sentences[-1][0] == "Nothing is recorded yet: Space trains the network."


def test_a_run_that_is_kept_no_more_is_neither_looked_back_at_nor_deleted_again(session, until):
    session.training.prepare()
    until(lambda: session.history.runs.current is not None)
    run = session.history.runs.current
    session.history.look_back(run, run.first)
    session.open_model(session.network.newest_model())
    assert run not in session.history.runs.all
    assert session.network.past is None
    assert session.history.run is not run
    session.history.delete(run)
    assert session.history.runs.deleted is None
