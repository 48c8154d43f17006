"""Letters from files of strokes, and which class a file's label means; any room may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError, Samples
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from nnstudio.data.rasterise import RasterSpec
    from nnstudio.data.strokes import StrokeSet

LETTERS = OutputSpace(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), noun="letter")
"""Capitals and small letters merged."""


@dataclass(frozen=True, eq=False)
class MappedLabels:
    """Labels of a file as the classes of a network.

    Attributes
    ----------
    labels : int64 ndarray of shape (n,)
        The class of each sample, −1 where the network has none for it.
    without_class : mapping of str to int
        How many samples each label without a class has, the commonest first.
    """

    labels: NDArray[np.int64]
    without_class: Mapping[str, int]

    @property
    def known(self) -> NDArray[np.intp]:
        """Return the samples that have a class, shape (n_known,)."""
        return np.flatnonzero(self.labels >= 0)

    def account(self) -> str:
        """Return a sentence on what has no class in the network; empty where everything has one."""
        if not self.without_class:
            return ""
        n_without = sum(self.without_class.values())
        names = [f"{name!r}" for name in list(self.without_class)[:5]]
        more = ", …" if len(self.without_class) > len(names) else ""
        return (
            f"{n_without:,} of {len(self.labels):,} samples have no class in this network "
            f"({', '.join(names)}{more}) and were left out."
        )


def map_labels(labels: NDArray[np.str_], output_space: OutputSpace) -> MappedLabels:
    """Find the class that each label means.

    A label means the class of its name, or else the one class that differs from it in case alone: for a
    network that tells no capitals from small letters, a and A are one class.

    Parameters
    ----------
    labels : ndarray of str, shape (n,)
    output_space : OutputSpace

    Examples
    --------
    >>> mapped = map_labels(np.array(["A", "b", "7"]), LETTERS)
    >>> mapped.labels.tolist(), mapped.without_class
    ([0, 1, -1], {'7': 1})
    """
    folded: dict[str, list[int]] = {}
    for label, name in enumerate(output_space.class_names):
        folded.setdefault(name.casefold(), []).append(label)
    exact = {name: label for label, name in enumerate(output_space.class_names)}

    def class_of(name: str) -> int:
        alike = folded.get(name.casefold(), [])
        return exact.get(name, alike[0] if len(alike) == 1 else -1)

    names, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    classes = np.array([class_of(str(name)) for name in names], np.int64)
    commonest = np.argsort(-counts, kind="stable")
    without = {str(names[k]): int(counts[k]) for k in commonest if classes[k] < 0}
    return MappedLabels(classes[which], without)


def stroke_samples(
    stroke_sets: Sequence[StrokeSet], output_space: OutputSpace, spec: RasterSpec = MNIST_SPEC
) -> Samples:
    """Ink the drawings of several files that have a class.

    Parameters
    ----------
    stroke_sets : sequence of StrokeSet
    output_space : OutputSpace
    spec : RasterSpec

    Returns
    -------
    Samples
        Grey bytes. Writers are numbered anew, because their ids are not comparable between files: nobody
        is taken for the writer of another file.

    Raises
    ------
    ProblemError
        If no drawing has a class.
    """
    parts = [_inked(stroke_set, output_space, spec) for stroke_set in stroke_sets]
    if not sum(map(len, parts)):
        raise ProblemError(f"None of the drawings is a {output_space.noun} that this network knows.")
    return _joined(parts)


def _inked(stroke_set: StrokeSet, output_space: OutputSpace, spec: RasterSpec) -> Samples:
    """Ink the drawings of one file that have a class; its writers are counted from 0."""
    mapped = map_labels(stroke_set.labels, output_space)
    writers = np.unique(stroke_set.writers, return_inverse=True)[1].astype(np.int32)
    images = rasterise_all(stroke_set, spec)
    return Samples(images[mapped.known], mapped.labels[mapped.known], 1 / 255, writers[mapped.known])


def split_by_writer(samples: Samples, share: float, *, rng: np.random.Generator) -> tuple[Samples, Samples]:
    """Hold back all samples of some writers.

    Parameters
    ----------
    samples : Samples
        With writers.
    share : float
        Between 0 and 1: the part of the writers that is held back, at least one of them and not all.
    rng : numpy.random.Generator
        Chooses them.

    Returns
    -------
    kept, held_back : Samples
        No writer is in both.

    Raises
    ------
    ProblemError
        If the writers are not known, or if there is only one.
    """
    if samples.writers is None:
        raise ProblemError("These samples cannot be divided by writer: their writers are not known.")
    ids = np.unique(samples.writers)
    if len(ids) < 2:
        raise ProblemError("These samples cannot be divided by writer: there is only one.")
    n_held_back = min(max(1, round(share * len(ids))), len(ids) - 1)
    is_held_back = np.isin(samples.writers, rng.permutation(ids)[:n_held_back])
    return samples.subset(np.flatnonzero(~is_held_back)), samples.subset(np.flatnonzero(is_held_back))


def letter_problem(
    stroke_sets: Sequence[StrokeSet],
    source: str,
    *,
    rng: np.random.Generator,
    test_share: float = 0.1,
    spec: RasterSpec = MNIST_SPEC,
) -> Problem:
    """Make a problem of files of letters: 26 classes, capitals and small letters merged.

    Parameters
    ----------
    stroke_sets : sequence of StrokeSet
        For example one of capitals and one of small letters. Drawings that are no letter are left out.
    source : str
        As in `Problem`.
    rng : numpy.random.Generator
        Chooses the writers whose letters are only ever tested on.
    test_share : float
        Part of the writers of each file that these are.
    spec : RasterSpec

    Raises
    ------
    ProblemError
        If there is no letter, or if a file has a single writer.
    """
    # File by file, so that both cases are in both parts.
    parts = [
        split_by_writer(_inked(stroke_set, LETTERS, spec), test_share, rng=rng) for stroke_set in stroke_sets
    ]
    train, test = (_joined(side) for side in zip(*parts, strict=True))
    return Problem(
        name="letters-strokes",
        title="Letters",
        input_space=InputSpace("image", (spec.size, spec.size), 0.0, 1.0),
        output_space=LETTERS,
        train=train,
        test=test,
        source=source,
    )


def _joined(parts: Sequence[Samples]) -> Samples:
    """Join samples of several files; the writers of different files are different people."""
    writers, n_writers = [], 0
    for part in parts:
        assert part.writers is not None
        writers.append(part.writers + np.int32(n_writers))
        n_writers += int(part.writers.max(initial=-1)) + 1
    return Samples(
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.labels for part in parts]),
        1 / 255,
        np.concatenate(writers),
    )
