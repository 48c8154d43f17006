"""``nnstudio evaluate``: count a network's errors, and show what it takes for what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.samples import read_samples
from nnstudio.cli.status import DONE
from nnstudio.engine.metrics import confusion
from nnstudio.engine.passes import predict
from nnstudio.files.models import find_model
from nnstudio.files.open_model import open_model

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.files.model_file import Model

_N_LABELS = 8
"""Labels without a class that are named."""

_BLOCK = 4096
"""Samples turned into floats at a time, so that memory stays small whatever the number."""


def run(arguments: argparse.Namespace) -> int:
    """Print n, errors, accuracy and confusion."""
    model = open_model(find_model(arguments.model))
    selection = read_samples(arguments.data, model)
    n = len(selection.samples)
    counts = confusion(
        selection.samples.labels, _classes_read(model, selection.samples), model.output_space.n_classes
    )
    n_errors = n - int(np.trace(counts))
    accuracy = 1 - n_errors / n
    class_names = model.output_space.class_names
    if arguments.json:
        result = {
            "n": n,
            "errors": n_errors,
            "accuracy": accuracy,
            "confusion": counts.tolist(),
            "class_names": list(class_names),
            "left_out": selection.n_left_out,
            "without_class": dict(selection.without_class),
        }
        print(json.dumps(result))
        return DONE
    print(f"n         {n:,}")
    print(f"errors    {n_errors:,} ({100 * n_errors / n:.2f} %)")
    print(f"accuracy  {100 * accuracy:.2f} %")
    if selection.n_left_out:
        labels = [f"{label} {count:,}" for label, count in list(selection.without_class.items())[:_N_LABELS]]
        more = ", …" if len(selection.without_class) > _N_LABELS else ""
        print(
            f"left out  {selection.n_left_out:,} of classes that {model.name} does not know "
            f"({', '.join(labels)}{more})"
        )
    print(f"\nconfusion (a row is the true {model.output_space.noun}, a column what was read)")
    print("\n".join(_table(counts, class_names)))
    return DONE


def _classes_read(model: Model, samples: Samples) -> NDArray[np.int64]:
    blocks = [
        predict(
            model.architecture,
            model.theta,
            samples.batch(np.arange(start, min(start + _BLOCK, len(samples)))),
        ).argmax(axis=1)
        for start in range(0, len(samples), _BLOCK)
    ]
    return np.concatenate(blocks)


def _table(counts: NDArray[np.int64], class_names: Sequence[str]) -> list[str]:
    """Return the lines of a table; a dot is a zero, so that mistakes stand out."""
    width = max(len(str(counts.max())), *map(len, class_names)) + 1
    margin = max(map(len, class_names)) + 2
    lines = [" " * margin + "".join(f"{name:>{width}}" for name in class_names)]
    for name, row in zip(class_names, counts.tolist(), strict=True):
        lines.append(f"{name:>{margin}}" + "".join(f"{count or '·':>{width}}" for count in row))
    return lines
