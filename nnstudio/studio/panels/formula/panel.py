"""The panel Formula: a small network written out, with its numbers, as it learns."""

from html import escape

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.insight.parameters import Parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.panels.formula.sections import FormulaLine, FormulaSubject, Section, sections
from nnstudio.studio.panels.formula.text import FormulaText
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
        self._selection = services.session.selection
        self._paths: list[tuple[Parameter, ...]] = []
        """Of each line of the text."""
        self.text = FormulaText(tr(self.title), parent)
        self.text.setToolTip(
            tr(
                "Formula: the network written out; text can be selected and copied. A path under the "
                "pointer, or at the cursor, is lit in the network"
            )
        )
        self.text.line_changed.connect(self._light)
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
        # The heading is a line as well.
        self._paths = [path for section in found for path in ((), *(line.path for line in section.lines))]
        self.text.show_html("".join(map(_html, found)))
        self._light()

    def numbers(self) -> NumberTable:
        """Return the lines of every section."""
        return (tr("section"), tr("line")), [
            (section.title, line.text) for section in self.sections for line in section.lines
        ]

    def _light(self) -> None:
        """Light the path of the line that is looked at, in every view that shows edges."""
        line = self.text.line
        self._selection.light_path(self._paths[line] if 0 <= line < len(self._paths) else ())

    def _subject(self) -> FormulaSubject:
        session = self._session
        network, selection = session.network, session.selection
        place = None
        if selection.unit is not None:
            layer, unit = selection.unit
            place = Parameter(layer, unit, selection.source)
        return FormulaSubject(
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
    """Return a section as rich text: a paragraph for its heading, and one for each line."""
    lines = "".join(f"<p style='margin: 0'>{_line_html(line)}</p>" for line in section.lines)
    return f"<p style='margin: 12px 0 2px 0'><b>{escape(section.title)}</b></p>{lines}"


def _line_html(line: FormulaLine) -> str:
    words = line.text.lstrip()
    indent = "&nbsp;" * (len(line.text) - len(words))
    words = escape(words).replace("  ", "&nbsp;&nbsp;")
    return f"{indent}<s>{words}</s>" if line.is_struck else f"{indent}{words}"
