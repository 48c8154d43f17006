"""The panel Runs: a table of all runs, which can be displayed, renamed, deleted and exported."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from nnstudio.files.runs_csv import runs_table
from nnstudio.language import tr, translatable
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.panels.runs.table import RunRow, RunTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.curve_options import RUN_SIGNS
from nnstudio.studio.session.services import Services
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.runs import Run
from nnstudio.training.summary import RunSummary


class RunsPanel:
    """Lists every run of the session with settings, best accuracy and duration."""

    name = "runs"
    title = translatable("Runs")

    def __init__(self, services: Services, parent: QWidget) -> None:
        self._session, self._curves = services.session, services.curve_options
        self._curves.changed.connect(self._note)
        self._pace = Pace(TEXT_PERIOD_S)
        self._is_stale = False
        self._known: dict[Run, tuple[tuple[Checkpoint, ...], RunSummary]] = {}
        services.session.history.runs_changed.connect(self._note)
        services.session.network.checkpoint_changed.connect(self._note)
        self.widget = QWidget(parent)
        self.widget.setAccessibleName(tr(self.title))
        self.table = RunTable(self.widget)
        self.table.opened.connect(self._open)
        self.table.renamed.connect(services.session.history.rename)
        self.table.deleted.connect(services.session.history.delete)
        self.table.curve_toggled.connect(self._curves.toggle)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.open = self._button(tr("Open"), tr("put the chosen run on show as it was left (Enter)"))
        self.open.clicked.connect(self._open_chosen)
        self.delete = self._button(tr("Delete"), tr("forget the chosen run (Del)"))
        self.delete.clicked.connect(self._delete_chosen)
        row.addWidget(self.open)
        row.addWidget(self.delete)
        for name, text in (("restore-run", tr("Bring back")), ("export-runs", tr("Export"))):
            button = self._button("", "")
            services.actions[name].setIconText(text)
            button.setDefaultAction(services.actions[name])
            row.addWidget(button)
        row.addStretch(1)
        self.hint = remark(tr("Nothing is recorded yet: Space trains the network."), self.widget)
        layout = QVBoxLayout(self.widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.hint)
        layout.addWidget(self.table, 1)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self.widget)
        button.setText(text)
        button.setFont(font(11))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(f"{text}: {tip}")
        return button

    def _note(self) -> None:
        self._is_stale = True

    def _open(self, run: Run) -> None:
        self._session.switch_to(run)

    def _open_chosen(self) -> None:
        if self.table.chosen is not None:
            self._session.switch_to(self.table.chosen)

    def _delete_chosen(self) -> None:
        if self.table.chosen is not None:
            self._session.history.delete(self.table.chosen)

    def refresh(self, changes: Changes) -> None:
        """Update at reading speed."""
        if not self._pace.due(changes.progress or self._is_stale, at_once=self._is_stale):
            return
        self._is_stale = False
        runs = self._session.history.runs.all
        self._known = {run: self._summed_up(run) for run in runs}
        displayed = self._session.history.run
        overlaid = [] if displayed is None else self._curves.overlaid(displayed, runs)
        lines = dict(zip(overlaid, RUN_SIGNS, strict=False)) | {displayed: "━"}
        self.table.show_rows([self._row(run, lines.get(run, "")) for run in runs])
        self.hint.setVisible(not runs)
        for button in (self.open, self.delete):
            button.setEnabled(bool(runs))

    def numbers(self) -> NumberTable:
        """Return every run's results and settings."""
        return runs_table(self._session.history.runs.all)

    def _summed_up(self, run: Run) -> tuple[tuple[Checkpoint, ...], RunSummary]:
        """Return a run's summary, computed again only after it continued or was renamed."""
        checkpoints, known = run.checkpoint_history.checkpoints, self._known.get(run)
        parent = "" if run.parent is None else run.parent.name
        if (
            known is None
            or known[0] is not checkpoints
            or (known[1].name, known[1].parent) != (run.name, parent)
        ):
            return checkpoints, RunSummary.of(run)
        return known

    def _row(self, run: Run, line: str) -> RunRow:
        session, summary = self._session, self._known[run][1]
        is_displayed, is_current = run is session.history.run, run is session.history.runs.current
        source = session.training.problem_sources.get(run.problem_name)
        mark = tr("on show") if is_displayed else tr("in training") if is_current else ""
        problem = run.problem_name if source is None else source.title
        return RunRow(run, summary, problem, mark, line, is_displayed)
