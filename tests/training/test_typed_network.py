"""Layer sizes as they are typed in the window and on the command line."""

import pytest

from nnstudio.engine.architecture import ArchitectureError
from nnstudio.training.config import ConfigError
from nnstudio.training.typed_network import parse_network


@pytest.mark.parametrize("text", ["100 300", "100-300", "100–300", "100, 300", "784-100-300-10"])
def test_a_network_can_be_typed_in_several_ways(text):
    assert parse_network(text, 784, (10,), "relu", "softmax").layer_sizes == (784, 100, 300, 10)


@pytest.mark.parametrize("text", ["0", "a", "10 x", "1e3", "١٢ x", "3.5", "9" * 5_000])
def test_what_is_no_network_is_refused(text):
    with pytest.raises((ArchitectureError, ConfigError)):
        parse_network(text, 784, (10,), "relu", "softmax")


@pytest.mark.parametrize("text", ["-5", "5-", "1_000", "30..20", "2x3"])
def test_what_is_no_list_of_sizes_is_refused(text):
    with pytest.raises((ConfigError, ArchitectureError)):
        parse_network(text, 2, (2,), "tanh", "softmax")


@pytest.mark.parametrize(
    ("text", "n_inputs", "n_outputs", "right"),
    [
        ("784-64-10", 784, 26, "784–64–26"),
        ("784–64–32–10", 784, 26, "784–64–32–26"),
        ("784-10", 784, 26, "784–26"),
        ("2-4-3-1", 2, 3, "2–4–3–3"),
        ("785-64-10", 784, 10, "784–64–10"),
    ],
)
def test_all_sizes_with_a_wrong_end_are_refused_with_the_right_one(text, n_inputs, n_outputs, right):
    with pytest.raises(ConfigError, match=f"type {right}, or hidden layers alone"):
        parse_network(text, n_inputs, (n_outputs,), "relu", "softmax")


@pytest.mark.parametrize("text", ["64-32-16", "2 4 3"])
def test_sizes_of_hidden_layers_may_be_any(text):
    sizes = parse_network(text, 2, (2, 1), "tanh", "softmax").layer_sizes
    assert sizes == (2, *map(int, text.replace("-", " ").split()), 2)


def test_two_hidden_layers_of_two_are_not_the_whole_network():
    assert parse_network("2 2", 2, (2,), "tanh", "softmax").layer_sizes == (2, 2, 2, 2)
    assert parse_network("2–2", 2, (2,), "tanh", "softmax").layer_sizes == (2, 2)


@pytest.mark.parametrize("counts", [(2, 1), (1, 2)])
def test_one_output_may_stand_for_two_classes(counts):
    for text in ("2-4-3-1", "2 4 3 1"):
        assert parse_network(text, 2, counts, "tanh", "sigmoid").layer_sizes == (2, 4, 3, 1)
    assert parse_network("2-1", 2, counts, "tanh", "sigmoid").layer_sizes == (2, 1)
    assert parse_network("2-4-2", 2, counts, "tanh", "sigmoid").layer_sizes == (2, 4, 2)
    assert parse_network("4 3", 2, counts, "tanh", "sigmoid").layer_sizes == (2, 4, 3, counts[0])
    with pytest.raises(ConfigError, match=f"type 2–4–{counts[0]}, or hidden layers alone"):
        parse_network("2-4-7", 2, counts, "tanh", "sigmoid")


def test_all_sizes_of_a_curve_may_be_typed():
    assert parse_network("1-16-1", 1, (1,), "tanh", "identity").layer_sizes == (1, 16, 1)
    assert parse_network("1-1", 1, (1,), "tanh", "identity").layer_sizes == (1, 1)
    assert parse_network("", 1, (1,), "tanh", "identity").layer_sizes == (1, 1)
