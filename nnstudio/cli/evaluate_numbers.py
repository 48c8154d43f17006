"""``nnstudio evaluate`` for networks that give out numbers: how far they are from the right ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import report
from nnstudio.cli.residuals import residual_lines
from nnstudio.cli.samples import EvaluationDataError, features_of_points
from nnstudio.cli.status import DONE
from nnstudio.data.feature_problem import features_of
from nnstudio.data.imported import remarks
from nnstudio.data.number_table import read_number_table
from nnstudio.data.point_lines import number_of, skipped_line
from nnstudio.data.problem import Samples
from nnstudio.data.problems import PROBLEMS, load_problem
from nnstudio.data.table_text import BadLineError
from nnstudio.files.model_card import measure_numbers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nnstudio.files.model_file import Model


def run(arguments: argparse.Namespace, model: Model) -> int:
    """Print J, RMSE, the largest error with its input, and R²."""
    samples = _samples(arguments.data, model)
    _report_outside(samples, model)
    measured = measure_numbers(model.architecture, model.theta, samples)
    if arguments.json:
        at = measured["largest_error_at"]
        named = dict(zip(model.input_space.names, at, strict=True))
        print(json.dumps(measured | {"largest_error_at": named}, ensure_ascii=False))
    else:
        print("\n".join(residual_lines(measured, model)))
    return DONE


def _report_outside(samples: Samples, model: Model) -> None:
    """Say how many inputs are outside the range that the model was made for."""
    space, x = model.input_space, samples.inputs()
    # The ends in single precision, as the inputs are.
    is_outside = ((x < space.lows.astype(np.float32)) | (x > space.highs.astype(np.float32))).any(axis=1)
    if n_outside := int(np.count_nonzero(is_outside)):
        report([f"{n_outside:,} of {len(x):,} inputs are outside the range that {model.name} was made for."])


def _samples(words: Sequence[str], model: Model) -> Samples:
    """Return the samples that the command line names, with numbers as answers."""
    if len(words) > 1:
        raise EvaluationDataError(f"--data takes one problem or table for {model.name}, not {len(words)}.")
    (word,) = words
    n_inputs, n_outputs = model.input_space.n_features, model.output_space.n_outputs
    if word in PROBLEMS:
        if PROBLEMS[word].output_space.traits.has_labels:
            raise EvaluationDataError(
                f"The answers of {word} are classes; the model {model.name} gives out numbers, "
                f"{', '.join(model.output_space.names)}."
            )
        samples = load_problem(word).test
        if features := features_of(model.input_space):
            samples = features_of_points(samples, features, model)
    elif not Path(word).exists():
        numbers = (name for name, entry in PROBLEMS.items() if not entry.output_space.traits.has_labels)
        raise EvaluationDataError(
            f"There is no {word}: neither a table nor a problem whose answers are numbers "
            f"({', '.join(numbers)})."
        )
    else:
        return _of_table(Path(word), model)
    if (samples.n_features, samples.targets.shape[1]) != (n_inputs, n_outputs):
        raise EvaluationDataError(
            f"A sample of {word} has {samples.n_features} numbers to take and {samples.targets.shape[1]} to "
            f"give out; the model {model.name} takes {n_inputs} and gives out {n_outputs}."
        )
    return samples


def _of_table(path: Path, model: Model) -> Samples:
    """Read a table with inputs and right answers; report the lines that are left out."""
    features = features_of(model.input_space)
    names = ("x1", "x2") if features else model.input_space.names
    n_inputs, n_outputs = len(names), model.output_space.n_outputs
    table = read_number_table(path, names, n_outputs)
    reasons = dict(table.reasons)
    x, targets = [], []
    for number, inputs in table.inputs.items():
        try:
            answers = table.answers[number]
            if len(answers) < n_outputs:
                raise BadLineError("it has no answer to compare with")
            targets.append(list(map(number_of, model.output_space.names, answers)))
            x.append(inputs)
        except BadLineError as why:
            reasons[number] = str(why)
    skipped = [skipped_line(*each) for each in sorted(reasons.items())]
    report(f"{path}: {sentence}" for sentence in remarks(table.notes, skipped))
    if not x:
        raise EvaluationDataError(
            f"{path} has no line with {n_inputs} to take and {n_outputs} to give out; nothing was measured."
        )
    samples = Samples(np.array(x, np.float32), np.array(targets, np.float32))
    return features_of_points(samples, features, model) if features else samples
