"""How many numbers a picture of any size is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import font

LARGEST_SIDE = 99_999
MOST_CHANNELS = 4


class PixelCounter(QWidget):
    """Multiplies width, height and channels; shows those of the picture until others are typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        label = remark(tr("Width × height × channels"), self)
        layout.addWidget(label)
        self.width_box = self._number(tr("Width"), tr("Width in pixels"), LARGEST_SIDE)
        self.height_box = self._number(tr("Height"), tr("Height in pixels"), LARGEST_SIDE)
        self.channels = self._number(
            tr("Channels"), tr("Numbers of each pixel: 1 for grey, 3 for colours"), MOST_CHANNELS
        )
        label.setBuddy(self.width_box)
        self.product = QLabel("", self)
        self.product.setFont(font(12))
        self.product.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.product.setToolTip(tr("How many numbers such a picture is"))
        for k, box in enumerate((self.width_box, self.height_box, self.channels)):
            if k:
                layout.addWidget(remark("×", self))
            layout.addWidget(box)
            box.valueChanged.connect(self._count)
        layout.addWidget(self.product, 1)
        self._count()

    def _number(self, name: str, tip: str, most: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setFont(font(11))
        box.setRange(1, most)
        box.setAccessibleName(name)
        box.setToolTip(f"{tip}, 1 … {most:,}")
        return box

    def show_shape(self, height: int, width: int) -> None:
        """Count the numbers of a grey picture."""
        self.width_box.setValue(width)
        self.height_box.setValue(height)
        self.channels.setValue(1)

    def _count(self) -> None:
        n = self.width_box.value() * self.height_box.value() * self.channels.value()
        self.product.setText(tr("= {n:,} numbers").format(n=n))
