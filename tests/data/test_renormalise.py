import numpy as np
import pytest

from nnstudio.data.picture import character_of_picture
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.renormalise import renormalise
from nnstudio.data.synthetic import synthetic_digits


@pytest.fixture(scope="module")
def digits():
    return synthetic_digits(400, rng=np.random.default_rng(0))[0].reshape(-1, 28, 28)


def test_images_of_the_right_form_stay_as_they_are(digits):
    # But for a trace of grey outside the box, which moves by a pixel what has its centre between two.
    ink = digits.sum(axis=(1, 2))
    centres = np.stack([digits.sum(axis=axis) @ np.arange(28) / ink for axis in (1, 2)])
    decided = (np.abs(centres % 1 - 0.5) > 0.01).all(axis=0)
    assert decided.mean() > 0.9
    assert np.abs(renormalise(digits).astype(int) - digits)[decided].max() <= 5


def test_a_faint_image_shifted_within_its_paper_comes_back(digits):
    elsewhere = np.pad(digits // 2, ((0, 0), (7, 0), (0, 11)))
    assert (np.abs(renormalise(elsewhere).astype(int) - digits) <= 5).mean() > 0.99


@pytest.mark.parametrize("factor", [2, 3])
def test_larger_images_are_shrunk_to_the_same(digits, factor):
    large = np.kron(digits, np.ones((1, factor, factor), np.uint8))
    assert (np.abs(renormalise(large).astype(int) - digits) <= 16).mean() > 0.99


def test_small_images_are_enlarged_as_one_by_one(digits):
    small = digits[:100, ::2, ::2]
    one_by_one = np.stack([character_of_picture(image / 255.0).images[0] for image in small]) * 255
    assert (np.abs(renormalise(small) - one_by_one) <= 3).mean() > 0.99


def test_sides_that_differ_and_another_spec(digits):
    wide = np.pad(digits, ((0, 0), (0, 0), (5, 30)))
    np.testing.assert_array_equal(renormalise(wide), renormalise(digits))
    spec = RasterSpec(20, 16.0, 2.0, 10)
    other = renormalise(digits, spec)
    assert other.shape == (400, 20, 20)
    ink = other > 0
    sides = np.maximum(ink.any(axis=1).sum(axis=1), ink.any(axis=2).sum(axis=1))
    assert np.median(sides) == 16


def test_blank_and_single_pixels():
    images = np.zeros((3, 28, 28), np.uint8)
    images[1, 3, 5] = 255
    normal = renormalise(images)
    assert normal[0].max() == normal[2].max() == 0
    assert normal[1].max() == 255
    assert renormalise(images[:0]).shape == (0, 28, 28)
