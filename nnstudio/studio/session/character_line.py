"""Words and numbers on the canvas, parted into characters that the network reads one by one."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnstudio.data.picture import CharacterImages
from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import RasterSpec, rasterise_all
from nnstudio.data.segment import character_groups, word_starts
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_values, decided
from nnstudio.engine.passes import activations

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Character:
    """The prediction for one character of a line.

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


@dataclass(frozen=True, eq=False)
class CharacterLine:
    """At least two characters side by side, from left to right, in one line or several.

    Attributes
    ----------
    images : float32 ndarray of shape (n, n_features)
        What the network reads of each.
    boxes : tuple of (float, float, float, float)
        Left, top, right and bottom of each in canvas units.
    word_starts : tuple of int
        Characters that begin a word.
    last : int
        The character that was drawn last.
    drawings : tuple of Drawing
        The strokes of each; empty where they come from a picture.
    line_starts : tuple of int
        Characters that begin a line.
    """

    images: np.ndarray
    boxes: tuple[Box, ...]
    word_starts: tuple[int, ...]
    last: int
    drawings: tuple[Drawing, ...] = ()
    line_starts: tuple[int, ...] = (0,)

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.images)

    def read(
        self, architecture: Architecture, theta: np.ndarray, output_space: OutputSpace
    ) -> tuple[Character, ...]:
        """Read each character with a network's weights, (n_params,); empty where it has other inputs."""
        if self.images.shape[1] != architecture.n_inputs:
            return ()
        with np.errstate(over="ignore", invalid="ignore"):
            trace = activations(architecture, theta, self.images)
        labels, names = decided(trace.a[-1], trace.z[-1]), output_space.class_names
        return tuple(
            Character(box, names[label], float(row.max()))
            for box, label, row in zip(self.boxes, labels.tolist(), class_values(trace.a[-1]), strict=True)
        )

    def text(self, characters: tuple[Character, ...]) -> str:
        """Return what was read, with a space between words and a line break between lines."""
        before = dict.fromkeys(self.word_starts, " ") | dict.fromkeys(self.line_starts, "\n") | {0: ""}
        return "".join(before.get(nth, "") + character.label for nth, character in enumerate(characters))

    def line_of(self, nth: int) -> int:
        """Return the number of the line that a character stands in."""
        return bisect_right(self.line_starts, nth) - 1


def can_be_in_line(output_space: OutputSpace) -> bool:
    """Tell whether the classes are characters, which are written side by side."""
    return all(len(name) == 1 for name in output_space.class_names)


def line_of_strokes(drawing: Drawing, raster: RasterSpec) -> CharacterLine | None:
    """Part a drawing into characters; None where it is a single one. Eight characters take about 2 ms."""
    inked = [nth for nth, stroke in enumerate(drawing.strokes) if len(stroke)]
    groups = character_groups([drawing.strokes[nth] for nth in inked])
    if len(groups) < 2:
        return None
    drawings = tuple(drawing.part(inked[k] for k in group) for group in groups)
    return CharacterLine(
        images=rasterise_all(drawings, raster) / np.float32(255),
        boxes=tuple(drawing.bounds() for drawing in drawings),
        word_starts=word_starts(drawings),
        last=next(nth for nth, group in enumerate(groups) if len(inked) - 1 in group),
        drawings=drawings,
    )


def line_of_picture(image: np.ndarray, shape: tuple[int, ...]) -> CharacterLine | None:
    """Part what `strip_of` made into its images of that shape; None where it is one or none."""
    height, width = shape
    n_rows, n_columns = image.shape[0] // height, image.shape[1] // width
    if (n_rows * height, n_columns * width) != image.shape:
        return None
    tiles = image.reshape(n_rows, height, n_columns, width).swapaxes(1, 2)
    is_inked: np.ndarray = tiles.max(axis=(2, 3)) > 0
    if np.count_nonzero(is_inked) < 2 or is_inked[1::2].any():
        return None
    rows, columns = np.nonzero(is_inked)
    side = max(image.shape)
    left, top = (1 - image.shape[1] / side) / 2, (1 - image.shape[0] / side) / 2
    is_first = np.diff(rows, prepend=-1) > 0
    is_spaced = np.diff(columns, prepend=0) != 1
    return CharacterLine(
        images=tiles[rows, columns].reshape(len(rows), height * width).astype(np.float32),
        boxes=tuple(
            (
                left + column * width / side,
                top + row * height / side,
                left + (column + 1) * width / side,
                top + (row + 1) * height / side,
            )
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ),
        word_starts=tuple(np.flatnonzero(is_first | is_spaced).tolist()),
        last=len(rows) - 1,
        line_starts=tuple(np.flatnonzero(is_first).tolist()),
    )


def strip_of(found: CharacterImages) -> np.ndarray:
    """Lay the characters of a picture side by side, with a blank one between words.

    Returns
    -------
    float32 ndarray of shape (size, n * size)
        Of several lines (2 * n_lines * size, n * size): each has blank images below it, where there is room
        for what they are read as.
    """
    images = found.images
    size = images[0].shape[0]
    lines = []
    for start, stop in pairwise((*found.line_starts, len(images))):
        tiles: list[np.ndarray] = []
        for nth in range(start, stop):
            if nth > start and nth in found.word_starts:
                tiles.append(np.zeros_like(images[0]))
            tiles.append(images[nth])
        lines.append(np.concatenate(tiles, axis=1))
    if len(lines) == 1:
        return lines[0]
    strip = np.zeros((2 * len(lines) * size, max(line.shape[1] for line in lines)), np.float32)
    for row, line in enumerate(lines):
        strip[2 * row * size : (2 * row + 1) * size, : line.shape[1]] = line
    return strip
