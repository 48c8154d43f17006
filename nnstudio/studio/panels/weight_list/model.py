"""The rows of the list of weights: a heading for each layer, and below it the layer's numbers."""

from itertools import accumulate
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.parameters import Parameter, count_parameters, parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import plain, signed
from nnstudio.studio.painting.theme import appearance, colour
from nnstudio.studio.session.layer_names import layer_title

Index = QModelIndex | QPersistentModelIndex

NAME, VALUE, BAR = range(3)
COLUMNS = (
    (
        translatable("number"),
        translatable("W₁[2, 3] is the weight of the first layer's unit 2 for its input 3, b₁[2] its bias"),
    ),
    (translatable("value"), translatable("Enter or a double click types another one")),
    (
        "",
        translatable(
            "the number as a bar, blue positive, orange negative, on one scale for the network; drag it, and "
            "the network follows"
        ),
    ),
)
MOST_UNFOLDED = 200
"""Networks of more numbers begin folded."""

_MARK, _FAINT_MARK = 0.16, 0.07
"""Opacity of what marks the rows of the selected unit, and of the one under the pointer."""


@contained
class WeightListModel(QAbstractTableModel):
    """Theta in its order, as rows; what is folded has none.

    Attributes
    ----------
    theta : ndarray of shape (n_params,)
        What is shown; to be repainted after a change.
    limit : float
        Size of the number whose bar is full.
    unit : tuple of int (layer, unit), or None
        Whose rows are marked.
    pointed : tuple of int (layer, unit), or None
        Whose rows are marked faintly: the unit under the pointer in some view.

    Notes
    -----
    Decided 2026-11: a table whose folded rows are not there. A tree asks the model for every row that is
    unfolded: 1.5 s for 78,500 numbers, a table 4 ms.
    """

    typed = Signal(int, str)
    """A number of theta, and what was typed for it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.architecture = Architecture((1, 1), ("identity",))
        self.theta = np.zeros(self.architecture.n_params, np.float32)
        self.limit = 1.0
        self.unit: tuple[int, int] | None = None
        self.pointed: tuple[int, int] | None = None
        self.counts = count_parameters(self.architecture)
        self._starts: tuple[int, ...] = (0,)
        self._unfolded = [True]

    def show_network(self, architecture: Architecture, theta: np.ndarray) -> None:
        """Show another network; a small one is unfolded."""
        self.beginResetModel()
        self.architecture, self.theta, self.unit = architecture, theta, None
        self.counts = count_parameters(architecture)
        # Blocks of weights and biases take turns.
        self._starts = tuple(block.start for block in architecture.blocks[::2])
        self._unfolded = [architecture.n_trained <= MOST_UNFOLDED] * architecture.n_layers
        self.endResetModel()

    # Rows

    def n_numbers(self, layer: int) -> int:
        """Return how many numbers a layer has."""
        count = self.counts.layers[layer]
        return count.n_weights + count.n_biases

    def is_unfolded(self, layer: int) -> bool:
        """Return whether a layer's numbers have rows."""
        return self._unfolded[layer]

    def fold(self, layer: int, *, unfolded: bool) -> None:
        """Show the numbers of a layer, or its heading alone."""
        if unfolded == self._unfolded[layer]:
            return
        first = self.heading_rows()[layer] + 1
        last = first + self.n_numbers(layer) - 1
        if unfolded:
            self.beginInsertRows(QModelIndex(), first, last)
            self._unfolded[layer] = True
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), first, last)
            self._unfolded[layer] = False
            self.endRemoveRows()

    def heading_rows(self) -> list[int]:
        """Return the row of every layer's heading, and how many rows there are."""
        sizes = (1 + self.n_numbers(k) * self._unfolded[k] for k in range(len(self._unfolded)))
        return list(accumulate(sizes, initial=0))

    def layer_at(self, row: int) -> int:
        """Return which layer a row belongs to."""
        return int(np.searchsorted(self.heading_rows(), row, side="right")) - 1

    def coordinate_at(self, row: int) -> int | None:
        """Return which number of theta a row shows; None: it is a heading."""
        layer = self.layer_at(row)
        place = row - self.heading_rows()[layer] - 1
        return None if place < 0 else self._starts[layer] + place

    def row_of(self, coordinate: int) -> int:
        """Return the row of a number, or of the heading under which it is folded."""
        layer = int(np.searchsorted(self._starts, coordinate, side="right")) - 1
        heading = self.heading_rows()[layer]
        return heading + 1 + coordinate - self._starts[layer] if self._unfolded[layer] else heading

    def parameter_at(self, row: int) -> Parameter | None:
        """Return which weight or bias a row shows; None: it is a heading."""
        coordinate = self.coordinate_at(row)
        return None if coordinate is None else parameter(self.architecture, coordinate)

    def typed_form(self, coordinate: int) -> str:
        """Return a number as it is offered for editing: shortest, and exact."""
        return str(self.theta[coordinate]).replace("-", "−")

    # Qt's interface

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else self.heading_rows()[-1]

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's title or meaning; that of the bars is their scale."""
        if orientation is Qt.Orientation.Vertical:
            return None
        scale = f"±{self.limit:.3g}"
        title, tip = map(tr, COLUMNS[section]) if section != BAR else (scale, tr(COLUMNS[section][1]))
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        return f"{title}: {tip}" if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, hover text or mark."""
        coordinate = self.coordinate_at(index.row())
        if coordinate is None:
            return self._heading_data(self.layer_at(index.row()), role)
        column, place = index.column(), parameter(self.architecture, coordinate)
        if role == Qt.ItemDataRole.DisplayRole:
            value = float(self.theta[coordinate])
            return (place.name, signed(value, 4), None)[column]
        if role == Qt.ItemDataRole.EditRole:
            return self.typed_form(coordinate)
        if role == Qt.ItemDataRole.UserRole:
            return float(self.theta[coordinate])
        if role == Qt.ItemDataRole.ToolTipRole:
            title = tr("{name} = {value}").format(name=place.name, value=self.typed_form(coordinate))
            return f"{title}\n{tr(COLUMNS[VALUE][1])}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{place.name}, {plain(float(self.theta[coordinate]), 4)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == VALUE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.BackgroundRole and (place.layer, place.row) in (self.unit, self.pointed):
            is_selected = self.unit == (place.layer, place.row)
            return colour(appearance.theme.selection, _MARK if is_selected else _FAINT_MARK)
        return None

    def _heading_data(self, layer: int, role: int) -> Any:
        words = tr("{layer} · {count}").format(
            layer=layer_title(self.architecture, layer), count=self.counts.layers[layer]
        )
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.ToolTipRole:
            has_biases = self.architecture.has_biases
            meaning = (
                tr("inputs × units = weights, + biases") if has_biases else tr("inputs × units = weights")
            )
            return f"{words}\n{meaning}\n{tr('A click or Enter shows the numbers, or folds them.')}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words}, {tr('unfolded') if self._unfolded[layer] else tr('folded')}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Emit what was typed; it is shown once the network has it."""
        coordinate = self.coordinate_at(index.row())
        if role == Qt.ItemDataRole.EditRole and coordinate is not None:
            self.typed.emit(coordinate, str(value))
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make values editable."""
        flags = super().flags(index)
        is_value = index.column() == VALUE and self.coordinate_at(index.row()) is not None
        return flags | Qt.ItemFlag.ItemIsEditable if is_value else flags
