"""Untrained networks for the window."""

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.files.model_file import Model
from nnstudio.studio.session.displayed_network import WeightOverride


def model_of(sizes, *, seed=0, space=None, outputs=DIGITS, raster=MNIST_SPEC, name="small", **kinds):
    architecture = Architecture.of(sizes, **kinds)
    return Model(
        architecture=architecture,
        theta=initialise(architecture, rng=np.random.default_rng(seed)),
        input_space=space or InputSpace("image", (28, 28), 0.0, 1.0),
        output_space=outputs,
        raster=raster,
        card={},
        name=name,
    )


def show_difference(session):
    """Show weights that are a difference of networks, and whose largest output is another class."""
    theta = session.network.own_weights.copy()
    last = session.network.architecture.layers(theta)[-1]
    last.W[:] *= -1
    last.b[:] *= -1
    session.network.override_weights(WeightOverride(theta, "B − A", is_network=False))
