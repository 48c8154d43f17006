"""Guided collection: asks for one drawing after the other, and keeps each when the pen has rested."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.input_vector import SMALLEST_EXTENT
from nnstudio.studio.session.own_drawings import OwnDrawings

REST_MS = 1200
"""How long the pen rests before a drawing is taken for finished: crossing a t takes less."""


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn next.

    Attributes
    ----------
    label : str
    nth, of : int
        Which one of how many of this label, from 1.
    done, total : int
        Drawings kept or skipped so far, of all.
    """

    label: str
    nth: int
    of: int
    done: int
    total: int


class DrawingCollection(QObject):
    """Goes through labels in rounds, so that no label is written several times in a row.

    Parameters
    ----------
    drawings : OwnDrawings
        Get what is drawn.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """Another drawing is wanted, or none any more."""

    kept = Signal()
    """A drawing was kept: the canvas may be wiped."""

    finished = Signal(int)
    """All was gone through; how many drawings were kept."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, drawings: OwnDrawings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings = drawings
        self._labels: tuple[str, ...] = ()
        self._n_each = 0
        self._done = 0
        self._kept_at: list[int] = []
        self._drawing: Drawing | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.keep)

    @property
    def wanted(self) -> Wanted | None:
        """What is to be drawn next; None while nothing is collected."""
        total = len(self._labels) * self._n_each
        if self._done >= total:
            return None
        nth_round, nth_label = divmod(self._done, len(self._labels))
        return Wanted(self._labels[nth_label], nth_round + 1, self._n_each, self._done, total)

    def begin(self, labels: tuple[str, ...], n_each: int) -> None:
        """Ask for each label so many times."""
        self._labels, self._n_each = labels, n_each
        self._done, self._kept_at = 0, []
        self._drawing = None
        self.changed.emit()

    def take(self, drawing: Drawing, *, is_pen_down: bool = False) -> None:
        """Take note of what is on the canvas: it is kept when the pen has rested."""
        if self.wanted is None:
            return
        self._drawing = drawing if drawing.extent >= SMALLEST_EXTENT else None
        if self._drawing is None or is_pen_down:
            self._rest.stop()
        else:
            self._rest.start(REST_MS)

    def keep(self) -> None:
        """Keep the drawing at hand, and ask for the next one."""
        wanted, drawing = self.wanted, self._drawing
        self._rest.stop()
        if wanted is None:
            return
        if drawing is None:
            self.said.emit(
                tr("There is nothing on the canvas yet: write a {label}.").format(label=wanted.label), False
            )
            return
        try:
            self._drawings.add(PersonalDrawing.new(wanted.label, drawing))
        except UserError as error:
            self.said.emit(str(error), True)
            self.stop()
            return
        self._kept_at.append(self._done)
        self._go_on()
        self.kept.emit()

    def skip(self) -> None:
        """Go on to the next one, without a drawing."""
        if self.wanted is not None:
            self._rest.stop()
            self._go_on()

    def back(self) -> None:
        """Take the last drawing that was kept out again, and ask for it once more."""
        if self.wanted is None or not self._kept_at:
            return
        self._rest.stop()
        if self._drawings.undo():
            self._done = self._kept_at.pop()
            self._drawing = None
            self.changed.emit()

    def stop(self) -> None:
        """Collect no more; what was kept stays."""
        self._rest.stop()
        if self.wanted is not None:
            self._labels = ()
            self.changed.emit()
            self.finished.emit(len(self._kept_at))

    def _go_on(self) -> None:
        self._done += 1
        self._drawing = None
        self.changed.emit()
        if self.wanted is None:
            self.finished.emit(len(self._kept_at))
