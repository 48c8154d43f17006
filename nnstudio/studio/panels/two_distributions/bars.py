"""Two distributions as bars side by side, which are dragged."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.insight.two_distributions import TwoDistributions
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import four_figures, plain
from nnstudio.studio.painting.theme import appearance, colour, font, text_font
from nnstudio.studio.views.figure_events import REACH_PX
from nnstudio.studio.views.plot import Act, Plot, Values, legend

TARGET, ANSWER = range(2)
WIDTH = 0.38
"""Of a bar, in classes."""

STEP, LARGE_STEP = 0.01, 0.1
HELP = translatable(
    "Drag a bar: the others of its colour share the rest. Left and Right go from bar to bar, Up and Down "
    "change one by 0.01, Page Up and Page Down by 0.1."
)
_NONE = Qt.KeyboardModifier.NoModifier
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_UP = {
    Qt.Key.Key_Up: STEP,
    Qt.Key.Key_Down: -STEP,
    Qt.Key.Key_PageUp: LARGE_STEP,
    Qt.Key.Key_PageDown: -LARGE_STEP,
}

Bar = tuple[int, int]
"""Which distribution, and which class."""


@contained
class BarPairs(Plot):
    """A bar of the target and one of the answer for each class.

    Where the answer gives nothing to what the target holds possible, its bar is full, hatched, and says ∞.

    Attributes
    ----------
    chosen : tuple of int
        The distribution and the class of the bar that keys change.
    """

    given = Signal(int, int, float)
    """A bar was given another height: the distribution, the class, and the share."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Target and answer"),
            (tr("class"), tr("share")),
            parent,
            values_at=self.values_at,
            action_of=self._action_of,
            pan_modifiers=Qt.KeyboardModifier.ShiftModifier,
        )
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self._pair = TwoDistributions.uniform(2)
        self._names: tuple[str, ...] = ()
        self.chosen: Bar = (ANSWER, 0)
        self._pressed: tuple[Bar, QPointF] | None = None
        self._drags = False
        self._bars = [pg.BarGraphItem(x=[], height=[], width=WIDTH) for _ in range(2)]
        self._lost = pg.BarGraphItem(x=[], height=[], width=WIDTH)
        self._ring = pg.BarGraphItem(x=[0], height=[0], width=WIDTH)
        self._infinities: list[pg.TextItem] = []
        for item in (*self._bars, self._lost, self._ring):
            self.addItem(item, ignoreBounds=True)
        appearance.follow(self, self._colour_bars)
        self._colour_bars()

    def _colour_bars(self) -> None:
        theme = appearance.theme
        for bars, code in zip(self._bars, (theme.positive, theme.negative), strict=True):
            bars.setOpts(pen=None, brush=colour(code, 0.9))
        hatched = pg.mkBrush(colour(theme.warning))
        hatched.setStyle(Qt.BrushStyle.BDiagPattern)
        self._lost.setOpts(pen=pg.mkPen(colour(theme.warning)), brush=hatched)
        self._ring.setOpts(pen=pg.mkPen(colour(theme.selection), width=2), brush=None)
        for text in self._infinities:
            text.setColor(colour(theme.warning))
            text.setFont(text_font(14, bold=True))

    def show_pair(self, pair: TwoDistributions, names: tuple[str, ...]) -> None:
        """Show two distributions over named classes."""
        self._pair = pair
        n = len(names)
        if names != self._names:
            self._names = names
            self.getAxis("bottom").setTicks([list(enumerate(names))])
            self.chosen = (self.chosen[0], min(self.chosen[1], n - 1))
            self.fit((-0.6, n - 0.4), (0.0, 1.14))
        for side, shares in enumerate((pair.target, pair.answer)):
            self._bars[side].setOpts(x=np.arange(n) + _offset(side), height=shares)
        lost = np.flatnonzero(np.isinf(pair.parts))
        self._lost.setOpts(x=lost + _offset(ANSWER), height=np.ones(len(lost)))
        while len(self._infinities) < len(lost):
            text = pg.TextItem("∞", anchor=(0.5, 0.9))
            self._infinities.append(text)
            self.addItem(text, ignoreBounds=True)
            self._colour_bars()
        for nth, text in enumerate(self._infinities):
            text.setVisible(nth < len(lost))
            if nth < len(lost):
                text.setPos(float(lost[nth]) + _offset(ANSWER), 1.0)
        self._show_chosen()
        self.update_cross()

    def _show_chosen(self) -> None:
        side, k = self.chosen
        height = (self._pair.target, self._pair.answer)[side][k]
        self._ring.setOpts(x=[k + _offset(side)], height=[height])

    # Pointer

    def bar_at(self, position: QPointF) -> Bar | None:
        """Return the bar whose column is at a position in the plot; None where there is none."""
        if not self.is_within_axes(position):
            return None
        x, _ = self.place_at(position)
        k = round(x)
        return (ANSWER if x > k else TARGET, k) if 0 <= k < len(self._names) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a bar; with Shift, or another button, drag the view."""
        is_pan = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        bar = self.bar_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or is_pan or bar is None:
            super().mousePressEvent(event)
            return
        self._pressed, self._drags = (bar, event.position()), False
        self.chosen = bar
        self._show_chosen()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the bar that was pressed to the pointer's height."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        (side, k), start = self._pressed
        self._drags |= (event.position() - start).manhattanLength() >= REACH_PX
        if self._drags:
            self._move(side, k, self.place_at(event.position())[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the bar go."""
        if self._pressed is None:
            super().mouseReleaseEvent(event)
        self._pressed = None

    def _move(self, side: int, k: int, share: float) -> None:
        self.given.emit(side, k, min(max(share, 0.0), 1.0))

    # Keys

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        if modifiers != _NONE:
            return None
        if key in _ALONG:
            return lambda: self._choose_next(_ALONG[key])
        if key in _UP:
            return lambda: self._step(_UP[key])
        return None

    def _choose_next(self, step: int) -> None:
        side, k = self.chosen
        nth = min(max(2 * k + side + step, 0), 2 * len(self._names) - 1)
        self.chosen = (nth % 2, nth // 2)
        self._show_chosen()

    def _step(self, by: float) -> None:
        side, k = self.chosen
        share = float((self._pair.target, self._pair.answer)[side][k])
        # On whole hundredths, so that 0 and 1 are reached.
        self._move(side, k, round(share + by, 2))

    def values_at(self, x: float) -> Values:
        """Return the shares of a class, and what it adds to the loss."""
        k = round(x)
        if not 0 <= k < len(self._names):
            return []
        pair, theme = self._pair, appearance.theme
        return [
            (theme.muted, tr("class {name}").format(name=self._names[k])),
            (theme.positive, tr("target t = {share}").format(share=plain(float(pair.target[k]), 4))),
            (theme.negative, tr("answer q = {share}").format(share=plain(float(pair.answer[k]), 4))),
            (theme.text, f"−t ln q = {four_figures(float(pair.parts[k]))}"),
        ]


@contained
class BarKey(QLabel):
    """Says which colour is which distribution."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font(11))
        self.setToolTip(tr("The target in blue, the answer in orange beside it"))
        appearance.follow(self, self._write)
        self._write()

    def _write(self) -> None:
        theme = appearance.theme
        self.setText(legend(((theme.positive, "▮", tr("target")), (theme.negative, "▮", tr("answer")))))


def _offset(side: int) -> float:
    return (side - 0.5) * (WIDTH + 0.04)
