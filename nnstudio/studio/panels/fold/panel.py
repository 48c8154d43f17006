"""The panel Fold: the plane of the inputs beside the plane of a layer, and the way from one to the other."""

import math
import time
from html import escape

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.insight.fold import (
    QUADRANTS,
    FoldError,
    PlaneProjection,
    linear_step,
    n_folding_layers,
    unit_view,
    widest_view,
)
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import DARK, LIGHT, Theme, appearance, font, give_role
from nnstudio.studio.panels.fold.carried import Carried, carry
from nnstudio.studio.panels.fold.frames import Frames
from nnstudio.studio.panels.fold.input_plane import InputPlane
from nnstudio.studio.panels.fold.line_tool import value_name
from nnstudio.studio.panels.fold.plane import SMALLEST_PX, FoldPlane, PointGroup, tint
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import layer_title
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.plot import Act, legend
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.studio.views.view import ARROWS, NEXT_POINT

MOST_POINTS = 500
"""More are thinned, evenly."""

STEPS = 1_000
"""Of the slider, for each of the two ways."""

WAY_S = 1.8
"""How long the movement takes for each of the two ways."""

LONGEST_S = 0.1
"""Of the movement, in a frame: it stood still while the panel was hidden."""

N_SHADES = 5
"""Colours of points that have numbers."""

ROW_HEIGHT = 0.04
"""Distance of the classes' rows, as a share of the width, where a layer has one unit."""

ROW_FROM_PX, ONE_ROW_FROM_PX = 380, 560

_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier

HELP = translatable(
    "← →: another layer. ↑ ↓ choose a unit of the first layer: drag its line, or Ctrl + arrows move and "
    "Alt + ← → turn it, and its weights follow. . and , go from point to point. "
    "A line of the next layer stands out under the pointer; a click selects its unit. "
    "Shift + arrows move the view."
)


class FoldPanel:
    """Draws two linked planes, and moves the right one from the inputs to the folded layer."""

    name = "fold"
    title = translatable("Fold")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._network = services.session, services.session.network
        self._pace = Pace(TEXT_PERIOD_S)
        self._problem: Problem | None = None
        self._points, self._answers = np.empty((0, 2), np.float32), np.empty(0)
        self._names, self._outputs = ("", ""), services.session.network.output_space
        """Of the inputs, and what the answers mean: those of the points, whatever network comes next."""
        self._layer = 0
        self._pairs: dict[int, tuple[int, int]] = {}
        """The units that were chosen as axes, by layer."""
        self._kept_views: dict[int, PlaneProjection] = {}
        self._weights: np.ndarray | None = None
        """What is drawn."""
        self._is_new = self._is_whole = True
        """Whether something else than the weights is new, and whether both planes show the same weights."""
        self._lit: int | None = None
        self._frames = Frames()
        self._drawn_bold: int | None = None
        """Whose line of the next layer stands out."""
        self._failure = ""
        """Why the last picture stays."""
        self.carried: Carried | None = None
        """The last picture; None before one."""
        self.place = 2.0
        """How far the plane has come: 0 the inputs, 1 after the linear step, 2 folded."""
        self._played_s: float | None = None
        """When the movement was advanced last; None while it rests."""
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        self.layers = self._make_layers()
        self.axes = tuple(self._axis_box(name) for name in (tr("Across"), tr("Up")))
        self.widest = self._button(
            tr("Widest two"),
            tr("The two directions in which the layer's values vary the most, kept while training goes on"),
        )
        self.widest.setCheckable(True)
        self.widest.setChecked(True)
        self.widest.clicked.connect(self._choose_axes)
        self.play_button = self._button(
            "", tr("Play: carry the plane from the inputs over the linear step to the fold (F)")
        )
        self.play_button.clicked.connect(self.play)
        self.slider = self._make_slider()
        self.inputs = InputPlane(
            tr("Plane of the inputs"),
            services.session,
            self._action_of_inputs,
            self._explain_input,
            self.widget,
        )
        self.folded = FoldPlane(tr("Plane of the layer"), self._action_of, self._explain_folded, self.widget)
        for plane in self._planes:
            plane.setToolTip(tr(HELP))
            plane.setAccessibleDescription(tr(HELP))
            plane.lit.connect(self._light)
            plane.line_pointed.connect(self._point_at_line)
            plane.line_chosen.connect(self._choose_line)
        self.legend, self.words = self._sentence(), self._sentence()
        self.legend.setToolTip(
            tr("The quadrants of the two units' z: which of them fire there. The grid has their colours.")
        )
        self.words.setToolTip(tr("What this layer does to the plane"))
        self.told = remark("", self.widget, ShortLabel)
        self.told.setToolTip(tr("The point under the pointer, before the layer, after W x + b, and folded"))
        self.where = remark("", self.widget)
        self.where.setToolTip(self.slider.toolTip())
        self.where.setMinimumWidth(self.where.fontMetrics().horizontalAdvance("z = W x + b"))
        self._lay_out()
        self._show_play()
        appearance.follow(self.widget, self._note_new)

    # Controls

    def _make_layers(self) -> QComboBox:
        box = QComboBox(self.widget)
        box.setFont(font(11))
        box.setAccessibleName(tr("Layer"))
        box.setToolTip(tr("The layer whose plane is on the right (← →)"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(self._choose_layer)
        return box

    def _axis_box(self, name: str) -> QSpinBox:
        box = QSpinBox(self.widget)
        box.setFont(font(11))
        box.setMinimum(1)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setAccessibleName(name)
        box.setToolTip(tr("{name}: the unit that is this axis").format(name=name))
        box.setPrefix(f"{name} ")
        box.valueChanged.connect(self._type_axis)
        return box

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self.widget)
        button.setText(text)
        button.setFont(font(11))
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self.widget)
        slider.setRange(0, 2 * STEPS)
        slider.setPageStep(STEPS)
        slider.setSingleStep(STEPS // 20)
        slider.setValue(2 * STEPS)
        slider.setMinimumWidth(60)
        slider.setAccessibleName(tr("How far it is folded"))
        slider.setToolTip(tr("Left: the inputs x. Middle: z = W x + b, the linear step. Right: a, folded."))
        slider.valueChanged.connect(self._slide)
        return slider

    def _sentence(self) -> QLabel:
        label = remark("", self.widget)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        what, way = (
            _row(self.layers, *self.axes, self.widest),
            _row(self.play_button, self.slider, self.where),
        )
        controls: list[tuple[QWidget, int]] = [(what, 0), (way, 1)]
        smallest = QSize(SMALLEST_PX)
        layout.addWidget(ResponsiveBox(controls, ONE_ROW_FROM_PX, QSize(smallest.width(), 0), self.widget))
        parts: list[tuple[QWidget, int]] = [(plane, 1) for plane in self._planes]
        layout.addWidget(ResponsiveBox(parts, ROW_FROM_PX, smallest, self.widget), 1)
        layout.addWidget(self.told)
        layout.addWidget(self.legend)
        layout.addWidget(self.words)

    @property
    def _planes(self) -> tuple[InputPlane, FoldPlane]:
        return self.inputs, self.folded

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that there is no plane; empty where there is one."""
        if not input_space.spans_plane:
            return tr(
                "The input is not a point of a plane, which could be folded. Choose one among the problems."
            )
        return ""

    # The movement

    def play(self) -> None:
        """Begin the movement, from the start where it has ended, or have it rest."""
        if self._played_s is not None:
            self._rest()
        else:
            if self.place >= 2:
                self._go_to(0.0)
            self._played_s = time.perf_counter()
            self._show_play()

    def _rest(self) -> None:
        self._played_s = None
        self._show_play()

    def _show_play(self) -> None:
        texts = tr("Play"), tr("Pause")
        self.play_button.setText(texts[self._played_s is not None])
        metrics = self.play_button.fontMetrics()
        self.play_button.setMinimumWidth(max(map(metrics.horizontalAdvance, texts)) + 22)

    def _advance(self) -> None:
        """Go on with the movement by the time since the last frame, slowly at the ends of either way."""
        before_s = self._played_s
        if before_s is None:
            return
        now_s = time.perf_counter()
        self._played_s = now_s
        done = _undone_ease(self.place) + min(now_s - before_s, LONGEST_S) / WAY_S
        self._go_to(_ease(min(done, 2.0)))
        if done >= 2:
            self._rest()

    def _go_to(self, place: float) -> None:
        self.place = place
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(place * STEPS))

    def _slide(self, value: int) -> None:
        if self._played_s is not None:
            self._rest()
        self.place = value / STEPS
        self._draw_folded()

    # What is looked at

    def _note_new(self) -> None:
        self._is_new = True

    @property
    def _n_layers(self) -> int:
        """Layers that fold."""
        return n_folding_layers(self._network.architecture)

    @property
    def _n_units(self) -> int:
        return self._network.architecture.layer_sizes[min(self._layer, self._n_layers - 1) + 1]

    def _choose_layer(self, layer: int) -> None:
        if 0 <= layer < self._n_layers:
            self._layer, self._is_new = layer, True
            self._show_controls()

    def _choose_axes(self) -> None:
        self._is_new = True
        self._show_controls()

    def _type_axis(self, _: int) -> None:
        self._pairs[self._layer] = self.axes[0].value() - 1, self.axes[1].value() - 1
        self._is_new = True

    def _pair(self, layer: int, n_units: int) -> tuple[int, int]:
        first, second = self._pairs.get(layer, (0, 1))
        return min(first, n_units - 1), min(second, n_units - 1)

    def _show_controls(self) -> None:
        self.layers.setEnabled(self._n_layers > 1)
        if self._n_layers < 1:
            self.layers.clear()
        else:
            names = [
                tr("{layer}, %n unit(s)", self._network.architecture.layer_sizes[k + 1]).format(
                    layer=layer_title(self._network.architecture, k)
                )
                for k in range(self._n_layers)
            ]
            if names != [self.layers.itemText(k) for k in range(self.layers.count())]:
                self.layers.clear()
                self.layers.addItems(names)
            self.layers.setCurrentIndex(self._layer)
        is_many = self._n_layers > 0 and self._n_units > 2
        self.widest.setVisible(is_many)
        for box, unit in zip(
            self.axes, self._pair(self._layer, self._n_units) if is_many else (0, 0), strict=True
        ):
            box.setVisible(is_many and not self.widest.isChecked())
            with QSignalBlocker(box):
                box.setMaximum(max(self._n_units if is_many else 1, 1))
                box.setValue(unit + 1)

    def _view_of(self, layer: int, values: np.ndarray) -> PlaneProjection:
        """Return by what the values (n, n_units) of a layer are drawn; layer −1 are the inputs."""
        n_units = values.shape[1]
        if n_units <= 2 or not self.widest.isChecked():
            pair = self._pair(layer, n_units) if n_units > 2 else (0, 1)
            return unit_view(values, *pair)
        kept = self._kept_views.get(layer)
        if kept is not None and kept.directions.shape[1] != n_units:
            kept = None
        is_kept = self._session.training.is_running or self._session.weight_editor.is_at_work
        view = kept.seen_in(values) if kept is not None and is_kept else widest_view(values, kept)
        self._kept_views[layer] = view
        return view

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Draw what has changed, and go on with the movement."""
        training, network = self._session.training, self._network
        if self.refusal(network.input_space, network.output_space):
            return
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        if changes.network:
            self._layer = max(min(self._layer, self._n_layers - 1), 0)
            self._kept_views.clear()
            self._is_new = True
            self._show_controls()
        if training.problem is not self._problem or changes.network:
            self._meet_points()
        self._advance()
        weights = self.inputs.tool.weights
        is_new = self._is_new or weights is not self._weights
        if is_new or not self._is_whole:
            # While the network is trained, the plane of the inputs follows in every other frame.
            is_live = training.is_running and not self._session.weight_editor.is_at_work
            self._is_whole = self._is_new or not self._is_whole or not is_live or self.carried is None
            self._is_new, self._weights = False, weights
            self._carry(weights)
        elif self._played_s is not None or self._bold_line != self._drawn_bold:
            self._draw_input_lines()
            self._draw_folded()
        if self._pace.due(is_new, at_once=changes.network):
            self._write()

    def _meet_points(self) -> None:
        """Show the points of another problem."""
        self._problem, network = self._session.training.problem, self._network
        self._outputs = network.output_space
        points, answers = _points_of(self._problem, self._outputs)
        self._points, self._answers, self.carried, self._is_new = points, answers, None, True
        self._light(None)
        groups = _groups(answers, self._outputs)
        for plane in self._planes:
            plane.set_groups(groups)
        self.inputs.show_points(points.astype(np.float64))
        space = network.input_space
        first, second = self._names = space.names[0], space.names[1]
        self.inputs.set_label("bottom", escape(first))
        self.inputs.set_label("left", escape(second))
        (x1, y1), (x2, y2) = space.lows.tolist(), space.highs.tolist()
        self.inputs.fit((x1, x2), (y1, y2))

    def _carry(self, weights: np.ndarray) -> None:
        """Compute and draw both planes; what cannot be leaves the last picture, or none."""
        network = self._network
        space, architecture = network.input_space, network.architecture
        try:
            carried = carry(
                architecture,
                weights,
                self._layer,
                self._view_of,
                self._points,
                space.lows,
                space.highs,
                has_classes=self._outputs.traits.has_labels,
                before=None if self._is_whole else self.carried,
            )
        except FoldError as error:
            if self.carried is None:
                for plane in self._planes:
                    plane.show_nothing()
                self.inputs.show_unit_lines({}, ())
                self.folded.show_points(np.empty((0, 2)))
                self.folded.show_hint(str(error))
                self._failure = str(error)
            else:
                self._failure = f"{error} {tr('The last picture stays.')}"
            return
        self.folded.show_hint("")
        self._failure, self.carried = "", carried
        if self._is_whole:
            inputs = self.inputs
            inputs.show_regions(carried.regions)
            inputs.show_grid(carried.grid, carried.grid_quadrants)
            self._draw_input_lines()
            inputs.show_unit_lines(carried.unit_lines, carried.view.units or (0, 1))
        self._frames.take(carried.lows, carried.highs)
        self._draw_folded()

    @property
    def _bold_line(self) -> int | None:
        """Whose line stands out: the only one, or that of the unit that is pointed at or selected."""
        carried, selection = self.carried, self._session.selection
        if carried is not None and carried.n_lines == 1:
            return 0
        of_next = [
            unit for unit in (selection.pointed, selection.unit) if unit and unit[0] == self._layer + 1
        ]
        return of_next[0][1] if of_next else None

    def _draw_input_lines(self) -> None:
        carried = self.carried
        if carried is not None:
            lines = carried.next_lines
            self.inputs.show_lines(lines, carried.next_units, lines[:0], self._bold_line)

    def _draw_folded(self) -> None:
        """Draw the plane of the layer where the slider is."""
        carried, place, folded = self.carried, self.place, self.folded
        if carried is None:
            return
        folded.show_range(*self._frames.at(place))
        folded.show_regions({k: each.at(place) for k, each in carried.region_places.items()})
        folded.show_grid(carried.grid_places.at(place), carried.grid_quadrants)
        folded.show_points(carried.points.at(place) + self._rows(min(place, 1.0)))
        bold = self._bold_line
        straight = carried.straight[carried.straight_units == bold if place >= 2 else slice(0)]
        folded.show_lines(carried.next_places.at(place), carried.next_units, straight, bold)
        self._drawn_bold = bold
        self._name_axes()
        self.where.setText(_where(place))

    def _rows(self, share: float) -> np.ndarray:
        """Return by how much points are lifted, (n, 2): one unit has no second axis, classes get rows."""
        carried, answers = self.carried, self._answers
        lifted = np.zeros((len(self._points), 2))
        if (
            carried is not None
            and len(carried.view.centre) == 1
            and self._outputs.traits.has_labels
            and len(answers)
        ):
            rows = answers - answers.max() / 2
            lifted[:, 1] = (
                share * rows * ROW_HEIGHT * float(np.ptp((carried.lows[2, 0], carried.highs[2, 0])))
            )
        return lifted

    def _name_axes(self) -> None:
        """Name the axes by what they are now; that of a dead unit is struck out."""
        carried = self.carried
        assert carried is not None, "a picture has axes"
        stage = round(self.place)
        if stage == 0:
            names = self._value_names("a", self._layer - 1, carried.view_before)
            dead: tuple[int, ...] = ()
        else:
            names = self._value_names("za"[stage - 1], self._layer, carried.view)
            dead = carried.values.dead_units if stage == 2 and len(self._points) else ()
        for axis, (side, name) in enumerate(zip(("bottom", "left"), names, strict=True)):
            units = carried.view.units
            is_dead = axis < len(units) and units[axis] in dead
            self.folded.set_label(side, f"<s>{escape(name)}</s>" if is_dead else escape(name))

    def _value_names(self, letter: str, layer: int, view: PlaneProjection) -> tuple[str, str]:
        if layer < 0:
            return self._names
        if not view.units:
            return tr("direction 1"), tr("direction 2")
        names = [value_name(letter, layer, unit) for unit in view.units]
        rows = tr("rows of the classes") if self._outputs.traits.has_labels else ""
        return names[0], names[1] if len(names) > 1 else rows

    # Points and lines

    def _point_at_line(self, unit: object) -> None:
        """Mark the unit of the next layer whose line is pointed at; a border is nobody's."""
        is_one = isinstance(unit, int) and self.carried is not None and self.carried.n_lines > 1
        self._session.selection.point_at(*((self._layer + 1, unit) if is_one else (None, None)))

    def _choose_line(self, unit: int) -> None:
        if self.carried is not None and self.carried.n_lines > 1:
            self._session.selection.select(self._layer + 1, unit)

    def _light(self, index: object) -> None:
        """Let a point stand out in both planes, and tell it."""
        self._lit = index if isinstance(index, int) and index < len(self._points) else None
        for plane in self._planes:
            plane.light(self._lit)
        hint = tr("Point at a point, or . and ,: it lights up in both planes.")
        self.told.setText(hint if self._lit is None else self._words_for(self._lit))

    def _words_for(self, index: int) -> str:
        carried = self.carried
        if carried is None or index >= len(carried.values.z):
            return ""
        values, outputs = carried.values, self._outputs
        answer = self._answers[index]
        what = outputs.class_names[int(answer)] if outputs.traits.has_labels else figure(float(answer))
        return tr("{what}: x = {x} → z = {z} → a = {a}").format(
            what=what,
            x=_listed(self._points[index]),
            z=_listed(values.z[index]),
            a=_listed(values.a[index]),
        )

    def _explain_input(self, place: QPoint) -> str:
        hold = self.inputs.hold_at(QPointF(place))
        if hold is None:
            return self._explain_line(self.inputs, place)
        return tr(
            "{name} = 0: the line of this unit.\nDrag it, at a handle to turn it: W and b follow."
        ).format(name=value_name("z", 0, hold.unit))

    def _explain_folded(self, place: QPoint) -> str:
        return self._explain_line(self.folded, place)

    def _explain_line(self, plane: FoldPlane, place: QPoint) -> str:
        unit = plane.line_at(QPointF(place))
        return "" if unit is None else self._words_for_line(unit)

    def _words_for_line(self, unit: int) -> str:
        carried, layer = self.carried, self._layer + 1
        if carried is None:
            return ""
        if carried.n_lines > 1:
            return tr("{name} = 0: the line of this unit of the next layer.\nClick: select it.").format(
                name=value_name("z", layer, unit)
            )
        if not self._network.output_space.traits.has_labels:
            return tr("{name} = 0: the line of the next layer").format(name=value_name("z", layer, unit))
        return tr("The border between classes")

    # Keys

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what a key does in either plane."""
        if modifiers != _NONE:
            return None
        if key in NEXT_POINT:
            return lambda: self._light_next(NEXT_POINT[key])
        right, down = ARROWS.get(key, (0, 0))
        if right:
            return lambda: self._choose_layer(self._layer + right)
        return (lambda: self._choose_unit(down)) if down else None

    def _action_of_inputs(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what a key does in the plane of the inputs: its lines are moved too."""
        right, down = ARROWS.get(key, (0, 0))
        if (right or down) and modifiers == _CONTROL:
            return lambda: self.inputs.step_line(self._unit, right, down, turns=False)
        if right and modifiers == _ALT:
            return lambda: self.inputs.step_line(self._unit, right, 0, turns=True)
        return self._action_of(key, modifiers)

    @property
    def _unit(self) -> int:
        """The unit of the first layer that keys move."""
        chosen = self._session.selection.unit
        return chosen[1] if chosen is not None and chosen[0] == 0 else 0

    def _choose_unit(self, step: int) -> None:
        if self._n_layers > 0:
            n_units = self._network.architecture.layer_sizes[1]
            has_one = self._session.selection.unit is not None
            self._session.selection.select(0, (self._unit + step) % n_units if has_one else 0)

    def _light_next(self, step: int) -> None:
        n_points = len(self._points)
        if n_points:
            first = 0 if step > 0 else n_points - 1
            self._light(first if self._lit is None else (self._lit + step) % n_points)

    # Words

    def _write(self) -> None:
        """Say which units fire where, and what is special, at reading speed."""
        carried = self.carried
        if carried is None:
            self.legend.setText("")
            self.words.setText("")
            return
        self.legend.setText(self._legend(carried))
        self.words.setText(self._failure or " ".join((*self._areas(carried), *carried.remarks)))
        give_role(self.words, "warning" if self._failure else "muted")
        if self._lit is not None:
            self.told.setText(self._words_for(self._lit))

    def _legend(self, carried: Carried) -> str:
        units = carried.view.units or (0, 1)
        names = [value_name("z", self._layer, unit) for unit in units]
        if len(names) == 1:
            meanings = {3: tr("{name} > 0").format(name=names[0]), 2: tr("{name} ≤ 0").format(name=names[0])}
        else:
            meanings = {
                0: tr("both > 0"),
                1: tr("only {name}").format(name=names[1]),
                2: tr("none"),
                3: tr("only {name}").format(name=names[0]),
            }
        return legend((tint(k), QUADRANTS[k], text) for k, text in sorted(meanings.items()))

    def _areas(self, carried: Carried) -> list[str]:
        """Say by what areas are multiplied, where two units are drawn over two values."""
        architecture, weights = self._network.architecture, self._weights
        if weights is None or self._n_units != 2 or architecture.layer_sizes[self._layer] != 2:
            return []
        step = linear_step(architecture.layers(weights)[self._layer])
        words = [tr("det W = {det}.").format(det=figure(step.det))]
        if step.area_factors is not None:
            factors = ", ".join(
                f"{letter} × {figure(factor)}"
                for letter, factor in zip(QUADRANTS, step.area_factors, strict=True)
            )
            words.append(tr("Areas: {factors}.").format(factors=factors))
        return words

    def numbers(self) -> NumberTable:
        """Return each point with its answer, and its values before the layer, after W x + b, and folded."""
        carried = self.carried
        if carried is None or not len(self._points):
            return (), []
        values, layer = carried.values, self._layer
        before = (
            self._names
            if layer == 0
            else [value_name("a", layer - 1, k) for k in range(values.before.shape[1])]
        )
        after = [value_name(letter, layer, k) for letter in "za" for k in range(values.z.shape[1])]
        rows = np.column_stack((values.before, values.z, values.a)).tolist()
        table = [[answer, *row] for answer, row in zip(self._answers.tolist(), rows, strict=True)]
        return (tr("answer"), *before, *after), table

    def show_all(self) -> None:
        """Show all of both planes."""
        for plane in self._planes:
            plane.show_all()


def _row(*controls: QWidget) -> QWidget:
    """Return controls beside each other; a slider takes the room that is left."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(5)
    for control in controls:
        layout.addWidget(control, 1 if isinstance(control, QSlider) else 0)
    if not any(isinstance(control, QSlider) for control in controls):
        layout.addStretch(1)
    return row


def _ease(time_: float) -> float:
    """Return how far the plane is after a share of the time, slow at the ends of either way."""
    way = min(int(time_), 1)
    return way + (1 - math.cos(math.pi * (time_ - way))) / 2


def _undone_ease(place: float) -> float:
    way = min(int(place), 1)
    return way + math.acos(1 - 2 * (place - way)) / math.pi


def _where(place: float) -> str:
    """Return where the slider is, in letters."""
    if place in (0, 1, 2):
        return ("x", "z = W x + b", "a")[int(place)]
    return "x → z" if place < 1 else "z → a"


def _points_of(problem: Problem | None, outputs: OutputSpace) -> tuple[np.ndarray, np.ndarray]:
    """Return points (n, 2), float32, and their labels (n,) or first numbers (n,)."""
    if problem is None or not problem.input_space.spans_plane or not problem.output_space.is_like(outputs):
        return np.empty((0, 2), np.float32), np.empty(0)
    train: Samples = problem.train
    rows = np.linspace(0, len(train) - 1, min(len(train), MOST_POINTS)).astype(np.intp)
    answers = train.labels if train.has_labels else train.answers[:, 0]
    return train.inputs()[rows], answers[rows]


def _groups(answers: np.ndarray, outputs: OutputSpace) -> list[PointGroup]:
    """Return the points by class, or by what fifth of the range their number lies in."""
    if outputs.traits.has_labels:
        return [
            PointGroup(np.flatnonzero(answers == k), mark.shape, mark.dark, mark.light)
            for k, mark in zip(range(outputs.n_classes), CLASS_MARKS, strict=False)
        ]
    level = np.clip((answers / outputs.quantities[0].limit + 1) / 2 * N_SHADES, 0, N_SHADES - 1).astype(
        np.intp
    )
    return [
        PointGroup(np.flatnonzero(level == k), "o", _shade(k, DARK), _shade(k, LIGHT))
        for k in range(N_SHADES)
    ]


def _shade(level: int, theme: Theme) -> str:
    share = 2 * level / (N_SHADES - 1) - 1
    end = theme.positive if share > 0 else theme.negative
    pixel = mixed(value_of(theme.muted), value_of(end), np.float32(abs(share)))
    return f"#{int(pixel) & 0xFFFFFF:06x}"


def _listed(values: np.ndarray) -> str:
    shown = [plain(float(value)) for value in values[:4]]
    return f"({', '.join([*shown, '…'] if len(values) > 4 else shown)})"
