import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper, HyperError
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.perceptron import train_perceptrons
from nnstudio.training.config import ConfigError, TrainingConfig
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
    loop.change(loop.config.with_hyper(learning_rate=0.5))
    loop.change(loop.config.with_hyper(learning_rate=config.hyper.learning_rate))
    loop.step()
    control.step()
    assert loop.theta.tobytes() == control.theta.tobytes()
    with pytest.raises(HyperError):
        loop.change(loop.config.with_hyper(learning_rate=math.nan))


def test_changes_take_effect_at_the_next_step_and_no_sooner(clouds, config):
    """The same as a run that begins with the choices at the weights that were reached, bit for bit."""
    choices = {"optimiser": "sgd", "loss": "squared_error", "dropout": 0.3, "hyper": Hyper(0.05, l2=0.1)}
    loop = TrainingLoop(clouds, config)
    take(loop, 5)
    changed = replace(config, **choices)
    loop.change(changed)
    assert (loop.config, loop.n_steps, loop.epoch) == (changed, 5, 1.0)
    control = TrainingLoop(clouds, changed, loop.theta)
    control.n_steps = 5
    assert take(loop, 7) == take(control, 7)
    assert loop.theta.tobytes() == control.theta.tobytes()
    assert loop.evaluate() == control.evaluate()


@pytest.mark.parametrize(
    "choices",
    [
        {"batch_size": 7},
        {"batch_size": 4000},
        {"dropout": 0.5, "input_dropout": 0.2},
        {"hyper": Hyper(learning_rate=0.01, clip_norm=0.1, l1=0.01, weight_decay=0.5)},
        {"label_smoothing": 0.2},
    ],
)
def test_a_change_and_its_withdrawal_before_a_step_leave_no_trace(clouds, config, choices):
    loop, control = TrainingLoop(clouds, config), TrainingLoop(clouds, config)
    take(loop, 7)
    take(control, 7)
    loop.change(replace(config, **choices))
    loop.change(config)
    take(loop, 5 - 2)
    take(control, 5 - 2)
    assert loop.epoch == pytest.approx(control.epoch)
    assert loop.theta.tobytes() == control.theta.tobytes()


def test_another_optimiser_starts_with_a_state_of_its_own(clouds, config):
    loop = TrainingLoop(clouds, config)
    take(loop, 5)
    loop.change(replace(config, optimiser="momentum"))
    loop.change(config)
    fresh = TrainingLoop(clouds, config, loop.theta)
    fresh.n_steps = 5
    assert take(loop, 3) == take(fresh, 3)


def test_another_batch_size_finishes_the_epoch_with_what_is_left_of_it(clouds, config):
    loop = TrainingLoop(clouds, replace(config, epochs=2.0))
    take(loop, 2)
    loop.change(replace(loop.config, batch_size=43))
    assert loop.epoch == pytest.approx(0.4)
    sizes = []
    while not loop.is_finished:
        loop.step()
        sizes.append(loop.last_batch_size)
    assert sizes == [43, 43, *(43, 43, 43, 21)]
    assert loop.epoch == 2.0


def test_going_back_beyond_a_change_of_batches_finds_the_same_samples(clouds, config):
    loop = TrainingLoop(clouds, config)
    take(loop, 3)
    kept = loop.keep()
    loop.change(replace(config, batch_size=10))
    take(loop, 4)
    loop.go_back()
    assert (loop.n_steps, loop.epoch) == (3, pytest.approx(0.6))
    assert loop.theta.tobytes() == kept.tobytes()
    assert loop.batch_plan.place_of(3) == (0, 96, 106)


def test_the_average_begins_and_ends_within_a_run(clouds, config):
    loop = TrainingLoop(clouds, config)
    take(loop, 5)
    loop.change(config.with_hyper(ema_decay=0.9))
    begun = loop.theta.copy()
    assert loop.average.tobytes() == begun.tobytes()
    loop.step()
    assert loop.average == pytest.approx(0.9 * begun + 0.1 * loop.theta, abs=1e-6)
    loop.change(config)
    assert loop.average.tobytes() == loop.theta.tobytes()


@pytest.mark.parametrize(
    ("choices", "what"),
    [
        ({"architecture": Architecture.of((2, 9, 2))}, "layers"),
        ({"architecture": Architecture.of((2, 8, 2), hidden="tanh")}, "hidden activations"),
        ({"initialisation": "zeros"}, "initialisation"),
        ({"seed": 4}, "seed"),
    ],
)
def test_what_decides_the_first_weights_cannot_change_within_a_run(clouds, config, choices, what):
    loop = TrainingLoop(clouds, config)
    with pytest.raises(ConfigError, match=f"choice of {what} needs fresh weights"):
        loop.change(replace(config, **choices))
    assert loop.config is config


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
    loop.change(loop.config.with_hyper(learning_rate=rate))
    with pytest.raises(Diverged, match="step 3 were kept"):
        take(loop, 500)
    assert loop.theta.tobytes() == kept.tobytes()
    assert loop.n_steps == 3
    loop.change(loop.config.with_hyper(learning_rate=0.001))
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


def test_the_number_of_threads_changes_the_last_digits_at_most(clouds, config):
    one, two = TrainingLoop(clouds, config), TrainingLoop(clouds, config)
    two.use_threads(2)
    losses = take(one, 12), take(two, 12)
    two.close()
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    np.testing.assert_allclose(one.theta, two.theta, atol=1e-4)
    assert take(two, 1) == pytest.approx(take(one, 1), rel=1e-4)


def test_dropout_is_decided_by_seed_and_step_and_left_out_of_measurements(clouds, config):
    config = replace(config, dropout=0.5, input_dropout=0.1)
    one, same, other = (TrainingLoop(clouds, replace(config, seed=seed)) for seed in (5, 5, 6))
    assert take(one, 12) == take(same, 12) != take(other, 12)
    assert one.evaluate() == one.evaluate() == TrainingLoop(clouds, config, one.theta).evaluate()
    kept, losses = one.keep(), take(one, 3)
    one.go_back()
    assert one.theta.tobytes() == kept.tobytes()
    assert one.step() == losses[0]


def test_the_average_is_measured_on_request(clouds, config):
    config = replace(config, hyper=Hyper(learning_rate=0.05, ema_decay=0.9))
    loop = TrainingLoop(clouds, config)
    assert (loop.average == loop.theta).all()
    loop.step()
    assert (loop.average == loop.theta).all()
    take(loop, 20)
    average = loop.average
    assert np.abs(average - loop.theta).max() > 1e-3
    assert loop.evaluate(theta=average).loss == TrainingLoop(clouds, config, average).evaluate().loss
    take(loop, 1)
    assert (average != loop.average).any()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_frozen_layers_stay_to_the_last_bit_and_the_others_learn(clouds, config, optimiser):
    hyper = Hyper(learning_rate=0.05, weight_decay=0.1, l1=0.01, l2=0.01, clip_norm=1.0, ema_decay=0.5)
    config = replace(config, optimiser=optimiser, hyper=hyper)
    loop = TrainingLoop(clouds, replace(config, frozen=(0,)))
    first, last = config.architecture.layers(loop.theta.copy())
    take(loop, 5)
    for theta in (loop.theta, loop.average):
        layers = config.architecture.layers(theta)
        assert (layers[0].W == first.W).all()
        assert (layers[0].b == first.b).all()
        assert (layers[1].W != last.W).all()
    # The other way round from the next step on.
    loop.change(replace(config, frozen=(1,)))
    now = config.architecture.layers(loop.theta.copy())
    take(loop, 5)
    layers = config.architecture.layers(loop.theta)
    assert (layers[1].W == now[1].W).all()
    assert (layers[0].W != first.W).any()


def test_a_random_mask_holds_a_share_of_each_layers_weights(clouds, config):
    """T97: drawn by the seed, kept while training; biases and the other first weights are as without it."""
    plain = TrainingLoop(clouds, config)
    loops = [TrainingLoop(clouds, replace(config, random_mask=0.75)) for _ in range(2)]
    for loop in loops:
        layers = config.architecture.layers(loop.theta)
        assert [np.count_nonzero(layer.W) for layer in layers] == [4, 4]
        held = loop.theta == 0
        assert (loop.theta[~held] == plain.theta[~held]).all()
        take(loop, 20)
        weights = np.concatenate([layer.W.ravel() for layer in layers])
        assert np.count_nonzero(weights) == 8
        assert np.count_nonzero(layers[0].b) > 0
    assert (loops[0].theta == loops[1].theta).all()
    other = TrainingLoop(clouds, replace(config, random_mask=0.75, seed=4))
    assert ((other.theta == 0) != held).any()


def test_pruned_weights_stay_pruned(clouds, config):
    mask = np.arange(42) % 3 > 0
    for optimiser in ("sgd", "adam"):
        loop = TrainingLoop(clouds, replace(config, optimiser=optimiser), mask=mask)
        take(loop, 10)
        loop.go_back()
        take(loop, 10)
        assert not loop.theta[~mask].any()
        assert np.count_nonzero(loop.theta[mask]) > 20
        assert not loop.scratch_copy().theta[~mask].any()
    with pytest.raises(ConfigError, match="mask of shape"):
        TrainingLoop(clouds, config, mask=mask[:-1])


def test_data_larger_than_memory_are_read_from_their_file(clouds, config, tmp_path):
    """Samples that map a file: the same run, and no copy of the whole."""
    np.save(tmp_path / "x.npy", clouds.train.x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    train = Samples(mapped, clouds.train.labels)
    assert isinstance(train.x.base, np.memmap)
    problem = replace(clouds, train=train)
    from_memory, from_file = TrainingLoop(clouds, config), TrainingLoop(problem, config)
    assert take(from_memory, 12) == take(from_file, 12)
    assert np.shares_memory(from_file.problem.train.x, mapped)


def test_a_mapped_data_set_costs_no_more_than_its_batches(config, tmp_path):
    n_bytes = 200_000 * 784
    path = tmp_path / "x.u8"
    with path.open("wb") as file:
        # Without its zeros on the disk.
        file.truncate(n_bytes)
    x = np.memmap(path, np.uint8, "r", shape=(200_000, 784))
    train = Samples(x, np.zeros(200_000, np.int64), scale=1 / 255)
    test = train.subset(slice(10))
    space = InputSpace("image", (28, 28), 0.0, 1.0)
    problem = Problem("zeros", "Zeros", space, OutputSpace(("no", "yes")), train, test, "None.")
    loop = TrainingLoop(problem, replace(config, architecture=Architecture.of((784, 5, 2))))
    loop.step()
    tracemalloc.start()
    try:
        take(loop, 3)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < n_bytes / 50


@pytest.mark.parametrize("n_units", [2, 10])
def test_descent_by_the_perceptrons_loss_is_rosenblatts_rule(n_units):
    rng = np.random.default_rng(2)
    labels = rng.integers(0, n_units, 90)
    # Whole numbers, so that neither precision rounds.
    x = rng.integers(-4, 5, (90, 3)).astype(np.float32)
    samples = Samples(x, labels)
    space = InputSpace("numbers", (3,), -4.0, 4.0, ("a", "b", "c"))
    classes = OutputSpace(tuple(map(str, range(n_units))))
    problem = Problem("whole", "Whole numbers", space, classes, samples, samples, "Drawn by the test.")
    architecture = Architecture((3, n_units), ("step",))
    config = TrainingConfig(
        architecture, "perceptron", "zeros", "sgd", Hyper(learning_rate=1.0), batch_size=1, seed=3
    )
    loop = TrainingLoop(problem, config)
    take(loop, 2 * 90)
    theta = None
    for epoch in range(2):
        order = np.random.default_rng((3, epoch)).permutation(90)
        theta = train_perceptrons(x[order], labels[order], n_units, epochs=1, theta=theta).theta
    assert theta.any()
    assert loop.theta.tolist() == theta.tolist()
