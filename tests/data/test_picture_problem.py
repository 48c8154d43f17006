import numpy as np
import pytest

from nnstudio.data.picture_features import PICTURE_FEATURES
from nnstudio.data.picture_problem import find_features, inputs_of_pictures, picture_feature_problem
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError, Samples
from nnstudio.data.raster_fit import raster_for
from nnstudio.data.rasterise import MNIST_SPEC


def pictures(side=28):
    rng = np.random.default_rng(0)
    samples = Samples(rng.integers(0, 256, (5, side * side)).astype(np.uint8), np.arange(5) % 2, 1 / 255)
    space = InputSpace("image", (side, side), 0.0, 1.0)
    return Problem("own", "Own", space, OutputSpace(("a", "b")), samples, samples, "Drawn by the test.")


@pytest.mark.parametrize("name", PICTURE_FEATURES)
def test_features_stand_in_the_place_of_the_pixels(name):
    problem, features = pictures(), find_features(name)
    found = picture_feature_problem(problem, features)
    expected = features.of(problem.train.inputs().reshape(-1, 28, 28))
    assert (found.train.inputs() == expected).all()
    assert (found.train.answers == problem.train.answers).all()
    assert found.input_space.names == features.names
    assert InputSpace.from_json(found.input_space.to_json()) == found.input_space
    assert raster_for(found) == MNIST_SPEC
    assert (inputs_of_pictures(found.input_space, problem.train.inputs()) == expected).all()
    assert found.input_space.traits.pictures(expected, found.input_space.shape).shape[2] == 8


def test_pixels_stay_pixels():
    problem = pictures()
    x = problem.train.inputs()
    assert (inputs_of_pictures(problem.input_space, x.reshape(-1, 28, 28)) == x).all()


def test_other_pictures_and_other_names_are_refused():
    with pytest.raises(ProblemError, match="28 × 28 pixels, and Own has none"):
        picture_feature_problem(pictures(8), find_features("ink"))
    with pytest.raises(ProblemError, match="no features"):
        find_features("corners")
    with pytest.raises(ProblemError, match="no features of a picture"):
        InputSpace("features", (2,), 0.0, 1.0, ("ink 1", "ink 2"))
