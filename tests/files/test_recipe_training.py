import gzip
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import ProblemError
from nnstudio.data.problems import MissingDataError
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import ModelFileError, load_model, save_model
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import RecipeDataError, gather
from nnstudio.files.recipe_sources import NamedProblem, StrokeSource
from nnstudio.files.recipe_training import train_recipe
from nnstudio.training.config import ConfigError
from nnstudio.training.evaluation import Measures
from nnstudio.training.loop import Diverged, TrainingLoop

N_WRITERS = 10

RECIPE = """\
name = "digits"
title = "Digits"
seed = 1

[[source]]
problem = "digits-mnist"
title = "MNIST"
credit = "Yann LeCun, Corinna Cortes and Christopher J. C. Burges"
licence = "CC BY-SA 3.0"
validation = 0.1

[[source]]
strokes = "digits-tablet.npz"
title = "UCI Pen-Based Recognition of Digits"
credit = "Ethem Alpaydin and Fevzi Alimoglu"
licence = "CC BY 4.0"
# By writer: 6 of 30.
validation = 0.2
pens = [1.9, 2.5, 3.2]

[network]
layers = "784-256-128-10"
hidden = "relu"
output = "softmax"
weights = "float16"

[training]
loss = "cross_entropy"
initialisation = "he_normal"
optimiser = "adam"
learning_rate = 3e-3
weight_decay = 0.1
batch_size = 128
epochs = 40
warmup_epochs = 1
schedule = "cosine"
"""


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


def write_strokes(path, n=100):
    """Write straight strokes: label k leans by k."""
    rng = np.random.default_rng(3)
    labels = np.arange(n) % 10
    ends = np.stack((labels * 100, np.full(n, 1000)), axis=1) + rng.integers(-20, 20, (n, 2))
    xy = np.stack((np.zeros_like(ends), ends), axis=1).reshape(-1, 2)
    np.savez(
        path,
        xy=xy.astype(np.int16),
        stroke_offsets=np.arange(0, 2 * n + 1, 2, dtype=np.int32),
        sample_offsets=np.arange(n + 1, dtype=np.int32),
        labels=labels.astype("<U1"),
        writers=(np.arange(n) % N_WRITERS).astype(np.int32),
    )


@pytest.fixture
def data_dir(tmp_path):
    """A folder with a small MNIST of bright columns and a small file of strokes."""
    folder = tmp_path / "data"
    (folder / "mnist").mkdir(parents=True)
    (folder / "strokes").mkdir()
    rng = np.random.default_rng(1)
    for stem, n in (("train", 300), ("t10k", 50)):
        labels = rng.integers(0, 10, n).astype(np.uint8)
        images = rng.integers(0, 60, (n, 28, 28)).astype(np.uint8)
        images[np.arange(n), :, 2 * labels + 3] = 255
        write_idx(folder / "mnist" / f"{stem}-images-idx3-ubyte.gz", images)
        write_idx(folder / "mnist" / f"{stem}-labels-idx1-ubyte.gz", labels)
    write_strokes(folder / "strokes" / "digits-tablet.npz")
    return folder


@pytest.fixture
def digits(tmp_path):
    """A recipe of scanned digits and of strokes, the same in every epoch."""
    path = tmp_path / "digits.toml"
    path.write_text(RECIPE)
    recipe = read_recipe(path)
    return replace(recipe, config=replace(recipe.config, batch_size=64))


@pytest.fixture
def moons():
    return read_recipe("plane-moons")


def rows(samples):
    return {row.tobytes() for row in samples.x}


def test_data_are_divided_without_overlap(digits, data_dir):
    data = gather(digits, data_dir)
    mnist, tablet = (source.title for source in digits.sources)

    assert len(data.problem.train) == 270 + 3 * 80
    assert {title: len(part) for title, part in data.validation.items()} == {mnist: 30, tablet: 20}
    assert {title: len(part) for title, part in data.test.items()} == {mnist: 50}
    assert data.problem.test.x.tobytes() == data.test[mnist].x.tobytes()
    assert not rows(data.problem.train) & rows(data.validation[mnist])
    assert len(set(data.validation[tablet].writers.tolist())) == 2
    assert data.raster is not None
    assert (data.problem.name, data.problem.title) == ("digits", "Digits")
    assert "CC BY-SA 3.0" in data.problem.source
    assert "CC BY 4.0" in data.problem.source


def test_writers_can_be_kept_for_the_test(digits, data_dir):
    mnist, tablet = digits.sources
    data = gather(replace(digits, sources=(mnist, replace(tablet, test=0.3))), data_dir)
    tested, held_back = (part[tablet.title] for part in (data.test, data.validation))

    assert (len(tested), len(held_back), len(data.problem.train)) == (30, 20, 270 + 3 * 50)
    assert not set(tested.writers.tolist()) & set(held_back.writers.tolist())
    assert not rows(data.problem.train) & rows(tested)
    assert len(data.problem.test) == 50 + 30


@pytest.mark.parametrize("test", [0.01, 0.79])
def test_writers_that_cannot_be_divided_are_refused(digits, data_dir, test):
    mnist, tablet = digits.sources
    with pytest.raises(RecipeDataError, match="Choose another part for validation or test"):
        gather(replace(digits, sources=(mnist, replace(tablet, test=test))), data_dir)


def test_the_seed_decides_the_division(digits, data_dir):
    def held_back(seed):
        recipe = replace(digits, config=replace(digits.config, seed=seed))
        return [part.x.tobytes() for part in gather(recipe, data_dir).validation.values()]

    assert held_back(1) == held_back(1)
    assert held_back(1) != held_back(2)


def test_files_may_lie_in_the_folder_itself(digits, data_dir, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in data_dir.glob("*/*"):
        path.rename(flat / path.name)
    assert len(gather(digits, flat).problem.train) == 510


def test_missing_files_are_named_with_their_folder(digits, data_dir, monkeypatch):
    strokes = data_dir / "strokes" / "digits-tablet.npz"
    strokes.unlink()
    with pytest.raises(MissingDataError, match=r"digits-tablet\.npz") as caught:
        gather(digits, data_dir)
    assert str(data_dir) in str(caught.value)
    (data_dir / "mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
    monkeypatch.setenv("NNSTUDIO_DATA", str(data_dir))
    with pytest.raises(MissingDataError, match="t10k-labels-idx1-ubyte") as caught:
        gather(digits)
    assert str(data_dir) in str(caught.value)


def test_sources_that_do_not_go_together_are_refused(digits, moons, data_dir):
    strange = NamedProblem("Moons", "me", "free", 0.5, "plane-moons")
    with pytest.raises(RecipeDataError, match="Moons and MNIST digits differ"):
        gather(replace(digits, sources=(*digits.sources, strange)), data_dir)
    with pytest.raises(RecipeDataError, match="no images"):
        gather(replace(moons, sources=(*moons.sources, digits.sources[1])), data_dir)
    tiny = replace(digits.sources[1], validation=0.01)
    with pytest.raises(RecipeDataError, match="cannot be divided"):
        gather(replace(digits, sources=(digits.sources[0], tiny)), data_dir)
    with pytest.raises(ConfigError, match="inputs"):
        gather(replace(digits, config=moons.config), data_dir)


def test_labels_at_random_are_learnt_and_never_judged_by(moons):
    plain = gather(moons)
    at_random = replace(moons, sources=(replace(moons.sources[0], random_labels=0.8),))
    changed = gather(at_random)
    differs = np.mean(changed.problem.train.labels != plain.problem.train.labels)
    # Of two classes, half of those that are drawn are the same.
    assert differs == pytest.approx(0.4, abs=0.1)
    assert (changed.problem.train.x == plain.problem.train.x).all()
    for kind in ("validation", "test"):
        for title, samples in getattr(changed, kind).items():
            assert (samples.labels == getattr(plain, kind)[title].labels).all()


def test_few_samples_are_some_of_those_that_are_not_held_back(moons):
    plain, few = gather(moons), gather(replace(moons, sources=(replace(moons.sources[0], samples=20),)))
    rows = {tuple(x) for x in plain.problem.train.x.tolist()}
    assert {tuple(x) for x in few.problem.train.x.tolist()} < rows
    assert len(few.problem.train) == 20
    for n in (1, len(rows) + 1):
        with pytest.raises(ProblemError, match=f"are 2 to {len(rows)} for Two moons, and {n} is not"):
            gather(replace(moons, sources=(replace(moons.sources[0], samples=n),)))


def test_strokes_of_another_alphabet_are_refused(digits, data_dir):
    path = data_dir / "strokes" / "letters.npz"
    with np.load(data_dir / "strokes" / "digits-tablet.npz") as arrays:
        values = dict(arrays)
    values["labels"] = np.full(len(values["labels"]), "Q")
    np.savez(path, **values)
    letters = StrokeSource("Letters", "me", "free", 0.5, "letters.npz", (2.5,))
    with pytest.raises(RecipeDataError, match="'Q', which is no digit"):
        gather(replace(digits, sources=(digits.sources[0], letters)), data_dir)


def test_trains_a_model_that_says_how_it_came_about(digits, data_dir, tmp_path):
    model = train_recipe(digits, data_dir, epochs=12)
    card = model.card

    assert model.name == "digits"
    assert str(model.architecture) == "784-256-128-10"
    assert model.raster is not None
    assert card["recipe"] == "digits"
    assert 'name = "digits"' in card["recipe_text"]
    assert [source["licence"] for source in card["data"]] == ["CC BY-SA 3.0", "CC BY 4.0"]
    assert card["seed"] == 1
    assert card["parameters"] == model.architecture.n_params
    assert card["measured"]["test"]["MNIST"]["n"] == 50
    assert card["measured"]["test"]["MNIST"]["error"] < 0.3
    assert set(card["measured"]["validation"]) == {source.title for source in digits.sources}
    assert card["training"]["ended"] == "Finished at epoch 12."
    assert card["training"]["images"] == 12 * 510
    assert card["curves"]["epoch"] == list(range(1, 13))
    assert card["curves"]["training_loss"][-1] < card["curves"]["training_loss"][0]
    n = sum(part["n"] for part in card["measured"]["validation"].values())
    n_errors = sum(part["errors"] for part in card["measured"]["validation"].values())
    assert min(card["curves"]["validation_error"]) == pytest.approx(n_errors / n, abs=0.02)

    save_model(tmp_path / "m", model)
    assert load_model(tmp_path / "m").theta.tobytes() == model.theta.tobytes()
    assert (tmp_path / "m").stat().st_size < 2 * model.architecture.n_params + 65536


def test_the_figures_of_the_card_are_those_of_the_weights(moons):
    model = train_recipe(replace(moons, weights="float16"), epochs=8)
    data = gather(moons)
    judge = TrainingLoop(data.problem, moons.config, model.theta)
    for part, samples in (("test", data.test), ("validation", data.validation)):
        for title, figures in model.card["measured"][part].items():
            assert judge.evaluate(samples[title]).n_errors == figures["errors"]


def test_the_same_seed_trains_the_same_model(moons):
    thetas = [train_recipe(moons, epochs=4, seed=seed).theta.tobytes() for seed in (7, 7, 8)]
    assert thetas[0] == thetas[1] != thetas[2]


def test_the_best_weights_on_validation_are_kept_not_the_last(moons, monkeypatch):
    moons = replace(moons, config=replace(moons.config, epochs=4.0))
    loop = TrainingLoop(gather(moons).problem, moons.config)
    while loop.epoch < 2.0:
        loop.step()
    # At the ends of the four epochs; the last two are for the card.
    measures = [
        Measures(loss, n_errors, 200) for loss, n_errors in ((9, 9), (1, 5), (2, 5), (0, 6), (0, 0), (0, 0))
    ]
    monkeypatch.setattr(TrainingLoop, "evaluate", lambda self, samples, theta=None: measures.pop(0))

    model = train_recipe(moons)

    assert model.card["training"]["best_epoch"] == 2.0
    assert model.theta.tobytes() == loop.theta.tobytes()


def test_progress_tells_how_far_and_how_well(moons):
    reports = []
    train_recipe(moons, epochs=5, progress=reports.append)
    ends = [report for report in reports if report.epoch.is_integer()]
    assert [report.epoch for report in ends] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert ends[-1].seconds_left == 0.0
    assert all(report.epochs == 5.0 for report in ends)
    best = [report.best_error for report in ends]
    assert best == sorted(best, reverse=True)
    assert best[-1] == min(report.validation_error for report in ends)


def test_stopping_keeps_the_best_so_far(moons):
    n_asked = iter(range(10**9))
    model = train_recipe(moons, should_stop=lambda: next(n_asked) >= 60)
    assert model.card["training"]["ended"] == "Stopped at epoch 2.44 of 60."
    assert model.card["training"]["best_epoch"] in (1.0, 2.0)


def test_stopping_within_the_first_epoch_keeps_its_weights(moons):
    model = train_recipe(moons, should_stop=lambda: True)
    assert model.card["training"]["steps"] == 1
    assert model.card["training"]["best_epoch"] == pytest.approx(1 / 25)


def test_ctrl_c_keeps_the_best_so_far(moons):
    def interrupt(report):
        if report.epoch >= 3:
            raise KeyboardInterrupt

    model = train_recipe(moons, progress=interrupt)
    assert model.card["training"]["ended"] == "Stopped at epoch 3 of 60."
    assert model.card["training"]["best_epoch"] >= 1.0


def test_divergence_keeps_the_best_and_says_so(moons, monkeypatch):
    step = TrainingLoop.step
    monkeypatch.setattr(
        TrainingLoop, "step", lambda self: self.diverge("it did") if self.n_steps == 60 else step(self)
    )
    model = train_recipe(moons)
    assert "diverged" in model.card["training"]["ended"]
    assert model.card["training"]["best_epoch"] >= 1.0


def test_divergence_in_the_first_epoch_is_an_error(moons):
    wild = replace(moons.config, hyper=replace(moons.config.hyper, learning_rate=1e30), optimiser="sgd")
    with pytest.raises(Diverged, match="learning rate"):
        train_recipe(replace(moons, config=wild))


@pytest.mark.parametrize(("changes", "words"), [({"epochs": 0}, "epochs"), ({"seed": -1}, "seed")])
def test_an_impossible_seed_or_length_is_refused(moons, changes, words):
    with pytest.raises(ConfigError, match=words):
        train_recipe(moons, **changes)


def test_images_of_another_size_are_learned_from_and_saved(digits, tmp_path):
    rng = np.random.default_rng(1)
    for stem, n in (("train", 60), ("t10k", 20)):
        write_idx(tmp_path / f"{stem}-images-idx3-ubyte.gz", rng.integers(0, 256, (n, 8, 8), np.uint8))
        write_idx(tmp_path / f"{stem}-labels-idx1-ubyte.gz", rng.integers(0, 10, n).astype(np.uint8))
    small = replace(
        digits,
        sources=digits.sources[:1],
        config=replace(digits.config, architecture=Architecture.parse("64-16-10")),
    )
    model = train_recipe(small, tmp_path, epochs=2)
    assert model.raster.size == 8
    save_model(tmp_path / "m", model)
    assert load_model(tmp_path / "m").input_space.shape == (8, 8)


def test_what_cannot_be_saved_is_refused_before_the_first_step(digits, data_dir, monkeypatch):
    monkeypatch.setattr("nnstudio.files.recipe_data.raster_for", lambda problem: RasterSpec(size=27))
    monkeypatch.setattr(TrainingLoop, "step", lambda self: pytest.fail("a step was taken"))
    mnist_alone = replace(digits, sources=digits.sources[:1])
    with pytest.raises(ModelFileError, match="27 × 27"):
        train_recipe(mnist_alone, data_dir)


def test_one_epoch_of_a_recipe_with_warm_up_can_be_had(digits, data_dir):
    model = train_recipe(digits, data_dir, epochs=1)
    assert model.card["training"]["ended"] == "Finished at epoch 1."


@pytest.mark.parametrize("kind", ["unit", "standardised"])
def test_a_model_trained_on_scaled_inputs_takes_them_as_they_come(moons, kind):
    model = train_recipe(replace(moons, input_scaling=kind), epochs=20)
    data = gather(moons)
    outputs = predict(model.architecture, model.theta, data.problem.test.inputs())
    errors = np.count_nonzero(outputs.argmax(axis=1) != data.problem.test.labels)
    (measured,) = model.card["measured"]["test"].values()
    assert errors == measured["errors"]
    assert measured["error"] < 0.2
    assert model.card["training"]["input_scaling"] == kind
    plain = train_recipe(moons, epochs=20)
    assert plain.theta.tobytes() != model.theta.tobytes()


def test_a_model_of_several_views_is_measured_and_saved_as_the_wider_network(digits, data_dir, tmp_path):
    plain = train_recipe(digits, data_dir, epochs=1)
    model = train_recipe(replace(digits, views=((1.0, 0.0), (-1.0, 0.0))), data_dir, epochs=1)
    assert str(model.architecture) == "784-512-256-10"
    assert model.card["parameters"] == len(model.theta) == model.architecture.n_params
    # What it learned is the same.
    half = model.architecture.layers(model.theta)[0].b[:256]
    assert np.array_equal(half, plain.architecture.layers(plain.theta)[0].b)
    test = gather(digits, data_dir).test["MNIST"]
    outputs = predict(model.architecture, model.theta, test.inputs())
    n_errors = np.count_nonzero(outputs.argmax(axis=1) != test.labels)
    assert n_errors == model.card["measured"]["test"]["MNIST"]["errors"]
    save_model(tmp_path / "views.safetensors", model)
    assert np.array_equal(load_model(tmp_path / "views.safetensors").theta, model.theta)


def test_stops_when_the_validation_no_longer_improves(moons, monkeypatch):
    errors = iter([9, 5, 6, 7, 8, 9, 9, 9])
    validated = []

    def evaluate(self, samples=None, theta=None):
        n_errors = next(errors) if len(samples) == 200 else 0
        validated.append(self.epoch)
        return Measures(1.0, n_errors, 200)

    monkeypatch.setattr(TrainingLoop, "evaluate", evaluate)
    patient = replace(moons, config=replace(moons.config, patience_epochs=3))
    model = train_recipe(patient)
    assert model.card["training"]["best_epoch"] == 2
    assert model.card["training"]["ended"] == "Stopped at epoch 5 of 60: no better since epoch 2."


def test_the_running_average_is_what_is_validated_and_saved(moons):
    config = replace(moons.config, hyper=replace(moons.config.hyper, ema_decay=0.95))
    averaged = train_recipe(replace(moons, config=config), epochs=10)
    plain = train_recipe(moons, epochs=10)
    assert averaged.theta.tobytes() != plain.theta.tobytes()
    (measured,) = averaged.card["measured"]["test"].values()
    assert measured["error"] < 0.3


CURVE = """\
name = "curve"
title = "A curve"
seed = 1

[[source]]
problem = "curve-sine"
title = "Sine"
credit = "Us"
licence = "Free"
validation = 0.25

[network]
layers = "1-8-1"
hidden = "tanh"
output = "identity"
weights = "float32"

[training]
loss = "squared_error"
learning_rate = 0.02
batch_size = 32
epochs = 40
"""


@pytest.fixture
def curve(tmp_path):
    path = tmp_path / "curve.toml"
    path.write_text(CURVE)
    return read_recipe(path)


def test_numbers_are_judged_by_their_rmse(curve):
    reports = []
    model = train_recipe(curve, progress=reports.append)
    data = gather(curve)
    assert (len(data.problem.train), len(data.validation["Sine"]), len(data.test["Sine"])) == (96, 32, 42)
    assert set(model.card["curves"]) == {"epoch", "training_loss", "validation_rmse"}
    best = min(model.card["curves"]["validation_rmse"])
    assert model.card["measured"]["validation"]["Sine"]["rmse"] == pytest.approx(best, rel=1e-4)
    assert reports[-1].best_error == pytest.approx(best, rel=1e-4)
    assert (reports[-1].measure.name, reports[-1].is_held_back) == ("rmse", True)


def test_the_loss_and_the_network_must_fit_numbers(curve):
    of_classes = Architecture.of((1, 8, 1), output="identity")
    classes = replace(curve.config, architecture=of_classes, loss="hinge")
    with pytest.raises(ConfigError, match="these outputs are numbers"):
        train_recipe(replace(curve, config=classes))
    with pytest.raises(ConfigError, match="change the last layer to 1"):
        train_recipe(
            replace(
                curve, config=replace(curve.config, architecture=Architecture.of((1, 8, 2), output="tanh"))
            )
        )


def test_two_curves_of_other_ranges_do_not_go_together(curve):
    (source,) = curve.sources
    other = replace(source, problem="curve-line", title="Line")
    with pytest.raises(RecipeDataError, match="differ in what goes in or comes out"):
        gather(replace(curve, sources=(source, other)))


def test_a_network_without_biases_stays_so(curve):
    architecture = replace(curve.config.architecture, has_biases=False)
    model = train_recipe(replace(curve, config=replace(curve.config, architecture=architecture)), epochs=5)
    assert not any(layer.b.any() for layer in architecture.layers(model.theta))


def test_of_a_long_run_the_card_has_some_epochs(curve, tmp_path):
    model = train_recipe(curve, epochs=1_700)
    assert model.card["curves"]["epoch"][-1] == 1_700
    assert len(model.card["curves"]["epoch"]) == 425
    save_model(tmp_path / "m", model)
