"""The gradient taken by hand: one weight after the other is changed by h; no widgets."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.insight.difference_quotient import (
    MAX_ENTRIES,
    Chosen,
    HandGradient,
    check_step,
    chosen_coordinates,
    continued,
    flatness_remark,
)
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.selection import Selection
from nnstudio.studio.session.training_run import TrainingRun

FIRST_STEP = 1e-4
USUAL_SAMPLES = 32


def gradient_question(
    network: DisplayedNetwork, training: TrainingRun, n_samples: int, mistake: str = "none"
) -> GradientQuestion:
    """Ask about the displayed weights on the first samples that are learned from.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
        Its problem is loaded.
    n_samples : int
        At most.
    mistake : str
        One of ``insight.gradient_probe.MISTAKES``.
    """
    assert training.problem is not None, "the problem is loaded"
    config, samples = network.config, training.problem.train
    n = min(n_samples, len(samples))
    return GradientQuestion(
        network.architecture,
        network.displayed_weights,
        samples.batch(np.arange(n)),
        samples.answers[:n],
        config.loss,
        l1=config.hyper.l1,
        l2=config.hyper.l2,
        mistake=mistake,
    )


class GradientByHand(QObject):
    """Takes the entries of the gradient one by one, of weights that stay what they were at first.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    selection : Selection
        Has the unit whose weights are taken where that is asked for.
    parent : QObject

    Attributes
    ----------
    taken : HandGradient or None
        None before it is begun.
    h : float
    is_central : bool
    n_samples : int

    Notes
    -----
    Thread: gui; losses are computed on a daemon thread.
    """

    changed = Signal()
    """Other entries, or another way to take them."""

    asked = Signal()
    """An entry was asked for by key: it is to be seen."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self, network: DisplayedNetwork, training: TrainingRun, selection: Selection, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._selection = network, training, selection
        self._worker = BackgroundWorker("nnstudio-hand-gradient")
        self._n_wanted = 0
        self._is_asked = False
        self._unit: tuple[int, int] | None = None
        self.taken: HandGradient | None = None
        self.h = FIRST_STEP
        self.is_central = False
        self.n_samples = USUAL_SAMPLES
        self._chosen: Chosen | None = None
        network.replaced.connect(self.forget)
        selection.changed.connect(self._follow_unit)

    # What is asked for

    @property
    def chosen(self) -> Chosen:
        """Which weights are changed: until others are chosen, all in order, or the steepest of many."""
        if self._chosen is not None:
            return self._chosen
        is_small = self._network.architecture.n_trained <= MAX_ENTRIES
        return Chosen.ORDER if is_small else Chosen.STEEPEST

    def prepare(self) -> None:
        """Begin with no entry where nothing is begun, of the weights as they are, once there are samples."""
        if self.taken is None and not self._is_asked:
            self._is_asked = True
            self._training.with_problem(self._ask)

    def again(self) -> None:
        """Begin with no entry, of the weights as they are now."""
        self.forget()
        self.prepare()

    def advance(self, n: int = 1) -> None:
        """Take so many entries more."""
        self._n_wanted += n
        if self.taken is None:
            # The samples may have been missing when they were asked for before.
            self._is_asked = False
            self.prepare()
        elif self.taken.is_done:
            self._n_wanted = n_all = len(self.taken.coordinates)
            self.said.emit(tr("All %n entries are done. Again begins with none.", n_all), False)
        else:
            self._compute(self.taken)

    def take_next(self) -> None:
        """Take one entry more, by the key."""
        self.asked.emit()
        self.advance()

    def choose(self, chosen: Chosen) -> None:
        """Take other weights; what was begun is forgotten."""
        if chosen is not self.chosen:
            self._chosen = chosen
            self.forget()

    def set_samples(self, n: int) -> None:
        """Take the mean loss of so many samples; what was begun is forgotten."""
        if n != self.n_samples:
            self.n_samples = n
            self.forget()

    def _follow_unit(self) -> None:
        if self.chosen is Chosen.UNIT and self._is_asked and self._selection.unit != self._unit:
            self.forget()

    def set_step(self, h: float, *, central: bool) -> None:
        """Take the entries that are done again with another h, to one side or to both.

        Raises
        ------
        DifferenceError
            If h is not above 0 and at most 1; everything stays as it was.
        """
        self.h, self.is_central = check_step(h), central
        if self.taken is not None and self._n_wanted:
            taken = self.taken
            self._compute(HandGradient(taken.question, taken.coordinates, taken.n_all))
        self.changed.emit()

    def forget(self) -> None:
        """Have nothing begun: the network or what is asked for is another one."""
        self._worker.cancel()
        self.taken, self._n_wanted, self._is_asked = None, 0, False
        self.changed.emit()

    # What comes of it

    @property
    def remark(self) -> str:
        """What is to be known of the loss, or of the weights since; empty where there is nothing."""
        taken = self.taken
        if taken is None:
            return ""
        remarks = [flatness_remark(taken.question)]
        n = len(taken.coordinates)
        if taken.n_all > n and self.chosen is not Chosen.STEEPEST:
            remarks.append(tr("The first {n:,} of {n_all:,} numbers.").format(n=n, n_all=taken.n_all))
        if not np.array_equal(taken.question.theta, self._network.displayed_weights):
            remarks.append(tr("The network has changed since; Again takes its weights now."))
        return " ".join(filter(None, remarks))

    def _ask(self) -> None:
        question = gradient_question(self._network, self._training, self.n_samples)
        chosen, self._unit = self.chosen, self._selection.unit
        self._worker.run(Task(partial(_begun, question, chosen, self._unit), self._take))

    def _compute(self, begun: HandGradient) -> None:
        self._n_wanted = min(self._n_wanted, len(begun.coordinates))
        n, h, central = self._n_wanted, self.h, self.is_central
        self._worker.run(Task(lambda _: _entries(begun, n, h, central=central), self._take))

    def _take(self, taken: HandGradient) -> None:
        is_first = self.taken is None or self.taken.question is not taken.question
        self.taken = taken
        self.changed.emit()
        # Entries may have been asked for while the weights were looked up.
        if is_first and self._n_wanted:
            self._compute(taken)

    def poll(self) -> None:
        """Take in what is done."""
        self._worker.poll()

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()


def _begun(
    question: GradientQuestion, chosen: Chosen, unit: tuple[int, int] | None, _: object
) -> HandGradient:
    return HandGradient(question, *chosen_coordinates(question, chosen, unit))


def _entries(begun: HandGradient, n: int, h: float, *, central: bool) -> Steps[HandGradient]:
    """Take entries in steps, on the worker's thread."""
    yield from continued(begun, n, h, central=central)
