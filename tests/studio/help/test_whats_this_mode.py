"""The mode that explains what is clicked, and the topics it explains it by."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QTabBar

from nnstudio.studio.help.panel_topics import OF_SETTINGS, PANELS, TOPICS
from nnstudio.studio.views.sample_grid import Caption, SampleList
from tests.studio.gestures import EXPLAINING, flush_deletions

pytestmark = pytest.mark.window(shared=True)


def ask(window, widget):
    """Click on the middle of a widget while the mode is on."""
    # A card that lies over it would take the click.
    window.whats_this_mode.card.hide()
    place = widget.mapTo(window, widget.rect().center())
    QTest.mouseClick(window.whats_this_mode, Qt.MouseButton.LeftButton, pos=place)


def words(window):
    return re.sub("<[^>]*>", " ", window.whats_this_mode.card.label.text())


def test_every_topic_is_two_or_three_sentences_and_leads_to_others_that_exist():
    for key, topic in TOPICS.items():
        assert set(topic.see) <= TOPICS.keys() - {key}
        assert 80 <= len(topic.text) <= 360, key
        assert topic.text.endswith(".")
    assert set(OF_SETTINGS.values()) <= TOPICS.keys()


def test_every_panel_has_a_topic(window):
    assert set(window.panels) <= PANELS.keys()


def test_a_click_explains_and_does_nothing_else(window, qtbot):
    window.activateWindow()
    glass = window.whats_this_mode
    QTest.keyClick(window.input.canvas, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert glass.is_on
    assert window.actions_by_name["what-is-this"].isChecked()
    (play,) = [b for b in window.bar.findChildren(QAbstractButton) if b.objectName() == "play"]
    ask(window, play)
    assert "rain from the weights on show" in words(window)
    assert "Training bar" in words(window)
    assert window.session.training.trainer is None
    ask(window, window.input.canvas)
    assert window.session.input.content.is_blank
    assert PANELS["input"].text in words(window)
    # The card never covers what it is about, and stays inside.
    views = (window.panels[name].widget for name in ("network", "mistakes", "templates"))
    for widget in (play, *views, window.status.facts):
        ask(window, widget)
        card, thing = glass.card.geometry(), glass._asked
        assert window.rect().contains(card)
        assert not card.intersects(thing), widget
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not glass.is_on
    assert not glass.card.isVisible()
    assert not window.actions_by_name["what-is-this"].isChecked()
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.training.trainer is not None)


def test_everything_that_can_be_seen_is_explained(window):
    window.actions_by_name["what-is-this"].trigger()
    for kind in (QAbstractButton, QComboBox, QTabBar, *EXPLAINING):
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.window() is window and not widget.visibleRegion().isEmpty():
                window.whats_this_mode.explain(widget, widget.rect().center())
                assert len(words(window)) > 60, widget
    window.whats_this_mode.end()


def test_a_sample_in_a_list_says_what_it_is(window):
    grid = window.panels["mistakes"].grid
    picture, caption = np.zeros((4, 4), np.float32), Caption("4→9", "80 %", True)
    rows = np.arange(3)
    grid.show_samples(
        SampleList(rows, lambda _: picture, lambda _: caption, "Sample {}.".format, "9"), from_start=True
    )
    window.actions_by_name["what-is-this"].trigger()
    place = grid.visualRect(grid.model().index(1, 0)).center()
    window.whats_this_mode.explain(grid.viewport(), place)
    assert "Sample 1." in words(window)
    window.whats_this_mode.end()


def test_the_card_follows_the_keys_and_its_links_are_reached_by_tab(window):
    window.activateWindow()
    window.bar.network.setFocus()
    window.actions_by_name["what-is-this"].trigger()
    before = words(window)
    QTest.keyClick(window.bar.network, Qt.Key.Key_Tab)
    card = window.whats_this_mode.card
    assert QApplication.focusWidget() is card.label
    assert words(window) == before
    window.input.canvas.setFocus()
    assert PANELS["input"].text in words(window)
    card.label.linkActivated.emit("topic:pixel")
    assert TOPICS["pixel"].text in words(window)
    card.label.setFocus()
    window.actions_by_name["cancel"].trigger()
    assert QApplication.focusWidget() is window.input.canvas


def test_links_lead_to_panels_and_to_the_keys(window, qtbot):
    window.actions_by_name["what-is-this"].trigger()
    card = window.whats_this_mode.card
    card.label.linkActivated.emit("panel:why")
    qtbot.waitUntil(lambda: PANELS["why"].text in words(window))
    assert window.dock_area.docks["why"].is_in_front
    card.label.linkActivated.emit("keys:")
    (dialog,) = window.findChildren(QDialog)
    dialog.close()
    card.label.linkActivated.emit("http://example.org")
    window.whats_this_mode.end()
    flush_deletions()


def test_the_card_is_as_high_as_its_text(window):
    window.actions_by_name["what-is-this"].trigger()
    card = window.whats_this_mode.card
    heights = []
    for key in ("epoch", "network", "epoch"):
        card.show_thing("", "", key, window.rect())
        heights.append(card.height())
    assert heights[0] == heights[2] < heights[1]
    window.whats_this_mode.end()


def test_a_panel_that_floats_is_explained_too(window):
    window.dock_area.docks["input"].title_bar.toggle_floating()
    window.actions_by_name["what-is-this"].trigger()
    assert window.whats_this_mode.card.isVisible()
    window.actions_by_name["what-is-this"].trigger()
