"""The panel Bumps: typed and filled in, its card, its handles in the graph, and two runs to compare."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problems import load_problem
from nnstudio.insight.bumps import Bump
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.bumps.panel import BumpsPanel
from nnstudio.studio.panels.input.panel import InputPanel
from tests.studio.curves import curve_model, on_a_curve
from tests.studio.gestures import drag_by_mouse, move_to, type_into
from tests.studio.networks import model_of
from tests.studio.plots import place_of, read_out

TALK = Bump((1.0, 2.0, 3.0, 5.0), 1.5)


@pytest.fixture
def model():
    problem = load_problem("curve-bump")
    model = curve_model()
    return type(model)(
        **{**vars(model), "input_space": problem.input_space, "output_space": problem.output_space}
    )


@pytest.fixture
def panel(session, show_alone, until):
    on_a_curve(session, load_problem("curve-bump"))
    panel = show_alone(BumpsPanel, (330, 620))
    until(lambda: session.bumps.is_shown and session.training.trainer is not None)
    panel.widget.grab()
    return panel


@pytest.fixture
def talk(panel, session, until):
    click(panel.add)
    session.bumps.take(TALK)
    until(lambda: session.bumps.bump is not None and session.bumps.bump.s == TALK.s)
    until(lambda: panel.fields[3].value() == 5)
    return panel


@pytest.fixture
def plot(talk, show_alone, until):
    plot = show_alone(InputPanel, (460, 620)).widget.editors.currentWidget().plot
    until(lambda: plot.points is not None)
    plot.grab()
    return plot


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_network_that_is_no_sum_of_bumps_is_told(panel, until):
    until(lambda: panel.remark.text() != "")
    assert panel.remark.text().startswith("The network 1-4-1 is no sum of bumps. Add begins with one")
    assert not panel.fields[0].isEnabled()
    assert panel.card.plot._hint.text() == "These four units make no bump."


def test_the_card_has_the_weights_of_the_talks_bump(talk):
    assert [[label.text() for label in line] for line in talk.card.values] == [
        ["1.00", "−1.00", "1.50"],
        ["1.00", "−2.00", "−1.50"],
        ["1.00", "−3.00", "−0.7500"],
        ["1.00", "−5.00", "0.7500"],
    ]
    x, y = talk.card._sums[3].getData()
    np.testing.assert_allclose(y, np.interp(x, TALK.s, (0, 1.5, 1.5, 0)), atol=1e-9)
    x, y = talk.card._sums[1].getData()
    np.testing.assert_allclose(y, np.interp(x, (1, 2), (0, 1.5)), atol=1e-9)
    assert "4 ramps: 1.50" in read_out(talk.card.plot, 2.5)
    assert "1 bump, 4 units." in talk.words.text()
    assert "Area 3.75. Largest error " in talk.words.text()
    assert talk.numbers()[1] == [(1, *TALK.s, TALK.top)]


def test_where_no_function_is_known_the_distance_is_to_the_nearest_point(talk, session, monkeypatch):
    monkeypatch.setattr(type(session.point_editor.points), "truth", None)
    session.bumps.take(Bump((1.0, 2.0, 3.0, 5.0), 1.0))
    talk._show_words()
    assert "Farthest from the nearest point's y: " in talk.words.text()


def test_typed_handles_are_taken_and_those_out_of_order_refused(talk, session, until):
    type_into(talk.fields[1], "1.5")
    until(lambda: session.bumps.bump.s[1] == 1.5)
    before = session.network.own_weights.copy()
    type_into(talk.fields[1], "4")
    sentence, is_warning = session.sentences[-1]
    assert "Handle s₃ = 3 is not to the right of s₂ = 4." in sentence
    assert sentence.endswith("Nothing was changed.")
    assert is_warning
    assert talk.fields[1].lineEdit().property("role") == "warning"
    np.testing.assert_array_equal(session.network.own_weights, before)
    type_into(talk.fields[1], "2")
    assert talk.fields[1].lineEdit().property("role") == ""
    until(lambda: session.bumps.bump.s == TALK.s)
    QTest.keyClick(talk.fields[3], Qt.Key.Key_Up)
    until(lambda: session.bumps.bump.s[3] > 5)


def test_a_bump_of_height_0_is_allowed_and_told(talk, session, until):
    type_into(talk.top, "0")
    until(lambda: session.bumps.bump is not None and session.bumps.bump.top == 0)
    until(lambda: talk.remark.text() == "A bump of height 0: it adds nothing.")


def test_bumps_are_filled_in_counted_chosen_and_refused(panel, session, until):
    panel.m.setValue(4)
    click(panel.fill)
    until(lambda: "4 bumps, 16 units." in panel.words.text())
    assert panel.of.text() == "of 4 bumps"
    panel.number.setValue(3)
    assert session.bumps.chosen == 2
    until(lambda: panel.top.value() == pytest.approx(session.bumps.all[2].top, abs=1e-4))
    click(panel.remove)
    until(lambda: panel.of.text() == "of 3 bumps")
    panel.m.setValue(65)
    click(panel.fill)
    assert "not 65" in session.sentences[-1][0]
    assert panel.of.text() == "of 3 bumps"


def test_sigmoid_steps_are_filled_in_with_their_steepness(panel, session, until):
    click(panel.kind.button(1))
    until(panel.steepness.isVisible)
    panel.steepness.setValue(20)
    panel.m.setValue(3)
    click(panel.fill)
    until(lambda: "6 steps, as many units." in panel.words.text())
    np.testing.assert_allclose(session.bumps.steps.steepness, 20)
    assert not panel.card.isVisible()
    assert not panel.remark.isVisible()


def test_here_and_chance_are_two_runs(talk, session, until):
    click(talk.from_here)
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step > 3)
    first = session.history.runs.current
    click(talk.from_chance)
    until(lambda: session.history.runs.current not in (None, first))
    until(lambda: session.network.snapshot.step > 3)
    assert session.training.is_running
    assert first in session.history.runs.all
    assert session.history.runs.current.config.architecture == first.config.architecture


def test_bumps_that_training_moved_are_told(talk, session, until):
    click(talk.add)
    theta = session.network.own_weights.copy()
    session.network.architecture.layers(theta)[1].W[0, 0] = 3
    session.weight_editor.do(theta, "another weight")
    until(lambda: "No bumps any more: 1." in talk.remark.text())
    session.weight_editor.undo()
    until(lambda: talk.remark.text() == "")


# In the graph


def test_a_handle_is_dragged_in_the_graph_and_the_curve_follows_at_once(plot, talk, session, until):
    overlay = plot.overlays[1]
    assert overlay.handles().tolist() == [[1, 0], [2, 1.5], [3, 1.5], [5, 0]]
    place = place_of(plot, 2, 1.5)
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    to = place_of(plot, 2.4, 1.2)
    QTest.mouseMove(plot.viewport(), to)
    assert session.bumps.bump.s[1] == pytest.approx(2.4, abs=0.03)
    assert session.bumps.bump.top == pytest.approx(1.2, abs=0.03)
    assert plot.function(np.array([2.5]))[0] == pytest.approx(1.2, abs=0.03), (
        "before the trainer has answered"
    )
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=to)
    until(lambda: -session.network.architecture.layers(session.network.own_weights)[0].b[1] > 2.3)
    assert len(plot.points) == 170, "no point is added"


def test_a_handle_dragged_past_the_next_pushes_it_along(plot, talk, session, until):
    start, end = place_of(plot, 1, 0), place_of(plot, 2.6, 0)
    drag_by_mouse(plot.viewport(), start, QPoint(end.x() - start.x(), 0))
    until(lambda: session.bumps.bump is not None and session.bumps.bump.s[0] > 2.4)
    s = session.bumps.bump.s
    assert s[1] == pytest.approx(s[0] + 0.006, abs=1e-3)
    assert s[2:] == (3, 5)


def test_a_handle_says_what_it_is(plot):
    move_to(plot.viewport(), place_of(plot, 3, 1.5))
    assert "Bump 1: s₃ = 3.00, the kink of one unit." in plot.explain(place_of(plot, 3, 1.5))


def test_the_graph_shows_neighbour_and_handles_when_asked(plot, talk, session):
    overlay = plot.overlays[1]
    assert not overlay.neighbour.isVisible()
    click(talk.neighbour)
    assert overlay.neighbour.isVisible()
    _, y = overlay.neighbour.getData()
    np.testing.assert_allclose(np.unique(y), np.unique(session.bumps.points[1]))
    click(talk.in_graph)
    assert not len(overlay.handles())
    assert not overlay._chosen.isVisible()


def test_both_themes_are_painted(plot, talk):
    dark = plot.grab().toImage(), talk.widget.grab().toImage()
    appearance.set_theme(LIGHT)
    assert plot.grab().toImage() != dark[0]
    assert talk.widget.grab().toImage() != dark[1]


def test_over_a_plane_towers_are_filled_in(session, show_alone, until):
    problem = load_problem("plane-bell")
    session.open_model(
        model_of((2, 3, 1), space=problem.input_space, outputs=problem.output_space, raster=None)
    )
    on_a_curve(session, problem)
    panel = show_alone(BumpsPanel, (330, 620))
    until(lambda: session.bumps.plane_points is not None and "towers" in panel.remark.text())
    assert not panel.refusal(problem.input_space, problem.output_space)
    assert not panel.fields[0].isVisible()
    click(panel.fill)
    assert session.network.architecture.layer_sizes == (2, 128, 16, 1)
    until(lambda: panel.words.text().startswith("144 hidden units. Largest error 0."))
    type_into(panel.m, "9")
    click(panel.fill)
    assert "1 to 8 towers along each input, not 9" in session.sentences[-1][0]
    panel.kind.button(1).click()
    type_into(panel.m, "2")
    click(panel.fill)
    assert session.network.architecture.layer_sizes == (2, 16, 4, 1)
