"""What the actions do that have to do with the user's own drawings."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nnstudio.data.personal_set import Edit, PersonalDrawing
from nnstudio.errors import UserError
from nnstudio.files.personal_file import STROKE_SUFFIX, SUFFIX, export_drawings, import_drawings
from nnstudio.language import tr
from nnstudio.studio.documents import open_save
from nnstudio.studio.panels.own_drawings.problem_dialog import OwnProblemDialog, show_own_labels
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.own_problems import name_of

if TYPE_CHECKING:
    from nnstudio.studio.session.session import Session
    from nnstudio.studio.window.main_window import MainWindow

COLLECTED = (3, 6, 12)
"""How many of each label can be collected at a time."""


class TeachingCommands:
    """A method for each entry of the menu Teach, for the class of all commands."""

    _window: "MainWindow"
    _session: "Session"

    def connect_teaching(self) -> None:
        """Connect what is drawn to guided collection, once all parts exist."""
        window = self._window
        window.drawing_collection.changed.connect(self._show_wanted)
        window.drawing_collection.finished.connect(self._tell_collected)
        window.own_labels.changed.connect(self._list_own)
        window.own_labels.read()
        self._show_wanted()

    def _list_own(self) -> None:
        for own in self._window.own_labels.problems:
            self._window.bar.list_problem(name_of(own), own.title)

    def own_labels(self) -> OwnProblemDialog:
        return show_own_labels(self._window.services, self._window)

    # Teaching

    def teach(self) -> QMenu | None:
        """Ask what the drawing was."""
        if not self._can_draw():
            return None
        if self._session.input.drawing_read is None:
            self._say_nothing_to_teach()
            return None
        menu = self._menu(tr("This was a…"))
        for k, name in enumerate(self._session.network.output_space.class_names):
            menu.addAction(_with_key(name, k)).triggered.connect(partial(self.teach_class, k))
        return self._pop_up(menu, self._window.panels["answer"].widget)

    def teach_class(self, label: int, *_: object) -> None:
        """Say that the drawing is of a class, and teach it."""
        drawing = self._session.input.drawing_read
        if drawing is None:
            self._say_nothing_to_teach()
            return
        name = self._session.network.output_space.class_names[label]
        self._try(lambda: self._window.fine_tuner.teach(PersonalDrawing.new(name, drawing)))

    def _say_nothing_to_teach(self) -> None:
        self._window.say(tr("Draw something first: strokes can be taught, pixels cannot."))

    def teach_all(self) -> None:
        self._try(self._window.fine_tuner.teach_all)

    def take_back(self) -> None:
        self._try(self._window.fine_tuner.take_back)

    # The drawings

    def relabel_drawing(self) -> QMenu | None:
        """Ask what the chosen drawing is."""
        chosen = self._chosen_drawing()
        if chosen is None:
            return None
        labels = dict.fromkeys(
            (*self._session.network.output_space.class_names, *self._window.drawings.drawings.counts)
        )
        menu = self._menu(tr("It is a…"))
        for k, label in enumerate(labels):
            menu.addAction(_with_key(label, k)).triggered.connect(partial(self._relabel, chosen, label))
        return self._pop_up(menu, self._window.panels["drawings"].widget)

    def _relabel(self, chosen: PersonalDrawing, label: str, *_: object) -> None:
        told = tr("The {before} is a {after} now; Ctrl+Alt+Backspace takes it back.")
        self._try(
            lambda: self._window.drawings.edit(Edit.relabelling((chosen,), label)),
            told.format(before=chosen.label, after=label),
        )

    def delete_drawing(self) -> None:
        chosen = self._chosen_drawing()
        if chosen is not None:
            told = tr("Your {label} is deleted; Ctrl+Alt+Backspace brings it back.")
            self._try(
                lambda: self._window.drawings.edit(Edit(removed=(chosen,))),
                told.format(label=chosen.label),
            )

    def _chosen_drawing(self) -> PersonalDrawing | None:
        self._window.show_panel("drawings")
        chosen = self._window.panels["drawings"].chosen
        if chosen is None:
            self._window.say(tr("Choose one of your drawings first: click it in My drawings."))
        return chosen

    def undo_drawings(self) -> None:
        done = self._window.drawings.undo()
        self._window.say(
            tr("The last change of your drawings is taken back.")
            if done
            else tr("There is no change of your drawings to take back.")
        )

    def export_drawings(self) -> None:
        drawings = self._window.drawings.drawings
        if not len(drawings):
            self._window.say(tr("You have no drawings yet to export."))
            return
        folder = self._window.recent.folder()
        lines, strokes = tr("Drawings (*{ending})"), tr("Stroke file (*{ending})")
        kinds = {lines.format(ending=SUFFIX): SUFFIX, strokes.format(ending=STROKE_SUFFIX): STROKE_SUFFIX}
        name, kind = QFileDialog.getSaveFileName(
            self._window, tr("Export my drawings"), str(folder / f"my-drawings{SUFFIX}"), ";;".join(kinds)
        )
        if name:
            path = open_save.with_ending(name, kinds.get(kind, SUFFIX))
            self._try(lambda: export_drawings(path, drawings), tr("Saved {path}.").format(path=path))

    def import_drawings(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Import drawings"),
            str(self._window.recent.folder()),
            tr("Drawings ({endings})").format(endings=f"*{SUFFIX} *{STROKE_SUFFIX}"),
        )
        if name:
            self.take_drawings(Path(name))

    def take_drawings(self, path: Path) -> None:
        """Add the drawings of a file to the user's own; what is wrong is said."""
        self._try(lambda: self.join_drawings(path))

    def join_drawings(self, path: Path) -> None:
        """Add the drawings of a file to the user's own.

        Raises
        ------
        UserError
            It holds none, or there is no room for them; nothing has changed then.
        """
        drawings = import_drawings(path)
        self._window.drawings.edit(Edit(added=drawings.drawings))
        self._window.show_panel("drawings")
        self._window.say(tr("%n drawing(s) joined yours.", len(drawings)))

    # Collecting

    def collect(self) -> QMenu | None:
        """Ask what is to be collected; while something is, end that."""
        if self._window.drawing_collection.wanted is not None:
            self._window.drawing_collection.stop()
            return None
        self._show_wanted()
        if not self._can_draw():
            return None
        names, noun = (
            self._session.network.output_space.class_names,
            tr(self._session.network.output_space.noun),
        )
        menu = self._menu(tr("Collect"))
        for count in COLLECTED:
            words = tr("&{count} of each {noun} ({total})").format(
                count=count, noun=noun, total=count * len(names)
            )
            begin = partial(self._window.drawing_collection.begin, names, count)
            menu.addAction(words).triggered.connect(lambda _, begin=begin: begin())
        return self._pop_up(menu, self._window.input)

    def _can_draw(self) -> bool:
        if self._session.input.can_be_drawn:
            return True
        self._window.say(tr(STUDIO_INPUT_KINDS[self._session.network.input_space.kind].not_drawn))
        return False

    def keep_drawing(self) -> None:
        self._window.drawing_collection.keep()

    def skip_drawing(self) -> None:
        self._window.drawing_collection.skip()

    def draw_again(self) -> None:
        self._window.drawing_collection.back()

    def _show_wanted(self) -> None:
        wanted = self._window.drawing_collection.wanted
        for name in ("keep-drawing", "skip-drawing", "draw-again"):
            self._window.actions_by_name[name].setEnabled(wanted is not None)
        self._window.actions_by_name["collect"].setChecked(wanted is not None)

    def _tell_collected(self, n_kept: int) -> None:
        told = tr("%n drawing(s) collected.", n_kept)
        self._window.say(f"{told} {tr('Shift+W teaches them to the network.')}" if n_kept else told)
        self._window.show_panel("drawings")

    # All of them

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(self._window)
        menu.setAccessibleName(title)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _pop_up(self, menu: QMenu, beside: QWidget) -> QMenu:
        self._window.say(menu.accessibleName())
        menu.popup(beside.mapToGlobal(QPoint(0, 0)))
        return menu

    def _try(self, act: Callable[[], object], told: str = "") -> None:
        try:
            act()
        except UserError as error:
            self._window.say(str(error), warning=True)
        else:
            if told:
                self._window.say(told)
        self._window.frame_timer.hurry()


def _with_key(name: str, k: int) -> str:
    """Return a class's name for a menu: its first letter is the key, or a number."""
    words = name.replace("&", "&&")
    return f"&{words}" if name[0].isascii() and name[0].isalnum() else f"&{k + 1}  {words}"
