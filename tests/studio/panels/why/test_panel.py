import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.studio.panels.why.panel import WhyPanel
from nnstudio.studio.session.selection import INPUT
from tests.studio.gestures import choose, turn_wheel, write_stroke
from tests.studio.networks import model_of, show_difference


@pytest.fixture
def why(session, show_alone, until):
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    part = show_alone(WhyPanel)
    until(lambda: "logit" in part.method.text())
    return part


def test_at_first_the_answer_is_explained_against_the_runner_up(session, why):
    order = np.argsort(-session.network.reading.z[-1])
    assert why.pair() == (order[0], order[1])
    assert why.method.text().startswith(f"logit {order[0]} − {order[1]} = ")
    assert "exact, off by" in why.method.text()
    found = why.view._found[0]
    assert found.values.sum() + found.biases == pytest.approx(found.difference, abs=1e-5)


def test_any_class_can_be_explained_against_any_other_or_all(session, why, until):
    choose(why.label, 4)
    choose(why.against, 9)
    assert why.pair() == (4, 9)
    z = session.network.reading.z[-1]
    assert why.view._found[0].difference == pytest.approx(float(z[4] - z[9]), abs=1e-5)
    choose(why.against, -3)
    assert why.pair() == (4, None)
    # Against itself there is nothing to explain: the strongest of the others stands in.
    choose(why.against, 4)
    assert why.pair()[1] not in (None, 4)


def test_it_follows_the_pen(session, why, until):
    before = why.view._found
    write_stroke(session.input, [(0.8, 0.2), (0.2, 0.8)])
    until(lambda: why.view._found is not before)
    session.input.clear()
    until(lambda: not why.view._found)
    assert why.method.text() == ""


def test_a_curved_network_says_how_far_the_sum_is_off(session, show_alone, until):
    session.open_model(model_of((784, 12, 8, 10), hidden="tanh"))
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    part = show_alone(WhyPanel)
    until(lambda: "gradient × input, off by" in part.method.text())
    assert "first-order" in part.method.toolTip()


def test_the_map_has_the_shares_of_the_pixels(session, why, qtbot):
    picture, values = why.map.picture, why.view._found[0].values
    (image,) = picture.images
    np.testing.assert_allclose(image.tiles.ravel(), values, rtol=1e-6)
    place = image.mapToScene(QPointF(6.5, 2.5)).toPoint()
    value = f"{values[2 * 28 + 6]:+.4f}".replace("-", "−")
    assert value in picture.explain(place) or float(value.replace("−", "-")) == 0
    assert picture.explain(place).startswith("pixel row 2, column 6: adds ")
    QTest.mouseMove(picture.viewport(), place)
    qtbot.waitUntil(lambda: session.selection.pointed == (INPUT, 2 * 28 + 6))
    turn_wheel(picture.viewport(), 240)
    seen = picture.box.viewRange()
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert picture.box.viewRange()[0][0] > seen[0][0], "nothing is selected here: arrows move"
    why.show_all()
    assert picture.navigation.is_fitted


def test_points_of_the_plane_have_no_map(session, show_alone, until):
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    session.open_model(model_of((2, 6, 2), space=space, outputs=OutputSpace(("in", "out")), raster=None))
    session.input.set_x(np.array([0.3, -0.2], np.float32))
    part = show_alone(WhyPanel)
    until(lambda: bool(part.view._found))
    assert part.map.picture.isHidden()


def test_a_bar_selects_its_unit(session, why, until):
    why.view.unit_clicked.emit(1, 3)
    assert session.selection.unit == (1, 3)
    until(lambda: why.view._selected == (1, 3))


def test_the_answer_of_the_network_is_explained_where_a_difference_is_displayed(session, why, until):
    before = why.view._found
    show_difference(session)
    until(lambda: why.view._found is not before)
    for found, same in zip(why.view._found, before, strict=True):
        np.testing.assert_array_equal(found.values, same.values)
        assert found.values.sum() + found.biases == pytest.approx(found.difference, abs=1e-5)
