"""Find the smallest change of an input that changes the network's answer (an adversarial example)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading, read
from nnstudio.insight.slopes import class_seed, input_slopes

Bounds: TypeAlias = tuple[float | np.ndarray, float | np.ndarray]

MOST_ITERATIONS = 72
N_REFINEMENTS = 24
"""Iterations after the first flipped point."""

OVERSHOOT = 1.05
MOST_TOWARDS_START = 0.1
BACKWARD_SHARE = 0.9
N_HALVINGS = 12


@dataclass(frozen=True)
class Flip:
    """An input that is read differently, as near to the given one as was found.

    Attributes
    ----------
    start, x : ndarray of shape (n_inputs,)
        The input given, and the changed one.
    label_before, label : int
        The answer for each.
    """

    start: np.ndarray
    x: np.ndarray
    label_before: int
    label: int

    @property
    def size(self) -> float:
        """Euclidean (L2) length of the change, in units of the input."""
        return _length(self.x.astype(np.float64) - self.start)

    def between(self, share: float) -> np.ndarray:
        """Return the input at ``share``, 0 … 1, of the way from the given to the changed one."""
        return np.asarray(self.start + np.asarray(share, self.start.dtype) * (self.x - self.start))


@np.errstate(over="ignore", invalid="ignore")
def smallest_flip(
    architecture: Architecture,
    theta: np.ndarray,
    x: np.ndarray,
    bounds: Bounds,
    target: int | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Flip | None:
    """Search for the smallest change of an input that changes the answer.

    In each iteration the network is linearised at the current point; the nearest points of the box on the
    class boundary of that linear map are computed exactly, from the current point and from the start, and the
    next point lies between the two. From every flipped point the search steps back towards the start; the
    nearest one is bisected to the boundary in the end.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    x : ndarray of shape (n_inputs,)
        Clipped to the bounds first.
    bounds : tuple of float, or of ndarray of shape (n_inputs,)
        Lowest and highest value of each input.
    target : int or None
        The class to change the answer to; None: the nearest other class.
    is_cancelled : callable () -> bool
        Called before every iteration; True ends the search without a result.

    Returns
    -------
    Flip or None
        None if none was found: where the answer does not depend on the input, or the target is the answer
        already. A returned flip has been verified.

    Notes
    -----
    Source: Croce & Hein 2020, Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack,
    for the L2 norm, which keeps DeepFool (Moosavi-Dezfooli, Fawzi & Frossard 2016) in the box and near its
    start. Variant: one start, no random restarts. The size is an upper bound of the smallest; where the
    network is linear in the whole box it is the smallest, to rounding.  Thread: any.
    """
    start = np.clip(np.asarray(x, theta.dtype), *bounds)
    before = read(architecture, theta, start)
    if not before.is_finite or before.label == target:
        return None

    def is_flipped(reading: Reading) -> bool:
        return reading.is_finite and (
            reading.label != before.label if target is None else reading.label == target
        )

    best: np.ndarray | None = None
    point, reading = start, before
    refinements = 0
    for _ in range(MOST_ITERATIONS):
        if is_cancelled():
            return None
        if refinements == N_REFINEMENTS:
            break
        plane = _nearest_boundary(architecture, theta, reading, before.label, target)
        if plane is None:
            break
        normal, height = plane
        level = float(normal @ point) - height
        to_plane = project(point, normal, level, bounds) - point
        to_plane_from_start = project(start, normal, level, bounds) - start
        length, length_from_start = _length(to_plane), _length(to_plane_from_start)
        # Step towards the start only once the other side has been reached.
        share = 0.0
        if best is not None:
            refinements += 1
            share = min(length / max(length + length_from_start, 1e-30), MOST_TOWARDS_START)
        point = (1 - share) * (point + OVERSHOOT * to_plane) + share * (
            start + OVERSHOOT * to_plane_from_start
        )
        point = np.clip(point, *bounds).astype(theta.dtype)
        reading = read(architecture, theta, point)
        if is_flipped(reading):
            if best is None or _length(point - start) < _length(best - start):
                best = point
            point = (start + BACKWARD_SHARE * (point - start)).astype(theta.dtype)
            reading = read(architecture, theta, point)
        if not reading.is_finite:
            break
    if best is None:
        return None
    low, high = start, best
    for _ in range(N_HALVINGS):
        middle = ((low + high) / 2).astype(theta.dtype)
        if is_flipped(read(architecture, theta, middle)):
            high = middle
        else:
            low = middle
    return Flip(start, high, before.label, read(architecture, theta, high).label)


def _nearest_boundary(
    architecture: Architecture, theta: np.ndarray, reading: Reading, label: int, target: int | None
) -> tuple[np.ndarray, float] | None:
    """Return slopes and value of the logit difference that is nearest to zero; None if all are flat.

    Without a target: the given label against each other class. With one: the strongest other against it.
    """
    logits, sums = reading.z[-1], reading.class_sums
    if target is None:
        others = (k for k in range(len(sums)) if k != label)
        seeds = [class_seed(len(logits), label, other, theta.dtype) for other in others]
    else:
        rivals = sums.copy()
        rivals[target] = -np.inf
        seeds = [class_seed(len(logits), int(rivals.argmax()), target, theta.dtype)]
    seed = np.concatenate(seeds)
    normals = input_slopes(architecture, theta, reading, seed, architecture.n_layers - 1)
    heights = seed @ logits
    lengths = np.linalg.norm(normals, axis=1)
    usable = np.isfinite(lengths) & (lengths > 0)
    if not usable.any():
        return None
    distance = np.full(len(lengths), np.inf)
    distance[usable] = np.abs(heights[usable]) / lengths[usable]
    nearest = int(distance.argmin())
    return normals[nearest].astype(np.float64), float(heights[nearest])


def project(point: np.ndarray, normal: np.ndarray, level: float, bounds: Bounds) -> np.ndarray:
    """Return the point of the box nearest to ``point`` with normal · y = level.

    If the box does not reach so far, it is the corner that comes nearest to the level.

    The solution is y = clip(point − λ normal): normal · y falls with λ, piecewise linearly, and its corners
    are where coordinates reach the bounds of the box.

    Parameters
    ----------
    point : ndarray of shape (n,)
        In the box.
    normal : ndarray of shape (n,)
    level : float
    bounds : tuple of float, or of ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n,), float64

    Notes
    -----
    Variant: the dual problem, solved exactly by sorting, as in Croce & Hein 2020; n log n.
    """
    point, normal = point.astype(np.float64), normal.astype(np.float64)
    excess = float(normal @ point) - level
    if excess < 0:
        excess, normal = -excess, -normal
    moving = np.flatnonzero(normal)
    slope = np.abs(normal[moving])
    low, high = (np.broadcast_to(bound, point.shape)[moving] for bound in bounds)
    room = np.where(normal[moving] > 0, point[moving] - low, high - point[moving])
    stops = room / slope
    order = np.argsort(stops)
    slope, room, stops = slope[order], room[order], stops[order]
    # The gain when the k-th coordinate stops, and how fast the remaining coordinates still gain.
    stopped = np.cumsum(slope * room)
    still = np.cumsum((slope * slope)[::-1])[::-1] - slope * slope
    gained = stopped + stops * still
    k = int(np.searchsorted(gained, excess))
    if k == len(gained):
        multiplier = np.inf
    else:
        stopped_before = stopped[k] - slope[k] * room[k]
        multiplier = (excess - stopped_before) / (still[k] + slope[k] * slope[k])
    moved = point.copy()
    moved[moving[order]] -= np.sign(normal[moving[order]]) * np.minimum(multiplier * slope, room)
    return moved


def _length(change: np.ndarray) -> float:
    return float(np.linalg.norm(change))
