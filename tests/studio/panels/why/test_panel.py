import numpy as np
import pytest

from nnstudio.studio.panels.why.panel import WhyPanel
from tests.studio.gestures import choose, write_stroke
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
