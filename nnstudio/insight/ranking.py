"""Order the samples of an evaluation, and picture them; NumPy only."""

import numpy as np

from nnstudio.data.problem import InputSpace
from nnstudio.insight.sample_results import SampleResults

ORDERS = ("mistakes", "certain", "uncertain", "random")
"""Mistakes, the surest first; all samples, the surest first; all, the least certain first; all, at random."""


def ranked(
    results: SampleResults, order: str, *, true: int | None = None, read: int | None = None, seed: int = 0
) -> np.ndarray:
    """Order the samples of an evaluation.

    Parameters
    ----------
    results : SampleResults
    order : str
        One of ``ORDERS``. A sample is the surer the larger its largest output, and the less certain the less
        its two largest outputs differ.
    true, read : int or None
        Only samples of this class, and only those taken for this one.
    seed : int
        Decides a random order, which is the same whatever the answers are.

    Returns
    -------
    ndarray of shape (k,), intp
        Rows of the test set; equal ones keep its order.
    """
    n = len(results)
    if order == "random":
        rows = np.random.default_rng(seed).permutation(n)
    elif order == "uncertain":
        two = np.partition(results.outputs, -2, axis=1)[:, -2:]
        rows = np.argsort(two[:, 1] - two[:, 0], kind="stable")
    else:
        rows = np.argsort(-results.confidences, kind="stable")
    wanted = np.ones(n, bool)
    if order == "mistakes":
        wanted &= results.predicted != results.labels
    if true is not None:
        wanted &= results.labels == true
    if read is not None:
        wanted &= results.predicted == read
    return rows[wanted[rows]]


RESIDUAL_ORDERS = ("largest", "smallest", "random")
"""Of samples whose answers are numbers: the largest residual first, the smallest first, at random."""


def ranked_residuals(
    results: SampleResults, order: str, *, output: int | None = None, seed: int = 0
) -> np.ndarray:
    """Order the samples of an evaluation by the size of their residuals.

    Parameters
    ----------
    results : SampleResults
        Of outputs that are numbers.
    order : str
        One of ``RESIDUAL_ORDERS``.
    output : int or None
        The residual that counts; None: the largest of all outputs.
    seed : int
        Decides the random order.

    Returns
    -------
    ndarray of shape (n,), intp
        Rows of the test set; equal ones keep its order.
    """
    if order == "random":
        return np.random.default_rng(seed).permutation(len(results))
    sizes = np.abs(results.residuals)
    size = sizes.max(axis=1) if output is None else sizes[:, output]
    return np.argsort(-size if order == "largest" else size, kind="stable")


def sample_pictures(space: InputSpace, inputs: np.ndarray) -> np.ndarray:
    """Render inputs as ink on paper: images as they are, points as dots in their plane.

    Parameters
    ----------
    space : InputSpace
    inputs : ndarray of shape (n, n_features), float32

    Returns
    -------
    ndarray of shape (n, height, width), float32
        Paper 0, ink 1.
    """
    within = np.clip(space.shares(inputs), 0.0, 1.0).astype(np.float32)
    return space.traits.pictures(within, space.shape)
