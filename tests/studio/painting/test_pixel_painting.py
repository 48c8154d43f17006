import numpy as np
import pytest

from nnstudio.studio.painting.pixel_painting import disc, lay_grid, mixed, resample, value_of


def test_cells_that_grow_repeat_themselves():
    tile = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    assert resample(tile, 4, 9)[0].tolist() == np.repeat(np.repeat(tile[0], 2, 0), 3, 1).tolist()
    assert resample(tile, 2, 3)[0].tolist() == tile[0].tolist()


def test_cells_that_shrink_are_means():
    tile = np.random.default_rng(0).random((2, 28, 28)).astype(np.float32)
    small = resample(tile, 7, 14)
    means = tile.reshape(2, 7, 4, 14, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(small, means, rtol=1e-5)
    np.testing.assert_allclose(resample(tile, 9, 11).mean(), tile.mean(), rtol=1e-5)


def test_smooth_cells_lie_on_lines():
    ramp = np.arange(4, dtype=np.float32)[None, None]
    row = resample(ramp, 1, 8, smooth=True)[0, 0]
    np.testing.assert_allclose(row, [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])


@pytest.mark.parametrize("corner", [(0, 0), (3, 5), (-4, -6), (9, 8), (-50, 0), (0, 60)])
@pytest.mark.parametrize("n", [1, 4, 5, 6])
def test_a_grid_is_the_same_as_one_picture_after_another(corner, n):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 2**32, (n, 4, 5), np.uint32)
    canvas = rng.integers(0, 2**32, (20, 24), np.uint32)
    expected = canvas.copy()
    mask = disc(5, 2.0)[:4] > 0
    for k in range(n):
        top, left = corner[0] + k // 3 * 6, corner[1] + k % 3 * 7
        for y, x in np.argwhere(mask).tolist():
            if 0 <= top + y < 20 and 0 <= left + x < 24:
                expected[top + y, left + x] = pictures[k, y, x]
    lay_grid(canvas, pictures, 3, (6, 7), corner, mask)
    assert (canvas == expected).all()


def test_mixed_colours_lie_between_their_two():
    black, white = value_of("#000000"), value_of("#ffffff")
    mixtures = mixed(black, white, np.array([0.0, 0.5, 1.0]))
    assert [hex(value) for value in mixtures.tolist()] == ["0xff000000", "0xff808080", "0xffffffff"]
    assert hex(int(mixed(value_of("#102030"), value_of("#ff9632"), np.array(1.0)))) == "0xffff9632"


def test_a_disc_has_its_area():
    assert disc(40, 15.0).sum() == pytest.approx(np.pi * 15**2, rel=0.01)
    assert disc(40, 15.0).max() == 1
