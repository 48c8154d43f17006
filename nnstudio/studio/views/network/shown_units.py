"""Selection of the units that the network view shows, and their places; no Qt."""

import numpy as np

ALL_SHOWN = 100
"""Largest layer that is shown completely."""

SUMMARY = 64
"""Number of units shown of a larger layer."""

LOYALTY = 1.5
"""A unit keeps its place while its rank is below so many times the number of places."""


class ShownUnits:
    """The units of one layer that have a place in the view.

    All of them in a small layer. In a large one page 0 holds the most active: a unit keeps its place while it
    is nearly among them, so that pictures do not jump while a pen moves or a network learns. The pages after
    it hold all units by their numbers.

    Parameters
    ----------
    n_units : int

    Attributes
    ----------
    units : ndarray of shape (n_places,), intp
        The unit in each place; the last page by numbers may be shorter than the others.
    page : int
    """

    def __init__(self, n_units: int) -> None:
        self.n_units = n_units
        self.n_places = n_units if n_units <= ALL_SHOWN else SUMMARY
        self.page = 0
        self.units = np.arange(self.n_places)
        self._has_ranks = False

    @property
    def is_summary(self) -> bool:
        """Whether some units have no place."""
        return self.n_places < self.n_units

    @property
    def n_pages(self) -> int:
        """The number of pages."""
        return 1 + -(-self.n_units // self.n_places) if self.is_summary else 1

    def turn(self, pages: int) -> None:
        """Turn by a number of pages, cyclically."""
        self.page = (self.page + pages) % self.n_pages
        self._has_ranks = False
        if self.page:
            first = (self.page - 1) * self.n_places
            self.units = np.arange(first, min(first + self.n_places, self.n_units))
        else:
            self.units = np.arange(self.n_places)

    def place_of(self, unit: int) -> int | None:
        """Return a unit's place, if it has one."""
        found = np.flatnonzero(self.units == unit)
        return int(found[0]) if len(found) else None

    def follow(self, a: np.ndarray | None, kept: tuple[int, ...] = ()) -> bool:
        """Give the most active units a place, on the page by activity.

        Parameters
        ----------
        a : ndarray of shape (n_units,) or None
            Activations; without them the units stay.
        kept : tuple of int
            Units that keep a place at any activation.

        Returns
        -------
        bool
            Whether any place changed.
        """
        if not self.is_summary or self.page:
            return False
        before = self.units
        if a is not None:
            self._rank(np.abs(a))
        for unit in kept:
            if not (self.units == unit).any():
                self._replace_quietest(unit, a, kept)
        return self.units is not before

    def _rank(self, activity: np.ndarray) -> None:
        order = np.argsort(-activity, kind="stable")
        if not self._has_ranks:
            # Nothing has been shown yet: sort the units by number.
            self._has_ranks = True
            self.units = np.sort(order[: self.n_places])
            return
        rank = np.empty(self.n_units, np.intp)
        rank[order] = np.arange(self.n_units)
        is_shown = np.zeros(self.n_units, np.bool_)
        is_shown[self.units] = True
        n_leaving = int(np.count_nonzero(rank[self.units] >= LOYALTY * self.n_places))
        n_missing = int(np.count_nonzero(~is_shown[order[: self.n_places // 2]]))
        n_changes = max(n_leaving, n_missing)
        if n_changes:
            places = np.argsort(-rank[self.units], kind="stable")[:n_changes]
            newcomers = order[~is_shown[order]][:n_changes]
            self.units = self.units.copy()
            self.units[places] = newcomers

    def _replace_quietest(self, unit: int, a: np.ndarray | None, kept: tuple[int, ...]) -> None:
        activity = np.zeros(self.n_units) if a is None else np.abs(a)
        movable = np.flatnonzero(~np.isin(self.units, kept))
        if len(movable):
            self.units = self.units.copy()
            # The last of several places: the first ones get the most attention.
            quietest = movable[::-1][np.argmin(activity[self.units[movable[::-1]]])]
            self.units[quietest] = unit
