"""Export of a run as a film: a panel, or the window, at one checkpoint after the other.

The film is a folder of PNG files and a text with the commands that make a video or a GIF of them. Nothing is
lost that way, any program for videos reads it, and nnstudio needs no encoder, which would be the largest part
of its package.
"""

import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtWidgets import QWidget

from nnstudio.files.atomic import WriteError, write_atomically
from nnstudio.language import tr
from nnstudio.studio.background.pace import TEXT_PERIOD_S, Pace
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.figure_export import as_png, painted
from nnstudio.training.checkpoint import Checkpoint
from nnstudio.training.runs import Run

MOST_PICTURES = 600
"""A longer run is shown at moments evenly spread over it."""

PICTURES_PER_SECOND = 15
TELLS = "film.txt"

_LOOK_EVERY_MS = 8
_LONGEST_WAIT_S = 3.0
"""So long a picture waits for what is worked out in the background."""

_MOST_WAITING = 2
"""Pictures that wait to be written; more would only fill the memory."""

_SMALL_PX = 900
"""What is narrower is painted with twice the pixels each way."""


class FilmExport(QObject):
    """Makes one film at a time; the window can be used, and training goes on, meanwhile.

    Parameters
    ----------
    services : Services
    n_frames : callable () -> int
        Returns how often the panels have been updated.
    parent : QObject

    Notes
    -----
    Thread: gui. The pictures are packed and written in the background.
    """

    def __init__(self, services: Services, n_frames: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._session, self._n_frames = services, services.session, n_frames
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._progress = Pace(TEXT_PERIOD_S)
        self._writer: BackgroundWorker | None = None
        self._n_written = 0
        services.closing.connect(self.cancel)

    @property
    def is_at_work(self) -> bool:
        """Whether a film is being made."""
        return self._writer is not None

    def begin(self, run: Run, widget: QWidget, folder: Path) -> None:
        """Begin a film of a run.

        Parameters
        ----------
        run : Run
        widget : QWidget
            What is to be filmed.
        folder : Path
            Where the film goes; it must not be there yet, and is there only when the film is whole.

        Raises
        ------
        WriteError
            If no folder can be made there.
        """
        self.cancel()
        self._folder = folder
        self._partial = folder.parent / f".nnstudio-{secrets.token_hex(8)}.partial"
        try:
            self._partial.mkdir()
        except OSError as error:
            raise WriteError(
                tr("Could not write {path}: {reason}.").format(path=folder, reason=error.strerror or error)
            ) from error
        session = self._session
        self._services.session.playback.stop()
        self._before: tuple[Run | None, Checkpoint | None] = session.history.run, session.network.past
        self._run = run
        checkpoints = run.checkpoint_history.checkpoints
        n = min(len(checkpoints), MOST_PICTURES)
        self._moments = [checkpoints[k] for k in np.linspace(0, len(checkpoints) - 1, n).round().astype(int)]
        self._widget, self._n_taken = widget, 0
        self._paper = appearance.theme.panel
        self._pixels_per_point = 2.0 if widget.width() < _SMALL_PX else 1.0
        self._size: QSize | None = None
        self._writer = BackgroundWorker("nnstudio-film")
        self._n_written = 0
        self._show_next()
        self._timer.start()

    def cancel(self) -> bool:
        """Give the film up, and all of it that is on the disk; tell whether there was one."""
        if self._writer is None:
            return False
        self._end()
        self._go_back()
        return True

    def _show_next(self) -> None:
        self._moment = self._moments[self._n_taken]
        self._session.history.look_back(self._run, self._moment)
        self._frames, self._shown_at = self._n_frames(), time.perf_counter()
        self._services.request_frame()

    def _look(self) -> None:
        """Take a picture once the panel is up to date; once the last is written, end the film."""
        if self._n_taken < len(self._moments) and self._session.network.past is not self._moment:
            self._end()
            self._services.say(
                tr("The film was given up, because something else was put on show."), warning=True
            )
            return
        if self._progress.due(is_new=True):
            words = tr("Film: picture {count} of {total} · Esc cancels")
            self._services.say(words.format(count=self._n_taken, total=len(self._moments)))
        if self._writer is not None:
            self._writer.poll()
        if self._writer is None:
            return
        if self._n_taken == len(self._moments):
            if self._n_written == self._n_taken:
                self._finish()
        elif self._n_taken - self._n_written < _MOST_WAITING and self._is_settled():
            self._take(self._writer)

    def _count(self, _: None) -> None:
        self._n_written += 1

    def _fail(self, reason: str) -> None:
        """End the film: a picture could not be written."""
        self._end()
        self._go_back()
        self._services.say(f"{reason} {tr('The film was given up.')}", warning=True)

    def _is_settled(self) -> bool:
        waited_s = time.perf_counter() - self._shown_at
        if self._n_frames() < self._frames + 2:
            return False
        return waited_s > _LONGEST_WAIT_S or not self._services.session.evaluator.is_behind(self._widget)

    def _take(self, writer: BackgroundWorker) -> None:
        picture = painted(self._widget, self._paper, self._pixels_per_point)
        if self._size is None:
            self._size = picture.size()
        elif picture.size() != self._size:
            # Someone has made the panel larger: a film has one size.
            picture = picture.scaled(self._size)
        path = self._partial / f"{self._n_taken + 1:05d}.png"
        self._n_taken += 1
        writer.queue(
            Task(lambda _: write_atomically(path, as_png(picture)), self._count, self._fail, tr("The film"))
        )
        if self._n_taken < len(self._moments):
            self._show_next()
        else:
            self._go_back()

    def _finish(self) -> None:
        """Give the folder its name: now the film is whole."""
        try:
            write_atomically(self._partial / TELLS, commands().encode())
            self._partial.rename(self._folder)
        except (OSError, WriteError) as error:
            self._end()
            self._services.say(
                tr("Could not write {path}: {reason}.").format(path=self._folder, reason=error), warning=True
            )
            return
        self._end()
        self._services.say(
            tr("Saved {path}: %n picture(s), and in {name} the command for a video.", self._n_taken).format(
                path=self._folder, name=TELLS
            )
        )

    def _end(self) -> None:
        """Stop everything; what is not a whole film goes."""
        self._timer.stop()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.stop(timeout_s=None)
        with suppress(OSError):
            shutil.rmtree(self._partial)

    def _go_back(self) -> None:
        """Display again what was displayed before."""
        run, past = self._before
        if run is not None and past is not None:
            self._session.history.look_back(run, past)
        else:
            self._session.network.look_at(None)


def commands() -> str:
    """Return what makes a video, or a GIF, of a folder of pictures."""
    given = f"ffmpeg -framerate {PICTURES_PER_SECOND} -i %05d.png"
    even = '-vf "pad=ceil(iw/2)*2:ceil(ih/2)*2"'
    colours = '-vf "split[a][b];[a]palettegen[p];[b][p]paletteuse"'
    lines = (
        tr("With ffmpeg (https://ffmpeg.org), in this folder:"),
        "",
        f"{given} {even} -pix_fmt yuv420p film.mp4",
        f"{given} {even} -c:v libvpx-vp9 -crf 30 film.webm",
        f"{given} {colours} film.gif",
        "",
    )
    return "\n".join(lines)
