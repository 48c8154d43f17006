"""From what lies on the canvas to what enters the network."""

import numpy as np

from nnstudio.data.normalise import normalise_image
from nnstudio.data.problem import InputSpace
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.language import tr

SMALLEST_EXTENT = 0.04
"""Drawings smaller than this share of the canvas are a touch, not writing: they have no reading."""


class InputError(UserError):
    """A network that does not say how this becomes its input."""


def from_drawing(drawing: Drawing, space: InputSpace, raster: RasterSpec | None) -> np.ndarray | None:
    """Ink a drawing in canvas units.

    Returns
    -------
    ndarray of shape (n_features,), or None
        None where there is nothing, or hardly anything, to read.

    Raises
    ------
    InputError
        If the network has no rasteriser.
    """
    if drawing.extent < SMALLEST_EXTENT:
        return None
    if raster is None:
        raise InputError(_sentence(space))
    return rasterise(drawing, raster).ravel()


def from_image(image: np.ndarray, space: InputSpace, raster: RasterSpec | None) -> np.ndarray:
    """Bring an image of ink, shape (height, width), to the network's size.

    Returns
    -------
    ndarray of shape (n_features,)

    Raises
    ------
    InputError
        If the size is another and the network has no rasteriser to say how.
    BlankImageError
        If the size is another and nothing is on the image.
    """
    if image.shape == space.shape:
        return image.ravel()
    if raster is None:
        raise InputError(_sentence(space))
    return normalise_image(image, raster).ravel()


def _sentence(space: InputSpace) -> str:
    shape = " × ".join(map(str, space.shape))
    return tr(
        "This network reads images of {shape} pixels and does not say how a drawing becomes one. "
        "Open an image of that size."
    ).format(shape=shape)
