"""Numbers in the texts of lessons, and numbers that students type."""

from __future__ import annotations

import contextlib
import math
import re

from nnstudio.data.typed_numbers import NumberError, typed_number
from nnstudio.language import tr

FORMAT = re.compile(r"[+]?,?(\.\d{1,2})?[dfg%]?")
"""What may follow the colon in ``{quantity:format}``."""

_GROUPED = re.compile(r"[-+−–]?[1-9]\d{0,2}([ ,.'’\u00a0\u202f]\d{3})+")
"""A whole number whose thousands are apart."""


def number_text(value: object, form: str = "") -> str:
    """Return a value for people: six digits at most where no format is given, minus as −.

    Examples
    --------
    >>> number_text(-0.601), number_text(2073600, ",d"), number_text(0.5), number_text("ML")
    ('−0.601', '2,073,600', '0.5', 'ML')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    assert isinstance(value, int | float), "a quantity is a number or a text"
    if not math.isfinite(value):
        form = ""
    elif form.endswith("d"):
        value = round(value)
    text = format(value, form or ("d" if isinstance(value, int) else ".6g"))
    # −0.00 is 0.00; −inf is not inf.
    if text.startswith("-") and not re.search("[1-9i]", text):
        text = text[1:]
    return text.replace("-", "−")


def typed_values(text: str) -> tuple[float, ...]:
    """Return what a typed number can mean: ``1,234`` is 1.234 for some people and 1234 for others.

    Raises
    ------
    NumberError
        If it is no number.

    Examples
    --------
    >>> typed_values("0,7"), typed_values("7/10"), typed_values("78 400"), typed_values("1,234")
    ((0.7,), (0.7,), (78400.0,), (1.234, 1234.0))
    """
    plain = text.strip()
    whole = 100 if plain.endswith("%") else 1
    plain = plain.removesuffix("%").rstrip()
    found = []
    # A number that may be read in two ways is taken in both.
    with contextlib.suppress(NumberError):
        found.append(typed_number(plain, has_decimal_commas=True))
    if _GROUPED.fullmatch(plain):
        digits = re.sub(r"[^\d]", "", plain)
        found.append(float(digits) * (-1 if plain[0] in "-−–" else 1))
    elif not found and re.fullmatch(r"[+]?\d{5,15}", plain):
        found.append(float(plain))
    if not found:
        raise NumberError(tr("“{text:.40}” is no number; write one such as 0.7.").format(text=text.strip()))
    return tuple(value / whole for value in found)
