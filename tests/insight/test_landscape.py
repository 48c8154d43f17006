import numpy as np
import pytest

from nnstudio.insight import landscape as module
from nnstudio.insight.directions import weight_direction
from nnstudio.insight.landscape import Axis, LandscapeError, landscape, path_places, refinement
from nnstudio.insight.loss_surface import LossSurface
from tests.insight.test_loss_surface import directions_of, loss_at, question


@pytest.mark.parametrize("shape", [(5,), (41,), (201,), (2, 2), (7, 7), (41, 41)])
def test_refinement_visits_each_place_once_and_coarse_ones_first(shape):
    visited = list(refinement(shape))
    assert len({at for _, at in visited}) == len(visited) == np.prod(shape)
    strides = [stride for stride, _ in visited]
    assert strides == sorted(strides, reverse=True)
    assert strides.count(strides[0]) <= 9 ** len(shape)


def test_a_plane_has_the_loss_at_every_node():
    asked = question()
    one, other = directions_of(asked)
    axes = Axis(one, -1, 1, "α"), Axis(other, -2, 2, "β")
    found = list(landscape(asked, axes, 5))
    first, last = found[0], found[-1]
    assert first.share == 0
    assert last.is_done
    assert last.loss_here == pytest.approx(loss_at(asked, asked.theta), rel=1e-12)
    # Row 1 and column 4: β = −1 and α = 1.
    assert last.values[1, 4] == pytest.approx(loss_at(asked, asked.theta + one - other), rel=1e-12)
    assert last.values[2, 2] == pytest.approx(last.loss_here, rel=1e-12)
    assert (last.filled == last.values).all()


def test_coarse_places_fill_the_picture(monkeypatch):
    monkeypatch.setattr(module, "_YIELD_S", -1.0)
    asked = question(n=5)
    axes = (Axis(directions_of(asked, 1)[0], -1, 1, "α"),)
    found = list(landscape(asked, axes, 18))
    coarse = found[5]
    assert coarse.is_known.sum() == 5
    assert np.isfinite(coarse.filled).all()
    assert coarse.filled[0] == coarse.values[0]
    assert np.isnan(coarse.values[1])


def test_an_axis_that_is_a_weight_shows_the_weights_own_values():
    asked = question(n=5)
    axis = Axis(weight_direction(asked.theta.size, 4), -1, 1, "W", float(asked.theta[4]))
    found = list(landscape(asked, (axis,), 3))[-1]
    assert found.places[0] == pytest.approx(asked.theta[4] + [-1, 0, 1])


def test_places_that_are_not_finite_are_counted():
    asked = question((2, 1), output="identity", loss="squared_error", n=5)
    axis = Axis(np.ones(asked.theta.size), -1e200, 1e200, "α")
    found = list(landscape(asked, (axis,), 3))[-1]
    assert found.n_infinite == 2
    assert found.is_done


def test_bad_ranges_and_numbers_of_points_are_refused(monkeypatch):
    asked = question(n=5)
    direction = directions_of(asked, 1)[0]
    for low, high in ((0, 0), (1, -1), (0, np.inf), (np.nan, 1)):
        with pytest.raises(LandscapeError, match="range"):
            Axis(direction, low, high, "α")
    axis = Axis(direction, -1, 1, "α")
    for n in (1, 202):
        with pytest.raises(LandscapeError, match=f"not {n}"):
            next(landscape(asked, (axis,), n))
    monkeypatch.setattr(module, "LONGEST_S", 0.0)
    with pytest.raises(LandscapeError, match=r"5 × 5 points on 5 samples would take about .* about 0, or"):
        next(landscape(asked, (axis, axis), 5))


def test_the_path_has_true_losses_and_distances_from_the_plane():
    asked = question()
    one, other, off = directions_of(asked, 3)
    axes = Axis(one, -1, 1, "α"), Axis(other, -1, 1, "β", 5.0)
    on_plane = asked.theta + 0.25 * one - 0.5 * other
    off_plane = asked.theta + off
    start, far, end = list(path_places(asked, axes, [1, 2, 3], [on_plane, off_plane, asked.theta]))[-1]
    assert start.places == pytest.approx((0.25, 4.5))
    assert start.share_off < 1e-12
    assert start.is_near
    assert start.loss == pytest.approx(LossSurface(asked, [one, other]).at((0.25, -0.5)), rel=1e-12)
    assert far.share_off > 0.7
    assert not far.is_near
    assert far.loss == pytest.approx(loss_at(asked, off_plane), rel=1e-12)
    assert end.share_off == 0
    assert end.places == (0.0, 5.0)
