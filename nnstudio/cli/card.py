"""``nnstudio card``: write a model's card and its pictures beside the model file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.qt import qt_needed
from nnstudio.cli.status import DONE
from nnstudio.engine.decision import predict_with_classes
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.card_recipe import recipe_of
from nnstudio.files.card_text import card_text, check_card
from nnstudio.files.model_file import load_model
from nnstudio.files.models import find_model
from nnstudio.files.recipe_data import gather

if TYPE_CHECKING:
    import argparse

    from nnstudio.files.model_file import Model
    from nnstudio.files.recipe_data import RecipeData
    from nnstudio.studio.offscreen.model_card_pictures import Mistake

_N_MISTAKES = 10


def run(arguments: argparse.Namespace) -> int:
    """Write the card and its pictures, and print their names."""
    path = Path(find_model(arguments.model))
    model = load_model(path)
    check_card(model)
    notes = _notes(arguments.notes)
    # Mistakes are shown as images, which are in the data.
    has_pixels = model.input_space.traits.has_pixels
    data = _data(model, arguments.data_dir) if has_pixels else None
    with qt_needed("A card"):
        from nnstudio.studio.offscreen.model_card_pictures import curves_png, mistakes_png
    out = path.with_suffix(".md")
    kinds = ("curves", "mistakes") if has_pixels else ("curves",)
    pictures = {kind: path.with_name(f"{path.stem}-{kind}.png") for kind in kinds}
    write_atomically(pictures["curves"], curves_png(model.card["curves"]))
    if data is not None:
        write_atomically(pictures["mistakes"], mistakes_png(_mistakes(model, data)))
    names = {kind: picture.name for kind, picture in pictures.items()}
    write_atomically(out, card_text(model, path.stat().st_size, names, notes).encode())
    for written in (out, *pictures.values()):
        print(written)
    return DONE


def _notes(path: str | None) -> str:
    if path is None:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The notes {path} cannot be read: {error}.") from error


def _data(model: Model, data_dir: str | None) -> RecipeData:
    """Return the data of the recipe in the model's card, divided by its seed."""
    return gather(recipe_of(model), data_dir)


def _mistakes(model: Model, data: RecipeData) -> list[Mistake]:
    """Return the mistakes on all test samples of which the network was surest."""
    from nnstudio.studio.offscreen.model_card_pictures import Mistake

    names, found = model.output_space.class_names, []
    for title, samples in data.test.items():
        x = samples.inputs()
        outputs, read = predict_with_classes(model.architecture, model.theta, x)
        confidence = outputs.max(axis=1)
        wrong = np.flatnonzero(read != samples.labels)
        for k in wrong[np.argsort(-confidence[wrong], kind="stable")[:_N_MISTAKES]].tolist():
            image = x[k].reshape(model.input_space.shape)
            found.append(
                Mistake(image, names[samples.labels[k]], names[read[k]], float(confidence[k]), title)
            )
    return sorted(found, key=lambda mistake: -mistake.confidence)[:_N_MISTAKES]
