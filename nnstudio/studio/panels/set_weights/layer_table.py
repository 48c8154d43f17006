"""The numbers of one layer as a table: a row for each unit, its bias in the last column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from nnstudio.data.typed_numbers import BlockError, NumberError, check_rows, typed_number, typed_rows
from nnstudio.engine.architecture import Layer
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass
class _Cell:
    """A number as it is typed, and why it is none."""

    text: str
    error: str = ""


def _shortest(value: float) -> str:
    """Return the shortest text that gives this float32 again."""
    return np.format_float_positional(np.float32(value), trim="-").replace("-", "−")


@contained
class LayerTable(QAbstractTableModel):
    """Holds what is typed; what is no number stays, is marked, and tells why.

    Parameters
    ----------
    layer : Layer
        Its numbers, copied.
    number : int
        Computing layer, the first is 0.
    inputs, units : sequence of str
        Names of what the layer reads, and of its units.
    has_biases : bool
    """

    def __init__(
        self, layer: Layer, number: int, inputs: Sequence[str], units: Sequence[str], *, has_biases: bool
    ) -> None:
        super().__init__()
        self._number, self._inputs, self._units = number, tuple(inputs), tuple(units)
        self._has_biases = has_biases
        rows = np.column_stack((layer.W, layer.b)) if has_biases else layer.W
        self._cells = [[_Cell(_shortest(value)) for value in row] for row in rows.tolist()]

    # What is typed

    @property
    def wrong(self) -> QModelIndex:
        """The first cell that holds no number; invalid where all do."""
        for r, row in enumerate(self._cells):
            for c, cell in enumerate(row):
                if cell.error:
                    return self.index(r, c)
        return QModelIndex()

    def write_into(self, layer: Layer) -> None:
        """Write the numbers into a layer of the same shape; all of them must be right."""
        numbers = np.array([[typed_number(cell.text) for cell in row] for row in self._cells], np.float32)
        layer.W[...] = numbers[:, : layer.W.shape[1]]
        if self._has_biases:
            layer.b[...] = numbers[:, -1]

    def paste(self, text: str, at: QModelIndex) -> None:
        """Write a block of a spreadsheet: the whole layer, or the part that begins at a cell.

        Raises
        ------
        BlockError
            If it is no block of numbers, or does not fit; nothing was changed then.
        """
        try:
            rows = typed_rows(text)
            fan_in, fan_out = len(self._inputs), len(self._units)
            width = len(rows[0])
            is_part = len(rows) < fan_out or width < fan_in
            first = (at.row(), at.column()) if is_part and at.isValid() else (0, 0)
            fits = all(len(row) == width for row in rows)
            fits &= first[0] + len(rows) <= fan_out and first[1] + width <= self.columnCount()
            if not fits:
                has_biases = self._has_biases and width > fan_in
                check_rows(rows, self._number, fan_in, fan_out, self._inputs, has_biases=has_biases)
                raise BlockError(tr("The block goes beyond the table."))
        except BlockError as error:
            raise BlockError(f"{error} {tr('Nothing was changed.')}", error.row, error.column) from error
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                self._cells[first[0] + r][first[1] + c] = _Cell(_shortest(value))
        last = self.index(first[0] + len(rows) - 1, first[1] + width - 1)
        self.dataChanged.emit(self.index(*first), last)

    # Qt's interface

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of units."""
        return 0 if parent.isValid() else len(self._units)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of weights of a unit, and its bias."""
        return 0 if parent.isValid() else len(self._inputs) + self._has_biases

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a number as it is typed, its sentence where it is none, and its mark."""
        cell = self._cells[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return cell.error or self._name(index.row(), index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self._name(index.row(), index.column())}: {cell.text} {cell.error}".strip()
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.BackgroundRole if cell.error:
                return colour(appearance.theme.selection)
            case Qt.ItemDataRole.ForegroundRole if cell.error:
                return colour(appearance.theme.window)
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Keep what was typed, and note why it is no number where it is none."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        text, error = str(value), ""
        try:
            typed_number(text)
        except NumberError as refusal:
            error = str(refusal)
        self._cells[index.row()][index.column()] = _Cell(text, error)
        self.dataChanged.emit(index, index)
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the name of an input, the word for biases, or the name of a unit."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._units[section]
        return self._inputs[section] if section < len(self._inputs) else tr("bias")

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let every cell be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def _name(self, row: int, column: int) -> str:
        if column == len(self._inputs):
            return tr("bias of {unit}").format(unit=self._units[row])
        return tr("weight from {input} to {unit}").format(input=self._inputs[column], unit=self._units[row])
