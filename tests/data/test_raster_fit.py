from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.data.raster_fit import raster_for
from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec, rasterise_all
from nnstudio.data.synthetic import synthetic_drawing


@pytest.fixture(scope="module")
def drawings():
    rng = np.random.default_rng(0)
    return [synthetic_drawing(k % 10, rng=rng) for k in range(60)]


def problem_of(x, size):
    samples = Samples(x, np.arange(len(x)) % 10, scale=1 / 255)
    return Problem(
        "own", "Own", InputSpace("image", (size, size), 0.0, 1.0), DIGITS, samples, samples, "My own."
    )


@pytest.mark.parametrize(
    "spec", [RasterSpec(8, 8.0, 1.2, 4), RasterSpec(16, 12.0, 1.6, 8), RasterSpec(32, 30.0, 3.5, 16)]
)
def test_the_convention_of_own_images_is_measured(drawings, spec):
    found = raster_for(problem_of(rasterise_all(drawings, spec), spec.size))
    assert found.size == spec.size
    assert found.box == pytest.approx(spec.box, abs=0.1 * spec.size)
    assert found.centre == pytest.approx(spec.centre, abs=1)
    assert found.pen == pytest.approx(spec.pen, rel=0.35)


def test_the_size_of_mnist_follows_its_convention(drawings):
    large = rasterise_all(drawings, RasterSpec(28, 27.0, 4.0, 14))
    assert raster_for(problem_of(large, 28)) == MNIST_SPEC


def test_what_cannot_be_drawn_has_none():
    blank = problem_of(np.zeros((20, 64), np.uint8), 8)
    assert raster_for(blank) is None
    wide = replace(blank, input_space=InputSpace("image", (4, 16), 0.0, 1.0))
    assert raster_for(wide) is None
