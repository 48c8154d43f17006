"""What a sweep came to: its best cells, the frontier of parameters, and what each setting does."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nnstudio.data.output_kinds import Measure
    from nnstudio.insight.sweep import CellResult
    from nnstudio.insight.sweep_spec import SweepAxis, SweepCell


@dataclass(frozen=True)
class Effect:
    """What one value of a setting comes to, whatever the other settings are.

    Attributes
    ----------
    place : int
        Of the value on its axis.
    mean : float
        Of the scores on the test set of all cells with this value; each cell's is the mean over its seeds.
    low, high : float
        The smallest and the largest score of these cells.
    n_cells : int
    """

    place: int
    mean: float
    low: float
    high: float
    n_cells: int


def effects(nth: int, axis: SweepAxis, results: Iterable[CellResult]) -> list[Effect]:
    """Return what each value of the nth axis comes to; values all of whose cells failed are left out."""
    scores: dict[int, list[float]] = {}
    for result in results:
        if not result.failure:
            scores.setdefault(result.cell[nth], []).append(result.test_score)
    return [
        Effect(place, fmean(found), min(found), max(found), len(found))
        for place in range(len(axis.values))
        if (found := scores.get(place))
    ]


def frontier(results: Iterable[CellResult], measure: Measure) -> list[CellResult]:
    """Return the cells that no other beats with as many parameters or fewer, from small to large.

    Of cells with the same parameters and the same score on the test set the first one is there.
    """
    found: list[CellResult] = []
    # The first of two alike stays first: sorting is stable, and from each size only the best is kept.
    for result in sorted(
        (result for result in results if not result.failure),
        key=lambda result: (result.n_params, measure.error(result.test_score)),
    ):
        if not found or measure.is_better(result.test_score, found[-1].test_score):
            found.append(result)
    return found


def best_first(results: Iterable[CellResult], measure: Measure) -> list[CellResult]:
    """Return the cells that did not fail, the best on the test set first, of two alike the smaller one."""
    return sorted(
        (result for result in results if not result.failure),
        key=lambda result: (measure.error(result.test_score), result.n_params),
    )


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], n_left: int) -> list[str]:
    """Return the lines of a table in columns; the first ``n_left`` stand at the left of their columns.

    Examples
    --------
    >>> text_table(("units", "test"), [("2", "86.0 %"), ("20", "8.5 %")], 1)
    ['units    test', '2      86.0 %', '20      8.5 %']
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if nth < n_left else cell.rjust(width)
            for nth, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]


def failed(results: Mapping[SweepCell, CellResult]) -> list[CellResult]:
    """Return the cells without figures, in their order."""
    return [result for result in results.values() if result.failure]
