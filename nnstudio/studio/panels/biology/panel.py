"""The panel Biology: a neuron of biology, and how little of it is in the formula."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.biology.drawing import NeuronDrawing, part_words
from nnstudio.studio.panels.biology.parts import LEFT_OUT, PARTS
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services


class BiologyPanel:
    """Shows the drawing with its formula, and lists what each part became, and what became of nothing."""

    name = "biology"
    title = translatable("Biology")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr("Neuron of biology"))
        self.drawing = NeuronDrawing(self.widget)
        self.drawing.pointed.connect(self._choose)
        self.list = QListWidget(self.widget)
        self.list.setFont(font(11))
        self.list.setAccessibleName(tr("What became of a neuron, and what did not"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setSpacing(2)
        self.list.setMinimumWidth(200)
        self._add_heading(tr("What is left of a neuron"))
        self._first = self.list.count()
        for part in range(len(PARTS)):
            self.list.addItem(part_words(part))
        self._add_heading(tr("What is not in the formula"))
        for text in LEFT_OUT:
            self.list.addItem(tr(text))
        self.list.currentRowChanged.connect(self._follow_list)
        layout = QHBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.drawing, 5)
        layout.addWidget(self.list, 3)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        # Its size is that of the list, which follows the size of text.
        bold = QFont()
        bold.setBold(True)
        item.setFont(bold)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _choose(self, part: int | None) -> None:
        """Go to a part's row; to none where nothing is pointed at."""
        if part is None:
            self.list.setCurrentRow(-1)
        else:
            self.list.setCurrentRow(self._first + part)

    def _follow_list(self, row: int) -> None:
        part = row - self._first
        self.drawing.choose(part if 0 <= part < len(PARTS) else None)

    def refresh(self, changes: Changes) -> None:
        """Do nothing: the drawing is always the same."""
