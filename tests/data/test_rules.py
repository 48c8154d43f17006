import numpy as np
import pytest

from nnstudio.data.rules import without_rules


def seven(side=200):
    ink = np.zeros((side, side), np.float32)
    ink[60:70, 70:130] = 1
    for y in range(65, 150):
        x = 125 - (y - 65) // 2
        ink[y, x - 5 : x + 5] = 1
    return ink


@pytest.mark.parametrize("strength", [0.4, 1.0])
@pytest.mark.parametrize("upright", [False, True])
def test_rules_go_and_strokes_stay(strength, upright):
    ruled = seven()
    view = ruled.T if upright else ruled
    for y in (30, 100, 170):
        view[y : y + 2] = np.maximum(view[y : y + 2], strength)
    is_rule, n_rules = without_rules(ruled, ruled > 0.2)
    assert n_rules == 3
    left = np.where(is_rule, 0, ruled)
    assert np.abs(left - seven()).sum() < 0.1 * seven().sum()


def test_a_frame_goes():
    framed = seven()
    framed[5:9] = framed[-9:-5] = framed[:, 5:9] = framed[:, -9:-5] = 1
    is_rule, n_rules = without_rules(framed, framed > 0.2)
    assert n_rules == 4
    assert np.where(is_rule, 0, framed)[seven() > 0].min() == 1


def test_a_frame_goes_however_closely_it_stands_around_the_writing():
    framed = np.pad(seven()[55:150, 50:140], 5)
    before = framed.copy()
    framed[:2] = framed[-2:] = framed[:, :2] = framed[:, -2:] = 1
    is_rule, n_rules = without_rules(framed, framed > 0.2)
    assert n_rules == 4
    # The corners are neither across nor upright.
    assert np.abs(np.where(is_rule, 0, framed) - before).sum() <= 4 * 2 * 2


@pytest.mark.parametrize("ink", [seven(), np.pad(np.ones((4, 190), np.float32), 5)])
def test_what_is_no_rule_stays(ink):
    is_rule, n_rules = without_rules(ink, ink > 0.2)
    assert n_rules == 0
    assert not is_rule.any()


def test_the_bar_of_a_character_that_fills_the_picture_stays():
    cropped = seven()[60:150, 70:130]
    assert without_rules(cropped, cropped > 0.2)[1] == 0


def squared(writing, pitch, strength):
    """Lay writing on squared paper."""
    paper = writing.copy()
    for view in (paper, paper.T):
        view[pitch // 2 :: pitch] = np.maximum(view[pitch // 2 :: pitch], strength)
    return paper


def test_a_long_stroke_beside_a_rule_of_squared_paper_stays():
    one = np.zeros((172, 172), np.float32)
    for y in range(45, 155):
        x = 125 - (y - 45) // 5
        one[y, x - 4 : x + 4] = 1
    paper = squared(one, 22, 0.35)
    is_rule, _ = without_rules(paper, paper > 0.1)
    assert np.where(is_rule, 0, paper)[one > 0].mean() > 0.9


def test_a_rule_that_a_stem_covers_goes():
    stem = np.zeros((160, 160), np.float32)
    stem[30:120, 81:90] = 1
    paper = squared(stem, 20, 0.35)
    assert paper[10, 90] > 0
    is_rule, _ = without_rules(paper, paper > 0.1)
    left = np.where(is_rule, 0, paper)
    assert left[15:26, 90].max() == left[134:146, 90].max() == 0
    assert left[stem > 0].min() == 1
