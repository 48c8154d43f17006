"""``nnstudio predict``: read characters from images and drawings, or answer for numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.cli import predict_numbers
from nnstudio.cli.inputs import read_characters
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.cli.table_answers import is_table, read_entries
from nnstudio.data.picture_problem import inputs_of_pictures
from nnstudio.data.writing import LeftOut
from nnstudio.engine.decision import class_sums, class_values
from nnstudio.engine.ood_detector import OODScore
from nnstudio.engine.passes import activations
from nnstudio.errors import UserError
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model
from nnstudio.insight.confidence import confidence

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
        From left to right, line by line: a probability for each class, the most probable first; of equal
        outputs, as those of perceptrons are, the one with the larger sum. Empty after an error.
    word_starts, line_starts : tuple of int
        Numbers of the characters that begin a word, or a line.
    left_out : LeftOut
        What a picture shows beside its characters.
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
    line_starts: tuple[int, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    error: str = ""
    ood_scores: tuple[OODScore, ...] = ()
    noun: str = "class"
    entry: str = ""

    @property
    def title(self) -> str:
        """The path, and which image of it."""
        return f"{self.path}, {self.entry}" if self.entry else self.path

    @property
    def lines(self) -> list[str]:
        """The most probable classes one after another, with a space between words, of each line."""
        names = [next(iter(character)) for character in self.characters]
        for nth in set(self.word_starts) - set(self.line_starts):
            names[nth] = f" {names[nth]}"
        return ["".join(names[start:stop]) for start, stop in self.spans]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The number of the first character of each line, and that after its last."""
        return list(pairwise((*self.line_starts, len(self.characters))))

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        if self.error:
            return {"path": self.path, "error": self.error}
        characters = []
        for probabilities in self.characters:
            label, probability = next(iter(probabilities.items()))
            characters.append({"label": label, "probability": probability, "probabilities": probabilities})
        for character, ood_score in zip(characters, self.ood_scores, strict=False):
            character[f"not_a_{self.noun}"] = {
                "score": ood_score.score,
                "threshold": ood_score.threshold,
                "rejected": ood_score.is_rejected,
            }
        answer: dict[str, Any] = {
            "path": self.path,
            "reading": "\n".join(self.lines),
            "lines": self.lines,
            "characters": characters,
        }
        if left_out := self.left_out.to_json():
            answer["left_out"] = left_out
        if self.entry:
            answer["entry"] = self.entry
        if len(characters) == 1:
            answer |= {key: value for key, value in characters[0].items() if key != "probability"}
        return answer


def run(arguments: argparse.Namespace) -> int:
    """Print an answer for each file; for those that cannot be read, a sentence on standard error."""
    model = open_model(find_model(arguments.model))
    traits = model.input_space.traits
    if not traits.has_pixels and not traits.of_pictures:
        return predict_numbers.run(arguments, model)
    if model.raster is None:
        raise UserError(
            f"The model {model.name} does not say how a picture becomes its input of "
            f"{' × '.join(map(str, model.input_space.shape))} pixels. Choose a model that reads characters."
        )
    if not model.output_space.traits.has_labels:
        raise UserError(
            f"The model {model.name} gives out numbers for an image, {', '.join(model.output_space.names)}; "
            "pictures are read by a model that tells characters apart."
        )
    answers = [
        answer
        for path in arguments.paths
        for answer in _answers(
            path, model, model.raster, single=arguments.single, transpose=arguments.transpose
        )
    ]
    if arguments.json:
        print(json.dumps([answer.to_json() for answer in answers], indent=2))
    else:
        _print_table([answer for answer in answers if not answer.error])
    errors = [answer.error for answer in answers if answer.error]
    for error in errors:
        print_error(error)
    return BAD_INPUT if errors else DONE


def _answers(path: str, model: Model, raster: RasterSpec, *, single: bool, transpose: bool) -> list[Answer]:
    """Return the answer to a picture or drawing, or one to each image of a table."""
    if not is_table(Path(path)):
        return [_answer(path, model, raster, single=single)]
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
            answers.append(
                Answer(
                    path,
                    (character,),
                    (0,),
                    (0,),
                    ood_scores=scores,
                    noun=model.output_space.noun,
                    entry=entry,
                )
            )
    return answers


def _answer(path: str, model: Model, raster: RasterSpec, *, single: bool) -> Answer:
    classes = model.output_space.class_names
    # Articles of clothing are not written side by side.
    is_writing = all(len(name) == 1 for name in classes)
    try:
        found = read_characters(
            Path(path),
            raster,
            single=single or not is_writing,
            confidence=lambda images: confidence(
                model.architecture,
                model.theta,
                model.ood_detector,
                inputs_of_pictures(model.input_space, images),
            ),
        )
    except UserError as error:
        return Answer(path, error=str(error))
    characters, ood_scores = _read(model, inputs_of_pictures(model.input_space, np.stack(found.images)))
    return Answer(
        path,
        characters,
        found.word_starts,
        found.line_starts,
        found.left_out,
        ood_scores=ood_scores,
        noun=model.output_space.noun,
    )


def _read(
    model: Model, inputs: NDArray[np.float32]
) -> tuple[tuple[dict[str, float], ...], tuple[OODScore, ...]]:
    """Return the probabilities of each input in order, and its score where the model has a detector."""
    trace = activations(model.architecture, model.theta, inputs)
    classes = model.output_space.class_names
    values, sums = class_values(trace.a[-1]), class_sums(trace.z[-1])
    ranking = np.lexsort((-sums, -values))
    characters = tuple(
        {classes[k]: outputs[k] for k in order}
        for order, outputs in zip(ranking.tolist(), values.tolist(), strict=True)
    )
    detector = model.ood_detector
    if detector is None:
        return characters, ()
    scores = detector.scores(trace.a[:-1]).tolist()
    return characters, tuple(OODScore(score, detector.threshold) for score in scores)


def _print_table(answers: list[Answer]) -> None:
    path_width = max((len(answer.title) for answer in answers), default=0)
    reading_width = max((len(line) for answer in answers for line in answer.lines), default=0)
    for answer in answers:
        for nth, (line, details) in enumerate(zip(answer.lines, _details(answer), strict=True)):
            title = "" if nth else answer.title
            print(f"{title:<{path_width}}  {line:<{reading_width}}  {details}")
        if left_out := answer.left_out.sentence():
            print(f"{'':<{path_width}}  {left_out}")


def _details(answer: Answer) -> list[str]:
    """Return for each line how sure the answer is; for a single character also the alternatives."""
    rankings = [list(character.items()) for character in answer.characters]
    refused = [f"  not a {answer.noun}" if ood_score.is_rejected else "" for ood_score in answer.ood_scores]
    refused = refused or [""] * len(rankings)
    if len(rankings) > 1:
        each = [
            f"{label} {100 * p:5.1f} %{no}" for ((label, p), *_), no in zip(rankings, refused, strict=True)
        ]
        return ["  ".join(each[start:stop]) for start, stop in answer.spans]
    (_, p), (second, q) = rankings[0][:2]
    return [f"{100 * p:5.1f} %  (next: {second} {100 * q:.1f} %){refused[0]}"]
