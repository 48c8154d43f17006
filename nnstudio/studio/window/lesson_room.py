"""What a lesson has of the window: the panels it shows, and what it keeps as it is."""

from collections.abc import Mapping, Sequence
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.lessons import actions
from nnstudio.lessons.lesson_file import Lesson
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.session.services import Services
from nnstudio.studio.window.dock_area import DockArea
from nnstudio.studio.window.dock_layout import Side

ALWAYS = ("lesson", "input", "network")
"""Panels that a lesson has, whatever it shows, unless it hides them."""

LESSON_WIDTH, INPUT_WIDTH = 280, 276
"""Of the lesson and of the input beside it, in pixels of the design."""

TWICE_S = 0.6
"""Within so many seconds two presses are one after the other."""


@contained
class LessonRoom(QObject):
    """Closes the panels that an open lesson does not show, and disables in place what it keeps as it is.

    What closes a lesson brings the panels back with the layout from before (`LessonVisit.leave`).

    Parameters
    ----------
    services : Services
    dock_area : DockArea
    controls : mapping of str to sequence of (QWidget or QAction)
        What is disabled where a lesson locks the name; a panel locks all that is in it.
    window : QWidget
    """

    escaped = Signal()
    """Esc was pressed twice: the lesson is to be left."""

    def __init__(
        self,
        services: Services,
        dock_area: DockArea,
        controls: Mapping[str, Sequence[QWidget | QAction]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._escaped_at = -TWICE_S
        """When Esc was pressed last, by the monotonic clock."""
        self._guide, self._dock_area, self._controls = services.session.lesson_guide, dock_area, controls
        self._lesson: Lesson | None = None
        self._locked: dict[QWidget | QAction, tuple[bool, str]] = {}
        """What is kept, with whether it was enabled and its tooltip."""
        self._guide.changed.connect(self._follow)
        services.actions["cancel"].triggered.connect(self._note_escape)

    def _follow(self) -> None:
        lesson = self._guide.lesson
        if lesson is self._lesson:
            return
        had_none, self._lesson = self._lesson is None, lesson
        self._unlock()
        keys = self._window.windowHandle()
        if keys is not None:
            # What has the focus may use Esc for itself: it is no shortcut then, but a key of the window.
            keys.removeEventFilter(self)
            if lesson is not None:
                keys.installEventFilter(self)
        if lesson is not None:
            self._arrange(lesson, is_new=had_none)
            self._lock(lesson)

    # Panels

    def _arrange(self, lesson: Lesson, *, is_new: bool) -> None:
        docks = self._dock_area.docks
        shown = panels_of(lesson) or set(docks)
        for name, dock in docks.items():
            if name != "lesson" and (name not in shown or name in lesson.hide):
                dock.hide()
        if not is_new:
            return
        for dock in docks.values():
            if not dock.isHidden():
                min([dock, *self._dock_area.tabs_with(dock)], key=list(docks.values()).index).raise_()
        # A column of its own, so that it hides nothing of what it speaks of.
        self._dock_area.layout().activate()
        self._dock_area.put(docks["lesson"], docks["input"], Side.LEFT)
        # When the panels have their places.
        QTimer.singleShot(0, self, self._share)

    def _share(self) -> None:
        docks = self._dock_area.docks
        widths = [round(width * text_scale()) for width in (LESSON_WIDTH, INPUT_WIDTH)]
        self._dock_area.resizeDocks([docks["lesson"], docks["input"]], widths, Qt.Orientation.Horizontal)

    # What stays as it is

    def _lock(self, lesson: Lesson) -> None:
        docks = self._dock_area.docks
        for name in lesson.lock:
            panel = [docks[name].area.widget()] if name in docks and name != "lesson" else []
            for control in (*self._controls.get(name, ()), *panel):
                if control not in self._locked:
                    self._locked[control] = control.isEnabled(), control.toolTip()
                    control.setEnabled(False)
                    control.setToolTip(_kept())
                    if isinstance(control, QAction):
                        control.enabledChanged.connect(self._keep_action)
                    else:
                        control.installEventFilter(self)

    def _unlock(self) -> None:
        locked, self._locked = self._locked, {}
        for control, (was_enabled, tip) in locked.items():
            if isinstance(control, QAction):
                control.enabledChanged.disconnect(self._keep_action)
            else:
                control.removeEventFilter(self)
            control.setEnabled(was_enabled)
            control.setToolTip(tip)

    def _keep_action(self, is_enabled: bool) -> None:
        action = self.sender()
        if is_enabled and isinstance(action, QAction) and action in self._locked:
            self._locked[action] = True, self._locked[action][1]
            action.setEnabled(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep it as it is, whatever the window does meanwhile; that is done when the lesson is left."""
        if isinstance(watched, QWidget) and watched in self._locked:
            was_enabled, tip = self._locked[watched]
            if event.type() == QEvent.Type.EnabledChange and watched.isEnabled():
                self._locked[watched] = True, tip
                watched.setEnabled(False)
            elif event.type() == QEvent.Type.ToolTipChange and watched.toolTip() != _kept():
                self._locked[watched] = was_enabled, watched.toolTip()
                watched.setToolTip(_kept())
        elif (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and not event.isAutoRepeat()
        ):
            self._note_escape()
        return super().eventFilter(watched, event)

    def _note_escape(self) -> None:
        """Leave the lesson by Esc and Esc, when the window has done with the key."""
        before, self._escaped_at = self._escaped_at, monotonic()
        if self._lesson is not None and self._escaped_at - before <= TWICE_S:
            QTimer.singleShot(0, self, self.escaped.emit)


def _kept() -> str:
    return tr("The lesson keeps this as it is")


def panels_of(lesson: Lesson) -> set[str]:
    """Return the panels that are open in a lesson: shown by it, or named by a step; empty: all there are."""
    if not lesson.show:
        return set()
    names = {*ALWAYS, *lesson.show}
    for step in lesson.steps:
        names.add(step.look.split(" ")[0])
        names.update(
            name for action in step.set_up if isinstance(action, actions.ShowPanels) for name in action.names
        )
        names.update(piece.text for text in step.texts() for piece in text.pieces if piece.kind == "panel")
    return names
