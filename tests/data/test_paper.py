import numpy as np
import pytest

from nnstudio.data.paper import BlankImageError, connected_pieces, find_ink, otsu, without_specks


def bar(height=60, width=40):
    """An upright bar of full ink on paper 0."""
    ink = np.zeros((height, width))
    ink[10:-10, width // 2 - 3 : width // 2 + 3] = 1
    return ink


@pytest.mark.parametrize("paper", [1.0, 0.7])
def test_clean_ink_comes_back_as_it_is(paper):
    np.testing.assert_allclose(find_ink(paper * (1 - bar())), bar(), atol=1e-9)


def test_light_ink_on_dark_paper():
    np.testing.assert_allclose(find_ink(bar()), bar(), atol=1e-9)


def test_a_soft_shade_leaves_no_trace_and_fades_no_ink():
    y, x = np.mgrid[-1:1:60j, -1:1:40j]
    light = 0.7 + 0.25 * x - 0.1 * y * y
    ink = find_ink(light * (1 - 0.8 * bar()))
    np.testing.assert_allclose(ink, bar(), atol=0.05)


def test_dust_is_blotted_out():
    dusty = bar()
    dusty[5, 5] = dusty[50:52, 3] = 0.9
    np.testing.assert_allclose(find_ink(1 - dusty), bar(), atol=1e-9)


def test_a_character_that_runs_across_the_border_is_still_the_minority():
    ink = np.zeros((30, 30))
    ink[:, 12:18] = ink[12:18] = 1
    np.testing.assert_allclose(find_ink(1 - ink), ink, atol=1e-9)


@pytest.mark.parametrize(
    "grey",
    [
        np.ones((1, 1)),
        np.full((28, 28), 0.3),
        np.linspace(0, 1, 400).reshape(1, 400) * np.ones((50, 1)),
        0.7 + np.random.default_rng(0).normal(0, 0.04, (90, 120)),
    ],
    ids=["a pixel", "a plain", "a ramp", "noise"],
)
def test_nothing_is_found_where_there_is_nothing(grey):
    with pytest.raises(BlankImageError, match="nothing to read"):
        find_ink(grey)


def test_specks_alone_are_nothing():
    specks = np.zeros((60, 60))
    specks[::6, ::6] = 1
    with pytest.raises(BlankImageError):
        without_specks(specks)


def test_the_strokes_of_one_character_all_stay():
    five = np.zeros((40, 40))
    five[5:8, 10:30] = five[12:35, 10:13] = 1
    np.testing.assert_array_equal(without_specks(five), five)


def test_pieces_touch_at_sides_and_corners():
    mask = np.array([[1, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [1, 1, 0, 1]], dtype=bool)
    assert connected_pieces(mask).tolist() == [[1, 0, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [2, 2, 0, 3]]


def test_a_long_spiral_is_one_piece_and_its_gap_makes_it_two():
    mask = np.zeros((41, 41), dtype=bool)
    for ring in range(0, 20, 2):
        mask[ring, ring : -ring or None] = mask[-1 - ring, ring : -ring or None] = True
        mask[ring : -ring or None, ring] = mask[ring : -ring or None, -1 - ring] = True
    assert connected_pieces(mask).max() == 10
    mask[20, :20] = True
    assert connected_pieces(mask).max() == 1


def test_the_threshold_lies_between_two_heaps_of_values():
    rng = np.random.default_rng(0)
    values = np.concatenate((rng.normal(0.2, 0.02, 900), rng.normal(0.8, 0.02, 100)))
    threshold, distinctness = otsu(values)
    assert 0.3 < threshold < 0.7
    assert distinctness > 0.95
