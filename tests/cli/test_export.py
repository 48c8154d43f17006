"""``nnstudio export``: what other programs read, and what they wrote."""

import json
import runpy
from pathlib import Path

import onnxruntime
import pytest

from nnstudio.files.model_file import load_model

FOREIGN = Path(__file__).parents[1] / "oracles" / "foreign"


@pytest.mark.parametrize("suffix", [".onnx", ".safetensors", ".py"])
def test_every_kind_of_file(suffix, cli, tmp_path):
    out = tmp_path / f"seed{suffix}"
    done = cli("export", "--model", "seed", "--out", out)
    assert done.status == 0
    assert f"{out.stat().st_size:,} bytes" in done.out
    if suffix == ".onnx":
        assert onnxruntime.InferenceSession(out.read_bytes()).get_inputs()[0].shape == ["batch", 784]
    if suffix == ".safetensors":
        assert load_model(out).name == "seed"


def test_another_programs_network_is_taken_over(cli, tmp_path):
    out = tmp_path / "mine.safetensors"
    done = cli(
        "export", "--model", FOREIGN / "stack.safetensors", "--hidden", "tanh", "--std", "0.5", "--out", out
    )
    assert done.status == 0
    model = load_model(out)
    assert model.architecture.activations == ("tanh", "tanh", "softmax")
    assert model.card["imported"]["input standard deviation"] == 0.5


def test_predict_reads_with_it(cli, tmp_path):
    drawing = tmp_path / "stroke.json"
    drawing.write_text('{"strokes": [[[0, 0], [1, 5]]]}')
    done = cli("predict", drawing, "--model", FOREIGN / "stack.onnx", "--json")
    assert done.status == 0
    assert len(json.loads(done.out)[0]["probabilities"]) == 10


def test_a_small_network_is_written_out_and_asked(cli, sums_model, tmp_path):
    out = tmp_path / "sums.toml"
    assert cli("export", "--model", sums_model, "--out", out).status == 0
    text = out.read_text(encoding="utf-8")
    assert 'output_names = ["sum", "tenfold"]' in text
    out.write_text(text.replace("[10.0, 0.0]", '["1/2", "0,5"]'), encoding="utf-8")
    (answer,) = cli("predict", "0.5", "1", "--model", out, "--json").json
    assert answer["output"] == {"sum": 1.5, "tenfold": 0.75}
    assert cli("export", "--model", out, "--out", tmp_path / "sums.onnx").status == 0
    assert "reads images is not written out" in cli("export", "--model", "seed", "--out", out).err


def test_a_damaged_small_network_is_refused_by_its_line(cli, tmp_path):
    path = tmp_path / "net.toml"
    path.write_text('title = "A"\nsizes = [1, 1]\nactivations = ["identity"]\n[[weights]]\nW = [["x"]]\n')
    outcome = cli("predict", "1", "--model", path)
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert "net.toml, line 5" in outcome.err


def test_the_worked_examples_are_known_by_their_names(cli):
    (answer,) = cli("predict", "1", "0", "--model", "xor", "--json").json
    assert list(answer["output"].values()) == [1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "seed", "--out", "seed.txt"), "does not say what to write"),
        (("--model", "seed", "--out", "missing/seed.onnx"), "missing"),
        (("--model", FOREIGN / "convolution.onnx", "--out", "x.py"), "Conv"),
        (("--model", FOREIGN / "stack.safetensors", "--hidden", "softmax", "--out", "x.py"), "last layer"),
        (("--model", FOREIGN / "stack.onnx", "--std", "0", "--out", "x.py"), "above 0"),
    ],
)
def test_bad_calls(words, sentence, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("export", *words)
    assert done.status == 2
    assert sentence in done.err
    assert not list(tmp_path.iterdir())


def test_the_training_is_written_as_a_script_that_trains_so(cli, tmp_path, capsys):
    model, out = tmp_path / "moons.safetensors", tmp_path / "train.py"
    assert (
        cli("train", "--problem", "plane-moons", "--epochs", "3", "--seed", "5", "--out", model).status == 0
    )
    done = cli("export", "--model", model, "--training", "--out", out)
    assert done.status == 0
    assert "train.npz: 1,000 samples" in done.out
    runpy.run_path(str(out))
    losses = [float(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    curves = load_model(model).card["curves"]["training_loss"]
    assert losses == pytest.approx(curves, abs=1e-5)


def test_the_training_on_a_table_of_ones_own(cli, tmp_path):
    table, model, out = tmp_path / "mine.csv", tmp_path / "mine.safetensors", tmp_path / "train.py"
    table.write_text("x,y\n0,0\n1,2\n2,1\n3,5\n", encoding="utf-8")
    assert cli("train", "--data", table, "--epochs", "2", "--out", model).status == 0
    outcome = cli("export", "--model", model, "--training", "--out", out)
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert "name it with --data" in outcome.err
    assert cli("export", "--model", model, "--training", "--data", table, "--out", out).status == 0
    # A table that was not learned from is not passed over.
    words = ("--problem", "plane-moons", "--points", "10", "--epochs", "1", "--out", model)
    assert cli("train", *words).status == 0
    outcome = cli("export", "--model", model, "--training", "--data", table, "--out", out)
    assert (outcome.status, "was trained on Two moons, not on" in outcome.err) == (2, True)


def test_a_training_on_features_of_points_is_left_to_the_window(cli, tmp_path):
    model = tmp_path / "mine.safetensors"
    words = ("--problem", "plane-moons", "--points", "10", "--features", "r", "--epochs", "1")
    assert cli("train", *words, "--out", model).status == 0
    outcome = cli("export", "--model", model, "--training", "--out", tmp_path / "train.py")
    assert (outcome.status, "was trained on features of points" in outcome.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "xor", "--training", "--out", "x.py"), "does not say how it was trained"),
        (("--model", "seed", "--data", "x.csv", "--out", "x.onnx"), "add --training"),
    ],
)
def test_bad_calls_for_a_training_script(words, sentence, cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = cli("export", *words)
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert sentence in outcome.err
