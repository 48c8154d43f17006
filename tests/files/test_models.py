import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.idx import read_mnist_folder
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.strokes import read_stroke_file
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model
from nnstudio.files.models import UnknownModelError, find_model, shipped_models
from nnstudio.paths import resource

# Read here, because every test runs without it.
DATA = os.environ.get("NNSTUDIO_DATA")


def test_every_shipped_model_can_be_found_and_read():
    for name in shipped_models():
        assert find_model(name) == resource("models", f"{name}.safetensors")
        assert load_model(find_model(name)).name == name


def test_any_file_can_be_found_by_its_path(tmp_path):
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"")
    assert find_model(path) == path
    assert find_model(str(path)) == path


def test_an_unknown_model_is_refused_and_the_shipped_ones_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr("nnstudio.files.shipped.resource", lambda folder: tmp_path)
    (tmp_path / "letters.safetensors").write_bytes(b"")
    (tmp_path / "digits.safetensors").write_bytes(b"")
    with pytest.raises(UnknownModelError, match=r"'nothing'.*\(digits, letters\)"):
        find_model("nothing")


def test_a_shipped_name_goes_before_a_folder_of_that_name(monkeypatch, tmp_path):
    monkeypatch.setattr("nnstudio.files.shipped.shipped_names", lambda folder, suffix: ["digits"])
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_model("digits") == resource("models", "digits.safetensors")


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="NNSTUDIO_DATA does not name a folder")
def test_the_shipped_digits_model_is_as_good_as_its_card_says():
    model = load_model(find_model("digits"))
    test = read_mnist_folder(DATA, "test").samples()
    outputs = predict(model.architecture, model.theta, test.inputs())
    n_errors = int(np.count_nonzero(outputs.argmax(axis=1) != test.labels))
    measured = model.card["measured"]["test"]["MNIST"]
    assert measured["n"] == len(test)
    # Another order of summation may turn a tie.
    assert abs(n_errors - measured["errors"]) <= 2
    assert n_errors <= 0.02 * len(test)


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="NNSTUDIO_DATA does not name a folder")
def test_the_shipped_digits_model_reads_pens():
    model = load_model(find_model("digits"))
    strokes = read_stroke_file(Path(DATA) / "strokes" / "digits-pen.npz")
    images = rasterise_all(strokes, model.raster)
    outputs = predict(model.architecture, model.theta, images.astype(np.float32) / 255)
    labels = strokes.labels.astype(np.int64)
    assert np.mean(outputs.argmax(axis=1) != labels) < 0.1
