"""The L1 and L2 penalties that are added to a loss; any package may import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def penalty(theta: NDArray[Any], *, l1: float = 0.0, l2: float = 0.0) -> Any:
    """Compute λ₁ Σ |θ| + ½ λ₂ Σ θ², whose gradient the optimisers add to that of the loss.

    Parameters
    ----------
    theta : ndarray of shape (n_params,)
        Weights and biases alike.
    l1, l2 : float
        λ₁, λ₂ ≥ 0, as in `nnstudio.engine.optimisers.Hyper`.

    Returns
    -------
    scalar of theta's dtype
        Analytic in theta, for the complex step: |θ| is θ sign Re θ.

    Examples
    --------
    >>> float(penalty(np.array([3.0, -4.0]), l1=1.0, l2=2.0))
    32.0
    """
    return l1 * (theta * np.sign(theta.real)).sum() + 0.5 * l2 * np.dot(theta, theta)


def penalty_gradient(theta: NDArray[Any], *, l1: float = 0.0, l2: float = 0.0) -> NDArray[Any]:
    """Compute λ₁ sign θ + λ₂ θ, a new array; 0 where a weight is 0.

    Parameters as for `penalty`.
    """
    gradient: NDArray[Any] = l1 * np.sign(theta.real) + l2 * theta
    return gradient
