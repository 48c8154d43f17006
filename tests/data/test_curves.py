import math

import numpy as np
import pytest

from nnstudio.data.curves import CURVES, LARGEST, CurveError, curve_points


def points(name, seed=0, **options):
    return curve_points(CURVES[name], rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_points_of_a_curve_lie_in_its_range_and_on_its_truth(curve):
    x, y = points(curve.name, **({} if curve.truth is None else {"noise": 0}))
    assert x.shape == y.shape == (curve.n, 1)
    assert x.dtype == y.dtype == np.float32
    assert np.float32(curve.low) <= x.min() < x.max() <= np.float32(curve.high)
    if curve.truth is not None:
        np.testing.assert_array_equal(y, curve.truth(x.astype(np.float64)).astype(np.float32))


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("curve-line", 1.5, 4),
        ("curve-sine", math.pi / 6, 0.5),
        ("curve-absolute", -1.5, 1.5),
        ("curve-square", -1.5, 2.25),
        ("curve-step", 0, 0),
        ("curve-step", 1e-9, 1),
        ("curve-runge", 0.2, 0.5),
        ("curve-teeth", 0.25, 0.5),
        ("curve-teeth", 2.5, 1),
        ("curve-teeth", 3, 0),
        ("curve-bump", 1.5, 0.75),
        ("curve-bump", 4, 0.75),
        ("curve-bump", 6, 0),
        ("curve-temperature", 15, 1),
    ],
)
def test_a_truth_by_hand(name, at, value):
    assert CURVES[name].truth(np.array([at], float))[0] == pytest.approx(value, abs=1e-15)


def test_the_seed_decides_the_noise_and_nothing_else():
    first, again, other = (points("curve-noisy-line", seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first[0], other[0])
    assert (first[1] != other[1]).all()


@pytest.mark.parametrize("name", ["curve-sine", "curve-temperature"])
def test_noise_has_the_deviation_asked_for(name):
    curve = CURVES[name]
    x, y = points(name, n=10_000, noise=2.0, low=0, high=10_000)
    assert (y - curve.truth(x.astype(float))).std() == pytest.approx(2.0, rel=0.05)


def test_weather_persists_for_some_days():
    """The noise of the next day is like today's, that of a month later is not."""
    x, y = points("curve-temperature", n=10_000, low=0, high=9_999)
    weather = (y - CURVES["curve-temperature"].truth(x.astype(float)))[:, 0]
    next_day, later = (np.corrcoef(weather[:-lag], weather[lag:])[0, 1] for lag in (1, 30))
    assert next_day == pytest.approx(math.exp(-1 / 4), abs=0.03)
    assert abs(later) < 0.1


def test_day_0_of_the_year_is_1_january():
    x, _ = points("curve-temperature")
    np.testing.assert_array_equal(x[:, 0], np.arange(365))


def test_a_range_is_covered_end_to_end():
    x, _ = points("curve-square", n=2, low=-0.5, high=3)
    assert x[:, 0].tolist() == [-0.5, 3]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_anscombes_four_agree_in_their_statistics(number):
    x, y = (column[:, 0].astype(float) for column in points(f"curve-anscombe-{number}"))
    assert x.mean() == 9
    assert x.var(ddof=1) == 11
    assert y.mean() == pytest.approx(7.50, abs=0.001)
    assert y.var(ddof=1) == pytest.approx(4.125, abs=0.003)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"n": 1}, "from 2 to 10,000 points, not 1"),
        ({"n": 10_001}, "not 10,001"),
        ({"noise": -1}, "standard deviation from 0"),
        ({"noise": math.nan}, "not nan"),
        ({"low": 1, "high": 1}, "from a smaller to a larger"),
        ({"low": math.nan}, "not from nan"),
        ({"high": 2 * LARGEST}, "within ±1,000,000"),
        ({"low": 1000, "high": 1000.001}, "no 128 different numbers"),
        ({"high": 2000}, "Square x² between -2 and 2000 goes beyond ±1,000,000"),
    ],
)
def test_what_makes_no_points_is_refused(options, sentence):
    with pytest.raises(CurveError, match=sentence):
        points("curve-square", **options)


@pytest.mark.parametrize("options", [{"n": 12}, {"noise": 0.0}, {"low": 0}])
def test_a_table_has_its_own_points_alone(options):
    with pytest.raises(CurveError, match="Anscombe I is a table of 11 points"):
        points("curve-anscombe-1", **options)
