"""Ranges of values in the file of a sweep: ``{ from = 0.001, to = 0.1, count = 3, log = true }``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.insight.sweep_settings import LARGEST, NUMBER, SWEEP_SETTINGS, WHOLE_NUMBER
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.files.toml_entries import Table

_KEYS = ("from", "to", "step", "count", "log")


def read_range(table: Table, name: str, given: dict[str, Any], most: int) -> list[float]:
    """Return the values of a range, both ends among them.

    ``step`` is their distance (1 without it), ``count`` how many there are, ``log = true`` that each is the
    same multiple of the one before. Values are rounded to 12 figures; those of a setting of whole numbers,
    with ``log``, to whole numbers.

    Raises
    ------
    UserError
        The table's own, for the setting ``name``.
    """
    kind = SWEEP_SETTINGS[name].kind
    if kind not in (NUMBER, WHOLE_NUMBER):
        table.refuse(name, tr("must be a list: it has no numbers, of which there could be a range."))
    for key in given:
        if key not in _KEYS:
            table.refuse(
                name, tr("has no {key!r:.40}; a range has from, to, step or count, log.").format(key=key)
            )
    numbers = {key: given[key] for key in ("from", "to", "step") if key in given}
    for key, value in numbers.items():
        if type(value) not in (int, float) or not abs(value) <= LARGEST:
            table.refuse(
                name, tr("must have a number as {key}, not {value!r:.40}.").format(key=key, value=value)
            )
    if not {"from", "to"} <= set(given) or not given["from"] < given["to"]:
        table.refuse(name, tr("must go from a smaller to a larger number: {{ from = …, to = … }}."))
    is_log = given.get("log", False)
    if type(is_log) is not bool:
        table.refuse(name, tr("must have true or false as log, not {value!r:.40}.").format(value=is_log))
    if "step" in given and ("count" in given or is_log):
        table.refuse(name, tr("must have either a step, or a count with or without log = true."))
    low, high = given["from"], given["to"]
    if "count" in given or is_log:
        count = given.get("count")
        if type(count) is not int or not 2 <= count <= most:
            words = tr("a count from 2 to {most:,}").format(most=most)
            table.refuse(name, tr("must have {words}, not {given!r:.40}.").format(words=words, given=count))
        if is_log and low <= 0:
            table.refuse(name, tr("must begin above 0 where log = true, not at {low:g}.").format(low=low))
        values = (np.geomspace if is_log else np.linspace)(low, high, count).tolist()
        if is_log and kind is WHOLE_NUMBER:
            values = [round(value) for value in values]
        return [_rounded(value) for value in values]
    step = given.get("step", 1)
    if step <= 0 or (high - low) / step > most:
        table.refuse(
            name,
            tr("must have a step above 0, and at most {most:,} values, not steps of {step:g}.").format(
                most=most, step=step
            ),
        )
    return [_rounded(low + nth * step) for nth in range(math.floor((high - low) / step + 1e-9) + 1)]


def _rounded(value: float) -> float:
    """Return 0.3 for 0.1 + 2 × 0.1, which a float makes 0.30000000000000004."""
    return float(f"{value:.12g}")
