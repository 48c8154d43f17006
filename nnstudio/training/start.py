"""What a run starts from: initial weights, given ones, or the state of another run; the loop uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.initialise import initialise
from nnstudio.engine.passes import all_finite
from nnstudio.language import tr
from nnstudio.training.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from nnstudio.data.problem import InputScaling, InputSpace
    from nnstudio.training.batch_plan import BatchPlan
    from nnstudio.training.config import TrainingConfig


@dataclass(frozen=True, eq=False)
class LoopState:
    """The full state of a run after a step: a run that continues from it gets the same numbers.

    Attributes
    ----------
    step : int
        Updates taken.
    batch_plan : BatchPlan
        Which samples come next.
    theta : ndarray of shape (n_params,), float32
        The weights that are trained: not averaged, and for scaled inputs.
    optimiser : str
        A key of ``OPTIMISERS``; empty if its moments were not kept. Another optimiser starts with a new
        state.
    t : int
        Steps that the optimiser has taken.
    moments : dict of str to ndarray of shape (n_params,)
        Its running vectors.
    mask, average : ndarray of shape (n_params,), or None
        The pruned weights, and the running average of the weights.

    Notes
    -----
    Aliasing: the arrays are read only, and may be those of a checkpoint.  Thread: any.
    """

    step: int
    batch_plan: BatchPlan
    theta: NDArray[np.float32]
    optimiser: str = ""
    t: int = 0
    moments: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    mask: NDArray[np.float32] | None = None
    average: NDArray[np.float32] | None = None

    def check(self, n_samples: int, title: str) -> None:
        """Make sure that a run can continue with ``n_samples`` in an epoch, those of ``title``.

        Raises
        ------
        ConfigError
            If it learned from another number of them.
        """
        if self.batch_plan.n_samples != n_samples:
            raise ConfigError(
                tr(
                    "That run learned from {before:,} samples in an epoch; {title} has {now:,}. "
                    "Start a new run."
                ).format(before=self.batch_plan.n_samples, title=tr(title), now=n_samples)
            )

    @property
    def vectors(self) -> tuple[NDArray[np.float32], ...]:
        """Every vector of theta's shape."""
        others = (vector for vector in (self.mask, self.average) if vector is not None)
        return (self.theta, *self.moments.values(), *others)


def initial_theta(
    config: TrainingConfig, input_space: InputSpace, scaling: InputScaling | None = None
) -> NDArray[np.float32]:
    """Return the weights that a run with ``config`` starts from, decided by its seed.

    Parameters
    ----------
    config : TrainingConfig
    input_space : InputSpace
        Its ranges, scaled if there is a scaling, are those of the network's inputs.
    scaling : InputScaling, optional
        Applied to inputs before they enter the network.
    """
    low, high = input_space.lows, input_space.highs
    if scaling is not None:
        low, high = ((end - scaling.shift) * scaling.factor for end in (low, high))
    theta = initialise(
        config.architecture,
        rng=np.random.default_rng(config.seed),
        scheme=config.initialisation,
        input_range=(low, high),
    )
    mask = random_mask(config)
    if mask is not None:
        theta *= mask
    return theta


def random_mask(config: TrainingConfig) -> NDArray[np.float32] | None:
    """Return 0 for each weight that the configuration holds at 0 by chance, else 1; None if it holds none.

    Of each layer the same share of weights is held, rounded to a whole number; biases are not.

    Returns
    -------
    ndarray of shape (n_params,), or None
    """
    if not config.random_mask:
        return None
    mask = np.ones(config.architecture.n_params, np.float32)
    # Its own numbers: the initial weights are the same with and without a mask.
    rng = np.random.default_rng((config.seed, 2))
    for layer in config.architecture.layers(mask):
        chosen = rng.permutation(layer.W.size)[: round(config.random_mask * layer.W.size)]
        layer.W.reshape(-1)[chosen] = 0
    return mask


def checked_theta(config: TrainingConfig, theta: ArrayLike) -> NDArray[np.float32]:
    """Return a float32 copy of ``theta`` if it can be trained with ``config``.

    Raises
    ------
    ConfigError
        If it has another number of values than the architecture, or ``keep`` would refuse them.
    """
    with np.errstate(over="ignore"):
        copy = np.array(theta, dtype=np.float32)
    if copy.shape != (config.architecture.n_params,):
        raise ConfigError(
            tr(
                "The network {architecture} has {n_params:,} weights and biases; cannot go on from an "
                "array of shape {shape}."
            ).format(
                architecture=config.architecture, n_params=config.architecture.n_params, shape=copy.shape
            )
        )
    if not all_finite(0.0, copy):
        raise ConfigError(
            tr("Cannot go on from weights that are not finite or far too large; load others or start anew.")
        )
    return copy


def checked_mask(config: TrainingConfig, mask: ArrayLike) -> NDArray[np.float32]:
    """Return a copy of a mask as 0 and 1 in float32.

    Raises
    ------
    ConfigError
        If it has another number of values than the architecture.
    """
    flags = np.asarray(mask)
    if flags.shape != (config.architecture.n_params,):
        raise ConfigError(
            tr(
                "The network {architecture} has {n_params:,} weights and biases; a mask of shape {shape} "
                "does not fit it."
            ).format(
                architecture=config.architecture, n_params=config.architecture.n_params, shape=flags.shape
            )
        )
    return flags.astype(np.bool_).astype(np.float32)
