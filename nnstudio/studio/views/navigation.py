"""Zoom, pan and fit of a pyqtgraph view box, by keys too; shared by plots and pictures of numbers."""

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from nnstudio.language import tr, translatable
from nnstudio.studio.views.view import ARROWS

HOW_TO_MOVE = translatable("Wheel or + and −: zoom; drag or {keys}: move; double click, A or Home: all.")

ZOOM_STEP = 1.25
"""Of a key; the wheel's is pyqtgraph's."""

PAN_STEP = 0.1
"""Share of what is seen that an arrow key moves."""

_ZOOM_KEYS = {
    Qt.Key.Key_Plus: 1 / ZOOM_STEP,
    Qt.Key.Key_Equal: 1 / ZOOM_STEP,
    Qt.Key.Key_Minus: ZOOM_STEP,
}
_FIT_KEYS = (Qt.Key.Key_A, Qt.Key.Key_Home)
_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
# The plus of some keyboards is typed with Shift.
_ZOOM_MODIFIERS = (_NONE, Qt.KeyboardModifier.ShiftModifier, _ALT, Qt.KeyboardModifier.ShiftModifier | _ALT)

Range = tuple[float, float]


class Navigation(QObject):
    """What part of a view box is seen: all of it, which may grow, or what the user chose.

    Parameters
    ----------
    box : ViewBox
        Its wheel and its drags are noted. Automatic ranges are turned off: they cost milliseconds a frame.
    padding : float
        Margin around all, as a share of its size.
    pan_modifiers : Qt.KeyboardModifier, optional
        To be held with the arrow keys to move.
    """

    moved = Signal()
    """The user moved or zoomed, or asked for all again."""

    def __init__(
        self, box: pg.ViewBox, padding: float = 0.0, pan_modifiers: Qt.KeyboardModifier = _NONE
    ) -> None:
        super().__init__(box)
        self._box, self._padding, self._pan_modifiers = box, padding, pan_modifiers
        self._everything: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self.is_fitted = True
        """Whether all is seen, as far as `fit` was told; else what the user chose."""
        box.disableAutoRange()
        box.sigRangeChangedManually.connect(self._note_move)

    @property
    def tip(self) -> str:
        """How one moves, for hover texts."""
        keys = tr("arrow keys") if self._pan_modifiers == _NONE else tr("Shift + arrow keys")
        return tr(HOW_TO_MOVE).format(keys=keys)

    def fit(self, x: Range, y: Range) -> None:
        """Set what all is; it is shown along each axis of which the user has chosen no part."""
        follow_x, follow_y = (True, True) if self.is_fitted else self.shows_all()
        self._everything = (x, y)
        self._show_all_of(x if follow_x else None, y if follow_y else None)

    def show_all(self) -> None:
        """Show all, and keep showing all."""
        self.is_fitted = True
        self._show_all_of(*self._everything)
        self.moved.emit()

    def show_part(self, x: Range | None = None, y: Range | None = None) -> None:
        """Show a part that was chosen in another view of the same; None leaves an axis."""
        self.is_fitted = False
        self._box.setRange(xRange=x, yRange=y, padding=0)

    def _show_all_of(self, x: Range | None, y: Range | None) -> None:
        if x is not None or y is not None:
            self._box.setRange(xRange=x, yRange=y, padding=self._padding)

    def _note_move(self, _axes: object = None) -> None:
        self.is_fitted = all(self.shows_all())
        self.moved.emit()

    def shows_all(self) -> tuple[bool, bool]:
        """Return whether all is seen along the horizontal and along the vertical axis."""
        seen = []
        for (low, high), (first, last) in zip(self._box.viewRange(), self._everything, strict=True):
            margin, slack = self._padding * (last - first), 1e-6 * (last - first)
            seen.append(abs(low - first + margin) <= slack and abs(high - last - margin) <= slack)
        return seen[0], seen[1]

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key zooms, moves or shows all; some are the window's elsewhere."""
        key, modifiers = key_of(event)
        if key in _ZOOM_KEYS:
            return modifiers in _ZOOM_MODIFIERS
        return (key in _FIT_KEYS and not modifiers) or (key in ARROWS and modifiers == self._pan_modifiers)

    def press(self, event: QKeyEvent) -> bool:
        """Zoom, move or show all by a key; return whether it was one for that.

        With Alt, + and − zoom the vertical axis alone, unless the box keeps its proportions.
        """
        if not self.claims(event):
            return False
        key, modifiers = key_of(event)
        if key in _FIT_KEYS:
            self.show_all()
            return True
        if key in _ZOOM_KEYS:
            factor = _ZOOM_KEYS[key]
            self._box.scaleBy(x=None if modifiers & _ALT else factor, y=factor)
        else:
            right, down = ARROWS[key]
            seen = self._box.viewRect()
            up = -1 if self._box.yInverted() else 1
            self._box.translateBy(x=right * PAN_STEP * seen.width(), y=-up * down * PAN_STEP * seen.height())
        self._note_move()
        return True


def key_of(event: QKeyEvent) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """Return the key, and the modifiers that are held, the keypad's left out."""
    return Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
