"""Make points of the plane in named sets, each point with a class or a number; any package may import it.

A set is one entry of `PLANE_SETS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Function: TypeAlias = Callable[[NDArray[np.float64]], NDArray[Any]]
    Draw: TypeAlias = Callable[[int, int, np.random.Generator], tuple[NDArray[np.float64], NDArray[np.int64]]]

EDGE = 2.0
"""Every coordinate lies between −EDGE and EDGE."""

MIN_POINTS, MAX_POINTS = 4, 10_000
MOST_CLASSES = 6
MAX_NOISE = 10.0

INNER, OUTER = 0.6, 1.6
"""Radii of the disc and of the outermost ring."""

_BLOBS_RADIUS = 1.1
_TURNS = 1.25


class PlaneSetError(UserError):
    """Points that cannot be made."""


@dataclass(frozen=True)
class PlaneSet:
    """Points of the plane, in classes or with a number each.

    Attributes
    ----------
    name : str
        Key in `PLANE_SETS`, as used on the command line and in recipes.
    title : str
        Name for people.
    draw : callable or None
        From n, the number of classes and a generator to points without noise, float64 (n, 2), and their
        labels; None where each point has a number.
    truth : callable or None
        From points, float64 (n, 2), to their numbers, (n,); None where there are classes.
    n : int
        Points, unless the caller asks for another number.
    noise : float
        Standard deviation, in both directions, of what is added to points, or of what is added to numbers,
        likewise.
    class_names : tuple of str
        Of the most classes that it can have; the least are 2. Empty where each point has a number.
    y_name : str
        What that number is called. As every set has names of its own, a network for one is not taken for one
        for another.
    test_share : float
        How many other points to be tested on there are, as a share of n; 0: none.
    """

    name: str
    title: str
    draw: Draw | None = None
    truth: Function | None = None
    n: int = 500
    noise: float = 0.0
    class_names: tuple[str, ...] = ()
    y_name: str = "y"
    test_share: float = 0.5

    @property
    def most_classes(self) -> int:
        """The largest number of classes; 0 where each point has a number."""
        return len(self.class_names)


def plane_points(
    plane_set: PlaneSet,
    *,
    rng: np.random.Generator,
    n: int | None = None,
    noise: float | None = None,
    n_classes: int = 2,
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Make the points of a set.

    Parameters
    ----------
    plane_set : PlaneSet
    rng : numpy.random.Generator
        The same state gives the same points.
    n : int, optional
        How many, from `MIN_POINTS`, and at least one of each class, to `MAX_POINTS`.
    noise : float, optional
        Standard deviation, 0 to `MAX_NOISE`.
    n_classes : int
        2 to the set's ``most_classes``; without meaning where points have numbers.

    Returns
    -------
    points : ndarray of shape (n, 2), float32
        In random order, but for the corners, which go round. None is beyond `EDGE`.
    answers : ndarray of shape (n,), int64, or of shape (n, 1), float32
        Labels, of all classes as many but for the remainder; or numbers.

    Raises
    ------
    PlaneSetError
        If a number is out of range.

    Examples
    --------
    >>> points, labels = plane_points(PLANE_SETS["plane-xor"], rng=np.random.default_rng(0))
    >>> points.tolist(), labels.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n = plane_set.n if n is None else n
    noise = plane_set.noise if noise is None else noise
    _check(plane_set, n, noise, n_classes)
    if plane_set.draw is None:
        assert plane_set.truth is not None, "a set has classes or numbers"
        points = rng.uniform(-EDGE, EDGE, (n, 2)).astype(np.float32)
        # The truth at the rounded points, which are what a network is given.
        numbers = plane_set.truth(points.astype(np.float64)) + rng.normal(0, noise, n)
        return points, numbers.astype(np.float32)[:, None]
    places, labels = plane_set.draw(n, n_classes, rng)
    places = places + rng.normal(0, noise, (n, 2))
    # A point outside would be rare, and missing from every picture of the plane.
    return np.clip(places, -EDGE, EDGE).astype(np.float32), labels


def _check(plane_set: PlaneSet, n: int, noise: float, n_classes: int) -> None:
    if plane_set.draw is None:
        n_classes = 0
    elif not 2 <= n_classes <= plane_set.most_classes:
        allowed = tr("2 classes") if plane_set.most_classes == 2 else tr("2 to {most} classes")
        raise PlaneSetError(
            tr("The set “{title}” has {allowed}, not {n_classes}.").format(
                title=tr(plane_set.title),
                allowed=allowed.format(most=plane_set.most_classes),
                n_classes=n_classes,
            )
        )
    least = max(MIN_POINTS, n_classes)
    if not least <= n <= MAX_POINTS:
        raise PlaneSetError(
            tr("A set has from {least} to {most:,} points, not {n:,}.").format(
                least=least, most=MAX_POINTS, n=n
            )
        )
    if not 0 <= noise <= MAX_NOISE:
        raise PlaneSetError(
            tr("The noise is a standard deviation from 0 to {most:g}, not {noise}.").format(
                most=MAX_NOISE, noise=noise
            )
        )


def _mixed(n: int, n_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return labels in random order, of the first classes one more where n cannot be divided."""
    return rng.permutation(np.arange(n - 1, -1, -1) * n_classes // n).astype(np.int64)


def _around(radius: NDArray[Any] | float, angle: NDArray[Any]) -> NDArray[np.float64]:
    """Return the points at polar coordinates, (n, 2)."""
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def _blobs(n: int, n_classes: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return centres at equal distances around the origin; the first class is on the left."""
    labels = _mixed(n, n_classes, rng)
    return _around(_BLOBS_RADIUS, np.pi + 2 * np.pi * labels / n_classes), labels


def _xor_blobs(
    n: int, n_classes: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the centres (±1, ±1); class 1 is where x₁x₂ is positive."""
    labels = _mixed(n, n_classes, rng)
    x1 = rng.choice((-1.0, 1.0), n)
    return np.stack((x1, x1 * (2 * labels - 1)), axis=1), labels


def _rings(n: int, n_classes: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return a disc and circles around it, with equal distances between them."""
    labels = _mixed(n, n_classes, rng)
    radius = INNER + (OUTER - INNER) * labels / (n_classes - 1)
    radius *= np.where(labels, 1.0, np.sqrt(rng.uniform(0, 1, n)))
    return _around(radius, rng.uniform(0, 2 * np.pi, n)), labels


def _spirals(
    n: int, n_classes: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return arms of one spiral, turned against each other."""
    labels = _mixed(n, n_classes, rng)
    along = np.sqrt(rng.uniform(0.02, 1, n))
    return _around(0.9 * EDGE * along, 2 * np.pi * (_TURNS * along + labels / n_classes)), labels


def _moons(n: int, n_classes: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return two interleaved half circles.

    No straight line separates them, and a few hidden units do: the upper moon is the half circle of radius
    1 about (−½, −¼), the lower one is the upper one rotated by 180° about the origin.
    """
    labels = _mixed(n, n_classes, rng)
    points = _around(1.0, rng.uniform(0, np.pi, n)) - (0.5, 0.25)
    return points * np.where(labels, -1, 1)[:, None], labels


def _scattered(
    n: int,
    n_classes: int,
    rng: np.random.Generator,
    region: Callable[[NDArray[np.float64], int], NDArray[Any]],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points all over the plane, of each region as many."""
    labels = _mixed(n, n_classes, rng)
    points = rng.uniform(-EDGE, EDGE, (n, 2))
    while len(wrong := np.flatnonzero(region(points, n_classes) != labels)):
        points[wrong] = rng.uniform(-EDGE, EDGE, (len(wrong), 2))
    return points, labels


def _in_wedge(points: NDArray[np.float64], n_classes: int) -> NDArray[np.bool_]:
    return np.asarray((points > 0).all(axis=1))


def _in_band(points: NDArray[np.float64], n_classes: int) -> NDArray[np.bool_]:
    return np.asarray(np.abs(points.sum(axis=1)) < 1)


def _field_of_chessboard(points: NDArray[np.float64], n_classes: int) -> NDArray[np.int64]:
    return np.asarray(np.floor(points).astype(np.int64).sum(axis=1) % n_classes)


def _above_curve(points: NDArray[np.float64], n_classes: int) -> NDArray[np.bool_]:
    return np.asarray(points[:, 1] > np.sin(2 * points[:, 0]))


def _corners(
    n: int, n_classes: int, rng: np.random.Generator, truths: tuple[int, int, int, int]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return (0, 0), (0, 1), (1, 0), (1, 1), over and over, with a value of a truth table each."""
    at = np.arange(n) % 4
    return np.stack((at // 2, at % 2), axis=1).astype(np.float64), np.array(truths, np.int64)[at]


def _lettered(word: str) -> tuple[str, ...]:
    return tuple(f"{word} {letter}" for letter in "ABCDEF")


_TRUTH = ("0", "1")

PLANE_SETS: Mapping[str, PlaneSet] = MappingProxyType(
    {
        plane_set.name: plane_set
        for plane_set in (
            PlaneSet("plane-blobs", translatable("Blobs"), _blobs, noise=0.3, class_names=_lettered("blob")),
            PlaneSet(
                "plane-xor-blobs",
                translatable("XOR blobs"),
                _xor_blobs,
                noise=0.3,
                class_names=("unequal", "equal"),
            ),
            PlaneSet(
                "plane-ring",
                translatable("Rings"),
                _rings,
                noise=0.05,
                class_names=("disc", "ring", "ring 2", "ring 3", "ring 4", "ring 5"),
            ),
            PlaneSet(
                "plane-spiral", translatable("Spirals"), _spirals, noise=0.05, class_names=_lettered("arm")
            ),
            PlaneSet(
                "plane-moons",
                translatable("Two moons"),
                _moons,
                n=1_000,
                noise=0.15,
                class_names=("upper moon", "lower moon"),
            ),
            PlaneSet(
                "plane-wedge",
                translatable("Wedge"),
                partial(_scattered, region=_in_wedge),
                class_names=("outside", "wedge"),
            ),
            PlaneSet(
                "plane-band",
                translatable("Band"),
                partial(_scattered, region=_in_band),
                class_names=("outside", "band"),
            ),
            PlaneSet(
                "plane-chessboard",
                translatable("Chessboard"),
                partial(_scattered, region=_field_of_chessboard),
                class_names=_lettered("field"),
            ),
            PlaneSet(
                "plane-above",
                translatable("Above a curve"),
                partial(_scattered, region=_above_curve),
                class_names=("below", "above"),
            ),
            *(
                PlaneSet(
                    name,
                    title,
                    partial(_corners, truths=truths),
                    n=4,
                    class_names=_TRUTH,
                    test_share=0.0,
                )
                for name, title, truths in (
                    ("plane-and", translatable("AND"), (0, 0, 0, 1)),
                    ("plane-or", translatable("OR"), (0, 1, 1, 1)),
                    ("plane-xor", translatable("XOR"), (0, 1, 1, 0)),
                )
            ),
            PlaneSet(
                "plane-slope",
                translatable("Slope ½x₁ − ¼x₂"),
                truth=lambda x: x[:, 0] / 2 - x[:, 1] / 4,
                y_name="slope",
            ),
            PlaneSet(
                "plane-bell",
                translatable("Bell exp(−|x|²)"),
                truth=lambda x: np.exp(-np.square(x).sum(axis=1)),
                y_name="bell",
            ),
            PlaneSet(
                "plane-saddle",
                translatable("Saddle ½x₁x₂"),
                truth=lambda x: x[:, 0] * x[:, 1] / 2,
                y_name="saddle",
            ),
        )
    }
)
"""Every named set; none of them needs a file."""
