"""The colours of the confusion matrix, beside what they stand for."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.confusion.matrix import ConfusionMatrix
from nnstudio.studio.panels.confusion.panel import ConfusionPanel
from nnstudio.studio.panels.confusion.scale import ConfusionScale


@pytest.fixture
def scale(qtbot):
    scale = ConfusionScale()
    qtbot.addWidget(scale)
    scale.resize(300, scale.minimumHeight())
    scale.show()
    return scale


def colours(scale):
    image = scale.grab().toImage()
    y = image.height() // 2
    return [image.pixelColor(x, y) for x in range(image.width())]


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_orange_is_what_was_misread_and_blue_what_was_right(scale, theme):
    appearance.set_theme(theme)
    scale.show_largest(0.012)
    assert scale.accessibleDescription() == "1.2 % misread"
    halves = colours(scale)[:150], colours(scale)[150:]
    warm, cold = ([pixel.red() - pixel.blue() for pixel in half] for half in halves)
    assert max(warm) > 60
    assert min(cold) < -60
    assert "Orange" in scale.explain(QPoint(5, 5))


def test_nothing_is_said_before_there_are_counts(scale):
    assert len({pixel.name() for pixel in colours(scale)}) == 1


@pytest.mark.parametrize("width", [60, 120, 900])
def test_it_has_any_width(scale, width):
    scale.show_largest(1.0)
    scale.resize(width, scale.height())
    scale.grab()


def test_the_largest_is_a_share_of_a_true_class(qtbot):
    table = ConfusionMatrix("Confusion")
    qtbot.addWidget(table)
    assert table.largest_misread == 0
    table.show_counts(np.array([[90, 10, 0], [1, 1, 0], [0, 0, 0]]), ("a", "b", "c"))
    assert table.largest_misread == pytest.approx(0.5)


def test_the_panel_tells_that_of_the_test_set(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    panel = show_alone(ConfusionPanel)
    until(lambda: panel.scale.accessibleDescription() != "")
    counts = session.evaluator.latest.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    largest = 100 * (shares - np.diag(np.diagonal(shares))).max()
    assert panel.scale.accessibleDescription() == f"{largest:.2g} % misread"


def test_a_low_panel_keeps_its_room_for_the_counts(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    low, high = (show_alone(ConfusionPanel, (300, height)) for height in (150, 300))
    until(lambda: high.scale.isVisible() and low.table.isVisible())
    assert not low.scale.isVisible()
