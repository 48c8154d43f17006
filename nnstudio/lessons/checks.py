"""Comparisons of quantities: what a goal asks for, and what a claim says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.lessons.number_text import number_text
from nnstudio.lessons.quantities import Quantity, read_quantity
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from nnstudio.files.toml_entries import Table
    from nnstudio.lessons.lesson_text import LessonText
    from nnstudio.lessons.state import LessonState

COMPARISONS = ("equals", "differs", "at_least", "at_most", "between", "is", "same_as", "rises", "falls")
"""One of them is in each check; ``within`` goes with ``equals``, ``differs`` and ``same_as``."""

USUAL_WITHIN = 1e-6


@dataclass(frozen=True)
class Check:
    """One quantity compared with a number, a text, another quantity, or itself when the step began.

    Attributes
    ----------
    quantity : Quantity
    comparison : str
        One of `COMPARISONS`.
    limit : float, (float, float), str, Quantity or None
        What it is compared with; None for ``rises`` and ``falls``.
    within : float
        How far apart equal numbers may be.
    already : bool
        Whether it may hold when the step begins.
    said : LessonText or None
        What the quantity is in this step, for people; None: as the list of quantities says it.
    """

    quantity: Quantity
    comparison: str
    limit: float | tuple[float, float] | str | Quantity | None = None
    within: float = USUAL_WITHIN
    already: bool = False
    said: LessonText | None = None

    def holds(self, state: LessonState, start: LessonState) -> bool:
        """Tell whether it holds; what cannot be measured does not.

        Parameters
        ----------
        state : LessonState
        start : LessonState
            When the step began.
        """
        try:
            value = self.quantity.measure(state, start)
            limit = self.limit
            if isinstance(limit, Quantity):
                limit = limit.measure(state, start)
            if self.comparison in ("rises", "falls"):
                return self._moved(float(value), float(self.quantity.measure(start, start)))
        except QuantityError:
            return False
        if isinstance(limit, str) or isinstance(value, str):
            return str(value) == str(limit)
        number = float(value)
        if not math.isfinite(number):
            return False
        if isinstance(limit, tuple):
            return limit[0] <= number <= limit[1]
        assert limit is not None, "only rises and falls have no limit"
        return {
            "at_least": number >= limit,
            "at_most": number <= limit,
            "differs": abs(number - limit) > self.within,
        }.get(self.comparison, abs(number - limit) <= self.within)

    def _moved(self, now: float, before: float) -> bool:
        return now > before if self.comparison == "rises" else now < before

    def words(self, state: LessonState, start: LessonState) -> str:
        """Say what is asked for, and where it stands."""
        quantity = self.quantity.words if self.said is None else self.said.shown(state, start)
        quantity = quantity[:1].upper() + quantity[1:]
        try:
            value = self.quantity.measure(state, start)
        except QuantityError:
            value = "–"
        if self.said is not None and self.quantity.word.is_flag:
            return quantity
        now = _short(value) if isinstance(value, float) else number_text(value)
        return tr("{quantity}: {wanted} (now {now})").format(quantity=quantity, wanted=self.wanted(), now=now)

    def wanted(self) -> str:
        """Say what is asked for."""
        limit = self.limit
        if self.quantity.word.is_flag and not isinstance(limit, str | tuple | Quantity):
            return number_text(bool(limit))
        if isinstance(limit, tuple):
            return tr("between {low} and {high}").format(
                low=number_text(limit[0]), high=number_text(limit[1])
            )
        shown = (
            limit.words if isinstance(limit, Quantity) else number_text(limit) if limit is not None else ""
        )
        return {
            "at_least": tr("at least {limit}"),
            "at_most": tr("at most {limit}"),
            "differs": tr("other than {limit}"),
            "rises": tr("more than when the step began"),
            "falls": tr("less than when the step began"),
        }.get(self.comparison, "{limit}").format(limit=shown)


def _short(value: float) -> str:
    """Return a measured number as it is read at a glance, while it moves."""
    return number_text(value, ",.0f" if 1000 <= abs(value) < 1e6 else ".3g")


def read_check(table: Table) -> Check:
    """Read a check from a table, all of whose entries it takes.

    Raises
    ------
    UserError
        Of the file's class, with the line, if an entry is unknown, missing or impossible.
    """
    quantity = take_quantity(table, "quantity")
    given = [name for name in COMPARISONS if name in table]
    if len(given) != 1:
        table.refuse(
            given[1] if given else "quantity",
            tr("needs one comparison: {names}.").format(names=", ".join(COMPARISONS)),
        )
    comparison = given[0]
    limit: float | tuple[float, float] | str | Quantity | None = None
    if comparison == "between":
        limit = _interval(table)
    elif comparison == "is":
        limit = table.take("is", str, tr("a text"))
    elif comparison == "same_as":
        limit = take_quantity(table, "same_as")
    elif comparison in ("rises", "falls"):
        if not table.take(comparison, bool, tr("true")):
            table.refuse(comparison, tr("must be true; leave it out otherwise."))
    elif isinstance(table.peek(comparison), str):
        limit = take_quantity(table, comparison)
    else:
        limit = table.take(comparison, float, tr("a number, or a quantity"))
    within = take_within(table) if comparison in ("equals", "differs", "same_as") else USUAL_WITHIN
    already = table.take("already", bool, tr("true or false")) if "already" in table else False
    table.finish()
    return Check(quantity, comparison, limit, within, already)


def take_quantity(table: Table, key: str) -> Quantity:
    """Take an entry that is a quantity."""
    text = table.take(key, str, tr("a quantity, see `nnstudio lesson words`"))
    try:
        return read_quantity(text)
    except QuantityError as error:
        table.refuse(key, tr("cannot be: {error}").format(error=error))


def take_within(table: Table) -> float:
    """Take how far apart equal numbers may be, if it is said."""
    if "within" not in table:
        return USUAL_WITHIN
    within = table.take("within", float, tr("a number of at least 0"))
    if within < 0:
        table.refuse("within", tr("must be a number of at least 0."))
    return within


def _interval(table: Table) -> tuple[float, float]:
    values = table.take("between", list, tr("two numbers, the smaller first"))
    if len(values) != 2 or not all(type(value) in (int, float) for value in values) or values[0] > values[1]:
        table.refuse("between", tr("must be two numbers, the smaller first."))
    return float(values[0]), float(values[1])
