"""Small models: of images, of points, of a curve, and of several numbers without biases."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.files.model_file import Model


def theta_of(architecture, seed=0):
    return initialise(architecture, rng=np.random.default_rng(seed))


@pytest.fixture
def model():
    architecture = Architecture.of((64, 5, 3))
    return Model(
        architecture=architecture,
        theta=theta_of(architecture),
        input_space=InputSpace("image", (8, 8), 0.0, 1.0),
        output_space=OutputSpace(("0", "1", "⊕"), "sign"),
        raster=RasterSpec(size=8, box=6.0, pen=1.5, centre=4),
        card={"recipe": "mine", "measured": {"test": 0.125}, "data": ["Übung"]},
        name="three signs",
    )


@pytest.fixture
def plane_model():
    architecture = Architecture((2, 4, 2), ("tanh", "identity"))
    return Model(
        architecture=architecture,
        theta=theta_of(architecture),
        input_space=InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂")),
        output_space=OutputSpace(("in", "out")),
    )


@pytest.fixture
def curve_model():
    architecture = Architecture((1, 4, 1), ("tanh", "identity"))
    return Model(
        architecture=architecture,
        theta=theta_of(architecture),
        input_space=InputSpace("line", (1,), 0.0, 364.0, ("day",)),
        output_space=OutputSpace(quantities=(Quantity("temperature", "°C", -20.0, 40.0),)),
        name="temperature",
    )


@pytest.fixture
def numbers_model():
    architecture = Architecture((3, 4, 2), ("relu", "identity"), has_biases=False)
    theta = theta_of(architecture) * architecture.trained_mask()
    return Model(
        architecture=architecture,
        theta=theta,
        input_space=InputSpace("numbers", (3,), (0.0, -5.0, 0.0), (1.0, 5.0, 40.0), ("length", "x₂", "°C")),
        output_space=OutputSpace(quantities=(Quantity("force", "N", 0.0, 9.0), Quantity("p"))),
        name="three in, two out",
    )
