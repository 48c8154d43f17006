"""Settings for a problem's samples: scaling, how many, and labels at random; studio and files use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnstudio.data.few_samples import check_count, with_few_samples
from nnstudio.data.random_labels import with_random_labels
from nnstudio.data.scaling import SCALINGS, measure_scaling
from nnstudio.language import tr
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from nnstudio.data.problem import Problem


@dataclass(frozen=True)
class DataChoices:
    """How the training samples are changed before training.

    Attributes
    ----------
    input_scaling : str
        One of ``data.scaling.SCALINGS``.
    random_labels : float
        The share of the training samples whose label is drawn at random, 0…1.
    samples : int or None
        How many of the training samples are learned from; None: all.

    Raises
    ------
    ConfigError
        If one is impossible.
    """

    input_scaling: str = "none"
    random_labels: float = 0.0
    samples: int | None = None

    def __post_init__(self) -> None:
        if self.input_scaling not in SCALINGS:
            raise ConfigError(
                tr("There is no input scaling {input_scaling!r}; choose one of {names}.").format(
                    input_scaling=self.input_scaling, names=", ".join(SCALINGS)
                )
            )
        if not 0 <= self.random_labels <= 1:
            raise ConfigError(
                tr(
                    "The part of the labels drawn at random must be from 0 to 1, not {random_labels!r}."
                ).format(random_labels=self.random_labels)
            )

    def check(self, problem: Problem) -> None:
        """Check that a problem has so many samples.

        Raises
        ------
        ProblemError
            With the numbers that there may be.
        """
        if self.samples is not None:
            check_count(problem, self.samples)

    @property
    def words(self) -> tuple[str, ...]:
        """How the samples are not the problem's own, each in a few words.

        Examples
        --------
        >>> DataChoices(samples=1000, random_labels=0.5).words
        ('1,000 samples', '50 % random labels')
        """
        words = []
        if self.samples is not None:
            words.append(tr("{n:,} samples").format(n=self.samples))
        if self.random_labels:
            words.append(tr("{share:.3g} % random labels").format(share=100 * self.random_labels))
        return tuple(words)

    def labelled(self, problem: Problem, seed: int) -> Problem:
        """Return a problem with the samples, and their labels, to train on.

        Raises
        ------
        ProblemError
            If it has not so many samples.
        """
        few = with_few_samples(problem, self.samples, seed=seed)
        return with_random_labels(few, self.random_labels, seed=seed)

    def scaled(self, problem: Problem) -> Problem:
        """Return a problem with its inputs scaled for training."""
        scaling = measure_scaling(problem.train, self.input_scaling)
        if scaling is None:
            return problem
        train, test = (replace(samples, scaling=scaling) for samples in (problem.train, problem.test))
        return replace(problem, train=train, test=test)
