"""The style sheet and the palette of a theme, and how the application takes them on; used by the window."""

import re
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.paths import resource
from nnstudio.studio.painting.theme import Theme, fit_fonts, polish, text_scale

_STYLE = Template("""
QMainWindow, QDialog { background: $window; }
QWidget { color: $text; }
QWidget#bar, QWidget#status, QWidget#timeline { background: $bar; }
QWidget#timeline { border-top: 2px solid transparent; }
QWidget#timeline[role="past"] { border-top-color: $selection; }
QWidget#panel { background: $panel; }
QFrame#card { background: $panel; border: 1px solid $accent; border-radius: 8px; }
QToolButton#link { background: transparent; color: $accent; border-radius: 0; padding: 0; min-height: 0; }
QToolButton#link:hover { color: $text; }
QToolButton#link:focus { border-bottom: 1px solid $accent; }
QFrame#rule { background: $line; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="warning"], QLineEdit[role="warning"] { color: $warning; }
QLabel[role="past"] { color: $past; }
QLabel[role="good"] { color: $accent; }
QToolTip { background: $control; color: $text; border: 1px solid $line; padding: 4px; }
QPushButton, QToolButton, QComboBox, QLineEdit {
    background: $control; color: $text; border: 1px solid transparent; border-radius: 6px;
    padding: 3px 9px; min-height: 20px;
}
QPushButton:hover, QToolButton:hover, QComboBox:hover, QLineEdit:hover { background: $control_hover; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: $muted; }
QPushButton:checked, QToolButton:checked { background: $accent; color: $on_accent; }
QToolButton#play { background: $accent; color: $on_accent; border-radius: 19px; padding: 0; }
QToolButton#play:focus { border: 2px solid $text; }
QComboBox { padding: 3px 12px 3px 6px; }
QLineEdit { padding: 3px 6px; }
QAbstractItemView QLineEdit { padding: 0 3px; border-radius: 0; min-height: 0; }
QAbstractSpinBox { background: $control; border: 1px solid transparent; border-radius: 6px; padding: 1px; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 16px; }
QAbstractSpinBox:focus { border-color: $accent; }
QAbstractSpinBox:disabled { color: $muted; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 14px; }
QComboBox::down-arrow { image: url($arrow); width: 9px; height: 9px; }
QComboBox QAbstractItemView {
    background: $control; color: $text; border: 1px solid $line; outline: none;
    selection-background-color: $accent; selection-color: $on_accent;
}
QToolButton#furniture { background: transparent; border: none; padding: 0; min-height: 0; }
QToolButton#furniture:hover { background: $control_hover; border-radius: 4px; }
QMainWindow#desk { background: $panel; }
QMainWindow#desk::separator { background: $line; }
QMainWindow#desk::separator:vertical { width: 1px; margin: 0 2px; }
QMainWindow#desk::separator:horizontal { height: 1px; margin: 2px 0; }
QMainWindow#desk::separator:hover { background: $accent; }
QDockWidget { background: $panel; border: 1px solid $line; }
QTableCornerButton::section { background: transparent; border: none; }
QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 7px 2px 4px 2px; margin-right: 11px;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:first { margin-left: 12px; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }
QTabBar::scroller { width: 11px; }
QTabBar::tear { width: 0; border: none; }
QTabBar QToolButton { background: $panel; border: none; border-radius: 0; padding: 0; min-height: 0; }
QMenuBar { background: $bar; color: $text; }
QMenuBar::item:selected { background: $control_hover; border-radius: 4px; }
QMenu { background: $control; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 20px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $text; width: 12px; margin: -4px 0; border-radius: 6px; }
QSlider::handle:horizontal:focus { background: $selection; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider::handle:horizontal:disabled { background: $muted; }
QSplitter::handle { background: $line; }
QToolButton#heading { background: transparent; color: $text; border-radius: 0; padding: 2px 0; }
QToolButton#heading:hover { color: $accent; }
QScrollArea { background: $panel; border: none; }
QScrollArea:focus { border: 1px solid $accent; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar { background: transparent; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $control_hover; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $control; border: none; border-radius: 3px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
""")


def style_sheet(theme: Theme) -> str:
    """Return the Qt style sheet of a theme."""
    arrow = resource("icons", f"arrow-{theme.name}.svg").as_posix()
    sheet = _STYLE.substitute(theme.__dict__, arrow=arrow)
    # Lines of one pixel stay thin.
    return re.sub(r"\b(?!1px)(\d+)px", lambda found: f"{round(int(found[1]) * text_scale())}px", sheet)


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme, for widgets that the style sheet does not cover."""
    result = QPalette()
    role = QPalette.ColorRole
    for target, code in (
        (role.Window, theme.window),
        (role.Base, theme.control),
        (role.AlternateBase, theme.panel),
        (role.Button, theme.control),
        (role.ToolTipBase, theme.control),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Link, theme.accent),
    ):
        result.setColor(target, QColor(code))
    return result


def apply_style_sheet(application: QApplication, sheet: str) -> None:
    """Take a style sheet on without styling a widget: `Appearance.restyle` does, where it can be seen.

    Qt would style every widget twice, and those of 35 panels take a second. It leaves out what counts as
    never styled, and tells no change to what counts as having a style of its own. Menus and lists that were
    open before are styled here: they take their sizes before they are shown.
    """
    if application.styleSheet() == sheet:
        return
    if not any(window.isVisible() for window in application.topLevelWidgets()):
        # Hardly anything is styled before it is shown.
        application.setStyleSheet("")
        application.setStyleSheet(sheet)
        return
    is_styled, has_own = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle
    widgets = application.allWidgets()
    popups = [
        each
        for each in application.topLevelWidgets()
        if each.windowType() == Qt.WindowType.Popup and each.windowHandle() is not None
    ]
    plain = [widget for widget in widgets if not widget.testAttribute(has_own)]
    for widget in widgets:
        widget.setAttribute(is_styled, False)
    for widget in plain:
        widget.setAttribute(has_own, True)
    # Changing one sheet for another, Qt styles a widget once for each of its ancestors.
    application.setStyleSheet("")
    application.setStyleSheet(sheet)
    for widget in plain:
        widget.setAttribute(has_own, False)
    for popup in popups:
        inside = [popup, *popup.findChildren(QWidget)]
        polish(inside)
        fit_fonts(inside)
