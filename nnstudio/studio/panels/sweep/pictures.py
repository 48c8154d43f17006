"""Pictures of cells, made on a background thread at the size of the screen's pixels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from nnstudio.data.problem import InputSpace, OutputSpace, Samples
from nnstudio.engine.decision import class_values
from nnstudio.insight.sweep import CellResult
from nnstudio.insight.sweep_spec import SweepCell
from nnstudio.insight.tiles import are_curves
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.images import pixel_image, signed_index
from nnstudio.studio.painting.pixel_painting import mixed, resample, value_of
from nnstudio.studio.painting.theme import Theme, field_table

POINT_SHARE = 1 / 36
"""Diameter of a sample's point, as a share of the picture's side."""

SMALLEST_POINT_PX, LARGEST_POINT_PX = 1.6, 4.0
"""The same, in design pixels, at least and at most."""

FAINTEST, STRONGEST = 0.18, 0.62
"""Opacity of a class's colour where another one is as likely, and where none is: points are seen on both."""


@dataclass(frozen=True)
class PictureStyle:
    """How pictures are painted.

    Attributes
    ----------
    side : int
        In device pixels.
    ratio : float
        Device pixels in a design pixel.
    theme : Theme
    """

    side: int
    ratio: float
    theme: Theme

    @property
    def point_radius(self) -> float:
        """Of a sample's point, in device pixels."""
        smallest, largest = SMALLEST_POINT_PX * self.ratio, LARGEST_POINT_PX * self.ratio
        return min(max(POINT_SHARE * self.side, smallest), largest) / 2


def cell_picture(
    result: CellResult, input_space: InputSpace, output_space: OutputSpace, style: PictureStyle
) -> QImage:
    """Paint what a network answers over the range of its inputs, with points that it learned from.

    Over the plane: the class, or the number; along the line: the curves.

    Notes
    -----
    Thread: any; it needs no widget.
    """
    assert result.field is not None, "the cell has a picture"
    assert result.shown is not None, "with points in it"
    theme, side = style.theme, style.side
    if are_curves(input_space) and output_space.quantities:
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.window))
        _draw_curves(image, result, input_space, output_space, style)
        return image
    outputs = resample(result.field, side, side, smooth=True)
    if output_space.quantities:
        index = signed_index(outputs[0], output_space.quantities[0].limit)
        pixels = np.take(np.asarray(field_table(theme), np.uint32), index)
    else:
        codes = np.array([value_of(code) for code in _class_colours(theme)], np.uint32)
        outputs = class_values(outputs, axis=0)
        second, largest = np.partition(outputs, -2, axis=0)[-2:]
        share = FAINTEST + (STRONGEST - FAINTEST) * np.clip(largest - second, 0.0, 1.0)
        pixels = mixed(value_of(theme.window), codes[outputs.argmax(axis=0) % len(codes)], share)
    image = pixel_image(np.ascontiguousarray(pixels, np.uint32)).copy()
    _draw_points(image, result.shown, input_space, style)
    return image


def _class_colours(theme: Theme) -> list[str]:
    return [mark.colour_in(theme.name) for mark in CLASS_MARKS]


def _draw_points(image: QImage, samples: Samples, space: InputSpace, style: PictureStyle) -> None:
    shares = space.shares(samples.inputs())
    x = shares[:, 0] * style.side
    y = (1 - shares[:, 1]) * style.side if space.spans_plane else np.full(len(x), style.side / 2)
    colours = [QColor(code) for code in _class_colours(style.theme)]
    text = QColor(style.theme.text)
    labels = samples.labels if samples.has_labels else None
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(style.theme.panel), 0.5 * style.ratio))
    radius = style.point_radius
    for k in range(len(x)):
        painter.setBrush(text if labels is None else colours[int(labels[k]) % len(colours)])
        painter.drawEllipse(QPointF(x[k], y[k]), radius, radius)
    painter.end()


def _draw_curves(
    image: QImage, result: CellResult, space: InputSpace, outputs: OutputSpace, style: PictureStyle
) -> None:
    assert result.field is not None, "the cell has a picture"
    assert result.shown is not None, "with points in it"
    low = min(quantity.low for quantity in outputs.quantities)
    high = max(quantity.high for quantity in outputs.quantities)
    side, theme = style.side, style.theme

    def heights(values: np.ndarray) -> np.ndarray:
        # Far outside is outside; Qt's coordinates are bounded.
        return np.clip((high - values) / (high - low), -2.0, 3.0) * side

    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.muted))
    radius = style.point_radius
    x = space.shares(result.shown.inputs())[:, 0] * side
    for column in heights(result.shown.targets).T:
        for at, height in zip(x.tolist(), column.tolist(), strict=True):
            painter.drawEllipse(QPointF(at, height), radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    n_points = result.field.shape[2]
    steps = ((np.arange(n_points) + 0.5) / n_points * side).tolist()
    for k, curve in enumerate(result.field[:, 0]):
        code = theme.positive if len(outputs.quantities) == 1 else _class_colours(theme)[k % len(CLASS_MARKS)]
        painter.setPen(QPen(QColor(code), 1.5 * style.ratio))
        line = [QPointF(at, height) for at, height in zip(steps, heights(curve).tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(line))
    painter.end()


class PictureMaker:
    """Makes the pictures of cells in the background, and keeps them until they look otherwise.

    Attributes
    ----------
    pictures : mapping of SweepCell to QImage
    """

    def __init__(self) -> None:
        self._worker = BackgroundWorker("nnstudio-sweep-pictures")
        self.pictures: dict[SweepCell, QImage] = {}
        self._style: PictureStyle | None = None

    def forget(self) -> None:
        """Forget all pictures: they are of another sweep."""
        self._worker.cancel()
        self.pictures = {}

    def ask(
        self,
        results: Mapping[SweepCell, CellResult],
        spaces: tuple[InputSpace, OutputSpace],
        style: PictureStyle,
    ) -> bool:
        """Have missing pictures made, and return whether there are new ones since the last call.

        Pictures of another style are shown until they are replaced.
        """
        before = self.pictures
        self._worker.poll()
        is_other = style != self._style
        if is_other or not self._worker.is_busy:
            known = {} if is_other else self.pictures
            missing = [each for cell, each in results.items() if cell not in known and each.field is not None]
            if missing:
                self._worker.run(Task(lambda _: _made(missing, spaces, style, known), self._take))
            self._style = style
        return self.pictures is not before

    def stop(self) -> None:
        """End the thread, waiting for it for a bounded time."""
        self._worker.stop()

    def _take(self, pictures: dict[SweepCell, QImage]) -> None:
        self.pictures = pictures


def _made(
    results: list[CellResult],
    spaces: tuple[InputSpace, OutputSpace],
    style: PictureStyle,
    known: Mapping[SweepCell, QImage],
) -> Steps[dict[SweepCell, QImage]]:
    pictures = dict(known)
    for result in results:
        pictures[result.cell] = cell_picture(result, *spaces, style)
        yield None
    yield pictures
