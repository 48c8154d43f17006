"""One frame: what is new in the session goes to the panels that can be seen, and to the window's edges."""

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.background.tasks import Task
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.default_configs import NEW_NETWORK
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow


class FrameUpdates(QObject):
    """Shows a session in a window.

    Parameters
    ----------
    window : Window
        Its session is polled; its parts, its bar and its status line are told.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._seen: set[str] = set()
        """Names of the parts that were brought up to date in the last frame."""
        self._figures = Pace(TEXT_PERIOD_S)
        self._selection_changed = False
        self.n_frames = 0
        """How often what was new has been shown."""
        self._running = False
        window.session.said.connect(self._hear)
        window.session.training.settings_changed.connect(self.show_settings)
        window.fine_tuner.said.connect(self._hear)
        window.fine_tuner.changed.connect(self._show_teaching)
        self._take_back = window.status.add_button(window.actions_by_name["take-back"])
        window.drawings.said.connect(self._hear)
        window.drawing_collection.said.connect(self._hear)
        window.selection.changed.connect(self._note_selection)
        self.show_settings()

    def _hear(self, text: str, warning: bool) -> None:
        self._window.say(text, warning=warning)

    def _note_selection(self) -> None:
        self._selection_changed = True
        self._window.frame_timer.hurry()

    # Frames

    def frame(self) -> bool:
        """Show what is new.

        Returns
        -------
        bool
            Whether anything was.
        """
        self.n_frames += 1
        self._window.drawings.poll()
        self._window.fine_tuner.poll()
        self._window.timeline.player.advance()
        self._window.ood_detector_fitter.poll()
        changes = self._session.poll()
        if changes.network:
            self._meet_network()
        changes.results = self._window.evaluator.poll()
        changes.selection, self._selection_changed = self._selection_changed, False
        appeared = self._refresh_parts(changes)
        self._window.timeline.refresh(changes)
        if self._figures.due(changes):
            self._show_figures()
        if self._session.training.tasks.current is not None:
            self._show_task(self._session.training.tasks.current)
        elif self._window.fine_tuner.task is not None:
            self._show_task(self._window.fine_tuner.task)
        return bool(changes) or appeared

    def _refresh_parts(self, changes: Changes) -> bool:
        """Tell the parts that can be seen; return whether one of them could not be before."""
        appeared = False
        is_minimised = self._window.isMinimized()
        for part in self._window.panels.values():
            # A tab behind another is not hidden for Qt, but nothing of it can be seen.
            if is_minimised or part.widget.visibleRegion().isEmpty():
                self._seen.discard(part.name)
            elif part.name in self._seen:
                part.refresh(changes)
            else:
                self._seen.add(part.name)
                part.refresh(Changes.all())
                appeared = True
        return appeared

    def _meet_network(self) -> None:
        session, window = self._session, self._window
        window.selection.clear()
        test_sample = STUDIO_INPUT_KINDS[session.network.input_space.kind].test_sample
        window.actions_by_name["test-image"].setText(tr(test_sample))
        self.show_settings()

    def _show_figures(self) -> None:
        session, window = self._session, self._window
        self._show_facts()
        window.fine_tuner.meet_weights()
        checkpoint = session.network.checkpoint
        if checkpoint is None:
            window.bar.show_figures(None, None, None)
        else:
            speed = session.network.snapshot.images_per_second if session.training.is_running else None
            is_past = session.network.past is not None
            window.bar.show_figures(checkpoint.epoch, speed, checkpoint.test_accuracy, is_past=is_past)

    def _show_task(self, task: Task) -> None:
        done = "" if task.progress is None else f" · {100 * task.progress:.0f} %"
        self._window.say(tr("{title} …{done} · Esc cancels").format(title=task.title, done=done))

    def _show_teaching(self) -> None:
        outcome = self._window.fine_tuner.outcome
        self._take_back.setVisible(outcome is not None)
        if outcome is not None:
            self._window.status.message.setToolTip(f"{outcome.sentence}\n{outcome.explanation}")

    # Settings

    def show_settings(self) -> None:
        """Show the problem and the configuration that are in force."""
        session, window = self._session, self._window
        window.bar.list_problem(session.network.problem_name, session.training.problem_title)
        window.bar.show_config(session.network.problem_name, session.network.config)
        if session.training.is_running != self._running:
            self._running = session.training.is_running
            window.actions_by_name.tint(appearance.theme, running=self._running)
        self._show_facts()

    def _show_facts(self) -> None:
        session, window = self._session, self._window
        title = session.training.problem_title
        size = tr("%n parameters", session.network.architecture.n_params)
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
        window.status.facts.setToolTip(f"{what}\n{self._measured()}".rstrip())
        window.status.facts.setText(
            tr("{name} · {title} · {size} · seed {seed}").format(
                name=name, title=title, size=size, seed=session.network.config.seed
            )
        )

    def _measured(self) -> str:
        """Say what is known of the network on show, from its card."""
        lines = []
        # A card may come from anywhere: what is not of our form is passed over.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            for kind, sources in self._session.network.card["measured"].items():
                for source, figures in sources.items():
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
