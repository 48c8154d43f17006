"""Original samples beside the ones drawn for an epoch."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS, load_problem
from nnstudio.data.strokes import flatten
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing
from nnstudio.files import recipe_data
from nnstudio.files.preview import PreviewError, problem_preview, recipe_preview, stroke_preview
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import gather

RECIPE = """\
name = "small"
title = "Small"
seed = 1

[[source]]
problem = "digits-synthetic"
title = "Bent"
credit = "nnstudio"
licence = "free"
validation = 0.1
[source.warp]
turn_deg = 20.0

[[source]]
problem = "digits-synthetic"
title = "Written"
credit = "nnstudio"
licence = "free"
validation = 0.1
fresh = 50

[[source]]
problem = "digits-synthetic"
title = "Plain"
credit = "nnstudio"
licence = "free"
validation = 0.1

[network]
layers = "784-5-10"
hidden = "relu"
output = "softmax"
weights = "float32"

[training]
loss = "cross_entropy"
epochs = 1
"""


@pytest.fixture(scope="module")
def digits():
    images, labels = synthetic_digits(120, rng=np.random.default_rng(0))
    parts = [Samples(images[rows], labels[rows], scale=1 / 255) for rows in (slice(0, 100), slice(100, 120))]
    space = InputSpace("image", (28, 28), 0.0, 1.0)
    return Problem("digits-synthetic", "Digits", space, DIGITS, *parts, "For a test.")


def is_one_of(image, label, samples):
    rows = np.flatnonzero((samples.inputs() == image.ravel()).all(axis=1))
    return any(DIGITS.class_names[samples.labels[row]] == label for row in rows)


def test_the_images_of_a_problem_are_beside_bent_ones(digits):
    pairs = list(problem_preview(digits).pairs(12, rng=np.random.default_rng(0)))
    assert len(pairs) == 12
    assert len({pair.label for pair in pairs}) > 3
    for pair in pairs:
        assert is_one_of(pair.original, pair.label, digits.train)
        assert pair.drawn.shape == (28, 28)
        assert 0 < np.abs(pair.drawn - pair.original).mean() < 0.2


def test_each_source_of_a_recipe_is_drawn_as_it_says(digits, monkeypatch, tmp_path):
    monkeypatch.setattr(recipe_data, "load_problem", lambda name, **options: digits)
    (tmp_path / "small.toml").write_text(RECIPE)
    recipe = read_recipe(tmp_path / "small.toml")
    data = gather(recipe)
    pairs = list(recipe_preview(recipe, data).pairs(10, rng=np.random.default_rng(0)))
    by_source = {title: [p for p in pairs if p.source == title] for title in ("Bent", "Written", "Plain")}
    assert sorted(map(len, by_source.values())) == [3, 3, 4]
    assert all(p.original is not None and (p.drawn != p.original).any() for p in by_source["Bent"])
    assert all(p.original is None and p.drawn.max() == 1 for p in by_source["Written"])
    assert all((p.drawn == p.original).all() for p in by_source["Plain"])
    again = list(recipe_preview(recipe, data).pairs(10, rng=np.random.default_rng(0)))
    for pair, other in zip(pairs, again, strict=True):
        np.testing.assert_array_equal(pair.drawn, other.drawn)


def test_strokes_are_beside_rewritten_ones(tmp_path):
    rng = np.random.default_rng(0)
    labels = np.array(list("3737"))
    polylines = flatten(synthetic_drawing(int(label), rng=rng) for label in labels)
    path = tmp_path / "strokes.npz"
    np.savez(
        path,
        xy=np.rint(polylines.xy * 1000).astype(np.int16),
        stroke_offsets=polylines.stroke_offsets,
        sample_offsets=polylines.drawing_offsets,
        labels=labels,
        writers=np.zeros(4, np.int32),
    )
    pairs = list(stroke_preview(path, rng=rng).pairs(6, rng=rng))
    assert {pair.label for pair in pairs} <= {"3", "7"}
    assert all((pair.drawn != pair.original).any() for pair in pairs)


def test_points_are_no_pictures():
    with pytest.raises(PreviewError, match="points"):
        problem_preview(load_problem("plane-moons"))
