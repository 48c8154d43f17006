"""How well the network's curve fits the points, in numbers."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from nnstudio.data.problem import Problem, Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.piecewise import PiecewiseError, has_pieces, linear_pieces
from nnstudio.language import tr
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font, give_role, text_scale
from nnstudio.training.evaluation import Evaluation, Measures

PRODUCTS = 4e7
"""Most products of samples and parameters for which the numbers are computed at reading speed."""

MOST_PARAMETERS = 40_000
"""Larger networks' pieces are not counted while one looks on."""

VALUE_PX = 62
"""Room of a number, so that one that grows does not move the others."""


class CurveNumbers(QWidget):
    """J, RMSE, the largest error and R² on what is learned from and on the test, and the pieces.

    Parameters
    ----------
    parent : QWidget, optional
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("How well the curve fits"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        rows = (
            (tr("J"), tr("Mean loss over the points; for squared error ½ (ŷ − y)²")),
            (tr("RMSE"), tr("Root of the mean squared error, in the unit of y")),
            (tr("Largest"), tr("The largest error |ŷ − y| of any point")),
            (tr("R²"), tr("1 − squared errors / squared deviations from the mean: 1 is perfect")),
        )
        self._heads = [self._label("", muted=True) for _ in range(2)]
        for column, head in enumerate(self._heads, 1):
            grid.addWidget(head, 0, column)
        self.values: list[list[QLabel]] = []
        for row, (name, tip) in enumerate(rows, 1):
            label = self._label(name, muted=True, align=Qt.AlignmentFlag.AlignLeft)
            label.setToolTip(tip)
            grid.addWidget(label, row, 0)
            self.values.append([self._label("") for _ in range(2)])
            for column, value in enumerate(self.values[-1], 1):
                value.setToolTip(tip)
                value.setAccessibleName(f"{name}, {(tr('training'), tr('test'))[column - 1]}")
                grid.addWidget(value, row, column)
        self.pieces = ShortLabel("", self)
        self.pieces.setFont(font(11))
        give_role(self.pieces, "muted")
        grid.addWidget(self.pieces, len(rows) + 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self._pieces_of: tuple[np.ndarray, float, float] | None = None

    def _label(
        self, text: str, *, muted: bool = False, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignRight
    ) -> QLabel:
        label = QLabel(text, self)
        label.setFont(font(11))
        label.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if muted:
            give_role(label, "muted")
        else:
            label.setMinimumWidth(round(VALUE_PX * text_scale()))
        return label

    def show_fit(self, architecture: Architecture, weights: np.ndarray, problem: Problem, loss: str) -> None:
        """Measure a network on both sets, and show the numbers."""
        parts: list[tuple[str, Samples]] = [(tr("training"), problem.train), (tr("test"), problem.test)]
        for column, (name, samples) in enumerate(parts):
            has_own = column == 0 or samples is not problem.train
            subset = _some(samples, architecture)
            self._heads[column].setText(name if has_own else tr("no test"))
            self._heads[column].setToolTip(_told(len(subset), len(samples)))
            measures = Evaluation(architecture, weights, subset, loss).finish() if has_own else None
            texts = ("–",) * 4 if measures is None else _figures(measures)
            for line, text in zip(self.values, texts, strict=True):
                line[column].setText(text)

    def show_pieces(self, architecture: Architecture, weights: np.ndarray, low: float, high: float) -> None:
        """Count the straight pieces of the network's curve within the range of the points."""
        known = self._pieces_of
        if known is not None and known[0] is weights and known[1:] == (low, high):
            return
        self._pieces_of = weights, low, high
        self.pieces.setText(_words_for_pieces(architecture, weights, low, high))


def _some(samples: Samples, architecture: Architecture) -> Samples:
    """Return as many samples, evenly, as can be measured while one looks on."""
    n = int(min(len(samples), max(PRODUCTS / architecture.n_params, 16)))
    if n == len(samples):
        return samples
    return samples.subset(np.linspace(0, len(samples) - 1, n).astype(np.intp))


def _plain_figures(measures: Measures) -> tuple[float, float | None, float | None, float | None]:
    found = measures.residuals
    if found is None:
        return measures.loss, None, None, None
    return measures.loss, found.rmse, found.largest, found.r2


def _figures(measures: Measures) -> tuple[str, ...]:
    values = _plain_figures(measures)
    return tuple("–" if value is None or not np.isfinite(value) else figure(value) for value in values)


def _words_for_pieces(architecture: Architecture, weights: np.ndarray, low: float, high: float) -> str:
    if not has_pieces(architecture):
        return tr("smooth: no straight pieces")
    if architecture.n_params > MOST_PARAMETERS or low >= high:
        return ""
    try:
        n = len(linear_pieces(architecture, weights, low, high))
    except PiecewiseError:
        return ""
    hidden = architecture.layer_sizes[1:-1]
    if len(hidden) == 1:
        return tr("%n straight piece(s)", n) + " " + tr("of at most {most}").format(most=hidden[0] + 1)
    return tr("%n straight piece(s)", n)


def _told(n: int, total: int) -> str:
    if n == total:
        return tr("Of %n point(s)", n)
    words = tr("Of {n:,} of the {total:,} points, evenly chosen: more would take too long")
    return words.format(n=n, total=total)
