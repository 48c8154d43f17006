"""The menu Help: the list of keys, "What is this?", hints, and all settings at once."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.commands.actions import key_table
from nnstudio.studio.commands.command import Command
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.painting.theme import font
from nnstudio.studio.program.reset_settings import reset, restore
from nnstudio.studio.session.services import Services


class HelpMenu:
    """What the entries of the menu Help do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    """

    def __init__(self, services: Services, control: WindowControl) -> None:
        self._services, self._control = services, control

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        return (
            Command("keys", "Help", "Keys", "list every key", self._control.show_keys, ("?", "F1")),
            Command(
                "what-is-this",
                "Help",
                "What is this?",
                "explain what is clicked or has the keys, until Esc",
                self._control.toggle_whats_this,
                ("Shift+F1",),
                checkable=True,
            ),
            Command(
                "hints",
                "Help",
                "Hints",
                "show what to do first, one thing at a time, or put it away for ever",
                self._control.toggle_hints,
                ("Ctrl+F1",),
                checkable=True,
            ),
            Command(
                "biology",
                "Help",
                "Neuron of biology",
                "show a drawn neuron, what each of its parts became in the formula, and what did not",
                partial(self._services.show_panel, "biology"),
                ("Ctrl+Shift+B",),
            ),
            Command(
                "reset-settings",
                "Help",
                "Reset all settings",
                "make the window as it was on the first day; drawings and networks stay",
                self._reset_settings,
                ("Ctrl+Alt+R",),
                begins_group=True,
            ),
            Command(
                "earlier-settings",
                "Help",
                "Earlier settings",
                "bring back the settings from before the last reset; once more undoes it",
                self._bring_back_settings,
                ("Ctrl+Alt+E",),
            ),
            Command(
                "about",
                "Help",
                "About nnstudio",
                "version, licences and credits",
                self._show_about,
                begins_group=True,
            ),
        )

    def _reset_settings(self) -> None:
        self._change_settings(reset)

    def _bring_back_settings(self) -> None:
        self._change_settings(restore)

    def _change_settings(self, change: Callable[[QSettings], str]) -> None:
        self._control.keep_settings()
        try:
            self._services.say(change(self._services.settings))
        except UserError as error:
            self._services.say(str(error), warning=True)
        self._control.apply_settings()

    def _show_about(self) -> None:
        # Reading the licences would hold up the start of the program.
        from nnstudio.studio.help.about import show_about

        show_about(self._control.window)


def show_key_list(commands: Sequence[Command], panels: list[tuple[str, str]], parent: QWidget) -> QDialog:
    """Open the list of every key; ``panels`` are the rows (key, what it does) of the panels."""
    content = QWidget()
    content.setObjectName("panel")
    grid = QGridLayout(content)
    grid.setHorizontalSpacing(24)
    row = 0
    for menu, entries in key_table(commands, panels):
        title = QLabel(menu, content)
        title.setFont(font(14, bold=True))
        grid.addWidget(title, row, 0, 1, 2)
        row += 1
        for keys, text in entries:
            for column, words in enumerate((keys, text)):
                label = QLabel(words, content)
                label.setFont(font(12, bold=column == 0))
                label.setWordWrap(column == 1)
                grid.addWidget(label, row, column)
            row += 1
    grid.setColumnStretch(1, 1)
    dialog = _dialog(parent, tr("Keys"), content)
    dialog.show()
    return dialog


def _dialog(parent: QWidget, title: str, content: QWidget) -> QDialog:
    for old in parent.findChildren(QDialog):
        if old.windowTitle() == title:
            old.close()
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    layout = QVBoxLayout(dialog)
    area = QScrollArea(dialog)
    area.setWidgetResizable(True)
    area.setWidget(content)
    layout.addWidget(area)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    layout.addWidget(buttons)
    dialog.resize(640, min(content.sizeHint().height() + 80, 620))
    return dialog
