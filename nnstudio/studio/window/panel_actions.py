"""An action for every panel: shows it and goes to it; hides it when it has the keys."""

from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from nnstudio.language import tr
from nnstudio.studio.window.dock_area import DockArea

KEYS = (
    *(f"Alt+{digit}" for digit in "1234567890"),
    *(f"Ctrl+{digit}" for digit in "123456789"),
    # The first three are those of the colour scales.
    *(f"Ctrl+Alt+{digit}" for digit in "4567890"),
    *(f"Ctrl+F{number}" for number in range(7, 13)),
    *(f"Ctrl+Shift+F{number}" for number in range(7, 13)),
    *(f"Alt+Shift+F{number}" for number in range(7, 13)),
)


class PanelActions:
    """The panels' actions by name, with keys in the order of the panels.

    Parameters
    ----------
    dock_area : DockArea
    owner : QWidget
        Their parent: the window.
    """

    def __init__(self, dock_area: DockArea, owner: QWidget) -> None:
        self._dock_area = dock_area
        self._actions: dict[str, QAction] = {}
        for (name, dock), key in zip(dock_area.docks.items(), KEYS, strict=False):
            action = QAction(owner)
            action.setObjectName(f"panel-{name}")
            action.setCheckable(True)
            action.setShortcut(QKeySequence(key))
            _show_title(action, dock.windowTitle())
            dock.windowTitleChanged.connect(partial(_show_title, action))
            action.triggered.connect(partial(self.choose, name))
            self._actions[name] = action
        dock_area.rearranged.connect(self._show_which)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, menu: QMenu) -> None:
        """Put them into a menu."""
        menu.setToolTipsVisible(True)
        menu.addActions(list(self._actions.values()))

    def key_rows(self) -> list[tuple[str, str]]:
        """Return (key, what it does) for the list of keys."""
        return [
            (
                action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
                tr("{text}: show the panel and go to it, or hide it").format(text=action.text()),
            )
            for action in self._actions.values()
        ]

    def choose(self, name: str) -> None:
        """Show a panel and give it the keys; if it has them, hide it."""
        dock = self._dock_area.docks[name]
        if dock.is_in_front and self._dock_area.panel_with_focus() is dock.panel:
            dock.close()
        else:
            self._dock_area.bring_forward(name)
            dock.focus()
        self._show_which()

    def _show_which(self) -> None:
        for name, action in self._actions.items():
            action.setChecked(not self._dock_area.docks[name].isHidden())


def _show_title(action: QAction, title: str) -> None:
    native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setText(title)
    action.setToolTip(
        tr("{title}: show it and go to it; once more hides it ({native})").format(title=title, native=native)
    )
