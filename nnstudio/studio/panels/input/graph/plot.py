"""The graph of a network of one input: points, the network's curve, its units, truth, band and probe."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGraphicsEllipseItem, QGraphicsItem, QGraphicsRectItem, QWidget

from nnstudio.data.curves import bounded
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problem import MAX_QUANTITIES
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations
from nnstudio.insight.piecewise import PiecewiseError, first_kinks, has_pieces, largest_error, linear_pieces
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.panels.input.graph.bump_overlay import BumpOverlay
from nnstudio.studio.panels.input.graph.line_overlay import LineOverlay
from nnstudio.studio.panels.input.graph.overlay import Overlay, handle_at
from nnstudio.studio.panels.input.graph.targets import REACH_PX, DragTarget, Scene, Target
from nnstudio.studio.panels.input.graph.tools import GraphPointTool, KinkTool, heights
from nnstudio.studio.panels.input.graph.unit_curves import MOST_SMOOTH, DeepKinks, UnitCurves
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.layer_names import unit_name, unit_word
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.plot import Act, Plot, Values
from nnstudio.studio.views.view import ARROWS, NEXT_POINT

BEYOND, ABOVE = 0.2, 0.12
"""Shares of the points' range that are seen on either side, where the network extrapolates, and above."""

MOST_DOTS = 2_000
"""More points are thinned for display, evenly; all of them are learned from."""

PRODUCTS = 5e7
"""Most products of abscissas and parameters that are computed in a frame."""

FEWEST, MOST = 65, 513
"""Abscissas at which the network is computed, the kinks of its first layer left out."""

MOST_FOR_DEEP_KINKS = 2_000
"""Parameters of a network whose kinks in deeper layers are found with every frame: they take 0.2 ms."""

MOST_KINKS = 512
"""Kinks among the abscissas, so that a network of straight lines has its corners."""

DOT_PX, PROBE_PX = 7, 11

COARSENESS = 4
"""The curves of many units are drawn at every so many abscissas."""

KEY_STEP = 1 / 100
"""Share of what is seen by which a key moves the probe, a point or a kink."""

HELP = translatable(
    "Click: add a point. Drag a point: move it; Del removes it, Ctrl+Z undoes. Drag the yellow line, or ← →: "
    "ask the network elsewhere. Enter adds a point there; . and , go from point to point, Alt + arrows move "
    "one. With the units (O), ↑ ↓ select one, and Ctrl + ← → move its kink. Shift + arrows move the view."
)

_NONE, _ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ADD = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Insert)
_REMOVE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

_FAR = 4.0
"""Curves are cut off so many heights of the view beyond it."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What a curve was computed from: the same gives the same curve."""

    weights: np.ndarray
    architecture: Architecture
    view: tuple[object, ...]

    def is_same(self, other: "_Drawn | None") -> bool:
        return (
            other is not None
            and self.weights is other.weights
            and self.architecture is other.architecture
            and self.view == other.view
        )


@contained
class CurvePlot(Plot):
    """Shows what a network of one input gives out, live, and edits the points that it learns from.

    Parameters
    ----------
    services : Services
    parent : QWidget, optional

    Attributes
    ----------
    points : OwnPoints or None
        The points that have dots.
    point_tool : GraphPointTool
    kink_tool : KinkTool
    units : UnitCurves
    overlays : tuple of Overlay
        Over the points: the line beside the network.
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        names = (tr("x"), tr("y"))
        super().__init__(
            tr("Graph"),
            names,
            parent,
            explain=self.explain,
            values_at=self.values_at,
            action_of=self._action_of,
            pan_modifiers=_SHIFT,
        )
        self.setToolTip(tr(HELP))
        self.setAccessibleDescription(tr(HELP))
        self._session, self._options = services.session, services.graph_options
        self._network, self._document = services.session.network, services.session.input
        self._selection = services.session.selection
        self.point_tool, self.kink_tool = GraphPointTool(self._session, self), KinkTool(self._session)
        self.points: OwnPoints | None = None
        self._shown = np.empty(0, np.intp)
        """The numbers of the points that have dots."""
        self._hot: Target | None = None
        self._dragged: Target | None = None
        self._pressed_at: QPointF | None = None
        self._drawn: _Drawn | None = None
        self._answer_pace, self._answer = Pace(TEXT_PERIOD_S), (np.nan, np.nan)
        self._make_items()
        self.box.sigRangeChanged.connect(self._follow_range)
        self._document.x_changed.connect(self._show_probe)
        self._session.fill_in.changed.connect(self._show_probe)
        self._session.point_editor.changed.connect(self.meet_points)
        self.point_tool.chosen.changed.connect(self._show_chosen)
        self._options.changed.connect(self._follow_options)
        self._selection.pointed_changed.connect(self._mark_units)
        self._selection.changed.connect(self._mark_units)
        appearance.follow(self, self._colour_items)
        self._colour_items()

    def _make_items(self) -> None:
        self._range = QGraphicsRectItem()
        self._zero = pg.InfiniteLine(0.0, angle=0)
        self._band = pg.PlotCurveItem(fillLevel="enclosed", pen=None)
        self._truth = pg.PlotCurveItem(antialias=True)
        self.units = UnitCurves()
        self._test_dots, self._train_dots = pg.ScatterPlotItem(pxMode=True), pg.ScatterPlotItem(pxMode=True)
        for dots in (self._test_dots, self._train_dots):
            # They stay where they are while curves move over them.
            dots.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self._probe = pg.InfiniteLine(angle=90)
        self._probe.addMarker("v", 0.98, 10)
        self._chosen_dot = pg.ScatterPlotItem(pxMode=True)
        # They move with every frame: what Qt draws by itself costs less than a scatter plot.
        self.answers = [QGraphicsEllipseItem() for _ in range(MAX_QUANTITIES)]
        for dot in self.answers:
            dot.setFlag(dot.GraphicsItemFlag.ItemIgnoresTransformations)
        self._said = pg.TextItem()
        self.overlays: tuple[Overlay, ...] = (
            LineOverlay(self._session.line, self.box),
            BumpOverlay(self._session.bumps, self.box),
        )
        items = (
            *(
                self._range,
                self._zero,
                self._band,
                self.units,
                self._test_dots,
                self._train_dots,
                self._truth,
            ),
            *(item for overlay in self.overlays for item in overlay.items),
            *(self._curve, self._probe, *self.answers, self._chosen_dot, self._said),
        )
        for height, item in enumerate(items):
            item.setZValue(height - len(items))
            self.box.addItem(item, ignoreBounds=True)
        hidden = (self._range, self._band, self._truth, self.units)
        for item in (*hidden, self._probe, *self.answers, self._said):
            item.hide()

    def _colour_items(self) -> None:
        theme, scale = appearance.theme, text_scale()
        self._range.setBrush(colour(theme.control, 0.45))
        self._range.setPen(pg.mkPen(None))
        # A grid would have the axes painted with every frame.
        self.showGrid(x=False, y=False)
        self._zero.setPen(pg.mkPen(colour(theme.muted, 0.35), width=1))
        self._band.setBrush(colour(theme.accent, 0.22))
        self._truth.setPen(pg.mkPen(colour(theme.muted), width=1.6 * scale, style=Qt.PenStyle.DashLine))
        self._curve.setPen(pg.mkPen(colour(theme.text), width=2.6 * scale))
        self._probe.setPen(pg.mkPen(colour(theme.selection), width=1))
        # As the curves of the loss: training blue, test orange.
        for dots, brush, pen, size_px in (
            (
                self._train_dots,
                colour(theme.positive, 0.85),
                pg.mkPen(colour(theme.panel), width=0.8),
                DOT_PX,
            ),
            (self._test_dots, colour(theme.panel), pg.mkPen(colour(theme.negative), width=1.5), DOT_PX),
            (self._chosen_dot, None, pg.mkPen(colour(theme.selection), width=2), DOT_PX + 6),
        ):
            dots.setBrush(pg.mkBrush(brush))
            dots.setPen(pen)
            dots.setSize(round(size_px * scale))
        for dot in self.answers:
            half = PROBE_PX * scale / 2
            dot.setRect(-half, -half, 2 * half, 2 * half)
            dot.setBrush(colour(theme.selection))
            dot.setPen(pg.mkPen(colour(theme.panel), width=1.5))
        self._said.setFont(text_font(12, bold=True))
        self._said.fill = pg.mkBrush(colour(theme.panel, 0.75))
        self._said.setColor(colour(theme.text))
        for overlay in self.overlays:
            overlay.recolour()

    # Points

    def meet_network(self) -> None:
        """Write the names at the axes, and draw another network."""
        space, outputs = self._network.input_space, self._network.output_space
        self.set_label("bottom", space.names[0] if space.names else tr("x"))
        words = [f"{each.name} ({each.unit})" if each.unit else each.name for each in outputs.quantities]
        self.set_label("left", ", ".join(words) or tr(outputs.noun))
        self._drawn = None
        self.refresh_weights()

    def meet_points(self) -> None:
        """Show the points of the problem."""
        points = self._session.point_editor.points
        if points is self.points:
            return
        self.points = points
        n = 0 if points is None else len(points)
        self._shown = np.linspace(0, n - 1, min(n, MOST_DOTS)).astype(np.intp)
        self._draw_dots()
        self.point_tool.chosen.meet_points()
        if not self._session.point_editor.is_at_work:
            self._fit()

    def _draw_dots(self) -> None:
        points, shown = self.points, self._shown
        self._range.setVisible(points is not None)
        for dots, is_test in ((self._train_dots, False), (self._test_dots, True)):
            rows = shown[:0] if points is None else shown[points.is_test[shown] == is_test]
            dots.setVisible(len(rows) > 0)
            if points is not None and len(rows):
                columns = heights(points)[rows]
                dots.setData(np.repeat(points.x[rows, 0], columns.shape[1]), columns.ravel())

    def _fit(self) -> None:
        """Set what all is: the points, and room beside them where the network extrapolates."""
        if self.points is not None:
            y = heights(self.points)
            self.fit(_with_room(*self.data_range, BEYOND), _with_room(y.min(), y.max(), ABOVE))
            self._place_range()

    @property
    def data_range(self) -> tuple[float, float]:
        """The abscissas of the first point and the last; there are points."""
        assert self.points is not None, "only points have a range"
        return float(self.points.x.min()), float(self.points.x.max())

    def _place_range(self) -> None:
        if self.points is not None:
            left, right = self.data_range
            bottom, top = self.box.viewRange()[1]
            self._range.setRect(QRectF(left, bottom, right - left, top - bottom))

    def _show_chosen(self) -> None:
        points, index = self.points, self.point_tool.chosen.index
        self._chosen_dot.setVisible(points is not None and index is not None)
        if points is not None and index is not None:
            y = heights(points)[index]
            self._chosen_dot.setData(np.repeat(points.x[index], len(y)), y)

    # The network's curve

    def _follow_range(self, *_: object) -> None:
        self._place_range()
        self._draw_truth()
        self.draw_network()
        self._show_probe()

    def _follow_options(self) -> None:
        self.units.setVisible(self._options.shows_units)
        self._band.setVisible(self._options.shows_band)
        self._follow_range()
        self._mark_units()

    @property
    def weights(self) -> np.ndarray:
        """What is drawn, (n_params,): what reads the input, or what the hand makes of it."""
        dragged = self.kink_tool.weights
        return self._session.bumps.weights if dragged is None else dragged

    @property
    def output(self) -> int:
        """The output whose units are shown: the selected one, else the first."""
        unit, last = self._selection.unit, self._network.architecture.n_layers - 1
        return unit[1] if unit is not None and unit[0] == last else 0

    def refresh_weights(self) -> None:
        """Draw the network with other weights."""
        self.kink_tool.follow()
        if self._session.bumps.is_shown:
            self._session.bumps.follow()
        self.draw_network()
        self._show_probe()

    def draw_network(self) -> None:
        """Compute and draw the network's curve, and all that follows it, where something is new."""
        architecture, weights, options = self._network.architecture, self.weights, self._options
        if architecture.n_inputs != 1:
            return
        x_range, (bottom, top) = self.box.viewRange()
        shown = options.shows_units, options.shows_truth, options.shows_band
        view = *x_range, bottom, top, self.output, *shown, self.band
        asked = _Drawn(weights, architecture, view)
        if asked.is_same(self._drawn):
            return
        self._drawn = asked
        x, is_coarse = self._abscissas(architecture, weights, *x_range)
        trace = activations(architecture, weights, x.astype(weights.dtype)[:, None])
        y = self._drawn_outputs(trace.a[-1])
        far = _FAR * (top - bottom)
        with_gap = np.full((y.shape[1], len(x) + 1), np.nan, y.dtype)
        with_gap[:, :-1] = np.clip(y, bottom - far, top + far).T
        self._curve.setData(np.tile(np.append(x, x[-1]), y.shape[1]), with_gap.ravel())
        if options.shows_units:
            units, kinks = self._contributions(trace.a[-2][is_coarse]), self._kinks(architecture, weights)
            deep_kinks = _deep_kinks(architecture, weights, *x_range)
            self.units.show_curves(x[is_coarse], units, kinks, deep_kinks)
        if options.shows_band:
            self._draw_band(x, y[:, 0])

    def _drawn_outputs(self, outputs: np.ndarray) -> np.ndarray:
        """Return the columns of outputs (n, n_outputs) that have curves: all numbers, or the last class."""
        return outputs if self._network.output_space.quantities else outputs[:, -1:]

    def _abscissas(
        self, architecture: Architecture, weights: np.ndarray, left: float, right: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return where to compute the network: evenly, and where the units of the first layer bend.

        Returns
        -------
        x : float64 ndarray of shape (n,)
            From the left to the right.
        is_coarse : bool ndarray of shape (n,)
            Whether curves of units are drawn there too: where they have corners, and of many at every few.
        """
        room = max(self.box.width() / 1.5, FEWEST)
        n = int(min(max(PRODUCTS / architecture.n_params, FEWEST), room, MOST))
        kinks = self._kinks(architecture, weights)
        kinks = kinks[(kinks > left) & (kinks < right)][:MOST_KINKS]
        x = np.concatenate((np.linspace(left, right, n), kinks))
        is_coarse = np.full(len(x), has_pieces(architecture))
        many = architecture.n_layers > 1 and architecture.layer_sizes[-2] > MOST_SMOOTH
        is_coarse[: n - 1 : COARSENESS if many else 1] = True
        is_coarse[n - 1] = True
        order = np.argsort(x, kind="stable")
        return x[order], is_coarse[order]

    def _kinks(self, architecture: Architecture, weights: np.ndarray) -> np.ndarray:
        """Return where each unit of the first hidden layer bends, (n,); those of straight ones nowhere."""
        if architecture.n_layers < 2 or architecture.activations[0] == "identity":
            return np.empty(0)
        return first_kinks(architecture, weights)

    def _contributions(self, a: np.ndarray) -> np.ndarray:
        """Return what each unit of the last hidden layer, of activations (n, n_units), adds to the output."""
        last = self._network.architecture.layers(self.weights)[-1]
        return a * last.W[min(self.output, len(last.W) - 1)]

    def function(self, x: np.ndarray) -> np.ndarray:
        """Return the first number that the network gives out, or its last class, at abscissas (n,)."""
        weights = self.weights
        trace = activations(self._network.architecture, weights, x.astype(weights.dtype)[:, None])
        return self._drawn_outputs(trace.a[-1])[:, 0]

    def numbers(self) -> NumberTable:
        """Return the abscissas that are seen with what the network gives out, and what each unit adds."""
        x, _ = self._curve.getData()
        if x is None or self._drawn is None:
            return (), []
        x = np.unique(x)
        weights = self.weights
        trace = activations(self._network.architecture, weights, x.astype(weights.dtype)[:, None])
        names, columns = [self._network.input_space.names[0], *self._network.output_names], [x, trace.a[-1]]
        truth = self._truth_on_show
        if truth is not None:
            names.append(tr("truth"))
            columns.append(truth(x))
        if self._options.shows_units:
            units = self._contributions(trace.a[-2])
            names += [unit_word(k) for k in range(units.shape[1])]
            columns.append(units)
        return names, np.column_stack(columns).tolist()

    # Truth and band

    @property
    def truth(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """The function from which the points were drawn; None where nobody knows it."""
        return None if self.points is None else self.points.truth

    @property
    def _truth_on_show(self) -> Callable[[np.ndarray], np.ndarray] | None:
        return self.truth if self._options.shows_truth else None

    def _draw_truth(self) -> None:
        truth = self._truth_on_show
        self._truth.setVisible(truth is not None)
        if truth is not None:
            x = np.linspace(*self.x_range, MOST)
            self._truth.setData(x, truth(x))

    @property
    def band(self) -> float:
        """Half of the band's height, ε, in the unit of the outputs."""
        if self.points is None:
            return 0.0
        return self._options.band * (float(np.ptp(heights(self.points))) or 1.0)

    def _draw_band(self, x: np.ndarray, y: np.ndarray) -> None:
        """Draw the band around the truth where that is on show, else around the network's curve."""
        truth, half = self._truth_on_show, self.band
        middle = y if truth is None else truth(x)
        around = np.concatenate((middle + half, middle[::-1] - half))
        self._band.setData(np.concatenate((x, x[::-1])), around)

    def largest_error(self) -> tuple[float, float, bool]:
        """Return the largest error, its abscissa, and whether it is one from the truth.

        It is measured all over the points' range where the truth is on show, else at the points.
        """
        truth, points = self._truth_on_show, self.points
        assert points is not None, "only points have errors"
        if truth is not None and len(points) > 1:
            return *largest_error(self.function, truth, *self.data_range), True
        x = points.x[:, 0]
        errors = np.abs(self.function(x) - heights(points)[:, 0])
        at = int(np.nan_to_num(errors, nan=np.inf).argmax())
        return float(errors[at]), float(x[at]), False

    # The probe

    @property
    def probe(self) -> float | None:
        """The abscissa at which the network is asked."""
        x = self._document.x
        return None if x is None or len(x) != 1 else float(x[0])

    def ask(self, x: float) -> None:
        """Ask the network at another abscissa."""
        self._document.set_x(np.array([bounded(x)], np.float32))

    def _show_probe(self) -> None:
        """Show where the network is asked, and what it and its units answer there."""
        x, architecture, weights = self.probe, self._network.architecture, self.weights
        if x is None or architecture.n_inputs != 1:
            for item in (self._probe, *self.answers, self._said):
                item.hide()
            self.units.show_answers(None, np.empty(0))
            return
        trace = activations(architecture, weights, np.array([[x]], weights.dtype))
        outputs = self._drawn_outputs(trace.a[-1])[0]
        self._probe.setValue(x)
        self._probe.show()
        is_finite = bool(np.isfinite(outputs).all())
        for k, dot in enumerate(self.answers):
            dot.setVisible(is_finite and k < len(outputs))
        self._said.setVisible(is_finite and not self._session.fill_in.hides_answer)
        if is_finite:
            for dot, y in zip(self.answers, outputs.tolist(), strict=False):
                dot.setPos(x, y)
            self._place_answer(x, float(outputs[0]))
        if self._options.shows_units:
            self.units.show_answers(x, self._contributions(trace.a[-2])[0])

    def _place_answer(self, x: float, y: float) -> None:
        """Put a number beside its dot, to the side where there is more room, within the axes.

        That of another x is written at once, that of other weights at reading speed.
        """
        (left, right), (bottom, top) = self.box.viewRange()
        is_elsewhere, is_new = x != self._answer[0], (x, y) != self._answer
        self._answer = x, y
        self.write_answer(is_new=is_new, at_once=is_elsewhere)
        self._said.setAnchor((0 if x < (left + right) / 2 else 1, 1 if y < (bottom + top) / 2 else 0))
        self._said.setPos(x, min(max(y, bottom), top))

    def write_answer(self, *, is_new: bool = False, at_once: bool = False) -> None:
        """Write the number that was put beside the dot, if it is due; asked in every frame."""
        if self._answer_pace.due(is_new, at_once=at_once):
            self._said.setText(f" {figure(self._answer[1])} ")

    # The pointer

    def target_at(self, position: QPointF) -> Target | None:
        """Return what is at a place of the plot: handles before all else."""
        for nth, overlay in enumerate(self.overlays):
            handle = handle_at(self.box, overlay.handles(), position)
            if handle is not None:
                return Target(DragTarget.HANDLE, handle, nth)
        points, rows = self.points, self._shown
        x, y = (
            (np.empty(0), np.empty((0, 1))) if points is None else (points.x[rows, 0], heights(points)[rows])
        )
        return Scene(self.box, self.units, self.probe, x, y, rows).target_at(position)

    def _hover(self, position: QPointF | None) -> None:
        """Mark what the pointer is on, here and in the network's picture."""
        hot = None if position is None else self.target_at(position)
        if hot != self._hot:
            self._hot = hot
            self.viewport().setCursor(Qt.CursorShape.CrossCursor if hot is None else hot.part.value)
            unit = None if hot is None else hot.unit(self._network.architecture.n_layers)
            self._selection.point_at(*(unit or (None, None)))

    def _mark_units(self) -> None:
        """Let the unit stand out that is pointed at in any view, else the selected one."""
        unit = self._selection.pointed or self._selection.unit
        last_hidden = self._network.architecture.n_layers - 2
        layer, index = (None, None) if unit is None else unit
        self.units.stand_out(index if layer == last_hidden else None, index if layer == 0 else None, unit)

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer: what it is on is marked."""
        handled = super().viewportEvent(event)
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove and not event.buttons():
            self._hover(event.position())
        return handled

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag a point, a kink or the probe; else a click, or a drag of the view."""
        self._pressed_at = self._dragged = None
        if event.button() == Qt.MouseButton.LeftButton:
            target = self.target_at(event.position())
            if target is not None and self._begin_drag(target):
                self._dragged = target
                event.accept()
                return
            self._pressed_at = event.position()
        super().mousePressEvent(event)

    def _begin_drag(self, target: Target) -> bool:
        if target.part is DragTarget.KINK:
            return self.kink_tool.begin(target.index)
        if target.part is DragTarget.POINT:
            self.point_tool.chosen.choose(target.index)
            return self.point_tool.begin_drag()
        if target.part is DragTarget.HANDLE:
            return self.overlays[target.overlay].begin_drag(target.index)
        return target.part is DragTarget.PROBE

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what was pressed."""
        if self._dragged is None:
            super().mouseMoveEvent(event)
            return
        x, y = self.place_at(event.position())
        if self._dragged.part is DragTarget.KINK:
            self.kink_tool.move_to(x)
            self.refresh_weights()
        elif self._dragged.part is DragTarget.POINT:
            self.point_tool.drag(self._dragged.index, x, y)
        elif self._dragged.part is DragTarget.HANDLE:
            self.overlays[self._dragged.overlay].drag(self._dragged.index, x, y)
            self.refresh_weights()
        else:
            self.ask(x)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or act on a click: select the unit that is there, or add a point."""
        dragged, self._dragged = self._dragged, None
        pressed_at, self._pressed_at = self._pressed_at, None
        if dragged is None:
            super().mouseReleaseEvent(event)
            if pressed_at is not None and (event.position() - pressed_at).manhattanLength() < REACH_PX / 2:
                self._click(pressed_at)
        elif dragged.part is DragTarget.KINK:
            self.kink_tool.finish()
        elif dragged.part is DragTarget.POINT:
            self.point_tool.finish_drag()
            self._fit()
        elif dragged.part is DragTarget.HANDLE:
            self.overlays[dragged.overlay].finish_drag()
        event.accept()

    def _click(self, position: QPointF) -> None:
        target = self.target_at(position)
        unit = None if target is None else target.unit(self._network.architecture.n_layers)
        if unit is not None:
            self._selection.select(*unit)
        elif target is None and self.is_within_axes(position):
            self.point_tool.add(*self.place_at(position))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all; the point that the first click added is taken back."""
        if event.button() == Qt.MouseButton.LeftButton and self.point_tool.chosen.has_just_added:
            self.point_tool.chosen.has_just_added = False
            self._document.undo()
        super().mouseDoubleClickEvent(event)

    # Keys

    def _action_of(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Act | None:
        """Return what moves the probe, a point or a kink; adds or removes a point."""
        if key in ARROWS:
            return self._action_of_arrow(*ARROWS[key], modifiers)
        if modifiers != _NONE:
            return None
        if key in NEXT_POINT:
            return lambda: self._choose_next(NEXT_POINT[key])
        if key in _ADD:
            return self._add_at_probe
        return self.point_tool.remove_chosen if key in _REMOVE else None

    def _action_of_arrow(self, right: int, down: int, modifiers: Qt.KeyboardModifier) -> Act | None:
        seen = self.box.viewRect()
        dx, dy = right * KEY_STEP * seen.width(), -down * KEY_STEP * seen.height()
        if modifiers == _ALT:
            return lambda: self.point_tool.move_chosen(dx, dy)
        if modifiers == _CONTROL and right:
            return lambda: self.kink_tool.step_selected(dx)
        if modifiers == _NONE:
            return (lambda: self._step_probe(dx)) if right else (lambda: self._step_unit(down))
        return None

    def _step_probe(self, dx: float) -> None:
        self.ask(sum(self.x_range) / 2 if self.probe is None else self.probe + dx)

    def _step_unit(self, down: int) -> None:
        """Select the next unit of the last hidden layer, or the one before."""
        layer = self._network.architecture.n_layers - 2
        if layer < 0:
            return
        n, unit = self._network.architecture.layer_sizes[layer + 1], self._selection.unit
        if unit is not None and unit[0] == layer:
            self._selection.select(layer, (unit[1] + down) % n)
        else:
            self._selection.select(layer, 0 if down > 0 else n - 1)

    def _choose_next(self, step: int) -> None:
        self.point_tool.chosen.choose_next(step)
        index = self.point_tool.chosen.index
        if index is not None:
            self._session.said.emit(self._words_for_point(index), False)

    def _add_at_probe(self) -> None:
        """Add a point where the network is asked, on its curve: Alt + arrows move it from there."""
        if self.probe is None:
            self._step_probe(0)
        x = self.probe
        if x is not None:
            self.point_tool.add(x, float(np.nan_to_num(self.function(np.array([x]))[0])))

    # Words

    def explain(self, position: QPoint) -> str:
        """Return the hover text of what is at a place."""
        target = self.target_at(QPointF(position))
        if target is None:
            words = (overlay.explain(QPointF(position)) for overlay in self.overlays)
            return next(filter(None, words), "")
        if target.part is DragTarget.HANDLE:
            return self.overlays[target.overlay].explain_handle(target.index)
        if target.part is DragTarget.POINT:
            return f"{self._words_for_point(target.index)}\n{tr('Drag it, or Del removes it.')}"
        if target.part is DragTarget.PROBE:
            return tr("The network is asked here: drag, or ← →.")
        layer, unit = target.unit(self._network.architecture.n_layers) or (0, target.index)
        name = unit_name(self._network.architecture, self._network.output_space, layer, unit)
        if target.part is DragTarget.KINK:
            words = tr("{unit} bends at {x}, where w x + b = 0.\nDrag it, or Ctrl + ← →: b follows.")
            return words.format(unit=name, x=figure(float(self.units.kinks[unit])))
        x, _ = self.place_at(QPointF(position))
        if target.part is DragTarget.DEEP_KINK:
            deep = self.units.deep_kinks
            own = deep.x[(deep.layers == layer) & (deep.units == unit)]
            words = tr("{unit} bends at {x}: where the layers before it take its sum through 0.\n{select}")
            at = float(own[np.abs(own - x).argmin()])
            return words.format(unit=name, x=figure(at), select=tr("Click selects it."))
        value = float(np.interp(x, self.units.x, self.units.curves[:, unit]))
        return tr("{unit} adds {value} here.\nClick selects it.").format(unit=name, value=figure(value))

    def _words_for_point(self, index: int) -> str:
        points, space = self.points, self._network.output_space
        assert points is not None, "a point is one of some"
        y, answer = float(heights(points)[index, 0]), float(self.function(points.x[index])[0])
        return tr("{kind}: {x_name} = {x}, {y_name} = {y}; the network says {answer}, {error} off.").format(
            kind=tr("Test point") if points.is_test[index] else tr("Training point"),
            x_name=self._network.input_space.names[0],
            x=figure(float(points.x[index, 0])),
            y_name=space.names[0] if space.quantities else tr(space.noun),
            y=figure(y),
            answer=figure(answer),
            error=figure(answer - y),
        )

    def values_at(self, x: float) -> Values:
        """Return what is written beside the cross-hair: x, the network's answer, and the truth."""
        if self._drawn is None or self._drawn.architecture is not self._network.architecture:
            return []
        theme, at, truth = appearance.theme, np.array([x]), self._truth_on_show
        values = [(theme.muted, f"{self._network.input_space.names[0]} {figure(x)}")]
        values.append((theme.text, tr("network {value}").format(value=figure(float(self.function(at)[0])))))
        if truth is not None:
            values.append((theme.muted, tr("truth {value}").format(value=figure(float(truth(at)[0])))))
        return values


def _deep_kinks(architecture: Architecture, weights: np.ndarray, left: float, right: float) -> DeepKinks:
    """Return where units behind the first layer bend, of a network of straight pieces that is not large."""
    is_deep = architecture.n_layers > 2 and architecture.n_params <= MOST_FOR_DEEP_KINKS
    if not is_deep or not has_pieces(architecture):
        return DeepKinks()
    try:
        pieces = linear_pieces(architecture, weights, left, right)
    except PiecewiseError:
        return DeepKinks()
    # The first layer's have ticks of their own.
    deep = np.flatnonzero(pieces.layers > 0)[:MOST_KINKS]
    return DeepKinks(pieces.kinks[deep], pieces.layers[deep], pieces.units[deep])


def _with_room(low: float, high: float, share: float) -> tuple[float, float]:
    """Return a range with room on either side; that of one number is wider than nothing."""
    low, high = float(low), float(high)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-3):
        low, high = low - 0.5, high + 0.5
    margin = share * (high - low)
    return low - margin, high + margin
