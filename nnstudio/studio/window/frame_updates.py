"""Update the visible panels, the bars and the status line with what is new, once a frame."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.commands.actions import Actions
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.panels.panel import Panel
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.layer_names import parameter_words
from nnstudio.studio.session.ood_detector_fit import OODDetectorFitter
from nnstudio.studio.session.services import Services
from nnstudio.studio.window.dock import Dock
from nnstudio.studio.window.status_line import StatusLine
from nnstudio.studio.window.timeline import Timeline
from nnstudio.studio.window.training_bar import TrainingBar
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.snapshot import Snapshot


def refresh_visible(panels: Iterable[Panel], changes: Changes, seen: set[str]) -> bool:
    """Update the panels that can be seen; return whether one of them was hidden before.

    Parameters
    ----------
    panels : iterable of Panel
    changes : Changes
        Since the last frame. A panel that was hidden is updated as a whole.
    seen : set of str
        Names of the panels that were updated in the last frame. Modified.
    """
    appeared = False
    for panel in panels:
        # A tab behind another is not hidden for Qt, but nothing of it can be seen; most are hidden.
        if not panel.widget.isVisible() or panel.widget.visibleRegion().isEmpty():
            seen.discard(panel.name)
        elif panel.name in seen:
            panel.refresh(changes)
        else:
            seen.add(panel.name)
            panel.refresh(Changes.all())
            appeared = True
    return appeared


class FrameUpdates(QObject):
    """Shows what is new in a session.

    Parameters
    ----------
    services : Services
        The session and what works in the background are polled.
    actions : Actions
    docks : mapping of str to Dock
        Of all panels.
    bar : TrainingBar
    timeline : Timeline
    status : StatusLine
    ood_detector_fitter : OODDetectorFitter
    widen_input : callable (bool)
        Makes the input's panel wider than a sheet needs, or as wide.
    window : QWidget
        While it is minimised, no panel is updated.
    """

    def __init__(
        self,
        services: Services,
        actions: Actions,
        docks: Mapping[str, Dock],
        *,
        bar: TrainingBar,
        timeline: Timeline,
        status: StatusLine,
        ood_detector_fitter: OODDetectorFitter,
        widen_input: Callable[[bool], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services, self._session = services, services.session
        self._actions, self._docks, self._window = actions, docks, window
        self._bar, self._timeline, self._status = bar, timeline, status
        self._ood_detector_fitter, self._widen_input = ood_detector_fitter, widen_input
        self._seen: set[str] = set()
        """Names of the panels that were updated in the last frame."""
        self._figures = Pace(TEXT_PERIOD_S)
        self._selection_changed = False
        self.n_frames = 0
        """How often what was new has been shown."""
        self._running = False
        self._session.said.connect(self._say)
        self._session.training.settings_changed.connect(self.show_settings)
        self._session.fine_tuner.changed.connect(self._show_teaching)
        self._session.fine_tuner.changed.connect(services.request_frame)
        self._take_back = status.add_button(actions["take-back"])
        self._session.selection.changed.connect(self._note_selection)
        self.show_settings()

    def _say(self, text: str, warning: bool) -> None:
        self._services.say(text, warning=warning)

    def _note_selection(self) -> None:
        self._selection_changed = True
        self._services.request_frame()

    # Frames

    def frame(self) -> bool:
        """Show what is new.

        Returns
        -------
        bool
            Whether anything was.
        """
        self.n_frames += 1
        self._ood_detector_fitter.poll()
        changes = self._session.poll()
        if changes.network:
            self._meet_network()
        changes.selection, self._selection_changed = self._selection_changed, False
        appeared = self._refresh_panels(changes)
        self._timeline.refresh(changes)
        if self._figures.due(changes, at_once=changes.results):
            self._show_figures()
        session = self._session
        task = session.openings.slow or session.training.tasks.current or session.fine_tuner.task
        if task is not None:
            self._show_task(task)
        return bool(changes) or appeared

    def _refresh_panels(self, changes: Changes) -> bool:
        """Update the visible panels; return whether one of them was hidden before."""
        if self._window.isMinimized():
            self._seen.clear()
            return False
        panels = [
            dock.panel
            for dock in self._docks.values()
            if dock.is_made or (dock.area.widget().isVisible() and dock.is_in_front)
        ]
        return refresh_visible(panels, changes, self._seen)

    def _meet_network(self) -> None:
        session = self._session
        kind = STUDIO_INPUT_KINDS[session.network.input_space.kind]
        self._actions["test-image"].setText(tr(kind.test_sample))
        self._widen_input(kind.is_wide)
        for dock in self._docks.values():
            dock.meet(session.network.input_space, session.network.output_space)
        self.show_settings()

    def _show_figures(self) -> None:
        session = self._session
        self._show_facts()
        self._session.fine_tuner.meet_weights()
        checkpoint = session.network.checkpoint
        if checkpoint is None:
            self._bar.show_figures(None, None, "")
        else:
            speed = session.network.snapshot.images_per_second if session.training.is_running else None
            is_past = session.network.past is not None
            score, step = self._score(checkpoint)
            text = "" if score is None else session.network.output_space.traits.measure.text(score)
            self._bar.show_figures(checkpoint.epoch, speed, text, is_past=is_past, measured=step)

    def _score(self, checkpoint: Checkpoint | Snapshot) -> tuple[float | None, int | None]:
        """Return the measure on the test set with what reads the input, and the step of its measurement.

        It is None where only other weights were measured, or on another problem's test set; while training
        goes on, the last measurement is of weights a moment ago.
        """
        network, run = self._session.network, self._session.history.run
        results = self._session.evaluator.current
        if results is not None:
            return results.score, checkpoint.step
        is_live = self._session.training.is_running and network.past is None
        is_own = network.prediction_weights is network.own_weights
        is_own &= run is None or run.problem_name == network.problem_name
        if is_own and (is_live or checkpoint.test_step == checkpoint.step):
            return checkpoint.test_score, checkpoint.test_step
        return None, None

    def _show_task(self, task: Task) -> None:
        done = "" if task.progress is None else f" · {100 * task.progress:.0f} %"
        self._services.say(tr("{title} …{done} · Esc cancels").format(title=task.title, done=done))

    def _show_teaching(self) -> None:
        outcome = self._session.fine_tuner.outcome
        self._take_back.setVisible(outcome is not None)
        if outcome is not None:
            self._status.message.setToolTip(f"{outcome.sentence}\n{outcome.explanation}")

    # Settings

    def show_settings(self) -> None:
        """Show the problem and the configuration that are in force."""
        session = self._session
        self._bar.list_problem(session.network.problem_name, session.training.problem_title)
        network = session.network
        name = None if session.training.never_fits else network.problem_name
        self._bar.show_config(name, network.config, network.output_kind)
        if session.training.is_running != self._running:
            self._running = session.training.is_running
            self._actions.tint(appearance.theme, running=self._running)
        self._show_facts()

    def _show_facts(self) -> None:
        session = self._session
        title = ", ".join((session.training.problem_title, *session.training.data.words))
        if session.training.never_fits:
            title = tr("no data fit")
        size = parameter_words(session.network.architecture)
        further = session.network.was_trained and session.network.model_name != NEW_NETWORK
        name = (
            tr("{model_name}, trained further").format(model_name=session.network.model_name)
            if further
            else tr(session.network.model_name)
        )
        what = tr(
            "The network on show, what it is trained on, how many numbers it consists of, and the seed of "
            "its random numbers."
        )
        facts = tr("{name} · {title} · {size} · seed {seed}").format(
            name=name, title=title, size=size, seed=session.network.config.seed
        )
        self._status.show_facts(facts, f"{what}\n{self._measured()}".rstrip())

    def _measured(self) -> str:
        """Return the measured errors of the displayed network, from its card."""
        lines = []
        # A card may come from anywhere: what is not of our form is passed over.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            for kind, sources in self._session.network.card["measured"].items():
                for source, figures in sources.items():
                    if "rmse" in figures:
                        said = tr("RMSE {rmse:.4g}, largest error {largest:.4g} in {total:,}").format(
                            rmse=figures["rmse"], largest=figures["largest_error"], total=figures["n"]
                        )
                        lines.append(f"{source}, {kind}: {said}")
                        continue
                    share = tr("{errors:,} errors in {total:,} ({share:.2f} %)").format(
                        errors=figures["errors"], total=figures["n"], share=100 * figures["error"]
                    )
                    lines.append(f"{source}, {kind}: {share}")
        if not lines:
            return ""
        when = (
            tr("measured before training went on:") if self._session.network.was_trained else tr("measured:")
        )
        return "\n".join([when, *lines])
