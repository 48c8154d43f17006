import numpy as np
import pytest

from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.reading import read
from nnstudio.insight.tiles import (
    LARGEST_GRID,
    MOST_PICTURED,
    SMALLEST_GRID,
    curve_pictures,
    grid_points,
    has_pictures,
    has_tiles,
    layer_tiles,
)

IMAGE = InputSpace("image", (4, 3), 0.0, 1.0)
LINE = InputSpace("line", (1,), -2.0, 2.0, ("x",))
NUMBERS = InputSpace("numbers", (3,), 0.0, 1.0, ("u", "v", "w"))
PLANE = InputSpace("plane", (2,), -3.0, 5.0, ("x₁", "x₂"))


def test_a_template_is_the_weights_themselves():
    architecture = Architecture.of((12, 5, 2))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    (tiles,) = layer_tiles(architecture, theta, IMAGE).values()
    assert tiles.shape == (5, 4, 3)
    assert np.shares_memory(tiles, theta)
    np.testing.assert_array_equal(tiles.reshape(5, 12), architecture.layers(theta)[0].W)


def test_later_layers_have_no_templates_of_the_image():
    architecture = Architecture.of((12, 5, 2))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    assert [has_tiles(IMAGE, layer, n) for layer, n in enumerate((5, 2))] == [True, False]
    assert list(layer_tiles(architecture, theta, IMAGE)) == [0]


def test_large_networks_of_the_plane_have_coarser_tiles_and_wide_layers_none():
    architecture = Architecture.of((2, MOST_PICTURED + 1, 8, 4_000, 2))
    tiles = layer_tiles(architecture, np.zeros(architecture.n_params, np.float32), PLANE)
    assert list(tiles) == [1, 3]
    assert [has_tiles(PLANE, layer, n) for layer, n in enumerate(architecture.layer_sizes[1:])] == [
        False,
        True,
        False,
        True,
    ]
    vast = Architecture.of((2, 4_000, 4_000, 2))
    sides = {tile.shape[1] for tile in layer_tiles(vast, np.zeros(vast.n_params, np.float32), PLANE).values()}
    assert sides == {SMALLEST_GRID}


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_tile_of_the_plane_is_the_activation_everywhere(layer):
    architecture = Architecture.of((2, 4, 3, 2), hidden="tanh")
    theta = initialise(architecture, rng=np.random.default_rng(0))
    tiles = layer_tiles(architecture, theta, PLANE)[layer]
    points = grid_points(PLANE, LARGEST_GRID[2])
    for row, column in ((0, 0), (3, 20), (27, 27)):
        reading = read(architecture, theta, points[row, column])
        np.testing.assert_allclose(tiles[:, row, column], reading.a[layer], rtol=1e-5, atol=1e-6)


def test_the_grid_covers_the_plane_with_the_top_row_first():
    points = grid_points(PLANE, 4).reshape(4, 4, 2)
    np.testing.assert_allclose(points[0, :, 0], [-2, 0, 2, 4])
    np.testing.assert_allclose(points[:, 0, 1], [4, 2, 0, -2])


def test_a_tile_of_the_line_is_the_activation_along_it():
    architecture = Architecture.of((1, 3, 1), hidden="tanh", output="identity")
    theta = initialise(architecture, rng=np.random.default_rng(1))
    tiles = layer_tiles(architecture, theta, LINE)
    assert {layer: tile.shape for layer, tile in tiles.items()} == {
        0: (3, 1, LARGEST_GRID[1]),
        1: (1, 1, LARGEST_GRID[1]),
    }
    points = grid_points(LINE, LARGEST_GRID[1])
    for column in (0, 20, 63):
        reading = read(architecture, theta, points[0, column])
        np.testing.assert_allclose(tiles[0][:, 0, column], reading.a[0], rtol=1e-5, atol=1e-6)


def test_single_numbers_have_no_tiles():
    architecture = Architecture.of((3, 4, 1), output="identity")
    assert layer_tiles(architecture, np.zeros(architecture.n_params, np.float32), NUMBERS) == {}
    assert not has_tiles(NUMBERS, 0, 4)
    assert not has_pictures(NUMBERS)


@pytest.mark.parametrize("height", [9, 48])
def test_the_area_of_a_curve_is_between_it_and_0_and_as_large_as_its_values(height):
    x = np.linspace(-1, 1, 64, dtype=np.float32)
    tiles = np.stack((np.sin(3 * x), 0.2 * x, np.zeros_like(x), np.full_like(x, -5)))[:, None]
    pictures = curve_pictures(tiles, 1.0, height, 64)
    assert pictures.shape == (4, height, 64)
    # The sum of a column, in heights of half the picture, is the value to a part of a pixel, cut at 1.
    sums = pictures.sum(axis=1) / (height / 2)
    np.testing.assert_allclose(sums, np.clip(tiles[:, 0], -1, 1), atol=0.2 / height)
    assert not (pictures[:, : height // 2] < 0).any()
    assert not (pictures[:, -(height // 2) :] > 0).any()


def test_curves_may_have_limits_of_their_own():
    tiles = np.array([[[0.5, 0.5]], [[2.0, 2.0]]], np.float32)
    pictures = curve_pictures(tiles, np.abs(tiles).max(axis=2, keepdims=True), 4, 2)
    np.testing.assert_array_equal(pictures[0, :2], 0.5)
    np.testing.assert_array_equal(pictures[1, :2], 2.0)
    assert np.isfinite(curve_pictures(np.zeros((1, 1, 4), np.float32), 0.0)).all()
