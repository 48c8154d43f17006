"""The table of pairs of units, the most alike first."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from nnstudio.insight.likeness import Likeness
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.views.row_table import SortingTable, title_tip

COLUMNS = (
    (translatable("Unit"), translatable("one of the two units")),
    (translatable("Unit"), translatable("the other one")),
    (
        translatable("cos of W"),
        translatable(
            "the cosine between their rows of weights: 1 is the same direction, 0 none in common, −1 the "
            "opposite"
        ),
    ),
    (
        translatable("cos of a"),
        translatable("the cosine between their activations over inputs of the test set"),
    ),
)

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@contained
class _Pairs(QAbstractTableModel):
    """The rows of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.likeness: Likeness | None = None
        self.names: Sequence[str] = ()

    def show(self, likeness: Likeness | None, names: Sequence[str]) -> None:
        """Show other pairs."""
        self.beginResetModel()
        self.likeness, self.names = likeness, names
        self.endResetModel()

    def pair(self, row: int) -> tuple[int, int]:
        """Return the units of a row."""
        assert self.likeness is not None, "there are rows"
        return int(self.likeness.first[row]), int(self.likeness.second[row])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of pairs."""
        return 0 if parent.isValid() or self.likeness is None else len(self.likeness.first)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the title of a column, or what it holds."""
        if orientation is Qt.Orientation.Vertical:
            return None
        title, tip = map(tr, COLUMNS[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        return title_tip(title, tip) if role == Qt.ItemDataRole.ToolTipRole else None

    def _number(self, row: int, column: int) -> float:
        assert self.likeness is not None, "there are rows"
        columns = (
            self.likeness.first,
            self.likeness.second,
            self.likeness.of_weights,
            self.likeness.of_activations,
        )
        return float(columns[column][row])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, or the number that it is sorted by."""
        row, column = index.row(), index.column()
        number = self._number(row, column)
        if role == Qt.ItemDataRole.UserRole:
            # What has no direction comes last.
            return -2.0 if np.isnan(number) else number
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if column < 2:
            return self.names[int(number)]
        return "–" if np.isnan(number) else signed(number, 3)

    def numbers(self) -> NumberTable:
        """Return all pairs."""
        titles = [tr("unit"), tr("other unit"), tr("cosine of weights"), tr("cosine of activations")]
        return titles, [
            [*(self.names[unit] for unit in self.pair(row)), self._number(row, 2), self._number(row, 3)]
            for row in range(self.rowCount())
        ]


@contained
class PairTable(SortingTable):
    """Lists the pairs; the one that the cursor is on is emitted."""

    chosen = Signal(int, int)
    """The two units of the row that the user went to."""

    left = Signal()
    """The keys went elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._pairs = _Pairs()
        super().__init__(self._pairs, tr("Most alike units"), parent)
        self._is_shown_again = False
        self.selectionModel().currentRowChanged.connect(self._choose)

    @property
    def chosen_pair(self) -> tuple[int, int] | None:
        """The units of the row that the cursor is on."""
        row = self.chosen_row
        return None if row is None else self._pairs.pair(row)

    def show_pairs(self, likeness: Likeness | None, names: Sequence[str]) -> None:
        """Show other pairs; the cursor stays on its pair where that is still among them."""
        pair, column = self.chosen_pair, max(self.currentIndex().column(), 0)
        self._is_shown_again = True
        try:
            self._pairs.show(likeness, names)
            for place in range(self._pairs.rowCount()):
                if self._pairs.pair(place) == pair:
                    self.choose_row(place, column)
                    break
        finally:
            self._is_shown_again = False

    def numbers(self) -> NumberTable:
        """Return all pairs."""
        return self._pairs.numbers()

    def _choose(self) -> None:
        pair = self.chosen_pair
        if pair is not None and not self._is_shown_again:
            self.chosen.emit(*pair)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mark no unit any more."""
        super().focusOutEvent(event)
        self.left.emit()
