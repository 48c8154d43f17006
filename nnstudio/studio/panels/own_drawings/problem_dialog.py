"""Dialog for problems with the user's own labels: enter labels, collect drawings, and train."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.own_problem import FEWEST, OwnProblem
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.services import Services

COLLECTED = 12


class OwnProblemDialog(QDialog):
    """A modeless dialog, so that drawing goes on beside it."""

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._labels = services, services.session.own_problems
        self.setWindowTitle(tr("Labels of my own"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        words = QLabel(
            tr(
                "Name what is to be told apart, and write its labels with blanks between them: △ ○ ★. Then "
                "draw a dozen of each; a network learns them in a few seconds."
            ),
            self,
        )
        words.setWordWrap(True)
        words.setFont(font(12))
        layout.addWidget(words)
        form = QFormLayout()
        self.title = QLineEdit(self)
        self.title.setMaxLength(MAX_NAME_LENGTH)
        self.title.setPlaceholderText(tr("Shapes"))
        self.title.setAccessibleName(tr("Name"))
        self.title.setToolTip(tr("What it is called in the list of problems"))
        self.labels = QLineEdit(self)
        self.labels.setPlaceholderText("△ ○ ★")
        self.labels.setAccessibleName(tr("Labels"))
        self.labels.setToolTip(tr("Any texts, with blanks between them"))
        form.addRow(tr("Name"), self.title)
        form.addRow(tr("Labels"), self.labels)
        layout.addLayout(form)
        self._said = remark("", self)
        self._said.setWordWrap(True)
        layout.addWidget(self._said)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Labels of my own"))
        self.list.setToolTip(tr("Your own problems, and how many drawings there are of each label"))
        self.list.setFont(font(12))
        self.list.setSpacing(3)
        layout.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.keep = self._button(
            tr("Keep"), tr("Keep this name with these labels, from now on and at every start"), self._keep
        )
        self.collect = self._button(
            tr("Collect {count} of each").format(count=COLLECTED),
            tr("Draw them one after the other; those that are there count"),
            self._collect,
        )
        self.train = self._button(
            tr("Train a network"), tr("Train a fresh network for the chosen labels"), self._train
        )
        self.remove = self._button(tr("Remove"), tr("Forget the chosen labels; drawings stay"), self._remove)
        for button in (self.keep, self.collect, self.train, self.remove):
            row.addWidget(button)
        layout.addLayout(row)
        self.list.currentRowChanged.connect(self._show_chosen)
        self._labels.changed.connect(self._show)
        services.session.drawings.changed.connect(self._show)
        services.session.drawings.read()
        self._show()
        self._show_chosen()
        self.resize(520, 380)

    def _button(self, text: str, tip: str, act: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(tip)
        button.setFont(font(12))
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    @property
    def chosen(self) -> OwnProblem | None:
        """The problem that is chosen in the list."""
        row = self.list.currentRow()
        return self._labels.problems[row] if 0 <= row < len(self._labels.problems) else None

    def _show(self) -> None:
        row, counts = self.list.currentRow(), self._services.session.drawings.drawings.counts
        self.list.blockSignals(True)
        self.list.clear()
        for own in self._labels.problems:
            each = "   ".join(f"{label} × {counts.get(label, 0)}" for label in own.labels)
            self.list.addItem(f"{own.title}:   {each}")
        self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        self.list.blockSignals(False)
        self._enable()

    def _enable(self) -> None:
        chosen, counts = self.chosen, self._services.session.drawings.drawings.counts
        enough = chosen is not None and all(counts.get(label, 0) >= FEWEST for label in chosen.labels)
        self.collect.setEnabled(chosen is not None)
        self.remove.setEnabled(chosen is not None)
        self.train.setEnabled(enough)

    def _show_chosen(self) -> None:
        if self.chosen is not None:
            self.title.setText(self.chosen.title)
            self.labels.setText(" ".join(self.chosen.labels))
        self._enable()

    def _say(self, text: str, *, warning: bool = False) -> None:
        give_role(self._said, "warning" if warning else "muted")
        self._said.setText(text)

    def _keep(self) -> None:
        try:
            own = OwnProblem.typed(self.title.text(), self.labels.text())
            self._labels.add(own)
        except UserError as error:
            self._say(str(error), warning=True)
            return
        self.list.setCurrentRow(self._labels.problems.index(own))
        self._say(tr("Kept. Now draw some of each."))

    def _remove(self) -> None:
        try:
            self._labels.remove(self.chosen)
        except UserError as error:
            self._say(str(error), warning=True)

    def _collect(self) -> None:
        chosen, counts = self.chosen, self._services.session.drawings.drawings.counts
        missing = max(COLLECTED - min(counts.get(label, 0) for label in chosen.labels), 1)
        if self._services.session.drawing_collection.begin(chosen.labels, missing):
            self.close()

    def _train(self) -> None:
        self._labels.train(self.chosen)
        self.close()


def show_own_labels(services: Services, parent: QWidget) -> OwnProblemDialog:
    """Open the dialog, or bring it to the front."""
    for old in parent.findChildren(OwnProblemDialog):
        old.close()
    dialog = OwnProblemDialog(services, parent)
    dialog.show()
    return dialog
