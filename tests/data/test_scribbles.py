import numpy as np
import pytest

from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.scribbles import KINDS, scribbles
from nnstudio.data.synthetic import synthetic_digits


def test_scribbles_are_images_of_the_rasterisers_form():
    images, kinds = scribbles(300, rng=np.random.default_rng(0))
    assert images.shape == (300, 784)
    assert images.dtype == np.uint8
    assert (images.max(axis=1) == 255).all()
    assert np.bincount(kinds, minlength=len(KINDS)).min() > 20
    assert len(np.unique(images, axis=0)) == 300


def test_the_same_generator_scribbles_alike():
    once, again, other = (scribbles(50, rng=np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert (once != other).any(axis=1).all()


def test_scribbles_follow_the_spec_and_may_be_none():
    assert scribbles(3, rng=np.random.default_rng(0), spec=RasterSpec(20, 16.0, 2.0, 10))[0].shape == (3, 400)
    assert scribbles(0, rng=np.random.default_rng(0))[0].shape == (0, 784)


@pytest.mark.parametrize("kind", KINDS)
def test_no_scribble_of_any_kind_is_empty(kind):
    for seed in range(50):
        drawing = KINDS[kind](np.random.default_rng(seed))
        assert not drawing.is_empty
        assert rasterise(drawing).max() == 1


def test_scribbles_lie_farther_from_digits_than_digits_do():
    rng = np.random.default_rng(0)
    known = synthetic_digits(3_000, rng=rng)[0].astype(np.float32) / 255

    def distances(images):
        x = images.astype(np.float32) / 255
        squared = (x**2).sum(axis=1)[:, None] + (known**2).sum(axis=1) - 2 * x @ known.T
        return np.sqrt(np.maximum(squared.min(axis=1), 0))

    digits, other = distances(synthetic_digits(300, rng=rng)[0]), distances(scribbles(300, rng=rng)[0])
    # Of a digit and a scribble at random, the scribble is the farther one.
    assert (other[:, None] > digits).mean() > 0.9
