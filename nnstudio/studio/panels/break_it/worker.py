"""Draw damage, and measure what it costs on the test set, on a background thread."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.breaking import Breaker, Damage
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.training.evaluation import Evaluation, Measures

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""


@dataclass(frozen=True, eq=False)
class BreakQuestion:
    """A whole network, its damage, and data.

    Attributes
    ----------
    architecture : Architecture
    whole : ndarray of shape (n_params,)
        The weights without damage; must not change.
    seed : int
        Of noise and order.
    damage : Damage
        What is done now.
    alone : tuple of Damage
        What else is measured, each by itself; none while training runs.
    samples : Samples or None
        The test set; None before it is loaded: damage is drawn then, and not measured.
    loss : str
    """

    architecture: Architecture
    whole: np.ndarray
    seed: int
    damage: Damage
    alone: tuple[Damage, ...]
    samples: Samples | None
    loss: str

    def has_same_breaker(self, other: "BreakQuestion") -> bool:
        """Return whether the same is drawn."""
        return (
            self.whole is other.whole and self.seed == other.seed and self.architecture == other.architecture
        )

    def is_same(self, other: "BreakQuestion | None") -> bool:
        """Return whether the answer is the same."""
        return (
            other is not None
            and self.has_same_breaker(other)
            and self.samples is other.samples
            and (self.damage, self.alone, self.loss) == (other.damage, other.alone, other.loss)
        )


@dataclass(frozen=True, eq=False)
class BreakAnswer:
    """What is known of a question so far.

    Attributes
    ----------
    question : BreakQuestion
    breaker : Breaker
    measures : mapping of Damage to Measures
        What was measured of it; `Damage()` is the whole network.
    """

    question: BreakQuestion
    breaker: Breaker
    measures: Mapping[Damage, Measures] = field(default_factory=dict)


class BreakWorker:
    """Answers the latest question: draws first, then measures the whole, what is done, and each by itself.

    Attributes
    ----------
    answer : BreakAnswer or None
        The latest answer; None before one.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self) -> None:
        self.answer: BreakAnswer | None = None
        self._question: BreakQuestion | None = None
        self._known: BreakAnswer | None = None
        """What the thread has found last."""
        self._worker = BackgroundWorker("nnstudio-break")
        self._is_new = False

    def ask(self, question: BreakQuestion, *, is_training: bool = False) -> None:
        """Answer this question next, unless it is the latest already; a measurement under way ends first."""
        self._worker.set_share(SHARE_WHILE_TRAINING if is_training else 1.0)
        if not question.is_same(self._question):
            self._question = question
            task = Task(lambda _: self._answered(question), self._take, title=tr("Measuring"))
            # While the slider moves, there is always a number: the task under way leaves only the rest out.
            self._worker.run_next(task)

    def poll(self) -> bool:
        """Take over an answer; return whether there is a new one."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, answer: BreakAnswer) -> None:
        self.answer, self._is_new = answer, True

    # On the thread

    def _answered(self, question: BreakQuestion) -> Steps[BreakAnswer]:
        """Work in steps; what is known of the question before is kept."""
        known = self._known
        if known is not None and question.has_same_breaker(known.question):
            kept = known.measures if question.samples is known.question.samples else {}
            answer = BreakAnswer(question, known.breaker, kept)
        else:
            rng = np.random.default_rng(question.seed)
            answer = BreakAnswer(question, Breaker(question.architecture, question.whole, rng=rng))
        self._known = answer
        yield answer
        samples = question.samples
        if samples is None or not np.isfinite(question.whole).all():
            return
        for damage in (Damage(), question.damage, *question.alone):
            is_asked = damage in (Damage(), question.damage) or self._question is question
            if is_asked and damage not in answer.measures:
                theta = answer.breaker.apply(damage)
                measures = yield from _measured(question, samples, theta)
                self._known = answer = replace(answer, measures={**answer.measures, damage: measures})
                yield answer

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _measured(
    question: BreakQuestion, samples: Samples, theta: np.ndarray
) -> Generator[None, None, Measures]:
    evaluation = Evaluation(question.architecture, theta, samples, question.loss)
    while not evaluation.is_done:
        evaluation.advance()
        yield
    return evaluation.finish()
