"""What panels, commands and documents work with, in place of the main window."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QSettings, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnstudio.studio.painting.colour_scale import ColourScale
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.session.graph_options import GraphOptions
from nnstudio.studio.session.pixel_options import PixelOptions
from nnstudio.studio.session.session import Session


class Say(Protocol):
    """Shows a sentence in the status line."""

    def __call__(self, text: str, *, warning: bool = False) -> None:
        """Show ``text``, as a warning where it is one."""


@dataclass(frozen=True, eq=False)
class Services:
    """The objects and callables that the parts of the window share.

    Attributes
    ----------
    session : Session
        The network, its training, the runs, the input, the selection and what works on them.
    colour_scale : ColourScale
    curve_options : CurveOptions
    graph_options : GraphOptions
    pixel_options : PixelOptions
    settings : QSettings
        Kept for the next start.
    actions : mapping of str to QAction
        By the name of their command.
    say : callable (text, *, warning=False)
        Shows a sentence in the status line.
    show_panel : callable (name)
        Brings a panel to the front.
    input_editor : callable
        Returns the widget in which the input is made now: a canvas, or the plane.
    request_frame : callable
        Updates the panels now, not when the next frame is due.
    closing : signal
        Emitted before the window closes: stop threads, within a bounded time.
    """

    session: Session
    colour_scale: ColourScale
    curve_options: CurveOptions
    graph_options: GraphOptions
    pixel_options: PixelOptions
    settings: QSettings
    actions: Mapping[str, QAction]
    say: Say
    show_panel: Callable[[str], None]
    request_frame: Callable[[], None]
    closing: SignalInstance
    input_editor: Callable[[], QWidget]
