import numpy as np
import pytest

from nnstudio.data.rasterise import RasterSpec, rasterise_all
from nnstudio.data.rewrite import RewriteError, RewriteStrengths, rewrite, rewrite_and_ink
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_drawing

STILL = RewriteStrengths(0, 0, 0, 0, 0, 0, 0, 0, 0)
CROSS = Drawing((((0, 50), (50, 50), (100, 50)), ((50, 0), (50, 50), (50, 100))))


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    return flatten(synthetic_drawing(label, rng=rng) for label in [*range(10)] * 30)


def only(**strengths):
    return RewriteStrengths(**{**vars(STILL), **strengths})


def rewritten(drawing, n=400, **strengths):
    """Return the points of ``n`` rewritings, shape (n, n_points, 2)."""
    many = rewrite(flatten([drawing] * n), only(**strengths), rng=np.random.default_rng(1))
    return many.xy.reshape(n, -1, 2)


def test_no_strength_only_scales_to_the_unit_box(digits):
    same = rewrite(digits, STILL, rng=np.random.default_rng(0))
    for index in (0, 17, 299):
        left, top, right, bottom = same.drawing(index).bounds()
        assert max(right - left, bottom - top) == pytest.approx(2, abs=1e-6)
        assert (left + right, top + bottom) == pytest.approx((0, 0), abs=1e-6)
    close = np.abs(rasterise_all(same).astype(int) - rasterise_all(digits)) <= 1
    assert close.mean() > 0.9999


def test_strokes_stay_what_they_are(digits):
    other = rewrite(digits, RewriteStrengths(), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(other.stroke_offsets, digits.stroke_offsets)
    np.testing.assert_array_equal(other.drawing_offsets, digits.drawing_offsets)
    assert np.isfinite(other.xy).all()


def test_the_same_generator_writes_alike_and_another_does_not(digits):
    once, again, other = (
        rewrite_and_ink(digits, RewriteStrengths(), rng=np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(once, again)
    assert (once != other).any(axis=1).all()


@pytest.mark.slow
def test_rewritten_digits_resemble_their_originals_more_than_other_digits(digits):
    originals = rasterise_all(digits).astype(float)
    rewritten = rewrite_and_ink(digits, RewriteStrengths(), rng=np.random.default_rng(0)).astype(float)
    distances = ((rewritten[:, None] - originals[None]) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) % 10 == np.arange(300) % 10).mean() > 0.85


def test_pens_alone_change_thickness_but_not_size():
    images = rewrite_and_ink(flatten([CROSS] * 300), only(log_pen=0.7), rng=np.random.default_rng(0))
    ink = images.sum(axis=1) / 255
    assert ink.max() / ink.min() > 2
    assert ((images.reshape(300, 28, 28).max(axis=1) > 0).sum(axis=1) == 20).all()


def test_a_turn_keeps_lengths_and_a_slant_keeps_rows():
    turned = rewritten(CROSS, turn_deg=30.0)
    assert np.hypot(*turned[:, 0].T) == pytest.approx(1)
    angles = np.degrees(np.arctan2(turned[:, 2, 1], turned[:, 2, 0]))
    assert np.abs(angles).max() < 30
    assert angles.std() == pytest.approx(30 / np.sqrt(6), rel=0.15)
    slanted = rewritten(CROSS, slant=0.5)
    np.testing.assert_allclose(slanted[..., 1], rewritten(CROSS)[..., 1], atol=1e-6)
    assert slanted[:, 3, 0].min() < -0.3
    assert slanted[:, 3, 0].max() > 0.3


def test_strokes_move_against_one_another_only_where_there_are_several():
    moved = rewritten(CROSS, stroke_shift=0.3, stroke_log_scale=0.3, stroke_turn_deg=20.0)
    # Both bars cross in their middle point.
    assert np.hypot(*(moved[:, 1] - moved[:, 4]).T).mean() > 0.1
    lone = Drawing(CROSS.strokes[:1])
    strengths = {"stroke_shift": 0.3, "stroke_log_scale": 0.3, "stroke_turn_deg": 20.0}
    np.testing.assert_allclose(rewritten(lone, **strengths), rewritten(lone), atol=1e-6)


def test_a_wavering_line_stays_near_the_line():
    line = Drawing((np.stack((np.linspace(0, 1, 200), np.zeros(200)), axis=1),))
    off = rewritten(line, waver=0.05)[..., 1]
    assert 0.01 < off.std() < 0.05
    assert np.abs(off).max() < 0.1
    assert np.abs(np.diff(off, axis=1)).max() < 0.02


def test_zeros_alone_are_slashed_and_only_a_share_of_them(digits):
    is_zero = np.arange(300) % 10 == 0
    strengths = only(slashed_zeros=0.5)
    some = rewrite(digits, strengths, rng=np.random.default_rng(0), is_zero=is_zero)
    n_points = [
        np.add.reduceat(np.diff(each.stroke_offsets), each.drawing_offsets[:-1]) for each in (digits, some)
    ]
    longer = n_points[1] > n_points[0]
    assert not longer[~is_zero].any()
    assert 0.2 < longer[is_zero].mean() < 0.7
    whole = rewrite(digits, strengths, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(whole.stroke_offsets, digits.stroke_offsets)


def test_shares_of_the_drawings_have_broken_strokes_few_points_or_a_coarse_grid(digits):
    n_strokes = np.diff(digits.drawing_offsets)
    broken = rewrite(digits, only(broken=0.3), rng=np.random.default_rng(0))
    more = np.diff(broken.drawing_offsets) - n_strokes
    assert set(more.tolist()) == {0, 1}
    assert 0.2 < more.mean() < 0.4
    few = rewrite(digits, only(few_points=0.3), rng=np.random.default_rng(0))
    assert 0.2 < (np.diff(few.stroke_offsets) < np.diff(digits.stroke_offsets)).mean() < 0.4
    coarse = rewrite(digits, only(coarse=0.3), rng=np.random.default_rng(0))
    values = np.array([len(np.unique(coarse.drawing(k).strokes[0][:, 1])) for k in range(300)])
    whole = rewrite(digits, STILL, rng=np.random.default_rng(0))
    before = np.array([len(np.unique(whole.drawing(k).strokes[0][:, 1])) for k in range(300)])
    assert 0.1 < (values < before).mean() < 0.4


def test_all_variations_together_still_ink_every_drawing(digits):
    strengths = RewriteStrengths(slashed_zeros=0.5, broken=0.5, trim=0.2, few_points=0.5, coarse=0.5)
    is_zero = np.arange(300) % 10 == 0
    once, again = (
        rewrite_and_ink(digits, strengths, rng=np.random.default_rng(3), is_zero=is_zero) for _ in range(2)
    )
    np.testing.assert_array_equal(once, again)
    assert (once.max(axis=1) == 255).all()


def test_drawings_without_ink_and_single_points_pass_through():
    drawings = [Drawing(()), Drawing(((), ((3, 4),), ())), Drawing((((1, 1), (2, 2)),)), Drawing(((),))]
    rewritten = rewrite(flatten(drawings), only(turn_deg=10.0), rng=np.random.default_rng(0))
    assert rewritten.n_drawings == 4
    assert rewritten.xy[0].tolist() == [0, 0]
    images = rewrite_and_ink(flatten(drawings), RewriteStrengths(), rng=np.random.default_rng(0))
    assert (images.max(axis=1) > 0).tolist() == [False, True, True, False]
    assert rewrite_and_ink(flatten([]), RewriteStrengths(), rng=np.random.default_rng(0)).shape == (0, 784)


def test_the_raster_spec_is_followed():
    spec = RasterSpec(20, 16.0, 2.0, 10)
    images = rewrite_and_ink(flatten([CROSS]), RewriteStrengths(), rng=np.random.default_rng(0), spec=spec)
    assert images.shape == (1, 400)


@pytest.mark.parametrize("name", list(vars(STILL)))
@pytest.mark.parametrize("value", [-0.1, 1000, float("nan"), True, "1"])
def test_impossible_strengths_are_named(name, value):
    with pytest.raises(RewriteError, match=f"Rewriting's {name} is a number from 0 to"):
        RewriteStrengths(**{name: value})
