"""The line beside the answer that tells whether the input is of any class."""

import pytest
from PySide6.QtCore import QPoint

from nnstudio.engine.ood_detector import OODScore
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance, colour
from nnstudio.studio.panels.input.ood_meter import OODMeter


@pytest.fixture
def meter(qtbot):
    meter = OODMeter()
    qtbot.addWidget(meter)
    meter.resize(200, 18)
    return meter


def n_coloured(meter, code):
    image = meter.grab().toImage()
    wanted = colour(code).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_it_says_nothing_without_a_detector(meter):
    empty = meter.grab().toImage()
    meter.show_ood_score(OODScore(0.0, 2.0), "digit")
    assert meter.grab().toImage() != empty
    meter.show_ood_score(None, "digit")
    assert meter.grab().toImage() == empty
    assert meter.explain(QPoint(5, 5)) == ""


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_meter_grows_and_is_accented_only_where_rejected(meter, theme):
    appearance.set_theme(theme)
    lengths = []
    for score in (0.0, 1.0, 2.0):
        meter.show_ood_score(OODScore(score, 2.0), "digit")
        assert n_coloured(meter, theme.accent) == 0
        lengths.append(n_coloured(meter, theme.muted))
    assert lengths == sorted(set(lengths))
    meter.show_ood_score(OODScore(5.0, 2.0), "digit")
    assert n_coloured(meter, theme.accent) > lengths[-1] / 2


def test_hovering_tells_score_and_threshold(meter):
    meter.show_ood_score(OODScore(-1.25, 2.0), "letter")
    text = meter.explain(QPoint(5, 5))
    assert "unlike a letter: accepted" in text
    assert "−1.25" in text
    assert "+2.00" in text
    assert meter.accessibleName() == "Not a letter"
    meter.show_ood_score(OODScore(2.5, 2.0), "letter")
    assert "rejected; log-odds +2.50" in meter.explain(QPoint(5, 5))
    assert meter.accessibleDescription() == meter.explain(QPoint(5, 5))
