"""What is drawn of a fold, against the values of the talk."""

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.fold import quadrants, unit_view, widest_view
from nnstudio.studio.panels.fold.carried import carry
from nnstudio.studio.panels.fold.frames import Frames

LOWS, HIGHS = np.full(2, -2.0), np.full(2, 2.0)
POINTS = np.array([[1, 0.5], [-0.5, -1], [-1, 0.5], [0.5, 1]], np.float32)
"""In A, B, C and D."""


def talk(hidden="relu"):
    """W = [[1, 1], [1, −1]], b = 0; an output that is h₁ − h₂ − ½, and one that is 0."""
    architecture = Architecture.of((2, 2, 2), hidden=hidden)
    return architecture, np.array([1, 1, 1, -1, 0, 0, 1, -1, 0, 0, -0.5, 0], np.float32)


def carried(architecture, theta, layer=0, choose=lambda layer, values: unit_view(values), **options):
    return carry(architecture, theta, layer, choose, POINTS, LOWS, HIGHS, has_classes=True, **options)


def test_points_go_where_the_talk_says():
    points = carried(*talk()).points
    assert points.at(0).tolist() == POINTS.tolist()
    assert points.at(1).tolist() == [[1.5, 0.5], [-1.5, 0.5], [-0.5, -1.5], [1.5, -0.5]]
    assert points.at(2).tolist() == [[1.5, 0.5], [0, 0.5], [0, 0], [1.5, 0]]


def test_each_quadrant_is_folded_onto_its_place():
    found = carried(*talk())
    folded = {quadrant: places.at(2) for quadrant, places in found.region_places.items()}
    assert sorted(folded) == [0, 1, 2, 3]
    np.testing.assert_allclose(folded[1][:, 0], 0, atol=1e-6)
    assert folded[1][:, 1].max() == pytest.approx(4, abs=1e-6)
    np.testing.assert_allclose(folded[2], 0, atol=1e-6)
    np.testing.assert_allclose(folded[3][:, 1], 0, atol=1e-6)
    middles = (found.grid[:, :-1] + found.grid[:, 1:]) / 2
    np.testing.assert_array_equal(
        found.grid_quadrants, quadrants(np.stack((middles.sum(axis=2), -np.diff(middles)[..., 0]), axis=-1))
    )


def test_the_line_there_is_straight_and_its_pull_back_is_the_networks_boundary():
    found = carried(*talk())
    ends = found.straight[0]
    np.testing.assert_allclose(ends[:, 0] - ends[:, 1], 0.5, atol=1e-9)
    folded = found.next_places.at(2)
    np.testing.assert_allclose(folded[..., 0] - folded[..., 1], 0.5, atol=1e-6)
    z = activations(*talk(), found.next_lines.reshape(-1, 2).astype(np.float32)).z[-1]
    np.testing.assert_allclose(z[:, 0], z[:, 1], atol=1e-5)


def test_the_units_lines_lie_in_the_plane_of_the_first_layer_alone():
    architecture = Architecture.of((2, 3, 4, 2))
    theta = np.random.default_rng(1).normal(size=architecture.n_params).astype(np.float32)
    views = []

    def choose(layer, values):
        views.append(layer)
        return widest_view(values) if values.shape[1] > 2 else unit_view(values)

    first = carried(architecture, theta, 0, choose)
    hidden = architecture.layers(theta)[0]
    for unit, ends in first.unit_lines.items():
        np.testing.assert_allclose(ends @ hidden.W[unit] + hidden.b[unit], 0, atol=1e-6)
    second = carried(architecture, theta, 1, choose)
    assert not second.unit_lines
    assert not second.regions
    assert views == [0, -1, 1, 0]
    assert not len(second.straight)
    z = activations(architecture, theta, first.next_lines.reshape(-1, 2).astype(np.float32)).z[1]
    of_piece = z[np.arange(len(z)), np.repeat(first.next_units, 2)]
    assert set(first.next_units) <= set(range(4))
    np.testing.assert_allclose(of_piece, 0, atol=0.05)
    np.testing.assert_allclose(second.points.before, first.points.a, atol=1e-6)


def test_between_whole_pictures_all_but_the_pull_back_is_of_the_new_weights():
    architecture, theta = talk()
    first, other = carried(architecture, theta), theta + np.float32(0.1)
    found, whole = carried(architecture, other, before=first), carried(architecture, other)
    assert found.next_lines is first.next_lines
    np.testing.assert_allclose(found.grid_places.a, whole.grid_places.a)
    np.testing.assert_allclose(found.points.a, whole.points.a)
    again = carried(architecture, other, before=whole)
    np.testing.assert_allclose(again.next_places.a, whole.next_places.a)
    np.testing.assert_allclose(again.region_places[0].z, whole.region_places[0].z)


def test_a_view_changes_seldom_and_a_small_stage_is_seen_closer():
    frames, ends = Frames(), np.array([[2, 2], [10, 10], [9, 9]])
    frames.take(-ends, ends)
    assert [frames.at(place)[1].tolist() for place in (0, 1, 2)] == [[2.5, 2.5], [12, 12], [12, 12]]
    frames.take(-ends * 1.05, ends * 0.8)
    assert frames.at(2)[1].tolist() == [12, 12]
    frames.take(np.zeros((3, 2)), np.zeros((3, 2)))
    assert [end.tolist() for end in frames.at(2)] == [[-1, -1], [1, 1]]


def test_the_border_of_a_single_output_for_two_classes_is_where_its_z_is_0():
    architecture = Architecture.of((2, 2, 1), output="sigmoid")
    theta = np.array([1, 1, 1, -1, 0, 0, 1, -1, -0.5], np.float32)
    found = carried(architecture, theta)
    np.testing.assert_allclose(found.next_lines, carried(*talk()).next_lines, atol=1e-6)


def test_one_unit_makes_a_line():
    architecture = Architecture.of((2, 1, 2))
    theta = np.array([1, 1, 0, 1, 0, 0, 1], np.float32)
    found = carried(architecture, theta)
    assert sorted(found.regions) == [2, 3]
    np.testing.assert_array_equal(found.points.at(2)[:, 1], 0)
    np.testing.assert_allclose(found.straight[0][:, 0], 1)


def test_outputs_fold_where_nothing_is_hidden_and_have_no_next_line():
    architecture = Architecture.of((2, 2), output="relu")
    theta = np.array([1, 1, 1, -1, 0, 0], np.float32)
    found = carried(architecture, theta)
    np.testing.assert_allclose(found.points.at(2), np.maximum(found.points.at(1), 0))
    assert sorted(found.regions) == [0, 1, 2, 3]
    assert (found.n_lines, len(found.next_lines), len(found.straight)) == (0, 0, 0)
