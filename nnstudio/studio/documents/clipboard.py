"""Copying to the clipboard, pasting from it, and taking what is dropped on the window."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from nnstudio.data.picture_table import OutOfRangeError, PictureTable, looks_like_picture, parse_picture
from nnstudio.data.point_lines import HEAD, content_lines
from nnstudio.data.points_table import looks_like_points, parse_points
from nnstudio.errors import UserError
from nnstudio.files.drawing_file import drawing_from_json
from nnstudio.language import tr
from nnstudio.studio.documents.open_save import (
    FileOpener,
    check_reads_images,
    lay_drawing,
    lay_image,
    take_points,
)
from nnstudio.studio.painting.images import colours_of
from nnstudio.studio.painting.theme import appearance
from nnstudio.studio.session.openings import Opening, Work
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.figure_export import painted

DRAWING_MIME = "application/vnd.nnstudio.drawing+json"
"""Strokes on the clipboard, beside their picture for other programs."""

LARGEST_SIDE = 1024
"""Larger pictures are scaled down first, for speed: the network's image is 28 pixels wide."""

PICTURE_RATIO = 2.0
"""Pixels of a copied picture for each of the window, at least: it may be printed."""

LONGEST_PATH = 4096


class ClipboardError(UserError):
    """Nothing that could be pasted."""


def _ratio_for(widget: QWidget) -> float:
    return max(PICTURE_RATIO, widget.devicePixelRatioF())


def picture_of(widget: QWidget) -> QImage:
    """Paint a widget, and all that is on it, as a picture without a margin."""
    ratio = _ratio_for(widget)
    size = widget.size()
    picture = QImage(size * ratio, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(widget.palette().window().color())
    widget.render(picture, QPoint())
    return picture


class CopiedPanel(Protocol):
    """What copying asks of a panel."""

    name: str
    title: str
    widget: QWidget


class Clipboard:
    """Copies panels and the input; pastes, or takes from a drop, pictures, drawings and files.

    Parameters
    ----------
    services : Services
    opener : FileOpener
        Opens what is pasted or dropped as files.
    panel_with_focus : callable () -> CopiedPanel or None
    window : QWidget
        What is copied where no panel has the focus.
    """

    def __init__(
        self,
        services: Services,
        opener: FileOpener,
        panel_with_focus: Callable[[], CopiedPanel | None],
        window: QWidget,
    ) -> None:
        self._services, self._opener = services, opener
        self._panel_with_focus, self._window = panel_with_focus, window

    # Copying

    def copy(self) -> None:
        """Copy selected text, else the panel that has the focus."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLabel) and focus.hasSelectedText():
            QGuiApplication.clipboard().setText(focus.selectedText())
            self._services.say(tr("Copied the text that is marked."))
            return
        self.copy_panel(self._panel_with_focus())

    def copy_panel(self, panel: CopiedPanel | None) -> None:
        """Copy the picture of a panel, or the drawing of the input panel; None copies the window."""
        if panel is None:
            self._copy_picture(self._window, tr("the window; F6 goes to a panel"))
        elif panel.name == "input":
            QGuiApplication.clipboard().setMimeData(
                drawing_data(self._services, self._services.input_editor())
            )
            self._services.say(tr("Copied what lies on the sheet; a drawing can be pasted with its strokes."))
        else:
            self._copy_picture(panel.widget, panel.title)

    def _copy_picture(self, widget: QWidget, name: str) -> None:
        picture = painted(widget, appearance.theme.panel, _ratio_for(widget))
        QGuiApplication.clipboard().setImage(picture)
        self._services.say(
            tr("Copied a picture of {name}, {width} × {height} pixels.").format(
                name=name, width=picture.width(), height=picture.height()
            )
        )

    # Pasting

    def paste(self) -> None:
        """Take what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData())

    def take(self, data: QMimeData | None) -> None:
        """Lay what was pasted or dropped on the canvas, or open it; what cannot be taken is said."""
        try:
            # A clipboard that has never been used holds nothing at all.
            self._take(data or QMimeData())
        except UserError as error:
            self._refuse(error)

    def _refuse(self, error: UserError) -> None:
        self._services.say(tr("{error} What was there stays.").format(error=error), warning=True)

    def _take(self, data: QMimeData) -> None:
        paths = local_paths(data)
        if paths:
            self._opener.open_paths(paths)
        elif data.hasFormat(DRAWING_MIME):
            self._take_drawing(bytes(data.data(DRAWING_MIME).data()))
        elif data.hasText() and self._says_more(data.text()):
            # Spreadsheets offer a picture of their cells as well.
            self._take_text(data.text())
        elif data.hasImage():
            image = data.imageData()
            if not isinstance(image, QImage) or image.isNull():
                raise ClipboardError(tr("The picture cannot be read. Copy it again."))
            title, sentence = tr("Reading a picture"), tr("Pasted a picture. Ctrl+Z takes it back.")
            self._lay(partial(lay_image, self._services, title, lambda: colours_of(_shrunk(image))), sentence)
        elif data.hasText():
            self._take_text(data.text())
        else:
            raise ClipboardError(
                tr("There is nothing to paste: copy a picture, a drawing or a file in another program first.")
            )

    def _says_more(self, text: str) -> bool:
        """Tell whether a text says more to the problem than a picture of it: points, or pixels' numbers."""
        can_be_drawn, is_table = self._services.session.input.can_be_drawn, _is_table(text)
        return looks_like_picture(text) and not is_table if can_be_drawn else is_table

    def _lay(self, lay: Callable[[], Opening[str] | None], sentence: str) -> None:
        """Lay something on the canvas after what is being opened, and say a sentence about it."""

        def laying() -> Opening[None]:
            try:
                left_out = yield from lay() or ()
            except UserError as error:
                self._refuse(error)
            else:
                self._services.say(" ".join([sentence, left_out or ""]).rstrip())

        self._services.session.openings.start(laying())

    def _take_text(self, text: str) -> None:
        path = _path_in(text)
        if path is not None:
            self._opener.open_paths([path])
        elif text.lstrip().startswith(("{", "[")):
            self._take_drawing(text.encode("utf-8", "replace"))
        elif _is_table(text):
            take_points(self._services, tr("Pasted points"), parse_points(text))
        elif looks_like_picture(text):
            self._take_numbers(text)
        else:
            raise ClipboardError(
                tr(
                    "This text is no drawing, no table of numbers, and names no file. A drawing is "
                    "written {form}."
                ).format(form='{"strokes": [[[x, y], …], …]}')
            )

    def _take_numbers(self, text: str) -> None:
        """Lay a picture that is written as a table of numbers on the canvas."""

        def laying() -> Opening[None]:
            try:
                check_reads_images(self._services.session)
                table = yield Work(tr("Reading a table of numbers"), partial(parse_picture, text))
            except OutOfRangeError as error:
                self._refuse(error)
                self._ask_to_cap(error)
            except UserError as error:
                self._refuse(error)
            else:
                self._lay_table(table)

        self._services.session.openings.start(laying())

    def _lay_table(self, table: PictureTable) -> None:
        document = self._services.session.input
        ink = table.as_rows(document.input_space.shape).ink
        document.set_image(ink)
        if document.x is not None:
            sentence = tr("Pasted {height} × {width} numbers from 0 to {full:g} as a picture.")
            height, width = ink.shape
            said = sentence.format(height=height, width=width, full=table.full)
            self._services.say(f"{said} {tr('Ctrl+Z takes it back.')}")

    def _ask_to_cap(self, error: OutOfRangeError) -> None:
        """Ask whether numbers beyond the range are to be set to its ends; the canvas stays meanwhile."""
        box = QMessageBox(self._window.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Cap the numbers?"))
        box.setText(str(error))
        box.setInformativeText(
            tr("Capped, what is above {full:g} becomes {full:g}, what is below 0 becomes 0.").format(
                full=error.table.full
            )
        )
        cap = box.addButton(tr("Cap them"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Leave it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cap)
        cap.clicked.connect(lambda: self._lay_table(error.table.capped()))
        # Not exec(): training and drawing go on behind the question.
        box.open()

    def _take_drawing(self, content: bytes) -> None:
        drawing = drawing_from_json(content, tr("What was copied"))
        self._lay(
            partial(lay_drawing, self._services, drawing), tr("Pasted a drawing. Ctrl+Z takes it back.")
        )


def drawing_data(services: Services, editor: QWidget) -> QMimeData:
    """Return the input for the clipboard: the picture of its editor, and its strokes where there are any."""
    data = QMimeData()
    data.setImageData(picture_of(editor))
    document = services.session.input
    if document.can_be_drawn and document.content.image is None and document.strokes:
        text = json.dumps(document.drawing.to_json())
        data.setData(DRAWING_MIME, QByteArray(text.encode()))
        data.setText(text)
    return data


def can_take(data: QMimeData) -> bool:
    """Return whether dragged data can be dropped; of these, text alone is read for it: a table.

    That is one of points, or of the numbers of a picture.
    """
    if bool(local_paths(data)) or data.hasImage() or data.hasFormat(DRAWING_MIME):
        return True
    if not data.hasText() or data.hasUrls():
        return False
    return _is_table(data.text()) or looks_like_picture(data.text())


def _is_table(text: str) -> bool:
    return looks_like_points(content_lines(text.splitlines())[:HEAD])


def local_paths(data: QMimeData) -> list[Path]:
    """Return the files and folders of this machine."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


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
