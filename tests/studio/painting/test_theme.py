import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from nnstudio.studio.painting.style_sheet import palette, style_sheet
from nnstudio.studio.painting.theme import (
    DARK,
    LIGHT,
    THEMES,
    activation_table,
    appearance,
    colour,
    font,
    ink_table,
    signed_table,
)
from nnstudio.studio.views.plot import Plot
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


def test_what_is_hidden_is_styled_when_it_is_shown(window, qtbot):
    panel = window.panels["runs"].widget
    button = panel.findChild(QAbstractButton)
    window.show_panel("runs")
    qtbot.waitUntil(button.isVisible)
    window.show_panel("loss")
    qtbot.waitUntil(lambda: not button.isVisible())
    plot = window.panels["loss"].widget.findChild(Plot)
    window.set_theme(LIGHT)
    window.set_text_scale(1.5)
    try:
        assert plot.backgroundBrush().color() == colour(LIGHT.panel), "the plot can be seen"
        assert button.palette().buttonText().color() == colour(DARK.text)
        window.show_panel("runs")
        qtbot.waitUntil(button.isVisible)
        assert button.palette().buttonText().color() == colour(LIGHT.text)
        assert button.font().pixelSize() == round(1.5 * button.property("design_px"))
    finally:
        window.set_text_scale(1.0)
        window.set_theme(DARK)


def picture_format():
    from PySide6.QtGui import QImage

    return QImage.Format.Format_RGB32


class Follower:
    """Counts how often its widget was to be restyled."""

    def __init__(self, widget):
        self.n = 0
        appearance.follow(widget, self.restyle)

    def restyle(self):
        self.n += 1


def test_followers_of_hidden_widgets_wait_until_these_are_shown(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    seen, page = QLabel("seen", window), QWidget(window)
    hidden = QLabel("hidden", page)
    page.hide()
    followers = [Follower(widget) for widget in (seen, hidden)]
    appearance.set_theme(DARK)
    assert [each.n for each in followers] == [1, 1], "a window that is not shown follows at once"
    window.show()
    appearance.set_theme(LIGHT)
    appearance.set_theme(DARK)
    assert [each.n for each in followers] == [3, 1]
    page.show()
    assert [each.n for each in followers] == [3, 2]
    page.hide()
    page.show()
    assert [each.n for each in followers] == [3, 2]
