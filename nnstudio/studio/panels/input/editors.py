"""The editors of the input, by its kind: canvas and pixels for images, the plane and the graph for points."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.studio.panels.input.graph.editor import CurveGraph
from nnstudio.studio.panels.input.number_form import NumberForm
from nnstudio.studio.panels.input.pixel_canvas import PixelCanvas
from nnstudio.studio.panels.input.plane.editor import PlaneEditor
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.input_document import CanvasContent, InputDocument
from nnstudio.studio.session.services import Services


@dataclass(frozen=True)
class EditorsOfKind:
    """The editors of one kind of input.

    Attributes
    ----------
    make : tuple of callable (services, parent)
        Factories of the editors.
    choose : callable
        Returns the editor for the current content.
    tools : frozenset of str
        Names of the actions with buttons below the editor.
    is_sheet : bool
        Whether the editor is about as high as it is wide; otherwise it takes all the height that there is.
    """

    make: tuple[Callable[[Services, QWidget], QWidget], ...]
    choose: Callable[[CanvasContent], int]
    tools: frozenset[str]
    is_sheet: bool = True


def _of_document(
    make: Callable[[InputDocument, QWidget], QWidget],
) -> Callable[[Services, QWidget], QWidget]:
    """Return a factory of an editor that needs the input document alone."""
    return lambda services, parent: make(services.session.input, parent)


@runtime_checkable
class FollowsNetwork(Protocol):
    """An editor that shows what the network makes of inputs."""

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame."""


_OF_PICTURES = EditorsOfKind(
    (_of_document(StrokeCanvas), _of_document(PixelCanvas)),
    lambda content: 0 if content.pixels is None else 1,
    frozenset(("undo", "redo", "clear", "pen", "eraser", "test-image", "pixels")),
)

EDITORS: Mapping[str, EditorsOfKind] = MappingProxyType(
    {
        "image": _OF_PICTURES,
        "features": _OF_PICTURES,
        "plane": EditorsOfKind((PlaneEditor,), lambda content: 0, frozenset(), is_sheet=False),
        "line": EditorsOfKind((CurveGraph,), lambda content: 0, frozenset(), is_sheet=False),
        "numbers": EditorsOfKind((NumberForm,), lambda content: 0, frozenset(), is_sheet=False),
    }
)


class InputEditors(QStackedWidget):
    """Shows the current editor.

    Attributes
    ----------
    by_kind : dict of str to list of QWidget
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document = services.session.input
        kinds = {id(each): each for each in EDITORS.values()}
        made = {key: [make(services, self) for make in each.make] for key, each in kinds.items()}
        for editors in made.values():
            for editor in editors:
                self.addWidget(editor)
        self.by_kind = {kind: made[id(each)] for kind, each in EDITORS.items()}
        document.content_changed.connect(self.show_editor)

    def minimumSizeHint(self) -> QSize:
        """Return what the editor that is seen needs; Qt adds what the hidden ones would."""
        return self.currentWidget().minimumSizeHint()

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
