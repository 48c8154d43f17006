from dataclasses import replace

import numpy as np
import pytest

from nnstudio.insight.landscape import LandscapeError, landscape
from nnstudio.insight.landscape_axes import Along, AxisChoice, build_axes
from nnstudio.insight.loss_surface import gradient_of
from tests.insight.test_descents import line
from tests.insight.test_loss_surface import directions_of, loss_at, question


def one_axis(asked, *args, path=(), **kwargs):
    return build_axes(asked, [AxisChoice(*args, **kwargs)], path)[0]


def test_a_weight_is_looked_at_in_twice_the_range_of_its_block():
    asked = question()
    axis = one_axis(asked, Along.WEIGHT, coordinate=3)
    largest = np.abs(asked.theta[:15]).max()
    assert axis.here == asked.theta[3]
    assert axis.high == -axis.low >= 2 * largest
    assert one_axis(asked, Along.WEIGHT, coordinate=3, span=0.25).ends == pytest.approx(
        (asked.theta[3] - 0.25, asked.theta[3] + 0.25)
    )


def test_the_gradients_axis_is_the_learning_rate():
    asked = question()
    axis = one_axis(asked, Along.GRADIENT, span=0.1)
    found = list(landscape(asked, (axis,), 3))[-1]
    after = loss_at(asked, asked.theta - 0.1 * gradient_of(asked))
    assert found.values[-1] == pytest.approx(after, rel=1e-12)


def test_a_target_lies_at_1():
    asked = question()
    target = asked.theta + directions_of(asked, 1)[0]
    axis = one_axis(asked, Along.TOWARDS, target=target, target_name="B")
    assert (axis.low, axis.high) == (-0.5, 1.5)
    assert asked.theta + axis.direction == pytest.approx(target)


@pytest.mark.parametrize("along", [Along.RANDOM, Along.SCALED])
def test_random_directions_come_from_the_seed_and_keep_held_biases(along):
    asked = question()
    asked = replace(asked, architecture=replace(asked.architecture, has_biases=False))
    choices = [AxisChoice(along, seed=5)] * 2
    first, second = build_axes(asked, choices)
    again, _ = build_axes(asked, choices)
    assert (first.direction == again.direction).all()
    assert abs(np.corrcoef(first.direction, second.direction)[0, 1]) < 0.9
    assert not any(layer.b.any() for layer in asked.architecture.layers(first.direction))


def test_the_paths_directions_hold_the_path_with_a_margin():
    asked = question()
    one, other = directions_of(asked)
    path = [asked.theta + a * one + b * other for a, b in ((0, 0), (1, 0.5), (2, -0.5))]
    axes = build_axes(asked, [AxisChoice(Along.PATH, component=k) for k in (0, 1)], path)
    for axis in axes:
        seen = [axis.direction @ (theta - asked.theta) for theta in path]
        assert axis.low < min(seen)
        assert axis.high > max(seen)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([AxisChoice(Along.WEIGHT, coordinate=3)] * 2, "same weight"),
        ([AxisChoice(Along.WEIGHT, coordinate=16)], "held at 0"),
        ([AxisChoice(Along.TOWARDS, target_name="the start")], "way to the start has no length"),
        ([AxisChoice(Along.PATH, component=0)], "no two directions yet"),
        ([AxisChoice(Along.RANDOM, span=0.0)], "empty or not finite"),
    ],
)
def test_what_is_no_direction_is_refused(choices, words):
    asked = question()
    asked = replace(asked, architecture=replace(asked.architecture, has_biases=False))
    with pytest.raises(LandscapeError, match=words):
        build_axes(asked, choices, ())


def test_where_the_gradient_is_0_no_way_leads_down():
    asked = question((2, 1), output="identity", loss="squared_error")
    asked = replace(asked, x=np.zeros((4, 2)), answers=np.zeros((4, 1)), theta=np.zeros(3))
    with pytest.raises(LandscapeError, match="no way leads down"):
        one_axis(asked, Along.GRADIENT)


def test_the_plane_of_a_line_holds_its_lowest_place():
    asked = line()
    axes = build_axes(asked, [AxisChoice(Along.WEIGHT, coordinate=k) for k in (0, 1)])
    for axis, best in zip(axes, (0.500091, 3.000091), strict=True):
        assert axis.ends[0] < best < axis.ends[1]
