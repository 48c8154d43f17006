"""Where an input is made: a canvas for strokes, one for pixels, or a plane; one of them is in force."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.stages import STAGES, drawing_stage
from nnstudio.data.strokes import DrawingError
from nnstudio.language import tr
from nnstudio.studio.panels.input.pixel_canvas import PixelCanvas
from nnstudio.studio.panels.input.plane import Plane
from nnstudio.studio.panels.input.stroke_canvas import StrokeCanvas
from nnstudio.studio.session.canvas_content import CanvasContent
from nnstudio.studio.session.input_vector import SMALLEST_EXTENT


class InputStack(QStackedWidget):
    """Shows the sheet that is in force.

    Pixels are in force while there are any; strokes that are drawn or opened put them aside. Undo and redo go
    through what was done on either canvas.

    Attributes
    ----------
    stage : str
        How far a drawing is normalised before it is read, one of ``data.stages.STAGES``; usually all the way.
    """

    content_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = STAGES[-1]
        self.canvas = StrokeCanvas(self)
        self.canvas.setToolTip(
            tr("Draw here with the mouse, a pen or the arrow keys with Shift; the right button erases")
        )
        self.pixels = PixelCanvas(self.canvas, self)
        self.plane = Plane(self)
        for sheet in (self.canvas, self.pixels, self.plane):
            self.addWidget(sheet)
        self.canvas.content_changed.connect(self._meet_strokes)
        self.pixels.content_changed.connect(self._meet_pixels)

    def sizeHint(self) -> QSize:
        """Ask for the least height, and take what there is: the rest of the panel must be seen."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def show_kind(self, kind: str) -> None:
        """Show the sheet for a kind of input: ``image`` or ``plane``."""
        self.setCurrentWidget(self.plane if kind == "plane" else self._drawn_on())

    def _drawn_on(self) -> QWidget:
        return self.canvas if self.pixels.image is None else self.pixels

    def _meet_strokes(self) -> None:
        if self.pixels.image is not None:
            self.pixels.put_aside()
            self._show_drawn_on()
        self.content_changed.emit()

    def _meet_pixels(self) -> None:
        self._show_drawn_on()
        self.content_changed.emit()

    def _show_drawn_on(self) -> None:
        if self.currentWidget() is not self.plane and self.currentWidget() is not self._drawn_on():
            had_keys = self.currentWidget().hasFocus()
            self.setCurrentWidget(self._drawn_on())
            if had_keys:
                self.currentWidget().setFocus()

    @property
    def content(self) -> CanvasContent:
        """What lies on the canvas that is in force."""
        if self.pixels.image is not None:
            return CanvasContent(image=self.pixels.image)
        return self.canvas.content

    @property
    def is_unusual(self) -> bool:
        """Whether a drawing is read that did not go through all of normalisation."""
        return self.stage != STAGES[-1] and bool(self.content.strokes)

    def to_read(self, raster: RasterSpec | None) -> CanvasContent:
        """Return what the network is to read: the content, or its image at the chosen stage."""
        content = self.content
        if not self.is_unusual or raster is None:
            return content
        try:
            drawing = content.drawing
        except DrawingError:
            # Whoever reads it says why.
            return content
        if drawing.extent < SMALLEST_EXTENT:
            return content
        return CanvasContent(image=drawing_stage(drawing, self.stage, self.canvas.pen_width, raster))

    def clear(self) -> None:
        """Wipe both canvases and go back to strokes, in one step of the history."""
        if self.pixels.image is None:
            self.canvas.clear()
            return
        history = self.canvas.undo_stack
        history.beginMacro("Clear")
        self.pixels.set_image(None, "Clear")
        self.canvas.clear()
        history.endMacro()

    def undo(self) -> None:
        """Take the last step back."""
        self.pixels.finish()
        self.canvas.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.pixels.finish()
        self.canvas.redo()
