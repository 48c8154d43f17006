"""Draw strokes as the image that a network sees, by MNIST's convention; any package may import it.

Measured on MNIST's 60,000 training images: the ink box's longer side is 20 px with the aspect ratio kept, the
image is shifted by whole pixels so that the centre of mass falls on index 14, and strokes are about 2.5 px
wide whatever the pen and the size drawn. So geometry is scaled first and inked afterwards.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.ink import ink
from nnstudio.data.strokes import Drawing, Polylines, StrokeSet, flatten
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


class RasterSpecError(UserError):
    """An impossible rasteriser specification."""


@dataclass(frozen=True)
class RasterSpec:
    """How drawings become images; stored with every network that reads drawings.

    Parameters
    ----------
    size : int
        Side of the square image, in pixels.
    box : float
        Longer side of the ink box, in pixels.
    pen : float
        Thickness of the round pen, in pixels of the image.
    centre : int
        Pixel index that the centre of mass is moved to.

    Raises
    ------
    RasterSpecError
        A value has the wrong type or the parts do not fit into each other.
    """

    size: int = 28
    box: float = 20.0
    pen: float = 2.5
    centre: int = 14

    def __post_init__(self) -> None:
        for name, kinds in (("size", int), ("box", int | float), ("pen", int | float), ("centre", int)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
                raise RasterSpecError(
                    tr("The rasteriser's {name} is {value!r}; it must be a number.").format(
                        name=name, value=value
                    )
                )
        if not (1 <= self.pen < self.box <= self.size <= 256 and 0 <= self.centre < self.size):
            raise RasterSpecError(
                tr(
                    "The rasteriser cannot draw with {specification}: it needs 1 ≤ pen < box ≤ size ≤ 256 "
                    "and a "
                    "centre inside."
                ).format(specification=self)
            )

    def to_json(self) -> dict[str, Any]:
        """Return the four values by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, obj: object) -> RasterSpec:
        """Read what ``to_json`` wrote.

        Raises
        ------
        RasterSpecError
            A value is missing, unknown or does not fit.
        """
        names = set(cls.__dataclass_fields__)
        if not isinstance(obj, dict) or set(obj) != names:
            raise RasterSpecError(
                tr("A rasteriser specification needs exactly {names}; got {obj!r}.").format(
                    names=", ".join(sorted(names)), obj=obj
                )
            )
        return cls(**obj)


MNIST_SPEC = RasterSpec()

_BLOCK_DRAWINGS = 256
"""Drawings inked at a time, so that memory stays small whatever the number."""


def rasterise(drawing: Drawing, spec: RasterSpec = MNIST_SPEC) -> NDArray[np.float32]:
    """Ink one drawing: the image that a network sees.

    Parameters
    ----------
    drawing : Drawing
    spec : RasterSpec

    Returns
    -------
    float32 ndarray of shape (size, size)
        Ink 1, paper 0, in steps of 1/255; the maximum is exactly 1. All zeros where the drawing has no
        point; a dot of the pen's size in the centre where all points coincide.
    """
    image = rasterise_all((drawing,), spec)[0].reshape(spec.size, spec.size)
    grey: NDArray[np.float32] = image.astype(np.float32) / np.float32(255)
    return grey


def rasterise_all(
    drawings: Iterable[Drawing] | StrokeSet | Polylines, spec: RasterSpec = MNIST_SPEC
) -> NDArray[np.uint8]:
    """Ink many drawings, as ``rasterise`` does one.

    Returns
    -------
    uint8 ndarray of shape (n, size * size)
        ``rasterise`` of each, times 255.
    """
    if isinstance(drawings, StrokeSet):
        drawings = drawings.polylines
    polylines = drawings if isinstance(drawings, Polylines) else flatten(drawings)
    pens = np.full(polylines.n_drawings, spec.pen)
    return rasterise_with_pens(polylines, pens, spec)


def rasterise_with_pens(
    polylines: Polylines, pens: NDArray[np.floating[Any]], spec: RasterSpec = MNIST_SPEC
) -> NDArray[np.uint8]:
    """Ink many drawings, each with a pen of its own instead of ``spec.pen``.

    Parameters
    ----------
    polylines : Polylines
    pens : ndarray of shape (n,)
        Thickness in pixels of the image, at least 1 and below ``spec.box``.
    spec : RasterSpec

    Returns
    -------
    uint8 ndarray of shape (n, size * size)
    """
    images = np.empty((polylines.n_drawings, spec.size, spec.size), dtype=np.uint8)
    for start in range(0, len(images), _BLOCK_DRAWINGS):
        stop = min(start + _BLOCK_DRAWINGS, len(images))
        grey = ink(polylines.block(start, stop), pens[start:stop], spec.box)
        images[start:stop] = shift_to_centre(np.rint(grey * 255).astype(np.uint8), spec)
    return images.reshape(len(images), spec.size * spec.size)


def shift_to_centre(images: NDArray[Any], spec: RasterSpec = MNIST_SPEC) -> NDArray[Any]:
    """Move the centre of mass of each image to ``spec.centre`` by whole pixels.

    Where the whole shift would push ink out of the image, it stops at the border.

    Parameters
    ----------
    images : ndarray of shape (n, height, width), any real dtype
        Ink on paper 0. The ink box must fit into ``spec.size``.
    spec : RasterSpec

    Returns
    -------
    ndarray of shape (n, size, size), same dtype
        New array.
    """
    centred = images
    for axis in (1, 2):
        centred = _shift_axis(centred, axis, spec)
    return centred


def _shift_axis(images: NDArray[Any], axis: int, spec: RasterSpec) -> NDArray[Any]:
    """Shift each image along one axis and give that axis the length ``spec.size``."""
    length = images.shape[axis]
    profile = images.sum(axis=3 - axis, dtype=np.float64)
    inked = profile > 0
    first = inked.argmax(axis=1)
    last = length - 1 - inked[:, ::-1].argmax(axis=1)
    total = profile.sum(axis=1)
    blank = total == 0
    mass = profile @ np.arange(length) / np.where(blank, 1, total)
    shift = np.clip(np.rint(spec.centre - mass), -first, spec.size - 1 - last)
    shift[blank] = 0
    source = np.arange(spec.size) - shift[:, None].astype(np.intp)
    inside = (source >= 0) & (source < length)
    source = np.expand_dims(np.where(inside, source, 0), 3 - axis)
    shifted: NDArray[Any] = np.take_along_axis(images, source, axis)
    shifted *= np.expand_dims(inside, 3 - axis)
    return shifted
