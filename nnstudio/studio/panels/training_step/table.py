"""Table of a stage's numbers, a row for each unit, class or layer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.training_step.rows import StageTable


class StageNumbers(QTableWidget):
    """Shows the rows of a stage; choosing one selects its unit."""

    unit_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self.setObjectName("stage-numbers")
        self.setAccessibleName(tr("Numbers of the stage"))
        self.setFont(font(11))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(20)
        self.horizontalHeader().setFont(font(11))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table: StageTable | None = None
        self.cellClicked.connect(self._choose)
        self.cellActivated.connect(self._choose)

    def show_table(self, table: StageTable | None) -> None:
        """Show a stage's numbers, or an empty table."""
        if table == self._table:
            return
        self._table = table
        self.clearContents()
        columns = () if table is None else ((tr("of"), tr("what the numbers are about")), *table.columns)
        rows = () if table is None else table.rows
        self.setColumnCount(len(columns))
        self.setRowCount(len(rows))
        for column, (name, tip) in enumerate(columns):
            item = QTableWidgetItem(name)
            item.setToolTip(f"{name}: {tip}")
            self.setHorizontalHeaderItem(column, item)
        for place, row in enumerate(rows):
            for column, text in enumerate((row.name, *row.numbers)):
                item = QTableWidgetItem(text)
                name, tip = columns[column]
                item.setToolTip(f"{row.name}, {name}: {tip}" if column else row.name)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(place, column, item)

    def _choose(self, place: int, column: int) -> None:
        if self._table is not None and self._table.rows[place].unit is not None:
            self.unit_chosen.emit(*self._table.rows[place].unit)
