"""The command line as a user has it, and two small models that can do something."""

import json
import subprocess
import sys
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from nnstudio.cli import main
from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.data.problems import load_problem
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.ood_detector import OODDetector, detector_architecture
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.files.model_file import Model, load_model, save_model


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def complaints(self):
        return self.err.splitlines()


@pytest.fixture
def cli(capsys):
    """Call the command line in this process."""

    def call(*words):
        status = main([str(word) for word in words])
        return Outcome(status, *capsys.readouterr())

    return call


@pytest.fixture
def program(tmp_path):
    """Call the command line in a process of its own, in an empty folder."""

    def call(*words, **options):
        done = subprocess.run(
            [sys.executable, "-m", "nnstudio", *map(str, words)],
            capture_output=True,
            check=False,
            timeout=60,
            cwd=tmp_path,
            **options,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


def trained(architecture, x, labels, n_epochs):
    rng = np.random.default_rng(0)
    theta = initialise(architecture, rng=rng)
    grad, workspace = np.empty_like(theta), Workspace(architecture, 64)
    adam, hyper = OPTIMISERS["adam"], Hyper(learning_rate=3e-3)
    state = adam.initial_state(theta)
    for _ in range(n_epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 64):
            rows = order[start : start + 64]
            loss_and_gradient(architecture, theta, x[rows], labels[rows], "cross_entropy", grad, workspace)
            adam.step(theta, grad, state, hyper)
    return theta


@pytest.fixture(scope="session")
def digits_model(tmp_path_factory):
    """A model file that reads most synthetic digits."""
    images, labels = synthetic_digits(4000, rng=np.random.default_rng(0))
    architecture = Architecture.parse("784-32-10")
    model = Model(
        architecture=architecture,
        theta=trained(architecture, images.astype(np.float32) / 255, labels, n_epochs=4),
        input_space=InputSpace("image", (28, 28), 0.0, 1.0),
        output_space=OutputSpace(tuple("0123456789"), "digit"),
        raster=RasterSpec(),
        name="small digits",
    )
    path = tmp_path_factory.mktemp("models") / "digits.safetensors"
    save_model(path, model)
    return path


@pytest.fixture
def cautious_model(digits_model, tmp_path):
    """The same with a detector that finds wide drawings novel: its score is the ink at the left."""
    model = load_model(digits_model)
    architecture = detector_architecture(model.architecture, 1)
    theta = np.zeros(architecture.n_params, np.float32)
    below, above = architecture.layers(theta)
    below.W[0, :784].reshape(28, 28)[:, :8] = 1.0
    above.W[...] = 1.0
    path = tmp_path / "cautious.safetensors"
    save_model(path, replace(model, ood_detector=OODDetector(1, theta, 2.0)))
    return path


@pytest.fixture(scope="session")
def moons_model(tmp_path_factory):
    """A model file that parts the two moons."""
    problem = load_problem("plane-moons")
    architecture = Architecture.of((2, 16, 2))
    model = Model(
        architecture=architecture,
        theta=trained(architecture, problem.train.inputs(), problem.train.labels, n_epochs=20),
        input_space=problem.input_space,
        output_space=problem.output_space,
        name="moons",
    )
    path = tmp_path_factory.mktemp("models") / "moons.safetensors"
    save_model(path, model)
    return path


@pytest.fixture
def line_model(tmp_path):
    """A model file of a straight line in °C, 2x + 1 for x from −2 to 2."""
    model = Model(
        architecture=Architecture((1, 1), ("identity",)),
        theta=np.array([2, 1], np.float32),
        input_space=InputSpace("line", (1,), -2.0, 2.0, ("x",)),
        output_space=OutputSpace(quantities=(Quantity("y", "°C"),)),
        name="line",
    )
    save_model(tmp_path / "line.safetensors", model)
    return tmp_path / "line.safetensors"


@pytest.fixture
def sums_model(tmp_path):
    """A model file of two numbers in, their sum and product by ten out, without biases."""
    model = Model(
        architecture=Architecture((2, 2), ("identity",), has_biases=False),
        theta=np.array([1, 1, 10, 0, 0, 0], np.float32),
        input_space=InputSpace("numbers", (2,), (0.0, -1.0), (1.0, 1.0), ("length", "b")),
        output_space=OutputSpace(quantities=(Quantity("sum"), Quantity("tenfold", "mm"))),
        name="sums",
    )
    save_model(tmp_path / "sums.safetensors", model)
    return tmp_path / "sums.safetensors"
