"""The colour bar of pictures of numbers: its range, about zero or from zero, can be dragged."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetricsF

from nnstudio.language import translatable
from nnstudio.studio.painting.numbers import with_exponent
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.views.tile_image import ZERO

BAR_TIP = translatable(
    "What the full colour stands for. Drag a mark, or < and >: a narrower or wider range. Double click, or "
    "Backspace: the range that follows the numbers again."
)
SCOPE_TIP = translatable(
    "Click, or K: the full colour for the largest of each unit, of a layer, of the network"
)

RANGE_STEP = 1.25
"""Of a key."""

_WIDTH_PX, _HEIGHT_PX, _MARGIN_PX, _AXIS_PX = 170, 8, 30, 18
HEIGHT_PX = 3 + _HEIGHT_PX + _AXIS_PX
"""Of all, in design pixels."""

_MOST_GROWTH = 5.0
"""Natural logarithm of the factor by which one drag changes the range, at most."""

_NARROWEST = 1e-3
"""Of the range that follows the numbers."""


class ColourBar(pg.ColorBarItem):
    """A horizontal bar from −limit to +limit, or from 0 where no number is negative.

    The range follows the numbers until the user chooses one: then the full colour stays at the value chosen.
    Where tiles have a full colour each, at their own largest, the user chooses a share of that.
    """

    changed = Signal()
    """The user chose a range, or gave it back."""

    def __init__(self) -> None:
        # Of values in the unit of the numbers, which may be tiny.
        super().__init__(values=(-1.0, 1.0), rounding=1e-30, orientation="horizontal", colorMapMenu=False)
        self._automatic: float | None = None
        self.is_by_tile, self._is_signed = False, True
        self._table = np.zeros(256, np.uint32)
        self._chosen: float | None = None
        self.word = ""
        """What the numbers are, in the middle of a bar from 0."""
        # Between the marks there is nothing to drag: both would move, and the range would grow either way.
        self.region.movable = False
        for side in ("left", "right", "top"):
            self.hideAxis(side)
        self.sigLevelsChanged.connect(self._take)
        self.vb.sigResized.connect(self._write_ends)
        self._write()

    def restyle(self, table: np.ndarray) -> None:
        """Apply the theme and the text scale, and the colours of indices 1 … 255."""
        theme, scale = appearance.theme, text_scale()
        # Narrower in a narrow picture.
        width = round((_WIDTH_PX + 2 * _MARGIN_PX) * scale)
        self.setMinimumWidth(0)
        self.setPreferredWidth(width)
        self.setMaximumWidth(width)
        self.setContentsMargins(*(round(px * scale) for px in (_MARGIN_PX, 3, _MARGIN_PX, 0)))
        self.layout.setRowFixedHeight(2, round(_HEIGHT_PX * scale))
        self.axis.setPen(colour(theme.line))
        self.axis.setTextPen(colour(theme.muted))
        # By so much the numbers at the ends may extend beyond the axis.
        margin = round(_MARGIN_PX * scale)
        self.axis.setStyle(tickLength=0, hideOverlappingLabels=margin, tickTextOffset=2)
        self.axis.setTickFont(text_font(11))
        self.axis.setHeight(round(_AXIS_PX * scale))
        for line in self.region.lines:
            line.setPen(pg.mkPen(colour(theme.text), width=1))
            line.setHoverPen(pg.mkPen(colour(theme.selection), width=2))
        self.region.setHoverBrush(pg.mkBrush(None))
        self._table = table
        self._colour()

    def _colour(self) -> None:
        self.setColorMap(_colour_map(self._table[1 if self._is_signed else ZERO :]))

    def follow(self, limit: float | None, *, is_by_tile: bool, is_signed: bool = True) -> None:
        """Set the range that follows the numbers.

        Parameters
        ----------
        limit : float or None
            Value of the full colour; None where it is not one.
        is_by_tile : bool
            Each tile has its own; ``limit`` is that of one of them.
        is_signed : bool, optional
            Whether numbers may be negative.
        """
        if is_by_tile is not self.is_by_tile:
            self._chosen = None
        before = self._automatic, self.is_by_tile, self._is_signed
        if (limit, is_by_tile, is_signed) != before:
            self._automatic, self.is_by_tile, self._is_signed = limit, is_by_tile, is_signed
            if is_signed is not before[2]:
                self._colour()
            self._write()

    def drawn(self, limit: np.ndarray) -> np.ndarray:
        """Return the values of the full colour to draw with, for those that follow the numbers."""
        if self._chosen is None:
            return limit
        return limit * self._chosen if self.is_by_tile else np.full_like(limit, self._chosen)

    @property
    def is_chosen(self) -> bool:
        """Whether the user chose the range."""
        return self._chosen is not None

    def widen(self, factor: float) -> None:
        """Make the range wider by a factor, or narrower."""
        self._choose(self._scale * factor)

    def reset(self) -> None:
        """Let the range follow the numbers again."""
        self._chosen = None
        self._write()
        self.changed.emit()

    @property
    def _whole(self) -> float:
        """The range that follows the numbers, in what the user chooses: values, or shares of the largest."""
        return 1.0 if self.is_by_tile or self._automatic is None else self._automatic

    @property
    def _scale(self) -> float:
        return self._whole if self._chosen is None else self._chosen

    def _choose(self, scale: float) -> None:
        self._chosen = max(scale, _NARROWEST * self._whole)
        self._write()
        self.changed.emit()

    def _take(self, _: object) -> None:
        """Take the range that a drag gives, symmetrically: that of the mark that was moved further."""
        low, high = self.levels()
        # pyqtgraph computes a drag from where it began, which `lo_prv` and `hi_prv` keep. Its range reaches 0
        # before the mark has come to the middle: a factor for each pixel never does.
        by_low, by_high = self.lo_prv - low, high - self.hi_prv
        grown = by_high if abs(by_high) >= abs(by_low) else by_low
        factor = math.exp(max(min(grown / self.hi_prv, _MOST_GROWTH), -_MOST_GROWTH))
        self._chosen = max(self.hi_prv * factor, _NARROWEST * self._whole)
        self.values = self._ends
        self._write_ends()
        self.changed.emit()

    @property
    def _ends(self) -> tuple[float, float]:
        return -self._scale if self._is_signed else 0.0, self._scale

    def _write(self) -> None:
        self.setLevels(self._ends)
        self._write_ends()

    def _write_ends(self, _: object = None) -> None:
        """Label the ends and zero, or only tell the range where there is no room for more."""
        low, high = self._ends
        self.axis.setRange(low, high)
        ticks = [(0.0, "0"), (high, self._words("+"))]
        last, word = ticks[-1][1], "" if self._is_signed else self.word
        if self._is_signed:
            ticks.insert(0, (low, self._words("−")))
        elif word:
            ticks.insert(1, ((low + high) / 2, word))
        # The words at the ends extend beyond them by half.
        if self.vb.width() < QFontMetricsF(text_font(11)).horizontalAdvance(f"{last} {word} 0 "):
            words = self._words("±") if self._is_signed else f"{word} 0 … {last}".strip()
            ticks = [((low + high) / 2, words)]
        self.axis.setTicks([ticks])

    def _words(self, sign: str) -> str:
        if self._automatic is not None:
            value = self._automatic * self._scale if self.is_by_tile else self._scale
            sign = sign if self._is_signed else ""
            return sign + (f"{value:.3g}" if value == 0 or 1e-3 <= value < 1e4 else with_exponent(value))
        share = self._scale
        return sign if share == 1 else f"{sign}{100 * share:.3g} %"


def _colour_map(table: np.ndarray) -> pg.ColorMap:
    channels = [table >> np.uint32(shift) & np.uint32(255) for shift in (16, 8, 0)]
    return pg.ColorMap(None, np.stack(channels, axis=1).astype(np.uint8))
