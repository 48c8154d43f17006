"""Quantities of pictures: pixels, greys, and lines of characters."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.letter_glyphs import CAPITALS, SMALL
from nnstudio.data.rasterise import MNIST_SPEC, rasterise
from nnstudio.data.segment import characters
from nnstudio.data.synthetic import written
from nnstudio.engine.decision import predict_classes
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from nnstudio.lessons.state import LessonState


def _shape(state: LessonState) -> tuple[int, int]:
    space = state.problem.input_space
    if not space.traits.has_pixels:
        raise QuantityError(tr("The input is no picture."))
    height, width = space.shape
    return height, width


def _pixel_number(state: LessonState, row: int, column: int) -> int:
    height, width = _shape(state)
    if row >= height or column >= width:
        raise QuantityError(tr("The picture has rows and columns from 0 to {last}.").format(last=height - 1))
    return width * row + column


def _pixel(state: LessonState, row: int, column: int) -> float:
    return float(state.input[_pixel_number(state, row, column)])


def _grey(state: LessonState, row: int, column: int) -> int:
    return round(255 * _pixel(state, row, column))


def _first_ink(state: LessonState) -> tuple[int, int]:
    """Return row and column of the first pixel, in reading order, that is not paper."""
    _, width = _shape(state)
    found = np.flatnonzero(state.input)
    if not len(found):
        raise QuantityError(tr("The picture is empty."))
    row, column = divmod(int(found[0]), width)
    return row, column


def _changed_pixels(state: LessonState, start: LessonState) -> int:
    _shape(state)
    return int(np.count_nonzero(state.input != start.input))


def _line(state: LessonState) -> str:
    """Return what is read of all characters of the drawing, from left to right."""
    if state.drawing is None:
        raise QuantityError(tr("Nothing is drawn yet."))
    parts = characters(state.drawing) or (state.drawing,)
    images = np.stack([rasterise(part).ravel() for part in parts])
    labels = predict_classes(state.architecture, state.theta, images)
    return "".join(state.problem.output_space.class_names[label] for label in labels)


_CASES = ("capital", "small")


@lru_cache(maxsize=64)
def _mean_letter(name: str, case: str) -> np.ndarray:
    """Return the mean picture of a capital or a small letter, (n_pixels,), 0…1."""
    table = CAPITALS if case == "capital" else SMALL
    if case not in _CASES or name.upper() not in CAPITALS:
        raise QuantityError(tr("Write a letter, and capital or small."))
    styles = table[name.upper() if case == "capital" else name.lower()]
    images, _ = written((styles,), 40, rng=np.random.default_rng(0), spec=MNIST_SPEC)
    return np.asarray(images.mean(axis=0) / 255)


def _template_like(state: LessonState, name: str, case: str) -> float:
    """Return the correlation of a class's template with a mean letter, both less what all have."""
    _shape(state)
    layer = state.architecture.layers(state.theta)[0]
    if state.architecture.n_layers != 1:
        raise QuantityError(tr("With a hidden layer, a class has no single template."))
    row = layer.W[state.problem.output_space.class_names.index(name)]
    mean = state.problem.train.inputs().mean(axis=0)
    return float(np.corrcoef(row - layer.W.mean(axis=0), _mean_letter(name, case) - mean)[0, 1])


def _shapes_alike(_state: LessonState, name: str) -> float:
    """Return the correlation of the mean capital and the mean small letter, less the mean of all letters."""
    mean = np.mean([_mean_letter(each, case) for each in "AEINOSTUX" for case in _CASES], axis=0)
    capital, small = (_mean_letter(name, case) - mean for case in _CASES)
    return float(np.corrcoef(capital, small)[0, 1])


PICTURE_QUANTITIES: Quantities = (
    QuantityWord("rows", translatable("how many rows of pixels there are"), lambda state: _shape(state)[0]),
    QuantityWord(
        "columns", translatable("how many columns of pixels there are"), lambda state: _shape(state)[1]
    ),
    QuantityWord(
        "pixels", translatable("how many pixels there are"), lambda state: int(np.prod(_shape(state)))
    ),
    QuantityWord("largest pixel", translatable("the darkest pixel"), lambda state: float(state.input.max())),
    QuantityWord("pixel ROW COLUMN", translatable("a pixel, from 0 for paper to 1 for ink"), _pixel),
    QuantityWord("grey ROW COLUMN", translatable("a pixel, from 0 to 255"), _grey),
    QuantityWord(
        "pixel number ROW COLUMN", translatable("which entry of the list of all pixels it is"), _pixel_number
    ),
    QuantityWord(
        "ink", translatable("how many pixels are not paper"), lambda state: int(np.count_nonzero(state.input))
    ),
    QuantityWord(
        "first ink",
        translatable("the first pixel that is not paper, 0 … 1"),
        lambda state: _pixel(state, *_first_ink(state)),
    ),
    QuantityWord(
        "first ink grey",
        translatable("the same from 0 to 255"),
        lambda state: _grey(state, *_first_ink(state)),
    ),
    QuantityWord("first ink row", translatable("the row in which it is"), lambda state: _first_ink(state)[0]),
    QuantityWord(
        "first ink column", translatable("the column in which it is"), lambda state: _first_ink(state)[1]
    ),
    QuantityWord(
        "changed pixels",
        translatable("how many pixels differ from when the step began"),
        _changed_pixels,
        needs_start=True,
    ),
    QuantityWord(
        "template of CLASS like NAME",
        translatable("how alike the template of a letter is to its mean capital, or small letter"),
        _template_like,
    ),
    QuantityWord(
        "shapes alike CLASS", translatable("how alike a capital and its small letter are"), _shapes_alike
    ),
    QuantityWord("line read", translatable("what is read of all that is written"), _line),
)
