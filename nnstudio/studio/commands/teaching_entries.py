"""The actions of the menu Teach: the user's own drawings."""

from nnstudio.studio.commands.action_entry import ActionEntry

TEACHING_ENTRIES = (
    ActionEntry(
        "teach", "Teach", "This was a…", "say what the drawing was: the network learns it at once", ("W",)
    ),
    ActionEntry(
        "take-back",
        "Teach",
        "Take back",
        "the network as it was before it was taught, and the drawing out of yours",
        ("Ctrl+Backspace",),
    ),
    ActionEntry(
        "teach-all",
        "Teach",
        "Teach all",
        "fine-tune the network on all of your drawings that are of its classes",
        ("Shift+W",),
    ),
    ActionEntry(
        "collect",
        "Teach",
        "Collect",
        "write some of each class, one after the other; once more ends it",
        ("G",),
        checkable=True,
    ),
    ActionEntry(
        "own-labels",
        "Teach",
        "Labels of my own…",
        "draw anything with labels of your own, and train a network for them",
        ("Ctrl+G",),
    ),
    ActionEntry(
        "keep-drawing", "Teach", "Keep", "keep what was collected at once, and go on to the next", ("Y",)
    ),
    ActionEntry("skip-drawing", "Teach", "Skip", "go on to the next without a drawing", ("Shift+Y",)),
    ActionEntry(
        "draw-again",
        "Teach",
        "Back",
        "take out the drawing collected last, and do it again",
        ("Shift+Backspace",),
    ),
    ActionEntry(
        "relabel-drawing",
        "Teach",
        "Relabel…",
        "give the drawing chosen in My drawings another label",
        ("Shift+L",),
    ),
    ActionEntry(
        "delete-drawing", "Teach", "Delete drawing", "delete the one chosen in My drawings", ("Shift+Del",)
    ),
    ActionEntry(
        "undo-drawings",
        "Teach",
        "Undo change of drawings",
        "bring back what was deleted or relabelled last",
        ("Ctrl+Alt+Backspace",),
    ),
    ActionEntry(
        "export-drawings",
        "Teach",
        "Export my drawings…",
        "save all of your drawings as a file for others, or for evaluate",
        ("Ctrl+Alt+D",),
    ),
    ActionEntry(
        "import-drawings",
        "Teach",
        "Import drawings…",
        "add the labelled drawings of a file to yours",
        ("Ctrl+Alt+O",),
    ),
)
