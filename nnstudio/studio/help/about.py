"""About dialog: version, credits and the full licence of every library."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

import nnstudio
from nnstudio.data.catalogue import CATALOGUE
from nnstudio.errors import UserError
from nnstudio.files.credits import Library, interpreter, libraries, typeface
from nnstudio.files.model_file import load_model
from nnstudio.files.models import find_model, shipped_models
from nnstudio.language import tr
from nnstudio.studio.painting.theme import font


class AboutDialog(QDialog):
    """Show the version, the libraries, networks and data with their authors and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About nnstudio"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 560)
        layout = QVBoxLayout(self)
        title = QLabel(f"nnstudio {nnstudio.__version__}", self)
        title.setFont(font(20, bold=True))
        layout.addWidget(title)
        layout.addWidget(
            _paragraph(
                tr(
                    "Draw a digit, watch a neural network read it, train it and take it apart. MIT licence. "
                    "It runs on {interpreter}."
                ).format(interpreter=interpreter())
            )
        )
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self._libraries(), tr("Libraries"))
        self.tabs.addTab(_list(_networks()), tr("Networks"))
        self.tabs.addTab(_list(_data()), tr("Data"))
        layout.addWidget(self.tabs, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout.addWidget(buttons)

    def _libraries(self) -> QWidget:
        self._all = [*libraries(), typeface()]
        self.table = QTableWidget(len(self._all), 3, self)
        self.table.setAccessibleName(tr("Libraries"))
        self.table.setHorizontalHeaderLabels([tr("Library"), tr("Version"), tr("Licence")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for row, library in enumerate(self._all):
            for column, text in enumerate((library.name, library.version, library.licence)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.table.resizeColumnToContents(0)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Licence in full"))
        self.text.setFont(font(11))
        self.table.currentCellChanged.connect(self._show_text)
        self.table.setCurrentCell(0, 0)
        both = QSplitter(Qt.Orientation.Vertical, self)
        both.addWidget(self.table)
        both.addWidget(self.text)
        return both

    def _show_text(self, row: int, *_: int) -> None:
        library: Library = self._all[row]
        self.text.setPlainText(
            library.text() or tr("{name} brings no text of its licence.").format(name=library.name)
        )


def show_about(parent: QWidget) -> AboutDialog:
    """Open the dialog, or bring the open one to the front."""
    for old in parent.findChildren(AboutDialog):
        old.raise_()
        old.activateWindow()
        return old
    dialog = AboutDialog(parent)
    dialog.show()
    return dialog


def _networks() -> list[str]:
    lines = []
    for name in shipped_models():
        try:
            model = load_model(find_model(name))
        except UserError as error:
            lines.append(f"{name}: {error}")
            continue
        sources = model.card.get("data", [])
        learnt = "; ".join(map(_credit, sources if isinstance(sources, list) else []))
        lines.append(
            tr("{name}, {architecture}, learnt from {learnt}.").format(
                name=model.name, architecture=model.architecture, learnt=learnt or tr("what its recipe says")
            )
        )
    return lines


def _credit(source: object) -> str:
    """Return the credit of a data source of a model card, which may have any form."""
    if not isinstance(source, dict):
        return str(source)
    return ", ".join(str(source[key]) for key in ("title", "credit", "licence") if source.get(key))


def _data() -> list[str]:
    return [
        tr("{title}: {credit}. Licence: {licence}.").format(
            title=each.title, credit=each.credit, licence=each.licence
        )
        for each in CATALOGUE.values()
    ]


def _list(lines: list[str]) -> QPlainTextEdit:
    page = QPlainTextEdit("\n\n".join(lines))
    page.setReadOnly(True)
    page.setFont(font(12))
    return page


def _paragraph(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(font(13))
    label.setWordWrap(True)
    return label
