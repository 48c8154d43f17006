"""What those actions do that every desktop program has: the clipboard, help and settings."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.documents import clipboard, open_save
from nnstudio.studio.program.reset_settings import reset, restore
from nnstudio.studio.window.dock import Dock

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


class DesktopCommands(QObject):
    """One method for each of their entries in ``actions.ENTRIES``, named like it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window

    def what_is_this(self, on: bool) -> None:
        if on:
            self._window.what_is_this.begin()
        else:
            self._window.what_is_this.end()

    def hints(self, on: bool) -> None:
        if on:
            self._window.hints.begin()
        else:
            self._window.hints.put_away()

    def reset_settings(self) -> None:
        self._window.keep_settings()
        self._say_or_warn(lambda: reset(self._window.settings))
        self._window.apply_settings()

    def earlier_settings(self) -> None:
        self._window.keep_settings()
        self._say_or_warn(lambda: restore(self._window.settings))
        self._window.apply_settings()

    def _say_or_warn(self, work: Callable[[], str]) -> None:
        try:
            self._window.say(work())
        except UserError as error:
            self._window.say(str(error), warning=True)

    def open_paths(self, paths: list[Path]) -> None:
        """Open several files: networks and data first, then what lies on the canvas."""
        if len(paths) == 1:
            self.open_path(paths[0])
            return
        opened, refused = [], []
        for path in open_save.in_order(paths):
            try:
                open_save.open_path(self._window, path)
            except UserError as error:
                refused.append(str(error))
            else:
                self._window.recent.note(path)
                opened.append(path.name)
        words = tr("Opened {count} of {total}.").format(count=len(opened), total=len(paths))
        if opened and len(opened) == len(paths):
            words = tr("Opened {count} of {total}, {name} last: Ctrl+Z and Ctrl+E go back.").format(
                count=len(opened), total=len(paths), name=opened[-1]
            )
        self._window.say(" ".join([words, *refused[:1]]), warning=bool(refused))

    def take(self, data: QMimeData | None) -> None:
        """Lay what was pasted or dropped on the canvas, or open it; what cannot be is said."""
        try:
            clipboard.take(self._window, data)
        except UserError as error:
            self._window.say(tr("{error} What was there stays.").format(error=error), warning=True)

    def paste(self) -> None:
        self.take(QGuiApplication.clipboard().mimeData())

    def copy(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLabel) and focus.hasSelectedText():
            QGuiApplication.clipboard().setText(focus.selectedText())
            self._window.say(tr("Copied the text that is marked."))
            return
        self.copy_panel(self._window.dock_area.panel_with_focus())

    def copy_panel(self, dock: Dock | None) -> None:
        """Put a panel's picture on the clipboard, of the input what lies on the sheet; None is the window."""
        if dock is None:
            self._copy_picture(self._window, tr("the window; F6 goes to a panel"))
        elif dock.panel.name == "input":
            QGuiApplication.clipboard().setMimeData(clipboard.drawn(self._window))
            self._window.say(tr("Copied what lies on the sheet; a drawing can be pasted with its strokes."))
        else:
            self._copy_picture(dock.panel.widget, dock.panel.title)

    def _copy_picture(self, widget: QWidget, name: str) -> None:
        picture = clipboard.picture_of(widget)
        QGuiApplication.clipboard().setImage(picture)
        self._window.say(
            tr("Copied a picture of {name}, {width} × {height} pixels.").format(
                name=name, width=picture.width(), height=picture.height()
            )
        )
