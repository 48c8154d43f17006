"""The tools of the plane as buttons: ask, paint, erase, and what is painted; a legend of the classes."""

import pyqtgraph as pg
from pyqtgraph.graphicsItems.ScatterPlotItem import renderSymbol
from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QButtonGroup,
    QDoubleSpinBox,
    QGridLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.curves import LARGEST
from nnstudio.data.problem import OutputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.class_marks import CLASS_MARKS
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import appearance, font, give_font, text_scale
from nnstudio.studio.panels.input.plane.tools import Mode, PlanePointTool, can_be_painted, refusal

ICON_PX = 12
CLASSES_IN_ROW = 3


@contained
class ToolRow(QWidget):
    """Chooses the tool of the plane, and the class or the number that is painted.

    Parameters
    ----------
    tool : PlanePointTool
    parent : QWidget

    Attributes
    ----------
    modes : dict of Mode to QToolButton
    classes : list of QToolButton
        One for each class that can be painted.
    value : QDoubleSpinBox
        The number that is painted, where the output is one.
    clear : QToolButton
    """

    def __init__(self, tool: PlanePointTool, parent: QWidget) -> None:
        super().__init__(parent)
        self._tool = tool
        self._space: OutputSpace | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._modes = row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(4)
        self.modes: dict[Mode, QToolButton] = {}
        group = QButtonGroup(self)
        for mode, text, tip in (
            (Mode.ASK, tr("Ask"), tr("Click or drag: ask the network about a point (Esc)")),
            (Mode.PAINT, tr("Paint"), tr("Click or drag: add points; drag a point: move it (P)")),
            (Mode.ERASE, tr("Erase"), tr("Click or drag: remove points (X)")),
        ):
            button = self._button(text, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, mode=mode: tool.choose_mode(mode))
            group.addButton(button)
            self.modes[mode] = button
            row.addWidget(button)
        self.clear = self._button(tr("Clear"), tr("Remove all points but one; Ctrl+Z brings them back"))
        self.clear.clicked.connect(lambda: tool.clear())
        row.addWidget(self.clear)
        self.value = QDoubleSpinBox(self)
        row.addWidget(self.value)
        row.addStretch(1)
        column.addLayout(row)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        column.addLayout(self._grid)
        column.addStretch(1)
        # None is down while another tool is taken.
        self._labels = QButtonGroup(self)
        self._labels.setExclusive(False)
        self._labels.idClicked.connect(tool.choose_label)
        self.classes: list[QToolButton] = []
        self.value.setRange(-LARGEST, LARGEST)
        self.value.setDecimals(3)
        self.value.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        self.value.setKeyboardTracking(False)
        self.value.setLocale(QLocale.c())
        self.value.setFont(font(11))
        self.value.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.value.setAccessibleName(tr("Number to paint"))
        self.value.setToolTip(tr("The number that points are painted with"))
        self.value.setValue(tool.value)
        self.value.valueChanged.connect(tool.choose_value)
        tool.mode_changed.connect(self._show_mode)
        appearance.follow(self, self._restyle)

    def stand(self, *, is_column: bool) -> None:
        """Lay out beside the plane, or below it."""
        direction = QBoxLayout.Direction
        wanted = direction.TopToBottom if is_column else direction.LeftToRight
        if wanted != self._modes.direction():
            self._modes.setDirection(wanted)
            self._place_classes()
            self._place_value()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the number where there is room for it."""
        super().resizeEvent(event)
        self._place_value()

    def _place_value(self) -> None:
        """Put the number behind the buttons, or below them where their row has no room for it."""
        row = (*self.modes.values(), self.clear, self.value)
        needed = sum(widget.sizeHint().width() + self._modes.spacing() for widget in row)
        is_column = self._modes.direction() is QBoxLayout.Direction.TopToBottom
        is_behind = self._modes.indexOf(self.value) >= 0
        if is_behind == (is_column or needed <= self.width()):
            return
        if is_behind:
            self._modes.removeWidget(self.value)
            self._grid.addWidget(self.value, 0, 0)
        else:
            self._grid.removeWidget(self.value)
            self._modes.insertWidget(len(row) - 1, self.value)

    def _place_classes(self) -> None:
        is_column = self._modes.direction() is QBoxLayout.Direction.TopToBottom
        fixed, wide = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum
        for label, button in enumerate(self.classes):
            button.setSizePolicy(wide if is_column else QSizePolicy.Policy.Ignored, fixed)
            self._grid.addWidget(button, *divmod(label, 1 if is_column else CLASSES_IN_ROW))
        for button in (*self.modes.values(), self.clear):
            button.setSizePolicy(wide if is_column else fixed, fixed)

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        give_font(button, 12)
        button.setStyleSheet("padding: 3px 6px;")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def meet_outputs(self, space: OutputSpace) -> None:
        """Offer the classes, or a number, of an output space."""
        if space == self._space:
            return
        self._space = space
        for button in self.classes:
            self._labels.removeButton(button)
            self._grid.removeWidget(button)
            button.deleteLater()
        self.classes = []
        is_paintable = can_be_painted(space)
        for label, name in enumerate(space.class_names if is_paintable else ()):
            button = self._button(
                f" {name}", tr("Paint points of {name} ({key})").format(name=name, key=label + 1)
            )
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setAccessibleName(tr("Paint {name}").format(name=name))
            self._labels.addButton(button, label)
            self.classes.append(button)
        self._place_classes()
        self.value.setVisible(is_paintable and not space.class_names)
        self.value.setPrefix("".join(f"{quantity.name} = " for quantity in space.quantities[:1]))
        for mode in (Mode.PAINT, Mode.ERASE):
            self.modes[mode].setEnabled(is_paintable)
        self.clear.setEnabled(is_paintable)
        self.setToolTip("" if is_paintable else refusal(space))
        self._draw_icons()
        self._place_value()
        self._show_mode()

    def _restyle(self) -> None:
        self._draw_icons()
        self._place_value()

    def _draw_icons(self) -> None:
        theme, side = appearance.theme, round(ICON_PX * text_scale())
        for button, mark in zip(self.classes, CLASS_MARKS, strict=False):
            ratio = self.devicePixelRatioF()
            image = renderSymbol(
                # Framed, as the button may be of the same colour.
                mark.shape,
                side,
                pg.mkPen(theme.panel, width=1),
                pg.mkBrush(mark.colour_in(theme.name)),
                dpr=ratio,
            )
            button.setIcon(QIcon(QPixmap.fromImage(image)))
            button.setIconSize(QSize(side, side))

    def _show_mode(self) -> None:
        self.modes[self._tool.mode].setChecked(True)
        for label, button in enumerate(self.classes):
            button.setChecked(self._tool.mode is Mode.PAINT and label == self._tool.label)
        with QSignalBlocker(self.value):
            self.value.setValue(self._tool.value)
