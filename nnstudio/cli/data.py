"""``nnstudio data``: list and download data, or print where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.cli import preview
from nnstudio.cli.imports import read_images
from nnstudio.cli.progress import ProgressLines
from nnstudio.cli.signals import StopSignals
from nnstudio.cli.status import DONE
from nnstudio.data.catalogue import CATALOGUE, Cancelled, fetch, installed
from nnstudio.data.problems import PROBLEMS
from nnstudio.paths import data_dir

if TYPE_CHECKING:
    import argparse

    from nnstudio.data.problems import ProblemEntry

_MEGABYTE = 1e6
_N_LINES = 10
"""Lines of progress on an output that cannot be overwritten."""


def run(arguments: argparse.Namespace) -> int:
    """Run the sub-command of ``data``."""
    if arguments.action == "list":
        if arguments.json:
            print(
                json.dumps([_described(entry) for entry in PROBLEMS.values()], ensure_ascii=False, indent=2)
            )
        else:
            _print_list()
    elif arguments.action == "path":
        print(data_dir())
    elif arguments.action == "preview":
        return preview.run(arguments)
    elif arguments.action == "import":
        _report_images(Path(arguments.path), transpose=arguments.transpose)
    else:
        return _fetch(arguments.name)
    return DONE


def _report_images(path: Path, *, transpose: bool) -> None:
    """Read a user's own images and print their number for each class."""
    imported = read_images(path, transpose=transpose)
    counts = np.bincount(imported.samples.labels, minlength=len(imported.class_names))
    width = max(map(len, imported.class_names))
    for name, count in zip(imported.class_names, counts.tolist(), strict=True):
        print(f"{name:<{width}}  {count:,}")


def _print_list() -> None:
    rows = [
        (entry.name, entry.kind, "built in", entry.description)
        for entry in PROBLEMS.values()
        if not entry.needs_download
    ]
    for name, data_set in CATALOGUE.items():
        made_of_it = [entry for entry in PROBLEMS.values() if entry.data_set == name]
        what = (
            f"{data_set.title}, {data_set.n_bytes / _MEGABYTE:.0f} MB; {data_set.licence}. "
            f"For {', '.join(entry.name for entry in made_of_it)}."
        )
        rows.append((name, made_of_it[0].kind, _state(name), what))
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    for *cells, what in rows:
        print(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)), what, sep="  "
        )


def _state(data_set: str | None) -> str:
    if data_set is None:
        return "built in"
    return "here" if installed(data_set) else "not fetched"


def _described(entry: ProblemEntry) -> dict[str, Any]:
    """Return a problem as JSON values."""
    space = entry.output_space
    outputs: dict[str, Any] = {"kind": space.traits.name, "names": list(space.names)}
    if not space.traits.has_labels:
        outputs["units"] = [quantity.unit for quantity in space.quantities]
    return {
        "name": entry.name,
        "kind": entry.kind,
        "title": entry.title,
        "description": entry.description,
        "state": _state(entry.data_set),
        "data_set": entry.data_set,
        "outputs": outputs,
    }


def _fetch(name: str) -> int:
    """Download a data set and print its folder."""
    n_lines = 0
    with StopSignals() as stop, ProgressLines() as progress:

        def report(n_done: int, n_all: int) -> None:
            nonlocal n_lines
            share = n_done / n_all
            text = f"{name}: {n_done / _MEGABYTE:.1f} of {n_all / _MEGABYTE:.1f} MB"
            if share < 1:
                text += f", {progress.time_left(share)}"
            progress.rewrite(text)
            if not progress.is_terminal and int(share * _N_LINES) >= n_lines:
                n_lines = int(share * _N_LINES) + 1
                progress.line(text)

        try:
            folder = fetch(name, progress=report, cancel=stop.event)
        except Cancelled as error:
            progress.line(f"nnstudio: {error}")
            return stop.status
    print(folder)
    return DONE
