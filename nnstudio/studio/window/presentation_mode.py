"""The window for a projector: large type, a thick pen, and nothing that is not looked at."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenuBar

from nnstudio.language import tr
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.session.services import Services

TEXT_SCALE = 1.5
PEN_FACTOR = 1.5


class PresentationMode:
    """Changes a window for a projector, and back.

    Parameters
    ----------
    services : Services
    set_text_scale : callable (float)
    menu_bar : QMenuBar
        Hidden in a presentation.
    """

    def __init__(
        self, services: Services, set_text_scale: Callable[[float], None], menu_bar: QMenuBar
    ) -> None:
        self._services, self._set_text_scale, self._menu_bar = services, set_text_scale, menu_bar
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
        document = self._services.session.input
        if on:
            self._before = text_scale(), document.pen_width
            self._set_text_scale(max(TEXT_SCALE, text_scale()))
            document.set_pen_width(PEN_FACTOR * document.pen_width)
            self._services.say(tr("Made for a projector. F5 ends it, F11 fills the screen."))
        else:
            scale, pen_width = self._before or (1.0, document.pen_width)
            self._before = None
            self._set_text_scale(scale)
            document.set_pen_width(pen_width)
        self._menu_bar.setVisible(not on)
        self._services.actions["present"].setChecked(on)
