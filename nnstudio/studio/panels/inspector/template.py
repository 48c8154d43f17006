"""The unit's weights and weight × input as pictures; over the plane or line, its activation."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QVBoxLayout, QWidget

from nnstudio.insight.tiles import are_curves, curve_place, field_pictures
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain, scientific, signed
from nnstudio.studio.painting.theme import appearance, colour, field_table, image_table, text_scale
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.session.input_kinds import STUDIO_INPUT_KINDS
from nnstudio.studio.views.colour_bar import HEIGHT_PX
from nnstudio.studio.views.picture import TITLE_LINE_PX, Cell, Picture
from nnstudio.studio.views.plane_points import PlanePoint, PlanePoints
from nnstudio.studio.views.tile_image import TileImage

GAP = 8
"""Between images, in design pixels."""

LARGEST_SIDE = 190
MARGIN = 4
N_MARKED = 5
RADIUS_PX = 4.0
"""Of the ring around the input point, in design pixels."""

FIELD_HINT = translatable(
    "This neuron's activation {where}: blue positive, orange negative. Ring: your input."
)
ZOOM_HINT = translatable("Click it to zoom by the wheel.")


class TemplateSection(Section):
    """Two images side by side; a click on a pixel or the arrow keys choose a weight.

    Notes
    -----
    Decided 2026-11: the images have a full colour each, at their own largest, which their titles tell; one
    colour bar below gives both a narrower or wider range. A bar for each would have no room for its numbers.
    """

    title = translatable("Template")
    hint = translatable(
        "Left: the weights of this neuron, one for each pixel: blue wants ink, orange wants paper.\n"
        "Right: weight × input, what each pixel adds to the sum now. The largest terms are framed."
    )

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.picture = Picture(
            tr(self.title),
            self._lay_out,
            self._explain_cell,
            self,
            titles="top",
            has_scope=False,
            has_borders=True,
            is_among_others=True,
        )
        self.figure = self.picture
        self.picture.setMinimumSize(1, 1)
        self.picture.pointed.connect(self._point)
        self.picture.clicked.connect(self._choose)
        self.picture.stepped.connect(self._step)
        self.picture.range_changed.connect(self._write_titles)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        self._points = PlanePoints(self.picture)
        self._marks: list[_Marks] = []
        self._is_signed = True
        attention.moved.connect(self._mark)

    def heading(self, subject: Subject) -> str:
        """Return the names of the pictures."""
        if subject.has_template:
            return tr(self.title)
        where = _where(subject)
        return where[:1].upper() + where[1:]

    def concerns(self, subject: Subject) -> bool:
        """Return whether weights form an image, or the activation has a picture over all inputs."""
        return subject.has_template or subject.picture is not None

    # Layout

    @staticmethod
    def _side(width: float) -> float:
        return min((width - GAP) / 2, LARGEST_SIDE) - 1

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of titles, images and colour bar."""
        rows, columns = subject.input_space.shape if subject.has_template else (1, 1)
        return int(TITLE_LINE_PX + self._side(width) * rows / columns + HEIGHT_PX + MARGIN)

    def _lay_out(self, _: QSizeF) -> None:
        scale = text_scale()
        side = self._side(self.design_width()) * scale
        for k, image in enumerate(self.picture.images):
            _, rows, columns = image.tiles.shape
            box = QRectF(1 + k * (side + GAP * scale), 1, side, side * rows / columns)
            image.arrange(1, box)
            self._points.place(box)

    # Content

    def draw(self, subject: Subject) -> None:
        """Show a unit's weights, or its activation."""
        is_field = not subject.has_template
        shape = subject.picture.shape if is_field else subject.input_space.shape
        numbers = [subject.picture] if is_field else [subject.w, subject.products]
        tiles = [
            np.nan_to_num(each).astype(np.float32).reshape(1, *shape) for each in numbers if each is not None
        ]
        if is_field:
            tiles = [field_pictures(subject.input_space, each, float(np.abs(each).max())) for each in tiles]
        n_before = len(self.picture.images)
        self.picture.set_table(field_table if is_field else image_table)
        images = self.picture.set_images(len(tiles))
        is_other = images[0].tiles.shape != tiles[0].shape
        for image, each in zip(images, tiles, strict=True):
            image.smooth = is_field
            # The pen changes no weights.
            if not np.array_equal(image.tiles, each):
                image.show_tiles(each, float(np.abs(each).max()))
        if is_other:
            self.picture.show_all()
        if is_other or n_before != len(tiles):
            self._marks = [] if is_field else [_Marks(image) for image in images]
            self.picture.arrange()
        hint = tr(FIELD_HINT).format(where=_where(subject)) if is_field else tr(self.hint)
        self.picture.setToolTip(f"{hint}\n{tr(ZOOM_HINT)}")
        point = None if subject.reading is None else subject.reading.x
        shown = [PlanePoint(point, RADIUS_PX, "selection")] if is_field and point is not None else []
        self._points.show(shown, subject.input_space)
        words = tr("each by its largest") if len(tiles) > 1 else ""
        limit = float(images[0].limit[0, 0, 0]) if len(tiles) == 1 else None
        self._is_signed = not is_field or bool(tiles[0].min() < 0)
        self.picture.set_scale(limit, words, is_by_tile=len(tiles) > 1, is_signed=self._is_signed)
        self._write_titles()
        self._mark()

    def _write_titles(self) -> None:
        """Name the images, with the values of their full colours."""
        names, sign = [tr("template"), tr("× input")], "±" if self._is_signed else "0 … "
        if self.subject is not None and not self.subject.has_template:
            names = [tr("activation {where}").format(where=_where(self.subject))]
        self.picture.titles.write(
            [
                [(f"{name} {sign}{float(image.drawn_limit(image.limit)[0, 0, 0]):.2g}", ""), (name, "")]
                for name, image in zip(names, self.picture.images, strict=False)
            ]
        )

    def _mark(self) -> None:
        """Frame the largest terms, and the weight that is chosen or pointed at."""
        subject = self.subject
        if subject is None or not subject.has_template:
            return
        largest = [] if subject.x is None else subject.terms.index[:N_MARKED].tolist()
        chosen = {subject.source, self.attention.source} - {None}
        for marks in self._marks:
            marks.frame(largest, chosen, subject.input_space.shape[1])

    def restyle(self) -> None:
        """Draw the marks in the theme's colours."""
        super().restyle()
        for marks in self._marks:
            marks.restyle()

    # Pointer and keys

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a weight and its term."""
        return self.picture.explain(position)

    def _explain_cell(self, cell: Cell) -> str:
        subject = self.subject
        if subject is None or not self.concerns(subject):
            return ""
        if not subject.has_template:
            return self._explain_field(subject, cell)
        source = self._source_of(cell)
        lines = [
            tr("{source}: weight w = {w}").format(
                source=subject.source_name(source), w=signed(float(subject.w[source]), 4)
            )
        ]
        if subject.x is not None:
            x, term = float(subject.x[source]), float(subject.products[source])
            lines += [
                tr("input x = {x} (0 paper … 1 ink)").format(x=plain(x)),
                tr("term w · x = {term}").format(term=signed(term, 4)),
            ]
            if subject.slopes is not None:
                slope = float(subject.slopes.weights(*subject.unit)[source])
                lines.append(tr("gradient ∂L/∂w = {slope}").format(slope=scientific(slope)))
        return "\n".join(lines)

    @staticmethod
    def _explain_field(subject: Subject, cell: Cell) -> str:
        space, (rows, columns) = subject.input_space, subject.picture.shape
        if are_curves(space):
            share, column = curve_place(cell.column, columns)
            shares, row = np.array([share]), 0
        else:
            shares = np.array([(cell.column + 0.5) / columns, 1 - (cell.row + 0.5) / rows])
            row, column = cell.row, cell.column
        place = ", ".join(
            f"{name} = {plain(float(x))}"
            for name, x in zip(space.names, space.inputs_at(shares), strict=True)
        )
        return tr("{place}: activation a = {a}").format(
            place=place, a=plain(float(subject.picture[row, column]), 3)
        )

    def _source_of(self, cell: Cell) -> int:
        return cell.row * self.subject.input_space.shape[1] + cell.column

    def _point(self, cell: Cell | None) -> None:
        """Mark the weight in the list of terms."""
        if self.subject is not None and self.subject.has_template:
            self.attention.look_at(None if cell is None else self._source_of(cell))

    def _choose(self, cell: Cell) -> None:
        if self.subject.has_template:
            self.attention.weight_chosen.emit(self._source_of(cell))

    def _step(self, right: int, down: int) -> None:
        """Move the chosen weight."""
        if self.subject is None or not self.subject.has_template:
            return
        height, width = self.subject.input_space.shape
        start = self.subject.source
        row, column = (height // 2, width // 2) if start is None else divmod(start, width)
        if start is not None:
            row, column = min(max(row + down, 0), height - 1), min(max(column + right, 0), width - 1)
        self.attention.weight_chosen.emit(row * width + column)


def _where(subject: Subject) -> str:
    return tr(STUDIO_INPUT_KINDS[subject.input_space.kind].field)


class _Marks:
    """Frames around cells of an image: thin ones for the largest terms, thick ones for what is chosen."""

    def __init__(self, image: TileImage) -> None:
        self._thin, self._thick = QGraphicsPathItem(image), QGraphicsPathItem(image)
        self.restyle()

    def restyle(self) -> None:
        """Draw in the theme's colours."""
        for item, width in ((self._thin, 1.0), (self._thick, 2.0)):
            pen = QPen(colour(appearance.theme.selection), width)
            pen.setCosmetic(True)
            item.setPen(pen)
            item.setBrush(Qt.BrushStyle.NoBrush)

    def frame(self, thin: Iterable[int], thick: Iterable[int], columns: int) -> None:
        """Frame cells, counted row by row in an image of so many columns."""
        for item, cells in ((self._thin, thin), (self._thick, thick)):
            path = QPainterPath()
            for cell in cells:
                row, column = divmod(cell, columns)
                path.addRect(QRectF(column, row, 1, 1))
            item.setPath(path)
