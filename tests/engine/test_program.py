import numpy as np
import pytest

from nnstudio.engine import program as p
from nnstudio.engine.architecture import Architecture

SIZES = ["784-30-10", "12-11-13-7-4", "5-1-3", "100-300-10", "784-800-10"]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("n_threads", [1, 2, 3, 8])
def test_the_tiles_cover_every_weight_once(sizes, n_threads):
    architecture = Architecture.parse(sizes)
    times = np.zeros(architecture.n_params, int)
    layers = architecture.layers(times)
    for tile in p.tiles_of(architecture, n_threads):
        layers[tile.layer].W[tile.units, tile.inputs] += 1
    assert all((layer.W == 1).all() for layer in layers)


@pytest.mark.parametrize("fewest", [4, 4_096])
@pytest.mark.parametrize("keeps_grad", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("n_threads", [1, 2, 3, 8])
def test_every_number_is_updated_once_and_no_piece_leaves_its_scratch(
    sizes, n_threads, keeps_grad, fewest, monkeypatch
):
    monkeypatch.setattr(p, "_FEWEST_WEIGHTS", fewest)
    architecture = Architecture.parse(sizes)
    tiles = p.tiles_of(architecture, n_threads)
    layout = p.BufferLayout(architecture, 40, tiles, n_threads, keeps_grad=keeps_grad)
    program = p.write_program(architecture, layout, tiles, 40, n_threads)
    times = np.zeros(architecture.n_params, int)
    for weight_edit, *numbers in program.table.tolist():
        if weight_edit == p.UPDATE:
            base, grad, start, rows, columns, stride = numbers[:6]
            for row in range(rows):
                times[start + row * stride : start + row * stride + columns] += 1
            end = grad + rows * columns
            assert end <= (layout.scratch_size if base == p.SCRATCH else layout.grad + architecture.n_params)
    assert (times == 1).all()
    assert layout.scratch + n_threads * layout.scratch_size <= layout.size
