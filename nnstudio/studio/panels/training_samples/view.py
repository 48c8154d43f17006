"""Pairs of training samples: original and augmented."""

from PySide6.QtCore import QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from nnstudio.files.preview import Pair
from nnstudio.language import tr
from nnstudio.studio.views.sample_pairs import SheetLayout, paint_pairs
from nnstudio.studio.views.view import View

SMALLEST_SIDE = 44


class SamplesView(View):
    """Shows as many pairs as fit, with a hover text for each."""

    resized = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.set_design_minimum_size(120, 70)
        self.message = ""
        self._pairs: tuple[Pair, ...] = ()
        self._page: QPixmap | None = None

    @property
    def room(self) -> int:
        """The number of pairs that fit."""
        layout = self._layout()
        return layout.columns * layout.lines(self.design_height())

    def _layout(self) -> SheetLayout:
        return SheetLayout.within(self.design_width(), SMALLEST_SIDE)

    def show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        """Show as many of the pairs as fit."""
        self._pairs, self._page = pairs, None
        self.update()

    def say(self, message: str) -> None:
        """Show a message instead of pairs."""
        if message != self.message:
            self.message = message
            self.update()

    def restyle(self) -> None:
        """Drop the cached image and repaint in the new colours."""
        self._page = None
        super().restyle()

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return self.magnified(QSize(330, 140))

    def resizeEvent(self, event: object) -> None:
        """Lay out the pairs for the new size."""
        self._page = None
        self.resized.emit()

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pair."""
        shown = self._pairs[: self.room]
        nth = self._layout().at(QPointF(position), len(shown))
        if nth is None:
            return ""
        pair = shown[nth]
        what = (
            tr("written for this epoch")
            if pair.original is None
            else tr("left as it is, right as an epoch has")
        )
        return tr("{label}, of {source}: {what}").format(label=pair.label, source=pair.source, what=what)

    def paintEvent(self, event: object) -> None:
        """Paint the pairs, or the message."""
        painter = self.painter()
        if not self._pairs:
            self.write_message(painter, self.message)
            return
        ratio = self.design_pixel_ratio()
        if self._page is None or self._page.devicePixelRatio() != ratio:
            self._page = QPixmap(round(self.design_width() * ratio), round(self.design_height() * ratio))
            self._page.setDevicePixelRatio(ratio)
            self._page.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._page)
            paint_pairs(inner, self._pairs[: self.room], self._layout(), self.theme)
            inner.end()
        painter.drawPixmap(0, 0, self._page)
