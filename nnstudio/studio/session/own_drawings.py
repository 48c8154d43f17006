"""The user's own drawings in the window: changed at once on the screen, and a moment later in their file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnstudio.data.personal_set import Edit, PersonalDrawing, PersonalSet
from nnstudio.files.personal_file import PersonalFile, personal_path
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task

MOST_UNDONE = 100
LOOKS_BETWEEN_STAMPS = 30
"""Frames between two looks at whether another window has written the file."""


class OwnDrawings(QObject):
    """A personal set and its file.

    The file is read with the first look at the drawings. All work on it is done by one thread, in order; what
    could not be written stays here and is written with the next change.

    Notes
    -----
    Thread: gui. Call ``poll`` once a frame, and ``stop`` in the end.
    """

    changed = Signal()
    """There are other drawings, or other labels."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = PersonalFile(personal_path())
        self._worker = BackgroundWorker("nnstudio-drawings")
        self._set = PersonalSet()
        self._done: list[Edit] = []
        self._waiting: list[tuple[Edit, ...]] = []
        """The changes of each task that has not ended, in order."""
        self._failed: tuple[Edit, ...] = ()
        self._stamp: tuple[int, int] | None = None
        self._frames = 0

    @property
    def drawings(self) -> PersonalSet:
        """All drawings, those that are still to be written among them."""
        return self._set

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def is_read(self) -> bool:
        """Whether the file has been read."""
        return self._stamp is not None and not self._waiting

    def read(self) -> None:
        """Read the file, unless that has been done."""
        if self._stamp is None:
            self._stamp = self._file.stamp()
            self._ask(lambda _: self._file.read(), ())

    def edit(self, edit: Edit, *, remember: bool = True) -> None:
        """Change the set, and its file a moment later.

        Raises
        ------
        PersonalSetError
            There would be too many drawings; nothing changes.
        """
        self.read()
        self._set = self._set.edited(edit)
        if remember:
            self._done = [*self._done[1 - MOST_UNDONE :], edit]
        edits, self._failed = (*self._failed, edit), ()
        self._ask(lambda _: self._write(edits), edits)
        self.changed.emit()

    def add(self, drawing: PersonalDrawing) -> Edit:
        """Add a drawing, and return the change that it is.

        Raises
        ------
        PersonalSetError
            There are too many already.
        """
        edit = Edit(added=(drawing,))
        self.edit(edit)
        return edit

    def undo(self) -> bool:
        """Take the last change back, if there is one."""
        if not self._done:
            return False
        self.edit(self._done.pop().inverse, remember=False)
        return True

    def forget(self, edit: Edit) -> None:
        """Take a change back, whatever came after it."""
        self._done = [each for each in self._done if each is not edit]
        self.edit(edit.inverse, remember=False)

    def _write(self, edits: tuple[Edit, ...]) -> PersonalSet:
        drawings = PersonalSet()
        for edit in edits:
            drawings = self._file.change(edit)
        return drawings

    def _ask(self, work: Callable[[Task[PersonalSet]], PersonalSet], edits: tuple[Edit, ...]) -> None:
        self._waiting.append(edits)
        title = tr("Keeping your drawings")
        self._worker.queue(Task(work, self._take, partial(self._note_failure, edits), title))

    def poll(self) -> None:
        """Take in what the file has brought, and look now and then whether another window wrote it."""
        self._worker.poll()
        self._frames += 1
        if self._frames >= LOOKS_BETWEEN_STAMPS and self._stamp is not None and not self._waiting:
            self._frames = 0
            if self._file.stamp() != self._stamp:
                self._stamp = self._file.stamp()
                self._ask(lambda _: self._file.read(), ())

    def _take(self, after: PersonalSet) -> None:
        self._waiting.pop(0)
        self._stamp = self._file.seen
        # What was asked for since then is still on its way.
        for edit in (*self._failed, *(edit for later in self._waiting for edit in later)):
            after = after.edited(edit)
        before, self._set = self._set, after
        if [(each.key, each.label) for each in before.drawings] != [
            (each.key, each.label) for each in after.drawings
        ]:
            self.changed.emit()
        if self._file.message:
            self.said.emit(self._file.message, True)
            self._file.message = ""

    def _note_failure(self, edits: tuple[Edit, ...], reason: str) -> None:
        self._waiting.pop(0)
        self._failed = (*self._failed, *edits)
        if edits:
            reason = tr(
                "{reason} The drawings are still here, written with the next one. Export them to be sure."
            ).format(reason=reason)
        self.said.emit(reason, True)

    def stop(self) -> None:
        """Write what is to be written, and end the thread."""
        self._worker.wait()
        self._worker.stop()
