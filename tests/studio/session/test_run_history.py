from dataclasses import replace

import numpy as np
import pytest

from nnstudio.errors import UserError
from nnstudio.studio.session.session import Session
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.snapshot import RunState
from nnstudio.training.weight_edit import WeightEdit


@pytest.fixture
def session(qapp, model):
    session = Session(model, "digits-synthetic")
    session.sentences = []
    session.said.connect(lambda text, warning: session.sentences.append(text))
    yield session
    session.close()
    session.deleteLater()


@pytest.fixture
def until(session, qtbot):
    """Return a function that polls the session as frames do until a condition holds."""

    def wait(condition):
        def step():
            session.poll()
            return condition()

        qtbot.waitUntil(step)

    return wait


@pytest.fixture
def rested(session, until):
    """Return a session at rest after three recorded epochs of five steps."""
    for epoch in (1, 2, 3):
        session.step_epoch()
        until(lambda epoch=epoch: is_at(session, 5 * epoch))
    return session


def is_at(session, step):
    snapshot = session.snapshot
    return snapshot is not None and snapshot.step == snapshot.test_step == step and not session.is_running


def at_step(run, step):
    return next(checkpoint for checkpoint in run.checkpoint_history.checkpoints if checkpoint.step == step)


def test_a_run_begins_with_its_first_snapshot(session, until):
    assert session.runs.all == []
    session.prepare()
    until(lambda: session.runs.current is not None)
    assert session.run.name == "Run 1"
    assert session.run.first.theta.tobytes() == session.displayed_weights.tobytes()


def test_looking_back_shows_what_the_network_was_and_live_what_it_is(rested):
    newest = rested.displayed_weights
    rested.input.set_x(np.linspace(0, 1, 784, dtype=np.float32))
    rested.poll()
    now = rested.reading.a[-1]

    middle = at_step(rested.run, 5)
    rested.look_back(rested.run, middle)
    changes = rested.poll()
    assert changes.weights
    assert changes.reading
    assert not changes.network
    assert rested.displayed_weights is middle.theta
    assert rested.checkpoint is middle
    assert not np.array_equal(rested.reading.a[-1], now)
    assert rested.model().theta.tobytes() == middle.theta.tobytes(), "what is on show is what is saved"
    assert rested.learnt_model().theta.tobytes() == newest.tobytes(), "what is kept is the newest"

    rested.look_at(None)
    rested.poll()
    assert rested.displayed_weights is newest
    assert np.array_equal(rested.reading.a[-1], now)


def test_training_goes_on_while_one_looks_back(rested, until):
    rested.play()
    until(lambda: rested.is_running)
    rested.look_at_first()
    first = rested.displayed_weights
    step = rested.snapshot.step
    until(lambda: rested.snapshot.step > step + 20)
    assert rested.displayed_weights is first
    assert rested.is_running
    rested.look_at(None)
    assert rested.displayed_weights is rested.snapshot.theta


def test_steps_through_the_moments(rested):
    checkpoints = rested.run.checkpoint_history.checkpoints
    rested.look_back_by(-1)
    assert rested.past is checkpoints[-2]
    rested.look_back_by(-2)
    assert rested.past is checkpoints[-4]
    rested.look_back_by(-100)
    assert rested.past is checkpoints[0]
    rested.look_back_by(1)
    assert rested.past is checkpoints[1]
    rested.look_back_by(len(checkpoints))
    assert rested.past is None, "beyond the last one is the present"
    rested.look_at_best()
    assert rested.past.test_accuracy == max(rested.snapshot.history.test_accuracy)


def test_settings_are_those_of_the_moment(rested, until):
    rested.configure(rested.config.with_hyper(learning_rate=0.05))
    rested.step_batch()
    until(lambda: is_at(rested, 16))
    rested.look_back(rested.run, at_step(rested.run, 10))
    assert rested.config.hyper.learning_rate != 0.05
    rested.look_at(None)
    assert rested.config.hyper.learning_rate == 0.05


def test_a_branch_with_the_same_settings_gets_the_same_numbers_and_the_run_stays(rested, until):
    run, newest = rested.run, rested.displayed_weights
    rested.look_back(run, at_step(run, 10))
    rested.branch()
    assert rested.past is None
    assert rested.displayed_weights is at_step(run, 10).theta
    until(lambda: is_at(rested, 10))
    branch = rested.run
    assert (branch.name, branch.parent, branch.parent_step) == ("Branch 2", run, 10)
    rested.step_epoch()
    until(lambda: is_at(rested, 15))
    assert rested.displayed_weights.tobytes() == newest.tobytes()
    assert run.last.theta is newest
    assert rested.runs.all == [run, branch]


def test_other_settings_in_the_past_make_a_branch_there(rested, until):
    run = rested.run
    rested.look_back(run, at_step(run, 10))
    rested.configure(rested.config.with_hyper(learning_rate=0.05))
    until(
        lambda: rested.run is not run and rested.snapshot.checkpoint_history is rested.run.checkpoint_history
    )
    assert rested.config.hyper.learning_rate == rested.snapshot.config.hyper.learning_rate == 0.05
    assert run.config.hyper.learning_rate != 0.05
    assert "epoch 2.00 of Run 1, which is kept" in rested.sentences[-1]


def test_weights_changed_by_hand_in_the_past_make_a_branch_there(rested, until):
    run = rested.run
    rested.look_back(run, at_step(run, 5))
    rested.edit_weights(WeightEdit(np.array([7]), np.array([3.0], np.float32), "moved a weight"))
    until(lambda: rested.run is not run and rested.displayed_weights[7] == 3.0)
    assert rested.snapshot.step == 5
    assert at_step(run, 5).theta[7] != 3.0


def test_other_layers_in_the_past_are_a_new_run(rested, until):
    run = rested.run
    rested.look_at_first()
    rested.configure(replace(rested.config, seed=77))
    until(lambda: rested.run is not run and rested.past is None)
    assert rested.run.parent is None
    assert rested.runs.all == [run, rested.run]


def test_without_the_optimisers_state_the_branch_says_so(rested):
    bare = replace(at_step(rested.run, 5), state=None)
    rested.look_back(rested.run, bare)
    rested.branch()
    assert "The optimiser begins anew" in rested.sentences[-1]


def test_a_reset_keeps_the_run_and_one_can_go_back_to_it(rested, until):
    run, theta = rested.run, rested.displayed_weights
    rested.reset(new_seed=True)
    until(lambda: rested.run is not run)
    rested.step_batch()
    until(lambda: is_at(rested, 1))
    other = rested.run
    assert rested.runs.all == [run, other]

    rested.switch_to(run)
    assert rested.displayed_weights.tobytes() == theta.tobytes()
    until(lambda: is_at(rested, 15))
    assert rested.state is RunState.READY
    assert (rested.run, rested.config.seed) == (run, 0)
    rested.step_batch()
    until(lambda: is_at(rested, 16))
    assert run.last.step == 16, "it goes on in its own recording"
    assert rested.runs.all == [run, other]


def test_a_run_of_another_network_is_looked_at_as_it_was(rested, until):
    run = rested.run
    rested.configure(replace(rested.config, architecture=type(run.config.architecture).of((784, 5, 10))))
    until(lambda: rested.run is not run)
    rested.poll()
    assert rested.can_show(run)
    rested.look_back(run, run.last)
    assert rested.poll().network
    assert rested.architecture.layer_sizes == (784, 12, 8, 10)
    rested.look_at(None)
    assert rested.poll().network
    assert rested.architecture.layer_sizes == (784, 5, 10)


def test_a_run_of_another_problem_comes_back_with_its_problem(rested, until):
    run = rested.run
    rested.choose_problem("plane-moons")
    until(lambda: rested.problem_name == "plane-moons" and rested.runs.current not in (None, run))
    assert not rested.can_show(run)
    rested.switch_to(run)
    until(lambda: rested.run is run and is_at(rested, 15))
    assert rested.problem_name == "digits-synthetic"
    assert rested.runs.all == [run], "the one that had learnt nothing is gone"


def test_a_run_of_other_data_is_no_place_to_branch_from(rested, until):
    run = rested.run
    rested.choose_data(DataChoices(input_scaling="standardised"))
    until(lambda: rested.run is not run and rested.tasks.current is None)
    rested.look_back(run, run.last)
    with pytest.raises(UserError, match="cannot go on with the data at hand"):
        rested.branch()
    rested.switch_to(run)
    until(lambda: rested.run is run)
    assert rested.data == DataChoices()


def test_runs_are_renamed_deleted_and_brought_back(rested, until):
    run = rested.run
    rested.rename(run, "  Baseline ")
    rested.rename(run, " ")
    assert run.name == "Baseline"
    rested.delete(run)
    assert "Baseline is the run that is trained" in rested.sentences[-1]
    rested.reset(new_seed=True)
    until(lambda: rested.run is not run)
    rested.look_back(run, run.first)
    rested.delete(run)
    assert rested.past is None
    assert run not in rested.runs.all
    rested.restore_deleted()
    assert rested.runs.all[0] is run
    rested.restore_deleted()
    assert rested.sentences[-1] == "There is no deleted run to bring back."


def test_without_a_recording_there_is_nothing_to_look_back_at(session):
    for ask in (lambda: session.look_back_by(-1), session.look_at_first, session.branch):
        ask()
        assert session.sentences[-1] == "Nothing is recorded yet: Space trains the network."


def test_a_run_that_is_kept_no_more_is_not_looked_back_at(ready, qtbot):
    session = ready.session
    qtbot.waitUntil(lambda: session.runs.current is not None)
    run = session.runs.current
    session.look_back(run, run.first)
    session.open_model(session.newest_model())
    assert run not in session.runs.all
    assert session.past is None
    assert session.run is not run


def test_a_run_that_is_kept_no_more_is_not_deleted_again(ready, qtbot):
    session = ready.session
    qtbot.waitUntil(lambda: session.runs.current is not None)
    run = session.runs.current
    session.open_model(session.newest_model())
    session.delete(run)
    assert session.runs.deleted is None
