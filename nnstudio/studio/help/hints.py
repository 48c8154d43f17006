"""Hints for the first steps, in the status line until they are closed for good."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from PySide6.QtCore import QSettings, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel

from nnstudio.language import tr, translatable
from nnstudio.studio.help.notice_bar import NoticeBar
from nnstudio.studio.session.session import Session

_NEURON = translatable(
    "Click a neuron in the network: the inspector shows its sum with the real numbers in it."
)
_WHAT_IS_THIS = translatable("Shift+F1, then click anything: it tells what it is. The key ? lists all keys.")
_RESIDUALS = translatable("Click a row among the residuals: its input is read, and every panel shows it.")

HINTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "image": (
            translatable(
                "Draw a digit on the left: the answer follows the pen. C wipes the sheet, Ctrl+Z undoes."
            ),
            translatable(
                "Choose demo in the box Network at the top: few neurons, each of which can be looked at."
            ),
            _NEURON,
            translatable(
                "Press R for fresh weights, then Space: watch a network learn to read what you have drawn."
            ),
            translatable(
                "Open the panel Why: it tells which pixels spoke for the answer, and which against it."
            ),
            translatable(
                "Click an image among the mistakes: it lies on the canvas, and every panel shows it."
            ),
            translatable("Drop a photograph of a digit on the window, or copy a picture and press Ctrl+V."),
            _WHAT_IS_THIS,
        ),
        "plane": (
            translatable("Click in the plane on the left, or drag: the answer follows the point."),
            translatable("Press Space: watch the network part the plane. R starts from fresh weights."),
            translatable(
                "Each neuron's picture is its activation all over the plane: click one to see it large."
            ),
            _NEURON,
            _WHAT_IS_THIS,
        ),
        "line": (
            translatable("Drag the yellow line in the graph, or press the arrow keys: the answer follows x."),
            translatable("Press Space: watch the curve bend to the dots. R starts from fresh weights."),
            translatable(
                "O draws what each unit adds; ticks on the axis are their kinks, and can be dragged."
            ),
            translatable("V draws the true curve, which the network never sees: it has the dots alone."),
            translatable("Click in the graph to add a point, drag one to move it; Ctrl+Z undoes."),
            _NEURON,
            _RESIDUALS,
            _WHAT_IS_THIS,
        ),
        "numbers": (
            translatable("Type the numbers on the left: the answer follows each of them."),
            _NEURON,
            _WHAT_IS_THIS,
        ),
    }
)
"""By the kind of input that the network has."""

SETTING = "hints"
PUT_AWAY = "put away"


class HintBar(NoticeBar):
    """Show one hint at a time; after they were closed, or shown to the last, only the menu brings them back.

    Parameters
    ----------
    message, said, focus_input
        As for `NoticeBar`.
    settings : QSettings
        Keep that the hints were closed.
    action : QAction
        Is checked while a hint is shown.
    session : Session
        Whose network decides which hints there are.
    """

    def __init__(
        self,
        message: QLabel,
        said: SignalInstance,
        focus_input: Callable[[], object],
        settings: QSettings,
        action: QAction,
        session: Session,
    ) -> None:
        super().__init__(tr("Hint"), message, said, focus_input)
        self._settings, self._action, self._session = settings, action, session
        self._nth = 0
        self._hints = HINTS[session.network.input_space.kind]
        self.next = self.add_button(tr("Next hint"), tr("show what else there is to do"), self.go_on)
        self.away = self.add_button(
            tr("No more hints"), tr("Help > Hints brings them back (Ctrl+F1)"), self.put_away
        )
        session.training.settings_changed.connect(self._meet_network)

    def offer(self) -> None:
        """Show the first hint, unless the hints were closed at an earlier start."""
        if self._settings.value(SETTING) != PUT_AWAY:
            self.begin()
        elif self.is_on:
            self.put_away()

    def toggle(self) -> None:
        """Show the first hint, or close the bar."""
        if self.is_on and not self._is_warned:
            self.put_away()
        else:
            # Who asks for a hint has read the warning.
            self._is_warned = False
            self.begin()

    def begin(self) -> None:
        """Show the first hint."""
        self._hints = HINTS[self._session.network.input_space.kind]
        self._show(0)

    def _meet_network(self) -> None:
        """Begin with other hints where the network has other inputs now."""
        if self.is_on and HINTS[self._session.network.input_space.kind] is not self._hints:
            self.begin()

    def go_on(self) -> None:
        """Show the next hint; after the last one, close the bar."""
        if self._nth + 1 < len(self._hints):
            self._show(self._nth + 1)
        else:
            self.put_away()

    def put_away(self) -> None:
        """Close the bar, and offer no hints at later starts."""
        super().put_away()
        self._settings.setValue(SETTING, PUT_AWAY)
        self._action.setChecked(False)

    def _show(self, nth: int) -> None:
        self._nth = nth
        self.show_text(
            tr("Hint {number} of {total}: {hint}").format(
                number=nth + 1, total=len(self._hints), hint=tr(self._hints[nth])
            )
        )
        is_last = nth + 1 == len(self._hints)
        self.next.setVisible(not is_last)
        self._action.setChecked(True)
