"""What a dream is of, how it starts, and what keeps it plausible: the controls beside its picture."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.dream import Regularisers
from nnstudio.studio.theme import font

SELECTED = -1
LARGEST_SEED = 99_999

# Name, what hovering says, largest value, digits shown, and the value at first.
REGULARISERS = (
    (
        "norm",
        "Norm (L2)",
        "Share of every pixel lost per step: keeps only what pays (L2 norm).",
        0.1,
        3,
        0.02,
    ),
    (
        "variation",
        "Total variation",
        "Evens neighbours out but keeps edges (total variation).",
        0.02,
        4,
        0.004,
    ),
    ("blur", "Blur", "Share by which each step is blurred: no fine noise.", 0.5, 2, 0.05),
    (
        "jitter_px",
        "Jitter",
        "Largest random shift before each step, in pixels: no reliance on places.",
        4,
        0,
        1,
    ),
)
SLIDER_STEPS = 200


class DreamControls(QWidget):
    """Buttons, choosers and one slider for each regulariser."""

    changed = Signal()
    """A regulariser changed."""

    begun = Signal()
    """The dream is to begin anew."""

    toggled = Signal(bool)
    """It is to run, or to pause."""

    put = Signal()
    """The dreamt input is to go to the canvas."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        self.goal = self._chooser("Dream of", "The neuron or class whose pre-activation z is to grow.")
        self.start = self._chooser(
            "Start from", "What the dream begins with: weak noise, or the input on show."
        )
        self.start.addItem("noise", False)
        self.start.addItem("the input", True)
        self.seed = QSpinBox(self)
        self.seed.setFont(font(11))
        self.seed.setRange(0, LARGEST_SEED)
        self.seed.setAccessibleName("Seed of the noise and the jitter")
        self.seed.setToolTip("Seed of the noise and the jitter: the same seed dreams the same dream.")
        self.seed.valueChanged.connect(self.begun)
        first = QHBoxLayout()
        first.setSpacing(6)
        for text, widget, stretch in (
            ("Dream of", self.goal, 3),
            ("from", self.start, 2),
            ("seed", self.seed, 1),
        ):
            caption = QLabel(text, self)
            caption.setFont(font(11))
            caption.setBuddy(widget)
            first.addWidget(caption)
            first.addWidget(widget, stretch)
        layout.addLayout(first)
        second = QHBoxLayout()
        second.setSpacing(6)
        self.run = self._button("Start", "Climb, step by step, or rest. The dream rests while it is hidden.")
        self.run.setCheckable(True)
        self.run.toggled.connect(self._show_running)
        anew = self._button("Begin anew", "Begin again from the start, with the same seed.")
        anew.clicked.connect(self.begun)
        self.to_canvas = self._button("Put on canvas", "Make the dreamt input the input on show.")
        self.to_canvas.clicked.connect(self.put)
        for button in (self.run, anew, self.to_canvas):
            second.addWidget(button)
        second.addStretch(1)
        layout.addLayout(second)
        layout.addLayout(self._sliders())
        self.told = QLabel("", self)
        self.told.setFont(font(11))
        self.told.setProperty("role", "muted")
        self.told.setWordWrap(True)
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.told.setToolTip(
            "z: the pre-activation that the dream climbs on. Steps: normalised gradient steps so far."
        )
        layout.addWidget(self.told)
        layout.addStretch(1)

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

    def _sliders(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        self.sliders: dict[str, QSlider] = {}
        self._figures: dict[str, QLabel] = {}
        for k, (name, title, hint, largest, _, first) in enumerate(REGULARISERS):
            slider = QSlider(Qt.Orientation.Horizontal, self)
            slider.setRange(0, largest if name == "jitter_px" else SLIDER_STEPS)
            slider.setValue(first if name == "jitter_px" else round(first / largest * SLIDER_STEPS))
            slider.setAccessibleName(title)
            slider.setToolTip(hint)
            slider.setMinimumWidth(40)
            slider.valueChanged.connect(self._show_figures)
            caption, figure = QLabel(title, self), QLabel("", self)
            for label in (caption, figure):
                label.setFont(font(11))
                label.setProperty("role", "muted")
                label.setToolTip(hint)
            figure.setMinimumWidth(38)
            caption.setBuddy(slider)
            self.sliders[name], self._figures[name] = slider, figure
            row, column = divmod(k, 2)
            for offset, widget in enumerate((caption, slider, figure)):
                grid.addWidget(widget, row, 3 * column + offset)
            grid.setColumnStretch(3 * column + 1, 1)
        self._show_figures()
        return grid

    @property
    def regularisers(self) -> Regularisers:
        """What the sliders say."""
        values = {}
        for name, _, _, largest, _, _ in REGULARISERS:
            at = self.sliders[name].value()
            values[name] = at if name == "jitter_px" else at / SLIDER_STEPS * largest
        return Regularisers(**values)

    def _show_figures(self) -> None:
        now = self.regularisers
        for name, _, _, _, digits, _ in REGULARISERS:
            unit = " px" if name == "jitter_px" else ""
            self._figures[name].setText(f"{getattr(now, name):.{digits}f}{unit}")
        self.changed.emit()

    def _show_running(self, running: bool) -> None:
        self.run.setText("Pause" if running else "Start")
        self.toggled.emit(running)

    def show_kind(self, kind: str) -> None:
        """Offer what makes sense for a kind of input: neighbours are a matter of images."""
        for name in ("variation", "blur", "jitter_px"):
            self.sliders[name].setEnabled(kind == "image")

    def show_goals(self, selected: str | None, class_names: tuple[str, ...]) -> None:
        """Offer the selected unit, if there is one, and every class."""
        before = self.goal.currentData()
        self.goal.clear()
        if selected is not None:
            self.goal.addItem(selected, SELECTED)
        for label, name in enumerate(class_names):
            self.goal.addItem(f"class {name}", label)
        index = 0 if selected is not None else max(self.goal.findData(before), 0)
        self.goal.setCurrentIndex(index)
