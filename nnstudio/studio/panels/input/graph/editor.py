"""The editor of an input that is one number: a graph, its switches, and how well the curve fits."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.painting.theme import font, give_role, text_scale
from nnstudio.studio.panels.input.graph.numbers import CurveNumbers
from nnstudio.studio.panels.input.graph.plot import CurvePlot
from nnstudio.studio.panels.input.points_form import PointsForm, set_button
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

BANDS = 200
"""Steps of the slider; one is a thousandth of the outputs' range."""

ROW_FROM_PX = 380
"""From this width on the numbers stand beside the switches."""

NARROWEST_PX = 190

START = 0.7
"""Where the probe is at first, as a share of the points' range."""


@contained
class _TwoLines(QLabel):
    """A label as high as two lines, whatever it says."""

    def hasHeightForWidth(self) -> bool:
        """Return that the height is always the same."""
        return False

    def minimumSizeHint(self) -> QSize:
        """Return the height of two lines, and no width."""
        return QSize(0, 2 * self.fontMetrics().lineSpacing())

    def sizeHint(self) -> QSize:
        """Return the height of two lines."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


@contained
class CurveGraph(QWidget):
    """A graph that edits points and asks the network, with the switches of what is drawn below it.

    Parameters
    ----------
    services : Services
    parent : QWidget, optional
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._options = services.session, services.graph_options
        self._numbers_pace = Pace(TEXT_PERIOD_S)
        self._problem: object = None
        self.plot = CurvePlot(services, self)
        self.plot.setMinimumSize(QSize(160, 120) * text_scale())
        self.setFocusProxy(self.plot)
        self.numbers_view = CurveNumbers(self)
        self.switches = {name: self._switch(services, name) for name in ("units", "truth", "band")}
        self.points_form = PointsForm(self._session, self)
        self.making = set_button(
            self.points_form,
            tr("Which set it is, how many points are made and how noisy, and what is held back for the test"),
            self,
        )
        self._fit_button(self.making)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(1, BANDS)
        self.slider.setAccessibleName(tr("Half of the band's height"))
        self.slider.setToolTip(
            tr("How far from the curve still counts as near: ε, by steps of a thousandth of the range of y")
        )
        self.slider.setMinimumWidth(50)
        self.slider.valueChanged.connect(lambda value: self._options.set_band(value / 1000))
        self.band_value = QLabel("", self)
        self.band_value.setFont(font(11))
        self.band_value.setToolTip(self.slider.toolTip())
        self.error = _TwoLines("", self)
        self.error.setFont(font(11))
        self.error.setWordWrap(True)
        give_role(self.error, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.plot, 1)
        controls = QWidget(self)
        column = QVBoxLayout(controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        row = QHBoxLayout()
        row.setSpacing(4)
        for switch in self.switches.values():
            row.addWidget(switch)
        row.addWidget(self.making)
        row.addStretch(1)
        column.addLayout(row)
        self._band_box = QWidget(controls)
        band = QGridLayout(self._band_box)
        band.setContentsMargins(0, 0, 0, 0)
        band.setHorizontalSpacing(6)
        band.setVerticalSpacing(2)
        band.addWidget(self.slider, 0, 0)
        band.addWidget(self.band_value, 0, 1)
        band.addWidget(self.error, 1, 0, 1, 2)
        band.setColumnStretch(0, 1)
        column.addWidget(self._band_box)
        column.addStretch(1)
        self._below = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._below.setSpacing(10)
        self._below.addWidget(controls, 1)
        self._below.addWidget(self.numbers_view)
        layout.addLayout(self._below)
        layout.addWidget(self.points_form)
        self._options.changed.connect(self._show_options)
        self._show_options()

    def _switch(self, services: Services, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(services.actions[name])
        self._fit_button(button)
        return button

    def _fit_button(self, button: QToolButton) -> None:
        button.setFont(font(12))
        # Four of them stand beside the numbers.
        button.setStyleSheet("padding: 3px 6px;")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return a width that any panel has, whatever stands beside what at present."""
        return QSize(round(NARROWEST_PX * text_scale()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the numbers stand beside the switches where there is room."""
        direction = QBoxLayout.Direction
        is_row = self.width() >= ROW_FROM_PX * text_scale()
        self._below.setDirection(direction.LeftToRight if is_row else direction.TopToBottom)

    def _show_options(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(1000 * self._options.band))
        # Its room is the graph's while there is no band.
        self._band_box.setVisible(self._options.shows_band)
        self._show_error()

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame; numbers at reading speed."""
        training, plot = self._session.training, self.plot
        if changes.network:
            plot.meet_network()
        has_other_points = training.problem is not self._problem
        if has_other_points or changes.network:
            self._meet_problem()
        if changes.weights or changes.network:
            plot.refresh_weights()
            plot.update_cross()
        plot.write_answer()
        if self._numbers_pace.due(changes.weights or changes.network or has_other_points):
            self._show_numbers()

    def _meet_problem(self) -> None:
        training, plot = self._session.training, self.plot
        if training.problem is None and training.tasks.current is None:
            training.prepare()
        before, self._problem = self._problem, training.problem
        origin = None if plot.points is None else plot.points.origin
        plot.meet_points()
        if self.points_form.isVisible():
            self.points_form.show_set()
        points = plot.points
        if points is None:
            return
        if before is None or points.origin != origin:
            self._options.show_truth(False)
        if self._session.input.x is None:
            left, right = plot.data_range
            plot.ask(left + START * (right - left))

    def _show_numbers(self) -> None:
        network, problem, points = self._session.network, self._session.training.problem, self.plot.points
        self.numbers_view.setVisible(points is not None)
        if points is None or problem is None:
            return
        weights, architecture = network.prediction_weights, network.architecture
        self.numbers_view.show_fit(architecture, weights, problem, network.config.loss)
        self.numbers_view.show_pieces(architecture, weights, *self.plot.data_range)
        self._show_error()

    def _show_error(self) -> None:
        """Say whether the network stays within the band, and where it is farthest away."""
        plot = self.plot
        self.band_value.setText(f"ε = {figure(plot.band)}")
        # Until the next frame, the network may be one of other inputs.
        is_of_line = self._session.network.architecture.n_inputs == 1
        if not self._options.shows_band or plot.points is None or not is_of_line:
            self.error.setText("")
            return
        error, x, is_from_truth = plot.largest_error()
        is_within = error <= plot.band
        what = tr("the truth") if is_from_truth else tr("the points")
        words = (
            tr("Within ε = {band} of {what}: the largest error is {error}, at {x}.")
            if is_within
            else tr("Not within ε = {band} of {what}: the largest error is {error}, at {x}.")
        )
        give_role(self.error, "muted" if is_within else "warning")
        self.error.setText(words.format(band=figure(plot.band), error=figure(error), x=figure(x), what=what))

    def numbers(self) -> NumberTable:
        """Return the network's curve as a table, and what each unit adds where that is shown."""
        return self.plot.numbers()
