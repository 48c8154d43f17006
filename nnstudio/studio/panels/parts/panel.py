"""The panel Parts: drawings become templates of units, and a gate over them finds a character, or not."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, QSizeF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.parts import Detection, GateKind
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import appearance, fit_fonts, text_scale
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.parts.controls import PartsControls
from nnstudio.studio.panels.parts.sums_plot import SumsPlot
from nnstudio.studio.panels.parts.worker import PartsAnswer, PartsQuestion, PartsWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.layer_names import unit_name, unit_word
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.parts import parts_refusal
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.picture import Cell, Picture
from nnstudio.studio.views.plot import legend
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.studio.views.tick_table import TickRow, TickTable

NARROWEST_PX = 232
UNITS_PX, PICTURES_PX = QSize(150, 90), QSize(160, 220)
ROW_FROM_PX = 640
_GAP = 10.0


class PartsPanel:
    """Makes parts and gates by hand; its widgets are made when it is seen first."""

    name = "parts"
    title = translatable("Parts")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session, self._parts = services, services.session, services.session.parts
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_new = True
        self._seen: np.ndarray | None = None
        self._guided: np.ndarray | None = None
        """The mean that lies under the canvas."""
        self.worker = PartsWorker()
        services.closing.connect(self.worker.stop)
        self.widget = QWidget(parent)
        self.widget.setMinimumWidth(NARROWEST_PX)
        self.widget.setAccessibleName(tr(self.title))
        self._layout = QVBoxLayout(self.widget)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.controls: PartsControls | None = None
        self._parts.changed.connect(self._note_change)
        self._session.network.replaced.connect(self._leave_guide)

    def refusal(self, input_space: InputSpace, output_space: OutputSpace) -> str:
        """Say that parts are drawn, and make a class."""
        return parts_refusal(input_space, output_space)

    def _make(self) -> None:
        content = self.widget
        self.controls = controls = PartsControls(self._services, content)
        controls.draw.toggled.connect(self._show_guide)
        controls.next.clicked.connect(self._go_on)
        columns = (
            (tr("Part"), tr("A unit of the first layer; tick those that the gate listens to")),
            (tr("found"), tr("The share of the class for which it fires, on the test set")),
            (tr("right"), tr("The share of those it fires for that are of the class, on the test set")),
        )
        self.units = TickTable(tr("Parts"), columns, content)
        self.units.setMinimumSize(UNITS_PX * text_scale())
        self.units.ticked.connect(self._parts.tick)
        self.units.chosen.connect(self._choose)
        pictures = QWidget(content)
        pictures.setMinimumSize(PICTURES_PX * text_scale())
        beside = QVBoxLayout(pictures)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2)
        self.picture = Picture(
            tr("Template and mean"),
            self._lay_out,
            self._explain,
            pictures,
            titles="top",
            has_scope=False,
            has_cursor=False,
            has_borders=True,
            is_among_others=True,
        )
        self.picture.set_bar_visible(False)
        self.plot = SumsPlot(pictures)
        self.plot.grabbed.connect(self._parts.begin_drag)
        self.plot.moved_to.connect(lambda threshold: self._parts.drag(threshold=threshold))
        self.plot.released.connect(self._parts.finish_drag)
        self.legend = remark("", pictures)
        beside.addWidget(self.picture, 1)
        beside.addWidget(self.legend)
        beside.addWidget(self.plot, 1)
        parts = [(controls, 5), (self.units, 3), (pictures, 6)]
        self._layout.addWidget(ResponsiveBox(parts, ROW_FROM_PX, PICTURES_PX, content))
        fit_fonts(content.findChildren(QWidget))

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room, _GAP)

    def _explain(self, cell: Cell) -> str:
        value = float(self.picture.images[cell.image].tiles[0, cell.row, cell.column])
        words = tr("template {value:.2f}") if cell.image == 0 else tr("mean ink {value:.2f}")
        place = tr("pixel row {row}, column {column}").format(row=cell.row, column=cell.column)
        return f"{place}: {words.format(value=value)}"

    # What the user does

    def _note_change(self) -> None:
        self._is_new = True

    def _choose(self, unit: int) -> None:
        self._session.selection.select(0, unit)

    def _go_on(self) -> None:
        """Clear the canvas, and select the next unit."""
        unit = self._parts.unit
        self._session.input.clear()
        self._session.selection.select(0, 0 if unit is None else (unit + 1) % self._parts.n_units)
        self._is_new = True

    def _show_guide(self, is_on: bool) -> None:
        if is_on:
            self._services.show_panel("input")
        self._lay_guide()

    def _lay_guide(self) -> None:
        answer, shape = self._answer, self._session.network.input_space.shape
        mean = None if answer is None else answer.mean
        if not self.controls.draw.isChecked():
            self._session.input.set_guide(None)
        elif self._session.input.guide is None or mean is not self._guided:
            self._guided = mean
            fits = mean is not None and mean.size == shape[0] * shape[1]
            self._session.input.set_guide(mean.reshape(shape) if fits else np.zeros(shape, np.float32))

    def _leave_guide(self) -> None:
        """Take the guide away where it is of other inputs."""
        guide = self._session.input.guide
        if guide is not None and guide.shape != self._session.network.input_space.shape:
            self.controls.draw.setChecked(False)

    # Frames

    def refresh(self, changes: Changes) -> None:
        """Show the selected part and what is found, at reading speed while the network is trained."""
        training = self._session.training
        if self.controls is None:
            self._make()
        if training.problem is None and training.tasks.current is None and not training.never_fits:
            training.prepare()
        weights = self._parts.weights
        is_other = changes.network or changes.weights or weights is not self._seen or changes.selection
        is_new = self.worker.poll() or self._is_new or is_other
        if not self._pace.due(is_new, at_once=self._is_new or not training.is_running):
            return
        self._is_new, self._seen = False, weights
        self._ask()
        self.controls.show_choices()
        self._show_part()
        self._show_found()
        self._lay_guide()

    def _ask(self) -> None:
        session, parts = self._session, self._parts
        network, problem = session.network, session.training.problem
        misfit = problem is None or misfit_sentence(network.input_space, network.output_space, problem)
        if misfit or problem is None or not np.isfinite(parts.weights).all():
            self.worker.ask(None)
            return
        part = parts.part
        template = None if part is None or part.is_empty else part.template
        question = PartsQuestion(
            network.architecture, parts.weights, template, parts.answer, problem.train, problem.test
        )
        self.worker.ask(question, is_training=session.training.is_running)

    @property
    def _answer(self) -> PartsAnswer | None:
        """The latest answer, where it is about the class and a network as it is displayed."""
        answer = self.worker.answer
        if answer is None or answer.question.answer != self._parts.answer:
            return None
        return answer if answer.question.architecture == self._session.network.architecture else None

    def _show_part(self) -> None:
        parts, answer = self._parts, self._answer
        part, shape = parts.part, self._session.network.input_space.shape
        is_part = part is not None and not part.is_empty
        mean = None if answer is None or answer.mean is None else answer.mean
        template = np.zeros(shape, np.float32) if part is None else part.template.reshape(shape)
        n_before = len(self.picture.images)
        first, second = self.picture.set_images(2)
        if not np.array_equal(first.tiles, template[None]):
            first.show_tiles(template[None], 1.0)
        second.show_ink(
            np.zeros(shape, np.float32) if mean is None or mean.size != template.size else mean.reshape(shape)
        )
        title = tr("no unit") if parts.unit is None else unit_word(parts.unit)
        self.picture.titles.write(
            [[(title, "")], [(tr("mean of {name}").format(name=parts.answer_name), ""), (tr("mean"), "")]]
        )
        if not n_before:
            self.picture.arrange()
        hint = tr("Measuring …")
        if part is None:
            hint = tr("Choose a part in the list")
        elif not is_part:
            hint = tr("Draw a part, and make it the weights")
        if self._session.training.problem is None:
            hint = tr("Needs the training samples")
        histograms = None if answer is None or not is_part else answer.histograms_of(part.template)
        self.plot.show_sums(histograms, parts.answer_name, hint)
        theme = appearance.theme
        sides = (theme.positive, "■", parts.answer_name), (theme.negative, "■", tr("all others"))
        self.legend.setText(legend(sides) if histograms is not None else "")
        self.controls.show_part(part if is_part else None, histograms)
        self.plot.show_threshold(part.threshold if part is not None else 0.0)

    def _show_found(self) -> None:
        parts, answer = self._parts, self._answer
        found = () if answer is None else answer.detections
        self.units.show_rows(_rows(found[0] if found else (), parts.n_units, parts.ticked))
        self.units.put_cursor(parts.unit)
        gate = parts.gate
        if parts.n_gates == 0 or len(found) < 2 or parts.gate_unit >= len(found[1]):
            text = tr("Empty parts makes a network that can have a gate.") if parts.n_gates == 0 else ""
            self.controls.result.setText(text)
            return
        name, detection = parts.answer_name, found[1][parts.gate_unit]
        if gate is None and not detection.n_called:
            self.controls.result.setText(tr("No gate yet: tick parts, then AND or OR."))
            return
        if gate is None:
            kind = self.controls.gate.currentText()
        elif gate.kind is GateKind.AND:
            kind = tr("AND of %n part(s)", len(gate.parts))
        else:
            kind = tr("OR of %n part(s)", len(gate.parts))
        self.controls.result.setText(f"{kind}: {detection_words(detection, name)}")

    def numbers(self) -> NumberTable:
        """Return what every unit of both layers finds of the class on the test set."""
        answer, network = self._answer, self._session.network
        names = (tr("unit"), tr("samples of the class"), tr("fires for"), tr("of the class among them"))
        if answer is None:
            return names, []
        rows = [
            (
                unit_name(network.architecture, network.output_space, layer, unit),
                each.n_class,
                each.n_called,
                each.n_found,
            )
            for layer, found in enumerate(answer.detections)
            for unit, each in enumerate(found)
        ]
        return names, rows

    def show_all(self) -> None:
        """Show all of the picture and the plot again."""
        if self.controls is not None:
            self.picture.show_all()
            self.plot.show_all()


def share_text(share: float | None) -> str:
    """Return a share in percent; – for none.

    Examples
    --------
    >>> share_text(0.8337), share_text(None)
    ('83.4 %', '–')
    """
    return "–" if share is None else f"{100 * share:.1f} %"


def _rows(found: Sequence[Detection], n_units: int, ticked: frozenset[int]) -> list[TickRow]:
    """Return a row for each unit, with what it finds where that is known."""
    shares = [(share_text(each.found), share_text(each.right)) for each in found]
    shares += [("", "")] * (n_units - len(shares))
    return [TickRow((str(k + 1), *shares[k]), k in ticked, unit_word(k)) for k in range(n_units)]


def detection_words(detection: Detection, name: str) -> str:
    """Say what is found of a class, and how much of what is called so is right.

    Examples
    --------
    >>> detection_words(Detection(n_class=1000, n_called=1600, n_found=830), "0").replace("\u00a0", " ")
    '83.0 % of all 0 found, 51.9 % of those called 0 right (test set)'
    """
    # A share is not broken between number and sign.
    found, right = (share_text(share).replace(" ", "\u00a0") for share in (detection.found, detection.right))
    return tr("{found} of all {name} found, {right} of those called {name} right (test set)").format(
        found=found, right=right, name=name
    )
