"""``nnstudio predict``: read characters from images and drawings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.cli.inputs import read_characters
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.cli.table_answers import is_table, read_entries
from nnstudio.engine.ood_detector import OODScore
from nnstudio.engine.passes import activations
from nnstudio.errors import UserError
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model

if TYPE_CHECKING:
    import argparse

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.files.model_file import Model

_BLOCK = 1024
"""Images of a table that are read at a time."""


@dataclass(frozen=True)
class Answer:
    """The characters read from one file, or the error.

    Attributes
    ----------
    path : str
        As it was typed.
    characters : tuple of dict of str to float
        From left to right: a probability for each class, in the model's order. Empty after an error.
    word_starts : tuple of int
        Numbers of the characters that begin a word.
    error : str
        A sentence, or an empty string.
    ood_scores : tuple of OODScore
        For each character whether it is of none of the classes; empty if the model has no detector.
    noun : str
        The word for a class.
    entry : str
        Which image of a table it is: "line 7"; empty for a picture or a drawing.
    """

    path: str
    characters: tuple[dict[str, float], ...] = ()
    word_starts: tuple[int, ...] = ()
    error: str = ""
    ood_scores: tuple[OODScore, ...] = ()
    noun: str = "class"
    entry: str = ""

    @property
    def title(self) -> str:
        """The path, and which image of it."""
        return f"{self.path}, {self.entry}" if self.entry else self.path

    @property
    def reading(self) -> str:
        """The most probable classes one after another, with a space between words."""
        names = [_ranking(character)[0][0] for character in self.characters]
        return "".join(
            f" {name}" if nth and nth in self.word_starts else name for nth, name in enumerate(names)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        if self.error:
            return {"path": self.path, "error": self.error}
        characters = []
        for probabilities in self.characters:
            label, probability = _ranking(probabilities)[0]
            characters.append({"label": label, "probability": probability, "probabilities": probabilities})
        for character, ood_score in zip(characters, self.ood_scores, strict=False):
            character[f"not_a_{self.noun}"] = {
                "score": ood_score.score,
                "threshold": ood_score.threshold,
                "rejected": ood_score.is_rejected,
            }
        answer: dict[str, Any] = {"path": self.path, "reading": self.reading, "characters": characters}
        if self.entry:
            answer["entry"] = self.entry
        if len(characters) == 1:
            answer |= {key: value for key, value in characters[0].items() if key != "probability"}
        return answer


def _ranking(probabilities: dict[str, float]) -> list[tuple[str, float]]:
    """Return classes and probabilities, the most probable first."""
    return sorted(probabilities.items(), key=lambda pair: -pair[1])


def run(arguments: argparse.Namespace) -> int:
    """Print an answer for each file; for those that cannot be read, a sentence on standard error."""
    model = open_model(find_model(arguments.model))
    if model.raster is None:
        raise UserError(
            f"The model {model.name} does not read images: each of its inputs is "
            f"{' and '.join(model.input_space.names) or model.input_space.shape}. "
            "Choose a model that reads characters."
        )
    answers = [
        answer
        for path in arguments.paths
        for answer in _answers(path, model, model.raster, transpose=arguments.transpose)
    ]
    if arguments.json:
        print(json.dumps([answer.to_json() for answer in answers], indent=2))
    else:
        _print_table([answer for answer in answers if not answer.error])
    errors = [answer.error for answer in answers if answer.error]
    for error in errors:
        print_error(error)
    return BAD_INPUT if errors else DONE


def _answers(path: str, model: Model, raster: RasterSpec, *, transpose: bool) -> list[Answer]:
    """Return the answer to a picture or drawing, or one to each image of a table."""
    if not is_table(Path(path)):
        return [_answer(path, model, raster)]
    try:
        entries, inputs = read_entries(Path(path), model, transpose=transpose)
    except UserError as error:
        return [Answer(path, error=str(error))]
    answers = []
    for start in range(0, len(inputs), _BLOCK):
        block = inputs[start : start + _BLOCK]
        characters, ood_scores = _read(model, block)
        for nth, character in enumerate(characters):
            entry, scores = entries[start + nth], ood_scores[nth : nth + 1]
            answers.append(Answer(path, (character,), (0,), "", scores, model.output_space.noun, entry))
    return answers


def _answer(path: str, model: Model, raster: RasterSpec) -> Answer:
    classes = model.output_space.class_names
    # Articles of clothing are not written side by side.
    is_writing = all(len(name) == 1 for name in classes)
    try:
        line = read_characters(Path(path), raster, whole=not is_writing)
    except UserError as error:
        return Answer(path, error=str(error))
    characters, ood_scores = _read(model, np.stack([image.ravel() for image in line.images]))
    return Answer(path, characters, line.word_starts, "", ood_scores, model.output_space.noun)


def _read(
    model: Model, inputs: NDArray[np.float32]
) -> tuple[tuple[dict[str, float], ...], tuple[OODScore, ...]]:
    """Return the probabilities of each input, and its score where the model has a detector."""
    trace = activations(model.architecture, model.theta, inputs)
    classes = model.output_space.class_names
    characters = tuple(dict(zip(classes, row, strict=True)) for row in trace.a[-1].tolist())
    detector = model.ood_detector
    if detector is None:
        return characters, ()
    scores = detector.scores(trace.a[:-1]).tolist()
    return characters, tuple(OODScore(score, detector.threshold) for score in scores)


def _print_table(answers: list[Answer]) -> None:
    path_width = max((len(answer.title) for answer in answers), default=0)
    reading_width = max((len(answer.reading) for answer in answers), default=0)
    for answer in answers:
        print(f"{answer.title:<{path_width}}  {answer.reading:<{reading_width}}  {_details(answer)}")


def _details(answer: Answer) -> str:
    """Return how sure the answer is; for a single character also the alternatives."""
    rankings = [_ranking(character) for character in answer.characters]
    refused = [f"  not a {answer.noun}" if ood_score.is_rejected else "" for ood_score in answer.ood_scores]
    refused = refused or [""] * len(rankings)
    if len(rankings) > 1:
        return "  ".join(
            f"{label} {100 * p:5.1f} %{no}" for ((label, p), *_), no in zip(rankings, refused, strict=True)
        )
    (_, p), (second, q) = rankings[0][:2]
    return f"{100 * p:5.1f} %  (next: {second} {100 * q:.1f} %){refused[0]}"
