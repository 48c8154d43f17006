import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnstudio.data.normalise import normalise_ink
from nnstudio.data.picture import BlankImageError, character_of_picture
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing

DIGITS = [synthetic_drawing(digit, rng=np.random.default_rng(digit)) for digit in range(10)]


def picture(drawing, side=256, pen=25.0):
    """Dark ink on white paper, the character a fifth smaller than the picture."""
    return 1 - rasterise(drawing, RasterSpec(side, 0.8 * side, pen * side / 256, side // 2)).astype(float)


def distance(image, drawing):
    """Return the mean difference from the drawing rasterised, whichever way half a pixel was rounded."""
    wanted = rasterise(drawing)
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(np.abs(np.roll(image, shift, axis=(0, 1)) - wanted).mean() for shift in shifts)


def box(image):
    return [np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (1, 0)]


def assert_normal(image):
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert image.min() == 0
    assert image.max() == 1
    assert max(box(image)) == 20


@pytest.mark.parametrize("drawing", DIGITS)
@pytest.mark.parametrize(("side", "tolerance"), [(64, 0.03), (256, 0.01)])
def test_a_picture_of_a_drawing_is_the_drawing_rasterised(drawing, side, tolerance):
    image = character_of_picture(picture(drawing, side)).images[0]
    assert_normal(image)
    assert distance(image, drawing) < tolerance


def far_away(grey):
    page = np.ones((1200, 900))
    page[400:656, 100:356] = grey
    return page


def in_the_shade(grey):
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    return (0.2 + 0.8 * grey) * (0.7 + 0.25 * x - 0.15 * y * y)


def noisy(grey):
    return 0.15 + 0.75 * grey + np.random.default_rng(1).normal(0, 0.06, grey.shape)


def cropped(grey):
    rows, columns = (np.flatnonzero((grey < 1).any(axis=axis)) for axis in (1, 0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize("drawing", DIGITS[::3])
@pytest.mark.parametrize(
    "change",
    [
        lambda grey: 1 - grey,
        lambda grey: 0.5 + 0.1 * grey,
        lambda grey: np.round(grey * 7) / 7,
        lambda grey: np.kron(grey, np.ones((4, 4))),
        lambda grey: np.pad(grey, ((0, 0), (0, 700)), constant_values=1),
        far_away,
        in_the_shade,
        noisy,
        cropped,
    ],
    ids=["light on dark", "faint", "few greys", "large", "wide", "far", "shade", "noise", "cropped"],
)
def test_neither_paper_nor_light_nor_size_matters(drawing, change):
    image = character_of_picture(change(picture(drawing))).images[0]
    assert_normal(image)
    assert distance(image, drawing) < 0.025


def test_an_image_of_the_training_data_stays_nearly_as_it_is():
    images, _ = synthetic_digits(120, rng=np.random.default_rng(0))
    for row in images:
        image = row.reshape(28, 28) / 255
        assert np.abs(character_of_picture(image).images[0] - image).mean() < 0.01


@pytest.mark.parametrize("drawing", DIGITS)
def test_hairlines_do_not_fade(drawing):
    image = character_of_picture(picture(drawing, pen=1.0)).images[0]
    assert_normal(image)
    assert image.sum() > 0.5 * rasterise(drawing).sum()
    assert np.quantile(image[image > 0], 0.75) > 0.9


@pytest.mark.parametrize("drawing", DIGITS)
def test_thick_strokes_stay_thick(drawing):
    image = character_of_picture(picture(drawing, pen=45.0)).images[0]
    assert_normal(image)
    assert image.sum() > 1.2 * rasterise(drawing).sum()


def test_a_tiny_picture_is_enlarged():
    seven = np.zeros((9, 7))
    seven[1, 1:6] = seven[1:8, 5] = 1
    image = character_of_picture(seven).images[0]
    assert_normal(image)
    assert box(image)[1] == pytest.approx(5 / 7 * 20, abs=1)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (1000, 600)])
def test_a_blank_page_is_said_to_be_blank(value, shape):
    with pytest.raises(BlankImageError):
        character_of_picture(np.full(shape, value)).images[0]


@pytest.mark.parametrize(
    "grey", [np.zeros((0, 5)), np.zeros(5), np.zeros((3, 3, 4)), np.full((4, 4), np.nan)]
)
def test_what_is_no_grey_image_is_a_mistake_of_the_caller(grey):
    with pytest.raises(ValueError, match="a picture must be"):
        character_of_picture(grey).images[0]


@given(
    hnp.arrays(
        np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(0, 1, width=16)
    )
)
def test_any_image_is_normalised_or_said_to_be_blank(grey):
    try:
        image = character_of_picture(grey).images[0]
    except BlankImageError:
        return
    assert image.shape == (28, 28)
    assert image.max() == 1
    assert max(box(image)) <= 20


def test_the_convention_is_the_specs():
    spec = RasterSpec(size=40, box=30.0, pen=3.0, centre=20)
    image = character_of_picture(picture(DIGITS[3]), spec).images[0]
    assert image.shape == (40, 40)
    assert max(box(image)) == 30


def test_a_line_that_is_faint_everywhere_is_taken_for_ink():
    line = np.zeros((60, 60))
    line[10:50, 29:31] = 1.0
    np.testing.assert_allclose(normalise_ink(0.4 * line), normalise_ink(line), atol=1 / 255)


@pytest.mark.parametrize("digit", [0, 6, 8, 9])
def test_a_thick_light_character_is_no_sheet_on_a_table(digit):
    dark_on_light = picture(DIGITS[digit], pen=45.0)
    found = character_of_picture(1 - dark_on_light)
    assert found.left_out.surroundings == 0
    np.testing.assert_allclose(found.images[0], character_of_picture(dark_on_light).images[0], atol=0.05)
