"""Small networks in float64, with weights and biases that are nowhere zero."""

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise

SIZES = (5, 7, 6, 4, 3)


def network(hidden="tanh", output="softmax", sizes=SIZES):
    architecture = Architecture.of(sizes, hidden=hidden, output=output)
    rng = np.random.default_rng(1)
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    return architecture, theta + 0.1 * rng.standard_normal(theta.size), rng.standard_normal(sizes[0])
