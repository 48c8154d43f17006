"""One dockable panel: a flat title bar, and a part that scrolls where it has too little room."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import icon
from nnstudio.studio.painting.labels import heading
from nnstudio.studio.painting.theme import appearance, fit_fonts, font, text_scale
from nnstudio.studio.panels.panel import HasNote, HasRefusal, HasRoom, HasTitles, Panel, PanelKind
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.control_keys import press_focused

TITLE_HEIGHT = 32
MARGIN = 12
MOST_CLAIMED = QSize(310, 84)
"""The least room a panel can claim, however much its part needs: all of them fit the smallest window."""
BUTTON_SIDE = 20


@contained
class TitleBar(QWidget):
    """A panel's title at the left, its note at the right; buttons appear under the pointer.

    A panel that is a tab of others has its title there: its bar is folded away.
    """

    pressed = Signal(QPoint)
    moved = Signal(QPoint)
    released = Signal(QPoint)
    """Where on the screen the left button went down, the pointer moved meanwhile, the button came up."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        # Qt asks for the size 20,000 times while it lays the panels out: layouts remember theirs.
        self._line = QWidget(self)
        self._line.setFixedHeight(round(TITLE_HEIGHT * text_scale()))
        # No width to speak of: a note may be cut.
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        outer.addWidget(self._line)
        layout = QHBoxLayout(self._line)
        layout.setContentsMargins(MARGIN, 4, MARGIN, 0)
        self._heading = heading("", self._line)
        layout.addWidget(self._heading)
        layout.addStretch(1)
        self.note: QLabel | None = None
        self._tools = QWidget(self)
        self._tools.setObjectName("panel")
        self._tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(8, 4, MARGIN - 4, 0)
        row.setSpacing(2)
        self._float = self._button(row)
        self._float.clicked.connect(self.toggle_floating)
        self._hide = self._button(row)
        self._hide.clicked.connect(dock.close)
        self._tools.hide()
        appearance.follow(self, self._tint)
        self._dock = dock

    def take_note(self, note: QLabel) -> None:
        """Show a panel's note beside its title."""
        self.note = note
        note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = self._line.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.takeAt(1)
        layout.addWidget(note, 1)

    def show_title(self, title: str) -> None:
        """Show the panel's title."""
        self._heading.setText(title)
        if self.note is not None:
            self.note.setToolTip(
                tr("{title}: drag the title to move the panel, double-click it to let it float").format(
                    title=title
                )
            )
        for button, name, tip in (
            (self._float, tr("Float {title}"), tr("make it a window of its own, or put it back")),
            (self._hide, tr("Hide {title}"), tr("View > Panels brings it back")),
        ):
            name = name.format(title=title)
            button.setAccessibleName(name)
            button.setToolTip(f"{name}: {tip}")

    def _button(self, row: QHBoxLayout) -> QToolButton:
        button = QToolButton(self._tools)
        button.setObjectName("furniture")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedSize(BUTTON_SIDE, BUTTON_SIDE)
        button.setIconSize(QSize(BUTTON_SIDE - 6, BUTTON_SIDE - 6))
        row.addWidget(button)
        return button

    def toggle_floating(self) -> None:
        """Make the panel a window of its own, or put it back."""
        self._dock.setFloating(not self._dock.isFloating())

    def fold(self, *, folded: bool) -> None:
        """Take no room, or a line."""
        if self._line.isHidden() != folded:
            self._line.setHidden(folded)
            # At once, not with the next turn of the event loop.
            self.layout().activate()

    def _tint(self) -> None:
        # Drawing those of all panels took half the time of a change.
        if self._tools.isHidden():
            return
        self._float.setIcon(icon("float", appearance.theme.muted))
        self._hide.setIcon(icon("hide", appearance.theme.muted))

    # Events

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons, over the note."""
        width = self._tools.sizeHint().width()
        left = 0 if self.isRightToLeft() else self.width() - width
        self._tools.setGeometry(left, 0, width, self.height())
        self._tools.show()
        self._tools.raise_()
        self._tint()

    def leaveEvent(self, event: QEvent) -> None:
        """Put the buttons away."""
        self._tools.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(event.globalPosition().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        self.moved.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Float, or go back."""
        self.toggle_floating()


@contained
class PanelScrollArea(QScrollArea):
    """Gives a part all the room there is, and scrolls where that is too little.

    Parameters
    ----------
    title : str
        The part's, for the hover texts of the scroll bars.
    parent : QWidget
    """

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        paper = QWidget(self)
        paper.setObjectName("panel")
        paper.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # A click beside the controls ends typing elsewhere.
        paper.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = QVBoxLayout(paper)
        layout.setContentsMargins(MARGIN, 6, MARGIN, 8)
        self._panel_widget: QWidget | None = None
        self._needed: QSizeF | None = None
        """What the part needed when it could be seen, in design pixels."""
        self.refusal = QLabel("", paper)
        self.refusal.setFont(font(12))
        self.refusal.setProperty("role", "muted")
        self.refusal.setWordWrap(True)
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.refusal.hide()
        layout.addWidget(self.refusal)
        self.setWidget(paper)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.setAccessibleName(tr("Scroll {title}").format(title=title))
            bar.setToolTip(
                tr("{title} needs more room than it has: scroll, or drag the line beside it").format(
                    title=title
                )
            )

    def hold(self, widget: QWidget) -> None:
        """Take in the part, once it is made."""
        self._panel_widget = widget
        layout = self.widget().layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, widget)
        widget.show()
        self.tell_room()

    def show_refusal(self, reason: str) -> None:
        """Show why the part has nothing to show, in its place; empty: show the part."""
        self.refusal.setText(reason)
        self.refusal.setVisible(bool(reason))
        assert self._panel_widget is not None, "a part that is made says why it has nothing"
        self._panel_widget.setVisible(not reason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell a part that cares how much of it can be seen at once."""
        super().resizeEvent(event)
        self.tell_room()

    def tell_room(self) -> None:
        """Tell a part that cares how much of it can be seen at once."""
        if isinstance(self._panel_widget, HasRoom):
            margins = self.widget().layout().contentsMargins()
            self._panel_widget.set_room(self.maximumViewportSize().shrunkBy(margins))

    def minimumSizeHint(self) -> QSize:
        """Claim what the part needs, within reason; one that is not made claims as much as it may."""
        if self._panel_widget is None:
            return MOST_CLAIMED
        needed = self._need()
        claimed = needed.boundedTo(MOST_CLAIMED)
        if claimed.height() < needed.height():
            # What scrolls up and down need not scroll sideways too, for the room that the bar takes.
            claimed.setWidth(claimed.width() + self.verticalScrollBar().sizeHint().width())
        return claimed

    def _need(self) -> QSize:
        """Return what the part needs; of a hidden one what it needed last: it is styled when it is shown."""
        paper = self.widget()
        if self._needed is None or paper.isVisible():
            needed = paper.minimumSizeHint()
            self._needed = QSizeF(needed) / text_scale() if paper.isVisible() else None
            return needed
        return (self._needed * text_scale()).toSize()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim again when the panel needs another size."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
            self.tell_room()
        return super().eventFilter(watched, event)


@contained
class Dock(QDockWidget):
    """Holds a part.

    The part is made when it is first seen or asked for: most of them are behind others, and to make them all
    takes half the time that the window does.

    Parameters
    ----------
    kind : PanelKind
        Makes the part. Its widget is given as much room as there is, and scrolls where that is less than it
        needs.
    services : Services
    dock_area : QWidget
    """

    made = Signal(QWidget)
    """The part was made; its widget."""

    menu_wanted = Signal(QPoint)
    """The place on the screen where a menu was asked for."""

    def __init__(self, kind: PanelKind, services: Services, dock_area: QWidget) -> None:
        super().__init__(dock_area)
        self.name = kind.name
        self.setObjectName(kind.name)
        self._kind, self._services = kind, services
        self._panel: Panel | None = None
        self._spaces: tuple[InputSpace, OutputSpace] | None = None
        self.title_bar = TitleBar(self)
        self.setTitleBarWidget(self.title_bar)
        self.windowTitleChanged.connect(self.title_bar.show_title)
        self.setWindowTitle(tr(kind.title))
        feature = QDockWidget.DockWidgetFeature
        self.setFeatures(feature.DockWidgetClosable | feature.DockWidgetFloatable)
        self.area = PanelScrollArea(tr(kind.title), self)
        self.visibilityChanged.connect(self.show_or_rest)
        self.setWidget(self.area)

    @property
    def is_made(self) -> bool:
        """Whether the part is there."""
        return self._panel is not None

    @property
    def panel(self) -> Panel:
        """The part; it is made when it is first asked for."""
        return self._panel or self.make()

    def make(self) -> Panel:
        """Make the part, if it is not there yet."""
        if self._panel is None:
            self._panel = part = self._kind(self._services, self.area.widget())
            if isinstance(part, HasNote):
                self.title_bar.take_note(part.note)
                self.title_bar.show_title(self.windowTitle())
            self.area.hold(part.widget)
            fit_fonts([part.widget, *part.widget.findChildren(QWidget)])
            if self._spaces is not None:
                self.meet(*self._spaces)
            self.made.emit(part.widget)
        return self._panel

    def meet(self, input_space: InputSpace, output_space: OutputSpace) -> None:
        """Take on the title for a problem, and show the part, or why it has nothing for it."""
        self._spaces = input_space, output_space
        part = self._panel
        if part is None:
            return
        if isinstance(part, HasTitles):
            part.title = part.title_for(output_space)
            self.setWindowTitle(tr(part.title))
        if isinstance(part, HasRefusal):
            reason = part.refusal(input_space, output_space)
            self.area.show_refusal(reason)
            if self.title_bar.note is not None:
                self.title_bar.note.setHidden(bool(reason))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the focus by Return; a floating panel is a window of its own."""
        if not press_focused(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the panel's menu."""
        self.menu_wanted.emit(event.globalPos())

    def show_or_rest(self) -> None:
        """Hide the part behind other tabs: Qt only moves it out of sight, and Tab would go through it."""
        if not self.updatesEnabled():
            # Panels are being laid out, and most are in sight only until they are behind others.
            return
        self.area.widget().setVisible(self.isFloating() or self.geometry().right() >= 0)

    @property
    def is_in_front(self) -> bool:
        """Whether something of the part can be seen: a tab behind another is not hidden for Qt."""
        return not self.area.visibleRegion().isEmpty()

    def focus(self) -> None:
        """Give the keys to the part: to what had them last in it, or the first that takes them."""
        last = self.area.widget().focusWidget()
        controls = [last, self.panel.widget, *self.panel.widget.findChildren(QWidget)]
        for control in controls:
            if control is not None and control.isVisibleTo(self) and _takes_keys(control):
                control.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
        # Nothing in it takes keys: arrow keys scroll it.
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _takes_keys(widget: QWidget) -> bool:
    return widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
