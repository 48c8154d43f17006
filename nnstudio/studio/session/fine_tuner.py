"""Fine-tune the network to the user's own drawings, in the background, and undo it."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnstudio.data.letters import map_labels
from nnstudio.data.personal_set import Edit, PersonalDrawing, PersonalSet
from nnstudio.data.rasterise import MNIST_SPEC
from nnstudio.data.strokes import flatten
from nnstudio.engine.ood_detector import OODDetector
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.input_document import InputDocument
from nnstudio.studio.session.own_drawings import OwnDrawings
from nnstudio.studio.session.replay_data import ReplayAndTest, ReplayCache
from nnstudio.studio.session.training_run import TrainingRun
from nnstudio.training.fine_tuning import FineTuningError, FineTuningResult, LabelledDrawings, fine_tune

MOST_TAKEN_BACK = 8
"""Teachings that can be taken back; each keeps the weights before it."""

NOTHING_TO_TEACH = translatable("Draw something first: strokes can be taught, pixels cannot.")


class Outcome(NamedTuple):
    """What came of a teaching, in words."""

    sentence: str
    explanation: str


@dataclass(frozen=True, eq=False)
class _Before:
    """What a teaching changed."""

    theta: np.ndarray
    detector: OODDetector | None
    after: np.ndarray
    was_trained: bool
    edits: tuple[Edit, ...]
    what: str


class FineTuner(QObject):
    """Adds drawings to the user's own, and fine-tunes the newest weights to them.

    Training pauses meanwhile, and goes on from the fine-tuned weights. A drawing that is added before the
    last one is learned is learned together with it.

    Parameters
    ----------
    network : DisplayedNetwork
    training : TrainingRun
    document : InputDocument
    drawings : OwnDrawings

    Attributes
    ----------
    outcome : Outcome or None
        Of the last teaching; None where it was taken back, or the network is another one.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread. Call ``poll`` once a frame, and ``stop`` in the end.
    """

    changed = Signal()
    """A teaching began, ended or was taken back."""

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(
        self,
        network: DisplayedNetwork,
        training: TrainingRun,
        document: InputDocument,
        drawings: OwnDrawings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.outcome: Outcome | None = None
        self._network, self._training, self._input = network, training, document
        self._drawings = drawings
        self._worker = BackgroundWorker("nnstudio-fine-tuning")
        self._replay_cache = ReplayCache()
        self._wanted = False
        self._resumes = False
        self._edits: tuple[Edit, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._taught: list[_Before] = []
        network.replaced.connect(self._forget)

    @property
    def is_busy(self) -> bool:
        """Whether something is being taught."""
        return self._wanted or self._worker.current is not None

    @property
    def title(self) -> str:
        """What is being taught, in words."""
        what = " ".join(dict.fromkeys(self._labels))
        return tr("Teaching {what}").format(what=what) if what else tr("Teaching your drawings")

    @property
    def task(self) -> Task[Any] | None:
        """The work under way."""
        return self._worker.current

    @property
    def can_take_back(self) -> bool:
        """Whether the last teaching can be taken back: the weights are still those that it made."""
        return bool(self._taught) and self._is_as_taught(self._taught[-1])

    def _is_as_taught(self, before: _Before) -> bool:
        theta, after = self._network.displayed_weights, before.after
        # A run whose inputs are scaled brings the same weights to rounding.
        return theta is after or (
            theta.shape == after.shape and np.allclose(theta, after, rtol=1e-4, atol=1e-6)
        )

    def teach_class(self, label: int) -> None:
        """Teach that the input is of a class of the displayed network; what is wrong is said."""
        drawing = self._input.drawing_read
        if drawing is None:
            self.said.emit(tr(NOTHING_TO_TEACH), False)
            return
        try:
            self.teach(PersonalDrawing.new(self._network.output_space.class_names[label], drawing))
        except UserError as error:
            self.said.emit(str(error), True)

    def teach(self, drawing: PersonalDrawing) -> None:
        """Add a drawing to the user's own, and teach it with them.

        Raises
        ------
        UserError
            The network cannot learn it; nothing has changed then.
        """
        self._check(drawing.label)
        self._edits = (*self._edits, self._drawings.add(drawing))
        self._labels = (*self._labels, drawing.label)
        self._want()

    def teach_all(self) -> None:
        """Teach all of the user's drawings that are of the network's classes.

        Raises
        ------
        UserError
            The network cannot learn drawings, or there is none of its classes.
        """
        self._drawings.read()
        self._check(None)
        if self._drawings.is_read and not len(self._drawings_to_learn()):
            raise FineTuningError(
                tr("None of your drawings is of a class of this network. Draw one, and say what it was (W).")
            )
        self._want()

    def _check(self, label: str | None) -> None:
        if self._network.raster is None or self._network.input_space.shape != (
            MNIST_SPEC.size,
            MNIST_SPEC.size,
        ):
            raise FineTuningError(
                tr("Only networks that read images of {side} × {side} pixels can be taught drawings.").format(
                    side=MNIST_SPEC.size
                )
            )
        if label is not None and map_labels(np.array([label]), self._network.output_space).labels[0] < 0:
            raise FineTuningError(tr("The network on show has no class {label}.").format(label=label))

    def _want(self) -> None:
        # The newest weights are fine-tuned, whatever checkpoint is displayed.
        self._network.look_at(None)
        self._worker.cancel()
        if self._training.is_running:
            self._resumes = True
            self._training.pause()
        self._wanted = True
        self.said.emit(tr("{what} … · Esc cancels").format(what=self.title), False)
        self.changed.emit()

    # Frames

    def poll(self) -> None:
        """Begin what is wanted once nothing is in the way, and take in what was learned."""
        if self._wanted and self._drawings.is_read and not self._training.is_running:
            self._wanted = False
            self._begin()
        self._worker.poll()

    def _drawings_to_learn(self) -> PersonalSet:
        drawings = self._drawings.drawings
        labels = np.array([each.label for each in drawings.drawings], dtype=np.str_)
        known = map_labels(labels, self._network.output_space).known if len(labels) else ()
        return PersonalSet(tuple(drawings.drawings[k] for k in known))

    def _begin(self) -> None:
        chosen = self._drawings_to_learn()
        if self._network.raster is None or not len(chosen):
            self._end(tr("There is no drawing of a class of this network."), warning=True)
            return
        labels = map_labels(
            np.array([each.label for each in chosen.drawings]), self._network.output_space
        ).labels
        drawings = LabelledDrawings(
            flatten(each.drawing for each in chosen.drawings), labels, self._network.raster
        )
        network, theta, loss = (
            self._network.architecture,
            self._network.newest_weights,
            self._network.config.loss,
        )
        space, detector = self._network.output_space, self._network.detector
        replay_cache, source, problem = (
            self._replay_cache,
            self._training.problem_sources[self._network.problem_name],
            self._training.problem,
        )
        before = _Before(
            theta,
            detector,
            theta,
            self._network.was_trained,
            self._edits,
            " ".join(dict.fromkeys(self._labels)),
        )

        def work(
            task: Task[tuple[ReplayAndTest, FineTuningResult]],
        ) -> tuple[ReplayAndTest, FineTuningResult]:
            replayed = replay_cache.of(space, problem, source, task)
            return replayed, fine_tune(
                network,
                theta,
                drawings,
                replayed.replay,
                replayed.judged,
                loss=loss,
                detector=detector,
                report=task.report,
            )

        self._worker.run(Task(work, lambda made: self._take(before, *made), self._fail, self.title))

    def _fail(self, reason: str) -> None:
        self._end(tr("{reason} Your drawing is kept.").format(reason=reason), warning=True)

    def _take(self, before: _Before, replayed: ReplayAndTest, taught: FineTuningResult) -> None:
        self._network.look_at(None)
        if not self._is_as_taught(before):
            self._end(
                tr("The network changed meanwhile: nothing was taught, your drawing is kept."), warning=True
            )
            return
        text = tr("taught {what}").format(what=before.what or tr("my drawings"))
        self._training.take_taught(taught.theta, taught.detector, text)
        after = replace(before, after=taught.theta)
        self._taught = [*self._taught[1 - MOST_TAKEN_BACK :], after]
        mine, test = taught.personal, taught.test
        learned = (
            tr("Learned your {what}").format(what=before.what) if before.what else tr("Learned your drawings")
        )
        self.outcome = Outcome(
            tr(
                "{learned}: {after} of {total} of your drawings are read right ({before} before); "
                "test sample {test_before:.1f} → {test_after:.1f} %."
            ).format(
                learned=learned,
                after=mine.after,
                total=mine.n,
                before=mine.before,
                test_before=100 * test.before / test.n,
                test_after=100 * test.after / test.n,
            ),
            tr(
                "{n_steps} steps in {seconds:.1f} s, on copies of your drawings written in other ways and on "
                "{rehearsed} samples at which the network was to answer as before. The test sample: {source}."
            ).format(
                n_steps=taught.n_steps,
                seconds=taught.seconds,
                rehearsed=len(replayed.replay.images),
                source=replayed.source,
            ),
        )
        self._end(self.outcome.sentence, warning=False)

    def _end(self, sentence: str, *, warning: bool) -> None:
        self._edits, self._labels = (), ()
        if self._resumes:
            self._resumes = False
            self._training.go_on_quietly()
            sentence = f"{sentence} {tr('Training goes on.')}"
        self.said.emit(sentence, warning)
        self.changed.emit()

    def turn_training(self) -> None:
        """Have training go on after what is being taught, or no longer; before, it would undo the lesson."""
        self._resumes = not self._resumes
        told = tr("then training goes on") if self._resumes else tr("then training rests")
        self.said.emit(f"{self.title} … {told} · {tr('Esc cancels')}", False)

    def cancel(self) -> bool:
        """Give up what is being taught, if anything; the drawings stay."""
        if not self.is_busy:
            return False
        self._wanted = False
        self._worker.cancel()
        self._end(tr("Teaching was given up: the network is as it was."), warning=False)
        return True

    def take_back(self) -> None:
        """Put the weights of before the last teaching in force again, and take its drawings out of the set.

        Raises
        ------
        UserError
            There is none, or the network has changed since.
        """
        if self.is_busy:
            edits = self._edits
            self.cancel()
            for edit in edits:
                self._drawings.forget(edit)
            return
        if not self._taught:
            raise FineTuningError(tr("Nothing was taught that could be taken back."))
        self._network.look_at(None)
        last = self._taught[-1]
        if not self._is_as_taught(last):
            raise FineTuningError(
                tr(
                    "The network is not the one that was taught any more: its weights stay. "
                    "Your drawings are in My drawings, where they can be deleted."
                )
            )
        self._taught.pop()
        self._training.take_taught(
            last.theta, last.detector, tr("took {what} back").format(what=last.what or tr("my drawings"))
        )
        self._network.was_trained = last.was_trained or self._training.trainer is not None
        for edit in last.edits:
            self._drawings.forget(edit)
        self.outcome = None
        self.said.emit(tr("Taken back: the network is as it was before."), False)
        self.changed.emit()

    def _forget(self) -> None:
        """Forget what was taught to a network that was replaced, and cancel what is being taught."""
        self._taught = []
        self.meet_weights()
        if self.is_busy:
            self._wanted = self._resumes = False
            self._worker.cancel()
            self._end(
                tr("Another network is on show: nothing was taught, your drawing is kept."), warning=True
            )

    def meet_weights(self) -> None:
        """Forget the outcome where the weights are others by now."""
        if self.outcome is not None and not self.can_take_back:
            self.outcome = None
            self.changed.emit()

    def stop(self) -> None:
        """End the thread."""
        self._worker.stop()
