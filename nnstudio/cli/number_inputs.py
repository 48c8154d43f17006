"""Read the numbers that go into a network: typed ones, or a line each of a table; for ``predict``."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import report
from nnstudio.data.feature_maps import mapped
from nnstudio.data.feature_problem import features_of
from nnstudio.data.number_table import read_number_table
from nnstudio.data.point_lines import parsed_number
from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnstudio.data.feature_maps import Feature
    from nnstudio.files.model_file import Model


_LARGEST = float(np.finfo(np.float32).max)
"""A network is given numbers of single precision."""


class NumberInputError(UserError):
    """Words that are no inputs of a network."""


@dataclass(frozen=True)
class NumberInput:
    """The numbers of one input, or why there are none.

    Attributes
    ----------
    values : tuple of float
        One for each of the network's inputs; empty after an error.
    path, entry : str
        The table it is from, and where it is in it: "line 7"; empty for typed numbers.
    error : str
        A sentence, or an empty string.
    """

    values: tuple[float, ...] = ()
    path: str = ""
    entry: str = ""
    error: str = ""


def read_inputs(words: Sequence[str], model: Model, *, from_points: bool = False) -> list[NumberInput]:
    """Read the words of a command line as inputs of a network that takes numbers.

    Parameters
    ----------
    words : sequence of str
        Numbers, as many as the network has inputs for each input, and names of tables.
    model : Model
    from_points : bool
        The numbers are x₁ and x₂ of points, whose features the network takes.

    Raises
    ------
    UserError
        If a word is neither a number nor a table, a number is not finite, or one is missing. If the network
        takes no features of points.
    """
    if from_points:
        features = features_of(model.input_space)
        if not features:
            raise NumberInputError(f"--from-points is for features of points. {wanted(model)}")
        return [_of_point(each, features) for each in _inputs_of(words, model, ("x1", "x2"))]
    return _inputs_of(words, model, model.input_space.names)


def _of_point(point: NumberInput, features: Sequence[Feature]) -> NumberInput:
    """Return the features of a point in its place."""
    if point.error:
        return point
    found = mapped(features, np.array([point.values], np.float64))
    if not found.is_kept[0]:
        where = f"{point.path}, {point.entry}: " if point.path else ""
        return replace(point, values=(), error=f"{where}{' '.join(found.remarks)}")
    return replace(point, values=tuple(found.values[0].tolist()))


def _inputs_of(words: Sequence[str], model: Model, names: tuple[str, ...]) -> list[NumberInput]:
    found: list[NumberInput] = []
    typed: list[float] = []
    for word in words:
        number = parsed_number(word)
        if number is not None:
            if not abs(number) <= _LARGEST:
                raise NumberInputError(f"{word} is no finite number of single precision. {wanted(model)}")
            typed.append(number)
            continue
        if not os.path.exists(word):
            raise NumberInputError(
                f"{word!r} is neither a number, written like -0.5 or 1e-3, nor a file. {wanted(model)}"
            )
        found += _in_groups(typed, model, len(names))
        typed = []
        found += _of_table(Path(word), model, names)
    return [*found, *_in_groups(typed, model, len(names))]


def wanted(model: Model) -> str:
    """Return a sentence on what the network takes."""
    names = model.input_space.names
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
    count = "a number" if len(names) == 1 else f"{len(names)} numbers"
    sentence = f"The model {model.name} takes {count} for each input, {listed}."
    if features_of(model.input_space):
        sentence += " These are features of points: --from-points computes them from x1 and x2."
    return sentence


def _in_groups(typed: Sequence[float], model: Model, n: int) -> list[NumberInput]:
    if len(typed) % n:
        raise NumberInputError(f"{wanted(model)} {len(typed)} cannot be divided among inputs.")
    return [NumberInput(tuple(typed[start : start + n])) for start in range(0, len(typed), n)]


def _of_table(path: Path, model: Model, names: tuple[str, ...]) -> list[NumberInput]:
    space = model.output_space
    n_answers = 1 if space.traits.has_labels else space.n_outputs
    try:
        table = read_number_table(path, names, n_answers)
    except UserError as error:
        raise NumberInputError(f"{error} {wanted(model)}") from error
    notes = list(table.notes)
    if any(table.answers.values()):
        notes.append("the answers in it are not looked at.")
    report(f"{path}: {note}" for note in notes)
    found = []
    for number in sorted((*table.inputs, *table.reasons)):
        entry = f"line {number:,}"
        why = table.reasons.get(number)
        sentence = f"{path}, {entry}: {why}." if why else ""
        found.append(NumberInput(table.inputs.get(number, ()), str(path), entry, sentence))
    return found
