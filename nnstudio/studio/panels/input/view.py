"""Widgets of the panel Input: editors, tools, the network's image and the prediction."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.labels import ShortLabel, remark
from nnstudio.studio.painting.theme import (
    colour,
    fit_fonts,
    font,
    give_font,
    give_role,
    ink_table,
    text_scale,
)
from nnstudio.studio.panels.input.collection_bar import CollectionBar
from nnstudio.studio.panels.input.editors import EDITORS, InputEditors
from nnstudio.studio.panels.input.ood_meter import OODMeter
from nnstudio.studio.session.drawing_collection import Wanted
from nnstudio.studio.session.input_document import PEN_WIDTHS
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.session.services import Services
from nnstudio.studio.views.view import View

PREVIEW_SIDE = 86
SMALLEST_SHEET = 128
LOWEST_SHEET = 84
"""In a panel where not even the answer fits below a sheet of ``SMALLEST_SHEET``."""
GAP = 8
"""Pixels between sheet, tools and answer."""
ANSWER_SIZES = ((2, 38), (4, 28), (10, 20))
"""Largest number of letters of a prediction, and their height in pixels."""
LONGEST_ANSWER = 18
TOOLS_IN_ROW = 3
NO_LIMIT = 16_777_215
"""Qt's largest height of a widget."""
MOST_LINES = 3


class ImageView(View):
    """Shows an image (height, width) in 0 … 1 with square pixels, and pixel values as hover text."""

    def __init__(self, name: str, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._side = side_px
        self._image: np.ndarray | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_image(self, image: np.ndarray | None) -> None:
        """Show an image, or an empty one."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return self.magnified(QSize(self._side, self._side))

    def _box(self) -> QRectF:
        return QRectF(self.design_rect()).adjusted(1, 1, -1, -1)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel."""
        if self._image is None:
            return tr("nothing drawn yet")
        box = self._box()
        height, width = self._image.shape
        row = int((position.y() - box.top()) / box.height() * height)
        column = int((position.x() - box.left()) / box.width() * width)
        if not (0 <= row < height and 0 <= column < width):
            return ""
        return tr("pixel row {row}, column {column}: ink {ink:.2f} (0 paper … 1 full ink)").format(
            row=row, column=column, ink=self._image[row, column]
        )

    def paintEvent(self, event: object) -> None:
        """Paint the pixels and a frame."""
        painter = self.painter()
        box = self._box()
        painter.fillRect(box, colour(self.theme.paper))
        if self._image is not None:
            painter.drawImage(box, indexed_image(grey_index(self._image), ink_table(self.theme)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))


@contained
class _SeesLabel(QLabel):
    """The sentence before the answer: as high as two lines, whatever it says."""

    def heightForWidth(self, width: int) -> int:
        """Return the height of its lines, at least of two."""
        return max(super().heightForWidth(width), 2 * self.fontMetrics().lineSpacing())


@contained
class _AnswerLabel(QLabel):
    """The answer: as high as a single letter of it, whatever it says."""

    def minimumSizeHint(self) -> QSize:
        """Return the text's width, at the height of the largest text."""
        return QSize(super().minimumSizeHint().width(), _height_of_answer())

    def sizeHint(self) -> QSize:
        """Return the text's width, at the height of the largest text."""
        return QSize(super().sizeHint().width(), _height_of_answer())


def _height_of_answer() -> int:
    return QFontMetrics(font(ANSWER_SIZES[0][1], bold=True)).height()


@contained
class InputView(QWidget):
    """Editor of the input, its tools, the image that the network sees, and the prediction."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document = services.session.input
        actions = services.actions
        self._body = body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(GAP)
        self.note = remark("", self, ShortLabel)
        self.editors = InputEditors(services, self)
        self.canvas, self.pixels = self.editors.by_kind["image"]
        self.editors.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.editors.setMinimumHeight(SMALLEST_SHEET)
        ways_on = [actions[name] for name in ("draw-again", "skip-drawing", "keep-drawing")]
        self.collection = CollectionBar(ways_on, actions["collect"], self)
        body.addWidget(self.collection)
        body.addWidget(self.editors, 100)
        self._tool_box = QWidget(self)
        tools = QVBoxLayout(self._tool_box)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(GAP)
        body.addWidget(self._tool_box)
        self._tool_grid = QGridLayout()
        self._tool_grid.setSpacing(6)
        names = ("undo", "redo", "clear", "pen", "eraser", "test-image")
        self._tools = {name: self._tool(actions[name]) for name in names}
        tools.addLayout(self._tool_grid)
        self._width = QWidget(self)
        row = QHBoxLayout(self._width)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(remark(tr("Pen width"), self))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(int(PEN_WIDTHS[0] * 1000), int(PEN_WIDTHS[1] * 1000))
        self.slider.setAccessibleName(tr("Pen width"))
        self.slider.setToolTip(
            tr(
                "Pen width on the canvas. The network's image is inked with a pen of its own: it stays the "
                "same."
            )
        )
        row.addWidget(self.slider, 1)
        self._tools["pixels"] = self._tool(actions["pixels"])
        self._tools["pixels"].setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(self._tools["pixels"])
        tools.addWidget(self._width)
        self._answer_box = QWidget(self)
        body.addWidget(self._answer_box)
        answer = QHBoxLayout(self._answer_box)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(12)
        self.preview = ImageView(tr("What the network sees"), PREVIEW_SIDE, self)
        answer.addWidget(self.preview)
        text = QVBoxLayout()
        text.setSpacing(0)
        self.sees = remark("", self, _SeesLabel)
        self.sees.setWordWrap(True)
        self.sees.setToolTip(
            tr(
                "Not your drawing enters the network, but this small image of it: boxed, inked with a pen of "
                "its own and centred.\nThe panel Normalisation shows each step."
            )
        )
        text.addWidget(self.sees)
        line = QHBoxLayout()
        line.setSpacing(9)
        self.answer = _AnswerLabel("", self)
        self.answer.setFont(font(38, bold=True))
        self.answer.setAccessibleName(tr("Answer"))
        self.certainty = QLabel("", self)
        self.certainty.setFont(font(17))
        self.certainty.setProperty("role", "muted")
        self.certainty.setToolTip(tr("The probability that the network gives to this answer"))
        self.certainty.setContentsMargins(0, 0, 0, 7)
        line.addWidget(self.answer)
        line.addWidget(self.certainty, 1, Qt.AlignmentFlag.AlignBottom)
        text.addLayout(line)
        self.ood_meter = OODMeter(self)
        text.addWidget(self.ood_meter)
        answer.addLayout(text, 1)
        body.addStretch(1)
        self.slider.valueChanged.connect(self._set_pen_width)
        document.pen_width_changed.connect(self._show_pen_width)
        self._show_pen_width(document.pen_width)

    def show_sees(self, text: str, *, warning: bool = False) -> None:
        """Show the text before the prediction."""
        give_role(self.sees, "warning" if warning else "muted")
        self.sees.setText(text)

    def show_answer(self, name: str, *, steps_back: bool = False) -> None:
        """Show the predicted class, smaller where its name is a word; of lines, one below the other.

        ``steps_back``: it is no class but what is said in place of one, small and muted.
        """
        give_role(self.answer, "muted" if steps_back else "")
        lines = name.split("\n")
        longest = max(map(len, lines))
        size_px = next((size for length, size in ANSWER_SIZES if longest <= length), 14)
        if len(lines) > 1:
            size_px = min(size_px, 20 if len(lines) == 2 else 14)
        if name != self.answer.toolTip():
            give_font(self.answer, size_px, bold=True)
        self.answer.setToolTip(name)
        shown = [line if len(line) <= LONGEST_ANSWER else f"…{line[1 - LONGEST_ANSWER :]}" for line in lines]
        if len(shown) > MOST_LINES:
            shown[MOST_LINES - 1 :] = ["…"]
        self.answer.setText("\n".join(shown))

    def show_wanted(self, wanted: Wanted | None, noun: str) -> None:
        """Show the label to draw next; None while no drawings are collected."""
        self.collection.show_wanted(wanted)
        self.canvas.hint = (
            tr("draw a {noun}").format(noun=noun)
            if wanted is None
            else tr("write {label}").format(label=wanted.label)
        )
        self.canvas.update()

    def resizeEvent(self, event: object) -> None:
        """Keep the sheet square, with free space below."""
        self._limit_height()

    def _limit_height(self) -> None:
        if not EDITORS[self._document.input_space.kind].is_sheet:
            self.editors.setMaximumHeight(NO_LIMIT)
            return
        self.editors.setMaximumHeight(max(self.contentsRect().width(), self.editors.minimumHeight()))

    def set_room(self, room: QSize) -> None:
        """Lay out for the visible size: in a low panel the answer comes first and the tools scroll."""
        scale = text_scale()
        tools, answer = (box.sizeHint().height() for box in (self._tool_box, self._answer_box))
        needed = self.editors.currentWidget().minimumSizeHint().height()
        smallest = max(round(SMALLEST_SHEET * scale), needed)
        strip = self.collection
        above = 0 if strip.isHidden() else strip.sizeHint().height() + GAP
        is_low = room.height() < above + smallest + tools + answer + 2 * GAP
        lower = self._answer_box if is_low else self._tool_box
        if self._body.indexOf(lower) != self._body.indexOf(self.editors) + 1:
            self._body.removeWidget(lower)
            self._body.insertWidget(self._body.indexOf(self.editors) + 1, lower)
        if is_low:
            seen = min(room.height() - above - answer - GAP, room.width())
            smallest = max(seen, round(LOWEST_SHEET * scale), needed)
        self.editors.setMinimumHeight(smallest)
        self._limit_height()

    def _tool(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setFont(font(12))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _set_pen_width(self, value: int) -> None:
        self._document.set_pen_width(value / 1000)

    def _show_pen_width(self, width: float) -> None:
        self.slider.setValue(round(width * 1000))
        note = tr(STUDIO_INPUT_KINDS[self._document.input_space.kind].note)
        self.note.setText(note.format(pen_width=100 * width))

    def show_tools(self, noun: str) -> None:
        """Show the editor of the current input, and its tools."""
        space = self._document.input_space
        shown = EDITORS[space.kind].tools
        self.editors.show_editor()
        self._limit_height()
        seen = [tool for name, tool in self._tools.items() if name in shown and name != "pixels"]
        for name, tool in self._tools.items():
            tool.setVisible(name in shown)
        for k, tool in enumerate(seen):
            self._tool_grid.addWidget(tool, k // TOOLS_IN_ROW, k % TOOLS_IN_ROW)
        # Those that the grid took over were styled again.
        fit_fonts(seen)
        self._width.setVisible("pen" in shown)
        self.preview.setVisible(space.traits.has_pixels)
        # A graph and a plane write the answer where the network is asked.
        self._answer_box.setVisible(EDITORS[space.kind].is_sheet)
        self._show_pen_width(self._document.pen_width)
        self.canvas.hint = tr("draw a {noun}").format(noun=noun)
