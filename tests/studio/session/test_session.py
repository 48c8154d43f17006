from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.download import DownloadError
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.problems import load_problem
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.synthetic import synthetic_drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import predict
from nnstudio.insight.piecewise import first_kinks
from nnstudio.studio.session import problem_sources
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.session.setting_list import SETTINGS
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.snapshot import RunState
from nnstudio.training.start_settings import START_SETTINGS
from nnstudio.training.trainer import Trainer
from tests.studio.networks import model_of

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.fixture
def waiting(session, until):
    """Return a session whose trainer is there and waits."""
    session.training.random_test_input(lambda x, name: None)
    until(lambda: session.network.snapshot is not None)
    return session


def trained(session, until, steps=1):
    session.training.step_batch()
    target = (session.network.snapshot.step if session.network.snapshot else 0) + steps
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step >= target)
    until(lambda: session.training.state is RunState.PAUSED)
    return session.network.displayed_weights


def fresh_theta(session, seed):
    config = session.network.config
    return initialise(config.architecture, rng=np.random.default_rng(seed), scheme=config.initialisation)


# Reading


def test_a_drawing_is_read_as_the_rasteriser_shows_it(session, model):
    drawing = synthetic_drawing(7, rng=np.random.default_rng(0))
    session.input.set_strokes(drawing.strokes)
    changes = session.poll()
    assert changes.reading
    x = rasterise(drawing, model.raster).ravel()
    np.testing.assert_array_equal(session.network.reading.x, x)
    outputs = predict(model.architecture, model.theta, x[None])[0]
    np.testing.assert_allclose(session.network.reading.outputs, outputs, rtol=1e-5)


@pytest.mark.parametrize(
    "strokes", [(), ([(0.5, 0.5)],), ([(0.5, 0.5), (0.5, 0.52)],)], ids=["nothing", "a dot", "a touch"]
)
def test_hardly_anything_has_no_reading(session, strokes):
    session.input.set_strokes(tuple(np.array(stroke) for stroke in strokes))
    session.poll()
    assert session.network.reading is None


def test_too_much_to_read_is_said(session):
    session.input.set_strokes((np.random.default_rng(0).random((60_000, 2)),))
    (text, warning), *_ = session.sentences
    assert warning
    assert "50000" in text


def test_nothing_is_new_without_a_reason(session):
    assert session.poll()
    assert not session.poll()


def test_what_is_drawn_is_read_anew_with_new_weights(waiting, until):
    waiting.input.set_strokes(synthetic_drawing(3, rng=np.random.default_rng(0)).strokes)
    waiting.poll()
    before = waiting.network.reading.outputs
    theta = trained(waiting, until)
    assert not np.array_equal(waiting.network.reading.outputs, before)
    expected = predict(waiting.network.architecture, theta, waiting.input.x[None])[0]
    np.testing.assert_allclose(waiting.network.reading.outputs, expected, rtol=1e-5)


def test_an_image_of_another_size_is_brought_to_the_networks(session):
    space = InputSpace("image", (8, 8), 0.0, 1.0)
    raster = RasterSpec(size=8, box=6.0, pen=1.0, centre=4)
    small = model_of((64, 5, 3), space=space, outputs=OutputSpace(("a", "b", "c")), raster=raster)
    session.open_model(small)
    session.input.set_image(rasterise(synthetic_drawing(4, rng=np.random.default_rng(0))))
    session.poll()
    assert session.network.reading.x.shape == (64,)
    session.input.set_image(np.zeros((28, 28), np.float32))
    session.poll()
    assert session.network.reading is None


def test_a_network_that_knows_no_rasteriser_refuses_drawings_with_a_sentence(session):
    space = InputSpace("image", (8, 6), 0.0, 1.0)
    session.open_model(model_of((48, 5, 10), space=space, raster=None))
    session.input.set_strokes(synthetic_drawing(4, rng=np.random.default_rng(0)).strokes)
    session.poll()
    assert session.network.reading is None
    assert "8 × 6 pixels" in session.sentences[-1][0]
    session.input.set_x(np.ones(48, np.float32))
    session.poll()
    assert session.network.reading.x.shape == (48,)


# Training


def test_training_starts_from_the_weights_on_show(waiting, model):
    np.testing.assert_array_equal(waiting.network.displayed_weights, model.theta)
    assert waiting.training.state is RunState.READY
    assert not waiting.network.was_trained


def test_playing_and_pausing(waiting, until):
    waiting.training.play()
    until(lambda: waiting.training.is_running and waiting.network.snapshot.step > 3)
    waiting.training.pause()
    until(lambda: waiting.training.state is RunState.PAUSED)
    assert waiting.network.was_trained


def test_single_steps_and_epochs(waiting, until):
    trained(waiting, until)
    assert waiting.network.snapshot.step == 1
    waiting.training.step_epoch()
    until(lambda: waiting.network.snapshot.epoch == 1 and waiting.training.state is RunState.PAUSED)


def test_what_is_pressed_while_the_problem_is_on_its_way_is_done_in_order(session, until):
    samples = []
    session.training.step_batch()
    session.training.random_test_input(lambda x, name: samples.append(name))
    session.training.step_batch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step == 2)
    assert len(samples) == 1


def test_the_same_seed_gives_the_same_first_weights(waiting, until):
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 2)
    first = waiting.network.displayed_weights
    np.testing.assert_array_equal(first, fresh_theta(waiting, waiting.network.config.seed))
    trained(waiting, until)
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 3)
    np.testing.assert_array_equal(waiting.network.displayed_weights, first)


def test_the_same_seed_gives_the_same_course_of_training(waiting, until):
    courses = []
    for _ in range(2):
        waiting.training.reset()
        until(lambda: waiting.training.state is RunState.READY and waiting.network.snapshot.step == 0)
        courses.append(trained(waiting, until))
    np.testing.assert_array_equal(*courses)


def test_a_reset_before_the_data_are_there_gives_the_same_weights(session, until):
    session.training.reset()
    early = session.network.displayed_weights
    np.testing.assert_array_equal(early, fresh_theta(session, 0))
    session.training.random_test_input(lambda x, name: None)
    until(lambda: session.network.snapshot is not None)
    np.testing.assert_array_equal(session.network.displayed_weights, early)
    session.training.reset()
    until(lambda: session.network.snapshot.run_id == 2)
    np.testing.assert_array_equal(session.network.displayed_weights, early)


def test_a_new_seed_gives_other_weights_and_is_kept(waiting, until):
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 2)
    first, seed = waiting.network.displayed_weights, waiting.network.config.seed
    waiting.training.reset(new_seed=True)
    until(lambda: waiting.network.snapshot.run_id == 3)
    assert waiting.network.config.seed != seed
    assert not np.array_equal(waiting.network.displayed_weights, first)
    again = waiting.network.displayed_weights
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 4)
    np.testing.assert_array_equal(waiting.network.displayed_weights, again)


def test_a_reset_in_the_middle_of_training_goes_on_training(waiting, until):
    waiting.training.play()
    until(lambda: waiting.training.is_running and waiting.network.snapshot.step > 2)
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 2 and waiting.network.snapshot.step > 2)
    assert waiting.training.is_running


def test_another_learning_rate_does_not_restart(waiting, until):
    waiting.training.play()
    until(lambda: waiting.network.snapshot.step > 3)
    step, run = waiting.network.snapshot.step, waiting.network.snapshot.run_id
    waiting.history.configure(waiting.network.config.with_hyper(learning_rate=0.0123))
    until(lambda: waiting.network.snapshot.learning_rate == 0.0123)
    assert waiting.network.snapshot.run_id == run
    assert waiting.network.snapshot.step >= step
    until(lambda: waiting.network.snapshot.step > step + 3)


def test_other_choices_go_on_in_the_same_run(waiting, until):
    theta = trained(waiting, until)
    step, n_points = waiting.network.snapshot.step, len(waiting.network.snapshot.history.train_epoch)
    config = TrainingConfig(waiting.network.architecture, optimiser="sgd", hyper=Hyper(0.1), batch_size=7)
    waiting.history.configure(replace(config, loss="squared_error"))
    until(lambda: waiting.network.snapshot.config.batch_size == 7)
    assert (waiting.network.snapshot.run_id, waiting.network.snapshot.step) == (1, step)
    assert len(waiting.network.snapshot.history.train_epoch) == n_points
    assert [change.epoch for change in waiting.network.snapshot.changes] == [waiting.network.snapshot.epoch]
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)
    assert waiting.network.was_trained


def test_another_output_stays_although_the_trainer_hears_of_it_later(waiting, until, qtbot):
    trained(waiting, until)
    old = waiting.network.architecture
    other = replace(old, activations=(*old.activations[:-1], "sigmoid"))
    waiting.history.configure(
        replace(waiting.network.config, architecture=other, loss="binary_cross_entropy")
    )
    worker, stale = waiting.training.trainer._worker, replace(waiting.network.snapshot)
    qtbot.waitUntil(
        lambda: worker.latest.config.architecture == other and worker.latest.test_step == worker.latest.step
    )
    # As if a snapshot from before the change came after it, and then the one that knows the change.
    fresh, worker.latest = worker.latest, stale
    waiting.poll()
    assert waiting.network.snapshot is stale
    assert waiting.network.architecture == other
    worker.latest = fresh
    waiting.poll()
    assert waiting.network.snapshot.config == waiting.network.config


def test_another_initialisation_starts_from_fresh_weights(waiting, until):
    theta = trained(waiting, until)
    waiting.history.configure(replace(waiting.network.config, initialisation="zeros"))
    until(lambda: waiting.network.snapshot is not None and waiting.network.snapshot.run_id == 2)
    assert theta.any()
    assert not waiting.network.displayed_weights.any()


def test_snapshots_of_an_earlier_run_are_dropped(waiting, until):
    trained(waiting, until)
    stale = waiting.network.snapshot
    waiting.training.trainer.stop()
    waiting.training.reset()
    # As if the trainer had published once more before it heard of the reset.
    waiting.training.trainer._worker.latest = replace(stale, step=stale.step + 1)
    waiting.poll()
    assert waiting.network.snapshot is stale


def test_divergence_is_said_and_the_weights_are_kept(waiting, until):
    waiting.history.configure(
        TrainingConfig(
            waiting.network.architecture, optimiser="sgd", hyper=Hyper(learning_rate=1e30), batch_size=100
        )
    )
    waiting.training.play()
    until(lambda: waiting.training.state is RunState.DIVERGED)
    assert waiting.sentences[-1][1]
    until(lambda: "learning rate of" in waiting.sentences[-1][0])
    assert np.isfinite(waiting.network.displayed_weights).all()


# Problems and networks


def test_another_problem_brings_its_own_network(waiting, until):
    waiting.choose_problem("plane-moons")
    until(lambda: waiting.network.problem_name == "plane-moons" and waiting.network.snapshot is not None)
    assert waiting.network.input_space.kind == "plane"
    assert waiting.network.architecture.layer_sizes == (2, 8, 8, 2)
    trained(waiting, until)
    waiting.choose_problem("digits-synthetic")
    until(lambda: waiting.network.problem_name == "digits-synthetic" and waiting.network.snapshot is not None)
    assert waiting.network.architecture.n_inputs == 784


def test_a_curve_after_a_picture_spreads_the_kinks_of_its_fresh_network_over_its_range(waiting, until):
    waiting.choose_problem("curve-sine")
    until(lambda: waiting.network.problem_name == "curve-sine")
    network = waiting.network
    assert network.config.initialisation == "kinks_spread"
    kinks = first_kinks(network.architecture, network.own_weights)
    space = network.input_space
    assert ((kinks >= space.lows) & (kinks <= space.highs)).all()


def test_the_source_of_a_problem_is_said(waiting, until):
    waiting.choose_problem("plane-moons")
    until(lambda: waiting.network.problem_name == "plane-moons" and waiting.network.snapshot is not None)
    assert "Scattered by nnstudio" in waiting.sentences[-1][0]


def test_a_problem_that_cannot_be_had_changes_nothing(waiting, until, monkeypatch):
    def fail(*_, **__):
        raise DownloadError("The server does not answer. Try later.")

    monkeypatch.setattr(problem_sources, "installed", lambda name: False)
    monkeypatch.setattr(problem_sources, "fetch", fail)
    theta = trained(waiting, until)
    waiting.choose_problem("digits-mnist")
    until(lambda: waiting.training.tasks.current is None)
    assert waiting.sentences[-1] == ("The server does not answer. Try later.", True)
    assert waiting.network.problem_name == "digits-synthetic"
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)
    trained(waiting, until)


def test_the_last_choice_of_a_problem_counts(waiting, until):
    waiting.choose_problem("plane-moons")
    waiting.choose_problem("digits-synthetic")
    assert waiting.training.tasks.current is None
    trained(waiting, until)
    assert waiting.network.problem_name == "digits-synthetic"


def test_a_problem_with_the_same_spaces_keeps_the_network(waiting, until, monkeypatch, digits):
    theta = trained(waiting, until)
    monkeypatch.setattr(problem_sources, "installed", lambda name: True)
    monkeypatch.setattr(problem_sources, "load_problem", lambda name, **_: digits)
    waiting.choose_problem("digits-mnist")
    until(lambda: waiting.network.problem_name == "digits-mnist" and waiting.network.snapshot is not None)
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)
    assert waiting.network.was_trained


@pytest.fixture
def _few_characters(monkeypatch):
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 60, 1: 20})


@pytest.mark.usefixtures("_few_characters")
def test_a_problem_puts_the_network_that_comes_for_it_on_show(waiting, until):
    theta = waiting.network.displayed_weights
    waiting.choose_problem("letters-synthetic")
    until(
        lambda: waiting.network.problem_name == "letters-synthetic" and waiting.network.snapshot is not None
    )
    assert waiting.network.model_name == "letters"
    assert waiting.network.output_space.n_classes == 26
    assert waiting.network.has_detector
    assert "R starts from fresh weights" in waiting.sentences[-1][0]
    shipped = waiting.network.newest_weights
    waiting.training.reset()
    assert waiting.network.model_name == NEW_NETWORK
    assert waiting.network.architecture.n_outputs == 26
    until(lambda: not np.array_equal(waiting.network.newest_weights, shipped))
    waiting.go_back()
    np.testing.assert_array_equal(waiting.network.newest_weights, shipped)
    waiting.choose_problem("digits-synthetic")
    until(lambda: waiting.network.problem_name == "digits-synthetic")
    assert waiting.network.model_name == "digits"
    assert not np.array_equal(waiting.network.displayed_weights, theta)


@pytest.mark.usefixtures("_few_characters")
def test_without_the_network_that_comes_for_a_problem_there_is_a_fresh_one(session, until, monkeypatch):
    monkeypatch.setattr(problem_sources, "find_model", lambda name: Path("nowhere.safetensors"))
    session.choose_problem("letters-synthetic")
    until(lambda: session.network.problem_name == "letters-synthetic")
    assert session.network.model_name == NEW_NETWORK
    assert session.network.architecture.n_outputs == 26


def test_a_network_that_comes_with_nnstudio_is_read_in_the_background(session, until):
    session.open_shipped("seed")
    assert session.training.tasks.current is not None
    assert session.network.model_name == "small"
    until(lambda: session.network.model_name == "seed")
    assert session.network.architecture.layer_sizes == (784, 100, 300, 10)
    assert session.network.problem_name == "digits-synthetic"
    session.go_back()
    assert session.network.model_name == "small"


def test_the_earlier_network_comes_back_and_goes_again(waiting, until, model):
    theta = trained(waiting, until)
    waiting.training.reset()
    until(lambda: waiting.network.snapshot.run_id == 2)
    fresh = trained(waiting, until)
    waiting.go_back()
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)
    assert waiting.network.model_name == model.name
    assert waiting.network.was_trained
    waiting.go_back()
    np.testing.assert_array_equal(waiting.network.displayed_weights, fresh)
    assert waiting.network.model_name == NEW_NETWORK


def test_the_earlier_network_comes_back_with_its_settings(waiting, until):
    rate, batch = (BY_KEY[key] for key in ("learning_rate", "batch_size"))
    waiting.setting_changes.choose(rate, "0.02")
    waiting.setting_changes.choose(BY_KEY["loss"], "squared_error")
    theta = trained(waiting, until)
    config = waiting.network.config
    waiting.training.reset(new_seed=True)
    waiting.setting_changes.choose(rate, "0.5")
    waiting.setting_changes.choose(batch, "16")
    waiting.choose_problem("plane-moons")
    until(lambda: waiting.network.problem_name == "plane-moons")
    waiting.go_back()
    assert waiting.network.config == config
    assert waiting.network.problem_name == "digits-synthetic"
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)
    assert "back with its settings" in waiting.sentences[-1][0]
    trained(waiting, until)
    assert waiting.network.snapshot.config == config


def test_the_earlier_network_comes_back_with_what_was_done_to_its_data(waiting, until):
    data = DataChoices(input_scaling="standardised", random_labels=0.5)
    waiting.training.choose_data(data)
    until(lambda: waiting.training.data == data and waiting.network.snapshot is not None)
    theta = trained(waiting, until)
    waiting.open_model(model_of((784, 6, 10), seed=1))
    assert waiting.training.data == DataChoices()
    waiting.go_back()
    until(lambda: waiting.training.data == data and waiting.network.snapshot is not None)
    until(lambda: waiting.network.snapshot.run_id == waiting.training.run_id)
    np.testing.assert_allclose(waiting.network.displayed_weights, theta, atol=1e-4)
    assert "random" in waiting.training.problem.title
    assert waiting.network.was_trained


def test_two_resets_in_a_row_lose_no_network(waiting, until):
    theta = trained(waiting, until)
    for _ in range(3):
        waiting.training.reset(new_seed=True)
    until(lambda: waiting.network.snapshot.run_id == 4)
    waiting.history.configure(TrainingConfig(model_of((784, 5, 10)).architecture))
    waiting.go_back()
    np.testing.assert_array_equal(waiting.network.displayed_weights, theta)


def test_there_is_no_earlier_network_at_first(session):
    session.go_back()
    assert session.sentences[-1] == ("There is no earlier network to go back to.", True)


def test_opening_a_network_of_another_kind_changes_the_problem(waiting, until):
    problem = load_problem("plane-moons")
    moons = model_of((2, 5, 2), space=problem.input_space, outputs=problem.output_space, raster=None)
    waiting.open_model(moons)
    assert waiting.network.problem_name == "plane-moons"
    assert waiting.training.trainer is None
    trained(waiting, until)
    assert waiting.network.architecture == moons.architecture


@pytest.mark.parametrize(("is_installed", "name"), [(True, "digits-mnist"), (False, "digits-synthetic")])
def test_a_network_of_digits_is_for_real_digits_where_they_are_here(waiting, monkeypatch, is_installed, name):
    problem = load_problem("plane-moons")
    waiting.open_model(
        model_of((2, 5, 2), space=problem.input_space, outputs=problem.output_space, raster=None)
    )
    monkeypatch.setattr(problem_sources, "installed", lambda data_set: is_installed and data_set == "mnist")
    waiting.open_model(model_of((784, 5, 10)))
    assert waiting.network.problem_name == name


def test_a_network_that_fits_no_problem_is_shown_and_its_training_refused(waiting, until):
    signs = model_of((784, 5, 3), outputs=OutputSpace(("a", "b", "c")))
    waiting.open_model(signs)
    waiting.input.set_strokes(synthetic_drawing(4, rng=np.random.default_rng(0)).strokes)
    waiting.poll()
    assert waiting.network.reading.outputs.shape == (3,)
    waiting.training.play()
    until(lambda: waiting.training.tasks.current is None)
    text, warning = waiting.sentences[-1]
    assert warning
    assert "Built-in digits" in text


def test_the_model_on_show_can_be_taken_away(waiting, until):
    theta = trained(waiting, until)
    model = waiting.network.model()
    assert model.architecture == waiting.network.architecture
    np.testing.assert_array_equal(model.theta, theta)
    trained(waiting, until)
    np.testing.assert_array_equal(model.theta, theta)


def test_closing_stops_trainer_and_tasks_and_can_be_repeated(waiting, until):
    waiting.training.play()
    until(lambda: waiting.training.is_running)
    trainer = waiting.training.trainer
    waiting.choose_problem("plane-moons")
    waiting.close()
    waiting.close()
    assert isinstance(trainer, Trainer)
    assert not trainer.is_alive


def test_drawings_of_the_session_are_not_shared(session):
    stroke = np.array([[0.2, 0.2], [0.8, 0.8]])
    session.input.set_strokes((stroke,))
    session.poll()
    before = session.network.reading.x.copy()
    stroke[:] = 0
    session.poll()
    np.testing.assert_array_equal(session.network.reading.x, before)


def test_an_opened_network_goes_on_gently_and_a_fresh_one_at_full_pace(session):
    assert session.network.config.hyper == START_SETTINGS["image"].further_hyper
    session.setting_changes.edit_network("7")
    assert session.network.config.hyper == START_SETTINGS["image"].fresh_hyper
    session.history.configure(session.network.config.with_hyper(learning_rate=0.02))
    session.training.reset()
    assert session.network.config.hyper.learning_rate == 0.02


def test_a_network_with_hidden_steps_is_shown_and_refuses_to_be_trained(session, until):
    model = session.network.model()
    sizes = model.architecture.layer_sizes
    steps = Architecture(sizes, (*["step"] * (len(sizes) - 2), "softmax"))
    session.open_model(replace(model, architecture=steps, name="steps"))
    assert session.network.model_name == "steps"
    session.play()
    until(
        lambda: any("gradients cannot train" in text and is_warning for text, is_warning in session.sentences)
    )
    assert not session.training.is_running


def test_random_labels_are_learnt_from_fresh_weights_and_the_test_set_stays(waiting, until):
    theta = trained(waiting, until)
    plain, run = waiting.training.problem, waiting.network.snapshot.run_id
    waiting.training.choose_data(DataChoices(random_labels=1.0))
    until(lambda: waiting.network.snapshot is not None and waiting.network.snapshot.run_id > run)
    changed = np.mean(waiting.training.problem.train.labels != plain.train.labels)
    assert 0.8 < changed <= 1.0
    assert waiting.training.problem.test is plain.test
    assert not waiting.network.was_trained
    assert np.abs(waiting.network.displayed_weights - theta).max() > 0
    waiting.training.choose_data(DataChoices())
    until(lambda: (waiting.training.problem.train.labels == plain.train.labels).all())


def test_scaled_inputs_are_the_trainers_business_alone(waiting, until):
    plain, run = waiting.training.problem, waiting.network.snapshot.run_id
    waiting.training.choose_data(DataChoices(input_scaling="standardised"))
    waiting.training.play()
    until(lambda: waiting.network.snapshot is not None and waiting.network.snapshot.run_id > run)
    waiting.training.play()
    until(lambda: waiting.network.snapshot.test_step is not None and waiting.network.snapshot.epoch > 3)
    waiting.training.pause()
    until(
        lambda: (
            waiting.network.snapshot.test_step == waiting.network.snapshot.step
            and not waiting.training.is_running
        )
    )
    assert waiting.training.problem is plain
    # What is on show reads inputs as they come as well as the trainer says.
    outputs = predict(waiting.network.architecture, waiting.network.displayed_weights, plain.test.inputs())
    accuracy = np.mean(outputs.argmax(axis=1) == plain.test.labels)
    assert accuracy == pytest.approx(waiting.network.snapshot.test_score, abs=1e-9)


def test_another_problem_or_network_ends_the_experiment(waiting, until):
    waiting.training.choose_data(DataChoices(random_labels=0.5))
    until(lambda: waiting.training.data.random_labels == 0.5)
    waiting.open_model(waiting.network.model())
    assert waiting.training.data == DataChoices()
    assert "random" not in waiting.training.problem.title


def test_samples_that_are_drawn_anew_keep_their_labels(waiting):
    waiting.training.epoch_samples = object()
    waiting.training.choose_data(DataChoices(random_labels=0.5))
    assert waiting.training.data == DataChoices()
    assert waiting.sentences[-1][1]
    assert "drawn anew" in waiting.sentences[-1][0]


def test_a_bank_of_perceptrons_is_opened_and_learns(session, until):
    bank = Architecture((784, 10), ("step",))
    session.open_model(
        replace(session.network.model(), architecture=bank, theta=np.zeros(7850, np.float32), name="bank")
    )
    assert session.network.config.loss == "perceptron"
    session.training.step_epoch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.epoch == 1.0)
    until(lambda: session.network.snapshot.test_step == session.network.snapshot.step)
    assert session.network.snapshot.test_score > 0.5
    session.training.random_test_input(lambda x, name: session.input.set_x(x))
    until(lambda: session.network.reading is not None)
    assert set(session.network.reading.outputs.tolist()) <= {0.0, 1.0}


def test_what_is_drawn_is_read_with_another_network_in_the_same_frame(session):
    session.input.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    session.open_model(model_of((784, 6, 10), seed=1))
    assert session.input.x is None
    changes = session.poll()
    assert changes.network
    assert changes.reading
    np.testing.assert_array_equal(session.network.reading.x, session.input.x)


@pytest.mark.parametrize("rate", [0.0, float("inf")])
def test_a_learning_rate_beyond_all_numbers_is_refused(session, rate):
    before = session.network.config
    session.setting_changes.set_learning_rate(rate)
    assert session.network.config is before
    assert session.sentences[-1][1]


def test_a_learning_rate_is_rounded_to_three_digits(session):
    session.setting_changes.set_learning_rate(1.23456e-4)
    assert session.network.config.hyper.learning_rate == 1.23e-4


def trained_to_the_end(session, until, n_epochs=1.0):
    """Have the session train a run of so many epochs to its end."""
    session.history.configure(replace(session.network.config, epochs=n_epochs))
    session.play()
    until(lambda: session.training.state is RunState.FINISHED)


def test_playing_a_finished_run_gives_it_as_many_epochs_more_and_says_so(session, until):
    trained_to_the_end(session, until)
    for end in (2, 3):
        session.play()
        until(lambda end=end: session.network.snapshot.epoch == end)
        until(lambda: session.training.state is RunState.FINISHED)
        assert any(f"goes on to epoch {end}" in text for text, _ in session.sentences)
    assert len(session.history.runs.all) == 1
    session.step_batch()
    until(lambda: session.network.snapshot.epoch > 3)
    until(lambda: session.training.state is RunState.PAUSED)
    assert session.network.config.epochs == 4


def test_playing_in_the_past_trains_the_displayed_weights(session, until):
    trained_to_the_end(session, until)
    run = session.history.run
    session.history.look_at_first()
    first = session.network.own_weights.copy()
    session.play()
    until(lambda: session.training.state is RunState.FINISHED and session.history.run is not run)
    branch = session.history.run
    assert (branch.parent, branch.parent_step) == (run, 0)
    np.testing.assert_array_equal(branch.first.theta, first)
    assert any("A branch goes on" in text and "being trained" in text for text, _ in session.sentences)
    assert not any("Training 784" in text for text, _ in session.sentences[-2:])


@pytest.mark.parametrize("step", ["step_batch", "step_epoch"])
def test_steps_in_the_past_are_taken_from_the_displayed_weights(session, until, step):
    trained_to_the_end(session, until)
    run = session.history.run
    session.history.look_back_by(-3)
    at = session.network.past.step
    getattr(session, step)()
    until(lambda: session.history.run is not run and session.network.snapshot.step > at)
    until(lambda: not session.training.is_running)
    assert session.history.run.parent_step == at


def test_playing_at_the_last_moment_goes_on_with_the_run(session, until):
    trained_to_the_end(session, until)
    run = session.history.run
    session.history.look_back(run, run.last)
    session.play()
    until(lambda: session.training.state is RunState.FINISHED and session.network.snapshot.epoch == 2)
    assert session.history.runs.all == [run]


def test_playing_a_moment_of_a_run_of_other_data_loads_them_first(session, until):
    trained_to_the_end(session, until)
    run = session.history.run
    session.choose_problem("digits-synthetic")
    session.training.choose_data(DataChoices(input_scaling="standardised"))
    until(lambda: session.history.run is not run)
    session.history.look_back(run, run.first)
    session.play()
    until(lambda: session.history.run.parent is run)
    assert session.training.data == DataChoices()
