"""What can lie on the canvas."""

from dataclasses import dataclass

import numpy as np

from nnstudio.data.strokes import Drawing


@dataclass(frozen=True, eq=False)
class CanvasContent:
    """What lies on the canvas: strokes in canvas units, or one image (height, width) in 0 … 1."""

    strokes: tuple[np.ndarray, ...] = ()
    image: np.ndarray | None = None

    @property
    def drawing(self) -> Drawing:
        """The strokes as a drawing."""
        return Drawing(self.strokes)

    @property
    def is_blank(self) -> bool:
        """Whether nothing lies on the canvas."""
        return not self.strokes and self.image is None
