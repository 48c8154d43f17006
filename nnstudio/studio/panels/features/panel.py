"""The panel Features: what a network is given of a point of the plane, and both planes side by side."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.feature_maps import Feature, mapped
from nnstudio.data.feature_problem import features_of, is_plane
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.errors import UserError
from nnstudio.insight.borders import borders
from nnstudio.insight.contours import node_grid
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import fit_fonts, font, text_scale
from nnstudio.studio.panels.features.choices import FeatureChoices
from nnstudio.studio.panels.features.plane import FeaturePlane
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.dots import Points
from nnstudio.studio.views.navigation import Range
from nnstudio.studio.views.responsive_box import ResponsiveBox

SIDE = 81
"""Nodes of the grid on which borders are looked for, along a side."""

NARROWEST_PX = 210
CONTROLS_PX = QSize(210, 150)
PLANE_PX = QSize(150, 150)
ROW_FROM_PX, PAIR_FROM_PX = 560, 320
_MARGIN = 0.06


class FeaturesPanel:
    """Chooses features, has a network learn from them, and shows its border in both planes."""

    name = "features"
    title = translatable("Features")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._features = services.session, services.session.features
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = True
        self._points: OwnPoints | None = None
        self._active: tuple[Feature, ...] = ()
        self._values = np.empty((0, 0), np.float32)
        self._kept = np.empty(0, bool)
        self._nodes = np.empty((0, 0, 0), np.float32)
        """What the network is given at the nodes of the input plane, (SIDE, SIDE, n_features)."""
        self._asked: tuple[np.ndarray, np.ndarray] | None = None
        """What the network was asked last, and of which point of the plane."""
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.choices: FeatureChoices | None = None

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that features are those of a point of the plane."""
        if is_plane(input_space) or features_of(input_space):
            return ""
        return tr("Features are computed from a point of the plane. Choose a problem of the plane.")

    # Made when it is seen first

    def _make(self) -> FeatureChoices:
        content = self.widget
        controls = QWidget(content)
        controls.setMinimumSize(CONTROLS_PX * text_scale())
        choices = FeatureChoices(controls)
        choices.changed.connect(self._note_choice)
        self.standardise = QCheckBox(tr("Standardise"), controls)
        self.standardise.setFont(font(12))
        self.standardise.setToolTip(
            tr("Learn from each feature less its mean, by its deviation; the same switch as in Settings")
        )
        self.standardise.clicked.connect(self._standardise)
        self.use = self._button(
            controls,
            tr("Use as inputs"),
            tr("A fresh network learns from the ticked features; Ctrl+E brings the network back"),
        )
        self.use.clicked.connect(self._use)
        self.leave = self._button(
            controls, tr("Back to x₁, x₂"), tr("A fresh network learns from the points themselves")
        )
        self.leave.clicked.connect(lambda: self._features.leave())
        self.remark = remark("", controls)
        self.remark.setWordWrap(True)
        self.remark.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(choices)
        column.addWidget(self.standardise)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.use)
        row.addWidget(self.leave)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.remark)
        column.addStretch(1)
        left = QWidget(content)
        self.inputs = FeaturePlane(tr("Input plane"), left)
        self.inputs.setToolTip(tr("The points as they are; a click asks the network about one"))
        # A circle around the origin is to be one.
        self.inputs.box.setAspectLocked(True)
        self.inputs.clicked.connect(self._ask)
        _captioned(left, tr("Inputs")).addWidget(self.inputs, 1)
        right = QWidget(content)
        self.plane = FeaturePlane(tr("Plane of two features"), right)
        self.plane.setToolTip(tr("The same points by two of their features, and the network's border there"))
        self.axes = [self._axis(right, name) for name in (tr("Horizontal axis"), tr("Vertical axis"))]
        below = QHBoxLayout()
        below.setSpacing(4)
        for box in self.axes:
            below.addWidget(box, 1)
        beside = _captioned(right, tr("Features"))
        beside.addWidget(self.plane, 1)
        beside.addLayout(below)
        right.setMinimumSize(PLANE_PX * text_scale())
        left.setMinimumSize(PLANE_PX * text_scale())
        planes = ResponsiveBox([(left, 1), (right, 1)], PAIR_FROM_PX, PLANE_PX, content)
        self._layout.addWidget(ResponsiveBox([(controls, 3), (planes, 8)], ROW_FROM_PX, PLANE_PX, content))
        fit_fonts(content.findChildren(QWidget))
        return choices

    def _button(self, parent: QWidget, text: str, tip: str) -> QToolButton:
        button = QToolButton(parent)
        button.setText(text)
        button.setFont(font(12))
        button.setToolTip(f"{text}: {tip}")
        return button

    def _axis(self, parent: QWidget, name: str) -> QComboBox:
        box = QComboBox(parent)
        box.setFont(font(11))
        box.setAccessibleName(name)
        box.setToolTip(f"{name}: {tr('one of the ticked features')}")
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda _: self._note_choice())
        return box

    # What is asked for

    def _note_choice(self) -> None:
        self._is_new = True

    def _use(self) -> None:
        if self.choices is not None:
            self._features.use(self.choices.chosen, standardised=self.standardise.isChecked())

    def _standardise(self, standardised: bool) -> None:
        """Learn from standardised features, or as they are, where features are learned from already."""
        training = self._session.training
        if self._features.active and training.problem is not None:
            scaling = "standardised" if standardised else "none"
            training.choose_data(replace(training.data, input_scaling=scaling))

    def _ask(self, x1: float, x2: float) -> None:
        """Ask the network about a point of the input plane."""
        point = np.array((x1, x2))
        values, has_values = self._features.inputs_of(point[None])
        if not has_values[0]:
            self._session.said.emit(tr("Some feature has no number at this point: click another one."), False)
            return
        self._asked = values[0], point
        self._session.input.set_x(values[0])

    @property
    def _input_point(self) -> np.ndarray | None:
        """Where the current input is in the input plane, (2,), if that is known."""
        x = self._session.input.x
        if x is None:
            return None
        if not self._features.active:
            return x if is_plane(self._session.network.input_space) else None
        if self._asked is not None and np.array_equal(self._asked[0], x):
            return self._asked[1]
        if self._points is None:
            return None
        values, _ = self._features.inputs_of(self._points.x)
        found = np.flatnonzero((values == x).all(axis=1)) if values.shape[1:] == x.shape else ()
        return self._points.x[found[0]].astype(np.float64) if len(found) else None

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show points, features and borders: these at reading speed while the network is trained."""
        training = self._session.training
        if self.choices is None:
            self.choices = self._make()
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        points, active = self._features.points, self._features.active
        if points is not self._points or active != self._active:
            self._is_new = True
            if active and active != self._active:
                self.choices.tick(active)
            self._points, self._active = points, active
            if points is not None:
                space = points.input_space
                nodes = node_grid(space.lows.tolist(), space.highs.tolist(), SIDE).reshape(-1, 2)
                self._nodes = self._features.inputs_of(nodes)[0].reshape(SIDE, SIDE, -1)
        # What is learned from may have been standardised elsewhere.
        self._is_new |= changes.progress and not training.is_running
        is_other = self._is_new or changes.weights or changes.network or changes.reading
        if not self._pace.due(is_other, at_once=self._is_new or not training.is_running):
            return
        if self._is_new:
            self._is_new = False
            self._show_points(self.choices.chosen)
        self._show_borders(self.choices.chosen)

    def _show_points(self, chosen: tuple[Feature, ...]) -> None:
        """Show the points in both planes, and what is to be known of their features."""
        points = self._points
        if self._active:
            self.standardise.setChecked(self._session.training.data.input_scaling == "standardised")
        self.use.setEnabled(points is not None and chosen != self._active)
        self.leave.setEnabled(bool(self._active) and points is not None)
        titles = [feature.title for feature in chosen]
        for k, box in enumerate(self.axes):
            if titles != [box.itemText(row) for row in range(box.count())]:
                box.clear()
                box.addItems(titles)
                box.setCurrentIndex(min(k, len(titles) - 1))
        if points is None:
            self.remark.setText(tr("The points that these features were computed from are not here."))
            return
        space, quantities = points.input_space, points.output_space.quantities
        limit = quantities[0].limit if quantities else 1.0
        for side, name in zip(("bottom", "left"), space.names, strict=True):
            self.inputs.set_label(side, name)
        ranges = tuple(zip(space.lows.tolist(), space.highs.tolist(), strict=True))
        self.inputs.show_points(Points(points.x, points.answers, points.is_test), limit, *ranges)
        try:
            found = mapped(chosen, points.x)
        except UserError as error:
            self.remark.setText(str(error))
            self._values, self._kept = np.empty((0, 0), np.float32), np.zeros(len(points), bool)
            self.plane.show_points(None, limit, (0.0, 1.0), (0.0, 1.0))
            return
        self._values, self._kept = found.values, found.is_kept
        remarks = list(found.remarks)
        if chosen == self._active and len(chosen) > len(set(self._pair)):
            remarks.append(tr("The border in the right plane is for the other features at their means."))
        self.remark.setText(" ".join(remarks))
        pair = self._values[:, list(self._pair)] if len(self._values) else np.empty((0, 2))
        for side, k in zip(("bottom", "left"), self._pair, strict=True):
            self.plane.set_label(side, titles[k])
        kept = Points(pair, points.answers[self._kept], points.is_test[self._kept])
        self.plane.show_points(kept, limit, *map(_range, pair.T))
        has_angle = any(_is_angle(feature) for feature in chosen)
        self.inputs.show_cut(
            np.array([[[space.lows[0], 0.0], [0.0, 0.0]]]) if has_angle else np.empty((0, 2, 2))
        )
        cuts = [_cut(chosen[k], axis, pair) for axis, k in enumerate(self._pair)]
        self.plane.show_cut(np.concatenate(cuts))

    @property
    def _pair(self) -> tuple[int, int]:
        """Which of the ticked features are the axes."""
        across, up = (max(box.currentIndex(), 0) for box in self.axes)
        return across, up

    def _show_borders(self, chosen: tuple[Feature, ...]) -> None:
        network, points = self._session.network, self._points
        nothing = np.empty((0, 2, 2))
        is_fitting = self._active or is_plane(network.input_space)
        if points is None or not is_fitting:
            self.inputs.show_border(nothing)
            self.plane.show_border(nothing)
            return
        space = points.input_space
        self.inputs.show_border(self._borders(self._nodes, space.lows, space.highs))
        self.inputs.show_input(self._input_point)
        x = self._session.input.x
        if not self._active or chosen != self._active or not len(self._values):
            self.plane.show_border(nothing)
            self.plane.show_input(None)
            return
        across, up = self._pair
        (left, right), (low, high) = map(_range, self._values[:, [across, up]].T)
        lows, highs = np.array((left, low)), np.array((right, high))
        nodes = node_grid(lows.tolist(), highs.tolist(), SIDE)
        values = np.broadcast_to(self._values.mean(axis=0), (SIDE, SIDE, len(chosen))).copy()
        values[..., up], values[..., across] = nodes[..., 1], nodes[..., 0]
        self.plane.show_border(self._borders(values, lows, highs))
        is_given = x is not None and x.size == len(chosen)
        self.plane.show_input(x[[across, up]].astype(np.float64) if is_given else None)

    def _borders(self, inputs: np.ndarray, lows: np.ndarray, highs: np.ndarray) -> np.ndarray:
        network = self._session.network
        return borders(
            network.architecture,
            network.prediction_weights,
            inputs,
            lows,
            highs,
            has_labels=network.output_space.traits.has_labels,
        )

    def numbers(self) -> NumberTable:
        """Return the points with their features."""
        points = self._points
        if self.choices is None or points is None or not len(self._values):
            return (), []
        names = (*points.input_space.names, *(feature.title for feature in self.choices.chosen))
        rows = np.column_stack((points.x[self._kept], self._values))
        return names, rows.tolist()

    def show_all(self) -> None:
        """Show all of both planes again."""
        if self.choices is not None:
            self.inputs.show_all()
            self.plane.show_all()


def _captioned(box: QWidget, caption: str) -> QVBoxLayout:
    """Return the layout of a box that begins with a caption."""
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(remark(caption, box))
    return column


def _range(values: np.ndarray) -> Range:
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    margin = _MARGIN * (high - low) if high > low else 0.5
    return low - margin, high + margin


def _is_angle(feature: Feature) -> bool:
    return any(name == "phi" for name, _ in feature.expression.program)


def _cut(feature: Feature, axis: int, pair: np.ndarray) -> np.ndarray:
    """Return where an axis of φ alone ends and begins again, ends of lines (s, 2, 2)."""
    if feature.expression.program != (("phi", 0.0),) or not len(pair):
        return np.empty((0, 2, 2))
    low, high = _range(pair[:, 1 - axis])
    lines = np.array([[[at, low], [at, high]] for at in (-np.pi, np.pi)])
    return lines if axis == 0 else lines[..., ::-1]
