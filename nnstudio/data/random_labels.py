"""Replace labels by random ones, to tell learning from memorising; any package may import it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.problem import ProblemError
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.data.problem import Problem, Samples


def randomised(samples: Samples, n_classes: int, share: float, *, rng: np.random.Generator) -> Samples:
    """Give a share of the samples a class drawn at random, the true one included.

    Parameters
    ----------
    samples : Samples
    n_classes : int
    share : float
        The share that is drawn, 0…1.
    rng : Generator

    Notes
    -----
    Aliasing: shares the inputs with ``samples``.  Thread: any.
    """
    labels = samples.labels.copy()
    chosen = rng.permutation(len(labels))[: round(share * len(labels))]
    labels[chosen] = rng.integers(0, n_classes, len(chosen))
    return replace(samples, answers=labels)


def with_random_labels(problem: Problem, share: float, *, seed: int) -> Problem:
    """Replace a share of the training labels by classes drawn at random.

    Parameters
    ----------
    problem : Problem
    share : float
        The share of the training samples that get a new label, 0…1. Each class is equally likely, the true
        one included.
    seed : int
        Decides which samples, and their labels; at least 0.

    Returns
    -------
    Problem
        With the same inputs and the same test samples; its title names the share. With a share of 0 it is
        the problem itself.

    Raises
    ------
    ProblemError
        If the share is not a number from 0 to 1, the seed is negative, or the answers are numbers.

    Notes
    -----
    Zhang et al. 2017, Understanding Deep Learning Requires Rethinking Generalization, section 2: a network
    with enough weights learns them all, and then generalises to nothing.
    Aliasing: shares the inputs with ``problem``.  Thread: any.
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise ProblemError(
            tr("The part of the labels drawn at random must be from 0 to 1, not {share!r}.").format(
                share=share
            )
        )
    if seed < 0:
        raise ProblemError(tr("A seed is a whole number of at least 0, not {seed!r}.").format(seed=seed))
    if share == 0:
        return problem
    if not problem.output_space.traits.has_labels:
        raise ProblemError(
            tr("The answers of {title} are numbers, and only classes are drawn at random.").format(
                title=problem.title
            )
        )
    n_classes = problem.output_space.n_classes
    return replace(
        problem,
        title=f"{problem.title}, {100 * share:.3g} % random labels",
        train=randomised(problem.train, n_classes, share, rng=np.random.default_rng(seed)),
        source=f"{problem.source} Training labels: {100 * share:.3g} % drawn at random (seed {seed}).",
    )
