"""The panel Landscape: slice and plane of the network, the selected weight, the path, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.insight.landscape_axes import Along
from nnstudio.studio.painting.images import colours_of
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance
from nnstudio.studio.panels.landscape.panel import LandscapePanel
from nnstudio.studio.panels.landscape.slice_plot import heights
from tests.studio.gestures import type_into
from tests.studio.networks import model_of
from tests.studio.plane import on_a_set

MOONS = load_problem("plane-moons", points=PointOptions(n=20))


SECANT_OF_A_SQUARE = "The curve is nowhere above this secant, nor above another one between these points."


@pytest.fixture
def services(make_services):
    """Return what the window hands its parts, with a network for two moons."""
    model = model_of((2, 4, 2), space=MOONS.input_space, outputs=MOONS.output_space, raster=None)
    return make_services(model, "plane-moons")


@pytest.fixture
def panel(session, show_alone, until):
    """Return the panel with a slice along the first weight."""
    on_a_set(session, "plane-moons")
    panel = show_alone(LandscapePanel, (700, 420))
    until(lambda: session.training.trainer is not None)
    await_answer(panel, until)
    return panel


def await_answer(panel, until):
    until(lambda: panel.worker.answer is not None and panel.worker.answer.is_done)
    return panel.worker.answer


def train(session, until):
    """Train two epochs; each ends in a checkpoint, however fast the machine: the path has two directions."""
    for _ in range(2):
        before = session.network.snapshot.step
        session.step_epoch()
        until(lambda before=before: session.network.snapshot.step > before)
        until(lambda: not session.training.is_running)
    until(lambda: session.history.run.last.step == session.network.snapshot.step)


def choose_along(panel, key):
    index = panel.form.along.findData(key)
    assert index >= 0, "it is offered"
    panel.form.along.setCurrentIndex(index)
    panel.form.along.activated.emit(panel.form.along.currentIndex())


def show_plane(panel, until, n_points=9):
    panel.form.points.setValue(n_points)
    panel.form.faces.button(1).click()
    panel.form.points.setValue(n_points)
    until(lambda: len(await_answer(panel, until).landscape.axes) == 2)


def test_a_slice_is_drawn_unasked_with_the_network_on_it(panel, session, until):
    found = panel.worker.answer.landscape
    here = float(session.network.prediction_weights[0])
    assert found.axes[0].title == "W₁[1, 1]"
    assert found.axes[0].here == pytest.approx(here)
    until(lambda: len(panel.slice._curve.getData()[0]) == 81)
    assert panel.slice._here.getData()[0] == pytest.approx([here])
    assert panel.told.text().startswith("here: loss ")
    assert "training samples" in panel.told.text()
    assert len(panel.slice.values_at(here)) == 2
    names, rows = panel.numbers()
    assert names == ("W₁[1, 1]", "loss")
    assert len(rows) == 81


def test_each_face_keeps_its_number_of_points(panel, until):
    for face in (0, 1, 1):
        panel.form.faces.button(face).click()
    assert panel.form.points.value() == 41
    panel.form.points.setValue(9)
    panel.form.faces.button(0).click()
    assert panel.form.points.value() == 81
    panel.form.faces.button(1).click()
    assert panel.form.points.value() == 9


def test_the_selected_weight_is_followed(panel, session, until):
    session.selection.select(1, 1, 2)
    until(
        lambda: panel.worker.answer is not None and panel.worker.answer.landscape.axes[0].title == "W₂[2, 3]"
    )
    assert [box.currentText() for box in panel.form.weights] == ["W₂[2, 3]", "W₁[1, 1]"]


def test_a_plane_shows_the_recorded_path_with_its_own_losses(panel, session, until):
    train(session, until)
    show_plane(panel, until)
    answer = await_answer(panel, until)
    assert {place.step for place in answer.path} >= {0, session.network.snapshot.step}
    until(lambda: len(panel.plane.path) == len(answer.path))
    panel.near.setChecked(True)
    assert len(panel.plane.path) == sum(place.is_near for place in answer.path)
    theme = appearance.theme
    for each in (DARK, LIGHT):
        appearance.set_theme(each)
        panel.plane.grab()
    appearance.set_theme(theme)
    panel._offer()
    choose_along(panel, Along.PATH.value)
    until(
        lambda: (
            panel.worker.answer is not None
            and "path, direction 1" in panel.worker.answer.landscape.axes[0].title
        )
    )
    assert all(place.share_off <= 1 for place in await_answer(panel, until).path)


def test_a_way_leads_to_the_start(panel, session, until):
    train(session, until)
    panel._offer()
    choose_along(panel, "to the start")
    until(
        lambda: (
            panel.worker.answer is not None
            and panel.worker.answer.landscape.axes[0].title == "towards the start (1 is there)"
        )
    )


@pytest.mark.parametrize(("typed", "words"), [("0", "is empty or not finite"), ("x", "no number")])
def test_a_bad_range_is_refused_with_a_sentence(panel, until, typed, words):
    type_into(panel.form.span, typed)
    until(lambda: words in panel.worker.error + panel.status.text())


def test_two_axes_of_one_weight_are_refused(panel, until):
    show_plane(panel, until)
    panel.form.weights[1].setCurrentIndex(0)
    panel.form.weights[1].activated.emit(0)
    until(lambda: "same weight" in panel.worker.error)


def test_escape_gives_up(panel, until):
    panel.form.points.setValue(201)
    panel.form.faces.button(1).click()
    panel.form.points.setValue(201)
    until(lambda: panel.worker.is_busy)
    QTest.keyClick(panel.widget, Qt.Key.Key_Escape)
    until(lambda: not panel.worker.is_busy)
    assert panel.status.text().startswith("Given up")
    assert panel.form.compute.text() == "Compute"


def test_another_network_drops_the_answer(panel, session, until):
    before = panel.worker.answer
    session.setting_changes.edit_network("2-3-2")
    until(lambda: panel.worker.answer is not before and panel.worker.answer is not None)
    until(lambda: panel.worker.answer is not None and panel.worker.answer.request.theta.size == 17)


def test_a_few_enormous_losses_do_not_flatten_the_others():
    low, high = heights(np.array([1.0, 1.5, 2.0, 1e9]))
    assert (low, high) == (1.0, pytest.approx(16.0))


@pytest.fixture
def line_services(make_services):
    """Return services with a line, a network of two numbers."""
    problem = load_problem("curve-anscombe-1")
    spaces = {"space": problem.input_space, "outputs": problem.output_space}
    model = model_of((1, 1), **spaces, raster=None, output="identity")
    return make_services(model, "curve-anscombe-1")


class TestDescents:
    @pytest.fixture
    def services(self, line_services):
        return line_services

    @pytest.fixture
    def panel(self, session, show_alone, until):
        """Return the panel with descents on the whole surface of a line."""
        on_a_set(session, "curve-anscombe-1")
        panel = show_alone(LandscapePanel, (700, 520))
        until(lambda: session.training.trainer is not None)
        show_plane(panel, until)
        panel.descends.setChecked(True)
        await_descents(panel, until)
        return panel

    def test_three_descents_run_on_the_whole_surface(self, panel, until):
        until(lambda: "whole surface" in panel.status.text())
        answer = panel.worker.descents
        assert [each.batch_size for each in answer.descents] == [11, 10, 1]
        assert answer.bowls[0].condition == pytest.approx(844, rel=1e-3)
        assert panel.descent_row.slider.mark == pytest.approx(0.021765, rel=1e-4)
        until(lambda: panel.descent_row.rate.value() == pytest.approx(0.01))
        until(lambda: "batch: " in panel.descent_row.words.text())
        panel.descent_row.arrows.setChecked(True)
        until(lambda: len(panel.plane.descents._thin.getData()[0]) == 11 * 6)
        panel.plane.grab()

    def test_the_start_is_moved_by_keys_and_the_rate_beyond_the_mark_diverges(self, panel, until):
        before = panel.plane.descents.place
        QTest.keyClick(panel.plane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        assert panel.plane.descents.place[0] > before[0]
        panel.descent_row.rate.setValue(0.03)
        until(lambda: panel.worker.descents.request.rate == 0.03 and len(panel.worker.descents.descents) == 3)
        batch = panel.worker.descents.descents[0]
        assert batch.losses[-1] > batch.losses[0]
        QTest.mouseClick(panel.descent_row.largest, Qt.MouseButton.LeftButton)
        assert panel.descent_row.rate.value() == pytest.approx(0.021765, abs=1e-5)

    def test_more_starts_are_drawn_over_the_plane(self, panel, until):
        panel.descent_row.others.setChecked(True)
        until(lambda: len(panel.worker.descents.others) == 8)
        until(lambda: len(panel.plane.descents._ends.getData()[0]) == 8)
        assert "8 other starts end between " in panel.descent_row.words.text()
        starts = [each.coefficients[0] for each in panel.worker.descents.others]
        for axis, column in zip(panel.worker.answer.landscape.axes, np.transpose(starts), strict=True):
            assert axis.low <= column.min() < column.max() <= axis.high

    def test_standardised_inputs_make_the_bowl_round(self, panel, until):
        panel.descent_row.standardised.setChecked(True)
        until(
            lambda: (
                panel.worker.answer is not None
                and panel.worker.answer.request.is_scaled
                and panel.worker.answer.is_done
            )
        )
        until(lambda: panel.worker.descents.is_scaled)
        assert panel.worker.descents.bowls[1].condition == pytest.approx(1)
        assert panel.worker.answer.path == ()
        panel.descends.setChecked(False)
        until(lambda: not panel.worker.answer.request.is_scaled)


def await_descents(panel, until):
    """Wait for those at the rate that is taken once the parabola is known."""
    until(lambda: panel.worker.descents is not None and panel.worker.descents.request.rate == 0.01)
    until(lambda: len(panel.worker.descents.descents) == 3)


def test_a_secant_of_a_toy_shows_where_the_curve_is_above_it(panel, until):
    choose_along(panel, "toy cosine")
    panel.convexity.has_secant.setChecked(True)
    panel.slice.secant.put(-np.pi / 2, np.pi / 2)
    assert panel.slice.secant.secant.excess == pytest.approx(1, abs=1e-3)
    QTest.keyClick(panel.slice, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert "is above its secant" in panel.convexity.words.text()
    assert panel.slice.secant.secant.b < np.pi / 2
    panel.slice.grab()
    panel.slice.secant.put(1.0, 1.0)
    panel._show()
    assert "Two points are needed" in panel.convexity.words.text()
    choose_along(panel, "toy square")
    panel.slice.secant.put(-1.0, 1.5)
    panel._show()
    assert panel.convexity.words.text() == SECANT_OF_A_SQUARE
    assert panel.told.text() == ""


def test_random_pairs_find_the_worst_and_draw_it(panel, until):
    QTest.mouseClick(panel.convexity.try_pairs, Qt.MouseButton.LeftButton)
    until(lambda: panel.worker.trials is not None and panel.worker.trials.is_done)
    trials = panel.worker.trials
    assert trials.trials.n == 200
    assert trials.proof == ""
    if trials.trials.n_violations:
        until(lambda: panel.slice.secant.secant is not None and panel.convexity.has_secant.isChecked())
        assert "Not convex" in panel.convexity.words.text()
    else:
        until(lambda: "No violation in 200 pairs. That proves nothing" in panel.convexity.words.text())


def test_five_starts_end_in_a_row(panel, monkeypatch, until):
    monkeypatch.setattr("nnstudio.insight.starts.MOST_STEPS", 5)
    QTest.mouseClick(panel.convexity.starts, Qt.MouseButton.LeftButton)
    until(lambda: panel.worker.starts is not None and len(panel.worker.starts.ends) == 5)
    until(lambda: panel.convexity.words.text().startswith("After 5 steps on "))
    assert panel.convexity.words.text().count(",") >= 4


def test_places_that_are_not_finite_are_hatched(panel, until):
    show_plane(panel, until)
    found = await_answer(panel, until).landscape
    values = found.values.copy()
    values[:4] = np.nan
    broken = replace(found, values=values, filled=values)
    assert broken.n_infinite == 4 * 9
    plane, pixels = panel.plane, np.zeros((90, 90), np.float32)
    plain, hatched = (colours_of(plane._image_of(each, pixels)) for each in (found, broken))
    assert np.ptp(plain, axis=(0, 1)).max() == 0
    assert np.ptp(hatched[50:], axis=(0, 1)).max() > 0.1, "row 0 is lowest"
    assert np.ptp(hatched[:40], axis=(0, 1)).max() == 0
    plane.show_landscape(broken, pixels, ())
    plane.grab()
    panel.slice.show_landscape(
        replace(broken, axes=broken.axes[:1], values=values[:, 0], is_known=found.is_known[0])
    )
    assert len(panel.slice._gaps) == 1
