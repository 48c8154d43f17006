"""Controls of a dream: its goal, its start and its regularisers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from nnstudio.data.problem import OutputSpace
from nnstudio.insight.dream import Regularisers
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.output_kinds import unit_words

SELECTED = -1
LARGEST_SEED = 99_999

# Name, hover text, largest value, digits shown, and the initial value.
REGULARISERS = (
    (
        "norm",
        translatable("Norm (L2)"),
        translatable("Share of every pixel lost per step: keeps only what pays (L2 norm)."),
        0.1,
        3,
        0.02,
    ),
    (
        "variation",
        translatable("Variation"),
        translatable("Evens neighbours out but keeps edges (total variation)."),
        0.02,
        4,
        0.004,
    ),
    (
        "blur",
        translatable("Blur"),
        translatable("Share by which each step is blurred: no fine noise."),
        0.5,
        2,
        0.05,
    ),
    (
        "jitter_px",
        translatable("Jitter"),
        translatable("Largest random shift before each step, in pixels: no reliance on places."),
        4,
        0,
        1,
    ),
)
SLIDER_STEPS = 200
TWO_COLUMNS_FROM_PX = 350
SMALLEST_WIDTH = 200


@contained
class DreamControls(QWidget):
    """Buttons, lists and one slider for each regulariser."""

    changed = Signal()
    """A regulariser changed."""

    begun = Signal()
    """The dream shall start again."""

    toggled = Signal(bool)
    """The dream shall run or pause."""

    put = Signal()
    """The dreamt input shall be put on the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.goal = self._chooser(
            tr("Dream of"), tr("The neuron or class whose pre-activation z is to grow.")
        )
        self.start = self._chooser(
            tr("Start from"), tr("What the dream begins with: weak noise, or the input on show.")
        )
        self.start.addItem(tr("noise"), False)
        self.start.addItem(tr("the input"), True)
        self.seed = QSpinBox(self)
        self.seed.setFont(font(11))
        self.seed.lineEdit().setTextMargins(3, 0, 0, 0)
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setAccessibleName(tr("Seed of the noise and the jitter"))
        self.seed.setToolTip(tr("Seed of the noise and the jitter: the same seed dreams the same dream."))
        self.seed.valueChanged.connect(self.begun)
        self.run = self._button(
            tr("Start"), tr("Climb, step by step, or rest. The dream rests while it is hidden.")
        )
        self.run.setCheckable(True)
        self.run.toggled.connect(self._show_running)
        again = self._button(tr("Anew"), tr("Begin again from the start, with the same seed."))
        again.clicked.connect(self.begun)
        self.to_canvas = self._button(tr("To canvas"), tr("Make the dreamt input the input on show."))
        self.to_canvas.clicked.connect(self.put)
        self.progress = QLabel("", self)
        self.progress.setFont(font(11))
        self.progress.setProperty("role", "muted")
        self.progress.setWordWrap(True)
        self.progress.setToolTip(
            tr("z: the pre-activation that the dream climbs on. Steps: normalised gradient steps so far.")
        )
        self._pairs = [
            (self._row(self._caption(tr("Dream of"), self.goal), self.goal), None),
            (
                self._row(self._caption(tr("from"), self.start), self.start),
                self._row(self._caption(tr("seed"), self.seed), self.seed),
            ),
            (self._row(self.run, again, self.to_canvas), None),
            *self._slider_rows(),
            (self.progress, None),
        ]
        # Too narrow for two columns of sliders: one column.
        self.setMinimumWidth(SMALLEST_WIDTH)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._is_narrow: bool | None = None
        self._arrange(narrow=True)

    def _arrange(self, *, narrow: bool) -> None:
        """Arrange the controls in rows, or in one column in narrow panels."""
        if narrow is self._is_narrow:
            return
        self._is_narrow = narrow
        # Sliders need the width; the seed stays beside the start button.
        line = 0
        for left, right in self._pairs:
            if right is None:
                self._grid.addWidget(left, line, 0, 1, 2)
            elif narrow and right in self._slider_lines:
                self._grid.addWidget(left, line, 0, 1, 2)
                line += 1
                self._grid.addWidget(right, line, 0, 1, 2)
            else:
                self._grid.addWidget(left, line, 0)
                self._grid.addWidget(right, line, 1)
            line += 1
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(line, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the sliders in two columns where they fit."""
        self._arrange(narrow=self.width() < TWO_COLUMNS_FROM_PX)

    def _caption(self, text: str, buddy: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setFont(font(11))
        label.setBuddy(buddy)
        return label

    def _row(self, *widgets: QWidget) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in widgets:
            layout.addWidget(widget, 0 if isinstance(widget, (QLabel, QToolButton)) else 1)
        if isinstance(widgets[-1], QToolButton):
            layout.addStretch(1)
        return row

    def _chooser(self, name: str, hint: str) -> QComboBox:
        box = QComboBox(self)
        box.setFont(font(11))
        box.setAccessibleName(name)
        box.setToolTip(hint)
        box.setMinimumContentsLength(9)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self.begun)
        return box

    def _button(self, text: str, hint: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFont(font(11))
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _slider_rows(self) -> list[tuple[QWidget, QWidget]]:
        """Make the sliders, and return their rows two by two."""
        self.sliders: dict[str, QSlider] = {}
        self._figures: dict[str, QLabel] = {}
        self._slider_lines: list[QWidget] = []
        for name, title, hint, largest, _, first in REGULARISERS:
            slider = QSlider(Qt.Orientation.Horizontal, self)
            slider.setRange(0, largest if name == "jitter_px" else SLIDER_STEPS)
            slider.setValue(first if name == "jitter_px" else round(first / largest * SLIDER_STEPS))
            slider.setAccessibleName(tr(title))
            slider.setToolTip(tr(hint))
            slider.setMinimumWidth(40)
            slider.valueChanged.connect(self._show_figures)
            caption, figure = self._caption(tr(title), slider), QLabel("", self)
            figure.setFont(font(11))
            for label, width in ((caption, 76), (figure, 38)):
                label.setProperty("role", "muted")
                label.setToolTip(tr(hint))
                label.setFixedWidth(width)
            self.sliders[name], self._figures[name] = slider, figure
            self._slider_lines.append(self._row(caption, slider, figure))
        self._show_figures()
        lines = self._slider_lines
        return list(zip(lines[::2], lines[1::2], strict=True))

    @property
    def regularisers(self) -> Regularisers:
        """The regularisers' values."""
        values = {}
        for name, _, _, largest, _, _ in REGULARISERS:
            at = self.sliders[name].value()
            values[name] = at if name == "jitter_px" else at / SLIDER_STEPS * largest
        return Regularisers(**values)

    def _show_figures(self) -> None:
        now = self.regularisers
        for name, _, _, _, digits, _ in REGULARISERS:
            unit = f" {tr('px')}" if name == "jitter_px" else ""
            self._figures[name].setText(f"{getattr(now, name):.{digits}f}{unit}")
        self.changed.emit()

    def _show_running(self, running: bool) -> None:
        self.run.setText(tr("Pause") if running else tr("Start"))
        self.toggled.emit(running)

    def offer_neighbours(self, has_pixels: bool) -> None:
        """Enable regularisers that compare neighbouring pixels for images only."""
        for name in ("variation", "blur", "jitter_px"):
            self.sliders[name].setEnabled(has_pixels)

    def show_goals(self, selected: str | None, space: OutputSpace, n_outputs: int) -> None:
        """List the selected unit, if there is one, and every output as goals."""
        before = self.goal.currentData()
        self.goal.clear()
        if selected is not None:
            self.goal.addItem(selected, SELECTED)
        for unit in range(n_outputs):
            self.goal.addItem(unit_words(space, unit, n_outputs), unit)
        index = 0 if selected is not None else max(self.goal.findData(before), 0)
        self.goal.setCurrentIndex(index)
