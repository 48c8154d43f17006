"""The main window: composes session, menus and widgets; its own events and settings."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from nnstudio.files.model_file import Model
from nnstudio.language import tr
from nnstudio.studio.background.frame_timer import FrameTimer
from nnstudio.studio.commands.actions import Actions
from nnstudio.studio.commands.help import show_key_list
from nnstudio.studio.commands.menus import Menus
from nnstudio.studio.commands.training import show_recipes
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.documents.autosave import Autosave
from nnstudio.studio.documents.drag_and_drop import DragAndDrop
from nnstudio.studio.documents.examples import make_examples_menu
from nnstudio.studio.documents.film_export import FilmExport
from nnstudio.studio.documents.lesson_visit import LessonVisit
from nnstudio.studio.documents.network_list import NetworkList
from nnstudio.studio.documents.open_save import FileDialogs, FileOpener
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.help.data_notice import DataNotice
from nnstudio.studio.help.hints import HintBar
from nnstudio.studio.help.notice_bar import CrashNotice
from nnstudio.studio.help.whats_this_mode import WhatsThisMode
from nnstudio.studio.painting.colour_scale import ColourScale
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.style_sheet import apply_style_sheet, palette, style_sheet
from nnstudio.studio.painting.theme import (
    TEXT_SCALES,
    THEMES,
    Theme,
    appearance,
    set_text_scale,
    system_theme,
    text_font,
    text_scale,
)
from nnstudio.studio.panels.input.view import InputView
from nnstudio.studio.panels.panel import Panel
from nnstudio.studio.panels.panel_list import AT_ONCE, PANELS
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.session.graph_options import GraphOptions
from nnstudio.studio.session.ood_detector_fit import OODDetectorFitter
from nnstudio.studio.session.own_problems import name_of
from nnstudio.studio.session.pixel_options import PixelOptions
from nnstudio.studio.session.services import Services
from nnstudio.studio.session.session import Session
from nnstudio.studio.views.control_keys import ListFocus, press_focused
from nnstudio.studio.window import screen_fit
from nnstudio.studio.window.bar_area import BarArea
from nnstudio.studio.window.dock_area import DockArea
from nnstudio.studio.window.frame_updates import FrameUpdates
from nnstudio.studio.window.lesson_ring import LessonRing
from nnstudio.studio.window.lesson_room import LessonRoom
from nnstudio.studio.window.panel_actions import PanelActions
from nnstudio.studio.window.presentation_mode import PresentationMode
from nnstudio.studio.window.screen_fit import PREFERRED, SMALLEST
from nnstudio.studio.window.status_line import StatusLine
from nnstudio.studio.window.timeline import Timeline
from nnstudio.studio.window.training_bar import TrainingBar


class _Panels(Mapping[str, Panel]):
    """All panels by name; one that was not seen yet is made when it is asked for."""

    def __init__(self, dock_area: DockArea) -> None:
        self._docks = dock_area.docks

    def __getitem__(self, name: str) -> Panel:
        return self._docks[name].panel

    def __contains__(self, name: object) -> bool:
        return name in self._docks

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)


@contained
class MainWindow(QMainWindow):
    """nnstudio's main window.

    Parameters
    ----------
    model : Model
        The network that is displayed first.
    problem_name : str
        What it is trained on.
    theme : Theme
    settings : QSettings
        Where the window's size, place and theme are kept.

    Notes
    -----
    Thread: gui. Closing stops the trainer and waits for it, for a bounded time, before the widgets go.
    """

    closing = Signal()
    """The window is about to close: threads have to end, within a bounded time."""

    def __init__(self, model: Model, problem_name: str, theme: Theme, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle("nnstudio")
        self._open_at_usual_size()
        self.settings = settings
        self.session = Session(model, problem_name, self)
        self.colour_scale = ColourScale(self)
        self.recent = RecentFiles(settings, self)
        self.actions_by_name = Actions(self)
        self.services = self._make_services()
        self.dock_area = DockArea(self)
        self.lesson_visit = LessonVisit(self.services, self.dock_area, self)
        self.opener = FileOpener(self.services, self.recent, self.dock_area, self.lesson_visit.begin)
        self.dialogs = FileDialogs(self.services, self.recent, self)
        self.networks = NetworkList(self.services, self.recent, self.opener)
        self.film_export = FilmExport(self.services, lambda: self.frame_updates.n_frames, self)
        self.presentation = PresentationMode(self.services, self.set_text_scale, self.menuBar())
        # Its widgets show actions: the commands come first, and find the panels here when they run.
        self.panels: Mapping[str, Panel] = _Panels(self.dock_area)
        self.menus = self._make_menus()
        self.actions_by_name.add(self.menus.commands())
        menus = self.actions_by_name.fill(self.menuBar())
        self.recent.make_menu(self.actions_by_name["last-session"], menus["File"], self.opener.open_paths)
        self.networks.make_menu(self.actions_by_name["import-images"], menus["File"])
        make_examples_menu(self.services, self.actions_by_name["import-images"], menus["File"])
        self._build_widgets()
        menus["View"].addSeparator()
        self.panel_actions.fill(menus["View"].addMenu(tr("Panels")))
        # Keys of actions whose menu cannot be seen are heard through the window.
        for menu in self.menuBar().findChildren(QMenu):
            self.addActions([action for action in menu.actions() if action.shortcuts()])
        self.ood_detector_fitter = OODDetectorFitter(
            self.session.network, self.session.training, self.input.ood_meter
        )
        self.frame_updates = FrameUpdates(
            self.services,
            self.actions_by_name,
            self.dock_area.docks,
            bar=self.bar,
            timeline=self.timeline,
            status=self.status,
            ood_detector_fitter=self.ood_detector_fitter,
            widen_input=self.dock_area.widen_input,
            window=self,
        )
        self.lesson_ring = LessonRing(
            self.services,
            self.dock_area,
            self.panels,
            {"training": self.bar, "timeline": self.timeline, "menu": self.menuBar(), "status": self.status},
            self,
        )
        self.lesson_room = LessonRoom(self.services, self.dock_area, self._lockable(), self)
        self.menus.connect()
        self._connect_widgets()
        self._take_text_scale(_known_scale(self.settings.value("text-scale")))
        self.set_theme(theme)
        self.frame_timer = FrameTimer(self.frame_updates.frame, self)
        self.autosave = Autosave(self.services, self.dock_area, self)
        self.session.input.x_changed.connect(self.frame_timer.hurry)
        # After the choice itself, which follows.
        self._focus_input_after_lists(self)
        self.dock_area.panel_made.connect(self._focus_input_after_lists)
        self._restore()
        self.input.canvas.setFocus()
        self.frame_timer.start()

    def _make_services(self) -> Services:
        return Services(
            session=self.session,
            colour_scale=self.colour_scale,
            curve_options=CurveOptions(self),
            graph_options=GraphOptions(self),
            pixel_options=PixelOptions(self),
            settings=self.settings,
            actions=self.actions_by_name,
            say=self.say,
            show_panel=self.show_panel,
            request_frame=self.request_frame,
            closing=self.closing,
            input_editor=lambda: self.input.editors.currentWidget(),
        )

    def _make_menus(self) -> Menus:
        control = WindowControl(
            window=self,
            panels=self.panels,
            panel_area=self.dock_area,
            set_theme=self.set_theme,
            set_text_scale=self.set_text_scale,
            show_full_screen=lambda full: self.showFullScreen() if full else self.showNormal(),
            present=self.presentation.set_on,
            edit_network=lambda: self.bar.edit_network(),
            edit_run_name=lambda: self.timeline.edit_name(),
            show_recipes=lambda: show_recipes(self.services, self.bar.problem),
            show_keys=lambda: show_key_list(
                self.actions_by_name.commands, self.panel_actions.key_rows(), self
            ),
            toggle_whats_this=lambda: self.whats_this_mode.toggle(),
            toggle_hints=lambda: self.hints.toggle(),
            end_whats_this=lambda: self.whats_this_mode.end(),
            stop_typing=self.stop_typing,
            keep_settings=self.keep_settings,
            apply_settings=self.apply_settings,
        )
        return Menus(self.services, control, self.opener, self.dialogs, self.film_export, self.lesson_visit)

    def _build_widgets(self) -> None:
        actions = self.actions_by_name
        self.bar = TrainingBar(
            [actions[n] for n in ("play", "step-batch", "step-epoch", "reset", "new-seed")],
            actions["settings"],
            self.networks.entries,
            self,
        )
        self.status = StatusLine(self)
        self.dock_area.add_panels(PANELS, self.services)
        for name in AT_ONCE:
            self.dock_area.docks[name].make()
        self.input: InputView = self.panels["input"].widget
        self.timeline = Timeline(self.services, self)
        self.panel_actions = PanelActions(self.dock_area, self)
        frame = QWidget(self)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        wide = tr("The training bar is wider than the window: scroll")
        layout.addWidget(BarArea(self.bar, tr("Scroll the training bar"), wide, self))
        layout.addWidget(self.dock_area, 1)
        wide = tr("The timeline is wider than the window: scroll")
        layout.addWidget(BarArea(self.timeline, tr("Scroll the timeline"), wide, self))
        notice = (self.status.message, self.status.said, self.focus_input)
        self.hints = HintBar(*notice, self.settings, actions["hints"], self.session)
        self.crash_notice = CrashNotice(*notice)
        self.data_notice = DataNotice(*notice, self.session, self.dialogs.ask_folder)
        layout.addWidget(self.status)
        self.setCentralWidget(frame)
        self.whats_this_mode = WhatsThisMode(
            self,
            actions["what-is-this"],
            self.input.canvas,
            show_keys=actions["keys"].trigger,
            show_panel=self._shown_panel,
            focus_panel=self.dock_area.focus_panel,
        )

    def _lockable(self) -> dict[str, list[QWidget | QAction]]:
        """Return what a lesson can keep as it is, by the names that lessons have for it."""
        actions, bar = self.actions_by_name, self.bar
        found: dict[str, list[QWidget | QAction]] = {
            "problem": [bar.problem],
            "network": [bar.network_box],
            "settings": list(bar.settings),
            "seed": [actions["new-seed"]],
            "train": [actions[name] for name in ("play", "step-batch", "step-epoch", "reset")],
        }
        found |= {box.setting.key: [box] for box in bar.settings}
        return found

    def _connect_widgets(self) -> None:
        DragAndDrop(self).dropped.connect(self.menus.clipboard.take)
        self.dock_area.picture_wanted.connect(self.menus.clipboard.copy_panel)
        self.dock_area.figure_wanted.connect(self.menus.exports.save_figure_of)
        self.dock_area.numbers_wanted.connect(self.menus.exports.save_numbers_of)
        self.dock_area.film_wanted.connect(self.menus.exports.save_film_of)
        self.lesson_room.escaped.connect(self.lesson_visit.leave)
        self.session.lesson_guide.wanted.connect(self.lesson_visit.open)
        self.bar.problem_chosen.connect(self.session.choose_problem)
        self.bar.network_box.wants_new.connect(self._ask_for_sizes)
        self.bar.network_edited.connect(self.session.setting_changes.edit_network)
        self.bar.setting_chosen.connect(self.session.setting_changes.choose)
        # After the edit itself, which the same key ends.
        self.bar.left.connect(self.focus_input, Qt.ConnectionType.QueuedConnection)
        self.session.own_problems.changed.connect(self._list_own_problems)
        self.session.own_problems.read()

    def _list_own_problems(self) -> None:
        for own in self.session.own_problems.problems:
            self.bar.list_problem(name_of(own), own.title)

    def _focus_input_after_lists(self, widget: QWidget) -> None:
        """Give the keys to the input once something was chosen in a list of a part of the window."""
        ListFocus(widget.findChildren(QComboBox), widget).used.connect(
            self.focus_input, Qt.ConnectionType.QueuedConnection
        )

    def request_frame(self) -> None:
        """Update the panels before the next frame is due."""
        self.frame_timer.hurry()

    def _ask_for_sizes(self) -> None:
        self.bar.edit_network()
        self.say(
            tr("Type the sizes of hidden layers, such as 100 300; Return makes a fresh network, Esc none.")
        )

    def focus_input(self) -> None:
        """Give the focus to the input."""
        self.input.editors.currentWidget().setFocus()

    def stop_typing(self) -> None:
        """Put what is being typed in the training bar back, and give the focus to the input."""
        self.frame_updates.show_settings()
        self.focus_input()

    def set_text_scale(self, scale: float) -> None:
        """Show text, and what is painted around it, at ``scale`` times the usual size."""
        if scale == text_scale():
            return
        self.dock_area.keep_shares()
        self._take_text_scale(scale)
        self.set_theme(appearance.theme)
        self.dock_area.share_again()

    def _take_text_scale(self, scale: float) -> None:
        set_text_scale(scale, self.findChildren(QWidget))
        QApplication.setFont(text_font())

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front."""
        self.dock_area.bring_forward(name)

    def _shown_panel(self, name: str) -> QWidget:
        self.show_panel(name)
        return self.panels[name].widget

    def set_theme(self, theme: Theme) -> None:
        """Apply a theme to the whole application."""
        application = QApplication.instance()
        application.setPalette(palette(theme))
        apply_style_sheet(application, style_sheet(theme))
        appearance.set_theme(theme)
        self.actions_by_name.tint(theme, running=self.session.training.is_running)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a sentence in the status line."""
        self.status.say(text, warning=warning)

    # The window's own events

    def changeEvent(self, event: QEvent) -> None:
        """Rest while minimised: four frames a second, nothing painted; training has the machine."""
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "frame_timer"):
            self.frame_timer.hidden = self.isMinimized()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Give text the size that was kept: what is styled for its first show has lost it."""
        super().showEvent(event)
        self.windowHandle().screenChanged.connect(self._limit_to_screen, Qt.ConnectionType.UniqueConnection)
        appearance.restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the focus by Return, or open the list."""
        if not press_focused(event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the threads, keep the window's place, and close."""
        self.frame_timer.stop()
        focus = QApplication.focusWidget()
        if focus is not None:
            # What is being typed, in a floating panel too, is taken or refused while there is what can.
            focus.clearFocus()
        self.closing.emit()
        self.autosave.finish()
        self.ood_detector_fitter.stop()
        self.session.close()
        self.keep_settings()
        super().closeEvent(event)

    # Settings

    def keep_settings(self) -> None:
        """Save the window's place, text size, layout and theme for the next start."""
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("text-scale", self.presentation.usual_text_scale)
        self.settings.setValue("layout", self.lesson_visit.usual_layout)
        self.settings.setValue("theme", appearance.theme.name)

    def apply_settings(self) -> None:
        """Apply all settings; those that are missing get their defaults."""
        self.presentation.set_on(False)
        if not self.settings.contains("geometry"):
            self.showNormal()
            self._open_at_usual_size()
        self.dock_area.reset()
        self._restore()
        theme = chosen_theme(self.settings, system_theme())
        if theme is not appearance.theme:
            self.set_theme(theme)
        self.hints.offer()

    def _open_at_usual_size(self) -> None:
        """Take the usual size, or all of a screen that is too small for it."""
        self._limit_to_screen()
        size = PREFERRED.boundedTo(screen_fit.room_for(self))
        self.resize(size)
        if size != PREFERRED:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _limit_to_screen(self) -> None:
        """Let the window become as small as is usable, or as its screen is."""
        self.setMinimumSize(SMALLEST.boundedTo(screen_fit.room_for(self)))

    def _restore(self) -> None:
        geometry = self.settings.value("geometry")
        # Settings that were edited by hand may hold anything.
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        self.set_text_scale(_known_scale(self.settings.value("text-scale")))
        self.dock_area.restore(self.settings.value("layout"))


def chosen_theme(settings: QSettings, otherwise: Theme) -> Theme:
    """Return the theme the user chose last, or ``otherwise``."""
    return THEMES.get(str(settings.value("theme", "")), otherwise)


def _known_scale(value: object) -> float:
    """Return a size of text that was kept, or the usual one."""
    try:
        scale = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 1.0
    return scale if scale in TEXT_SCALES else 1.0
