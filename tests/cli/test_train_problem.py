"""``nnstudio train --problem``: a network for a problem, without a recipe."""

import numpy as np
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


def test_a_frozen_layer_stays_as_it_began_and_a_random_mask_stays(cli, train, tmp_path):
    words = ("--network", "2-6-2", "--seed", "3", "--random-mask", "0.5", "--freeze", "1")
    assert train(*words, "--epochs", "5").status == 0
    model = load_model(train.out)
    assert "frozen = [1]" in model.card["recipe_text"]
    first, last = model.architecture.layers(model.theta)
    assert [np.count_nonzero(first.W), np.count_nonzero(last.W)] == [6, 6]
    # The script of its training reads the recipe again, and begins where it began.
    assert cli("export", "--model", train.out, "--training", "--out", tmp_path / "t.py").status == 0
    start = model.architecture.layers(np.load(tmp_path / "t.npz")["theta"])
    assert (first.W == start[0].W).all()
    assert (last.W != start[1].W).any()
    outcome = train(*words[:-1], "2,1,1", "--epochs", "5")
    assert outcome.status == 2
    assert "let one of them learn" in outcome.err


def test_few_samples_with_random_labels_are_learned_by_heart(train):
    outcome = train(
        "--samples", 20, "--random-labels", "1", "--network", "40", "--rate", "0.03", "--epochs", 300
    )
    assert outcome.status == 0
    model = load_model(train.out)
    assert "samples = 20" in model.card["recipe_text"]
    assert "random_labels = 1.0" in model.card["recipe_text"]
    assert model.card["training"]["samples"] == 20
    outcome = train("--samples", 1)
    assert outcome.status == 2
    assert "Samples to learn from are 2 to" in outcome.err


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
        (("--recipe", "plane-moons"), "--recipe and --problem each say what to learn"),
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


def test_a_curve_is_trained_evaluated_predicted_and_carded(cli, tmp_path):
    out = tmp_path / "sine.safetensors"
    words = ("--network", "1-16-1", "--activation", "tanh", "--epochs", 400, "--seed", 1, "--out", out)
    outcome = cli("train", "--problem", "curve-sine", *words)
    assert outcome.status == 0
    assert "training RMSE" in outcome.err
    assert "test on Sine:" in outcome.out
    measured = cli("evaluate", "--model", out, "--data", "curve-sine", "--json").json
    assert measured["n"] == 42
    assert measured["rmse"] < 0.05
    assert f"J              {measured['J']:.4g} (half the mean squared error)" in outcome.out
    (answer,) = cli("predict", "0.3", "--model", out, "--json").json
    assert answer["output"]["y"] == pytest.approx(np.sin(0.3), abs=5 * measured["rmse"])
    assert cli("card", "--model", out).status == 0
    text = (tmp_path / "sine.md").read_text()
    assert "Made by `nnstudio train --problem curve-sine --network 1-16-1 --activation tanh" in text
    assert f"| Sine | 42 | {measured['J']:.4g} | {measured['rmse']:.4g} |" in text
    assert "mistakes" not in text
    assert (tmp_path / "sine-curves.png").exists()


def test_the_card_of_points_has_no_images(cli, train, tmp_path):
    train("--epochs", 3)
    assert cli("card", "--model", train.out).status == 0
    text = (tmp_path / "m.md").read_text()
    assert "takes x₁, x₂ and tells apart upper moon, lower moon" in text
    assert "| class | samples | errors |" in text
    assert not (tmp_path / "m-mistakes.png").exists()


def test_own_points_are_learned(cli, tmp_path):
    table = tmp_path / "heights.csv"
    table.write_text("age;height\n0;50\n1;7x\n2;88\n4;103\n")
    out = tmp_path / "heights.safetensors"
    words = ("--network", "", "--input-scaling", "standardised", "--rate", 1, "--epochs", 300, "--out", out)
    outcome = cli("train", "--data", table, *words)
    assert outcome.status == 0
    assert f"{table}: line 3 was skipped because y is 7x, which is no number." in outcome.err
    assert "training on heights.csv:" in outcome.out
    model = load_model(out)
    assert (model.input_space.names, model.output_space.names) == (("age",), ("height",))
    assert (model.input_space.low, model.input_space.high) == (0, 4)
    # The line through the three points.
    slope, intercept = np.polyfit([0, 2, 4], [50, 88, 103], 1)
    (answer,) = cli("predict", "1", "--model", out, "--json").json
    assert answer["output"]["height"] == pytest.approx(slope + intercept, abs=0.1)
    assert "training on" not in cli("evaluate", "--model", out, "--data", table).out
    assert cli("card", "--model", out).status == 0
    assert "heights.csv: Read from heights.csv; as you have it" in (tmp_path / "heights.md").read_text()


def test_own_points_of_the_plane_are_learned(cli, tmp_path):
    table = tmp_path / "spots.csv"
    table.write_text("a,b,colour\n" + "".join(f"{k},1,red\n{-k},-1,blue\n" for k in range(1, 6)))
    out = tmp_path / "spots.safetensors"
    assert cli("train", "--data", table, "--network", "4", "--epochs", 100, "--out", out).status == 0
    assert load_model(out).input_space.names == ("a", "b")
    (answer,) = cli("predict", "3", "1", "--model", out, "--json").json
    assert (answer["label"], set(answer["probabilities"])) == ("red", {"red", "blue"})
    result = cli("evaluate", "--model", out, "--data", table, "--json").json
    assert (result["n"], result["errors"], result["class_names"]) == (10, 0, ["blue", "red"])


def test_points_of_other_classes_are_left_out(cli, train, tmp_path):
    train("--epochs", 2)
    table = tmp_path / "others.csv"
    table.write_text("0,1,upper moon\n1,-0.5,lower moon\n5,5,outer space\n")
    result = cli("evaluate", "--model", train.out, "--data", table, "--json").json
    assert (result["n"], result["without_class"]) == (2, {"outer space": 1})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0,1,a\n1,1,a\n", "a second class is needed to learn anything"),
        ("".join(f"{k},0,class {k}\n" for k in range(7)), "has 7 classes"),
        ("", "has no point"),
        ("1\n2\n", "has x alone; y is missing"),
        ("a,b\nc,d\n", "no point"),
    ],
)
def test_a_table_without_points_is_refused(cli, tmp_path, text, says):
    (tmp_path / "t.csv").write_text(text)
    outcome = cli("train", "--data", tmp_path / "t.csv", "--out", tmp_path / "m")
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert says in outcome.err


@pytest.mark.parametrize(
    ("words", "is_hinted"),
    [
        (("curve-temperature",), False),
        (("curve-temperature", "--input-scaling", "none"), True),
        (("curve-temperature", "--no-biases"), False),
        (("curve-sine",), False),
    ],
)
def test_large_inputs_are_hinted_at(cli, tmp_path, words, is_hinted):
    outcome = cli("train", "--problem", *words, "--epochs", 1, "--out", tmp_path / "m")
    assert ("The inputs go up to 364 in size; --input-scaling standardised" in outcome.err) == is_hinted


def test_points_and_noise_can_be_chosen(cli, tmp_path):
    out = tmp_path / "m.safetensors"
    words = ("--problem", "curve-sine", "--epochs", 2, "--out", out, "--points", 30, "--noise", "0.2")
    assert cli("train", *words).status == 0
    card = load_model(out).card
    assert card["training"]["samples"] == 30
    assert card["measured"]["test"]["Sine"]["n"] == 10
    assert "points = 30\nnoise = 0.2" in card["recipe_text"]


def test_a_set_of_the_plane_with_classes_is_trained_predicted_and_evaluated(cli, tmp_path):
    out = tmp_path / "spiral.safetensors"
    words = ("--network", "2-8-8-3", "--points", 60, "--noise", "0", "--classes", 3, "--epochs", 200)
    assert cli("train", "--problem", "plane-spiral", *words, "--out", out).status == 0
    model = load_model(out)
    assert model.output_space.class_names == ("arm A", "arm B", "arm C")
    assert "points = 60\nnoise = 0.0\nclasses = 3" in model.card["recipe_text"]
    (answer,) = cli("predict", "0.4", "-0.7", "--model", out, "--json").json
    assert answer["label"] in answer["probabilities"].keys() == {"arm A", "arm B", "arm C"}
    measured = cli("evaluate", "--model", out, "--data", "plane-spiral", "--json").json
    assert (measured["n"], measured["class_names"]) == (250, ["arm A", "arm B", "arm C"])
    assert measured["without_class"] == {}


def test_a_number_over_the_plane_is_trained_predicted_and_evaluated(cli, tmp_path):
    out = tmp_path / "bell.safetensors"
    assert cli("train", "--problem", "plane-bell", "--points", 100, "--epochs", 300, "--out", out).status == 0
    (answer,) = cli("predict", "0", "0", "--model", out, "--json").json
    assert answer["output"]["bell"] > 0.5
    measured = cli("evaluate", "--model", out, "--data", "plane-bell", "--json").json
    assert (measured["n"], set(measured["largest_error_at"])) == (250, {"x₁", "x₂"})
    assert measured["r2"] > 0.5
    assert cli("card", "--model", out).status == 0
    # A bar would divide the cell.
    assert r"| Bell exp(−\|x\|²) | 50 |" in (tmp_path / "bell.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--problem", "plane-spiral", "--classes", 7), "has 2 to 6 classes, not 7"),
        (("--problem", "plane-xor", "--classes", 3), "has 2 classes, not 3"),
        (("--problem", "plane-bell", "--classes", 3), "have a number each"),
        (("--problem", "digits-synthetic", "--classes", 3), "are images"),
        (("--recipe", "plane-moons", "--classes", 3), "so --classes does not go with --recipe"),
        (("--data", "t.csv", "--classes", 3), "--data has its own"),
        (("--problem", "curve-sine", "--points", 1), "from 2 to 10,000 points, not 1"),
        (("--problem", "curve-sine", "--noise", "-1"), "noise is a standard deviation from 0"),
        (("--problem", "curve-sine", "--noise", "nan"), "not nan"),
        (("--problem", "plane-moons", "--noise", "99"), "noise is a standard deviation from 0"),
        (("--problem", "curve-anscombe-1", "--points", 5), "is a table of 11 points"),
        (("--problem", "digits-synthetic", "--points", 5), "are images"),
        (("--data", "t.csv", "--points", 5), "--data has its own"),
        (("--recipe", "plane-moons", "--points", 5), "so --points does not go with --recipe"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(cli, tmp_path, words, says):
    outcome = cli("train", *words, "--out", tmp_path / "m")
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert says in outcome.err


def test_data_and_problem_are_two_things(cli, tmp_path):
    outcome = cli("train", "--data", "t.csv", "--problem", "curve-sine", "--out", tmp_path / "m")
    assert outcome.status == 2
    assert "--problem and --data each say what to learn" in outcome.err


@pytest.mark.parametrize(
    "words", [("--network", "5"), ("--no-biases",), ("--rate", "1"), ("--input-scaling", "unit")]
)
def test_a_recipe_says_the_rest_itself(cli, tmp_path, words):
    outcome = cli("train", "--recipe", "plane-moons", "--out", tmp_path / "m", *words)
    assert outcome.status == 2
    assert f"so {words[0]} does not go with --recipe" in outcome.err


def test_two_classes_may_be_one_output(cli, train):
    assert train("--network", "2-6-1", "--epochs", 200, "--seed", 2).status == 0
    model = load_model(train.out)
    assert (str(model.architecture), model.architecture.activations[-1]) == ("2-6-1", "sigmoid")
    assert 'loss = "binary_cross_entropy"' in model.card["recipe_text"]
    names = model.output_space.class_names
    result = cli("evaluate", "--model", train.out, "--data", "plane-moons", "--json").json
    assert result["accuracy"] > 0.9
    assert result["class_names"] == list(names)
    (answer,) = cli("predict", 0.2, 0.9, "--model", train.out, "--json").json
    shares = answer["probabilities"]
    assert [*shares] == list(names)
    assert sum(shares.values()) == pytest.approx(1)
    assert answer["label"] == max(shares, key=shares.get)


def test_one_output_asks_for_a_loss_and_an_activation_that_go_with_it(train):
    assert "choose binary cross-entropy" in train("--network", "2-6-1", "--loss", "cross_entropy").err
    assert "Sigmoid or Step" in train("--network", "2-6-1", "--output", "tanh").err


def test_a_network_learns_features_of_points(cli, tmp_path):
    out = tmp_path / "ring.safetensors"
    words = ("--features", "r, phi", "--network", "", "--epochs", 1, "--out", out)
    trained = cli("train", "--problem", "plane-ring", *words)
    assert trained.status == 0
    assert load_model(out).input_space.names == ("r", "φ")
    # A problem's points are measured by their features, although there are two of both.
    errors = cli("evaluate", "--model", out, "--data", "plane-ring", "--json").json["errors"]
    assert f"({errors} of 250)" in trained.out
    outcome = cli("train", "--problem", "curve-sine", "--features", "r", "--out", out)
    assert "--features are computed from points of the plane" in outcome.err
    assert "There is no foo" in cli("train", "--problem", "plane-ring", "--features", "foo", "--out", out).err
