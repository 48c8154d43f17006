"""The question in which order the layers of another program's network follow each other."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from nnstudio.files.layer_order import MOST_ORDERS
from nnstudio.language import tr

_ARROW = " → "


class LayerOrderQuestion(QInputDialog):
    """Lists the orders that fit; where there are too many for a list, another can be typed.

    Parameters
    ----------
    name : str
        Of the file.
    orders : sequence of tuple of str
        The names of the layers, as they may follow each other.
    answer : callable (order) -> None
        Called with the order that was chosen; not at all where the dialog is cancelled.
    parent : QWidget
        The dialog belongs to its window.
    """

    def __init__(
        self,
        name: str,
        orders: Sequence[tuple[str, ...]],
        answer: Callable[[tuple[str, ...]], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._answer = answer
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Order of layers"))
        self.setLabelText(
            tr(
                "{name} does not say in which order its layers follow each other, and several orders fit. "
                "Which one does the network compute?"
            ).format(name=name)
        )
        self.setOption(
            QInputDialog.InputDialogOption.UseListViewForComboBoxItems, on=len(orders) < MOST_ORDERS
        )
        self.setComboBoxEditable(len(orders) >= MOST_ORDERS)
        self.setComboBoxItems([_ARROW.join(order) for order in orders])
        self.textValueSelected.connect(self._take)

    def _take(self, text: str) -> None:
        self._answer(tuple(part.strip() for part in text.split(_ARROW.strip())))
