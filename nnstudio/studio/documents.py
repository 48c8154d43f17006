"""Opening and saving what a person has as files: networks, images and drawings."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.data.normalise import normalise_image
from nnstudio.data.strokes import Drawing
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.model_file import load_model, save_model
from nnstudio.paths import state_dir
from nnstudio.studio.images import read_grey

if TYPE_CHECKING:
    from nnstudio.studio.window import Window

MODEL_FILTER = "Network (*.safetensors)"
DRAWING_FILTER = "Drawing (*.json)"
IMAGE_FILTER = "Image (*.png *.jpg *.jpeg *.bmp *.gif *.pgm *.webp)"
FILTER = f"{MODEL_FILTER};;{DRAWING_FILTER};;{IMAGE_FILTER};;All files (*)"
MAX_DRAWING_BYTES = 16 * 1024 * 1024

Saver = Callable[["Window", Path], None]


class DocumentError(UserError):
    """A file that cannot be opened or saved from the window."""


def read_drawing(path: Path) -> Drawing:
    """Read a JSON drawing.

    Raises
    ------
    DocumentError, DrawingError
        Missing, too large, not JSON, not a drawing, or an empty one.
    """
    try:
        if path.stat().st_size > MAX_DRAWING_BYTES:
            raise DocumentError(
                f"{path} is larger than {MAX_DRAWING_BYTES >> 20} MB, too large for a drawing."
            )
        drawing = Drawing.from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise DocumentError(f"Cannot read {path}: {error.strerror or error}. Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path} is not a JSON drawing.") from error
    if drawing.is_empty:
        raise DocumentError(f"{path} is an empty drawing: it has no line that could be read.")
    return drawing


def open_path(window: "Window", path: Path) -> None:
    """Open a network, a drawing or an image, by the file's ending.

    Raises
    ------
    UserError
        If it cannot be read; nothing has changed then.
    """
    # A pipe without a writer would keep the window waiting for ever.
    if os.path.exists(path) and not os.path.isfile(path):
        raise DocumentError(f"{path} is a folder, or no ordinary file. Name a file.")
    ending = path.suffix.lower()
    if ending == ".safetensors":
        window.session.open_model(load_model(path))
        return
    if window.session.input_space.kind != "image":
        raise DocumentError(
            "Points of the plane are not drawn: choose a problem with images first, then open the file again."
        )
    if ending == ".json":
        window.input.canvas.set_drawing(read_drawing(path))
    else:
        window.input.canvas.set_image(normalise_image(read_grey(path), window.session.raster))
    window.say(f"Opened {path.name}.")


def last_session_path() -> Path:
    """Return where a session leaves its network when it ends."""
    return state_dir() / "last-session.safetensors"


def keep_session(window: "Window") -> None:
    """Save the network that was trained last for the next session; a failure is only logged."""
    model = window.session.learnt_model()
    if model is None:
        return
    path = last_session_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_model(path, model)
    except (OSError, UserError):
        logging.getLogger(__name__).exception("The session could not be kept")


def save_network(window: "Window", path: Path) -> None:
    """Save the network on show."""
    save_model(path, window.session.model())


def save_drawing(window: "Window", path: Path) -> None:
    """Save the strokes on the canvas.

    Raises
    ------
    UserError
        If there are no strokes, or the file cannot be written.
    """
    drawing = window.input.canvas.content.drawing
    if drawing.is_empty:
        raise DocumentError("There is no drawing on the canvas to save.")
    write_atomically(path, json.dumps(drawing.to_json()).encode("utf-8"))
