import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import activations
from nnstudio.files.recipe_views import widened_by_views

SHAPE = 6, 5


def network(sizes="30-7-4-3", seed=2):
    architecture = Architecture.parse(sizes)
    rng = np.random.default_rng(seed)
    theta = initialise(architecture, rng=rng, scheme="he_normal")
    return architecture, theta + rng.normal(0, 0.1, len(theta)).astype(np.float32)


def logits(architecture, theta, images):
    return activations(architecture, theta, images.reshape(len(images), -1).astype(np.float32)).z[-1]


def drawings():
    """Draw on the middle, so that nothing is moved off the paper."""
    images = np.zeros((20, *SHAPE))
    images[:, 2:4, 2:3] = np.random.default_rng(1).random((20, 2, 1))
    return images


@pytest.mark.parametrize("sizes", ["30-3", "30-7-3", "30-7-4-3"])
def test_the_wider_network_answers_with_the_mean_logits_of_the_views(sizes):
    architecture, theta = network(sizes)
    images = drawings()
    # To the right and up; to the left by one and a half, half of it blended.
    up = np.roll(images, (-1, 2), axis=(1, 2))
    left = (np.roll(images, -1, axis=2) + np.roll(images, -2, axis=2)) / 2
    expected = np.mean([logits(architecture, theta, each) for each in (images, up, left)], axis=0)
    wide, widened = widened_by_views(architecture, theta, SHAPE, ((0, 0), (2, -1), (-1.5, 0)))
    assert wide.layer_sizes == (30, *(3 * size for size in architecture.layer_sizes[1:-1]), 3)
    assert widened.dtype == theta.dtype
    np.testing.assert_allclose(logits(wide, widened, images), expected, atol=1e-5)


def test_what_is_moved_off_the_paper_is_not_seen():
    architecture, theta = network()
    images = np.zeros((1, *SHAPE))
    images[0, :, -1] = 1.0
    wide, widened = widened_by_views(architecture, theta, SHAPE, ((1, 0), (4, 0)))
    np.testing.assert_allclose(
        logits(wide, widened, images), logits(architecture, theta, np.zeros((1, *SHAPE))), atol=1e-6
    )


def test_views_stay_apart_within_the_wider_network():
    architecture, theta = network()
    wide, widened = widened_by_views(architecture, theta, SHAPE, ((0.5, 0), (-0.5, 0)))
    between = wide.layers(widened)[1].W
    assert np.array_equal(between[:4, :7], between[4:, 7:])
    assert not between[:4, 7:].any()
    assert not between[4:, :7].any()


def test_a_network_that_would_be_too_wide_is_refused():
    architecture, theta = network("30-2000-3")
    with pytest.raises(ArchitectureError, match="6,000 units is too wide"):
        widened_by_views(architecture, theta, SHAPE, ((0, 0), (1, 0), (2, 0)))
