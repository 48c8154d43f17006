"""Learn from a few of a problem's training samples; any package may import it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import ProblemError
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.data.problem import Problem


def check_count(problem: Problem, n: int, *, most: int | None = None) -> None:
    """Check that a problem has so many training samples, and no fewer are asked for than it has classes.

    Parameters
    ----------
    problem : Problem
    n : int
    most : int or None
        How many there are to learn from, where some are held back.

    Raises
    ------
    ProblemError
        With the numbers that there may be.
    """
    least = max(problem.output_space.n_classes, 1)
    most = len(problem.train) if most is None else most
    if not least <= n <= most:
        raise ProblemError(
            tr("Samples to learn from are {least:,} to {most:,} for {title}, and {n:,} is not.").format(
                least=least, most=most, title=tr(problem.title), n=n
            )
        )


def with_few_samples(problem: Problem, n: int | None, *, seed: int) -> Problem:
    """Keep some of the training samples: the first n after they were shuffled.

    Parameters
    ----------
    problem : Problem
    n : int or None
        From the number of classes to that of the samples; None keeps all, in their order.
    seed : int
        Of the shuffle; the samples for a smaller n are among those for a larger one.

    Returns
    -------
    Problem
        With the same test samples; its title names n.

    Raises
    ------
    ProblemError
        If there are not so many, or there would be fewer than classes.

    Notes
    -----
    Aliasing: copies the samples that are kept.  Thread: any.
    """
    if n is None:
        return problem
    check_count(problem, n)
    chosen = np.random.default_rng(seed).permutation(len(problem.train))[:n]
    return replace(
        problem,
        title=f"{problem.title}, {n:,} samples",
        train=problem.train.subset(chosen),
        source=f"{problem.source} {n:,} of {len(problem.train):,} training samples (seed {seed}).",
    )
