"""``nnstudio predict``: read characters from images and drawings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.inputs import read_input
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import complain
from nnstudio.engine.passes import predict
from nnstudio.errors import UserError
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model

if TYPE_CHECKING:
    import argparse

    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.files.model_file import Model


@dataclass(frozen=True)
class Answer:
    """What was read from one file, or why nothing was.

    Attributes
    ----------
    path : str
        As it was typed.
    probabilities : dict of str to float
        One for each class, in the model's order; empty after an error.
    error : str
        A sentence, or nothing.
    """

    path: str
    probabilities: dict[str, float] = field(default_factory=dict)
    error: str = ""

    def ranking(self) -> list[tuple[str, float]]:
        """Return classes and probabilities, the most probable first."""
        return sorted(self.probabilities.items(), key=lambda pair: -pair[1])

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        if self.error:
            return {"path": self.path, "error": self.error}
        label, _ = self.ranking()[0]
        return {"path": self.path, "label": label, "probabilities": self.probabilities}


def run(arguments: argparse.Namespace) -> int:
    """Print an answer for each file; those that cannot be read get a sentence on standard error."""
    model = open_model(find_model(arguments.model))
    if model.raster is None:
        raise UserError(
            f"The model {model.name} does not read images: each of its inputs is "
            f"{' and '.join(model.input_space.names) or model.input_space.shape}. "
            "Choose a model that reads characters."
        )
    answers = [_answer(path, model, model.raster) for path in arguments.paths]
    if arguments.json:
        print(json.dumps([answer.to_json() for answer in answers], indent=2))
    else:
        _print_table([answer for answer in answers if not answer.error])
    errors = [answer.error for answer in answers if answer.error]
    for error in errors:
        complain(error)
    return BAD_INPUT if errors else DONE


def _answer(path: str, model: Model, raster: RasterSpec) -> Answer:
    try:
        image = read_input(Path(path), raster)
    except UserError as error:
        return Answer(path, error=str(error))
    outputs = predict(model.architecture, model.theta, image.reshape(1, -1))[0]
    classes = model.output_space.class_names
    return Answer(path, dict(zip(classes, outputs.tolist(), strict=True)))


def _print_table(answers: list[Answer]) -> None:
    path_width = max((len(answer.path) for answer in answers), default=0)
    class_width = max((len(name) for answer in answers for name in answer.probabilities), default=0)
    for answer in answers:
        (best, p), (second, q) = answer.ranking()[:2]
        print(
            f"{answer.path:<{path_width}}  {best:<{class_width}}  {100 * p:5.1f} %  "
            f"(next: {second} {100 * q:.1f} %)"
        )
