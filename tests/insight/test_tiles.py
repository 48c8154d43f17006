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
    grid_points,
    has_tiles,
    layer_tiles,
)

IMAGE = InputSpace("image", (4, 3), 0.0, 1.0)
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
