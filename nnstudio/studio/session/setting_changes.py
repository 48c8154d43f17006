"""What a choice of a setting does: taken, or refused with a sentence and undone."""

import math
import re
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.data_settings import DATA_SETTINGS
from nnstudio.studio.session.session import Session
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.session.setting_list import SETTINGS
from nnstudio.training.changes import described_change
from nnstudio.training.config import ConfigError, TrainingConfig
from nnstudio.training.data_choices import DataChoices

_SIZES = re.compile(r"\d+(?:[\s,–-]+\d+)*")


class SettingChanges(QObject):
    """Validates and applies settings as they are typed or chosen.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def refusal(self, setting: Setting[Any], text: str) -> str:
        """Say why a text is no value of a setting beside the others in force; empty where it is one."""
        try:
            setting.write(self.holder_of(setting), text)
        except UserError as error:
            return str(error)
        return ""

    def holder_of(self, setting: Setting[Any]) -> TrainingConfig | DataChoices:
        """Return what holds a setting's value."""
        return self._session.training.data if setting in DATA_SETTINGS else self._session.network.config

    def choose(self, setting: Setting[Any], text: str) -> None:
        """Give a setting another value: within the run where that can be, else from fresh weights."""
        old = self.holder_of(setting)
        if text == setting.read(old):
            return
        try:
            new = setting.write(old, text)
        except UserError as error:
            self._refuse(error)
            return
        if isinstance(new, DataChoices):
            self._session.training.choose_data(new)
        else:
            self._choose_config(setting, old, new)

    def _choose_config(
        self, setting: Setting[TrainingConfig], old: TrainingConfig, new: TrainingConfig
    ) -> None:
        if old.epochs is None and new.epochs is not None and setting.key != "epochs":
            # An end that a schedule asks for lies ahead, however long the run has been going.
            done = 0.0 if self._session.network.snapshot is None else self._session.network.snapshot.epoch
            new = replace(new, epochs=new.epochs + math.floor(done))
        self._configure(new)

    def set_learning_rate(self, learning_rate: float) -> None:
        """Go on at another rate."""
        (rate,) = (setting for setting in SETTINGS if setting.key == "learning_rate")
        self.choose(rate, f"{learning_rate:.3g}")

    def _configure(self, new: TrainingConfig, sentence: str = "") -> None:
        old, is_branch = self._session.network.config, self._session.network.past is not None
        try:
            self._session.configure(new)
        except UserError as error:
            self._refuse(error)
            return
        change = described_change(old, new)
        if old.needs_fresh_weights(new):
            said = sentence or tr("Fresh weights: {change}.").format(change=change)
            self._session.said.emit(f"{said} {self._next_step()}", False)
        elif change and is_branch:
            said = tr("A branch goes on from here with another choice: {change}.").format(change=change)
            self._session.said.emit(f"{said} {self._next_step_of_branch()}", False)
        elif change:
            said = tr("{change} from now on.").format(change=change)
            self._session.said.emit(said[:1].upper() + said[1:], False)

    def _refuse(self, error: UserError) -> None:
        self._session.said.emit(f"{error} {tr('Everything is as it was.')}", True)
        # Editors go back to the value in force.
        self._session.training.settings_changed.emit()

    def edit_network(self, text: str) -> None:
        """Take the layer sizes as typed, with fresh weights; layers keep their activations."""
        session = self._session
        config, old = session.network.config, session.network.architecture
        n_inputs, n_outputs = session.network.input_space.n_features, session.network.output_space.n_classes
        *hidden, output = old.activations
        try:
            typed = parse_network(text, n_inputs, n_outputs, hidden[-1] if hidden else "relu", output)
            activations = (*hidden, *typed.activations[len(hidden) : -1])[: typed.n_layers - 1]
            new = replace(config, architecture=Architecture(typed.layer_sizes, (*activations, output)))
        except UserError as error:
            self._refuse(error)
            return
        size = tr("A fresh network {typed} with %n parameters.", typed.n_params).format(typed=typed)
        self._configure(new, size)

    def _next_step_of_branch(self) -> str:
        return (
            tr("It is being trained.") if self._session.training.is_asked_to_train else tr("Space trains it.")
        )

    def _next_step(self) -> str:
        what = tr("It is being trained.") if self._session.training.is_running else tr("Space trains it.")
        return f"{what} {tr('Ctrl+E brings the network before back.')}"


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
            tr(
                "Layer sizes are whole numbers between spaces or dashes, such as 100 300, not {text!r}."
            ).format(text=text)
        )
    sizes = tuple(int(size) for size in re.findall(r"\d+", text))
    are_all = sizes[:1] == (n_inputs,) and sizes[-1:] == (n_outputs,)
    if not (are_all and (len(sizes) > 2 or (len(sizes) == 2 and re.search("[–-]", text)))):
        sizes = (n_inputs, *sizes, n_outputs)
    return Architecture.of(sizes, hidden=hidden, output=output)
