import numpy as np
import pytest

from nnstudio.studio.views.network.shown_units import ALL_SHOWN, SUMMARY, ShownUnits


def activity(n, *active):
    a = np.zeros(n)
    a[list(active)] = 1.0
    return a


def test_a_small_layer_is_shown_whole_in_its_order():
    shown = ShownUnits(ALL_SHOWN)
    assert not shown.follow(np.random.default_rng(0).random(ALL_SHOWN), (3,))
    assert shown.units.tolist() == list(range(ALL_SHOWN))
    assert (shown.is_summary, shown.n_pages) == (False, 1)


def test_a_large_layer_is_represented_by_its_most_active_units():
    shown = ShownUnits(512)
    a = np.random.default_rng(0).standard_normal(512)
    shown.follow(a)
    assert shown.units.tolist() == sorted(np.argsort(-np.abs(a))[:SUMMARY].tolist())


def test_units_keep_their_places_while_they_are_nearly_among_the_most_active():
    rng = np.random.default_rng(0)
    shown = ShownUnits(512)
    a = rng.random(512)
    shown.follow(a)
    before = shown.units
    for _ in range(20):
        assert not shown.follow(a + 0.01 * rng.random(512))
    assert shown.units is before


def test_a_newcomer_takes_the_place_of_who_leaves_and_nobody_else_moves():
    n = 512
    a = np.linspace(1, 0, n)
    shown = ShownUnits(n)
    shown.follow(a)
    a[400] = 2.0
    assert shown.follow(a)
    assert shown.place_of(400) is not None
    assert np.count_nonzero(shown.units != np.arange(SUMMARY)) == 1
    a[10] = -1.0
    a[11:200] = 0.9
    a[12] = 0.0
    shown.follow(a)
    assert shown.place_of(12) is None
    assert len(set(shown.units.tolist())) == SUMMARY


def test_the_most_active_half_is_always_there():
    rng = np.random.default_rng(1)
    shown = ShownUnits(300)
    for _ in range(30):
        a = rng.standard_normal(300)
        shown.follow(a)
        assert set(np.argsort(-np.abs(a))[: SUMMARY // 2].tolist()) <= set(shown.units.tolist())


def test_a_unit_that_is_kept_has_a_place_however_quiet_it_is():
    shown = ShownUnits(300)
    a = np.linspace(1, 0, 300)
    for _ in range(3):
        shown.follow(a, (299, 250))
        assert shown.place_of(299) is not None
        assert shown.place_of(250) is not None
    assert len(set(shown.units.tolist())) == SUMMARY
    shown.follow(None, (200,))
    assert shown.place_of(200) is not None


@pytest.mark.parametrize("n", [101, 128, 512, 1000])
def test_pages_reach_every_unit_once_and_come_back(n):
    shown = ShownUnits(n)
    shown.follow(np.arange(n, dtype=float))
    reached = []
    for _ in range(shown.n_pages - 1):
        shown.turn(1)
        assert not shown.follow(np.random.default_rng(0).random(n))
        reached += shown.units.tolist()
    assert reached == list(range(n))
    shown.turn(1)
    assert shown.page == 0
    shown.turn(-1)
    assert shown.units[-1] == n - 1
