import pytest
from PySide6.QtGui import QColor

from nnstudio.studio.painting.theme import THEMES

READABLE = 4.5
"""WCAG 2.1, level AA, for text of any size."""

SEEN = 3.0
"""WCAG 2.1, level AA, for marks and the parts of pictures one has to see."""


def luminance(code):
    channels = QColor(code).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("text", ["text", "muted", "warning"])
@pytest.mark.parametrize("ground", ["window", "panel", "bar", "control"])
def test_text_can_be_read(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_text_on_a_chosen_button_and_ink_on_paper_can_be_read(theme):
    assert contrast(theme.on_accent, theme.accent) >= READABLE
    assert contrast(theme.ink, theme.paper) >= READABLE
    assert contrast(theme.text, theme.control_hover) >= READABLE


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("mark", ["accent", "positive", "negative"])
@pytest.mark.parametrize("ground", ["window", "panel", "bar"])
def test_marks_and_the_focus_can_be_seen(theme, mark, ground):
    assert contrast(getattr(theme, mark), getattr(theme, ground)) >= SEEN


def as_seen(code, matrix):
    """Return a colour as those see it who lack a kind of cone (Viénot, Brettel & Mollon 1999)."""
    linear = [c**2.2 for c in QColor(code).getRgbF()[:3]]
    return [sum(a * c for a, c in zip(row, linear, strict=True)) for row in matrix]


PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("matrix", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
def test_positive_and_negative_differ_for_everybody(theme, matrix):
    positive, negative = as_seen(theme.positive, matrix), as_seen(theme.negative, matrix)
    # Blue against orange: the short waves tell them apart, which no red or green cone is needed for.
    assert positive[2] - negative[2] > 0.35
