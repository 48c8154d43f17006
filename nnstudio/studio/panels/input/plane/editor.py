"""The editor of an input that is a point of the plane: a map, what it maps, the tools, and the set's form."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font, text_scale
from nnstudio.studio.panels.input.plane.plot import PlanePlot
from nnstudio.studio.panels.input.plane.tool_row import ToolRow
from nnstudio.studio.panels.input.points_form import PointsForm, set_button
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

NARROWEST_PX = 190

LOW_SHARE = 0.95
"""Of its width; a lower editor has its tools beside the plane."""

MOST_LISTED = 64
"""Of more hidden units, only the selected one is in the list of what is mapped."""


@contained
class PlaneEditor(QWidget):
    """The plane with its tools: asks the network, paints points, and maps the answer or any unit.

    Parameters
    ----------
    services : Services
    parent : QWidget, optional
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = services.session
        self._selection = services.session.selection
        self._problem: object = None
        self.plot = PlanePlot(services, self)
        self.plot.setMinimumSize(QSize(160, 150) * text_scale())
        self.setFocusProxy(self.plot)
        self.mapped = QComboBox(self)
        self.mapped.setFont(font(12))
        self.mapped.setAccessibleName(tr("Map"))
        self.mapped.setToolTip(
            tr(
                "What the plane's colours show: the answer, or one unit. Pointing at a unit in the network's "
                "picture shows its map, too; selecting it keeps it (Esc in the plane: the answer)."
            )
        )
        self.mapped.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mapped.activated.connect(self._choose_map)
        self.units = QToolButton(self)
        self.units.setDefaultAction(services.actions["units"])
        self.points_form = PointsForm(self._session, self)
        self.making = set_button(
            self.points_form,
            tr(
                "Which set it is, how many points and classes are made and how noisy, and what is held back "
                "for the test"
            ),
            self,
        )
        self.making.toggled.connect(self._place_tools)
        for button in (self.units, self.making):
            button.setFont(font(12))
            button.setStyleSheet("padding: 3px 6px;")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tools = ToolRow(self.plot.tool, self)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._row.addWidget(self.mapped, 1)
        self._row.addWidget(self.units)
        self._row.addWidget(self.making)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(self._row)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(5)
        self._body.addWidget(self.plot, 1)
        self._body.addWidget(self.tools)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.points_form)
        self._selection.changed.connect(self._show_mapped)

    def minimumSizeHint(self) -> QSize:
        """Return a width that any panel has."""
        return QSize(round(NARROWEST_PX * text_scale()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the tools."""
        self._place_tools()

    def _place_tools(self) -> None:
        """Let the tools stand beside a plane that would be too low above them."""
        form = self.points_form.sizeHint().height() if self.making.isChecked() else 0
        height = self.height() - self._row.sizeHint().height() - form
        is_low = height < LOW_SHARE * self.width()
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.LeftToRight if is_low else direction.TopToBottom)
        self.tools.stand(is_column=is_low)

    def refresh(self, changes: Changes) -> None:
        """Update what changed since the last frame; the number beside the probe at reading speed."""
        training, plot = self._session.training, self.plot
        has_other_points = training.problem is not self._problem
        if changes.network:
            plot.meet_network()
            self.tools.meet_outputs(self._session.network.output_space)
            self._list_maps()
        if has_other_points or changes.network:
            if training.problem is None and training.tasks.current is None:
                training.prepare()
            self._problem = training.problem
            plot.meet_points()
            if self.points_form.isVisible():
                self.points_form.show_set()
        if changes.weights or changes.network or changes.progress:
            plot.refresh_weights()
        plot.write_answer()

    def _list_maps(self) -> None:
        """List what can be mapped: the answer, each output, and each hidden unit, if there are few."""
        sizes = self._session.network.architecture.layer_sizes
        layers = list(range(len(sizes) - 1))
        n_hidden = sum(sizes[1:-1])
        self.mapped.clear()
        self.mapped.addItem(tr("Map: the answer"), None)
        if self.plot.is_plane:
            for layer in (layers[-1], *(layers[:-1] if n_hidden <= MOST_LISTED else ())):
                for unit in range(min(sizes[layer + 1], MOST_LISTED)):
                    self._list_unit(layer, unit)
        self._show_mapped()

    def _list_unit(self, layer: int, unit: int) -> None:
        name = tr("Map: {unit}").format(unit=self.plot.unit_name(layer, unit))
        self.mapped.addItem(name, (layer, unit))

    def _show_mapped(self) -> None:
        unit = self._selection.unit
        listed = [self.mapped.itemData(k) for k in range(self.mapped.count())]
        if unit is not None and unit not in listed and listed and self.plot.is_plane:
            self._list_unit(*unit)
            listed.append(unit)
        self.mapped.setCurrentIndex(listed.index(unit) if unit in listed else 0)

    def _choose_map(self, index: int) -> None:
        unit = self.mapped.itemData(index)
        if unit is None:
            self._selection.clear()
        else:
            self._selection.select(*unit)

    def numbers(self) -> NumberTable:
        """Return the outputs all over the plane as a table, and the unit that is mapped."""
        return self.plot.numbers()
