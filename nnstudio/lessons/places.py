"""What a lesson can name in the window: panels, and what a step points at."""

from __future__ import annotations

import re

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
    "lesson",
)
"""Names of panels, as saved layouts have them, and that of lessons."""

PARTS = ("training", "timeline", "menu", "status")
"""Parts of the window that are no panels: training bar, timeline, menus, status line."""

_UNIT = re.compile(r"unit \d{1,2} \d{1,4}|input \d{1,4}|(weight|bias)( \d{1,4}){2,3}")


def is_place(text: str) -> bool:
    """Tell whether a step can point at it: a panel, ``panel control``, ``unit LAYER UNIT`` and the like.

    Examples
    --------
    >>> [is_place(text) for text in ("inspector", "inspector one-matrix", "unit 0 2", "cellar")]
    [True, True, True, False]
    """
    first = text.split(" ")[0]
    return bool(_UNIT.fullmatch(text)) or (first in (*PANELS, *PARTS) and text.count(" ") <= 1)
