"""What a sweep varies and how long it trains, as the user types it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.insight.sweep_settings import SWEEP_SETTINGS
from nnstudio.insight.sweep_spec import MOST_SEEDS, MOST_STEPS, SweepAxis
from nnstudio.language import tr
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font
from nnstudio.studio.views.responsive_box import ResponsiveBox

ROW_FROM_PX = 520


class AxisField(QWidget):
    """A setting and its values.

    Parameters
    ----------
    caption, tip : str
        Which side of the table it is for.
    setting : str
        The one that is chosen at first.
    parent : QWidget, optional
    """

    entered = Signal()
    """Enter was pressed in the values."""

    def __init__(self, caption: str, tip: str, setting: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._typed = {name: each.usual for name, each in SWEEP_SETTINGS.items()}
        label = remark(caption, self)
        label.setToolTip(tip)
        self.setting = QComboBox(self)
        self.setting.setFont(font(11))
        self.setting.setAccessibleName(tip)
        self.setting.setToolTip(tip)
        self.setting.setMinimumContentsLength(9)
        self.setting.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.values = QLineEdit(self)
        self.values.setFont(font(11))
        self.values.setMinimumWidth(90)
        self.values.setClearButtonEnabled(False)
        self.values.setAccessibleName(tr("{caption}: values").format(caption=caption))
        self.values.returnPressed.connect(self.entered)
        self.values.textEdited.connect(self._note)
        label.setBuddy(self.setting)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addWidget(self.setting)
        layout.addWidget(self.values, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._chosen = setting
        self.offer(has_points=True)
        self.setting.activated.connect(self._choose)

    def offer(self, *, has_points: bool) -> None:
        """Offer the settings there are: those of points where points are drawn."""
        names = [name for name, each in SWEEP_SETTINGS.items() if has_points or not each.is_of_points]
        if names == [self.setting.itemData(k) for k in range(self.setting.count())]:
            return
        self.setting.clear()
        for name in names:
            self.setting.addItem(tr(SWEEP_SETTINGS[name].title), name)
        if self._chosen not in names:
            self._chosen = names[0]
        self.setting.setCurrentIndex(names.index(self._chosen))
        self._show_values()

    def _choose(self) -> None:
        self._chosen = self.setting.currentData()
        self._show_values()

    def _show_values(self) -> None:
        self.values.setText(self._typed[self._chosen])
        self.values.setCursorPosition(0)
        self.values.setToolTip(
            tr("{caption}: values between commas, such as {usual}").format(
                caption=self._caption, usual=SWEEP_SETTINGS[self._chosen].usual
            )
        )

    def _note(self, text: str) -> None:
        self._typed[self._chosen] = text

    def axis(self) -> SweepAxis:
        """Return the setting with its values.

        Raises
        ------
        SweepError
            If there is something else than values of it.
        """
        return SweepAxis.parse(self._chosen, self.values.text())


class SweepForm(QWidget):
    """Two settings with their values, the number of seeds, and the length of each run."""

    asked = Signal()
    """Training was asked for, or an end of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.down = AxisField(tr("Rows"), tr("The setting that varies from row to row"), "units", self)
        self.across = AxisField(
            tr("Columns"), tr("The setting that varies from column to column"), "l2", self
        )
        self.seeds = self._number(
            tr("Seeds"),
            tr(
                "How many networks are trained in each cell, with one seed after the other; figures are means"
            ),
            MOST_SEEDS,
            1,
        )
        self.length = self._number(tr("Length"), tr("How long each network is trained"), MOST_STEPS, 2000)
        self.length.setGroupSeparatorShown(True)
        self.unit = QComboBox(self)
        self.unit.setFont(font(11))
        self.unit.addItem(tr("steps"), True)
        self.unit.addItem(tr("epochs"), False)
        self.unit.setAccessibleName(tr("Unit of the length"))
        self.unit.setToolTip(tr("Updates of the weights, or passes over the training samples"))
        self.train = QToolButton(self)
        self.train.setFont(font(12, bold=True))
        self.train.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.train.clicked.connect(self.asked)
        for field in (self.down, self.across):
            field.entered.connect(self.asked)
        row = QHBoxLayout()
        row.setSpacing(4)
        for caption, number in ((tr("Seeds"), self.seeds), (tr("Length"), self.length)):
            label = remark(caption, self)
            label.setToolTip(number.toolTip())
            label.setBuddy(number)
            row.addWidget(label)
            row.addWidget(number)
        row.addWidget(self.unit)
        row.addStretch(1)
        row.addWidget(self.train)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(ResponsiveBox([(self.down, 1), (self.across, 1)], ROW_FROM_PX, QSize(220, 24), self))
        layout.addLayout(row)
        self.show_busy(is_busy=False)

    def _number(self, name: str, tip: str, most: int, value: int) -> QSpinBox:
        number = QSpinBox(self)
        number.setFont(font(11))
        number.setRange(1, most)
        number.setValue(value)
        number.setAccessibleName(name)
        number.setToolTip(f"{name}: {tip}")
        return number

    @property
    def counts_steps(self) -> bool:
        """Whether the length is in steps, not in epochs."""
        return bool(self.unit.currentData())

    def show_busy(self, *, is_busy: bool) -> None:
        """Let the button say what it does now."""
        text = tr("Stop") if is_busy else tr("Train")
        if text != self.train.text():
            self.train.setText(text)
            tip = (
                tr("Train no more cells; those that are done stay (Esc)")
                if is_busy
                else tr("Train a network for each pair of values, in the background (Enter)")
            )
            self.train.setToolTip(tip)
            self.train.setAccessibleName(tip)
