"""The card of "What is this?": explains a widget and its topic, with links to others."""

from html import escape

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from nnstudio.language import tr
from nnstudio.studio.help.glossary import Topic
from nnstudio.studio.help.panel_topics import PANELS, PLACES, TOPICS
from nnstudio.studio.painting.theme import appearance, font, text_scale

WIDTH = 360
GAP = 10


class HelpCard(QFrame):
    """Show a widget's explanation and its topic; links lead to topics, panels and the list of keys.

    Parameters
    ----------
    parent : QWidget
        The widget that the card floats over.
    """

    panel_wanted = Signal(str)
    keys_wanted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._at = QRect()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 10)
        layout.setSpacing(8)
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setWordWrap(True)
        self.label.setFont(font(13))
        flag = Qt.TextInteractionFlag
        self.label.setTextInteractionFlags(
            flag.TextSelectableByMouse | flag.LinksAccessibleByMouse | flag.LinksAccessibleByKeyboard
        )
        self.label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.label.setAccessibleName(tr("What this is"))
        self.label.linkActivated.connect(self._follow)
        layout.addWidget(self.label)
        self.done = QToolButton(self)
        self.done.setText(tr("Done (Esc)"))
        self.done.setToolTip(tr("Done: ask no more, and let clicks do what they do (Esc)"))
        self.done.setFont(font(12))
        self.done.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.done.clicked.connect(self.dismissed)
        layout.addWidget(self.done, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    def show_thing(self, name: str, text: str, key: str | None, at: QRect) -> None:
        """Show the explanation of a widget.

        Parameters
        ----------
        name, text : str
            Of the widget, in the user's language; both may be empty.
        key : str or None
            Key of its topic.
        at : QRect
            Rectangle of the widget in the parent: the card does not cover it.
        """
        parts = []
        if name or text:
            parts.append(self._section(name, text[:1].upper() + text[1:]))
        if key is not None:
            topic = TOPICS[key]
            parts.append(self._section(tr(topic.title) if tr(topic.title) != name else "", tr(topic.text)))
            parts.append(self._links(key, topic))
        self._show("".join(parts), at)

    def _show(self, html: str, at: QRect) -> None:
        self._at = at
        self.label.setText(html)
        self.label.setAccessibleDescription(self.label.text())
        width = min(round(WIDTH * text_scale()), self.parentWidget().width() - 2 * GAP)
        self.setFixedWidth(width)
        margins = self.layout().contentsMargins()
        self.label.setFixedWidth(width - margins.left() - margins.right() - 2)
        # Otherwise it would keep the height of the text before.
        self.label.setMinimumHeight(0)
        self.label.setFixedHeight(self.label.heightForWidth(self.label.width()))
        self.setFixedHeight(self.layout().totalSizeHint().height())
        self.move(self._place(at))
        self.show()
        self.raise_()

    def _section(self, title: str, text: str) -> str:
        # The typeface has this weight; a bolder one would be synthesised.
        bold = f'<span style="font-weight: 600">{escape(title)}</span>' if title else ""
        between = "<br>" if title and text else ""
        return f'<p style="margin: 0 0 8px 0">{bold}{between}{escape(text).replace(chr(10), "<br>")}</p>'

    def _links(self, key: str, topic: Topic) -> str:
        links = [(f"topic:{each}", tr(TOPICS[each].title)) for each in topic.see]
        if key in PANELS.keys() - PLACES:
            links.insert(0, (f"panel:{key}", tr("Go to the panel")))
        links.append(("keys:", tr("All keys")))
        style = f"color: {appearance.theme.accent}"
        made = [f'<a href="{target}" style="{style}">{escape(words)}</a>' for target, words in links]
        return f'<p style="margin: 0">{" · ".join(made)}</p>'

    def _follow(self, link: str) -> None:
        scheme, _, key = link.partition(":")
        if scheme == "keys":
            self.keys_wanted.emit()
        elif scheme == "panel":
            self.panel_wanted.emit(key)
        elif key in TOPICS:
            self.show_thing("", "", key, self._at)

    def _place(self, at: QRect) -> QPoint:
        """Return the place of the card beside a widget, inside the window."""
        room = self.parentWidget().rect().adjusted(GAP, GAP, -GAP, -GAP)
        left, top = at.right() + GAP, at.top()
        if left + self.width() > room.right():
            left = at.left() - GAP - self.width()
        if left < room.left():
            # The widget is as wide as the window: place the card below or above it.
            left = max(room.left(), min(at.center().x() - self.width() // 2, room.right() - self.width()))
            below = at.bottom() + GAP
            top = below if below + self.height() <= room.bottom() else at.top() - GAP - self.height()
        top = max(room.top(), min(top, room.bottom() - self.height()))
        return QPoint(left, top)
