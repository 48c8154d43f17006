"""What to do first, in the message line until it is put away for ever."""

from typing import TYPE_CHECKING

from nnstudio.language import tr, translatable
from nnstudio.studio.window.notice_bar import NoticeBar

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow

HINTS = (
    translatable("Draw a digit on the left: the answer follows the pen. C wipes the sheet, Ctrl+Z undoes."),
    translatable("Click a neuron in the network: the inspector shows its sum with the real numbers in it."),
    translatable("Press R for fresh weights, then Space: watch a network learn to read what you have drawn."),
    translatable("Open the panel Why: it tells which pixels spoke for the answer, and which against it."),
    translatable("Click an image among the mistakes: it lies on the canvas, and every panel shows it."),
    translatable("Drop a photograph of a digit on the window, or copy a picture and press Ctrl+V."),
    translatable("Shift+F1, then click anything: it tells what it is. The key ? lists all keys."),
)
SETTING = "hints"
PUT_AWAY = "put away"


class HintBar(NoticeBar):
    """Shows one hint at a time; once it was put away, or seen to its end, it comes by the menu alone.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(tr("Hint"), window.status)
        self._window = window
        self._nth = 0
        self.next = self.add_button(tr("Next hint"), tr("show what else there is to do"), self.go_on)
        self.away = self.add_button(
            tr("No more hints"), tr("Help > Hints brings them back (Ctrl+F1)"), self.put_away
        )

    def offer(self) -> None:
        """Begin, unless the hints were put away once."""
        if self._window.settings.value(SETTING) != PUT_AWAY:
            self.begin()
        elif self.is_on:
            self.put_away()

    def begin(self) -> None:
        """Show the first hint."""
        self._show(0)

    def go_on(self) -> None:
        """Show the next hint; after the last one there are none any more."""
        if self._nth + 1 < len(HINTS):
            self._show(self._nth + 1)
        else:
            self.put_away()

    def put_away(self) -> None:
        """Show no hints from now on, at no start."""
        super().put_away()
        self._window.settings.setValue(SETTING, PUT_AWAY)
        self._window.actions_by_name["hints"].setChecked(False)

    def _show(self, nth: int) -> None:
        self._nth = nth
        self.show_text(
            tr("Hint {number} of {total}: {hint}").format(
                number=nth + 1, total=len(HINTS), hint=tr(HINTS[nth])
            )
        )
        is_last = nth + 1 == len(HINTS)
        self.next.setVisible(not is_last)
        self._window.actions_by_name["hints"].setChecked(True)
