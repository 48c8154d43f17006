"""Read the samples for ``evaluate``, with labels as the model's classes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import read_images
from nnstudio.cli.streams import print_error
from nnstudio.data.idx import IdxMissingError, read_mnist_folder, read_pair
from nnstudio.data.letters import map_labels
from nnstudio.data.problem import Samples
from nnstudio.data.problems import PROBLEMS, load_problem
from nnstudio.data.rasterise import rasterise_all
from nnstudio.data.strokes import read_stroke_file
from nnstudio.errors import UserError
from nnstudio.files.file_types import IMAGE_TABLE, LABELLED_DRAWINGS, type_of
from nnstudio.files.personal_file import STROKE_SUFFIX, import_drawings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.idx import LabelledImages
    from nnstudio.files.model_file import Model

_N_BYTE_LABELS = 256
"""Labels that an IDX file can hold; which of them the model knows is checked here."""


class EvaluationDataError(UserError):
    """Data that a model cannot be measured on."""


@dataclass(frozen=True)
class Selection:
    """The samples that a model can be measured on.

    Attributes
    ----------
    samples : Samples
        Labels are the model's classes.
    left_out : Samples
        Samples of classes that the model does not know; their labels mean nothing.
    without_class : mapping of str to int
        How many of them each label has, the commonest first.
    """

    samples: Samples
    left_out: Samples
    without_class: Mapping[str, int]


def read_samples(words: Sequence[str], model: Model) -> Selection:
    """Read the samples that the command line names.

    Parameters
    ----------
    words : sequence of str
        The words after ``--data``: a stroke file, a folder, a table, one or two IDX files, or a problem.
    model : Model

    Raises
    ------
    UserError
        If they cannot be read or do not fit the model, or none of them is of a class that it knows.
    """
    parts = _split(words)
    first = Path(parts[0])
    if len(parts) > 2:
        raise EvaluationDataError(f"--data takes one path, or a pair of IDX files, not {len(parts)} paths.")
    if len(parts) == 2:
        return _of_images(read_pair(*parts, n_classes=_N_BYTE_LABELS), model)
    if not os.path.exists(first):
        if parts[0] in PROBLEMS:
            return _of_problem(parts[0], model)
        raise EvaluationDataError(
            f"There is no {first}: neither a file or folder nor a built-in problem ({', '.join(PROBLEMS)})."
        )
    if first.is_dir():
        try:
            return _of_images(read_mnist_folder(first, "test"), model)
        except IdxMissingError:
            if not any(entry.is_dir() for entry in first.iterdir()):
                raise
        return _of_import(first, model)
    if type_of(first) is IMAGE_TABLE:
        return _of_import(first, model)
    if type_of(first) is LABELLED_DRAWINGS:
        return _of_strokes(first, model)
    return _of_images(read_pair(first, _companion(first), n_classes=_N_BYTE_LABELS), model)


def _split(words: Sequence[str]) -> list[str]:
    """Return the paths; ``IMAGES,LABELS`` is two of them, unless a file has that name."""
    if len(words) == 1 and not os.path.exists(words[0]):
        return [part for part in words[0].split(",") if part] or [words[0]]
    return list(words)


def _companion(path: Path) -> Path:
    """Return the label file of an image file, or the reverse, by MNIST's names."""
    for part, other in (("images", "labels"), ("labels", "images")):
        if part in path.name:
            name = path.name.replace(part, other)
            name = name.replace("idx3", "idx1") if other == "labels" else name.replace("idx1", "idx3")
            for candidate in (name, name.removesuffix(".gz"), f"{name}.gz"):
                if (path.parent / candidate).is_file():
                    return path.parent / candidate
    raise EvaluationDataError(
        f"{path} is one file of an unknown kind. Name a .npz file of strokes, a folder with MNIST's files, "
        "or both IDX files: --data IMAGES LABELS."
    )


def _of_problem(name: str, model: Model) -> Selection:
    problem = load_problem(name)
    return _selected(problem.test, problem.output_space.class_names, model)


def _of_import(path: Path, model: Model) -> Selection:
    imported = read_images(path)
    return _selected(imported.samples, imported.class_names, model)


def _of_images(data: LabelledImages, model: Model) -> Selection:
    shape = data.images.shape[1:]
    if not model.input_space.traits.has_pixels or model.input_space.shape != shape:
        raise EvaluationDataError(
            f"The data are images of {_size(shape)}; the model {model.name} reads {_inputs(model)}."
        )
    # An IDX file numbers its classes and has no names for them.
    names = model.output_space.class_names
    if any(name != str(nth) for nth, name in enumerate(names)):
        print_error(
            f"IDX files number their classes: 0 is taken for {names[0]}, {len(names) - 1} for {names[-1]}."
        )
    return _selected(data.samples(), names, model)


def _of_strokes(path: Path, model: Model) -> Selection:
    if model.raster is None:
        raise EvaluationDataError(f"{path} holds drawings; the model {model.name} reads {_inputs(model)}.")
    is_stroke_file = path.suffix.lower() == STROKE_SUFFIX
    strokes = read_stroke_file(path) if is_stroke_file else import_drawings(path).stroke_set()
    if not len(strokes):
        raise EvaluationDataError(f"{path} holds no drawing.")
    names, labels = np.unique(strokes.labels, return_inverse=True)
    samples = Samples(rasterise_all(strokes, model.raster), labels.astype(np.int64), scale=1 / 255)
    return _selected(samples, tuple(names.tolist()), model)


def _selected(samples: Samples, class_names: Sequence[str], model: Model) -> Selection:
    """Map labels to the model's classes by their meaning, and leave out those it does not know."""
    if samples.n_features != model.input_space.n_features:
        raise EvaluationDataError(
            f"A sample of the data has {samples.n_features} numbers; "
            f"the model {model.name} reads {_inputs(model)}."
        )
    classes = map_labels(np.array(class_names), model.output_space).labels
    labels = _translated(samples.labels, classes)
    kept = np.flatnonzero(labels >= 0)
    # A model with a detector can be measured on samples of no class alone.
    if not len(kept) and model.ood_detector is None:
        raise EvaluationDataError(
            f"None of the {len(samples):,} samples is of a class that the model {model.name} knows "
            f"({', '.join(model.output_space.class_names)})."
        )
    unknown, counts = np.unique(samples.labels[labels < 0], return_counts=True)
    without = {
        # Labels beyond the names are those of a file that numbers its classes.
        class_names[label] if label < len(class_names) else str(label): count
        for count, label in sorted(zip(counts.tolist(), unknown.tolist(), strict=True), reverse=True)
    }
    scale, others = samples.scale, np.flatnonzero(labels < 0)
    return Selection(
        Samples(samples.x[kept], labels[kept], scale),
        Samples(samples.x[others], labels[others], scale),
        without,
    )


def _translated(labels: NDArray[np.int64], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``classes[label]`` for each label, and −1 for labels beyond them."""
    table = np.append(classes, -1)
    return table[np.minimum(labels, len(classes))]


def _inputs(model: Model) -> str:
    space = model.input_space
    return (
        f"images of {_size(space.shape)}" if space.traits.has_pixels else f"points ({', '.join(space.names)})"
    )


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) + " pixels"
