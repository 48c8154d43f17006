"""A panel as a figure for a text: lines and letters as SVG or PDF, or pixels as PNG.

Qt's own painting is redirected; pyqtgraph's exporter of SVG fails on recent versions of Qt, and knows only
its plots.
"""

from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import (
    QBuffer,
    QEvent,
    QIODevice,
    QMargins,
    QMarginsF,
    QObject,
    QPoint,
    QRect,
    QSize,
    QSizeF,
)
from PySide6.QtGui import QColor, QImage, QPageSize, QPaintDevice, QPainter, QPaintEvent, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractButton, QScrollBar, QWidget

from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.views.view import View

SVG, PDF, PNG = ".svg", ".pdf", ".png"

PIXELS_PER_POINT = 2.0
"""Of a PNG, for each of the window: it may be printed."""

MARGIN = 8

_TITLE = "Title"
"""A PNG's own word for what it shows."""

_DOTS_PER_INCH = 96
"""Of the window's pixels, which are those of CSS too: a figure is as large in a text as on the screen."""

_POINTS_PER_INCH = 72


class FigureError(UserError):
    """A figure that cannot be saved as wished."""


def save_figure(path: Path, widget: QWidget, title: str, paper: str) -> None:
    """Save a widget and all that is on it, as the ending of the path says.

    Parameters
    ----------
    path : Path
    widget : QWidget
    title : str
        What it shows; kept in the file.
    paper : str
        The colour behind it, as the theme writes colours.

    Raises
    ------
    UserError
        If the ending is another one, or the file cannot be written; what stood there is unchanged.
    """
    ending = path.suffix.lower()
    if ending == SVG:
        write_atomically(path, drawn_as_svg(widget, title, paper))
    elif ending == PDF:
        write_atomically(path, drawn_as_pdf(widget, title, paper))
    elif ending == PNG:
        picture = painted(widget, paper, PIXELS_PER_POINT)
        picture.setText(_TITLE, title)
        write_atomically(path, as_png(picture))
    else:
        raise FigureError(
            tr("A figure is saved as .svg, .pdf or .png, not as {ending}.").format(ending=ending or path.name)
        )


def drawn_as_svg(widget: QWidget, title: str, paper: str) -> bytes:
    """Return a widget as SVG 1.1: what it draws as shapes and letters stays that, its pictures are inside.

    Notes
    -----
    Thread: gui.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The older version knows no clipping: curves would leave their axes.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    size = _size_of(widget)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(_DOTS_PER_INCH)
    generator.setTitle(title)
    _draw(widget, generator, paper)
    return bytes(buffer.data().data())


def drawn_as_pdf(widget: QWidget, title: str, paper: str) -> bytes:
    """Return a widget as a PDF of one page: what it draws as shapes and letters stays that.

    Notes
    -----
    Thread: gui.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = _size_of(widget)
    points = QSizeF(size) * (_POINTS_PER_INCH / _DOTS_PER_INCH)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    # Lines that keep their width at any scale are those of the window then.
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(title)
    _draw(widget, writer, paper)
    return bytes(buffer.data().data())


def painted(widget: QWidget, paper: str, pixels_per_point: float) -> QImage:
    """Return a widget as a picture.

    Notes
    -----
    Thread: gui.
    """
    picture = QImage(_size_of(widget) * pixels_per_point, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(pixels_per_point)
    _draw(widget, picture, paper)
    return picture


def as_png(picture: QImage) -> bytes:
    """Return a picture as a PNG file's bytes; any thread may call this."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The type stub asks for bytes, which PySide6 refuses.
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _margin(widget: QWidget) -> int:
    return 0 if widget.isWindow() else MARGIN


def _size_of(widget: QWidget) -> QSize:
    return widget.size().grownBy(QMargins(*(_margin(widget),) * 4))


def _draw(widget: QWidget, device: QPaintDevice, paper: str) -> None:
    painter = QPainter(device)
    try:
        painter.fillRect(QRect(QPoint(), _size_of(widget)), QColor(paper))
        _paint(widget, painter)
    finally:
        painter.end()


def _paint(widget: QWidget, painter: QPainter) -> None:
    """Paint a panel's widget without its controls, or a window as it is."""
    flags, content = QWidget.RenderFlag.DrawChildren, _FigureContent()
    if widget.isWindow():
        changed, flags = [], flags | QWidget.RenderFlag.DrawWindowBackground
    else:
        # The background is the paper's: the widget's own is that of the window around its panel.
        parts = [widget, *widget.findChildren(QWidget)]
        changed = [part for part in parts if _painter_of(part) is not None or _is_furniture(part)]
    for part in changed:
        part.installEventFilter(content)
    try:
        # A graphics view has a function of that name for its scene.
        QWidget.render(widget, painter, QPoint(_margin(widget), _margin(widget)), renderFlags=flags)
    finally:
        for part in changed:
            part.removeEventFilter(content)


def _painter_of(widget: QWidget) -> View | pg.GraphicsView | None:
    """Return what paints a view, or the viewport of a plot or picture: itself, or the plot or picture."""
    owner = widget.parentWidget()
    if isinstance(owner, pg.GraphicsView) and widget is owner.viewport():
        return owner
    return widget if isinstance(widget, View) else None


def _is_furniture(widget: QWidget) -> bool:
    """Return whether a widget only waits for a click; a button that can be checked shows a state."""
    if isinstance(widget, QAbstractButton):
        return not widget.isCheckable()
    return isinstance(widget, QScrollBar)


@contained
class _FigureContent(QObject):
    """Paints views without the frame of the focus, and furniture not at all."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint in place of a widget."""
        if not isinstance(event, QPaintEvent):
            return False
        painter = _painter_of(watched) if isinstance(watched, QWidget) else None
        if painter is not None:
            painter.paintEvent(event)
        return True
