"""The order of layers in a file that does not say it; for `safetensors_import`.

A state dict lists layers by the alphabet or by their definition, not by their use: `three` comes before
`two`. So all orders are looked for in which each layer takes what the one before it computes. Names decide
among them where they hold numbers, in digits or words, or say input and output. Several that are left are a
question to the user; a guess would show another network.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_ORDERS = 24
"""As many are looked for, and offered."""

_MOST_STEPS = 5_000
"""Of the search: many layers of equal size have more orders than anybody could look through."""

_WORDS = re.compile("[0-9]+|[A-Z]?[a-z]+|[A-Z]+")

_CARDINALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_NUMBERS = {word: k for words in (_CARDINALS, _ORDINALS) for k, word in enumerate(words)}

_FIRST = ("input", "in", "inp", "first", "stem", "embed", "embedding", "encoder", "enc")
_LAST = ("output", "out", "outp", "last", "final", "head", "classifier", "cls", "logits", "decoder", "dec")
_PLACES = dict.fromkeys(_FIRST, -1) | dict.fromkeys(_LAST, 1)
"""Words for the first layers and for the last; any other word stands between them."""


def layer_orders(names: Sequence[str], shapes: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the orders in which layers can follow each other.

    Parameters
    ----------
    names : sequence of str
    shapes : sequence of (fan_out, fan_in)

    Returns
    -------
    list of tuple of int
        Indices of the layers; one order if shapes and names leave one, none if no order fits the shapes, at
        most `MOST_ORDERS` otherwise.

    Examples
    --------
    >>> layer_orders(["one", "three", "two"], [(8, 64), (8, 8), (8, 8)])
    [(0, 2, 1)]
    >>> layer_orders(["a", "b", "c"], [(8, 64), (8, 8), (8, 8)])
    [(0, 1, 2), (0, 2, 1)]
    """
    words = [_WORDS.findall(name) for name in names]
    earlier = [[j for j in range(len(names)) if _is_before(words[j], words[i])] for i in range(len(names))]
    anywhere: list[list[int]] = [[] for _ in names]
    for before in (earlier, anywhere):
        for is_possible in (_is_input, lambda n_inputs: True):
            if found := _search(shapes, before, is_possible):
                return found
    return []


def _is_input(n_inputs: int) -> bool:
    """Say whether nnstudio could show such inputs: a point in the plane, or a square image."""
    return n_inputs == 2 or (n_inputs >= 64 and math.isqrt(n_inputs) ** 2 == n_inputs)


def _is_before(a: Sequence[str], b: Sequence[str]) -> bool:
    """Say whether a name, as words, says that its layer comes before another."""
    for x, y in zip((word.lower() for word in a), (word.lower() for word in b), strict=False):
        if x == y:
            continue
        first, second = _number(x), _number(y)
        if first is not None and second is not None:
            if first == second:
                continue
            return first < second
        return _PLACES.get(x, 0) < _PLACES.get(y, 0)
    return False


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() else _NUMBERS.get(word)


def _search(
    shapes: Sequence[tuple[int, int]], before: Sequence[Sequence[int]], is_possible: Callable[[int], bool]
) -> list[tuple[int, ...]]:
    """Return orders in which each layer takes what the one before computes, and none comes too early."""
    found: list[tuple[int, ...]] = []
    steps = 0
    waiting: list[tuple[int, ...]] = [()]
    while waiting and len(found) < MOST_ORDERS and steps < _MOST_STEPS:
        order = waiting.pop()
        steps += 1
        if len(order) == len(shapes):
            found.append(order)
            continue
        waiting += [
            (*order, k)
            for k in reversed(range(len(shapes)))
            if k not in order
            and (shapes[k][1] == shapes[order[-1]][0] if order else is_possible(shapes[k][1]))
            and all(j in order for j in before[k])
        ]
    return found
