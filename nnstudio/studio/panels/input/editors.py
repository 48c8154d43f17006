"""The editors of the input, by its kind: canvas and pixels for images, the plane for points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.studio.panels.input.pixel_canvas import PixelCanvas
from nnstudio.studio.panels.input.plane import Plane
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.session.input_document import CanvasContent, InputDocument


@dataclass(frozen=True)
class EditorsOfKind:
    """The editors of one kind of input.

    Attributes
    ----------
    make : tuple of callable (document, parent)
        Factories of the editors.
    choose : callable
        Returns the editor for the current content.
    tools : frozenset of str
        Names of the actions with buttons below the editor.
    """

    make: tuple[Callable[[InputDocument, QWidget], QWidget], ...]
    choose: Callable[[CanvasContent], int]
    tools: frozenset[str]


EDITORS: Mapping[str, EditorsOfKind] = MappingProxyType(
    {
        "image": EditorsOfKind(
            (StrokeCanvas, PixelCanvas),
            lambda content: 0 if content.pixels is None else 1,
            frozenset(("undo", "redo", "clear", "pen", "eraser", "test-image", "pixels")),
        ),
        "plane": EditorsOfKind((Plane,), lambda content: 0, frozenset(("clear", "test-image"))),
    }
)


class InputEditors(QStackedWidget):
    """Shows the current editor.

    Attributes
    ----------
    by_kind : dict of str to list of QWidget
    """

    def __init__(self, document: InputDocument, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.by_kind = {
            kind: [make(document, self) for make in editors.make] for kind, editors in EDITORS.items()
        }
        for editors in self.by_kind.values():
            for editor in editors:
                self.addWidget(editor)
        document.content_changed.connect(self.show_editor)

    def sizeHint(self) -> QSize:
        """Return a small height: the sheet grows into the room that the rest leaves."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def show_editor(self) -> None:
        """Show the editor of the current input, keeping the keyboard focus."""
        kind = self._document.input_space.kind
        editor = self.by_kind[kind][EDITORS[kind].choose(self._document.content)]
        before = self.currentWidget()
        if editor is not before:
            had_keys = before.hasFocus()
            self.setCurrentWidget(editor)
            if had_keys:
                editor.setFocus()
