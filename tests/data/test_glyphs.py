import numpy as np
import pytest

from nnstudio.data.glyphs import STYLES, StrokePath, spline_matrix
from nnstudio.data.letter_glyphs import CAPITALS, SMALL
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.strokes import Drawing

KNOTS = np.array([0.0, 1.0, 1.5, 4.0, 5.0])


def test_a_spline_runs_through_its_knots():
    np.testing.assert_allclose(spline_matrix(KNOTS, KNOTS), np.eye(5), atol=1e-12)


def test_a_spline_through_a_line_is_the_line():
    at = np.linspace(0, 5, 40)
    np.testing.assert_allclose(spline_matrix(KNOTS, at) @ (3 * KNOTS - 1), 3 * at - 1, atol=1e-12)


def test_a_natural_spline_bends_smoothly_and_ends_straight():
    step = 1e-3
    at = np.arange(0, 5 + step / 2, step)
    curve = spline_matrix(KNOTS, at) @ np.array([0.0, 1.0, -1.0, 2.0, 0.5])
    bend = np.diff(curve, 2) / step**2
    assert np.abs(np.diff(bend)).max() < 0.1
    assert bend[[0, -1]] == pytest.approx(0, abs=0.1)


def test_two_knots_make_a_straight_line():
    np.testing.assert_allclose(spline_matrix(np.array([0.0, 2.0]), np.array([0.5])), [[0.75, 0.25]])


def test_a_stroke_is_read_from_its_text():
    path = StrokePath.parse("0,0 100,0! 100,50 50,100")
    # The straight run to the corner got a middle.
    assert path.control.tolist() == [[-1, -1], [0, -1], [1, -1], [1, 0], [0, 1]]
    assert path.corners == (2,)


def test_a_corner_is_sharp_or_rounded():
    path = StrokePath.parse("0,0 100,0! 100,100")
    sharp, rounded = path.sharp @ path.control, path.rounded @ path.control
    assert [1, -1] in sharp.tolist()
    straight = (np.abs(sharp[:, 1] + 1) < 1e-12) | (np.abs(sharp[:, 0] - 1) < 1e-12)
    assert straight.all()
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(rounded, axis=0).T)))
    assert np.abs(turns).max() < np.pi / 8


def test_every_digit_and_letter_is_there():
    assert list(STYLES) == list(range(10))
    assert min(map(len, STYLES.values())) >= 5
    assert list(CAPITALS) == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert list(SMALL) == list("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("all_styles", [STYLES, CAPITALS, SMALL], ids=["digits", "capitals", "small"])
def test_styles_lie_inside_the_box(all_styles):
    for styles in all_styles.values():
        assert len(styles) >= 2
        for style in styles:
            assert style.weight > 0
            for path in style.strokes:
                assert np.abs(path.control).max() <= 1
                assert np.abs(path.rounded @ path.control).max() < 1.3


def test_styles_are_nearest_to_their_own_digit():
    labels, drawings = [], []
    for label, styles in STYLES.items():
        for style in styles:
            labels.append(label)
            drawings.append(Drawing(tuple(path.sharp @ path.control for path in style.strokes)))
    images = rasterise_all(drawings).astype(float)
    means = np.stack([images[np.array(labels) == label].mean(axis=0) for label in range(10)])
    nearest = ((images[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == labels).mean() > 0.85
