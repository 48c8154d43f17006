"""Print what a sweep came to: the best cells, what each setting does, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.sweeps.summary import best_first, effects, failed, frontier, text_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.insight.sweep import CellResult
    from nnstudio.insight.sweep_spec import SweepCell, SweepSpec

_MOST_CELLS, _MOST_FAILURES = 20, 5
"""Cells of each kind that are printed; the CSV has all of them."""


def print_summary(spec: SweepSpec, results: Mapping[SweepCell, CellResult], *, n_missing: int) -> None:
    """Print the best cells, each setting's effect, and sentences of cells without figures."""
    measure = spec.problem.measure
    best = best_first(results.values(), measure)
    on_frontier = {result.cell for result in frontier(results.values(), measure)}
    has_seeds = len(spec.seeds) > 1
    head = [axis.setting for axis in spec.axes]
    head += ["test", *(["of the seeds"] if has_seeds else []), "train", "parameters", ""]
    rows = []
    for result in best[:_MOST_CELLS]:
        low, high = (measure.text(score) for score in result.test_range)
        rows.append(
            [
                *(axis.text(place) for axis, place in zip(spec.axes, result.cell, strict=True)),
                measure.text(result.test_score),
                *([f"{low} … {high}"] if has_seeds else []),
                measure.text(result.train_score),
                f"{result.n_params:,}",
                "*" if result.cell in on_frontier else "",
            ]
        )
    print(f"{spec.problem.title}, {measure.title}; {len(results):,} of {spec.n_cells:,} cells are done")
    if rows:
        print()
        print("\n".join(text_table(head, rows, len(spec.axes))))
        if len(best) > len(rows):
            print(f"and {len(best) - len(rows):,} more cells; --csv FILE writes all of them")
        print("* no cell with as few parameters is better")
        for nth, axis in enumerate(spec.axes):
            print()
            lines = [
                (
                    axis.text(each.place),
                    measure.text(each.mean),
                    measure.text(each.low),
                    measure.text(each.high),
                )
                for each in effects(nth, axis, results.values())
            ]
            print("\n".join(text_table((axis.setting, "mean test", "lowest", "highest"), lines, 1)))
    without = failed(results)
    if without:
        print()
        print(f"{len(without):,} cells have no figures:")
        for result in without[:_MOST_FAILURES]:
            print(f"{spec.title_of(result.cell)}: {result.failure}")
        if len(without) > _MOST_FAILURES:
            print(f"and {len(without) - _MOST_FAILURES:,} more")
    if n_missing:
        print(f"\n{n_missing:,} runs are still to be trained.")
