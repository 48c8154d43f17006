"""Keep pyqtgraph's items from handing half-made children to Qt; importing this module does it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pyqtgraph as pg
from pyqtgraph.graphicsItems.UIGraphicsItem import UIGraphicsItem
from pyqtgraph.graphicsItems.ViewBox.ViewBox import ChildGroup
from PySide6.QtWidgets import QGraphicsItem

_CHANGE = QGraphicsItem.GraphicsItemChange
_OF_CHILDREN = (_CHANGE.ItemChildAddedChange, _CHANGE.ItemChildRemovedChange)

ItemChange = Callable[[QGraphicsItem, QGraphicsItem.GraphicsItemChange, Any], Any]


def without_children(item_change: ItemChange) -> ItemChange:
    """Return an ``itemChange`` that passes over children that come and go; Qt ignores its answer to them.

    Notes
    -----
    Decided 2026-11: a child tells its parent of itself while it is still being made, or already destroyed.
    PySide wraps what is there, and pyqtgraph passes it on to Qt, which crashed on it once in some thousand
    plots (pyqtgraph's issue 3357 is of the same kind). Nobody here needs to hear of children.
    """

    @wraps(item_change)
    def guarded(item: QGraphicsItem, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        return None if change in _OF_CHILDREN else item_change(item, change, value)

    return guarded


for _class in (pg.GraphicsObject, UIGraphicsItem, ChildGroup, pg.ViewBox):
    _class.itemChange = without_children(vars(_class)["itemChange"])
