"""Linear least squares in closed form, to compare training with; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FitError(UserError):
    """Data to which no line can be fitted."""


@dataclass(frozen=True)
class LinearFit:
    """A linear fit, y = W x + b: a line, a plane, or a hyperplane.

    Attributes
    ----------
    W : float64 ndarray of shape (n_outputs, n_features)
        Slopes.
    b : float64 ndarray of shape (n_outputs,)
        Intercepts.
    rank : int
        Directions in which the inputs vary; with fewer than n_features many planes fit equally well, and
        this is the one of the smallest slopes.
    loss : float
        ½ Σ (y − t)² averaged over the samples: the least that the ``"squared_error"`` can be.
    """

    W: NDArray[np.float64]
    b: NDArray[np.float64]
    rank: int
    loss: float

    @property
    def architecture(self) -> Architecture:
        """The network that computes the fit: no hidden layer, identity output."""
        n_outputs, n_features = self.W.shape
        return Architecture((n_features, n_outputs), ("identity",))

    @property
    def theta(self) -> NDArray[np.float64]:
        """The weights of that network, a new float64 vector."""
        theta = np.empty(self.architecture.n_params)
        (layer,) = self.architecture.layers(theta)
        layer.W[...], layer.b[...] = self.W, self.b
        return theta


def fit_linear(x: NDArray[Any], targets: NDArray[Any]) -> LinearFit:
    """Find the W and b with the least squared error, in closed form.

    Parameters
    ----------
    x : ndarray of shape (n, n_features), n ≥ 1
        One feature gives a line, two a plane.
    targets : ndarray of shape (n,) or (n, n_outputs)

    Returns
    -------
    LinearFit

    Raises
    ------
    FitError
        If the shapes do not fit, there is no sample or a number is not finite.

    Notes
    -----
    Not the normal equations (XᵀX) w = Xᵀt, which square the condition number and lose twice the digits, but
    the singular value decomposition of the centred X (LAPACK's gelsd); the intercept follows from the means.
    It is a minimum of the same loss as that of a network without hidden layers, whose theta it returns.

    Examples
    --------
    >>> fit = fit_linear(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    >>> fit.W.round(12), fit.b.round(12)
    (array([[2.]]), array([1.]))
    """
    x, targets = np.asarray(x, np.float64), np.asarray(targets, np.float64)
    if targets.ndim == 1:
        targets = targets[:, None]
    if x.ndim != 2 or targets.ndim != 2 or not 1 <= len(x) == len(targets):
        raise FitError(
            tr(
                "A fit needs rows of numbers and as many targets, at least one; got {rows} and {targets}."
            ).format(rows=x.shape, targets=targets.shape)
        )
    if not (np.isfinite(x).all() and np.isfinite(targets).all()):
        raise FitError(tr("A fit needs finite numbers; leave out the samples that have others."))
    x_mean, target_mean = x.mean(axis=0), targets.mean(axis=0)
    centred = x - x_mean
    # The mean of equal numbers may round to a neighbour, which would leave a direction of rounding errors.
    centred[:, (x == x[0]).all(axis=0)] = 0.0
    slopes, _, rank, _ = np.linalg.lstsq(centred, targets - target_mean, rcond=None)
    b = target_mean - x_mean @ slopes
    residuals = x @ slopes + b - targets
    return LinearFit(slopes.T.copy(), b, int(rank), float(0.5 * (residuals**2).sum() / len(x)))
