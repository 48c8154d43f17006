"""Units made by hand: drawings as templates, thresholds, and gates; each edit returns a new theta.

A part is a unit of the first layer, z = s (template · x − threshold): it has the weights s template and the
bias −s threshold. A gate is a unit of the second layer, over units that give out 0 or 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture

SOFT_FACTOR = 10.0
"""By what the weights of step units are multiplied where sigmoids take their place."""

_ROWS = 1000
"""Samples that are looked at between two steps of work."""


class PartsError(UserError):
    """A part or a gate that cannot be made; the network stays as it was."""


class GateKind(StrEnum):
    """When a gate fires: where all of its units do, or where one does."""

    AND = "and"
    OR = "or"


@dataclass(frozen=True, eq=False)
class Part:
    """What a unit of the first layer looks for.

    Attributes
    ----------
    template : ndarray of shape (n_inputs,), float32
        Its largest size is 1; all zeros for a unit without weights.
    scale : float
        s, at least 0.
    threshold : float
        What template · x has to exceed for the unit to fire.
    """

    template: NDArray[np.float32]
    scale: float
    threshold: float

    @property
    def is_empty(self) -> bool:
        """Whether it has no weights."""
        return self.scale == 0.0


@dataclass(frozen=True)
class Gate:
    """A gate, as it is read from the weights of a unit.

    Attributes
    ----------
    kind : GateKind
    parts : tuple of int
        The units of the first layer that it listens to.
    """

    kind: GateKind
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Detection:
    """How well a unit that fires or not tells one class.

    Attributes
    ----------
    n_class : int
        Samples of the class.
    n_called : int
        Samples for which the unit fires.
    n_found : int
        Samples of the class for which it fires.

    Examples
    --------
    >>> detection = Detection(n_class=100, n_called=160, n_found=80)
    >>> detection.found, detection.right
    (0.8, 0.5)
    """

    n_class: int
    n_called: int
    n_found: int

    @property
    def found(self) -> float:
        """The share of the class that is found, 0…1; also called recall."""
        return self.n_found / self.n_class if self.n_class else 0.0

    @property
    def right(self) -> float | None:
        """The share of those called so that are of the class, 0…1, or precision; None where none is."""
        return self.n_found / self.n_called if self.n_called else None


def template_of(ink: NDArray[Any], erased: NDArray[Any] | None = None) -> NDArray[np.float32]:
    """Return a drawing as weights: 1 where there is ink, −1 where the paper has to be empty.

    Parameters
    ----------
    ink, erased : ndarray of one shape, 0 … 1
        Ink counts where both are.

    Returns
    -------
    float32 ndarray of shape (n,)
        Its largest size is 1.

    Raises
    ------
    PartsError
        If there is no ink.

    Examples
    --------
    >>> template_of(np.array([[1.0, 0.0, 0.5]]), np.array([[0.0, 1.0, 1.0]]))
    array([ 1., -1.,  0.], dtype=float32)
    """
    if not ink.any():
        raise PartsError(tr("There is no ink on the canvas: draw a part first."))
    template = ink if erased is None else ink - erased * (1 - ink)
    flat: NDArray[np.float32] = np.asarray(template, np.float32).ravel()
    largest: NDArray[np.float32] = flat / np.abs(flat).max()
    return largest


def part_of(architecture: Architecture, theta: NDArray[Any], unit: int) -> Part:
    """Read a unit of the first layer as a part.

    Raises
    ------
    ArchitectureError
        If theta does not belong to the network.
    """
    first = architecture.layers(theta)[0]
    row = first.W[unit].astype(np.float64)
    scale = float(np.abs(row).max())
    if scale == 0.0:
        return Part(np.zeros(row.size, np.float32), 0.0, 0.0)
    return Part((row / scale).astype(np.float32), scale, -float(first.b[unit]) / scale)


def with_part(architecture: Architecture, theta: NDArray[Any], unit: int, part: Part) -> NDArray[Any]:
    """Return theta with a part in a unit of the first layer.

    Raises
    ------
    PartsError
        If it has a threshold, and the network no biases.
    """
    if part.threshold and not architecture.has_biases:
        raise PartsError(
            tr(
                "A threshold is a bias with its sign turned, and this network has no biases. Nothing was "
                "changed."
            )
        )
    result = _copy(architecture, theta)
    first = architecture.layers(result)[0]
    first.W[unit] = part.scale * part.template
    first.b[unit] = -part.scale * part.threshold + 0.0
    return result


def with_gate(
    architecture: Architecture,
    theta: NDArray[Any],
    unit: int,
    parts: Sequence[int],
    kind: GateKind,
) -> NDArray[Any]:
    """Return theta with a gate in a unit of the second layer: weights 1, and −(k − ½) or −½ as the bias.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    unit : int
        Of the second layer.
    parts : sequence of int
        The k units of the first layer that it listens to; its weights from all others are 0.
    kind : GateKind

    Raises
    ------
    PartsError
        If there is no part, no second layer, or there are no biases.

    Examples
    --------
    >>> from nnstudio.engine.architecture import Architecture
    >>> network = Architecture.of((2, 3, 1), hidden="step", output="step")
    >>> theta = with_gate(network, np.zeros(network.n_params), 0, [0, 2], GateKind.AND)
    >>> network.layers(theta)[1].W, network.layers(theta)[1].b
    (array([[1., 0., 1.]]), array([-1.5]))
    """
    if architecture.n_layers < 2:
        raise PartsError(
            tr("A gate is a unit of a second layer, and this network has one layer. Begin with empty parts.")
        )
    if not architecture.has_biases:
        raise PartsError(tr("The threshold of a gate is its bias, and this network has no biases."))
    if not parts:
        raise PartsError(tr("No parts are ticked: tick those that the gate is to listen to."))
    result = _copy(architecture, theta)
    second = architecture.layers(result)[1]
    second.W[unit] = 0
    second.W[unit, list(parts)] = 1
    second.b[unit] = -(len(parts) - 0.5) if kind is GateKind.AND else -0.5
    return result


def gate_of(architecture: Architecture, theta: NDArray[Any], unit: int) -> Gate | None:
    """Read a unit of the second layer as a gate, whatever the size of its weights; None where it is none."""
    if architecture.n_layers < 2:
        return None
    second = architecture.layers(theta)[1]
    row, bias = second.W[unit], float(second.b[unit])
    parts = tuple(np.flatnonzero(row).tolist())
    size = float(row.max())
    if not parts or size <= 0 or not (row[list(parts)] == row.max()).all():
        return None
    if bias == -size * (len(parts) - 0.5):
        return Gate(GateKind.AND, parts)
    return Gate(GateKind.OR, parts) if bias == -size * 0.5 else None


def with_soft_steps(
    architecture: Architecture, theta: NDArray[Any], factor: float = SOFT_FACTOR
) -> tuple[Architecture, NDArray[Any]]:
    """Return a network with sigmoids in the place of steps, and their weights and biases times a factor.

    The larger the factor, the nearer a sigmoid is to the step, and the smaller its slope away from 0.

    Examples
    --------
    >>> from nnstudio.engine.architecture import Architecture
    >>> soft, theta = with_soft_steps(Architecture((1, 1), ("step",)), np.array([1.0, -0.5]))
    >>> soft.activations, theta
    (('sigmoid',), array([10., -5.]))
    """
    result = _copy(architecture, theta)
    activations = []
    for layer in architecture.layers(result):
        is_step = layer.activation == "step"
        activations.append("sigmoid" if is_step else layer.activation)
        if is_step:
            layer.W[...] *= factor
            layer.b[...] *= factor
    return replace(architecture, activations=tuple(activations)), result


# Measured on samples


def sums(
    samples: Samples, template: NDArray[np.float32], rows: NDArray[np.integer[Any]]
) -> NDArray[np.float32]:
    """Return template · x of some samples, in the order of ``rows``."""
    return samples.batch(rows) @ template


def threshold_that_misses(sums_of_class: NDArray[Any], share: float) -> float:
    """Return the threshold that a share of a class, 0…1, does not exceed: the quantile.

    Raises
    ------
    PartsError
        If there is no sample of the class, or the share is not from 0 to 1.
    """
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise PartsError(tr("A share is a number from 0 to 1, not {share!r}.").format(share=share))
    if not len(sums_of_class):
        raise PartsError(tr("There is no sample of this class here, from which a threshold could be taken."))
    return float(np.quantile(sums_of_class, share))


class Detections:
    """A measurement of how well every unit of the first two layers tells one class, in progress.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change before the measurement is done.
    samples : Samples
        With labels.
    answer : int
        The class.

    Notes
    -----
    Aliasing: reads theta and samples, keeps references.  Thread: any, one at a time.
    """

    def __init__(
        self, architecture: Architecture, theta: NDArray[Any], samples: Samples, answer: int
    ) -> None:
        self._architecture, self._theta, self._samples = architecture, theta, samples
        self._is_of_class = samples.labels == answer
        self._workspace = Workspace(architecture, min(_ROWS, max(len(samples), 1)), theta.dtype)
        self._n_done = 0
        sizes = architecture.layer_sizes[1:3]
        self._called = [np.zeros(size, np.int64) for size in sizes]
        self._found = [np.zeros(size, np.int64) for size in sizes]

    @property
    def is_done(self) -> bool:
        """Whether every sample was looked at."""
        return self._n_done == len(self._samples)

    def advance(self) -> None:
        """Look at one more block of samples."""
        rows = np.arange(self._n_done, min(self._n_done + self._workspace.batch_size, len(self._samples)))
        forward(self._architecture, self._theta, self._samples.batch(rows), self._workspace)
        is_of_class = self._is_of_class[rows]
        for z, called, found in zip(self._workspace.z, self._called, self._found, strict=False):
            fires = z[: len(rows)] > 0
            called += fires.sum(axis=0)
            found += fires[is_of_class].sum(axis=0)
        self._n_done += len(rows)

    def finish(self) -> tuple[tuple[Detection, ...], ...]:
        """Look at the remaining samples, and return the result: for each of the layers, one for each unit."""
        while not self.is_done:
            self.advance()
        n_class = int(np.count_nonzero(self._is_of_class))
        return tuple(
            tuple(Detection(n_class, *counts) for counts in zip(called.tolist(), found.tolist(), strict=True))
            for called, found in zip(self._called, self._found, strict=True)
        )


@dataclass(frozen=True, eq=False)
class TwoHistograms:
    """How sums spread in one class, and in all others.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
    of_class, others : ndarray of shape (n_bins,)
        The share of each side that lies in a bin; each sums to 1, or is 0 where that side is empty.
    """

    edges: NDArray[np.float64]
    of_class: NDArray[np.float64]
    others: NDArray[np.float64]


def two_histograms(values: NDArray[Any], is_of_class: NDArray[np.bool_], n_bins: int = 48) -> TwoHistograms:
    """Return the histograms of values (n,), n ≥ 1, with the same bins.

    Examples
    --------
    >>> found = two_histograms(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0, 1, 1, 1], bool), 2)
    >>> found.edges, found.of_class, found.others
    (array([0., 1., 2.]), array([0., 1.]), array([1., 0.]))
    """
    low, high = float(values.min()), float(values.max())
    edges = np.linspace(low, high if high > low else low + 1.0, n_bins + 1)
    counts = [np.histogram(values[rows], edges)[0] for rows in (is_of_class, ~is_of_class)]
    of_class, others = (count / max(count.sum(), 1) for count in counts)
    return TwoHistograms(edges, of_class, others)


def _copy(architecture: Architecture, theta: NDArray[Any]) -> NDArray[Any]:
    """Copy a theta that belongs to the network."""
    architecture.layers(theta)
    return theta.copy()
