"""A small model of images, and one of points."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
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
