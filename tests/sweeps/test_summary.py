"""What a sweep came to: the frontier, the best cells and each setting's effect."""

import pytest

from nnstudio.data.output_kinds import ACCURACY, RMSE
from nnstudio.insight.sweep import CellResult, SeedResult
from nnstudio.insight.sweep_spec import SweepAxis
from nnstudio.sweeps.summary import best_first, effects, frontier


def result(cell, n_params, *scores):
    seeds = [SeedResult(k, "", n_params, test_score=score) for k, score in enumerate(scores)]
    return CellResult.of(cell, seeds)


CELLS = [
    result((0, 0), 10, 0.5, 0.7),
    result((0, 1), 10, 0.7),
    result((1, 0), 20, 0.7),
    result((1, 1), 30, 0.9),
    CellResult((2, 0), "It cannot be."),
]


def test_the_frontier_has_the_cells_that_no_smaller_one_beats():
    assert [cell.cell for cell in frontier(CELLS, ACCURACY)] == [(0, 1), (1, 1)]
    assert [cell.cell for cell in frontier(CELLS, RMSE)] == [(0, 0)]


def test_the_best_come_first_and_of_two_alike_the_smaller():
    assert [cell.cell for cell in best_first(CELLS, ACCURACY)] == [(1, 1), (0, 1), (1, 0), (0, 0)]


def test_the_effect_of_a_value_is_over_all_cells_that_have_it():
    axis = SweepAxis("units", (2, 6, 20))
    low, high = effects(0, axis, CELLS)
    assert (low.place, low.mean, low.low, low.high, low.n_cells) == pytest.approx((0, 0.65, 0.6, 0.7, 2))
    assert (high.place, high.mean) == pytest.approx((1, 0.8))


def test_a_cell_one_of_whose_runs_failed_has_no_figures():
    seeds = [SeedResult(0, "", 5, test_score=0.5), SeedResult(1, "It diverged.")]
    assert CellResult.of((0, 0), seeds).failure == "It diverged."
