"""The weights of two units as pictures, side by side."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from nnstudio.language import tr
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.labels import remark
from nnstudio.studio.painting.theme import appearance, image_table, text_scale

SIDE_PX = 60
"""Longer side of a picture, in design pixels."""


class PairPictures(QWidget):
    """Shows the templates of two units, each in the full colours of its own weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[np.ndarray, ...] = ()
        self._names: tuple[str, ...] = ()
        self.pictures = [QLabel(self) for _ in range(2)]
        self._captions = [remark("", self) for _ in range(2)]
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for column, (picture, caption) in enumerate(zip(self.pictures, self._captions, strict=True)):
            layout.addWidget(picture, 0, column)
            layout.addWidget(caption, 1, column)
        layout.setRowStretch(2, 1)
        appearance.follow(self, self._paint)
        self.hide()

    def show_pair(self, tiles: Sequence[np.ndarray], names: Sequence[str]) -> None:
        """Show the pictures of two units, or nothing.

        Parameters
        ----------
        tiles : sequence of ndarray of shape (height, width)
            Two, or none.
        names : sequence of str
        """
        self._tiles, self._names = tuple(tiles), tuple(names)
        self._paint()
        self.setVisible(bool(self._tiles))

    def _paint(self) -> None:
        side = round(SIDE_PX * text_scale())
        labels = zip(self.pictures, self._captions, strict=True)
        for (picture, caption), tile, name in zip(labels, self._tiles, self._names, strict=False):
            limit = float(np.abs(tile).max())
            image = indexed_image(signed_index(tile, limit), image_table(appearance.theme))
            picture.setPixmap(
                QPixmap.fromImage(image).scaled(
                    side,
                    side,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.FastTransformation,
                )
            )
            picture.setAccessibleName(tr("Weights of unit {name}").format(name=name))
            picture.setToolTip(
                tr("Weights of unit {name}, from −{limit:.3g} orange to {limit:.3g} blue").format(
                    name=name, limit=limit
                )
            )
            caption.setText(name)
