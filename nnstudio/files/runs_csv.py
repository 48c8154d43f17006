"""The runs of a session as a table for other programs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from nnstudio.files.table_csv import save_table, table_csv
from nnstudio.training.summary import RunSummary

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from nnstudio.engine.hyper import Hyper
    from nnstudio.training.config import TrainingConfig
    from nnstudio.training.data_choices import DataChoices
    from nnstudio.training.runs import Run


def save_runs(path: str | os.PathLike[str], runs: Sequence[Run]) -> None:
    """Write the table of runs atomically; see `runs_csv`.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    save_table(path, *runs_table(runs))


def runs_csv(runs: Sequence[Run]) -> str:
    """Return a table with a row for each run: its results, and every setting at its end.

    Unknown values are empty. Columns are named as in Python. The form is that of `table_csv`.
    """
    return table_csv(*runs_table(runs))


def runs_table(runs: Sequence[Run]) -> tuple[list[str], list[list[object]]]:
    """Return the names of columns, and a row for each run; see `runs_csv`."""
    rows = [_row(RunSummary.of(run)) for run in runs]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return names, [[row.get(name) for name in names] for row in rows]


_COLUMNS = {"n_checkpoints": "n_moments", "best_score": "best_{measure}", "test_score": "test_{measure}"}
"""Columns whose name in the file differs from the field of ``RunSummary``."""


def _row(summary: RunSummary) -> dict[str, object]:
    config = summary.config
    architecture = config.architecture
    return {
        **_plain(summary, "config", "data", "measure", measure=summary.measure.name),
        "layer_sizes": "-".join(map(str, architecture.layer_sizes)),
        "activations": "-".join(architecture.activations),
        **_plain(config, "architecture", "hyper"),
        "frozen": " ".join(str(layer + 1) for layer in config.frozen),
        **_plain(config.hyper),
        **_plain(summary.data),
    }


def _plain(
    thing: RunSummary | TrainingConfig | Hyper | DataChoices, *without: str, measure: str = ""
) -> dict[str, object]:
    names = [field.name for field in fields(thing) if field.name not in without]
    return {_COLUMNS.get(name, name).format(measure=measure): getattr(thing, name) for name in names}
