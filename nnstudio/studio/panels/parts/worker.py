"""Measure parts on a background thread: sums of a class and of all others, and what units find of it."""

from dataclasses import dataclass, replace

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.parts import Detection, Detections, TwoHistograms, sums, two_histograms
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""

N_SUMS = 8000
"""Training samples whose sums are in the histograms."""

_BLOCK = 1000
_MOST_OF_CLASS = 1000
"""Training samples whose mean is shown."""


@dataclass(frozen=True, eq=False)
class PartsQuestion:
    """A network, a class and data.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    template : ndarray of shape (n_inputs,), or None
        Whose sums are wanted.
    answer : int
        The class.
    train, test : Samples
        For the sums, and for what is found.
    """

    architecture: Architecture
    theta: np.ndarray
    template: np.ndarray | None
    answer: int
    train: Samples
    test: Samples

    def has_same_class(self, other: "PartsQuestion | None") -> bool:
        """Return whether the mean of the class is the same."""
        return other is not None and self.train is other.train and self.answer == other.answer

    def has_same_sums(self, other: "PartsQuestion | None") -> bool:
        """Return whether the histograms are the same."""
        if other is None or not self.has_same_class(other) or self.template is None or other.template is None:
            return False
        return self.template is other.template or np.array_equal(self.template, other.template)

    def is_same(self, other: "PartsQuestion | None") -> bool:
        """Return whether the answer is the same."""
        return (
            other is not None
            and self.theta is other.theta
            and self.architecture is other.architecture
            and self.test is other.test
            and self.has_same_class(other)
            and (self.template is other.template or self.has_same_sums(other))
        )


@dataclass(frozen=True, eq=False)
class PartsAnswer:
    """What is known of a question so far.

    Attributes
    ----------
    question : PartsQuestion
    mean : ndarray of shape (n_inputs,), or None
        Of the class's training samples; None where there is none.
    histograms : TwoHistograms or None
        Of the template's sums; None without a template.
    detections : tuple of tuple of Detection
        Of the units of the first layer, and of the second where there is one; empty before they are known.
    """

    question: PartsQuestion
    mean: np.ndarray | None = None
    histograms: TwoHistograms | None = None
    detections: tuple[tuple[Detection, ...], ...] = ()

    def histograms_of(self, template: np.ndarray) -> TwoHistograms | None:
        """Return the histograms of this template's sums; None where they are another's, or not known yet."""
        asked = self.question.template
        return self.histograms if asked is not None and np.array_equal(asked, template) else None


class PartsWorker:
    """Answers the latest question: first the mean, then the histograms, then what is found.

    Attributes
    ----------
    answer : PartsAnswer or None
        The latest answer; None before one.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self) -> None:
        self.answer: PartsAnswer | None = None
        self._question: PartsQuestion | None = None
        self._worker = BackgroundWorker("nnstudio-parts")
        self._is_new = False

    def ask(self, question: PartsQuestion | None, *, is_training: bool = False) -> None:
        """Answer this question next, unless it is the latest already; None: none."""
        self._worker.set_share(SHARE_WHILE_TRAINING if is_training else 1.0)
        if question is None:
            self._worker.cancel()
            self._question = self.answer = None
        elif not question.is_same(self._question):
            self._question, known = question, self.answer
            task = Task(lambda _: _answered(question, known), self._take, title=tr("Measuring parts"))
            # While a threshold is dragged, the measurement under way is let end: there is always a number.
            self._worker.run_next(task)

    def poll(self) -> bool:
        """Take over an answer; return whether there is a new one."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, answer: PartsAnswer) -> None:
        self.answer, self._is_new = answer, True

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _answered(question: PartsQuestion, known: PartsAnswer | None) -> Steps[PartsAnswer]:
    """Work in steps on the worker's thread; what is known of the question before is kept."""
    before = None if known is None else known.question
    answer = PartsAnswer(question)
    if known is not None and question.has_same_class(before):
        answer = replace(answer, mean=known.mean, detections=known.detections)
        if question.architecture is not known.question.architecture:
            answer = replace(answer, detections=())
    else:
        answer = replace(answer, mean=_mean(question))
        yield answer
    if known is not None and known.histograms is not None and question.has_same_sums(before):
        answer = replace(answer, histograms=known.histograms)
    elif question.template is not None:
        n = min(len(question.train), N_SUMS)
        blocks = []
        for start in range(0, n, _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, n))
            blocks.append(sums(question.train, question.template, rows))
            yield None
        is_of_class = question.train.labels[:n] == question.answer
        answer = replace(answer, histograms=two_histograms(np.concatenate(blocks), is_of_class))
        yield answer
    found = Detections(question.architecture, question.theta, question.test, question.answer)
    while not found.is_done:
        found.advance()
        yield None
    yield replace(answer, detections=found.finish())


def _mean(question: PartsQuestion) -> np.ndarray | None:
    rows = np.flatnonzero(question.train.labels == question.answer)[:_MOST_OF_CLASS]
    if not len(rows):
        return None
    mean: np.ndarray = question.train.batch(rows).mean(axis=0)
    return mean
