"""The unit's equations with their numbers."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from nnstudio.engine.activation_functions import LEAK
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.language import tr, translatable
from nnstudio.studio.painting.numbers import figure, plain, scientific
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.panels.inspector.section import Section
from nnstudio.studio.panels.inspector.subject import Subject

LINE_HEIGHT = 19
PADDING = 8
SIZE_PX = 13
WIDE = 290
"""From this width on, an equation has one line."""

FORMULAS = {
    "relu": "max(0, {z})",
    "leaky_relu": f"max({{z}}, {LEAK} · {{z}})",
    "sigmoid": "1 / (1 + exp(−({z})))",
    "tanh": "tanh({z})",
    "elu": "{z} or exp({z}) − 1",
    "selu": "λ · ({z} or α · (exp({z}) − 1))",
    "silu": "{z} / (1 + exp(−({z})))",
    "gelu": "{z} · Φ({z})",
    "exact_gelu": "{z} · Φ({z})",
    "relu6": "min(max(0, {z}), 6)",
    "hard_tanh": "min(max(−1, {z}), 1)",
    "softplus": "ln(1 + exp({z}))",
    "absolute": "|{z}|",
    "sine": "sin({z})",
    "identity": "{z}",
    "step": "1 if {z} > 0 else 0",
    "softmax": "exp({z}) / Σ exp z",
}
"""Formulas of the activations."""

Piece = tuple[str, str | None]
"""A text and its colour; None: the text colour."""


class FormulaSection(Section):
    """z = w · x + b, a = f(z) and ∂L/∂a, on a card."""

    title = translatable("What it computes")
    hint = translatable(
        "z: the pre-activation, the sum of weight × input plus the bias b.\n"
        "a: the activation, what the neuron hands on.\n"
        "∂L/∂a: how the loss of this input changes with it."
    )

    def tall(self, subject: Subject, width: int) -> int:
        """Return the height of the card."""
        n_lines = 1
        if subject.reading is not None:
            n_lines = (2 if width >= WIDE else 4) + _has_slope(subject)
        return LINE_HEIGHT * n_lines + 2 * PADDING

    def explain(self, position: QPoint) -> str:
        """Return the hover text of an equation."""
        if self.subject is None or self.subject.reading is None:
            return tr("bias b: what is added to the sum of weight × input, where the network has biases")
        return tr(self.hint)

    def _lines(self, subject: Subject) -> list[list[Piece]]:
        def number(value: float) -> Piece:
            return plain(value), self.theme.positive if value >= 0 else self.theme.negative

        if subject.reading is None:
            return [
                [(f"{tr('bias b')} = ", None), number(subject.b)]
                if subject.has_bias
                else [("z = w · x", None)]
            ]
        z, a = subject.z, subject.a
        activation = ACTIVATIONS[subject.layer.activation]
        sign = "−" if subject.b < 0 else "+"
        b = plain(abs(subject.b)), number(subject.b)[1]
        sum_of = [number(z - subject.b), (f" {sign} ", None), b, (f" = {plain(z)}", None)]
        if not subject.has_bias:
            sum_of = [(plain(z), None)]
        shown = FORMULAS[activation.name].format(z=plain(z))
        value = [(f"{shown} = {plain(a, 3) if a == 0 or abs(a) >= 0.001 else figure(a)}", None)]
        z_name, a_name = (
            [("z = w · x + b" if subject.has_bias else "z = w · x", None)],
            [(f"a = {tr(activation.title)}(z)", None)],
        )
        if self.design_width() >= WIDE:
            lines = [[*z_name, (" = ", None), *sum_of], [*a_name, (" = ", None), *value]]
        else:
            lines = [z_name, [("   = ", None), *sum_of], a_name, [("   = ", None), *value]]
        if _has_slope(subject):
            slope = float(subject.slopes.a[subject.layer_index][subject.unit[1]])
            lines.append([(f"∂L/∂a = {scientific(slope)}", None)])
        return lines

    def paint(self, painter: QPainter, subject: Subject) -> None:
        """Paint the card."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.bar))
        painter.drawRoundedRect(self.design_rect(), 6, 6)
        for k, line in enumerate(self._lines(subject)):
            text = "".join(piece for piece, _ in line)
            size = SIZE_PX
            while size > 11 and QFontMetricsF(font(size)).horizontalAdvance(text) > self.design_width() - 20:
                size -= 1
            metrics = QFontMetricsF(font(size))
            painter.setFont(font(size))
            x, y = 10.0, PADDING + LINE_HEIGHT * k + (LINE_HEIGHT + metrics.capHeight()) / 2
            for piece, code in line:
                painter.setPen(colour(code or self.theme.text))
                painter.drawText(QPointF(x, y), piece)
                x += metrics.horizontalAdvance(piece)


def _has_slope(subject: Subject) -> bool:
    """Tell whether the derivative of the loss by the unit's activation is known."""
    return not subject.is_output and subject.slopes is not None
