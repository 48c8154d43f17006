"""Gradient of the current input's loss by the unit and its weights."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.images import indexed_image, signed_index
from nnstudio.studio.painting.numbers import figure, scientific
from nnstudio.studio.painting.theme import colour, image_table
from nnstudio.studio.panels.inspector.section import Section
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.session.output_kinds import described

LINE_HEIGHT = 17
PICTURE_SIDE = 92


class GradientSection(Section):
    """∂L/∂z, ∂L/∂a and ∂L/∂w, as numbers and, for templates, as a picture."""

    title = translatable("Gradient")
    hint = translatable(
        "The slopes of the loss L for this one input and its right answer. A step of gradient descent goes\n"
        "against them: what is blue here becomes smaller. Where the true class is not known, the answer is\n"
        "taken for true; choose another above."
    )

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a unit with an input and a right answer."""
        return subject.unit is not None and subject.slopes is not None

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the lines and the picture."""
        lines = LINE_HEIGHT * (5 if subject.is_output else 6) + 2
        return max(lines, PICTURE_SIDE + 4) if subject.has_template else lines

    def _picture_box(self) -> QRectF:
        return QRectF(self.design_width() - PICTURE_SIDE - 1, 2, PICTURE_SIDE, PICTURE_SIDE)

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a derivative."""
        subject = self.subject
        if subject is None:
            return ""
        box = self._picture_box()
        if not subject.has_template or not box.contains(QPointF(position)):
            return tr(self.hint)
        height, width = subject.input_space.shape
        row = min(int((position.y() - box.top()) / box.height() * height), height - 1)
        column = min(int((position.x() - box.left()) / box.width() * width), width - 1)
        value = float(subject.slopes.weights(*subject.unit)[row * width + column])
        return tr("∂L/∂w at row {row}, column {column}: {value}").format(
            row=row, column=column, value=scientific(value)
        )

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint numbers and picture."""
        slopes, (layer, unit) = subject.slopes, subject.unit
        gradient = slopes.weights(layer, unit)
        answer = described(subject.output_space, subject.right_answer)
        form = tr("right: {answer}") if subject.answer is not None else tr("for the answer, {answer}")
        lines = [
            (form.format(answer=answer), ""),
            (tr("loss L"), figure(slopes.loss)),
            ("∂L/∂z = ∂L/∂b" if subject.has_bias else "∂L/∂z", scientific(float(slopes.z[layer][unit]))),
        ]
        if not subject.is_output:
            lines.append(("∂L/∂a", scientific(float(slopes.a[layer][unit]))))
        lines.append((tr("length of ∂L/∂w"), figure(float(np.linalg.norm(gradient)))))
        lines.append((tr("largest |∂L/∂w|"), figure(float(np.abs(gradient).max()))))
        room = self.design_width() - (PICTURE_SIDE + 12 if subject.has_template else 0)
        right = Qt.AlignmentFlag.AlignRight
        for k, (what, value) in enumerate(lines):
            box = QRectF(0, LINE_HEIGHT * k, room, LINE_HEIGHT)
            self.write(painter, box, what, size_px=11, muted=True)
            self.write(painter, box, value, size_px=11, align=right)
        if subject.has_template:
            values = np.nan_to_num(gradient).reshape(subject.input_space.shape)
            index = np.ascontiguousarray(signed_index(values, float(np.abs(values).max())))
            box = self._picture_box()
            painter.drawImage(box, indexed_image(index, image_table(self.theme)))
            painter.setPen(QPen(colour(self.theme.line), 1))
            painter.drawRect(box)
