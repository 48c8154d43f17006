"""The panels Loss and Accuracy: curves over epochs, for training and test."""

import numpy as np
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.panels.curves.view import TrainingCurves
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.training.history import HistoryView

CURVE_PERIOD_S = 0.15
MARKER_PERIOD_S = 0.05


class _CurvesPanel:
    """Shows two curves of the displayed run, and one of each other run, updated a few times a second."""

    title: str
    quantity: str
    logarithmic: bool

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session = services.session
        self._pace, self._marker_pace = Pace(CURVE_PERIOD_S), Pace(MARKER_PERIOD_S)
        self._runs_changed = False
        services.session.history.runs_changed.connect(self._note_runs)
        self.widget = TrainingCurves(
            tr("{quantity} curves").format(quantity=tr(self.title)),
            tr(self.quantity),
            logarithmic=self.logarithmic,
            parent=parent,
        )

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
            return
        histories = [
            (other.name, other.checkpoint_history.history) for other in reversed(session.history.runs.all)
        ]
        others = [
            (name, history.test_epoch, self._on_test(history))
            for name, history in histories
            if history is not None and history is not run.checkpoint_history.history
        ]
        self._show(run.checkpoint_history.history, others)
        self.widget.show_changes(run.checkpoint_history.changes)

    def _note_runs(self) -> None:
        self._runs_changed = True

    def _on_test(self, history: "HistoryView") -> np.ndarray:
        raise NotImplementedError

    def _show(self, history: "HistoryView", others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        raise NotImplementedError


class LossPanel(_CurvesPanel):
    """Shows the loss."""

    name, title, quantity, logarithmic = "loss", translatable("Loss"), translatable("loss"), True

    def _on_test(self, history: "HistoryView") -> np.ndarray:
        return history.test_loss

    def _show(self, history: "HistoryView", others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        self.widget.show_curves(
            (history.train_epoch, history.train_loss), (history.test_epoch, history.test_loss), others
        )


class AccuracyPanel(_CurvesPanel):
    """Shows the accuracy."""

    name, title, quantity, logarithmic = "accuracy", translatable("Accuracy"), translatable("accuracy"), False

    def _on_test(self, history: "HistoryView") -> np.ndarray:
        return history.test_accuracy

    def _show(self, history: "HistoryView", others: list[tuple[str, np.ndarray, np.ndarray]]) -> None:
        self.widget.show_curves(
            (history.test_epoch, history.train_accuracy), (history.test_epoch, history.test_accuracy), others
        )
