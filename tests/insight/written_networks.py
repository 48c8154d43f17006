"""The worked examples of small networks, written out in float32."""

import numpy as np

from nnstudio.engine.architecture import Architecture


def written(layer_sizes, activations, *blocks):
    """Return a network of given W1, b1, W2, b2, …"""
    architecture = Architecture(layer_sizes, activations)
    theta = np.concatenate([np.ravel(block) for block in blocks]).astype(np.float32)
    assert theta.shape == (architecture.n_params,)
    return architecture, theta


TWO_INPUTS_BLOCKS = (
    [[0.1, -0.8], [-0.3, 0.1], [0.7, 0.2], [-0.5, -0.6]],
    [0.1, -0.2, 0.1, -0.8],
    [[0.3, 0.8, -0.2, 0.3], [0.9, -0.3, -0.1, 0.2], [-0.1, 0.3, 0.2, 0.2]],
    [-0.4, 0.7, -0.6],
    [[0.3, 0.1, -0.1]],
    [-0.6],
)
ONE_INPUT_BLOCKS = (
    [[0.2], [-0.6], [0.7]],
    [1.0, -1.0, -0.5],
    [[-0.1, -0.1, -0.8], [-0.3, 0.3, 0.1], [0.5, 1.0, -0.1]],
    [0.0, -0.3, 0.7],
    [[0.4, 0.3, -0.5]],
    [0.0],
)


def two_inputs(hidden="identity"):
    return written((2, 4, 3, 1), (hidden, hidden, "identity"), *TWO_INPUTS_BLOCKS)


def one_input(hidden="identity"):
    return written((1, 3, 3, 1), (hidden, hidden, "identity"), *ONE_INPUT_BLOCKS)


def one_two_one():
    """Return the network of the docstring of ``engine.passes.forward``."""
    return written((1, 2, 1), ("relu", "identity"), [[1], [-1]], [0, 1], [[3, 5]], [1])
