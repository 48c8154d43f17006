"""The panel Formula: a small network written out, with its numbers, as it learns."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.formula.sections import Section, Subject, sections
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services


class FormulaPanel:
    """Shows sections of text, at reading speed; what has not changed is not set again."""

    name = "formula"
    title = translatable("Formula")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._pace = Pace(TEXT_PERIOD_S)
        self.sections: list[Section] = []
        self.text = QTextBrowser(parent)
        self.text.setAccessibleName(tr(self.title))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setFont(font(12))
        self.text.setOpenLinks(False)
        self.text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.text.setToolTip(tr("Formula: the network written out; text can be selected and copied"))
        self.text.setStyleSheet("background: transparent;")
        self.widget = QWidget(parent)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.text)

    def refresh(self, changes: Changes) -> None:
        """Write again what has changed."""
        is_due = changes.weights or changes.reading or changes.selection
        if not self._pace.due(is_due, at_once=changes.network or changes.selection):
            return
        found = sections(self._subject())
        if found == self.sections:
            return
        self.sections = found
        bar = self.text.verticalScrollBar()
        place = bar.value()
        self.text.setHtml("".join(map(_html, found)))
        bar.setValue(place)

    def numbers(self) -> NumberTable:
        """Return the lines of every section."""
        return (tr("section"), tr("line")), [
            (section.title, line) for section in self.sections for line in section.lines
        ]

    def _subject(self) -> Subject:
        session = self._session
        network, selection = session.network, session.selection
        place = None
        if selection.unit is not None:
            layer, unit = selection.unit
            place = Parameter(layer, unit, selection.source)
        return Subject(
            network.architecture,
            network.prediction_weights,
            network.input_space.names,
            network.output_names,
            network.reading,
            session.input.right_answer,
            network.config.loss,
            place,
        )


def _html(section: Section) -> str:
    lines = "<br>".join(escape(line).replace("  ", "&nbsp;&nbsp;") for line in section.lines)
    return (
        f"<p style='margin: 0 0 2px 0'><b>{escape(section.title)}</b></p>"
        f"<p style='margin: 0 0 12px 0'>{lines}</p>"
    )
