"""Validate and apply settings."""

import math
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import usual_loss
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.default_configs import by_rosenblatts_rule, is_rosenblatts
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.layer_names import parameter_words
from nnstudio.studio.session.run_history import ConfigEffect, RunHistory
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.session.setting_list import DATA_SETTINGS, SETTINGS, for_outputs
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.changes import described_change
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.start_settings import START_SETTINGS
from nnstudio.training.typed_network import parse_network

Holder = TrainingConfig | DataChoices
"""What holds the values of settings."""


class SettingChanges(QObject):
    """Validates and applies settings as they are typed or chosen.

    A text is parsed once, by ``parsed``; what travels from there is the configuration with its value.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    history : RunHistory
    parent : QObject

    Notes
    -----
    Thread: gui.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        history: RunHistory,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._history = network, training, history
        self._before_rosenblatt: TrainingConfig | None = None
        """How training went before Rosenblatt's rule took its place."""

    def holder_of(self, setting: Setting[Any]) -> Holder:
        """Return what holds a setting's value."""
        return self._training.data if setting in DATA_SETTINGS else self._network.config

    def parsed(self, setting: Setting[Any], text: str) -> Holder:
        """Return the settings with another value of one of them.

        Raises
        ------
        UserError
            If the text is no value of the setting beside the others in force.
        """
        old = self.holder_of(setting)
        # What is shown may be rounded: a field that was only left changes nothing.
        if text == setting.read(old):
            return old
        new: Holder = setting.write(old, setting.parse(text))
        if isinstance(new, TrainingConfig):
            new.check_trainable()
        else:
            self._training.check_data(new)
        return new

    def choose(self, setting: Setting[Any], text: str) -> None:
        """Give a setting the value of a text, or refuse it with a sentence."""
        try:
            new = self.parsed(setting, text)
        except UserError as error:
            self.refuse(error)
        else:
            self.apply(setting, new)

    def set_learning_rate(self, learning_rate: float) -> None:
        """Go on at another rate, of three digits."""
        (rate,) = (setting for setting in SETTINGS if setting.key == "learning_rate")
        try:
            # Rounded by formatting, which also takes 0 and infinity, as many presses reach them.
            new = rate.write(self._network.config, float(f"{learning_rate:.3g}"))
        except UserError as error:
            self.refuse(error)
        else:
            self.apply(rate, new)

    def apply(self, setting: Setting[Any], new: Holder) -> None:
        """Put settings into force, within the run or with fresh weights, or refuse them with a sentence.

        Parameters
        ----------
        setting : Setting
            The one that was changed.
        new : TrainingConfig or DataChoices
            As ``parsed`` returns it.
        """
        old = self.holder_of(setting)
        if new is old:
            return
        if isinstance(new, DataChoices):
            self._training.choose_data(new)
            return
        if self._network.config.epochs is None and new.epochs is not None and setting.key != "epochs":
            # An end that a schedule asks for lies ahead, however long the run has been going.
            snapshot = self._network.snapshot
            new = replace(new, epochs=new.epochs + math.floor(0.0 if snapshot is None else snapshot.epoch))
        self._configure(new)

    def _configure(self, new: TrainingConfig, sentence: str = "") -> None:
        old = self._network.config
        new = self._with_its_rule(old, new)
        change = described_change(old, new)
        try:
            effect = self._history.configure(new)
        except UserError as error:
            self.refuse(error)
            return
        if is_rosenblatts(new) and not is_rosenblatts(old):
            self._before_rosenblatt = old
        if effect is ConfigEffect.FRESH_WEIGHTS:
            said = sentence or tr("Fresh weights: {change}.").format(change=change)
            what = tr("It is being trained.") if self._training.is_running else tr("Space trains it.")
            self.said.emit(f"{said} {what} {tr('Ctrl+E brings the network before back.')}", False)
        elif change and effect is ConfigEffect.BRANCH:
            said = tr("A branch goes on from here with another choice: {change}.").format(change=change)
            what = tr("It is being trained.") if self._training.is_asked_to_train else tr("Space trains it.")
            self.said.emit(f"{said} {what}", False)
        elif change:
            said = tr("{change} from now on.").format(change=change)
            self.said.emit(said[:1].upper() + said[1:], False)

    def _with_its_rule(self, old: TrainingConfig, new: TrainingConfig) -> TrainingConfig:
        """Return a configuration with Rosenblatt's rule where it is for that, or with the pace before it."""
        if is_rosenblatts(new):
            return new if is_rosenblatts(old) else by_rosenblatts_rule(new)
        if not is_rosenblatts(old):
            return new
        before = self._before_rosenblatt
        if before is None or before.architecture.n_inputs != new.architecture.n_inputs:
            # It was opened as it is: there is no pace of its own to return to.
            start = START_SETTINGS[self._network.input_space.kind]
            hyper = start.fresh_hyper if self._network.is_fresh else start.further_hyper
            before = TrainingConfig(new.architecture, new.loss, hyper=hyper)
        hyper = replace(
            new.hyper, learning_rate=before.hyper.learning_rate, weight_decay=before.hyper.weight_decay
        )
        return replace(new, optimiser=before.optimiser, batch_size=before.batch_size, hyper=hyper)

    def refuse(self, error: UserError) -> None:
        """Say why a setting cannot be, and have the editors show the value in force."""
        self.said.emit(f"{error} {tr('Everything is as it was.')}", True)
        self._training.settings_changed.emit()

    def make_perceptrons(self) -> None:
        """Take one layer of step units in the network's place, with fresh weights and Rosenblatt's rule.

        Two classes are told apart by a single one.
        """
        config, n_inputs = self._network.config, self._network.architecture.n_inputs
        try:
            n_outputs = min(self._network.output_space.output_counts)
            architecture = Architecture.of((n_inputs, n_outputs), output="step")
            new = replace(config, architecture=architecture, loss=usual_loss("step"), frozen=())
        except UserError as error:
            self.refuse(error)
            return
        size = tr("Fresh perceptrons {network}: {parameters}.").format(
            network=architecture, parameters=parameter_words(architecture)
        )
        self._configure(new, size)

    def edit_network(self, text: str) -> None:
        """Take the layer sizes as typed, with fresh weights; layers keep their activations."""
        network = self._network
        config, old = network.config, network.architecture
        space = network.output_space
        # The number of outputs in force stays where hidden layers alone are typed.
        counts = sorted(space.output_counts, key=lambda count: count != old.n_outputs)
        *hidden, output = old.activations
        usual = hidden[-1] if hidden else START_SETTINGS[network.input_space.kind].activation
        try:
            typed = parse_network(text, network.input_space.n_features, counts, usual, output)
            config = for_outputs(config, space.kind_of(typed.n_outputs))
            output = config.architecture.activations[-1]
            activations = (*hidden, *typed.activations[len(hidden) : -1])[: typed.n_layers - 1]
            new = config.with_architecture(
                replace(old, layer_sizes=typed.layer_sizes, activations=(*activations, output))
            )
        except UserError as error:
            self.refuse(error)
            return
        size = tr("A fresh network {typed}: {parameters}.").format(
            typed=typed, parameters=parameter_words(new.architecture)
        )
        self._configure(new, size)
