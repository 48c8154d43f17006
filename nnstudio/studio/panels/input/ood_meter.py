"""Out-of-distribution meter beside the answer."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.engine.ood_detector import OODScore
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import signed
from nnstudio.studio.painting.theme import colour, font
from nnstudio.studio.views.view import View

_HEIGHT = 18
_METER_HEIGHT = 6.0
_GAP = 8.0


class OODMeter(View):
    """Shows the input's out-of-distribution score, with a mark at the threshold; empty without a score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Not of any class"), parent)
        self.setToolTip(tr("How unlike all that was learned from the drawing is, for networks that can tell"))
        self._ood_score: OODScore | None = None
        self._noun = tr("class")
        self._origin = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        return self.magnified(QSize(140, _HEIGHT))

    def show_ood_score(self, ood_score: OODScore | None, noun: str, origin: str = "") -> None:
        """Show a score, or clear the meter.

        Parameters
        ----------
        ood_score : OODScore or None
        noun : str
            The noun for a member of a class.
        origin : str
            Origin of the threshold, a sentence.
        """
        if (ood_score, noun, origin) == (self._ood_score, self._noun, self._origin):
            return
        self._ood_score, self._noun, self._origin = ood_score, noun, origin
        self.setAccessibleName(tr("Not a {noun}").format(noun=noun))
        self.setAccessibleDescription(self.explain(QPoint()))
        self.update()

    def explain(self, position: QPoint) -> str:
        """Return the hover text: score and threshold."""
        if self._ood_score is None:
            return ""
        score, threshold = self._ood_score
        verdict = tr("rejected") if self._ood_score.is_rejected else tr("accepted")
        words = tr(
            "unlike a {noun}: {verdict}; log-odds {score}, rejected above {threshold}\n"
            "A second network watches the hidden layers for what it was shown as scribbles and other "
            "signs. The probabilities divide 100 % among the classes whatever is drawn."
        ).format(noun=self._noun, verdict=verdict, score=signed(score), threshold=signed(threshold))
        return f"{words}\n{self._origin}" if self._origin else words

    def paintEvent(self, event: object) -> None:
        """Paint the words and the meter."""
        if self._ood_score is None:
            return
        painter = self.painter()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rejected = self._ood_score.is_rejected
        # "Not a digit" stands in the place of the answer then.
        words = tr("unlike a {noun}").format(noun=self._noun)
        # Wide enough for the bold text, so that the meter never moves.
        painter.setFont(font(12, bold=True))
        width = painter.fontMetrics().horizontalAdvance(words) + 2.0
        line = QRectF(0, 0, width, self.design_height())
        self.write(painter, line, words, size_px=12, bold=rejected, muted=not rejected)
        left = width + _GAP
        meter = QRectF(
            left, (self.design_height() - _METER_HEIGHT) / 2, self.design_width() - left - 1, _METER_HEIGHT
        )
        if meter.width() < 3 * _METER_HEIGHT:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.theme.control))
        painter.drawRoundedRect(meter, 3, 3)
        share = QRectF(meter.left(), meter.top(), meter.width() * self._ood_score.measure, meter.height())
        painter.setBrush(colour(self.theme.accent if rejected else self.theme.muted))
        painter.drawRoundedRect(share, 3, 3)
        painter.setBrush(colour(self.theme.text))
        painter.drawRect(QRectF(meter.center().x() - 0.5, meter.top() - 3, 1, meter.height() + 6))
