"""Print progress on standard error, and the estimated time left."""

from __future__ import annotations

import shutil
import sys
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_REWRITE_PERIOD_S = 0.1
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_MANY_DAYS = 999


class ProgressLines:
    """Lines of progress; on a terminal, one more at the bottom that is overwritten.

    Use it as a context manager: at its end the line at the bottom is cleared.
    """

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self._begun = monotonic()
        self._rewritten = float("-inf")
        self._shown = ""

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wipe()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return monotonic() - self._begun

    def time_left(self, share: float) -> str:
        """Return an estimate of the time left, in words, when ``share`` (0 to 1) is done."""
        if share <= 0.0:
            return "time left unknown"
        return f"about {duration(self.elapsed_s * (1.0 - share) / share)} left"

    def line(self, text: str) -> None:
        """Print a line that stays."""
        self._wipe()
        print(text, file=sys.stderr, flush=True)

    def rewrite(self, text: str) -> None:
        """Overwrite the line at the bottom, at most ten times a second; only on a terminal."""
        now = monotonic()
        if not self.is_terminal or now - self._rewritten < _REWRITE_PERIOD_S:
            return
        self._rewritten = now
        # A line that wraps could not be overwritten.
        text = text[: shutil.get_terminal_size().columns - 1]
        print(f"\r{text:<{len(self._shown)}}", end="", file=sys.stderr, flush=True)
        self._shown = text

    def _wipe(self) -> None:
        if self._shown:
            print(f"\r{'':<{len(self._shown)}}\r", end="", file=sys.stderr, flush=True)
            self._shown = ""


def duration(seconds: float) -> str:
    """Return a time in words, to two figures or so.

    Examples
    --------
    >>> duration(7.4), duration(200), duration(4000)
    ('7 s', '3 min 20 s', '1 h 7 min')
    >>> duration(200_000), duration(1e12)
    ('2 days', 'over 999 days')
    """
    if seconds > _MANY_DAYS * _DAY_S:
        return f"over {_MANY_DAYS} days"
    if seconds >= 2 * _DAY_S:
        return f"{round(seconds / _DAY_S)} days"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    minutes = round(seconds / _MINUTE_S)
    return f"{minutes // _MINUTE_S} h {minutes % _MINUTE_S} min"
