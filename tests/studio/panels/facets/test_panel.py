"""The panel Facets: found in the background, counted, and told under the pointer."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import OutputSpace, Quantity
from nnstudio.engine.passes import predict
from nnstudio.insight import facets as insight_facets
from nnstudio.studio.painting.numbers import linear_function
from nnstudio.studio.panels.facets.painting import relief_corners
from nnstudio.studio.panels.facets.panel import FacetsPanel
from tests.studio.curves import curve_model
from tests.studio.gestures import drag_by_mouse, move_to
from tests.studio.networks import model_of
from tests.studio.plots import place_of
from tests.studio.problems import SPACES

INPUTS = SPACES["classes"][0]


@pytest.fixture
def hidden():
    return "relu"


@pytest.fixture
def outputs():
    return OutputSpace(quantities=(Quantity("y", "", -2.0, 2.0),))


@pytest.fixture
def model(hidden, outputs):
    sizes = (2, 6, outputs.n_outputs)
    output = "identity" if outputs.quantities else "softmax"
    return model_of(sizes, space=INPUTS, outputs=outputs, raster=None, hidden=hidden, output=output)


@pytest.fixture
def panel(show_alone, until):
    panel = show_alone(FacetsPanel, (520, 480))
    until(lambda: panel._worker.picture is not None or panel._worker.error != "")
    panel.widget.grab()
    return panel


def colour_at(panel, x):
    image = panel.map.viewport().grab().toImage()
    return image.pixelColor(place_of(panel.map, *x))


def test_facets_are_counted_and_told_under_the_pointer(panel, session, until):
    picture = panel._worker.picture
    n_facets = len(picture.surface.facets)
    until(lambda: panel.words.text().startswith(f"{n_facets} facets; 6 units cut the plane into 22 at most"))
    x = picture.surface.facets.corners[0].mean(axis=0)
    move_to(panel.map.viewport(), place_of(panel.map, *x))
    W, b = picture.surface.W[0], picture.surface.b[0]
    assert panel.told.text().startswith(f"y = {linear_function(W, ('x₁', 'x₂'), b)}")
    at = x.astype(np.float32)[None]
    assert predict(session.network.architecture, session.network.own_weights, at)[0, 0] == pytest.approx(
        W @ x + b, abs=1e-5
    )
    assert "% of the plane" in panel.told.text()
    assert panel.map._marked.isVisible()


def test_a_click_asks_the_network_there(panel, session):
    QTest.mouseClick(panel.map.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel.map, 0.5, -0.25))
    np.testing.assert_allclose(session.input.x, (0.5, -0.25), atol=0.02)
    panel.map.setFocus()
    before = session.input.x.copy()
    QTest.keyClick(panel.map, Qt.Key.Key_Up)
    np.testing.assert_allclose(session.input.x - before, (0, 0.05), atol=1e-6)


def test_other_weights_have_other_facets(panel, session, until):
    before = panel._worker.picture
    session.weight_editor.do(np.zeros_like(session.network.own_weights), "nothing")
    until(lambda: panel._worker.picture is not before and len(panel._worker.picture.surface.facets) == 1)


def test_another_network_may_come_between_two_frames(panel, session):
    session.open_model(curve_model())
    move_to(panel.map.viewport(), place_of(panel.map, 0.5, 0.5))
    QTest.mouseClick(panel.map.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel.map, 0.5, 0.5))
    assert panel.numbers()[0][-2:] == ("x₁", "x₂")


def test_the_relief_turns_with_the_mouse(panel, until):
    QTest.mouseClick(panel.view.button(1), Qt.MouseButton.LeftButton)
    until(lambda: panel.relief._image is not None)
    first, angles = panel.relief.grab().toImage(), panel.relief.angles
    drag_by_mouse(panel.relief, QPoint(60, 60), QPoint(50, 10))
    assert panel.relief.angles != angles
    until(lambda: panel.relief._image_angles == panel.relief.angles)
    assert panel.relief.grab().toImage() != first


@pytest.mark.parametrize("outputs", [OutputSpace(("a", "b", "c"))])
def test_classes_offer_outputs_and_differences(panel, until):
    assert [panel.outputs.itemText(k) for k in range(panel.outputs.count())] == [
        *("z of a", "z of b", "z of c"),
        *("z of b − z of a", "z of c − z of a", "z of c − z of b"),
    ]
    picture = panel._worker.picture
    panel.outputs.setCurrentIndex(3)
    until(lambda: panel._worker.picture is not picture)
    surface = panel._worker.picture.surface
    np.testing.assert_allclose(surface.b, surface.facets.b[:, 1] - surface.facets.b[:, 0])


@pytest.mark.parametrize("hidden", ["tanh"])
def test_an_activation_that_bends_has_none(panel, until):
    until(
        lambda: (
            "no facets: the activation of hidden layer 1, Tanh, bends everywhere" in panel.map._hint.text()
        )
    )
    assert not panel.words.text()


def test_too_many_are_outlined_only(panel, until, monkeypatch):
    inside = panel._worker.picture.surface.facets.corners[0].mean(axis=0)
    filled = colour_at(panel, inside)
    monkeypatch.setattr(insight_facets, "MOST_FILLED", 3)
    panel._worker.question = None
    picture = panel._worker.picture
    until(lambda: panel._worker.picture is not picture and "outlines only" in panel.words.text())
    assert colour_at(panel, inside) != filled


def test_the_relief_tells_the_facet_under_the_pointer(panel, until):
    panel.view.button(1).click()
    until(lambda: panel._worker.picture.question.look.angles is not None)
    surface, look = panel._worker.picture.surface, panel._worker.picture.question.look
    corners, order = relief_corners(surface, look)
    # The nearest facet lies in front of all others.
    x, y = (corners[-1].mean(axis=0) / look.pixel_ratio).tolist()
    move_to(panel.relief, QPoint(round(x), round(y)))
    nth = order[-1]
    words = f"y = {linear_function(surface.W[nth], ('x₁', 'x₂'), surface.b[nth])}"
    assert panel.told.text().startswith(words)
    assert panel.relief.explain(QPoint(round(x), round(y))).startswith(f"{words}\narea ")
    move_to(panel.relief, QPoint(1, 1))
    assert not panel.relief.explain(QPoint(1, 1))
