"""The panels Loss and Accuracy, or another measure: curves over epochs, for training and test."""

import math
from weakref import ref

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.data.output_kinds import ACCURACY, Measure
from nnstudio.data.problem import OutputSpace
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.panels.curves.view import TrainingCurves
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.curve_options import RUN_SIGNS
from nnstudio.studio.session.output_kinds import score_unit, studio_kind
from nnstudio.studio.session.services import Services
from nnstudio.training.runs import Run

CURVE_PERIOD_S = 0.15
MARKER_PERIOD_S = 0.05


class _CurvesPanel:
    """Shows two curves of the displayed run, and of each other run, updated a few times a second.

    Of the others it is that of the test, and with other labels that of training as well.
    """

    title: str
    measure: Measure

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._options = services.session, services.curve_options
        self._pace, self._marker_pace = Pace(CURVE_PERIOD_S), Pace(MARKER_PERIOD_S)
        self._runs_changed = False
        self._last_run: ref[Run] | None = None
        services.session.history.runs_changed.connect(self._note_runs)
        self._options.changed.connect(self._note_runs)
        self.widget = TrainingCurves(
            tr("{quantity} curves").format(quantity=tr(self.title)), self.measure, self._options, parent
        )
        self.numbers = self.widget.numbers
        self.show_all = self.widget.plot.show_all

    def refresh(self, changes: Changes) -> None:
        """Update the curves, at their own pace."""
        session = self._session
        if self._marker_pace.due(changes.progress):
            self.widget.show_moment(None if session.network.past is None else session.network.past.epoch)
        if not self._pace.due(changes.progress or self._runs_changed, at_once=changes.network):
            return
        self._runs_changed = False
        run = session.history.run
        if run is None or run.checkpoint_history.history is None:
            self.widget.clear()
        else:
            self._meet_run(run)
            overlaid = self._options.overlaid(run, session.history.runs.all)
            others = [(other.name, *self._on_test(other)) for other in overlaid]
            # What was learned by heart is told from what was learned by the training samples.
            others += [
                (tr("training of {name}").format(name=other.name), *self._in_training(other))
                for other in overlaid
                if other.data.random_labels != run.data.random_labels
            ]
            self._show(run, others[: len(RUN_SIGNS)])
            self.widget.show_changes(run.checkpoint_history.changes)
        last = None if self._last_run is None else self._last_run()
        if run is not last and self.widget.is_empty:
            # A part of the run before says nothing about what comes.
            self.show_all()
        self._last_run = None if run is None else ref(run)

    def _note_runs(self) -> None:
        self._runs_changed = True

    def _meet_run(self, run: Run) -> None:
        """Prepare the plot for another run."""

    def _on_test(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _in_training(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def _show(self, run: Run, others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        raise NotImplementedError


class LossPanel(_CurvesPanel):
    """Shows the loss."""

    name, title = "loss", translatable("Loss")
    measure = Measure("loss", translatable("loss"), is_share=False, higher_is_better=False)

    @property
    def _loss(self) -> str:
        return self._session.network.config.loss

    def _on_test(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        history = run.checkpoint_history.history
        if run is not self._session.history.run and run.config.loss != self._loss:
            # Another loss has no place in this plot.
            return history.test_epoch[:0], history.test_loss[:0]
        return _within(_epochs_of_loss(run, self._loss), history.test_epoch, history.test_loss)

    def _in_training(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        history = run.checkpoint_history.history
        return _within(_epochs_of_loss(run, self._loss), history.train_epoch, history.train_loss)

    def _show(self, run: Run, others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        self.widget.show_curves(self._in_training(run), self._on_test(run), others)


class AccuracyPanel(_CurvesPanel):
    """Shows the problem's measure: the accuracy, or the RMSE of numbers."""

    name, title, measure = "accuracy", translatable("Accuracy"), ACCURACY

    def title_for(self, output_space: OutputSpace) -> str:
        """Return the title of the measure."""
        return studio_kind(output_space).curves

    def _meet_run(self, run: Run) -> None:
        self.widget.set_measure(run.measure, score_unit(run.output_space))
        n_classes = run.output_space.n_classes
        self.widget.show_chance(1 / n_classes if n_classes else None)

    def _on_test(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        history = run.checkpoint_history.history
        return history.test_epoch, history.test_score

    def _in_training(self, run: Run) -> tuple[np.ndarray, np.ndarray]:
        history = run.checkpoint_history.history
        return history.test_epoch, history.train_score

    def _show(self, run: Run, others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        self.widget.show_curves(self._in_training(run), self._on_test(run), others)


def _epochs_of_loss(run: Run, loss: str) -> tuple[float, float]:
    """Return from which epoch to which a run was trained with a loss: it may have been changed meanwhile."""
    if not run.checkpoint_history.changes:
        return 0.0, math.inf
    checkpoints = run.checkpoint_history.checkpoints
    others = [checkpoint.epoch for checkpoint in checkpoints if checkpoint.config.loss != loss]
    own = [checkpoint.epoch for checkpoint in checkpoints if checkpoint.config.loss == loss]
    if not others or not own:
        return 0.0, math.inf
    # Of several stretches the last one.
    low = max((epoch for epoch in others if epoch <= own[-1]), default=0.0)
    high = min((epoch for epoch in others if epoch > own[-1]), default=math.inf)
    return low, high


def _within(
    epochs_of_loss: tuple[float, float], epochs: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    low, high = epochs_of_loss
    first, last = np.searchsorted(epochs, (low, high), side="left")
    return epochs[first:last], values[first:last]
