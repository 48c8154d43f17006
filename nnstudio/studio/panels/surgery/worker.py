"""Measures on a thread of its own what a changed network still can, and how that falls the more is cut."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.comparison import measured_along
from nnstudio.insight.pruning import Pruner, PruningKind
from nnstudio.studio.background.throttled_worker import ThrottledWorker
from nnstudio.training.evaluation import Evaluation, Measures

SHARE_WHILE_TRAINING = 0.1
"""Of one core."""

N_CURVE_SAMPLES = 1000
CURVE_SHARES = tuple(share / 20 for share in range(21))


@dataclass(frozen=True, eq=False)
class PruningQuestion:
    """What is to be measured.

    Attributes
    ----------
    architecture : Architecture
    reference : ndarray of shape (n_params,)
        The weights before the operations.
    theta : ndarray of shape (n_params,)
        The weights now.
    base : ndarray of shape (n_params,)
        The weights that are cut.
    kind : PruningKind
    samples : Samples
    loss : str
    """

    architecture: Architecture
    reference: np.ndarray
    theta: np.ndarray
    base: np.ndarray
    kind: PruningKind
    samples: Samples
    loss: str


class PruningWorker:
    """Answers the newest question, in the order in which one waits: the accuracy, the cutter, the curve.

    Attributes
    ----------
    cutter : Cutter or None
        Of the newest question's base and kind, once it is made.
    before, now : Measures or None
        Of the reference and of the weights, once they are measured.
    curve : tuple of float
        Accuracies at the first of ``CURVE_SHARES``, on a part of the samples.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread.
    """

    def __init__(self) -> None:
        self._worker = ThrottledWorker("nnstudio-cuts")
        self._question: PruningQuestion | None = None
        self._before: tuple[np.ndarray, Samples, Measures] | None = None
        self._now: tuple[np.ndarray, Samples, Measures] | None = None
        self._pruner: tuple[Samples, Pruner] | None = None
        self._curve: tuple[Pruner, tuple[float, ...]] | None = None
        self._seen: tuple[object, ...] = ()

    def ask(self, question: PruningQuestion | None, *, is_running: bool = False) -> None:
        """Answer this question next; None: there is nothing to ask."""
        self._question = question
        if question is None:
            self._worker.give_up()
            return
        self._worker.set_share(SHARE_WHILE_TRAINING if is_running else 1.0)
        self._worker.run(lambda: self._answer(question))

    def poll(self) -> bool:
        """Tell whether there is something new since the last call."""
        seen = (self._before, self._now, self._pruner, self._curve)
        is_new = any(a is not b for a, b in zip(seen, self._seen, strict=False)) or not self._seen
        self._seen = seen
        return is_new

    @property
    def pruner(self) -> Pruner | None:
        """What cuts, once it is made."""
        question, made = self._question, self._pruner
        if question is None or made is None or made[0] is not question.samples:
            return None
        pruner = made[1]
        return pruner if (pruner.theta is question.base and pruner.kind == question.kind) else None

    @property
    def before(self) -> Measures | None:
        """What the reference can."""
        return self._fitting(self._before, "reference")

    @property
    def now(self) -> Measures | None:
        """What the network can now."""
        return self._fitting(self._now, "theta")

    def _fitting(self, found: tuple[np.ndarray, Samples, Measures] | None, which: str) -> Measures | None:
        question = self._question
        if question is None or found is None:
            return None
        fits = found[0] is getattr(question, which) and found[1] is question.samples
        return found[2] if fits else None

    @property
    def curve(self) -> tuple[float, ...]:
        """How the accuracy falls, as far as it is known."""
        if self._curve is None or self._curve[0] is not self.pruner:
            return ()
        return self._curve[1]

    def _answer(self, question: PruningQuestion) -> Iterator[None]:
        """Work, in pieces, on the worker's thread."""
        if self.now is None:
            evaluation = self._evaluation(question, question.theta)
            yield from _steps(evaluation)
            self._now = question.theta, question.samples, evaluation.finish()
        if self.before is None:
            evaluation = self._evaluation(question, question.reference)
            yield from _steps(evaluation)
            self._before = question.reference, question.samples, evaluation.finish()
        if self.pruner is None:
            pruner = Pruner(question.architecture, question.base, question.kind, question.samples)
            self._pruner = question.samples, pruner
            yield
        pruner = self.pruner
        if pruner is not None and len(self.curve) < len(CURVE_SHARES):
            n = len(question.samples)
            rows = np.linspace(0, n - 1, min(n, N_CURVE_SAMPLES)).astype(np.int64)
            thetas = (pruner.prune(share) for share in CURVE_SHARES)
            part = question.samples.subset(rows)
            for found in measured_along(question.architecture, thetas, part, question.loss):
                self._curve = pruner, tuple(measures.accuracy for measures in found)
                yield

    @staticmethod
    def _evaluation(question: PruningQuestion, theta: np.ndarray) -> Evaluation:
        return Evaluation(question.architecture, theta, question.samples, question.loss)

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()


def _steps(evaluation: Evaluation) -> Iterator[None]:
    while not evaluation.is_done:
        evaluation.advance()
        yield
