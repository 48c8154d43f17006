"""Table of a stage's numbers, a row for each unit, class or layer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nnstudio.language import tr
from nnstudio.studio.panels.training_step.rows import StageTable
from nnstudio.studio.views.row_table import set_up_rows


class StageNumbers(QTableWidget):
    """Shows the rows of a stage; choosing one selects its unit."""

    unit_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self.setObjectName("stage-numbers")
        set_up_rows(self, tr("Numbers of the stage"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
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
        columns, rows = ((), ()) if table is None else (table.columns, table.rows)
        headings = [
            (tr("of"), tr("what the numbers are about")),
            *((each.title, each.tip) for each in columns),
        ]
        self.setColumnCount(len(headings) if columns else 0)
        self.setRowCount(len(rows))
        for place, (name, tip) in enumerate(headings):
            item = QTableWidgetItem(name)
            item.setToolTip(f"{name}: {tip}")
            self.setHorizontalHeaderItem(place, item)
        for place, row in enumerate(rows):
            item = QTableWidgetItem(row.name)
            item.setToolTip(row.name)
            self.setItem(place, 0, item)
            for nth, (column, number) in enumerate(zip(columns, row.numbers, strict=True)):
                item = QTableWidgetItem(column.write(number))
                item.setToolTip(f"{row.name}, {column.title}: {column.tip}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(place, nth + 1, item)

    def numbers(self) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        """Return the names of columns and the rows."""
        if self._table is None:
            return (), []
        names = (tr("of"), *(column.title for column in self._table.columns))
        return names, [(row.name, *row.numbers) for row in self._table.rows]

    def _choose(self, place: int, column: int) -> None:
        if self._table is not None and self._table.rows[place].unit is not None:
            self.unit_chosen.emit(*self._table.rows[place].unit)
