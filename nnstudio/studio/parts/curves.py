"""Loss and accuracy against epochs, for training and test."""

from typing import TYPE_CHECKING

from nnstudio.language import tr, translatable
from nnstudio.studio.bridge import Changes
from nnstudio.studio.parts import Pace
from nnstudio.studio.theme import Theme
from nnstudio.studio.views.curves import Curves

if TYPE_CHECKING:
    from nnstudio.studio.window import Window
    from nnstudio.training.history import HistoryView

CURVE_PERIOD_S = 0.15


class _CurvesPart:
    """Shows two curves of the run's history a few times a second."""

    title: str
    quantity: str
    logarithmic: bool

    def __init__(self, window: "Window") -> None:
        self._session = window.session
        self._pace = Pace(CURVE_PERIOD_S)
        self.widget = Curves(
            tr("{quantity} curves").format(quantity=tr(self.title)),
            tr(self.quantity),
            logarithmic=self.logarithmic,
            parent=window,
        )

    def refresh(self, changes: Changes) -> None:
        """Show what is new, at its pace."""
        if not self._pace.due(changes.progress, at_once=changes.network):
            return
        snapshot = self._session.snapshot
        if snapshot is None:
            self.widget.clear()
        else:
            self._show(snapshot.history)
            self.widget.show_changes(snapshot.changes)

    def _show(self, history: "HistoryView") -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Take on another look."""
        self.widget.set_theme(theme)


class LossPart(_CurvesPart):
    """Shows the loss."""

    name, title, quantity, logarithmic = "loss", translatable("Loss"), translatable("loss"), True

    def _show(self, history: "HistoryView") -> None:
        self.widget.show_curves(
            (history.train_epoch, history.train_loss), (history.test_epoch, history.test_loss)
        )


class AccuracyPart(_CurvesPart):
    """Shows the accuracy."""

    name, title, quantity, logarithmic = "accuracy", translatable("Accuracy"), translatable("accuracy"), False

    def _show(self, history: "HistoryView") -> None:
        self.widget.show_curves(
            (history.test_epoch, history.train_accuracy), (history.test_epoch, history.test_accuracy)
        )
