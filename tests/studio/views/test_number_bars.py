"""Numbers that a network gives out, beside the right ones."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.data.problem import Quantity
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance, colour
from nnstudio.studio.views.number_bars import NumberBars

QUANTITIES = (Quantity("y", "°C", -10.0, 30.0), Quantity("v"))


@pytest.fixture
def bars(qtbot):
    view = NumberBars("Answer")
    qtbot.addWidget(view)
    view.set_quantities(QUANTITIES)
    view.resize(260, 150)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_it_tells_numbers_with_units_and_residuals(bars):
    assert bars.accessibleDescription() == ""
    bars.show_outputs(np.array([21.5, -0.25]))
    assert bars.accessibleDescription() == "y = 21.50 °C; v = −0.2500"
    bars.show_outputs(np.array([21.5, -0.25]), np.array([20.0, -0.25]))
    assert "y = 21.50 °C, right 20.00, residual +1.50" in bars.accessibleDescription()
    assert "from −10.00 °C to 30.00 °C" in bars.explain(QPoint(20, 20))
    assert "v = −0.2500" in bars.explain(QPoint(20, 100))
    bars.clear()
    assert bars.accessibleDescription() == bars.explain(QPoint(20, 20)) == ""


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_bar_goes_from_0_to_the_number_in_the_colour_of_its_sign(bars, theme):
    appearance.set_theme(theme)
    bars.show_outputs(np.array([20.0, -0.5]))
    picture = bars.grab().toImage()

    def share_of(code, top, bottom):
        wanted = colour(code).name()
        return max(
            sum(picture.pixelColor(x, y).name() == wanted for x in range(picture.width())) / picture.width()
            for y in range(top, bottom)
        )

    assert share_of(theme.positive, 0, 74) == pytest.approx(0.5, abs=0.02)
    assert share_of(theme.negative, 76, 150) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("height", [40, 80, 120, 400])
def test_rows_fit_any_height(bars, height):
    bars.resize(180, height)
    for right in (None, np.array([1e30, 0.0])):
        bars.show_outputs(np.array([-1e12, 0.0]), right)
        bars.grab()
