"""The panel Anscombe: four sets with the same line and the same statistics, and other pictures."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnstudio.data.curves import CURVES
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.problems import load_problem
from nnstudio.insight.line_fit import point_statistics
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import ShortLabel
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import fit_fonts, font, give_role, text_scale
from nnstudio.studio.panels.anscombe.plot import QuartetPlot
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

NAMES = tuple(f"curve-anscombe-{number}" for number in range(1, 5))

PLOT_PX = QSize(92, 70)

FOUR_FROM_PX = 410
"""From this width on all four stand side by side."""

COLUMNS = ("slope", "intercept", "r", "SSE", "x̄", "ȳ", "s²x", "s²y")


class AnscombePanel:
    """Shows Anscombe's four sets on axes that they share; the graphs are made when they are seen first."""

    name = "anscombe"
    title = translatable("Anscombe")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.cells: list[SetCell] = []

    def refresh(self, changes: Changes) -> None:
        """Make the graphs, once: they show nothing of the session."""
        if self.cells:
            return
        self.cells = [SetCell(name, self.widget) for name in NAMES]
        for cell in self.cells:
            cell.learn.clicked.connect(lambda _, cell=cell: self._learn(cell))
            if cell is not self.cells[0]:
                cell.plot.box.setXLink(self.cells[0].plot.box)
                cell.plot.box.setYLink(self.cells[0].plot.box)
        self._layout.addWidget(_Grid(self.cells, self.widget))
        # They were made when the size of text had been chosen long ago.
        fit_fonts(self.widget.findChildren(QWidget))

    def _learn(self, cell: "SetCell") -> None:
        """Have a network learn from a set, as it was printed or as it is now."""
        session = self._session
        if cell.plot.is_as_printed:
            session.choose_problem(cell.problem_name)
            return
        printed = OwnPoints.of(load_problem(cell.problem_name))
        x, y = cell.plot.points.astype(np.float32).T
        title = tr("{title}, moved").format(title=tr(CURVES[cell.problem_name].title))
        points = replace(printed, x=x[:, None], answers=y[:, None], origin="", title=title)
        session.take(session.point_editor.offer(points))

    def numbers(self) -> NumberTable:
        """Return the numbers of all four."""
        rows = [(tr(CURVES[cell.problem_name].title), *cell.figures()) for cell in self.cells]
        return (tr("set"), *COLUMNS), rows

    def show_all(self) -> None:
        """Show the whole of the axes."""
        for cell in self.cells:
            cell.plot.show_all()


class SetCell(QWidget):
    """One set: its graph, its numbers, and buttons.

    Parameters
    ----------
    problem_name : str
    parent : QWidget
    """

    def __init__(self, problem_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.problem_name = problem_name
        curve = CURVES[problem_name]
        x, y = np.array(curve.table).T
        title = tr(curve.title)
        self.setAccessibleName(title)
        self.plot = QuartetPlot(title, x, y, self)
        self.plot.setMinimumSize(PLOT_PX * text_scale())
        self.title = ShortLabel(title.rpartition(" ")[2], self)
        self.title.setFont(font(12, bold=True))
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title.setToolTip(title)
        self.learn = self._button(tr("Learn"), tr("a network learns from these points"))
        self.back = self._button(tr("Restore"), tr("every point goes back where it was printed"))
        self.back.clicked.connect(lambda: self.plot.restore())
        self.words = [self._line(tip) for tip in _TIPS]
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.back)
        head.addWidget(self.learn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        for line in self.words:
            layout.addWidget(line)
        self.plot.changed.connect(self._show)
        self._show()

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(11))
        button.setStyleSheet("padding: 1px 4px;")
        button.setToolTip(f"{text}: {tip}")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _line(self, tip: str) -> ShortLabel:
        line = ShortLabel("", self)
        line.setFont(font(11))
        line.setToolTip(tr(tip))
        give_role(line, "muted")
        return line

    def figures(self) -> tuple[float, ...]:
        """Return slope, intercept, r, SSE, means and variances; see `COLUMNS`."""
        plot = self.plot
        found = point_statistics(plot.points[:, 0], plot.points[:, 1])
        means = found.mean_x, found.mean_y, found.variance_x, found.variance_y
        return float(plot.model.slopes[0]), plot.model.intercept, found.r, plot.model.sse, *means

    def _show(self) -> None:
        slope, intercept, r, sse, *means = self.figures()
        sign = "−" if slope < 0 else "+"
        texts = (
            f"ŷ = {plain(intercept)} {sign} {plain(abs(slope), 3)} x",
            tr("r {r} · SSE {sse}").format(r=plain(r, 3) if np.isfinite(r) else "–", sse=plain(sse)),
            "x̄ {} · ȳ {}".format(*map(plain, means[:2])),
            "s² {}, {}".format(*map(plain, means[2:])),
        )
        for line, text in zip(self.words, texts, strict=True):
            line.setText(text)
        self.back.setVisible(not self.plot.is_as_printed)


_TIPS = (
    translatable("The best line through these points"),
    translatable("The correlation of x and y, and the sum of the squared residuals"),
    translatable("The means of x and y"),
    translatable("The variances of x and y, with n − 1"),
)


@contained
class _Grid(QWidget):
    """Four widgets side by side where there is room, else two by two."""

    def __init__(self, widgets: list[SetCell], parent: QWidget) -> None:
        super().__init__(parent)
        self._widgets, self._n_columns = widgets, 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._lay_out(2)

    def _lay_out(self, n_columns: int) -> None:
        if n_columns == self._n_columns:
            return
        self._n_columns = n_columns
        for nth, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, *divmod(nth, n_columns))
        for row in range(2):
            self._grid.setRowStretch(row, int(row < len(self._widgets) // n_columns))
        for column in range(4):
            self._grid.setColumnStretch(column, int(column < n_columns))

    def minimumSizeHint(self) -> QSize:
        """Return the width of two columns, whatever stands beside what at present."""
        cell = self._widgets[0].minimumSizeHint()
        n_rows = len(self._widgets) // self._n_columns
        gap = self._grid.spacing()
        return QSize(2 * cell.width() + gap, n_rows * cell.height() + (n_rows - 1) * gap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand side by side where there is room."""
        self._lay_out(4 if self.width() >= FOUR_FROM_PX * text_scale() else 2)
