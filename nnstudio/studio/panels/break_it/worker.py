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
    """Answers the latest question: draws first, then measures what is done, the whole, and each by itself.

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
        self._worker = BackgroundWorker("nnstudio-break")
        self._is_new = False

    def ask(self, question: BreakQuestion, *, is_training: bool = False) -> None:
        """Answer this question next, in the place of the one under way, unless it is that."""
        self._worker.set_share(SHARE_WHILE_TRAINING if is_training else 1.0)
        if not question.is_same(self._question):
            # Results for the question before may hold for this one.
            self._worker.poll()
            self._question, known = question, self.answer
            self._worker.run(Task(lambda _: _answered(question, known), self._take, title=tr("Measuring")))

    def poll(self) -> bool:
        """Take over an answer; return whether there is a new one."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, answer: BreakAnswer) -> None:
        self.answer, self._is_new = answer, True

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _answered(question: BreakQuestion, known: BreakAnswer | None) -> Steps[BreakAnswer]:
    """Work in steps on the worker's thread; what is known of the question before is kept."""
    if known is not None and question.has_same_breaker(known.question):
        kept = known.measures if question.samples is known.question.samples else {}
        answer = BreakAnswer(question, known.breaker, kept)
    else:
        rng = np.random.default_rng(question.seed)
        answer = BreakAnswer(question, Breaker(question.architecture, question.whole, rng=rng))
    yield answer
    samples = question.samples
    if samples is None or not np.isfinite(question.whole).all():
        return
    for damage in (question.damage, Damage(), *question.alone):
        if damage not in answer.measures:
            theta = answer.breaker.apply(damage)
            measures = yield from _measured(question, samples, theta)
            answer = replace(answer, measures={**answer.measures, damage: measures})
            yield answer


def _measured(
    question: BreakQuestion, samples: Samples, theta: np.ndarray
) -> Generator[None, None, Measures]:
    evaluation = Evaluation(question.architecture, theta, samples, question.loss)
    while not evaluation.is_done:
        evaluation.advance()
        yield
    return evaluation.finish()
