"""Read formulas in x₁ and x₂ and compute them with NumPy; what is typed is parsed, never run as code."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

MAX_CHARACTERS = 200
MAX_DEPTH = 32
"""Most brackets, signs and powers within each other."""

FUNCTIONS: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = MappingProxyType(
    {
        "sin": np.sin,
        "cos": np.cos,
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "abs": np.abs,
    }
)
VARIABLES = ("x1", "x2", "r", "phi")
"""Coordinates of a point, its distance from the origin, and its angle from the x₁ axis, −π … π."""

_CONSTANTS = MappingProxyType({"pi": math.pi})

_OTHER_SPELLINGS = MappingProxyType({"x₁": "x1", "x₂": "x2", "φ": "phi", "ϕ": "phi", "π": "pi"})
_OTHER_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "\N{NO-BREAK SPACE}": " "})

_TOKEN = re.compile(
    r"(?P<number>([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?)|(?P<name>[^\W\d_²₁₂]+[0-9₁₂]*)|(?P<sign>[-+*/^()²])"
)
_BINARY: Mapping[str, Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
)


class ExpressionError(UserError):
    """A formula that cannot be read.

    Attributes
    ----------
    start, end : int
        The characters of the text that are meant; at its end where something is missing there.
    """

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start = start
        self.end = end


@dataclass(frozen=True)
class Expression:
    """A formula that was read.

    Attributes
    ----------
    text : str
        As it was typed; formulas are equal whatever their spelling.
    program : tuple of (str, float)
        What is to be done, in postfix order: ``("number", 2.0)``, or the name of a variable, a function, an
        operator or ``"neg"``, with 0. Equal formulas have equal programs, whatever their blanks and brackets.
    """

    text: str = field(compare=False)
    program: tuple[tuple[str, float], ...]

    def at(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Return the value at each point, (n,); not finite where it has none.

        Parameters
        ----------
        points : ndarray of shape (n, 2)
        """
        x1, x2 = np.asarray(points, np.float64).T
        stack: list[NDArray[np.float64]] = []
        with np.errstate(all="ignore"):
            values = {"x1": x1, "x2": x2, "r": np.hypot(x1, x2), "phi": np.arctan2(x2, x1)}
            for name, number in self.program:
                if name == "number":
                    stack.append(np.full(len(x1), number))
                elif name in values:
                    stack.append(values[name])
                elif name == "neg":
                    stack.append(-stack.pop())
                elif name in FUNCTIONS:
                    stack.append(FUNCTIONS[name](stack.pop()))
                else:
                    right = stack.pop()
                    stack.append(_BINARY[name](stack.pop(), right))
        (result,) = stack
        return np.array(result)


def parse_expression(text: str) -> Expression:
    """Read a formula.

    It has numbers with a decimal point, x1, x2, r, phi (or x₁, x₂, φ) and pi, the functions of `FUNCTIONS`
    with brackets, + − * / ^ and ². Powers bind more than signs, −x1^2 is −(x1^2), and from the right; a
    product is always written with its sign.

    Raises
    ------
    ExpressionError
        If it is anything else, longer than `MAX_CHARACTERS`, or deeper than `MAX_DEPTH`.

    Examples
    --------
    >>> parse_expression("x₁² + 2·x₂").at(np.array([[3.0, 0.5]]))
    array([10.])
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            tr("A formula has at most {most} characters.").format(most=MAX_CHARACTERS),
            MAX_CHARACTERS,
            len(text),
        )
    return Expression(text, tuple(_Parser(text).formula()))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    """Divide a text; the last token is its end."""
    plain = text.translate(_OTHER_SIGNS)
    found, at = [], 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(plain, at)
        if match is None:
            if plain[at] == ",":
                sentence = tr("Decimals are written with a point, as in 0.5.")
            else:
                sentence = tr("“{sign}” has no meaning in a formula.").format(sign=text[at])
            raise ExpressionError(sentence, at, at + 1)
        kind = str(match.lastgroup)
        name = match[0]
        found.append(_Token(kind, _OTHER_SPELLINGS.get(name, name), at, match.end()))
        at = match.end()
    found.append(_Token("end", "", len(text), len(text)))
    return found


class _Parser:
    """Recursive descent: sum, product, sign, power, atom; each returns a part of the program."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> str:
        """Step over one of some signs, and return it; nothing where another token stands."""
        if self._token.kind != "sign" or self._token.text not in signs:
            return ""
        self._at += 1
        return self._tokens[self._at - 1].text

    def formula(self) -> list[tuple[str, float]]:
        program = self._sum()
        token = self._token
        if token.kind == "end":
            return program
        if token.text == ")":
            raise self._error(tr("This bracket was never opened."), token)
        if token.text == "²":
            raise self._error(tr("A power of a power needs brackets."), token)
        raise self._error(tr("An operator is missing before “{text}”.").format(text=token.text), token)

    def _sum(self) -> list[tuple[str, float]]:
        program = self._product()
        while operator := self._take("+", "-"):
            program += [*self._product(), (operator, 0.0)]
        return program

    def _product(self) -> list[tuple[str, float]]:
        program = self._signed()
        while operator := self._take("*", "/"):
            if operator == "*" and self._token.text == "*":
                raise self._error(tr("A power is written with ^."), self._token)
            program += [*self._signed(), (operator, 0.0)]
        return program

    def _signed(self) -> list[tuple[str, float]]:
        sign = self._take("+", "-")
        if not sign:
            return self._power()
        program = self._deeper(self._signed)
        return [*program, ("neg", 0.0)] if sign == "-" else program

    def _power(self) -> list[tuple[str, float]]:
        base = self._atom()
        if self._take("²"):
            return [*base, ("number", 2.0), ("^", 0.0)]
        if self._take("^"):
            return [*base, *self._deeper(self._signed), ("^", 0.0)]
        return base

    def _atom(self) -> list[tuple[str, float]]:
        token = self._token
        if token.kind == "number":
            self._at += 1
            value = float(token.text)
            if not math.isfinite(value):
                raise self._error(tr("This number is too large."), token)
            return [("number", value)]
        if token.kind == "name":
            self._at += 1
            return self._named(token)
        if self._take("("):
            return self._bracketed(token)
        if token.kind == "end":
            raise self._error(tr("The formula ends where a number or a name is missing."), token)
        raise self._error(tr("A number or a name is missing before “{text}”.").format(text=token.text), token)

    def _named(self, token: _Token) -> list[tuple[str, float]]:
        bracket = self._token
        if token.text in FUNCTIONS:
            if not self._take("("):
                raise self._error(
                    tr("{name} needs brackets, as in {name}(x1).").format(name=token.text), token
                )
            return [*self._bracketed(bracket), (token.text, 0.0)]
        if token.text in VARIABLES:
            return [(token.text, 0.0)]
        if token.text in _CONSTANTS:
            return [("number", _CONSTANTS[token.text])]
        raise self._error(
            tr("There is no {name}; names are {names}.").format(
                name=token.text, names=", ".join((*VARIABLES, *_CONSTANTS, *FUNCTIONS))
            ),
            token,
        )

    def _bracketed(self, opening: _Token) -> list[tuple[str, float]]:
        program = self._deeper(self._sum)
        if self._take(")"):
            return program
        if self._token.kind == "end":
            raise self._error(tr("This bracket is never closed."), opening)
        raise self._error(
            tr("An operator is missing before “{text}”.").format(text=self._token.text), self._token
        )

    def _deeper(self, read: Callable[[], list[tuple[str, float]]]) -> list[tuple[str, float]]:
        if self._depth == MAX_DEPTH:
            raise self._error(
                tr("Brackets, signs and powers are at most {most} within each other.").format(most=MAX_DEPTH),
                self._token,
            )
        self._depth += 1
        program = read()
        self._depth -= 1
        return program

    def _error(self, sentence: str, token: _Token) -> ExpressionError:
        return ExpressionError(sentence, token.start, token.end)
