"""Loss and measures against epochs; axes grow in steps, because auto-ranging costs frames."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.data.output_kinds import Measure
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_font
from nnstudio.studio.panels.curves.controls import CurveControls
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.curve_options import RUN_SIGNS, CurveOptions
from nnstudio.studio.views.axis import round_up
from nnstudio.studio.views.plot import Plot, Values, legend
from nnstudio.studio.views.shared_epochs import SharedEpochs
from nnstudio.training.changes import Change

MAX_POINTS = 2000
SMALLEST = 1e-15
"""The lowest end of a logarithmic axis: what is left of a loss of 1 in double precision."""

OTHER_LINES = tuple(
    zip(
        RUN_SIGNS,
        (
            Qt.PenStyle.DashLine,
            Qt.PenStyle.DotLine,
            Qt.PenStyle.DashDotLine,
            Qt.PenStyle.DashDotDotLine,
        ),
        strict=True,
    )
)
"""Signs of other runs' curves in the legend, and their line styles."""

HINT = translatable("Space trains the network:\nits curves appear here")

_LONGEST_NAME = 14
_REACH_PX = 4
_WORDS_APART_PX = 15
"""Least distance of two changes that both have their words written."""

Curve = tuple[np.ndarray, np.ndarray]
"""Epochs and values."""


@contained
class TrainingCurves(QWidget):
    """Two curves over epochs, training thin and blue, test thick and orange; those of other runs are dashed.

    Parameters
    ----------
    name : str
        Accessible name.
    measure : Measure
        What the curves are of; shares are shown in percent, others on a logarithmic axis at first.
    options : CurveOptions
    parent : QWidget, optional
    """

    def __init__(
        self,
        name: str,
        measure: Measure,
        options: CurveOptions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name.lower().replace(" ", "-"))
        self._measure, self._unit, self._options = measure, "", options
        self._log_values = not measure.is_share
        self._range: tuple[object, ...] = ()
        self._curves: list[tuple[str, Curve]] = []
        """What is on show, in full, with names: training, test, and the other runs."""
        self._changes: Sequence[Change] = ()
        self._epoch: float | None = None
        self.plot = Plot(
            name,
            (tr("epoch"), self._measure.titled(self._unit)),
            self,
            explain=self.explain,
            values_at=self._read_out,
        )
        self._marks = self.plot.plot([], [], connect="pairs")
        self._words: list[pg.TextItem] = []
        self._others = [self.plot.plot([], []) for _ in OTHER_LINES]
        self._moment = pg.InfiniteLine(angle=90)
        self._moment.hide()
        self.plot.addItem(self._moment, ignoreBounds=True)
        self._chance: float | None = None
        self._chance_line = pg.InfiniteLine(angle=0)
        self._chance_words = pg.InfLineLabel(self._chance_line, "", position=0.99, anchors=[(1, 1), (1, 0)])
        self._chance_line.hide()
        self.plot.addItem(self._chance_line, ignoreBounds=True)
        self._raw = [self.plot.plot([], []) for _ in range(2)]
        """The curves as measured, where those on show are smoothed."""
        self._train = self.plot.plot([], [])
        self._test = self.plot.plot([], [])
        self._best = self.plot.plot([], [], pen=None, symbol="o", useCache=False)
        self._shared = SharedEpochs(self.plot, options)
        self.plot.moved.connect(self._note_move)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.controls = CurveControls(self._quantity, options, self)
        self.controls.log_values_chosen.connect(self.set_log_values)
        self.controls.all_wanted.connect(self.plot.show_all)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.controls)
        row.addWidget(self._legend, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.plot, 1)
        self._set_axes()
        self._restyle()
        appearance.follow(self, self._restyle)
        options.changed.connect(self._follow_options)
        self.clear()

    @property
    def _quantity(self) -> str:
        return tr(self._measure.title)

    def set_measure(self, measure: Measure, unit: str = "") -> None:
        """Show curves of another measure, whose numbers have a unit; all is shown."""
        if (measure, unit) == (self._measure, self._unit):
            return
        self._measure, self._unit, self._curves = measure, unit, []
        self.plot.set_label("left", self._measure.titled(self._unit))
        self.controls.show_quantity(self._quantity)
        self.set_log_values(not measure.is_share)

    def _restyle(self) -> None:
        theme = appearance.theme
        self._marks.setPen(pg.mkPen(colour(theme.muted, 0.8), width=1, style=Qt.PenStyle.DashLine))
        for item, code in zip(self._raw, (theme.positive, theme.negative), strict=True):
            item.setPen(pg.mkPen(colour(code, 0.3), width=1))
        self._train.setPen(pg.mkPen(colour(theme.positive, 0.8), width=1))
        self._test.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._best.setSymbolPen(pg.mkPen(colour(theme.negative), width=2))
        self._best.setSymbolBrush(colour(theme.panel))
        self._chance_line.setPen(pg.mkPen(colour(theme.muted), width=1, style=Qt.PenStyle.DotLine))
        self._draw_chance()
        self._moment.setPen(pg.mkPen(colour(theme.selection), width=1))
        for item, (_, style) in zip(self._others, OTHER_LINES, strict=True):
            item.setPen(pg.mkPen(colour(theme.muted), width=1, style=style))
        self._draw_marks()
        self._show_legend()

    # The legend

    def _show_legend(self) -> None:
        theme = appearance.theme
        entries = [(theme.positive, "—", tr("training")), (theme.negative, "━", tr("test"))]
        best = self._best_point()
        if best is not None:
            entries.append((theme.negative, "○", tr("best {value}").format(value=self._written(best[1]))))
        others = [
            (theme.muted, sign, name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…")
            for (sign, _), (name, (x, _)) in zip(OTHER_LINES, self._curves[2:], strict=False)
            if len(x)
        ]
        wide = "   ".join(f"{sign} {text}" for _, sign, text in (*entries, *others))
        if self._legend.fontMetrics().horizontalAdvance(wide) > self._legend.width():
            # Their names are in the hover text.
            others = [(code, sign, "") for code, sign, _ in others]
        self._legend.setText(legend((*entries, *others)))
        told = tr("Dashed: {quantity} of {names}, on the test set unless it says training").format(
            quantity=self._quantity, names=", ".join(name for name, _ in self._curves[2:])
        )
        own = tr(
            "Blue: {quantity} on what is learned from. Orange: {quantity} on the test set, from which "
            "nothing is learned.\nWhere orange turns away from blue, the network learns by heart."
        ).format(quantity=self._quantity)
        own = f"{own}\n{self.plot.navigation.tip}"
        self._legend.setToolTip(f"{own}\n{told}" if self._curves[2:] else own)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write what the legend has room for."""
        self._show_legend()

    # What is seen

    def set_log_values(self, logarithmic: bool) -> None:
        """Make the axis of values logarithmic, or not; all is shown."""
        if logarithmic != self._log_values:
            self._log_values = logarithmic
            self._set_axes()
            self.plot.show_all()

    def _set_axes(self) -> None:
        # A scatter plot of a point that has no logarithm fails.
        self._best.setData([], [])
        self.plot.set_logarithmic(x=self._options.log_epochs, y=self._log_values)
        self.controls.show_log_values(self._log_values)
        self._range = ()
        self._draw_curves()
        self._draw_moment()
        self._draw_chance()

    def _note_move(self) -> None:
        self.controls.show_following(self.plot.is_fitted)
        self._draw_marks()

    def _follow_options(self) -> None:
        """Show the epochs that the plot of another quantity shows, on the same axis, as smooth."""
        is_other_axis = self._options.log_epochs != self.plot.is_logarithmic[0]
        if is_other_axis:
            self._set_axes()
        self._shared.follow()
        self.controls.show_following(self.plot.is_fitted)
        self.controls.show_options()
        self._draw_marks()
        if not is_other_axis:
            self._draw_curves()

    @property
    def is_empty(self) -> bool:
        """Whether there is no measurement on show."""
        return not any(len(x) for _, (x, _) in self._curves)

    def clear(self) -> None:
        """Show empty axes and a hint; the part that is seen stays."""
        self.plot.show_hint(tr(HINT))
        self.show_moment(None)
        self.show_changes(())
        self._curves = []
        self._draw_curves()

    def show_curves(self, train: Curve, test: Curve, others: Sequence[tuple[str, *Curve]] = ()) -> None:
        """Show the curves of training and test.

        ``others`` are names of other runs with (epochs, values) of theirs on the test set, as many as there
        are `OTHER_LINES` at most; those without values keep their line, which is not drawn.
        """
        self._curves = [(tr("training"), train), (tr("test"), test)]
        self._curves += [(name, (x, y)) for name, x, y in others]
        if self.is_empty:
            self.clear()
            return
        # A single measurement, of a run that waits, draws no line.
        self.plot.show_hint(tr(HINT) if all(len(x) < 2 for _, (x, _) in self._curves) else "")
        self._draw_curves()

    def _draw_curves(self) -> None:
        nothing, factor = (np.zeros(0), np.zeros(0)), self._measure.factor
        train, test, *others = [_thin(x, factor * y) for _, (x, y) in self._curves] or [nothing] * 2
        share = self._options.smoothing
        for item, raw, (x, y) in ((self._train, self._raw[0], train), (self._test, self._raw[1], test)):
            item.setData(x, smoothed(x, y, share))
            raw.setData(*((x, y) if share else nothing))
        for k, item in enumerate(self._others):
            x, y = others[k] if k < len(others) else nothing
            item.setData(x, smoothed(x, y, share))
        best = self._best_point()
        self._best.setData(*(([best[0]], [factor * best[1]]) if self._has_place(best) else nothing))
        self._fit()
        self._show_legend()
        self.plot.update_cross()

    def _best_point(self) -> tuple[float, float] | None:
        """Return the epoch and the value of the best measurement on the test set."""
        epochs, values = self._curves[1][1] if self._curves else ((), ())
        if len(epochs) < 2:
            return None
        k = int(np.argmax(values) if self._measure.higher_is_better else np.argmin(values))
        return float(epochs[k]), float(values[k])

    def _has_place(self, point: tuple[float, float] | None) -> bool:
        """Tell whether there is a point, and logarithms of it where axes have them."""
        if point is None:
            return False
        return self._shared.has_place(point[0]) and (point[1] > 0 or not self._log_values)

    def numbers(self) -> NumberTable:
        """Return the names of columns and the rows of all measurements on show, and what is drawn of them."""
        rows: list[tuple[object, ...]] = []
        for k, (name, (epochs, values)) in enumerate(self._curves):
            columns = [np.asarray(epochs, float), np.asarray(values, float)]
            if self._options.smoothing and len(epochs):
                columns.append(np.interp(epochs, *self._smooth(k)))
            rows += [(name, *row) for row in np.stack(columns, axis=1).tolist()]
        names = (self._quantity, tr("{quantity}, smoothed").format(quantity=self._quantity))
        return ("curve", "epoch", *names[: 2 if self._options.smoothing else 1]), rows

    def _smooth(self, k: int) -> Curve:
        """Return a curve as it is drawn, in the unit of its measurements."""
        x, y = (self._train, self._test, *self._others)[k].getOriginalDataset()
        return x, y / self._measure.factor

    # Marks

    def show_moment(self, epoch: float | None) -> None:
        """Mark the epoch of the displayed checkpoint; None: the live network is displayed."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._draw_moment()

    def _draw_moment(self) -> None:
        can_be_seen = self._epoch is not None and self._shared.has_place(self._epoch)
        self._moment.setVisible(can_be_seen)
        if can_be_seen:
            self._moment.setValue(self._shared.abscissa(self._epoch))

    def show_chance(self, share: float | None) -> None:
        """Draw the value that guessing gives, a share; None: there is none."""
        if share != self._chance:
            self._chance = share
            self._draw_chance()

    def _draw_chance(self) -> None:
        self._chance_line.setVisible(self._chance is not None)
        if self._chance is None:
            return
        value = self._measure.factor * self._chance
        self._chance_line.setValue(math.log10(value) if self._log_values else value)
        self._chance_words.setFont(text_font(10))
        self._chance_words.setText(tr("chance {share:.3g} %").format(share=100 * self._chance))
        self._chance_words.setColor(colour(appearance.theme.muted))

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Mark the epochs at which settings changed."""
        if changes != self._changes:
            self._changes = changes
            self._draw_marks()

    def _draw_marks(self) -> None:
        """Draw a line at each change, and its words where they do not cover those of the one before."""
        bottom, top = self.plot.box.viewRange()[1]
        x = np.repeat([change.epoch for change in self._changes], 2)
        y = np.tile((bottom, top), len(self._changes))
        self._marks.setData(x, 10.0**y if self._log_values else y)
        left, right = self.plot.x_range
        written, last = 0, -math.inf
        for change in self._changes:
            at = self._shared.abscissa(change.epoch)
            if left <= at <= right and at - last >= _WORDS_APART_PX * self.plot.x_per_px:
                last = at
                self._write_words(written, change.text, QPointF(at, top))
                written += 1
        for item in self._words[written:]:
            item.hide()

    def _write_words(self, k: int, text: str, place: QPointF) -> None:
        """Write what was changed beside the upper end of its line."""
        if k == len(self._words):
            self._words.append(pg.TextItem(anchor=(1, 1), angle=90))
            self.plot.addItem(self._words[k], ignoreBounds=True)
        item = self._words[k]
        item.setText(text, appearance.theme.muted)
        item.setFont(text_font(10))
        # On the right of a line that has no room on its left.
        room_px = (place.x() - self.plot.x_range[0]) / self.plot.x_per_px
        item.setAnchor((1, 0 if room_px < item.boundingRect().height() else 1))
        item.setPos(place)
        item.show()

    # What is under the pointer

    def _read_out(self, epoch: float) -> Values:
        theme = appearance.theme
        codes = {tr("training"): theme.positive, tr("test"): theme.negative, tr("epoch"): theme.text}
        return [(codes.get(name, theme.muted), f"{name} {value}") for name, value in self.values_at(epoch)]

    def values_at(self, epoch: float) -> list[tuple[str, str]]:
        """Return the epoch and the values of all curves there, each with its name; nothing beside them."""
        values = []
        for k, (name, (x, y)) in enumerate(self._curves):
            if len(x) and x[0] <= epoch <= x[-1]:
                value = self._written(float(np.interp(epoch, x, y)))
                if self._options.smoothing:
                    smooth = self._written(float(np.interp(epoch, *self._smooth(k))))
                    value = tr("{value}, smoothed {smooth}").format(value=value, smooth=smooth)
                values.append((name, value))
        return [(tr("epoch"), f"{epoch:.4g}"), *values] if values else []

    def explain(self, position: QPoint) -> str:
        """Return the hover text at a place of the plot: a setting that was changed, or the best point."""
        abscissa = self.plot.x_at(position)
        if abscissa is None:
            return ""
        reach = _REACH_PX * self.plot.x_per_px
        place_of = self._shared.abscissa
        near = min(self._changes, key=lambda change: abs(place_of(change.epoch) - abscissa), default=None)
        if near is not None and abs(place_of(near.epoch) - abscissa) <= reach:
            return tr("epoch {epoch:.4g}: {text}").format(epoch=near.epoch, text=near.text)
        best = self._best_point()
        if best is not None and self._has_place(best):
            y = self._measure.factor * best[1]
            place = QPointF(place_of(best[0]), math.log10(y) if self._log_values else y)
            if (self.plot.box.mapViewToScene(place) - QPointF(position)).manhattanLength() <= 3 * _REACH_PX:
                return tr("best test {quantity}: {value} at epoch {epoch:.4g}").format(
                    quantity=self._quantity, value=self._written(best[1]), epoch=best[0]
                )
        return ""

    def _written(self, value: float) -> str:
        return self._measure.text(value, unit=self._unit)

    # Ranges

    def _fit(self) -> None:
        """Set ranges that change rarely: whole epochs in growing steps, half decades, tens of percent."""
        curves = [item.getOriginalDataset() for item in (self._train, self._test, *self._others)]
        epochs = np.concatenate([x for x, _ in curves if x is not None] or [np.zeros(0)])
        values = np.concatenate([y for _, y in curves if y is not None] or [np.zeros(0)])
        wanted = (*self._x_ends(epochs), *self._y_ends(values), self.width())
        if wanted != self._range:
            self._range = wanted
            left, right, bottom, top, _ = wanted
            self.plot.fit((left, right), (bottom, top))
            self._draw_marks()

    def _x_ends(self, epochs: np.ndarray) -> tuple[float, float]:
        right = round_up(max(float(epochs.max()) if len(epochs) else 0.0, 1.0))
        if not self._options.log_epochs:
            return 0.0, right
        positive = epochs[epochs > 0]
        first = float(positive.min()) if len(positive) else 0.1
        return min(_half_decade(first, math.floor), -0.5), math.log10(right)

    def _y_ends(self, values: np.ndarray) -> tuple[float, float]:
        if self._log_values:
            positive = values[values > 0]
            usual = (10.0, 100.0) if self._measure.is_share else (0.01, 3.0)
            low, high = (float(positive.min()), float(positive.max())) if len(positive) else usual
            bottom = _half_decade(low, math.floor)
            return bottom, max(_half_decade(high, math.ceil), bottom + 0.5)
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
        if self._measure.is_share:
            bottom = min(math.floor(low / 10) * 10.0, 90.0)
            if self._chance is not None and bottom <= 100 * self._chance:
                # The line of chance is seen apart from the axis.
                bottom = 0.0
            return bottom, max(high, 100.0)
        step = 10.0 ** math.floor(math.log10(max(high, 1e-6)))
        return min(low, 0.0), max(math.ceil(high / step) * step, 1e-6)


def _half_decade(value: float, rounded: Callable[[float], int]) -> float:
    return rounded(math.log10(max(value, SMALLEST)) * 2) / 2


def _thin(x: np.ndarray, y: np.ndarray) -> Curve:
    """Reduce to at most 2,000 points: means over equal runs, and the last point unchanged."""
    if len(x) <= MAX_POINTS:
        return x, y
    run = -(-len(x) // (MAX_POINTS - 1))
    whole = len(x) // run * run
    mean_x, mean_y = x[:whole].reshape(-1, run).mean(axis=1), y[:whole].reshape(-1, run).mean(axis=1)
    return np.append(mean_x, x[-1]), np.append(mean_y, y[-1])


def smoothed(x: np.ndarray, y: np.ndarray, share: float) -> np.ndarray:
    """Return the exponential moving average of a curve, without the pull of its beginning.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Abscissas, which rise, and ordinates.
    share : float
        Of the mean so far that is left after a thousandth of the curve's length, 0 ≤ share < 1; so curves of
        few points are hardly smoothed. 0 leaves the values.
    """
    if not share or len(y) < 2 or x[-1] <= x[0]:
        return y
    kept = share ** (1000 * np.diff(x, prepend=x[0]) / (x[-1] - x[0]))
    means = []
    total, weight = 0.0, 0.0
    for value, rest in zip(y.tolist(), kept.tolist(), strict=True):
        total, weight = rest * total + (1 - share) * value, rest * weight + (1 - share)
        means.append(total / weight)
    return np.array(means)
