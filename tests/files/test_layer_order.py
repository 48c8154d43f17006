import pytest

from nnstudio.files.layer_order import MOST_ORDERS, layer_orders

EQUAL = [(8, 64), (8, 8), (8, 8), (10, 8)]
"""The two in the middle could change places."""


@pytest.mark.parametrize(
    "names",
    [
        ("fc1", "fc2", "fc3", "fc4"),
        ("net.0", "net.2", "net.10", "net.12"),
        ("layer_one", "layer_two", "layer_three", "output"),
        ("LayerOne", "LayerTwo", "LayerThree", "LayerFour"),
        ("first", "second", "third", "fourth"),
        ("input", "hidden1", "hidden2", "out"),
        ("encoder.0", "encoder.2", "decoder.0", "decoder.2"),
        ("features.0", "features.3", "features.6", "classifier"),
        ("module.fc_in", "module.fc_1", "module.fc_2", "module.fc_out"),
        ("stem", "blocks.0.linear", "blocks.1.linear", "head"),
    ],
)
def test_names_with_numbers_or_places_decide(names):
    # In the order of the alphabet, as a file lists them.
    order = sorted(range(4), key=lambda k: names[k])
    (found,) = layer_orders([names[k] for k in order], [EQUAL[k] for k in order])
    assert [names[order[k]] for k in found] == list(names)


def test_shapes_decide_where_names_say_nothing():
    assert layer_orders(["b", "c", "a"], [(10, 6), (8, 64), (6, 8)]) == [(1, 2, 0)]


def test_shapes_decide_against_names():
    assert layer_orders(["fc1", "fc2"], [(10, 8), (8, 64)]) == [(1, 0)]


def test_inputs_decide_that_can_be_shown():
    assert layer_orders(["a", "b"], [(64, 8), (8, 64)]) == [(1, 0)]
    assert layer_orders(["a", "b"], [(30, 20), (20, 30)]) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    "names", [("a", "b", "c", "d"), ("in", "left", "right", "out"), ("x1", "fc", "fc1", "y")]
)
def test_several_orders_are_all_named(names):
    assert layer_orders(names, EQUAL) == [(0, 1, 2, 3), (0, 2, 1, 3)]


def test_no_order_fits():
    assert layer_orders(["a", "b"], [(8, 64), (10, 9)]) == []


def test_the_search_ends():
    n = 20
    assert len(layer_orders([chr(97 + k) for k in range(n)], [(8, 8)] * n)) == MOST_ORDERS
    # As many orders as before, and the last layer fits none of them.
    assert layer_orders([chr(97 + k) for k in range(n)], [(64, 64)] * (n - 1) + [(10, 9)]) == []
