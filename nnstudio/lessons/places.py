"""What a lesson can name in the window: panels, and what a step points at."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Mapping

PANELS: tuple[str, ...] = (
    "input",
    "network",
    "answer",
    "inspector",
    "loss",
    "accuracy",
    "histograms",
    "runs",
    "templates",
    "activations",
    "weights",
    "samples",
    "why",
    "flip",
    "dream",
    "gradient",
    "compare",
    "stages",
    "mistakes",
    "confusion",
    "drawings",
    "settings",
    "surgery",
    "step",
    "line",
    "weight-list",
    "formula",
    "composer",
    "bumps",
    "fold",
    "facets",
    "perceptron",
    "anscombe",
    "sweep",
    "features",
    "pixel_values",
    "parts",
    "landscape",
    "alike",
    "break_it",
    "biology",
    "ink",
    "two_distributions",
    "lesson",
)
"""Names of panels, as saved layouts have them, and that of lessons."""

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "drawings": translatable("My drawings"),
        "stages": translatable("Normalisation"),
        "step": translatable("Step by step"),
        "weight-list": translatable("List"),
    }
)
"""Titles of panels that are not their names."""

PARTS = ("training", "timeline", "menu", "status")
"""Parts of the window that are no panels: training bar, timeline, menus, status line."""

_UNIT = re.compile(r"unit \d{1,2} \d{1,4}|input \d{1,4}|(weight|bias)( \d{1,4}){2,3}")


def panel_title(name: str) -> str:
    """Return the title of a panel, in the user's language.

    Examples
    --------
    >>> panel_title("pixel_values"), panel_title("weight-list")
    ('Pixel values', 'List')
    """
    return tr(TITLES.get(name, name.replace("_", " ").capitalize()))


def is_place(text: str) -> bool:
    """Tell whether a step can point at it: a panel, ``panel control``, ``unit LAYER UNIT`` and the like.

    Examples
    --------
    >>> [is_place(text) for text in ("inspector", "inspector one-matrix", "unit 0 2", "cellar")]
    [True, True, True, False]
    """
    first = text.split(" ")[0]
    return bool(_UNIT.fullmatch(text)) or (first in (*PANELS, *PARTS) and text.count(" ") <= 1)
