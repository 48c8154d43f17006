"""A menu that opens once for one choice, such as a class or an activation."""

from PySide6.QtWidgets import QMenu, QWidget


def choice_menu(title: str, parent: QWidget) -> QMenu:
    """Return an empty menu, named for screen readers, which goes when it closes."""
    menu = QMenu(parent)
    menu.setAccessibleName(title)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
