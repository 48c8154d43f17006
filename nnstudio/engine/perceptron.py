"""Perceptrons: step units trained by Rosenblatt's rule, without a gradient; any package may import it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class PerceptronError(UserError):
    """Data or settings with which perceptrons cannot be trained."""


@dataclass(frozen=True)
class Correction:
    """One use of the rule: a unit whose wrong output changed its weights.

    Attributes
    ----------
    epoch : int
        From 1.
    sample, unit : int
        Row of the data, index of the unit.
    target : int
        1 if the unit should have been active, 0 if not.
    before, after : float64 ndarray of shape (n_features + 1,)
        The unit's weights, then its bias.
    """

    epoch: int
    sample: int
    unit: int
    target: int
    before: NDArray[np.float64]
    after: NDArray[np.float64]

    @property
    def error(self) -> int:
        """What the rule multiplies by, t − a: 1 where the unit should have fired, −1 where it should not."""
        return 2 * self.target - 1


@dataclass(frozen=True)
class PerceptronRun:
    """The result of training a layer of perceptrons.

    Attributes
    ----------
    architecture : Architecture
        n_features inputs and a step unit for each perceptron.
    theta : float64 ndarray of shape (n_params,)
        The weights; averaged ones if they were asked for.
    epochs : int
        Passes over the data.
    n_corrections : int
        Over all units.
    corrections : tuple of Correction
        The first of them, as many as were to be recorded.
    separated : bool ndarray of shape (n_units,)
        Units that made no mistake in the last pass: their data are linearly separable.
    cycling : bool ndarray of shape (n_units,)
        Units whose weights returned to those after an earlier pass: they repeat themselves, which proves
        that their data are not linearly separable.
    """

    architecture: Architecture
    theta: NDArray[np.float64]
    epochs: int
    n_corrections: int
    corrections: tuple[Correction, ...]
    separated: NDArray[np.bool_]
    cycling: NDArray[np.bool_]

    @property
    def converged(self) -> bool:
        """Whether every unit separates its data."""
        return bool(self.separated.all())

    def __str__(self) -> str:
        """Return a sentence or two on how the training ended."""
        work = f"{_count(self.n_corrections, 'correction')} in {_count(self.epochs, 'pass', 'passes')}"
        if self.converged:
            return f"Separated after {work}: the last pass needed none."
        n_left = int(np.count_nonzero(~self.separated))
        who = "The perceptron" if len(self.separated) == 1 else f"{n_left} of {len(self.separated)} units"
        if self.cycling[~self.separated].all():
            return (
                f"{who} cannot separate the data: after {work} the weights came back to earlier ones and "
                "would go round for ever. No straight line does it."
            )
        return (
            f"{who} still made mistakes after {work}. Either the data cannot be separated by a straight "
            "line, and then the rule never ends, or more passes are needed."
        )


def train_perceptrons(
    x: NDArray[Any],
    labels: NDArray[Any],
    n_units: int,
    *,
    epochs: int = 100,
    learning_rate: float = 1.0,
    averaged: bool = False,
    theta: NDArray[Any] | None = None,
    max_recorded: int = 1_000,
) -> PerceptronRun:
    """Train step units by Rosenblatt's rule until there is no mistake, or ``epochs`` are done.

    For every sample in turn, and every unit:  a = step(w·x + b),  w ← w + α (t − a) x,  b ← b + α (t − a)

    Parameters
    ----------
    x : ndarray of shape (n, n_features), n ≥ 1
        Finite; always visited in this order.
    labels : int ndarray of shape (n,)
        With one unit 0 or 1; with more, unit j learns to tell class j from the rest.
    n_units : int
        At least 1.
    epochs : int
        Most passes over the data.
    learning_rate : float
        α > 0. From zero weights it only scales the result.
    averaged : bool
        Return the mean of the weights after each visit instead of the last, which does better on data that
        cannot be separated. The run itself is the same.
    theta : ndarray of shape (n_params,), optional
        Weights to start from; zeros without.
    max_recorded : int
        Most corrections to record.

    Returns
    -------
    PerceptronRun

    Raises
    ------
    PerceptronError
        If shapes, labels or numbers do not fit.

    Notes
    -----
    Rosenblatt 1958, The Perceptron; the averaged one is Freund & Schapire 1999, Large Margin Classification
    Using the Perceptron Algorithm, section 2, with the mean of all vectors instead of their vote.

    On separable data the rule ends (Novikoff 1962: after at most (R / γ)² corrections, with R the longest
    sample and γ the margin). On other data the weights stay bounded (Block & Levin 1970, the cycling
    theorem): where numbers are few, as with integer coordinates, they return to an earlier state, which is
    detected and proves that no line separates the data; otherwise no number of passes proves it.
    Aliasing: inputs are only read.  Thread: any.

    Examples
    --------
    AND is separable, XOR is not.

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> run = train_perceptrons(x, np.array([0, 0, 0, 1]), n_units=1)
    >>> run.theta, run.epochs
    (array([ 2.,  1., -2.]), 6)
    >>> run = train_perceptrons(x, np.array([0, 1, 1, 0]), n_units=1)
    >>> run.converged, run.cycling, run.epochs
    (False, array([ True]), 3)
    """
    rule = PerceptronRule(x, labels, n_units, epochs=epochs, learning_rate=learning_rate, theta=theta)
    # The mean over visits is w − drift / visits; drift sums each change times the visits before it.
    drift = np.zeros_like(rule.bank)
    corrections: list[Correction] = []
    while (correction := rule.advance()) is not None:
        drift[correction.unit] += rule.n_visits * (correction.after - correction.before)
        if len(corrections) < max_recorded:
            corrections.append(correction)
    bank = rule.bank - drift / rule.n_visits if averaged else rule.bank
    architecture = Architecture.of((bank.shape[1] - 1, n_units), output="step")
    result = np.empty(architecture.n_params)
    (layer,) = architecture.layers(result)
    layer.W[...], layer.b[...] = bank[:, :-1], bank[:, -1]
    return PerceptronRun(
        architecture,
        result,
        rule.epoch,
        rule.n_corrections,
        tuple(corrections),
        rule.separated,
        rule.cycling,
    )


class PerceptronRule:
    """Rosenblatt's rule at work, one correction after the other; see `train_perceptrons`.

    Parameters
    ----------
    x : ndarray of shape (n, n_features), n ≥ 1
        Finite; always visited in this order.
    labels : int ndarray of shape (n,)
        With one unit 0 or 1; with more, unit j learns to tell class j from the rest.
    n_units : int
    epochs : float
        Most passes over the data.
    learning_rate : float
    theta : ndarray of shape (n_params,), optional
        Weights to start from; zeros without.

    Attributes
    ----------
    bank : float64 ndarray of shape (n_units, n_features + 1)
        The weights of each unit, then its bias, as they are now.
    epoch : int
        The pass under way, or the last one; 0 before the first.
    n_visits, n_corrections : int
        Samples that were visited before, in all passes, and corrections of all units.
    separated, cycling : bool ndarray of shape (n_units,)
        As of the last whole pass; see `PerceptronRun`.

    Raises
    ------
    PerceptronError
        If shapes, labels or numbers do not fit.

    Examples
    --------
    >>> rule = PerceptronRule(np.array([[0, 1], [1, 0]]), np.array([0, 1]), n_units=1)
    >>> rule.advance().after, rule.advance().after, rule.advance()
    (array([1., 0., 1.]), array([ 1., -1.,  0.]), None)
    >>> rule.epoch, rule.separated
    (3, array([ True]))
    """

    def __init__(
        self,
        x: NDArray[Any],
        labels: NDArray[Any],
        n_units: int,
        *,
        epochs: float = math.inf,
        learning_rate: float = 1.0,
        theta: NDArray[Any] | None = None,
    ) -> None:
        x = np.asarray(x, np.float64)
        self._targets = _targets(x, labels, n_units)
        if epochs < 1 or not 0 < learning_rate < np.inf:
            raise PerceptronError(
                tr(
                    "Perceptrons need at least one pass and a rate above 0, not {epochs} and {learning_rate}."
                ).format(epochs=epochs, learning_rate=learning_rate)
            )
        # A bias is a weight on an input that is always 1.
        self._points = np.column_stack([x, np.ones(len(x))])
        self.bank = np.zeros((n_units, self._points.shape[1]))
        if theta is not None:
            (layer,) = Architecture.of((x.shape[1], n_units), output="step").layers(theta)
            self.bank[:, :-1], self.bank[:, -1] = layer.W, layer.b
        self._most_epochs, self._learning_rate = epochs, learning_rate
        self.epoch = self.n_visits = self.n_corrections = 0
        self.separated = self.cycling = np.zeros(n_units, bool)
        self._seen: list[set[bytes]] = [{_digest(weights)} for weights in self.bank]
        self._work = self._corrections()

    @property
    def is_over(self) -> bool:
        """Whether each unit separates its data, or repeats itself."""
        return bool((self.separated | self.cycling).all())

    def advance(self) -> Correction | None:
        """Go on to the next sample that needs a correction and make it; None once there is none to make."""
        return next(self._work, None)

    def _corrections(self) -> Iterator[Correction]:
        while self.epoch < self._most_epochs and not self.is_over:
            self.epoch += 1
            is_clean = np.ones(len(self.bank), bool)
            for sample, (point, target) in enumerate(zip(self._points, self._targets, strict=True)):
                errors = target - (self.bank @ point > 0)
                for unit in np.flatnonzero(errors).tolist():
                    before = self.bank[unit].copy()
                    self.bank[unit] += self._learning_rate * errors[unit] * point
                    is_clean[unit] = False
                    self.n_corrections += 1
                    yield Correction(
                        self.epoch, sample, unit, int(target[unit]), before, self.bank[unit].copy()
                    )
                self.n_visits += 1
            self.separated = is_clean
            digests = [_digest(weights) for weights in self.bank]
            came_back = [digest in states for digest, states in zip(digests, self._seen, strict=True)]
            self.cycling = (self.cycling | came_back) & ~is_clean
            for digest, states in zip(digests, self._seen, strict=True):
                states.add(digest)


def _targets(x: NDArray[np.float64], labels: NDArray[Any], n_units: int) -> NDArray[np.int64]:
    """Return the targets of the units, of shape (n, n_units)."""
    if x.ndim != 2 or not len(x) or not np.isfinite(x).all():
        raise PerceptronError(
            tr("Perceptrons need rows of finite numbers, at least one; got shape {shape}.").format(
                shape=x.shape
            )
        )
    if labels.shape != (len(x),) or labels.dtype.kind not in "iu":
        raise PerceptronError(
            tr("{n} samples need as many whole-number labels, not {shape}.").format(
                n=len(x), shape=labels.shape
            )
        )
    n_classes = max(n_units, 2)
    if n_units < 1 or labels.min() < 0 or labels.max() >= n_classes:
        raise PerceptronError(
            tr(
                "%n unit(s) cannot learn labels from {lowest} to {highest}: one unit tells 0 from 1, more "
                "units tell a class each.",
                n_units,
            ).format(lowest=labels.min(), highest=labels.max())
        )
    classes = np.arange(n_units) if n_units > 1 else np.ones(1, int)
    targets: NDArray[np.int64] = (labels[:, None] == classes).astype(np.int64)
    return targets


def _digest(weights: NDArray[np.float64]) -> bytes:
    # + 0.0 makes −0.0 and 0.0 the same state.
    return blake2b((weights + 0.0).tobytes(), digest_size=16).digest()


def _count(n: int, one: str, many: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
