"""The editor of an input of several numbers: a field for each, with its name and its range."""

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from nnstudio.data.problem import InputSpace
from nnstudio.data.typed_numbers import NumberError, typed_number, typed_rows
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.panels.panel import NumberTable
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.services import Services

STEP, LONG_STEP = 0.01, 0.1
"""Shares of a range by which arrow keys change a number, and with Shift."""

HELP = translatable(
    "Type a number, such as 0.5, 0,5 or 1/2, and Return. ↑ ↓ change it by a hundredth of its range, with "
    "Shift by a tenth. Several numbers that are pasted fill this field and the next ones."
)


@contained
class NumberField(QLineEdit):
    """A number that is typed, stepped by arrow keys, or pasted with others.

    Parameters
    ----------
    name : str
    parent : QWidget
    """

    stepped = Signal(float)
    """By a share of the range, up or down."""

    pasted = Signal(object)
    """Several numbers, a list of float."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font(12))
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def event(self, event: QEvent) -> bool:
        """Leave Space to the window: no number has a blank."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() == Qt.Key.Key_Space:
            event.ignore()
            return False
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by arrow keys, take several numbers that are pasted, and leave Space to the window."""
        share = LONG_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(share if event.key() == Qt.Key.Key_Up else -share)
        elif not (event.matches(QKeySequence.StandardKey.Paste) and self._paste()):
            super().keyPressEvent(event)

    def _paste(self) -> bool:
        """Take what is on the clipboard where it is several numbers."""
        try:
            values = [value for row in typed_rows(QGuiApplication.clipboard().text()) for value in row]
        except NumberError:
            return False
        if len(values) > 1:
            self.pasted.emit(values)
        return len(values) > 1


@contained
class NumberForm(QWidget):
    """Shows and edits the numbers that the network reads.

    Parameters
    ----------
    services : Services
    parent : QWidget, optional

    Attributes
    ----------
    fields : list of NumberField
        In the order of the inputs.
    """

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = services.session, services.session.input
        self._space: InputSpace | None = None
        self.fields: list[NumberField] = []
        self._ranges: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._document.x_changed.connect(self.show_numbers)

    def refresh(self, changes: Changes) -> None:
        """Have a field for each input of another network."""
        if changes.network and self._document.input_space is not self._space:
            self._meet_space(self._document.input_space)

    def _meet_space(self, space: InputSpace) -> None:
        self._space = space
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                # Where it has the keys, it would say that typing is over.
                widget.blockSignals(True)
                widget.hide()
                widget.deleteLater()
        self.fields, self._ranges = [], []
        for k, (name, low, high) in enumerate(zip(space.names, space.lows, space.highs, strict=True)):
            field, label = NumberField(name, self), QLabel(name, self)
            field.setToolTip(tr(HELP))
            label.setFont(font(12))
            label.setBuddy(field)
            ends = QLabel(f"{low:g} … {high:g}".replace("-", "−"), self)
            ends.setFont(font(11))
            ends.setToolTip(tr("The range of {name} in what the network is made for").format(name=name))
            give_role(ends, "muted")
            for column, widget in enumerate((label, field, ends)):
                self._grid.addWidget(widget, k, column)
            field.editingFinished.connect(partial(self._finish, k))
            field.stepped.connect(partial(self._step, k))
            field.pasted.connect(partial(self._paste, k))
            self.fields.append(field)
            self._ranges.append(ends)
        self._grid.setRowStretch(len(self.fields), 1)
        self.setFocusProxy(self.fields[0])
        if self._document.x is None:
            self._document.set_x(space.inputs_at(np.full(space.n_features, 0.5)))
        self.show_numbers()

    def show_numbers(self) -> None:
        """Show what is read; a range that a number leaves is marked."""
        x, space = self._document.x, self._space
        if space is None or (x is not None and len(x) != len(self.fields)):
            return
        for k, field in enumerate(self.fields):
            field.setText("" if x is None else f"{x[k]:.6g}".replace("-", "−"))
            give_role(field, "")
            is_outside = x is not None and not space.lows[k] <= x[k] <= space.highs[k]
            give_role(self._ranges[k], "warning" if is_outside else "muted")

    def _change(self, values: dict[int, float]) -> None:
        x, space = self._document.x, self._space
        if space is None:
            return
        changed = space.inputs_at(np.full(space.n_features, 0.5)) if x is None else x.copy()
        for k, value in values.items():
            changed[k] = value
        self._document.set_x(changed)

    def _finish(self, k: int) -> None:
        """Read the number that was typed; one that cannot be read is marked, and stays as it is typed."""
        field = self.fields[k]
        if not field.isModified():
            return
        try:
            value = typed_number(field.text())
        except NumberError as error:
            give_role(field, "warning")
            self._session.said.emit(f"{error} {tr('Nothing was changed.')}", True)
        else:
            self._change({k: value})

    def _step(self, k: int, share: float) -> None:
        x, space = self._document.x, self._space
        if space is not None:
            low, high = float(space.lows[k]), float(space.highs[k])
            before = (low + high) / 2 if x is None else float(x[k])
            self._change({k: before + share * (high - low)})

    def _paste(self, first: int, values: list[float]) -> None:
        room = len(self.fields) - first
        if len(values) > room:
            words = tr("%n numbers were pasted, and there are {room} fields. Nothing changed.", len(values))
            self._session.said.emit(words.format(room=room), True)
        else:
            self._change(dict(enumerate(values, first)))

    def numbers(self) -> NumberTable:
        """Return the numbers that are read, with their names."""
        x, space = self._document.x, self._space
        return ((), []) if x is None or space is None else (space.names, [x.tolist()])
