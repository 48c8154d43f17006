"""Connected pieces of a mask, and the morphology of masks; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ConnectedComponents:
    """The connected pieces of a mask, whose pixels touch at sides and corners.

    Attributes
    ----------
    label : int32 ndarray of shape (h, w)
        0 outside the mask, 1 and up inside: piece k has the label k + 1.
    top, bottom, left, right : intp ndarray of shape (n,)
        The box of each; bottom and right are exclusive.
    area : intp ndarray of shape (n,)
        Pixels of each.
    """

    label: NDArray[np.int32]
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    area: NDArray[np.intp]

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.area)

    @property
    def height(self) -> NDArray[np.intp]:
        """The height of each in pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> NDArray[np.intp]:
        """The width of each in pixels."""
        return self.right - self.left

    @property
    def size(self) -> NDArray[np.intp]:
        """The longer side of each in pixels."""
        return np.maximum(self.height, self.width)

    @property
    def at_ends(self) -> NDArray[np.bool_]:
        """Whether each touches the left or right border of the image."""
        touches: NDArray[np.bool_] = (self.left == 0) | (self.right == self.label.shape[1])
        return touches

    @property
    def at_border(self) -> NDArray[np.bool_]:
        """Whether each touches the border of the image."""
        touches: NDArray[np.bool_] = self.at_ends | (self.top == 0) | (self.bottom == self.label.shape[0])
        return touches

    @cached_property
    def stroke_width(self) -> NDArray[np.float64]:
        """The width of each one's lines in pixels: for a line, width = 2 · area / outline."""
        return 2 * self.area / self.counts(edge(self.label > 0))

    @cached_property
    def radius(self) -> NDArray[np.intp]:
        """The radius in pixels of the largest disc in each; the outside of the image belongs to it."""
        radius = np.zeros(len(self), np.intp)
        left = np.pad(self.label > 0, 1, constant_values=True)
        inside = left[1:-1, 1:-1]
        for k in range(1, max(self.label.shape)):
            left[1:-1, 1:-1] = _eroded(left, corners=k % 2 == 0)
            lasts = self.counts(inside) > 0
            if not lasts.any():
                break
            radius[lasts] = k
        return radius

    def counts(self, mask: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return how many pixels of each piece lie on a mask."""
        return np.bincount(self.label[mask], minlength=len(self) + 1)[1:]

    def sums(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return the sum of an image's values over each piece."""
        where = self.label > 0
        sums: NDArray[Any] = np.bincount(self.label[where], weights=values[where], minlength=len(self) + 1)
        return sums[1:]

    def mask(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return where some of the pieces are, given for each whether it is one of them."""
        return np.concatenate(([False], chosen))[self.label]

    def only(self, chosen: NDArray[np.bool_]) -> ConnectedComponents:
        """Return some of the pieces, given for each whether it stays; they are numbered from 0 again."""
        number = np.zeros(len(self) + 1, np.int32)
        number[1:][chosen] = np.arange(1, np.count_nonzero(chosen) + 1)
        boxes = (side[chosen] for side in (self.top, self.bottom, self.left, self.right, self.area))
        return ConnectedComponents(number[self.label], *boxes)


def connected_pieces(mask: NDArray[np.bool_]) -> ConnectedComponents:
    """Find the connected pieces of a mask, (h, w).

    Notes
    -----
    Rows are coded as runs; runs of neighbouring rows that touch are joined by hooking the larger root to the
    smaller and letting all pointers jump to their roots until nothing changes. The work is in runs, of which
    a page of writing has a hundredth of its pixels.
    """
    n_rows, n_columns = mask.shape
    row, start, stop = runs(mask)
    n_runs = len(row)
    # Numbers of places in rows, one column wider than the image, ascend over the whole image.
    pitch = n_columns + 2
    starts, stops = row * pitch + start, row * pitch + stop
    first = np.searchsorted(stops, starts + pitch)
    last = np.searchsorted(starts, stops + pitch, side="right")
    n_touching = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(n_runs), n_touching)
    lower = np.arange(len(upper)) - np.repeat(np.cumsum(n_touching) - n_touching, n_touching)
    lower += np.repeat(first, n_touching)
    number = _roots(n_runs, upper, lower)
    n = int(number.max(initial=-1)) + 1
    label = np.zeros(mask.shape, np.int32)
    label[mask] = np.repeat(number + 1, stop - start)
    top, left = np.full(n, n_rows), np.full(n, n_columns)
    bottom, right = np.zeros(n, np.intp), np.zeros(n, np.intp)
    np.minimum.at(top, number, row)
    np.maximum.at(bottom, number, row + 1)
    np.minimum.at(left, number, start)
    np.maximum.at(right, number, stop)
    area = np.bincount(number, weights=stop - start, minlength=n).astype(np.intp)
    return ConnectedComponents(label, top, bottom, left, right, area)


def runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the runs of a mask's rows, in reading order: row, first column, column after the last."""
    # The column that is added to each row ends its last run: beginnings and ends take turns.
    pitch = mask.shape[1] + 1
    padded = np.zeros(mask.shape[0] * pitch + 1, bool)
    padded[1:].reshape(-1, pitch)[:, :-1] = mask
    change = np.flatnonzero(padded[1:] != padded[:-1])
    row, start = np.divmod(change[::2], pitch)
    return row, start, change[1::2] - row * pitch


def _roots(n: int, upper: NDArray[np.intp], lower: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the number of each of n things' group, from 0 on, where pairs of them are linked."""
    root = np.arange(n)
    while len(upper):
        low, high = np.minimum(root[upper], root[lower]), np.maximum(root[upper], root[lower])
        np.minimum.at(root, high, low)
        while True:
            further = root[root]
            if (further == root).all():
                break
            root = further
        differ = root[upper] != root[lower]
        upper, lower = upper[differ], lower[differ]
    number: NDArray[np.intp] = np.unique(root, return_inverse=True)[1].reshape(n)
    return number


def hysteresis(weak: NDArray[np.bool_], strong: NDArray[np.bool_]) -> ConnectedComponents:
    """Return the pieces of a mask that hold a pixel of a second one."""
    pieces = connected_pieces(weak)
    return pieces.only(pieces.counts(strong & weak) > 0)


def edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of a mask that have a neighbour outside it, at a side."""
    return mask & ~_eroded(np.pad(mask, 1), corners=False)


def _eroded(padded: NDArray[np.bool_], *, corners: bool) -> NDArray[np.bool_]:
    """Return which pixels inside the margin have all neighbours at their sides, or also at their corners."""
    if corners:
        across = padded[:, :-2] & padded[:, 1:-1] & padded[:, 2:]
        return across[:-2] & across[1:-1] & across[2:]
    inside: NDArray[np.bool_] = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside & padded[1:-1, 1:-1]


def grown(mask: NDArray[np.bool_], rounds: int) -> NDArray[np.bool_]:
    """Extend a mask by so many pixels in an octagon."""
    for k in range(rounds):
        mask = ~_eroded(np.pad(~mask, 1, constant_values=True), corners=k % 2 == 1)
    return mask


def spread(label: NDArray[np.int32], rounds: int) -> NDArray[np.int32]:
    """Extend the label of each piece to the pixels around it that have none."""
    for _ in range(rounds):
        padded = np.pad(label, 1)
        across = np.maximum(padded[1:-1, :-2], padded[1:-1, 2:])
        beside = np.maximum(np.maximum(padded[:-2, 1:-1], padded[2:, 1:-1]), across)
        label = np.where(label > 0, label, beside)
    return label


def filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return a mask with its holes: what is not connected with the border of the image at sides."""
    holes = connected_pieces(~mask)
    height, width = mask.shape
    is_open = (holes.top == 0) | (holes.left == 0) | (holes.bottom == height) | (holes.right == width)
    return mask | holes.mask(~is_open)
