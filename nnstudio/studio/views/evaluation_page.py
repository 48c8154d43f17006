"""A page for the test-set evaluation; without one it shows the reason and a button to load the data."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.insight.sample_results import SampleResults
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.evaluator import Evaluator


class EvaluationPage(QStackedWidget):
    """Shows ``content`` while there is an evaluation, otherwise a message.

    Parameters
    ----------
    name : str
        Its accessible name.
    content : QWidget
    """

    load_asked = Signal()

    def __init__(self, name: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._content = content
        self._message = QWidget(self)
        layout = QVBoxLayout(self._message)
        self._sentence = QLabel("", self._message)
        self._sentence.setFont(font(12))
        self._sentence.setProperty("role", "muted")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._load = QPushButton(tr("Load the test set"), self._message)
        self._load.setFont(font(12))
        self._load.setToolTip(tr("Make, read or download the problem's data, without training on them"))
        self._load.clicked.connect(self.load_asked)
        layout.addStretch(1)
        layout.addWidget(self._sentence)
        layout.addWidget(self._load, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.addWidget(self._message)
        self.addWidget(content)

    def show_results_of(self, evaluator: Evaluator) -> SampleResults | None:
        """Show the content if there is an evaluation, and return it; else show the reason why not."""
        if evaluator.latest is not None:
            self.setCurrentWidget(self._content)
            return evaluator.latest
        sentence = evaluator.obstacle or tr("The network is reading the test set …")
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)
        self._load.setVisible(evaluator.can_load)
        self.setCurrentWidget(self._message)
        return None
