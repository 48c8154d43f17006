"""Small problems of every kind of input and output for the studio."""

import numpy as np

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource

Y = Quantity("y")
SPACES = {
    "line": (InputSpace("line", (1,), -2.0, 2.0, ("x",)), OutputSpace(quantities=(Y,))),
    "plane": (
        InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂")),
        OutputSpace(quantities=(Quantity("sum", "m", -2.0, 2.0), Quantity("product"))),
    ),
    "numbers": (
        InputSpace("numbers", (3,), (0.0, -1.0, 0.0), (1.0, 1.0, 5.0), ("u", "v", "w")),
        OutputSpace(quantities=(Quantity("y", "°C", -5.0, 5.0),)),
    ),
    "classes": (
        InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂")),
        OutputSpace(("left", "middle", "right")),
    ),
}
"""By name: a line to a number, a plane to two, numbers to one, and a plane to three classes."""
TWO_CLASSES = "two classes"
"""The name of one more, a plane to two classes, for networks with one output."""


def small_problem(name, n=64):
    """Return a problem of one of `SPACES`, or of `TWO_CLASSES`."""
    inputs, outputs = SPACES["classes" if name == TWO_CLASSES else name]
    if name == TWO_CLASSES:
        outputs = OutputSpace(("left", "right"))
    shares = np.random.default_rng(0).random((2 * n, inputs.n_features))
    x = inputs.inputs_at(shares)
    if outputs.traits.has_labels:
        borders = (-0.3, 0.3) if outputs.n_classes == 3 else (0.0,)
        answers = np.searchsorted(borders, x[:, 0]).astype(np.int64)
    else:
        answers = np.stack((x.sum(axis=1), x.prod(axis=1)), axis=1)[:, : outputs.n_outputs]
        answers = np.ascontiguousarray(answers, np.float32)
    parts = (Samples(x[part], answers[part]) for part in (slice(n), slice(n, None)))
    return Problem(f"small-{name}", f"Small {name}", inputs, outputs, *parts, "Made for tests.")


def small_source(name):
    """Return a source of one of `SPACES`, to be taken by a session."""
    problem = small_problem(name)
    return ProblemSource(problem.name, problem.title, lambda task: Loaded(problem))
