"""Tiles of numbers, pixel by pixel."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF

from nnstudio.studio.painting.images import signed_index
from nnstudio.studio.views.picture import Picture
from tests.studio.gestures import discard, turn_wheel

RNG = np.random.default_rng(0)


@pytest.fixture
def picture(qtbot):
    picture = Picture("Tiles", lambda room: None, lambda cell: "")
    picture.resize(300, 230)
    picture.show()
    qtbot.waitExposed(picture)
    yield picture
    discard(picture)


def show(picture, tiles, columns, gap, cell_px, limit=1.0):
    """Show tiles whose cells have so many pixels, from the upper left corner."""
    (image,) = picture.set_images(1)
    image.gap = gap
    image.show_tiles(tiles, limit)
    n, height, width = tiles.shape
    across, down = columns * (width + gap) * cell_px, -(-n // columns) * (height + gap) * cell_px
    image.arrange(columns, QRectF(0, 0, across, down))
    picture.arrange()
    return image


def pixels_of(picture):
    image = picture.grab().toImage()
    return np.array([[image.pixel(x, y) for x in range(300)] for y in range(200)], np.uint32)


@pytest.mark.parametrize(
    ("n", "columns", "gap"), [(1, 1, 0), (1, 1, 1), (7, 3, 1), (6, 3, 2), (5, 8, 1), (4, 2, 0)]
)
def test_every_pixel_has_the_colour_of_its_number_or_of_the_gap(picture, n, columns, gap):
    tiles = RNG.uniform(-1, 1, (n, 4, 5)).astype(np.float32)
    image = show(picture, tiles, columns, gap, 4)
    pixels = pixels_of(picture)
    inside = np.zeros((200, 300), bool)
    for k, tile in enumerate(tiles):
        top, left = k // columns * (4 + gap) * 4, k % columns * (5 + gap) * 4
        expected = image.table[np.kron(signed_index(tile, 1.0), np.ones((4, 4), int))]
        np.testing.assert_array_equal(pixels[top : top + 16, left : left + 20], expected[:, : 300 - left])
        inside[top : top + 16, left : left + 20] = True
    area = pixels[: round(image.height() * 4), : round(image.width() * 4)]
    outside = area[~inside[: area.shape[0], : area.shape[1]]]
    assert set(outside.tolist()) <= {int(image.table[128])}


@pytest.mark.parametrize(
    "limit", [1.0, np.linspace(0.5, 2, 7)[:, None, None], RNG.uniform(0.5, 2, (7, 4, 1))]
)
def test_zoomed_in_every_pixel_still_has_the_colour_of_its_number(picture, limit):
    tiles = RNG.uniform(-1, 1, (7, 4, 5)).astype(np.float32)
    image = show(picture, tiles, 3, 1, 4, limit)
    turn_wheel(picture.viewport(), 480, at=QPoint(1, 1))
    pixels, is_right = pixels_of(picture), []
    index = signed_index(tiles, limit)
    for x in range(3, 300, 5):
        for y in range(3, 190, 5):
            # Both ends of a pixel, between which may be an edge.
            cells = [picture.cell_at(QPoint(x, y)), picture.cell_at(QPoint(x + 1, y + 1))]
            if None in cells or pixels[y, x] == image.table[128]:
                continue
            near = [image.table[index[cell.tile, cell.row, cell.column]] for cell in cells]
            is_right.append(pixels[y, x] in near)
    assert len(is_right) > 200
    # At a corner where four cells meet it may be another's.
    assert np.mean(is_right) > 0.98


def test_small_tiles_are_means_with_a_pixel_between_them(picture):
    tiles = np.repeat(np.linspace(-1, 1, 12, dtype=np.float32), 100).reshape(12, 10, 10)
    image = show(picture, tiles, 4, 2, 0.5)
    pixels = pixels_of(picture)
    for k in range(12):
        top, left = k // 4 * 6, k % 4 * 6
        colour = int(image.table[signed_index(tiles[k, 0, :1], 1.0)[0]])
        assert set(pixels[top : top + 5, left : left + 5].ravel().tolist()) == {colour}
        assert set(pixels[top : top + 6, left + 5].tolist()) == {int(image.table[128])}
        assert set(pixels[top + 5, left : left + 6].tolist()) == {int(image.table[128])}


def test_a_large_matrix_is_reduced_by_means(picture):
    W = np.where(np.indices((400, 600)).sum(axis=0) % 2, 1.0, -1.0).astype(np.float32)
    image = show(picture, W[None], 1, 0, 0.5)
    # Each pixel covers two of each sign.
    assert set(pixels_of(picture)[:190].ravel().tolist()) == {int(image.table[128])}


def test_nothing_is_painted_twice_where_nothing_changed(picture, monkeypatch):
    image = show(picture, RNG.uniform(-1, 1, (7, 4, 5)).astype(np.float32), 3, 1, 4)
    picture.grab()
    computed = []
    pixels = type(image)._pixels
    monkeypatch.setattr(type(image), "_pixels", lambda *args: computed.append(1) or pixels(*args))
    picture.grab()
    assert computed == []
    image.redraw()
    picture.grab()
    assert computed == [1]
