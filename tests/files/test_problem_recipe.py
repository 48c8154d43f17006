"""Recipes made of a problem and a few choices."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError, Quantity, Samples
from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.architecture import ArchitectureError
from nnstudio.engine.hyper import HyperError
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.problem_recipe import Choices, problem_recipe
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import gather
from nnstudio.files.recipe_training import train_recipe
from nnstudio.training.config import ConfigError


def sine(n=64, name="own-sine"):
    x = np.linspace(-3, 3, n, dtype=np.float32)[:, None]
    samples, others = Samples(x, np.sin(x)), Samples(x, np.sin(x))
    space = InputSpace("line", (1,), -3.0, 3.0, ("x",))
    outputs = OutputSpace(quantities=(Quantity("y", "m"),))
    return Problem(name, "Sine", space, outputs, samples, others, "Computed here; free for any use.")


@pytest.fixture(scope="module")
def moons():
    return load_problem("plane-moons")


def test_a_curve_starts_as_in_the_window_with_full_batches():
    recipe = problem_recipe(sine(), Choices(), "nnstudio train")
    config = recipe.config
    assert str(config.architecture) == "1-16-1"
    assert config.architecture.activations == ("tanh", "identity")
    assert (config.loss, config.batch_size, config.epochs) == ("squared_error", 64, 2000)
    (source,) = recipe.sources
    assert (source.validation, source.credit, source.licence) == (0.0, "Computed here", "free for any use")


def test_every_choice_is_taken(moons):
    choices = Choices("2-5-3-2", "relu", "sigmoid", "squared_error", "sgd", 0.5, 7, 3.0, 4, False, "unit")
    with pytest.raises(ConfigError, match="without biases"):
        train_recipe(problem_recipe(moons, choices, ""), problems={moons.name: moons})
    recipe = problem_recipe(moons, replace(choices, input_scaling="none"), "nnstudio train --this")
    config, network = recipe.config, recipe.config.architecture
    assert (network.layer_sizes, network.activations) == ((2, 5, 3, 2), ("relu", "relu", "sigmoid"))
    assert not network.has_biases
    assert (config.loss, config.optimiser, config.hyper.learning_rate) == ("squared_error", "sgd", 0.5)
    assert (config.batch_size, config.epochs, config.seed) == (7, 3.0, 4)
    model = train_recipe(recipe, problems={moons.name: moons})
    assert model.card["command"] == "nnstudio train --this"
    assert not any(layer.b.any() for layer in network.layers(model.theta))


@pytest.mark.parametrize(
    ("loss", "output"),
    [("binary_cross_entropy", "sigmoid"), ("perceptron", "step"), ("squared_error", "softmax")],
)
def test_a_loss_brings_its_output(moons, loss, output):
    recipe = problem_recipe(moons, Choices(network="", loss=loss), "")
    assert recipe.config.architecture.activations == (output,)


def test_an_output_brings_its_loss(moons):
    assert problem_recipe(moons, Choices(output="sigmoid"), "").config.loss == "binary_cross_entropy"
    assert problem_recipe(sine(), Choices(output="sigmoid"), "").config.loss == "squared_error"


@pytest.mark.parametrize(
    ("choices", "error", "words"),
    [
        (Choices(network="2-5-1"), ConfigError, "2–5–1 takes 2 and gives out 1, but here 1 go in"),
        (Choices(network="five"), ConfigError, "whole numbers"),
        (Choices(activation="magic"), ArchitectureError, "no activation 'magic'"),
        (Choices(output="magic"), ArchitectureError, "no activation 'magic'"),
        (Choices(loss="cross_entropy"), ConfigError, "choose squared error"),
        (Choices(loss="magic"), ConfigError, "no loss 'magic'"),
        (Choices(optimiser="magic"), ConfigError, "no optimiser 'magic'"),
        (Choices(rate=-1.0), HyperError, "-1"),
        (Choices(rate=float("nan")), HyperError, "nan"),
        (Choices(batch_size=0), ConfigError, "batch size"),
        (Choices(epochs=0.0), ConfigError, "epochs"),
        (Choices(seed=-1), ConfigError, "seed"),
        (Choices(samples=0), ProblemError, "Samples to learn from are 1 to"),
        (Choices(random_labels=0.5), ConfigError, "for classes; Sine has none"),
        (Choices(input_scaling="magic"), ConfigError, "no input scaling 'magic'"),
    ],
)
def test_impossible_choices_are_refused(choices, error, words):
    with pytest.raises(error, match=words):
        problem_recipe(sine(), choices, "")


def test_the_text_is_a_recipe_that_trains_the_same(moons, tmp_path):
    choices = Choices("2-4-4-2", "tanh", rate=0.03, epochs=3.0, seed=5, has_biases=False)
    choices = replace(choices, samples=50, random_labels=0.5)
    recipe = problem_recipe(moons, choices, "nnstudio train --problem plane-moons")
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.text, encoding="utf-8")
    again = read_recipe(path)
    assert replace(again, command=recipe.command, text="") == replace(recipe, text="")
    # The data are the same only where their seed is.
    problems = {moons.name: moons}
    assert np.array_equal(
        train_recipe(recipe, problems=problems).theta, train_recipe(again, problems=problems).theta
    )


def test_images_are_held_back_for_validation():
    x = np.zeros((2500, 64), np.uint8)
    samples = Samples(x, np.zeros(2500, np.int64), 1 / 255)
    space = InputSpace("image", (8, 8), 0.0, 1.0)
    problem = Problem("images", "Images", space, OutputSpace(("a", "b")), samples, samples, "Blank.")
    recipe = problem_recipe(problem, Choices(), "")
    assert recipe.sources[0].validation == 0.1
    assert (recipe.config.batch_size, recipe.config.epochs) == (128, 10)
    assert recipe.config.architecture.activations == ("relu", "relu", "softmax")


def test_a_curve_is_learned_and_the_card_says_how_well(tmp_path):
    problem = sine()
    recipe = problem_recipe(problem, Choices(network="8", epochs=600.0, rate=0.02), "nnstudio train")
    model = train_recipe(recipe, problems={problem.name: problem})
    x = problem.test.inputs()
    residuals = predict(model.architecture, model.theta, x).astype(np.float64) - np.sin(x.astype(np.float64))
    card = model.card
    assert set(card["measured"]) == {"test", "training"}
    measured = card["measured"]["test"]["Sine"]
    assert measured["n"] == 64
    assert measured["rmse"] == pytest.approx(np.sqrt(np.mean(residuals**2)), rel=1e-4)
    assert measured["J"] == pytest.approx(np.mean(residuals**2) / 2, rel=1e-4)
    worst = np.abs(residuals).argmax()
    assert measured["largest_error"] == pytest.approx(np.abs(residuals).max(), rel=1e-4)
    assert measured["largest_error_at"] == pytest.approx(x[worst].tolist())
    assert 0.99 < measured["r2"] < 1
    curves = card["curves"]
    assert set(curves) == {"epoch", "training_loss", "training_rmse"}
    # 600 epochs, every second of them.
    assert curves["epoch"][:2] == [2, 4]
    assert curves["epoch"][-1] == 600
    assert min(curves["training_rmse"]) >= card["measured"]["training"]["Sine"]["rmse"] * 0.999
    save_model(tmp_path / "sine", model)
    assert load_model(tmp_path / "sine").card == card


def test_a_table_that_is_its_own_test_is_measured_once():
    problem = load_problem("curve-anscombe-1")
    recipe = problem_recipe(problem, Choices(network="", epochs=3.0), "")
    model = train_recipe(recipe, problems={problem.name: problem})
    assert model.card["measured"]["test"] == {}
    assert model.card["measured"]["training"]["Anscombe I"]["n"] == 11


@pytest.mark.parametrize(
    ("n_hidden", "activation", "low", "high"), [(16, "relu", 0, 3.4e-4), (8, "tanh", 0, 5e-5)]
)
def test_a_sine_is_learned_as_well_as_full_batches_can(n_hidden, activation, low, high):
    """2,000 steps of Adam at 0.01 on 128 points; at best 4.9e-5 for 16 kinks that interpolate."""
    problem = load_problem("curve-sine")
    choices = Choices(str(n_hidden), activation, rate=0.01, epochs=2000.0, seed=1)
    model = train_recipe(problem_recipe(problem, choices, ""), problems={problem.name: problem})
    assert low < model.card["measured"]["training"]["Sine"]["J"] < high


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("curve-sine", PointOptions(n=20, noise=0.5)),
        ("plane-spiral", PointOptions(n=20, noise=0.5, n_classes=3)),
    ],
)
def test_how_points_are_made_is_in_the_recipe(tmp_path, name, points):
    problem = load_problem(name, seed=3, points=points)
    recipe = problem_recipe(problem, Choices(epochs=2.0, seed=3, points=points), "")
    path = tmp_path / "recipe.toml"
    path.write_text(recipe.text, encoding="utf-8")
    again = read_recipe(path)
    assert again.sources == recipe.sources
    found = gather(again).problem
    assert np.array_equal(found.train.x, problem.train.x)
    assert np.array_equal(found.train.answers, problem.train.answers)
