"""What both views of a picture as one list share: entries are pointed at, clicked, or gone to by keys."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from nnstudio.studio.panels.pixel_values.entries import entry_by_key, pixel_words
from nnstudio.studio.views.view import View


class EntryView(View):
    """Tells which entry of a picture is meant; subclasses paint them, and override ``entry_at``.

    Parameters
    ----------
    name : str
    help_text : str
        The hover text beside all entries.
    parent : QWidget

    Attributes
    ----------
    in_bytes : bool
    """

    pointed = Signal(object)
    """The entry under the pointer, or None."""

    chosen = Signal(int)
    """An entry that was clicked, or gone to by keys."""

    def __init__(self, name: str, help_text: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.in_bytes = False
        self._ink = np.zeros((1, 1), np.float32)
        self._marked = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(help_text)
        self.setAccessibleDescription(help_text)

    def entry_at(self, position: QPointF) -> int | None:
        """Return the entry at a place in design pixels; None where there is none."""
        raise NotImplementedError

    def explain(self, position: QPoint) -> str:
        """Return the hover text of an entry."""
        entry = self.entry_at(QPointF(position))
        return "" if entry is None else pixel_words(self._ink, entry, in_bytes=self.in_bytes)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which entry is pointed at."""
        self.pointed.emit(self.entry_at(self.place_of(event)))

    def leaveEvent(self, event: object) -> None:
        """Point at nothing."""
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose an entry."""
        entry = self.entry_at(self.place_of(event))
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        else:
            self.chosen.emit(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, to the first entry or to the last."""
        entry = entry_by_key(event, self._marked, self._ink.shape)
        if entry is None:
            super().keyPressEvent(event)
        else:
            self.chosen.emit(entry)
