"""The curves of a run: their marks and what hovering them says."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.curves.view import TrainingCurves
from nnstudio.training.changes import Change
from tests.studio.gestures import discard, turn_wheel

CHANGES = (Change(1.0, "batch 32 → 64"), Change(3.0, "optimiser Adam → SGD"))


@pytest.fixture(params=[True, False])
def curves(request, qtbot):
    view = TrainingCurves("Curves", "loss", logarithmic=request.param)
    view.resize(420, 240)
    view.show()
    qtbot.waitExposed(view)
    epochs = np.linspace(0.0, 4.0, 41)
    view.show_curves((epochs, 1 - epochs / 8), (epochs[::10], 0.9 - epochs[::10] / 8))
    view.show_changes(CHANGES)
    view.grab()
    yield view
    discard(view)


def place_of(view, epoch):
    """Return the point of the widget at an epoch, half-way up."""
    box = view._item.getViewBox()
    height = box.viewRect().center().y()
    return view._plot.mapTo(view, box.mapViewToScene(QPointF(epoch, height)).toPoint())


def test_a_mark_says_what_changed(curves):
    for change in CHANGES:
        assert curves.explain(place_of(curves, change.epoch)) == f"epoch {change.epoch:g}: {change.text}"


def test_beside_a_mark_the_curves_say_their_values(curves):
    said = curves.explain(place_of(curves, 2.0))
    training, test = (
        float(part.removesuffix(" %").split()[-1]) / (100 if part.endswith("%") else 1)
        for part in said.split(": ")[1].split(", ")
    )
    assert (training, test) == pytest.approx((0.75, 0.65), abs=0.01)


def test_nothing_is_said_outside_the_axes(curves):
    assert curves.explain(QPoint(2, 2)) == ""


def test_marks_reach_from_end_to_end_and_go_with_their_run(curves):
    x, y = curves._marks.getData()
    assert x.tolist() == [1.0, 1.0, 3.0, 3.0]
    low, high = curves._item.getViewBox().viewRange()[1]
    assert low <= y.min() < low + 0.1 * (high - low)
    assert high - 0.1 * (high - low) < y.max() <= high
    curves.clear()
    assert curves._marks.getData()[0] is None or not len(curves._marks.getData()[0])


def test_accuracy_is_in_percent_as_everywhere(qtbot):
    view = TrainingCurves("Accuracy", "accuracy", logarithmic=False)
    view.resize(420, 240)
    epochs = np.linspace(0.0, 4.0, 41)
    view.show_curves((epochs, 0.5 + epochs / 10), (epochs, 0.4 + epochs / 10))
    view.show()
    qtbot.waitExposed(view)
    assert "training accuracy 60.0 %, test accuracy 50.0 %" in view.explain(place_of(view, 1.0))
    axis = view._item.getAxis("left")
    assert axis.labelText == "accuracy (%)"
    assert axis.scale == 100
    discard(view)


def test_one_measurement_is_no_curve_yet(curves):
    assert not curves._hint.isVisible()
    curves.show_curves((np.empty(0), np.empty(0)), (np.zeros(1), np.full(1, 0.5)))
    assert curves._hint.isVisible()


def test_the_wheel_zooms_and_a_double_click_shows_all(curves):
    box, viewport = curves._item.getViewBox(), curves._plot.viewport()
    everything = box.viewRange()
    turn_wheel(viewport, 240)
    (left, right), _ = zoomed = box.viewRange()
    assert right - left < everything[0][1] - everything[0][0]
    assert "double click" in curves._legend.text()
    epochs = np.linspace(0.0, 9.0, 50)
    curves.show_curves((epochs, 1 - epochs / 20), (epochs, 1 - epochs / 20))
    assert box.viewRange() == zoomed, "training goes on and what is looked at stays"
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton)
    assert box.viewRange()[0][1] > 9
    assert "double click" not in curves._legend.text()
    turn_wheel(viewport, 240)
    curves.clear()
    assert box.viewRange()[0] == pytest.approx((0, 1), abs=0.1)
