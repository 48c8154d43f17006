"""Typing of numbers in the network view: which one the keys are at, and the field on it."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font, give_role, text_scale
from nnstudio.studio.views.network.number_boxes import NumberBox

NARROWEST_PX, WIDEST_PX, SPARE_PX = 64, 130, 22
_OWN_KEYS = (
    Qt.Key.Key_Escape,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
)
COMES_BACK = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Reasons for which the focus comes back."""

Place = Parameter | UnitValue


@contained
class _NumberField(QLineEdit):
    """A line for one number, which keeps its keys to itself."""

    given_up = Signal()
    passed = Signal(int)
    """Tab (1) or Shift+Tab (−1)."""
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim the keys that end the typing, also where they are shortcuts."""
        if not isinstance(event, QKeyEvent) or Qt.Key(event.key()) not in _OWN_KEYS:
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.passed.emit(1 if event.key() == Qt.Key.Key_Tab else -1)
            return True
        handled = super().event(event)
        # Qt leaves Return to the parent as well.
        event.accept()
        return handled

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that something else has the keys now."""
        super().focusOutEvent(event)
        if event.reason() not in COMES_BACK:
            self.left.emit()


class NumberEntry(QObject):
    """Where the keys are among the numbers of a view, and a field for typing one of them.

    Parameters
    ----------
    view : QWidget
        In whose design pixels the boxes are.
    boxes : callable
        Returns the numbers that can be typed, in the order of Tab.

    Attributes
    ----------
    current : Parameter, UnitValue or None
        The number that the keys are at.
    sentence : str
        What is said of the text in the field.
    is_wrong : bool
        Whether the sentence is why the text was not taken.
    """

    typed = Signal(object, str)
    """A number and what was typed for it: the receiver calls ``close`` or ``refuse``."""

    changed = Signal()
    """What is to be painted has changed."""

    def __init__(self, view: QWidget, boxes: Callable[[], Sequence[NumberBox]]) -> None:
        super().__init__(view)
        self._view, self._boxes = view, boxes
        self.current: Place | None = None
        self.sentence, self.is_wrong = "", False
        self._is_closing = False
        self.field = _NumberField(view)
        self.field.hide()
        self.field.returnPressed.connect(self._submit)
        self.field.given_up.connect(self._give_up)
        self.field.passed.connect(self._pass)
        self.field.left.connect(self._leave)
        self.field.textEdited.connect(self._forget_sentence)
        self.field.textChanged.connect(self._align)

    @property
    def is_open(self) -> bool:
        """Whether a number is being typed."""
        return not self.field.isHidden()

    def box_of(self, place: Place | None) -> QRectF | None:
        """Return a number's box, where it has one."""
        return next((number.box for number in self._boxes() if number.place == place), None)

    # The field

    def open(self, place: Place, text: str, name: str) -> None:
        """Show the field on a number, with a text to begin with."""
        self.current = place
        self._say("", is_wrong=False)
        self.field.setFont(font(12))
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(name)
        self.field.setText(text)
        self._align(text)
        self.field.selectAll()
        self.field.show()
        self.follow()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _align(self, text: str) -> None:
        """Centre the number; Qt shows the name in an empty field that has the keys only where it is not."""
        align = Qt.AlignmentFlag
        self.field.setAlignment(align.AlignHCenter if text else align.AlignLeading)

    def follow(self) -> None:
        """Put the field where its number is; hide it where that is no more."""
        if not self.is_open:
            return
        box = self.box_of(self.current)
        if box is None:
            self.close()
            return
        scale = text_scale()
        wanted = self.field.fontMetrics().horizontalAdvance(self.field.text()) + SPARE_PX * scale
        width = round(min(max(wanted, NARROWEST_PX * scale), WIDEST_PX * scale))
        height, middle = self.field.sizeHint().height(), box.center() * scale
        left = min(max(round(middle.x() - width / 2), 2), max(self._view.width() - width - 2, 2))
        top = min(max(round(middle.y() - height / 2), 2), max(self._view.height() - height - 2, 2))
        self.field.setGeometry(left, top, width, height)

    def refuse(self, sentence: str) -> None:
        """Keep what was typed, and mark it with the reason why it was not taken."""
        self._say(sentence, is_wrong=True)

    def hint(self, sentence: str) -> None:
        """Say something of the number while the field stays."""
        self._say(sentence, is_wrong=False)

    def close(self) -> None:
        """Hide the field; the keys go back to the view."""
        if not self.is_open:
            return
        self._say("", is_wrong=False)
        self._is_closing = True
        if self.field.hasFocus():
            # Before it is hidden: Qt would give them to the next widget.
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.hide()
        self._is_closing = False

    def forget(self) -> None:
        """Close the field, and be at no number."""
        self.close()
        if self.current is not None:
            self.current = None
            self.changed.emit()

    def _say(self, sentence: str, *, is_wrong: bool) -> None:
        if (sentence, is_wrong) != (self.sentence, self.is_wrong):
            self.sentence, self.is_wrong = sentence, is_wrong
            give_role(self.field, "warning" if is_wrong else "")
            self.field.setAccessibleDescription(sentence)
        self.changed.emit()

    def _forget_sentence(self) -> None:
        if self.is_wrong:
            self._say("", is_wrong=False)
        self.follow()

    def _submit(self) -> None:
        self.typed.emit(self.current, self.field.text())

    def _give_up(self) -> None:
        self.close()
        self.changed.emit()

    def _pass(self, step: int) -> None:
        """Take what was typed, and go to the next number."""
        if self.field.isModified():
            self._submit()
        else:
            self.close()
        if not self.is_open:
            self.step_in_order(step)

    def _leave(self) -> None:
        """Take what was typed, as tables do; what is wrong stays."""
        if not self.is_open or self.is_wrong or self._is_closing:
            return
        if self.field.isModified():
            self._submit()
        else:
            self.close()

    # Among the numbers

    def go_to(self, place: Place | None) -> None:
        """Be at a number, or at none."""
        self.close()
        self.current = place
        self.changed.emit()

    def step_in_order(self, step: int) -> bool:
        """Go to the next number in their order; return whether there is one, else be at none."""
        places = [number.place for number in self._boxes()]
        at = places.index(self.current) + step if self.current in places else 0
        is_there = 0 <= at < len(places)
        self.go_to(places[at] if is_there else None)
        return is_there

    def step_towards(self, right: int, down: int) -> None:
        """Go to the nearest number in a direction."""
        box, numbers = self.box_of(self.current), self._boxes()
        if box is None or not numbers:
            return
        middles = np.array([(number.box.center().x(), number.box.center().y()) for number in numbers])
        away = middles - (box.center().x(), box.center().y())
        ahead = away @ (right, down)
        # What lies ahead counts more than what lies aside.
        aside = np.abs(away @ (down, right))
        cost = np.where(ahead > 1.0, ahead + 2.0 * aside, np.inf)
        if np.isfinite(cost.min()):
            self.go_to(numbers[int(cost.argmin())].place)
