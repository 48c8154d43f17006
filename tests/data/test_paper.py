import numpy as np
import pytest

from nnstudio.data.paper import BlankImageError, find_paper, full_ink, noise_of, otsu


def bar(height=60, width=40):
    """An upright bar of full ink on paper 0."""
    ink = np.zeros((height, width), np.float32)
    ink[10:-10, width // 2 - 3 : width // 2 + 3] = 1
    return ink


def found_ink(grey):
    grey = np.asarray(grey, np.float32)
    everywhere = np.ones(grey.shape, bool)
    paper, noise = find_paper(grey, everywhere)
    ink = paper.ink(grey)
    return np.clip(ink / full_ink(ink.ravel(), noise), 0, 1)


@pytest.mark.parametrize("paper", [1.0, 0.7])
def test_clean_ink_comes_back_as_it_is(paper):
    np.testing.assert_allclose(found_ink(paper * (1 - bar())), bar(), atol=1e-5)


def test_light_ink_on_dark_paper():
    np.testing.assert_allclose(found_ink(bar()), bar(), atol=1e-5)


def test_a_soft_shade_leaves_no_trace_and_fades_no_ink():
    y, x = np.mgrid[-1:1:60j, -1:1:40j]
    light = 0.7 + 0.25 * x - 0.1 * y * y
    np.testing.assert_allclose(found_ink(light * (1 - 0.8 * bar())), bar(), atol=0.05)


def test_ink_is_found_in_any_resolution():
    x = np.linspace(-1, 1, 40)
    grey = ((0.7 + 0.2 * x) * (1 - 0.8 * bar())).astype(np.float32)
    paper, _ = find_paper(grey, np.ones(grey.shape, bool))
    enlarged = np.kron(grey, np.ones((3, 3), np.float32))
    np.testing.assert_allclose(paper.ink(enlarged)[1::3, 1::3], paper.ink(grey), atol=1e-4)


def test_what_is_not_of_the_sheet_does_not_count():
    grey = 0.9 * (1 - 0.8 * bar())
    grey[:, :6] = 0.05
    is_used = np.ones(grey.shape, bool)
    is_used[:, :8] = False
    paper, _ = find_paper(grey.astype(np.float32), is_used)
    np.testing.assert_allclose(paper.ink(grey.astype(np.float32))[:, 8:], 0.8 * bar()[:, 8:], atol=1e-4)


def test_a_character_that_runs_across_the_border_is_still_the_minority():
    ink = np.zeros((30, 30))
    ink[:, 12:18] = ink[12:18] = 1
    np.testing.assert_allclose(found_ink(1 - ink), ink, atol=1e-5)


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
        found_ink(grey)


def test_noise_is_measured_beside_any_amount_of_ink():
    rng = np.random.default_rng(0)
    ink = rng.normal(0, 0.03, 20_000)
    ink[:12_000] += 0.8
    assert noise_of(ink) == pytest.approx(0.03, rel=0.1)
    assert noise_of(np.zeros(9)) == 0


def test_the_threshold_lies_between_two_heaps_of_values():
    rng = np.random.default_rng(0)
    values = np.concatenate((rng.normal(0.2, 0.02, 900), rng.normal(0.8, 0.02, 100)))
    threshold, distinctness = otsu(values)
    assert 0.3 < threshold < 0.7
    assert distinctness > 0.95
