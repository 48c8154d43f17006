import numpy as np
import pytest

from nnstudio.studio.panels.input.pixel_brush import brush

PAPER = np.zeros((28, 28), np.float32)


def test_a_dab_is_full_in_the_middle_and_soft_at_its_edge():
    image = brush(PAPER, (10.5, 20.5), (10.5, 20.5), 2.0, erases=False)
    assert image[20, 10] == 1.0
    assert image[20, 12] == pytest.approx(0.5)
    assert image[20, 14] == 0.0
    assert image.dtype == np.float32


def test_a_stroke_leaves_no_gap():
    image = brush(PAPER, (3.0, 4.0), (25.0, 22.0), 1.2, erases=False)
    for t in np.linspace(0, 1, 50):
        assert image[int(4 + 18 * t), int(3 + 22 * t)] > 0.5


def test_painting_twice_is_painting_once():
    once = brush(PAPER, (5.0, 5.0), (9.0, 5.0), 1.2, erases=False)
    np.testing.assert_array_equal(brush(once, (5.0, 5.0), (9.0, 5.0), 1.2, erases=False), once)


def test_erasing_takes_away_what_was_painted_and_never_adds():
    rng = np.random.default_rng(0)
    image = rng.random((28, 28)).astype(np.float32)
    erased = brush(image, (14.0, 14.0), (14.0, 14.0), 3.0, erases=True)
    assert (erased <= image).all()
    assert erased[14, 14] == 0.0
    assert erased[0, 0] == image[0, 0]
    assert (brush(image, (14.0, 14.0), (14.0, 14.0), 3.0, erases=False) >= image).all()


def test_the_image_given_is_kept():
    brush(PAPER, (14.0, 14.0), (14.0, 14.0), 3.0, erases=False)
    assert not PAPER.any()


def test_images_need_not_be_square():
    assert brush(np.zeros((5, 9), np.float32), (8.5, 4.5), (8.5, 4.5), 1.0, erases=False)[4, 8] == 1.0
