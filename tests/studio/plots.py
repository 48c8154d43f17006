"""What a hand does on plots, and what is the same for all of them."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.studio.gestures import drag_by_mouse, move_to, turn_wheel


def ranges(plot):
    """Return the ranges that are seen, shape (2, 2): of the abscissas and of the ordinates."""
    return np.array(plot.box.viewRange())


def place_of(plot, x, y=None):
    """Return the pixel of a point of the axes, half-way up where no ordinate is given."""
    height = plot.box.viewRect().center().y() if y is None else y
    return plot.box.mapViewToScene(QPointF(x, height)).toPoint()


def drag(plot, start, end):
    """Move to a pixel, press there, move to another one in steps, release there."""
    most_a_second = pg.getConfigOption("mouseRateLimit")
    # No hand moves so fast that all of it is left out: pyqtgraph drags what the pointer was last seen over.
    pg.setConfigOption("mouseRateLimit", 0)
    move_to(plot.viewport(), start)
    drag_by_mouse(plot.viewport(), start, end - start)
    pg.setConfigOption("mouseRateLimit", most_a_second)


def read_out(plot, x):
    """Point at an abscissa of the axis and return what is written beside the cross-hair."""
    place = place_of(plot, x)
    move_to(plot.viewport(), place)
    assert plot._cross.isVisible()
    return plot._readout.toPlainText() if plot._readout.isVisible() else ""


def check_navigation(plot):
    """Zoom by the wheel and by keys, move by dragging and by keys; each time fit again another way."""
    plot.show_all()
    plot.grab()
    everything, port = ranges(plot), plot.viewport()
    middle = place_of(plot, everything[0].mean() + np.ptp(everything[0]) / 8)
    plot.setFocus()

    def fit_by(act):
        assert not plot.is_fitted
        act()
        np.testing.assert_allclose(ranges(plot), everything)

    turn_wheel(port, 240, at=middle)
    assert (np.ptp(ranges(plot), axis=1) < np.ptp(everything, axis=1)).all()
    fit_by(lambda: QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=middle))
    drag(plot, middle, middle + (plot.rect().center() - plot.rect().topLeft()) / 6)
    moved = ranges(plot)
    assert moved[0, 0] < everything[0, 0]
    assert moved[1, 0] > everything[1, 0]
    fit_by(lambda: QTest.keyClick(plot, Qt.Key.Key_Home))
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert ranges(plot)[0, 0] > everything[0, 0]
    fit_by(lambda: QTest.keyClick(plot, Qt.Key.Key_A))
