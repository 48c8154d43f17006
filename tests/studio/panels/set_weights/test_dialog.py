"""Every number of a small network, typed and pasted."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from shiboken6 import Shiboken

from nnstudio.files.network_toml import open_network_toml
from nnstudio.studio.panels.set_weights.dialog import MOST_NUMBERS, SetWeightsDialog
from tests.studio.gestures import discard

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def dialog(window, qtbot):
    """Return the dialog for the worked example 2-4-3-1, opened by its key."""
    window.session.open_written("two-inputs", open_network_toml("two-inputs"))
    qtbot.waitUntil(lambda: window.session.network.architecture.layer_sizes == (2, 4, 3, 1))
    window.actions_by_name["set-weights"].trigger()
    dialog = window.findChild(SetWeightsDialog)
    qtbot.waitUntil(dialog.isVisible)
    yield dialog
    if Shiboken.isValid(dialog):
        discard(dialog)


def texts(view):
    model = view.model()
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


def type_into(view, row, column, text, qtbot):
    """Type into a cell; Qt takes what was typed in the next turn of the event loop."""
    index = view.model().index(row, column)
    view.window().tabs.setCurrentWidget(view)
    view.setCurrentIndex(index)
    view.edit(index)
    (field,) = (field for field in view.findChildren(QLineEdit) if field.isVisible())
    field.selectAll()
    field.insert(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: index.data() == text)
    qtbot.waitUntil(lambda: not any(field.isVisible() for field in view.findChildren(QLineEdit)))


def test_each_layer_has_a_table_with_its_numbers_and_biases(dialog):
    first, _, last = dialog.views
    assert texts(first)[0] == ["0.1", "−0.8", "0.1"]
    assert texts(first)[3] == ["−0.5", "−0.6", "−0.8"]
    assert texts(last) == [["0.3", "0.1", "−0.1", "−0.6"]]
    header = [first.model().headerData(c, Qt.Orientation.Horizontal) for c in range(3)]
    assert header == ["u", "v", "bias"]
    assert [dialog.tabs.tabText(k) for k in range(3)] == ["Hidden 1", "Hidden 2", "Output"]


def test_numbers_as_people_write_them_become_the_networks_in_one_step(dialog, window, qtbot):
    session, before = window.session, window.session.network.own_weights.copy()
    first = dialog.views[0]
    for column, text in enumerate(("1/2", "0,25", "−1e-1")):
        type_into(first, 0, column, text, qtbot)
    assert dialog.isVisible(), "Return ends the typing alone"
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keySequence(dialog, "Ctrl+Return")
    qtbot.waitUntil(lambda: not np.array_equal(session.network.own_weights, before))
    layer = session.network.architecture.layers(session.network.own_weights)[0]
    np.testing.assert_allclose((*layer.W[0], layer.b[0]), (0.5, 0.25, -0.1), rtol=1e-7)
    changed = np.flatnonzero(before != session.network.own_weights)
    assert len(changed) == 3, "shown numbers are exact: nothing else changes"
    session.weight_editor.undo()
    qtbot.waitUntil(lambda: np.array_equal(session.network.own_weights, before))


@pytest.mark.parametrize("text", ["x", "nan", "1/0", "10000"])
def test_what_is_no_number_is_marked_and_the_rest_stays(dialog, window, text, qtbot):
    theta = window.session.network.own_weights
    second = dialog.views[1]
    type_into(second, 1, 0, text, qtbot)
    type_into(dialog.views[0], 0, 0, "0.75", qtbot)
    dialog.tabs.setCurrentIndex(0)
    QTest.mouseClick(dialog.set_button, Qt.MouseButton.LeftButton)
    assert window.session.network.own_weights is theta
    assert dialog.isVisible()
    assert dialog.tabs.currentWidget() is second
    assert (second.currentIndex().row(), second.currentIndex().column()) == (1, 0)
    assert dialog.said.text()
    assert second.currentIndex().data() == text
    assert second.currentIndex().data(Qt.ItemDataRole.BackgroundRole) is not None
    assert texts(dialog.views[0])[0][0] == "0.75"


def test_a_block_of_a_spreadsheet_is_pasted(dialog):
    last = dialog.views[2]
    dialog.tabs.setCurrentIndex(2)
    QGuiApplication.clipboard().setText("1/2\t0,5\t-3\t2")
    QTest.keySequence(last, "Ctrl+V")
    assert texts(last) == [["0.5", "0.5", "−3", "2"]]
    last.setCurrentIndex(last.model().index(0, 1))
    dialog.paste("7\t8")
    assert texts(last) == [["0.5", "7", "8", "2"]]


def test_a_block_that_does_not_fit_changes_nothing(dialog):
    first = dialog.views[0]
    before = texts(first)
    dialog.paste("1\t2\n1\n1\t2\n1\t2")
    assert dialog.said.text() == (
        "Row 2 of the first layer has 1 number; u, v ask for 2. Nothing was changed."
    )
    dialog.paste("1\t2\t3\t4\n1\t2\t3\t4")
    assert dialog.said.text().endswith("Nothing was changed.")
    assert texts(first) == before


def test_too_many_numbers_are_refused(window):
    assert window.session.network.architecture.n_params > MOST_NUMBERS
    window.actions_by_name["set-weights"].trigger()
    assert window.findChild(SetWeightsDialog) is None
    assert "too many to be typed" in window.status.message.text()
