"""One setting says what the full colour stands for, in templates, weights and network."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.studio.painting.colour_scale import ColourScale, Scope, largest

pytestmark = pytest.mark.window(shared=True)

MENU = ("unit-scale", "layer-scale", "network-scale")


def test_the_scopes_follow_each_other_and_begin_again(qapp):
    scale, seen = ColourScale(), []
    scale.changed.connect(lambda: seen.append(scale.scope))
    for _ in range(3):
        scale.choose_next()
    assert seen == [Scope.NETWORK, Scope.UNIT, Scope.LAYER]
    scale.choose(Scope.LAYER)
    assert len(seen) == 3


def test_the_largest_is_of_any_sign_in_any_array():
    assert largest([np.array([[1.0, -3.0]]), np.array([2.0])]) == 3.0


@pytest.mark.parametrize("scope", Scope)
def test_the_menu_sets_every_panel_and_shows_the_choice(ready, scope):
    ready.actions_by_name[f"{scope}-scale"].trigger()
    checked = [name for name in MENU if ready.actions_by_name[name].isChecked()]
    assert checked == [f"{scope}-scale"]
    assert ready.panels["templates"].mosaic.scope is scope or scope is Scope.LAYER
    assert ready.panels["weights"].matrices.scope is scope or scope is Scope.LAYER
    assert ready.colour_scale.scope is scope


def test_a_choice_that_is_made_again_stays_checked(ready):
    for _ in range(2):
        ready.actions_by_name["layer-scale"].trigger()
    assert ready.actions_by_name["layer-scale"].isChecked()


def test_the_network_repaints_its_tiles_at_another_scale(ready, qtbot):
    network = ready.panels["network"].widget
    theta = ready.session.network.displayed_weights.copy()
    ready.session.network.architecture.layers(theta)[2].W[0, 0] = 50.0
    ready.session.network.newest_weights = theta
    ready.panels["network"].refresh(type(ready.session.poll()).all())

    by_layer = network.grab().toImage()
    assert network.grab().toImage() == by_layer
    ready.actions_by_name["network-scale"].trigger()
    qtbot.waitUntil(lambda: network.grab().toImage() != by_layer)


def test_the_weights_say_the_range_of_their_scale(ready, qtbot):
    ready.show_panel("weights")
    view = ready.panels["weights"].picture
    qtbot.waitUntil(lambda: "weight" in view.explain(QPoint(5, 45)))
    for _ in Scope:
        before = view.grab().toImage()
        ready.colour_scale.choose_next()
        qtbot.waitUntil(lambda before=before: view.grab().toImage() != before)
