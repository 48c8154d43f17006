"""Comparison with another network, B: choice of B, agreement on the test set, path between both."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.surgery import interpolate
from nnstudio.errors import UserError
from nnstudio.files.model_file import MAX_NAME_LENGTH, Model
from nnstudio.insight.comparison import Agreement, Closeness, agreement, between, measured_along
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.displayed_network import WeightOverride
from nnstudio.studio.session.other_network import Other
from nnstudio.studio.session.session import Session
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.evaluation import Measures

SHARE_WHILE_TRAINING = 0.1
"""Largest share of a core."""

N_PATH_SAMPLES = 1000
PATH_SHARES = tuple(share / 20 for share in range(21))


@dataclass(frozen=True, eq=False)
class _Question:
    architecture: Architecture
    theta: np.ndarray
    other: Other
    samples: Samples
    loss: str

    def is_like(self, other: "_Question | None") -> bool:
        """Return whether network and weights are the same."""
        return other is not None and all(
            mine is theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)
        )


@dataclass(frozen=True, eq=False)
class _Found:
    agreement: Agreement | Closeness | None = None
    path: tuple[Measures, ...] = ()


class CompareWorker(QObject):
    """Holds the other network, B, beside the displayed one, A.

    Attributes
    ----------
    agreement : Agreement, Closeness or None
        Predictions of A and B on the test set, once measured.
    path : tuple of Measures
        Measured at the first of ``PATH_SHARES`` from A to B, on a part of the test set.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    changed = Signal()
    """B was changed or removed."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = BackgroundWorker("nnstudio-compare")
        self._asked: _Question | None = None
        self._agreement: tuple[_Question, Agreement | Closeness | None] | None = None
        self._path: tuple[_Question, tuple[Measures, ...]] | None = None
        self._is_new = True

    # Choice of B

    @property
    def other(self) -> Other | None:
        """B, which the session has."""
        return self._session.other

    def choose(self, other: Other | None) -> None:
        """Set B, or remove it; A is displayed again."""
        self._session.network.override_weights(None)
        self._session.other, self._asked, self._is_new = other, None, True
        self.changed.emit()

    def pin(self) -> None:
        """Set B to the network that reads the input, as it is now."""
        session = self._session
        checkpoint = session.network.checkpoint
        name = session.network.model_name
        if checkpoint is not None:
            name = tr("{name}, epoch {epoch:.2f}").format(name=name, epoch=checkpoint.epoch)
        self.choose(Other(name, session.network.architecture, session.network.prediction_weights))

    def choose_moment(self, run_name: str, checkpoint: Checkpoint) -> None:
        """Set B to a checkpoint of a run."""
        name = tr("{name}, epoch {epoch:.2f}").format(name=run_name, epoch=checkpoint.epoch)
        self.choose(Other(name, checkpoint.config.architecture, checkpoint.theta))

    def choose_model(self, model: Model) -> None:
        """Set B to an opened network.

        Raises
        ------
        UserError
            If it has other inputs or outputs; B stays as it was.
        """
        session = self._session
        is_like = model.output_space.is_like(session.network.output_space)
        if model.input_space != session.network.input_space or not is_like:
            raise UserError(
                tr(
                    "{name} has other inputs or other outputs than the network on show: the two "
                    "cannot be compared on one input. Nothing was changed."
                ).format(name=model.name)
            )
        theta = np.asarray(model.theta, np.float32)
        self.choose(Other(model.name, model.architecture, theta, model))

    def swap(self) -> None:
        """Display B as the network, and set B to the one that was displayed; Ctrl+E goes back, too.

        Raises
        ------
        UserError
            If B cannot be trained; everything stays as it was.
        """
        network, other = self._session.network, self.other
        if other is None:
            return
        network.override_weights(None)
        before = network.model()
        model = other.model
        if model is None:
            spaces = (network.input_space, network.output_space)
            name = other.name[:MAX_NAME_LENGTH]
            model = Model(other.architecture, other.theta, *spaces, network.raster, name=name)
        self._session.open_model(model)
        self.choose_model(before)

    @property
    def is_alike(self) -> bool:
        """Whether B has A's architecture, so that differences and mixtures exist."""
        return self.other is not None and self.other.architecture == self._session.network.architecture

    @property
    def can_be_read(self) -> bool:
        """Whether B can predict the current input."""
        if self.other is None:
            return False
        network, other = self._session.network, self.other.architecture
        counts = network.output_space.output_counts
        return other.n_inputs == network.architecture.n_inputs and other.n_outputs in counts

    # Displayed weights

    def show_first(self) -> None:
        """Display A."""
        self._session.network.override_weights(None)

    def show_second(self) -> None:
        """Display B instead of A."""
        self._session.network.override_weights(
            WeightOverride(self.other.theta, tr("B: {name}").format(name=self.other.name))
        )

    def show_difference(self) -> None:
        """Display the weights of B minus those of A."""
        second = self.other.theta

        def difference(first: np.ndarray) -> np.ndarray:
            return np.subtract(second, first, dtype=np.float32)

        weight_override = WeightOverride(
            difference(self._session.network.own_weights), tr("B − A"), is_network=False, follow=difference
        )
        self._session.network.override_weights(weight_override)

    def show_between(self, share: float) -> None:
        """Display the network at a share, 0…1, from A to B."""
        second = self.other.theta

        def mixed(first: np.ndarray) -> np.ndarray:
            return np.asarray(interpolate(first, second, share), np.float32)

        text = tr("{share:.0f} % of the way from A to B").format(share=100 * share)
        self._session.network.override_weights(
            WeightOverride(mixed(self._session.network.own_weights), text, follow=mixed)
        )

    # Measurements

    def ask(self) -> None:
        """Start the measurements that are missing; during training, one after the other."""
        session, problem = self._session, self._session.training.problem
        fits = problem is not None and problem.output_space.is_like(session.network.output_space)
        if not (fits and self.can_be_read and np.isfinite(session.network.own_weights).all()):
            self._is_new |= self._asked is not None
            self._asked = None
            self._worker.cancel()
            return
        question = _Question(
            session.network.architecture,
            session.network.own_weights,
            self.other,
            problem.test,
            session.network.config.loss,
        )
        self._worker.set_share(SHARE_WHILE_TRAINING if session.training.is_running else 1.0)
        if session.training.is_running and self._worker.is_busy and self._is_about_pair(self._asked):
            return
        if not question.is_like(self._asked):
            self._asked, self._is_new = question, True
            self._worker.run(Task(lambda _: _measured(question), partial(self._take, question)))

    def poll(self) -> bool:
        """Return whether there are new results since the last call."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, question: _Question, found: _Found) -> None:
        self._is_new = True
        self._agreement = question, found.agreement
        # A shown path is replaced only by a complete one.
        may_grow = self._path is None or self._path[0].other is not question.other
        if may_grow or self._path[0] is question or len(found.path) == len(PATH_SHARES):
            self._path = question, found.path

    @property
    def agreement(self) -> Agreement | Closeness | None:
        """Predictions of both."""
        found = self._agreement
        return found[1] if found is not None and self._holds(found[0]) else None

    @property
    def path(self) -> tuple[Measures, ...]:
        """Measurements along the path from A to B."""
        found = self._path
        return found[1] if found is not None and self._holds(found[0]) else ()

    def _holds(self, question: _Question) -> bool:
        """Return whether a measurement is valid: of A as it is, or, during training, as it was recently."""
        is_newest = question is self._asked
        return is_newest or (
            self._asked is not None and self._session.training.is_running and self._is_about_pair(question)
        )

    def _is_about_pair(self, question: _Question | None) -> bool:
        """Return whether a question is about this B and A's architecture."""
        return (
            question is not None
            and question.other is self.other
            and question.architecture == self._session.network.architecture
        )

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _measured(question: _Question) -> Steps[_Found]:
    """Measure in steps on the worker's thread; the results grow."""
    first = question.architecture, question.theta
    second = question.other.architecture, question.other.theta
    found = _Found()
    for agreed in agreement(first, second, question.samples):
        if agreed is None:
            yield
        else:
            found = replace(found, agreement=agreed)
            yield found
    if question.other.architecture != question.architecture:
        return
    n = len(question.samples)
    rows = np.linspace(0, n - 1, min(n, N_PATH_SAMPLES)).astype(np.int64)
    thetas = between(question.theta, question.other.theta, PATH_SHARES)
    samples = question.samples.subset(rows)
    for path in measured_along(question.architecture, thetas, samples, question.loss):
        yield replace(found, path=path)
