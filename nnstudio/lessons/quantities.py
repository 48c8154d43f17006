"""What a lesson can measure: each quantity is a pure function of a state, with words for what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.lessons.data_quantities import DATA_QUANTITIES
from nnstudio.lessons.function_quantities import FUNCTION_QUANTITIES
from nnstudio.lessons.line_quantities import LINE_QUANTITIES
from nnstudio.lessons.loss_quantities import LOSS_QUANTITIES
from nnstudio.lessons.mathematics import MATHEMATICS
from nnstudio.lessons.network_quantities import NETWORK_QUANTITIES
from nnstudio.lessons.perceptron_quantities import PERCEPTRON_QUANTITIES
from nnstudio.lessons.picture_quantities import PICTURE_QUANTITIES
from nnstudio.lessons.plane_quantities import PLANE_QUANTITIES
from nnstudio.lessons.quantity_word import QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.lessons.quantity_word import Quantities, Value
    from nnstudio.lessons.state import LessonState

AT_FIRST = "at first"
"""Before a quantity: what it was when the step began."""

LARGEST = 10**15
"""Largest whole number that is measured."""

MAX_LENGTH = 200
"""Most characters of a quantity as it is written."""

# J is the loss of the talks.
_SLOT = re.compile(r"(?!J$)[A-Z][A-Z0-9]*(…)?")
_WHOLE = {"LAYER", "UNIT", "INPUT", "OUTPUT", "POINT", "ROW", "COLUMN", "NUMBER", "SAMPLE", "BUMP"}
_TEXT = {"NAME", "CLASS", "PROBLEM"}


@dataclass(frozen=True)
class Quantity:
    """A quantity with its arguments.

    Attributes
    ----------
    text : str
        As it is written, for example ``"z 0 2"``.
    word : QuantityWord
    arguments : tuple
    """

    text: str
    word: QuantityWord
    arguments: tuple[Any, ...]

    @property
    def words(self) -> str:
        """What it is, in the user's language, with its arguments."""
        arguments = " ".join(map(str, self.arguments))
        return tr(self.word.summary) + (f" ({arguments})" if arguments else "")

    def measure(self, state: LessonState, start: LessonState) -> Value:
        """Measure it.

        Parameters
        ----------
        state : LessonState
        start : LessonState
            When the step began; only quantities that are about a change look at it.

        Raises
        ------
        QuantityError
            If the state has no such quantity: no input, no such unit, no points.
        """
        states = (state, start) if self.word.needs_start else (state,)
        try:
            with np.errstate(all="ignore"):
                value = self.word.measure(*states, *self.arguments)
        except QuantityError:
            raise
        except UserError as error:
            raise QuantityError(str(error)) from error
        except (IndexError, TypeError, ValueError, ArithmeticError) as error:
            raise QuantityError(
                tr("There is no “{quantity}” here: look at the numbers of layer, unit or input.").format(
                    quantity=self.text
                )
            ) from error
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, int) and abs(value) > LARGEST:
            raise QuantityError(tr("“{quantity}” is too large a number.").format(quantity=self.text))
        return value


def read_quantity(text: str) -> Quantity:
    """Read a quantity as it is written.

    Raises
    ------
    QuantityError
        If there is none.

    Examples
    --------
    >>> read_quantity("z 0 2 without bias").arguments
    (0, 2)
    """
    if len(text) > MAX_LENGTH:
        raise QuantityError(tr("a quantity has at most {most} characters.").format(most=MAX_LENGTH))
    words = text.split()
    if words[:2] == AT_FIRST.split():
        return _at_first(read_quantity(" ".join(words[2:])))
    for word in _BY_LITERALS:
        arguments = _matched(word.pattern.split(), words)
        if arguments is not None:
            return Quantity(" ".join(words), word, arguments)
    first = words[0] if words else ""
    near = [word.pattern for word in QUANTITIES.values() if word.pattern.split()[0] == first]
    if near:
        raise QuantityError(
            tr("there is no quantity “{text:.60}”; there is {near}.").format(text=text, near=", ".join(near))
        )
    raise QuantityError(
        tr("there is no quantity “{text:.60}”; `nnstudio lesson words` lists all.").format(text=text)
    )


def _at_first(quantity: Quantity) -> Quantity:
    """Return what a quantity was when the step began, whatever is done since."""

    def measure(_state: LessonState, start: LessonState) -> Value:
        return quantity.measure(start, start)

    word = QuantityWord(AT_FIRST, quantity.word.summary, measure, needs_start=True)
    return Quantity(f"{AT_FIRST} {quantity.text}", word, ())


def _matched(pattern: list[str], words: list[str]) -> tuple[Any, ...] | None:
    """Return the arguments where words fit a pattern, else None."""
    arguments: list[Any] = []
    for k, part in enumerate(pattern):
        slot = _SLOT.fullmatch(part)
        if slot and slot[1]:
            rest = [_argument("X", word) for word in words[k:]]
            if not rest or None in rest:
                return None
            return (*arguments, *rest)
        if k >= len(words):
            return None
        if not slot:
            if words[k] != part:
                return None
            continue
        value = _argument(part, words[k])
        if value is None:
            return None
        arguments.append(value)
    return tuple(arguments) if len(words) == len(pattern) else None


def _argument(slot: str, word: str) -> Any:
    """Return the value of an argument, or None where it is none."""
    if slot in _TEXT:
        return word
    if slot == "SET":
        return word if word in ("train", "test") else None
    try:
        if slot == "N":
            return int(word) if re.fullmatch(r"\d{1,3}", word) else None
        if slot in _WHOLE:
            return int(word) if re.fullmatch(r"\d{1,6}", word) else None
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) <= 1e9 else None


def _all(*groups: Quantities) -> Mapping[str, QuantityWord]:
    return {word.pattern: word for group in groups for word in group}


QUANTITIES = _all(
    PERCEPTRON_QUANTITIES,
    PLANE_QUANTITIES,
    LOSS_QUANTITIES,
    NETWORK_QUANTITIES,
    FUNCTION_QUANTITIES,
    DATA_QUANTITIES,
    LINE_QUANTITIES,
    PICTURE_QUANTITIES,
    MATHEMATICS,
)
"""Every quantity by its pattern."""

_BY_LITERALS = sorted(
    QUANTITIES.values(), key=lambda word: -sum(not _SLOT.fullmatch(part) for part in word.pattern.split())
)
"""Those with the most words of their own first: "z 0 1 without bias" before "z 0 1"."""
