import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsItem

from nnstudio.studio.views.plot import Plot
from tests.studio.gestures import discard

CHANGE = QGraphicsItem.GraphicsItemChange


def test_half_made_children_are_not_handed_to_qt(qapp):
    plot = Plot("A plot", ("time", "height"))
    line = pg.PlotCurveItem()
    for item in (plot.box, plot.box.childGroup, line):
        assert item.itemChange(CHANGE.ItemChildAddedChange, line) is None
        assert item.itemChange(CHANGE.ItemChildRemovedChange, line) is None
        assert item.itemChange(CHANGE.ItemZValueChange, 3.0) == 3.0
    plot.addItem(line)
    assert line in plot.box.allChildren()
    discard(plot)
