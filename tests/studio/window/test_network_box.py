"""The box of the network in the training bar, and the menu File > Networks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.files.model_file import save_model
from nnstudio.files.models import shipped_models
from tests.studio.gestures import open_list, said, turn_wheel, type_into
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)


def texts(box):
    return [box.itemText(k) for k in range(box.count()) if box.itemText(k)]


def click_entry(box, text, qtbot):
    """Open the list, and click the entry that begins so."""
    open_list(box, qtbot)
    (k,) = (k for k in range(box.count()) if box.itemText(k).startswith(text))
    area = box.view().viewport()
    place = box.view().visualRect(box.model().index(k, 0)).center()
    QTest.mouseMove(area, place)
    QTest.mouseClick(area, Qt.MouseButton.LeftButton, pos=place)


def test_a_network_that_comes_with_nnstudio_is_one_click_away(window, qtbot):
    box, session = window.bar.network_box, window.session
    sizes = window.bar.network.text()
    open_list(box, qtbot)
    assert [text.partition(" ")[0] for text in texts(box)] == [*shipped_models(), "new"]
    assert window.bar.network.text() == sizes
    box.hidePopup()
    click_entry(box, "seed", qtbot)
    qtbot.waitUntil(lambda: session.network.model_name == "seed")
    qtbot.waitUntil(lambda: window.bar.network.text() == "784–100–300–10")
    click_entry(box, "small · 784–12–8–10, earlier", qtbot)
    assert session.network.model_name == "small"
    assert window.bar.network.text() == "784–12–8–10"


def test_recent_files_are_listed(window, qtbot, tmp_path):
    path = tmp_path / "mine.safetensors"
    save_model(path, model_of((784, 9, 10), name="mine"))
    window.recent.note(path)
    click_entry(window.bar.network_box, "mine.safetensors", qtbot)
    qtbot.waitUntil(lambda: window.session.network.model_name == "mine")
    qtbot.waitUntil(lambda: window.bar.network.text() == "784–9–10")


def test_a_new_one_is_typed(window, qtbot):
    field = window.bar.network
    qtbot.waitUntil(lambda: field.text() == "784–12–8–10")
    click_entry(window.bar.network_box, "new", qtbot)
    qtbot.waitUntil(lambda: field.hasFocus() and field.selectedText() == "784–12–8–10")
    assert "Type the sizes" in said(window)
    type_into(field, "14")
    assert window.session.network.architecture.layer_sizes == (784, 14, 10)
    assert field.text() == "784–14–10"


def test_what_is_typed_or_selected_stays_when_settings_are_shown_again(window, qtbot):
    field = window.bar.network
    qtbot.waitUntil(lambda: field.text() == "784–12–8–10")
    field.setFocus()
    field.selectAll()
    window.frame_updates.show_settings()
    assert field.selectedText() == "784–12–8–10"
    QTest.keyClicks(field, "20 1")
    window.frame_updates.show_settings()
    assert field.text() == "20 1"
    QTest.keyClicks(field, "2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "784–20–12–10"


def test_keys_and_the_wheel_open_the_list_and_no_network(window, qtbot):
    box, theta = window.bar.network_box, window.session.network.own_weights
    box.setFocus()
    open_list(box, qtbot, lambda: QTest.keyClick(box, Qt.Key.Key_Down))
    assert box.view().currentIndex().row() == 0
    box.hidePopup()
    turn_wheel(box, -120)
    assert window.session.network.own_weights is theta
    assert window.bar.network.text() == "784–12–8–10"


def test_the_menu_lists_them_too(window, qtbot):
    file = next(action.menu() for action in window.menuBar().actions() if action.text() == "&File")
    networks = next(action.menu() for action in file.actions() if action.text() == "Networks")
    networks.aboutToShow.emit()
    seed = next(action for action in networks.actions() if action.text().startswith("seed"))
    assert seed.toolTip() == "seed: comes with nnstudio"
    seed.trigger()
    qtbot.waitUntil(lambda: window.session.network.model_name == "seed")
