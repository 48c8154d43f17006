"""Opening and saving what a person has as files: networks, recipes, images and drawings."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.normalise import normalise_image
from nnstudio.data.segment_image import image_characters
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.files import drawing_file
from nnstudio.files.drawing_file import check_readable, read_drawing
from nnstudio.files.exports import EXPORTS, export
from nnstudio.files.open_model import ONNX_SUFFIX, open_model
from nnstudio.files.personal_file import STROKE_SUFFIX, SUFFIX
from nnstudio.files.session_file import SUFFIX as SESSION_SUFFIX
from nnstudio.language import tr, translatable
from nnstudio.studio.documents.session_snapshot import open_file
from nnstudio.studio.painting.images import read_grey
from nnstudio.studio.session.character_line import strip_of
from nnstudio.studio.session.problem_sources import import_offer, recipe_offer

if TYPE_CHECKING:
    from nnstudio.studio.session.session import Session
    from nnstudio.studio.window.main_window import MainWindow

SESSION_FILTER = translatable("Session (*.nnstudio)")
MODEL_FILTER = translatable("Network (*.safetensors *.onnx)")
DRAWING_FILTER = translatable("Drawing (*.json)")
IMAGE_FILTER = translatable("Image (*.png *.jpg *.jpeg *.bmp *.gif *.pgm *.webp)")
RECIPE_FILTER = translatable("Recipe (*.toml)")
DRAWINGS_FILTER = translatable("Labelled drawings (*.jsonl *.npz)")
TABLE_FILTER = translatable("Images as text (*.csv)")
ANY_FILTER = translatable("All files (*)")

Saver = Callable[["MainWindow", Path], None]


class DocumentError(UserError):
    """A file that cannot be opened or saved from the window."""


def open_filter() -> str:
    """Return the kinds of files that can be opened, as a dialog takes them."""
    filters = (
        SESSION_FILTER,
        MODEL_FILTER,
        DRAWING_FILTER,
        IMAGE_FILTER,
        RECIPE_FILTER,
        TABLE_FILTER,
        DRAWINGS_FILTER,
        ANY_FILTER,
    )
    return ";;".join(map(tr, filters))


def network_kinds() -> dict[str, str]:
    """Return for each way to save a network what a dialog says of it, and the ending of its files."""
    return {f"{tr(kind.title)} (*{kind.suffix})": kind.suffix for kind in EXPORTS}


def with_ending(name: str, ending: str) -> Path:
    """Return the path that a dialog gave, with an ending where the user typed none."""
    path = Path(name)
    return path if path.suffix else path.with_name(path.name + ending)


def open_path(window: "MainWindow", path: Path) -> None:
    """Open a network, a recipe, a drawing or an image, by the file's ending, or import a folder or a table.

    Raises
    ------
    UserError
        If it cannot be read; nothing has changed then.
    """
    if path.is_dir():
        window.session.take(import_offer(path))
        return
    check_readable(path)
    ending = path.suffix.lower()
    if ending == ".toml":
        window.session.take(recipe_offer(path))
        return
    if ending in (SUFFIX, STROKE_SUFFIX):
        window.commands.join_drawings(path)
        return
    if ending == ".csv":
        window.session.take(import_offer(path))
        return
    if ending == SESSION_SUFFIX:
        open_file(window, path)
        return
    if ending in (".safetensors", ONNX_SUFFIX):
        window.session.open_model(open_model(path))
        return
    if ending == ".json":
        lay_drawing(window, read_drawing(path))
    else:
        lay_image(window, read_grey(path))
    window.say(tr("Opened {name}.").format(name=path.name))


def in_order(paths: list[Path]) -> list[Path]:
    """Return files that are opened together: networks first, then data, then what they are to read."""

    def rank(path: Path) -> int:
        ending = path.suffix.lower()
        if ending in (SESSION_SUFFIX, ".safetensors", ONNX_SUFFIX):
            return 0
        return 1 if path.is_dir() or ending in (".toml", ".csv") else 2

    return sorted(paths, key=rank)


def lay_drawing(window: "MainWindow", drawing: Drawing) -> None:
    """Lay a drawing on the canvas.

    Raises
    ------
    DocumentError
        If the network on show reads no images.
    """
    _check_reads_images(window)
    window.session.input.set_drawing(drawing)


def lay_image(window: "MainWindow", grey: np.ndarray) -> None:
    """Lay an image on the canvas, as the network sees it.

    Parameters
    ----------
    window : Window
    grey : ndarray of shape (height, width)
        0 black … 1 white.

    Raises
    ------
    UserError
        If the network on show reads no images, or none of this size, or nothing is on it.
    """
    _check_reads_images(window)
    window.session.input.set_image(_as_seen(grey, window.session))


def _check_reads_images(window: "MainWindow") -> None:
    if not window.session.input.can_be_drawn:
        raise DocumentError(
            tr(
                "Points of the plane are not drawn: choose a problem with images first, then open the file "
                "again."
            )
        )


def _as_seen(grey: np.ndarray, session: "Session") -> np.ndarray:
    """Bring an image to the network's size, where the network says how."""
    if session.network.raster is not None:
        if session.input.reads_lines:
            return strip_of(image_characters(grey, session.network.raster))
        return normalise_image(grey, session.network.raster)
    if grey.shape != session.network.input_space.shape:
        shape = " × ".join(map(str, session.network.input_space.shape))
        raise DocumentError(
            tr("This network reads images of {shape} pixels; open one of that size.").format(shape=shape)
        )
    return grey


def save_network(window: "MainWindow", path: Path) -> None:
    """Save the network on show, as the ending of the path says.

    Raises
    ------
    UserError
        If it says nothing, or the file cannot be written.
    """
    export(path, window.session.network.model())


def save_drawing(window: "MainWindow", path: Path) -> None:
    """Save the strokes on the canvas.

    Raises
    ------
    UserError
        If there are no strokes, or the file cannot be written.
    """
    drawing = window.session.input.drawing
    if drawing.is_empty:
        raise DocumentError(tr("There is no drawing on the canvas to save."))
    drawing_file.save_drawing(path, drawing)
