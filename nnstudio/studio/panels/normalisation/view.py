"""The stages of normalising a drawing, each with the class that would be predicted from it."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.theme import colour, font, ink_table
from nnstudio.studio.views.view import View

LINE = 17
GAP = 14
LARGEST = 200.0


@dataclass(frozen=True, eq=False)
class NormalisationStage:
    """One stage: key, title, description, image, prediction, and the prediction in short."""

    key: str
    title: str
    tip: str
    image: np.ndarray
    answer: str
    short_answer: str


class NormalisationSteps(View):
    """Shows the stages as pictures in a row; a click or the arrow keys choose the network's input."""

    stage_chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAccessibleDescription(tr("Arrow keys choose the stage that the network reads."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_design_minimum_size(220, 110)
        self._stages: tuple[NormalisationStage, ...] = ()
        self._chosen = ""
        self._message = ""

    def show_stages(self, stages: tuple[NormalisationStage, ...], chosen: str) -> None:
        """Show stages, of which ``chosen`` is the network's input; the last one is the default."""
        self._stages, self._chosen, self._message = stages, chosen, ""
        self.update()

    def show_message(self, message: str) -> None:
        """Show a message instead."""
        self._stages, self._message = (), message
        self.update()

    def _side(self, columns: int) -> float:
        """Return the side of the pictures for a number of columns."""
        rows = -(-len(self._stages) // columns)
        width = (self.design_width() - GAP * (columns - 1)) / columns
        height = (self.design_height() - LINE - GAP) / rows - 2 * LINE - GAP
        return max(min(width, height, LARGEST), 1.0)

    def _columns(self) -> int:
        """Return the number of columns: all stages, or two in a narrow panel."""
        n = len(self._stages)
        return max((n, (n + 1) // 2), key=self._side)

    def _box(self, k: int) -> QRectF:
        """Return the box of a stage's picture, below its title and above its answer."""
        columns = self._columns()
        side, (row, column) = self._side(columns), divmod(k, columns)
        top = LINE + row * (side + 2 * LINE + GAP)
        return QRectF(column * (side + GAP) + 1, top, side - 2, side - 2)

    def _at(self, position: QPointF) -> int | None:
        for k in range(len(self._stages)):
            if self._box(k).adjusted(-GAP / 2, -LINE, GAP / 2, 2 * LINE).contains(position):
                return k
        return None

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a stage and its pixel."""
        k = self._at(QPointF(position))
        if k is None:
            return ""
        stage, box = self._stages[k], self._box(k)
        lines = [f"{stage.title}: {stage.tip}", tr("Read from it: {answer}").format(answer=stage.answer)]
        if box.contains(QPointF(position)):
            height, width = stage.image.shape
            row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
            column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
            lines.append(
                tr("pixel row {row}, column {column}: ink {ink:.2f}").format(
                    row=row, column=column, ink=stage.image[row, column]
                )
            )
        return "\n".join(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the stage under the pointer."""
        k = self._at(self.place_of(event))
        if k is not None:
            self._choose(self._stages[k].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the previous or next stage."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        keys = [stage.key for stage in self._stages]
        if step is None or self._chosen not in keys:
            super().keyPressEvent(event)
            return
        target = keys.index(self._chosen) + step
        if 0 <= target < len(keys):
            self._choose(keys[target])

    def _choose(self, key: str) -> None:
        """Choose a stage; the next key starts from it, even before new pictures are there."""
        self._chosen = key
        self.update()
        self.stage_chosen.emit(key)

    def focusInEvent(self, event: object) -> None:
        """Repaint with the keyboard focus."""
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Repaint without the keyboard focus."""
        self.update()

    def paintEvent(self, event: object) -> None:
        """Paint the stages, arrows between them, and a frame around the chosen one."""
        painter = self.painter()
        if not self._stages:
            self.write_message(painter, self._message)
            return
        last = len(self._stages) - 1
        for k, stage in enumerate(self._stages):
            box = self._box(k)
            painter.drawImage(box, indexed_image(grey_index(stage.image), ink_table(self.theme)))
            is_chosen = stage.key == self._chosen
            frame = self.theme.selection if is_chosen else self.theme.line
            painter.setPen(QPen(colour(frame), 2 if is_chosen else 1))
            painter.drawRect(box)
            above = QRectF(box.left(), box.top() - LINE, box.width() + GAP, LINE)
            self.write(painter, above, stage.title, size_px=11, bold=is_chosen, muted=not is_chosen)
            room = min(box.width() + GAP, self.design_width() - box.left())
            below = QRectF(box.left(), box.bottom() + 2, room, LINE)
            fits = QFontMetricsF(font(12, bold=True)).horizontalAdvance(stage.answer) <= below.width()
            self.write(painter, below, stage.answer if fits else stage.short_answer, bold=is_chosen)
            if k < last and (k + 1) % self._columns():
                place = QRectF(box.right(), box.top(), GAP + 2, box.height())
                self.write(painter, place, "→", muted=True, align=Qt.AlignmentFlag.AlignHCenter)
        bottom = QRectF(0, self._box(last).bottom() + LINE + 2, self.design_width(), LINE)
        usual = self._chosen == self._stages[last].key
        text = (
            tr("Framed: what is read. Choose another.")
            if usual
            else tr("Not the usual way: networks learn from the last.")
        )
        self.write(painter, bottom, text, size_px=11, code=None if usual else self.theme.warning, muted=usual)
        if self.hasFocus():
            painter.setPen(QPen(colour(self.theme.accent), 1))
            painter.drawRect(QRectF(self.design_rect()).adjusted(0.5, 0.5, -0.5, -0.5))
