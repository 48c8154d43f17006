"""Where the right answer of an input is chosen from the classes, or typed as numbers."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from nnstudio.data.problem import Answer, OutputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font, give_role
from nnstudio.studio.session.output_kinds import AnswerError, parsed_numbers, studio_kind

SHORTEST = 9
"""Characters of a list's choice that can always be read."""


@contained
class AnswerField(QWidget):
    """A name with a list of classes beside it, or a field for numbers.

    Parameters
    ----------
    tip : str
        What the answer is for, in a second line of the hover text.
    parent : QWidget, optional

    Attributes
    ----------
    classes : QComboBox
    numbers : QLineEdit
        One of them is on show.
    """

    chosen = Signal(object)
    """A right answer; None: none is chosen any more."""

    refused = Signal(str)
    """Why what was typed is no answer; empty where it is one."""

    def __init__(self, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tip = tip
        self._space: OutputSpace | None = None
        self._caption: QLabel = remark("", self)
        self.classes = QComboBox(self)
        self.classes.setFont(font(11))
        self.classes.setMinimumContentsLength(SHORTEST)
        self.classes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.classes.activated.connect(self._choose)
        self.numbers = QLineEdit(self)
        self.numbers.setFont(font(11))
        self.numbers.editingFinished.connect(self._finish)
        self._stack = QStackedWidget(self)
        for widget in (self, self._stack):
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._stack.addWidget(self.classes)
        self._stack.addWidget(self.numbers)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._caption)
        layout.addWidget(self._stack, 1)

    def set_space(self, space: OutputSpace, unknown: str = "") -> None:
        """Offer the answers of an output space; ``unknown`` stands for no class; else the kind's word."""
        if space == self._space:
            return
        self._space = space
        kind = studio_kind(space)
        shown = self.classes if space.traits.has_labels else self.numbers
        self._caption.setText(tr(kind.right))
        self._caption.setBuddy(shown)
        tip = f"{tr(kind.right)}: {tr(kind.right_tip)}"
        for field in (self.classes, self.numbers):
            field.setAccessibleName(tr(kind.right))
            field.setToolTip(f"{tip}\n{self._tip}" if self._tip and space.traits.has_labels else tip)
        self.classes.clear()
        self.classes.addItem(unknown or tr(kind.unknown), None)
        for label, name in enumerate(space.class_names):
            self.classes.addItem(name, label)
        self.numbers.clear()
        self.numbers.setPlaceholderText(tr(kind.unknown))
        give_role(self.numbers, "")
        self._stack.setCurrentWidget(shown)

    def show_answer(self, answer: Answer | None) -> None:
        """Show what is chosen or known, unless another answer is being typed."""
        if isinstance(answer, int) or answer is None:
            index = 0 if answer is None else answer + 1
            if index != self.classes.currentIndex():
                self.classes.setCurrentIndex(index)
        if not isinstance(answer, int) and not (self.numbers.hasFocus() and self.numbers.isModified()):
            text = "" if answer is None else _written(answer)
            if text != self.numbers.text():
                self.numbers.setText(text)
                self.numbers.setCursorPosition(0)
            give_role(self.numbers, "")

    def _choose(self) -> None:
        self.chosen.emit(self.classes.currentData())

    def _finish(self) -> None:
        if not self.numbers.isModified() or self._space is None:
            return
        try:
            answer = parsed_numbers(self._space, self.numbers.text())
        except AnswerError as error:
            give_role(self.numbers, "warning")
            self.refused.emit(str(error))
            return
        self.numbers.setModified(False)
        give_role(self.numbers, "")
        self.chosen.emit(answer)


def _written(answer: np.ndarray) -> str:
    return "  ".join(f"{float(value):.6g}".replace("-", "−") for value in answer)
