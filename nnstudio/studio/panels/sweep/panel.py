"""The panel Sweep: networks trained with each pair of values of two settings, as pictures and as a table."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.data.chosen_points import USUAL, ChosenPoints
from nnstudio.errors import UserError
from nnstudio.insight.sweep import sweep_table
from nnstudio.insight.sweep_settings import SWEEP_SETTINGS
from nnstudio.insight.sweep_spec import MOST_CELLS, SweepCell, SweepSpec, spoken_time
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import give_role
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.sweep.form import SweepForm
from nnstudio.studio.panels.sweep.grid import SweepGrid
from nnstudio.studio.panels.sweep.pictures import PictureMaker
from nnstudio.studio.panels.sweep.results import ResultTable
from nnstudio.studio.panels.sweep.worker import SweepWorker
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.messages import misfit_sentence
from nnstudio.studio.session.opened_sweep import OpenedSweep
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.cancel_box import CancelBox
from nnstudio.studio.views.responsive_box import ResponsiveBox
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.runs import Run

ROW_FROM_PX = 560
STEPS_OF_IMAGES = 300
"""Usual length of a run on images, whose steps take longer."""


class SweepPanel:
    """Trains cells in the background; a click on one opens it as a run."""

    name = "sweep"
    title = translatable("Sweep")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._services, self._session = services, services.session
        self._pace = Pace(TEXT_PERIOD_S)
        self.worker = SweepWorker(services.session, parent)
        self.pictures = PictureMaker()
        services.closing.connect(self.worker.stop)
        services.closing.connect(self.pictures.stop)
        self._runs: dict[SweepCell, Run] = {}
        """Those that were opened."""
        self._points = USUAL
        """Those at hand when it began, where none are drawn for its cells."""
        self._problem_name = ""
        """The key of the sweep's problem among those that can be trained on."""
        self._wanted: SweepCell | None = None
        """A cell of an opened table that is trained to be displayed."""
        self._offered: str | None = None
        self._note = ""
        self.widget = CancelBox(lambda: self.worker.is_busy, self.cancel, parent)
        self.widget.setAccessibleName(tr(self.title))
        self.form = SweepForm(self.widget)
        self.form.asked.connect(self._train_or_stop)
        self.status = remark("", self.widget, ShortLabel)
        self.grid = SweepGrid(self.widget)
        self.table = ResultTable(self.widget)
        self.table.hide()
        for view in (self.grid, self.table):
            view.opened.connect(self.open_cell)
        self.grid.moved.connect(self.table.choose)
        self.table.moved.connect(self.grid.choose)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.form)
        layout.addWidget(self.status)
        both = ResponsiveBox([(self.grid, 3), (self.table, 2)], ROW_FROM_PX, QSize(160, 120), self.widget)
        layout.addWidget(both, 1)

        services.session.sweep_opened.connect(self._open_table)

    # The sweep

    def _train_or_stop(self) -> None:
        if self.worker.is_busy:
            self.cancel()
        else:
            self._session.training.with_problem(self._begin)

    def cancel(self) -> None:
        """Train no more cells; those that are done stay."""
        self.worker.cancel()
        self._wanted = None
        n, spec = len(self.worker.results), self.worker.spec
        if spec is not None:
            self._say(tr("Stopped: {n} of {all} cells are done.").format(n=n, all=spec.n_cells))
        self._show()

    def _begin(self) -> None:
        try:
            spec = self._spec()
        except UserError as error:
            self._say(str(error), warning=True)
            return
        session = self._session
        self._problem_name, self._runs = session.network.problem_name, {}
        self._points, self._wanted = session.training.points, None
        self._say("")
        self.pictures.forget()
        self.grid.show()
        self.grid.begin(spec)
        self.table.begin(spec)
        self.worker.in_sight = self.grid.in_sight
        self.worker.begin(spec)
        self._show()

    def _spec(self) -> SweepSpec:
        """Return the sweep that is asked for.

        Raises
        ------
        UserError
            If there can be no such sweep.
        """
        session = self._session
        problem, network = session.training.problem, session.network
        if problem is None:
            raise UserError(session.evaluator.obstacle)
        misfit = misfit_sentence(network.input_space, network.output_space, problem)
        if misfit:
            raise UserError(misfit)
        if session.training.epoch_samples is not None:
            raise UserError(
                tr(
                    "The samples of {title} are drawn again for each epoch. Choose a problem whose samples "
                    "stay."
                ).format(title=session.training.problem_title)
            )
        source = session.training.problem_sources[network.problem_name]
        length, is_steps = self.form.length.value(), self.form.counts_steps
        first_seed = network.config.seed
        spec = SweepSpec(
            problem,
            network.config,
            (self.form.down.axis(), self.form.across.axis()),
            tuple(range(first_seed, first_seed + self.form.seeds.value())),
            length if is_steps else None,
            None if is_steps else float(length),
            source.points if self._has_points else None,
            source.seed,
            session.training.data,
        )
        spec.check_size(MOST_CELLS)
        return spec

    @property
    def _has_points(self) -> bool:
        """Whether nnstudio draws the problem's points, so that others can be drawn."""
        source = self._session.training.problem_sources.get(self._session.network.problem_name)
        return source is not None and source.entry is not None and not source.entry.input_traits.has_pixels

    def open_cell(self, cell: SweepCell) -> None:
        """Display the network of a cell as a run, ready to go on, or say why there is none."""
        result, spec = self.worker.results.get(cell), self.worker.spec
        is_known = self.worker.opened is not None and not (result is not None and result.failure)
        if spec is not None and is_known and (result is None or result.run is None):
            self._train_opened(spec, cell)
            return
        if spec is None or result is None:
            self._services.say(tr("This cell is still to be trained."))
            return
        if result.run is None:
            self._services.say(result.failure, warning=True)
            return
        run, found = self._runs.get(cell), result.run
        if run is None or run not in self._session.history.runs.all:
            history = CheckpointHistory.of(found.checkpoints, found.history, (), spec.problem.measure)
            spaces = (spec.problem.input_space, spec.problem.output_space)
            title, points = spec.title_of(cell), self._points
            if spec.points is not None:
                points = ChosenPoints(None, found.points, spec.points_seed)
            run = Run(history, self._problem_name, *spaces, found.data, points, title, title)
            self._runs[cell] = run
        self._session.open_trained(run)

    def _open_table(self, opened: OpenedSweep) -> None:
        """Show the table of a sweep from a file in place of the sweep before."""
        spec = opened.spec
        self._problem_name, self._points = opened.problem_name, USUAL
        self._runs, self._wanted = {}, None
        self.worker.show(opened)
        self.pictures.forget()
        self.grid.setVisible(spec.n_cells <= MOST_CELLS)
        self.grid.begin(spec)
        self.table.begin(spec)
        self._say(
            tr(
                "{name}: {n} of {all} cells. A cell that is clicked is trained again, and opened as a run."
            ).format(name=opened.title, n=len(opened.results), all=spec.n_cells)
        )
        self._show()

    def _train_opened(self, spec: SweepSpec, cell: SweepCell) -> None:
        """Train a cell of a table for its network, which is displayed then."""
        if self.worker.is_busy and self._wanted == cell:
            return
        self._wanted = cell
        self._say(
            tr("{cell} is being trained, to be opened as a run (Esc stops).").format(cell=spec.title_of(cell))
        )
        self.worker.train_opened(cell)
        self._show()

    def _open_wanted(self) -> None:
        """Display the cell that was trained for it, and say where its figures are not those of the table."""
        cell, spec, opened = self._wanted, self.worker.spec, self.worker.opened
        result = None if cell is None else self.worker.results.get(cell)
        if cell is None or spec is None or opened is None or result is None:
            return
        if result.run is None and not result.failure:
            return
        self._wanted = None
        self._say(f"{opened.title}: {spec.title_of(cell)}")
        if not self.worker.is_as_known:
            self._say(
                tr(
                    "{cell} came to other figures here than in {name}: another machine or version rounds "
                    "in another way. The table keeps its own."
                ).format(cell=spec.title_of(cell), name=opened.title),
                warning=True,
            )
        self.open_cell(cell)

    # Updates

    def refresh(self, changes: Changes) -> None:
        """Show what is new since the last frame."""
        if self._offered != self._session.network.problem_name:
            self._offer()
        is_new = self.worker.poll()
        spec = self.worker.spec
        if spec is None:
            return
        if self.worker.is_busy:
            self.worker.in_sight = self.grid.in_sight
        if is_new:
            self._open_wanted()
        if spec.problem.input_space.traits.has_field:
            spaces = (spec.problem.input_space, spec.problem.output_space)
            is_new |= self.pictures.ask(self.worker.results, spaces, self.grid.picture_style)
        if self._pace.due(self.worker.is_busy, at_once=is_new) or is_new or changes.network:
            self._show()

    def _offer(self) -> None:
        """Offer the settings that the problem at hand has."""
        network = self._session.network
        is_first = self._offered is None
        self._offered = network.problem_name
        for field in (self.form.across, self.form.down):
            field.offer(has_points=self._has_points)
        if is_first and network.input_space.traits.has_pixels:
            self.form.length.setValue(STEPS_OF_IMAGES)

    def _show(self) -> None:
        worker = self.worker
        self.form.show_busy(is_busy=worker.is_busy)
        self.grid.show_results(worker.results, self.pictures.pictures, worker.under_way)
        self.table.show_results(worker.results)
        self.table.setVisible(bool(worker.results))
        if worker.spec is None or self._note:
            return
        spec = worker.spec
        axes = tr("{problem} · down: {down}, across: {across} · {measure} on test and training").format(
            problem=tr(spec.problem.title),
            down=", ".join(tr(SWEEP_SETTINGS[axis.setting].title) for axis in spec.axes[:-1]),
            across=tr(SWEEP_SETTINGS[spec.axes[-1].setting].title),
            measure=tr(spec.problem.measure.title),
        )
        counts = tr("parameters · boundary") if spec.has_boundary else tr("parameters")
        axes = f"{axes}; {counts}"
        if worker.is_busy:
            to_go = tr("{n} of {all} cells, about {time} to go").format(
                n=len(worker.results), all=spec.n_cells, time=spoken_time(worker.seconds_to_go)
            )
            axes = f"{to_go} · {axes}"
        self._write(axes)

    def _say(self, sentence: str, *, warning: bool = False) -> None:
        """Say something until the next sweep begins."""
        self._note = sentence
        self._write(sentence, warning=warning)

    def _write(self, text: str, *, warning: bool = False) -> None:
        if text != self.status.text():
            self.status.setText(text)
            self.status.setToolTip(text)
        give_role(self.status, "warning" if warning else "muted")

    def numbers(self) -> NumberTable:
        """Return the figures of each cell that is done."""
        spec = self.worker.spec
        return ((), []) if spec is None else sweep_table(spec, dict(self.worker.results))
