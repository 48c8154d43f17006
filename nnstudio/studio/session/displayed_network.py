"""The network that the views show, its weights, and what it makes of the input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.chosen_points import ChosenPoints
from nnstudio.data.output_kinds import OutputKind
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.ood_detector import OODDetector, OODScore
from nnstudio.files.model_file import Model
from nnstudio.insight.confidence import confidence
from nnstudio.insight.reading import Reading, read
from nnstudio.language import tr
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.default_configs import NEW_NETWORK, opened_config
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.snapshot import RunState, Snapshot


@dataclass(frozen=True, eq=False)
class WeightOverride:
    """Other weights of the same architecture, shown in the place of the network's own.

    Attributes
    ----------
    theta : ndarray of shape (n_params,), float32
    text : str
        What they are, in few words.
    is_network : bool
        Whether the input is read with them; a difference of networks is only looked at.
    follow : callable or None
        Makes them from the network's own weights, as training changes those; None where they stay.
    """

    theta: np.ndarray
    text: str
    is_network: bool = True
    follow: Callable[[np.ndarray], np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class EarlierNetwork:
    """A network that another one replaced, with all that its training goes on with.

    Attributes
    ----------
    model : Model
    was_trained : bool
        Whether it had been trained since it was opened or made.
    config : TrainingConfig
    problem_name : str
    data : DataChoices
    points : ChosenPoints
    """

    model: Model
    was_trained: bool
    config: TrainingConfig
    problem_name: str
    data: DataChoices
    points: ChosenPoints


class DisplayedNetwork(QObject):
    """A network: its weights, its configuration, its detector, and its reading of the input.

    Parameters
    ----------
    model : Model
    problem_name : str
        What it learns.
    parent : QObject

    Notes
    -----
    Thread: gui.
    """

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    replaced = Signal()
    """The network was replaced: other weights, not by further training."""

    config_changed = Signal()
    """The configuration of the displayed checkpoint is another one."""

    checkpoint_changed = Signal()
    """Another checkpoint of a run is displayed, or the newest weights again."""

    weight_override_changed = Signal()
    """An override of the weights began or ended."""

    def __init__(self, model: Model, problem_name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problem_name = problem_name
        self.was_trained = False
        """Whether the network has been trained since it was opened or made."""
        self.snapshot: Snapshot | None = None
        """The newest snapshot of the run, or None before its first."""
        self.past: Checkpoint | None = None
        """The displayed checkpoint; None while the newest weights are displayed."""
        self.weight_override: WeightOverride | None = None
        self.reading: Reading | None = None
        self.changes = Changes()
        """What is new since the last frame."""
        self.earlier: EarlierNetwork | None = None
        """The network that the last fresh or opened one replaced."""
        self.take(model, opened_config(model))

    def take(self, model: Model, config: TrainingConfig) -> None:
        """Display another network, which is trained as ``config`` says."""
        self.was_trained = self.is_fresh = False
        self.model_name = model.name
        self.card = model.card
        self.input_space: InputSpace = model.input_space
        self.output_space: OutputSpace = model.output_space
        self.raster: RasterSpec | None = model.raster
        self.past = self.weight_override = None
        self.newest_weights = model.theta
        """The weights of the network as training leaves them, whatever is displayed."""
        self._detector = model.ood_detector
        found = model.card.get("novelty")
        self._detector_card: dict[str, Any] = found if isinstance(found, dict) else {}
        self._fitted_to = self._compared = model.theta
        self._fits = True
        self.newest_config = config
        """How the network is trained, whatever is displayed."""
        self.reading = None
        self.replaced.emit()
        self.changes = Changes(network=True, weights=True, reading=True, progress=True)

    def take_range(self, space: InputSpace) -> None:
        """Take the same inputs with other ranges."""
        if space != self.input_space:
            self.input_space = space
            # What is drawn over the range is another picture.
            self.changes.network = self.changes.weights = True

    # Which weights are displayed, and which read the input, is decided here and nowhere else

    @property
    def displayed_weights(self) -> np.ndarray:
        """What the views show, (n_params,): the network's own weights, or the override's."""
        return self.own_weights if self.weight_override is None else self.weight_override.theta

    @property
    def own_weights(self) -> np.ndarray:
        """The network's weights without the override: the newest, or those of the displayed checkpoint."""
        return self.newest_weights if self.past is None else self.past.theta

    @property
    def prediction_weights(self) -> np.ndarray:
        """What inputs are read with, (n_params,): the displayed weights, unless they are a difference."""
        override = self.weight_override
        return self.own_weights if override is None or not override.is_network else override.theta

    @property
    def config(self) -> TrainingConfig:
        """How the displayed network is trained, or was at the displayed checkpoint."""
        return self.newest_config if self.past is None else self.past.config

    def look_at(self, checkpoint: Checkpoint | None) -> None:
        """Display a checkpoint of a run for the same inputs and classes; None: the newest weights."""
        self.override_weights(None)
        if checkpoint is self.past:
            return
        before = self.config
        self.past = checkpoint
        self.changes.weights = self.changes.progress = True
        self.changes.checkpoint = self.snapshot is None or self.snapshot.state is not RunState.RUNNING
        if self.config is not before:
            self.changes.network |= self.config.architecture != before.architecture
            self.config_changed.emit()
        self.checkpoint_changed.emit()

    def override_weights(self, weight_override: WeightOverride | None) -> None:
        """Display other weights instead of the network's own; None: its own."""
        if weight_override is self.weight_override:
            return
        self.weight_override = weight_override
        self.changes.weights = True
        self.weight_override_changed.emit()

    def show_newest(self) -> None:
        """Display the newest weights, which training changed, or what the override makes of them."""
        override = self.weight_override
        follow = None if override is None else override.follow
        if override is not None and follow is not None and override.theta.size == self.own_weights.size:
            self.weight_override = replace(override, theta=follow(self.own_weights))
        self.changes.weights |= override is None or follow is not None

    @property
    def architecture(self) -> Architecture:
        """The architecture of the displayed network."""
        return self.config.architecture

    @property
    def output_kind(self) -> OutputKind:
        """What can be done with the outputs of the displayed network."""
        return self.output_space.kind_of(self.architecture.n_outputs)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The name of each unit of the output layer."""
        return self.output_space.unit_names(self.architecture.n_outputs)

    @property
    def checkpoint(self) -> Checkpoint | Snapshot | None:
        """The figures of the displayed weights; None before there are any."""
        return self.snapshot if self.past is None else self.past

    def model(self) -> Model:
        """Return the network that reads the input, to be saved."""
        card: dict[str, Any] = {"problem": self.problem_name}
        theta = np.asarray(self.prediction_weights, np.float32)
        if self.prediction_weights is self.own_weights:
            card["seed"] = self.config.seed
            if self.checkpoint is not None:
                card |= {"epochs": round(self.checkpoint.epoch, 2), "optimiser": self.config.optimiser}
        spaces = (self.input_space, self.output_space)
        detector = self.detector
        if detector is not None and self._detector_card:
            card["novelty"] = self._detector_card
        return Model(self.architecture, theta, *spaces, self.raster, card, self.model_name, detector)

    @property
    def detector(self) -> OODDetector | None:
        """The detector, while the prediction weights are those that it was fitted to."""
        if self._detector is None:
            return None
        if self._compared is not self.prediction_weights:
            self._compared = self.prediction_weights
            self._fits = _are_same(self.prediction_weights, self._fitted_to)
        return self._detector if self._fits else None

    def take_detector(
        self, theta: np.ndarray, detector: OODDetector | None, card: Mapping[str, Any] | None = None
    ) -> None:
        """Judge inputs by a detector as long as they are read with these weights, (n_params,).

        Parameters
        ----------
        theta : float32 ndarray of shape (n_params,)
            What it was fitted to.
        detector : OODDetector or None
        card : mapping or None
            What was measured of it, as a model's card has it.
        """
        self._detector, self._detector_card = detector, dict(card or {})
        self._fitted_to = self._compared = theta
        self._fits = True
        self.changes.reading = True

    @property
    def has_detector(self) -> bool:
        """Whether an out-of-distribution detector fits the prediction weights."""
        return self.detector is not None

    @property
    def detector_card(self) -> dict[str, Any]:
        """Figures of the detector, as in a model's card; empty without a detector."""
        return self._detector_card if self.has_detector else {}

    @property
    def ood_score(self) -> OODScore | None:
        """Out-of-distribution score of the input; None without a reading or a detector."""
        detector, reading = self.detector, self.reading
        if detector is None or reading is None:
            return None
        return detector.judge((reading.x, *reading.a[:-1]))

    @property
    def confidence(self) -> Callable[[np.ndarray], np.ndarray]:
        """How sure the prediction weights of now are of each image (n, n_inputs), 0 … 1; on any thread."""
        return partial(confidence, self.architecture, self.prediction_weights, self.detector)

    def learnt_model(self) -> Model | None:
        """Return the network if it was trained, else the previous one if that was."""
        if self.was_trained:
            return self.newest_model()
        earlier = self.earlier
        return earlier.model if earlier is not None and earlier.was_trained else None

    def newest_model(self) -> Model:
        """Return the network with its newest weights, whatever is displayed."""
        past, weight_override = self.past, self.weight_override
        self.past = self.weight_override = None
        try:
            return self.model()
        finally:
            self.past, self.weight_override = past, weight_override

    def name_fresh(self) -> None:
        """Name the network as one that was just made, and say that other weights took its place."""
        self.model_name, self.card = NEW_NETWORK, {}
        self.was_trained, self.is_fresh = False, True
        self.replaced.emit()

    def remember(self, data: DataChoices, points: ChosenPoints) -> None:
        """Keep the network to go back to, and what it learns from, unless it is fresh and untrained."""
        self.look_at(None)
        if self.was_trained or not self.is_fresh:
            self.earlier = EarlierNetwork(
                self.model(), self.was_trained, self.config, self.problem_name, data, points
            )

    # The input

    def poll(self, x: np.ndarray | None) -> Changes:
        """Read the input again where it, or the weights, changed.

        Parameters
        ----------
        x : float32 ndarray of shape (n_inputs,), or None

        Returns
        -------
        Changes
            What is new since the last call.
        """
        changes, self.changes = self.changes, Changes()
        if changes.reading or (changes.weights and x is not None):
            self.reading = None if x is None else self._read(x)
            changes.reading = True
        return changes

    def note_input(self) -> None:
        """Have the input read again in the next frame."""
        self.changes.reading = True

    def _read(self, x: np.ndarray) -> Reading | None:
        reading = read(self.architecture, self.prediction_weights, x)
        if reading.is_finite:
            return reading
        self.said.emit(
            tr("The weights are so large that the answer is no number. Reset the network (R)."), True
        )
        return None


def _are_same(theta: np.ndarray, other: np.ndarray) -> bool:
    """Compare weights; a prefix is compared first, since training changes all of them."""
    few = slice(0, 1024)
    return np.array_equal(theta[few], other[few]) and np.array_equal(theta, other)
