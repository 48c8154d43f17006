"""The samples of the test set with the largest and smallest activations of the unit."""

from functools import cached_property

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from nnstudio.insight.ranking import sample_pictures
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import grey_index, indexed_image
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import colour, font, ink_table
from nnstudio.studio.panels.inspector.section import Attention, Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.session.output_kinds import described, sample_words
from nnstudio.studio.views.view import ARROWS

N_SHOWN = 6
GAP = 5
CAPTION_HEIGHT = 17
LARGEST_SIDE = 56


class Extremes:
    """The samples with the largest and the smallest activations.

    Parameters
    ----------
    subject : Subject
        A unit that has been evaluated on the test set.
    """

    def __init__(self, subject: Subject) -> None:
        self.results = subject.results
        a = subject.sample_activations
        n = min(N_SHOWN, len(a))
        most = np.argpartition(a, len(a) - n)[len(a) - n :]
        least = np.argpartition(a, n - 1)[:n]
        self.most = most[np.argsort(-a[most], kind="stable")]
        self.least = least[np.argsort(a[least], kind="stable")]
        self.share_at_zero = float((a == 0).mean())

    @cached_property
    def inputs(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs of the largest and of the smallest, each of shape (n, n_inputs)."""
        return self.results.inputs(self.most), self.results.inputs(self.least)


class ExamplesSection(Section):
    """Two rows of small pictures; a click puts one on the canvas."""

    title = translatable("Test samples")
    hint = translatable(
        "The samples of the test set for which this neuron's activation is largest and smallest.\n"
        "Click: put one on the canvas."
    )

    needs_test_set = True

    def __init__(self, attention: Attention, parent: QWidget | None = None) -> None:
        super().__init__(attention, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._extremes: Extremes | None = None
        self._cursor: tuple[int, int] | None = None
        self._load = QToolButton(self)
        self._load.setText(tr("Load the test set"))
        self._load.setFont(font(11))
        self._load.setToolTip(tr("Makes, reads or downloads the data of the problem; nothing is trained."))
        self._load.clicked.connect(attention.test_set_wanted)
        self._load.hide()

    def show_subject(self, subject: Subject) -> None:
        """Show the samples, or a button to load the test set."""
        super().show_subject(subject)
        self._load.setVisible(subject.results is None and subject.can_load)
        self._load.move(0, 2 * CAPTION_HEIGHT + 4)

    def _side(self, width: int) -> float:
        return min((width - GAP * (N_SHOWN - 1)) / N_SHOWN, LARGEST_SIDE)

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of two rows with captions, with or without samples."""
        return int(2 * (CAPTION_HEIGHT + self._side(width) + 4))

    def _current(self) -> Extremes:
        if self._extremes is None or self._extremes.results is not self.subject.results:
            self._extremes = Extremes(self.subject)
        return self._extremes

    def _box(self, row: int, column: int) -> QRectF:
        side = self._side(self.design_width())
        top = CAPTION_HEIGHT + row * (CAPTION_HEIGHT + side + 4)
        return QRectF(column * (side + GAP), top, side, side)

    def _place_at(self, position: QPointF) -> tuple[int, int] | None:
        if self.subject is None or self.subject.sample_activations is None:
            return None
        found = self._current()
        for row, samples in enumerate((found.most, found.least)):
            for column in range(len(samples)):
                if self._box(row, column).contains(position):
                    return row, column
        return None

    def _sample(self, place: tuple[int, int]) -> int:
        found = self._current()
        return int((found.most, found.least)[place[0]][place[1]])

    def _describe(self, place: tuple[int, int]) -> str:
        subject, index = self.subject, self._sample(place)
        results = subject.results
        a, space = float(subject.sample_activations[index]), subject.output_space
        sample = sample_words(
            space, tr("test sample {index}").format(index=index), results.samples.answer(index)
        )
        answered = described(space, results.given(index))
        return tr("{sample}\nthe network answers {answer} · a = {a}\nclick: make it the input").format(
            sample=sample, answer=answered, a=plain(a, 3)
        )

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a sample."""
        place = self._place_at(QPointF(position))
        return tr(self.hint) if place is None else self._describe(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        place = self._place_at(self.place_of(event))
        if place is not None:
            self._cursor = place
            self.attention.sample_chosen.emit(self._sample(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys, choose with Enter."""
        if self.subject is None or self.subject.sample_activations is None:
            super().keyPressEvent(event)
        elif event.key() in ARROWS:
            row, column = self._cursor or (0, 0)
            if self._cursor is not None:
                right, down = ARROWS[event.key()]
                last = len(self._current().most) - 1
                row, column = min(max(row + down, 0), 1), min(max(column + right, 0), last)
            self._cursor = row, column
            self.setAccessibleDescription(self._describe(self._cursor))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.attention.sample_chosen.emit(self._sample(self._cursor))
        else:
            super().keyPressEvent(event)

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the rows, or a message."""
        if subject.sample_activations is None:
            painter.setFont(font(11))
            painter.setPen(colour(self.theme.muted))
            painter.drawText(QRectF(self.design_rect()), Qt.TextFlag.TextWordWrap, subject.waits_for)
            return
        found, a = self._current(), subject.sample_activations
        least = (
            tr("least: a = {a:.2f} ({share:.0f} % are at 0)")
            if found.share_at_zero
            else tr("least: a = {a:.2f}")
        )
        captions = (
            tr("most: a = {largest:.2f} … {smallest:.2f}").format(
                largest=a[found.most[0]], smallest=a[found.most[-1]]
            ),
            least.format(a=a[found.least[0]], share=100 * found.share_at_zero),
        )
        for row, (caption, inputs) in enumerate(zip(captions, found.inputs, strict=True)):
            room = QRectF(0, self._box(row, 0).top() - CAPTION_HEIGHT, self.design_width(), CAPTION_HEIGHT)
            self.write(painter, room, caption.replace("-", "−"), size_px=11, muted=True)
            for column, x in enumerate(inputs):
                self._paint_sample(painter, self._box(row, column), x, subject)
        if self.hasFocus() and self._cursor is not None:
            painter.setPen(QPen(colour(self.theme.selection), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._box(*self._cursor))

    def _paint_sample(self, painter: QPainter, box: QRectF, x: np.ndarray, subject: Subject) -> None:
        space = subject.input_space
        if space.traits.has_pixels:
            painter.drawImage(box, indexed_image(grey_index(x.reshape(space.shape)), ink_table(self.theme)))
        else:
            picture = sample_pictures(space, x[None])[0]
            painter.drawImage(box, indexed_image(grey_index(picture), ink_table(self.theme)))
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
