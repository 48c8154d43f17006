import itertools

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.linear_map import linear_groups, piece_at, product
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.paths import MOST_LISTED, STRONGEST, paths
from nnstudio.insight.reading import read
from tests.insight.networks import network
from tests.insight.written_networks import one_input, two_inputs


def test_the_network_of_two_inputs_has_12_and_12_paths_and_a_constant_of_16_terms():
    architecture, theta = two_inputs()
    found = {source: paths(architecture, theta, range(3), source, 0) for source in (0, 1, None)}
    assert {source: each.count for source, each in found.items()} == {0: 12, 1: 12, None: 16}
    assert [len(path.units) for path in found[None].listed] == [3] * 12 + [2] * 3 + [1]
    for source, expected in ((0, -0.143), (1, -0.206), (None, -0.688)):
        assert found[source].is_complete
        assert sum(path.value for path in found[source].listed) == pytest.approx(expected, abs=5e-7)
        assert found[source].total == pytest.approx(expected, abs=5e-7)


def test_a_path_names_its_weights():
    architecture, theta = two_inputs()
    path = paths(architecture, theta, range(3), 1, 0).listed[7]
    assert path.units == (1, 2, 1, 0)
    assert [each.name for each in path.parameters] == ["W₁[3, 2]", "W₂[2, 3]", "W₃[1, 2]"]
    assert path.value == pytest.approx(0.2 * -0.1 * 0.1)
    path = paths(architecture, theta, range(3), None, 0).listed[13]
    assert [each.name for each in path.parameters] == ["b₂[2]", "W₃[1, 2]"]
    assert path.value == pytest.approx(0.7 * 0.1)


def test_the_network_of_one_input_has_9_paths_and_a_constant_of_13_terms():
    architecture, theta = one_input()
    slope, constant = (paths(architecture, theta, range(3), source, 0) for source in (0, None))
    assert (slope.count, constant.count) == (9, 13)
    assert sum(path.value for path in slope.listed) == pytest.approx(0.026, abs=5e-7)
    assert sum(path.value for path in constant.listed) == pytest.approx(-0.25, abs=5e-7)


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu", "absolute"])
def test_the_paths_of_a_piece_sum_to_its_matrix(hidden):
    architecture, theta, x = network(hidden, "relu", (3, 4, 5, 2))
    piece = piece_at(architecture, theta, read(architecture, theta, x))
    for output in range(2):
        for source, expected in enumerate((*piece.map.W[output], piece.map.b[output])):
            found = paths(
                architecture, theta, range(3), None if source == 3 else source, output, piece.slopes
            )
            assert found.is_complete
            assert sum(path.value for path in found.listed) == pytest.approx(expected, abs=1e-12)
            assert found.total == pytest.approx(expected, abs=1e-12)
    dead = piece.dead[0]
    listed = paths(architecture, theta, range(3), 0, 0, piece.slopes).listed
    assert all(path.value == 0 for path in listed if path.units[1] in dead)


def test_the_paths_of_a_group_in_the_middle_name_their_layers():
    architecture = Architecture((2, 3, 2, 2), ("relu", "identity", "identity"))
    theta = np.random.default_rng(1).standard_normal(architecture.n_params)
    group = linear_groups(architecture)[1]
    one = product(architecture.layers(theta)[group.start : group.stop])
    found = paths(architecture, theta, group, 2, 1)
    assert found.total == pytest.approx(one.W[1, 2])
    assert found.listed[1].parameters == (Parameter(1, 1, 2), Parameter(2, 1, 1))


@pytest.mark.parametrize("source", [1, None])
@pytest.mark.parametrize("sizes", [(3, 9, 8, 7, 2), (2, 600, 2), (2, 5, 5, 5, 5, 2)])
def test_the_strongest_of_many_are_those_of_all(sizes, source):
    """Against a search of every path; some weights are 0."""
    architecture = Architecture.of(sizes, hidden="identity", output="identity")
    rng = np.random.default_rng(2)
    theta = rng.standard_normal(architecture.n_params) * (rng.random(architecture.n_params) < 0.8)
    layers = architecture.layers(theta)
    values = []
    biases = [(k + 1, unit, bias) for k, layer in enumerate(layers) for unit, bias in enumerate(layer.b)]
    starts = biases if source is None else [(0, source, 1.0)]
    for level, unit, start in starts:
        if level == len(layers) and unit != 0:
            continue
        for rest in itertools.product(*(range(size) for size in sizes[level + 1 : -1])):
            units = (unit, *rest) if level == len(layers) else (unit, *rest, 0)
            value = start
            for k, (below, above) in enumerate(itertools.pairwise(units), start=level):
                value *= layers[k].W[above, below]
            values.append(value)
    found = paths(architecture, theta, range(len(layers)), source, 0)
    assert found.count == len(values) > MOST_LISTED
    assert not found.is_complete
    assert found.total == pytest.approx(sum(values))
    strongest = np.sort(np.abs(values))[::-1][:STRONGEST]
    np.testing.assert_allclose([abs(path.value) for path in found.listed], strongest, rtol=1e-9)
    assert len({path.units for path in found.listed}) == STRONGEST
    assert all(np.isclose(values, path.value).any() for path in found.listed)


def test_the_strongest_of_very_many_are_found_without_listing_them():
    architecture = Architecture.parse("784-100-300-10", hidden="relu", output="identity")
    theta = np.random.default_rng(3).standard_normal(architecture.n_params).astype(np.float32)
    found = paths(architecture, theta, range(3), None, 4)
    assert found.count == 100 * 300 + 300 + 1
    sizes = [abs(path.value) for path in found.listed]
    assert sizes == sorted(sizes, reverse=True)
    layers = architecture.layers(theta)
    everything = np.abs(
        layers[0].b[:, None] * layers[1].W.T * layers[2].W[4]  # (100, 300)
    )
    everything = np.concatenate(
        [everything.ravel(), np.abs(layers[1].b * layers[2].W[4]), np.abs(layers[2].b[4:5])]
    )
    np.testing.assert_allclose(sizes, np.sort(everything)[::-1][:STRONGEST], rtol=1e-5)


def test_a_network_without_biases_has_no_paths_of_a_constant():
    architecture = Architecture((2, 4, 1), ("identity", "identity"), has_biases=False)
    theta = np.ones(architecture.n_params) * architecture.trained_mask()
    found = paths(architecture, theta, range(2), None, 0)
    assert (found.count, found.listed, found.total, found.is_complete) == (0, (), 0, True)
    assert paths(architecture, theta, range(2), 1, 0).total == 4


def test_paths_of_value_0_are_not_among_the_strongest():
    architecture = Architecture.of((1, 30, 30, 1), hidden="identity", output="identity")
    theta = np.zeros(architecture.n_params)
    layers = architecture.layers(theta)
    layers[0].W[:3] = 1
    layers[1].W[2, :3] = (2, -4, 3)
    layers[2].W[0, 2] = 1
    found = paths(architecture, theta, range(3), 0, 0)
    assert found.count == 900
    assert [(path.units, path.value) for path in found.listed] == [
        ((0, 1, 2, 0), -4),
        ((0, 2, 2, 0), 3),
        ((0, 0, 2, 0), 2),
    ]
    assert found.total == 1


@pytest.mark.parametrize(("source", "output"), [(2, 0), (0, 1)])
def test_an_end_outside_is_refused(source, output):
    architecture, theta = two_inputs()
    with pytest.raises(IndexError):
        paths(architecture, theta, range(3), source, output)
