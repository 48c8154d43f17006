"""Every menu entry as a user finds it: order, words, keys, icons and states."""

import json
from pathlib import Path

from PySide6.QtGui import QKeySequence

TABLE = Path(__file__).with_name("menus.json")


def described(action):
    if action.isSeparator():
        return "—"
    return {
        "name": action.objectName(),
        "text": action.text(),
        "keys": [key.toString(QKeySequence.SequenceFormat.PortableText) for key in action.shortcuts()],
        # What follows is the key, in the words of the system.
        "tip": action.toolTip().rpartition(" (")[0] if action.shortcuts() else action.toolTip(),
        "has_icon": not action.icon().isNull(),
        "is_checkable": action.isCheckable(),
        "is_checked": action.isChecked(),
        "is_enabled": action.isEnabled(),
        "submenu": [described(each) for each in action.menu().actions()] if action.menu() else None,
    }


def test_the_menus_hold_these_entries(window):
    menus = [
        {"title": menu.text(), "entries": [described(action) for action in menu.menu().actions()]}
        for menu in window.menuBar().actions()
    ]
    assert menus == json.loads(TABLE.read_text("utf-8"))
