"""Pictures of facets, painted on a background thread: from above, or as a relief."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnstudio.insight.facets import Facets
from nnstudio.studio.painting.pixel_painting import mixed, value_of
from nnstudio.studio.painting.theme import FIELD_OPACITY_EXPONENT, Theme, colour, signed_table

OPACITY = 0.7
"""Of the colours of numbers, over the panel's."""

SHADE = 0.35
"""How much darker a facet is that faces away from the light."""

LIGHT = np.array((-0.5, 0.55, 0.67))
"""From where the light comes: from the left, from behind, and from above."""

HEIGHT = 0.6
"""How high the number of the full colour is, where the plane reaches from −1 to 1."""

HIGHEST = 3.0
"""Numbers are cut off at so many times the number of the full colour."""

LINE_PX, FIRST_LINE_PX = 1.0, 1.8
"""Of outlines; those of the first layer go all through the plane."""

BASE = np.array([(1, 1), (1, -1), (-1, -1), (-1, 1), (1, 1)])
BASE = np.column_stack((BASE, np.full(len(BASE), -HEIGHT)))
"""The outline of the plane below the relief."""

FEW, LINE_OPACITY, FAINTEST = 250, 0.55, 0.2
"""Outlines of up to so many facets have this opacity; those of more are fainter."""

_LEVELS = 127


@dataclass(frozen=True)
class Look:
    """How facets are looked at.

    Attributes
    ----------
    width, height : int
        Of the picture, in device pixels.
    pixel_ratio : float
        Device pixels of a line that is one pixel wide.
    theme : Theme
    ranges : tuple of four float, or None
        From above: the lowest and highest x₁, then x₂, that are seen.
    angles : tuple of two float, or None
        As a relief: by how much it is turned about the vertical, and from how far up it is seen, in radians.
    """

    width: int
    height: int
    pixel_ratio: float
    theme: Theme
    ranges: tuple[float, float, float, float] | None = None
    angles: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Surface:
    """A number over the plane, made of facets.

    Attributes
    ----------
    facets : Facets
    W : ndarray of shape (n, 2)
    b : ndarray of shape (n,)
        The number's equation on each facet: W x + b.
    limit : float
        The number of the full colour.
    lows, highs : ndarray of shape (2,)
        Of the rectangle.
    """

    facets: Facets
    W: np.ndarray
    b: np.ndarray
    limit: float
    lows: np.ndarray
    highs: np.ndarray

    def values(self) -> np.ndarray:
        """Return the number at each corner, (n, k)."""
        return np.asarray((self.facets.corners * self.W[:, None]).sum(axis=2) + self.b[:, None])

    def colours(self, theme: Theme) -> np.ndarray:
        """Return a pixel ``0xffRRGGBB`` for each facet: its mean number's colour, shaded by its slope."""
        middle = _centres(self.facets.corners)
        level = np.clip(((self.W * middle).sum(axis=1) + self.b) / self.limit, -1, 1)
        of_numbers = np.asarray(signed_table(theme, exponent=FIELD_OPACITY_EXPONENT), np.uint32)
        base = mixed(
            value_of(theme.panel),
            of_numbers[(128 + np.round(level * _LEVELS)).astype(int)],
            np.float32(OPACITY),
        )
        slopes = self.W * (self.highs - self.lows) / 2 * (HEIGHT / self.limit)
        normal = np.column_stack((-slopes, np.ones(len(slopes))))
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        lit = np.clip(normal @ (LIGHT / np.linalg.norm(LIGHT)), 0, 1)
        return mixed(base, value_of(theme.window if theme.name == "dark" else theme.muted), SHADE * (1 - lit))


def project(u: np.ndarray, heights: np.ndarray, angles: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Project a relief.

    Parameters
    ----------
    u : ndarray of shape (…, 2)
        Places of the plane, −1 to 1.
    heights : ndarray of shape (…)
    angles : tuple of two float
        See `Look`.

    Returns
    -------
    places : ndarray of shape (…, 2)
        To the right, and upwards.
    depth : ndarray of shape (…)
        How far away each is.
    """
    turn, above = angles
    across = u[..., 0] * np.cos(turn) - u[..., 1] * np.sin(turn)
    away = u[..., 0] * np.sin(turn) + u[..., 1] * np.cos(turn)
    places = np.stack((across, heights * np.cos(above) + away * np.sin(above)), axis=-1)
    return places, away * np.cos(above) - heights * np.sin(above)


def to_pixels(places: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return where projected places (…, 2) are in a picture of a size, the origin in its middle."""
    scale = min(width / 2.95, height / 2.75)
    return np.asarray(np.array((width, height)) / 2 + places * (scale, -scale))


def paint(surface: Surface, look: Look) -> QImage:
    """Paint facets; too many to be filled are outlined alone.

    Notes
    -----
    Thread: any.
    """
    image = QImage(look.width, look.height, QImage.Format.Format_RGB32)
    image.fill(QColor(look.theme.panel))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.angles is not None:
        _paint_relief(painter, surface, look)
    else:
        _paint_map(painter, surface, look)
    painter.end()
    return image


def _paint_map(painter: QPainter, surface: Surface, look: Look) -> None:
    assert look.ranges is not None, "a map shows a part of the plane"
    x1, x2, y1, y2 = look.ranges
    size = np.array((look.width, look.height))

    def placed(points: np.ndarray) -> np.ndarray:
        shares = (points - (x1, y2)) / (x2 - x1, y1 - y2)
        # Qt takes no coordinates that are far outside.
        return np.clip(shares, -9, 10) * size

    facets = surface.facets
    if facets.can_be_filled:
        # Outlines hide the seams, which smooth edges would leave.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        _fill(painter, placed(facets.corners), surface.colours(look.theme).tolist())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    segments = placed(facets.segments).reshape(-1, 4)
    for of_layer, px in ((facets.layers > 0, LINE_PX), (facets.layers == 0, FIRST_LINE_PX)):
        painter.setPen(_pen(surface, look, px))
        painter.drawLines([QLineF(*ends) for ends in segments[of_layer].tolist()])


def _paint_relief(painter: QPainter, surface: Surface, look: Look) -> None:
    assert look.angles is not None, "a relief is seen from somewhere"
    facets = surface.facets
    if not facets.can_be_filled:
        return
    painter.setPen(_pen(surface, look, LINE_PX))
    base, _ = project(BASE[:, :2], BASE[:, 2], look.angles)
    painter.drawPolyline(arrayToQPolygonF(*to_pixels(base, look.width, look.height).T))
    corners, order = relief_corners(surface, look)
    _fill(painter, corners, surface.colours(look.theme)[order].tolist())


def relief_corners(surface: Surface, look: Look) -> tuple[np.ndarray, np.ndarray]:
    """Return where the corners of each facet are in the picture of a relief.

    Returns
    -------
    corners : ndarray of shape (n, k, 2)
        In device pixels, of the farthest facet first.
    order : int ndarray of shape (n,)
        Which facet each is.
    """
    assert look.angles is not None, "a relief is seen from somewhere"
    u = 2 * (surface.facets.corners - surface.lows) / (surface.highs - surface.lows) - 1
    heights = HEIGHT * np.clip(surface.values() / surface.limit, -HIGHEST, HIGHEST)
    places, depth = project(u, heights, look.angles)
    order = np.argsort(-depth.mean(axis=1), kind="stable")
    return to_pixels(places[order], look.width, look.height), order


def facet_in_relief(surface: Surface, look: Look, at: tuple[float, float]) -> tuple[int, np.ndarray] | None:
    """Return the facet that is seen at a place of the picture of a relief, in device pixels.

    Returns
    -------
    (int, ndarray of shape (k, 2)), or None
        Its number, and where its corners are.
    """
    corners, order = relief_corners(surface, look)
    along, there = np.roll(corners, -1, axis=1) - corners, np.array(at) - corners
    # Facets are convex: the place is on the same side of all edges.
    side = along[..., 0] * there[..., 1] - along[..., 1] * there[..., 0]
    found = np.flatnonzero((side >= 0).all(axis=1) | (side <= 0).all(axis=1))
    return (int(order[found[-1]]), corners[found[-1]]) if len(found) else None


def _fill(painter: QPainter, corners: np.ndarray, colours: Iterable[int]) -> None:
    for polygon, pixel in zip(corners, colours, strict=True):
        painter.setBrush(QColor.fromRgb(pixel))
        painter.drawConvexPolygon(arrayToQPolygonF(polygon[:, 0], polygon[:, 1]))


def _pen(surface: Surface, look: Look, px: float) -> QPen:
    # Where outlines are dense, they would hide what they lie on.
    density = math.sqrt(max(len(surface.facets) / FEW, 1.0))
    pen = QPen(colour(look.theme.text, round(max(LINE_OPACITY / density, FAINTEST), 2)))
    pen.setWidthF(px * look.pixel_ratio)
    return pen


def _centres(corners: np.ndarray) -> np.ndarray:
    """Return the centres of gravity of polygons, (n, 2)."""
    first = corners[:, :1]
    around, following = corners - first, np.roll(corners, -1, axis=1) - first
    twice = around[..., 0] * following[..., 1] - around[..., 1] * following[..., 0]
    total = twice.sum(axis=1, keepdims=True)
    centres = ((around + following) * twice[..., None]).sum(axis=1) / np.where(total > 0, 3 * total, 1)
    return np.asarray(first[:, 0] + centres)
