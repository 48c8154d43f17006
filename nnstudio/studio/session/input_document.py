"""The input as a document: strokes, pixels or a point, their undo history, and the vector x made of them.

Canvases, files, the clipboard, lists of samples and guided collection edit it; views follow its signals.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from nnstudio.data.picture import character_of_picture
from nnstudio.data.picture_problem import SIDE, inputs_of_pictures
from nnstudio.data.problem import Answer, InputSpace, OutputSpace
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.studio.session.character_line import (
    CharacterLine,
    can_be_in_line,
    line_of_picture,
    line_of_strokes,
)
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS, why_not_drawn
from nnstudio.studio.session.pen_edits import brush, erase

SMALLEST_EXTENT = 0.04
"""Drawings smaller than this share of the canvas are a touch, not writing: they have no reading."""

PEN_WIDTHS = (0.04, 0.16)
"""Thinnest and thickest pen, as shares of the canvas."""

DEFAULT_PEN_WIDTH = 0.085
UNDO_LIMIT = 200
SHARE_OF_CANVAS = 0.7
"""Longer side of a drawing from elsewhere on the canvas."""


class InputError(UserError):
    """A network that does not say how this becomes its input."""


class NetworkInputs(Protocol):
    """What the document asks of the displayed network."""

    input_space: InputSpace
    output_space: OutputSpace
    raster: RasterSpec | None


@dataclass(frozen=True, eq=False)
class CanvasContent:
    """What lies on the canvas.

    Attributes
    ----------
    strokes : tuple of ndarray of shape (n, 2)
        In canvas units: 0 … 1, x to the right, y down.
    picture : ndarray of shape (height, width), 0 … 1, or None
        A picture in the place of strokes: of a line of characters, of another size than the network's, or one
        that was painted on and is drawn on next.
    pixels : ndarray of shape (height, width), 0 … 1, or None
        An image to paint on. It is read while there is one; strokes and picture wait behind it.
    erased : tuple of ndarray of shape (n, 2)
        Where the eraser went while there was a guide: where a part has no ink. It is not read.
    """

    strokes: tuple[np.ndarray, ...] = ()
    picture: np.ndarray | None = None
    pixels: np.ndarray | None = None
    erased: tuple[np.ndarray, ...] = ()

    @property
    def image(self) -> np.ndarray | None:
        """The image that is read; None where strokes are."""
        return self.picture if self.pixels is None else self.pixels

    @property
    def is_blank(self) -> bool:
        """Whether nothing lies on the canvas."""
        return not self.strokes and not self.erased and self.image is None


class _Gesture(StrEnum):
    """What the pen does between being put down and lifted; the value names the step of the history."""

    STROKE = "Stroke"
    ERASE = "Erase"
    PAINT = "Paint"
    ERASE_PIXELS = "Erase pixels"


class _Edit(QUndoCommand):
    """One step of the history: the content before and after."""

    def __init__(
        self, document: "InputDocument", before: CanvasContent, after: CanvasContent, text: str
    ) -> None:
        super().__init__(text)
        self._document, self._before, self._after = document, before, after

    def undo(self) -> None:
        self._document._take(self._before)

    def redo(self) -> None:
        self._document._take(self._after)


class InputDocument(QObject):
    """What the network reads, and everything that changes it.

    Parameters
    ----------
    network : NetworkInputs
        Says what an input is and how a drawing becomes one.

    Attributes
    ----------
    content : CanvasContent
        What lies on the canvas, without the stroke being drawn.
    live_stroke : list of (float, float)
        The points of the stroke being drawn; empty while none is.
    undo_stack : QUndoStack
        One history of strokes and pixels.
    pen_width : float
        As a share of the canvas. The stage ``drawn`` inks with it, the eraser and the brush follow it.
    erasing : bool
        Whether the eraser is chosen in place of the pen.
    stage : str
        How far a drawing is normalised before it is read, one of ``data.stages.STAGES``; usually all the way.
    x : float32 ndarray of shape (n_features,), or None
        What the network reads; None where there is nothing to read.
    picture : ndarray of shape (height, width), 0 … 1, or None
        What ``x`` was made of, where that is a picture.
    line : CharacterLine or None
        The characters on the canvas, where there are several.
    chosen : int
        The character of ``line`` that the network reads: the one drawn last, or one that was chosen.
    guide : ndarray of shape (height, width), 0 … 1, or None
        A faint image under the ink, to draw parts of a character on. While there is one, the eraser leaves
        marks.

    Notes
    -----
    Thread: gui.
    """

    content_changed = Signal()
    """Something else lies on the canvas; emitted with every movement of the pen, after ``x`` is made."""

    x_changed = Signal()
    """Another input is to be read: the answer should follow soon."""

    pen_width_changed = Signal(float)
    erasing_changed = Signal(bool)

    said = Signal(str, bool)
    """A sentence for the message line, and whether it is a warning."""

    def __init__(self, network: NetworkInputs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._network = network
        self.content = CanvasContent()
        self.live_stroke: list[tuple[float, float]] = []
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.pen_width = DEFAULT_PEN_WIDTH
        self.erasing = False
        self.stage = STAGES[-1]
        self.x: np.ndarray | None = None
        self.picture: np.ndarray | None = None
        self.line: CharacterLine | None = None
        self.chosen = 0
        self.guide: np.ndarray | None = None
        self._drawing: Drawing | None = None
        self._known: tuple[np.ndarray, Answer] | None = None
        self._gesture: _Gesture | None = None
        self._before = self.content
        self._reach = (0.0, 0.0)

    # What lies on the canvas

    @property
    def strokes(self) -> tuple[np.ndarray, ...]:
        """The strokes, the one being drawn included."""
        if not self.live_stroke:
            return self.content.strokes
        return (*self.content.strokes, np.array(self.live_stroke))

    @property
    def drawing(self) -> Drawing:
        """The strokes as a drawing, made once a movement of the pen.

        Raises
        ------
        DrawingError
            If there are too many points.
        """
        if self._drawing is None:
            self._drawing = Drawing(self.strokes)
        return self._drawing

    @property
    def is_unusual(self) -> bool:
        """Whether a drawing is read that did not go through all of normalisation."""
        return self.stage != STAGES[-1] and self.content.image is None and bool(self.strokes)

    @property
    def reads_lines(self) -> bool:
        """Whether the displayed network reads characters, which are written side by side."""
        is_of_pixels = self.input_space.traits.has_pixels
        return (
            is_of_pixels and self._network.raster is not None and can_be_in_line(self._network.output_space)
        )

    @property
    def picture_shape(self) -> tuple[int, ...]:
        """How many rows and columns of pixels a drawing becomes."""
        return (SIDE, SIDE) if self.input_space.traits.of_pictures else self.input_space.shape

    def clear(self) -> None:
        """Wipe the canvas, pixels and strokes in one step; in the plane, take the point away."""
        if self.can_be_drawn:
            self._edit(CanvasContent(), "Clear")
        else:
            self.set_x(None)

    def set_drawing(self, drawing: Drawing) -> None:
        """Lay a drawing on the canvas, in any units: it is scaled to the middle of it."""
        left, top, right, bottom = drawing.bounds()
        extent = max(right - left, bottom - top) or 1.0
        centre = np.array([(left + right) / 2, (top + bottom) / 2])
        self.set_strokes(
            tuple((s - centre) / extent * SHARE_OF_CANVAS + 0.5 for s in drawing.strokes if len(s))
        )

    def set_strokes(self, strokes: tuple[np.ndarray, ...]) -> None:
        """Lay strokes on the canvas, in its units."""
        self._edit(CanvasContent(strokes), "Open a drawing")

    def set_guide(self, guide: np.ndarray | None) -> None:
        """Lay a faint image under the ink, or take it away; the marks of the eraser stay."""
        if guide is not self.guide:
            self.guide = guide
            self.content_changed.emit()

    def set_image(self, image: np.ndarray) -> None:
        """Lay an image on the canvas, (height, width), 0 … 1: pixels to paint on, if it has their number."""
        if image.shape == self.picture_shape:
            self._edit(CanvasContent(pixels=image), "Show an image")
        else:
            self._edit(CanvasContent(picture=image), "Show an image")

    def set_pixels(self, image: np.ndarray | None, text: str) -> None:
        """Paint on an image, (height, width), 0 … 1; None: go back to strokes. ``text`` names the step."""
        self.finish_gesture()
        if image is not None or self.content.pixels is not None:
            self._edit(replace(self.content, pixels=image), text)

    def toggle_pixels(self) -> None:
        """Paint on the image that the network reads, or go back to strokes; without any, the image stays."""
        space = self.input_space
        if not self.can_be_drawn:
            self.said.emit(tr(STUDIO_INPUT_KINDS[space.kind].no_pixels), False)
        elif self.content.pixels is not None:
            picture = self.content.picture if self.content.strokes else self._inked_pixels()
            self._edit(replace(self.content, pixels=None, picture=picture), "Draw strokes")
        else:
            blank = np.zeros(self.picture_shape, np.float32)
            self.set_pixels(blank if self.picture is None else self.picture, "Paint pixels")

    def _inked_pixels(self) -> np.ndarray | None:
        """Return the image that is painted on, or None if there is no ink on it."""
        pixels = self.content.pixels
        return None if pixels is None or not pixels.any() else pixels

    def undo(self) -> None:
        """Take the last step back; in the middle of a gesture, that gesture."""
        self.finish_gesture()
        self.undo_stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.finish_gesture()
        self.undo_stack.redo()

    @property
    def input_space(self) -> InputSpace:
        """The space of what the displayed network reads."""
        return self._network.input_space

    @property
    def can_be_drawn(self) -> bool:
        """Whether the displayed network reads images, which strokes and pixels become."""
        return self.input_space.traits.can_be_drawn

    def _edit(self, after: CanvasContent, text: str) -> None:
        self.finish_gesture()
        if not (after.is_blank and self.content.is_blank):
            self.undo_stack.push(_Edit(self, self.content, after, text))

    def _take(self, content: CanvasContent) -> None:
        self.content, self.live_stroke = content, []
        self._note_change()

    def _note_change(self) -> None:
        self._drawing = None
        self.read()
        self.content_changed.emit()

    # The pen

    def set_pen_width(self, width: float) -> None:
        """Set the width of the pen, as a share of the canvas."""
        self.pen_width = min(max(width, PEN_WIDTHS[0]), PEN_WIDTHS[1])
        self.pen_width_changed.emit(self.pen_width)

    def set_erasing(self, erasing: bool) -> None:
        """Choose the eraser, or the pen again."""
        self.erasing = erasing
        self.erasing_changed.emit(erasing)

    @property
    def eraser_radius(self) -> float:
        """Of the eraser for strokes, as a share of the canvas."""
        return max(self.pen_width * 0.9, 0.04)

    @property
    def brush_radius(self) -> float:
        """Of the brush for pixels, in pixels."""
        shape = self.picture_shape if self.content.pixels is None else self.content.pixels.shape
        return 0.5 * self.pen_width * max(shape)

    @property
    def is_gesture(self) -> bool:
        """Whether the pen, the eraser or the brush is down."""
        return self._gesture is not None

    @property
    def is_erasing(self) -> bool:
        """Whether the gesture under way erases; without one, whether the next would."""
        if self._gesture is None:
            return self.erasing
        return self._gesture in (_Gesture.ERASE, _Gesture.ERASE_PIXELS)

    def begin_stroke(self, point: tuple[float, float], *, erases: bool) -> None:
        """Put the pen or the eraser for strokes down, at a point in canvas units."""
        self._begin(_Gesture.ERASE if erases else _Gesture.STROKE, point)
        if erases:
            if self.guide is not None:
                self.content = replace(self.content, erased=(*self.content.erased, np.empty((0, 2))))
            self._erase_to(point)
            return
        if self.content.image is not None:
            self.content = replace(self.content, picture=None, pixels=None)
        self.live_stroke = [point]
        self._note_change()

    def resume_stroke(self) -> None:
        """Put the pen down again where the last stroke ended: it goes on."""
        *others, last = self.content.strokes
        self._begin(_Gesture.STROKE, tuple(last[-1]))
        self.content = replace(self.content, strokes=tuple(others))
        self.live_stroke = [(x, y) for x, y in last.tolist()]

    def begin_painting(self, point: tuple[float, float], *, erases: bool) -> None:
        """Put the brush down, at a point in pixels of the image; with ``erases`` it takes ink away."""
        self._begin(_Gesture.ERASE_PIXELS if erases else _Gesture.PAINT, point)
        self._paint_to(point)

    def _begin(self, gesture: _Gesture, point: tuple[float, float]) -> None:
        self.finish_gesture()
        self._before, self._gesture, self._reach = self.content, gesture, point

    def extend(self, point: tuple[float, float]) -> None:
        """Go on with the gesture under way, if there is one, to a point in its units."""
        if self._gesture is _Gesture.STROKE:
            if point != self.live_stroke[-1]:
                self.live_stroke.append(point)
                self._note_change()
        elif self._gesture is _Gesture.ERASE:
            self._erase_to(point)
        elif self._gesture is not None:
            self._paint_to(point)

    def finish_gesture(self) -> None:
        """End the gesture under way; what it did is one step of the history."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        after = replace(self.content, strokes=self.strokes) if self.live_stroke else self.content
        self.live_stroke = []
        if after is not self._before:
            self.undo_stack.push(_Edit(self, self._before, after, gesture.value))

    def _erase_to(self, point: tuple[float, float]) -> None:
        """Erase along the way to a point: a quick hand's positions lie far apart."""
        start = np.array(self._reach)
        run = np.array(point) - start
        n_steps = max(1, math.ceil(2 * math.hypot(*run) / self.eraser_radius))
        left = self.content.strokes
        for k in range(1, n_steps + 1):
            left = erase(left, tuple(start + run * (k / n_steps)), self.eraser_radius)
        self._reach = point
        erased = self.content.erased
        if self.guide is not None and erased:
            erased = (*erased[:-1], np.vstack((erased[-1], point)))
        if left is not self.content.strokes or erased is not self.content.erased:
            self.content = replace(self.content, strokes=left, erased=erased)
            self._note_change()

    def _paint_to(self, point: tuple[float, float]) -> None:
        image = self.content.pixels
        if image is None:
            return
        painted = brush(image, self._reach, point, self.brush_radius, erases=self.is_erasing)
        self._reach = point
        if not np.array_equal(painted, image):
            self.content = replace(self.content, pixels=painted)
            self._note_change()

    # What the network reads

    def read(self) -> None:
        """Make ``x`` of what lies on the canvas; what cannot be read is said."""
        if not self.can_be_drawn:
            return
        self.line = None
        try:
            x = self._x_of_content()
        except UserError as error:
            self.said.emit(str(error), True)
            x = None
        self._read_pixels(x)

    def _read_pixels(self, pixels: np.ndarray | None) -> None:
        """Read a picture, (height · width,), or features of it; None: nothing."""
        if pixels is None:
            self.set_x(None)
            return
        x = pixels
        if self.input_space.traits.of_pictures:
            (x,) = inputs_of_pictures(self.input_space, pixels[None])
        self.set_x(x, pixels.reshape(self.picture_shape))

    def _x_of_content(self) -> np.ndarray | None:
        raster, image = self._network.raster, self.content.image
        if image is not None:
            return self._x_of_image(image)
        drawing = self.drawing
        is_touch = drawing.extent < SMALLEST_EXTENT
        if raster is None:
            if is_touch:
                return None
            raise InputError(why_not_drawn(self.input_space))
        if self.is_unusual and not is_touch:
            return self._x_of_image(drawing_stage(drawing, self.stage, self.pen_width, raster))
        is_one_stroke = len(drawing.strokes) < 2
        line = None if is_one_stroke or not self.reads_lines else line_of_strokes(drawing, raster)
        if line is not None:
            return self._x_of_last(line)
        return None if is_touch else rasterise(drawing, raster).ravel()

    def _x_of_image(self, image: np.ndarray) -> np.ndarray:
        space, raster = self.input_space, self._network.raster
        if image.shape == self.picture_shape:
            return image.ravel()
        if raster is None:
            raise InputError(why_not_drawn(self.input_space))
        line = line_of_picture(image, space.shape) if self.reads_lines else None
        if line is not None:
            return self._x_of_last(line)
        return character_of_picture(image, raster).images[0].ravel()

    def _x_of_last(self, line: CharacterLine) -> np.ndarray:
        self.line, self.chosen = line, line.last
        x: np.ndarray = line.images[line.last]
        return x

    def set_x(self, x: np.ndarray | None, picture: np.ndarray | None = None) -> None:
        """Read an input as it is, shape (n_features,); one of another size is of a problem before.

        ``picture`` is what it was made of, where that is known.
        """
        self.x = None if x is not None and x.size != self.input_space.n_features else x
        self.picture = None if self.x is None else picture
        self.x_changed.emit()

    def forget_x(self) -> None:
        """Read nothing: ``x`` was made for a network that is no longer displayed."""
        self.line = None
        self.set_x(None)

    def choose_point(self, point: tuple[float, float]) -> None:
        """Read a point of the plane."""
        self.set_x(np.array(point, np.float32))

    def choose_stage(self, stage: str) -> None:
        """Have drawings read after that stage of normalisation, a key of ``data.stages.STAGES``."""
        self.stage = stage
        self.read()

    def choose_character(self, nth: int) -> None:
        """Have a character of the line read; a number beyond it is none."""
        if self.line is not None and 0 <= nth < len(self.line):
            self.chosen = nth
            self._read_pixels(self.line.images[nth])

    @property
    def drawing_read(self) -> Drawing | None:
        """The strokes of the character that is read; None where pixels, or hardly any strokes, are."""
        if self.x is None or self.content.image is not None or self.is_unusual or not self.can_be_drawn:
            return None
        return self.drawing if self.line is None else self.line.drawings[self.chosen]

    def show_sample(self, x: np.ndarray, text: str, answer: Answer | None = None) -> None:
        """Lay an input (n_features,) on the canvas, or choose it in the plane, and say a sentence.

        ``answer`` is its right answer, where that is known.
        """
        if answer is not None:
            self._known = x, answer
        space = self.input_space
        if x.size != space.n_features:
            # Of a problem that was chosen before.
            return
        if space.traits.has_pixels:
            self._edit(CanvasContent(pixels=x.reshape(space.shape)), "Show a sample")
        else:
            # Of features there is no way back to their picture.
            self.content = CanvasContent()
            self.set_x(x)
            self.content_changed.emit()
        self.said.emit(text, False)

    @property
    def right_answer(self) -> Answer | None:
        """The right answer for ``x``, where it is known."""
        if self.x is None or self._known is None or not np.array_equal(self.x, self._known[0]):
            return None
        answer, space = self._known[1], self._network.output_space
        if isinstance(answer, int):
            return answer if answer < space.n_classes else None
        # Of a problem that was chosen before, it may be of another kind.
        return None if space.traits.has_labels or len(answer) != space.n_outputs else answer
