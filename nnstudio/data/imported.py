"""The result of importing a user's own samples, with a report of what was skipped; for the importers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import InputSpace, OutputSpace, Problem, ProblemError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples


@dataclass(frozen=True)
class Skipped:
    """One entry that was not imported.

    Attributes
    ----------
    what : str
        Its path below the folder, or "line 7".
    why : str
        The reason, worded to follow "because".
    """

    what: str
    why: str


@dataclass(frozen=True, eq=False)
class Imported:
    """Samples that a user imported.

    Attributes
    ----------
    samples : Samples
        Rows of grey bytes.
    class_names : tuple of str
        In the order of the labels; every class has a sample.
    shape : (int, int)
        Height and width of an image in pixels.
    skipped : tuple of Skipped
        In the order in which they were found.
    notes : tuple of str
        What was guessed, a sentence each.
    is_test : bool ndarray of shape (n,), or None
        The samples to measure on, where the source says so.
    """

    samples: Samples
    class_names: tuple[str, ...]
    shape: tuple[int, int]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...] = ()
    is_test: NDArray[np.bool_] | None = None

    def account(self) -> str:
        """Return a few sentences: what was read, what was guessed, and what was skipped and why."""
        return "\n".join(
            [headline(len(self.samples), len(self.class_names)), *remarks(self.notes, self.skipped)]
        )

    def problem(
        self, name: str, title: str, source: str, *, rng: np.random.Generator, test_share: float = 0.2
    ) -> Problem:
        """Divide the samples, class by class, into a training and a test set, or as the source does.

        Parameters
        ----------
        name, title, source : str
            As in `Problem`.
        rng : numpy.random.Generator
            Decides which samples are tested on.
        test_share : float
            Between 0 and 1. Of a class with two samples or more at least one is tested on; a single sample is
            trained on.

        Raises
        ------
        ProblemError
            If no class has two samples, so that there is nothing to test on.
        """
        is_test = self._divided(rng, test_share) if self.is_test is None else self.is_test
        if not is_test.any():
            raise ProblemError(
                tr(
                    "{title} has one image of each class: a network would learn from it, and nothing "
                    "would be left to measure on. Add a second image to one class at least."
                ).format(title=title)
            )
        return Problem(
            name=name,
            title=title,
            input_space=InputSpace("image", self.shape, 0.0, 1.0),
            output_space=OutputSpace(self.class_names),
            train=self.samples.subset(np.flatnonzero(~is_test)),
            test=self.samples.subset(np.flatnonzero(is_test)),
            source=source,
        )

    def _divided(self, rng: np.random.Generator, test_share: float) -> NDArray[np.bool_]:
        """Choose the samples to measure on, class by class."""
        shuffled = rng.permutation(len(self.samples))
        is_test = np.zeros(len(shuffled), dtype=bool)
        for label in range(len(self.class_names)):
            of_class = shuffled[self.samples.labels[shuffled] == label]
            n_test = min(max(1, round(test_share * len(of_class))), len(of_class) - 1)
            is_test[of_class[:n_test]] = True
        return is_test


def headline(n_images: int, n_classes: int) -> str:
    """Return the sentence on how many images were read."""
    return tr("%n image(s) of {classes} classes were read.", n_images).format(classes=n_classes)


def remarks(notes: Iterable[str], skipped: Iterable[Skipped]) -> list[str]:
    """Return sentences: what was guessed, and what was skipped and why, the commonest reason first."""
    lines = list(notes)
    examples: dict[str, str] = {}
    reasons: Counter[str] = Counter()
    for bad in skipped:
        examples.setdefault(bad.why, bad.what)
        reasons[bad.why] += 1
    for why, count in reasons.most_common():
        line = tr("{example} was skipped because {why}.")
        if count > 1:
            line = tr("{example} was skipped because {why}; %n more likewise.", count - 1)
        lines.append(line.format(example=examples[why], why=why))
    return lines


def in_natural_order(names: set[str]) -> tuple[str, ...]:
    """Sort names in natural order, numbers by their value.

    Examples
    --------
    >>> in_natural_order({"10", "9", "b2", "b10", "1"})
    ('1', '9', '10', 'b2', 'b10')
    """

    def key(name: str) -> list[tuple[int, int, str]]:
        # ASCII digits alone: int() cannot read every character that Unicode calls a digit.
        parts = re.findall(r"[0-9]+|[^0-9]+", name)
        return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts]

    return tuple(sorted(sorted(names), key=key))
