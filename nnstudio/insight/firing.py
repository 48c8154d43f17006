"""What perceptrons say: who fires and who should, in one input and over many."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MOST_NAMED = 5
"""Most firing classes that a sentence names."""


@dataclass(frozen=True)
class Firing:
    """How many of the perceptrons of an output layer fire, one for each class, over some samples.

    Attributes
    ----------
    n : int
        Samples.
    n_none, n_one, n_several : int
        Those for which no perceptron fires, exactly one, or more.
    n_right : int
        Those whose class has the largest sum z: what accuracy counts.
    n_right_alone : int
        Those for which the perceptron of their class fires and no other.
    """

    n: int
    n_none: int
    n_one: int
    n_several: int
    n_right: int
    n_right_alone: int

    @property
    def share_alone(self) -> float:
        """The share of the samples for which exactly one perceptron fires, 0…1."""
        return self.n_one / self.n


def count_firing(z: NDArray[Any], labels: NDArray[Any]) -> Firing:
    """Count who fires over samples.

    Parameters
    ----------
    z : ndarray of shape (n, n_classes)
        Pre-activations of step units, which fire above 0.
    labels : int ndarray of shape (n,)

    Examples
    --------
    >>> count_firing(np.array([[6.5, 2.4, -7.2], [-1.0, -3.0, -2.0], [-1.0, -1.0, 2.0]]), np.array([0, 1, 2]))
    Firing(n=3, n_none=1, n_one=1, n_several=1, n_right=2, n_right_alone=1)
    """
    n_firing = np.count_nonzero(z > 0, axis=1)
    is_right = z.argmax(axis=1) == labels
    return Firing(
        n=len(z),
        n_none=int(np.count_nonzero(n_firing == 0)),
        n_one=int(np.count_nonzero(n_firing == 1)),
        n_several=int(np.count_nonzero(n_firing > 1)),
        n_right=int(np.count_nonzero(is_right)),
        # Where one fires alone, its sum is the largest.
        n_right_alone=int(np.count_nonzero(is_right & (n_firing == 1))),
    )


def sum_firing(parts: Sequence[Firing]) -> Firing:
    """Add counts over samples that were counted in parts, at least one.

    Examples
    --------
    >>> sum_firing([Firing(3, 1, 1, 1, 2, 0), Firing(1, 0, 1, 0, 1, 1)])
    Firing(n=4, n_none=1, n_one=2, n_several=1, n_right=3, n_right_alone=1)
    """
    columns = zip(*map(astuple, parts), strict=True)
    return Firing(*map(sum, columns))


def firing_words(z: NDArray[Any], names: Sequence[str]) -> str:
    """Say which perceptrons fire for one input.

    Parameters
    ----------
    z : ndarray of shape (n_classes,)
    names : sequence of str
        Of the classes.

    Examples
    --------
    >>> firing_words(np.array([6.5, 2.4, -7.2]), "012"), firing_words(np.array([-1.0, -2.0]), "ab")
    ('2 fire: 0 and 1', 'none fires')
    """
    firing = [names[k] for k in np.flatnonzero(z > 0).tolist()]
    if not firing:
        return tr("none fires")
    if len(firing) == 1:
        return tr("{name} fires alone").format(name=firing[0])
    if len(firing) > MOST_NAMED:
        listed = ", ".join(firing[:MOST_NAMED]) + " …"
    else:
        listed = tr("{names} and {last}").format(names=", ".join(firing[:-1]), last=firing[-1])
    return tr("{n} fire: {names}").format(n=len(firing), names=listed)


def firing_share(firing: Firing) -> str:
    """Say for how many samples exactly one perceptron fires.

    Examples
    --------
    >>> firing_share(Firing(n=8, n_none=1, n_one=6, n_several=1, n_right=7, n_right_alone=5))
    'one fires: 75.0 %'
    """
    return tr("one fires: {share:.1f} %").format(share=100 * firing.share_alone)


@dataclass(frozen=True, eq=False)
class AnswerTable:
    """Sums, answers and targets of a perceptron over samples, or of several for one input.

    Attributes
    ----------
    z : ndarray of shape (n,), float64
    y : ndarray of shape (n,), int64
        1 where z > 0, else 0.
    t : ndarray of shape (n,), float64
        Targets.
    losses : ndarray of shape (n,), float64
        ½ (t − y)².
    mean : float
        J, the mean of the losses.
    """

    z: NDArray[np.float64]
    y: NDArray[np.int64]
    t: NDArray[np.float64]
    losses: NDArray[np.float64]
    mean: float


def answer_table(z: ArrayLike, t: ArrayLike) -> AnswerTable:
    """Compare the answers of perceptrons with targets.

    Parameters
    ----------
    z, t : array-like of shape (n,), n ≥ 1

    Examples
    --------
    Three perceptrons, a picture of a 2:

    >>> table = answer_table([6.5, 2.4, -7.2], [0, 0, 1])
    >>> table.y, table.losses, table.mean
    (array([1, 1, 0]), array([0.5, 0.5, 0.5]), 0.5)
    """
    z, t = np.asarray(z, np.float64), np.asarray(t, np.float64)
    y = (z > 0).astype(np.int64)
    losses = 0.5 * np.square(t - y)
    return AnswerTable(z, y, t, losses, float(losses.mean()))
