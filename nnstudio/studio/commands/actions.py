"""Every action of the window, once: words, keys and tooltip; buttons, menus and the list of keys follow."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from nnstudio.language import tr, translatable
from nnstudio.studio.commands.action_entry import ActionEntry
from nnstudio.studio.commands.teaching_entries import TEACHING_ENTRIES
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.theme import Theme

MENUS = {
    "File": translatable("File"),
    "Draw": translatable("Draw"),
    "Train": translatable("Train"),
    "Time": translatable("Time"),
    "Teach": translatable("Teach"),
    "View": translatable("View"),
    "Help": translatable("Help"),
}
"""The words of each menu."""

ENTRIES = (
    ActionEntry("open", "File", "Open…", "open a network, a recipe, an image or a drawing", ("Ctrl+O",)),
    ActionEntry(
        "import-images",
        "File",
        "Import images…",
        "learn from a folder that has a sub-folder of images for each class",
        ("Ctrl+I",),
    ),
    ActionEntry(
        "last-session",
        "File",
        "Last session",
        "go on where the last session ended: its network, its runs, its drawing",
        ("Ctrl+Shift+O",),
    ),
    ActionEntry(
        "save-session",
        "File",
        "Save session as…",
        "save all you work on in one file: problem, settings, runs with their moments, drawing and layout",
        ("Ctrl+K",),
    ),
    ActionEntry(
        "save",
        "File",
        "Save network as…",
        "save the network on show, for nnstudio or as ONNX or a Python script",
        ("Ctrl+S",),
    ),
    ActionEntry(
        "save-drawing", "File", "Save drawing as…", "save the drawing on the canvas", ("Ctrl+Shift+S",)
    ),
    ActionEntry(
        "copy",
        "File",
        "Copy",
        "put a picture of the panel with the keys on the clipboard, or the drawing with its strokes",
        ("Ctrl+C",),
    ),
    ActionEntry(
        "paste",
        "File",
        "Paste",
        "lay a copied picture, drawing or file on the canvas",
        ("Ctrl+V",),
    ),
    ActionEntry(
        "save-figure",
        "File",
        "Save figure…",
        "save the panel with the keys, or the window, as SVG or PNG",
        ("Ctrl+Shift+G",),
    ),
    ActionEntry("quit", "File", "Quit", "stop training and close", ("Ctrl+Q",)),
    ActionEntry("undo", "Draw", "Undo", "take the last stroke back", ("Ctrl+Z",)),
    ActionEntry("redo", "Draw", "Redo", "do what was undone again", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionEntry("clear", "Draw", "Clear", "wipe the canvas; undo brings it back", ("C", "Del")),
    ActionEntry("pen", "Draw", "Pen", "draw", ("D",), checkable=True),
    ActionEntry(
        "eraser", "Draw", "Eraser", "cut strokes; the right mouse button does too", ("X",), checkable=True
    ),
    ActionEntry(
        "pixels",
        "Draw",
        "Pixels",
        "paint the pixels that the network reads, or draw strokes again",
        ("P",),
        checkable=True,
    ),
    ActionEntry("wider", "Draw", "Wider pen", "draw with a wider pen", ("]",)),
    ActionEntry("narrower", "Draw", "Narrower pen", "draw with a narrower pen", ("[",)),
    ActionEntry(
        "next-character", "Draw", "Next character", "show the next character of a word in the network", (".",)
    ),
    ActionEntry("previous-character", "Draw", "Previous character", "show the character before it", (",",)),
    ActionEntry("test-image", "Draw", "Test image", "show a random sample of the test set", ("T",)),
    ActionEntry(
        "play", "Train", "Train", "train from the weights on show, or pause", ("Space",), has_icon=True
    ),
    ActionEntry("step-batch", "Train", "Step one batch", "take one step of training", ("B",), has_icon=True),
    ActionEntry(
        "step-epoch", "Train", "Step one epoch", "train to the end of the epoch", ("E",), has_icon=True
    ),
    ActionEntry("reset", "Train", "Reset", "fresh weights from the same seed", ("R",), has_icon=True),
    ActionEntry(
        "new-seed", "Train", "New seed", "fresh weights from a new seed", ("Shift+R",), has_icon=True
    ),
    ActionEntry("earlier", "Train", "Earlier network", "the network before the last fresh one", ("Ctrl+E",)),
    ActionEntry("recipes", "Train", "Recipes…", "train by a recipe that comes with nnstudio", ("Ctrl+R",)),
    ActionEntry("faster", "Train", "Raise learning rate", "multiply the learning rate by 1.5", ("+", "=")),
    ActionEntry("slower", "Train", "Lower learning rate", "divide the learning rate by 1.5", ("-",)),
    ActionEntry("edit-network", "Train", "Edit network", "go to the list of layer sizes", ("Ctrl+L",)),
    ActionEntry(
        "settings",
        "Train",
        "Settings",
        "every training setting: activations, loss, optimiser, schedule, regularisation, stopping",
        ("S", "Ctrl+,"),
        has_icon=True,
    ),
    ActionEntry("silence", "Train", "Silence unit", "set what the selected unit sends on to 0", ("Q",)),
    ActionEntry(
        "undo-operation", "Train", "Undo operation", "put the weights back that were changed", ("Ctrl+Alt+Z",)
    ),
    ActionEntry("redo-operation", "Train", "Redo operation", "change the weights again", ("Ctrl+Alt+Y",)),
    ActionEntry(
        "next-stage",
        "Train",
        "Next stage of a step",
        "take a training step on this input apart: forward, loss, backward, update",
        ("N",),
    ),
    ActionEntry("previous-stage", "Train", "Stage before", "go one stage of the step back", ("Shift+N",)),
    ActionEntry("take-step", "Train", "Take the step", "change the weights by this step", ("Ctrl+N",)),
    ActionEntry(
        "leave-step", "Train", "Leave the step", "show the network as it is again", ("Ctrl+Shift+N",)
    ),
    ActionEntry("cancel", "Train", "Cancel loading", "give up loading or downloading data", ("Esc",)),
    *TEACHING_ENTRIES,
    ActionEntry(
        "first-moment",
        "Time",
        "First moment",
        "show the network as the run began with it",
        ("Alt+Home",),
        has_icon=True,
    ),
    ActionEntry(
        "earlier-moment", "Time", "Step back", "show the moment before", ("Alt+Left",), has_icon=True
    ),
    ActionEntry(
        "later-moment", "Time", "Step forward", "show the moment after", ("Alt+Right",), has_icon=True
    ),
    ActionEntry(
        "best-moment",
        "Time",
        "Best moment",
        "show the moment of the run that did best on the test set",
        ("Alt+Up",),
        has_icon=True,
    ),
    ActionEntry(
        "play-back",
        "Time",
        "Play back",
        "play the run as a film; once more stops it",
        ("Shift+Space",),
        has_icon=True,
        checkable=True,
    ),
    ActionEntry(
        "live", "Time", "Live", "show the newest weights, and what training brings", ("L",), checkable=True
    ),
    ActionEntry(
        "branch",
        "Time",
        "Continue from here",
        "go on from the moment on show in a run of its own; the run that is left stays as it is",
        ("Ctrl+B",),
        has_icon=True,
    ),
    ActionEntry("next-run", "Time", "Next run", "put the next run on show as it was left", ("Ctrl+PgDown",)),
    ActionEntry("previous-run", "Time", "Previous run", "put the run before on show", ("Ctrl+PgUp",)),
    ActionEntry("rename-run", "Time", "Rename run", "call the run on show something else", ("F2",)),
    ActionEntry("delete-run", "Time", "Delete run", "forget the run on show", ("Ctrl+Shift+Del",)),
    ActionEntry(
        "restore-run", "Time", "Bring back deleted run", "undo the last deletion of a run", ("Ctrl+Alt+B",)
    ),
    ActionEntry(
        "export-runs",
        "Time",
        "Export runs…",
        "save the table of all runs, with every setting, for a spreadsheet (CSV)",
        ("Ctrl+Shift+E",),
    ),
    ActionEntry(
        "save-film",
        "Time",
        "Save film…",
        "save the run as pictures of the panel with the keys, or of the window, one for each moment",
        ("Ctrl+Shift+M",),
    ),
    ActionEntry("redraw-samples", "View", "Redraw samples", "show other samples", ("Ctrl+D",)),
    ActionEntry(
        "next-scale",
        "View",
        "Next colour scale",
        "full colour for the largest value of each unit, of a layer, of the network",
        ("K",),
    ),
    ActionEntry(
        "unit-scale",
        "View",
        "Colours by unit",
        "see each unit's shape, however weak it is",
        ("Ctrl+Alt+1",),
        checkable=True,
    ),
    ActionEntry(
        "layer-scale",
        "View",
        "Colours by layer",
        "compare the units of a layer",
        ("Ctrl+Alt+2",),
        checkable=True,
    ),
    ActionEntry(
        "network-scale", "View", "Colours by network", "compare the layers", ("Ctrl+Alt+3",), checkable=True
    ),
    ActionEntry("theme", "View", "Dark or light", "change between the dark and the light look", ("Ctrl+T",)),
    ActionEntry(
        "full-screen", "View", "Full screen", "fill the screen, or leave it", ("F11",), checkable=True
    ),
    ActionEntry("next-panel", "View", "Next panel", "give the keys to the next panel", ("F6",)),
    ActionEntry(
        "previous-panel", "View", "Previous panel", "give the keys to the panel before", ("Shift+F6",)
    ),
    ActionEntry(
        "float-panel",
        "View",
        "Float panel",
        "make the panel with the keys a window of its own, or put it back",
        ("Ctrl+Shift+F",),
    ),
    ActionEntry("hide-panel", "View", "Hide panel", "hide the panel that has the keys", ("Ctrl+W",)),
    ActionEntry(
        "reset-layout", "View", "Reset layout", "put every panel where it is at home", ("Ctrl+Alt+L",)
    ),
    ActionEntry("larger-text", "View", "Larger text", "show text and pictures larger", ("Ctrl++", "Ctrl+=")),
    ActionEntry("smaller-text", "View", "Smaller text", "show text and pictures smaller", ("Ctrl+-",)),
    ActionEntry("usual-text", "View", "Usual text", "show text at its usual size", ("Ctrl+0",)),
    ActionEntry(
        "present",
        "View",
        "Present",
        "large type and a thick pen, for a projector; once more ends it",
        ("F5",),
        checkable=True,
    ),
    ActionEntry("keys", "Help", "Keys", "list every key", ("?", "F1")),
    ActionEntry(
        "what-is-this",
        "Help",
        "What is this?",
        "explain what is clicked or has the keys, until Esc",
        ("Shift+F1",),
        checkable=True,
    ),
    ActionEntry(
        "hints",
        "Help",
        "Hints",
        "show what to do first, one thing at a time, or put it away for ever",
        ("Ctrl+F1",),
        checkable=True,
    ),
    ActionEntry(
        "reset-settings",
        "Help",
        "Reset all settings",
        "make the window as it was on the first day; drawings and networks stay",
        ("Ctrl+Alt+R",),
    ),
    ActionEntry(
        "earlier-settings",
        "Help",
        "Earlier settings",
        "bring back the settings from before the last reset; once more undoes it",
        ("Ctrl+Alt+E",),
    ),
    ActionEntry("about", "Help", "About nnstudio", "version, licences and credits"),
)


class Actions:
    """The window's actions by name.

    Parameters
    ----------
    owner : QObject
        Their parent: the window.
    commands : object
        Has a method for every entry, named like it with ``_`` for ``-``.
    """

    def __init__(self, owner: QObject, commands: QObject) -> None:
        self._actions: dict[str, QAction] = {}
        for entry in ENTRIES:
            action = QAction(tr(entry.text), owner)
            action.setObjectName(entry.name)
            action.setCheckable(entry.checkable)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            key = f" ({_native(entry.keys[0])})" if entry.keys else ""
            action.setToolTip(f"{_described(entry)}{key}")
            action.triggered.connect(getattr(commands, entry.name.replace("-", "_")))
            self._actions[entry.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus and return them by name."""
        menus: dict[str, QMenu] = {}
        for entry in ENTRIES:
            if entry.menu not in menus:
                menus[entry.menu] = bar.addMenu(f"&{tr(MENUS[entry.menu])}")
                menus[entry.menu].setToolTipsVisible(True)
            menus[entry.menu].addAction(self._actions[entry.name])
        return menus

    def tint(self, theme: Theme, *, running: bool) -> None:
        """Colour the icons for a theme; the play button shows what a press does."""
        for entry in ENTRIES:
            if entry.has_icon:
                name = "pause" if entry.name == "play" and running else entry.name
                self._actions[entry.name].setIcon(
                    icon(name, theme.on_accent if entry.name == "play" else theme.text)
                )
        self._actions["play"].setText(tr("Pause") if running else tr("Train"))


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _described(entry: ActionEntry) -> str:
    return tr("{action}: {what}").format(action=tr(entry.text), what=tr(entry.tip))


def key_table(panels: list[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (menu, [(keys, what they do)]) for the list of keys, with the panels' own rows."""
    groups: dict[str, list[tuple[str, str]]] = {menu: [] for menu in MENUS}
    for entry in ENTRIES:
        if entry.keys:
            keys = f" {tr('or')} ".join(map(_native, entry.keys))
            groups[entry.menu].append((keys, _described(entry)))
    groups["Draw"].append(
        (tr("Arrow keys on the canvas"), tr("Move the cross-hair; with Shift held it draws"))
    )
    groups["Time"].append(
        (tr("Arrow keys on the timeline"), tr("Step through the moments; up and down through the runs"))
    )
    groups["View"].append((tr("Arrow keys on network or templates"), tr("Choose a neuron")))
    return [*((tr(MENUS[menu]), rows) for menu, rows in groups.items()), (tr("Panels"), panels)]
