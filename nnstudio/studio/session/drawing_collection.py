"""Guided collection: asks for drawings by label, and keeps each after a pause of the pen."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.input_document import SMALLEST_EXTENT, InputDocument
from nnstudio.studio.session.input_kinds import why_not_drawn
from nnstudio.studio.session.own_drawings import OwnDrawings

REST_MS = 1200
"""Pause of the pen after which a drawing is finished; crossing a t takes less."""


@dataclass(frozen=True)
class Wanted:
    """The drawing to make next.

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
        Where drawings are kept.
    document : InputDocument
        Where they are drawn.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """``wanted`` changed."""

    begun = Signal()
    """A collection has begun; the canvas needs the focus."""

    finished = Signal(int)
    """The collection ended; the number of drawings kept."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, drawings: OwnDrawings, document: InputDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawings, self._document = drawings, document
        self._labels: tuple[str, ...] = ()
        self._n_each = 0
        self._done = 0
        self._kept_at: list[int] = []
        self._drawing: Drawing | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.keep)
        document.content_changed.connect(self._note_drawing)

    @property
    def wanted(self) -> Wanted | None:
        """The drawing to make next; None while nothing is collected."""
        total = len(self._labels) * self._n_each
        if self._done >= total:
            return None
        nth_round, nth_label = divmod(self._done, len(self._labels))
        return Wanted(self._labels[nth_label], nth_round + 1, self._n_each, self._done, total)

    def begin(self, labels: tuple[str, ...], n_each: int) -> bool:
        """Ask for each label so many times, on an empty canvas; return whether that can be drawn."""
        if not self._document.can_be_drawn:
            self.said.emit(why_not_drawn(self._document.input_space), False)
            return False
        self._drawings.read()
        self._document.clear()
        self._labels, self._n_each = labels, n_each
        self._done, self._kept_at = 0, []
        self._drawing = None
        self.changed.emit()
        self.begun.emit()
        return True

    def _note_drawing(self) -> None:
        """Take note of the strokes on the canvas: they are kept when the pen has rested."""
        if self.wanted is None or self._document.content.pixels is not None:
            return
        try:
            drawing = self._document.drawing
        except UserError:
            # The document has said that there are too many points.
            self._drawing = None
        else:
            self._drawing = drawing if drawing.extent >= SMALLEST_EXTENT else None
        if self._drawing is None or self._document.live_stroke:
            self._rest.stop()
        else:
            self._rest.start(REST_MS)

    def keep(self) -> None:
        """Keep the drawing on the canvas, and ask for the next one."""
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
        self._document.clear()

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
