import numpy as np
import pytest

from nnstudio.data.glyphs import STYLES
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing, synthetic_letters


def test_digits_are_images_and_labels_of_the_rasterisers_form():
    images, labels = synthetic_digits(500, rng=np.random.default_rng(0))
    assert images.shape == (500, 784)
    assert images.dtype == np.uint8
    assert labels.shape == (500,)
    assert labels.dtype == np.int64
    assert (images.max(axis=1) == 255).all()
    ink = images.reshape(-1, 28, 28) > 0
    for image in ink:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20


def test_the_same_generator_writes_the_same_digits():
    once, again = (synthetic_digits(300, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(once[0], again[0])
    np.testing.assert_array_equal(once[1], again[1])


def test_another_generator_writes_others():
    rng = np.random.default_rng(7)
    once, again = synthetic_digits(300, rng=rng), synthetic_digits(300, rng=rng)
    assert (once[0] != again[0]).any()
    assert len(np.unique(once[0], axis=0)) == 300


@pytest.mark.parametrize("n", [0, 1, 3])
def test_few_digits(n):
    images, labels = synthetic_digits(n, rng=np.random.default_rng(0))
    assert images.shape == (n, 784)
    assert labels.shape == (n,)


def test_all_digits_are_equally_likely():
    labels = synthetic_digits(5_000, rng=np.random.default_rng(1))[1]
    assert np.bincount(labels, minlength=10) == pytest.approx(500, abs=100)


def test_pens_differ_between_writers():
    images, labels = synthetic_digits(2_000, rng=np.random.default_rng(2))
    ink = images[labels == 0].mean(axis=1)
    assert np.percentile(ink, 95) > 1.5 * np.percentile(ink, 5)


def test_digits_follow_the_spec():
    spec = RasterSpec(20, 16.0, 2.0, 10)
    images, _ = synthetic_digits(50, rng=np.random.default_rng(0), spec=spec)
    assert images.shape == (50, 400)


@pytest.mark.parametrize("label", range(10))
def test_one_digit_as_strokes(label):
    drawing = synthetic_drawing(label, rng=np.random.default_rng(label))
    assert not drawing.is_empty
    assert len(drawing.strokes) in {len(style.strokes) for style in STYLES[label]}
    assert drawing.extent < 4
    again = synthetic_drawing(label, rng=np.random.default_rng(label))
    np.testing.assert_array_equal(rasterise(drawing), rasterise(again))


def test_letters_are_images_of_26_letters():
    images, labels = synthetic_letters(2_600, rng=np.random.default_rng(0))
    assert images.shape == (2_600, 784)
    assert (images.max(axis=1) == 255).all()
    assert np.bincount(labels, minlength=26) == pytest.approx(100, abs=40)
    np.testing.assert_array_equal(images, synthetic_letters(2_600, rng=np.random.default_rng(0))[0])


@pytest.mark.parametrize(("write", "share"), [(synthetic_digits, 0.85), (synthetic_letters, 0.5)])
def test_characters_are_legible_to_a_simple_reader(write, share):
    """Nearest of 4,000 neighbours: what people can tell apart, it can for the most part."""
    rng = np.random.default_rng(3)
    images, labels = write(4_300, rng=rng)
    x = images.astype(np.float32) / 255
    known, asked = x[:4_000], x[4_000:]
    distances = (known**2).sum(axis=1) - 2 * asked @ known.T
    read = labels[distances.argmin(axis=1)]
    assert (read == labels[4_000:]).mean() > share
