"""Edit the points that are learned from, with undo; the run goes on with the others."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnstudio.data.own_points import NAME, OwnPoints
from nnstudio.data.problem import Problem
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from nnstudio.studio.session.run_history import RunHistory
from nnstudio.studio.session.training_run import TrainingRun


class PointEditor(QObject):
    """Adds, moves and removes points of a line or a plane, while training goes on.

    From the first edit on the problem is the user's own, and is kept with the session. A gesture begins,
    shows points again and again, and is finished: that is one step to undo.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    history : RunHistory
        Its current run learns from the points.
    undo_stack : QUndoStack
        Of all edits of the input.
    parent : QObject

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """There are other points; emitted within a gesture too."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        history: RunHistory,
        undo_stack: QUndoStack,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._history = network, training, history
        self._undo_stack = undo_stack
        self._has_steps = False
        """Whether the undo stack has edits of points."""
        self._known: tuple[Problem, OwnPoints | None] | None = None
        self._before: tuple[Problem, OwnPoints] | None = None
        self._told: tuple[str, ...] = ()

    @property
    def points(self) -> OwnPoints | None:
        """The points of the problem; None where it is not loaded, has none, or is not the network's."""
        problem = self._training.problem
        if problem is None:
            return None
        if self._known is None or self._known[0] is not problem:
            self._known = problem, self._offered if problem.name == NAME else _points_of(problem)
            self._told = ()
        is_fitting = not misfit_sentence(self._network.input_space, self._network.output_space, problem)
        return self._known[1] if is_fitting else None

    @property
    def _offered(self) -> OwnPoints | None:
        """What the problem of own points is made of."""
        source = self._training.problem_sources.get(NAME)
        return None if source is None else source.own_points

    @property
    def own(self) -> OwnPoints | None:
        """The points where they are the user's own, to be saved."""
        return self.points if self._network.problem_name == NAME else None

    @property
    def is_at_work(self) -> bool:
        """Whether a gesture is under way."""
        return self._before is not None

    def begin(self) -> None:
        """Begin a gesture; it can be undone once it is finished."""
        points, problem = self.points, self._training.problem
        if points is not None and problem is not None:
            self._before = problem, points

    def show(self, points: OwnPoints) -> None:
        """Learn from other points; nothing happens while no gesture is under way."""
        if self._before is not None:
            self._learn(points.problem(), points, "")

    def finish(self, text: str) -> None:
        """End a gesture; ``text`` names it, in the history of edits and at the curves."""
        before, self._before = self._before, None
        points, problem = self.points, self._training.problem
        if before is None or points is None or problem is None or points is before[1]:
            return
        if points.input_space.spans_plane and (grown := points.in_range()) is not points:
            points, problem = grown, grown.problem()
            self._tell_range(points)
        self._has_steps = True
        self._undo_stack.push(_Change(self, before, (problem, points), text))
        self._tell(points)

    def _tell_range(self, points: OwnPoints) -> None:
        space = points.input_space
        ranges = zip(space.names, space.lows.tolist(), space.highs.tolist(), strict=True)
        words = ", ".join(
            tr("{name} from {low:g} to {high:g}").format(name=name, low=low, high=high).replace("-", "−")
            for name, low, high in ranges
        )
        sentence = tr("The plane grew with the points: {ranges}. Ctrl+Z undoes it.")
        self.said.emit(sentence.format(ranges=words), False)

    def do(self, points: OwnPoints, text: str) -> None:
        """Learn from other points, in one gesture."""
        self.begin()
        self.show(points)
        self.finish(text)

    def offer(self, points: OwnPoints, account: str = "") -> ProblemSource:
        """Have own points among what can be trained on, and return their source.

        ``account`` is said when they are loaded; by default their source and the notes on them.
        """
        source = self._training.problem_sources[NAME] = own_points_source(points, account)
        return source

    def forget_steps(self) -> None:
        """Forget the edits of points: others are learned from."""
        self._before = None
        if self._has_steps:
            self._has_steps = False
            self._undo_stack.clear()

    def _learn(self, problem: Problem, points: OwnPoints, text: str) -> None:
        misfit = misfit_sentence(self._network.input_space, self._network.output_space, problem)
        if misfit:
            # An edit is undone after another network was opened.
            self.said.emit(misfit, True)
            return
        if problem.name == NAME:
            self.offer(points)
        before, self._known = self._training.problem, (problem, points)
        if before is not None and before.input_space != problem.input_space:
            self._network.take_range(problem.input_space)
        self._training.change_samples(problem, text)
        self._history.note_points()
        self.changed.emit()

    def _tell(self, points: OwnPoints) -> None:
        """Say what there is to know of the points, each sentence once."""
        notes = points.notes
        new = [note for note in notes if note not in self._told]
        self._told = notes
        if new:
            self.said.emit(" ".join(new), False)


class _Change(QUndoCommand):
    """One edit of points: what was learned from before and after."""

    def __init__(
        self,
        editor: PointEditor,
        before: tuple[Problem, OwnPoints],
        after: tuple[Problem, OwnPoints],
        text: str,
    ) -> None:
        super().__init__(text)
        self._editor, self._before, self._after = editor, before, after

    def redo(self) -> None:
        """Learn from the points after it, also when it is pushed: the curves get their mark."""
        self._editor._learn(*self._after, self.text())

    def undo(self) -> None:
        """Learn from the points before it."""
        self._editor._learn(*self._before, self.text())


def own_points_source(points: OwnPoints, account: str = "") -> ProblemSource:
    """Return own points as something that can be trained on.

    ``account`` is said when they are loaded; by default their source and the notes on them.
    """

    def load(_: Task[Loaded]) -> Loaded:
        problem, scaling = points.problem(), points.input_scaling
        words = [account] if account else [problem.source, *points.notes]
        if scaling != "none":
            words.append(
                tr("Its inputs are large: they are standardised for training; Set has a switch for it.")
            )
        return Loaded(problem, account=" ".join(words), input_scaling=scaling)

    return ProblemSource(
        NAME,
        tr(points.title),
        load,
        output_space=points.output_space,
        kind=points.input_space.kind,
        own_points=points,
    )


def _points_of(problem: Problem) -> OwnPoints | None:
    if problem.input_space.traits.has_pixels or problem.input_space.n_features > 2:
        return None
    try:
        return OwnPoints.of(problem)
    except UserError:
        return None
