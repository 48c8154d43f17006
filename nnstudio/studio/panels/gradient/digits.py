"""How many digits of losses and of difference quotients are written, and which of them are lost."""

import math
from html import escape

from nnstudio.insight.difference_quotient import Quotient
from nnstudio.studio.painting.numbers import split_digits
from nnstudio.studio.painting.theme import appearance

FIGURES = 6
"""Of a quotient."""

MOST_DECIMALS = 16


def step_decimals(h: float) -> int:
    """Return with how many decimals W + h differs from W as it is written.

    Examples
    --------
    >>> step_decimals(0.1), step_decimals(1e-4), step_decimals(2.5e-7)
    (4, 4, 8)
    """
    mantissa, exponent = f"{h:.1e}".split("e")
    decimals = -int(exponent) + (0 if mantissa.endswith("0") else 1)
    return min(max(decimals, 4), MOST_DECIMALS)


def quotient_digits(quotient: Quotient) -> tuple[str, str]:
    """Write a quotient with `FIGURES` figures, split into those that are sure and those that are lost."""
    value = quotient.value
    if not math.isfinite(value):
        return split_digits(value, 0.0, 0)
    size = math.floor(math.log10(abs(value))) if value else 0
    return split_digits(value, quotient.uncertainty, min(max(FIGURES - 1 - size, 0), MOST_DECIMALS - 4))


def loss_digits(quotient: Quotient, loss: float) -> tuple[str, str]:
    """Write a loss with the digits in which the two of a quotient differ, split as they are sure or lost."""
    if not quotient.is_finite:
        return split_digits(loss, 0.0, 4)
    other = quotient.here if quotient.behind is None else quotient.behind
    change = abs(quotient.ahead - other)
    decimals = 1 - math.floor(math.log10(change)) if change else 6
    return split_digits(loss, quotient.rounding, min(max(decimals, 4), MOST_DECIMALS))


def in_colours(digits: tuple[str, str]) -> str:
    """Return rich text with the lost digits in grey."""
    sure, lost = map(escape, digits)
    return f'{sure}<span style="color: {appearance.theme.muted}">{lost}</span>' if lost else sure
