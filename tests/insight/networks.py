"""Small networks: some in float64 whose weights and biases are nowhere zero, and trained ones."""

import numpy as np

from nnstudio.data.plane_sets import PLANE_SETS, plane_points
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import predict
from nnstudio.engine.training_step import TrainingStep
from nnstudio.insight.facets import facets
from nnstudio.insight.gradient_probe import GradientQuestion

SIZES = (5, 7, 6, 4, 3)


def network(hidden="tanh", output="softmax", sizes=SIZES):
    architecture = Architecture.of(sizes, hidden=hidden, output=output)
    rng = np.random.default_rng(1)
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    return architecture, theta + 0.1 * rng.standard_normal(theta.size), rng.standard_normal(sizes[0])


def batch_question(sizes=(2, 4, 2)):
    """Ask about fresh tanh units on 200 points of two moons; with 2-4-2, theta has 22 numbers."""
    architecture = Architecture.of(sizes, hidden="tanh")
    x, labels = plane_points(PLANE_SETS["plane-moons"], rng=np.random.default_rng(0))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    return GradientQuestion(architecture, theta, x[:200], labels[:200], "cross_entropy")


def trained(sizes, hidden, x, y, n_steps=2_000):
    """Train on all samples at once by Adam with the rate 0.01: the architecture, theta and the loss."""
    architecture = Architecture.of(sizes, hidden=hidden, output="identity")
    theta = initialise(
        architecture,
        rng=np.random.default_rng(0),
        scheme="kinks_spread",
        input_range=(x.min(axis=0), x.max(axis=0)),
    )
    optimiser = OPTIMISERS["adam"]
    step = TrainingStep(
        architecture, theta, "squared_error", optimiser, optimiser.initial_state(theta), Hyper(), len(x)
    )
    for _ in range(n_steps):
        step.take(x, y, 0.01)
    return architecture, theta, 0.5 * float(((predict(architecture, theta, x) - y) ** 2).mean())


def pulled_back(architecture, theta, layer, w, b, lows, highs):
    """Find where w·a + b = 0 of the activations of a layer, exactly: a further unit's line among facets."""
    sizes = (*architecture.layer_sizes[: layer + 2], 1, 1)
    activations = (*architecture.activations[: layer + 1], "relu", "identity")
    further = Architecture(sizes, activations)
    layers = architecture.layers(theta)[: layer + 1]
    parts = [part.ravel() for each in layers for part in (each.W, each.b)]
    found = facets(further, np.concatenate((*parts, w, (b, 1.0, 0.0))), lows, highs)
    return found.segments[found.layers == layer + 1]
