"""Features of pictures on the command line: trained on, read, measured, and refused where they cannot be."""

import json

import numpy as np
import pytest

from nnstudio.data import problems
from nnstudio.data.picture_features import PICTURE_FEATURES
from nnstudio.files.model_file import load_model
from nnstudio.files.open_model import open_model


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(problems, "_SIZES", {0: 600, 1: 100})


@pytest.fixture
def model(cli, tmp_path, few):
    out = tmp_path / "edges.safetensors"
    words = (
        "--problem",
        "digits-synthetic",
        "--features",
        "edges",
        "--network",
        "16",
        "--batch",
        32,
        "--epochs",
        12,
    )
    words += ("--rate", "0.01")
    assert cli("train", *words, "--out", out).status == 0
    return out


def test_a_network_of_edges_reads_drawings_and_is_measured(model, cli, tmp_path):
    loaded = load_model(model)
    assert loaded.input_space.names == PICTURE_FEATURES["edges"].names
    assert 'features = "edges"' in loaded.card["recipe_text"]
    assert cli("evaluate", "--model", model, "--data", "digits-synthetic", "--json").json["accuracy"] > 0.6
    drawing = tmp_path / "one.json"
    drawing.write_text(json.dumps({"strokes": [[[0, 0], [0, 5]]]}))
    (answer,) = cli("predict", drawing, "--model", model, "--json").json
    assert answer["label"] == "1"
    script = tmp_path / "train.py"
    assert cli("export", "--model", model, "--training", "--out", script).status == 0
    assert np.load(tmp_path / "train.npz")["x"].shape == (540, 128)
    assert "does not compute" in cli("export", "--model", model, "--out", script).err
    assert cli("export", "--model", model, "--out", tmp_path / "edges.onnx").status == 0
    again = open_model(tmp_path / "edges.onnx")
    assert (again.input_space.kind, again.raster) == ("features", loaded.raster)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--problem", "digits-synthetic", "--features", "corners"), "there are ink, edges, ink-edges"),
        (("--problem", "curve-sine", "--features", "ink"), "points of the plane, or made of pictures"),
    ],
)
def test_what_has_no_such_features_is_refused(words, sentence, few, cli, tmp_path):
    outcome = cli("train", *words, "--epochs", 1, "--out", tmp_path / "m.safetensors")
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert sentence in outcome.err
