import os
from pathlib import Path

import numpy as np
import pytest

from nnstudio.data.idx import read_mnist_folder
from nnstudio.data.ink import ink
from nnstudio.data.picture import BlankImageError, character_of_picture, characters_of_picture
from nnstudio.data.pieces import connected_pieces
from nnstudio.data.rasterise import rasterise
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_drawing

# Read before the fixtures hide it.
REAL_DATA = os.environ.get("NNSTUDIO_DATA")


def line_up(labels, gaps, *, slant=0.0):
    """Write digits side by side, each a line high."""
    rng = np.random.default_rng(3)
    x, strokes = 0.0, []
    for label, gap in zip(labels, (*gaps, 0), strict=True):
        drawing = synthetic_drawing(label, rng=rng)
        left, top, right, bottom = drawing.bounds()
        height = bottom - top
        for stroke in drawing.strokes:
            strokes.append(((stroke - (left, bottom)) / height + (x, 0)) @ ((1, 0), (-slant, 1)))
        x += (right - left) / height + gap
    return Drawing(tuple(strokes))


def picture(drawing, *, height=100, pen=7.0):
    """Dark ink on white paper, so many pixels high."""
    left, top, right, bottom = drawing.bounds()
    box = max(right - left, bottom - top) / (bottom - top) * height + pen
    image = ink(flatten((drawing,)), np.array([pen]), box)[0].astype(float)
    return 1 - np.pad(image[: height + int(pen) + 1], height // 3)


@pytest.mark.parametrize("slant", [0.0, 0.35])
@pytest.mark.parametrize("turned", [False, True])
def test_each_character_is_what_it_would_be_alone(slant, turned):
    labels, gaps = (2, 0, 2, 6), (0.3, 0.4, 0.3)
    line = line_up(labels, gaps, slant=slant)
    grey = picture(line)
    found = characters_of_picture(1 - grey if turned else grey)
    assert len(found.images) == 4
    assert found.word_starts == (0,)
    for image, strokes in zip(found.images, np.split(np.arange(len(line.strokes)), [1, 2, 3]), strict=True):
        alone = rasterise(Drawing(tuple(line.strokes[k] for k in strokes)))
        best = min(
            np.abs(np.roll(image, (down, right), axis=(0, 1)) - alone).mean()
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
        )
        assert best < 0.06


def test_a_wide_gap_begins_a_word():
    found = characters_of_picture(picture(line_up((2, 0, 2, 6), (0.3, 1.2, 0.3))))
    assert found.word_starts == (0, 2)


def test_a_line_is_found_on_a_large_sheet():
    sheet = np.full((1400, 2000), 0.9)
    line = picture(line_up((2, 0, 2, 6), (0.3, 0.3, 0.3)))
    sheet[300 : 300 + line.shape[0], 700 : 700 + line.shape[1]] = line * 0.8 + 0.1
    sheet += np.random.default_rng(0).normal(0, 0.02, sheet.shape)
    assert len(characters_of_picture(sheet).images) == 4


@pytest.mark.parametrize("label", range(10))
def test_a_single_character_is_the_whole_picture(label):
    grey = picture(line_up((label,), ()))
    (image,) = characters_of_picture(grey).images
    np.testing.assert_array_equal(image, character_of_picture(grey).images[0])


def test_nothing_is_refused():
    with pytest.raises(BlankImageError):
        characters_of_picture(np.ones((200, 600)))


def test_a_piece_is_joined_with_one_neighbour_unless_the_network_knows_all_three():
    paper = np.ones((140, 200), np.float32)
    for left in (60, 80, 100):
        paper[30:110, left : left + 7] = 0

    def found(sure):
        """Return the numbers of bars in each character, for a network that is so sure of 1, 2 and 3."""
        counts = []

        def confidence(images):
            return np.array([sure[bars(image) - 1] for image in images])

        for image in characters_of_picture(paper, confidence=confidence).images:
            counts.append(bars(image))
        return sorted(counts)

    def bars(image):
        return len(connected_pieces(image.reshape(28, 28) > 0.3))

    assert found([0.5, 0.3, 0.3]) == [1, 1, 1]
    assert found([0.5, 0.95, 0.1]) == [1, 2]
    assert found([0.5, 0.8, 0.95]) == [3]


@pytest.mark.parametrize(
    ("sure_of_both", "height", "n_characters", "n_pieces"),
    [(0.95, 12, 3, 4), (0.2, 12, 3, 3), (0.2, 30, 4, 4), (0.95, 45, 4, 4)],
    ids=["the top of a 5", "a dash", "a small character", "a character"],
)
def test_what_is_too_low_belongs_to_a_neighbour_or_is_left_out(sure_of_both, height, n_characters, n_pieces):
    paper = np.ones((160, 300), np.float32)
    for left in (60, 160, 220):
        paper[30:110, left : left + 7] = 0
    paper[30 : 30 + height, 95:135] = 0

    def pieces(image):
        return len(connected_pieces(image.reshape(28, 28) > 0.3))

    def confidence(images):
        return np.array([sure_of_both if pieces(image) == 2 else 0.92 for image in images])

    found = characters_of_picture(paper, confidence=confidence)
    assert len(found.images) == n_characters
    assert sum(map(pieces, found.images)) == n_pieces
    assert found.left_out.specks == 4 - n_pieces


@pytest.mark.data
@pytest.mark.skipif(REAL_DATA is None, reason="NNSTUDIO_DATA names no folder")
def test_enlarged_mnist_images_stay_whole():
    if not (Path(REAL_DATA) / "mnist").is_dir():
        pytest.skip("no MNIST")
    images = read_mnist_folder(Path(REAL_DATA), "test").images[:200] / 255.0
    split = [len(characters_of_picture(np.kron(image, np.ones((3, 3)))).images) != 1 for image in images]
    assert np.mean(split) < 0.02


def test_a_dark_thing_at_the_side_of_unevenly_lit_paper():
    line = picture(line_up((2, 0, 2, 6), (0.3, 0.3, 0.3)))
    light = np.linspace(0.95, 0.55, line.shape[1])
    grey = np.pad(0.3 + 0.6 * line * light, ((0, 0), (0, 60)), constant_values=0.05)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.objects == 1


def turned(image, degrees, around):
    """Turn a picture about its middle; beyond it is ``around``."""
    side = int(np.hypot(*image.shape)) + 40
    y, x = np.mgrid[:side, :side] - side / 2
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    row = np.round(cos * y - sin * x + image.shape[0] / 2).astype(int)
    column = np.round(sin * y + cos * x + image.shape[1] / 2).astype(int)
    inside = (row >= 0) & (row < image.shape[0]) & (column >= 0) & (column < image.shape[1])
    return np.where(inside, image[np.where(inside, row, 0), np.where(inside, column, 0)], around)


@pytest.mark.parametrize("degrees", [-7, 3, 9])
def test_a_long_narrow_sheet_that_lies_askew_on_a_table(degrees):
    grey = turned(0.1 + 0.8 * picture(line_up((2, 0, 2, 6), (0.3, 0.3, 0.3))), degrees, 0.3)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.surroundings == 1


def test_light_round_characters_are_no_sheets():
    radius = np.hypot(*np.mgrid[-1:1:200j, -1:1:160j])
    ring = (radius < 0.8) & (radius > 0.45)
    found = characters_of_picture(np.where(ring, 0.9, 0.2))
    assert found.left_out.surroundings == 0
    assert found.images[0][14, 14] == 0


def test_thick_characters_that_touch_the_border_are_no_objects():
    grey = picture(line_up((8, 1, 3), (0.3, 0.3)), height=120, pen=22.0)
    rows, columns = (np.flatnonzero((grey < 0.5).any(axis=axis)) for axis in (1, 0))
    grey = grey[rows[0] + 4 : rows[-1] - 3, columns[0] + 4 : columns[-1] - 3]
    found = characters_of_picture(grey)
    assert len(found.images) == 3
    assert found.left_out.objects == 0


def test_a_long_bar_in_a_line_that_fills_the_picture():
    grey = np.ones((70, 500))
    for left in (10, 60, 400, 460):
        grey[:, left : left + 12] = 0.1
    grey[12:22, 130:350] = grey[12:58, 130:140] = 0.1
    assert len(characters_of_picture(grey).images) == 5


def test_ink_that_noise_hides_in_a_small_picture():
    rng = np.random.default_rng(5)
    grey = 0.3 + 0.3 * picture(line_up((2, 0), (0.4,)), height=50, pen=6.0)
    grey += rng.normal(0, 0.1, grey.shape)
    assert len(characters_of_picture(np.clip(grey, 0, 1)).images) == 2


def test_squared_paper_on_a_table():
    line = picture(line_up((2, 0, 2, 6), (0.3, 0.3, 0.3)), height=80)
    line = np.pad(line, 60, constant_values=1.0)
    line[10::45] = np.minimum(line[10::45], 0.3)
    line[:, 20::45] = np.minimum(line[:, 20::45], 0.3)
    grey = np.pad(0.1 + 0.8 * line, 90, constant_values=0.25)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.surroundings == 1


def two_rings(gap):
    """Two rings 100 pixels high, above one another."""
    ring = np.hypot(*np.mgrid[-1:1:100j, -1:1:100j])
    ring = (ring < 0.95) & (ring > 0.8)
    return 1 - np.pad(np.concatenate((ring, np.zeros((gap, 100)), ring)), 60).astype(float)


@pytest.mark.parametrize(("gap", "n_lines"), [(6, 1), (40, 2)])
def test_a_character_whose_line_broke_is_one_and_two_lines_are_two(gap, n_lines):
    assert len(characters_of_picture(two_rings(gap)).line_starts) == n_lines


FOUR = picture(line_up((2, 0, 2, 6), (0.3, 0.3, 0.3)))


@pytest.mark.parametrize("is_hollow", [False, True])
def test_a_finger_at_the_edge_is_no_character(is_hollow):
    grey = np.pad(0.2 + 0.7 * FOUR, ((80, 80), (40, 40)), constant_values=0.9)
    y, x = np.mgrid[: grey.shape[0], : grey.shape[1]]
    distance = np.hypot(x - 150, np.maximum(0, y - 40))
    grey[distance < 25] = 0.4
    if is_hollow:
        # Skin as bright as paper but for its outline.
        grey[distance < 19] = 0.88
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.objects + found.left_out.cut_off >= 1


def test_two_lines_that_fill_a_picture_stay():
    bars = np.ones((60, 300))
    for left in (10, 90, 180, 260):
        bars[:, left : left + 10] = 0.1
    grey = np.concatenate((bars, np.ones((40, 300)), bars))
    assert characters_of_picture(grey).line_starts == (0, 4)


@pytest.mark.parametrize("bar", [0.1, 0.5])
def test_the_sheet_of_a_paint_program_in_its_window(bar):
    window = np.full((FOUR.shape[0] + 130, FOUR.shape[1] + 40), 0.87)
    window[:85] = bar
    for left in range(10, window.shape[1] - 30, 34):
        window[50:68, left : left + 18] = 0.2
    window[90 : 90 + FOUR.shape[0], 20 : 20 + FOUR.shape[1]] = FOUR
    found = characters_of_picture(window)
    assert len(found.images) == 4
    assert found.left_out.surroundings == 1


def test_dark_corners_are_no_table_and_no_characters():
    grey = np.pad(0.1 + 0.8 * FOUR, 50, constant_values=0.9)
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in grey.shape), indexing="ij")
    grey = grey * (1 - 0.8 * ((x * x + y * y) / 2) ** 2)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.surroundings == 0


def test_ruled_paper_between_two_dark_sides():
    paper = np.pad(FOUR, ((60, 120), (60, 60)), constant_values=1.0)
    paper[20::60] = np.minimum(paper[20::60], 0.5)
    grey = np.pad(0.1 + 0.8 * paper, ((0, 0), (70, 90)), constant_values=0.15)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.surroundings + found.left_out.objects == 1
    assert found.left_out.rules >= 3


def test_a_table_that_is_lighter_than_ink_and_joined_to_the_squares_of_the_paper():
    paper = np.pad(FOUR, ((60, 80), (60, 60)), constant_values=1.0)
    paper[20::60] = np.minimum(paper[20::60], 0.75)
    paper[:, 20::60] = np.minimum(paper[:, 20::60], 0.75)
    grey = np.pad(0.1 + 0.6 * paper, ((70, 0), (0, 0)), constant_values=0.42)
    found = characters_of_picture(grey)
    assert len(found.images) == 4
    assert found.left_out.objects == 1


def test_a_narrow_dark_side_beside_a_thick_character():
    grey = np.pad(0.2 + 0.7 * picture(line_up((8,), ()), pen=16.0), 40, constant_values=0.9)
    grey[:, :14] = 0.2
    assert len(characters_of_picture(grey).images) == 1


def test_writing_in_the_shadow_of_a_hand_stays():
    grey = np.pad(0.2 + 0.7 * FOUR, 40, constant_values=0.9)
    x = np.arange(grey.shape[1]) - grey.shape[1] / 2
    assert len(characters_of_picture(grey * (1 - 0.25 / (1 + np.exp(x / 2)))).images) == 4
