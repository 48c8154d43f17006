"""The panel Alike: pairs found in the background, chosen by the keys, and shown in all views."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.alike.panel import AlikePanel
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def model():
    model = model_of((784, 6, 10))
    theta = model.theta.copy()
    layers = model.architecture.layers(theta)
    layers[0].W[4] = 2 * layers[0].W[1]
    layers[0].W[3] = 0
    return replace(model, theta=theta)


@pytest.fixture
def panel(show_alone, until):
    panel = show_alone(AlikePanel)
    until(lambda: bool(panel.numbers()[1]))
    return panel


def test_pairs_are_listed_chosen_and_followed(panel, session, until):
    _, rows = panel.numbers()
    assert rows[0][:2] == ["2", "5"]
    assert rows[0][2] == pytest.approx(1)
    assert len(rows) == 10
    assert "1 unit left out" in panel.count.text()
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert session.selection.unit == (0, 1)
    assert session.selection.pointed == (0, 4)
    assert panel.pictures.isVisible()
    # Other weights bring other pairs; the cursor stays on its own.
    theta = session.network.displayed_weights.copy()
    layers = session.network.architecture.layers(theta)
    layers[0].W[5] = layers[0].W[0]
    session.weight_editor.do(theta, "changed")
    until(lambda: panel.numbers()[1][0][:2] == ["1", "6"])
    assert panel.table.chosen_pair == (1, 4)


def test_activations_need_the_test_set_and_outputs_have_names(panel, session, until):
    assert "once the test set is loaded" in panel.count.text()
    panel.order.button(1).click()
    until(lambda: session.training.problem is not None)
    until(lambda: panel.numbers()[1][0][3] == panel.numbers()[1][0][3])
    _, rows = panel.numbers()
    cosines = [row[3] for row in rows]
    assert cosines == sorted(cosines, reverse=True)
    panel.layer.setCurrentIndex(1)
    panel.layer.activated.emit(1)
    until(lambda: len(panel.numbers()[1]) == 45)
    assert {name for row in panel.numbers()[1] for name in row[:2]} == set("0123456789")
