"""A drawn part of a character: ink, and where the eraser says that there is none; any package may import it.

A part stays where, and as large as, it was drawn: only whole characters are brought to one size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec
from nnstudio.data.stages import drawing_stage
from nnstudio.data.strokes import Drawing

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DAB = 1e-3
"""Length of the stroke that a touch becomes, as a share of the sheet."""


@dataclass(frozen=True, eq=False)
class PartDrawing:
    """Strokes of the pen and of the eraser, in units of the sheet: 0 … 1, x to the right and y down.

    Attributes
    ----------
    ink : Drawing
    pen : float
        Thickness of the pen, as a share of the sheet.
    erased : Drawing
    eraser : float
        Thickness of the eraser, as a share of the sheet.
    """

    ink: Drawing
    pen: float
    erased: Drawing = field(default_factory=lambda: Drawing(()))
    eraser: float = 0.0

    def images(self, spec: RasterSpec = MNIST_SPEC) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the ink, and what was erased, where they are on the sheet; each (size, size), 0 … 1."""
        return _inked(self.ink, self.pen, spec), _inked(self.erased, self.eraser, spec)


def _inked(drawing: Drawing, pen: float, spec: RasterSpec) -> NDArray[np.float32]:
    strokes = tuple(_stroke(points) for points in drawing.strokes if len(points))
    if not strokes:
        return np.zeros((spec.size, spec.size), np.float32)
    return drawing_stage(Drawing(strokes), "drawn", pen, spec)


def _stroke(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a stroke, or a very short one in the place of a touch, which would be no drawing by itself."""
    if np.ptp(points, axis=0).max() > 0:
        return points
    dab: NDArray[np.float64] = points[0] + np.array([[0.0, 0.0], [_DAB, 0.0]])
    return dab
