import math
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.optimisers import Hyper, HyperError
from nnstudio.training.config import ConfigError
from nnstudio.training.loop import Diverged, TrainingLoop


def take(loop, n_steps):
    return [loop.step() for _ in range(n_steps)]


def test_learns(clouds, config):
    loop = TrainingLoop(clouds, config)
    before = loop.evaluate()
    take(loop, 200)
    after = loop.evaluate()

    assert after.loss < before.loss / 3
    assert after.accuracy >= 0.9
    assert after.n == len(clouds.test)


def test_every_epoch_uses_every_sample_once_the_last_batch_is_smaller(clouds, config, monkeypatch):
    loop = TrainingLoop(clouds, config)
    seen = []
    batch = type(clouds.train).batch
    monkeypatch.setattr(
        type(clouds.train), "batch", lambda self, rows, out: seen.append(rows) or batch(self, rows, out)
    )
    assert loop.steps_per_epoch == 5
    take(loop, 10)

    assert [len(rows) for rows in seen] == [32, 32, 32, 32, 22] * 2
    first, second = np.concatenate(seen[:5]), np.concatenate(seen[5:])
    assert sorted(first) == sorted(second) == list(range(150))
    assert first.tolist() != second.tolist()
    assert loop.epoch == 2.0


def test_a_batch_larger_than_the_data_is_all_of_it(clouds, config):
    loop = TrainingLoop(clouds, replace(config, batch_size=10_000))
    loop.step()
    assert (loop.steps_per_epoch, loop.epoch, loop.last_batch_size) == (1, 1.0, 150)


def test_the_same_seed_gives_the_same_weights_to_the_last_bit(clouds, config):
    one, same, other = (TrainingLoop(clouds, replace(config, seed=seed)) for seed in (5, 5, 6))
    assert take(one, 12) == take(same, 12) != take(other, 12)
    assert one.theta.tobytes() == same.theta.tobytes() != other.theta.tobytes()


def test_smoothed_labels_are_learnt_and_plain_ones_measured(clouds, config):
    plain, smooth = (TrainingLoop(clouds, replace(config, label_smoothing=share)) for share in (0.0, 0.4))
    assert plain.evaluate() == smooth.evaluate()
    take(plain, 200)
    losses = take(smooth, 200)
    # Two classes, of which the right one should get 0.8.
    entropy = -0.8 * math.log(0.8) - 0.2 * math.log(0.2)
    assert losses[-1] == pytest.approx(entropy, abs=0.1)
    assert min(losses) > entropy - 1e-6
    assert smooth.evaluate().loss > plain.evaluate().loss


def test_the_schedule_reaches_the_rate(clouds, config):
    stairs = replace(config, schedule="step", rate_decay=0.5, rate_decay_epochs=1.0)
    loop = TrainingLoop(clouds, stairs)
    full = loop.learning_rate
    take(loop, loop.steps_per_epoch - 1)
    assert loop.learning_rate == full
    take(loop, 1)
    assert loop.learning_rate == full / 2


def test_evaluating_and_keeping_do_not_touch_the_trajectory(clouds, config):
    plain, watched = TrainingLoop(clouds, config), TrainingLoop(clouds, config)
    take(plain, 8)
    for _ in range(8):
        watched.step()
        watched.evaluate()
        watched.keep()
        watched.scratch_copy().step()
    assert plain.theta.tobytes() == watched.theta.tobytes()


def test_goes_on_from_given_weights_without_touching_them(clouds, config):
    first = TrainingLoop(clouds, config)
    take(first, 20)
    given = first.theta.copy()
    second = TrainingLoop(clouds, config, given)
    assert second.theta.tobytes() == given.tobytes()
    second.step()
    assert first.theta.tobytes() == given.tobytes() != second.theta.tobytes()


@pytest.mark.parametrize(
    ("theta", "words"),
    [
        (np.zeros(3), "shape"),
        (np.full(42, np.nan), "finite"),
        (np.full(42, 1e39), "finite"),
        (np.full(42, 1e25), "too large"),
    ],
)
def test_refuses_weights_that_do_not_fit(clouds, config, theta, words):
    with pytest.raises(ConfigError, match=words):
        TrainingLoop(clouds, config, theta)


def test_ends_after_the_number_of_epochs(clouds, config):
    loop = TrainingLoop(clouds, replace(config, epochs=1.5))
    assert loop.last_step == 8
    take(loop, 7)
    assert not loop.is_finished
    loop.step()
    assert loop.is_finished


def test_cosine_with_warm_up_sets_the_rate_of_every_step(clouds, config):
    loop = TrainingLoop(clouds, replace(config, schedule="cosine", warmup_epochs=1.0, epochs=4.0))
    rates = []
    while not loop.is_finished:
        rates.append(loop.learning_rate)
        loop.step()
    top = config.hyper.learning_rate
    assert rates[:5] == pytest.approx([top * k for k in (0.1, 0.3, 0.5, 0.7, 0.9)])
    assert all(rate > 0 for rate in rates)
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] < 0.01 * top


def test_a_new_rate_keeps_the_optimisers_state(clouds, config):
    loop, control = TrainingLoop(clouds, config), TrainingLoop(clouds, config)
    take(loop, 5)
    take(control, 5)
    loop.set_learning_rate(0.5)
    loop.set_learning_rate(config.hyper.learning_rate)
    loop.step()
    control.step()
    assert loop.theta.tobytes() == control.theta.tobytes()
    with pytest.raises(HyperError):
        loop.set_learning_rate(math.nan)


def test_weight_decay_shrinks_the_weights(clouds, config):
    plain = TrainingLoop(clouds, config)
    decayed = TrainingLoop(clouds, replace(config, hyper=Hyper(learning_rate=0.01, weight_decay=1.0)))
    take(plain, 50)
    take(decayed, 50)
    assert np.linalg.norm(decayed.theta) < np.linalg.norm(plain.theta)


@pytest.mark.parametrize(
    ("optimiser", "rate"),
    [("sgd", 1e4), ("sgd", 1e38), ("momentum", 1e4), ("momentum", 1e38), ("adam", 1e20), ("adam", 1e38)],
)
def test_divergence_goes_back_to_the_kept_weights(clouds, config, optimiser, rate):
    hyper = Hyper(learning_rate=0.01)
    loop = TrainingLoop(
        clouds,
        replace(
            config,
            architecture=replace(config.architecture, activations=("relu", "identity")),
            loss="squared_error",
            optimiser=optimiser,
            hyper=hyper,
        ),
    )
    take(loop, 3)
    kept = loop.keep().copy()
    loop.set_learning_rate(rate)
    with pytest.raises(Diverged, match=r"step 3 were kept.*learning rate of") as caught:
        take(loop, 500)
    assert f"{rate / 2:.3g}" in str(caught.value)
    assert loop.theta.tobytes() == kept.tobytes()
    assert loop.n_steps == 3
    loop.set_learning_rate(0.001)
    assert all(math.isfinite(loss) for loss in take(loop, 20))


def test_weights_that_overflowed_are_never_kept(clouds, config):
    loop = TrainingLoop(clouds, config)
    kept = loop.keep()
    loop.theta[0] = np.inf
    with pytest.raises(Diverged, match="a weight overflowed"):
        loop.keep()
    assert loop.theta.tobytes() == kept.tobytes()


def test_measures_do_not_depend_on_the_batches(clouds, config, monkeypatch):
    loop = TrainingLoop(clouds, config)
    whole = loop.evaluate()
    monkeypatch.setattr("nnstudio.training.evaluation._WEIGHTS_TIMES_ROWS", 42 * 17)
    in_parts = loop.evaluation(clouds.test)
    in_parts.advance()
    assert not in_parts.is_done
    parts = in_parts.finish()
    assert (parts.n, parts.n_errors) == (whole.n, whole.n_errors)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-6)
