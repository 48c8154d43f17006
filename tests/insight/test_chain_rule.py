import math

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import LossError
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.insight.chain_rule import MOST_TERMS, chain_of_loss, chain_of_output
from nnstudio.insight.parameters import Parameter, parameter
from nnstudio.insight.reading import read
from tests.insight.networks import network
from tests.insight.written_networks import one_two_one, two_inputs

SMALL = (2, 3, 2, 3)


def backprop(architecture, theta, x, target, loss):
    grad = np.empty_like(theta)
    given = np.asarray(target)[None]
    loss_and_gradient(
        architecture, theta, x[None], given, loss, grad, Workspace(architecture, 1, theta.dtype)
    )
    return grad


def check_lines(chain):
    """Check that each line is the sum of its products, of numbers that earlier lines have derived."""
    product = math.prod(factor.value for factor in chain.product)
    assert product == pytest.approx(chain.value, rel=1e-9, abs=1e-14)
    known = {}
    for line in chain.lines:
        if line.terms:
            total = sum(math.prod(factor.value for factor in factors) for factors in line.terms) + line.rest
            assert line.value == pytest.approx(total, rel=1e-9, abs=1e-14)
        for factor in (factor for factors in line.terms for factor in factors):
            assert known.get(factor.name, factor.value) == pytest.approx(factor.value, abs=1e-14)
        known[line.name] = line.value
    assert chain.value == chain.lines[-1].value


@pytest.mark.parametrize(
    ("output", "loss", "target"),
    [
        ("softmax", "cross_entropy", 1),
        ("softmax", "cross_entropy", np.array([0.5, 0.25, 0.5])),
        ("softmax", "binary_cross_entropy", 2),
        ("softmax", "squared_error", 0),
        ("sigmoid", "binary_cross_entropy", 1),
        ("sigmoid", "squared_error", 2),
        ("identity", "squared_error", np.array([1.5, -2.0, 0.25])),
        ("identity", "absolute_error", np.array([1.5, -2.0, 0.25])),
        ("tanh", "hinge", 0),
        ("step", "perceptron", 1),
    ],
)
def test_each_derivative_of_the_loss_is_that_of_backpropagation(output, loss, target):
    architecture, theta, x = network("tanh", output, SMALL)
    grad = backprop(architecture, theta, x, target, loss)
    reading = read(architecture, theta, x)
    for coordinate in range(theta.size):
        chain = chain_of_loss(architecture, theta, reading, target, loss, parameter(architecture, coordinate))
        assert chain.value == pytest.approx(grad[coordinate], rel=1e-9, abs=1e-14)
        assert chain.is_complete
        check_lines(chain)


@pytest.mark.parametrize(
    "hidden", [name for name, kind in ACTIVATIONS.items() if not kind.output_only and kind.trainable]
)
@pytest.mark.parametrize("output", ["identity", "softmax", "sigmoid"])
def test_each_derivative_of_an_output_is_that_of_the_complex_step(hidden, output):
    architecture, theta, x = network(hidden, output, SMALL)
    reading = read(architecture, theta, x)
    h = 1e-30
    for coordinate in range(theta.size):
        moved = theta.astype(complex)
        moved[coordinate] += 1j * h
        expected = read(architecture, moved, x.astype(complex)).outputs.imag / h
        for m in range(3):
            chain = chain_of_output(architecture, theta, reading, m, parameter(architecture, coordinate))
            assert chain.value == pytest.approx(expected[m], rel=1e-9, abs=1e-14)
            check_lines(chain)


def test_the_network_by_hand_with_all_its_factors():
    """With the target 5: 12 = 6 · 2, 6 = 6 · 1, 6 = 3 · 2, 2 = 2 · 1, 2 = 7 − 5."""
    architecture, theta = one_two_one()
    reading = read(architecture, theta, np.array([2.0]))
    chain = chain_of_loss(architecture, theta, reading, np.array([5.0]), "squared_error", Parameter(0, 0, 0))
    assert [(line.formula, line.value) for line in chain.lines] == [
        ("∂L/∂a₂[1] = a₂[1] − t[1]", 2),
        ("∂L/∂z₂[1] = ∂L/∂a₂[1] · f′(z₂[1])", 2),
        ("∂L/∂a₁[1] = ∂L/∂z₂[1] · W₂[1, 1]", 6),
        ("∂L/∂z₁[1] = ∂L/∂a₁[1] · f′(z₁[1])", 6),
        ("∂L/∂W₁[1, 1] = ∂L/∂z₁[1] · x[1]", 12),
    ]
    assert [factor.value for factor in chain.lines[0].terms[0] + chain.lines[0].terms[1]] == [7, -5]
    assert [factor.value for factor in chain.lines[2].terms[0]] == [2, 3]
    grad = backprop(architecture, theta, reading.x, np.array([5.0]), "squared_error")
    found = [
        chain_of_loss(
            architecture, theta, reading, np.array([5.0]), "squared_error", parameter(architecture, k)
        ).value
        for k in range(7)
    ]
    np.testing.assert_array_equal(found, grad)
    np.testing.assert_array_equal(grad, [12, 0, 6, 0, 4, 0, 2])


def test_where_one_path_leads_to_the_output_the_derivative_is_one_product():
    """Of y = w₀ σ(w₁ x + b₁) + b₀, as on a whiteboard."""
    architecture = Architecture((1, 3, 1), ("sigmoid", "identity"))
    theta = np.random.default_rng(6).standard_normal(architecture.n_params)
    reading = read(architecture, theta, np.array([0.5]))
    chain = chain_of_loss(architecture, theta, reading, np.array([1.0]), "squared_error", Parameter(0, 1, 0))
    assert [factor.name for factor in chain.product] == [
        "∂L/∂a₂[1]",
        "f′(z₂[1])",
        "W₂[1, 2]",
        "f′(z₁[2])",
        "x[1]",
    ]
    check_lines(chain)


def test_a_product_ends_at_a_sum():
    architecture, theta = two_inputs()
    reading = read(architecture, theta, np.array([0.4, -0.7]))
    chain = chain_of_output(architecture, theta, reading, 0, Parameter(0, 1, 0))
    assert [factor.name for factor in chain.product] == ["∂a₃[1]/∂a₁[2]", "f′(z₁[2])", "x[1]"]


def test_the_sum_over_several_paths_is_grouped_by_units():
    architecture, theta = two_inputs()
    reading = read(architecture, theta, np.array([0.4, -0.7]))
    chain = chain_of_output(architecture, theta, reading, 0, Parameter(0, 1, 0))
    assert [line.formula for line in chain.lines][-3:] == [
        "∂a₃[1]/∂a₁[2] = ∂a₃[1]/∂z₂[1] · W₂[1, 2] + ∂a₃[1]/∂z₂[2] · W₂[2, 2] + ∂a₃[1]/∂z₂[3] · W₂[3, 2]",
        "∂a₃[1]/∂z₁[2] = ∂a₃[1]/∂a₁[2] · f′(z₁[2])",
        "∂a₃[1]/∂W₁[2, 1] = ∂a₃[1]/∂z₁[2] · x[1]",
    ]
    assert chain.value == pytest.approx((0.8 * 0.3 - 0.3 * 0.1 - 0.3 * 0.1) * 0.4, abs=1e-6)


def test_an_output_depends_on_its_own_sum_alone_unless_it_is_of_a_softmax():
    architecture, theta, x = network("tanh", "identity", SMALL)
    reading = read(architecture, theta, x)
    chain = chain_of_output(architecture, theta, reading, 1, Parameter(1, 0, 0))
    assert [line.formula for line in chain.lines][:2] == [
        "∂a₃[2]/∂z₃[2] = f′(z₃[2])",
        "∂a₃[2]/∂a₂[1] = ∂a₃[2]/∂z₃[2] · W₃[2, 1]",
    ]
    architecture, theta, x = network("tanh", "softmax", SMALL)
    chain = chain_of_output(architecture, theta, read(architecture, theta, x), 1, Parameter(1, 0, 0))
    assert len(chain.lines[3].terms) == 3


def test_a_bias_has_its_units_derivative():
    architecture, theta = two_inputs()
    reading = read(architecture, theta, np.array([0.4, -0.7]))
    chain = chain_of_output(architecture, theta, reading, 0, Parameter(2, 0))
    assert [line.formula for line in chain.lines] == [
        "∂a₃[1]/∂z₃[1] = f′(z₃[1])",
        "∂a₃[1]/∂b₃[1] = ∂a₃[1]/∂z₃[1]",
    ]
    assert chain.value == 1


def test_only_what_leads_to_the_weight_is_derived():
    architecture, theta, x = network("tanh", "sigmoid", SMALL)
    reading = read(architecture, theta, x)
    chain = chain_of_loss(architecture, theta, reading, 1, "squared_error", Parameter(2, 1, 0))
    assert [line.name for line in chain.lines] == ["∂L/∂a₃[2]", "∂L/∂z₃[2]", "∂L/∂W₃[2, 1]"]


def test_a_large_network_lists_the_strongest_terms_and_the_sum_of_the_rest():
    architecture, theta, x = network("tanh", "softmax", (5, 40, 80, 10))
    grad = backprop(architecture, theta, x, 3, "cross_entropy")
    place = Parameter(0, 7, 2)
    chain = chain_of_loss(architecture, theta, read(architecture, theta, x), 3, "cross_entropy", place)
    assert not chain.is_complete
    assert [line.name for line in chain.lines] == ["∂L/∂a₁[8]", "∂L/∂z₁[8]", "∂L/∂W₁[8, 3]"]
    assert (len(chain.lines[0].terms), chain.lines[0].n_rest) == (MOST_TERMS, 30)
    assert chain.lines[0].formula.endswith(" + …")
    check_lines(chain)
    assert chain.value == pytest.approx(grad[7 * 5 + 2], rel=1e-9)


def test_targets_that_do_not_sum_to_1_are_not_written_as_a_difference():
    architecture, theta, x = network("tanh", "softmax", SMALL)
    reading = read(architecture, theta, x)
    chain = chain_of_loss(
        architecture, theta, reading, np.array([1.0, 1.0, 0.0]), "cross_entropy", Parameter(2, 0)
    )
    assert chain.lines[0].terms == ()


def test_what_does_not_fit_is_refused():
    architecture, theta = one_two_one()
    reading = read(architecture, theta, np.array([2.0]))
    with pytest.raises(ArchitectureError):
        chain_of_output(architecture, theta, reading, 0, Parameter(0, 2, 0))
    with pytest.raises(IndexError):
        chain_of_output(architecture, theta, reading, 1, Parameter(0, 0, 0))
    with pytest.raises(LossError):
        chain_of_loss(architecture, theta, reading, 2, "squared_error", Parameter(0, 0, 0))
    with pytest.raises(LossError):
        chain_of_loss(architecture, theta, reading, 0, "cross_entropy", Parameter(0, 0, 0))
