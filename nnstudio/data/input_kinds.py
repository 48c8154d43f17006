"""What each kind of network input is and what can be done with it; any room may import it.

A new kind is a record here, one of what a fresh network starts with in ``training/start_settings.py``, what
the studio says in ``studio/session/input_kinds.py``, and an editor in ``studio/panels/input/editors.py``.
Everything else asks these records, never for the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

POINT_PICTURE_SIDE = 28
_FRAME, _AXIS = 0.3, 0.15


@dataclass(frozen=True)
class InputKind:
    """A kind of input.

    Attributes
    ----------
    name : str
        As files have it.
    n_dimensions : int
        How many numbers ``InputSpace.shape`` has.
    most_features : int
        How many numbers one input has at most.
    has_pixels : bool
        Whether the numbers are pixels in rows and columns, so that inputs, changes of them and the weights of
        the first layer are images, and neighbours matter; otherwise each number has a name.
    can_be_drawn : bool
        Whether strokes become such an input.
    can_be_warped : bool
        Whether samples can be bent and shown on a contact sheet.
    pictures : callable
        From inputs (n, n_features) within 0 … 1, and the shape of one, to pictures (n, height, width) of ink
        on paper.
    of_pictures : bool
        Whether the numbers are made of a picture that is drawn: see ``data.picture_features``.
    grid : callable or None
        From the number of steps along a side to inputs all over the range, (rows, columns, n_features) within
        0 … 1; None where there are too many features to cover it.
    """

    name: str
    n_dimensions: int
    most_features: int
    has_pixels: bool
    can_be_drawn: bool
    can_be_warped: bool
    pictures: Callable[[NDArray[np.float32], tuple[int, ...]], NDArray[np.float32]]
    of_pictures: bool = False
    grid: Callable[[int], NDArray[np.float32]] | None = None

    @property
    def has_field(self) -> bool:
        """Whether a unit can be pictured by its activation all over the range of inputs."""
        return self.grid is not None


def _images(inputs: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return images as they are."""
    return inputs.reshape(-1, *shape)


def _dots(inputs: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return each point as a dot in its plane."""
    side = POINT_PICTURE_SIDE
    pictures = np.zeros((len(inputs), side, side), np.float32)
    pictures[:, side // 2, :] = pictures[:, :, side // 2] = _AXIS
    pictures[:, (0, -1), :] = pictures[:, :, (0, -1)] = _FRAME
    columns = np.rint(inputs[:, 0] * (side - 3)).astype(np.intp)
    rows = np.rint((1 - inputs[:, 1]) * (side - 3)).astype(np.intp)
    for down in range(3):
        for right in range(3):
            pictures[np.arange(len(inputs)), rows + down, columns + right] = 1.0
    return pictures


def _ticks(inputs: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return each place on the line as a tick on its axis."""
    side = POINT_PICTURE_SIDE
    pictures = np.zeros((len(inputs), side, side), np.float32)
    pictures[:, side // 2, :] = _FRAME
    columns = np.rint(inputs[:, 0] * (side - 2)).astype(np.intp)
    for right in range(2):
        pictures[np.arange(len(inputs)), side // 4 : -side // 4, columns + right] = 1.0
    return pictures


def _bars(inputs: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return numbers as bars from the left, one below the other."""
    side = POINT_PICTURE_SIDE
    pictures = np.zeros((len(inputs), side, side), np.float32)
    height = side // inputs.shape[1]
    within = np.arange(side) < np.rint(inputs * side)[..., None]
    for nth in range(inputs.shape[1]):
        rows = slice(nth * height, (nth + 1) * height - (height > 1))
        pictures[:, rows, :] = np.where(within[:, nth, None, :], 1.0, _AXIS)
    return pictures


def _rows_of_eight(inputs: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return numbers as ink, eight in a row: the directions of a cell, or half of a histogram."""
    # Most are small.
    return np.sqrt(inputs).reshape(len(inputs), -1, 8)


def _line_grid(side: int) -> NDArray[np.float32]:
    """Return places on the line, in one row from the lower end to the upper."""
    steps = np.asarray((np.arange(side) + 0.5) / side, np.float32)
    return steps[None, :, None]


def _plane_grid(side: int) -> NDArray[np.float32]:
    """Return points of the plane, row 0 at the top (largest second coordinate)."""
    steps = (np.arange(side, dtype=np.float32) + 0.5) / side
    return np.stack(np.meshgrid(steps, steps[::-1]), axis=-1)


INPUT_KINDS: Mapping[str, InputKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            InputKind(
                name="image",
                n_dimensions=2,
                most_features=1_000_000,
                has_pixels=True,
                can_be_drawn=True,
                can_be_warped=True,
                pictures=_images,
            ),
            InputKind(
                name="plane",
                n_dimensions=1,
                most_features=2,
                has_pixels=False,
                can_be_drawn=False,
                can_be_warped=False,
                pictures=_dots,
                grid=_plane_grid,
            ),
            InputKind(
                name="line",
                n_dimensions=1,
                most_features=1,
                has_pixels=False,
                can_be_drawn=False,
                can_be_warped=False,
                pictures=_ticks,
                grid=_line_grid,
            ),
            InputKind(
                name="numbers",
                n_dimensions=1,
                most_features=12,
                has_pixels=False,
                can_be_drawn=False,
                can_be_warped=False,
                pictures=_bars,
            ),
            InputKind(
                name="features",
                n_dimensions=1,
                most_features=144,
                has_pixels=False,
                can_be_drawn=True,
                can_be_warped=False,
                pictures=_rows_of_eight,
                of_pictures=True,
            ),
        )
    }
)
