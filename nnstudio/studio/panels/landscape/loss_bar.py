"""The colour bar of a plane of losses: from one loss to another, both of which can be dragged."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal

from nnstudio.language import translatable
from nnstudio.studio.painting.numbers import brief
from nnstudio.studio.painting.theme import Theme, appearance, colour, text_font, text_scale

BAR_TIP = translatable(
    "The losses of the colours. Drag a mark, or < and >: a narrower or wider range. Backspace: the range "
    "that follows the losses again."
)

RANGE_STEP = 1.25
"""Of a key."""

_WIDTH_PX, _AXIS_PX = 10, 46


def loss_colours(theme: Theme) -> np.ndarray:
    """Return 256 colours from the least loss to the largest, uint32 ``0xffRRGGBB``.

    From the background to one colour, and so in the order of their lightness for every eye.
    """
    low, high = (
        np.array([int(code[k : k + 2], 16) for k in (1, 3, 5)]) for code in (theme.panel, theme.positive)
    )
    share = np.linspace(0.04, 0.92, 256)[:, None]
    red, green, blue = np.rint(low + (high - low) * share).astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, np.uint32)


class LossBar(pg.ColorBarItem):
    """A vertical bar; its range follows the losses until the user chooses one."""

    changed = Signal()
    """The user chose a range, or gave it back."""

    def __init__(self) -> None:
        super().__init__(values=(0.0, 1.0), rounding=1e-30, colorMapMenu=False)
        self._automatic = (0.0, 1.0)
        self.is_chosen = False
        for side in ("left", "top", "bottom"):
            self.hideAxis(side)
        self.axis.tickStrings = _ticks
        self.sigLevelsChanged.connect(self._take)
        self.restyle()

    def restyle(self) -> None:
        """Apply the theme and the text scale."""
        theme, scale = appearance.theme, text_scale()
        self.layout.setColumnFixedWidth(1, round(_WIDTH_PX * scale))
        self.axis.setWidth(round(_AXIS_PX * scale))
        self.axis.setPen(colour(theme.line))
        self.axis.setTextPen(colour(theme.muted))
        self.axis.setTickFont(text_font(11))
        for line in self.region.lines:
            line.setPen(pg.mkPen(colour(theme.text), width=1))
            line.setHoverPen(pg.mkPen(colour(theme.selection), width=2))
        self.region.setHoverBrush(pg.mkBrush(None))
        table = loss_colours(theme)
        channels = [table >> np.uint32(shift) & np.uint32(255) for shift in (16, 8, 0)]
        self.setColorMap(pg.ColorMap(None, np.stack(channels, axis=1).astype(np.uint8)))

    def follow(self, low: float, high: float) -> None:
        """Set the range that follows the losses."""
        self._automatic = low, high
        if not self.is_chosen:
            self.setLevels((low, high))

    def widen(self, factor: float) -> None:
        """Make the range wider by a factor, or narrower; the least loss stays."""
        low, high = self.levels()
        self.is_chosen = True
        self.setLevels((low, low + factor * (high - low)))
        self.changed.emit()

    def reset(self) -> None:
        """Let the range follow the losses again."""
        self.is_chosen = False
        self.setLevels(self._automatic)
        self.changed.emit()

    def _take(self, _: object) -> None:
        self.is_chosen = True
        self.changed.emit()


def _ticks(values: list[float], scale: float, _: float) -> list[str]:
    return [brief(value * scale) for value in values]
