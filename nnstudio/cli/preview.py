"""``nnstudio data preview``: a contact sheet of samples, original and as drawn for an epoch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import imported_problem
from nnstudio.cli.qt import qt_needed
from nnstudio.cli.status import DONE
from nnstudio.data.problems import PROBLEMS, load_problem
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.file_types import LABELLED_DRAWINGS, RECIPE, type_of
from nnstudio.files.personal_file import STROKE_SUFFIX
from nnstudio.files.preview import problem_preview, recipe_preview, stroke_preview
from nnstudio.files.recipe import read_recipe, shipped_recipes
from nnstudio.files.recipe_data import gather

if TYPE_CHECKING:
    import argparse

    from nnstudio.files.preview import PreviewSource

MOST_PAIRS = 600


class PreviewCallError(UserError):
    """A preview that cannot be made from the given arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Write the sheet."""
    if not 1 <= arguments.n <= MOST_PAIRS:
        raise PreviewCallError(f"A sheet has 1 to {MOST_PAIRS} samples, not {arguments.n}.")
    rng = np.random.default_rng(arguments.seed)
    source = _source(arguments.what, arguments.data_dir, rng, transpose=arguments.transpose)
    pairs = list(source.pairs(arguments.n, rng=rng))
    with qt_needed("A contact sheet"):
        from nnstudio.studio.offscreen.contact_sheet import sheet_png
    out = Path(arguments.out)
    write_atomically(out, sheet_png(pairs, source.title, source.how))
    print(out)
    return DONE


def _source(what: str, data_dir: str | None, rng: np.random.Generator, *, transpose: bool) -> PreviewSource:
    if what in PROBLEMS:
        return problem_preview(load_problem(what, data_dir=data_dir))
    path = Path(what)
    if what not in shipped_recipes() and os.path.exists(path) and type_of(path) is not RECIPE:
        if type_of(path) is LABELLED_DRAWINGS and path.suffix.lower() == STROKE_SUFFIX:
            return stroke_preview(path, rng=rng)
        return problem_preview(imported_problem(path, transpose=transpose))
    if what not in shipped_recipes() and not os.path.exists(path):
        raise PreviewCallError(
            f"There is no {what}: neither a problem ({', '.join(PROBLEMS)}) nor a recipe "
            f"({', '.join(shipped_recipes())}) nor a file or folder."
        )
    recipe = read_recipe(what)
    return recipe_preview(recipe, gather(recipe, data_dir))
