"""What a quantity is; the tables of quantities are made of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value: TypeAlias = "float | int | str | bool"
"""What a quantity is measured as."""


@dataclass(frozen=True)
class QuantityWord:
    """A quantity that can be measured.

    Attributes
    ----------
    pattern : str
        As it is written: words, and arguments in capitals, for example ``"z LAYER UNIT"``. An argument that
        ends in … takes all numbers that follow. Layers, units, inputs, rows and columns count from 0.
    summary : str
        What it is, in words that are part of a sentence; to be translated with ``tr``.
    measure : callable
        From a state (with ``needs_start`` also the state when the step began) and the arguments to a value.
    needs_start : bool
    """

    pattern: str
    summary: str
    measure: Callable[..., Value]
    needs_start: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether its value is yes or no: its words begin so."""
        return self.summary.startswith("whether ")


Quantities: TypeAlias = "Sequence[QuantityWord]"
