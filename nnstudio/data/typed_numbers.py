"""Numbers as people type and paste them: ``1/2``, ``0,5``, ``−3``, and blocks of a spreadsheet."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from nnstudio.data.problem import numbered
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence


LARGEST = 9999.0
"""Largest size of a number that is typed."""

MAX_CHARACTERS = 1_000_000
"""Longest block that is pasted."""

MOST_NAMED = 4
"""Most inputs whose names a sentence lists."""

_SIGNS = str.maketrans({"−": "-", "–": "-", "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
_DECIMAL = re.compile(
    r"[-+]?([0-9]{1,40}([.,][0-9]{0,40})?|[.,][0-9]{1,40})(e[-+]?[0-9]{1,4})?", re.IGNORECASE
)
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")
"""What may be a whole number with a comma between thousands as well."""


class NumberError(UserError):
    """A text that is no number, or one out of range."""


class BlockError(NumberError):
    """A block of numbers that does not fit.

    Attributes
    ----------
    row, column : int or None
        Where, counted from 0; None where the whole block or the whole row is meant.
    """

    def __init__(self, sentence: str, row: int | None = None, column: int | None = None) -> None:
        super().__init__(sentence)
        self.row = row
        self.column = column


def typed_number(text: str, *, has_decimal_commas: bool = False) -> float:
    """Read one number.

    Parameters
    ----------
    text : str
        Decimals with a point or a comma, ``1e-3``, fractions of those such as ``1/2``; minus as a hyphen, as
        − or as an en dash.
    has_decimal_commas : bool
        Whether a comma is known to be a decimal comma; else ``1,234`` is refused, which may be 1234.

    Raises
    ------
    NumberError
        If it is anything else, has no value, or is larger than `LARGEST` in size.

    Examples
    --------
    >>> [typed_number(text) for text in ("1/2", "0,5", "0.5", "−3", "1e-3")]
    [0.5, 0.5, 0.5, -3.0, 0.001]
    """
    plain = text.translate(_SIGNS).strip()
    if not plain:
        raise NumberError(tr("A number is missing."))
    parts = [part.strip() for part in plain.split("/")]
    if len(parts) > 2 or not all(_DECIMAL.fullmatch(part) for part in parts):
        raise NumberError(
            tr("“{text:.40}” is no number. Write one such as 0.5, 0,5, 1/2, −3 or 1e-3.").format(
                text=text.strip()
            )
        )
    if not has_decimal_commas:
        for part in parts:
            if _THOUSANDS.fullmatch(part):
                shown = part.replace("-", "−")
                raise NumberError(
                    tr("“{text:.40}” can be {point} or {whole}; write it without a comma.").format(
                        text=text, point=shown.replace(",", "."), whole=shown.replace(",", "")
                    )
                )
    values = [float(part.replace(",", ".")) for part in parts]
    if len(values) == 2:
        if values[1] == 0:
            raise NumberError(tr("“{text:.40}” has no value: nothing can be divided by 0.").format(text=text))
        return checked_number(values[0] / values[1])
    return checked_number(values[0])


def checked_number(value: float) -> float:
    """Return a number that is finite and not too large.

    Raises
    ------
    NumberError
        If it is not finite, or larger than `LARGEST` in size.
    """
    if not math.isfinite(value):
        raise NumberError(tr("{value} is no number that a network can use.").format(value=value))
    if abs(value) > LARGEST:
        raise NumberError(
            tr("{value} is too large; numbers from −{largest} to {largest} are taken.").format(
                value=f"{value:g}".replace("-", "−"), largest=f"{LARGEST:g}"
            )
        )
    return value


def typed_rows(text: str) -> list[list[float]]:
    r"""Read a block of numbers, such as is copied from a spreadsheet; empty lines are left out.

    Cells are separated by tabs or semicolons, else by commas or blanks. A comma separates where a blank or a
    sign follows, where numbers have decimal points, and where a line without blanks has several of them.

    Raises
    ------
    BlockError
        If there is no number, a cell is none, commas can be understood in two ways, or the block is longer
        than `MAX_CHARACTERS`.

    Examples
    --------
    >>> typed_rows("0,1\t−0,8\n-0,3\t0,1\n")
    [[0.1, -0.8], [-0.3, 0.1]]
    >>> typed_rows("0.1, -0.8") == typed_rows("0.1,-0.8") == typed_rows("0.1 -0.8") == [[0.1, -0.8]]
    True
    """
    if len(text) > MAX_CHARACTERS:
        raise BlockError(tr("The text is longer than {most:,} characters.").format(most=MAX_CHARACTERS))
    # A line may begin or end with an empty cell, so tabs stay.
    lines = [line.strip(" \r") for line in text.translate(_SIGNS).split("\n") if line.strip()]
    if not lines:
        raise BlockError(tr("There is no number in it."))
    separator = _separator(lines)
    cells = [re.sub(r" */ *", "/", line).split(separator) for line in lines]
    has_points = any("." in line for line in lines)
    # A comma that cannot stand between thousands decides for all.
    has_decimal_commas = not has_points and any(
        "," in cell and not _THOUSANDS.fullmatch(cell.strip()) for row in cells for cell in row
    )
    return [
        [_cell(cell, r, c, has_decimal_commas) for c, cell in enumerate(row)] for r, row in enumerate(cells)
    ]


def _cell(text: str, row: int, column: int, has_decimal_commas: bool) -> float:
    try:
        return typed_number(text, has_decimal_commas=has_decimal_commas)
    except NumberError as error:
        raise BlockError(
            tr("Row {row}, column {column}: {error}").format(row=row + 1, column=column + 1, error=error),
            row,
            column,
        ) from error


def _separator(lines: Sequence[str]) -> str | None:
    """Return what separates the cells of a block; None: blanks."""
    for mark in ("\t", ";"):
        if any(mark in line for line in lines):
            return mark
    if not any("," in line for line in lines):
        return None
    block = "\n".join(lines)
    after = set(re.findall(r",(.?)", block))
    if after <= {" ", ""}:
        return ","
    if " " in after:
        is_clear = False
    elif " " in block:
        return None
    else:
        is_clear = "." in block or bool(after & {"-", "+"}) or any(line.count(",") > 1 for line in lines)
    if not is_clear:
        raise BlockError(
            tr(
                "A comma in it can belong to a number or separate two. Separate the numbers by tabs, "
                "semicolons or blanks."
            )
        )
    return ","


def check_rows(
    rows: Sequence[Sequence[object]],
    layer: int,
    fan_in: int,
    fan_out: int,
    names: Sequence[str] = (),
    *,
    has_biases: bool = False,
) -> None:
    """Check that rows have the shape of a layer's weights.

    Parameters
    ----------
    rows : sequence of sequences
    layer : int
        Computing layer, the first is 0; for the sentence of an error.
    fan_in, fan_out : int
    names : sequence of str
        Of the inputs; x₁, x₂, … where none are given.
    has_biases : bool
        Whether each row ends with a bias.

    Raises
    ------
    BlockError
        If the number of rows is not fan_out, or a row has not the right length.
    """
    for r, row in enumerate(rows):
        if len(row) != fan_in + has_biases:
            raise BlockError(
                tr("Row {row} of {layer} has %n number(s); {wanted}.", len(row)).format(
                    row=r + 1,
                    layer=layer_words(layer),
                    wanted=_wanted(layer, fan_in, names, has_biases=has_biases),
                ),
                r,
            )
    if len(rows) != fan_out:
        raise BlockError(
            tr("{given}, and %n unit(s) in {layer}: each unit has a row.", fan_out).format(
                given=tr("There are %n row(s)", len(rows)), layer=layer_words(layer)
            )
        )


def layer_words(layer: int) -> str:
    """Return how a sentence names a computing layer.

    Examples
    --------
    >>> layer_words(0), layer_words(3)
    ('the first layer', 'layer 4')
    """
    words = (tr("the first layer"), tr("the second layer"), tr("the third layer"))
    return words[layer] if layer < len(words) else tr("layer {number}").format(number=layer + 1)


def _wanted(layer: int, fan_in: int, names: Sequence[str], *, has_biases: bool) -> str:
    """Return how many numbers a row must have, and of which inputs."""
    if layer:
        inputs = tr("the %n unit(s) before it", fan_in)
    else:
        names = names or numbered("x", fan_in)
        inputs = ", ".join(names) if fan_in <= MOST_NAMED else f"{names[0]}, {names[1]} … {names[-1]}"
    if has_biases:
        return tr("{inputs} and the bias ask for {count}").format(inputs=inputs, count=fan_in + 1)
    if fan_in == 1:
        return tr("{inputs} asks for 1").format(inputs=inputs)
    return tr("{inputs} ask for {count}").format(inputs=inputs, count=fan_in)
