"""Problems of the user's own: kept, chosen like the others, learned from a dozen drawings each."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.own_problem import MAX_PROBLEMS, OwnProblem, OwnProblemError, own_data
from nnstudio.data.personal_set import PersonalSet
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.rewrite import RewriteStrengths
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.errors import UserError
from nnstudio.files.own_problem_file import change_own_problems, read_own_problems
from nnstudio.files.personal_file import PersonalFile, personal_path
from nnstudio.files.recipe_samples import RecipeSamples, RewrittenPart
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.own_drawings import OwnDrawings
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.config import TrainingConfig

HIDDEN = (64, 32)
EPOCHS = 10
SAMPLES_OF_AN_EPOCH = 2_000
"""Measured with twelve digits each by one writer of a tablet, five writers: 99.4 % of their other 650 digits
are read right, after two seconds. Twice the epochs, the samples and the units gain 0.3 %."""

DRAWN_AT_A_TIME = 250


class TakeSource(Protocol):
    """Loads a source and replaces the network with one for it; ``Session.take``."""

    def __call__(self, source: ProblemSource, *, then: Callable[[], None]) -> None:
        """Load ``source``, and call ``then`` when its network is there."""


class OwnProblems(QObject):
    """The user's own problems, in the session's list of what can be trained on.

    Attributes
    ----------
    problems : tuple of OwnProblem

    Notes
    -----
    Thread: gui; the file is small.
    """

    changed = Signal()
    """There are other problems."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self, training: TrainingRun, drawings: OwnDrawings, take: TakeSource, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._training, self._drawings, self._take = training, drawings, take
        self.problems: tuple[OwnProblem, ...] = ()

    def read(self) -> None:
        """Read the file, and offer what it holds; what cannot be read is said."""
        try:
            self._meet(read_own_problems())
        except UserError as error:
            self.said.emit(str(error), True)

    def _meet(self, problems: tuple[OwnProblem, ...]) -> None:
        self.problems = problems
        for own in problems:
            self._training.problem_sources[name_of(own)] = self._source_of(own)
        self.changed.emit()

    def add(self, own: OwnProblem) -> None:
        """Keep a problem; one of the same title takes other labels.

        Raises
        ------
        UserError
            It cannot be written, or there are too many.
        """

        def added(problems: tuple[OwnProblem, ...]) -> tuple[OwnProblem, ...]:
            others = tuple(each for each in problems if each.title != own.title)
            if len(others) >= MAX_PROBLEMS:
                raise OwnProblemError(tr("There are {most} of your own already.").format(most=MAX_PROBLEMS))
            return (*others, own)

        self._meet(change_own_problems(added))

    def remove(self, own: OwnProblem) -> None:
        """Forget a problem; its drawings stay, and it can be trained on until the window is closed.

        Raises
        ------
        UserError
            The file cannot be written.
        """
        self._meet(
            change_own_problems(lambda problems: tuple(each for each in problems if each.title != own.title))
        )

    def train(self, own: OwnProblem) -> None:
        """Train a fresh network on the drawings of its labels."""
        self._drawings.read()
        self._take(self._source_of(own), then=self._training.play)

    def _source_of(self, own: OwnProblem) -> ProblemSource:
        def load(task: Task[Loaded]) -> Loaded:
            return loaded(own, self._all_drawings())

        return ProblemSource(name_of(own), own.title, load, output_space=own.output_space)

    def _all_drawings(self) -> PersonalSet:
        # What the window has may be ahead of the file, or not be read yet.
        here = self._drawings.drawings
        return here if self._drawings.is_read or len(here) else PersonalFile(personal_path()).read()


def name_of(own: OwnProblem) -> str:
    """Return the key of a problem among what can be trained on."""
    return f"own {own.title}"


def loaded(own: OwnProblem, drawings: PersonalSet) -> Loaded:
    """Return the data of a problem, redrawn for each epoch, and a network for it.

    Raises
    ------
    OwnProblemError
        There are too few drawings of a label.
    """
    problem, polylines = own_data(own, name_of(own), drawings)
    n = len(problem.train)
    # A few drawings at a time would take twice as long as many.
    rows = np.tile(np.arange(n), -(-DRAWN_AT_A_TIME // n))
    part = RewrittenPart(
        problem.train.subset(rows),
        polylines.subset(rows),
        RewriteStrengths(),
        -(-SAMPLES_OF_AN_EPOCH // len(rows)),
        MNIST_SPEC,
    )
    config = TrainingConfig(
        Architecture.of((problem.input_space.n_features, *HIDDEN, len(own.labels)), hidden="relu"),
        hyper=Hyper(learning_rate=1e-3, weight_decay=0.05),
        batch_size=64,
        epochs=EPOCHS,
        schedule="cosine",
    )
    account = tr(
        "Your own drawings, each written in {count} other ways for every epoch. For the test, "
        "{held_back} are held back."
    ).format(count=part.n_samples // n, held_back=len(problem.test))
    return Loaded(problem, RecipeSamples([part], seed=0), config, account)
