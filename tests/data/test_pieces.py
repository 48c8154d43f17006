import numpy as np
import pytest

from nnstudio.data.pieces import connected_pieces, filled, grown, hysteresis, spread
from nnstudio.data.resize import resized, shrunk


def masks():
    rng = np.random.default_rng(0)
    for _ in range(40):
        yield rng.random((int(rng.integers(1, 20)), int(rng.integers(1, 20)))) < rng.random()


def flooded(mask):
    """Label pieces one pixel after another."""
    label, n = np.zeros(mask.shape, int), 0
    for start in zip(*np.nonzero(mask), strict=True):
        if label[start]:
            continue
        n += 1
        waiting = [start]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not label[y, x]:
                label[y, x] = n
                waiting += [(y + down, x + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return label


def test_pieces_touch_at_sides_and_corners():
    for mask in masks():
        pieces, expected = connected_pieces(mask), flooded(mask)
        pairs = set(zip(pieces.label.ravel().tolist(), expected.ravel().tolist(), strict=True))
        # One label for each piece, and one piece for each label.
        assert len(pairs) == len(np.unique(expected)) == len(np.unique(pieces.label))
        for k in range(len(pieces)):
            y, x = np.nonzero(pieces.label == k + 1)
            box = (pieces.top[k], pieces.bottom[k], pieces.left[k], pieces.right[k])
            assert box == (y.min(), y.max() + 1, x.min(), x.max() + 1)
            assert pieces.area[k] == len(y)


def test_a_long_spiral_is_one_piece_and_its_gap_makes_it_two():
    mask = np.zeros((41, 41), dtype=bool)
    for ring in range(0, 20, 2):
        mask[ring, ring : -ring or None] = mask[-1 - ring, ring : -ring or None] = True
        mask[ring : -ring or None, ring] = mask[ring : -ring or None, -1 - ring] = True
    assert len(connected_pieces(mask)) == 10
    mask[20, :20] = True
    assert len(connected_pieces(mask)) == 1


def test_some_pieces_are_numbered_from_the_first_on():
    mask = np.zeros((5, 12), bool)
    mask[1:4, 1], mask[1:3, 5], mask[2, 9] = True, True, True
    pieces = connected_pieces(mask).only(np.array([True, False, True]))
    assert pieces.area.tolist() == [3, 1]
    assert np.unique(pieces.label).tolist() == [0, 1, 2]
    assert pieces.sums(np.full(mask.shape, 0.5)).tolist() == [1.5, 0.5]


def test_the_width_of_strokes_and_the_radius_of_discs():
    mask = np.zeros((60, 200), bool)
    mask[10:16, 5:120] = True
    y, x = np.mgrid[:60, :200]
    mask |= np.hypot(y - 30, x - 160) < 12
    pieces = connected_pieces(mask)
    assert pieces.stroke_width[0] == pytest.approx(6, abs=1)
    assert pieces.radius.tolist() == pytest.approx([3, 12], abs=2)


def test_a_faint_piece_stays_if_a_part_of_it_is_strong():
    ink = np.zeros((5, 20))
    ink[2, 1:9] = 0.3
    ink[2, 4] = 0.8
    ink[2, 12:18] = 0.4
    assert hysteresis(ink > 0.2, ink > 0.5).area.tolist() == [8]


def test_growth_holes_and_labels_beside():
    ring = np.zeros((9, 9), bool)
    ring[2:7, 2:7] = True
    ring[3:6, 3:6] = False
    assert np.count_nonzero(filled(ring)) == 25
    assert np.count_nonzero(grown(ring, 1)) > np.count_nonzero(ring)
    label = np.zeros((3, 7), np.int32)
    label[1, 1], label[1, 5] = 1, 2
    assert spread(label, 1)[1].tolist() == [1, 1, 1, 0, 2, 2, 2]


@pytest.mark.parametrize("step", [1.3, 2, 3.7, 11])
def test_shrinking_keeps_the_mean(step):
    image = np.random.default_rng(0).random((110, 220, 3)).astype(np.float32)
    small = resized(image, step)
    assert small.dtype == np.float32
    assert small.shape[:2] == (np.ceil(110 / step), np.ceil(220 / step))
    exact = [int(n // step) for n in (110, 220)]
    inside = image[: int(exact[0] * step), : int(exact[1] * step)]
    assert small[: exact[0], : exact[1]].mean() == pytest.approx(inside.mean(), abs=5e-3)
    assert shrunk(image, 300) is image
