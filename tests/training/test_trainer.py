import logging
import threading
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from nnstudio.data.scaling import measure_scaling
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper, HyperError
from nnstudio.training.config import ConfigError
from nnstudio.training.history import History
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.snapshot import RunState
from nnstudio.training.start import initial_theta
from nnstudio.training.threads import ThreadCountError
from nnstudio.training.trainer import Trainer
from nnstudio.training.weight_edit import WeightEdit


def is_measured(snapshot):
    return snapshot.test_step == snapshot.step


def is_at(step, run_id=1):
    return lambda snapshot: (
        (snapshot.run_id, snapshot.step) == (run_id, step) and (snapshot.state is not RunState.RUNNING)
    )


def is_in(state):
    return lambda snapshot: snapshot.state is state


def test_waits_at_first_and_measures_the_untrained_network(start, wait_for, clouds, config):
    trainer = start()
    first = wait_for(trainer, is_measured)

    assert (first.run_id, first.step, first.epoch) == (1, 0, 0.0)
    assert first.state is RunState.READY
    assert first.train_loss is None
    assert first.theta.tobytes() == initial_theta(config, clouds.input_space).tobytes()
    assert 0.0 <= first.test_score <= 1.0
    assert first.history.test_epoch.tolist() == [0.0]
    assert len(first.history.train_loss) == 0
    assert first.images_per_second == 0.0
    assert (first.config, first.problem_name) == (config, "clouds")


def test_the_weights_stay_one_array_until_they_change(start, wait_for):
    trainer = start()
    untrained = trainer.latest.theta
    assert wait_for(trainer, is_measured).theta is untrained
    trainer.step_batch()
    trained = wait_for(trainer, is_at(1)).theta
    assert trained is not untrained
    assert wait_for(trainer, lambda s: is_at(1)(s) and is_measured(s)).theta is trained
    trainer.edit_weights(WeightEdit.between(trained, np.zeros_like(trained), "zeros"))
    edited = wait_for(trainer, lambda s: s.n_weight_edits == 1).theta
    assert not edited.any()
    assert trained.any()


def test_the_first_snapshot_is_there_before_the_thread(clouds, config):
    trainer = Trainer(clouds, config)
    assert trainer.latest.state is RunState.READY
    assert not trainer.is_alive
    assert trainer.stop()


def test_plays_until_paused_and_rests_on_measured_weights(start, wait_for, clouds, config):
    trainer = start()
    trainer.play()
    running = wait_for(trainer, lambda s: s.step > 50)
    assert running.state is RunState.RUNNING
    trainer.pause()
    paused = wait_for(trainer, lambda s: s.state is RunState.PAUSED and is_measured(s))

    assert paused.images_per_second > 0
    assert paused.test_score > 0.9
    measures = TrainingLoop(clouds, config, paused.theta).evaluate()
    assert (paused.test_loss, paused.test_score) == (measures.loss, measures.accuracy)
    assert not paused.theta.flags.writeable
    trainer.play()
    wait_for(trainer, lambda s: s.step > paused.step)


def test_single_steps_are_all_taken_and_seen(start, wait_for, clouds, config):
    trainer, loop = start(), TrainingLoop(clouds, config)
    for nth in (1, 2, 3):
        trainer.step_batch()
        snapshot = wait_for(trainer, is_at(nth))
        assert snapshot.state is RunState.PAUSED
        assert snapshot.train_loss == loop.step()
        assert snapshot.theta.tobytes() == loop.theta.tobytes()
    for _ in range(9):
        trainer.step_batch()
    wait_for(trainer, is_at(12))


def test_steps_to_the_ends_of_epochs(start, wait_for):
    trainer = start()
    trainer.step_batch()
    trainer.step_epoch()
    assert wait_for(trainer, is_at(5)).epoch == 1.0
    trainer.step_epoch()
    trainer.step_epoch()
    snapshot = wait_for(trainer, lambda s: is_at(15)(s) and is_measured(s))
    assert snapshot.history.test_epoch[-1] == 3.0
    assert len(snapshot.history.train_loss) == 15


def test_a_single_step_while_playing_pauses(start, wait_for):
    trainer = start()
    trainer.play()
    wait_for(trainer, lambda s: s.step > 5)
    trainer.step_batch()
    wait_for(trainer, is_in(RunState.PAUSED))


def test_reset_with_the_same_seed_repeats_the_run_to_the_last_bit(start, wait_for):
    trainer = start()
    thetas = []
    for run_id in (1, 2, 3):
        for _ in range(3):
            trainer.step_epoch()
        thetas.append(wait_for(trainer, is_at(15, run_id)).theta.tobytes())
        assert trainer.reset() == run_id + 1
    assert thetas[0] == thetas[1] == thetas[2]
    fresh = wait_for(trainer, lambda s: s.run_id == 4)
    assert (fresh.step, fresh.state) == (0, RunState.READY)


def test_playing_takes_the_same_trajectory_as_the_bare_loop(start, wait_for, clouds, config):
    config = replace(config, epochs=40.0)
    trainer, loop = start(config=config), TrainingLoop(clouds, config)
    trainer.play()
    finished = wait_for(trainer, is_in(RunState.FINISHED))
    while not loop.is_finished:
        loop.step()
    assert finished.theta.tobytes() == loop.theta.tobytes()


def test_reset_with_a_new_seed_starts_elsewhere_and_stays_there(start, wait_for, clouds, config):
    trainer = start()
    trainer.reset(seed=9)
    run_id = trainer.reset()
    snapshot = wait_for(trainer, lambda s: s.run_id == run_id)
    assert snapshot.config.seed == 9
    assert snapshot.theta.tobytes() == initial_theta(replace(config, seed=9), clouds.input_space).tobytes()
    with pytest.raises(ConfigError):
        trainer.reset(seed=-1)


def test_the_learning_rate_changes_without_a_restart(start, wait_for, clouds, config):
    trainer, loop = start(), TrainingLoop(clouds, config)
    trainer.step_epoch()
    wait_for(trainer, is_at(5))
    trainer.change(trainer.latest.config.with_hyper(learning_rate=0.25))
    wait_for(trainer, lambda s: s.learning_rate == 0.25)
    trainer.step_batch()
    snapshot = wait_for(trainer, is_at(6))
    for _ in range(5):
        loop.step()
    loop.change(loop.config.with_hyper(learning_rate=0.25))
    loop.step()
    assert snapshot.run_id == 1
    assert snapshot.theta.tobytes() == loop.theta.tobytes()
    run_id = trainer.reset()
    assert wait_for(trainer, lambda s: s.run_id == run_id).learning_rate == 0.25


def test_other_choices_go_on_in_the_same_run_with_a_mark(start, wait_for, clouds, config):
    trainer, loop = start(), TrainingLoop(clouds, config)
    trainer.step_epoch()
    before = wait_for(trainer, is_at(5))
    first = replace(config, optimiser="sgd", batch_size=50)
    second = replace(first, loss="squared_error", schedule="exponential", dropout=0.2)
    trainer.change(first)
    trainer.change(second)
    trainer.step_epoch()
    after = wait_for(trainer, lambda s: is_at(8)(s) and is_measured(s))

    for _ in range(5):
        loop.step()
    loop.change(second)
    for _ in range(3):
        loop.step()
    assert after.theta.tobytes() == loop.theta.tobytes()
    assert (after.run_id, after.epoch, after.config) == (before.run_id, 2.0, second)
    assert after.test_loss == loop.evaluate().loss
    (change,) = after.changes
    assert change.epoch == 1.0
    assert "optimiser Adam → SGD" in change.text
    assert "batch 32 → 50" in change.text
    assert "loss cross-entropy → squared error" in change.text
    assert len(after.history.train_epoch) == 8
    assert trainer.reset() == 2
    assert wait_for(trainer, lambda s: s.run_id == 2).changes == ()


def test_a_loss_that_changed_is_not_shown_beside_the_old_ones_value(start, wait_for, config):
    trainer = start()
    old = wait_for(trainer, is_measured)
    trainer.change(replace(config, loss="squared_error"))
    new = wait_for(trainer, lambda s: s.config.loss == "squared_error")
    assert new.test_loss is None or new.test_loss != old.test_loss
    measured = wait_for(trainer, is_measured)
    assert measured.test_loss != old.test_loss
    assert measured.test_score == old.test_score


def test_changes_while_it_runs_from_several_threads_lose_no_step(start, wait_for, config):
    trainer = start()
    trainer.play()
    sizes = [8, 16, 64, 150, 9]
    choices = [replace(config, batch_size=size) for size in sizes * 4]
    threads = [threading.Thread(target=trainer.change, args=(one,)) for one in choices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trainer.change(replace(config, batch_size=32))
    epoch = wait_for(trainer, lambda s: s.config.batch_size == 32).epoch
    running = wait_for(trainer, lambda s: s.epoch > epoch + 2)
    assert (running.run_id, running.state) == (1, RunState.RUNNING)
    trainer.step_epoch()
    rests = wait_for(trainer, is_in(RunState.PAUSED))
    assert rests.epoch.is_integer()
    curve = rests.history.train_epoch
    assert (np.diff(curve) > 0).all()


def test_an_epoch_that_was_asked_for_ends_where_it_would_in_batches_of_another_size(start, wait_for, config):
    trainer = start()
    trainer.step_batch()
    wait_for(trainer, is_at(1))
    # Both are on the way before either is obeyed, or not: the epoch ends in the same place.
    trainer.step_epoch()
    trainer.change(replace(config, batch_size=10))
    snapshot = wait_for(trainer, lambda s: s.state is RunState.PAUSED and s.step > 1)
    assert snapshot.epoch == 1.0


def test_more_epochs_wake_a_finished_run_and_fewer_end_it(start, wait_for, config):
    trainer = start(config=replace(config, epochs=2.0))
    trainer.play()
    wait_for(trainer, is_in(RunState.FINISHED))
    trainer.change(replace(config, epochs=None))
    assert wait_for(trainer, is_in(RunState.PAUSED)).step == 10
    trainer.play()
    wait_for(trainer, lambda s: s.epoch > 4)
    trainer.change(replace(config, epochs=3.0))
    assert wait_for(trainer, is_in(RunState.FINISHED)).epoch > 4


def test_fresh_weights_are_refused_to_the_caller_of_a_change(start, wait_for, config):
    trainer = start()
    with pytest.raises(ConfigError, match="layers"):
        trainer.change(replace(config, architecture=Architecture.of((2, 3, 2))))
    trainer.step_batch()
    assert wait_for(trainer, is_at(1)).config is config


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), "fast"])
def test_an_impossible_rate_is_refused_to_the_caller(start, wait_for, rate):
    trainer = start()
    with pytest.raises(HyperError):
        trainer.change(trainer.latest.config.with_hyper(learning_rate=rate))
    trainer.step_batch()
    assert wait_for(trainer, is_at(1)).learning_rate == 0.01


def test_finishes_after_the_configured_epochs(start, wait_for, config):
    trainer = start(config=replace(config, epochs=3.0))
    trainer.play()
    finished = wait_for(trainer, lambda s: s.state is RunState.FINISHED and is_measured(s))
    assert (finished.step, finished.epoch) == (15, 3.0)
    assert finished.message == "Finished at epoch 3."
    for command in (trainer.play, trainer.step_batch, trainer.step_epoch):
        command()
    over = wait_for(trainer, lambda s: "Reset" in s.message)
    assert (over.step, over.state) == (15, RunState.FINISHED)
    run_id = trainer.replace(config=replace(config, epochs=4.0), theta=over.theta)
    trainer.play()
    wait_for(trainer, is_at(20, run_id))


def test_divergence_keeps_the_last_good_weights(start, wait_for, config):
    hyper = Hyper(learning_rate=0.01)
    architecture = Architecture.of((2, 8, 2), output="identity")
    config = replace(config, architecture=architecture, loss="squared_error", optimiser="sgd", hyper=hyper)
    trainer = start(config=config)
    trainer.step_epoch()
    good = wait_for(trainer, is_at(5))
    trainer.change(trainer.latest.config.with_hyper(learning_rate=1e30))
    trainer.play()
    diverged = wait_for(trainer, is_in(RunState.DIVERGED))

    assert np.isfinite(diverged.theta).all()
    assert diverged.step >= good.step
    assert f"step {diverged.step:,} were kept" in diverged.message
    for curve in vars(diverged.history).values():
        assert np.isfinite(curve).all()
    assert (diverged.history.train_epoch <= diverged.epoch).all()

    trainer.change(trainer.latest.config.with_hyper(learning_rate=1e-3))
    trainer.play()
    running = wait_for(trainer, lambda s: s.step > diverged.step + 10)
    assert (running.state, running.message) == (RunState.RUNNING, "")


def test_an_error_ends_the_run_but_not_the_thread(start, wait_for, monkeypatch, caplog):
    trainer = start()
    trainer.step_epoch()
    wait_for(trainer, is_at(5))
    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(TrainingLoop, "step", lambda self: 1 / 0)
        trainer.play()
        failed = wait_for(trainer, is_in(RunState.FAILED))
    assert "ZeroDivisionError" in failed.message
    assert "Reset" in failed.message
    trainer.play()
    trainer.change(trainer.latest.config.with_hyper(learning_rate=0.5))
    still_failed = wait_for(trainer, lambda s: s.learning_rate == 0.5)
    assert (still_failed.state, still_failed.message) == (RunState.FAILED, failed.message)
    run_id = trainer.reset()
    trainer.step_batch()
    wait_for(trainer, is_at(1, run_id))


def test_an_error_is_logged_with_its_traceback(start, wait_for, monkeypatch, caplog):
    trainer = start()
    monkeypatch.setattr(TrainingLoop, "step", lambda self: 1 / 0)
    trainer.play()
    wait_for(trainer, is_in(RunState.FAILED))
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info[0] is ZeroDivisionError


def test_replaces_architecture_problem_and_weights(start, wait_for, clouds, config):
    trainer = start()
    trainer.play()
    wait_for(trainer, lambda s: s.step > 5)
    wide = replace(config, architecture=Architecture.of((2, 20, 2)))
    run_id = trainer.replace(config=wide)
    replaced = wait_for(trainer, lambda s: s.run_id == run_id)
    assert (replaced.state, replaced.step, replaced.config) == (RunState.READY, 0, wide)
    assert replaced.theta.shape == (102,)

    other = replace(clouds, name="others", train=clouds.test, test=clouds.train)
    theta = np.linspace(-1, 1, 102)
    run_id = trainer.replace(problem=other, theta=theta)
    theta[:] = 0.0
    replaced = wait_for(trainer, lambda s: s.run_id == run_id)
    assert replaced.problem_name == "others"
    assert replaced.theta == pytest.approx(np.linspace(-1, 1, 102), abs=1e-6)


def test_a_pruned_network_is_trained_without_its_weights(start, wait_for):
    trainer = start()
    mask = np.arange(42) % 2 == 0
    run_id = trainer.replace(mask=mask)
    trainer.step_epoch()
    trained = wait_for(trainer, is_at(5, run_id))
    assert not trained.theta[~mask].any()
    assert np.count_nonzero(trained.theta[mask]) > 15
    with pytest.raises(ConfigError, match="mask of shape"):
        trainer.replace(mask=mask[1:])
    run_id = trainer.reset()
    assert np.count_nonzero(wait_for(trainer, lambda s: s.run_id == run_id).theta[~mask]) > 10


def test_weights_are_changed_by_hand_within_the_run(start, wait_for):
    trainer = start()
    trainer.step_epoch()
    before = wait_for(trainer, lambda s: s.step == 5 and is_measured(s))
    trainer.edit_weights(
        WeightEdit(np.array([3, 5]), np.zeros(2, np.float32), "two weights to 0", is_held=True)
    )
    after = wait_for(trainer, lambda s: s.n_weight_edits == 1)
    assert (after.run_id, after.step) == (1, 5)
    assert np.flatnonzero(after.theta != before.theta).tolist() == [3, 5]
    assert [change.text for change in after.changes] == ["two weights to 0"]
    measured = wait_for(trainer, is_measured)
    assert measured.history.test_epoch.tolist()[-2:] == [1.0, 1.0]
    trainer.step_epoch()
    assert not wait_for(trainer, is_at(10)).theta[[3, 5]].any()
    with pytest.raises(ConfigError, match="larger network"):
        trainer.edit_weights(WeightEdit(np.array([42]), np.zeros(1, np.float32)))


def test_what_does_not_fit_is_refused_and_the_run_goes_on(start, wait_for, config):
    trainer = start()
    trainer.play()
    with pytest.raises(ConfigError, match="3 inputs"):
        trainer.replace(config=replace(config, architecture=Architecture.of((3, 2))))
    with pytest.raises(ConfigError, match="shape"):
        trainer.replace(theta=np.zeros(5))
    running = wait_for(trainer, lambda s: s.step > 10)
    assert (running.run_id, running.config) == (1, config)


def test_snapshots_never_change_and_never_run_backwards(start, wait_for):
    trainer = start()
    trainer.play()
    seen = []

    def gather(snapshot):
        if not seen or snapshot is not seen[-1][0]:
            seen.append((snapshot, snapshot.theta.copy(), len(snapshot.history.train_loss)))
        return len(seen) == 12

    wait_for(trainer, gather)
    trainer.pause()
    steps = [snapshot.step for snapshot, _, _ in seen]
    assert steps == sorted(steps)
    for snapshot, theta, n_points in seen:
        assert (snapshot.theta == theta).all()
        assert len(snapshot.history.train_loss) == n_points


def test_makes_at_most_sixty_snapshots_a_second(start, wait_for, monkeypatch):
    published = []
    view = History.view
    monkeypatch.setattr(History, "view", lambda self: published.append(perf_counter()) or view(self))
    trainer = start()
    trainer.play()
    # Epochs of five steps: there is a measurement wherever one may be.
    wait_for(trainer, lambda s: s.step > 300)
    n_before, begun = len(published), perf_counter()
    wait_for(trainer, lambda s: perf_counter() - begun > 0.5)
    assert len(published) - n_before <= 60 * (perf_counter() - begun) + 2


def test_a_paused_trainer_uses_no_processor_time(start, wait_for):
    trainer = start()
    wait_for(trainer, is_measured)
    identity = trainer._thread.native_id
    clock = f"/proc/self/task/{identity}/stat"
    try:
        with open(clock) as file:
            before = file.read().split()[13:15]
    except OSError:
        pytest.skip("this system does not tell a thread's processor time")
    begun = perf_counter()
    wait_for(trainer, lambda s: perf_counter() - begun > 0.2)
    with open(clock) as file:
        assert file.read().split()[13:15] == before


@pytest.mark.parametrize("played", [False, True])
def test_stops_at_once_even_while_measuring(start, wait_for, monkeypatch, played):
    # A measurement that never ends, as an enormous test set would seem to.
    monkeypatch.setattr("nnstudio.training.evaluation.Evaluation.is_done", property(lambda self: False))
    monkeypatch.setattr("nnstudio.training.evaluation.Evaluation.advance", lambda self: None)
    trainer = start()
    if played:
        trainer.play()
    assert trainer.stop()
    assert trainer.stop()


def test_a_command_is_obeyed_while_measuring(start, wait_for, monkeypatch):
    monkeypatch.setattr("nnstudio.training.evaluation.Evaluation.is_done", property(lambda self: False))
    monkeypatch.setattr("nnstudio.training.evaluation.Evaluation.advance", lambda self: None)
    trainer = start()
    trainer.step_batch()
    wait_for(trainer, is_at(1))
    run_id = trainer.reset()
    wait_for(trainer, lambda s: s.run_id == run_id)


def test_stopping_at_any_moment_leaves_no_thread(start, clouds, config):
    rng = np.random.default_rng(1)
    for _ in range(30):
        trainer = start()
        for command in rng.choice(["play", "pause", "step_batch", "step_epoch", "reset", "replace"], 4):
            getattr(trainer, command)()
        assert trainer.stop()
        assert not trainer.is_alive
    assert not [thread for thread in threading.enumerate() if thread.name == "nnstudio-trainer"]


def test_a_wrong_number_of_threads_raises_in_the_caller(clouds, config, monkeypatch):
    monkeypatch.setenv("NNSTUDIO_THREADS", "many")
    with pytest.raises(ThreadCountError, match="'many'"):
        Trainer(clouds, config)


def test_a_pause_does_not_restart_a_measurement(start, wait_for, monkeypatch):
    begun = []
    evaluation = TrainingLoop.evaluation
    monkeypatch.setattr(
        TrainingLoop,
        "evaluation",
        lambda self, *given: begun.append(self.n_steps) or evaluation(self, *given),
    )
    monkeypatch.setattr("nnstudio.training.measuring.Measuring.is_due", lambda self: True)
    trainer = start()
    for _ in range(20):
        trainer.play()
        trainer.pause()
    wait_for(trainer, lambda s: s.state is RunState.PAUSED and is_measured(s))
    assert trainer.stop()
    # Twice for each step: on the test set and on the slice of the training data.
    assert all(begun.count(step) == 2 for step in begun)


def test_early_stopping_pauses_with_a_message_and_playing_on_restarts_its_count(start, wait_for, config):
    # So small a rate that nothing gets better.
    config = replace(config, patience_epochs=2.0, optimiser="sgd", hyper=Hyper(learning_rate=1e-12))
    trainer = start(config=config)
    trainer.play()
    rests = wait_for(trainer, is_in(RunState.PAUSED))
    # Epochs shorter than a frame are not all measured.
    assert 2.0 <= rests.epoch < 2000
    assert rests.message.startswith(f"Stopped early at epoch {rests.epoch:.3g}: no better than")
    trainer.play()
    again = wait_for(trainer, lambda s: s.state is RunState.PAUSED and s.step > rests.step)
    assert again.epoch >= rests.epoch + 2.0


def test_a_run_that_gets_better_is_not_stopped(start, wait_for, config):
    trainer = start(config=replace(config, patience_epochs=50.0, epochs=30.0))
    trainer.play()
    assert wait_for(trainer, is_in(RunState.FINISHED)).epoch == 30.0


def test_the_average_is_published_and_measured(start, wait_for, clouds, config):
    config = config.with_hyper(ema_decay=0.9)
    trainer, loop = start(config=config), TrainingLoop(clouds, config)
    trainer.step_epoch()
    trainer.step_epoch()
    published = wait_for(trainer, lambda s: is_at(10)(s) and is_measured(s))
    for _ in range(10):
        loop.step()
    assert published.theta.tobytes() == loop.average.tobytes() != loop.theta.tobytes()
    assert published.test_loss == loop.evaluate(theta=loop.average).loss
    assert not published.theta.flags.writeable


@pytest.fixture
def scaled(clouds):
    scaling = measure_scaling(clouds.train, "standardised")
    train, test = (replace(samples, scaling=scaling) for samples in (clouds.train, clouds.test))
    return replace(clouds, train=train, test=test)


def test_given_weights_are_for_unscaled_inputs(start, wait_for, scaled):
    given = np.linspace(-1, 1, 42)
    trainer = start(problem=scaled, theta=given)
    assert trainer.latest.theta == pytest.approx(given, abs=1e-6)
    run_id = trainer.replace(theta=given[::-1])
    replaced = wait_for(trainer, lambda s: s.run_id == run_id)
    assert replaced.theta == pytest.approx(given[::-1], abs=1e-6)


def test_weights_learnt_from_scaled_inputs_are_published_for_unscaled_ones(
    start, wait_for, clouds, config, scaled
):
    trainer = start(problem=scaled)
    trainer.step_epoch()
    published = wait_for(trainer, lambda s: is_at(5)(s) and is_measured(s))
    plain = TrainingLoop(clouds, config, published.theta).evaluate()
    assert plain.loss == pytest.approx(published.test_loss, rel=1e-5)
    assert plain.accuracy == published.test_score
    loop = TrainingLoop(scaled, config)
    for _ in range(5):
        loop.step()
    assert np.abs(loop.theta - published.theta).max() > 1e-3


def test_says_that_the_compiled_step_is_loaded_before_the_first_one(start, wait_for, monkeypatch):
    heard = []
    monkeypatch.setattr(TrainingLoop, "loads_next", property(lambda loop: loop.n_steps == 0))
    trainer = start()
    step = TrainingLoop.step
    monkeypatch.setattr(TrainingLoop, "step", lambda loop: heard.append(trainer.latest.message) or step(loop))
    trainer.step_epoch()
    last = wait_for(trainer, is_in(RunState.PAUSED))
    assert heard[0].startswith("Loading the compiled training step")
    assert set(heard[1:]) == {""}
    assert last.message == ""
