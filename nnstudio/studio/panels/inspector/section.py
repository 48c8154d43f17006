"""Base of the inspector's sections."""

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import colour, text_scale
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.picture import Picture
from nnstudio.studio.views.plot import Plot
from nnstudio.studio.views.view import View


class Attention(QObject):
    """Hovered and clicked weights and units, shared by the sections of an inspector.

    Attributes
    ----------
    source : int or None
        The incoming weight under the pointer.
    unit : tuple of int (layer, unit), or None
        The unit of a later layer under the pointer.
    """

    moved = Signal()
    weight_chosen = Signal(int)
    source_chosen = Signal(int)
    """A unit was chosen as the next subject."""
    unit_chosen = Signal(int, int)
    sample_chosen = Signal(int)
    test_set_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: int | None = None
        self.unit: tuple[int, int] | None = None

    def look_at(self, source: int | None, unit: tuple[int, int] | None = None) -> None:
        """Mark an incoming weight, or a unit of a later layer, or none, in all views."""
        if (source, unit) != (self.source, self.unit):
            self.source, self.unit = source, unit
            self.moved.emit()


class Section(View):
    """One section about a subject, below a heading, of the height that its content needs.

    Subclasses set ``title`` and ``hint``, and override ``concerns``, ``tall``, ``paint`` and ``draw``. What
    is long to compute is computed there: hidden sections cost nothing.

    Parameters
    ----------
    attention : Attention
    """

    title = ""
    """The section's name and default heading."""

    hint = ""
    """The heading's hover text."""

    figure: Plot | Picture | None = None
    """What can be zoomed in it."""

    needs_test_set = False
    """Whether it shows the unit's activations over the test set, which are computed only then."""

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(tr(self.title), parent)
        self.attention = attention
        self.subject: Subject | None = None

    def heading(self, subject: Subject) -> str:
        """Return the heading for a subject."""
        return tr(self.title)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the section applies to a subject; by default to units."""
        return subject.unit is not None

    def explain(self, position: QPoint) -> str:
        """Return the section's hover text; subclasses add the numbers at the position."""
        return tr(self.hint)

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height for a subject at a width."""
        raise NotImplementedError

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint what no figure or widget of the section shows."""

    def draw(self, subject: Subject) -> None:
        """Show a subject that the section applies to in its figures and widgets."""

    def show_subject(self, subject: Subject) -> None:
        """Show a subject that the section applies to."""
        self.subject = subject
        self.fit()
        if self.isVisible():
            self.draw(subject)
        # Where there is a figure, nothing else is painted.
        if self.figure is None:
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the subject that came while the section was closed."""
        if self.subject is not None:
            self.draw(self.subject)

    def fit(self) -> None:
        """Set the height that the subject needs."""
        if self.subject is not None:
            height = round(self.tall(self.subject, self.design_width()) * text_scale())
            if height != self.minimumHeight() or height != self.maximumHeight():
                self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the height to the width."""
        self.fit()

    def paintEvent(self, event: object) -> None:
        """Paint the subject, and a frame while focused."""
        painter = self.painter()
        if self.subject is not None:
            self.paint(painter, self.subject)
        # Figures frame themselves.
        if self.hasFocus() and self.figure is None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(self.theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.design_rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
