import numpy as np
import pytest

from nnstudio.data.picture_features import (
    ARROWS,
    PICTURE_FEATURES,
    edge_directions,
    features_named,
    ink_histogram,
)
from nnstudio.data.synthetic import synthetic_digits


@pytest.fixture(scope="module")
def digits():
    images, _ = synthetic_digits(12, rng=np.random.default_rng(0))
    return images.reshape(-1, 28, 28).astype(np.float32) / 255


def moved(pictures, down, right):
    """Move pictures by whole pixels; nothing of the ink leaves them."""
    result = np.zeros_like(pictures)
    rows, columns = np.nonzero(pictures.any(axis=0))
    part = pictures[:, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    top, left = rows.min() + down, columns.min() + right
    assert top >= 0
    assert left >= 0
    result[:, top : top + part.shape[1], left : left + part.shape[2]] = part
    assert result.sum() == pytest.approx(pictures.sum())
    return result


@pytest.mark.parametrize(("down", "right"), [(1, 0), (-2, 1), (0, -2)])
def test_a_drawing_that_is_moved_has_the_same_histogram_and_other_edges(digits, down, right):
    """C22: exactly the same, by whole pixels."""
    there = moved(digits, down, right)
    assert (there != digits).any()
    assert (ink_histogram(there) == ink_histogram(digits)).all()
    distances = np.linalg.norm(edge_directions(there) - edge_directions(digits), axis=1)
    assert (distances > 0.05).all()


def test_the_histogram_counts_steps_of_ink():
    pictures = np.array([[[0.0, 0.06], [0.0625, 1.0]], [[0.999, 0.5], [0.5, 0.49]]])
    found = ink_histogram(pictures)
    assert found[0].tolist() == [0.5, 0.25, *[0] * 13, 0.25]
    assert found[1, [7, 8, 15]].tolist() == [0.25, 0.5, 0.25]
    assert ink_histogram(np.zeros((0, 2, 2))).shape == (0, 16)


@pytest.mark.parametrize(
    ("picture", "arrow"),
    [
        (np.tile(np.linspace(0, 1, 8), (8, 1)), "→"),
        (np.tile(np.linspace(1, 0, 8), (8, 1)), "←"),
        (np.tile(np.linspace(1, 0, 8), (8, 1)).T, "↑"),
        (np.tile(np.linspace(0, 1, 8), (8, 1)).T, "↓"),
        (np.add.outer(np.arange(8), np.arange(8)) / 14, "↘"),
        (np.add.outer(np.arange(8)[::-1], np.arange(8)) / 14, "↗"),
    ],
)
def test_an_even_slope_has_one_direction_in_every_cell(picture, arrow):
    (found,) = edge_directions(picture[None])
    cells = found.reshape(16, 8)
    expected = np.zeros(8)
    expected[ARROWS.index(arrow)] = 0.25
    np.testing.assert_allclose(cells, np.tile(expected, (16, 1)), atol=1e-6)


def test_an_edge_is_in_its_cell():
    picture = np.zeros((28, 28))
    picture[2:5, 2:5] = 1
    cells = edge_directions(picture[None])[0].reshape(16, 8)
    assert np.count_nonzero(cells[1:]) == 0
    assert np.linalg.norm(cells[0]) == pytest.approx(1)
    # Ink to the right of the left edge, to the left of the right one, …
    np.testing.assert_allclose(cells[0, [0, 2, 4, 6]], cells[0, 0], rtol=1e-6)


def test_blank_paper_has_no_edges():
    assert not edge_directions(np.zeros((2, 28, 28))).any()
    assert not edge_directions(np.ones((1, 5, 9))).any()


def test_features_are_known_by_the_names_of_their_numbers(digits):
    for name, features in PICTURE_FEATURES.items():
        found = features.of(digits)
        assert found.shape == (12, len(features.names))
        assert found.dtype == np.float32
        assert (found >= 0).all()
        assert (found <= 1).all()
        assert features_named(features.names).name == name
        assert len(set(features.names)) == len(features.names)
    assert features_named(features.names[:-1]) is None
