"""``nnstudio evaluate``: print a network's errors and its confusion matrix."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nnstudio.cli import evaluate_numbers
from nnstudio.cli.samples import read_samples
from nnstudio.cli.status import BAD_INPUT, DONE
from nnstudio.cli.streams import print_error
from nnstudio.engine.decision import predict_with_classes
from nnstudio.engine.metrics import confusion
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.files.model_file import Model

_N_LABELS = 8
"""Most labels without a class that are listed."""

_BLOCK = 4096
"""Samples converted to floats at a time, so that memory stays small for any number."""


def run(arguments: argparse.Namespace) -> int:
    """Print n, errors, accuracy, confusion and the number rejected as of no class; of numbers the errors."""
    model = open_model(find_model(arguments.model))
    if not model.output_space.traits.has_labels:
        return evaluate_numbers.run(arguments, model)
    selection = read_samples(arguments.data, model, transpose=arguments.transpose)
    n = len(selection.samples)
    read = _read(model, selection.samples)
    counts = confusion(selection.samples.labels, read.classes, model.output_space.n_classes)
    n_errors = n - int(np.trace(counts))
    accuracy = 1 - n_errors / n if n else None
    class_names = model.output_space.class_names
    # A single one stands for two classes, and always for one of them.
    has_steps = model.architecture.has_step_outputs and model.architecture.n_outputs > 1
    n_left_out = len(selection.left_out)
    n_left_out_rejected = _read(model, selection.left_out).n_rejected
    if arguments.json:
        result = {
            "n": n,
            "errors": n_errors,
            "accuracy": accuracy,
            "confusion": counts.tolist(),
            "class_names": list(class_names),
            "left_out": n_left_out,
            "without_class": dict(selection.without_class),
            "one_fires": read.n_one_fires if has_steps else None,
            "rejected": read.n_rejected,
            "left_out_rejected": n_left_out_rejected,
        }
        print(json.dumps(result))
        return _status(n, n_left_out, model)
    print(f"n         {n:,}")
    if accuracy is not None:
        print(f"errors    {n_errors:,} ({100 * n_errors / n:.2f} %)")
        by_sums = " by the largest sum" if has_steps else ""
        print(f"accuracy  {100 * accuracy:.2f} %{by_sums}")
    if has_steps and n:
        print(f"one fires {read.n_one_fires:,} ({100 * read.n_one_fires / n:.2f} %), exactly one output")
    noun = model.output_space.noun
    if read.n_rejected is not None and n:
        print(f"rejected  {read.n_rejected:,} ({100 * read.n_rejected / n:.2f} %) as not a {noun}")
    if n_left_out:
        # A label may be an empty string.
        no_label = "''"
        labels = [
            f"{label or no_label} {count:,}"
            for label, count in list(selection.without_class.items())[:_N_LABELS]
        ]
        more = ", …" if len(selection.without_class) > _N_LABELS else ""
        rejected = "" if n_left_out_rejected is None else f"; {n_left_out_rejected:,} of them rejected"
        print(
            f"left out  {n_left_out:,} of classes that {model.name} does not know "
            f"({', '.join(labels)}{more}){rejected}"
        )
    if n:
        print(f"\nconfusion (a row is the true {noun}, a column what was read)")
        print("\n".join(_table(counts, class_names)))
    return _status(n, n_left_out, model)


def _status(n: int, n_left_out: int, model: Model) -> int:
    """Return the exit status: counting no sample at all is no success."""
    if n:
        return DONE
    print_error(
        f"None of the {n_left_out:,} samples is of a class that {model.name} knows, so no errors were "
        "counted. Name the labels as its classes, or choose a model with theirs."
    )
    return BAD_INPUT


class _Read(NamedTuple):
    """The predicted class of each sample, and how many were rejected, if the model can reject.

    Of step outputs also for how many samples exactly one is 1.
    """

    classes: NDArray[np.int64]
    n_rejected: int | None
    n_one_fires: int


def _read(model: Model, samples: Samples) -> _Read:
    classes = np.empty(len(samples), np.int64)
    detector, n_rejected, n_one_fires = model.ood_detector, 0, 0
    for start in range(0, len(samples), _BLOCK):
        x = samples.batch(np.arange(start, min(start + _BLOCK, len(samples))))
        outputs, classes[start : start + len(x)] = predict_with_classes(model.architecture, model.theta, x)
        n_one_fires += int(np.count_nonzero(np.count_nonzero(outputs == 1, axis=1) == 1))
        if detector is not None:
            scores = ood_scores(model.architecture, model.theta, detector, x)
            n_rejected += int(np.count_nonzero(scores > detector.threshold))
    return _Read(classes, None if detector is None else n_rejected, n_one_fires)


def _table(counts: NDArray[np.int64], class_names: Sequence[str]) -> list[str]:
    """Return the lines of a table; a dot is a zero, so that mistakes stand out."""
    width = max(len(str(counts.max())), *map(len, class_names)) + 1
    margin = max(map(len, class_names)) + 2
    lines = [" " * margin + "".join(f"{name:>{width}}" for name in class_names)]
    for name, row in zip(class_names, counts.tolist(), strict=True):
        lines.append(f"{name:>{margin}}" + "".join(f"{count or '·':>{width}}" for count in row))
    return lines
