"""Whether the loss is convex: a secant on the slice, random pairs, and several starts."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.insight.convexity import N_PAIRS, Secant, Trials, largest_excess, verdict
from nnstudio.insight.landscape import Landscape
from nnstudio.insight.starts import StartEnd
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font, text_scale

_TWO_LINES_PX = 30
_ROUNDING = 1e-6
"""Excess of a curve computed in single precision, as a share of the losses, that says nothing."""
_FLAT = 1e-12
"""Range of the losses of a flat slice, as a share of the largest."""


class ConvexityRow(QWidget):
    """Switches the secant, starts the tests, and says what they have shown.

    Parameters
    ----------
    show_secant, try_pairs, train_starts : callable
        What the controls do.
    parent : QWidget
    """

    def __init__(
        self,
        show_secant: Callable[[bool], object],
        try_pairs: Callable[[], object],
        train_starts: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.has_secant = QCheckBox(tr("Secant"), self)
        self.has_secant.setFont(font(11))
        self.has_secant.setToolTip(
            tr(
                "Secant: the line between two points that are dragged, or moved by Shift and Ctrl with ← →. "
                "A convex curve is nowhere above it; where this one is, that is hatched"
            )
        )
        self.has_secant.toggled.connect(show_secant)
        self.try_pairs = self._button(
            tr("Try {n}").format(n=N_PAIRS),
            tr("Try {n}: secants between random pairs of places, on random lines through the network").format(
                n=N_PAIRS
            ),
            try_pairs,
        )
        self.starts = self._button(
            tr("Five starts"),
            tr("Five starts: train this network from five seeds, all samples at once, and compare the ends"),
            train_starts,
        )
        self.words = QLabel("", self)
        self.words.setFont(font(11))
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setAccessibleName(tr("What is known of the loss being convex"))
        self.words.setToolTip(self.words.accessibleName())
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Buttons keep their places when there is something to say.
        self.words.setMinimumHeight(round(_TWO_LINES_PX * text_scale()))
        row = QHBoxLayout()
        row.setSpacing(6)
        for control in (self.has_secant, self.try_pairs, self.starts):
            row.addWidget(control)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.words)

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(11))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(tip)
        button.clicked.connect(lambda: act())
        return button

    def say(self, *sentences: str) -> None:
        """Write what is known."""
        text = " ".join(filter(None, sentences))
        if text != self.words.text():
            self.words.setText(text)


def secant_sentence(found: Landscape, line: Secant | None) -> str:
    """Say what a secant shows of a slice."""
    values = found.values[found.is_known & np.isfinite(found.values)]
    if len(values) and float(np.ptp(values)) <= _FLAT * float(np.abs(values).max()):
        return tr("This slice is flat: the loss does not change along it.")
    if line is None:
        return tr("Two points are needed, with finite losses between them: drag them apart.")
    if line.excess > 0:
        return tr("The curve is above its secant, by {excess} at {at}: not convex.").format(
            excess=figure(line.excess), at=figure(line.at)
        )
    is_finite = found.is_known & np.isfinite(found.values)
    worst = largest_excess(found.places[0][is_finite], found.values[is_finite])
    if worst > _ROUNDING * float(np.abs(values).max()):
        return tr("The curve is nowhere above this secant, but above another one by {excess}.").format(
            excess=figure(worst)
        )
    return tr("The curve is nowhere above this secant, nor above another one between these points.")


def trials_sentence(trials: Trials, proof: str, *, is_done: bool) -> str:
    """Say what random pairs have shown."""
    if not is_done:
        return tr("{n} of {all} pairs tried, {k} above their secant …").format(
            n=trials.n, all=N_PAIRS, k=trials.n_violations
        )
    return verdict(trials, proof)


def starts_sentence(ends: tuple[StartEnd, ...], n_steps: int, n_samples: int) -> str:
    """Write the ends of training from several seeds in a row."""
    said = ", ".join(f"{figure(each.last)}" for each in ends)
    return tr("After {steps:,} steps on {n:,} samples, seeds {first} to {last} end at {said}.").format(
        steps=n_steps, n=n_samples, first=ends[0].seed, last=ends[-1].seed, said=said
    )
