from itertools import combinations

import numpy as np
import pytest
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

from nnstudio.data.plane_sets import MOST_CLASSES
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.theme import THEMES

SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""What is seen of linear red, green and blue: Machado et al. 2009, severity 1."""

LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(code):
    srgb = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def luminance(code):
    return float(linear(code) @ (0.2126, 0.7152, 0.0722))


def oklab(code, sight):
    return LAB @ np.cbrt(LMS @ np.clip(SIGHTS[sight] @ linear(code), 0, 1))


def test_each_class_has_a_shape_of_its_own_that_is_drawn():
    assert len({mark.shape for mark in CLASS_MARKS}) == len(CLASS_MARKS) == MOST_CLASSES
    assert all(mark.shape in Symbols for mark in CLASS_MARKS)


def test_two_classes_have_the_colours_of_their_field():
    for theme in THEMES.values():
        assert [mark.colour_in(theme.name) for mark in CLASS_MARKS[:2]] == [theme.negative, theme.positive]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_marks_stand_out_from_what_they_are_drawn_on(theme):
    """A contrast of 3 : 1, as WCAG 2 asks of graphics (1.4.11)."""
    for mark in CLASS_MARKS:
        for ground in (theme.panel, theme.paper, theme.window):
            lower, higher = sorted((luminance(mark.colour_in(theme.name)), luminance(ground)))
            assert (higher + 0.05) / (lower + 0.05) >= 3, (mark, ground)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_colours_differ_in_every_sight(theme, sight):
    """0.02 is just noticed side by side; these are at least five times as far apart."""
    for one, other in combinations(CLASS_MARKS, 2):
        apart = np.linalg.norm(oklab(one.colour_in(theme), sight) - oklab(other.colour_in(theme), sight))
        assert apart >= 0.1, (one, other)


def test_the_simulation_confuses_what_such_eyes_do():
    """Red and green of one lightness, which anyone else tells apart."""
    red, green = "#a66c4e", "#7f7f3c"
    seen = {sight: np.linalg.norm(oklab(red, sight) - oklab(green, sight)) for sight in SIGHTS}
    assert seen["deuteranopia"] < 0.05 < seen["normal"]
