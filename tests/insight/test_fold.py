import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.fold import (
    QUADRANTS,
    FoldError,
    between,
    fold,
    grid_lines,
    line_through,
    linear_step,
    moved_line,
    quadrant_regions,
    quadrants,
    remarks,
    unit_view,
    widest_view,
)
from nnstudio.insight.plane_map import unit_lines
from tests.insight.networks import pulled_back

LOWS, HIGHS = (-2.0, -2.0), (2.0, 2.0)


def talk(hidden="relu"):
    """W = [[1, 1], [1, −1]], b = 0, and an output that is h₁ − h₂ − ½."""
    architecture = Architecture.of((2, 2, 1), hidden=hidden, output="identity")
    return architecture, np.array([1.0, 1, 1, -1, 0, 0, 1, -1, -0.5])


def random_network(sizes, hidden="relu", seed=0):
    architecture = Architecture.of(sizes, hidden=hidden)
    return architecture, np.random.default_rng(seed).normal(size=architecture.n_params)


@pytest.mark.parametrize(
    ("x", "a", "quadrant"),
    [
        ((1, 0.5), (1.5, 0.5), "A"),
        ((-0.5, -1), (0, 0.5), "B"),
        ((-1, 0.5), (0, 0), "C"),
        ((-1, -0.5), (0, 0), "C"),
        ((0.5, 1), (1.5, 0), "D"),
    ],
)
def test_relu_keeps_a_and_folds_b_c_and_d(x, a, quadrant):
    found = fold(*talk(), 0, np.array([x]))
    assert found.before.tolist() == [list(x)]
    assert found.a.tolist() == [list(a)]
    assert QUADRANTS[quadrants(found.z)[0]] == quadrant
    if quadrant == "A":
        np.testing.assert_array_equal(found.z, found.a)


def test_the_slider_goes_from_the_plane_over_the_linear_step_to_the_fold():
    found = fold(*talk(), 0, np.array([[0.5, 1.0]]))
    ways = [between(found.before, found.z, found.a, place)[0].tolist() for place in (0, 0.5, 1, 1.5, 2)]
    assert ways == [[0.5, 1], [1, 0.25], [1.5, -0.5], [1.5, -0.25], [1.5, 0]]


def test_collinear_points_stay_collinear_in_the_linear_step():
    lines = grid_lines(LOWS, HIGHS)
    assert lines.shape == (42, 81, 2)
    for theta in (talk()[1], random_network((2, 2, 1))[1]):
        z = fold(talk()[0], theta, 0, lines.reshape(-1, 2)).z.reshape(lines.shape)
        share = np.linspace(0, 1, 81)[:, None]
        for line in z:
            np.testing.assert_allclose(line, line[0] + share * (line[-1] - line[0]), atol=1e-6)


def test_grid_lines_cover_the_rectangle():
    lines = grid_lines((-1, 0), (3, 10), 3, 2)
    assert lines.tolist() == [
        [[-1, 0], [3, 0]],
        [[-1, 5], [3, 5]],
        [[-1, 10], [3, 10]],
        [[-1, 0], [-1, 10]],
        [[1, 0], [1, 10]],
        [[3, 0], [3, 10]],
    ]


def test_areas_scale_by_2_in_a_and_by_0_elsewhere():
    architecture, theta = talk()
    step = linear_step(architecture.layers(theta)[0])
    assert step.det == -2
    assert not step.is_flat
    assert step.area_factors == (2, 0, 0, 0)
    triangle = np.array([[1, 0.1], [1.5, 0.2], [1.2, 0.4]])
    for points, factor in ((triangle, 2), (-triangle, 0), (triangle[:, ::-1], 0), (-triangle[:, ::-1], 0)):
        folded = fold(architecture, theta, 0, points).a
        before, after = (np.linalg.det(each[1:] - each[0]) for each in (points, folded))
        assert abs(after) == pytest.approx(factor * abs(before), abs=1e-12)


@pytest.mark.parametrize(
    ("hidden", "factors"),
    [("absolute", (2, 2, 2, 2)), ("identity", (2, 2, 2, 2)), ("leaky_relu", (2, 0.02, 0.0002, 0.02))],
)
def test_other_folds_have_other_factors(hidden, factors):
    architecture, theta = talk(hidden)
    assert linear_step(architecture.layers(theta)[0]).area_factors == pytest.approx(factors)


def test_a_fold_that_bends_has_no_factors():
    architecture, theta = talk("tanh")
    assert linear_step(architecture.layers(theta)[0]).area_factors is None


def test_quadrants_of_the_plane_are_where_their_points_come_from():
    architecture, theta = talk()
    theta[4:6] = 0.5, -0.25
    step = linear_step(architecture.layers(theta)[0])
    regions = quadrant_regions(step, LOWS, HIGHS)
    assert sorted(regions) == [0, 1, 2, 3]
    for quadrant, corners in regions.items():
        assert quadrants(fold(architecture, theta, 0, corners.mean(axis=0)[None]).z)[0] == quadrant
    theta[4:6] = 9
    assert list(quadrant_regions(linear_step(architecture.layers(theta)[0]), LOWS, HIGHS)) == [0]


def test_units_that_look_along_one_line_and_dead_ones_are_said():
    architecture = Architecture.of((2, 2, 1))
    theta = np.array([1.0, 2, -2, -4, 0, -50, 1, 1, 0])
    x = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    found = fold(architecture, theta, 0, x)
    assert linear_step(architecture.layers(theta)[0]).is_flat
    assert found.dead_units == (1,)
    assert remarks(architecture, theta, 0, found, unit_view(found.a)) == (
        "Units 1 and 2 look along one line: the plane becomes a line.",
        "1 unit with activation 0 at every point: 2.",
    )
    healthy = talk()[1]
    found = fold(architecture, healthy, 0, x)
    assert not remarks(architecture, healthy, 0, found, unit_view(found.a))


def test_one_unit_is_a_line():
    architecture, theta = random_network((2, 1, 2))
    a = fold(architecture, theta, 0, np.random.default_rng(0).uniform(-2, 2, (50, 2))).a
    view = unit_view(a)
    np.testing.assert_array_equal(view.project(a), np.column_stack((a[:, 0], np.zeros(50))))
    assert view.units == (0,)
    assert view.shares == pytest.approx((1, 0))
    assert not view.is_shadow


def test_a_pair_of_many_units_is_a_shadow_that_says_so():
    architecture, theta = random_network((2, 5, 4, 2))
    found = fold(architecture, theta, 1, np.random.default_rng(0).uniform(-2, 2, (80, 2)))
    view = unit_view(found.a, 3, 0)
    np.testing.assert_array_equal(view.project(found.a), found.a[:, [3, 0]])
    spread = found.a.var(axis=0)
    assert sum(view.shares) == pytest.approx((spread[3] + spread[0]) / spread.sum())
    said = remarks(architecture, theta, 1, found, view)[-1]
    assert said == f"This is a shadow of 4 units: it shows {100 * sum(view.shares):.0f} % of the variance."


def test_the_widest_directions_show_the_most_variance():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 6)) * (0.1, 5, 0.2, 0.1, 2, 0.1) + 7
    view = widest_view(values)
    assert abs(view.directions[0, 1]) > 0.99
    assert abs(view.directions[1, 4]) > 0.99
    np.testing.assert_allclose(view.directions @ view.directions.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(view.project(values).mean(axis=0), 0, atol=1e-12)
    assert sum(view.shares) == pytest.approx(29 / 29.07, abs=0.003)
    assert view.shares[0] > view.shares[1]


def test_directions_do_not_jump_while_values_change():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(200, 4)) * (3, 2.9, 0.1, 0.1)
    view = widest_view(values)
    assert view.directions[np.arange(2), np.abs(view.directions).argmax(axis=1)].min() > 0
    # The second axis overtakes the first; signs of an SVD are arbitrary.
    for scale in np.linspace(1, 1.2, 20):
        former, view = view, widest_view(-values * (1, scale, 1, 1), view)
        assert (np.diagonal(view.directions @ former.directions.T) > 0.7).all()


def test_values_without_variance_have_a_view():
    view = widest_view(np.ones((5, 3)))
    assert view.shares == pytest.approx((1, 0))
    np.testing.assert_array_equal(view.project(np.ones((5, 3))), 0)
    assert widest_view(np.ones((1, 2))).directions.shape == (2, 2)


def test_the_next_layers_line_pulled_back_is_the_networks_own_boundary():
    architecture, theta = talk()
    output = architecture.layers(theta)[-1]
    segments = pulled_back(architecture, theta, 0, output.W[0], float(output.b[0]), LOWS, HIGHS)
    y = activations(architecture, theta, segments.reshape(-1, 2)).a[-1]
    np.testing.assert_allclose(y, 0, atol=1e-12)
    # It lies on h₁ − h₂ = ½ in the folded plane, which is a straight line there and bent here.
    a = fold(architecture, theta, 0, segments.reshape(-1, 2)).a
    np.testing.assert_allclose(a[:, 0] - a[:, 1], 0.5)
    assert len(segments) == 2


def test_a_dragged_line_gives_weights_and_bias_back():
    rng = np.random.default_rng(0)
    for _ in range(20):
        w, first, second = rng.normal(size=(3, 2))
        turned, b = line_through(first, second, w)
        np.testing.assert_allclose(np.array([first, second]) @ turned + b, 0, atol=1e-12)
        assert np.hypot(*turned) == pytest.approx(np.hypot(*w))
        assert turned @ w >= 0
        (ends,) = unit_lines([w], [0.1], (-9, -9), (9, 9))
        np.testing.assert_allclose(line_through(*ends, w)[0], w, atol=1e-12)
        assert line_through(*ends, w)[1] == pytest.approx(0.1)
        moved = moved_line(w, 0.1, second)
        np.testing.assert_allclose((ends + second) @ w + moved, 0, atol=1e-9)
    assert np.hypot(*line_through((0, 0), (1, 2), (0, 0))[0]) == pytest.approx(1)
    with pytest.raises(FoldError, match="these are one"):
        line_through((1, 2), (1, 2), (1, 0))


@pytest.mark.parametrize("sizes", [(2, 2), (3, 4, 2)])
def test_a_network_that_folds_no_plane_says_what_is_needed(sizes):
    architecture, theta = random_network(sizes)
    with pytest.raises(FoldError, match="needs two inputs and a hidden layer, as in 2-2-2"):
        fold(architecture, theta, 0, np.zeros((1, sizes[0])))


def test_overflow_is_said():
    architecture, theta = talk()
    with pytest.raises(FoldError, match=r"overflow\. Reset the network"):
        fold(architecture, theta * 1e308, 0, np.full((1, 2), 2.0))
