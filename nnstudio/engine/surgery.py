"""Edits of a trained network: each returns a new theta and keeps the old one; any package may import it.

Hidden layers are counted from 0, as computing layers are: layer k has the weights ``layers.k.weight``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture


class SurgeryError(UserError):
    """An edit that this network does not allow."""


def silence_units(
    architecture: Architecture,
    theta: NDArray[Any],
    layer: int,
    units: Sequence[int] | NDArray[np.integer[Any]],
) -> NDArray[Any]:
    """Remove the effect of hidden units on the layers above.

    Their outgoing weights become 0, their own weights stay: the network computes what it would without them.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        Hidden layer.
    units : sequence of int
        Units in it.

    Raises
    ------
    SurgeryError
        If there is no such hidden unit.
    ArchitectureError
        If theta does not belong to the network.
    """
    size = _hidden_size(architecture, layer)
    chosen = np.asarray(units, np.int64)
    outside = chosen[(chosen < 0) | (chosen >= size)]
    if outside.size:
        raise SurgeryError(
            tr("Hidden layer {layer} has {size} units, counted from 0, and no unit {outside}.").format(
                layer=layer, size=size, outside=outside[0]
            )
        )
    result = _copy(architecture, theta)
    architecture.layers(result)[layer + 1].W[:, chosen] = 0
    return result


def prune(
    architecture: Architecture, theta: NDArray[Any], fraction: float, layer: int | None = None
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Remove the smallest weights of a network, or of one of its layers.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    fraction : float
        The part of the weights to set to 0, 0…1; biases stay.
    layer : int, optional
        The computing layer whose weights are meant, the first is 0; by default those of all layers together.

    Returns
    -------
    theta : ndarray of shape (n_params,)
    mask : bool ndarray of shape (n_params,)
        True for what was kept: training that multiplies by it keeps the rest at 0.

    Raises
    ------
    SurgeryError
        If the fraction is not a number from 0 to 1, or there is no such layer.
    ArchitectureError
        If theta does not belong to the network.

    Notes
    -----
    By magnitude (Han et al. 2015, Learning both Weights and Connections); without a layer, one threshold
    applies to all layers. Of equal weights the first ones are removed, so that the number is exact.
    """
    if not (math.isfinite(fraction) and 0 <= fraction <= 1):
        raise SurgeryError(
            tr("The part of the weights to prune must be from 0 to 1, not {fraction!r}.").format(
                fraction=fraction
            )
        )
    result = _copy(architecture, theta)
    order = smallest_first(architecture, theta, layer)
    mask = np.ones(architecture.n_params, bool)
    mask[order[: round(fraction * len(order))]] = False
    result[~mask] = 0
    return result, mask


def smallest_first(
    architecture: Architecture, theta: NDArray[Any], layer: int | None = None
) -> NDArray[np.int64]:
    """Return the coordinates of weights by their magnitude, in the order in which `prune` removes them.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int, optional
        See `prune`.

    Raises
    ------
    SurgeryError
        If there is no such layer.
    ArchitectureError
        If theta does not belong to the network.
    """
    if layer is not None and not 0 <= layer < architecture.n_layers:
        raise SurgeryError(
            tr(
                "The network {architecture} has {n_layers} computing layers, counted from 0, and no "
                "layer {layer}."
            ).format(architecture=architecture, n_layers=architecture.n_layers, layer=layer)
        )
    is_weight = np.zeros(architecture.n_params, bool)
    for k, block in enumerate(architecture.layers(is_weight)):
        block.W[...] = layer in (None, k)
    architecture.layers(theta)
    weights = np.flatnonzero(is_weight)
    order: NDArray[np.int64] = weights[np.argsort(np.abs(theta[weights]), kind="stable")]
    return order


def interpolate(start: NDArray[Any], end: NDArray[Any], share: float) -> NDArray[Any]:
    """Interpolate between two networks of the same architecture.

    Parameters
    ----------
    start, end : ndarray of shape (n_params,), same dtype
    share : float
        0 returns the start, 1 the end, both exactly; others extrapolate.

    Raises
    ------
    SurgeryError
        If the vectors differ in shape or dtype, or the share is not finite.
    """
    if start.shape != end.shape or start.dtype != end.dtype:
        raise SurgeryError(
            tr(
                "Two networks of one architecture are needed; these have {first} and {second} "
                "parameters in {dtype} and {other}."
            ).format(first=start.shape, second=end.shape, dtype=start.dtype, other=end.dtype)
        )
    share = float(share)
    if not math.isfinite(share):
        raise SurgeryError(
            tr("The share of the way must be a finite number, not {share!r}.").format(share=share)
        )
    # Unlike start + share · (end − start), this ends exactly.
    mixture: NDArray[Any] = (1 - share) * start + share * end
    return mixture


def add_scaled(
    architecture: Architecture,
    theta: NDArray[Any],
    share: float,
    other_architecture: Architecture,
    other: NDArray[Any],
) -> NDArray[Any]:
    """Add a multiple of one network to another, number by number: θ + h θ′.

    Parameters
    ----------
    architecture, other_architecture : Architecture
        Of the same sizes, both with biases or both without; the activations do not matter.
    theta, other : ndarray of shape (n_params,)
    share : float
        h.

    Raises
    ------
    SurgeryError
        If the sizes or the biases differ, or a sum is not finite.
    ArchitectureError
        If a theta does not belong to its network.

    Examples
    --------
    >>> from nnstudio.engine.architecture import Architecture
    >>> line = Architecture((1, 1), ("identity",))
    >>> add_scaled(line, np.array([2.0, 1.0]), -0.5, line, np.array([2.0, 1.0]))
    array([1. , 0.5])
    """
    if architecture.layer_sizes != other_architecture.layer_sizes:
        raise SurgeryError(
            tr(
                "A network {first} and a network {second} are points of two spaces and have no sum. Choose "
                "two of the same sizes."
            ).format(first=architecture, second=other_architecture)
        )
    if architecture.has_biases != other_architecture.has_biases:
        raise SurgeryError(
            tr(
                "One of these networks has no biases, so they are points of two spaces and have no sum. "
                "Choose two with biases, or two without."
            )
        )
    other_architecture.layers(other)
    result = _copy(architecture, theta)
    with np.errstate(over="ignore", invalid="ignore"):
        result += np.asarray(share * other, result.dtype)
    if not np.isfinite(result).all():
        raise SurgeryError(tr("The sum has numbers that are not finite; nothing was changed."))
    return result


def widen(
    architecture: Architecture,
    theta: NDArray[Any],
    layer: int,
    size: int,
    *,
    rng: np.random.Generator,
    noise: float = 0.0,
) -> tuple[Architecture, NDArray[Any]]:
    """Give a hidden layer more units without changing what the network computes.

    Units are split until there are enough: a copy takes over half of each outgoing weight. Every unit is
    split once before any is split again.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    layer : int
        Hidden layer.
    size : int
        Its new number of units, at least the old.
    rng : numpy.random.Generator
        Chooses which are split first.
    noise : float
        Standard deviation of what is added to the weights of copies, relative to that of the layer's weights.
        With 0 the function is kept exactly, but a unit and its copy also learn the same for ever; a small
        value such as 0.01 lets them diverge.

    Returns
    -------
    architecture : Architecture
    theta : ndarray of shape (n_params,)

    Raises
    ------
    SurgeryError
        If there is no such hidden layer, it would become smaller, or the noise is not a number of at least 0.
    ArchitectureError
        If the network would be too large, or theta does not belong to it.

    Notes
    -----
    Chen, Goodfellow & Shlens 2016, Net2Net, section 2.2 (Net2WiderNet). Variant: weights are halved, which
    floating point does exactly, where the paper divides by the number of copies.
    """
    old_size = _hidden_size(architecture, layer)
    if size < old_size:
        raise SurgeryError(
            tr("Hidden layer {layer} has {old_size} units; it cannot be widened to {size}.").format(
                layer=layer, old_size=old_size, size=size
            )
        )
    if not (math.isfinite(noise) and noise >= 0):
        raise SurgeryError(tr("The noise must be a number of at least 0, not {noise!r}.").format(noise=noise))
    sizes = list(architecture.layer_sizes)
    sizes[layer + 1] = size
    wider = replace(architecture, layer_sizes=tuple(sizes))
    result = np.empty(wider.n_params, theta.dtype)
    old, new = architecture.layers(theta), wider.layers(result)
    for k, (before, after) in enumerate(zip(old, new, strict=True)):
        if k not in (layer, layer + 1):
            after.W[...], after.b[...] = before.W, before.b
    below, above = new[layer], new[layer + 1]
    below.W[:old_size], below.b[:old_size] = old[layer].W, old[layer].b
    above.W[:, :old_size], above.b[...] = old[layer + 1].W, old[layer + 1].b

    spread = noise * float(old[layer].W.std())
    present = old_size
    while present < size:
        originals = rng.permutation(present)[: size - present]
        copies = slice(present, present + len(originals))
        below.W[copies], below.b[copies] = below.W[originals], below.b[originals]
        if spread:
            below.W[copies] += spread * rng.standard_normal(below.W[copies].shape).astype(theta.dtype)
        above.W[:, originals] /= 2
        above.W[:, copies] = above.W[:, originals]
        present += len(originals)
    return wider, result


def _copy(architecture: Architecture, theta: NDArray[Any]) -> NDArray[Any]:
    """Copy a theta that belongs to the network."""
    architecture.layers(theta)
    return theta.copy()


def _hidden_size(architecture: Architecture, layer: int) -> int:
    n_hidden = architecture.n_layers - 1
    if not 0 <= layer < n_hidden:
        raise SurgeryError(
            tr(
                "The network {architecture} has {n_hidden} hidden layers, counted from 0, and no layer "
                "{layer}."
            ).format(architecture=architecture, n_hidden=n_hidden, layer=layer)
        )
    return architecture.layer_sizes[layer + 1]
