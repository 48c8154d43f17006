"""The choices of a landscape: what its axes are, how far, how fine, on how many samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.typed_numbers import typed_number
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.convexity import TOYS
from nnstudio.insight.landscape import MOST_POINTS, bearable_samples
from nnstudio.insight.landscape_axes import Along, AxisChoice
from nnstudio.insight.parameters import parameter
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import caption
from nnstudio.studio.painting.theme import font
from nnstudio.studio.views.choice_buttons import choice_buttons

SAMPLE_COUNTS = (100, 300, 1000, 3000)
USUAL_SAMPLES = 1000
SLICE_POINTS, PLANE_POINTS = 81, 41
FEWEST_POINTS = 5

PERIODS_S = (0, 2, 10)
"""Between two landscapes while the network changes; 0: when asked."""

MOST_LISTED = 200
"""Of a network with more weights, those that were selected are listed."""
MOST_KEPT = 8

FACES = (
    (translatable("Slice"), translatable("the loss along one direction")),
    (translatable("Plane"), translatable("the loss over two directions, with the path of training")),
)
SLICES = (
    (Along.WEIGHT, translatable("a weight")),
    (Along.GRADIENT, translatable("−gradient")),
    (Along.RANDOM, translatable("a random direction")),
    (Along.SCALED, translatable("random, scaled per unit")),
)
PLANES = (
    (Along.WEIGHT, translatable("two weights")),
    (Along.RANDOM, translatable("two random directions")),
    (Along.SCALED, translatable("two random, scaled per unit")),
    (Along.PATH, translatable("the widest two of the path")),
)


@dataclass(frozen=True, eq=False)
class Target:
    """A network towards which a slice may lead.

    Attributes
    ----------
    name : str
    theta : ndarray of shape (n_params,)
    """

    name: str
    theta: np.ndarray


class LandscapeForm(QWidget):
    """Holds what is chosen."""

    asked = Signal()
    """A landscape was asked for, or its end."""

    changed = Signal()
    """Something else is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.seed = 0
        self._n_samples: int | None = None
        """As the user chose."""
        self._weights: list[int] = []
        self._targets: tuple[Target, ...] = ()
        self._architecture: Architecture | None = None
        faces = [(tr(title), f"{tr(title)}: {tr(tip)}") for title, tip in FACES]
        self.faces, row = choice_buttons(faces, self._show_face, self)
        self.along = self._list(tr("Directions"), tr("What the weights move along"), 5)
        self.weights = [
            self._list(tr("Weight across"), tr("The weight, or bias, that changes"), 4),
            self._list(tr("Weight up"), tr("The second weight, or bias, that changes"), 4),
        ]
        self.other = QToolButton(self)
        self.other.setText(tr("Others"))
        self.other.setFont(font(11))
        self.other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.other.setToolTip(tr("Others: draw other random directions"))
        self.other.clicked.connect(self._draw_others)
        self.span = QLineEdit(self)
        self.span.setFont(font(11))
        self.span.setPlaceholderText(tr("± auto"))
        self.span.setMaximumWidth(64)
        self.span.setAccessibleName(tr("Range"))
        self.span.setToolTip(
            tr("Range: how far to both sides of the network; where it is empty, it is found from the weights")
        )
        self.span.returnPressed.connect(self.changed)
        self.points = QSpinBox(self)
        self.points.setFont(font(11))
        self.points.setRange(FEWEST_POINTS, MOST_POINTS)
        self.points.setValue(SLICE_POINTS)
        self.points.setKeyboardTracking(False)
        self.points.setAccessibleName(tr("Points"))
        self.points.setToolTip(tr("Points: at how many places along each direction the loss is computed"))
        self.samples = self._list(tr("Samples"), tr("On how many of the training samples"), 4)
        self.period = self._list(tr("Update"), tr("When to compute again while the network changes"), 4)
        for period_s in PERIODS_S:
            self.period.addItem(
                tr("every {n} s").format(n=period_s) if period_s else tr("when asked"), period_s
            )
        self.compute = QToolButton(self)
        self.compute.setFont(font(12, bold=True))
        self.compute.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.compute.clicked.connect(self.asked)
        row.setStretch(row.count() - 1, 0)
        for control in (self.along, *self.weights, self.other):
            row.addWidget(control, 1 if isinstance(control, QComboBox) else 0)
        row.addWidget(self.period, 1)
        how = QHBoxLayout()
        how.setSpacing(4)
        how.addWidget(self.compute)
        how.addWidget(self.span)
        for captioned in (self.points, self.samples):
            how.addWidget(caption(captioned.accessibleName(), captioned, self))
            how.addWidget(captioned)
        how.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addLayout(how)
        for box in (self.along, *self.weights):
            box.activated.connect(self._choose)
        self.samples.activated.connect(self._keep_samples)
        self.points.valueChanged.connect(self.changed)
        self._points, self._face = [SLICE_POINTS, PLANE_POINTS], 0
        self._chosen = ["weight", "weight"]
        self.show_busy(is_busy=False)
        self._list_directions()

    def _list(self, name: str, tip: str, n_letters: int) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(11))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(n_letters)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}: {tip}")
        return box

    # What is offered

    @property
    def is_plane(self) -> bool:
        """Whether there are two directions."""
        return self.faces.checkedId() == 1

    def offer(self, architecture: Architecture, n_samples: int, targets: Sequence[Target]) -> None:
        """Offer the weights of a network, numbers of samples, and networks to go towards."""
        if architecture != self._architecture:
            self._architecture = architecture
            trained = np.flatnonzero(architecture.trained_mask())
            last = architecture.blocks[-2].start
            self._weights = trained.tolist() if len(trained) <= MOST_LISTED else [last, last + 1]
            self._list_weights(*self._weights[:2])
        self._targets = tuple(targets)
        self._list_directions()
        counts = [n for n in SAMPLE_COUNTS if n < n_samples] + [n_samples] * (
            0 < n_samples <= SAMPLE_COUNTS[-1]
        )
        if counts != [self.samples.itemData(k) for k in range(self.samples.count())]:
            self.samples.clear()
            for n in counts:
                self.samples.addItem(f"{n:,}", n)
        self._choose_samples()

    def _choose_samples(self) -> None:
        """Choose as many samples as take a few seconds, unless the user chose how many."""
        counts = [self.samples.itemData(k) for k in range(self.samples.count())]
        if not counts or self._architecture is None:
            return
        if self._n_samples in counts:
            n = self._n_samples
        else:
            usual = [n for n in counts if n <= USUAL_SAMPLES] or counts
            n = bearable_samples(self._architecture, self.points.value() ** (1 + self.is_plane), usual)
        self.samples.setCurrentIndex(counts.index(n))

    def _keep_samples(self) -> None:
        self._n_samples = self.samples.currentData()
        self.changed.emit()

    def select(self, coordinate: int) -> bool:
        """Take a weight that was selected elsewhere, beside the one before; return whether it is shown."""
        first, second = (box.currentData() for box in self.weights)
        if coordinate == first or self._architecture is None:
            return False
        if coordinate not in self._weights:
            kept = [each for each in (coordinate, first, *self._weights) if each is not None]
            self._weights = list(dict.fromkeys(kept))[:MOST_KEPT]
        self._list_weights(coordinate, first if first is not None else second)
        return self.chosen_along is Along.WEIGHT

    def _list_weights(self, first: int, second: int | None = None) -> None:
        architecture = self._architecture
        if architecture is None:
            return
        for box, chosen in zip(self.weights, (first, second), strict=True):
            box.clear()
            for coordinate in self._weights:
                box.addItem(parameter(architecture, coordinate).name, coordinate)
            box.setCurrentIndex(max(box.findData(chosen), 0))

    def _list_directions(self) -> None:
        """List what the face at hand has; what was chosen stays where it is there."""
        face = self.faces.checkedId()
        entries = [(kind.value, tr(words)) for kind, words in (PLANES if face else SLICES)]
        if not face:
            entries += [(f"toy {name}", tr(title)) for name, (title, *_) in TOYS.items()]
            entries += [
                (f"to {target.name}", tr("towards {name}").format(name=target.name))
                for target in self._targets
            ]
        if entries != [(self.along.itemData(k), self.along.itemText(k)) for k in range(self.along.count())]:
            self.along.clear()
            for key, words in entries:
                self.along.addItem(words, key)
        self.along.setCurrentIndex(max(self.along.findData(self._chosen[face]), 0))
        self._show_controls()

    def _show_face(self, face: int) -> None:
        if face == self._face:
            return
        self._points[self._face], self._face = self.points.value(), face
        self.points.blockSignals(True)
        self.points.setValue(self._points[face])
        self.points.blockSignals(False)
        self._list_directions()
        self._choose_samples()
        self.changed.emit()

    def _choose(self) -> None:
        self._chosen[self.faces.checkedId()] = self.along.currentData()
        self._show_controls()
        self.changed.emit()

    def _draw_others(self) -> None:
        self.seed += 1
        self.changed.emit()

    def _show_controls(self) -> None:
        along = self.chosen_along
        self.weights[0].setVisible(along is Along.WEIGHT)
        self.weights[1].setVisible(along is Along.WEIGHT and self.is_plane)
        self.other.setVisible(along in (Along.RANDOM, Along.SCALED))

    # What is chosen

    @property
    def toy(self) -> str:
        """The key of a toy function that takes the place of the loss; empty where there is none."""
        key = str(self.along.currentData())
        return key.removeprefix("toy ") if key.startswith("toy ") else ""

    @property
    def chosen_along(self) -> Along:
        """What the axes are."""
        key = self.along.currentData()
        return Along.TOWARDS if key not in set(Along) else Along(key)

    def choices(self) -> tuple[AxisChoice, ...]:
        """Return the axes that are chosen.

        Raises
        ------
        UserError
            If the range is no number.
        """
        along, text = self.chosen_along, self.span.text().strip()
        span = typed_number(text) if text else None
        target = next((each for each in self._targets if f"to {each.name}" == self.along.currentData()), None)
        return tuple(
            AxisChoice(
                along,
                coordinate=self.weights[n].currentData() or 0,
                seed=self.seed,
                target=None if target is None else target.theta,
                target_name="" if target is None else target.name,
                component=n,
                span=span,
            )
            for n in range(1 + self.is_plane)
        )

    def show_busy(self, *, is_busy: bool) -> None:
        """Let the button say what it does now."""
        text = tr("Stop") if is_busy else tr("Compute")
        if text != self.compute.text():
            self.compute.setText(text)
            tip = (
                tr("Stop: what is known stays (Esc)")
                if is_busy
                else tr("Compute: draw the loss around the network as it is now (Enter)")
            )
            self.compute.setToolTip(tip)
            self.compute.setAccessibleName(tip)
