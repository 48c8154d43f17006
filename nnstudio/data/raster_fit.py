"""Choose how drawings become images like those of a problem; any package may import it.

The size of MNIST follows its convention. Own images of another size have one of their own, which is measured:
how large the ink is, where it lies and how wide its lines are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.problem import Problem

_N_MEASURED = 2_000
"""Images that suffice."""

_VISIBLE = 26
"""Grey that counts as ink, of 255: less is the blur of an earlier scaling."""

_LINE_LENGTH = 2.0
"""Length of a character's lines in longer sides of its ink, as in MNIST: ink = length × width of the pen."""

_WIDEST = 0.25
"""Widest pen, as a share of the longer side of the ink."""


def raster_for(problem: Problem) -> RasterSpec | None:
    """Return how drawings become inputs of a problem; None where they cannot.

    Examples
    --------
    >>> from nnstudio.data.problems import load_problem
    >>> raster_for(load_problem("plane-moons")) is None
    True
    """
    space = problem.input_space
    if space.traits.of_pictures:
        return MNIST_SPEC
    if not space.traits.can_be_drawn or space.shape[0] != space.shape[1]:
        return None
    size = space.shape[0]
    if size == MNIST_SPEC.size:
        return MNIST_SPEC
    x = problem.train.x
    step = max(1, len(x) // _N_MEASURED)
    images = np.asarray(x[::step] * np.float32(problem.train.scale * 255)).reshape(-1, size, size)
    return _measured(images, size)


def _measured(images: NDArray[np.float32], size: int) -> RasterSpec | None:
    """Return the specification by which drawings are most like these images, (n, size, size), ink 255."""
    is_ink = images >= _VISIBLE
    images = images[is_ink.any(axis=(1, 2))]
    is_ink = is_ink[is_ink.any(axis=(1, 2))]
    if not len(images) or size <= 2:
        return None
    sides = np.maximum(_extent(np.any(is_ink, axis=1)), _extent(np.any(is_ink, axis=2)))
    box = float(np.clip(np.median(sides), 2.0, size))
    mass = images.sum(axis=(1, 2))
    at = np.arange(size)
    centres = [(images.sum(axis=axis) @ at / mass) for axis in (1, 2)]
    pen = float(np.median(mass / 255 / sides)) / _LINE_LENGTH
    return RasterSpec(
        size, box, float(np.clip(pen, 1.0, max(1.0, _WIDEST * box))), round(float(np.median(centres)))
    )


def _extent(inked: NDArray[Any]) -> NDArray[np.intp]:
    """Return from the first inked row or column of each image to its last, (n,)."""
    extent: NDArray[np.intp] = inked.shape[1] - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1)
    return extent
