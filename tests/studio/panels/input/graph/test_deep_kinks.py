"""Where units behind the first layer bend: ticks of another kind, which cannot be dragged."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.engine.architecture import Architecture
from nnstudio.studio.panels.input.panel import InputPanel
from tests.studio.curves import curve_model, on_a_curve
from tests.studio.gestures import drag_by_mouse, move_to
from tests.studio.plots import place_of


@pytest.fixture
def model():
    """Return |x| through two units, then r(|x| − 1) and r(|x| + 1): kinks at −1 and 1 in the second layer."""
    model = curve_model()
    architecture = Architecture.of((1, 2, 2, 1), hidden="relu", output="identity")
    theta = np.zeros(architecture.n_params, np.float32)
    first, second, output = architecture.layers(theta)
    first.W[:, 0] = 1, -1
    second.W[...] = 1
    second.b[:] = -1, 1
    output.W[...] = 1
    return replace(model, architecture=architecture, theta=theta)


@pytest.fixture
def plot(session, services, show_alone, until):
    on_a_curve(session)
    services.graph_options.show_units(True)
    panel = show_alone(InputPanel, (460, 620))
    plot = panel.widget.editors.currentWidget().plot
    until(lambda: plot.points is not None)
    plot.grab()
    return plot


def tick_of(plot, x):
    return place_of(plot, x, plot.box.viewRange()[1][0] + 0.02)


def test_they_are_found_and_told_apart(plot, session):
    deep = plot.units.deep_kinks
    assert deep.x.tolist() == [-1, 1]
    assert (deep.layers.tolist(), deep.units.tolist()) == ([1, 1], [0, 0])
    move_to(plot.viewport(), tick_of(plot, 1.0))
    assert session.selection.pointed == (1, 0)
    assert plot.explain(tick_of(plot, 1.0)).startswith("Hidden 2 · unit 1 bends at 1.00")
    assert plot.target_at(tick_of(plot, 0.0)).unit(3) == (0, 0), "the first layer's come first"


def test_a_click_selects_the_unit_and_a_drag_moves_none(plot, session):
    theta = session.network.own_weights.copy()
    drag_by_mouse(plot.viewport(), tick_of(plot, 1.0), QPoint(40, 0))
    np.testing.assert_array_equal(session.network.own_weights, theta)
    assert plot.kink_tool.weights is None
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=tick_of(plot, -1.0))
    assert session.selection.unit == (1, 0)


def test_those_of_the_unit_under_the_pointer_stand_out(plot, session):
    before = plot.grab().toImage()
    session.selection.point_at(1, 0)
    assert plot.grab().toImage() != before
