import os
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from nnstudio.data.outliers import draw_outliers
from nnstudio.data.problems import WRITERS
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model
from nnstudio.files.models import UnknownModelError, find_model, shipped_models
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import gather
from nnstudio.files.recipe_sources import StrokeSource
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
@pytest.mark.parametrize(
    ("name", "highest"),
    [
        (
            "digits",
            {
                "MNIST": 0.0065,
                "UCI Pen-Based Recognition of Digits": 0.012,
                "UNIPEN digits": 0.05,
                "Built-in digits": 0.015,
            },
        ),
        (
            "digits-best",
            {
                "MNIST": 0.0047,
                "UCI Pen-Based Recognition of Digits": 0.012,
                "UNIPEN digits": 0.042,
                "Built-in digits": 0.015,
            },
        ),
        ("seed", {"MNIST": 0.022}),
        (
            "demo",
            {"MNIST": 0.045, "UCI Pen-Based Recognition of Digits": 0.02, "UNIPEN digits": 0.05},
        ),
        ("letters", {"UNIPEN capitals": 0.075, "UNIPEN small letters": 0.06, "Built-in letters": 0.065}),
    ],
)
def test_a_shipped_model_is_as_good_as_its_card_says(name, highest, monkeypatch):
    # Nothing is trained here; the samples of the test do not depend on how many those of the training are.
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 200, 1: 4_000})
    check(name, "test", samples_of_the_test(SAME_TEST.get(name, name)), highest)


@pytest.mark.parametrize("name", ["demo", "digits", "digits-best", "letters", "seed"])
def test_every_shipped_reader_tells_what_is_of_no_class(name):
    model = load_model(find_model(name))
    rng = np.random.default_rng(20)
    x = draw_outliers("scribbles", 300, rng=rng).astype(np.float32) / 255
    rejected = (
        ood_scores(model.architecture, model.theta, model.ood_detector, x) > model.ood_detector.threshold
    )
    # The small network has few activations to tell by.
    assert rejected.mean() > (0.8 if name == "demo" else 0.9)
    write, _ = WRITERS["letters-synthetic" if name == "letters" else "digits-synthetic"]
    x = write(300, rng=rng)[0].astype(np.float32) / 255
    rejected = (
        ood_scores(model.architecture, model.theta, model.ood_detector, x) > model.ood_detector.threshold
    )
    # The lecture's network has seen no pen.
    assert rejected.mean() < {"seed": 0.25, "demo": 0.06}.get(name, 0.04)


@pytest.mark.parametrize(
    ("name", "most"),
    [("demo", 1.2e5), ("digits", 1.5e6), ("digits-best", 8e6), ("letters", 3.1e6), ("seed", 5e5)],
)
def test_a_shipped_model_is_no_larger_than_promised_and_has_a_card(name, most):
    path = find_model(name)
    assert path.stat().st_size <= most
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    assert f"{path.stat().st_size:,} bytes" in text
    for picture in ("curves", "mistakes"):
        assert path.with_name(f"{name}-{picture}.png").is_file()


SAME_TEST = {"digits-best": "digits"}
"""Recipes that measure on the samples of another."""


@cache
def samples_of_the_test(name):
    """Return the samples that a recipe measures on, by source; those to learn from are drawn with one pen."""
    recipe = read_recipe(name)
    sources = [
        replace(source, pens=(), rewrite=None) if isinstance(source, StrokeSource) else source
        for source in recipe.sources
    ]
    return gather(replace(recipe, sources=tuple(sources)), DATA).test


def check(name, part, samples, highest):
    """Count a shipped model's errors on samples by the recipe's source; compare with its card and a bound."""
    model = load_model(find_model(name))
    for title, bound in highest.items():
        outputs = predict(model.architecture, model.theta, samples[title].inputs())
        n_errors = int(np.count_nonzero(outputs.argmax(axis=1) != samples[title].labels))
        measured = model.card["measured"][part][title]
        assert measured["n"] == len(samples[title])
        # Another order of summation may turn a tie.
        assert abs(n_errors - measured["errors"]) <= 2
        assert n_errors <= bound * len(samples[title])
