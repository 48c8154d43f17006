"""One question of a step: its words, a field or answers to choose from, and what is said to the answer."""

import zlib

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.lessons.questions import Ask, Verdict
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import give_role


@contained
class _OptionWords(QLabel):
    """The words of an answer to choose, which break their lines; a click on them is one on its button."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button.parentWidget())
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._button = button

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the answer."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._button.click()


class QuestionView(QWidget):
    """Shows a question and takes an answer to it.

    Parameters
    ----------
    ask : Ask
    number : int
        Among the questions of the step.
    seed : str
        Decides the order of the answers to choose from: the same for the same step.
    parent : QWidget
    """

    answered = Signal(int, str, frozenset)
    """The number of the question, the text, and the options that were chosen."""

    def __init__(self, ask: Ask, number: int, seed: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.ask, self._number = ask, number
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.words = wrapped_label(self)
        layout.addWidget(self.words)
        self.field: QLineEdit | None = None
        self.options: list[QRadioButton | QCheckBox] = []
        """In the order in which they are shown."""
        self._option_words: list[_OptionWords] = []
        self._order: tuple[int, ...] = ()
        self.check = QPushButton(tr("Check") if ask.is_judged else tr("Keep"), self)
        self.check.clicked.connect(self._answer)
        if ask.kind == "choice":
            self._add_options(layout, zlib.crc32(seed.encode()))
            layout.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        elif ask.kind == "place":
            row = QHBoxLayout()
            how = remark(tr("click it in the window, or choose it by keys:"), self)
            how.setWordWrap(True)
            row.addWidget(how, 1)
            self.check.setText(tr("This one"))
            self.check.setToolTip(tr("This one: what is chosen in the window is the answer"))
            row.addWidget(self.check)
            layout.addLayout(row)
        else:
            self._add_field(layout)
        self.verdict = wrapped_label(self)
        self.verdict.hide()
        layout.addWidget(self.verdict)

    def _add_field(self, layout: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.field = QLineEdit(self)
        self.field.returnPressed.connect(self._answer)
        row.addWidget(self.field, 1)
        if self.ask.unit:
            row.addWidget(QLabel(self.ask.unit, self))
        row.addWidget(self.check)
        layout.addLayout(row)

    def _add_options(self, layout: QVBoxLayout, seed: int) -> None:
        group = QButtonGroup(self)
        group.setExclusive(not self.ask.several)
        self._order = self.ask.shuffled(seed)
        for option in self._order:
            button = QCheckBox(self) if self.ask.several else QRadioButton(self)
            group.addButton(button, option)
            self.options.append(button)
            words = _OptionWords(button)
            self._option_words.append(words)
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(words, 1)
            layout.addLayout(row)

    def show_words(self, words: str, options: tuple[str, ...]) -> None:
        """Show the question, as HTML, and the texts of its answers, in the order of the file."""
        if self.words.text() != words:
            self.words.setText(words)
            plain = _plain(words)
            if self.field is not None:
                self.field.setAccessibleName(plain)
            self.check.setAccessibleName(f"{self.check.text()}: {plain}")
        for button, label, option in zip(self.options, self._option_words, self._order, strict=True):
            if label.text() != options[option]:
                label.setText(options[option])
                button.setAccessibleName(options[option])

    def show_verdict(self, answer: str, verdict: Verdict | None) -> None:
        """Show an answer, and what is said to it."""
        if self.field is not None and not self.field.hasFocus() and self.field.text() != answer:
            self.field.setText(answer)
        if verdict is None:
            self.verdict.hide()
            return
        is_good = verdict.is_right or not self.ask.is_judged
        text = f"{'✓' if is_good else '✗'} {verdict.say}"
        if self.verdict.text() != text:
            self.verdict.setText(text)
            give_role(self.verdict, "good" if is_good else "warning")
        self.verdict.show()

    def _answer(self) -> None:
        chosen = frozenset(
            option for button, option in zip(self.options, self._order, strict=True) if button.isChecked()
        )
        text = ", ".join(map(str, sorted(chosen))) if self.field is None else self.field.text()
        self.answered.emit(self._number, text, chosen)


def wrapped_label(parent: QWidget) -> QLabel:
    """Make a label that breaks its lines, whose text can be marked and copied."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _plain(html: str) -> str:
    inside, found = False, []
    for letter in html:
        if letter in "<>":
            inside = letter == "<"
        elif not inside:
            found.append(letter)
    return "".join(found).strip()
