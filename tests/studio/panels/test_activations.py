"""The panel Activations, without a window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.activations import ActivationsPanel
from tests.studio.gestures import write_stroke
from tests.studio.networks import model_of


@pytest.fixture
def panel(session, show_alone):
    write_stroke(session.input, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    return show_alone(ActivationsPanel, (700, 240))


@pytest.fixture
def read(panel, session, until):
    """Return a panel that shows a reading."""
    until(lambda: session.network.reading is not None and bool(panel.widget.images))
    panel.widget.grab()
    return panel


def place_of(panel, layer, unit):
    image = panel.widget.images[layer]
    return image.mapToScene(image.tile_box(unit).center()).toPoint()


def test_nothing_drawn_is_said(session, show_alone):
    panel = show_alone(ActivationsPanel, (700, 240))
    assert panel.widget.images == []
    assert panel.numbers()[1] == []
    panel.widget.grab()


def test_hovering_and_clicking_name_the_unit(read, session):
    a = session.network.reading.a
    place = place_of(read, 0, 3)
    assert read.widget.explain(place) == f"Hidden 1 · unit 4: activation a = {a[0][3]:.3f}".replace("-", "−")
    assert "Output for 7" in read.widget.explain(place_of(read, 2, 7))
    QTest.mouseClick(read.widget.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.unit == (0, 3)


def test_the_colour_bar_of_activations_that_are_never_negative_begins_at_zero(read):
    assert min(float(values.min()) for values in read._values) == 0
    assert read.widget.bar.levels()[0] == 0
    first, *_, last = read.widget.bar.axis._tickLevels[0]
    assert (first[1], last[1]) == ("0", "+")


def test_what_is_pointed_at_is_marked_elsewhere(read, session, qtbot):
    QTest.mouseMove(read.widget.viewport(), place_of(read, 1, 2))
    qtbot.waitUntil(lambda: session.selection.pointed == (1, 2))


def test_arrows_walk_along_a_layer_and_on_to_the_next(read, session):
    for _ in range(3):
        QTest.keyClick(read.widget, Qt.Key.Key_Right)
    assert session.selection.unit == (0, 2)
    QTest.keyClick(read.widget, Qt.Key.Key_Down)
    QTest.keyClick(read.widget, Qt.Key.Key_Down)
    assert session.selection.unit[0] > 0
    for _ in range(9):
        QTest.keyClick(read.widget, Qt.Key.Key_Down)
    assert session.selection.unit[0] == 2, "the outputs are the last ones"


def test_a_dead_unit_is_struck_through_and_said_to_be(read):
    before = read.widget.grab().toImage()
    read._dead = (np.eye(12, dtype=bool)[5],)
    read._mark()
    assert read.widget.grab().toImage() != before
    assert "dead" in read.widget.explain(place_of(read, 0, 5))
    assert "dead" not in read.widget.explain(place_of(read, 0, 4))


def test_the_full_colour_is_each_layers_or_the_networks(read, services, session, until):
    layers = [float(np.abs(values).max()) for values in session.network.reading.a]
    assert [float(image.limit[0, 0, 0]) for image in read.widget.images] == pytest.approx(layers)
    services.colour_scale.choose(Scope.NETWORK)
    until(lambda: float(read.widget.images[-1].limit[0, 0, 0]) == pytest.approx(max(layers)))


def test_numbers_are_the_activations(read, session):
    columns, rows = read.numbers()
    assert columns == ["layer", "unit", "activation"]
    values = np.concatenate(session.network.reading.a)
    assert len(rows) == len(values)
    np.testing.assert_array_equal(np.array([row[2] for row in rows], np.float32), values)
    assert rows[0][:2] == ["Hidden 1", 1]


@pytest.mark.parametrize("size", [(200, 90), (900, 200)])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 64, 32, 10), (784, *[10] * 31, 10), (784, 3000, 10)])
def test_every_network_is_painted_in_every_size(make_services, lone_widgets, sizes, size, qtbot):
    services = make_services(model_of(sizes))
    panel = ActivationsPanel(services, None)
    lone_widgets.append(panel.widget)
    panel.widget.resize(*size)
    panel.widget.show()
    qtbot.waitExposed(panel.widget)
    write_stroke(services.session.input, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])

    def refreshed():
        panel.refresh(services.session.poll())
        return bool(panel.widget.images)

    qtbot.waitUntil(refreshed)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        panel.widget.grab()
    for x in range(0, size[0], 23):
        for y in range(0, size[1], 17):
            assert "nan" not in panel.widget.explain(QPoint(x, y))
