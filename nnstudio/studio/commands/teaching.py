"""The menu Teach: the user's own drawings, taught to the network, collected and kept."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from nnstudio.data.personal_set import Edit, PersonalDrawing
from nnstudio.errors import UserError
from nnstudio.files.file_types import LABELLED_DRAWINGS
from nnstudio.files.personal_file import export_drawings
from nnstudio.language import tr
from nnstudio.studio.commands.choice_menu import choice_menu
from nnstudio.studio.commands.command import Command, without_state
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.documents.open_save import FileDialogs, FileOpener
from nnstudio.studio.panels.own_drawings.problem_dialog import show_own_labels
from nnstudio.studio.session.fine_tuner import NOTHING_TO_TEACH
from nnstudio.studio.session.input_kinds import why_not_drawn
from nnstudio.studio.session.services import Services

COLLECTED = (3, 6, 12)
"""How many of each label can be collected at a time."""


class TeachMenu:
    """What the entries of the menu Teach do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    opener : FileOpener
    dialogs : FileDialogs
    """

    def __init__(
        self, services: Services, control: WindowControl, opener: FileOpener, dialogs: FileDialogs
    ) -> None:
        self._services, self._session, self._control = services, services.session, control
        self._opener, self._dialogs = opener, dialogs

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        fine_tuner, collection = self._services.session.fine_tuner, self._services.session.drawing_collection
        return (
            Command(
                "teach",
                "Teach",
                "This was a…",
                "say what the drawing was: the network learns it at once",
                self.ask_class,
                ("W",),
            ),
            Command(
                "take-back",
                "Teach",
                "Take back",
                "the network as it was before it was taught, and the drawing out of yours",
                partial(self._try, fine_tuner.take_back),
                ("Ctrl+Backspace",),
            ),
            Command(
                "teach-all",
                "Teach",
                "Teach all",
                "fine-tune the network on all of your drawings that are of its classes",
                partial(self._try, fine_tuner.teach_all),
                ("Shift+W",),
            ),
            Command(
                "collect",
                "Teach",
                "Collect",
                "write some of each class, one after the other; once more ends it",
                self.ask_collection,
                ("G",),
                checkable=True,
                begins_group=True,
            ),
            Command(
                "own-labels",
                "Teach",
                "Labels of my own…",
                "draw anything with labels of your own, and train a network for them",
                partial(show_own_labels, self._services, self._control.window),
                ("Ctrl+G",),
            ),
            Command(
                "keep-drawing",
                "Teach",
                "Keep",
                "keep what was collected at once, and go on to the next",
                collection.keep,
                ("Y",),
            ),
            Command(
                "skip-drawing",
                "Teach",
                "Skip",
                "go on to the next without a drawing",
                collection.skip,
                ("Shift+Y",),
            ),
            Command(
                "draw-again",
                "Teach",
                "Back",
                "take out the drawing collected last, and do it again",
                collection.back,
                ("Shift+Backspace",),
            ),
            Command(
                "relabel-drawing",
                "Teach",
                "Relabel…",
                "give the drawing chosen in My drawings another label",
                self.ask_label,
                ("Shift+L",),
                begins_group=True,
            ),
            Command(
                "delete-drawing",
                "Teach",
                "Delete drawing",
                "delete the one chosen in My drawings",
                self._delete_drawing,
                ("Shift+Del",),
            ),
            Command(
                "undo-drawings",
                "Teach",
                "Undo change of drawings",
                "bring back what was deleted or relabelled last",
                self._undo_drawings,
                ("Ctrl+Alt+Backspace",),
            ),
            Command(
                "export-drawings",
                "Teach",
                "Export my drawings…",
                "save all of your drawings as a file for others, or for evaluate",
                self._export_drawings,
                ("Ctrl+Alt+D",),
                begins_group=True,
            ),
            Command(
                "import-drawings",
                "Teach",
                "Import drawings…",
                "add the labelled drawings of a file to yours",
                self._import_drawings,
                ("Ctrl+Alt+O",),
            ),
            Command(
                "set-weights",
                "Teach",
                "Set weights…",
                "type or paste every weight and bias of a small network",
                self.set_weights,
                ("Ctrl+Alt+W",),
                begins_group=True,
            ),
            Command(
                "fill-in",
                "Teach",
                "Fill in",
                "compute the values of a small network by hand and type them into its units; each is judged",
                self._toggle_fill_in,
                ("U",),
                checkable=True,
            ),
            Command(
                "show-values",
                "Teach",
                "Show all values",
                "write every value that is not filled in yet; those do not count as right",
                self._services.session.fill_in.show_all,
                ("Shift+U",),
            ),
            Command(
                "fill-in-again",
                "Teach",
                "Fill in again",
                "make all values blank",
                self._services.session.fill_in.again,
                ("Ctrl+U",),
            ),
        )

    def connect(self) -> None:
        """Let the entries follow guided collection, once the actions exist."""
        collection = self._services.session.drawing_collection
        collection.changed.connect(self._show_wanted)
        collection.finished.connect(self._tell_collected)
        self._show_wanted()
        self._session.fill_in.changed.connect(self._show_fill_in)
        self._show_fill_in()

    # Teaching

    def set_weights(self) -> None:
        """Open the table of a small network's numbers."""
        # Imported here: the program starts faster without it.
        from nnstudio.studio.panels.set_weights.dialog import show_set_weights

        show_set_weights(self._services, self._control.window)

    def _toggle_fill_in(self) -> None:
        """Ask for the values of the network, or show them again."""
        fill_in = self._session.fill_in
        if fill_in.is_on:
            fill_in.stop()
        else:
            self._services.show_panel("network")
            fill_in.start()

    def _show_fill_in(self) -> None:
        actions, is_on = self._services.actions, self._session.fill_in.is_on
        actions["fill-in"].setChecked(is_on)
        for name in ("show-values", "fill-in-again"):
            actions[name].setEnabled(is_on)

    def ask_class(self) -> QMenu | None:
        """Open a list of the classes: the chosen one is taught for the drawing."""
        if not self._can_draw():
            return None
        if self._session.input.drawing_read is None:
            self._services.say(tr(NOTHING_TO_TEACH))
            return None
        menu = choice_menu(tr("This was a…"), self._control.window)
        for k, name in enumerate(self._session.network.output_space.class_names):
            teach = partial(self._services.session.fine_tuner.teach_class, k)
            menu.addAction(_with_key(name, k)).triggered.connect(without_state(teach))
        return self._pop_up(menu, self._control.panels["answer"].widget)

    # The drawings

    def ask_label(self) -> QMenu | None:
        """Open a list of labels for the chosen drawing."""
        chosen = self._chosen_drawing()
        if chosen is None:
            return None
        counts = self._services.session.drawings.drawings.counts
        labels = dict.fromkeys((*self._session.network.output_space.class_names, *counts))
        menu = choice_menu(tr("It is a…"), self._control.window)
        for k, label in enumerate(labels):
            menu.addAction(_with_key(label, k)).triggered.connect(
                without_state(partial(self._relabel, chosen, label))
            )
        return self._pop_up(menu, self._control.panels["drawings"].widget)

    def _relabel(self, chosen: PersonalDrawing, label: str) -> None:
        told = tr("The {before} is a {after} now; Ctrl+Alt+Backspace takes it back.")
        self._try(
            lambda: self._services.session.drawings.edit(Edit.relabelling((chosen,), label)),
            told.format(before=chosen.label, after=label),
        )

    def _delete_drawing(self) -> None:
        chosen = self._chosen_drawing()
        if chosen is not None:
            told = tr("Your {label} is deleted; Ctrl+Alt+Backspace brings it back.")
            self._try(
                lambda: self._services.session.drawings.edit(Edit(removed=(chosen,))),
                told.format(label=chosen.label),
            )

    def _chosen_drawing(self) -> PersonalDrawing | None:
        self._services.show_panel("drawings")
        chosen: PersonalDrawing | None = self._control.panels["drawings"].chosen
        if chosen is None:
            self._services.say(tr("Choose one of your drawings first: click it in My drawings."))
        return chosen

    def _undo_drawings(self) -> None:
        done = self._services.session.drawings.undo()
        self._services.say(
            tr("The last change of your drawings is taken back.")
            if done
            else tr("There is no change of your drawings to take back.")
        )

    def _export_drawings(self) -> None:
        drawings = self._services.session.drawings.drawings
        if not len(drawings):
            self._services.say(tr("You have no drawings yet to export."))
            return
        lines, strokes = LABELLED_DRAWINGS.suffixes
        path = self._dialogs.ask_save(
            tr("Export my drawings"),
            f"my-drawings{lines}",
            {
                tr("Drawings (*{ending})").format(ending=lines): lines,
                tr("Stroke file (*{ending})").format(ending=strokes): strokes,
            },
        )
        if path is not None:
            self._try(lambda: export_drawings(path, drawings), tr("Saved {path}.").format(path=path))

    def _import_drawings(self) -> None:
        path = self._dialogs.ask_open(
            tr("Import drawings"),
            tr("Drawings ({endings})").format(
                endings=" ".join(f"*{suffix}" for suffix in LABELLED_DRAWINGS.suffixes)
            ),
        )
        if path is not None:
            self._try(lambda: self._opener.import_drawings(path))

    # Collecting

    def ask_collection(self) -> QMenu | None:
        """Open a list of what can be collected; while something is collected, end that."""
        if self._services.session.drawing_collection.wanted is not None:
            self._services.session.drawing_collection.stop()
            return None
        self._show_wanted()
        if not self._can_draw():
            return None
        names, noun = (
            self._session.network.output_space.class_names,
            tr(self._session.network.output_space.noun),
        )
        menu = choice_menu(tr("Collect"), self._control.window)
        for count in COLLECTED:
            words = tr("&{count} of each {noun} ({total})").format(
                count=count, noun=noun, total=count * len(names)
            )
            begin = partial(self._services.session.drawing_collection.begin, names, count)
            menu.addAction(words).triggered.connect(without_state(begin))
        return self._pop_up(menu, self._control.panels["input"].widget)

    def _can_draw(self) -> bool:
        if self._session.input.can_be_drawn:
            return True
        self._services.say(why_not_drawn(self._session.network.input_space))
        return False

    def _show_wanted(self) -> None:
        wanted, actions = self._services.session.drawing_collection.wanted, self._services.actions
        for name in ("keep-drawing", "skip-drawing", "draw-again"):
            actions[name].setEnabled(wanted is not None)
        actions["collect"].setChecked(wanted is not None)

    def _tell_collected(self, n_kept: int) -> None:
        told = tr("%n drawing(s) collected.", n_kept)
        self._services.say(f"{told} {tr('Shift+W teaches them to the network.')}" if n_kept else told)
        self._services.show_panel("drawings")

    # All of them

    def _pop_up(self, menu: QMenu, beside: QWidget) -> QMenu:
        self._services.say(menu.accessibleName())
        menu.popup(beside.mapToGlobal(QPoint(0, 0)))
        return menu

    def _try(self, act: Callable[[], object], told: str = "") -> None:
        try:
            act()
        except UserError as error:
            self._services.say(str(error), warning=True)
        else:
            if told:
                self._services.say(told)
        self._services.request_frame()


def _with_key(name: str, k: int) -> str:
    """Return a class's name for a menu: its first letter is the key, or a number."""
    words = name.replace("&", "&&")
    return f"&{words}" if name[0].isascii() and name[0].isalnum() else f"&{k + 1}  {words}"
