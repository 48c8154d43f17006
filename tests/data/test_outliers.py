import numpy as np
import pytest

from nnstudio.data.outliers import OUTLIERS, draw_outliers


@pytest.mark.parametrize("kind", OUTLIERS)
def test_outliers_are_images_decided_by_the_generator(kind):
    images = draw_outliers(kind, 50, rng=np.random.default_rng(1))
    assert images.shape == (50, 784)
    assert images.dtype == np.uint8
    assert (images.max(axis=1) == 255).all()
    assert np.array_equal(images, draw_outliers(kind, 50, rng=np.random.default_rng(1)))
    assert draw_outliers(kind, 0, rng=np.random.default_rng(1)).shape == (0, 784)


def test_classes_can_be_left_out():
    """Digits without 1 to 9 are zeros: paper in the middle, whoever writes them without a slash."""
    zeros = draw_outliers("digits-synthetic", 200, "123456789", rng=np.random.default_rng(2))
    every = draw_outliers("digits-synthetic", 200, rng=np.random.default_rng(2))
    middle = np.s_[:, 12:16, 12:16]
    assert len(zeros) == 200
    assert zeros.reshape(-1, 28, 28)[middle].mean() < 0.5 * every.reshape(-1, 28, 28)[middle].mean()
