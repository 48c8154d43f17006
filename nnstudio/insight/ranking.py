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
    evaluation : SampleResults
    order : str
        One of ``ORDERS``. A sample is the surer the larger its largest output, and the less certain the less
        its two largest outputs differ.
    Only samples of this class, and only those read as this one.
        Only samples of this class, and only those taken for this one.
    Decides the random order, which does not depend on the answers.
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
