"""What the commands have the main window do, and what they ask of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from nnstudio.studio.documents.session_snapshot import PanelLayout
from nnstudio.studio.painting.theme import Theme
from nnstudio.studio.panels.panel import Panel


class PanelArea(PanelLayout, Protocol):
    """The area that the panels lie on."""

    def reset(self) -> None:
        """Put every panel where it is at home."""

    def panel_with_focus(self) -> Panel | None:
        """Return the panel that has the focus."""

    def step_focus(self, step: int) -> None:
        """Give the focus to the next panel, or the one before (``step`` −1)."""

    def focus_panel(self, name: str) -> None:
        """Give the focus to a panel."""

    def toggle_floating(self, name: str) -> None:
        """Make a panel a window of its own, or put it back."""

    def hide_panel(self, name: str) -> None:
        """Hide a panel."""


@dataclass(frozen=True, eq=False)
class WindowControl:
    """The window as commands see it.

    The window's widgets show actions, so that they are made after the commands: what is a callable here is
    looked up when a command runs.

    Attributes
    ----------
    window : QWidget
        The parent of dialogs and menus.
    panels : mapping of str to Panel
        Empty until the panels are made.
    panel_area : PanelArea
    set_theme, set_text_scale : callable
        Apply a theme; show text at so many times its usual size.
    show_full_screen, present : callable (bool)
        Fill the screen, or leave it; begin or end the mode for a projector.
    edit_network, edit_run_name : callable ()
        Give the focus to the list of layer sizes, or to the name of the displayed run.
    show_recipes, show_keys : callable ()
        Open the list of recipes, or of keys.
    toggle_whats_this, toggle_hints : callable ()
    end_whats_this : callable () -> bool
        Ends "What is this?", and returns whether it was on.
    stop_typing : callable ()
        Puts back what is being typed in the training bar.
    keep_settings, apply_settings : callable ()
        Write the window's state to the settings; bring the window to what is in them.
    """

    window: QWidget
    panels: Mapping[str, Any]
    panel_area: PanelArea
    set_theme: Callable[[Theme], object]
    set_text_scale: Callable[[float], object]
    show_full_screen: Callable[[bool], object]
    present: Callable[[bool], object]
    edit_network: Callable[[], object]
    edit_run_name: Callable[[], object]
    show_recipes: Callable[[], object]
    show_keys: Callable[[], object]
    toggle_whats_this: Callable[[], object]
    toggle_hints: Callable[[], object]
    end_whats_this: Callable[[], bool]
    stop_typing: Callable[[], object]
    keep_settings: Callable[[], object]
    apply_settings: Callable[[], object]
