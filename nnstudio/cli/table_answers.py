"""Read the images of a table or a NumPy file, an answer for each; for ``predict``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import read_image_set, report
from nnstudio.data.imported import remarks
from nnstudio.data.picture_problem import SIDE, inputs_of_pictures
from nnstudio.data.renormalise import renormalise
from nnstudio.errors import UserError
from nnstudio.files.file_types import IMAGE_TABLE, type_of
from nnstudio.files.orientation import unlabelled_turn_sentence

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.files.model_file import Model


def is_table(path: Path) -> bool:
    """Tell whether a path is a file that holds any number of images, rather than a picture or a drawing."""
    return os.path.isfile(path) and type_of(path) is IMAGE_TABLE


def read_entries(path: Path, model: Model, *, transpose: bool) -> tuple[list[str], NDArray[np.float32]]:
    """Read the images of a file as inputs of a model; report what was guessed and what was skipped.

    Returns
    -------
    entries : list of str
        What each is called: "line 7".
    inputs : float32 ndarray of shape (n, n_features)

    Raises
    ------
    UserError
        If they cannot be read, or are of another size and the model does not say how to scale them.
    """
    image_set = read_image_set(path, transpose=transpose)
    notes = list(image_set.notes)
    if image_set.labels is not None:
        notes.append("Its labels are not looked at; `nnstudio evaluate` compares with them.")
    elif not transpose and (sentence := unlabelled_turn_sentence(image_set.images, model)):
        notes.append(f"{sentence} Add --transpose to turn them.")
    images, space = image_set.images, model.input_space
    shape = (SIDE, SIDE) if space.traits.of_pictures else space.shape
    if image_set.shape != shape:
        if model.raster is None:
            raise UserError(
                f"{path} has images of {_size(image_set.shape)}; the model {model.name} reads {_size(shape)}."
            )
        images = renormalise(images, model.raster)
        notes.append(f"Its images of {_size(image_set.shape)} are scaled and centred to {_size(shape)}.")
    report(f"{path}: {line}" for line in remarks(notes, image_set.skipped))
    pictures = images.astype(np.float32)
    pictures /= 255
    return list(image_set.entries), inputs_of_pictures(space, pictures)


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) + " pixels"
