"""A word or number on the canvas, parted into characters that the network reads one by one."""

from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import RasterSpec, rasterise_all
from nnstudio.data.segment import character_groups, word_starts
from nnstudio.data.segment_image import CharacterImages
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict

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
    """At least two characters side by side, from left to right.

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
    """

    images: np.ndarray
    boxes: tuple[Box, ...]
    word_starts: tuple[int, ...]
    last: int
    drawings: tuple[Drawing, ...] = ()

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
            outputs = predict(architecture, theta, self.images)
        names = output_space.class_names
        return tuple(
            Character(box, names[int(row.argmax())], float(row.max()))
            for box, row in zip(self.boxes, outputs, strict=True)
        )

    def text(self, characters: tuple[Character, ...]) -> str:
        """Return what was read, with a space between words."""
        return "".join(
            f" {character.label}" if nth and nth in self.word_starts else character.label
            for nth, character in enumerate(characters)
        )


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
    """Part what `strip_of` made, (height, n * width), into its images; None where it is one or none."""
    height, width = shape
    n, rest = divmod(image.shape[1], width)
    if image.shape[0] != height or n < 2 or rest:
        return None
    tiles = np.split(image, n, axis=1)
    inked = [k for k, tile in enumerate(tiles) if tile.any()]
    if len(inked) < 2:
        return None
    return CharacterLine(
        images=np.stack([tiles[k].ravel() for k in inked]).astype(np.float32),
        boxes=tuple((k / n, 0.5 - 0.5 / n, (k + 1) / n, 0.5 + 0.5 / n) for k in inked),
        word_starts=tuple(nth for nth, k in enumerate(inked) if k == 0 or k - 1 not in inked),
        last=len(inked) - 1,
    )


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
