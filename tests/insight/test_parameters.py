import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.insight.parameters import Parameter, coordinate_of, count_parameters, parameter

TALK = Architecture.parse("784-100-300-10")


def test_weights_and_biases_are_counted_by_layer():
    count = count_parameters(TALK)
    assert [str(layer) for layer in count.layers] == [
        "784 × 100 = 78,400 + 100",
        "100 × 300 = 30,000 + 300",
        "300 × 10 = 3,000 + 10",
    ]
    assert (count.n_weights, count.n_biases) == (111_400, 410)
    assert count.n_weights + count.n_biases == TALK.n_params


def test_a_network_without_biases_counts_its_weights_alone():
    count = count_parameters(Architecture((2, 2, 2, 3), ("relu",) * 3, has_biases=False))
    assert (count.n_weights, count.n_biases) == (14, 0)
    assert count.text == "14 weights, no biases"


def test_one_weight_and_one_bias_are_singular():
    assert count_parameters(Architecture.parse("1-1")).text == "1 weight and 1 bias"


def test_each_number_of_theta_is_where_its_name_says():
    architecture = Architecture.parse("3-4-2")
    theta = np.arange(architecture.n_params, dtype=np.float64)
    layers = architecture.layers(theta)
    names = set()
    for coordinate in range(architecture.n_params):
        place = parameter(architecture, coordinate)
        layer = layers[place.layer]
        value = layer.b[place.row] if place.column is None else layer.W[place.row, place.column]
        assert value == coordinate
        assert coordinate_of(architecture, place) == coordinate
        names.add(place.name)
    assert len(names) == architecture.n_params


@pytest.mark.parametrize(
    "place", [Parameter(2, 0, 0), Parameter(-1, 0), Parameter(0, 4, 0), Parameter(0, 0, 3), Parameter(1, 2)]
)
def test_a_place_outside_is_refused(place):
    with pytest.raises(ArchitectureError):
        coordinate_of(Architecture.parse("3-4-2"), place)


def test_a_number_beyond_theta_is_refused():
    with pytest.raises(ArchitectureError, match="no 26"):
        parameter(Architecture.parse("3-4-2"), 26)
