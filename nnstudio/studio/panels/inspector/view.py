"""The inspector's column of sections, with a heading for each that opens and closes it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.inspector.by_class import ByClassSection
from nnstudio.studio.panels.inspector.curve import CurveSection
from nnstudio.studio.panels.inspector.examples import ExamplesSection
from nnstudio.studio.panels.inspector.formula import FormulaSection
from nnstudio.studio.panels.inspector.gradient import GradientSection
from nnstudio.studio.panels.inspector.histogram import HistogramSection
from nnstudio.studio.panels.inspector.nudge import NudgeSection
from nnstudio.studio.panels.inspector.over_input import OverInputSection
from nnstudio.studio.panels.inspector.pixels import PixelsSection
from nnstudio.studio.panels.inspector.row_sources import LOGIT_SENSITIVITY, ONWARD, TERMS
from nnstudio.studio.panels.inspector.rows import RowsSection
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.softmax import SoftmaxSection
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.panels.inspector.template import TemplateSection
from nnstudio.studio.panels.inspector.weight import WeightSection
from nnstudio.studio.views.answer_field import AnswerField

SECTIONS: tuple[Callable[[Attention, QWidget], Section], ...] = (
    PixelsSection,
    TemplateSection,
    FormulaSection,
    WeightSection,
    CurveSection,
    OverInputSection,
    NudgeSection,
    SoftmaxSection,
    partial(RowsSection, TERMS),
    partial(RowsSection, LOGIT_SENSITIVITY),
    partial(RowsSection, ONWARD),
    ExamplesSection,
    ByClassSection,
    GradientSection,
    HistogramSection,
)
"""From top to bottom; those that do not apply to a subject are hidden."""

NARROWEST = 232


@contained
class InspectorView(QWidget):
    """A scrollable column of sections about a subject.

    Attributes
    ----------
    attention : Attention
        Emits clicks on weights, units and samples.
    """

    answer_chosen = Signal(object)
    """The right answer of the current input, or None."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAccessibleName(name)
        self.setMinimumSize(NARROWEST, 160)
        self.subject: Subject | None = None
        self.attention = Attention(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.title = QLabel("", self)
        self.title.setFont(font(13, bold=True))
        self.title.setToolTip(
            tr("What is taken apart below. Click another neuron anywhere to take that apart.")
        )
        layout.addWidget(self.title)
        self.state = QLabel("", self)
        self.state.setFont(font(11))
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        self.state.setToolTip(
            tr(
                "on or off: whether z is above 0 for this input. Dead: the neuron says the same to every "
                "sample\n"
                "of the test set, so that nothing can be read off it."
            )
        )
        layout.addWidget(self.state)
        self.answer = AnswerField(
            tr(
                "It is for the loss, its gradient and the cross-entropy. A test sample brings its own; for\n"
                "a drawing the answer is taken for true until you choose."
            ),
            self,
        )
        self.answer.chosen.connect(self.answer_chosen)
        layout.addWidget(self.answer)
        layout.addWidget(self._scroll_area(), 1)

    def _scroll_area(self) -> QScrollArea:
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always visible: hiding the scroll bar would change the width of all sections.
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._area.setAccessibleName(tr("Sections of the inspector"))
        bar = self._area.verticalScrollBar()
        bar.setAccessibleName(tr("Scroll the inspector"))
        bar.setToolTip(tr("Scroll through the sections of the inspector"))
        column = QWidget(self._area)
        column.setObjectName("panel")
        below = QVBoxLayout(column)
        below.setContentsMargins(0, 2, 6, 8)
        below.setSpacing(2)
        self.sections: list[Section] = []
        self._headings: list[QToolButton] = []
        for make in SECTIONS:
            section = make(self.attention, column)
            self.attention.moved.connect(section.update)
            heading = _Heading(section, column)
            self.sections.append(section)
            self._headings.append(heading)
            below.addWidget(heading)
            below.addWidget(section)
            heading.hide()
            section.hide()
            # A focused section is scrolled into view.
            section.setFocusProxy(section.figure)
            (section.figure or section).installEventFilter(self)
        below.addStretch(1)
        self._area.setWidget(column)
        return self._area

    def show_all(self) -> None:
        """Show all of what is zoomed."""
        for section in self.sections:
            if section.figure is not None:
                section.figure.show_all()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scroll to the section that gets the focus."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._area.ensureWidgetVisible(watched, 0, 12)
        return super().eventFilter(watched, event)

    def show_subject(self, subject: Subject) -> None:
        """Show a unit or the input."""
        self.subject = subject
        self.title.setText(subject.title)
        self.state.setText(self._state(subject))
        self.answer.set_space(subject.output_space)
        self.answer.show_answer(subject.answer)
        for section, heading in zip(self.sections, self._headings, strict=True):
            concerns = section.concerns(subject)
            if heading.isHidden() is concerns:
                heading.setVisible(concerns)
            opened = concerns and heading.isChecked()
            if section.isHidden() is opened:
                section.setVisible(opened)
            if concerns:
                heading.setText(section.heading(subject))
                section.show_subject(subject)

    @staticmethod
    def _state(subject: Subject) -> str:
        if subject.is_asked:
            return tr("Values are to be filled in in the network; here they are told once all are.")
        if subject.unit is not None:
            return subject.state
        if subject.reading is None:
            return tr("Click any neuron; with an input, its numbers are shown here.")
        return tr("Click any neuron to take it apart.")


class _Heading(QToolButton):
    """A heading that opens and closes a section."""

    def __init__(self, section: Section, parent: QWidget) -> None:
        super().__init__(parent)
        self._section = section
        self.setObjectName("heading")
        self.setText(tr(section.title))
        self.setFont(font(12, bold=True))
        self.setToolTip(tr(section.hint))
        self.setCheckable(True)
        self.setChecked(True)
        self.setArrowType(Qt.ArrowType.DownArrow)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(tr("Opens and closes this section"))
        self.toggled.connect(self._open)

    def _open(self, opened: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._section.setVisible(opened)
