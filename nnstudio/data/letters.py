"""Map labels of files to the classes of a network; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import OutputSpace
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


LETTERS = OutputSpace(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), noun=translatable("letter"))
"""Capitals and small letters merged."""


@dataclass(frozen=True, eq=False)
class MappedLabels:
    """Labels of a file as the classes of a network.

    Attributes
    ----------
    labels : int64 ndarray of shape (n,)
        The class of each sample, −1 where the network has none.
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
        """Return a sentence on labels without a class; empty if there are none."""
        if not self.without_class:
            return ""
        n_without = sum(self.without_class.values())
        names = [f"{name!r}" for name in list(self.without_class)[:5]]
        more = ", …" if len(self.without_class) > len(names) else ""
        return tr(
            "{n_without:,} of {total:,} samples have no class in this network ({names}{more}) and "
            "were left out."
        ).format(n_without=n_without, total=len(self.labels), names=", ".join(names), more=more)


def map_labels(labels: NDArray[np.str_], output_space: OutputSpace) -> MappedLabels:
    """Map each label to a class.

    A label means the class of its name, or else the only class that differs from it in case alone: for a
    network that does not distinguish capitals from small letters, a and A are one class.

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
