"""Sweeps: cells, what is refused, determinism, and what L2 does to noisy moons."""

import pickle
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.passes import predict
from nnstudio.insight.sweep import cell_steps, sweep_table
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS, SweepError
from nnstudio.insight.sweep_spec import MOST_CELLS, SweepAxis, SweepSpec, spoken_time
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.loop import TrainingLoop

NOISY = PointOptions(n=100, noise=0.35)


@pytest.fixture(scope="module")
def moons():
    return load_problem("plane-moons", points=NOISY)


@pytest.fixture
def config():
    return TrainingConfig(Architecture.of((2, 6, 6, 2), hidden="tanh"), hyper=Hyper(learning_rate=0.01))


@pytest.fixture
def make(moons, config):
    """Return a function that makes a spec of few steps from two lists as they are typed."""

    def make(across=("l2", "0, 0.01"), down=("units", "2, 5, 9"), **options):
        options = {"n_steps": 30, "points": NOISY, **options}
        return SweepSpec(moons, config, (SweepAxis.parse(*down), SweepAxis.parse(*across)), **options)

    return make


def train_cell(spec, cell):
    """Train a cell to its end."""
    *_, result = cell_steps(spec, cell)
    return result


def figures(results):
    return {
        cell: (
            result.n_params,
            result.seeds,
            result.run.theta.tobytes(),
        )
        for cell, result in results.items()
    }


def test_every_cell_has_its_two_values_and_counts_its_parameters(make):
    spec = make()
    assert spec.cells() == tuple((row, column) for row in range(3) for column in range(2))
    for cell in spec.cells():
        result, h = train_cell(spec, cell), spec.axes[0].values[cell[0]]
        assert result.run.config.architecture.layer_sizes == (2, h, h, 2)
        assert result.run.config.hyper.l2 == spec.axes[1].values[cell[1]]
        sizes = (2, h, h, 2)
        assert result.n_params == sum((a + 1) * b for a, b in pairwise(sizes))
        assert result.run.checkpoints[-1].step == 30
        assert result.run.checkpoints[-1].epoch == result.run.config.epochs


def test_the_same_seeds_give_the_same_table_to_the_last_bit_in_any_order_and_in_another_process(make):
    spec = make(seeds=(3, 4))
    forwards = {cell: train_cell(spec, cell) for cell in spec.cells()}
    sent = pickle.loads(pickle.dumps(spec))
    backwards = {cell: pickle.loads(pickle.dumps(train_cell(sent, cell))) for cell in reversed(spec.cells())}
    assert figures(forwards) == figures(backwards)
    assert sweep_table(spec, forwards) == sweep_table(sent, backwards)
    assert [seed.seed for seed in forwards[(0, 0)].seeds] == [3, 4]


def test_rows_and_columns_can_be_exchanged(make):
    one, other = make(("units", "3"), ("layers", "1")), make(("layers", "1"), ("units", "3"))
    (first, second) = (train_cell(spec, (0, 0)) for spec in (one, other))
    assert first.run.config.architecture.layer_sizes == (2, 3, 2)
    np.testing.assert_array_equal(first.run.theta, second.run.theta)


def test_a_cell_is_the_run_that_its_settings_make(make, moons):
    spec = make(("optimiser", "momentum"), ("activation", "relu"), seeds=(7,))
    result = train_cell(spec, (0, 0))
    loop = TrainingLoop(moons, result.run.config)
    assert (result.run.config.optimiser, result.run.config.architecture.activations[0]) == (
        "momentum",
        "relu",
    )
    for _ in range(30):
        loop.step()
    np.testing.assert_array_equal(result.run.theta, loop.theta)
    assert loop.is_finished
    # The kept state goes on as if it had never rested.
    resumed = TrainingLoop(moons, result.run.config, state=result.run.checkpoints[-1].state)
    assert (loop.step(), loop.theta.tobytes()) == (resumed.step(), resumed.theta.tobytes())


def test_any_number_of_settings_vary(moons, config):
    texts = {"hidden": "none, 3-2", "schedule": "cosine", "input_scaling": "none, standardised"}
    spec = SweepSpec(moons, config, tuple(SweepAxis.parse(*axis) for axis in texts.items()), n_steps=5)
    assert len(spec.cells()) == spec.n_cells == 4
    last = spec.cells()[-1]
    assert spec.title_of(last) == "Sizes of layers 3-2, Schedule Cosine, Input scaling standardised"
    result = train_cell(spec, last)
    assert result.run.config.architecture.layer_sizes == (2, 3, 2, 2)
    assert result.run.config.rate_at(result.run.config.epochs) == pytest.approx(0, abs=1e-9)
    names, rows = sweep_table(spec, {last: result})
    assert (names[:3], rows[0][:3]) == (tuple(texts), ["3-2", "cosine", "standardised"])


def test_the_warm_up_is_as_much_shorter_as_the_run(make):
    spec = make(n_steps=None, epochs=3.0)
    for epochs, warmup in ((30.0, 0.2), (None, 2.0)):
        config = replace(spec.config, epochs=epochs, warmup_epochs=2.0)
        own = replace(spec, config=config)
        assert own.config_of(own.draft_of((0, 0)), 100, 0).warmup_epochs == pytest.approx(warmup)


def test_a_run_that_gets_no_better_ends_early_with_its_best_weights(make, moons):
    spec = make(("learning_rate", "0.5"), ("units", "6"), n_steps=None, epochs=200.0, patience_epochs=3.0)
    spec = replace(spec, config=replace(spec.config, batch_size=10), validation=moons.test)
    result = train_cell(spec, (0, 0))
    (seed,) = result.seeds
    last = result.run.checkpoints[-1]
    assert seed.n_steps == last.step
    assert last.epoch.is_integer()
    assert last.epoch < 197
    # Validated on the test set here: no longer run is better there.
    for epochs in (last.epoch + 1, last.epoch + 2, last.epoch + 3):
        other = replace(spec, epochs=epochs, patience_epochs=None)
        assert train_cell(other, (0, 0)).test_score <= result.test_score
    np.testing.assert_array_equal(
        train_cell(replace(spec, epochs=last.epoch, patience_epochs=None), (0, 0)).run.theta, last.theta
    )


def test_the_field_is_what_the_first_network_answers_at_the_top_and_the_bottom(make, moons):
    spec = make(seeds=(1, 2))
    result = train_cell(spec, (1, 0))
    side = result.field.shape[1]
    low, high = moons.input_space.low, moons.input_space.high
    half = (high - low) / side / 2
    corner = np.array([[low + half, high - half]], np.float32)
    expected = predict(result.run.config.architecture, result.run.theta, corner)[0]
    np.testing.assert_allclose(result.field[:, 0, 0], expected, rtol=1e-5)
    assert result.run.config.seed == 1


@pytest.mark.parametrize("scaling", ["none", "standardised"])
def test_the_weights_of_a_run_take_inputs_as_they_are(make, moons, scaling):
    spec = make(data=DataChoices(input_scaling=scaling))
    result = train_cell(spec, (0, 0))
    outputs = predict(result.run.config.architecture, result.run.theta, moons.test.inputs())
    assert np.mean(outputs.argmax(axis=1) == moons.test.labels) == pytest.approx(result.test_score)


def test_noise_and_number_of_points_draw_other_points(make):
    spec = make(("noise", "0.05, 0.3"), ("n", "20, 60"))
    found = [train_cell(spec, cell).run for cell in spec.cells()]
    assert [run.points for run in found] == [
        PointOptions(n=n, noise=noise) for n in (20, 60) for noise in (0.05, 0.3)
    ]
    assert [run.checkpoints[-1].batch_plan.n_samples for run in found] == [20, 20, 60, 60]


def test_the_length_of_a_run_is_given_in_epochs_too(make):
    spec = make(n_steps=None, epochs=3.0)
    last = train_cell(spec, (0, 0)).run.checkpoints[-1]
    assert (last.epoch, last.step) == (3.0, 3)


@pytest.mark.parametrize(
    ("down", "words"),
    [
        (("units", "0, 4"), "0"),
        (("layers", "40, 1"), "between 2 and 33 layer sizes"),
        (("n", "1, 40"), "1"),
        (("noise", "-1, 0.1"), "1"),
        (("learning_rate", "0, 0.01"), "learning rate"),
        (("l2", "9000, 0.01"), "diverged"),
    ],
)
def test_an_impossible_cell_keeps_its_sentence_and_the_others_go_on(make, config, down, words):
    spec = make(("optimiser", "sgd"), down)
    bad, good = (train_cell(spec, cell) for cell in spec.cells())
    assert words in bad.failure
    assert bad.run is None
    assert not good.failure
    names, rows = sweep_table(spec, dict(zip(spec.cells(), (bad, good), strict=True)))
    assert rows[0][names.index("failure")] == bad.failure
    assert rows[1][names.index("n_params")] == good.n_params


def test_a_cell_is_given_up_between_two_slices(make):
    steps = cell_steps(make(n_steps=1_000_000), (0, 0))
    assert [next(steps) for _ in range(3)] == [None] * 3
    steps.close()


def test_too_many_cells_are_refused_with_their_number_and_time(make):
    many = " ".join(map(str, range(1, 22)))
    assert MOST_CELLS == 400
    with pytest.raises(SweepError, match=r"21 times 20 values are 420 cells, about .* min .* at most 400"):
        make(("l2", " ".join(f"0.{k:03d}" for k in range(1, 21))), ("units", many), n_steps=2000).check_size(
            MOST_CELLS
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"across": ("units", "2, 3")}, "two settings"),
        ({"across": ("hidden", "2, 3")}, "vary these or those"),
        ({"across": ("noise", "0, 1"), "points": None}, "Noise can be chosen for points that nnstudio draws"),
        ({"seeds": ()}, "1 to 20 different seeds, not 0"),
        ({"seeds": (1, 1)}, "different seeds"),
        ({"n_steps": 0}, "1 to 1,000,000 steps, not 0"),
        ({"n_steps": 5, "epochs": 2.0}, "either the steps"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(make, options, words):
    with pytest.raises(SweepError, match=words):
        make(**options)


@pytest.mark.parametrize(
    ("setting", "text", "values"),
    [
        ("l2", "0, 0.001, 0.01", (0.0, 0.001, 0.01)),
        ("l2", "0,5; 1", (0.5, 1.0)),
        ("units", "2 6 20", (2, 6, 20)),
        ("activation", "tanh, ReLU sine", ("tanh", "relu", "sine")),
    ],
)
def test_values_are_typed_between_commas_blanks_or_semicolons(setting, text, values):
    assert SweepAxis.parse(setting, text).values == values


@pytest.mark.parametrize(
    ("setting", "text", "words"),
    [
        ("l2", "", "L2: There is no number"),
        ("l2", "0, x", "L2: “x” is no number"),
        ("units", "2.5", "Units per layer: 2.5 is no whole number"),
        ("units", "2, 2", "Units per layer: 2 is there twice"),
        ("activation", "tanh, softmax", "There is no 'softmax'"),
        ("optimiser", " ", "Choose among sgd"),
    ],
)
def test_what_is_no_list_of_values_is_refused_with_the_name_of_the_setting(setting, text, words):
    with pytest.raises(SweepError, match=words):
        SweepAxis.parse(setting, text)


def test_every_setting_has_usual_values_that_can_be_typed():
    for name, setting in SWEEP_SETTINGS.items():
        axis = SweepAxis.parse(name, setting.usual)
        assert len({axis.text(k) for k in range(len(axis.values))}) == len(axis.values) > 1


def test_curves_have_fields_of_one_row_and_no_boundary():
    points = PointOptions(n=30)
    problem = load_problem("curve-sine", points=points)
    config = TrainingConfig(Architecture.of((1, 8, 1), "tanh", "identity"), loss="squared_error")
    spec = SweepSpec(
        problem,
        config,
        (SweepAxis.parse("layers", "1, 2"), SweepAxis.parse("noise", "0, 0.3")),
        n_steps=5,
        points=points,
    )
    results = [train_cell(spec, cell) for cell in spec.cells()]
    assert {result.field.shape for result in results} == {(1, 1, 128)}
    assert {result.boundary for result in results} == {None}
    assert all(result.test_score > 0 for result in results)


def test_a_single_output_for_two_classes_has_a_boundary(moons, config):
    one = replace(
        config, architecture=Architecture.of((2, 6, 1), "tanh", "sigmoid"), loss="binary_cross_entropy"
    )
    spec = SweepSpec(
        moons, one, (SweepAxis.parse("units", "6"), SweepAxis.parse("l2", "0")), n_steps=200, points=NOISY
    )
    result = train_cell(spec, (0, 0))
    assert not result.failure
    assert result.boundary > 2


def test_times_are_spoken_in_their_largest_units():
    assert [spoken_time(s) for s in (0, 59.4, 61, 7260)] == ["1 s", "59 s", "1 min 01 s", "2 h 01 min"]


@pytest.mark.slow
def test_strength_of_l2_smooths_the_boundary_of_noisy_moons_where_size_does_not(make):
    # Without L2, 20 units learn the noise by heart: nearly all training points right, a long boundary.
    spec = make(("l2", "0, 0.01"), ("units", "20, 50"), n_steps=2000, seeds=(0, 1))
    plain, smooth, _, larger = (train_cell(spec, cell) for cell in spec.cells())
    assert plain.train_score > 0.98
    assert plain.boundary > 1.8 * smooth.boundary
    assert smooth.test_score > plain.test_score
    assert larger.boundary == pytest.approx(smooth.boundary, rel=0.1)
    assert larger.test_score == pytest.approx(smooth.test_score, abs=0.02)
