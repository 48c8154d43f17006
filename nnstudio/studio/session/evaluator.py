"""Evaluate the test set on a thread of its own, while a visible view needs the results."""

import math
import time
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.sample_results import SampleEvaluation, SampleResults
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.selection import Selection
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.studio.session.viewer import Viewer, can_be_seen
from nnstudio.training.checkpoint import Checkpoint

PERIOD_S = 0.5
"""Shortest time between two evaluations."""

STILL_S = 0.15
"""A checkpoint is evaluated once it has been displayed so long."""

SHARE_WHILE_TRAINING = 0.06
"""Of one core."""

DEAD_WORDS = translatable("dead: it says the same to every sample of the test set")

UNASKED_AFTER_S = 1.5
"""Seconds for which an empty panel is visible before a test set on this machine is loaded unasked."""


@dataclass(frozen=True, eq=False)
class _Question:
    """What is to be evaluated."""

    architecture: Architecture
    theta: np.ndarray
    samples: Samples
    loss: str
    unit: tuple[int, int] | None
    run_id: int
    step: int

    def is_about(self, other: "_Question | None") -> bool:
        """Tell whether it is the same question as the other but for the age of the weights."""
        return other is not None and (
            self.architecture == other.architecture
            and self.samples is other.samples
            and self.loss == other.loss
            and self.unit == other.unit
        )


class Evaluator(QObject):
    """Evaluates the test set with the displayed weights.

    Views that need an evaluation are registered with ``serve``; there is work only while one of them is
    visible. During training the work takes a small share of a core: an evaluation may be some seconds old,
    see ``latest.step``. At rest it is done at once. A test set that needs no download is loaded unasked,
    once.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    selection : Selection
        Has the unit whose activations are kept where a reader wants them.
    parent : QObject

    Attributes
    ----------
    latest : SampleResults or None
        The newest evaluation of the displayed network; None until there is one.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread.
    """

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        selection: Selection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.latest: SampleResults | None = None
        self._network, self._training, self._selection = network, training, selection
        self._worker = BackgroundWorker("nnstudio-evaluation")
        self._readers: list[tuple[Viewer, bool]] = []
        self._asked: _Question | None = None
        # The last question answered, and its evaluation; None stands for no numbers.
        self._taken: tuple[_Question, SampleResults | None] | None = None
        self._due_s = 0.0
        # The displayed checkpoint, since when it is, and the one that the last question was about.
        self._past: Checkpoint | None = None
        self._past_since_s = 0.0
        self._asked_past: Checkpoint | None = None
        self._missed: str | None = None
        self._missed_since_s = 0.0

    @property
    def current(self) -> SampleResults | None:
        """The evaluation of the prediction weights themselves; None while the newest is of other weights."""
        if self._taken is None or self._taken[0].theta is not self._network.prediction_weights:
            return None
        return self.latest

    def serve(self, reader: Viewer, *, with_unit: bool = False) -> None:
        """Evaluate while this widget is visible; with or without the activations of the selected unit."""
        self._readers.append((reader, with_unit))

    def is_behind(self, widget: Viewer) -> bool:
        """Tell whether something on a widget waits for an evaluation of the prediction weights."""
        waits = any(
            can_be_seen(reader) and (reader is widget or widget.isAncestorOf(reader))
            for reader, _ in self._readers
        )
        if not waits or self.can_load or self.obstacle:
            return False
        return self._taken is None or self._taken[0].theta is not self._network.prediction_weights

    @property
    def obstacle(self) -> str:
        """Why there can be no evaluation, as a sentence; empty where there can."""
        problem = self._training.problem
        if problem is None and self._training.tasks.current is not None:
            return tr("The test set of {problem} is being prepared.").format(
                problem=self._training.problem_title
            )
        if problem is None and self._training.never_fits:
            return tr("No data here fit the network's inputs and outputs. Open such data: Ctrl+O.")
        if problem is None:
            return tr("The test set of {problem_title} is not loaded yet.").format(
                problem_title=self._training.problem_title
            )
        misfit = misfit_sentence(self._network.input_space, self._network.output_space, problem)
        if misfit:
            return misfit
        if (
            self._taken is not None
            and self._taken[1] is None
            and self._taken[0].theta is self._network.prediction_weights
        ):
            return tr("The weights are so large that the answers are no numbers. Reset the network (R).")
        return ""

    @property
    def can_load(self) -> bool:
        """Whether the obstacle is that the data are still to be made; ``TrainingRun.prepare`` does that."""
        return (
            self._training.problem is None
            and self._training.tasks.current is None
            and not self._training.never_fits
        )

    def poll(self) -> bool:
        """Take in a finished evaluation and begin the next where one is wanted and due.

        Returns
        -------
        bool
            Whether ``latest`` changed.
        """
        before = self.latest
        self._worker.poll()
        problem = self._training.problem
        if self.latest is not None and (
            self.latest.architecture != self._network.architecture
            or problem is None
            or self.latest.samples is not problem.test
        ):
            self.latest = None
        if problem is not None:
            self._missed = None
        seen = [with_unit for reader, with_unit in self._readers if can_be_seen(reader)]
        if not seen:
            self._worker.cancel()
            if self._taken is None or self._taken[0] is not self._asked:
                self._asked = None
        elif self.can_load:
            self._load_unasked()
        elif problem is not None and not self.obstacle:
            self._ask(problem.test, self._selection.unit if any(seen) else None)
        return self.latest is not before

    def _load_unasked(self) -> None:
        """Load the problem that a reader waits for, once and after a while, where it is at hand."""
        now_s = time.perf_counter()
        if self._missed != self._network.problem_name:
            self._missed, self._missed_since_s = self._network.problem_name, now_s
        if (
            now_s - self._missed_since_s >= UNASKED_AFTER_S
            and self._training.tasks.current is None
            and self._training.problem_sources[self._network.problem_name].is_here
        ):
            self._missed_since_s = math.inf
            self._training.prepare()

    def _take(self, question: _Question, results: SampleResults) -> None:
        self._taken = question, results if results.is_finite else None
        self.latest = self._taken[1]

    def _ask(self, samples: Samples, unit: tuple[int, int] | None) -> None:
        question = _Question(
            self._network.architecture,
            self._network.prediction_weights,
            samples,
            self._network.config.loss,
            unit,
            run_id=0 if self._network.snapshot is None else self._network.snapshot.run_id,
            step=0 if self._network.checkpoint is None else self._network.checkpoint.step,
        )
        now_s = time.perf_counter()
        if self._network.past is not self._past:
            self._past, self._past_since_s = self._network.past, now_s
        asked = self._asked
        if not question.is_about(asked) or asked is None:
            self._worker.set_share(1.0)
        elif self._network.past is not self._asked_past:
            # Another checkpoint is displayed: evaluate it at full speed once it stays.
            if now_s - self._past_since_s < STILL_S:
                return
            self._worker.set_share(1.0)
        else:
            # A first evaluation runs at full speed; one that follows training leaves it most of the core.
            if self._taken is not None and self._taken[0].is_about(asked):
                is_young = self._training.is_running and self._network.past is None
                self._worker.set_share(SHARE_WHILE_TRAINING if is_young else 1.0)
            if self._worker.is_busy or question.theta is asked.theta or now_s < self._due_s:
                return
        self._due_s = now_s + PERIOD_S
        self._asked, self._asked_past = question, self._network.past
        self._worker.run(Task(lambda _: _results(question), partial(self._take, question)))

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()


def _results(question: _Question) -> Steps[SampleResults]:
    """Evaluate in steps, on the worker's thread."""
    run = SampleEvaluation(
        question.architecture,
        question.theta,
        question.samples,
        question.loss,
        unit=question.unit,
        run_id=question.run_id,
        step=question.step,
    )
    while not run.is_done:
        run.advance()
        yield None
    results = run.finish()
    # Cached properties, worked out here and not on the thread that draws.
    _ = results.is_finite, results.score
    if results.samples.has_labels:
        _ = results.confusion
    yield results
