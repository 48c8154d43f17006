"""The rasteriser, the normaliser and the generator beside real digits: MNIST and pen strokes."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.idx import read_mnist_folder
from nnstudio.data.picture import character_of_picture
from nnstudio.data.picture_table import picture_rows
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.strokes import read_stroke_file
from nnstudio.data.synthetic import synthetic_digits

# Read before the fixtures hide it.
REAL_DATA = os.environ.get("NNSTUDIO_DATA")

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(REAL_DATA is None, reason="NNSTUDIO_DATA names no folder"),
]


@pytest.fixture(scope="module")
def tablet():
    """Images (n, 784) and labels of the tablet's strokes."""
    path = Path(REAL_DATA) / "strokes" / "digits-tablet.npz"
    if not path.exists():
        pytest.skip(f"no {path}")
    strokes = read_stroke_file(path)
    return rasterise_all(strokes), strokes.labels.astype(int)


@pytest.fixture(scope="module")
def mnist():
    folder = Path(REAL_DATA) / "mnist"
    if not folder.exists():
        pytest.skip(f"no {folder}")
    return folder


def boxes(images):
    ink = images.reshape(-1, 28, 28) > 0
    sides = []
    for axis in (1, 2):
        line = ink.any(axis=axis)
        sides.append(28 - line.argmax(axis=1) - line[:, ::-1].argmax(axis=1))
    return np.maximum(*sides)


def mean_ink(images, labels):
    return np.array([images[labels == digit].mean() / 255 for digit in range(10)])


def test_rasterised_strokes_follow_mnists_convention(tablet):
    images, _ = tablet
    assert (boxes(images) == 20).all()
    assert (images.max(axis=1) == 255).all()
    planes = images.reshape(-1, 28, 28).astype(float)
    for axis in (1, 2):
        mass = planes.sum(axis=axis) @ np.arange(28) / planes.sum(axis=(1, 2))
        assert (np.abs(mass - 14) <= 0.5 + 1e-9).all()


def test_rasterised_strokes_are_as_black_grey_and_white_as_mnist(tablet, mnist):
    images, labels = tablet
    theirs = read_mnist_folder(mnist, "test")
    ours_ink = mean_ink(images, labels)
    their_ink = mean_ink(theirs.images.reshape(-1, 784), theirs.labels)
    # Digit by digit people write differently here and there: a 1 with a flag holds more ink than a bar.
    assert ours_ink.mean() == pytest.approx(their_ink.mean(), rel=0.05)
    assert ours_ink == pytest.approx(their_ink, rel=0.35)
    for low, high in ((0, 0), (1, 249), (250, 255)):
        shares = [((pixels >= low) & (pixels <= high)).mean() for pixels in (images, theirs.images)]
        assert shares[0] == pytest.approx(shares[1], rel=0.2)


def test_mnists_own_images_stay_nearly_as_they_are(mnist):
    images = read_mnist_folder(mnist, "test").images[:1000].astype(float) / 255
    normal = np.stack([character_of_picture(image).images[0] for image in images])
    largest = np.abs(normal - images).max(axis=(1, 2))
    assert np.median(largest) < 0.02
    # The rest lost a speck or a loose end.
    assert (largest < 0.1).mean() > 0.9


def test_synthetic_digits_resemble_what_people_write(tablet):
    """Nearest of 10,000 neighbours by pixel: real digits lie among the synthetic ones."""
    images, labels = synthetic_digits(10_000, rng=np.random.default_rng(0))
    known = images.astype(np.float32) / 255
    chosen = np.random.default_rng(1).choice(len(tablet[0]), 1_000, replace=False)
    asked = tablet[0][chosen].astype(np.float32) / 255
    nearest = ((known**2).sum(axis=1) - 2 * asked @ known.T).argmin(axis=1)
    assert (labels[nearest] == tablet[1][chosen]).mean() > 0.85


def test_the_first_training_samples_of_mnist_are_those_of_the_talks(mnist):
    samples = read_mnist_folder(mnist, "train").samples()
    assert samples.labels[:4].tolist() == [5, 0, 4, 1]
    row = samples.x[0].reshape(28, 28)[5]
    assert np.flatnonzero(row)[0] == 12
    assert row[12:17].tolist() == [3, 18, 18, 18, 126]
    rows = picture_rows(samples.batch(np.array([0]))[0].reshape(28, 28), in_bytes=True)
    assert rows[5][12:24] == ["3", "18", "18", "18", "126", "136", "175", "26", "166", "255", "247", "127"]
