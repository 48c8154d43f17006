"""The menu at the end of a row of tabs that has no room for all of them."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QMenu, QTabBar, QToolButton

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.theme import appearance, text_scale

WIDTH_PX = 22
"""Also the room that the style sheet gives to Qt's two arrows, which the button covers."""

_WHEN_TO_LOOK = (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Paint)


@contained
class TabMenu(QToolButton):
    """A button over the end of a tab bar, while tabs are cut off: its menu lists all of them.

    A tab whose words it would cut is covered as well, unless it is the current one.

    Parameters
    ----------
    bar : QTabBar
    """

    def __init__(self, bar: QTabBar) -> None:
        super().__init__(bar)
        self._bar = bar
        name = tr("All tabs")
        what = tr("list every panel of this row, also those whose tabs have no room")
        self.setObjectName("tab-menu")
        self.setAccessibleName(name)
        self.setToolTip(tr("{action}: {what}").format(action=name, what=what))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(12, 12))
        self.clicked.connect(self._open)
        appearance.follow(self, self._tint)
        self.cover = QToolButton(bar)
        self.cover.setAccessibleName(name)
        self.cover.setToolTip(self.toolTip())
        self.cover.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cover.clicked.connect(self._open)
        self.cover.hide()
        self.hide()
        bar.installEventFilter(self)

    def _tint(self) -> None:
        # Most rows never need the button.
        if not self.isHidden():
            self.setIcon(icon("menu-arrow", appearance.theme.text))

    @property
    def is_needed(self) -> bool:
        """Whether the row is wider than its room."""
        bar = self._bar
        if not bar.count():
            return False
        return bar.tabRect(0).united(bar.tabRect(bar.count() - 1)).width() > bar.width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the row's size."""
        if event.type() in _WHEN_TO_LOOK:
            self._place()
        return False

    def _place(self) -> None:
        needed = self.is_needed
        if needed:
            width = round(WIDTH_PX * text_scale())
            left = 0 if self._bar.isRightToLeft() else self._bar.width() - width
            self.setGeometry(left, 0, width, self._bar.height())
            self.cover.setGeometry(self._cut_part())
            if self._bar.children()[-2:] != [self.cover, self]:
                # Raised each time, they would have the row laid out and painted again without end.
                self.cover.raise_()
                self.raise_()
        self.cover.setVisible(needed)
        if self.isHidden() is needed:
            self.setVisible(needed)
            self._tint()

    def _cut_part(self) -> QRect:
        """Return the part of a tab whose words the button cuts; nothing where it is the current one."""
        bar, button = self._bar, self.geometry()
        for k in range(bar.count()):
            tab = bar.tabRect(k)
            words = QRect(0, 0, bar.fontMetrics().horizontalAdvance(bar.tabText(k)), tab.height())
            words.moveCenter(tab.center())
            if words.intersects(button) and not button.contains(words) and k != bar.currentIndex():
                return tab & bar.rect().adjusted(button.width(), 0, -button.width(), 0)
        return QRect()

    def _open(self) -> None:
        menu = QMenu(self._bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("All tabs"))
        for k in range(self._bar.count()):
            action = menu.addAction(self._bar.tabText(k))
            action.setCheckable(True)
            action.setChecked(k == self._bar.currentIndex())
            action.triggered.connect(partial(self._choose, k))
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _choose(self, index: int) -> None:
        self._bar.setCurrentIndex(index)
