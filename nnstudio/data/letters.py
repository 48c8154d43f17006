"""Map labels of files to the classes of a network; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.label_names import (
    EMNIST_BALANCED,
    EMNIST_BY_CLASS,
    numbering,
    other_spellings,
    whole_number,
)
from nnstudio.data.problem import OutputSpace
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    respelled : mapping of str to str
        The class of each label that has another name than its class, as five for 5 or 25 for Z.
    """

    labels: NDArray[np.int64]
    without_class: Mapping[str, int]
    respelled: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> NDArray[np.intp]:
        """Return the samples that have a class, shape (n_known,)."""
        return np.flatnonzero(self.labels >= 0)

    def spelling(self) -> str:
        """Return a sentence on labels that are not the names of their classes; empty if there are none."""
        if not self.respelled:
            return ""
        (first, first_class), *_, (last, last_class) = [*self.respelled.items()] * 2
        if first == last:
            return tr("The label {first} is taken for {first_class}.").format(
                first=first, first_class=first_class
            )
        return tr(
            "Labels are taken by their meaning: {first} for {first_class}, {last} for {last_class}."
        ).format(first=first, first_class=first_class, last=last, last_class=last_class)

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
    network that does not distinguish capitals from small letters, a and A are one class. Otherwise it may be
    another spelling of a class, see `label_names.other_spellings`; and where all labels are numbers, and some
    of them no names, they number the classes, or those of EMNIST.

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
    class_names = output_space.class_names
    names, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    class_of = _ClassNames(class_names)
    found = {str(name): class_of.find(str(name)) for name in names}
    if -1 in found.values():
        found = _numbered(list(found), class_of) or found
    classes = np.array(list(found.values()), np.int64)
    commonest = np.argsort(-counts, kind="stable")
    without = {str(names[k]): int(counts[k]) for k in commonest if classes[k] < 0}
    respelled = {
        name: class_names[label]
        for name, label in sorted(found.items(), key=lambda pair: pair[1])
        if label >= 0 and name.casefold() != class_names[label].casefold()
    }
    return MappedLabels(classes[which], without, respelled)


class _ClassNames:
    """Finds the class that a label means."""

    def __init__(self, class_names: Sequence[str]) -> None:
        self.names = class_names
        self._exact = {name: label for label, name in enumerate(class_names)}
        self._folded: dict[str, list[int]] = {}
        for label, name in enumerate(class_names):
            self._folded.setdefault(name.casefold(), []).append(label)

    def find(self, label: str) -> int:
        """Return the class of a label by its name or another spelling, −1 where there is none."""
        return next((k for name in (label, *other_spellings(label)) if (k := self.by_name(name)) >= 0), -1)

    def by_name(self, name: str) -> int:
        """Return the class of this name, or the only one that differs in case alone; else −1."""
        alike = self._folded.get(name.casefold(), [])
        return self._exact.get(name, alike[0] if len(alike) == 1 else -1)


def _numbered(labels: Sequence[str], class_of: _ClassNames) -> dict[str, int] | None:
    """Return the classes of labels that are numbers of classes, or of those of EMNIST; else None."""
    classes = numbering(labels, class_of.names)
    if classes is not None:
        return classes
    numbers = {label: whole_number(label) for label in labels}
    if tuple(class_of.names) == tuple("0123456789") and set(numbers.values()) <= set(range(1, 11)):
        # MATLAB counts from 1, and has 10 for the zero.
        return {label: (number or 0) % 10 for label, number in numbers.items()}
    highest = max(whole_number(label) or 0 for label in labels)
    for names in (EMNIST_BALANCED, EMNIST_BY_CLASS):
        emnist = numbering(labels, names)
        # Without small letters, which come last, these may be any numbers.
        if emnist is not None and highest >= names.index("a"):
            return {label: class_of.by_name(names[k]) for label, k in emnist.items()}
    return None
