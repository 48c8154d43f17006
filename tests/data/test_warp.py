import numpy as np
import pytest

from nnstudio.data.synthetic import synthetic_digits
from nnstudio.data.warp import Warper, WarpError, WarpStrengths

STILL = {"turn_deg": 0, "log_scale": 0, "shear": 0, "shift_px": 0, "elastic_px": 0}


@pytest.fixture(scope="module")
def digits():
    return synthetic_digits(600, rng=np.random.default_rng(0))[0]


def warped(images, shape=(28, 28), seed=1, out=None, **strengths):
    return Warper(WarpStrengths(**strengths), shape).warp(images, rng=np.random.default_rng(seed), out=out)


def dot(x, y, size=28):
    image = np.zeros((size, size), np.uint8)
    image[y, x] = 255
    return image.reshape(1, -1)


def centres(images, size=28):
    """Centre of mass of each image, x and y, shape (n, 2)."""
    planes = images.reshape(-1, size, size).astype(float)
    total = planes.sum(axis=(1, 2))
    return np.stack([planes.sum(axis=axis) @ np.arange(size) / total for axis in (1, 2)], axis=1)


def test_no_strength_leaves_images_as_they_are(digits):
    np.testing.assert_array_equal(warped(digits, **STILL), digits)


def test_the_same_generator_bends_alike_and_another_does_not(digits):
    once, again, other = (warped(digits, seed=seed, thickness=0.8) for seed in (5, 5, 6))
    np.testing.assert_array_equal(once, again)
    assert ((once != other).mean(axis=1) > 0.02).mean() > 0.99


def test_each_image_gets_a_warp_of_its_own_and_each_call_new_ones(digits):
    same = np.repeat(digits[:1], 300, axis=0)
    warper, rng = Warper(WarpStrengths()), np.random.default_rng(0)
    first, second = warper.warp(same, rng=rng), warper.warp(same, rng=rng)
    assert len(np.unique(np.concatenate((first, second)), axis=0)) == 600


def test_whole_blocks_come_alike_whether_asked_for_at_once_or_in_turn(digits):
    warper = Warper(WarpStrengths(thickness=0.5))
    rng = np.random.default_rng(2)
    in_turn = np.concatenate([warper.warp(part, rng=rng) for part in (digits[:256], digits[256:])])
    np.testing.assert_array_equal(in_turn, warped(digits, seed=2, thickness=0.5))


def test_a_float_buffer_receives_ink_from_0_to_1(digits):
    out = np.full(digits.shape, np.nan, np.float32)
    result = warped(digits, out=out, thickness=0.8)
    assert result is out
    assert 0 <= out.min() <= out.max() <= 1
    assert np.abs(out * 255 - warped(digits, thickness=0.8)).max() <= 0.5 + 1e-3


def test_a_turn_turns_about_the_middle():
    images = np.repeat(dot(20, 14), 400, axis=0) | np.repeat(dot(20, 13), 400, axis=0)
    at = centres(warped(images, **{**STILL, "turn_deg": 30})) - 13.5
    assert np.hypot(*at.T) == pytest.approx(6.5, abs=0.3)
    angles = np.degrees(np.arctan2(*at.T[::-1]))
    assert -31 < angles.min() < -27
    assert 27 < angles.max() < 31


def test_a_shift_moves_each_axis_evenly():
    at = centres(warped(np.repeat(dot(14, 14), 1000, axis=0), **{**STILL, "shift_px": 3})) - 14
    assert np.abs(at).max() <= 3.01
    assert at.std(axis=0) == pytest.approx(3 / np.sqrt(3), rel=0.1)


def test_stretching_widens_and_narrows():
    images = np.zeros((500, 28, 28), np.uint8)
    images[:, 8:20, 8:20] = 255
    stretched = warped(images.reshape(500, -1), **{**STILL, "log_scale": 0.3}).reshape(500, 28, 28)
    widths = stretched.max(axis=1).sum(axis=1) / 255
    assert widths.min() == pytest.approx(12 * np.exp(-0.3), abs=1)
    assert widths.max() == pytest.approx(12 * np.exp(0.3), abs=1)


def test_the_elastic_part_has_the_size_asked_for_and_is_smooth():
    size = 56
    # A ramp of grey tells where each pixel was taken from.
    ramp = np.tile(np.arange(size, dtype=np.uint8) * 4, (500, size, 1)).reshape(500, -1)
    # Lengths are in pixels of images half as large.
    strengths = {**STILL, "elastic_px": 0.75, "smoothness_px": 5.0}
    moved = (warped(ramp, (size, size), **strengths).astype(float) - ramp) / 4
    inner = moved.reshape(500, size, size)[:, 8:-8, 8:-8]
    assert np.sqrt((inner**2).mean()) == pytest.approx(1.5, rel=0.2)
    assert np.abs(np.diff(inner, axis=2)).mean() < 0.3


def test_what_comes_from_outside_is_paper():
    ink = np.full((200, 784), 255, np.uint8)
    edges = warped(ink, **{**STILL, "shift_px": 5}).reshape(200, 28, 28)[:, 14, [0, -1]]
    assert (edges.min(axis=1) == 0).mean() > 0.5


def test_thickness_grows_and_shrinks_strokes_without_fading_them(digits):
    thick = warped(digits, **STILL, thickness=0.8)
    ink = thick.sum(axis=1) / digits.sum(axis=1)
    assert ink.min() < 0.75
    assert ink.max() > 1.5
    assert (thick.max(axis=1) >= 200).mean() > 0.95


def test_images_of_another_shape():
    images = np.random.default_rng(0).integers(0, 256, (3, 20 * 12), dtype=np.uint8)
    assert warped(images, (20, 12)).shape == (3, 240)
    assert warped(images[:0], (20, 12)).shape == (0, 240)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("turn_deg", -1),
        ("turn_deg", float("nan")),
        ("log_scale", 2),
        ("shear", "0.1"),
        ("shift_px", 11),
        ("elastic_px", float("inf")),
        ("smoothness_px", 0.5),
        ("thickness", True),
    ],
)
def test_impossible_strengths_are_named(name, value):
    with pytest.raises(WarpError, match=f"warp's {name} is a number from"):
        WarpStrengths(**{name: value})


@pytest.mark.parametrize(
    ("images", "out"),
    [
        (np.zeros((2, 784), np.float32), None),
        (np.zeros((2, 783), np.uint8), None),
        (np.zeros((2, 784), np.uint8), np.zeros((3, 784), np.uint8)),
        (np.zeros((2, 784), np.uint8), np.zeros((2, 784), np.float64)),
    ],
)
def test_arrays_that_do_not_fit_are_refused(images, out):
    with pytest.raises(ValueError, match="must be uint8"):
        warped(images, out=out)


@pytest.mark.parametrize("side", [8, 16, 28, 64])
def test_lengths_are_the_same_share_of_images_of_any_size(side):
    strengths = WarpStrengths(turn_deg=0, log_scale=0, shear=0, shift_px=3.5, elastic_px=0)
    images = np.zeros((200, side, side), np.uint8)
    images[:, side // 4 : side // 2, side // 4 : side // 2] = 255
    warped = Warper(strengths, (side, side)).warp(images.reshape(200, -1), rng=np.random.default_rng(0))
    mass = warped.reshape(200, side, side).astype(float)
    at = (mass.sum(axis=1) @ np.arange(side)) / mass.sum(axis=(1, 2))
    # A shift of an eighth of the side at most, whatever the side.
    assert np.ptp(at) / side == pytest.approx(0.25, abs=0.03)
