import numpy as np
import pytest

from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import Drawing

PEN = 0.085
TALL = Drawing((np.array([[0.2, 0.1], [0.2, 0.5]]), np.array([[0.2, 0.5], [0.35, 0.5]])))


def ink_box(image):
    rows, columns = np.nonzero(image > 0.5)
    return rows.min(), rows.max() + 1, columns.min(), columns.max() + 1


def centre_of_mass(image):
    return tuple(float((image.sum(axis=1 - axis) * np.arange(28)).sum() / image.sum()) for axis in (0, 1))


def test_the_last_stage_is_what_the_network_sees():
    np.testing.assert_array_equal(drawing_stage(TALL, "centred", PEN), rasterise(TALL))


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_an_image_of_ink(stage):
    image = drawing_stage(TALL, stage, PEN)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() == 0.0
    assert image.max() == 1.0


def test_as_drawn_keeps_place_size_and_pen():
    top, bottom, left, right = ink_box(drawing_stage(TALL, "drawn", PEN))
    pen = PEN * 28
    assert top == pytest.approx(0.1 * 28 - pen / 2, abs=1)
    assert bottom == pytest.approx(0.5 * 28 + pen / 2, abs=1)
    assert left == pytest.approx(0.2 * 28 - pen / 2, abs=1)
    assert right == pytest.approx(0.35 * 28 + pen / 2, abs=1)


def test_a_wider_pen_on_the_canvas_counts_only_as_drawn():
    assert drawing_stage(TALL, "drawn", 0.16).sum() > 1.5 * drawing_stage(TALL, "drawn", 0.06).sum()
    for stage in STAGES[1:]:
        np.testing.assert_array_equal(drawing_stage(TALL, stage, 0.16), drawing_stage(TALL, stage, 0.06))


def test_one_pen_keeps_place_and_size():
    assert ink_box(drawing_stage(TALL, "pen", PEN)) == pytest.approx(
        ink_box(drawing_stage(TALL, "drawn", PEN)), abs=1
    )


def test_boxed_has_its_longer_side_of_20_pixels_in_the_middle():
    top, bottom, left, right = ink_box(drawing_stage(TALL, "boxed", PEN))
    assert bottom - top == pytest.approx(20, abs=1)
    assert top == pytest.approx(4, abs=1)
    assert (left + right) / 2 == pytest.approx(14, abs=1)


def test_boxed_differs_from_centred_by_a_shift_of_whole_pixels_alone():
    boxed, centred = drawing_stage(TALL, "boxed", PEN), drawing_stage(TALL, "centred", PEN)
    assert not np.array_equal(boxed, centred)
    assert np.sort(boxed[boxed > 0]).tolist() == np.sort(centred[centred > 0]).tolist()
    assert centre_of_mass(centred) == pytest.approx((14, 14), abs=0.51)


@pytest.mark.parametrize(
    "strokes",
    [
        (np.array([[0.0, 0.0], [1.0, 1.0]]),),
        (np.array([[0.99, 0.99]]),),
        (np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])),
        (np.array([[0.5, 0.0], [0.5, 1.0]]),),
    ],
)
@pytest.mark.parametrize("stage", STAGES)
def test_ink_at_the_edge_of_the_canvas_is_cut_there(stage, strokes):
    image = drawing_stage(Drawing(strokes), stage, 0.16)
    assert image.shape == (28, 28)
    assert image.max() > 0.5


@pytest.mark.parametrize("stage", STAGES)
def test_follows_the_networks_own_specification(stage):
    spec = RasterSpec(size=20, box=14.0, pen=1.5, centre=10)
    assert drawing_stage(TALL, stage, PEN, spec).shape == (20, 20)


def test_nothing_drawn_is_empty_paper():
    for stage in STAGES:
        assert not drawing_stage(Drawing(()), stage, PEN).any()
