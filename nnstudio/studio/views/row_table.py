"""Tables whose rows are chosen."""

from PySide6.QtWidgets import QAbstractItemView, QTableView

from nnstudio.studio.painting.theme import font


def set_up_rows(table: QTableView, name: str) -> None:
    """Make a table a list of rows in small type, of which one is chosen, without a grid and row numbers.

    Parameters
    ----------
    table : QTableView
    name : str
        For screen readers.
    """
    table.setAccessibleName(name)
    table.setFont(font(11))
    table.horizontalHeader().setFont(font(11))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
