"""Every action of the window, once: words, keys and tooltip; buttons, menus and the list of keys follow."""

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from nnstudio.language import tr, translatable
from nnstudio.studio.images import icon
from nnstudio.studio.theme import Theme


@dataclass(frozen=True)
class ActionEntry:
    """One action.

    Attributes
    ----------
    name : str
        The key in ``Actions``, and the icon's file name where ``has_icon``.
    menu, text, tip : str
        The menu it is in, a key of ``MENUS``; its words there, and what it does as a sentence without a full
        stop, both in English.
    keys : tuple of str
        Key sequences in Qt's notation; the first is shown.
    """

    name: str
    menu: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    has_icon: bool = False
    checkable: bool = False


MENUS = {
    "File": translatable("File"),
    "Draw": translatable("Draw"),
    "Train": translatable("Train"),
    "View": translatable("View"),
    "Help": translatable("Help"),
}
"""The words of each menu."""

ENTRIES = (
    ActionEntry(
        "open",
        "File",
        translatable("Open…"),
        translatable("open a network, a recipe, an image or a drawing"),
        ("Ctrl+O",),
    ),
    ActionEntry(
        "import-images",
        "File",
        translatable("Import images…"),
        translatable("learn from a folder that has a sub-folder of images for each class"),
        ("Ctrl+I",),
    ),
    ActionEntry(
        "last-session",
        "File",
        translatable("Last session"),
        translatable("open the network of the last session"),
        ("Ctrl+Shift+O",),
    ),
    ActionEntry(
        "save",
        "File",
        translatable("Save network as…"),
        translatable("save the network on show, for nnstudio or as ONNX or a Python script"),
        ("Ctrl+S",),
    ),
    ActionEntry(
        "save-drawing",
        "File",
        translatable("Save drawing as…"),
        translatable("save the drawing on the canvas"),
        ("Ctrl+Shift+S",),
    ),
    ActionEntry("quit", "File", translatable("Quit"), translatable("stop training and close"), ("Ctrl+Q",)),
    ActionEntry("undo", "Draw", translatable("Undo"), translatable("take the last stroke back"), ("Ctrl+Z",)),
    ActionEntry(
        "redo",
        "Draw",
        translatable("Redo"),
        translatable("do what was undone again"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
    ),
    ActionEntry(
        "clear",
        "Draw",
        translatable("Clear"),
        translatable("wipe the canvas; undo brings it back"),
        ("C", "Del"),
    ),
    ActionEntry("pen", "Draw", translatable("Pen"), translatable("draw"), ("D",), checkable=True),
    ActionEntry(
        "eraser",
        "Draw",
        translatable("Eraser"),
        translatable("cut strokes; the right mouse button does too"),
        ("X",),
        checkable=True,
    ),
    ActionEntry(
        "pixels",
        "Draw",
        translatable("Pixels"),
        translatable("paint the pixels that the network reads, or draw strokes again"),
        ("P",),
        checkable=True,
    ),
    ActionEntry("wider", "Draw", translatable("Wider pen"), translatable("draw with a wider pen"), ("]",)),
    ActionEntry(
        "narrower", "Draw", translatable("Narrower pen"), translatable("draw with a narrower pen"), ("[",)
    ),
    ActionEntry(
        "next-character",
        "Draw",
        translatable("Next character"),
        translatable("show the next character of a word in the network"),
        (".",),
    ),
    ActionEntry(
        "previous-character",
        "Draw",
        translatable("Previous character"),
        translatable("show the character before it"),
        (",",),
    ),
    ActionEntry(
        "test-image",
        "Draw",
        translatable("Test image"),
        translatable("show a random sample of the test set"),
        ("T",),
    ),
    ActionEntry(
        "play",
        "Train",
        translatable("Train"),
        translatable("train from the weights on show, or pause"),
        ("Space",),
        has_icon=True,
    ),
    ActionEntry(
        "step-batch",
        "Train",
        translatable("Step one batch"),
        translatable("take one step of training"),
        ("B",),
        has_icon=True,
    ),
    ActionEntry(
        "step-epoch",
        "Train",
        translatable("Step one epoch"),
        translatable("train to the end of the epoch"),
        ("E",),
        has_icon=True,
    ),
    ActionEntry(
        "reset",
        "Train",
        translatable("Reset"),
        translatable("fresh weights from the same seed"),
        ("R",),
        has_icon=True,
    ),
    ActionEntry(
        "new-seed",
        "Train",
        translatable("New seed"),
        translatable("fresh weights from a new seed"),
        ("Shift+R",),
        has_icon=True,
    ),
    ActionEntry(
        "earlier",
        "Train",
        translatable("Earlier network"),
        translatable("the network before the last fresh one"),
        ("Ctrl+E",),
    ),
    ActionEntry(
        "recipes",
        "Train",
        translatable("Recipes…"),
        translatable("train by a recipe that comes with nnstudio"),
        ("Ctrl+R",),
    ),
    ActionEntry(
        "faster",
        "Train",
        translatable("Raise learning rate"),
        translatable("multiply the learning rate by 1.5"),
        ("+", "="),
    ),
    ActionEntry(
        "slower",
        "Train",
        translatable("Lower learning rate"),
        translatable("divide the learning rate by 1.5"),
        ("-",),
    ),
    ActionEntry(
        "edit-network",
        "Train",
        translatable("Edit network"),
        translatable("go to the list of layer sizes"),
        ("Ctrl+L",),
    ),
    ActionEntry(
        "settings",
        "Train",
        translatable("Settings"),
        translatable(
            "every training setting: activations, loss, optimiser, schedule, regularisation, stopping"
        ),
        ("S", "Ctrl+,"),
        has_icon=True,
    ),
    ActionEntry(
        "cancel",
        "Train",
        translatable("Cancel loading"),
        translatable("give up loading or downloading data"),
        ("Esc",),
    ),
    ActionEntry(
        "redraw-samples",
        "View",
        translatable("Redraw samples"),
        translatable("show other samples"),
        ("Ctrl+D",),
    ),
    ActionEntry(
        "next-scale",
        "View",
        translatable("Next colour scale"),
        translatable("full colour for the largest value of each unit, of a layer, of the network"),
        ("K",),
    ),
    *(
        ActionEntry(f"{scope}-scale", "View", text, tip, (f"Ctrl+Alt+{k}",), checkable=True)
        for k, (scope, text, tip) in enumerate(
            (
                (
                    "unit",
                    translatable("Colours by unit"),
                    translatable("see each unit's shape, however weak it is"),
                ),
                ("layer", translatable("Colours by layer"), translatable("compare the units of a layer")),
                ("network", translatable("Colours by network"), translatable("compare the layers")),
            ),
            start=1,
        )
    ),
    ActionEntry(
        "theme",
        "View",
        translatable("Dark or light"),
        translatable("change between the dark and the light look"),
        ("Ctrl+T",),
    ),
    ActionEntry(
        "full-screen",
        "View",
        translatable("Full screen"),
        translatable("fill the screen, or leave it"),
        ("F11",),
        checkable=True,
    ),
    ActionEntry(
        "next-panel",
        "View",
        translatable("Next panel"),
        translatable("give the keys to the next panel"),
        ("F6",),
    ),
    ActionEntry(
        "previous-panel",
        "View",
        translatable("Previous panel"),
        translatable("give the keys to the panel before"),
        ("Shift+F6",),
    ),
    ActionEntry(
        "float-panel",
        "View",
        translatable("Float panel"),
        translatable("make the panel with the keys a window of its own, or put it back"),
        ("Ctrl+Shift+F",),
    ),
    ActionEntry(
        "hide-panel",
        "View",
        translatable("Hide panel"),
        translatable("hide the panel that has the keys"),
        ("Ctrl+W",),
    ),
    ActionEntry(
        "reset-layout",
        "View",
        translatable("Reset layout"),
        translatable("put every panel where it is at home"),
        ("Ctrl+Alt+L",),
    ),
    ActionEntry(
        "larger-text",
        "View",
        translatable("Larger text"),
        translatable("show text and pictures larger"),
        ("Ctrl++", "Ctrl+="),
    ),
    ActionEntry(
        "smaller-text",
        "View",
        translatable("Smaller text"),
        translatable("show text and pictures smaller"),
        ("Ctrl+-",),
    ),
    ActionEntry(
        "usual-text",
        "View",
        translatable("Usual text"),
        translatable("show text at its usual size"),
        ("Ctrl+0",),
    ),
    ActionEntry(
        "present",
        "View",
        translatable("Present"),
        translatable("large type and a thick pen, for a projector; once more ends it"),
        ("F5",),
        checkable=True,
    ),
    ActionEntry("keys", "Help", translatable("Keys"), translatable("list every key"), ("?", "F1")),
    ActionEntry(
        "about", "Help", translatable("About nnstudio"), translatable("version, licences and credits")
    ),
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
    groups["View"].append((tr("Arrow keys on network or templates"), tr("Choose a neuron")))
    return [*((tr(MENUS[menu]), rows) for menu, rows in groups.items()), (tr("Panels"), panels)]
