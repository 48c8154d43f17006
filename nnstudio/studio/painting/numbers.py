"""Number formatting for all panels."""

import math
from collections.abc import Sequence

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plain(value: float, digits: int = 2) -> str:
    """Format a number without a plus, − for minus.

    Examples
    --------
    >>> plain(-1.234), plain(2.0)
    ('−1.23', '2.00')
    """
    return signed(value, digits).lstrip("+")


def figure(value: float) -> str:
    """Format a number with three figures and no plus; see `scientific`."""
    return scientific(value).lstrip("+")


def scientific(value: float) -> str:
    """Format a number of any magnitude with its sign and three figures.

    Examples
    --------
    >>> scientific(-0.0142), scientific(3.1e-7), scientific(0.0), scientific(12345.0)
    ('−0.0142', '+3.10·10⁻⁷', '0', '+1.23·10⁴')
    >>> scientific(float("-inf")), scientific(float("nan"))
    ('−∞', 'NaN')
    """
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+∞" if value > 0 else "−∞"
    if 1e-3 <= abs(value) < 1e4:
        digits = 4 if abs(value) < 1 else 2
        return signed(value, digits)
    mantissa, exponent = f"{value:+.2e}".split("e")
    return f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}".replace("-", "−")


def four_figures(value: float) -> str:
    """Format a number with four figures at most, for formulas; of any magnitude, without a plus.

    Examples
    --------
    >>> four_figures(0.7), four_figures(-1.23456), four_figures(2.5e-7)
    ('0.7', '−1.235', '2.50·10⁻⁷')
    """
    if value and not 1e-3 <= abs(value) < 1e4:
        return figure(value)
    return f"{value:.4g}".replace("-", "−")


def factor(value: float) -> str:
    """Format a number with four figures within a product: in brackets where it has a sign.

    Examples
    --------
    >>> factor(0.7), factor(-0.8)
    ('0.7', '(−0.8)')
    """
    return f"({four_figures(value)})" if value < 0 else four_figures(value)


def split_digits(value: float, uncertainty: float, decimals: int) -> tuple[str, str]:
    """Write a number, split into the digits that are sure and those that are lost.

    Parameters
    ----------
    value : float
    uncertainty : float
        What it may be wrong by: a digit is lost where it counts less.
    decimals : int

    Examples
    --------
    >>> split_digits(-2.49981, 4e-4, 5), split_digits(0.25, 0.0, 3), split_digits(3.0, 20.0, 1)
    (('−2.499', '81'), ('0.250', ''), ('', '3.0'))
    """
    if not math.isfinite(value):
        return figure(value), ""
    text = plain(value, decimals)
    if uncertainty <= 0:
        return text, ""
    sure = math.floor(-math.log10(uncertainty))
    point = text.index(".") if "." in text else len(text)
    end = point + sure + (1 if sure > 0 else 0)
    return (text[:end], text[end:]) if end > text.startswith("−") else ("", text)


def linear_function(weights: Sequence[float], names: Sequence[str], constant: float) -> str:
    """Write a linear function out, with four figures at most.

    Examples
    --------
    >>> linear_function((-0.5, 1.0), ("u", "v"), 0.25)
    '−0.5 u + 1 v + 0.25'
    """
    terms = [*(f"{_spaced(w)} {of}" for w, of in zip(weights, names, strict=True)), _spaced(constant)]
    whole = " ".join(terms)
    # The first sign stands close to its number, and a plus is not written there.
    return f"−{whole[2:]}" if whole.startswith("−") else whole[2:]


def _spaced(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {four_figures(abs(value))}"


def with_exponent(value: float, digits: int = 2) -> str:
    """Format a number briefly, for axes, with ``digits`` after the first one at most.

    Examples
    --------
    >>> with_exponent(-2.5e-4)
    '−2.5e−4'
    """
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{float(mantissa):.{digits + 1}g}e{int(exponent)}".replace("-", "−")


def brief(value: float) -> str:
    """Format a number with two figures, for a place that has no room for more.

    Examples
    --------
    >>> brief(-0.8), brief(12.34), brief(0.0263), brief(2.5e-6)
    ('−0.8', '12', '0.026', '2.5e−6')
    """
    if value and not 1e-3 <= abs(value) < 1e4:
        return with_exponent(value, 1)
    return f"{value:.2g}".replace("-", "−") if abs(value) < 100 else f"{value:.0f}".replace("-", "−")


def grouped(value: float) -> str:
    """Format a whole number with thin spaces between thousands."""
    return f"{value:,.0f}".replace(",", "\u2009")


def signed(value: float, digits: int = 2) -> str:
    """Format a number with its sign, − for minus, and no sign for what rounds to zero."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def duration(seconds: float) -> str:
    """Format a duration in its two largest units, one below a tenth of a second in milliseconds.

    Examples
    --------
    >>> duration(4e-5), duration(59.94), duration(61), duration(3725)
    ('0.04 ms', '59.9 s', '1 min 01 s', '1 h 02 min')
    """
    if 0 < seconds < 0.0995:
        return f"{1000 * seconds:.2g} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
