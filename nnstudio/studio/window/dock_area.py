"""The part of the window that panels lie on: they are dragged, floated, tabbed and hidden here.

Qt's docks do the work. Traps they have, and what is done here: tabs made before the layout has been activated
leave ghost tab bars behind; sizes set before the first show are forgotten; a damaged state is followed half
the way; nothing can be put beside a panel that has tabs; dragging crashes (``dock_drag``).
"""

import zlib
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.panels.panel import Area, HasNumbers, HasZoom, Panel, PanelKind
from nnstudio.studio.session.services import Services
from nnstudio.studio.window.dock import Dock
from nnstudio.studio.window.dock_drag import DockDrag
from nnstudio.studio.window.dock_layout import (
    Direction,
    Side,
    Split,
    TabGroup,
    beside,
    home_for,
    homes,
    pattern,
    places,
    tree_of,
    without,
)
from nnstudio.studio.window.tab_menu import TabMenu

_QT = {Direction.ACROSS: Qt.Orientation.Horizontal, Direction.DOWN: Qt.Orientation.Vertical}
MARK_BYTES = 4
SETTLING_MS = 1000
"""So long after a layout was restored a change of the room is the window's own, not the user's."""


@contained
class DockArea(QMainWindow):
    """The panels, which can be moved, floated, tabbed and hidden.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    docks : dict of str to Dock
        By the panel's name.

    Notes
    -----
    A main window within the window: its docks leave the training bar and the status line alone.
    """

    picture_wanted = Signal(object)
    figure_wanted = Signal(object)
    numbers_wanted = Signal(object)
    film_wanted = Signal(object)
    """The panel (a Panel) to be copied as a picture, saved as a figure or as numbers, or filmed."""

    panel_made = Signal(QWidget)
    """A panel was made; its widget."""

    rearranged = Signal()
    """Panels were shown, hidden, moved, floated or tabbed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setObjectName("desk")
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        option = QMainWindow.DockOption
        self.setDockOptions(option.AllowNestedDocks | option.AllowTabbedDocks)
        self.docks: dict[str, Dock] = {}
        self._homes: list[tuple[Dock, Area]] = []
        self._wanted: object = None
        self._restored = b""
        """The layout restored last, and again where the room changes while the window settles."""
        self._were_hidden: set[str] = set()
        self._settling = QTimer(self, singleShot=True, interval=SETTLING_MS)
        self._is_laid_out = self._has_wide_input = False
        self._shares: TabGroup | Split | None = None
        self._at_home: TabGroup | Split | None = None
        """Where the panels were put when they last came home."""
        self._last_fronts: list[str] = []
        """Panels that were in front when others of their homes were taken, the last first."""
        self._tidying = QTimer(self)
        self._tidying.setSingleShot(True)
        self._tidying.setInterval(0)
        self._tidying.timeout.connect(self._tidy)
        self.drag = DockDrag(self.docks, self.tabs_with, self.put, self)

    def add_panels(self, kinds_with_areas: Sequence[tuple[PanelKind, Area]], services: Services) -> None:
        """Add panels, each with the area where it is at home; they are made when they are first seen."""
        for kind, area in kinds_with_areas:
            dock = self.docks[kind.name] = Dock(kind, services, self)
            dock.made.connect(self.panel_made)
            self._homes.append((dock, area))
            dock.visibilityChanged.connect(self._note)
            dock.topLevelChanged.connect(self._note)
            dock.dockLocationChanged.connect(self._note)
            dock.menu_wanted.connect(partial(self._show_menu, dock))
            dock.title_bar.pressed.connect(partial(self.drag.press, dock))
            dock.title_bar.moved.connect(self.drag.move_to)
            dock.title_bar.released.connect(self.drag.release)

    # Layouts

    def state(self) -> QByteArray:
        """Return the layout, to be kept."""
        state = self.saveState().data()
        return QByteArray(state + self._mark(state))

    def restore(self, state: object) -> None:
        """Take on a layout that was kept; anything else, or one of other panels, is passed over.

        It waits for the first show, because sizes mean nothing before.
        """
        self._wanted = state
        if not self._is_laid_out or not isinstance(state, QByteArray):
            return
        known, mark = state.data()[:-MARK_BYTES], state.data()[-MARK_BYTES:]
        if mark != self._mark(known):
            return
        if not self.restoreState(QByteArray(known)):
            self.reset()
            return
        self._restored, self._were_hidden, self._last_fronts = known, self._hidden(), []
        self._settling.start()
        # When the panels have their places: it may have been kept on a larger screen.
        QTimer.singleShot(0, self, self._follow_from_home)

    def _restore_again(self) -> None:
        """Restore the layout in another room, unless the user has changed it since."""
        if self._hidden() == self._were_hidden and self._settling.isActive():
            self.restoreState(QByteArray(self._restored))

    def _hidden(self) -> set[str]:
        return {name for name, dock in self.docks.items() if dock.isHidden()}

    def _follow_from_home(self) -> None:
        """Let a restored layout that is a home follow the room, as the home does."""
        tree, hidden = self._tree(), self._hidden()
        for home in map(self._filled, homes()):
            if tree is not None and pattern(tree, hidden) == pattern(home, hidden):
                self._at_home = home
                self._follow_room()
                return

    def _mark(self, state: bytes) -> bytes:
        """Return what tells a state of these panels from a damaged one, or one of others."""
        names = " ".join(sorted(self.docks)).encode()
        return zlib.crc32(state, zlib.crc32(names)).to_bytes(MARK_BYTES, "big")

    def keep_shares(self) -> None:
        """Remember how the room is shared, before all panels need more or less of it at once."""
        tree = self._tree() if self._is_laid_out else None
        if tree is not None and (self._shares is None or _names(tree) != _names(self._shares)):
            self._shares = tree

    def share_again(self) -> None:
        """Share the room as it was remembered, as far as the panels' needs allow."""
        self._share_now()
        # Once more when all that is in the panels has said what it needs.
        QTimer.singleShot(0, self, self._share_now)

    def _share_now(self) -> None:
        self._follow_room()
        # One that has left since has no share, and Qt would complain.
        if self._shares is not None and all(
            not dock.isFloating() and self.dockWidgetArea(dock) != Qt.DockWidgetArea.NoDockWidgetArea
            for dock in (self.docks[place.first] for place in places(self._shares))
        ):
            self.layout().activate()
            self._share(self._shares, self.width(), self.height())

    def reset(self) -> None:
        """Put every panel where it is at home."""
        self._at_home = home = self._home()
        self._last_fronts = []
        self._lay_out(home, {place.first for place in places(home)}, hidden=set())

    def _follow_room(self) -> None:
        """Go to the home that fits the room, if every panel is where it was at home and none is floating."""
        if self._at_home is None or not self._is_laid_out:
            return
        home, tree, hidden = self._home(), self._tree(), self._hidden()
        known = pattern(self._at_home, hidden)
        if pattern(home, hidden) == known or tree is None or pattern(tree, hidden) != known:
            # There is no other home, or the user has moved panels: they stay.
            return
        self._at_home = self._shares = home
        self._lay_out(home, self._fronts_of(home), hidden)
        # Once more when all that is in the panels has said what it needs.
        QTimer.singleShot(0, self, self._share_now)

    def _fronts_of(self, tree: TabGroup | Split) -> set[str]:
        """Choose who is in front of each place: of those that are, the one with the focus, else the first.

        Where none is, the one that was there when the panels last came from more places to fewer.
        """
        names = [name for place in places(tree) for name in place.names]
        focus = self._dock_with_focus()
        now = [name for name in names if self.docks[name].is_in_front]
        now.sort(key=lambda name: self.docks[name] is not focus)
        self._last_fronts = [*now, *(name for name in self._last_fronts if name not in now)]
        shown = [name for name in self._last_fronts if not self.docks[name].isHidden()]
        return {next((name for name in shown if name in place.names), place.first) for place in places(tree)}

    def _home(self) -> TabGroup | Split:
        scale = text_scale()
        room = self.width() / scale, self.height() / scale
        return self._filled(home_for(*room, has_wide_input=self._has_wide_input))

    def widen_input(self, is_wide: bool) -> None:
        """Give the input more room, or less again, if every panel is where it was at home."""
        if is_wide == self._has_wide_input:
            return
        self._has_wide_input = is_wide
        # Other panels may have to go together for it.
        self._follow_room()
        tree, hidden = self._tree(), self._hidden()
        if self._at_home is None or not self._is_laid_out or tree is None:
            return
        if pattern(tree, hidden) == pattern(self._at_home, hidden):
            self._at_home = self._shares = self._home()
            self.share_again()

    def _filled(self, tree: TabGroup | Split) -> TabGroup | Split:
        """Return a layout of areas with the panels that are at home in each."""
        for place in places(tree):
            place.names += [
                dock.name for name in tuple(place.names) for dock, area in self._homes if area.name == name
            ]
        for area in Area:
            tree = without(tree, area.name) or tree
        return tree

    def _tree(self) -> TabGroup | Split | None:
        """Find how the panels lie now, hidden tabs among them."""
        boxes = []
        for dock in self.docks.values():
            if dock.isHidden() or dock.isFloating() or dock.geometry().right() < 0:
                continue
            box = dock.geometry()
            names = [tab.name for tab in (dock, *self.tabifiedDockWidgets(dock))]
            # Tabs in the order of their row, which is that of the panels.
            names.sort(key=list(self.docks).index)
            rows = (bar.geometry() for bar in self._tab_bars() if bar.isVisible())
            above = sum(
                row.height() for row in rows if row.bottom() + 1 == box.top() and row.left() == box.left()
            )
            boxes.append((names, (box.left(), box.top() - above, box.right() + 1, box.bottom() + 1)))
        return tree_of(boxes) if boxes else None

    def _lay_out(self, tree: TabGroup | Split, fronts: set[str], hidden: set[str]) -> None:
        """Lay the panels of a tree out, some in front of their tabs; others float or are hidden."""
        self._settling.stop()
        self.setUpdatesEnabled(False)
        laid = {name for place in places(tree) for name in place.names}
        for name, dock in self.docks.items():
            if name in laid and dock.isFloating():
                # Qt would hide and show one that lies here already.
                dock.setFloating(False)
            if not dock.isFloating():
                self.removeDockWidget(dock)
        first = self.docks[tree.first]
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
        first.show()
        self._split(tree)
        for place in places(tree):
            for before, name in pairwise(place.names):
                self.tabifyDockWidget(self.docks[before], self.docks[name])
                self.docks[name].show()
                # Without it, the next tab leaves a ghost of the row behind.
                self.layout().activate()
        self._share(tree, self.width(), self.height())
        for name in fronts & laid:
            self.docks[name].raise_()
        for name in hidden & laid:
            self.docks[name].hide()
        self.setUpdatesEnabled(True)
        for dock in self.docks.values():
            dock.show_or_rest()

    def _split(self, tree: TabGroup | Split) -> None:
        if isinstance(tree, Split):
            for before, part in pairwise(tree.parts):
                self.splitDockWidget(self.docks[before.first], self.docks[part.first], _QT[tree.direction])
                self.docks[part.first].show()
            for part in tree.parts:
                self._split(part)

    def _share(self, tree: TabGroup | Split, width: float, height: float) -> None:
        """Give the parts of a tree their shares of a room."""
        if isinstance(tree, TabGroup):
            return
        across = tree.direction is Direction.ACROSS
        whole = sum(part.size for part in tree.parts)
        sizes = [(width if across else height) * part.size / whole for part in tree.parts]
        docks = [self.docks[part.first] for part in tree.parts]
        self.resizeDocks(docks, [round(size) for size in sizes], _QT[tree.direction])
        for part, size in zip(tree.parts, sizes, strict=True):
            self._share(part, size if across else width, height if across else size)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the panels their sizes, when there is a size to share out."""
        super().showEvent(event)
        if not self._is_laid_out:
            self._is_laid_out = True
            self.reset()
            self.restore(self._wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move to fewer places or to more, when the room asks for it."""
        super().resizeEvent(event)
        if self._settling.isActive():
            # The bars around have just said what they need, or the window became as large as its screen.
            QTimer.singleShot(0, self, self._restore_again)
        if self._is_laid_out:
            # When the panels have their sizes.
            QTimer.singleShot(0, self, self._follow_room)

    # Panels

    def bring_forward(self, name: str) -> None:
        """Show a panel, in front of its tabs; it is made at once, to hear what it is shown for."""
        dock = self.docks[name]
        dock.make()
        if not dock.isFloating() and self.dockWidgetArea(dock) == Qt.DockWidgetArea.NoDockWidgetArea:
            self._take_in(dock)
        dock.show()
        dock.raise_()

    def _take_in(self, dock: Dock) -> None:
        """Find a place for a panel that was hidden while others moved: with its like, else at the bottom."""
        area = next(area for other, area in self._homes if other is dock)
        docked = [
            (other, home) for other, home in self._homes if other.is_in_front and not other.isFloating()
        ]
        like = next((other for other, home in docked if home is area), None)
        if like is not None:
            self.put(dock, like, None)
        elif docked:
            self.put(dock, docked[0][0], Side.BOTTOM)
        else:
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)

    def tabs_with(self, dock: Dock) -> list[Dock]:
        """Return the other panels in a panel's row of tabs, without hidden ones."""
        return [other for other in self.tabifiedDockWidgets(dock) if not other.isHidden()]

    def put(self, dock: Dock, target: Dock, side: Side | None) -> None:
        """Put a panel to a side of another, or make it a tab of it (None)."""
        # A layout that was restored a moment ago is not restored once more over this.
        self._settling.stop()
        if side is None:
            dock.setFloating(False)
            self.tabifyDockWidget(target, dock)
            self.layout().activate()
        else:
            tree = self._tree()
            rest = None if tree is None else without(tree, dock.name)
            if rest is None:
                return
            hidden = {name for name, other in self.docks.items() if other.isHidden() and other is not dock}
            fronts = {name for name, other in self.docks.items() if other.is_in_front}
            self._lay_out(beside(rest, target.name, dock.name, side), fronts, hidden)
        dock.show()
        dock.raise_()

    def toggle_floating(self, name: str) -> None:
        """Make a panel a window of its own, or put it back."""
        dock = self.docks[name]
        dock.title_bar.toggle_floating()
        dock.activateWindow()

    def hide_panel(self, name: str) -> None:
        """Hide a panel."""
        self.docks[name].close()

    def focus_panel(self, name: str) -> None:
        """Give the focus to a panel."""
        self.docks[name].focus()

    def panel_with_focus(self) -> Panel | None:
        """Return the panel that has the focus."""
        dock = self._dock_with_focus()
        return None if dock is None else dock.panel

    def _dock_with_focus(self) -> Dock | None:
        focus = QApplication.focusWidget()
        return next((dock for dock in self.docks.values() if dock.isAncestorOf(focus)), None)

    def step_focus(self, step: int) -> None:
        """Give the keys to the next panel that can be seen, or the one before (``step`` −1)."""
        shown = [dock for dock in self.docks.values() if dock.is_in_front]
        if not shown:
            return
        at = self._dock_with_focus()
        before = -1 if step > 0 else 0
        index = (shown.index(at) if at in shown else before) + step
        dock = shown[index % len(shown)]
        if dock.isFloating():
            dock.activateWindow()
        dock.focus()

    # Tidiness

    def event(self, event: QEvent) -> bool:
        """Tidy up after a change of the layout."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildAdded) and hasattr(self, "_tidying"):
            self._tidying.start()
        return super().event(event)

    def _note(self, *_: object) -> None:
        self._tidying.start()

    def _tidy(self) -> None:
        """Fold the title bars of tabs, and see to tab bars, which Qt makes when it needs them."""
        for dock in self.docks.values():
            dock.show_or_rest()
            dock.title_bar.fold(folded=bool(self.tabs_with(dock)) and not dock.isFloating())
        for bar in self._tab_bars():
            if not bar.accessibleName():
                bar.setAccessibleName(tr("Panels"))
                bar.setToolTip(tr("Panels: drag a tab to move it, or press the right button for more"))
                bar.setMovable(False)
                bar.setDrawBase(False)
                bar.setExpanding(False)
                # Otherwise a row of many tabs keeps its panels from becoming narrow.
                bar.setUsesScrollButtons(True)
                bar.setElideMode(Qt.TextElideMode.ElideNone)
                bar.installEventFilter(self)
                TabMenu(bar)
        self.rearranged.emit()

    def _tab_bars(self) -> list[QTabBar]:
        return self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open a tab's menu, and let tabs be dragged."""
        if not isinstance(watched, QTabBar):
            return super().eventFilter(watched, event)
        if isinstance(event, QContextMenuEvent):
            dock = self._dock_of_tab(watched, event.pos())
            if dock is not None:
                self._show_menu(dock, event.globalPos())
                return True
        if isinstance(event, QMouseEvent):
            place = event.globalPosition().toPoint()
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                dock = self._dock_of_tab(watched, event.position().toPoint())
                if dock is not None:
                    self.drag.press(dock, place)
            elif event.type() == QEvent.Type.MouseMove:
                self.drag.move_to(place)
            elif event.type() == QEvent.Type.MouseButtonRelease:
                # Qt has done with the row of tabs first.
                QTimer.singleShot(0, self, partial(self.drag.release, place))
        return super().eventFilter(watched, event)

    def _dock_of_tab(self, bar: QTabBar, position: QPoint) -> Dock | None:
        title = bar.tabText(bar.tabAt(position))
        return next((dock for dock in self.docks.values() if dock.windowTitle() == title), None)

    def _show_menu(self, dock: Dock, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        panel = dock.panel
        if isinstance(panel, HasZoom):
            menu.addAction(tr("Show all")).triggered.connect(panel.show_all)
            menu.addSeparator()
        floating = menu.addAction(tr("Put back") if dock.isFloating() else tr("Float"))
        floating.triggered.connect(dock.title_bar.toggle_floating)
        menu.addAction(tr("Hide")).triggered.connect(dock.close)
        menu.addSeparator()
        menu.addAction(tr("Copy picture")).triggered.connect(partial(self.picture_wanted.emit, panel))
        menu.addAction(tr("Save figure…")).triggered.connect(partial(self.figure_wanted.emit, panel))
        if isinstance(panel, HasNumbers):
            menu.addAction(tr("Save numbers…")).triggered.connect(partial(self.numbers_wanted.emit, panel))
        menu.addAction(tr("Save film…")).triggered.connect(partial(self.film_wanted.emit, panel))
        menu.popup(place)

    def createPopupMenu(self) -> None:
        """Offer no menu of Qt's own: the panels' title bars and tabs have one."""
        return


def _names(tree: TabGroup | Split) -> list[list[str]]:
    return [place.names for place in places(tree)]
