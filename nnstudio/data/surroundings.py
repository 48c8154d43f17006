"""What a photo shows beside the written sheet: a table, a finger, a phone; for `writing`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.paper import otsu
from nnstudio.data.pieces import connected_pieces, edge, filled, grown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.data.pieces import ConnectedComponents

_DISTINCT = 0.6
"""Share of the variance that must lie between a sheet and the table under it."""

_MOST_BORDER = 0.35
"""Share of the picture's border that a sheet may take; otherwise it fills the picture."""

_MOST_FLAT_BORDER = 0.85
"""The same of one evenly coloured sheet: bars of a window may lie above it alone."""

_LEAST_AREA = 0.15
"""Share of the picture that a sheet takes."""

_LEAST_FILL = 0.85
"""Share of the least rectangle around it that a sheet takes; a round letter takes less."""

_LEAST_FLAT_FILL = 0.97
"""The same of an evenly coloured sheet."""

_SIDES = 256
"""Directions in which such a rectangle is looked for."""

_LEAST_RADIUS = 0.1
"""Radius of the largest blank spot of a sheet, as a share of its own shorter side; strokes are thin."""

_MANY_HOLES = 4
"""Strokes on a sheet that need no such spot."""

_THICKEST = 0.6
"""Radius of the thickest stroke on a sheet per that of the blank spot; in round letters it is the hole."""

_HOLES = (0.002, 0.6)
"""Share of a sheet that is written on."""

_LEAST_DARK = 0.6
"""Share of what lies around a sheet that is darker: around a frame it is the same paper."""

_LEAST_TABLE = 0.03
"""How broad the table is, as a share of the picture's longer side: a frame is narrower."""

_RULE = 3
"""Coarse pixels to either side by which what is light is joined."""

_RIM = 3
"""Coarse pixels at the edge of a sheet, which blur and curl."""

_SHARP = 0.6
"""Share of the difference in brightness that lies at the edge of an object; shade changes slowly."""

_LEAST_JUMP = 0.03
"""Least difference of brightness at such an edge: shading has steps where there is no noise."""

_INK = 0.5
"""Least ink of a dark object."""

_LONG_SIDE, _LONG_RADIUS = 0.3, 0.01
"""Share of a side of the picture that an object takes, and its radius as a share of the shorter side."""

_LEAST_INK = 0.4
"""How much darker ink in the shade is than the shade, in terms of how dark that is."""

_PEN = 2.5
"""Least radius of an object in coarse pixels: rules and strokes are thinner."""

_BROAD_SIDE, _BROAD_RADIUS = 0.1, 0.04
"""The same of an object that takes less of a side and is broader than a pen."""

_BROADER = 2.5
"""Radius of an object in terms of that of strokes beside it."""

_LEAST_WRITING = 0.03
"""Size of what is left beside a dark object, as a share of the longer side, that can be writing."""


def find_sheet(grey: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Find the sheet of paper that lies on something darker, or the sheet of a paint program in its window.

    Parameters
    ----------
    grey : float32 ndarray of shape (h, w)
        A coarse picture, black 0 to white 1.

    Returns
    -------
    bool ndarray of shape (h, w), or None
        Where the sheet is, without its rim; None where the paper fills the picture.
    """
    threshold, distinctness = otsu(grey)
    sheet = (
        _sheet_of(grey, grey > threshold, _MOST_BORDER, _LEAST_FILL, _SHARP)
        if distinctness >= _DISTINCT
        else None
    )
    if sheet is not None:
        return sheet
    levels = np.bincount(np.rint(np.clip(grey, 0, 1) * 255).astype(np.intp).ravel(), minlength=256)
    for level in np.flatnonzero(levels >= _LEAST_AREA * grey.size)[::-1]:
        sheet = _sheet_of(grey, np.abs(grey * 255 - level) < 1, _MOST_FLAT_BORDER, _LEAST_FLAT_FILL, 0.0)
        if sheet is not None:
            return sheet
    return None


def _sheet_of(
    grey: NDArray[np.float32],
    is_light: NDArray[np.bool_],
    most_border: float,
    least_fill: float,
    sharp: float,
) -> NDArray[np.bool_] | None:
    """Return the largest connected part of what is light, if it can be a sheet that is written on."""
    # Rules do not divide a sheet.
    light = connected_pieces(~grown(~grown(is_light, _RULE), _RULE))
    if not len(light):
        return None
    largest = light.area == light.area.max()
    whole = filled(light.mask(largest))
    sheet = whole & is_light
    border = np.concatenate((sheet[0], sheet[-1], sheet[1:-1, 0], sheet[1:-1, -1]))
    if border.mean() > most_border:
        return None
    area = np.count_nonzero(whole)
    holes = 1 - np.count_nonzero(sheet) / area
    if area < _LEAST_AREA * whole.size or not _HOLES[0] <= holes <= _HOLES[1]:
        return None
    if area < least_fill * _box_area(whole):
        return None
    outside = ~whole
    dark = connected_pieces(outside & ~is_light)
    if dark.area.sum() < _LEAST_DARK * np.count_nonzero(outside):
        return None
    if dark.radius.max(initial=0) < _LEAST_TABLE * max(whole.shape):
        return None
    strokes, blank = connected_pieces(whole & ~is_light), connected_pieces(sheet).radius.max()
    shorter = min(light.height[largest][0], light.width[largest][0])
    if blank < _LEAST_RADIUS * shorter and len(strokes) < _MANY_HOLES:
        return None
    if strokes.radius.max(initial=0) > _THICKEST * blank:
        return None
    if np.median(grey[sheet]) < np.median(grey[outside]) or not _ends_sharply(whole, grey, sharp):
        return None
    return ~grown(~whole, _RIM)


def _box_area(mask: NDArray[np.bool_]) -> float:
    """Return the area of the least rectangle around a mask, turned as may be."""
    y, x = np.nonzero(edge(mask))
    turn = np.arange(_SIDES) * (2 * np.pi / _SIDES)
    cos, sin = np.cos(turn), np.sin(turn)
    reach = (np.outer(cos, x) + np.outer(sin, y)).max(axis=1) + (np.abs(cos) + np.abs(sin)) / 2
    width = reach + np.roll(reach, _SIDES // 2)
    return float((width * np.roll(width, _SIDES // 4)).min())


def dark_side(grey: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """Find what is dark along a side of a picture and ends sharply, whatever the light on the paper is.

    Parameters
    ----------
    grey : float32 ndarray of shape (h, w)
        A coarse picture, black 0 to white 1.

    Returns
    -------
    bool ndarray of shape (h, w), or None
        Where it is, with its blur.
    """
    threshold, distinctness = otsu(grey)
    dark = connected_pieces(grey <= threshold)
    if distinctness < _DISTINCT or not len(dark):
        return None
    radius = dark.radius
    is_side = (_contact(dark) >= _LONG_SIDE) & (radius > _PEN)
    is_writing = ~is_side & (dark.size >= _LEAST_WRITING * max(grey.shape))
    if not is_side.any() or not is_writing.any():
        return None
    is_side &= radius > _BROADER * np.median(radius[is_writing])
    if not is_side.any():
        return None
    side = _without_strokes(dark.mask(is_side), int(radius[is_side].min()), 0)
    if not side.any() or side.mean() > 1 - _LEAST_AREA or not _is_paper(~side):
        return None
    if not _ends_sharply(side, grey, _SHARP) or _is_written_on(side, grey):
        return None
    return grown(side, 2)


def _is_paper(light: NDArray[np.bool_]) -> bool:
    """Tell paper, which runs out of the picture and has blank spots, from light strokes on a dark ground."""
    border = np.concatenate((light[0], light[-1], light[1:-1, 0], light[1:-1, -1]))
    blank = connected_pieces(light).radius.max(initial=0)
    return bool(border.mean() >= _LONG_SIDE and blank >= _LEAST_RADIUS * min(light.shape))


def _is_written_on(dark: NDArray[np.bool_], grey: NDArray[np.float32]) -> bool:
    """Tell paper in the shade, which has ink on it, from a table."""
    inside = grey[dark & ~grown(~dark, _RIM)]
    if not inside.size:
        return False
    usual = float(np.median(inside))
    return bool((inside < usual - _LEAST_INK * (float(np.median(grey[~dark])) - usual)).mean() > _HOLES[0])


def _ends_sharply(mask: NDArray[np.bool_], grey: NDArray[np.float32], share: float) -> bool:
    """Tell whether this share of the difference in brightness between a mask and the rest is at its edge."""
    beyond, within = grown(mask, 4) & ~grown(mask, 1), mask & grown(~mask, 4) & ~grown(~mask, 1)
    if not beyond.any() or not within.any():
        return False
    jump, difference = (
        abs(float(np.median(grey[a]) - np.median(grey[b]))) for a, b in ((beyond, within), (~mask, mask))
    )
    return jump > max(share * difference, _LEAST_JUMP)


def _contact(pieces: ConnectedComponents) -> NDArray[np.float64]:
    """Return for each piece the greatest share of a side of the picture that it takes."""
    label = pieces.label
    shares = [
        np.bincount(side, minlength=len(pieces) + 1)[1:] / len(side)
        for side in (label[0], label[-1], label[:, 0], label[:, -1])
    ]
    contact: NDArray[np.float64] = np.max(shares, axis=0)
    return contact


def dark_objects(ink: NDArray[np.float32], is_used: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Find dark objects that run out of the picture.

    Parameters
    ----------
    ink : float32 ndarray of shape (h, w)
        Of a coarse picture: paper 0, full ink 1.
    is_used : bool ndarray of shape (h, w)
        What belongs to the sheet; what lies outside it is dark.

    Returns
    -------
    bool ndarray of shape (h, w), or None
        Where they are, with the blur around them; None where there are none beside something to read.
    """
    pieces = connected_pieces((ink > _INK) | ~is_used)
    height, width = ink.shape
    contact = _contact(pieces)
    if not (contact > _BROAD_SIDE).any():
        return None
    radius = pieces.radius
    is_object = (contact >= _LONG_SIDE) & (radius > max(_LONG_RADIUS * min(height, width), _PEN))
    is_object |= (contact > _BROAD_SIDE) & (radius > _BROAD_RADIUS * max(height, width))
    is_writing = ~is_object & (pieces.size >= _LEAST_WRITING * max(height, width))
    if not is_writing.any():
        return None
    is_object &= radius > _BROADER * np.median(radius[is_writing])
    if not is_object.any():
        return None
    objects = _without_strokes(pieces.mask(is_object), int(radius[is_object].min()), 2)
    return objects if objects.any() else None


def _without_strokes(mask: NDArray[np.bool_], radius: int, margin: int) -> NDArray[np.bool_]:
    """Return objects of at least this radius with a margin, but no rules and strokes that touch them."""
    rounds = math.ceil(0.4 * radius)
    core = ~grown(np.pad(~mask, rounds), rounds)
    opened = grown(core, 2 * rounds + margin)[rounds:-rounds, rounds:-rounds] & grown(mask, margin)
    # What is left of strokes of a character that touch such rules lies anywhere.
    pieces = connected_pieces(opened)
    return pieces.mask(_contact(pieces) > _BROAD_SIDE)
