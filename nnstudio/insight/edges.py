"""The strongest connections of a network for one input."""

from dataclasses import dataclass

import numpy as np

# Beyond this many weights, not all products can be computed in a frame: the most active sources are searched.
EXHAUSTIVE_LIMIT = 150_000
MOST_ACTIVE = 96


@dataclass(frozen=True)
class Edges:
    """Connections between two neighbouring layers, weakest first.

    Attributes
    ----------
    source, target : ndarray of shape (n,), intp
        Unit indices in the layer before and in the layer after.
    strength : ndarray of shape (n,), float32
        Weight × activation of the source.
    """

    source: np.ndarray
    target: np.ndarray
    strength: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


def strongest_edges(W: np.ndarray, a: np.ndarray, count: int) -> Edges:
    """Find the connections with the largest |weight × activation|.

    Parameters
    ----------
    W : ndarray of shape (fan_out, fan_in)
    a : ndarray of shape (fan_in,)
        Activations of the layer before.
    count : int
        How many to return at most; connections of strength zero are left out.

    Notes
    -----
    Exact up to 150,000 weights. Beyond, only the 96 sources of largest |activation| are searched.
    """
    sources = np.arange(W.shape[1])
    if W.size > EXHAUSTIVE_LIMIT and W.shape[1] > MOST_ACTIVE:
        sources = np.argpartition(np.abs(a), -MOST_ACTIVE)[-MOST_ACTIVE:]
        product = W[:, sources] * a[sources]
    else:
        product = W * a
    flat = product.ravel()
    size = np.abs(flat)
    chosen = np.arange(flat.size) if flat.size <= count else np.argpartition(size, -count)[-count:]
    chosen = chosen[size[chosen] > 0]
    chosen = chosen[np.argsort(size[chosen], kind="stable")]
    target, column = np.divmod(chosen, product.shape[1])
    return Edges(sources[column], target, flat[chosen].astype(np.float32))
