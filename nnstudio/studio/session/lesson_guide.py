"""A lesson played on the session: its steps, what the student did in each, and what the window is to show."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from time import monotonic

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.problem import Problem
from nnstudio.data.raster_fit import raster_for
from nnstudio.errors import UserError
from nnstudio.files.model_file import Model
from nnstudio.files.session_file import SavedSession
from nnstudio.language import tr
from nnstudio.lessons import actions
from nnstudio.lessons.lesson_file import Lesson, Step
from nnstudio.lessons.player import HeadlessPlayer, PlayError, begin_step
from nnstudio.lessons.questions import Ask, Verdict, answered_rightly, judge
from nnstudio.lessons.state import LessonState
from nnstudio.lessons.step_page import StepPage, page_of
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.fill_in import FillIn
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.session.line import Line
from nnstudio.studio.session.selection import Selection
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.snapshot import RunState

FRAMES_BETWEEN = 6
"""Frames from one measuring of a step to the next, while something moves."""

FRAMES_OF_ACTION = 20
"""How long each action of a solution stays before the next one."""


class Mark(StrEnum):
    """What a student did in a step; what comes later in this list is more."""

    NEW = "new"
    SEEN = "seen"
    SHOWN = "shown"
    DONE = "done"


@dataclass
class StepRecord:
    """What a student did in one step.

    Attributes
    ----------
    mark : Mark
    answers : dict of int to str
        By the number of the question, as they were typed or chosen.
    verdicts : dict of int to Verdict
    n_hints : int
        How many hints were asked for.
    start, left : LessonState or None
        The states in which it began and was left.
    page : StepPage or None
        As it read last.
    """

    mark: Mark = Mark.NEW
    answers: dict[int, str] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    n_hints: int = 0
    start: LessonState | None = None
    left: LessonState | None = None
    page: StepPage | None = None

    def raise_mark(self, mark: Mark) -> None:
        """Take a mark that says more than the one there is."""
        order = list(Mark)
        if order.index(mark) > order.index(self.mark):
            self.mark = mark


WorkOn = Callable[[Model, Problem, DataChoices, TrainingConfig], None]


class LessonGuide(QObject):
    """Plays a lesson on the session.

    Set-ups and solutions are obeyed by `lessons.player.HeadlessPlayer` in the background, and the state that
    they lead to is put into the session, so that the window shows what `nnstudio lesson check` has tested.
    What a solution trains is trained by the session itself, before the student's eyes. All that is measured
    is measured in the background.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    document : InputDocument
    line : Line
    selection : Selection
    fill_in : FillIn
    work_on : callable (model, problem, data, config)
        Displays a network and has it learn a problem that is at hand.
    parent : QObject

    Attributes
    ----------
    lesson : Lesson or None
        The one that is open.
    index : int
        Of the step, counted from 0.
    records : list of StepRecord
        One for each step.
    page : StepPage or None
        The step as it reads now; None while it is set up.
    is_showing : bool
        Whether its solution is being shown.

    Notes
    -----
    Thread: gui. Call ``poll`` once a frame, and ``stop`` in the end.
    """

    wanted = Signal(str)
    """The name or the path of a lesson that was chosen."""

    changed = Signal()
    """Another lesson, step, page or mark."""

    step_began = Signal()
    """A step is set up: what it shows and points at can be brought forward."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        document: InputDocument,
        line: Line,
        selection: Selection,
        fill_in: FillIn,
        work_on: WorkOn,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._network, self._training, self._input = network, training, document
        self._line, self._selection, self._fill_in = line, selection, fill_in
        self._work_on = work_on
        self._worker = BackgroundWorker("nnstudio-lesson")
        selection.changed.connect(self._answer_by_click)
        self.lesson: Lesson | None = None
        self.index = 0
        self.records: list[StepRecord] = []
        self.page: StepPage | None = None
        self.panels: tuple[str, ...] = ()
        """What the step brings forward, the last one in front."""
        self.is_showing = False
        self.former: SavedSession | None = None
        """What was worked on before the lesson; it comes back when the lesson is left."""
        self._base_steps = 0
        """Steps that the weights had been trained for when they were put into the session."""
        self._pinned: LessonState | None = None
        self._wanted_unit: tuple[int, int] | None = None
        """Selected in the next frame: a new network begins without a selected unit."""
        self._wants_blanks = False
        """Whether values are to be filled in from the next frame on: the input is read by then."""
        self._measured: tuple[object, ...] = ()
        self._n_frames = 0
        self.arrived = 0.0
        """When the step was shown, by the monotonic clock."""
        self._is_given_up = False
        self._actions: list[actions.Action] = []
        """What is left of the solution that is shown."""
        self._training_until: _Goal | None = None
        self._rest = 0

    # What there is

    @property
    def step(self) -> Step:
        """The step at hand."""
        assert self.lesson is not None, "a lesson is open"
        return self.lesson.steps[self.index]

    @property
    def record(self) -> StepRecord:
        """What the student did in the step at hand."""
        return self.records[self.index]

    @property
    def is_busy(self) -> bool:
        """Whether the step is still set up."""
        return self.lesson is not None and self.page is None

    @property
    def is_solved(self) -> bool:
        """Whether the step asks for nothing more."""
        if self.lesson is None or self.page is None:
            return False
        step, record = self.step, self.record
        answered = all(
            k in record.verdicts and (record.verdicts[k].is_right or not ask.is_judged)
            for k, ask in enumerate(step.asks)
        )
        reached = record.mark is Mark.DONE or not step.goals or self.page.is_reached or self.is_given_up
        return answered and reached

    @property
    def is_given_up(self) -> bool:
        """Whether the step asks for what cannot be done, and that was tried for long enough."""
        return self.step.unreachable and monotonic() - self.arrived >= self.step.seconds

    def state(self) -> LessonState:
        """Return what is measured, as the session has it now."""
        network, training = self._network, self._training
        problem = training.problem
        if problem is None:
            assert self.record.start is not None, "a step that began has a problem"
            problem = self.record.start.problem
        snapshot, model = network.snapshot, self._line.model
        pinned = self._pinned
        return LessonState(
            problem,
            network.newest_config,
            network.newest_weights,
            training.data,
            self._input.x,
            None if not self._input.can_be_drawn or self._input.drawing.is_empty else self._input.drawing,
            None if model is None or len(model.slopes) != 1 else (float(model.slopes[0]), model.intercept),
            self._typed(),
            self._selection.unit,
            None if pinned is None else pinned.pinned,
            self._base_steps + (0 if snapshot is None else snapshot.step),
            diverged=snapshot is not None and snapshot.state is RunState.DIVERGED,
            panels=self.panels,
        )

    def _typed(self) -> tuple[float, ...]:
        found = [self.record.verdicts[k].value for k in sorted(self.record.verdicts)]
        return tuple(value for value in found if value is not None)

    # Lessons and steps

    def open(self, lesson: Lesson, records: list[StepRecord] | None = None, index: int = 0) -> None:
        """Begin a lesson, or go on with one where it was left."""
        self.close()
        self.lesson = lesson
        self.records = records or [StepRecord() for _ in lesson.steps]
        self._set_up(index)

    def close(self) -> None:
        """Have no lesson; the session stays as it is."""
        self._worker.cancel()
        self._actions, self._training_until, self.is_showing = [], None, False
        self.lesson, self.page, self.records, self._pinned = None, None, [], None
        self._fill_in.stop()
        self.changed.emit()

    def go_to(self, index: int) -> None:
        """Go to another step: as it was left, or as it begins."""
        if self.lesson is None or not 0 <= index < len(self.lesson.steps) or index == self.index:
            return
        if self.page is not None:
            self.record.left = self.state()
        self._stop_showing()
        self._worker.cancel()
        record = self.records[index]
        if record.left is not None and record.start is not None and record.page is not None:
            self.index = index
            self._arrive(record.start, record.left, record.page)
        else:
            self._set_up(index)

    def begin_again(self) -> None:
        """Set the step up once more, and forget what was done in it."""
        if self.lesson is None:
            return
        self._stop_showing()
        self._worker.cancel()
        record = self.record
        record.answers, record.verdicts, record.left = {}, {}, None
        self._set_up(self.index)

    def _set_up(self, index: int) -> None:
        lesson = self.lesson
        assert lesson is not None, "a lesson is open"
        step, record = lesson.steps[index], self.records[index]
        before = self.records[index - 1].left if step.goes_on else None
        self.index, self.page = index, None
        self.changed.emit()

        def work(_task: Task[tuple[LessonState, StepPage]]) -> tuple[LessonState, StepPage]:
            player = HeadlessPlayer()
            if before is not None:
                player.take(before)
            elif step.goes_on:
                # Nobody was in the steps that it goes on from: they are played as they are meant.
                first = max(k for k in range(index) if not lesson.steps[k].goes_on)
                for earlier in lesson.steps[first:index]:
                    begin_step(player, earlier)
                    for action in earlier.solution:
                        player.obey(action)
            start = begin_step(player, step)
            return start, page_of(step, start, start, record.n_hints)

        def done(found: tuple[LessonState, StepPage]) -> None:
            start, page = found
            self._arrive(start, start, page)

        def failed(sentence: str) -> None:
            self.page = StepPage(
                "<p>{}</p>".format(tr("This step cannot be set up: {sentence}").format(sentence=sentence))
            )
            self.changed.emit()

        self._worker.run(Task(work, done, failed))

    def _arrive(self, start: LessonState, state: LessonState, page: StepPage) -> None:
        """Show a step in a state."""
        self.record.start = start
        self.record.raise_mark(Mark.SEEN)
        shown = [action.names for action in self.step.set_up if isinstance(action, actions.ShowPanels)]
        self.panels = shown[-1] if shown else ()
        self._put(state)
        self._wants_blanks = any(isinstance(action, actions.Blank) for action in self.step.set_up)
        self.page = self.record.page = page
        self._measured = ()
        self.arrived, self._is_given_up = monotonic(), False
        self.changed.emit()
        self.step_began.emit()

    def _put(self, state: LessonState) -> None:
        """Put a state into the session."""
        problem, config = state.problem, state.config
        model = Model(
            config.architecture,
            state.theta,
            problem.input_space,
            problem.output_space,
            raster_for(problem),
            {"problem": problem.name},
            NEW_NETWORK,
        )
        self._fill_in.stop()
        self._wants_blanks = False
        self._pinned, self._base_steps = state, state.n_steps
        self._work_on(model, problem, state.data, config)
        self._put_input(state)
        self._line.is_shown = state.line is not None
        if state.line is not None:
            self._line.set_to(state.line[:1], state.line[1])
        self._wanted_unit = state.selected

    def _put_input(self, state: LessonState) -> None:
        document = self._input
        if not document.can_be_drawn:
            document.set_x(state.x)
            return
        document.clear()
        if state.drawing is not None:
            document.set_drawing(state.drawing)
        elif state.x is not None:
            shape = state.problem.input_space.shape
            document.set_pixels(np.asarray(state.x).reshape(shape), tr("Lesson"))

    # Questions

    def answer(self, k: int, text: str, chosen: frozenset[int] = frozenset()) -> None:
        """Judge an answer to question ``k``: a text, the options that were chosen, or the place that is.

        What is chosen in the window is the answer to a question for a place.
        """
        start = self.record.start
        if self.page is None or start is None:
            return
        ask, state = self.step.asks[k], self.state()
        try:
            if ask.kind == "place":
                text = self._chosen_place(ask, state, start)
            verdict = judge(ask, text, chosen, state, start)
        except UserError as error:
            verdict = Verdict(False, str(error))
        self.record.answers[k], self.record.verdicts[k] = text, verdict
        self._note_solved()
        self.changed.emit()

    def _chosen_place(self, ask: Ask, state: LessonState, start: LessonState) -> str:
        """Return what is chosen in the window: a unit, or the class where one is asked for."""
        unit, names = self._selection.unit, state.problem.output_space.class_names
        if unit is None:
            raise PlayError(tr("Click it in the window first."))
        assert ask.right is not None, "a place has a right answer"
        is_output = unit[0] == state.architecture.n_layers - 1
        if is_output and unit[1] < len(names) and str(ask.right.measure(state, start)) in names:
            return names[unit[1]]
        return f"{unit[0]} {unit[1]}"

    def _answer_by_click(self) -> None:
        """Take a click on a unit as the answer to the first question for a place that is still open."""
        if self.page is None or self._selection.unit is None or self._wanted_unit is not None:
            return
        for k, ask in enumerate(self.step.asks):
            verdict = self.record.verdicts.get(k)
            if ask.kind == "place" and (verdict is None or not verdict.is_right):
                self.answer(k, "")
                return

    def hint(self) -> None:
        """Show one hint more."""
        if self.page is not None and self.record.n_hints < len(self.step.hints):
            self.record.n_hints += 1
            self._measured = ()

    def _note_solved(self) -> None:
        if self.is_solved and not self.is_showing and self.record.mark is not Mark.SHOWN:
            self.record.raise_mark(Mark.DONE)

    # Solutions

    def show_solution(self) -> None:
        """Play the solution of the step from its beginning, action by action; the step is marked as shown."""
        start = self.record.start if self.page is not None else None
        if start is None or self.is_showing:
            return
        if self.record.mark is not Mark.DONE:
            self.record.raise_mark(Mark.SHOWN)
        self._answer_rightly(start)
        self._actions = list(self.step.solution)
        self.is_showing = bool(self._actions)
        if self.is_showing:
            self._put(start)
        self._rest = FRAMES_OF_ACTION
        self.changed.emit()

    def _answer_rightly(self, start: LessonState) -> None:
        """Give the right answers to the questions of the step, as it began."""
        for k, ask in enumerate(self.step.asks):
            found = answered_rightly(ask, start)
            if found is not None:
                self.record.answers[k], self.record.verdicts[k] = found

    def _stop_showing(self) -> None:
        self._actions, self.is_showing = [], False
        if self._training_until is not None:
            self._training_until = None
            self._training.pause()

    def _show_next_action(self) -> None:
        if self._rest > 0:
            self._rest -= 1
            return
        if not self._actions:
            self.is_showing = False
            self.changed.emit()
            return
        action = self._actions.pop(0)
        self._rest = FRAMES_OF_ACTION
        if isinstance(action, actions.Train):
            self._begin_training(action)
            return
        state = self.state()

        def work(_task: Task[LessonState]) -> LessonState:
            player = HeadlessPlayer()
            player.take(state)
            player.obey(action)
            return player.state()

        def failed(sentence: str) -> None:
            self._stop_showing()
            self.said.emit(sentence, True)
            self.changed.emit()

        self._worker.run(Task(work, self._put, failed))

    def _begin_training(self, action: actions.Train) -> None:
        snapshot = self._network.snapshot
        begun = 0 if snapshot is None else snapshot.step
        self._training_until = _Goal(action, begun, self.state())
        self._training.play()

    def _follow_training(self, goal: "_Goal") -> None:
        """End the training of a solution where it has taken its steps, or its check holds."""
        snapshot = self._network.snapshot
        if snapshot is None:
            return
        n_done = snapshot.step - goal.begun
        wanted = goal.action.steps
        is_over = n_done >= wanted if wanted is not None else snapshot.epoch >= (goal.action.epochs or 0)
        ended = snapshot.state in (RunState.DIVERGED, RunState.FINISHED)
        if is_over or ended or goal.is_reached:
            self._training.pause()
            self._training_until = None
            self._rest = FRAMES_OF_ACTION
        elif goal.action.until is not None and not self._worker.is_busy:
            state, until = self.state(), goal.action.until

            def work(_task: Task[bool]) -> bool:
                return until.holds(state, goal.start)

            self._worker.run(Task(work, partial(setattr, goal, "is_reached")))

    # Frames

    def poll(self) -> None:
        """Take in what was measured, go on with a solution, and measure again where something moved."""
        self._worker.poll()
        if self.lesson is None or self.page is None:
            return
        self._n_frames += 1
        if not self._network.changes.network:
            self._follow_network()
        if self._training_until is not None:
            self._follow_training(self._training_until)
        elif self.is_showing and not self._worker.is_busy:
            self._show_next_action()
        if self.is_given_up and not self._is_given_up:
            self._is_given_up = True
            self._note_solved()
            self.changed.emit()
        if self._n_frames % FRAMES_BETWEEN == 0 and not self._worker.is_busy:
            self._measure()

    def _follow_network(self) -> None:
        """Do what waits until the network is there and has read its input."""
        if self._wanted_unit is not None:
            self._selection.select(*self._wanted_unit)
            self._wanted_unit = None
        if self._wants_blanks:
            self._wants_blanks = False
            self._fill_in.start()

    def _measure(self) -> None:
        start = self.record.start
        if start is None:
            return
        state, step, n_hints = self.state(), self.step, self.record.n_hints
        key = (*vars(state).values(), n_hints)
        if len(key) == len(self._measured) and all(map(_is_same, key, self._measured)):
            return
        self._measured = key

        def work(_task: Task[StepPage]) -> StepPage:
            return page_of(step, state, start, n_hints)

        self._worker.run(Task(work, partial(self._take_page, self.index)))

    def _take_page(self, index: int, page: StepPage) -> None:
        if index != self.index or page == self.page:
            return
        self.page = self.record.page = page
        self._note_solved()
        self.changed.emit()

    def stop(self) -> None:
        """Stop the thread, within a bounded time."""
        self._worker.stop()


@dataclass
class _Goal:
    """Training that a solution asks for: since which step, and from which state."""

    action: actions.Train
    begun: int
    start: LessonState
    is_reached: bool = False


def _is_same(now: object, before: object) -> bool:
    if isinstance(now, np.ndarray) or isinstance(before, np.ndarray):
        return now is before
    return now is before or now == before
