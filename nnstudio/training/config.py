"""The settings of a training run, without its data; any package above may import it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import INITIALISERS
from nnstudio.engine.losses import LOSSES, LossError, check_pair
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.training.schedule import SCHEDULES, rate_factor

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem
    from nnstudio.engine.architecture import Architecture

MAX_BATCH_SIZE = 65_536
MAX_EPOCHS = 1_000_000


class ConfigError(UserError):
    """An impossible setting: the message names it, its value and what is possible."""


@dataclass(frozen=True)
class TrainingConfig:
    """The settings of one training run; immutable, replaced as a whole.

    Attributes
    ----------
    architecture : Architecture
    loss : str
        A key of ``engine.losses.LOSSES`` that goes with the output activation.
    initialisation : str
        A key of ``engine.initialise.INITIALISERS``.
    optimiser : str
        A key of ``engine.optimisers.OPTIMISERS``.
    hyper : Hyper
    batch_size : int
        1…65,536. An epoch's last batch may be smaller.
    schedule : str
        A key of ``SCHEDULES``; some fall to zero at ``epochs``, which must then be given.
    warmup_epochs : float
        The rate climbs linearly from zero over this many epochs, with any schedule.
    epochs : float or None
        The end of the run, at most 1,000,000; None means until stopped.
    seed : int
        Decides the initial weights and the order of the data, at least 0.
    rate_decay, rate_decay_epochs : float
        The schedules ``"step"`` and ``"exponential"`` multiply the rate by the first, above 0 and at most 1,
        every so many epochs.
    label_smoothing : float
        The share of each label's certainty, in [0, 1), that is spread over all classes while training;
        measured losses are those of the plain labels.
    dropout, input_dropout : float
        The share of each hidden layer's units, and of the inputs, that is silent in a training step, drawn
        for each sample: in [0, 1). Measurements are made without dropout.
    patience_epochs : float or None
        Early stopping: a recipe ends after so many epochs without better validation, and the trainer pauses
        after as many without better figures on the test set; None: never.
    frozen : tuple of int
        Computing layers, counted from 0 and in order, whose weights and biases stay; not all of them.
    random_mask : float
        The share of each layer's weights, in [0, 1), that is 0 from the start and stays so; the seed chooses.

    Raises
    ------
    ConfigError
        If a setting is impossible, alone or together with another.
    """

    architecture: Architecture
    loss: str = "cross_entropy"
    initialisation: str = "he_normal"
    optimiser: str = "adam"
    hyper: Hyper = field(default_factory=Hyper)
    batch_size: int = 128
    schedule: str = "constant"
    warmup_epochs: float = 0.0
    epochs: float | None = None
    seed: int = 0
    rate_decay: float = 0.1
    rate_decay_epochs: float = 10.0
    label_smoothing: float = 0.0
    dropout: float = 0.0
    input_dropout: float = 0.0
    patience_epochs: float | None = None
    frozen: tuple[int, ...] = ()
    random_mask: float = 0.0

    def __post_init__(self) -> None:
        _check_name(tr("loss"), self.loss, LOSSES)
        _check_name(tr("initialisation"), self.initialisation, INITIALISERS)
        _check_name(tr("optimiser"), self.optimiser, OPTIMISERS)
        _check_name(tr("schedule"), self.schedule, SCHEDULES)
        _check_whole(tr("batch size"), self.batch_size, 1, MAX_BATCH_SIZE)
        _check_whole(tr("seed"), self.seed, 0, 2**63 - 1)
        if not _is_finite(self.warmup_epochs) or self.warmup_epochs < 0:
            raise ConfigError(
                tr("The warm-up must be 0 epochs or more, not {warmup_epochs!r}.").format(
                    warmup_epochs=self.warmup_epochs
                )
            )
        if self.epochs is not None and (not _is_finite(self.epochs) or self.epochs <= 0):
            raise ConfigError(
                tr("The number of epochs must be above 0, not {epochs!r}.").format(epochs=self.epochs)
            )
        if self.epochs is not None and self.epochs > MAX_EPOCHS:
            raise ConfigError(
                tr("The number of epochs must be at most {max_epochs:,}, not {epochs:.10g}.").format(
                    max_epochs=MAX_EPOCHS, epochs=self.epochs
                )
            )
        if SCHEDULES[self.schedule].needs_end and self.epochs is None:
            raise ConfigError(
                tr('The schedule "{schedule}" needs a number of epochs to end at; give one.').format(
                    schedule=self.schedule
                )
            )
        if self.epochs is not None and self.warmup_epochs >= self.epochs:
            raise ConfigError(
                tr(
                    "The warm-up of {warmup_epochs:g} epochs must be shorter than the run, which has "
                    "{epochs:g}."
                ).format(warmup_epochs=self.warmup_epochs, epochs=self.epochs)
            )
        if not _is_finite(self.rate_decay) or not 0 < self.rate_decay <= 1:
            raise ConfigError(
                tr("The rate decay must be above 0 and at most 1, not {rate_decay!r}.").format(
                    rate_decay=self.rate_decay
                )
            )
        if not _is_finite(self.rate_decay_epochs) or self.rate_decay_epochs <= 0:
            raise ConfigError(
                tr("The rate must decay every so many epochs, not {rate_decay_epochs!r}.").format(
                    rate_decay_epochs=self.rate_decay_epochs
                )
            )
        if not _is_finite(self.label_smoothing) or not 0 <= self.label_smoothing < 1:
            raise ConfigError(
                tr(
                    "The label smoothing must be from 0 up to, but not including, 1, not {label_smoothing!r}."
                ).format(label_smoothing=self.label_smoothing)
            )
        if self.label_smoothing and self.loss == "hinge":
            raise ConfigError(tr("The hinge loss needs one right class; set the label smoothing to 0."))
        for what, share in (
            (tr("dropout"), self.dropout),
            (tr("input dropout"), self.input_dropout),
            (tr("random mask"), self.random_mask),
        ):
            if not _is_finite(share) or not 0 <= share < 1:
                raise ConfigError(
                    tr("The {what} must be from 0 up to, but not including, 1, not {share!r}.").format(
                        what=what, share=share
                    )
                )
        if self.patience_epochs is not None and (
            not _is_finite(self.patience_epochs) or self.patience_epochs <= 0
        ):
            raise ConfigError(
                tr("The patience must be above 0 epochs, not {patience_epochs!r}.").format(
                    patience_epochs=self.patience_epochs
                )
            )
        self._check_frozen()
        try:
            check_pair(self.architecture.activations[-1], self.loss)
        except LossError as error:
            raise ConfigError(str(error)) from error

    def _check_frozen(self) -> None:
        network, frozen = self.architecture, self.frozen
        is_listed = isinstance(frozen, tuple) and all(type(layer) is int for layer in frozen)
        if not is_listed or list(frozen) != sorted(set(frozen)):
            raise ConfigError(
                tr(
                    "Frozen layers are whole numbers, each once and in their order, not {frozen!r:.60}."
                ).format(frozen=frozen)
            )
        outside = [layer + 1 for layer in frozen if not 0 <= layer < network.n_layers]
        if outside:
            raise ConfigError(
                tr("There is no layer {layer} to freeze: {architecture} has layers 1 to {last}.").format(
                    layer=outside[0], architecture=network, last=network.n_layers
                )
            )
        if len(frozen) == network.n_layers:
            raise ConfigError(tr("With all layers frozen nothing is learned; let one of them learn."))

    def with_architecture(self, architecture: Architecture) -> TrainingConfig:
        """Return this configuration for another network; hidden layers that it has as well stay frozen."""
        n_kept = architecture.n_layers - (architecture.n_layers != self.architecture.n_layers)
        frozen = tuple(layer for layer in self.frozen if layer < n_kept)
        return replace(self, architecture=architecture, frozen=frozen)

    def with_hyper(self, **values: float) -> TrainingConfig:
        """Return this configuration with other hyper-parameters, by their names in ``Hyper``.

        Raises
        ------
        HyperError
            If one is out of its range.
        """
        return replace(self, hyper=replace(self.hyper, **values))

    def rate_at(self, epoch: float) -> float:
        """Return the learning rate of a step whose middle is at ``epoch``, after schedule and warm-up."""
        factor = rate_factor(
            self.schedule,
            epoch,
            warmup_epochs=self.warmup_epochs,
            epochs=self.epochs,
            decay=self.rate_decay,
            decay_epochs=self.rate_decay_epochs,
        )
        return self.hyper.learning_rate * factor

    def needs_fresh_weights(self, other: TrainingConfig) -> str | None:
        """Name the setting that keeps a run from continuing with another configuration, if one does.

        These are the settings that decide the initial weights: layers, activations except the output's,
        initialisation and seed. Everything else can change between two steps.
        """
        old, new = self.architecture, other.architecture
        differences = (
            (tr("layers"), old.layer_sizes != new.layer_sizes),
            (tr("biases"), old.has_biases != new.has_biases),
            (tr("hidden activations"), old.activations[:-1] != new.activations[:-1]),
            (tr("initialisation"), self.initialisation != other.initialisation),
            (tr("seed"), self.seed != other.seed),
            (tr("random mask"), self.random_mask != other.random_mask),
        )
        return next((what for what, differs in differences if differs), None)

    def check_change(self, other: TrainingConfig) -> None:
        """Make sure that a run with this configuration can continue with another one.

        Raises
        ------
        ConfigError
            If it needs fresh weights.
        """
        what = self.needs_fresh_weights(other)
        if what is not None:
            raise ConfigError(
                tr("Another choice of {what} needs fresh weights; start a new run.").format(what=what)
            )

    @property
    def is_trainable(self) -> bool:
        """Whether gradients pass, so that the network can be trained; hidden units with steps pass none."""
        return self._first_flat() is None

    def _first_flat(self) -> str | None:
        """Return the title of an activation that no gradient passes, or None."""
        *hidden, output = self.architecture.activations
        # The perceptron's loss handles the step of the output; no gradient passes a hidden step.
        names = hidden if self.loss == "perceptron" else (*hidden, output)
        return next((ACTIVATIONS[name].title for name in names if not ACTIVATIONS[name].trainable), None)

    def check_trainable(self) -> None:
        """Make sure that the network can be trained.

        Raises
        ------
        ConfigError
            If no gradient passes.
        """
        title = self._first_flat()
        if title is not None:
            raise ConfigError(
                tr(
                    "{title} units have the derivative zero, so gradients cannot train this network. Choose "
                    "Sigmoid, or steps at the output alone, with the loss perceptron."
                ).format(title=tr(title))
            )

    def check(self, problem: Problem) -> None:
        """Make sure that the network can be trained, and fits the problem.

        Raises
        ------
        ConfigError
            If no gradient passes, the number of inputs or outputs differs from what the problem has, its
            answers do not allow the loss, or its inputs are shifted and there are no biases.
        """
        self.check_trainable()
        scaling = problem.train.scaling
        if not self.architecture.has_biases and scaling is not None and scaling.shift.any():
            raise ConfigError(
                tr(
                    "A network without biases cannot take inputs that are shifted; set the input scaling to "
                    "none."
                )
            )
        n_features = problem.input_space.n_features
        if self.architecture.n_inputs != n_features:
            raise ConfigError(
                tr(
                    "The network {architecture} takes {n_inputs} inputs, but {title} has {n_features}; "
                    "change the first layer to {n_features}."
                ).format(
                    architecture=self.architecture,
                    n_inputs=self.architecture.n_inputs,
                    title=problem.title,
                    n_features=n_features,
                )
            )
        space = problem.output_space
        if self.architecture.n_outputs not in space.output_counts and not space.traits.has_labels:
            raise ConfigError(
                tr(
                    "The network {architecture} has {n_outputs} outputs, but {title} asks for {wanted}; "
                    "change the last layer to {wanted}."
                ).format(
                    architecture=self.architecture,
                    n_outputs=self.architecture.n_outputs,
                    title=problem.title,
                    wanted=space.n_outputs,
                )
            )
        if self.architecture.n_outputs not in space.output_counts:
            raise ConfigError(
                tr(
                    "The network {architecture} has {n_outputs} outputs, but {title} has {n_classes} "
                    "classes; change the last layer to {n_classes}."
                ).format(
                    architecture=self.architecture,
                    n_outputs=self.architecture.n_outputs,
                    title=problem.title,
                    n_classes=space.n_classes,
                )
            )
        kind = space.kind_of(self.architecture.n_outputs)
        refusal = kind.refusal(self.loss)
        if refusal is not None:
            raise ConfigError(refusal)
        if not kind.allows(output := self.architecture.activations[-1]):
            raise ConfigError(
                tr(
                    "One output for two classes is Sigmoid or Step, not {output}; choose one of them, or "
                    "type 2 as the last layer."
                ).format(output=tr(ACTIVATIONS[output].title))
            )
        if self.loss == "perceptron" and not space.traits.has_labels and not _are_bits(problem.train.targets):
            raise ConfigError(
                tr(
                    "The loss perceptron compares 0 with 1, and the answers of {title} are other numbers; "
                    "choose Identity and squared error."
                ).format(title=problem.title)
            )
        if self.label_smoothing and not space.traits.has_labels:
            raise ConfigError(
                tr("Label smoothing is for classes, and these outputs are numbers; set it to 0.")
            )


def _check_name(what: str, name: object, known: Iterable[str]) -> None:
    names = tuple(known)
    if not isinstance(name, str) or name not in names:
        raise ConfigError(
            tr("There is no {what} {name!r}; choose one of {names}.").format(
                what=what, name=name, names=", ".join(names)
            )
        )


def _check_whole(what: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(
            tr("The {what} must be a whole number from {low} to {high}, not {value!r}.").format(
                what=what, low=low, high=high, value=value
            )
        )


def _are_bits(values: NDArray[np.float32]) -> bool:
    return bool(((values == 0) | (values == 1)).all())


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
