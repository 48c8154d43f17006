"""Plane problems of several classes or of a number, and networks for them, for tests of the plane."""

import numpy as np

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.studio.networks import model_of

PLANE = InputSpace("plane", (2,), -2.0, 2.0, ("x₁", "x₂"))
NAME = "plane-of-a-test"
NUMBER = OutputSpace(quantities=(Quantity("f", "m", -3.0, 1.0),))


def classes(n):
    return OutputSpace(tuple(f"class {k}" for k in range(n)))


def plane_problem(outputs, n=30, n_test=8, space=PLANE):
    """Return points on a circle, in sectors of classes, or with x₁ as their number."""
    angle = 2 * np.pi * (np.arange(n + n_test) + 0.5) / (n + n_test)
    x = np.stack((1.5 * np.cos(angle), np.sin(angle)), axis=1).astype(np.float32)
    if outputs.quantities:
        answers = np.repeat(x[:, :1], outputs.n_outputs, axis=1)
    else:
        answers = (angle / (2 * np.pi) * outputs.n_classes).astype(np.int64)
    order = np.random.default_rng(0).permutation(n + n_test)
    train, test = (Samples(x[part], answers[part]) for part in (order[:n], order[n:]))
    return Problem(NAME, "A plane", space, outputs, train, test, "Made by a test.")


def plane_model(outputs, hidden=(4,), **kinds):
    output = "identity" if outputs.quantities else "softmax"
    return model_of(
        (2, *hidden, outputs.n_outputs), space=PLANE, outputs=outputs, raster=None, output=output, **kinds
    )


def on_a_plane(session, problem=None):
    """Have a session learn a problem of the plane with the network that it has, which is one for it."""
    problem = plane_problem(session.network.output_space) if problem is None else problem
    source = ProblemSource(problem.name, problem.title, lambda task: Loaded(problem))
    session.training.problem_sources[source.name] = source
    session.network.problem_name = source.name
    session.training.prepare()
