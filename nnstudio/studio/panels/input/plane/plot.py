"""The plane of a network of two inputs: its map, the points, the lines of its units, and the probe."""

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsRectItem, QWidget

from nnstudio.data.curves import bounded
from nnstudio.data.own_points import OwnPoints
from nnstudio.insight.plane_map import PlaneMap, nodes_for, plane_map, unit_lines
from nnstudio.insight.reading import Reading, read
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.input.plane.field import Field, lead_table, signed_field_table
from nnstudio.studio.panels.input.plane.levels import PlaneLevels
from nnstudio.studio.panels.input.plane.lines import UnitLines
from nnstudio.studio.panels.input.plane.tools import Mode, Place, PlanePointTool
from nnstudio.studio.panels.input.plane.towers import TowerOverlay
from nnstudio.studio.panels.input.plane.words import answer_words, place_words, point_words, sums_words
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.layer_names import unit_name
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.colour_bar import BAR_TIP, HEIGHT_PX, RANGE_STEP, ColourBar
from nnstudio.studio.views.dots import DOT_PX, Dots, Points
from nnstudio.studio.views.plot import Act, Plot
from nnstudio.studio.views.view import ARROWS, NEXT_POINT

CELL_PX, CELL_AT_REST_PX = 8, 4
"""Between nodes at which the network is computed, while it is trained and while it rests."""

MARGIN = 0.04
"""Share of the range that is seen on either side of it."""

MOST_STRETCHED = 4.0
"""One axis may be so many times as long as the other; beyond it both scales differ."""

PROBE_PX, REACH_PX, LINE_REACH_PX = 15, 8, 4
SPACING_PX, ERASER_PX = 14, 13
"""Between the points that a drag paints, and the radius of the eraser, in design pixels."""

KEY_STEP = 1 / 40
"""Share of what is seen by which a key moves the probe or a point."""

HELP = translatable(
    "Ask (Esc): click, drag or arrow keys ask the network about a point. Paint (P; 1 … 6 choose a class): "
    "click or drag adds points, a drag of a point moves it. Erase (X). Enter adds a point where the ring is; "
    ". and , go from point to point, Alt + arrows move one, Del removes it, Ctrl+Z undoes. Shift + drag or "
    "the middle button moves the view."
)

_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ADD = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Insert)
_LABELS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6)
_RANGE = {Qt.Key.Key_Less: 1 / RANGE_STEP, Qt.Key.Key_Greater: RANGE_STEP, Qt.Key.Key_Backspace: None}

_BOUNDED = frozenset(("sigmoid", "tanh", "softmax", "step", "sine"))
"""Activations whose largest size is 1."""


@contained
class PlanePlot(Plot):
    """Shows what a network of two inputs makes of the plane, live, and edits the points that it learns from.

    What is mapped is the unit that is pointed at in any other view, else the selected one, else the answer.

    Parameters
    ----------
    services : Services
    parent : QWidget, optional

    Attributes
    ----------
    points : OwnPoints or None
        The points that are seen.
    tool : PlanePointTool
    map : PlaneMap or None
        What the network computes where the view is; None where it is not one of two inputs.
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Plane"),
            ("x₁", "x₂"),
            parent,
            explain=self.explain,
            action_of=self._action_of,
            pan_modifiers=_SHIFT,
        )
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self._session, self._options = services.session, services.graph_options
        self._network, self._document = services.session.network, services.session.input
        self._selection = services.session.selection
        self.tool = PlanePointTool(self._session, self)
        self.points: OwnPoints | None = None
        self.map: PlaneMap | None = None
        self._computed: tuple[object, ...] = ()
        self._mapped: tuple[int, int] | None = None
        self._hot_point: int | None = None
        self._hot_line: int | None = None
        self._gesture: Callable[[QPointF], None] | None = None
        self._finish: Callable[[], None] = lambda: None
        self._answer_pace, self._answer = Pace(TEXT_PERIOD_S), ""
        self._make_items()
        self.box.sigRangeChanged.connect(self._follow_range)
        self._document.x_changed.connect(self._show_probe)
        self._session.point_editor.changed.connect(self.meet_points)
        self._session.fill_in.changed.connect(self._show_probe)
        self.tool.chosen.changed.connect(self._show_chosen)
        self.tool.mode_changed.connect(self._show_mode)
        self._options.changed.connect(self._follow_options)
        self._selection.pointed_changed.connect(self._follow_unit)
        self._selection.changed.connect(self._follow_unit)
        appearance.follow(self, self._colour_items)
        self._colour_items()

    def _make_items(self) -> None:
        self.bar = ColourBar()
        self.bar.word = tr("lead of the class")
        layout = self.getPlotItem().layout
        layout.addItem(self.bar, 5, 1)
        layout.setAlignment(self.bar, Qt.AlignmentFlag.AlignHCenter)
        self.field = Field(self.bar.drawn)
        self.bar.changed.connect(self.field.redraw)
        self._range = QGraphicsRectItem()
        self.borders = pg.PlotCurveItem(antialias=True, connect="pairs", skipFiniteCheck=True)
        self.lines, self.dots = UnitLines(), Dots()
        self.levels = PlaneLevels(self._session.line, self.box)
        self.towers = TowerOverlay(self._session.bumps)
        self._hot_dot, self._chosen_dot, self._probe = (pg.ScatterPlotItem(pxMode=True) for _ in range(3))
        self._eraser = QGraphicsEllipseItem()
        self._said, self._title = pg.TextItem(), pg.TextItem(anchor=(0, 0))
        items = (
            *(self.field, self._range, self.lines, self.borders, self.dots, self._hot_dot),
            *(self._chosen_dot, self._probe, self._eraser, self._said, self._title),
            *(*self.levels.items, *self.towers.items),
        )
        for height, item in enumerate(items):
            item.setZValue(height - len(items))
            self.box.addItem(item, ignoreBounds=True)
        for item in (*items[1:4], *items[5:]):
            item.hide()

    def _colour_items(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self.showGrid(x=False, y=False)
        pen = pg.mkPen(colour(theme.muted, 0.5), width=1, style=Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        self._range.setPen(pen)
        for dots, code, width, size_px in (
            (self._hot_dot, theme.text, 1.5, DOT_PX + 6),
            (self._chosen_dot, theme.selection, 2.0, DOT_PX + 8),
            (self._probe, theme.selection, 2.5, PROBE_PX),
        ):
            dots.setBrush(pg.mkBrush(None))
            dots.setPen(pg.mkPen(colour(code), width=width * scale))
            dots.setSize(round(size_px * scale))
        eraser = pg.mkPen(colour(theme.text), width=1.2)
        eraser.setCosmetic(True)
        self._eraser.setPen(eraser)
        for said, size_px in ((self._said, 12), (self._title, 11)):
            said.setFont(text_font(size_px, bold=True))
            said.fill = pg.mkBrush(colour(theme.panel, 0.8))
            said.setColor(colour(theme.text))
        layout = self.getPlotItem().layout
        layout.setRowFixedHeight(5, round(HEIGHT_PX * scale))
        self._restyle_bar()
        self.field.redraw()
        self.lines.update()
        border = pg.mkPen(colour(theme.text), width=1.8 * scale)
        border.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.borders.setPen(border)
        self.levels.recolour()
        self.towers.recolour()
        self.dots.restyle()

    def _restyle_bar(self) -> None:
        is_lead = self._mapped is None and self._network.output_space.traits.has_labels
        table = (lead_table if is_lead else signed_field_table)(appearance.theme)
        self.bar.restyle(np.asarray(table, np.uint32))

    # Network and points

    @property
    def is_plane(self) -> bool:
        """Whether the network is one of two inputs."""
        return self._network.input_space.spans_plane

    def meet_network(self) -> None:
        """Write the names at the axes, and draw another network."""
        space = self._network.input_space
        if self.is_plane:
            for side, name in zip(("bottom", "left"), space.names, strict=True):
                self.set_label(side, name)
        self.tool.meet_outputs(self._network.output_space)
        self._restyle_bar()
        self._computed = ()
        self._fit()
        self.refresh_weights()

    def meet_points(self) -> None:
        """Show the points of the problem."""
        points = self._session.point_editor.points if self.is_plane else None
        if points is self.points:
            return
        self.points = points
        self._hot_point = None
        self._hot_dot.hide()
        shown = None if points is None else Points(points.x, points.answers, points.is_test)
        self.dots.show_points(shown, self._limit_of_outputs())
        self.tool.chosen.meet_points()
        if not self._session.point_editor.is_at_work:
            self._fit()

    def _limit_of_outputs(self) -> float:
        quantities = self._network.output_space.quantities
        return quantities[0].limit if quantities else 1.0

    @property
    def _has_met_points(self) -> bool:
        """Whether the points are those of the network; it may be another one until the next frame."""
        return self.points is self._session.point_editor.points

    def _fit(self) -> None:
        """Set what all is: the range of the inputs, and the points, where they reach beyond it."""
        if not self.is_plane:
            return
        space = self._network.input_space
        lows, highs = space.lows, space.highs
        if self.points is not None:
            x = self.points.x
            lows, highs = np.minimum(lows, x.min(axis=0)), np.maximum(highs, x.max(axis=0))
        sizes = highs - lows
        lows, highs = lows - MARGIN * sizes, highs + MARGIN * sizes
        # Distances are true, unless one axis would be too short to be seen.
        self.box.setAspectLocked(bool(sizes.max() <= MOST_STRETCHED * sizes.min()))
        self.fit((float(lows[0]), float(highs[0])), (float(lows[1]), float(highs[1])))
        self._range.setRect(QRectF(*space.lows.tolist(), *(space.highs - space.lows).tolist()))
        self._range.show()

    # The map

    def _follow_range(self, *_: object) -> None:
        self.draw_network()
        self._show_probe()
        self._place_title()

    def refresh_weights(self) -> None:
        """Draw the network with other weights."""
        self._session.bumps.follow()
        self.draw_network()
        self._show_probe()

    def draw_network(self) -> None:
        """Compute and draw the map, and all that follows it, where something is new."""
        if not self.is_plane:
            self.map = None
            return
        architecture, weights = self._network.architecture, self._network.prediction_weights
        (left, right), (bottom, top) = self.box.viewRange()
        cell_px = CELL_PX if self._session.training.is_running else CELL_AT_REST_PX
        nodes = nodes_for(architecture, self.box.width() / cell_px, self.box.height() / cell_px)
        asked = (weights, architecture, left, right, bottom, top, nodes)
        if len(self._computed) and all(map(_is_same, asked, self._computed)):
            return
        self._computed = asked
        self.map = plane_map(architecture, weights, (left, bottom), (right, top), nodes)
        self._draw_map()
        self._draw_lines()

    def _draw_map(self) -> None:
        """Show the unit that is mapped, or the answer."""
        plane_map, outputs = self.map, self._network.output_space
        # Until the next frame, the network may be another one.
        if plane_map is None or plane_map.architecture != self._network.architecture:
            return
        unit = self._mapped_unit()
        is_classes = unit is None and outputs.traits.has_labels
        if unit != self._mapped:
            self._mapped = unit
            self._write_title(unit)
            self._restyle_bar()
            if self.bar.is_chosen:
                self.bar.reset()
        layer, index = (len(plane_map.z) - 1, 0) if unit is None else unit
        limit = 1.0 if is_classes else self._limit_of(plane_map, layer, index)
        self.bar.follow(limit, is_by_tile=False, is_signed=not is_classes)
        self.field.show_map(plane_map, None if is_classes else (layer, index), limit)
        if is_classes:
            segments = plane_map.borders()
        elif unit is None:
            segments = np.empty((0, 2, 2))
        else:
            segments = plane_map.zero_lines(layer, index)
        self.borders.setVisible(len(segments) > 0)
        self.borders.setData(*segments.reshape(-1, 2).T)

    def _limit_of(self, plane_map: PlaneMap, layer: int, unit: int) -> float:
        """Return the value of the full colour, which grows by steps: a bar that trembles cannot be read."""
        is_last = layer == len(plane_map.z) - 1
        if is_last and self._network.output_space.quantities:
            return self._network.output_space.quantities[unit].limit
        if plane_map.architecture.activations[layer] in _BOUNDED:
            return 1.0
        a = plane_map.activations(layer)[unit]
        largest = float(np.abs(a, where=np.isfinite(a), out=np.zeros_like(a)).max())
        return round_up(min(max(largest, 1e-6), 1e30), (1, 2, 5, 10))

    def _mapped_unit(self) -> tuple[int, int] | None:
        """Return the unit to be mapped, as layer and number; None: the answer."""
        # A line of this plane that is pointed at is marked, and the map stays.
        pointed = None if self._hot_line is not None else self._selection.pointed
        for unit in (pointed, self._selection.unit):
            sizes = self._network.architecture.layer_sizes
            if unit is not None and 0 <= unit[0] < len(sizes) - 1 and unit[1] < sizes[unit[0] + 1]:
                return unit
        return None

    def _follow_unit(self) -> None:
        """Map another unit, and let its line stand out: the one that is pointed at, else the selected one."""
        if self._mapped_unit() != self._mapped:
            self._draw_map()
        unit = self._selection.pointed or self._selection.unit
        self.lines.stand_out(unit[1] if unit is not None and unit[0] == 0 and self._has_lines else None)

    def _write_title(self, unit: tuple[int, int] | None) -> None:
        self._title.setVisible(unit is not None)
        if unit is not None:
            self._title.setText(f" {self.unit_name(*unit)} ")
            self._place_title()

    def _place_title(self) -> None:
        (left, _), (_, top) = self.box.viewRange()
        self._title.setPos(left, top)

    def unit_name(self, layer: int, unit: int) -> str:
        """Return what is mapped, where that is a unit."""
        return unit_name(self._network.architecture, self._network.output_space, layer, unit)

    # The lines of units

    @property
    def _has_lines(self) -> bool:
        """Whether the first layer's units are drawn by their lines: an output's is the border."""
        return self._network.architecture.n_layers > 1

    def _follow_options(self) -> None:
        self._draw_lines()

    def _draw_lines(self) -> None:
        # Until the next frame the map may be that of the network before.
        is_of_network = self.map is not None and self.map.architecture == self._network.architecture
        is_shown = self._options.shows_units and is_of_network and self._has_lines
        self.lines.setVisible(is_shown)
        if is_shown and self.map is not None:
            first = self.map.architecture.layers(self._network.prediction_weights)[0]
            b = np.zeros(len(first.W)) if first.b is None else first.b
            self.lines.show_lines(unit_lines(first.W, b, self.map.lows, self.map.highs))

    # The probe

    @property
    def probe(self) -> Place | None:
        """The point at which the network is asked."""
        x = self._document.x
        return None if x is None or len(x) != 2 or not self.is_plane else (float(x[0]), float(x[1]))

    def ask(self, place: Place) -> None:
        """Ask the network about another point."""
        x1, x2 = place
        self._document.choose_point((bounded(x1), bounded(x2)))

    def _show_probe(self) -> None:
        """Show where the network is asked, and what it answers there."""
        place = self.probe
        self._probe.setVisible(place is not None)
        self._said.setVisible(place is not None and not self._session.fill_in.hides_answer)
        if place is None:
            return
        x1, x2 = place
        self._probe.setData([x1], [x2])
        reading = self._network.reading
        # Until the next frame it may be that of another point.
        if reading is None or not np.array_equal(reading.x, place):
            reading = self._reading_at(place)
        answer = answer_words(self._network, reading)
        is_elsewhere = self._said.pos() != QPointF(x1, x2)
        self.write_answer(answer, at_once=is_elsewhere)
        seen = self.box.viewRect()
        self._said.setAnchor((-0.06 if x1 < seen.center().x() else 1.06, 1 if x2 < seen.center().y() else 0))
        self._said.setPos(x1, x2)

    def write_answer(self, answer: str | None = None, *, at_once: bool = False) -> None:
        """Write the answer that was put beside the probe, if it is due; asked in every frame."""
        is_new = answer is not None and answer != self._answer
        if answer is not None:
            self._answer = answer
        if self._answer_pace.due(is_new, at_once=at_once):
            self._said.setText(f" {self._answer} ")

    def _reading_at(self, place: Place) -> Reading:
        return read(self._network.architecture, self._network.prediction_weights, np.array(place))

    # The pointer

    def _px(self, pixels: float) -> tuple[float, float]:
        """Return how much so many design pixels are along both axes."""
        x_px, y_px = (float(size) * pixels * text_scale() for size in self.box.viewPixelSize())
        return x_px, y_px

    def point_at(self, position: QPointF) -> int | None:
        """Return the number of the point at a place of the plot."""
        if self.points is None or not self.is_within_axes(position):
            return None
        apart = np.hypot(*((self.points.x - self.place_at(position)) / self._px(REACH_PX)).T)
        nearest = int(apart.argmin())
        return nearest if apart[nearest] <= 1 else None

    def _tower_at(self, position: QPointF) -> int | None:
        """Return the number of the handle of a tower at a place of the plot."""
        return self.towers.handle_at(self.place_at(position), self._px(REACH_PX))

    def _line_at(self, position: QPointF) -> int | None:
        if not self.lines.isVisible() or not self.is_within_axes(position):
            return None
        return self.lines.unit_at(self.box.mapSceneToView(position), LINE_REACH_PX * text_scale())

    def update_cross(self) -> None:
        """Draw no cross-hair: abscissas alone say little here."""

    def point(self, place: QPoint | None) -> None:
        """Mark what the pointer is on, here and in the network's picture."""
        position = None if place is None else QPointF(place)
        self._place_eraser(position)
        if self._gesture is not None:
            return
        hot = None if position is None else self.point_at(position)
        line = self._line_at(position) if position is not None and hot is None else None
        if hot != self._hot_point:
            self._hot_point = hot
            self._hot_dot.setVisible(hot is not None)
            if hot is not None and self.points is not None:
                self._hot_dot.setData(self.points.x[hot : hot + 1, 0], self.points.x[hot : hot + 1, 1])
            self._show_cursor()
        if line != self._hot_line:
            self._hot_line = line
            self._selection.point_at(*((None, None) if line is None else (0, line)))

    def _show_cursor(self) -> None:
        is_movable = self.tool.mode is Mode.PAINT and self._hot_point is not None
        shape = Qt.CursorShape.SizeAllCursor if is_movable else Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    def _show_mode(self) -> None:
        self._eraser.setVisible(False)
        self._show_cursor()

    def _place_eraser(self, position: QPointF | None) -> None:
        is_shown = self.tool.mode is Mode.ERASE and position is not None and self.is_within_axes(position)
        self._eraser.setVisible(is_shown)
        if is_shown and position is not None:
            (x1, x2), (rx, ry) = self.place_at(position), self._px(ERASER_PX)
            self._eraser.setRect(QRectF(x1 - rx, x2 - ry, 2 * rx, 2 * ry))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the tool does; with Shift, or another button, a drag of the view."""
        self._gesture = None
        is_in = self.is_within_axes(event.position())
        is_pan = bool(event.modifiers() & _SHIFT)
        if event.button() == Qt.MouseButton.LeftButton and is_in and not is_pan and self.is_plane:
            self._begin(event.position())
            event.accept()
        else:
            super().mousePressEvent(event)

    def _begin(self, position: QPointF) -> None:
        tool, place, index = self.tool, self.place_at(position), self.point_at(position)
        if tool.mode is Mode.ERASE:
            if tool.begin_erasing(place, self._px(ERASER_PX)):
                self._gesture = lambda at: tool.erase_to(self.place_at(at), self._px(ERASER_PX))
                self._finish = lambda: tool.finish(tr("Erase points"))
        elif tool.mode is Mode.PAINT and index is not None:
            if tool.begin_move(index):
                self._gesture = lambda at: tool.move_to(self.place_at(at))
                self._finish = lambda: tool.finish(tr("Move a point"))
        elif tool.mode is Mode.PAINT:
            if tool.begin_painting(place):
                self._gesture = lambda at: tool.paint_to(self.place_at(at), self._px(SPACING_PX))
                self._finish = lambda: tool.finish(tr("Paint points"))
        elif (handle := self._tower_at(position)) is not None:
            if self.towers.begin_drag(handle):
                self._gesture = lambda at: self.towers.drag(handle, self.place_at(at))
                self._finish = lambda: self.towers.finish_drag(handle)
        else:
            if index is not None and self.points is not None:
                tool.chosen.choose(index)
                place = (float(self.points.x[index, 0]), float(self.points.x[index, 1]))
            self.ask(place)
            self._gesture = lambda at: self.ask(self.place_at(at))
            self._finish = lambda: None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture."""
        if self._gesture is None:
            super().mouseMoveEvent(event)
        else:
            self._gesture(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture: it is one step to undo."""
        if self._gesture is None:
            super().mouseReleaseEvent(event)
            return
        self._gesture = None
        self._finish()
        self._fit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all, or press a second time with a tool that edits points; on the bar, give its range back."""
        if self.bar.sceneBoundingRect().contains(event.position()):
            self.bar.reset()
        elif self.tool.mode is Mode.ASK or not self.is_within_axes(event.position()):
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    # Keys

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what moves the probe or a point; chooses a tool, a class, a point; adds or removes one."""
        if not self.is_plane:
            return None
        if key in _RANGE and modifiers in (_NONE, _SHIFT):
            return lambda: self._change_range(_RANGE[key])
        if key in ARROWS and modifiers in (_NONE, _ALT):
            right, down = ARROWS[key]
            seen = self.box.viewRect()
            dx, dy = right * KEY_STEP * seen.width(), -down * KEY_STEP * seen.height()
            return (lambda: self.tool.move_chosen(dx, dy)) if modifiers else lambda: self._step(dx, dy)
        return None if modifiers else self._action_of_plain(key)

    def _action_of_plain(self, key: Qt.Key) -> Act | None:
        tool = self.tool
        if key in _LABELS and _LABELS.index(key) < self._network.output_space.n_classes:
            return lambda: tool.choose_label(_LABELS.index(key))
        if key in NEXT_POINT:
            return lambda: self._choose_next(NEXT_POINT[key])
        if key in _ADD:
            return lambda: tool.add(self.probe or self._middle)
        return {
            Qt.Key.Key_Escape: self._rest,
            Qt.Key.Key_P: lambda: tool.choose_mode(Mode.PAINT),
            Qt.Key.Key_X: lambda: tool.choose_mode(Mode.ERASE),
            Qt.Key.Key_Delete: tool.remove_chosen,
        }.get(key)

    def _rest(self) -> None:
        """Ask again, and map the answer again."""
        self.tool.choose_mode(Mode.ASK)
        self._selection.clear()

    def _change_range(self, factor: float | None) -> None:
        if factor is None:
            self.bar.reset()
        else:
            self.bar.widen(factor)

    @property
    def _middle(self) -> Place:
        middle = self.box.viewRect().center()
        return middle.x(), middle.y()

    def _step(self, dx: float, dy: float) -> None:
        x1, x2 = self.probe or self._middle
        self.ask((x1 + dx, x2 + dy))

    def _choose_next(self, step: int) -> None:
        self.tool.chosen.choose_next(step)
        index = self.tool.chosen.index
        if index is not None and self.points is not None and self._has_met_points:
            self.ask((float(self.points.x[index, 0]), float(self.points.x[index, 1])))
            self._session.said.emit(
                " · ".join(point_words(self._network, self.points, index).split("\n")), False
            )

    def _show_chosen(self) -> None:
        points, index = self.points, self.tool.chosen.index
        is_shown = points is not None and index is not None and index < len(points)
        self._chosen_dot.setVisible(is_shown)
        if is_shown and points is not None and index is not None:
            self._chosen_dot.setData(points.x[index : index + 1, 0], points.x[index : index + 1, 1])

    # Words and numbers

    def explain(self, position: QPoint) -> str:
        """Return the hover text of what is at a place."""
        at = QPointF(position)
        if self.bar.sceneBoundingRect().contains(at):
            return f"{self._words_for_bar()}\n{tr(BAR_TIP)}"
        if not self.is_plane or not self.is_within_axes(at):
            return ""
        handle = self._tower_at(at)
        if handle is not None and self.tool.mode is Mode.ASK:
            return self.towers.explain(handle)
        index = self.point_at(at)
        if index is not None and self.points is not None and self._has_met_points:
            return point_words(self._network, self.points, index)
        line = self._line_at(at)
        if line is not None:
            words = tr("{unit}: its sum z is 0 along this line, and positive where the tick points.")
            return words.format(unit=self.unit_name(0, line))
        place = self.place_at(at)
        reading = self._reading_at(place)
        lines = [place_words(self._network.input_space.names, np.array(place))]
        if self._mapped is not None:
            layer, unit = self._mapped
            z, a = (float(each[layer][unit]) for each in (reading.z, reading.a))
            lines.append(f"{self.unit_name(layer, unit)}: z = {z:.4g}, a = {a:.4g}".replace("-", "−"))
        lines.append(tr("The network says {answer}").format(answer=answer_words(self._network, reading)))
        if self._mapped is None:
            lines.append(sums_words(self._network, reading))
        if (plane := self.levels.model) is not None:
            height = figure(float(plane.slopes @ np.array(place) + plane.intercept))
            lines.append(tr("The plane of the panel Line: {height}").format(height=height))
        return "\n".join(lines)

    def _words_for_bar(self) -> str:
        outputs = self._network.output_space
        if self._mapped is not None:
            return tr("Activation of {unit}").format(unit=self.unit_name(*self._mapped))
        if outputs.quantities:
            return self.unit_name(self._network.architecture.n_layers - 1, 0)
        return tr("By how much the largest output leads the next one, in the colour of its class")

    def numbers(self) -> NumberTable:
        """Return the nodes that are seen: coordinates, outputs, and the activation of the unit mapped."""
        plane_map = self.map
        if plane_map is None or plane_map.architecture != self._network.architecture:
            return (), []
        last = len(plane_map.z) - 1
        rows, columns = plane_map.z[last].shape[1:]
        x1, x2 = (
            np.linspace(low, high, n)
            for low, high, n in zip(plane_map.lows, plane_map.highs, (columns, rows), strict=True)
        )
        names = [*self._network.input_space.names, *self._network.output_names]
        values = [*np.meshgrid(x1, x2), *plane_map.activations(last)]
        if self._mapped is not None and self._mapped[0] != last:
            names.append(self.unit_name(*self._mapped))
            values.append(plane_map.activations(self._mapped[0])[self._mapped[1]])
        return names, np.stack(values, axis=-1).reshape(-1, len(values)).tolist()


def _is_same(one: object, other: object) -> bool:
    return one is other or (not isinstance(one, np.ndarray) and one == other)
