"""What the actions do that have to do with the user's own drawings."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from nnstudio.data.personal_set import PersonalDrawing
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.studio.session import Session
    from nnstudio.studio.window import Window

MOST_IN_A_COLUMN = 26


class TeachingCommands:
    """A method for each entry of the menu Teach, for the class of all commands."""

    _window: "Window"
    _session: "Session"

    def teach(self) -> QMenu | None:
        """Ask what the drawing was."""
        if self._window.line.drawing is None:
            self._window.say(tr("Draw something first: strokes can be taught, pixels cannot."))
            return None
        menu = QMenu(self._window)
        menu.setAccessibleName(tr("This was a …"))
        for k, name in enumerate(self._session.output_space.class_names):
            # The first letter is the key; a name that begins with none gets a number.
            words = f"&{name}" if name[0].isalnum() and name.isascii() else f"&{k + 1}  {name}"
            menu.addAction(words).triggered.connect(partial(self.teach_class, k))
        menu.aboutToHide.connect(menu.deleteLater)
        answer = self._window.parts["answer"].widget
        menu.popup(answer.mapToGlobal(QPoint(0, 0)))
        return menu

    def teach_class(self, label: int, *_: object) -> None:
        """Say that the drawing is of a class, and teach it."""
        drawing = self._window.line.drawing
        if drawing is None:
            self._window.say(tr("Draw something first: strokes can be taught, pixels cannot."))
            return
        name = self._session.output_space.class_names[label]
        self._try(lambda: self._window.teacher.teach(PersonalDrawing.new(name, drawing)))

    def teach_all(self) -> None:
        self._try(self._window.teacher.teach_all)

    def take_back(self) -> None:
        self._try(self._window.teacher.take_back)

    def _try(self, act) -> None:
        try:
            act()
        except UserError as error:
            self._window.say(str(error), warning=True)
        self._window.pacer.hurry()
