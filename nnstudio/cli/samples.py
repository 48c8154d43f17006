"""Read the samples for ``evaluate``, with labels as the model's classes."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.cli.imports import read_image_set, report
from nnstudio.data import feature_maps
from nnstudio.data.feature_problem import features_of
from nnstudio.data.imported import remarks
from nnstudio.data.letters import map_labels
from nnstudio.data.own_images import read_idx_pair
from nnstudio.data.picture_problem import SIDE, inputs_of_pictures
from nnstudio.data.plane_table import parse_plane_table, read_plane_file
from nnstudio.data.problem import Samples
from nnstudio.data.problems import PROBLEMS, USUAL_POINTS, PointOptions, load_problem
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.renormalise import renormalise
from nnstudio.data.strokes import read_stroke_file
from nnstudio.errors import UserError
from nnstudio.files.file_types import IMAGE_TABLE, LABELLED_DRAWINGS, POINTS, type_of
from nnstudio.files.personal_file import STROKE_SUFFIX, import_drawings
from nnstudio.files.points_toml import points_as_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nnstudio.data.feature_maps import Feature
    from nnstudio.data.image_set import ImageSet
    from nnstudio.files.model_file import Model


_N_CLASSES = 3
"""Classes named to say what a model tells apart."""


class EvaluationDataError(UserError):
    """Data that a model cannot be measured on."""


@dataclass(frozen=True)
class SampleSelection:
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


def read_samples(words: Sequence[str], model: Model, *, transpose: bool = False) -> SampleSelection:
    """Read the samples that the command line names.

    Parameters
    ----------
    words : sequence of str
        The words after ``--data``: a stroke file, a folder, a table, one or two IDX files, or a problem.
    model : Model
    transpose : bool
        Exchange rows and columns of the user's own images.

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
        return _of_images(read_idx_pair(*map(Path, parts)), first, model)
    if not os.path.exists(first):
        if parts[0] in PROBLEMS:
            return _of_problem(parts[0], model)
        raise EvaluationDataError(
            f"There is no {first}: neither a file or folder nor a built-in problem ({', '.join(PROBLEMS)})."
        )
    takes_points = model.input_space.spans_plane or features_of(model.input_space)
    if takes_points and type_of(first) in (IMAGE_TABLE, POINTS):
        return _of_points(first, model)
    if type_of(first) is LABELLED_DRAWINGS:
        return _of_strokes(first, model)
    return _of_images(read_image_set(first, model.raster or MNIST_SPEC, transpose=transpose), first, model)


def _split(words: Sequence[str]) -> list[str]:
    """Return the paths; ``IMAGES,LABELS`` is two of them, unless a file has that name."""
    if len(words) == 1 and not os.path.exists(words[0]):
        return [part for part in words[0].split(",") if part] or [words[0]]
    return list(words)


def _of_problem(name: str, model: Model) -> SampleSelection:
    if not PROBLEMS[name].output_space.traits.has_labels:
        classes = model.output_space.class_names
        listed = ", ".join(classes[:_N_CLASSES]) + (", …" if len(classes) > _N_CLASSES else "")
        raise EvaluationDataError(
            f"The answers of {name} are numbers; the model {model.name} tells classes apart ({listed})."
        )
    entry, n_classes = PROBLEMS[name], model.output_space.n_classes
    # A set of the plane is made with as many classes as the model knows.
    is_chosen = entry.points is not None and 2 < n_classes <= len(entry.points.class_names)
    problem = load_problem(name, points=PointOptions(n_classes=n_classes) if is_chosen else USUAL_POINTS)
    return _selected(problem.test, problem.output_space.class_names, model)


def _of_points(path: Path, model: Model) -> SampleSelection:
    """Take a table of points of the plane with their classes."""
    is_toml = path.suffix.lower() == ".toml"
    table = (
        parse_plane_table(points_as_csv(path), as_numbers=False)
        if is_toml
        else read_plane_file(path, as_numbers=False)
    )
    report(f"{path}: {sentence}" for sentence in remarks(table.notes, table.skipped))
    return _selected(Samples(table.x, table.answers), table.class_names, model)


def _of_images(images: ImageSet, path: Path, model: Model) -> SampleSelection:
    """Take a user's own images: those to measure on, where the source says which."""
    class_names, labels = images.classes(path)
    report([images.headline(), *remarks(images.notes, images.skipped)])
    if images.is_test is not None:
        rows = np.flatnonzero(images.is_test)
        report([f"The test set is measured on: {len(rows):,} of {len(images):,} images."])
        images, labels = images.subset(rows), labels[rows]
    space = model.input_space
    shape = (SIDE, SIDE) if space.traits.of_pictures else space.shape
    if images.shape != shape and model.raster is not None:
        report(
            [
                f"The images of {_size(images.shape)} are scaled and centred to the "
                f"{_size(shape)} that {model.name} reads."
            ]
        )
        images = replace(images, images=renormalise(images.images, model.raster))
    x = images.images.reshape(len(images), -1)
    return _selected(Samples(x, labels, scale=1 / 255), class_names, model)


def _of_strokes(path: Path, model: Model) -> SampleSelection:
    if model.raster is None:
        raise EvaluationDataError(f"{path} holds drawings; the model {model.name} reads {_inputs(model)}.")
    is_stroke_file = path.suffix.lower() == STROKE_SUFFIX
    strokes = read_stroke_file(path) if is_stroke_file else import_drawings(path).stroke_set()
    if not len(strokes):
        raise EvaluationDataError(f"{path} holds no drawing.")
    names, labels = np.unique(strokes.labels, return_inverse=True)
    samples = Samples(rasterise_all(strokes, model.raster), labels.astype(np.int64), scale=1 / 255)
    return _selected(samples, tuple(names.tolist()), model)


def _selected(samples: Samples, class_names: Sequence[str], model: Model) -> SampleSelection:
    """Map labels to the model's classes by their meaning, and leave out those it does not know."""
    if features := features_of(model.input_space):
        samples = features_of_points(samples, features, model)
    if model.input_space.traits.of_pictures and samples.n_features == SIDE * SIDE:
        x = inputs_of_pictures(model.input_space, samples.inputs())
        samples = Samples(x, samples.answers)
    if samples.n_features != model.input_space.n_features:
        raise EvaluationDataError(
            f"A sample of the data has {samples.n_features} numbers; the model {model.name} reads "
            f"{_inputs(model)}."
        )
    mapped = map_labels(np.array(class_names), model.output_space)
    if sentence := mapped.spelling():
        report([sentence])
    labels = mapped.labels[samples.labels]
    kept = np.flatnonzero(labels >= 0)
    # A model with a detector can be measured on samples of no class alone.
    if not len(kept) and model.ood_detector is None:
        raise EvaluationDataError(
            f"None of the {len(samples):,} samples is of a class that the model {model.name} knows "
            f"({', '.join(model.output_space.class_names)})."
        )
    unknown, counts = np.unique(samples.labels[labels < 0], return_counts=True)
    without = {
        class_names[label]: count
        for count, label in sorted(zip(counts.tolist(), unknown.tolist(), strict=True), reverse=True)
    }
    scale, others = samples.scale, np.flatnonzero(labels < 0)
    return SampleSelection(
        Samples(samples.x[kept], labels[kept], scale),
        Samples(samples.x[others], labels[others], scale),
        without,
    )


def features_of_points(samples: Samples, features: Sequence[Feature], model: Model) -> Samples:
    """Return features of points of the plane in place of x₁ and x₂; report the points without them.

    Raises
    ------
    EvaluationDataError
        If the samples are no points of the plane.
    """
    if samples.n_features != 2:
        raise EvaluationDataError(
            f"A sample of the data has {samples.n_features} numbers; the model {model.name} reads features "
            f"of points of the plane ({', '.join(model.input_space.names)})."
        )
    found = feature_maps.mapped(features, samples.x)
    report(found.remarks)
    return Samples(found.values, samples.answers[found.is_kept])


def _inputs(model: Model) -> str:
    space = model.input_space
    if space.traits.of_pictures:
        return f"features of pictures of {SIDE} × {SIDE} pixels"
    return (
        f"images of {_size(space.shape)}" if space.traits.has_pixels else f"points ({', '.join(space.names)})"
    )


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) + " pixels"
