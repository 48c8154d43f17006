"""The cross-entropy as one bar: the entropy of the target, and what the answer loses beyond it."""

import math

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from nnstudio.insight.two_distributions import TwoDistributions
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.numbers import figure, plain
from nnstudio.studio.painting.theme import appearance, colour, text_font, text_scale
from nnstudio.studio.views.plot import Plot, Values

HEIGHT_PX = 62
_LEAST = 1.0
_SMALLEST = 5e-5


@contained
class LossMeter(Plot):
    """Draws entropy and difference end to end, in nats; an infinite loss is a full bar with ∞."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            tr("Cross-entropy"), (tr("nats"), ""), parent, values_at=self.values_at, is_among_others=True
        )
        self.setToolTip(
            tr("Cross-entropy = entropy of the target (grey) + what the answer loses beyond it (orange)")
        )
        self.getAxis("left").setTicks([[]])
        self.setFixedHeight(round(HEIGHT_PX * text_scale()))
        self._pair = TwoDistributions.uniform(2)
        self._entropy, self._difference = (
            pg.BarGraphItem(x0=[0], width=[0], y=0.5, height=0.7) for _ in range(2)
        )
        self._infinity = pg.TextItem("∞", anchor=(1.0, 0.5))
        for item in (self._entropy, self._difference, self._infinity):
            self.addItem(item, ignoreBounds=True)
        appearance.follow(self, self._colour_bars)
        self._colour_bars()

    def _colour_bars(self) -> None:
        theme = appearance.theme
        self._entropy.setOpts(pen=None, brush=colour(theme.muted, 0.8))
        self._difference.setOpts(pen=None, brush=colour(theme.negative, 0.9))
        self._infinity.setColor(colour(theme.text))
        self._infinity.setFont(text_font(15, bold=True))
        self.setFixedHeight(round(HEIGHT_PX * text_scale()))

    def show_pair(self, pair: TwoDistributions) -> None:
        """Show the loss of an answer."""
        self._pair = pair
        least, loss = pair.entropy, pair.cross_entropy
        is_infinite = math.isinf(loss)
        # The bar of the uniform answer keeps its place while others are dragged.
        uniform = math.log(len(pair.target))
        end = max(1.35 * uniform, _LEAST, 0.0 if is_infinite else 1.1 * loss)
        self.fit((0.0, end), (0.0, 1.0))
        # Zoomed out, it is full still.
        shown = 1000 * end if is_infinite else pair.difference
        self._entropy.setOpts(x0=[0.0], width=[least])
        self._difference.setOpts(x0=[least], width=[shown])
        self._infinity.setVisible(is_infinite)
        self._infinity.setPos(end, 0.5)
        self.update_cross()

    def values_at(self, _: float) -> Values:
        """Return both parts of the loss."""
        theme, pair = appearance.theme, self._pair
        return [
            (theme.muted, tr("entropy {value}").format(value=nats(pair.entropy))),
            (theme.negative, tr("difference {value}").format(value=nats(pair.difference))),
        ]


def nats(value: float) -> str:
    """Write a loss or a share with four decimals, with an exponent where none is left of it, or as ∞.

    Examples
    --------
    >>> nats(2.302585), nats(0.0), nats(3.2e-7), nats(math.inf)
    ('2.3026', '0.0000', '3.20·10⁻⁷', '∞')
    """
    if math.isinf(value):
        return "∞"
    return figure(value) if 0 < value < _SMALLEST else plain(value, 4)
