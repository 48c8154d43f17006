"""A curve problem, and networks for it, for tests of the graph."""

import numpy as np

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.studio.networks import model_of

LINE = InputSpace("line", (1,), -2.0, 2.0, ("x",))
Y = OutputSpace(quantities=(Quantity("y", "m", -2.0, 2.0),))
NAME = "curve-absolute"
"""Also the name of a named curve, whose truth is known."""


def curve_problem(n=21, n_test=5, y=np.abs):
    x = np.linspace(-2, 2, n, dtype=np.float32)[:, None]
    test = np.linspace(-1.9, 1.9, n_test, dtype=np.float32)[:, None]
    return Problem(NAME, "A curve", LINE, Y, Samples(x, y(x)), Samples(test, y(test)), "Made by a test.")


def curve_source(problem=None):
    problem = curve_problem() if problem is None else problem
    return ProblemSource(problem.name, problem.title, lambda task: Loaded(problem))


def curve_model(sizes=(1, 4, 1), hidden="relu"):
    return model_of(sizes, space=LINE, outputs=Y, raster=None, hidden=hidden, output="identity")


def on_a_curve(session, problem=None):
    """Have a session learn a curve with the network that it has, which is one for it."""
    source = curve_source(problem)
    session.training.problem_sources[source.name] = source
    session.network.problem_name = source.name
    session.training.prepare()
