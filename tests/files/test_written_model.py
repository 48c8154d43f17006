import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import Model
from nnstudio.files.network_toml import (
    WrittenNetwork,
    WrittenNetworkError,
    open_network_toml,
    save_network_toml,
    shipped_networks,
)
from nnstudio.files.written_model import MOST_INPUTS, MOST_WRITTEN, model_of, own_function, written_network


def of_sizes(*sizes, activations=None, **words):
    architecture = Architecture(sizes, activations or ("identity",) * (len(sizes) - 1))
    theta = np.arange(architecture.n_params, dtype=np.float32) % 7 - 3
    return WrittenNetwork("T", architecture, theta, **words)


@pytest.mark.parametrize(("n", "kind"), [(1, "line"), (2, "plane"), (3, "numbers"), (12, "numbers")])
def test_the_number_of_inputs_is_their_kind(n, kind):
    space = model_of(of_sizes(n, 2)).input_space
    assert (space.kind, space.n_features) == (kind, n)
    assert space.lows.tolist() == [-1] * n
    assert len(set(space.names)) == n


def test_names_and_ranges_are_those_of_the_file():
    model = model_of(open_network_toml("two-inputs"))
    assert model.input_space == InputSpace("plane", (2,), (-1.0, -1.0), (1.0, 1.0), ("u", "v"))
    assert model.output_space.names == ("f",)
    assert model.name.startswith("A plane in disguise")
    assert "reconstructed" in model.card["note"]


def test_ranges_that_are_not_given_hold_the_input():
    assert model_of(of_sizes(2, 1, x=(3.0, -5.0))).input_space.highs.tolist() == [5, 5]


def test_units_of_softmax_are_classes_and_all_others_are_numbers():
    assert model_of(of_sizes(2, 3, activations=("softmax",))).output_space.class_names == ("0", "1", "2")
    quantities = model_of(of_sizes(1, 2)).output_space.quantities
    assert [quantity.name for quantity in quantities] == ["y₁", "y₂"]
    # −3x − 1 and −2x + 0 over −1 … 1, with some air.
    assert [(round(q.low, 1), round(q.high, 1)) for q in quantities] == [(-4.9, 2.9), (-2.6, 2.6)]


def test_biases_that_are_not_written_are_not_there():
    model = model_of(open_network_toml("fourteen-numbers"))
    assert not model.architecture.has_biases
    assert model.architecture.n_trained == 14


@pytest.mark.parametrize(
    ("sizes", "words"), [((MOST_INPUTS + 1, 1), "12 inputs here, not 13"), ((1, 9), "8 outputs, not 9")]
)
def test_too_many_inputs_or_outputs_are_refused(sizes, words):
    with pytest.raises(WrittenNetworkError, match=words):
        model_of(of_sizes(*sizes))


@pytest.mark.parametrize("name", shipped_networks())
def test_a_network_fits_its_own_function(name):
    model = model_of(open_network_toml(name))
    problem = own_function(model, "own", "Own")
    for samples in (problem.train, problem.test):
        assert len(samples) >= 128
        shares = model.input_space.shares(samples.x)
        assert shares.min() >= 0
        assert shares.max() <= 1
        outputs = predict(model.architecture, model.theta, samples.inputs())
        np.testing.assert_allclose(outputs, samples.targets, atol=1e-6)
    assert not np.array_equal(problem.train.x, problem.test.x)


def test_classes_are_learned_as_they_are_answered():
    model = model_of(of_sizes(2, 3, activations=("softmax",)))
    samples = own_function(model, "own", "Own").train
    np.testing.assert_array_equal(
        samples.labels, predict(model.architecture, model.theta, samples.inputs()).argmax(axis=1)
    )


def test_of_step_units_the_one_with_the_largest_sum_is_learned():
    architecture = Architecture((2, 3), ("step",))
    theta = np.array([0, 0, 0, 0, 0, 0, 1, 2, 3], np.float32)
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    model = Model(architecture, theta, space, OutputSpace(("a", "b", "c")))
    assert set(own_function(model, "own", "Own").train.labels.tolist()) == {2}


@pytest.mark.parametrize("name", shipped_networks())
def test_a_network_is_written_as_it_was_read(name, tmp_path):
    before = open_network_toml(name)
    save_network_toml(tmp_path / "again.toml", written_network(model_of(before), before.note, before.x))
    after = open_network_toml(tmp_path / "again.toml")
    np.testing.assert_array_equal(after.theta, before.theta)
    assert (after.title, after.note, after.architecture) == (before.title, before.note, before.architecture)
    assert (after.ranges, after.x) == (before.ranges, before.x)


def test_large_networks_and_those_for_images_are_not_written():
    with pytest.raises(WrittenNetworkError, match=rf"1,041 numbers, and up to {MOST_WRITTEN:,}"):
        written_network(model_of(of_sizes(2, 260, 1)))
    architecture = Architecture.of((4, 10))
    space = InputSpace("image", (2, 2), 0.0, 1.0)
    with pytest.raises(WrittenNetworkError, match="reads images"):
        written_network(Model(architecture, np.zeros(50, np.float32), space, DIGITS))
