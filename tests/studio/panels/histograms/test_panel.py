from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.distributions import LEVELS
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.histograms.panel import HistogramsPanel
from nnstudio.studio.panels.histograms.view import LayerBands, QuantileBands
from nnstudio.studio.session.changes import Changes

EPOCHS = np.array([0.0, 1.0, 2.0])


@pytest.fixture
def bands(qtbot):
    bands = QuantileBands("Histograms")
    qtbot.addWidget(bands)
    bands.resize(500, 160)
    bands.show()
    return bands


def layer(title, scale):
    values = scale * np.array([-4, -2, -1, 0, 1, 2, 4]) * np.array([[1], [2], [3]])
    return LayerBands(title, "7 units", values)


def tips(view, step=7):
    spots = (QPoint(x, y) for x in range(0, view.width(), step) for y in range(0, view.height(), step))
    return {view.explain(spot) for spot in spots} - {""}


def test_hover_tells_the_quantiles_of_the_layer_at_that_epoch(bands):
    bands.show_bands("weight", EPOCHS, [layer("Hidden 1", 0.1), layer("Output", 1.0)], logarithmic=False)
    found = tips(bands)
    assert len(found) == 6
    (text,) = [tip for tip in found if tip.startswith("Hidden 1, epoch 1.00")]
    assert "median 0;" in text
    assert "half lie in −0.2 … 0.2" in text
    assert "90 % in −0.4 … 0.4" in text
    assert "all in −0.8 … 0.8" in text


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("values", [0.0, 1e-20, 5.0, 1e12])
@pytest.mark.parametrize("size", [(200, 90), (1200, 500)])
def test_any_values_are_painted(bands, logarithmic, values, size):
    bands.resize(*size)
    many = [LayerBands(f"Hidden {k}", "9 units", np.full((3, len(LEVELS)), values)) for k in range(6)]
    bands.show_bands("weight", EPOCHS, many, logarithmic=logarithmic)
    bands.grab()
    bands.show_bands(
        "weight", EPOCHS[:1], [LayerBands("a", "b", m.values[:1]) for m in many], logarithmic=True
    )
    appearance.set_theme(LIGHT)
    bands.grab()


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return show_alone(HistogramsPanel)


def told(part):
    return tips(part.plots, step=14)


def test_the_run_is_recorded_while_somebody_looks(session, part, frames, until):
    session.training.play()
    until(lambda: len({tip.partition(":")[0] for tip in told(part)}) >= 6)
    session.training.pause()


def test_nothing_is_recorded_while_nobody_looks(session, part, frames, until):
    until(lambda: bool(told(part)))
    part.widget.hide()
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1 and not session.training.is_running)
    for _ in range(5):
        frames.step()
    assert not any("epoch 1" in tip for tip in told(part))
    part.widget.show()
    until(lambda: any("epoch 1" in tip for tip in told(part)))


def test_weights_activations_and_gradients_can_be_shown(session, part, until):
    until(lambda: bool(told(part)))
    for title, quantity in (("Activations", "activation"), ("Gradients", "gradient"), ("Weights", "weight")):
        (button,) = [b for b in part.widget.findChildren(QToolButton) if b.text() == title]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda quantity=quantity: any(quantity in tip for tip in told(part)))


def test_another_run_begins_another_history(session, part, until):
    session.training.step_epoch()
    until(lambda: any("epoch 1" in tip for tip in told(part)))
    session.training.reset()
    until(lambda: bool(told(part)) and not any("epoch 1" in tip for tip in told(part)))


def test_a_network_of_more_layers_takes_the_place_of_one_with_fewer(session, part, until):
    session.training.step_batch()
    until(lambda: len(part._spreads.epochs) > 1)
    config = session.network.config
    session.history.configure(replace(config, architecture=Architecture.of((784, 6, 5, 4, 4, 10))))
    part.refresh(Changes(network=True))
    until(lambda: len(part.plots._layers) == 5)
