"""Loss and accuracy against epochs; axes grow in steps, because auto-ranging costs frames."""

import math
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, colour, font, text_font, text_scale
from nnstudio.studio.views.view import show_hover_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnstudio.training.changes import Change

MAX_POINTS = 2000
OTHER_LINES = (("╌", Qt.PenStyle.DashLine), ("┈", Qt.PenStyle.DotLine), ("–·", Qt.PenStyle.DashDotLine))
"""Line styles of other runs' curves, and their signs in the legend."""

_LONGEST_NAME = 14
_REACH_PX = 4


@contained
class TrainingCurves(QWidget):
    """Two curves over epochs, training thin and blue, test thick and orange.

    The wheel zooms, dragging moves, a double click shows all again.

    Parameters
    ----------
    name : str
        Accessible name.
    quantity : str
        What the curves are of, on the axis and in hover texts.
    logarithmic : bool
        Whether the axis is; else it is of shares, 0 … 1, that are shown in percent.
    parent : QWidget, optional
    """

    def __init__(self, name: str, quantity: str, *, logarithmic: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setAccessibleName(name)
        self._quantity, self._logarithmic = quantity, logarithmic
        self._range = (0.0, 0.0, 0.0, 0.0)
        self._plot = pg.PlotWidget(background=None)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._item = self._plot.getPlotItem()
        self._item.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.getViewBox().disableAutoRange()
        self._item.getViewBox().sigRangeChangedManually.connect(self._note_zoom)
        self._is_zoomed = False
        """Whether the wheel or a drag chose the ranges; a double click gives them back."""
        if logarithmic:
            self._item.setLogMode(False, True)
        else:
            self._item.getAxis("left").setScale(100.0)
        self._marks = self._item.plot([], [], connect="pairs")
        self._changes: Sequence[Change] = ()
        self._others = [self._item.plot([], []) for _ in OTHER_LINES]
        self._other_names: list[str] = []
        self._moment = self._item.plot([], [])
        self._epoch: float | None = None
        self._train = self._item.plot([], [])
        self._test = self._item.plot([], [])
        self._plot.installEventFilter(self)
        self._plot.viewport().installEventFilter(self)
        self._legend = QLabel(self)
        self._legend.setFont(font(11))
        self._legend.setAlignment(Qt.AlignmentFlag.AlignRight)
        # Long names of runs are elided instead of widening the panel.
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._legend)
        layout.addWidget(self._plot, 1)
        self._hint = QLabel(tr("Space trains the network:\nits curves appear here"), self)
        self._hint.setFont(font(12))
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "muted")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._restyle()
        appearance.changed.connect(self._restyle)
        self.clear()

    def _restyle(self) -> None:
        """Apply the theme and the text scale; pyqtgraph ignores the palette."""
        theme = appearance.theme
        self._plot.setBackground(theme.panel)
        quantity = self._quantity if self._logarithmic else f"{self._quantity} (%)"
        for side, label in (("bottom", tr("epoch")), ("left", quantity)):
            axis = self._item.getAxis(side)
            axis.setPen(colour(theme.line))
            axis.setTextPen(colour(theme.muted))
            axis.setTickFont(text_font(11))
            axis.setLabel(label, **{"color": theme.muted, "font-size": f"{round(11 * text_scale())}px"})
            axis.setStyle(tickLength=-4)
            # A prefix would be computed from the logarithm.
            axis.enableAutoSIPrefix(False)
        self._item.getAxis("left").setWidth(round(52 * text_scale()))
        self._item.showGrid(x=False, y=True, alpha=0.12)
        self._marks.setPen(pg.mkPen(colour(theme.muted, 0.8), width=1, style=Qt.PenStyle.DashLine))
        self._train.setPen(pg.mkPen(colour(theme.positive, 0.8), width=1))
        self._test.setPen(pg.mkPen(colour(theme.negative), width=2))
        self._moment.setPen(pg.mkPen(colour(theme.selection), width=1))
        for item, (_, style) in zip(self._others, OTHER_LINES, strict=True):
            item.setPen(pg.mkPen(colour(theme.muted), width=1, style=style))
        self._show_legend()

    def _show_legend(self) -> None:
        theme = appearance.theme
        entries = [(theme.text, "", tr("double click shows all"))] if self._is_zoomed else []
        entries += [
            (theme.positive, "—", tr("training {quantity}").format(quantity=self._quantity)),
            (theme.negative, "━", tr("test {quantity}").format(quantity=self._quantity)),
        ]
        for (sign, _), name in zip(OTHER_LINES, self._other_names, strict=False):
            short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
            entries.append((theme.muted, sign, short))
        spans = (f'<span style="color: {code}">{sign}</span> {escape(text)}' for code, sign, text in entries)
        self._legend.setText("&nbsp;&nbsp; ".join(spans))
        told = tr("Dashed: test {quantity} of {names}").format(
            quantity=self._quantity, names=", ".join(self._other_names)
        )
        own = tr(
            "Blue: {quantity} on what is learned from. Orange: {quantity} on the test set, from which "
            "nothing is learned.\nWhere orange turns away from blue, the network learns by heart.\n"
            "The wheel zooms, dragging moves, a double click shows all."
        ).format(quantity=self._quantity)
        self._legend.setToolTip(f"{own}\n{told}" if self._other_names else own)

    def resizeEvent(self, event: object) -> None:
        """Centre the hint."""
        self._hint.setGeometry(self.rect())

    def _note_zoom(self, _axes: object) -> None:
        if not self._is_zoomed:
            self._is_zoomed = True
            self._item.getAxis("left").setTicks(None)
            self._show_legend()

    def show_all(self) -> None:
        """Show all of the curves, after the wheel or a drag chose a part."""
        self._is_zoomed = False
        self._show_legend()
        self._apply_range()

    def clear(self) -> None:
        """Show empty axes and a hint."""
        self._hint.show()
        self._train.setData([], [])
        self._test.setData([], [])
        self._set_others(())
        self.show_moment(None)
        self.show_changes(())
        self._fit(1.0, 0.01, 3.0) if self._logarithmic else self._fit(1.0, 0.0, 1.0)
        if self._is_zoomed:
            self.show_all()

    def show_curves(
        self,
        train: tuple[np.ndarray, np.ndarray],
        test: tuple[np.ndarray, np.ndarray],
        others: "Sequence[tuple[str, np.ndarray, np.ndarray]]" = (),
    ) -> None:
        """Show (epochs, values) of training and test; values above 0 where the axis is logarithmic.

        ``others`` are names of other runs with (epochs, values) of theirs on the test set; the first few are
        drawn.
        """
        train_x, train_y = _thin(*train)
        test_x, test_y = _thin(*test)
        self._train.setData(train_x, train_y)
        self._test.setData(test_x, test_y)
        drawn = [(name, *_thin(x, y)) for name, x, y in others if len(x)][: len(OTHER_LINES)]
        last = max(float(x[-1]) if len(x) else 0.0 for x in (train_x, test_x, *(x for _, x, _ in drawn)))
        values = np.concatenate((train_y, test_y, *(y for *_, y in drawn)))
        if not len(values):
            self.clear()
            return
        self._set_others(drawn)
        # A single measurement, of a run that waits, draws no line.
        self._hint.setVisible(all(len(x) < 2 for x in (train_x, test_x, *(x for _, x, _ in drawn))))
        if self._logarithmic:
            positive = values[values > 0]
            low, high = (float(positive.min()), float(positive.max())) if len(positive) else (0.01, 1.0)
            self._fit(last, low, high)
        else:
            self._fit(last, float(values.min()), 1.0)

    def _set_others(self, drawn: "Sequence[tuple[str, np.ndarray, np.ndarray]]") -> None:
        for k, item in enumerate(self._others):
            item.setData(*(drawn[k][1:] if k < len(drawn) else ([], [])))
        names = [name for name, *_ in drawn]
        if names != self._other_names:
            self._other_names = names
            self._show_legend()

    def show_moment(self, epoch: float | None) -> None:
        """Mark the epoch of the displayed checkpoint; None: the live network is displayed."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._draw_moment()

    def _draw_moment(self) -> None:
        _, bottom, top, _ = self._range
        x = [] if self._epoch is None else [self._epoch, self._epoch]
        y = np.array((bottom, top)[: len(x)])
        self._moment.setData(x, 10.0**y if self._logarithmic else y)

    def show_changes(self, changes: "Sequence[Change]") -> None:
        """Mark the epochs at which settings changed."""
        if changes != self._changes:
            self._changes = changes
            self._draw_marks()

    def _draw_marks(self) -> None:
        _, bottom, top, _ = self._range
        x = np.repeat([change.epoch for change in self._changes], 2)
        y = np.tile((bottom, top), len(self._changes))
        # Heights in axis units: decades where it is logarithmic.
        self._marks.setData(x, 10.0**y if self._logarithmic else y)

    def explain(self, position: QPoint) -> str:
        """Return the hover text: the settings changed at a mark, else the curves' values at the epoch."""
        box = self._item.getViewBox()
        at = self._plot.mapFrom(self, position)
        if not box.sceneBoundingRect().contains(at):
            return ""
        per_px = box.viewPixelSize()[0]
        epoch = box.mapSceneToView(at).x()
        near = min(self._changes, key=lambda change: abs(change.epoch - epoch), default=None)
        if near is not None and abs(near.epoch - epoch) <= _REACH_PX * per_px:
            return tr("epoch {epoch:.4g}: {text}").format(epoch=near.epoch, text=near.text)
        values = []
        curves = (
            (tr("training {quantity} {value}"), self._train),
            (tr("test {quantity} {value}"), self._test),
        )
        for form, curve in curves:
            value = _value_at(curve, epoch)
            if value is not None:
                values.append(form.format(quantity=self._quantity, value=self._written(value)))
        for name, curve in zip(self._other_names, self._others, strict=False):
            value = _value_at(curve, epoch)
            if value is not None:
                values.append(f"{name} {self._written(value)}")
        return (
            tr("epoch {epoch:.4g}: {values}").format(epoch=epoch, values=", ".join(values)) if values else ""
        )

    def _written(self, value: float) -> str:
        return f"{value:.4g}" if self._logarithmic else f"{100 * value:.1f} %"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the tooltip of the plot, and all of it after a double click."""
        if event.type() == QEvent.Type.MouseButtonDblClick and watched is self._plot.viewport():
            self.show_all()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_hover_text(event, self.explain(self.mapFromGlobal(event.globalPos())), self._plot.viewport())
            return True
        return False

    def _fit(self, last: float, low: float, high: float) -> None:
        """Set axis ranges that change rarely: whole epochs in growing steps, half decades, tenths."""
        end = 10 ** math.floor(math.log10(max(last, 1.0)))
        right = next(end * step for step in (1, 1.5, 2, 3, 4, 5, 7, 10, 15) if end * step >= last)
        if self._logarithmic:
            bottom = math.floor(math.log10(max(low, 1e-6)) * 2) / 2
            top = max(math.ceil(math.log10(max(high, 1e-6)) * 2) / 2, bottom + 0.5)
        else:
            bottom, top = min(math.floor(low * 10) / 10, 0.9), max(high, 1.0)
        wanted = (right, bottom, top, float(self.width()))
        if wanted != self._range:
            self._range = wanted
            self._draw_marks()
            self._draw_moment()
            if not self._is_zoomed:
                self._apply_range()

    def _apply_range(self) -> None:
        right, bottom, top, _ = self._range
        if self._logarithmic:
            self._item.getAxis("left").setTicks([_decade_ticks(bottom, top)])
        self._item.getViewBox().setRange(xRange=(0.0, right), yRange=(bottom, top), padding=0.02)


def _decade_ticks(bottom: float, top: float) -> list[tuple[float, str]]:
    """Return (log10, label) at every decade, and between where few decades are in view."""
    steps = (1, 2, 3, 5) if top - bottom <= 0.8 else (1, 3) if top - bottom <= 1.8 else (1,)
    ticks = [
        (exponent + math.log10(step), f"{step * 10.0**exponent:g}")
        for exponent in range(math.floor(bottom), math.ceil(top) + 1)
        for step in steps
    ]
    return [(place, label) for place, label in ticks if bottom - 0.03 <= place <= top + 0.03]


def _value_at(curve: pg.PlotDataItem, epoch: float) -> float | None:
    x, y = curve.getOriginalDataset()
    if x is None or not len(x) or not x[0] <= epoch <= x[-1]:
        return None
    return float(np.interp(epoch, x, y))


def _thin(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Reduce to at most 2,000 points: means over equal runs, and the last point unchanged."""
    if len(x) <= MAX_POINTS:
        return x, y
    run = -(-len(x) // (MAX_POINTS - 1))
    whole = len(x) // run * run
    mean_x, mean_y = x[:whole].reshape(-1, run).mean(axis=1), y[:whole].reshape(-1, run).mean(axis=1)
    return np.append(mean_x, x[-1]), np.append(mean_y, y[-1])
