"""The samples that a recipe draws for each epoch."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.rewrite import RewriteStrengths
from nnstudio.data.strokes import flatten
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing
from nnstudio.data.warp import Warper, WarpStrengths
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import RecipeDataError, gather
from nnstudio.files.recipe_samples import (
    RecipeSamples,
    RepeatedPart,
    RewrittenPart,
    SourceSamples,
    WarpedPart,
    WrittenPart,
)
from nnstudio.files.recipe_sources import NamedProblem
from nnstudio.files.recipe_training import train_recipe

N = 30
STILL = dict.fromkeys(RewriteStrengths.__dataclass_fields__, 0.0)


def epoch(samples, number):
    blocks = list(samples.blocks(number))
    return np.concatenate([block.x for block in blocks]), np.concatenate([block.labels for block in blocks])


@pytest.fixture(scope="module")
def images():
    x, labels = synthetic_digits(N, rng=np.random.default_rng(1))
    return Samples(x, labels, 1 / 255)


@pytest.fixture(scope="module")
def polylines():
    rng = np.random.default_rng(2)
    return flatten(synthetic_drawing(k % 10, rng=rng) for k in range(N))


@pytest.fixture(scope="module")
def inked(polylines):
    return Samples(rasterise_all(polylines), np.arange(N) % 10, 1 / 255)


@pytest.fixture
def parts(images, polylines, inked):
    return [
        SourceSamples(images),
        WarpedPart(RepeatedPart(images, 2), Warper(WarpStrengths())),
        RewrittenPart(inked, polylines, RewriteStrengths(), 3, MNIST_SPEC),
        WrittenPart(images, synthetic_digits, 50),
    ]


def test_an_epoch_has_every_source_as_often_as_it_says(parts, images, inked):
    samples = RecipeSamples(parts, seed=1)
    x, labels = epoch(samples, 0)
    assert samples.n_samples == len(x) == len(labels) == N + 2 * N + 3 * N + 50
    assert np.array_equal(x[:N], images.x)
    assert np.array_equal(labels[: 6 * N], np.concatenate([images.labels] * 3 + [inked.labels] * 3))
    warped = x[N : 3 * N].reshape(2, N, -1)
    assert not (warped[0] == warped[1]).all(axis=1).any()


def test_any_part_can_be_warped(polylines, inked, images):
    still = Warper(WarpStrengths(0, 0, 0, 0, 0))
    moving = Warper(WarpStrengths(0, 0, 0, 2, 0))
    rewritten = RewrittenPart(inked, polylines, RewriteStrengths(), 2, MNIST_SPEC)
    for part in (rewritten, WrittenPart(images, synthetic_digits, 50)):
        plain, unmoved, moved = (
            epoch(RecipeSamples([each], 1), 0)[0]
            for each in (part, WarpedPart(part, still), WarpedPart(part, moving))
        )
        assert plain.shape == unmoved.shape == moved.shape
        np.testing.assert_array_equal(plain[:N], unmoved[:N])
        assert (plain[:N] != moved[:N]).any(axis=1).all()
    original, drawn = WarpedPart(rewritten, moving).one(np.random.default_rng(0))
    assert original.labels.tolist() == drawn.labels.tolist()
    written = WarpedPart(WrittenPart(images, synthetic_digits, 50), moving)
    assert written.one(np.random.default_rng(0))[0] is None


def test_a_slash_goes_through_zeros_alone(polylines, inked):
    slashes = RewriteStrengths(**STILL | {"slashed_zeros": 1.0})
    part = RewrittenPart(inked, polylines, slashes, 1, MNIST_SPEC, zero=0)
    differs = (epoch(RecipeSamples([part], 1), 0)[0] != inked.x).mean(axis=1) > 0.01
    assert not differs[inked.labels != 0].any()
    assert differs[inked.labels == 0].any()


def test_epochs_differ_and_the_seed_decides_them(parts):
    def drawn(seed, number):
        return epoch(RecipeSamples(parts, seed), number)[0][N:]

    assert np.array_equal(drawn(1, 3), drawn(1, 3))
    assert not (drawn(1, 3) == drawn(1, 4)).all(axis=1).any()
    assert not (drawn(1, 3) == drawn(2, 3)).all(axis=1).any()


def test_strength_zero_leaves_everything_as_it_is(images, polylines, inked):
    warped = WarpedPart(SourceSamples(images), Warper(WarpStrengths(0, 0, 0, 0, 0)))
    assert np.array_equal(epoch(RecipeSamples([warped], 1), 0)[0], images.x)
    rewritten = RewrittenPart(inked, polylines, RewriteStrengths(**STILL), 1, MNIST_SPEC)
    # Rewriting scales the points once more, which may round a pixel's grey otherwise.
    assert np.abs(epoch(RecipeSamples([rewritten], 1), 0)[0].astype(int) - inked.x).max() <= 2


@pytest.fixture
def recipe():
    """Built-in digits, 300 of them generated for each epoch."""
    whole = read_recipe("digits-synthetic")
    config = replace(whole.config, epochs=3.0, warmup_epochs=0.5)
    return replace(whole, config=config, sources=(replace(whole.sources[0], fresh=300),))


@pytest.fixture
def few(monkeypatch):
    """Make a small problem of the built-in digits."""
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 400, 1: 100})


@pytest.mark.slow
@pytest.mark.usefixtures("few")
def test_a_recipe_learns_from_samples_drawn_for_each_epoch(recipe):
    models = [train_recipe(recipe, seed=seed) for seed in (4, 4, 5)]
    assert models[0].theta.tobytes() == models[1].theta.tobytes() != models[2].theta.tobytes()
    training = models[0].card["training"]
    assert (training["samples"], training["images"]) == (300, 900)
    (measured,) = models[0].card["measured"]["validation"].values()
    assert measured["n"] == 40


@pytest.mark.usefixtures("few")
def test_training_stops_between_blocks(recipe, monkeypatch):
    monkeypatch.setattr("nnstudio.files.recipe_samples._BLOCK", 20)
    asked = []

    def should_stop():
        asked.append(None)
        # The first epoch's steps, and then two blocks of the second.
        return len(asked) == 5 + 2

    model = train_recipe(recipe, should_stop=should_stop)
    assert model.card["training"]["ended"] == "Stopped at epoch 1 of 3."


@pytest.mark.usefixtures("few")
def test_ctrl_c_while_the_first_epoch_is_drawn_leaves_nothing(recipe, monkeypatch):
    def interrupted(self, number):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(RecipeSamples, "blocks", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_recipe(recipe)


@pytest.mark.usefixtures("few")
def test_an_epoch_too_large_for_memory_is_refused(recipe):
    large = NamedProblem("Many", "me", "free", 0.5, "digits-synthetic", fresh=1_000_000)
    with pytest.raises(RecipeDataError, match=r"has 1,000,000 samples, more than fit into 512 MB"):
        gather(replace(recipe, sources=(large,)))
