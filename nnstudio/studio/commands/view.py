"""The menu View: colours, theme, size of text, full screen, and the arrangement of the panels."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from nnstudio.language import tr
from nnstudio.studio.commands.command import Command
from nnstudio.studio.commands.window_control import WindowControl
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.theme import DARK, LIGHT, TEXT_SCALES, appearance, text_scale
from nnstudio.studio.panels.panel import Panel
from nnstudio.studio.session.services import Services


class ViewMenu:
    """What the entries of the menu View do.

    Parameters
    ----------
    services : Services
    control : WindowControl
    """

    def __init__(self, services: Services, control: WindowControl) -> None:
        self._services, self._control, self._area = services, control, control.panel_area
        self._graph, self._line = services.graph_options, services.session.line
        self._text_steps: list[int] = []
        """Sizes up and down that were asked for and are still to be shown."""

    def commands(self) -> tuple[Command, ...]:
        """Return the entries in the order of the menu."""
        return (
            Command(
                "redraw-samples",
                "View",
                "Redraw samples",
                "show other samples",
                self._redraw_samples,
                ("Ctrl+D",),
            ),
            Command(
                "next-scale",
                "View",
                "Next colour scale",
                "full colour for the largest value of each unit, of a layer, of the network",
                self._services.colour_scale.choose_next,
                ("K",),
                begins_group=True,
            ),
            Command(
                "unit-scale",
                "View",
                "Colours by unit",
                "see each unit's shape, however weak it is",
                partial(self._choose_scale, Scope.UNIT),
                ("Ctrl+Alt+1",),
                checkable=True,
            ),
            Command(
                "layer-scale",
                "View",
                "Colours by layer",
                "compare the units of a layer",
                partial(self._choose_scale, Scope.LAYER),
                ("Ctrl+Alt+2",),
                checkable=True,
            ),
            Command(
                "network-scale",
                "View",
                "Colours by network",
                "compare the layers",
                partial(self._choose_scale, Scope.NETWORK),
                ("Ctrl+Alt+3",),
                checkable=True,
            ),
            Command(
                "units",
                "View",
                "Units",
                "show in the graph what each unit adds, and where it bends: ticks that can be dragged; in "
                "the plane, the line where each unit of the first layer is at 0",
                lambda: self._graph.show_units(not self._graph.shows_units),
                ("O",),
                checkable=True,
                begins_group=True,
            ),
            Command(
                "truth",
                "View",
                "Truth",
                "show in the graph the function from which the points were drawn",
                lambda: self._graph.show_truth(not self._graph.shows_truth),
                ("V",),
                checkable=True,
            ),
            Command(
                "band",
                "View",
                "Band",
                "show in the graph what is within ε of the truth, or of the network where that is hidden",
                lambda: self._graph.show_band(not self._graph.shows_band),
                ("Shift+V",),
                checkable=True,
            ),
            Command(
                "line",
                "View",
                "Line in graph",
                "show in the graph a straight line, which can be dragged, or hide it",
                lambda: self._line.show(not self._line.is_shown),
                ("Shift+I",),
                checkable=True,
            ),
            Command(
                "residuals",
                "View",
                "Residuals",
                "show what is left between the line and the points as segments, as squares, or not",
                self._line.draw_residuals_next,
                ("I",),
            ),
            Command(
                "fold",
                "View",
                "Fold the plane",
                "show in the panel Fold how a layer carries the plane: turned, stretched, and folded",
                self._fold,
                ("F",),
            ),
            Command(
                "unroll",
                "View",
                "Unroll the picture",
                "let the rows of the picture slide into one strip of numbers, in Pixel values, or back",
                self._unroll,
                ("Z",),
            ),
            Command(
                "theme",
                "View",
                "Dark or light",
                "change between the dark and the light look",
                self._turn_theme,
                ("Ctrl+T",),
                begins_group=True,
            ),
            Command(
                "full-screen",
                "View",
                "Full screen",
                "fill the screen, or leave it",
                self._turn_full_screen,
                ("F11",),
                checkable=True,
            ),
            Command(
                "next-panel",
                "View",
                "Next panel",
                "give the keys to the next panel",
                partial(self._area.step_focus, 1),
                ("F6",),
                begins_group=True,
            ),
            Command(
                "previous-panel",
                "View",
                "Previous panel",
                "give the keys to the panel before",
                partial(self._area.step_focus, -1),
                ("Shift+F6",),
            ),
            Command(
                "panel-menu",
                "View",
                "Panel menu",
                "show all, copy or save what the panel with the keys shows",
                _open_context_menu,
                ("Shift+F10",),
            ),
            Command(
                "float-panel",
                "View",
                "Float panel",
                "make the panel with the keys a window of its own, or put it back",
                self._float_panel,
                ("Ctrl+Shift+F",),
            ),
            Command(
                "hide-panel",
                "View",
                "Hide panel",
                "hide the panel that has the keys",
                self._hide_panel,
                ("Ctrl+W",),
            ),
            Command(
                "reset-layout",
                "View",
                "Reset layout",
                "put every panel where it is at home",
                self._area.reset,
                ("Ctrl+Alt+L",),
            ),
            Command(
                "larger-text",
                "View",
                "Larger text",
                "show text and pictures larger",
                partial(self._step_text, 1),
                ("Ctrl++", "Ctrl+="),
                begins_group=True,
            ),
            Command(
                "smaller-text",
                "View",
                "Smaller text",
                "show text and pictures smaller",
                partial(self._step_text, -1),
                ("Ctrl+-",),
            ),
            Command(
                "usual-text",
                "View",
                "Usual text",
                "show text at its usual size",
                self._use_usual_text,
                ("Ctrl+0",),
            ),
            Command(
                "present",
                "View",
                "Present",
                "large type and a thick pen, for a projector; once more ends it",
                self._turn_presenting,
                ("F5",),
                checkable=True,
            ),
        )

    def connect(self) -> None:
        """Check the entry of the colour scale that is in use, and those of the graph."""
        self._services.colour_scale.changed.connect(self._show_scale)
        self._show_scale()
        self._graph.changed.connect(self._show_graph_options)
        self._line.changed.connect(self._show_line)

    def _show_line(self) -> None:
        self._services.actions["line"].setChecked(self._line.is_shown)

    def _fold(self) -> None:
        self._services.show_panel("fold")
        self._control.panels["fold"].play()

    def _unroll(self) -> None:
        self._services.show_panel("pixel_values")
        self._control.panels["pixel_values"].unroll()

    def _show_graph_options(self) -> None:
        actions = self._services.actions
        actions["units"].setChecked(self._graph.shows_units)
        actions["truth"].setChecked(self._graph.shows_truth)
        actions["band"].setChecked(self._graph.shows_band)

    def _redraw_samples(self) -> None:
        self._control.panels["samples"].redraw()
        self._services.request_frame()

    def _choose_scale(self, scope: Scope) -> None:
        self._services.colour_scale.choose(scope)
        self._show_scale()

    def _show_scale(self) -> None:
        for scope in Scope:
            self._services.actions[f"{scope}-scale"].setChecked(scope is self._services.colour_scale.scope)

    def _turn_theme(self) -> None:
        self._control.set_theme(LIGHT if appearance.theme is DARK else DARK)

    def _turn_full_screen(self) -> None:
        self._control.show_full_screen(self._services.actions["full-screen"].isChecked())

    def _turn_presenting(self) -> None:
        self._control.present(self._services.actions["present"].isChecked())

    def _step_text(self, step: int) -> None:
        """Change the size of text once for all presses that wait: it takes the window a while."""
        if not self._text_steps:
            QTimer.singleShot(0, self._control.window, self._take_text_steps)
        self._text_steps.append(step)

    def _use_usual_text(self) -> None:
        self._text_steps.clear()
        self._control.set_text_scale(1.0)

    def _take_text_steps(self) -> None:
        if not self._text_steps:
            return
        at = min(range(len(TEXT_SCALES)), key=lambda k: abs(TEXT_SCALES[k] - text_scale()))
        at += sum(self._text_steps)
        self._text_steps.clear()
        scale = TEXT_SCALES[min(max(at, 0), len(TEXT_SCALES) - 1)]
        self._control.set_text_scale(scale)
        self._services.say(
            tr("Text at {scale:.0f} % of its usual size. Ctrl+0 brings that back.").format(scale=100 * scale)
        )

    def _float_panel(self) -> None:
        panel = self._panel_with_focus()
        if panel is not None:
            self._area.toggle_floating(panel.name)

    def _hide_panel(self) -> None:
        panel = self._panel_with_focus()
        if panel is not None:
            self._area.hide_panel(panel.name)
            self._services.say(
                tr("{title} is hidden; View > Panels brings it back.").format(title=tr(panel.title))
            )

    def _panel_with_focus(self) -> Panel | None:
        panel = self._area.panel_with_focus()
        if panel is None:
            self._services.say(tr("No panel has the keys: F6 goes to one."))
        return panel


def _open_context_menu() -> None:
    """Ask what has the keys for its menu, as the menu key does; not every system knows another key for it."""
    focus = QApplication.focusWidget()
    if focus is not None:
        place = focus.rect().center()
        reason = QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(focus, QContextMenuEvent(reason, place, focus.mapToGlobal(place)))
