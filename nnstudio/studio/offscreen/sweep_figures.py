"""Figures of what a sweep came to, without a window: the frontier of parameters, what each setting does."""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.insight.sweep import CellResult
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS
from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
from nnstudio.language import tr
from nnstudio.studio.painting.theme import LIGHT, appearance, colour, font
from nnstudio.studio.views.figure_export import PNG, SVG, save_figure
from nnstudio.studio.views.plot import Plot
from nnstudio.sweeps.summary import effects, frontier

_PARAMETERS_PX = 760, 520
_EFFECT_PX = 360, 300
_MOST_COLUMNS = 3
_MOST_NAMED = 8
"""Cells of the frontier whose settings are written beside them."""

_CELL_PX, _MEAN_PX = 6, 9


def save_figures(folder: Path, spec: SweepSpec, results: Mapping[SweepCell, CellResult]) -> list[Path]:
    """Save each figure as lines and letters (SVG) and as pixels (PNG), dark on light paper.

    Parameters
    ----------
    folder : Path
        One that is there.
    spec : SweepSpec
    results : mapping of SweepCell to CellResult
        At least one without a failure.

    Returns
    -------
    list of Path
        The files, which replace those of the same names.

    Raises
    ------
    WriteError
        If one cannot be written.

    Notes
    -----
    Thread: the one that Qt's application object belongs to; it is made where there is none.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from nnstudio.studio.program.application import create_application

    application = create_application()
    paths = []
    done = [result for result in results.values() if not result.failure]
    with _light_theme():
        for name, figure in (
            ("parameters", _parameters_figure(spec, done)),
            ("settings", _settings_figure(spec, done)),
        ):
            # Not shown, on no platform: what a layout and a plot do then is asked for.
            figure.layout().activate()
            application.processEvents()
            for suffix in (SVG, PNG):
                path = folder / f"{name}{suffix}"
                save_figure(path, figure, figure.windowTitle(), LIGHT.panel)
                paths.append(path)
            figure.deleteLater()
    return paths


@contextmanager
def _light_theme() -> Iterator[None]:
    before = appearance.theme
    appearance.set_theme(LIGHT)
    try:
        yield
    finally:
        appearance.set_theme(before)


def _figure(title: str, plots: Sequence[Plot], n_columns: int, size_px: tuple[int, int]) -> QWidget:
    """Return plots below a title, each of a size."""
    figure = QWidget()
    figure.setWindowTitle(title)
    figure.setStyleSheet(f"QWidget {{ background: {LIGHT.panel}; color: {LIGHT.text}; }}")
    heading = QLabel(title, figure)
    heading.setFont(font(14, bold=True))
    layout, grid = QVBoxLayout(figure), QGridLayout()
    layout.setContentsMargins(14, 12, 14, 12)
    layout.addWidget(heading)
    layout.addLayout(grid, 1)
    for nth, plot in enumerate(plots):
        grid.addWidget(plot, *divmod(nth, n_columns))
    n_lines = -(-len(plots) // n_columns)
    figure.resize(size_px[0] * min(n_columns, len(plots)) + 28, size_px[1] * n_lines + 54)
    return figure


def _parameters_figure(spec: SweepSpec, done: Sequence[CellResult]) -> QWidget:
    """Return the score on the test set against the number of parameters, with the frontier."""
    measure = spec.problem.measure
    x = np.log10([result.n_params for result in done])
    y = measure.factor * np.array([result.test_score for result in done])
    ends = measure.factor * np.array([result.test_range for result in done])
    plot = Plot(
        "parameters", (tr("parameters"), tr("{measure} on the test set").format(measure=measure.titled()))
    )
    plot.set_logarithmic(x=True, y=False)
    has_spread = len(spec.seeds) > 1
    if has_spread:
        plot.addItem(_bars(x, ends, LIGHT.muted))
    plot.addItem(_dots(x, y, LIGHT.muted, _CELL_PX))
    best = frontier(done, measure)
    best_x = np.log10([result.n_params for result in best])
    best_y = measure.factor * np.array([result.test_score for result in best])
    # From each on, nothing is better until the next.
    steps_x, steps_y = np.repeat(best_x, 2)[1:], np.repeat(best_y, 2)[:-1]
    width = max(float(np.ptp(x)), 0.1)
    line = pg.PlotCurveItem(
        np.append(steps_x, float(x.max()) + 0.03 * width),
        np.append(steps_y, best_y[-1]),
        pen=pg.mkPen(colour(LIGHT.accent), width=1),
    )
    plot.addItem(line)
    plot.addItem(_dots(best_x, best_y, LIGHT.accent, _MEAN_PX))
    is_up = measure.higher_is_better
    for result, at, height in zip(
        best[-_MOST_NAMED:], best_x[-_MOST_NAMED:], best_y[-_MOST_NAMED:], strict=True
    ):
        words = ", ".join(axis.text(place) for axis, place in zip(spec.axes, result.cell, strict=True))
        name = pg.TextItem(
            words, color=LIGHT.text, anchor=(1.0 if at > x.mean() else 0.0, 1.0 if is_up else 0.0)
        )
        name.setFont(font(11))
        name.setPos(at, height)
        plot.addItem(name)
    plot.fit(_around(x), _around(ends.ravel()))
    names = ", ".join(tr(SWEEP_SETTINGS[axis.setting].title) for axis in spec.axes)
    title = tr("{problem}: the frontier of parameters").format(problem=tr(spec.problem.title))
    figure = _figure(title, [plot], 1, _PARAMETERS_PX)
    spread = tr("; bars from the worst to the best of {n} seeds").format(n=len(spec.seeds))
    _add_note(
        figure,
        tr("Grey: all cells{spread}. Blue: no cell with as few parameters is better ({names}).").format(
            spread=spread if has_spread else "", names=names
        ),
    )
    return figure


def _settings_figure(spec: SweepSpec, done: Sequence[CellResult]) -> QWidget:
    """Return what each value of each setting comes to, in a plot for each setting."""
    measure = spec.problem.measure
    y = measure.factor * np.array([result.test_score for result in done])
    plots = []
    for nth, axis in enumerate(spec.axes):
        title = tr(SWEEP_SETTINGS[axis.setting].title)
        plot = Plot(axis.setting, (title, measure.titled()))
        found = effects(nth, axis, done)
        places = np.array([float(each.place) for each in found])
        means = measure.factor * np.array([each.mean for each in found])
        ends = measure.factor * np.array([(each.low, each.high) for each in found])
        plot.addItem(_bars(places, ends, LIGHT.muted))
        cells = np.array([float(result.cell[nth]) for result in done])
        plot.addItem(_dots(cells, y, LIGHT.muted, _CELL_PX))
        plot.addItem(pg.PlotCurveItem(places, means, pen=pg.mkPen(colour(LIGHT.accent), width=1)))
        plot.addItem(_dots(places, means, LIGHT.accent, _MEAN_PX))
        every = math.ceil(len(axis.values) / _MOST_NAMED)
        ticks = [(place, axis.text(place)) for place in range(0, len(axis.values), every)]
        plot.getAxis("bottom").setTicks([ticks])
        plot.fit((-0.5, len(axis.values) - 0.5), _around(y))
        plots.append(plot)
    title = tr("{problem}: what each setting does on the test set").format(problem=tr(spec.problem.title))
    figure = _figure(title, plots, min(len(plots), _MOST_COLUMNS), _EFFECT_PX)
    _add_note(
        figure,
        tr("Grey: the cells, each the mean of its seeds. Blue: the mean of all cells with that value."),
    )
    return figure


def _add_note(figure: QWidget, text: str) -> None:
    note = QLabel(text, figure)
    note.setFont(font(11))
    note.setStyleSheet(f"color: {LIGHT.muted};")
    note.setWordWrap(True)
    figure.layout().addWidget(note)


def _dots(x: np.ndarray, y: np.ndarray, code: str, size_px: int) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(x, y, size=size_px, pen=None, brush=pg.mkBrush(colour(code)))


def _bars(x: np.ndarray, ends: np.ndarray, code: str) -> pg.PlotCurveItem:
    """Return a line at each x from ends[:, 0] to ends[:, 1]."""
    return pg.PlotCurveItem(
        np.repeat(x, 2), ends.ravel(), connect="pairs", pen=pg.mkPen(colour(code, 0.6), width=1)
    )


def _around(values: np.ndarray) -> tuple[float, float]:
    """Return a range with all values in it, and room beside them."""
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room
