"""Bars of all classes' probabilities; a click on a name labels the drawing."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.engine.decision import decided
from nnstudio.insight.firing import answer_table, firing_words
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import brief, signed
from nnstudio.studio.painting.theme import colour, font, text_scale
from nnstudio.studio.views.view import View

MAX_ROW_HEIGHT = 24
ROW_HEIGHT = 13
"""Least height of a readable row."""
COMFORTABLE_ROW, COMFORTABLE_COLUMN = 17, 120
"""Rows are made this high by a further column, where columns stay so wide."""
MOST_COLUMNS = 4
LOWEST = 66
COLUMN_GAP = 14
NUMBER_WIDTH, STEP_WIDTH = 58, 86
"""Of an output, and of a sum with what the unit makes of it."""
FOOT_HEIGHT = 18
"""Of the line below the bars that says which units fire."""
SHORTEST_BAR = 24
NARROW_ROW = 80


class ClassBars(View):
    """Shows one bar per class; the largest is in the accent colour.

    While the drawing can be labelled, the names are buttons: a click or Enter labels it. Step outputs, 0
    or 1, are written beside the sums that they come from, and a line below says which of them fire.

    Notes
    -----
    Decided 2026-11: the answer follows the pen, so the bars stay own painting. A plot of them, with names and
    numbers at its axes, took 1.8 ms a frame instead of 0.45 for 10 classes and 5.8 instead of 1.9 for 47:
    pyqtgraph lays out an axis again wherever its words change.
    """

    named = Signal(int)
    """The class chosen as the drawing's label."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._names: tuple[str, ...] = ()
        self._values: np.ndarray | None = None
        self._logits: np.ndarray | None = None
        self._right: int | None = None
        self._are_probabilities, self._n_steps = True, 0
        self._is_teachable = False
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(
            tr("Arrow keys choose a class; Enter says that the drawing is one, and teaches it.")
        )
        self.set_design_minimum_size(0, LOWEST)

    def sizeHint(self) -> QSize:
        """Return the size that shows all rows at full height."""
        return self.magnified(QSize(260, MAX_ROW_HEIGHT * max(len(self._names), 4)))

    def set_classes(self, names: tuple[str, ...], *, are_probabilities: bool, n_steps: int = 0) -> None:
        """Set the classes' names, and whether their values are probabilities, or 0 and 1 of step units.

        ``n_steps`` is how many of these there are: one for each class, or a single one, which speaks for the
        second of two.
        """
        self._names = names
        self._are_probabilities, self._n_steps = are_probabilities, n_steps
        self._values = self._logits = self._current = None
        needed = max(LOWEST, ROW_HEIGHT * -(-len(names) // MOST_COLUMNS)) + FOOT_HEIGHT * bool(n_steps)
        self.setMinimumHeight(round(needed * text_scale()))
        self.updateGeometry()
        self.update()

    def show_outputs(self, values: np.ndarray, logits: np.ndarray, right: int | None = None) -> None:
        """Show the value and the sum z of each class, each (n_classes,), and the right class if known."""
        self._values, self._logits, self._right = values, logits, right
        self.update()

    def clear(self) -> None:
        """Clear the outputs."""
        self._values = self._logits = None
        self.update()

    def set_teachable(self, teachable: bool) -> None:
        """Set whether the drawing can be labelled."""
        if teachable != self._is_teachable:
            self._is_teachable = teachable
            self.update()

    # Mouse and keyboard

    def _class_at(self, point: QPointF) -> int | None:
        columns, rows, height = self._columns()
        row = int(point.y() / height)
        k = int(point.x() / ((self.design_width() + COLUMN_GAP) / columns)) * rows + row
        return k if row < rows and 0 <= k < len(self._names) else None

    def _key_at(self, point: QPointF) -> int | None:
        """Return the class whose name is at a point, while names are buttons."""
        k = self._class_at(point) if self._is_teachable else None
        return k if k is not None and self._name_box(k).contains(point) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Label the drawing with the class whose name is clicked."""
        k = self._key_at(self.place_of(event))
        if k is not None:
            self._current = k
            self.named.emit(k)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a pointing hand over names that can be clicked."""
        is_key = self._key_at(self.place_of(event)) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_key else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move to a class by arrow keys; Enter labels the drawing with it."""
        key, n = Qt.Key(event.key()), len(self._names)
        _, rows, _ = self._columns()
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -rows, Qt.Key.Key_Right: rows}
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            if self._is_teachable:
                self.named.emit(self._current)
        elif key in steps and n:
            step = 0 if self._current is None else steps[key]
            self._current = min(max((self._current or 0) + step, 0), n - 1)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Repaint with the keyboard focus."""
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Repaint without the keyboard focus."""
        self.update()

    # Layout

    def _name_width(self) -> float:
        longest = max((len(name) for name in self._names), default=1)
        if self._is_narrow() and not self._is_teachable:
            return min(6.0 + 7 * longest, 60.0)
        return min(13.0 + 7 * longest, 60.0) if self._is_narrow() else min(18.0 + 8 * longest, 94.0)

    def _is_narrow(self) -> bool:
        """Whether rows have room only for a name and a number."""
        columns, _, _ = self._columns()
        return (self.design_width() + COLUMN_GAP) / columns - COLUMN_GAP < NARROW_ROW

    def _name_box(self, k: int) -> QRectF:
        columns, rows, height = self._columns()
        column, row = divmod(k, rows)
        pitch = (self.design_width() + COLUMN_GAP) / columns
        return QRectF(column * pitch, row * height, self._name_width() - 4, height).adjusted(0, 1, 0, -1)

    def _columns(self) -> tuple[int, int, float]:
        """Return columns, rows and row height; many classes take several columns."""
        n, height = max(len(self._names), 1), self._rows_height()
        columns = 1
        while -(-n // columns) * ROW_HEIGHT > height and columns < MOST_COLUMNS:
            columns += 1
        pitch = (self.design_width() + COLUMN_GAP) / (columns + 1)
        is_low = -(-n // columns) * COMFORTABLE_ROW > height
        if is_low and columns < MOST_COLUMNS and pitch - COLUMN_GAP >= COMFORTABLE_COLUMN:
            columns += 1
        rows = -(-n // columns)
        return columns, rows, min(self._rows_height() / rows, MAX_ROW_HEIGHT)

    def _rows_height(self) -> float:
        return self.design_height() - (FOOT_HEIGHT if self._n_steps else 0)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a class: its output and logit."""
        k = self._class_at(QPointF(position))
        if self._values is None or k is None:
            return ""
        what = tr("probability") if self._are_probabilities else tr("output")
        told = tr("class {name}: {what} {value:.4f}, logit z = {logit}").format(
            name=self._names[k], what=what, value=self._values[k], logit=signed(self._logits[k])
        )
        if self._n_steps > 1 or (self._n_steps and k):
            does = tr("it fires") if self._values[k] else tr("it does not fire")
            told = tr("class {name}: its sum is z = {z}, so {does}. The largest sum is the answer.").format(
                name=self._names[k], z=signed(self._logits[k], 4), does=does
            )
        if self._is_teachable:
            told += "\n" + tr(
                "Click the name: the drawing was {name}. It joins your drawings, and the network learns it."
            ).format(name=self._names[k])
        return told

    def _places(self, row: QRectF, name_width: float) -> tuple[QRectF, QRectF]:
        """Return the boxes of a row's bar and number; in a narrow row the number is above the bar."""
        rest = row.adjusted(name_width, 0, 0, 0)
        number_width = STEP_WIDTH if self._n_steps else NUMBER_WIDTH
        if rest.width() >= number_width + SHORTEST_BAR:
            height = row.height()
            bar = rest.adjusted(0, height * 0.22, -number_width - 8, -height * 0.22)
            return bar, QRectF(row.right() - number_width - 4, row.top(), number_width, height)
        thickness = 3.0
        bar = QRectF(rest.left(), row.bottom() - thickness - 0.5, rest.width(), thickness)
        return bar, rest.adjusted(0, 0, 0, -thickness)

    def paintEvent(self, event: object) -> None:
        """Paint a row for each class."""
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, rows, height = self._columns()
        pitch = (self.design_width() + COLUMN_GAP) / columns
        width = pitch - COLUMN_GAP
        name_width, is_narrow = self._name_width(), self._is_narrow()
        best = -1 if self._values is None else int(decided(self._values, self._logits))
        size = 13 if height >= 17 else 11
        for k in range(len(self._names)):
            column, row = divmod(k, rows)
            left, top = column * pitch, row * height
            self._write_name(painter, k, size_px=size, bold=k == best)
            bar, number = self._places(QRectF(left, top, width, height), name_width)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.control))
            painter.drawRoundedRect(bar, 2.5, 2.5)
            if self._values is None:
                continue
            share = min(max(float(self._values[k]), 0.0), 1.0)
            painter.setBrush(colour(self.theme.accent if k == best else self.theme.muted))
            if share * bar.width() > 0.5:
                painter.drawRoundedRect(
                    QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), 2.5, 2.5
                )
            painter.setFont(font(size, bold=k == best))
            texts = self._number_texts(k, is_narrow=is_narrow)
            room = number.width()
            self.write(
                painter,
                number,
                next((text for text in texts if painter.fontMetrics().horizontalAdvance(text) <= room), ""),
                size_px=size,
                bold=k == best,
                muted=k != best,
                align=Qt.AlignmentFlag.AlignRight,
            )

        if self._n_steps:
            foot = QRectF(0, self._rows_height(), self.design_width(), FOOT_HEIGHT)
            self.write(painter, foot, self.firing, size_px=11)

    @property
    def firing(self) -> str:
        """Which step units fire, and the mean of ½ (t − y)² where it is known which should; or nothing."""
        if self._logits is None or not self._n_steps:
            return ""
        if self._n_steps == 1:
            fires = tr("it fires: {name}") if self._values[1] else tr("it does not fire: {name}")
            return fires.format(name=self._names[int(self._values[1])])
        words = firing_words(self._logits, self._names)
        if self._right is None:
            return words
        table = answer_table(self._logits, np.arange(len(self._names)) == self._right)
        return tr("{words} · right: {name} · mean ½(t − y)² = {mean}").format(
            words=words, name=self._names[self._right], mean=brief(table.mean)
        )

    def _number_texts(self, k: int, *, is_narrow: bool) -> tuple[str, ...]:
        """Return texts of an output, longest first; without room none is written."""
        value = float(self._values[k])
        if self._n_steps == 1 and k == 0:
            return ("",)
        if self._n_steps:
            does = tr("fires") if value else "0"
            return f"{brief(float(self._logits[k]))} → {does}", f"→ {value:.0f}"
        if not self._are_probabilities:
            return signed(value, 3), signed(value, 1)
        whole = f"{100 * value:.0f}"
        return (f"{whole} %", whole) if is_narrow else (f"{100 * value:.1f} %", f"{whole} %")

    def _write_name(self, painter: QPainter, k: int, *, size_px: int, bold: bool) -> None:
        """Paint the name of a class, as a button while it is one."""
        box = self._name_box(k)
        if self._is_teachable:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme.control))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus() and k == self._current:
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
        self.write(
            painter,
            box.adjusted(min(5.0, box.width() / 5), 0, 0, 0),
            self._names[k],
            size_px=size_px,
            bold=bold,
        )
