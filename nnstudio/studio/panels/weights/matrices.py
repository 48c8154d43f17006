"""The weights of every layer as matrices, or something of their shapes: their gradient."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import OutputSpace
from nnstudio.language import tr
from nnstudio.studio.painting.colour_scale import SCOPE_WORDS, Scope, largest
from nnstudio.studio.painting.numbers import scientific
from nnstudio.studio.painting.theme import text_scale
from nnstudio.studio.session.output_kinds import unit_words
from nnstudio.studio.views.picture import Cell, Picture

TITLE_WIDTH = 120.0
SPACING = 26.0
LARGEST_CELL_PX = 26.0
"""All in design pixels, where all is seen."""


class WeightMatrices:
    """Shows one image for each matrix: a row for each unit, a column for each unit of the layer before.

    Parameters
    ----------
    name : str
        Accessible name.
    select : callable (layer, unit, source)
        Called with the computing layer, the unit, and the unit of the layer before, of the weight chosen.
    parent : QWidget, optional

    Attributes
    ----------
    picture : Picture
    scope : Scope
    outputs : OutputSpace or None
        Names of the last matrix's rows.
    """

    def __init__(
        self, name: str, select: Callable[[int, int, int], None], parent: QWidget | None = None
    ) -> None:
        self.picture = Picture(name, self._lay_out, self._explain, parent, titles="top")
        self.picture.clicked.connect(self._click)
        self.picture.stepped.connect(self._step)
        self.picture.turned.connect(self._turn)
        self.picture.range_changed.connect(self._write_titles)
        self._select = select
        self._cursor = (0, 0, -1)
        """Matrix, row and column that the keys are at; before the first one initially."""
        self._names: list[tuple[str, str]] = []
        self._matrices: list[np.ndarray] = []
        self._shapes: list[tuple[int, ...]] = []
        """Of the matrices, or of those before where there are none: the same part of them is seen again."""
        self._limits: list[float] = []
        self.quantity = tr("weight")
        self.scope = Scope.LAYER
        self.outputs: OutputSpace | None = None

    # Content

    def show_matrices(
        self, names: list[tuple[str, str]], matrices: Sequence[np.ndarray], network_limit: float | None = None
    ) -> None:
        """Show matrices (fan_out, fan_in) of every computing layer, all finite, named (from, to).

        ``network_limit`` is the largest number of the whole network, where that is the scope.

        Notes
        -----
        Aliasing: keeps references; the arrays must not change.
        """
        shapes = [W.shape for W in matrices]
        is_other, had_none = shapes != self._shapes, not self._matrices
        self._names, self._matrices = names, list(matrices)
        is_wide = self.scope is Scope.NETWORK and network_limit is not None
        self._limits = [network_limit if is_wide else largest([W]) for W in self._matrices]
        for image, W, limit in zip(
            self.picture.set_images(len(matrices)), self._matrices, self._limits, strict=True
        ):
            by_unit = np.abs(W).max(axis=1)[None, :, None] if self.scope is Scope.UNIT else limit
            image.show_tiles(W[None], by_unit)
        if is_other:
            self._shapes, self._cursor = shapes, (0, 0, -1)
            self.picture.show_all()
        if is_other or had_none:
            self.picture.arrange()
        words = f"{self.quantity}, {tr(SCOPE_WORDS[self.scope])}"
        is_shared = self.scope is Scope.NETWORK or (self.scope is Scope.LAYER and len(self._limits) == 1)
        self.picture.set_scale(self._limits[0] if is_shared else None, words, is_by_tile=not is_shared)
        self._write_titles()

    def clear(self, message: str) -> None:
        """Show nothing but a sentence."""
        self._names, self._matrices, self._limits = [], [], []
        self.picture.set_images(0)
        self.picture.set_message(message)

    def select(self, layer: int | None, unit: int, source: int | None) -> None:
        """Frame the selected weight, or the row of the selected unit; None frames none."""
        for k, image in enumerate(self.picture.images):
            rows, columns = self._matrices[k].shape
            if k != layer or unit >= rows:
                image.frame(None)
            elif source is None or source >= columns:
                image.frame(QRectF(0, unit, columns, 1))
            else:
                image.frame(QRectF(source, unit, 1, 1))

    def _write_titles(self) -> None:
        titles = []
        for (source, target), W, limit in zip(self._names, self._matrices, self._limits, strict=True):
            size = f"{W.shape[0]} × {W.shape[1]}"
            if self.scope is Scope.LAYER:
                drawn = self.picture.bar.drawn(np.array(limit))
                size = f"{size} · ±{float(drawn):.3g}"
            axes = tr("columns: {source} → rows: {target}").format(source=source, target=target)
            titles.append([(f"{target} · {size}", axes), (target, size)])
        self.picture.titles.write(titles)

    # Layout

    def _lay_out(self, room: QSizeF) -> None:
        """Distribute the width by the root of the number of columns, so that small matrices stay visible.

        Each has room for its title, if the view is wide enough.
        """
        n, scale = len(self._matrices), text_scale()
        if not n:
            return
        whole = room.width() - SPACING * scale * (n - 1)
        least = max(min(TITLE_WIDTH * scale, whole / n), 0.0)
        rest, left = whole - least * n, 0.0
        shares = [W.shape[1] ** 0.5 for W in self._matrices]
        for image, W, share in zip(self.picture.images, self._matrices, shares, strict=True):
            rows, columns = W.shape
            width = least + rest * share / sum(shares)
            cell = min(width / columns, LARGEST_CELL_PX * scale)
            high = max(cell * 1.6, 13.0 * scale if rows < 40 else cell)
            image.arrange(1, QRectF(left, 0, cell * columns, min(room.height(), rows * high)))
            left += width + SPACING * scale

    # Pointer and keys

    def _explain(self, cell: Cell) -> str:
        """Return the hover text of a number."""
        source, target = self._names[cell.image]
        value = scientific(float(self._matrices[cell.image][cell.row, cell.column]))
        text = tr("{quantity} from {source} unit {column} to {target} unit {row}: {value}")
        output, names = "", self._output_names(cell.image)
        if cell.row < len(names):
            text = tr("{quantity} from {source} unit {column} to {output}: {value}")
            output = unit_words(self.outputs, cell.row, len(names))
        return text.format(
            quantity=self.quantity,
            source=source,
            column=cell.column + 1,
            target=target,
            row=cell.row + 1,
            output=output,
            value=value,
        )

    def _click(self, cell: Cell) -> None:
        self._choose(cell.image, cell.row, cell.column)

    def _choose(self, matrix: int, row: int, column: int) -> None:
        """Choose a weight, the nearest one that there is."""
        matrix = min(max(matrix, 0), len(self._matrices) - 1)
        rows, columns = self._matrices[matrix].shape
        self._cursor = matrix, min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self._select(*self._cursor)

    def _step(self, right: int, down: int) -> None:
        """Choose a neighbour."""
        if self._matrices:
            matrix, row, column = self._cursor
            self._choose(matrix, row + down, column + right)

    def _turn(self, by: int) -> None:
        """Choose in the next matrix, or the one before."""
        if self._matrices:
            matrix, row, column = self._cursor
            self._choose(matrix + by, row, column)

    # Numbers

    def _output_names(self, matrix: int) -> tuple[str, ...]:
        """Return the names of the units that a matrix leads to: those of outputs; empty where they count."""
        n, space = len(self._matrices[matrix]), self.outputs
        is_last = matrix == len(self._matrices) - 1
        return space.unit_names(n) if is_last and space is not None and n in space.output_counts else ()

    def numbers(self) -> tuple[list[str], list[list[object]]]:
        """Return the names of columns, and a row for each unit: what it has for units of the layer before."""
        widest = max((W.shape[1] for W in self._matrices), default=0)
        rows = [
            [target, unit, *values, *[None] * (widest - W.shape[1])]
            for k, ((_, target), W) in enumerate(zip(self._names, self._matrices, strict=True))
            for unit, values in zip(self._output_names(k) or range(1, len(W) + 1), W.tolist(), strict=True)
        ]
        columns = [tr("from unit {unit}").format(unit=unit) for unit in range(1, widest + 1)]
        return [tr("layer"), tr("unit"), *columns], rows
