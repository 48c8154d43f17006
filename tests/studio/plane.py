"""Sets of the plane as the problem of a session, and networks for them."""

from nnstudio.data.problems import load_problem
from tests.studio.networks import model_of


def plane_model(name="plane-and", sizes=(2, 2), **kinds):
    """Return an untrained network for a set of the plane."""
    problem = load_problem(name)
    return model_of(sizes, space=problem.input_space, outputs=problem.output_space, raster=None, **kinds)


def on_a_set(session, name):
    """Have a session learn a set of the plane with the network that it has, which is one for it."""
    session.network.problem_name = name
    session.training.prepare()
