"""Two runs that differ in the labels alone: the same few samples with true labels, and with random ones."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import ProblemError
from nnstudio.language import tr
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.measuring import N_TRAIN_SLICE
from nnstudio.training.snapshot import RunState, Snapshot

USUAL_SAMPLES = 1000
MOST_EPOCHS = 200
"""After which a network is said not to remember them."""

LARGE_ENOUGH = "100-300"
"""Hidden layers of a network that remembers some thousand pictures."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    epoch : float
        Of its last measurement.
    remembered, tested : float
        Shares of the training samples and of the test set that it gets right, 0…1.
    """

    epoch: float
    remembered: float
    tested: float

    @property
    def has_all(self) -> bool:
        """Whether it gets every training sample right that was measured."""
        return self.remembered == 1.0


class Memorising(QObject):
    """Trains the network on its samples, then from the same start on the same ones with random labels.

    Each run ends as soon as it gets all samples right, or after `MOST_EPOCHS`. Whatever else begins a run
    meanwhile, or pauses one, ends the experiment.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    history : RunHistory
        Names the two runs; it takes note of a snapshot earlier.
    parent : QObject

    Attributes
    ----------
    outcomes : list of Outcome
        Of the runs that have ended: with true labels, and with random ones.

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
        self.outcomes: list[Outcome] = []
        self._run_id: int | None = None
        """Of the run that is watched; None while there is none."""
        training.snapshot_taken.connect(self._follow)

    def start(self) -> None:
        """Begin with the true labels, or say why there are none to be drawn at random."""
        self._run_id = None
        if not self._network.output_space.traits.has_labels:
            self.said.emit(
                tr(
                    "The answers here are numbers: choose a problem with classes, whose labels can be random."
                ),
                True,
            )
            return
        self.outcomes = []
        self._training.with_problem(self._begin)

    def _begin(self) -> None:
        """Begin the run with the true labels, or the one with random labels."""
        training, is_random = self._training, len(self.outcomes) == 1
        samples = training.data.samples or min(USUAL_SAMPLES, training.n_samples)
        data = replace(training.data, samples=samples, random_labels=float(is_random))
        try:
            training.check_data(data)
        except ProblemError as error:
            self.said.emit(str(error), True)
            return
        if data == training.data:
            training.reset()
            self._watch()
        else:
            training.choose_data(data, self._watch)

    def _watch(self) -> None:
        self._run_id = self._training.run_id
        self._training.play()

    def _follow(self) -> None:
        """Name the run that begins, and end the one that has come far enough."""
        snapshot = self._network.snapshot
        if self._run_id is None or snapshot is None:
            return
        if snapshot.run_id != self._run_id:
            if self._training.run_id != self._run_id:
                self._run_id = None
            return
        self._name_run(snapshot)
        outcome = _outcome_of(snapshot)
        is_over = outcome is not None and (outcome.has_all or snapshot.epoch >= MOST_EPOCHS)
        if snapshot.state is RunState.RUNNING:
            if is_over:
                self._training.pause()
        elif outcome is not None and (is_over or snapshot.state is RunState.FINISHED):
            self._end_run(outcome)
        elif snapshot.step:
            self._run_id = None

    def _name_run(self, snapshot: Snapshot) -> None:
        run = self._history.runs.current
        if run is None or run.checkpoint_history is not snapshot.checkpoint_history:
            return
        words = tr("Random {n}") if run.data.random_labels else tr("True {n}")
        name = words.format(n=run.data.samples)
        if run.name != name:
            self._history.rename(run, name)

    def _end_run(self, outcome: Outcome) -> None:
        self._run_id = None
        self.outcomes.append(outcome)
        if len(self.outcomes) == 1:
            self._begin()
        else:
            self.said.emit(self._account(self._training.data), False)

    def _account(self, data: DataChoices) -> str:
        """Say how far both runs came."""
        true, random = (self._words_of(outcome, data.samples or 0) for outcome in self.outcomes)
        chance = 1 / self._network.output_space.n_classes
        told = tr("True labels: {true}. Random labels: {random}; chance is {chance:.3g} %.").format(
            true=true, random=random, chance=100 * chance
        )
        has_pixels = self._network.input_space.traits.has_pixels
        if not has_pixels or all(outcome.has_all for outcome in self.outcomes):
            return told
        sizes = self._network.architecture.layer_sizes
        larger = f"{sizes[0]}-{LARGE_ENOUGH}-{sizes[-1]}"
        can = tr("{larger} with Adam at a rate of 0.001 remembers them all.").format(larger=larger)
        return f"{told} {can}"

    def _words_of(self, outcome: Outcome, n: int) -> str:
        if n > N_TRAIN_SLICE:
            how_many = tr("{share:.1f} % of {n:,} that were measured").format(
                share=100 * outcome.remembered, n=N_TRAIN_SLICE
            )
        elif outcome.has_all:
            how_many = tr("all {n:,}").format(n=n)
        else:
            how_many = tr("{share:.1f} % of {n:,}").format(share=100 * outcome.remembered, n=n)
        return tr("{how_many} remembered after {epoch:.0f} epochs, {tested:.1f} % right in the test").format(
            how_many=how_many, epoch=outcome.epoch, tested=100 * outcome.tested
        )


def _outcome_of(snapshot: Snapshot) -> Outcome | None:
    """Return the first measurement without an error, else the last one; None where there is none."""
    history = snapshot.history
    if not len(history.test_epoch):
        return None
    is_right = history.train_score == 1.0
    k = int(np.argmax(is_right)) if is_right.any() else -1
    return Outcome(float(history.test_epoch[k]), float(history.train_score[k]), float(history.test_score[k]))
