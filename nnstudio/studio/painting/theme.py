"""Themes, fonts, text scale and colour tables; used by the studio only.

One meaning has one colour everywhere: blue positive, orange negative, background zero, yellow selected.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary, WeakMethod, WeakSet

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDockWidget, QMainWindow, QWidget
from shiboken6 import Shiboken

from nnstudio.paths import resource
from nnstudio.studio.painting.event_guard import contained

FONT_FAMILY = "Inter"
TEMPLATE_OPACITY_EXPONENT = 0.3
FIELD_OPACITY_EXPONENT = 0.8


@dataclass(frozen=True)
class Theme:
    """The colours of a theme, as ``#rrggbb``."""

    name: str
    window: str
    panel: str
    bar: str
    control: str
    control_hover: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    positive: str
    negative: str
    selection: str
    past: str
    warning: str
    paper: str
    ink: str


DARK = Theme(
    name="dark",
    window="#0d0e12",
    panel="#101116",
    bar="#161920",
    control="#232831",
    control_hover="#2f3642",
    line="#2a2e37",
    text="#eceef2",
    muted="#98a0ad",
    accent="#50a0ff",
    on_accent="#06101c",
    positive="#50a0ff",
    negative="#ff9632",
    selection="#ffd84d",
    past="#ffd84d",
    warning="#ffb454",
    paper="#000000",
    ink="#ffffff",
)
LIGHT = Theme(
    name="light",
    window="#eceef1",
    panel="#fbfbfc",
    bar="#f3f4f6",
    control="#e3e6eb",
    control_hover="#d3d8e0",
    line="#d2d6dd",
    text="#16181d",
    muted="#5a6270",
    accent="#0877bd",
    on_accent="#ffffff",
    positive="#0877bd",
    negative="#cc6600",
    selection="#d9a400",
    past="#7a5a00",
    warning="#8f5400",
    paper="#ffffff",
    ink="#101114",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def system_theme() -> Theme:
    """Return the theme of the desktop's colour scheme; dark where it has none."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return LIGHT if scheme == Qt.ColorScheme.Light else DARK


@cache
def _load_fonts() -> None:
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFont(str(resource("fonts", name)))


TEXT_SCALES = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Text scales to choose from."""


@contained
class Appearance(QObject):
    """The theme and the text scale in force, one of each for the whole application.

    Attributes
    ----------
    theme : Theme
    text_scale : float
        One of `TEXT_SCALES`; `set_text_scale` changes it.

    Notes
    -----
    Thread: gui.
    """

    changed = Signal()
    """The theme or the text scale changed. Widgets `follow`: those that are hidden wait."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = DARK
        self.text_scale = 1.0
        self._followers: WeakKeyDictionary[QWidget, list[WeakMethod[Callable[[], object]]]] = (
            WeakKeyDictionary()
        )
        self._due: WeakSet[QWidget] = WeakSet()
        """Those whose followers have not followed the last change yet."""

    def follow(self, widget: QWidget, restyle: Callable[[], object]) -> None:
        """Call a method after every change of the theme or the text scale.

        While the widget is hidden in a window that is shown, that waits until it is shown.

        Parameters
        ----------
        widget : QWidget
            What is restyled.
        restyle : callable
            A bound method; its object is not kept alive.
        """
        self._followers.setdefault(widget, []).append(WeakMethod(restyle))

    def set_theme(self, theme: Theme) -> None:
        """Set the theme, or announce a change of the text scale by setting the same theme."""
        self.theme = theme
        self._due = WeakSet(self._followers)
        self.restyle()
        self.changed.emit()

    def restyle(self) -> None:
        """Style what can be seen and is not in style; the rest is styled when it is shown."""
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                self._restyle(window)
        for widget in [*self._due]:
            if Shiboken.isValid(widget) and not widget.window().isVisible():
                self._call(widget)

    def _restyle(self, root: QWidget) -> None:
        widgets = [root, *root.findChildren(QWidget)]
        shown = [widget for widget in widgets if widget.isVisible()]
        polish(shown)
        fit_fonts(shown)
        for widget in shown:
            if widget in self._due:
                self._call(widget)
        for widget in widgets:
            if widget.isHidden() and widget.parentWidget().isVisible():
                widget.installEventFilter(self)

    def _call(self, widget: QWidget) -> None:
        self._due.discard(widget)
        for follower in self._followers[widget]:
            restyle = follower()
            if restyle is not None:
                restyle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Style what was hidden when the look changed."""
        if event.type() == QEvent.Type.Show:
            watched.removeEventFilter(self)
            self._restyle(watched)
        return False


appearance = Appearance()


def text_scale() -> float:
    """Return the number of Qt's pixels per design pixel."""
    return appearance.text_scale


def set_text_scale(scale: float, widgets: Iterable[QWidget]) -> None:
    """Set the text scale and rescale the minimum and maximum sizes of widgets.

    Fonts are rescaled by `fit_fonts`, after the style sheet is set.

    Notes
    -----
    Aliasing: changes minimum and maximum sizes of the widgets.
    """
    old, appearance.text_scale = appearance.text_scale, scale
    for widget in widgets:
        if isinstance(widget, QDockWidget | QMainWindow):
            # Their sizes are set by their layouts.
            continue
        for read, write in _SIZES_TOLD:
            told = read(widget)
            if 1 < told < _NO_LIMIT:
                # Rounded to design pixels, so that repeated changes do not drift.
                write(widget, round(round(told / old) * scale))


def polish(widgets: Iterable[QWidget]) -> None:
    """Style widgets by the sheet of now, where they were styled by an earlier one."""
    for widget in widgets:
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            style = widget.style()
            style.unpolish(widget)
            style.polish(widget)
            widget.setAttribute(Qt.WidgetAttribute.WA_WState_Polished)
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def fit_fonts(widgets: Iterable[QWidget]) -> None:
    """Rescale the widgets' fonts to the text scale, which a new style sheet resets."""
    usual_px = QApplication.font().pixelSize()
    for widget in widgets:
        # Polishing at the first show would reset the font.
        widget.ensurePolished()
        own = widget.font()
        if not widget.testAttribute(Qt.WidgetAttribute.WA_SetFont):
            if own.pixelSize() != usual_px:
                # Qt tells no widget that the application's font is another.
                widget.setFont(QFont())
            continue
        if own.pixelSize() <= 0:
            continue
        design_px = widget.property(_DESIGN_PX)
        if design_px is None:
            design_px = own.pixelSize()
            widget.setProperty(_DESIGN_PX, design_px)
        own.setPixelSize(round(design_px * text_scale()))
        widget.setFont(own)
        if isinstance(widget, QAbstractSpinBox):
            # Its line keeps the font in which it was polished.
            give_font(widget.lineEdit(), design_px)


def give_font(widget: QWidget, size_px: int, *, bold: bool = False) -> None:
    """Set a widget's font; it follows the text scale."""
    widget.setProperty(_DESIGN_PX, size_px)
    widget.setFont(text_font(size_px, bold=bold))


def text_font(size_px: int = 13, *, bold: bool = False) -> QFont:
    """Return the font at the current text scale, for ordinary widgets."""
    result = QFont(font(size_px, bold=bold))
    result.setPixelSize(round(size_px * text_scale()))
    return result


@cache
def font(size_px: int = 13, *, bold: bool = False, tabular: bool = True) -> QFont:
    """Return the font in design pixels, for painted views.

    Parameters
    ----------
    size_px : int
        Height in logical pixels at 100 % text size.
    bold : bool
        Semi-bold instead of regular.
    tabular : bool
        Figures of equal width, so that changing numbers do not move.

    Notes
    -----
    Aliasing: the same object for the same arguments; copy it before changing it.
    """
    _load_fonts()
    result = QFont(FONT_FAMILY)
    result.setPixelSize(size_px)
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


@cache
def colour(code: str, alpha: float = 1.0) -> QColor:
    """Return a colour with an opacity in [0, 1]; the same object for the same arguments."""
    result = QColor(code)
    result.setAlphaF(alpha)
    return result


def _rgb(code: str) -> np.ndarray:
    value = QColor(code)
    return np.array([value.red(), value.green(), value.blue()], dtype=np.float64)


def _table(rows: np.ndarray) -> list[int]:
    rgb = rows.round().astype(np.uint32)
    return (0xFF000000 | (rgb[:, 0] << 16) | (rgb[:, 1] << 8) | rgb[:, 2]).tolist()


@cache
def signed_table(
    theme: Theme, paper: str | None = None, exponent: float = TEMPLATE_OPACITY_EXPONENT
) -> list[int]:
    """Return 256 colours from fully negative (0) over zero (128) to fully positive (255).

    The opacity over the background is (|value| / max) ** exponent: 0.3 keeps small weights visible, and
    ``FIELD_OPACITY_EXPONENT`` lets a smooth field of activations fade to nothing at zero.
    """
    position = (np.arange(256) - 128) / 127.0
    opacity = np.minimum(np.abs(position), 1.0)[:, None] ** exponent
    # The lowest level is the rounding of zero: it must be the background itself.
    opacity[np.abs(position) < 0.01] = 0.0
    background = _rgb(paper or theme.panel)
    ink = np.where((position > 0)[:, None], _rgb(theme.positive), _rgb(theme.negative))
    return _table(background + (ink - background) * opacity)


@cache
def ink_table(theme: Theme) -> list[int]:
    """Return 256 colours from paper (0) to ink (255)."""
    share = (np.arange(256) / 255.0)[:, None]
    return _table(_rgb(theme.paper) + (_rgb(theme.ink) - _rgb(theme.paper)) * share)


@cache
def signed_ink_table(theme: Theme) -> list[int]:
    """Return 256 colours of which those of zero (128) to one (255) go from paper to ink; below is paper."""
    ink = ink_table(theme)
    return [ink[0]] * 128 + [ink[round(255 * step / 127)] for step in range(128)]


def image_table(theme: Theme) -> list[int]:
    """Return the colours of `signed_table` on the window's, so that an image's edges are seen in a panel."""
    return signed_table(theme, theme.window)


@cache
def field_table(theme: Theme) -> list[int]:
    """Return 256 colours of a smooth field, negative (0) over zero (128), the window's, to positive (255)."""
    return signed_table(theme, theme.window, exponent=FIELD_OPACITY_EXPONENT)


@cache
def activation_table(theme: Theme) -> list[int]:
    """Return 256 colours for an activation, negative (0) over zero (128) to positive (255), linear."""
    position = (np.arange(256) - 128) / 127.0
    background = _rgb(theme.control)
    ink = np.where((position > 0)[:, None], _rgb(theme.ink), _rgb(theme.negative))
    return _table(background + (ink - background) * np.minimum(np.abs(position), 1.0)[:, None])


_DESIGN_PX = "design_px"
"""Widget property with the font's size at 100 %."""

_NO_LIMIT = 16_000_000
_SIZES_TOLD = (
    (QWidget.minimumWidth, QWidget.setMinimumWidth),
    (QWidget.minimumHeight, QWidget.setMinimumHeight),
    (QWidget.maximumWidth, QWidget.setMaximumWidth),
    (QWidget.maximumHeight, QWidget.setMaximumHeight),
)


def give_role(widget: QWidget, role: str) -> None:
    """Set a widget's role, by which the style sheet selects its style."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        fit_fonts([widget])
