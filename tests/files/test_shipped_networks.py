"""The written networks that come with the program give the numbers that were printed or computed by hand."""

import numpy as np
import pytest

from nnstudio.files.network_toml import open_network_toml, shipped_networks
from nnstudio.insight.reading import read

# Of the input that each begins with: the activations of every layer.
ANSWERS = {
    "two-inputs": [[0.70, -0.39, 0.24, -0.58], [-0.724, 1.307, -0.855], [-0.601]],
    "one-input": [[1.06, -1.18, -0.29], [0.244, -1.001, 0.079], [-0.2422]],
    "one-two-one": [[2, 0], [7]],
    "and": [[1]],
    "or": [[1]],
    "xor": [[1, 0], [1]],
    "three-perceptrons": [[1, 1, 0]],
    "fold": [[1.5, 0.5]],
    "bump": [[1.5, 0.5, 0, 0], [1.5]],
    "tower": [[1.5, 0.5, 0, 0, 1.5, 0.5, 0, 0], [1], [1.5]],
    "tower-sigmoid": [[1, 0, 1, 0], [0.9999546], [1.4999319]],
    "fourteen-numbers": [[0.5, 1], [2.5, 0.5], [2.5, 0.5, 2]],
}


def outputs(name, *x):
    network = open_network_toml(name)
    return read(network.architecture, network.theta, np.array(x)).outputs.tolist()


def test_every_shipped_network_is_known_here():
    assert sorted(ANSWERS) == shipped_networks()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_shipped_network_opens_and_gives_its_numbers(name):
    network = open_network_toml(name)
    reading = read(network.architecture, network.theta, np.array(network.x))
    for found, expected in zip(reading.a, ANSWERS[name], strict=True):
        np.testing.assert_allclose(found, expected, atol=5e-7)
    assert all(low <= value <= high for (low, high), value in zip(network.ranges, network.x, strict=True))
    assert "ours" in network.note.casefold()


@pytest.mark.parametrize(
    ("name", "truth"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])]
)
def test_the_gates_have_their_truth_tables(name, truth):
    assert [outputs(name, *x)[0] for x in ((0, 0), (0, 1), (1, 0), (1, 1))] == truth


def test_the_three_perceptrons_have_the_printed_sums_and_a_mean_loss_of_a_half():
    network = open_network_toml("three-perceptrons")
    reading = read(network.architecture, network.theta, np.array(network.x))
    np.testing.assert_allclose(reading.z[0], [6.5, 2.4, -7.2], atol=5e-7)
    assert np.mean((reading.outputs - [0, 0, 1]) ** 2 / 2) == 0.5


def test_the_bump_is_a_bump():
    xs = [0, 1, 1.5, 2, 2.5, 3, 4, 5, 6]
    heights = [outputs("bump", x)[0] for x in xs]
    assert heights == [0, 0, 0.75, 1.5, 1.5, 1.5, 0.75, 0, 0]


@pytest.mark.parametrize(
    ("x", "folded"),
    [
        ((1, 0.5), [1.5, 0.5]),
        ((-0.5, -1), [0, 0.5]),
        ((-1, 0.5), [0, 0]),
        ((-1, -0.5), [0, 0]),
        ((0.5, 1), [1.5, 0]),
    ],
)
def test_the_fold_carries_each_quarter_where_it_belongs(x, folded):
    assert outputs("fold", *x) == folded


def test_fourteen_numbers_are_all_weights():
    network = open_network_toml("fourteen-numbers")
    assert not network.architecture.has_biases
    assert sum(layer.W.size for layer in network.architecture.layers(network.theta)) == 14


@pytest.mark.parametrize("name", ["tower", "tower-sigmoid"])
def test_a_tower_is_flat_on_top_and_zero_around(name):
    for across in (0.5, 2.5, 4.5):
        for up in (0.5, 2.5, 4.5):
            top = 1.5 if across == up == 2.5 else 0.0
            assert outputs(name, across, up) == [pytest.approx(top, abs=1e-4)]
