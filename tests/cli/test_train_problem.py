"""``nnstudio train --problem``: a network for a problem, without a recipe."""

import pytest

from nnstudio.data import problems
from nnstudio.files.model_file import load_model


@pytest.fixture
def train(cli, tmp_path):
    """Train the two moons to a file, with more words."""

    def call(*words):
        return cli("train", "--problem", "plane-moons", "--out", tmp_path / "m.safetensors", *words)

    call.out = tmp_path / "m.safetensors"
    return call


def test_points_are_trained_without_a_recipe(cli, train):
    outcome = train("--network", "2-6-2", "--epochs", 200, "--seed", 2)
    assert outcome.status == 0
    assert "test error on Two moons" in outcome.out
    model = load_model(train.out)
    assert str(model.architecture) == "2-6-2"
    assert model.card["seed"] == 2
    assert model.card["command"] == (
        "nnstudio train --problem plane-moons --network 2-6-2 --epochs 200 --seed 2"
    )
    assert 'layers = "2-6-2"' in model.card["recipe_text"]
    assert "training error" in outcome.err
    result = cli("evaluate", "--model", train.out, "--data", "plane-moons", "--json").json
    assert result["accuracy"] > 0.9


def test_a_long_run_has_few_lines(train):
    lines = [line for line in train("--epochs", 250, "--network", "").err.splitlines() if "epoch" in line]
    epochs = [int(line.split()[1]) for line in lines]
    assert epochs[:11] == [*range(1, 11), 12]
    assert epochs[-1] == 250
    assert len(epochs) < 100


def test_images_are_trained_with_a_tenth_held_back(cli, monkeypatch, tmp_path):
    monkeypatch.setattr(problems, "_SIZES", {0: 600, 1: 100})
    out = tmp_path / "digits.safetensors"
    outcome = cli(
        "train", "--problem", "digits-synthetic", "--network", "784-16-10", "--epochs", 2, "--out", out
    )
    assert outcome.status == 0
    assert "validation error" in outcome.err
    model = load_model(out)
    assert model.raster is not None
    assert model.card["training"]["samples"] == 540


def test_choices_reach_the_network(train):
    words = ("--network", "3", "--activation", "sine", "--no-biases", "--batch", 100, "--epochs", 2)
    assert train(*words, "--optimiser", "sgd", "--rate", "0.1", "--output", "sigmoid").status == 0
    model = load_model(train.out)
    assert model.architecture.activations == ("sine", "sigmoid")
    assert not model.architecture.has_biases
    assert model.card["training"]["steps"] == 20
    assert "--no-biases" in model.card["command"].split()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--network", "2-5-3"), "type 2–5–2"),
        (("--activation", "magic"), "no activation 'magic'"),
        (("--optimiser", "magic"), "no optimiser 'magic'"),
        (("--loss", "magic"), "no loss 'magic'"),
        (("--input-scaling", "magic"), "no input scaling 'magic'"),
        (("--rate", "nan"), "nan"),
        (("--batch", "0"), "batch size"),
        (("--seed", "-1"), "seed"),
        (("--images", "x"), "takes the place of a recipe's data"),
        (("--recipe", "plane-moons"), "--recipe or --problem, not both"),
        (("--no-biases", "--input-scaling", "standardised"), "without biases"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(train, words, says):
    outcome = train(*words)
    assert outcome.status == 2
    assert len(outcome.complaints) == 1
    assert says in outcome.err
    assert not train.out.exists()


def test_an_unknown_problem_names_those_there_are(cli, tmp_path):
    outcome = cli("train", "--problem", "moons", "--out", tmp_path / "m")
    assert outcome.status == 2
    assert "no problem 'moons'; there are digits-synthetic" in outcome.err


def test_something_to_learn_is_asked_for(cli, tmp_path):
    outcome = cli("train", "--out", tmp_path / "m")
    assert outcome.status == 2
    assert outcome.complaints[0].startswith("nnstudio: Say what to learn: --problem NAME")


@pytest.mark.parametrize(
    "words", [("--network", "5"), ("--no-biases",), ("--rate", "1"), ("--input-scaling", "unit")]
)
def test_a_recipe_says_the_rest_itself(cli, tmp_path, words):
    outcome = cli("train", "--recipe", "plane-moons", "--out", tmp_path / "m", *words)
    assert outcome.status == 2
    assert f"so {words[0]} does not go with --recipe" in outcome.err
