"""The window for a projector: large type, a thick pen, and nothing that is not looked at."""

from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.studio.painting.theme import text_scale

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow

TEXT_SCALE = 1.5
PEN_FACTOR = 1.5


class PresentationMode:
    """Changes a window for a projector, and back.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._before: tuple[float, float] | None = None

    @property
    def is_on(self) -> bool:
        """Whether the window is as a projector wants it."""
        return self._before is not None

    @property
    def usual_text_scale(self) -> float:
        """The size of text outside a presentation, which is the one to be kept."""
        return text_scale() if self._before is None else self._before[0]

    def set_on(self, on: bool) -> None:
        """Begin or end; the end brings the size of text and the pen back."""
        if on == self.is_on:
            return
        window, document = self._window, self._window.session.input
        if on:
            self._before = text_scale(), document.pen_width
            window.set_text_scale(max(TEXT_SCALE, text_scale()))
            document.set_pen_width(PEN_FACTOR * document.pen_width)
            window.say(tr("Made for a projector. F5 ends it, F11 fills the screen."))
        else:
            scale, pen_width = self._before or (1.0, document.pen_width)
            self._before = None
            window.set_text_scale(scale)
            document.set_pen_width(pen_width)
        window.menuBar().setVisible(not on)
        window.actions_by_name["present"].setChecked(on)
