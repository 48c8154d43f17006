"""Measure a network after edits and over the pruned share, on a background thread."""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.comparison import measured_along
from nnstudio.insight.pruning import Pruner, PruningKind
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.training.evaluation import Evaluation, Measures

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""

N_CURVE_SAMPLES = 1000
CURVE_SHARES = tuple(share / 20 for share in range(21))


@dataclass(frozen=True, eq=False)
class PruningQuestion:
    """Networks and data of a measurement.

    Attributes
    ----------
    architecture : Architecture
    reference : ndarray of shape (n_params,)
        The weights before the edits.
    theta : ndarray of shape (n_params,)
        The weights now.
    base : ndarray of shape (n_params,)
        The weights before pruning.
    pruning : PruningKind
    samples : Samples
    loss : str
    """

    architecture: Architecture
    reference: np.ndarray
    theta: np.ndarray
    base: np.ndarray
    pruning: PruningKind
    samples: Samples
    loss: str


@dataclass(frozen=True, eq=False)
class _Known:
    """The results for a question so far."""

    now: Measures | None = None
    before: Measures | None = None
    pruner: Pruner | None = None
    curve: tuple[float, ...] = ()

    def of(self, question: PruningQuestion, other: PruningQuestion) -> "_Known":
        """Return the results that also hold for another question."""
        if question.samples is not other.samples:
            return _Known()
        has_same_cuts = question.base is other.base and question.pruning == other.pruning
        return _Known(
            self.now if question.theta is other.theta else None,
            self.before if question.reference is other.reference else None,
            self.pruner if has_same_cuts else None,
            self.curve if has_same_cuts else (),
        )


class PruningWorker:
    """Answers the latest question: first the measures, then the pruner, then the curve.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self) -> None:
        self._worker = BackgroundWorker("nnstudio-cuts")
        self._question: PruningQuestion | None = None
        self._known = _Known()
        self._is_asked = False
        self._is_new = True

    def ask(self, question: PruningQuestion | None, *, is_running: bool = False) -> None:
        """Answer this question next; None: none."""
        # Results for the question before may hold for this one.
        self._worker.poll()
        self._is_asked = question is not None
        if question is None:
            self._worker.cancel()
            return
        if self._question is not None:
            self._known = self._known.of(self._question, question)
        self._question, known = question, self._known
        self._worker.set_share(SHARE_WHILE_TRAINING if is_running else 1.0)
        self._worker.run(Task(lambda _: _answered(question, known), self._take))

    def poll(self) -> bool:
        """Return whether there are new results since the last call."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, known: _Known) -> None:
        self._known, self._is_new = known, True

    @property
    def pruner(self) -> Pruner | None:
        """The pruner of the latest question's base and kind, once made."""
        return self._known.pruner if self._is_asked else None

    @property
    def before(self) -> Measures | None:
        """The measures of the reference, once known."""
        return self._known.before if self._is_asked else None

    @property
    def now(self) -> Measures | None:
        """The measures of the weights, once known."""
        return self._known.now if self._is_asked else None

    @property
    def curve(self) -> tuple[float, ...]:
        """Values of the measure at the first of ``CURVE_SHARES``, on a part of the samples."""
        return self._known.curve if self._is_asked else ()

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _answered(question: PruningQuestion, known: _Known) -> Steps[_Known]:
    """Measure what is missing in steps on the worker's thread."""
    if known.now is None:
        known = replace(known, now=(yield from _measured(question, question.theta)))
        yield known
    if known.before is None:
        known = replace(known, before=(yield from _measured(question, question.reference)))
        yield known
    pruner = known.pruner
    if pruner is None:
        pruner = Pruner(question.architecture, question.base, question.pruning, question.samples)
        known = replace(known, pruner=pruner, curve=())
        yield known
    if len(known.curve) < len(CURVE_SHARES):
        n = len(question.samples)
        rows = np.linspace(0, n - 1, min(n, N_CURVE_SAMPLES)).astype(np.int64)
        thetas = (pruner.prune(share) for share in CURVE_SHARES)
        part = question.samples.subset(rows)
        for found in measured_along(question.architecture, thetas, part, question.loss):
            yield replace(known, curve=tuple(measures.score for measures in found))


def _measured(question: PruningQuestion, theta: np.ndarray) -> Generator[None, None, Measures]:
    evaluation = Evaluation(question.architecture, theta, question.samples, question.loss)
    while not evaluation.is_done:
        evaluation.advance()
        yield
    return evaluation.finish()
