"""What leaves the window by the clipboard, and what comes in by it or is dropped on it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from nnstudio.errors import UserError
from nnstudio.files.drawing_file import drawing_from_json
from nnstudio.language import tr
from nnstudio.studio.documents.open_save import lay_drawing, lay_image
from nnstudio.studio.painting.images import grey_of

if TYPE_CHECKING:
    from nnstudio.studio.window.main_window import MainWindow

DRAWING_MIME = "application/vnd.nnstudio.drawing+json"
"""Strokes on the clipboard, beside their picture for other programs."""

LARGEST_SIDE = 1024
"""A larger picture is made smaller first: the network's is 28 pixels wide, and nobody waits."""

PICTURE_RATIO = 2.0
"""Pixels of a copied picture for each of the window, at least: it may be printed."""

LONGEST_PATH = 4096


class ClipboardError(UserError):
    """Nothing that could be pasted."""


def picture_of(widget: QWidget) -> QImage:
    """Paint a widget, and all that is on it, as a picture."""
    ratio = max(PICTURE_RATIO, widget.devicePixelRatioF())
    size = widget.size()
    picture = QImage(size * ratio, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(widget.palette().window().color())
    widget.render(picture, QPoint())
    return picture


def drawn(window: "MainWindow") -> QMimeData:
    """Return what lies on the sheet: its picture, and its strokes where there are any."""
    data = QMimeData()
    data.setImageData(picture_of(window.input.editors.currentWidget()))
    document = window.session.input
    if document.can_be_drawn and document.content.image is None and document.strokes:
        text = json.dumps(document.drawing.to_json())
        data.setData(DRAWING_MIME, QByteArray(text.encode()))
        data.setText(text)
    return data


def can_take(data: QMimeData) -> bool:
    """Tell whether something that is dragged over the window can be dropped: looked at, not read."""
    return bool(local_paths(data)) or data.hasImage() or data.hasFormat(DRAWING_MIME)


def local_paths(data: QMimeData) -> list[Path]:
    """Return the files and folders of this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


def take(window: "MainWindow", data: QMimeData | None) -> None:
    """Lay what was pasted or dropped on the canvas, or open it.

    Raises
    ------
    UserError
        If it is nothing that can be opened; nothing has changed then.
    """
    # A clipboard that has never been used holds nothing at all.
    data = data or QMimeData()
    paths = local_paths(data)
    if paths:
        window.commands.open_paths(paths)
    elif data.hasFormat(DRAWING_MIME):
        _take_drawing(window, data.data(DRAWING_MIME).data())
    elif data.hasImage():
        image = data.imageData()
        if not isinstance(image, QImage) or image.isNull():
            raise ClipboardError(tr("The picture cannot be read. Copy it again."))
        lay_image(window, grey_of(_shrunk(image)))
        window.say(tr("Pasted a picture. Ctrl+Z takes it back."))
    elif data.hasText():
        _take_text(window, data.text())
    else:
        raise ClipboardError(
            tr("There is nothing to paste: copy a picture, a drawing or a file in another program first.")
        )


def _take_text(window: "MainWindow", text: str) -> None:
    path = _path_in(text)
    if path is not None:
        window.commands.open_paths([path])
    elif text.lstrip().startswith(("{", "[")):
        _take_drawing(window, text.encode("utf-8", "replace"))
    else:
        raise ClipboardError(
            tr("This text is no drawing and names no file. A drawing is written {form}.").format(
                form='{"strokes": [[[x, y], …], …]}'
            )
        )


def _take_drawing(window: "MainWindow", content: bytes) -> None:
    lay_drawing(window, drawing_from_json(content, tr("What was copied")))
    window.say(tr("Pasted a drawing. Ctrl+Z takes it back."))


def _path_in(text: str) -> Path | None:
    """Return the file that a line of text names, if there is one."""
    line = text.strip()
    if not line or len(line) > LONGEST_PATH or "\n" in line:
        return None
    url = QUrl(line)
    path = Path(url.toLocalFile() if url.isLocalFile() else line)
    try:
        return path if path.is_absolute() and path.exists() else None
    except (OSError, ValueError):
        return None


def _shrunk(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= LARGEST_SIDE:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(LARGEST_SIDE, LARGEST_SIDE, keep, smooth)
