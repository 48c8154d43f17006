"""An answer about the gradient that follows the displayed weights, found in the background."""

from collections.abc import Callable
from typing import Generic, TypeVar

from nnstudio.errors import UserError
from nnstudio.insight.gradient_probe import GradientQuestion
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.hand_gradient import gradient_question
from nnstudio.studio.session.services import Services

PERIOD_S = 0.4
SHARE_WHILE_TRAINING = 0.2

R = TypeVar("R")


class LiveAnswer(Generic[R]):
    """Asks again whenever the weights or what is asked for have changed; an answer to what was is dropped.

    Parameters
    ----------
    services : Services
    title : str
        What is being done, for a sentence about its failure.
    n_samples : callable () -> int
        Returns of how many samples L is the mean loss.
    work : callable (GradientQuestion) -> generator of results
        Called here; what it returns runs on a daemon thread. It may raise a `UserError`.
    show : callable (result)
    fail : callable (str)
        Takes a sentence where there is no answer.

    Notes
    -----
    Thread: gui.
    """

    def __init__(
        self,
        services: Services,
        title: str,
        n_samples: Callable[[], int],
        work: Callable[[GradientQuestion], Steps[R]],
        show: Callable[[R], object],
        fail: Callable[[str], object],
    ) -> None:
        self._session, self._title, self._n_samples = services.session, title, n_samples
        self._work, self._show, self._fail = work, show, fail
        self._worker = BackgroundWorker("nnstudio-live-gradient")
        services.closing.connect(self._worker.stop)
        self._pace = Pace(PERIOD_S)
        self._is_new, self._is_stale = True, False

    def note_change(self) -> None:
        """Ask at once: something else is asked for."""
        self._is_new = True

    def refresh(self, changes: Changes) -> None:
        """Show what has come, and ask again where that is due."""
        self._worker.poll()
        session, training = self._session, self._session.training
        problem, network = training.problem, session.network
        if problem is None:
            if training.tasks.current is None:
                training.prepare()
            return
        is_other = self._is_new or changes.network or changes.weights
        at_once = self._is_new or not training.is_running
        if self._worker.is_busy and not self._is_new and not changes.network:
            # A long answer comes to its end before other weights are looked at.
            self._is_stale |= is_other
            return
        if not self._pace.due(is_other or self._is_stale, at_once=at_once):
            return
        if problem.input_space != network.input_space or not problem.output_space.is_like(
            network.output_space
        ):
            return
        self._is_new = self._is_stale = False
        question = gradient_question(network, training, self._n_samples())
        self._worker.set_share(SHARE_WHILE_TRAINING if training.is_running else 1.0)
        try:
            steps = self._work(question)
        except UserError as error:
            self._worker.cancel()
            self._fail(str(error))
            return
        self._worker.run(Task(lambda _: steps, self._show, self._fail, self._title))
