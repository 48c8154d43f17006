"""A panel as a figure for a text: lines and letters as SVG, or pixels as PNG."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr

SVG, PNG = ".svg", ".png"

PIXELS_PER_POINT = 2.0
"""Of a PNG, for each of the window: it may be printed."""

MARGIN = 8

_TITLE = "Title"
"""A PNG's own word for what it shows."""

_DOTS_PER_INCH = 96
"""Of the window's pixels, which are those of CSS too: a figure is as large in a text as on the screen."""


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
    elif ending == PNG:
        picture = painted(widget, paper, PIXELS_PER_POINT)
        picture.setText(_TITLE, title)
        write_atomically(path, as_png(picture))
    else:
        raise FigureError(
            tr("A figure is saved as .svg or .png, not as {ending}.").format(ending=ending or path.name)
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
    painter = QPainter(generator)
    try:
        painter.fillRect(QRect(QPoint(), size), QColor(paper))
        _paint(widget, painter)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def painted(widget: QWidget, paper: str, pixels_per_point: float) -> QImage:
    """Return a widget as a picture.

    Notes
    -----
    Thread: gui.
    """
    picture = QImage(_size_of(widget) * pixels_per_point, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(pixels_per_point)
    picture.fill(QColor(paper))
    painter = QPainter(picture)
    try:
        _paint(widget, painter)
    finally:
        painter.end()
    return picture


def as_png(picture: QImage) -> bytes:
    """Return a picture as a PNG file's bytes; any thread may call this."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The type stub asks for bytes, which PySide6 refuses.
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _size_of(widget: QWidget) -> QSize:
    return widget.size() + QSize(2 * MARGIN, 2 * MARGIN)


def _paint(widget: QWidget, painter: QPainter) -> None:
    # The background is the paper's: the widget's own is that of the window around its panel.
    widget.render(painter, QPoint(MARGIN, MARGIN), renderFlags=QWidget.RenderFlag.DrawChildren)
