"""Directions, the fall of a step, and random tries, in the window."""

import numpy as np
import pytest

from nnstudio.studio.panels.gradient import tweak
from nnstudio.studio.panels.gradient.direction import DOWNHILL, OTHER, WEIGHT
from nnstudio.studio.panels.gradient.panel import DIRECTION, DIRECTIONS, STEP, TWEAK, GradientPanel
from nnstudio.studio.session.other_network import Other
from tests.studio.networks import model_of
from tests.studio.plots import check_navigation, read_out


@pytest.fixture
def model():
    return model_of((784, 3, 10))


@pytest.fixture
def open_page(session, show_alone):
    panel = show_alone(GradientPanel)

    def opened(number):
        panel.show_page(number)
        return panel.page

    return opened


def choose(page, kind, until):
    page.report = None
    page.kind.setCurrentIndex(kind)
    page.kind.activated.emit(kind)
    until(lambda: page.report is not None and page.report.errors is not None)
    return page.report


def test_the_quotient_along_a_random_direction_is_g_times_d(open_page, until):
    page = open_page(DIRECTION)
    until(lambda: page.report is not None and page.report.errors is not None)
    report = page.report
    assert report.quotient.value == pytest.approx(report.slope, abs=1e-3)
    assert abs(report.cosine) < 0.2
    assert "quotient" in page.words.text()
    check_navigation(page.plot.plot)
    assert "central" in read_out(page.plot.plot, -5.0)
    page.another.click()
    until(lambda: page.report.slope != report.slope)


def test_minus_the_gradient_falls_fastest(open_page, until):
    page = open_page(DIRECTION)
    report = choose(page, DOWNHILL, until)
    assert report.slope == pytest.approx(-report.norm)
    assert not page.another.isVisible()


def test_a_unit_without_a_chosen_weight_gives_its_bias(session, open_page, until):
    page = open_page(DIRECTION)
    session.selection.select(1, 4)
    report = choose(page, WEIGHT, until)
    assert report.slope == pytest.approx(report.quotient.value, abs=1e-3)
    session.selection.select(1, 5)
    until(lambda: page.report.slope != report.slope)


def test_the_way_to_another_network_needs_one(session, open_page, until):
    page = open_page(DIRECTION)
    page.kind.setCurrentIndex(OTHER)
    page.kind.activated.emit(OTHER)
    until(lambda: "no B yet" in page.words.text())
    network = session.network
    session.other = Other("B", network.architecture, network.own_weights.copy())
    page.note_change()
    until(lambda: "same weights" in page.words.text())
    other = model_of((784, 4, 10))
    session.other = Other("B", other.architecture, np.asarray(other.theta, np.float32))
    page.note_change()
    until(lambda: "other layers" in page.words.text())
    session.other = Other("B", network.architecture, network.own_weights + np.float32(0.1))
    assert choose(page, OTHER, until).slope != 0


def test_a_step_chosen_here_is_that_of_by_hand(session, open_page, until):
    page = open_page(DIRECTION)
    page.h.slider.setValue(page.h.slider.maximum())
    assert session.hand_gradient.h == 0.1
    page.central.click()
    until(lambda: page.report is not None and page.report.quotient.behind is not None)
    assert "L(θ − h d)" in page.words.text()


def test_none_of_1000_directions_is_as_steep_as_the_gradient(open_page, until):
    page = open_page(DIRECTIONS)
    until(lambda: page.found is not None and len(page.found.slopes) == 1000)
    assert np.abs(page.found.slopes).max() < page.found.norm
    assert "1,000 directions" in page.words.text()
    assert "√(2 / πn) = 0.0163 for n = 2,395" in page.words.text()
    assert sum(page._counts) == 1000
    check_navigation(page.plot)
    assert "direction" in read_out(page.plot, 0.0)
    assert len(page.numbers()[1]) == 1000


def test_a_step_falls_as_predicted_and_one_with_a_plus_sign_rises(open_page, until):
    page = open_page(STEP)
    until(lambda: page.report is not None)
    page.rate.slider.setValue(6)
    until(lambda: page.report.chosen.rates[0] == 0.01)
    assert page.report.chosen.real[0] == pytest.approx(page.report.chosen.predicted[0], rel=0.1)
    assert "the loss rises at 0 of 10" in page.words.text()
    check_navigation(page.falls)
    assert "predicted" in read_out(page.falls, -2.0)
    page.plus.click()
    until(lambda: "θ + η g: the loss rises at 10 of 10 steps." in page.words.text())
    page.rate.slider.setValue(0)
    until(lambda: page.report.chosen.rates[0] == 1e-4)
    assert page.report.chosen.real[0] == pytest.approx(page.report.chosen.predicted[0], rel=0.01)


def test_a_rate_of_0_is_refused(session, open_page):
    page = open_page(STEP)
    page.rate.field.setText("0")
    page.rate.field.setModified(True)
    page.rate.field.editingFinished.emit()
    assert page.rate.value == 0.1
    assert "has to be above 0" in session.sentences[-1][0]


def test_tries_and_steps_are_counted(session, open_page, until, monkeypatch):
    monkeypatch.setattr(tweak, "N_TRIES", 30)
    page = open_page(TWEAK)
    page.run.click()
    until(lambda: page.race is not None and len(page.race.tweaks) == 31)
    assert "After 30 evaluations" in page.words.text()
    assert f"({page.race.n_kept} kept)" in page.words.text()
    until(lambda: page.run.text() == "Try")
    page.goal.slider.setValue(page.goal.slider.maximum())
    assert "To L ≤ 10: 0 tries, 0 steps." in page.words.text()
    check_navigation(page.plot)
    session.setting_changes.edit_network("7")
    until(lambda: page.race is None)
