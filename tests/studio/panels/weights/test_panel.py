"""The panel Weights, without a window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.panels.weights.panel import WeightsPanel
from tests.studio.gestures import turn_wheel
from tests.studio.networks import show_difference


@pytest.fixture
def panel(services, show_alone):
    panel = show_alone(WeightsPanel, (700, 320))
    yield panel
    panel._gradient.stop()


def numbers_of(panel):
    return [np.array(image.tiles[0]) for image in panel.picture.images]


def test_it_shows_the_displayed_weights_and_frames_the_selected_one(panel, session, until):
    network = session.network
    for image, layer in zip(
        panel.picture.images, network.architecture.layers(network.displayed_weights), strict=True
    ):
        np.testing.assert_array_equal(image.tiles[0], layer.W)
    before = panel.picture.grab().toImage()
    session.selection.select(1, 2, 3)
    until(lambda: panel.picture.grab().toImage() != before)


def test_the_gradient_is_seen_in_the_same_part(panel, session, until):
    until(lambda: bool(panel.picture.images))
    turn_wheel(panel.picture.viewport(), 360, at=QPoint(100, 100))
    seen = panel.picture.box.viewRange()
    panel.choice.button(1).click()
    weights = numbers_of(panel)
    until(lambda: bool(panel.picture.images) and not np.array_equal(numbers_of(panel)[0], weights[0]))
    np.testing.assert_allclose(panel.picture.box.viewRange(), seen)
    architecture, samples = session.network.architecture, session.training.problem.train
    chosen = samples.subset(np.linspace(0, len(samples) - 1, 256).astype(np.int64))
    theta = session.network.displayed_weights
    grad = np.empty_like(theta)
    workspace = Workspace(architecture, 256, theta.dtype)
    loss_and_gradient(
        architecture, theta, chosen.inputs(), chosen.labels, session.network.config.loss, grad, workspace
    )
    for found, layer in zip(numbers_of(panel), architecture.layers(grad), strict=True):
        np.testing.assert_allclose(found, layer.W, rtol=1e-4, atol=1e-8)
    cell = panel.picture.box.sceneBoundingRect().center().toPoint()
    assert "∂L/∂w from" in panel.picture.explain(cell)
    panel.choice.button(0).click()
    until(lambda: np.array_equal(numbers_of(panel)[0], weights[0]))


def test_the_gradient_is_that_of_the_network_where_a_difference_is_shown(panel, session, until):
    panel.choice.button(1).click()
    until(lambda: panel._gradient.latest is not None and not panel._gradient._worker.is_busy)
    before = panel._gradient.latest
    show_difference(session)
    until(lambda: not np.array_equal(session.network.displayed_weights, session.network.own_weights))
    panel._gradient._due_s = 0.0
    panel._gradient.begin()
    until(lambda: panel._gradient.latest is not None)
    for found, own in zip(panel._gradient.latest, before, strict=True):
        np.testing.assert_array_equal(found, own)


@pytest.mark.parametrize("scope", Scope)
def test_it_follows_the_scope(panel, services, until, scope):
    services.colour_scale.choose(scope)
    until(lambda: panel.matrices.scope is scope)
    assert panel.numbers()[1]
    panel.show_all()
