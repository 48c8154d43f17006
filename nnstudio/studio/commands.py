"""What each action, and each choice in the training bar, does."""

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LOSSES
from nnstudio.errors import UserError
from nnstudio.studio import documents
from nnstudio.studio.dialogs import show_about, show_keys
from nnstudio.studio.theme import DARK, LIGHT
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

RATE_FACTOR = 1.5
PEN_FACTOR = 1.2
USUAL_OUTPUTS = {"hinge": "identity"}
"""Where a loss goes with any output but is meant for one: margins of 1 want scores without bounds."""


class Commands(QObject):
    """One method for each entry of ``actions.ENTRIES``, named like it, and one for each choice in the bar.

    What cannot be is said in the message line, and the bar goes back to what is in force.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session

    def connect_all(self) -> None:
        """Connect what the window's parts have to say to this object, once all parts exist."""
        window, session = self._window, self._session
        window.input.canvas.content_changed.connect(self._read_canvas)
        window.input.plane.point_chosen.connect(self._read_point)
        undo = window.input.canvas.undo_stack
        for name, signal in (("undo", undo.canUndoChanged), ("redo", undo.canRedoChanged)):
            signal.connect(window.actions_by_name[name].setEnabled)
            window.actions_by_name[name].setEnabled(False)
        window.actions_by_name["pen"].setChecked(True)
        window.actions_by_name["shared-scale"].setChecked(True)
        bar = window.bar
        bar.problem_chosen.connect(session.choose_problem)
        bar.network_edited.connect(self._edit_network)
        bar.activation_chosen.connect(self._choose_activation)
        bar.loss_chosen.connect(self._choose_loss)
        bar.optimiser_chosen.connect(self._choose_optimiser)
        bar.learning_rate_edited.connect(self._edit_learning_rate)
        bar.batch_size_edited.connect(self._edit_batch_size)
        bar.weight_decay_edited.connect(self._edit_weight_decay)

    # Drawing

    def _read_canvas(self) -> None:
        content = self._window.input.canvas.content
        if content.image is not None:
            self._session.set_image(content.image)
        else:
            self._session.set_strokes(content.strokes)

    def _read_point(self, x1: float, x2: float) -> None:
        self._session.set_input(np.array([x1, x2], np.float32))

    def undo(self) -> None:
        self._window.input.canvas.undo()

    def redo(self) -> None:
        self._window.input.canvas.redo()

    def clear(self) -> None:
        if self._session.input_space.kind == "image":
            self._window.input.canvas.clear()
        else:
            self._window.input.plane.clear()
            self._session.set_input(None)

    def pen(self) -> None:
        self._hold(eraser=False)

    def eraser(self) -> None:
        self._hold(eraser=not self._window.input.canvas.erasing)

    def _hold(self, *, eraser: bool) -> None:
        self._window.input.canvas.set_erasing(eraser)
        self._window.actions_by_name["pen"].setChecked(not eraser)
        self._window.actions_by_name["eraser"].setChecked(eraser)

    def wider(self) -> None:
        canvas = self._window.input.canvas
        canvas.set_pen_width(canvas.pen_width * PEN_FACTOR)

    def narrower(self) -> None:
        canvas = self._window.input.canvas
        canvas.set_pen_width(canvas.pen_width / PEN_FACTOR)

    def test_image(self) -> None:
        self._session.random_test_input(self._show_sample)

    def _show_sample(self, x: np.ndarray, class_name: str) -> None:
        space = self._session.input_space
        if space.kind == "image":
            self._window.input.canvas.set_image(x.reshape(space.shape))
        else:
            self._window.input.plane.choose((float(x[0]), float(x[1])))
        self._window.say(f"A sample of the test set, labelled {class_name}.")

    # Training

    def play(self) -> None:
        if self._session.is_running:
            self._session.pause()
        else:
            self._session.play()

    def step_batch(self) -> None:
        self._session.step_batch()

    def step_epoch(self) -> None:
        self._session.step_epoch()

    def reset(self) -> None:
        self._session.reset()

    def new_seed(self) -> None:
        self._session.reset(new_seed=True)

    def earlier(self) -> None:
        self._session.go_back()

    def faster(self) -> None:
        self._edit_learning_rate(f"{self._session.config.hyper.learning_rate * RATE_FACTOR:.3g}")

    def slower(self) -> None:
        self._edit_learning_rate(f"{self._session.config.hyper.learning_rate / RATE_FACTOR:.3g}")

    def edit_network(self) -> None:
        self._window.bar.network.setFocus()
        self._window.bar.network.selectAll()

    def cancel(self) -> None:
        errand = self._session.errands.current
        if errand is not None:
            self._session.errands.cancel()
            self._window.say(f"{errand.title}: cancelled; nothing was changed.")
            self._window.presenter.show_settings()
        else:
            self._window.input.canvas.setFocus()

    # Choices in the bar

    def _configure(self, **choices: object) -> None:
        try:
            self._session.configure(replace(self._session.config, **choices))
        except UserError as error:
            self._refuse(error)

    def _refuse(self, error: UserError) -> None:
        self._window.say(f"{error} Everything is as it was.", warning=True)
        self._window.presenter.show_settings()

    def _edit_network(self, text: str) -> None:
        config, session = self._session.config, self._session
        old = config.architecture
        hidden = old.activations[0] if old.n_layers > 1 else "relu"
        n_inputs, n_outputs = session.input_space.n_features, session.output_space.n_classes
        try:
            architecture = parse_network(text, n_inputs, n_outputs, hidden, old.activations[-1])
            session.configure(replace(config, architecture=architecture))
        except UserError as error:
            self._refuse(error)
            return
        self._window.say(
            f"A fresh network {architecture} with {architecture.n_params:,} parameters. Space trains it."
        )

    def _choose_activation(self, name: str) -> None:
        old = self._session.architecture
        architecture = Architecture.of(old.layer_sizes, hidden=name, output=old.activations[-1])
        if architecture != old:
            self._configure(architecture=architecture)

    def _choose_loss(self, name: str) -> None:
        config = self._session.config
        if name == config.loss:
            return
        # The output becomes the one that the loss is made for; the weights stay.
        old = config.architecture
        output = LOSSES[name].output or USUAL_OUTPUTS.get(name, old.activations[-1])
        architecture = Architecture(old.layer_sizes, (*old.activations[:-1], output))
        self._configure(loss=name, architecture=architecture)

    def _choose_optimiser(self, name: str) -> None:
        if name != self._session.config.optimiser:
            self._configure(optimiser=name)

    def _edit_learning_rate(self, text: str) -> None:
        if text == f"{self._session.config.hyper.learning_rate:g}":
            return
        try:
            self._session.set_learning_rate(_number(text, "learning rate", "above 0, such as 0.001"))
        except UserError as error:
            self._refuse(error)

    def _edit_weight_decay(self, text: str) -> None:
        hyper = self._session.config.hyper
        if text == f"{hyper.weight_decay:g}":
            return
        try:
            decay = _number(text, "weight decay", "from 0, such as 0.1")
            self._session.configure(replace(self._session.config, hyper=replace(hyper, weight_decay=decay)))
        except UserError as error:
            self._refuse(error)

    def _edit_batch_size(self, text: str) -> None:
        if text == str(self._session.config.batch_size):
            return
        try:
            size = _number(text, "batch size", "that is whole, such as 128")
            self._session.configure(
                replace(self._session.config, batch_size=int(size) if size == int(size) else size)
            )
        except UserError as error:
            self._refuse(error)

    # Looking

    def loss(self) -> None:
        self._window.curves.choose(0)

    def accuracy(self) -> None:
        self._window.curves.choose(1)

    def templates(self) -> None:
        self._window.pictures.choose(0)

    def activations(self) -> None:
        self._window.pictures.choose(1)

    def weights(self) -> None:
        self._window.pictures.choose(2)

    def shared_scale(self, shared: bool) -> None:
        self._window.templates.set_shared_scale(shared)

    def theme(self) -> None:
        self._window.set_theme(LIGHT if self._window.theme is DARK else DARK)

    def full_screen(self, full: bool) -> None:
        if full:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    def keys(self) -> None:
        show_keys(self._window)

    def about(self) -> None:
        show_about(self._window)

    # Files

    def open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Open a network, an image or a drawing", "", documents.FILTER
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a file; what cannot be opened is said in the message line."""
        try:
            documents.open_path(self._window, path)
        except UserError as error:
            self._window.say(f"{error} What was open stays.", warning=True)

    def last_session(self) -> None:
        path = documents.last_session_path()
        if path.exists():
            self.open_path(path)
        else:
            self._window.say("No earlier session has left a trained network.", warning=True)

    def save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the network", "network.safetensors", documents.MODEL_FILTER
        )
        if name:
            self._try_saving(Path(name), documents.save_network)

    def save_drawing(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the drawing", "drawing.json", documents.DRAWING_FILTER
        )
        if name:
            self._try_saving(Path(name), documents.save_drawing)

    def _try_saving(self, path: Path, save: documents.Saver) -> None:
        try:
            save(self._window, path)
        except UserError as error:
            self._window.say(f"{error} Nothing was overwritten.", warning=True)
        else:
            self._window.say(f"Saved {path}.")

    def quit(self) -> None:
        self._window.close()


def _number(text: str, what: str, which: str) -> float:
    """Read a finite number as typed, with a point or a comma."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ConfigError(f"The {what} is a number {which}; {text!r} is not.")
    return value


def parse_network(text: str, n_inputs: int, n_outputs: int, hidden: str, output: str) -> Architecture:
    """Read layer sizes as typed: all of them, or the hidden ones alone.

    Parameters
    ----------
    text : str
        Whole numbers between dashes, spaces or commas; nothing for a network without hidden layers.
    n_inputs, n_outputs : int
        What the problem asks for.
    hidden, output : str
        Names of the activations.

    Raises
    ------
    ConfigError, ArchitectureError
        If the text is not a list of sizes, or there can be no such network.
    """
    ends = (n_inputs, n_outputs)
    if not text.strip():
        return Architecture.of(ends, hidden=hidden, output=output)
    padded = (
        text
        if len(text.replace("–", " ").replace("-", " ").replace(",", " ").split()) > 1
        else f"{n_inputs} {text} {n_outputs}"
    )
    sizes = Architecture.parse(padded, hidden=hidden, output=output).layer_sizes
    if (sizes[0], sizes[-1]) != ends:
        sizes = (n_inputs, *sizes, n_outputs)
    return Architecture.of(sizes, hidden=hidden, output=output)
