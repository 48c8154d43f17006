"""A word or number on the canvas: its characters, each as the network sees it, and what is read.

The session reads one input, which every view shows: the character that was drawn last, or the one chosen.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject

from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.segment import character_groups, word_starts
from nnstudio.data.segment_image import CharacterImages
from nnstudio.data.strokes import Drawing
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.studio.session.canvas_content import CanvasContent
from nnstudio.studio.session.session import Session

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Character:
    """One character of the line.

    Attributes
    ----------
    box : (float, float, float, float)
        Left, top, right and bottom in canvas units.
    label : str
        The class with the largest output.
    output : float
        That output.
    """

    box: Box
    label: str
    output: float


class CharacterLine(QObject):
    """Parts what lies on the canvas into characters and reads each of them.

    Parameters
    ----------
    session : Session
        Gets the input that all views show.

    Attributes
    ----------
    chosen : int
        The character that the session reads.
    is_new : bool
        Whether the hand changed the line since it was read last.

    Notes
    -----
    Thread: gui. Eight characters take about 2 ms.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._images = np.empty((0, 0), np.float32)
        self._boxes: tuple[Box, ...] = ()
        self._word_starts: tuple[int, ...] = ()
        self._drawings: tuple[Drawing, ...] = ()
        self.chosen = 0
        self.is_new = False

    @property
    def is_line(self) -> bool:
        """Whether there are several characters."""
        return len(self._images) > 1

    def take(self, content: CanvasContent) -> None:
        """Find the characters of what lies on the canvas, and have the session read the last one."""
        self._images = self._images[:0]
        self._drawings = ()
        self.is_new = True
        try:
            if content.image is None:
                self._take_strokes(content)
            else:
                self._take_image(content.image)
        except UserError as error:
            self._session.said.emit(str(error), True)
            self._session.set_input(None)

    def _take_strokes(self, content: CanvasContent) -> None:
        strokes = [stroke for stroke in content.strokes if len(stroke)]
        groups = character_groups(strokes) if reads_lines(self._session) else ()
        if len(groups) < 2:
            self._session.set_strokes(content.strokes)
            self._drawings = (content.drawing,)
            return
        drawings = [Drawing(tuple(strokes[k] for k in group)) for group in groups]
        self._drawings = tuple(drawings)
        self._images = rasterise_all(drawings, self._session.raster) / np.float32(255)
        self._boxes = tuple(drawing.bounds() for drawing in drawings)
        self._word_starts = word_starts(drawings)
        last = len(strokes) - 1
        self.choose(next(nth for nth, group in enumerate(groups) if last in group))

    def _take_image(self, image: np.ndarray) -> None:
        tiles = _tiles(image, self._session.input_space.shape) if reads_lines(self._session) else ()
        if len(tiles) < 2:
            self._session.set_image(image)
            return
        n = len(tiles)
        inked = [k for k, tile in enumerate(tiles) if tile.any()]
        self._images = np.stack([tiles[k].ravel() for k in inked]).astype(np.float32)
        self._boxes = tuple((k / n, 0.5 - 0.5 / n, (k + 1) / n, 0.5 + 0.5 / n) for k in inked)
        self._word_starts = tuple(nth for nth, k in enumerate(inked) if k == 0 or k - 1 not in inked)
        self.choose(len(inked) - 1)

    def choose(self, nth: int) -> None:
        """Have the session read a character; a number beyond the line is none."""
        if 0 <= nth < len(self._images):
            self.chosen = nth
            self.is_new = True
            self._session.set_input(self._images[nth])

    @property
    def drawing(self) -> Drawing | None:
        """The strokes of what the session reads; None where it reads no strokes, or hardly any."""
        if not self._drawings or self._session.x is None:
            return None
        return self._drawings[self.chosen if self.is_line else 0]

    def characters(self) -> tuple[Character, ...]:
        """Read the line with the weights on show; empty where there are not several characters."""
        self.is_new = False
        session = self._session
        if not self.is_line or self._images.shape[1] != session.architecture.n_inputs:
            return ()
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = predict(session.architecture, session.prediction_weights, self._images)
        names = session.output_space.class_names
        return tuple(
            Character(box, names[int(row.argmax())], float(row.max()))
            for box, row in zip(self._boxes, outputs, strict=True)
        )

    def text(self, characters: tuple[Character, ...]) -> str:
        """Return what was read, with a space between words."""
        return "".join(
            f" {character.label}" if nth and nth in self._word_starts else character.label
            for nth, character in enumerate(characters)
        )


def reads_lines(session: Session) -> bool:
    """Tell whether the network on show reads characters, which are written side by side."""
    return session.raster is not None and all(len(name) == 1 for name in session.output_space.class_names)


def strip_of(line: CharacterImages) -> np.ndarray:
    """Lay the characters of a picture side by side, with a blank one between words.

    Returns
    -------
    float32 ndarray of shape (size, n * size)
    """
    tiles: list[np.ndarray] = []
    for nth, image in enumerate(line.images):
        if nth and nth in line.word_starts:
            tiles.append(np.zeros_like(image))
        tiles.append(image)
    return np.concatenate(tiles, axis=1)


def _tiles(image: np.ndarray, shape: tuple[int, ...]) -> list[np.ndarray]:
    """Part what ``strip_of`` made; another image is one tile or none."""
    height, width = shape
    n, rest = divmod(image.shape[1], width)
    return np.split(image, n, axis=1) if image.shape[0] == height and n and not rest else []
