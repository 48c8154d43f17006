"""Compute landscapes on a background thread."""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.data.problem import Samples
from nnstudio.insight.landscape import Landscape, PathPlace, landscape, path_places
from nnstudio.insight.landscape_axes import AxisChoice, build_axes
from nnstudio.insight.loss_surface import LossQuestion
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.session.session import Session
from nnstudio.training.config import TrainingConfig

SHARE_WHILE_TRAINING = 0.2
"""Largest share of a core."""


@dataclass(frozen=True, eq=False)
class LandscapeRequest:
    """What is asked for.

    Attributes
    ----------
    config : TrainingConfig
    theta : ndarray of shape (n_params,)
    samples : Samples
        To learn from, all of them.
    n_samples : int
        So many of them are used, evenly spaced.
    choices : tuple of AxisChoice
    n_points : int
    steps : tuple of int
    thetas : tuple of ndarray of shape (n_params,)
        Of the recorded path.
    step : int or None
        When theta was.
    batch_loss : float or None
        The training loss on show.
    """

    config: TrainingConfig
    theta: np.ndarray
    samples: Samples
    n_samples: int
    choices: tuple[AxisChoice, ...]
    n_points: int
    steps: tuple[int, ...]
    thetas: tuple[np.ndarray, ...]
    step: int | None
    batch_loss: float | None

    def question(self) -> LossQuestion:
        """Return the question with its samples as the network reads them."""
        rows = np.linspace(0, len(self.samples) - 1, self.n_samples).astype(np.int64)
        # The weights are for unscaled inputs.
        chosen = replace(self.samples.subset(rows), scaling=None)
        config = self.config
        return LossQuestion(config.architecture, self.theta, chosen.inputs(), chosen.answers, config.loss)


@dataclass(frozen=True, eq=False)
class LandscapeAnswer:
    """A landscape, and the path seen from it, as far as they are known.

    Attributes
    ----------
    request : LandscapeRequest
    question : LossQuestion
    landscape : Landscape
    path : tuple of PathPlace
    is_done : bool
    """

    request: LandscapeRequest
    question: LossQuestion
    landscape: Landscape
    path: tuple[PathPlace, ...] = ()
    is_done: bool = False


class LandscapeWorker:
    """Answers the newest request.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    answer : LandscapeAnswer or None
        The newest one, which may be incomplete.
    error : str
        Why there is none for the newest request.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worker = BackgroundWorker("nnstudio-landscape")
        self.answer: LandscapeAnswer | None = None
        self.error = ""
        session.training.settings_changed.connect(self._choose_share)

    @property
    def is_busy(self) -> bool:
        """Whether a landscape is being computed."""
        return self._worker.is_busy

    @property
    def share(self) -> float:
        """The largest part of one core that is taken now."""
        return self._worker.share

    def begin(self, request: LandscapeRequest) -> None:
        """Answer a request in place of the one under way."""
        self.error = ""
        self._choose_share()
        self._worker.run(
            Task(lambda _: _answers(request), self._take, self._fail, title=tr("Computing a landscape"))
        )

    def cancel(self) -> None:
        """Give up what is under way; what is known stays."""
        self._worker.poll()
        self._worker.cancel()

    def forget(self) -> None:
        """Give up what is under way, and what is known: it is about another network."""
        self._worker.cancel()
        self.answer, self.error = None, ""

    def poll(self) -> bool:
        """Return whether there is something new."""
        before = self.answer, self.error
        self._worker.poll()
        return (self.answer, self.error) != before

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._session.training.settings_changed.disconnect(self._choose_share)
        self._worker.stop()

    def _take(self, answer: LandscapeAnswer) -> None:
        self.answer = answer

    def _fail(self, sentence: str) -> None:
        self.answer, self.error = None, sentence

    def _choose_share(self) -> None:
        self._worker.set_share(SHARE_WHILE_TRAINING if self._session.training.is_running else 1.0)


def _answers(request: LandscapeRequest) -> Generator[LandscapeAnswer | None, None, None]:
    """Compute on the worker's thread, with an answer after every few milliseconds."""
    question = request.question()
    yield None
    axes = build_axes(question, request.choices, request.thetas)
    yield None
    answer = None
    for found in landscape(question, axes, request.n_points):
        answer = LandscapeAnswer(request, question, found)
        yield answer
    if answer is None:
        return
    for path in path_places(question, axes, request.steps, request.thetas):
        answer = replace(answer, path=path)
        yield answer
    yield replace(answer, is_done=True)
