"""The bar along the bottom edge: the checkpoints of the runs, and what can be done with them."""

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.playback import SPEEDS
from nnstudio.studio.session.run_history import place_of
from nnstudio.studio.session.services import Services
from nnstudio.studio.window.timeline_track import Lane, TimelineTrack
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.runs import Run

BUTTON_PX = 28
ICON_PX = 15
PLACE_WIDTH_PX = 226
RUN_WIDTH_PX = 112

_NO_LANE = Lane("", np.empty(0))


class Timeline(QWidget):
    """Shows which checkpoint of the run is displayed, and lets the user display others.

    Parameters
    ----------
    services : Services
        The session is shown; actions are the buttons.
    parent : QWidget

    Notes
    -----
    Thread: gui. ``refresh`` is called at every frame, and costs nothing while nothing is new.
    """

    def __init__(self, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._services, self._session, self._actions = services, services.session, services.actions
        self._pace = Pace(TEXT_PERIOD_S)
        self._runs: list[Run | None] = []
        """Those of the lanes, the displayed one first, None where none is displayed."""
        self._lanes: dict[Run, tuple[tuple[Checkpoint, ...], Lane]] = {}
        self._is_stale = True
        self.player = services.session.playback
        self.track = TimelineTrack(self)
        self._build()
        self.track.checkpoint_chosen.connect(self._choose)
        self.track.hovered.connect(self._show_hovered)
        self.track.stepped.connect(self._step)
        self.track.first_asked.connect(self._session.history.look_at_first)
        self.track.live_asked.connect(partial(self._session.network.look_at, None))
        self.track.lane_stepped.connect(self._step_run)
        self.player.changed.connect(self._show_player)
        self._session.history.runs_changed.connect(self._note)
        self._session.network.checkpoint_changed.connect(self._note)
        self._session.network.checkpoint_changed.connect(self._wake)

    # Building

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 10, 2)
        layout.setSpacing(4)
        for name in ("first-moment", "earlier-moment", "play-back", "later-moment", "best-moment"):
            layout.addWidget(self._button(self._actions[name]))
        self.speed = QComboBox(self)
        self.speed.setFont(font(11))
        for speed in SPEEDS:
            self.speed.addItem(tr("{speed} / s").format(speed=speed), speed)
        self.speed.setCurrentIndex(SPEEDS.index(self.player.speed))
        self.speed.setAccessibleName(tr("Speed of playing back"))
        self.speed.setToolTip(tr("Speed of playing back, in recorded moments a second"))
        self.speed.activated.connect(self._choose_speed)
        layout.addWidget(self.speed)
        self.run_box = QComboBox(self)
        self.run_box.setFont(font(12))
        self.run_box.setEditable(True)
        self.run_box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.run_box.setCompleter(None)
        self.run_box.setMinimumWidth(RUN_WIDTH_PX)
        self.run_box.setMaximumWidth(RUN_WIDTH_PX)
        self.run_box.setAccessibleName(tr("Run"))
        self.run_box.lineEdit().setAccessibleName(tr("Name of the run"))
        self.run_box.activated.connect(self._switch)
        self.run_box.lineEdit().returnPressed.connect(self._rename)
        self.run_box.lineEdit().editingFinished.connect(self._show_name)
        layout.addWidget(self.run_box)
        layout.addWidget(self.track, 1)
        self.place = QLabel("", self)
        self.place.setFont(font(11))
        self.place.setMinimumWidth(PLACE_WIDTH_PX)
        self.place.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.place.setAccessibleName(tr("Moment on show"))
        layout.addWidget(self.place)
        layout.addWidget(self._button(self._actions["branch"]))
        self.live = self._button(self._actions["live"])
        self.live.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.live.setFont(font(12))
        self.live.setMaximumWidth(200)
        self.live.setMinimumWidth(54)
        layout.addWidget(self.live)
        self.spare: list[QWidget] = [self.speed, self.place]
        """What is left out where it does not fit; the track tells its moments too."""

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setFixedSize(QSize(BUTTON_PX, BUTTON_PX))
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setStyleSheet("padding: 0;")
        return button

    # What the user does

    def _choose(self, lane: int, place: int) -> None:
        self.player.stop()
        run = self._runs[lane]
        if self._session.history.can_show(run):
            checkpoints = self._lanes[run][0]
            self._session.history.look_back(run, checkpoints[place])
        else:
            self._session.switch_to(run)

    def _step(self, n_checkpoints: int) -> None:
        self.player.stop()
        self._session.history.look_back_by(n_checkpoints)

    def _step_run(self, n_runs: int) -> None:
        self._actions["next-run" if n_runs > 0 else "previous-run"].trigger()

    def _switch(self, index: int) -> None:
        runs = self._session.history.runs.all
        # Return after typing comes here too, for the displayed run.
        if index < len(runs) and runs[index] is not self._session.history.run:
            self._go_to(runs[index])
            self.track.setFocus()

    def _go_to(self, run: Run) -> None:
        self.player.stop()
        self._session.switch_to(run)

    def edit_name(self) -> None:
        """Let the user type another name for the displayed run."""
        if self._session.history.run is not None:
            self.run_box.lineEdit().setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.run_box.lineEdit().selectAll()

    def _rename(self) -> None:
        run = self._session.history.run
        if run is not None:
            self._session.history.rename(run, self.run_box.lineEdit().text())
            self.track.setFocus()

    def _choose_speed(self, index: int) -> None:
        self.player.speed = self.speed.itemData(index)

    # What it shows

    def _note(self) -> None:
        self._is_stale = True

    def _wake(self) -> None:
        # A run that goes on is not disturbed: the next frame is soon enough.
        if not self._session.training.is_running:
            self._services.request_frame()

    def refresh(self, changes: Changes) -> None:
        """Show what is new: the hand's work at once, the trainer's a few times a second."""
        if self._pace.due(changes.progress or self._is_stale, at_once=self._is_stale):
            is_other, self._is_stale = self._is_stale, False
            self._show(is_other=is_other)

    def _show(self, *, is_other: bool) -> None:
        session = self._session
        on_show = session.history.run
        others = [run for run in reversed(session.history.runs.all) if run is not on_show]
        self._runs = [on_show, *others] if session.history.runs.all else []
        lanes = [_NO_LANE if run is None else self._lane(run) for run in self._runs]
        self._lanes = {run: self._lanes[run] for run in self._runs if run is not None}
        at = None
        if session.network.past is not None and on_show is not None:
            at = place_of(self._lanes[on_show][0], session.network.past)
        planned = session.network.config.epochs if on_show is not None else None
        # The film is as long as its own run; where none is displayed, as the longest.
        lasting = lanes if on_show is None else lanes[:1]
        furthest = max((float(lane.epochs[-1]) for lane in lasting if len(lane.epochs)), default=0.0)
        self.track.show_lanes(lanes, at, max(furthest, planned or 0.0, 1e-3))
        give_role(self, "" if at is None else "past")
        self._show_place(at)
        if is_other:
            self._show_runs()
            self._actions["live"].setChecked(session.network.past is None)

    def _lane(self, run: Run) -> Lane:
        """Return the lane of a run; made again only where its checkpoints, or its place, changed."""
        checkpoints = run.checkpoint_history.checkpoints
        known = self._lanes.get(run)
        is_trained = run is self._session.history.runs.current
        parent = self._runs.index(run.parent) if run.parent in self._runs else None
        told = (run.name, parent, is_trained)
        if (
            known is None
            or known[0] is not checkpoints
            or told != (known[1].name, known[1].parent, known[1].is_trained)
        ):
            known = checkpoints, _lane_of(run, checkpoints, parent, is_trained=is_trained)
            self._lanes[run] = known
        return known[1]

    def _show_place(self, at: int | None) -> None:
        run = self._session.history.run
        if run is None:
            self._say("", "muted")
            return
        checkpoints = self._lanes[run][0]
        if at is None:
            self._say(_place_words(run, checkpoints, len(checkpoints) - 1), "muted")
        else:
            past = tr("past · {place}").format(place=_place_words(run, checkpoints, at))
            self._say(past, "past")
        self.place.setToolTip(_moment_words(run, checkpoints[-1 if at is None else at]))
        self.track.setAccessibleDescription(self.place.text())

    def _say(self, text: str, role: str) -> None:
        give_role(self.place, role)
        if text != self.place.text():
            # It grows with its numbers, and never shrinks: the film's length does not jitter.
            needed = self.place.fontMetrics().horizontalAdvance(text) + 4
            if needed > self.place.minimumWidth():
                self.place.setMinimumWidth(needed)
            self.place.setText(text)

    def _show_hovered(self, lane: int, place: int) -> None:
        if 0 <= lane < len(self._runs):
            run = self._runs[lane]
            self._say(_moment_words(run, self._lanes[run][0][place], short=True), "muted")
        else:
            self._note()

    def _show_player(self) -> None:
        self._actions["play-back"].setChecked(self.player.is_playing)

    def _show_runs(self) -> None:
        runs = self._session.history.runs.all
        self.run_box.clear()
        for k, run in enumerate(runs):
            self.run_box.addItem(run.name)
            self.run_box.setItemData(k, _run_words(run), Qt.ItemDataRole.ToolTipRole)
        self.run_box.setEnabled(bool(runs))
        self._show_name()

    def _show_name(self) -> None:
        run = self._session.history.run
        runs = self._session.history.runs.all
        self.run_box.setCurrentIndex(runs.index(run) if run in runs else -1)
        self.run_box.setEditText("" if run is None else run.name)
        # Of a longer name the beginning is seen.
        self.run_box.lineEdit().setCursorPosition(0)
        words = tr("The runs so far: choosing one goes on with it; typing here renames the one on show (F2).")
        self.run_box.setToolTip(words if run is None else f"{_run_words(run)}\n{words}")


def _lane_of(run: Run, checkpoints: tuple[Checkpoint, ...], parent: int | None, *, is_trained: bool) -> Lane:
    places = {mark: [k for k, each in enumerate(checkpoints) if mark in each.marks] for mark in Mark}
    return Lane(
        name=run.name,
        epochs=np.array([checkpoint.epoch for checkpoint in checkpoints]),
        ends=np.array(places[Mark.EPOCH], np.int64),
        changes=np.array(places[Mark.CHANGE], np.int64),
        best=next(iter(places[Mark.BEST]), None),
        parent=parent,
        is_trained=is_trained,
    )


def _place_words(run: Run, checkpoints: tuple[Checkpoint, ...], place: int) -> str:
    """Return the epoch and the number of a checkpoint."""
    epoch = f"{checkpoints[place].epoch:.2f}"
    if run.config.epochs is not None:
        epoch = f"{epoch} / {run.config.epochs:g}"
    return tr("epoch {epoch} · snapshot {place:,} of {total:,}").format(
        epoch=epoch, place=place + 1, total=len(checkpoints)
    )


def _moment_words(run: Run, checkpoint: Checkpoint, *, short: bool = False) -> str:
    """Return the figures of a checkpoint: all of them and its marks, or those that fit beside the track."""
    words = [tr("epoch {epoch:.2f}").format(epoch=checkpoint.epoch)]
    if not short:
        words.append(tr("step {step:,}").format(step=checkpoint.step))
    if checkpoint.train_loss is not None:
        words.append(tr("loss {loss:.3g}").format(loss=checkpoint.train_loss))
    if checkpoint.test_score is not None:
        measure, score = tr(run.measure.title), run.measure.text(checkpoint.test_score)
        if short:
            words.append(score)
        elif checkpoint.is_measured:
            words.append(tr("test {measure} {score}").format(measure=measure, score=score))
        else:
            words.append(
                tr("test {measure} {score}, measured at step {step:,}").format(
                    measure=measure, score=score, step=checkpoint.test_step
                )
            )
    text = " · ".join(words)
    if short:
        return text
    lines = [text]
    if Mark.BEST in checkpoint.marks:
        lines.append(tr("The best of this run on the test set"))
    lines += [change.text for change in run.checkpoint_history.changes if change.epoch == checkpoint.epoch]
    if checkpoint.state is None and checkpoint.step:
        lines.append(tr("A branch from here begins with a fresh optimiser: its memory was not kept here."))
    else:
        lines.append(tr("A branch from here gets the same numbers, with the same settings."))
    return "\n".join(lines)


def _run_words(run: Run) -> str:
    """Return a run's network, its epoch, its samples, its best test accuracy and its parent."""
    words = [
        str(run.config.architecture),
        tr("epoch {epoch:.2f}").format(epoch=run.last.epoch),
        tr("seed {seed}").format(seed=run.config.seed),
        *run.data.words,
    ]
    best = run.checkpoint_history.best
    if best is not None and best.test_score is not None:
        words.append(
            tr("best test {measure} {score}").format(
                measure=tr(run.measure.title), score=run.measure.text(best.test_score)
            )
        )
    if run.parent is not None:
        words.append(tr("from {run} at epoch {epoch:.2f}").format(run=run.parent.name, epoch=run.first.epoch))
    memory = tr("%n snapshot(s), {size:.0f} MB", len(run.checkpoint_history.checkpoints))
    words.append(memory.format(size=run.checkpoint_history.n_bytes / 2**20))
    return " · ".join(words)
