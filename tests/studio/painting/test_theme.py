import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from nnstudio.studio.painting.theme import (
    DARK,
    LIGHT,
    THEMES,
    activation_table,
    font,
    ink_table,
    palette,
    signed_table,
    style_sheet,
)
from tests.studio.gestures import stroke_by_mouse

pytestmark = pytest.mark.window(shared=True)


def luminance(code):
    """Return the relative luminance of WCAG 2.1."""
    channels = np.array(QColor(code).getRgbF()[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
@pytest.mark.parametrize("words", ["text", "muted", "warning"])
@pytest.mark.parametrize("ground", ["window", "panel", "bar"])
def test_words_can_be_read(theme, words, ground):
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_words_on_controls_can_be_read(theme):
    assert contrast(theme.text, theme.control) >= 4.5
    assert contrast(theme.text, theme.control_hover) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.ink, theme.paper) >= 12
    # Disabled words and marks that are no words: 3 is enough.
    assert contrast(theme.muted, theme.control) >= 3
    for mark in ("accent", "positive"):
        assert contrast(getattr(theme, mark), theme.panel) >= 3


def test_one_meaning_has_one_colour():
    assert (DARK.positive, DARK.negative) == ("#50a0ff", "#ff9632")
    assert (LIGHT.positive, LIGHT.negative) == ("#0877bd", "#cc6600")


def rgb(code):
    return np.array(QColor(code).getRgb()[:3])


def table_of(colours):
    values = np.array(colours, np.uint32)
    assert (values >> 24 == 255).all()
    return np.stack((values >> 16 & 255, values >> 8 & 255, values & 255), axis=1).astype(int)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_the_signed_scale_goes_from_negative_over_the_background_to_positive(theme):
    table = table_of(signed_table(theme))
    assert len(table) == 256
    np.testing.assert_array_equal(table[128], rgb(theme.panel))
    np.testing.assert_array_equal(table[255], rgb(theme.positive))
    np.testing.assert_array_equal(table[1], rgb(theme.negative))
    # Small weights stay visible: a hundredth of the largest has a quarter of its opacity.
    share = (table[130] - rgb(theme.panel)) / (rgb(theme.positive) - rgb(theme.panel))
    np.testing.assert_allclose(share, (2 / 127) ** 0.3, atol=0.03)
    on_paper = table_of(signed_table(theme, theme.window))
    np.testing.assert_array_equal(on_paper[128], rgb(theme.window))


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_the_other_scales(theme):
    inks = table_of(ink_table(theme))
    np.testing.assert_array_equal(inks[0], rgb(theme.paper))
    np.testing.assert_array_equal(inks[255], rgb(theme.ink))
    levels = table_of(activation_table(theme))
    np.testing.assert_array_equal(levels[128], rgb(theme.control))
    np.testing.assert_array_equal(levels[255], rgb(theme.ink))
    np.testing.assert_array_equal(levels[1], rgb(theme.negative))


def test_figures_have_equal_widths(qapp):
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(font(13))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_the_style_sheet_and_palette_are_the_themes(theme):
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert theme.accent in sheet
    assert palette(theme).window().color().name() == theme.window


def test_changing_the_theme_changes_every_panel(window, qtbot):
    stroke_by_mouse(window.input.canvas, [(0.3, 0.2), (0.7, 0.5), (0.3, 0.8)])
    qtbot.waitUntil(lambda: window.session.network.reading is not None)
    pictures = {}
    for theme in (DARK, LIGHT):
        window.set_theme(theme)
        QApplication.processEvents()
        shown = [part.widget for part in window.panels.values() if part.widget.isVisible()]
        for part in (window.bar, window.status, *shown):
            picture = part.grab().toImage().convertToFormat(picture_format())
            size = picture.height(), picture.width(), 4
            pictures[theme.name, part] = np.frombuffer(picture.constBits(), np.uint8).reshape(size).copy()
    for part in {part for _, part in pictures}:
        # The room may be shared out anew, by a pixel or two, between the two.
        dark, light = pictures["dark", part], pictures["light", part]
        height, width = (min(sides) for sides in zip(dark.shape[:2], light.shape[:2], strict=True))
        differs = (dark[:height, :width] != light[:height, :width]).mean()
        assert differs > 0.6, f"{part.objectName() or part} hardly changed: {differs:.2f}"


def picture_format():
    from PySide6.QtGui import QImage

    return QImage.Format.Format_RGB32
