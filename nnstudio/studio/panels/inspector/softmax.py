"""From logits to probabilities, step by step, and the cross-entropy."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import plain
from nnstudio.studio.painting.theme import colour
from nnstudio.studio.panels.inspector.section import Section
from nnstudio.studio.panels.inspector.subject import Subject

ROW_HEIGHT = 17
NAME_WIDTH = 44
COLUMNS = (0.25, 0.42, 0.33)
"""Shares of the width for logit, exponential and quotient."""


class SoftmaxSection(Section):
    """A table: logit, exponential, quotient for each class, their sums, and the loss."""

    title = translatable("Softmax step by step")
    hint = translatable(
        "Each logit z becomes exp(z − largest), so that all are positive and none overflows;\n"
        "divided by their sum they are probabilities."
    )

    def concerns(self, subject: Subject) -> bool:
        """Return whether the subject is a softmax output with an input."""
        return subject.is_output and subject.reading is not None and subject.is_softmax

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the table and the two lines below."""
        return ROW_HEIGHT * (len(subject.output_space.class_names) + 4) + 8

    def explain(self, position: QPoint) -> str:
        """Return the hover text of a class: its steps."""
        subject = self.subject
        k = position.y() // ROW_HEIGHT - 1
        if subject is None:
            return ""
        steps = subject.softmax
        if 0 <= k < len(subject.output_space.class_names):
            z, exponential = steps.logits[k], steps.exponentials[k]
            return tr(
                "class {name}: logit z = {z}\n"
                "exp({z_short} − ({largest})) = {exponential:.3g}\n"
                "{exponential:.3g} / {total:.4f} = {quotient:.4g}"
            ).format(
                name=subject.output_space.class_names[k],
                z=plain(z, 4),
                z_short=plain(z, 3),
                largest=plain(steps.largest, 3),
                exponential=exponential,
                total=steps.total,
                quotient=steps.quotients[k],
            )
        if k > len(subject.output_space.class_names):
            return tr(
                "Cross-entropy: minus the natural logarithm of the true class's probability; 0 is perfect."
            )
        return tr("Sum of the exponentials; the quotients add up to 1.")

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the table."""
        steps, unit = subject.softmax, subject.unit[1]
        self._line(painter, 0, (tr("class"), "z", "exp(z − max)", tr("quotient")), muted=True)
        quotients = steps.quotients
        for k, name in enumerate(subject.output_space.class_names):
            numbers = (plain(steps.logits[k]), _small(steps.exponentials[k]), f"{100 * quotients[k]:.2f} %")
            self._line(painter, k + 1, (name, *numbers), muted=k != unit, bold=k == unit)
        n = len(subject.output_space.class_names)
        painter.setPen(QPen(colour(self.theme.line), 1))
        painter.drawLine(0, ROW_HEIGHT * (n + 1), self.design_width(), ROW_HEIGHT * (n + 1))
        self._line(painter, n + 1, (tr("sum"), "", f"{steps.total:.4f}", "100 %"))
        label = subject.right_answer
        name = subject.output_space.class_names[label]
        what = tr("true class") if subject.answer is not None else tr("answer, taken for true,")
        lines = (
            tr("Cross-entropy for {what} {name}:").format(what=what, name=name),
            tr("−ln {quotient:.4g} = {cross_entropy:.4g}").format(
                quotient=quotients[label], cross_entropy=steps.cross_entropy(label)
            ),
        )
        for k, text in enumerate(lines):
            top = ROW_HEIGHT * (n + 2 + k) + 6
            line = QRectF(0, top, self.design_width(), ROW_HEIGHT)
            self.write(painter, line, text, muted=k == 0, bold=k == 1)

    def _line(
        self, painter: QPainter, k: int, cells: tuple[str, ...], *, muted: bool = False, bold: bool = False
    ) -> None:
        top = ROW_HEIGHT * k
        left = float(NAME_WIDTH)
        self.write(
            painter, QRectF(3, top, NAME_WIDTH - 4, ROW_HEIGHT), cells[0], size_px=11, muted=muted, bold=bold
        )
        for share, text in zip(COLUMNS, cells[1:], strict=True):
            width = (self.design_width() - NAME_WIDTH) * share
            box = QRectF(left, top, width - 2, ROW_HEIGHT)
            left += width
            align = Qt.AlignmentFlag.AlignRight
            self.write(painter, box, text, size_px=11, muted=muted, bold=bold, align=align)


def _small(value: float) -> str:
    return f"{value:.4f}" if value >= 5e-5 else "≈ 0"
