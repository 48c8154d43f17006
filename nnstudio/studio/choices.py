"""What the choices in the training bar do: taken, or refused with a sentence and undone in the bar."""

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LOSSES
from nnstudio.errors import UserError
from nnstudio.training.changes import described_change
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

USUAL_OUTPUTS = {"hinge": "identity"}
"""Where a loss goes with any output but is meant for one: margins of 1 want scores without bounds."""

_SIZES = re.compile(r"\d+(?:[\s,–-]+\d+)*")
_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")


class Choices(QObject):
    """Obeys the training bar of a window."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        bar = window.bar
        bar.problem_chosen.connect(self._session.choose_problem)
        bar.network_edited.connect(self.edit_network)
        bar.activation_chosen.connect(self.choose_activation)
        bar.loss_chosen.connect(self.choose_loss)
        bar.optimiser_chosen.connect(self.choose_optimiser)
        bar.learning_rate_edited.connect(self.edit_learning_rate)
        bar.batch_size_edited.connect(self.edit_batch_size)
        bar.weight_decay_edited.connect(self.edit_weight_decay)
        # After the edit itself, which the same key ends.
        bar.left.connect(self.leave_bar, Qt.ConnectionType.QueuedConnection)

    def leave_bar(self) -> None:
        """Give the keys back to the sheet: typing in the bar is over."""
        self._window.input.sheets.currentWidget().setFocus()

    def _configure(self, sentence: str = "", **choices: object) -> None:
        old = self._session.config
        try:
            new = replace(old, **choices)
            self._session.configure(new)
        except UserError as error:
            self._refuse(error)
        else:
            change = described_change(old, new)
            self._window.say(sentence or f"{change[:1].upper()}{change[1:]} from now on.")

    def _refuse(self, error: UserError) -> None:
        self._window.say(f"{error} Everything is as it was.", warning=True)
        self._window.presenter.show_settings()

    def edit_network(self, text: str) -> None:
        """Take the layer sizes as typed, with fresh weights."""
        old, session = self._session.architecture, self._session
        hidden = old.activations[0] if old.n_layers > 1 else "relu"
        n_inputs, n_outputs = session.input_space.n_features, session.output_space.n_classes
        try:
            architecture = parse_network(text, n_inputs, n_outputs, hidden, old.activations[-1])
        except UserError as error:
            self._refuse(error)
            return
        size = f"A fresh network {architecture} with {architecture.n_params:,} parameters."
        self._configure(f"{size} {self._next_step()}", architecture=architecture)

    def choose_activation(self, name: str) -> None:
        """Give all hidden units another activation, with fresh weights."""
        old = self._session.architecture
        architecture = Architecture.of(old.layer_sizes, hidden=name, output=old.activations[-1])
        if architecture != old:
            sentence = f"Fresh weights with {ACTIVATIONS[name].title}. {self._next_step()}"
            self._configure(sentence, architecture=architecture)

    def _next_step(self) -> str:
        what = "They are being trained." if self._session.is_running else "Space trains it."
        return f"{what} Ctrl+E brings the network before back."

    def choose_loss(self, name: str) -> None:
        """Make another loss small; the output becomes the one it is made for, the weights stay."""
        config = self._session.config
        if name == config.loss:
            return
        old = config.architecture
        output = LOSSES[name].output or USUAL_OUTPUTS.get(name, old.activations[-1])
        architecture = Architecture(old.layer_sizes, (*old.activations[:-1], output))
        self._configure(loss=name, architecture=architecture)

    def choose_optimiser(self, name: str) -> None:
        """Go on by another rule."""
        if name != self._session.config.optimiser:
            self._configure(optimiser=name)

    def edit_learning_rate(self, text: str) -> None:
        """Go on at another rate."""
        if text == f"{self._session.config.hyper.learning_rate:g}":
            return
        try:
            rate = _number(text, "learning rate", "above 0, such as 0.001")
            hyper = replace(self._session.config.hyper, learning_rate=rate)
        except UserError as error:
            self._refuse(error)
        else:
            self._configure(hyper=hyper)

    def edit_weight_decay(self, text: str) -> None:
        """Go on with another weight decay."""
        hyper = self._session.config.hyper
        if text == f"{hyper.weight_decay:g}":
            return
        try:
            hyper = replace(hyper, weight_decay=_number(text, "weight decay", "from 0, such as 0.1"))
        except UserError as error:
            self._refuse(error)
        else:
            self._configure(hyper=hyper)

    def edit_batch_size(self, text: str) -> None:
        """Go on with batches of another size."""
        if text == str(self._session.config.batch_size):
            return
        try:
            size = _number(text, "batch size", "that is whole, such as 128")
        except UserError as error:
            self._refuse(error)
        else:
            whole = int(size) if size == int(size) else size
            self._configure(batch_size=whole)


def _number(text: str, what: str, which: str) -> float:
    """Read a finite number as typed, with a point or a comma."""
    value = float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else math.nan
    if not math.isfinite(value):
        raise ConfigError(f"The {what} is a number {which}; {text!r} is not.")
    return value


def parse_network(text: str, n_inputs: int, n_outputs: int, hidden: str, output: str) -> Architecture:
    """Read layer sizes as typed: all of them, or the hidden ones alone.

    Parameters
    ----------
    text : str
        Whole numbers between dashes, spaces or commas; nothing for a network without hidden layers. Three
        or more that begin and end as the problem asks are all sizes; so are two with a dash between.
    n_inputs, n_outputs : int
        What the problem asks for.
    hidden, output : str
        Names of the activations.

    Raises
    ------
    ConfigError, ArchitectureError
        If the text is not a list of sizes, or there can be no such network.
    """
    text = text.strip()
    if text and not _SIZES.fullmatch(text):
        raise ConfigError(
            f"Layer sizes are whole numbers between spaces or dashes, such as 100 300, not {text!r}."
        )
    sizes = tuple(int(size) for size in re.findall(r"\d+", text))
    are_all = sizes[:1] == (n_inputs,) and sizes[-1:] == (n_outputs,)
    if not (are_all and (len(sizes) > 2 or (len(sizes) == 2 and re.search("[–-]", text)))):
        sizes = (n_inputs, *sizes, n_outputs)
    return Architecture.of(sizes, hidden=hidden, output=output)
