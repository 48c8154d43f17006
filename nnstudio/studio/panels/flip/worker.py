"""Search for the smallest change that flips the prediction, on a background thread."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.flip import Flip, smallest_flip
from nnstudio.studio.background.tasks import BackgroundWorker, Task


@dataclass(frozen=True, eq=False)
class FlipQuestion:
    """Network, input and target of a search.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    x : ndarray of shape (n_inputs,)
    bounds : tuple of float
        Lowest and highest value of an input.
    target : int or None
        The class after the flip; None: the nearest.
    """

    architecture: Architecture
    theta: np.ndarray
    x: np.ndarray
    bounds: tuple[float, float]
    target: int | None

    def is_like(self, other: "FlipQuestion | None") -> bool:
        """Return whether only the input or the age of the weights differ."""
        return other is not None and self.architecture == other.architecture and self.target == other.target


class FlipWorker:
    """Answers questions one after the other, the latest first.

    While the input follows a pen, each answer is one input behind; a question of another kind (another
    target or network) does not wait for the one under way.

    Attributes
    ----------
    question : FlipQuestion or None
        The latest question.
    answered : FlipQuestion or None
        The question that ``flip`` answers; the latest, or a similar one.
    flip : Flip or None
        None if nothing was found.

    Notes
    -----
    Thread: gui; the search runs on a daemon thread.
    """

    def __init__(self) -> None:
        self.question: FlipQuestion | None = None
        self.answered: FlipQuestion | None = None
        self.flip: Flip | None = None
        self._worker = BackgroundWorker("nnstudio-flip")
        self._is_new = False

    @property
    def is_searching(self) -> bool:
        """Whether the latest question has no answer yet."""
        return self.question is not self.answered

    def ask(self, question: FlipQuestion | None) -> None:
        """Search again; None: end the search."""
        before, self.question = self.question, question
        if question is None:
            self._worker.cancel()
            self.answered = self.flip = None
            return
        task = Task(partial(_found, question), partial(self._take, question))
        if question.is_like(before):
            self._worker.run_next(task)
        else:
            self._worker.run(task)

    def poll(self) -> bool:
        """Take over an answer; return whether there is a new one."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, question: FlipQuestion, flip: Flip | None) -> None:
        self.answered, self.flip, self._is_new = question, flip, True

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self.question = None
        self._worker.stop()


def _found(question: FlipQuestion, task: Task[Flip | None]) -> Flip | None:
    """Search in one step on the worker's thread."""
    return smallest_flip(
        question.architecture,
        question.theta,
        question.x,
        question.bounds,
        question.target,
        is_cancelled=task.cancelled.is_set,
    )
