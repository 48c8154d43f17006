"""The menu Draw: the canvas, the pen, and inputs from the test set."""

from functools import partial

import numpy as np

from nnstudio.data.problem import Answer
from nnstudio.language import tr
from nnstudio.studio.commands.command import Command
from nnstudio.studio.session.output_kinds import sample_words
from nnstudio.studio.session.services import Services

PEN_FACTOR = 1.2


class DrawMenu:
    """What the entries of the menu Draw do.

    Parameters
    ----------
    services : Services
    """

    def __init__(self, services: Services) -> None:
        self._services, self._session, self._input = services, services.session, services.session.input

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        return (
            Command("undo", "Draw", "Undo", "take the last stroke back", self._input.undo, ("Ctrl+Z",)),
            Command(
                "redo",
                "Draw",
                "Redo",
                "do what was undone again",
                self._input.redo,
                ("Ctrl+Shift+Z", "Ctrl+Y"),
            ),
            Command(
                "clear",
                "Draw",
                "Clear",
                "wipe the canvas; undo brings it back",
                self._input.clear,
                ("C", "Del"),
            ),
            Command(
                "pen",
                "Draw",
                "Pen",
                "draw",
                partial(self._input.set_erasing, False),
                ("D",),
                checkable=True,
                begins_group=True,
            ),
            Command(
                "eraser",
                "Draw",
                "Eraser",
                "cut strokes; the right mouse button does too",
                self._toggle_eraser,
                ("X",),
                checkable=True,
            ),
            Command(
                "pixels",
                "Draw",
                "Pixels",
                "paint the pixels that the network reads, or draw strokes again",
                self._toggle_pixels,
                ("P",),
                checkable=True,
            ),
            Command(
                "wider",
                "Draw",
                "Wider pen",
                "draw with a wider pen",
                partial(self._widen, PEN_FACTOR),
                ("]",),
            ),
            Command(
                "narrower",
                "Draw",
                "Narrower pen",
                "draw with a narrower pen",
                partial(self._widen, 1 / PEN_FACTOR),
                ("[",),
            ),
            Command(
                "next-character",
                "Draw",
                "Next character",
                "show the next character of a word in the network",
                partial(self._step_character, 1),
                (".",),
                begins_group=True,
            ),
            Command(
                "previous-character",
                "Draw",
                "Previous character",
                "show the character before it",
                partial(self._step_character, -1),
                (",",),
            ),
            Command(
                "test-image",
                "Draw",
                "Test image",
                "show a random sample of the test set",
                partial(self._session.training.random_test_input, self._show_test_sample),
                ("T",),
                begins_group=True,
            ),
        )

    def connect(self) -> None:
        """Let the entries follow the input, once the actions exist."""
        actions, undo = self._services.actions, self._input.undo_stack
        self._input.content_changed.connect(self._show_mode)
        self._input.erasing_changed.connect(self._show_pen)
        for name, signal in (("undo", undo.canUndoChanged), ("redo", undo.canRedoChanged)):
            signal.connect(actions[name].setEnabled)
            actions[name].setEnabled(False)
        self._show_pen(self._input.erasing)

    def _toggle_pixels(self) -> None:
        self._input.toggle_pixels()
        self._show_mode()

    def _show_mode(self) -> None:
        self._services.actions["pixels"].setChecked(self._input.content.pixels is not None)

    def _toggle_eraser(self) -> None:
        self._input.set_erasing(not self._input.erasing)

    def _show_pen(self, erasing: bool) -> None:
        self._services.actions["pen"].setChecked(not erasing)
        self._services.actions["eraser"].setChecked(erasing)

    def _widen(self, factor: float) -> None:
        self._input.set_pen_width(self._input.pen_width * factor)

    def _step_character(self, step: int) -> None:
        self._input.choose_character(self._input.chosen + step)

    def _show_test_sample(self, x: np.ndarray, answer: Answer) -> None:
        words = sample_words(self._session.network.output_space, tr("A sample of the test set"), answer)
        self._input.show_sample(x, f"{words}.", answer)
