import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnstudio.data.rasterise import (
    RasterSpec,
    RasterSpecError,
    rasterise,
    rasterise_all,
    rasterise_with_pens,
    shift_to_centre,
)
from nnstudio.data.strokes import Drawing, flatten

INDICES = np.arange(28)


def box(image):
    """Return top, left, height and width of the ink."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1


def mass_centre(image):
    total = image.sum(dtype=float)
    return image.sum(axis=1, dtype=float) @ INDICES / total, image.sum(axis=0, dtype=float) @ INDICES / total


def assert_same_ink(image, wanted, atol):
    """Compare two images of one drawing.

    Where the centre of mass lies half way between two pixels, the least difference of grey decides by which
    whole pixel the image is shifted; there, and only there, the images may be a pixel apart.
    """
    is_half_way = [abs(abs(mass - 14) - 0.5) < 0.03 for mass in mass_centre(wanted)]
    rows, columns = ((-1, 0, 1) if half_way else (0,) for half_way in is_half_way)
    apart = [
        np.abs(np.roll(image, (down, right), axis=(0, 1)) - wanted).max()
        for down in rows
        for right in columns
    ]
    assert min(apart) <= atol


@st.composite
def drawings(draw, min_points=2):
    """One to four strokes of straight and curved runs, at least a pixel long altogether."""
    seed = draw(st.integers(0, 2**32 - 1))
    n_strokes = draw(st.integers(1, 4))
    n_points = draw(st.integers(min_points, 60))
    roughness = draw(st.floats(0, 1))
    rng = np.random.default_rng(seed)
    strokes = []
    for _ in range(n_strokes):
        t = np.linspace(0, rng.uniform(1, 7), n_points)
        curve = np.stack((np.cos(t * rng.uniform(0.3, 1.5)), np.sin(t)), axis=1) * rng.uniform(0.2, 1, 2)
        strokes.append(curve + rng.uniform(-1, 1, 2) + roughness * rng.normal(0, 0.1, curve.shape))
    return Drawing(tuple(strokes))


def mapped(drawing, change):
    return Drawing(tuple(change(stroke) for stroke in drawing.strokes))


@given(drawings())
def test_the_longer_side_of_the_ink_is_20_px_and_no_ink_is_lost(drawing):
    image = rasterise(drawing)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert max(box(image)[2:]) == 20
    assert image.max() == 1
    assert image.min() == 0


@given(drawings())
def test_the_aspect_ratio_is_kept(drawing):
    left, top, right, bottom = drawing.bounds()
    shorter = min(right - left, bottom - top) / drawing.extent * (20 - 2.5) + 2.5
    assert abs(min(box(rasterise(drawing))[2:]) - shorter) <= 1


@given(drawings())
def test_the_mass_rounds_to_index_14_unless_the_border_stops_it(drawing):
    image = rasterise(drawing)
    for mass, first, length in zip(mass_centre(image), box(image)[:2], box(image)[2:], strict=True):
        assert abs(mass - 14) <= 0.5 or first == 0 or first + length == 28


@given(drawings(), st.floats(1e-6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_size_and_place_drawn_do_not_matter(drawing, scale, right, down):
    # Far from the origin a tiny drawing loses its digits; a canvas keeps at least six.
    move = np.clip((right, down), -1e6 * scale, 1e6 * scale)
    moved = mapped(drawing, lambda stroke: stroke * scale + move)
    assert_same_ink(rasterise(moved), rasterise(drawing), atol=0.05)


@given(drawings(), st.randoms(use_true_random=False))
def test_the_order_of_strokes_does_not_matter(drawing, random):
    strokes = list(drawing.strokes)
    random.shuffle(strokes)
    assert_same_ink(rasterise(Drawing(tuple(strokes))), rasterise(drawing), atol=1 / 255)


@given(drawings())
def test_the_direction_of_strokes_does_not_matter(drawing):
    backwards = mapped(drawing, lambda stroke: stroke[::-1])
    assert_same_ink(rasterise(backwards), rasterise(drawing), atol=0.08)


@given(drawings(), st.integers(2, 200))
def test_how_densely_the_pen_reports_points_does_not_matter(drawing, factor):
    def denser(stroke):
        at = np.linspace(0, len(stroke) - 1, (len(stroke) - 1) * factor + 1)
        return np.stack([np.interp(at, np.arange(len(stroke)), stroke[:, k]) for k in (0, 1)], axis=1)

    assert_same_ink(rasterise(mapped(drawing, denser)), rasterise(drawing), atol=0.08)


@given(st.lists(drawings(), max_size=6))
def test_many_at_once_are_the_same_as_one_by_one(several):
    images = rasterise_all(several)
    assert images.shape == (len(several), 784)
    assert images.dtype == np.uint8
    for image, drawing in zip(images, several, strict=True):
        np.testing.assert_array_equal(image.reshape(28, 28), np.rint(rasterise(drawing) * 255))


def test_more_drawings_than_a_block_holds():
    bars = [Drawing(([[0, 0], [math.sin(k), 3]],)) for k in range(600)]
    images = rasterise_all(bars)
    for k in (0, 255, 256, 511, 512, 599):
        np.testing.assert_array_equal(images[k], rasterise_all([bars[k]])[0])


def test_an_upright_bar_is_inked_by_the_area_it_covers():
    image = rasterise(Drawing(([[0, 0], [0, 1]],)))
    # 2.5 px from the left edge of a pixel: two whole pixels and a half one.
    assert box(image) == (4, 13, 20, 3)
    np.testing.assert_allclose(image[10, 13:16], [1, 1, 0.5], atol=1 / 255)
    assert mass_centre(image)[0] == pytest.approx(13.5, abs=0.01)


def test_the_grey_of_a_slanted_edge_adds_up_to_the_area_of_the_stroke():
    for angle in np.linspace(0, np.pi, 13):
        image = rasterise(Drawing(([[0, 0], [math.cos(angle), math.sin(angle)]],)))
        length = (20 - 2.5) / max(abs(math.cos(angle)), abs(math.sin(angle)))
        assert image.sum() == pytest.approx(2.5 * length + np.pi * 1.25**2, rel=0.05)


@pytest.mark.parametrize("strokes", [(), ([],), ([], [])])
def test_a_blank_drawing_is_a_blank_image(strokes):
    image = rasterise(Drawing(strokes))
    assert image.shape == (28, 28)
    assert not image.any()


@pytest.mark.parametrize("strokes", [([[3, 4]],), ([[3, 4], [3, 4]],), ([[3, 4]], [], [[3, 4]])])
def test_a_dot_is_a_dot_of_the_pen_in_the_centre(strokes):
    drawing = Drawing(strokes)
    image = rasterise(drawing)
    assert drawing.is_empty
    assert box(image)[2:] == (3, 3)
    assert image.max() == 1
    assert image.sum() == pytest.approx(np.pi * 1.25**2, rel=0.05)
    assert mass_centre(image) == pytest.approx((14, 14), abs=0.5)


def test_a_dot_beside_a_stroke_is_inked():
    bar = [[0, 0], [0, 10]]
    with_dot = rasterise(Drawing((bar, [[5, 5]])))
    assert box(with_dot)[2:] == (20, 12)


@given(st.lists(st.tuples(*[st.floats(-1e9, 1e9, allow_subnormal=True)] * 2), min_size=1, max_size=30))
@settings(max_examples=200)
def test_no_drawing_breaks_the_rasteriser(points):
    image = rasterise(Drawing((points,)))
    assert np.isfinite(image).all()
    assert image.max() == 1


def test_thousands_of_points_are_no_burden():
    t = np.linspace(0, 6, 20_001)
    circle = Drawing((np.stack((np.cos(t), np.sin(t)), axis=1),))
    sparse = Drawing((circle.strokes[0][::100],))
    assert_same_ink(rasterise(circle), rasterise(sparse), atol=0.05)


def test_the_pen_is_a_matter_of_the_spec_and_leaves_the_box():
    bow = Drawing(([[0, 0], [4, 3], [1, 9]],))
    ink = []
    for pen in (1.0, 2.0, 2.5, 3.4, 6.0):
        image = rasterise(bow, RasterSpec(pen=pen))
        assert max(box(image)[2:]) == 20
        assert image.max() == 1
        ink.append(image.sum())
    assert ink == sorted(ink)


def test_each_drawing_may_have_its_own_pen():
    bow = Drawing(([[0, 0], [4, 3], [1, 9]],))
    pens = np.array([1.7, 4.5, 2.5])
    images = rasterise_with_pens(flatten([bow] * 3), pens)
    for image, pen in zip(images, pens, strict=True):
        np.testing.assert_array_equal(image, rasterise_all([bow], RasterSpec(pen=pen))[0])


def test_other_sizes_of_image():
    bow = Drawing(([[0, 0], [4, 3], [1, 9]],))
    for spec in (
        RasterSpec(16, 12.0, 1.5, 8),
        RasterSpec(20, 20.0, 2.5, 10),
        RasterSpec(256, 200.0, 25.0, 128),
    ):
        image = rasterise(bow, spec)
        assert image.shape == (spec.size, spec.size)
        assert max(box(image)[2:]) == spec.box


def test_a_shift_stops_at_the_border():
    images = np.zeros((2, 30, 30))
    images[0, 5, 0], images[0, 5, 19] = 1000, 1
    shifted = shift_to_centre(images)
    assert shifted.shape == (2, 28, 28)
    assert shifted[0].sum() == 1001
    assert not shifted[1].any()


@pytest.mark.parametrize(
    "values",
    [
        {"size": 0},
        {"size": 28.0},
        {"size": True},
        {"size": 10_000},
        {"box": 30.0},
        {"box": math.nan},
        {"pen": 0.5},
        {"pen": 20.0},
        {"pen": "2.5"},
        {"centre": 28},
        {"centre": -1},
    ],
)
def test_a_spec_that_cannot_be_followed_is_refused(values):
    with pytest.raises(RasterSpecError):
        RasterSpec(**values)


def test_a_spec_goes_through_json_unchanged():
    spec = RasterSpec(32, 24.0, 3.0, 16)
    assert RasterSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("obj", [None, [], {}, {"size": 28}, {**RasterSpec().to_json(), "blur": 1}])
def test_a_spec_of_another_form_is_refused(obj):
    with pytest.raises(RasterSpecError):
        RasterSpec.from_json(obj)
