"""What is told of the last end, where it was none: a line that stays until it is put away."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

import nnstudio
from nnstudio.language import tr
from nnstudio.paths import log_path
from nnstudio.studio.program.log import crash_path
from nnstudio.studio.window.notice_bar import NoticeBar

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow

LONGEST_DETAILS = 20_000
"""Characters from the end of each log."""


class CrashNotice(NoticeBar):
    """Tells it, and gives the details to the clipboard.

    Parameters
    ----------
    window : Window
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(tr("What happened last time"), window.status)
        self.copy = self.add_button(
            tr("Copy details"), tr("put the end of the log on the clipboard"), self._copy_details
        )
        self.away = self.add_button(tr("Close"), tr("put this line away"), self.put_away)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(details())
        self.copy.setText(tr("Copied"))


def details() -> str:
    """Return what is known of the last end: the ends of the log and of the trace of crashes."""
    parts = [f"nnstudio {nnstudio.__version__}"]
    for path in (log_path(), crash_path()):
        end = _end_of(path)
        if end:
            parts.append(f"{path.name}:\n{end}")
    return "\n\n".join(parts)


def _end_of(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")[-LONGEST_DETAILS:].strip()
    return ""
