"""Compute landscapes on a background thread."""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from nnstudio.data.problem import Problem, Samples
from nnstudio.insight.convexity import Trials, proof_of_convexity, try_pairs
from nnstudio.insight.descents import (
    Bowl,
    Descent,
    bowl,
    descend,
    gradient_spread,
    moved,
    with_scaled_inputs,
)
from nnstudio.insight.landscape import Axis, Landscape, PathPlace, landscape, path_places
from nnstudio.insight.landscape_axes import AxisChoice, build_axes
from nnstudio.insight.loss_surface import LossQuestion, sample_slopes
from nnstudio.insight.plane_map import interpolated
from nnstudio.insight.starts import StartEnd, bearable_steps, train_from_starts
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.session.session import Session
from nnstudio.training.config import TrainingConfig

PIXELS = 320
"""Of the picture of a plane, along each side."""

WORST_POINTS = 101
_AROUND = 0.15
"""Beyond both ends of the worst pair, as a share of their distance."""

SHARE_WHILE_TRAINING = 0.4
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
    is_scaled : bool
        Whether the inputs are standardised, and the weights changed to make up for it.
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
    is_scaled: bool = False

    def question(self) -> LossQuestion:
        """Return the question with its samples as the network reads them, or standardised."""
        raw = self.raw_question()
        return with_scaled_inputs(raw) if self.is_scaled else raw

    def raw_question(self) -> LossQuestion:
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
    pixels : ndarray of shape (PIXELS, PIXELS), or None
        Of a plane: losses at the pixels of a picture, from above; None before any is known.
    path : tuple of PathPlace
    is_done : bool
    """

    request: LandscapeRequest
    question: LossQuestion
    landscape: Landscape
    pixels: np.ndarray | None = None
    path: tuple[PathPlace, ...] = ()
    is_done: bool = False


@dataclass(frozen=True, eq=False)
class DescentRequest:
    """Descents that are asked for.

    Attributes
    ----------
    question : LossQuestion
        Of a plane.
    landscape : LandscapeRequest
        That the plane came of.
    directions : tuple of ndarray of shape (n_params,)
    start : tuple of float
        Its coefficients.
    rate : float
    n_steps : int
    batch_size : int
        Of the third one, beside batch and stochastic descent.
    seed : int
    other_starts : tuple of tuple of float
        Where batch descent begins as well.
    """

    question: LossQuestion
    landscape: LandscapeRequest
    directions: tuple[np.ndarray, ...]
    start: tuple[float, ...]
    rate: float
    n_steps: int
    batch_size: int
    seed: int
    other_starts: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class DescentAnswer:
    """Descents, and what the surface is like at their start.

    Attributes
    ----------
    request : DescentRequest
    descents : tuple of Descent
        Batch, mini-batch, stochastic, as far as they are done.
    slopes : ndarray of shape (n, n_directions)
        Of single samples at the start.
    spreads : tuple of (int, float)
        Of the gradient, by the size of the batch.
    others : tuple of Descent
        From the other starts, as far as they are done.
    bowls : tuple of Bowl or None
        With the inputs as they are and with standardised ones, where the surface is a parabola.
    """

    request: DescentRequest
    descents: tuple[Descent, ...]
    slopes: np.ndarray
    spreads: tuple[tuple[int, float], ...]
    bowls: tuple[Bowl | None, Bowl | None]
    others: tuple[Descent, ...] = ()

    @property
    def is_scaled(self) -> bool:
        """Whether the inputs are standardised."""
        return self.request.landscape.is_scaled


@dataclass(frozen=True, eq=False)
class TrialsAnswer:
    """What random pairs have shown of the loss being convex.

    Attributes
    ----------
    trials : Trials
    proof : str
        Why it is known to be convex; empty where it is not.
    is_done : bool
    worst : LandscapeAnswer or None
        The slice of the worst pair.
    """

    trials: Trials
    proof: str
    is_done: bool = False
    worst: LandscapeAnswer | None = None


@dataclass(frozen=True, eq=False)
class StartsAnswer:
    """Where training from several seeds ended.

    Attributes
    ----------
    ends : tuple of StartEnd
    n_steps, n_samples : int
    """

    ends: tuple[StartEnd, ...]
    n_steps: int
    n_samples: int


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
    descents : DescentAnswer or None
        The newest ones.
    trials : TrialsAnswer or None
        Of the network, since the last landscape that was asked for.
    starts : StartsAnswer or None

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worker = BackgroundWorker("nnstudio-landscape")
        self._descents_worker = BackgroundWorker("nnstudio-descents")
        self.answer: LandscapeAnswer | None = None
        self.error = ""
        self.descents: DescentAnswer | None = None
        self.trials: TrialsAnswer | None = None
        self.starts: StartsAnswer | None = None
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
        self.error, self.trials = "", None
        self._choose_share()
        self._worker.run(
            Task(lambda _: _answers(request), self._take, self._fail, title=tr("Computing a landscape"))
        )

    def try_pairs(self, request: LandscapeRequest) -> None:
        """Try whether the loss is convex, in place of what is under way; the worst pair gives a slice."""
        self.error, self.trials = "", None
        self._choose_share()
        title = tr("Trying pairs")
        self._worker.run(Task(lambda _: _trials(request), self._take_trials, self._fail, title=title))

    def train_starts(self, problem: Problem, request: LandscapeRequest) -> None:
        """Train from several seeds, in place of what is under way."""
        self.error, self.starts = "", None
        self._choose_share()
        title = tr("Training from several seeds")
        self._worker.run(
            Task(lambda _: _starts(problem, request), self._take_starts, self._fail, title=title)
        )

    def descend(self, request: DescentRequest) -> None:
        """Descend as asked after the descents under way, in place of others that wait."""
        self._choose_share()
        title = tr("Descending")
        self._descents_worker.run_next(Task(lambda _: _descents(request), self._take_descents, title=title))

    def cancel(self) -> None:
        """Give up what is under way; what is known stays."""
        self._worker.poll()
        self._worker.cancel()

    def forget(self) -> None:
        """Give up what is under way, and what is known: it is about another network."""
        self._worker.cancel()
        self._descents_worker.cancel()
        self.answer, self.error = None, ""
        self.descents = self.trials = self.starts = None

    def poll(self) -> bool:
        """Return whether there is something new."""
        before = self._news
        self._worker.poll()
        self._descents_worker.poll()
        return self._news != before

    @property
    def _news(self) -> tuple[object, ...]:
        return self.answer, self.error, self.descents, self.trials, self.starts

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._session.training.settings_changed.disconnect(self._choose_share)
        self._worker.stop()
        self._descents_worker.stop()

    def _take(self, answer: LandscapeAnswer) -> None:
        self.answer = answer

    def _take_trials(self, trials: TrialsAnswer) -> None:
        self.trials = trials
        if trials.worst is not None:
            self.answer = trials.worst

    def _take_starts(self, starts: StartsAnswer) -> None:
        self.starts = starts

    def _take_descents(self, answer: DescentAnswer) -> None:
        self.descents = answer

    def _fail(self, sentence: str) -> None:
        self.answer, self.error = None, sentence

    def _choose_share(self) -> None:
        share = SHARE_WHILE_TRAINING if self._session.training.is_running else 1.0
        for worker in (self._worker, self._descents_worker):
            worker.set_share(share)


def _answers(request: LandscapeRequest) -> Generator[LandscapeAnswer | None, None, None]:
    """Compute on the worker's thread, with an answer after every few milliseconds."""
    question = request.question()
    yield None
    axes = build_axes(question, request.choices, request.thetas)
    yield None
    answer = None
    for found in landscape(question, axes, request.n_points):
        answer = LandscapeAnswer(request, question, found, _pixels(found))
        yield answer
    if answer is None:
        return
    for path in path_places(question, axes, request.steps, request.thetas):
        answer = replace(answer, path=path)
        yield answer
    yield replace(answer, is_done=True)


def _pixels(found: Landscape) -> np.ndarray | None:
    """Interpolate a plane at the pixels of a picture; what is not finite counts as the largest loss."""
    known = found.filled[np.isfinite(found.filled)]
    if len(found.axes) == 1 or not len(known):
        return None
    filled = np.where(np.isfinite(found.filled), found.filled, known.max())
    return interpolated(filled[None, ::-1].astype(np.float32), PIXELS, PIXELS)[0]


def _descents(request: DescentRequest) -> Generator[DescentAnswer | None, None, None]:
    """Descend on the worker's thread, with an answer after each descent."""
    question, n = request.question, len(request.question.x)
    slopes = sample_slopes(moved(question, request.directions, request.start), request.directions)
    yield None
    sizes = dict.fromkeys((1, min(request.batch_size, n), n))
    raw = request.landscape.raw_question()
    bowls = bowl(raw, request.directions), bowl(with_scaled_inputs(raw), request.directions)
    spreads = tuple((m, gradient_spread(slopes, m)) for m in sizes)
    answer = DescentAnswer(request, (), slopes, spreads, bowls)
    runs = [(request.start, m) for m in reversed(sizes)] + [(start, n) for start in request.other_starts]
    for k, (start, m) in enumerate(runs):
        steps = descend(
            question, request.directions, start, request.rate, request.n_steps, m, seed=request.seed
        )
        for found in steps:
            if found is None:
                yield None
            elif k < len(sizes):
                answer = replace(answer, descents=(*answer.descents, found))
            else:
                answer = replace(answer, others=(*answer.others, found))
        yield answer


def _trials(request: LandscapeRequest) -> Generator[TrialsAnswer | None, None, None]:
    """Try pairs on the worker's thread, and compute the slice of the worst."""
    question = request.question()
    yield None
    answer = TrialsAnswer(Trials(), proof_of_convexity(question.architecture, question.loss))
    for trials in try_pairs(question):
        answer = replace(answer, trials=trials)
        yield answer
    answer = replace(answer, is_done=True)
    yield answer
    if answer.trials.direction is None:
        return
    a, b = answer.trials.ends
    margin = _AROUND * (b - a)
    axis = Axis(answer.trials.direction, a - margin, b + margin, tr("along the worst of the pairs"))
    for found in landscape(question, (axis,), WORST_POINTS):
        if found.is_done:
            yield replace(answer, worst=LandscapeAnswer(request, question, found, is_done=True))
        else:
            yield None


def _starts(problem: Problem, request: LandscapeRequest) -> Generator[StartsAnswer | None, None, None]:
    """Train from several seeds on the worker's thread, with an answer after each."""
    n_steps = bearable_steps(request.config, request.n_samples)
    for ends in train_from_starts(problem, request.config, request.n_samples, n_steps):
        yield None if ends is None else StartsAnswer(ends, n_steps, request.n_samples)
