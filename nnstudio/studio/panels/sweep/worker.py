"""Trains the cells of a sweep on a thread of their own, beside the network on show."""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from nnstudio.insight.sweep import CellResult, cell_steps
from nnstudio.insight.sweep_spec import SweepCell, SweepSpec
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.opened_sweep import OpenedSweep
from nnstudio.studio.session.session import Session

SHARE_WHILE_TRAINING = 0.15
"""Largest share of a core while the network on show is trained."""

SHARE_WHILE_DRAWING = 0.05
"""Largest share of a core while the input is changed."""

REST_MS = 600
"""The input counts as being changed for so long after its last change."""


class SweepWorker(QObject):
    """Holds the newest sweep and its results.

    Parameters
    ----------
    session : Session
    parent : QObject

    Attributes
    ----------
    spec : SweepSpec or None
    results : mapping of SweepCell to CellResult
        Of the cells that are done; another object when there are more.
    in_sight : frozenset of SweepCell
        They are trained first.
    under_way : SweepCell or None
        The one that is being trained.
    opened : OpenedSweep or None
        Where the sweep was opened from a table: its cells have figures, and networks when they are trained.
    is_as_known : bool
        Whether the cell that was trained last for its network came to the figures of its table.

    Notes
    -----
    Thread: gui; cells are trained one after the other on a daemon thread.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._worker = BackgroundWorker("nnstudio-sweep")
        self.spec: SweepSpec | None = None
        self.results: Mapping[SweepCell, CellResult] = {}
        self.in_sight: frozenset[SweepCell] = frozenset()
        self.under_way: SweepCell | None = None
        self.opened: OpenedSweep | None = None
        self.is_as_known = True
        self._begun_s = 0.0
        self._costs: dict[SweepCell, float] = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._choose_share)
        # Not once a frame: cells are trained while the panel is hidden, too.
        session.training.settings_changed.connect(self._choose_share)
        session.input.x_changed.connect(self._yield)

    @property
    def is_busy(self) -> bool:
        """Whether cells are being trained."""
        return self._worker.is_busy

    @property
    def share(self) -> float:
        """The largest part of one core that cells take now."""
        return self._worker.share

    def begin(self, spec: SweepSpec) -> None:
        """Train the cells of a sweep in place of those of the one before, which is forgotten."""
        self.spec, self.results, self.under_way = spec, {}, None
        self.opened = None
        self._costs = {cell: spec.cost_of(cell) for cell in spec.cells()}
        self._begun_s = perf_counter()
        self._choose_share()
        self._worker.run(Task(lambda _: self._trained(spec), self._take))

    def show(self, opened: OpenedSweep) -> None:
        """Have the figures of a table in place of the sweep before, which is forgotten."""
        self._worker.cancel()
        self.opened, self.spec, self.results, self.under_way = opened, opened.spec, opened.results, None

    def train_opened(self, cell: SweepCell) -> None:
        """Train a cell of an opened table for its network: its first seed, or all where none is done."""
        spec, known = self.spec, self.results.get(cell)
        assert spec is not None, "a table was opened"
        if known is not None:
            spec = replace(spec, seeds=spec.seeds[:1])
        self._costs, self._begun_s = {cell: spec.cost_of(cell)}, perf_counter()
        self._choose_share()
        self._worker.run(Task(lambda _: self._trained_again(spec, cell, known), self._take))

    def cancel(self) -> None:
        """Train no more cells; those that are done stay."""
        self._worker.poll()
        self._worker.cancel()
        self.under_way = None

    def poll(self) -> bool:
        """Return whether there are more results since the last call."""
        before = self.results
        self._worker.poll()
        return self.results is not before

    @property
    def seconds_to_go(self) -> float:
        """About how long the cells take that are still to be trained, at the pace so far."""
        done = sum(self._costs.get(cell, 0.0) for cell in self.results)
        left = sum(self._costs.values()) - done
        return left * (perf_counter() - self._begun_s) / done if done else left

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._rest.stop()
        self._session.training.settings_changed.disconnect(self._choose_share)
        self._session.input.x_changed.disconnect(self._yield)
        self._worker.stop()

    def _take(self, results: Mapping[SweepCell, CellResult]) -> None:
        self.results = results

    def _yield(self) -> None:
        """Leave the processor to the answer while the input is changed."""
        if self._worker.is_busy:
            self._rest.start()
            self._choose_share()

    def _choose_share(self) -> None:
        is_running = self._session.training.is_running
        share = SHARE_WHILE_TRAINING if is_running else 1.0
        self._worker.set_share(SHARE_WHILE_DRAWING if self._rest.isActive() else share)

    # On the thread

    def _trained(self, spec: SweepSpec) -> Steps[Mapping[SweepCell, CellResult]]:
        results: Mapping[SweepCell, CellResult] = {}
        waiting = list(spec.cells())
        while waiting:
            in_sight = self.in_sight
            cell = next((each for each in waiting if each in in_sight), waiting[0])
            waiting.remove(cell)
            self.under_way = cell
            for result in cell_steps(spec, cell):
                if result is None:
                    yield None
                else:
                    results = {**results, cell: result}
                    yield results
        self.under_way = None

    def _trained_again(
        self, spec: SweepSpec, cell: SweepCell, known: CellResult | None
    ) -> Steps[Mapping[SweepCell, CellResult]]:
        self.under_way = cell
        for result in cell_steps(spec, cell):
            if result is None:
                yield None
            else:
                # The figures stay those of the table.
                self.is_as_known = known is None or known.seeds[:1] == result.seeds
                if known is not None and result.run is not None:
                    result = replace(known, field=result.field, shown=result.shown, run=result.run)
                yield {**self.results, cell: result}
        self.under_way = None
