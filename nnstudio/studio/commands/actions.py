"""Menus, shortcuts, tooltips and the list of keys, made from the commands."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from nnstudio.language import tr, translatable
from nnstudio.studio.commands.command import Command, without_state
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.theme import Theme

MENUS = {
    "File": translatable("File"),
    "Draw": translatable("Draw"),
    "Train": translatable("Train"),
    "Time": translatable("Time"),
    "Teach": translatable("Teach"),
    "Lessons": translatable("Lessons"),
    "View": translatable("View"),
    "Help": translatable("Help"),
}
"""The words of each menu, in the order of the list of keys."""


class Actions(Mapping[str, QAction]):
    """The actions of all commands, by the command's name.

    Parameters
    ----------
    owner : QObject
        Their parent: the window.

    Attributes
    ----------
    commands : tuple of Command
        Those that were added, in the order of the menus.
    """

    def __init__(self, owner: QObject) -> None:
        self._owner = owner
        self._actions: dict[str, QAction] = {}
        self.commands: tuple[Command, ...] = ()

    def add(self, commands: Sequence[Command]) -> None:
        """Make an action for each command."""
        self.commands = (*self.commands, *commands)
        for command in commands:
            action = QAction(tr(command.text), self._owner)
            action.setObjectName(command.name)
            action.setCheckable(command.checkable)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            # Its icon has the colour for a button that is filled with the accent.
            action.setIconVisibleInMenu(command.name != "play")
            key = f" ({_native(command.keys[0])})" if command.keys else ""
            action.setToolTip(f"{_described(command)}{key}")
            action.triggered.connect(without_state(command.run))
            self._actions[command.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus and return them by name."""
        menus: dict[str, QMenu] = {}
        for command in self.commands:
            if command.menu not in menus:
                menus[command.menu] = bar.addMenu(f"&{tr(MENUS[command.menu])}")
                menus[command.menu].setToolTipsVisible(True)
            if command.begins_group:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(self._actions[command.name])
        return menus

    def tint(self, theme: Theme, *, running: bool) -> None:
        """Colour the icons for a theme; the play button shows what a press does."""
        for command in self.commands:
            if command.has_icon:
                name = "pause" if command.name == "play" and running else command.name
                self._actions[command.name].setIcon(
                    icon(name, theme.on_accent if command.name == "play" else theme.text)
                )
        self._actions["play"].setText(tr("Pause") if running else tr("Train"))


def key_table(
    commands: Sequence[Command], panels: list[tuple[str, str]]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (menu, [(keys, what they do)]) for the list of keys, with the panels' own rows."""
    groups: dict[str, list[tuple[str, str]]] = {menu: [] for menu in MENUS}
    for command in commands:
        if command.keys:
            keys = f" {tr('or')} ".join(map(_native, command.keys))
            groups[command.menu].append((keys, _described(command)))
    groups["Draw"].append(
        (tr("Arrow keys on the canvas"), tr("Move the cross-hair; with Shift held it draws"))
    )
    groups["Time"].append(
        (tr("Arrow keys on the timeline"), tr("Step through the moments; up and down through the runs"))
    )
    groups["View"] += [
        (
            tr("Arrow keys on network or templates"),
            tr("Choose a neuron; with Shift held they move the figure"),
        ),
        (
            tr("Arrow keys on a plot"),
            tr("Move what is seen; with Shift held the yellow line of a share"),
        ),
        (
            tr("F2 on a small network"),
            tr("Go among its numbers: Tab and arrow keys to the next one, Enter types another, Esc leaves"),
        ),
        (tr("+ or − on a figure"), tr("Zoom in or out, as the wheel does")),
        (tr("A or Home on a figure"), tr("Show all of it, as a double click does")),
    ]
    return [*((tr(MENUS[menu]), rows) for menu, rows in groups.items()), (tr("Panels"), panels)]


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _described(command: Command) -> str:
    return tr("{action}: {what}").format(action=tr(command.text), what=tr(command.tip))
