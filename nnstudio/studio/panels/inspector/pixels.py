"""The input's values: a picture with its numbers where it is zoomed, or a line for each number."""

from PySide6.QtCore import QPoint, QSizeF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.views.cell_numbers import CellNumbers, ink_words
from nnstudio.studio.views.picture import Cell, Picture

WORDS_HEIGHT = 36
LINE_HEIGHT = 18


class PixelsSection(Section):
    """The image, with its values in its pixels where these have room: in a wide panel, or zoomed."""

    title = translatable("Input values")
    hint = translatable(
        "What enters the network: one number for each pixel, 0 for paper to 1 for full ink.\n"
        "Click it and turn the wheel, or + and −: the numbers are written where there is room."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.picture = Picture(
            tr(self.title),
            self._lay_out,
            self._explain_cell,
            self,
            has_scope=False,
            has_cursor=False,
            has_borders=True,
            is_among_others=True,
        )
        self.figure = self.picture
        self.picture.setToolTip(tr(self.hint))
        self.picture.setMinimumSize(1, 1)
        self.picture.set_bar_visible(False)
        self._numbers: CellNumbers | None = None
        self._words = remark("", self)
        self._words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self._words)

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is an input."""
        return subject.unit is None and subject.reading is not None

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the image and the words below it, or of the lines of numbers."""
        if not subject.input_space.traits.has_pixels:
            return LINE_HEIGHT * subject.input_space.n_features + 2
        rows, columns = subject.input_space.shape
        return int(width * rows / columns) + WORDS_HEIGHT

    def _lay_out(self, room: QSizeF) -> None:
        self.picture.lay_side_by_side(room)

    def draw(self, subject: Subject) -> None:
        """Show the input's values."""
        space, x = subject.input_space, subject.reading.x
        self.picture.setVisible(space.traits.has_pixels)
        if not space.traits.has_pixels:
            values = zip(space.names, x.tolist(), strict=True)
            self._words.setText("\n".join(f"{name} = {plain(value, 4)}" for name, value in values))
            return
        (image,) = self.picture.set_images(1)
        is_other = image.tiles.shape[1:] != space.shape
        image.show_ink(x.reshape(space.shape))
        if self._numbers is None:
            self._numbers = CellNumbers(image)
        self._numbers.write_in_bytes(subject.in_bytes)
        if is_other:
            self.picture.show_all()
            self.picture.arrange()
        self._words.setText(
            tr("{height} × {width} pixels · {n:,} above 0 · ink {sum:.1f} · mean {mean:.3f}").format(
                height=space.shape[0],
                width=space.shape[1],
                n=int((x > 0).sum()),
                sum=float(x.sum()),
                mean=float(x.mean()),
            )
        )

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a pixel."""
        return self.picture.explain(position)

    def _explain_cell(self, cell: Cell) -> str:
        value = float(self.picture.images[0].tiles[0, cell.row, cell.column])
        in_bytes = self.subject is not None and self.subject.in_bytes
        return tr("row {row}, column {column}: x = {ink}").format(
            row=cell.row, column=cell.column, ink=ink_words(value, in_bytes=in_bytes)
        )
