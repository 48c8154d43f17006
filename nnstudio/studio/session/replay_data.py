"""What a network rehearses while it is taught, and what it is judged on: made once for all its lessons."""

from typing import Any, NamedTuple

import numpy as np

from nnstudio.data.outliers import SCRIBBLES, draw_outliers
from nnstudio.data.problem import OutputSpace, Problem, Samples
from nnstudio.data.problems import WRITERS
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.problem_sources import ProblemSource
from nnstudio.training.fine_tuning import FineTuningError, ReplayData

N_REPLAYED = 3_000
N_JUDGED = 2_000
N_OTHERS = 256
"""Scribbles, and characters of each other kind."""


class ReplayAndTest(NamedTuple):
    """What is rehearsed, what it is judged on, and where that is from, in words."""

    replay: ReplayData
    judged: tuple[np.ndarray, np.ndarray]
    source: str


class ReplayCache:
    """Makes rehearsals, and keeps the last one.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self) -> None:
        self._last: tuple[object, ReplayAndTest] | None = None

    def of(
        self, space: OutputSpace, problem: Problem | None, source: ProblemSource, task: Task[Any]
    ) -> ReplayAndTest:
        """Return what fits a network's classes.

        Built-in characters are rehearsed where there are any of these classes: they do as well as those that
        the network learned from. It is judged on the problem's test set where that is here.

        Parameters
        ----------
        space : OutputSpace
            The network's classes.
        problem : Problem or None
            What it is trained on, where that is loaded.
        source : ProblemSource
            What it would be loaded from.
        task : Task
            Is told how much is done.

        Raises
        ------
        UserError
            There are no samples of these classes here.
        """
        asked = (space, problem, source.name)
        if self._last is None or self._last[0] != asked:
            self._last = asked, _made(space, problem, source, task)
        return self._last[1]


def _made(
    space: OutputSpace, problem: Problem | None, source: ProblemSource, task: Task[Any]
) -> ReplayAndTest:
    rng = np.random.default_rng(5)
    writer = next(
        (write for write, other in WRITERS.values() if other.class_names == space.class_names), None
    )
    if problem is None and writer is None:
        problem = source.load(task).problem
    if problem is not None and problem.output_space.class_names != space.class_names:
        problem = None
    if writer is not None:
        images, _ = writer(N_REPLAYED, rng=rng)
    elif problem is not None:
        images, _ = _some(problem.train, N_REPLAYED, rng)
    else:
        raise FineTuningError(
            tr("There are no samples of the network's classes to rehearse. Choose a problem that has them.")
        )
    if problem is None:
        assert writer is not None, "one of both made the images"
        judged = writer(N_JUDGED, rng=rng)
        origin = tr("{count} built-in characters").format(count=N_JUDGED)
    else:
        judged = _some(problem.test, N_JUDGED, rng)
        origin = tr("{count} of the test set of {title}").format(count=len(judged[1]), title=problem.title)
    kinds = (SCRIBBLES, *(name for name, (_, other) in WRITERS.items() if other.noun != space.noun))
    others = np.concatenate([draw_outliers(kind, N_OTHERS, rng=rng) for kind in kinds])
    return ReplayAndTest(ReplayData(images, others), judged, origin)


def _some(samples: Samples, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if samples.x.dtype != np.uint8:
        raise FineTuningError(tr("Only networks that read images can be taught drawings."))
    rows = np.sort(rng.permutation(len(samples))[:n])
    return samples.x[rows], samples.labels[rows]
