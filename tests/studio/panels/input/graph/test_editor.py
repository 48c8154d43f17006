"""The editor of an input of one number: its switches, its numbers at reading speed, and its band."""

import numpy as np
import pytest

from nnstudio.files.network_toml import open_network_toml
from nnstudio.studio.background.pace import Pace
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.training.evaluation import Evaluation
from tests.studio.curves import NAME, curve_model, curve_problem, curve_source, on_a_curve


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def panel(session, show_alone, until):
    on_a_curve(session)
    panel = show_alone(InputPanel, (460, 620))
    until(lambda: panel.widget.editors.currentWidget().plot.points is not None)
    return panel


@pytest.fixture
def editor(panel):
    return panel.widget.editors.currentWidget()


def texts(editor, column):
    return [row[column].text() for row in editor.numbers_view.values]


def test_the_points_are_loaded_when_the_graph_is_seen(session, show_alone, until):
    session.training.problem_sources[NAME] = curve_source()
    session.network.problem_name = NAME
    panel = show_alone(InputPanel)
    until(lambda: panel.widget.editors.currentWidget().plot.points is not None)


def test_the_numbers_are_those_of_the_network(editor, session, until):
    until(lambda: texts(editor, 0)[0] != "")
    network, problem = session.network, session.training.problem
    for column, samples in enumerate((problem.train, problem.test)):
        found = Evaluation(network.architecture, network.own_weights, samples, "squared_error").finish()
        wanted = (found.loss, found.residuals.rmse, found.residuals.largest, found.residuals.r2)
        shown = [float(text.replace("−", "-")) for text in texts(editor, column)]
        assert shown == pytest.approx(wanted, rel=0.01, abs=0.01)


def test_the_answer_of_the_last_weights_is_written_although_it_is_not_due_with_them(editor, session, until):
    plot, before = editor.plot, session.network.prediction_weights
    plot._answer_pace = Pace(0.5)
    plot.ask(1.0)
    session.weight_editor.do(0.5 * before, "Smaller weights")
    until(lambda: session.network.prediction_weights is not before)
    answer = float(plot.function(np.array([1.0]))[0])
    until(lambda: plot._said.toPlainText().strip() == figure(answer))


def test_pieces_are_counted(editor, until):
    until(lambda: editor.numbers_view.pieces.text() != "")
    assert editor.numbers_view.pieces.text().endswith("of at most 5")


def test_the_numbers_follow_training(editor, session, until):
    before = texts(editor, 0)
    session.play()
    until(lambda: texts(editor, 0) != before)


def test_without_test_points_there_are_no_figures_of_a_test(editor, session, until):
    points = session.point_editor.points
    session.point_editor.do(points.held_back(0, rng=np.random.default_rng(0)), "Hold none back")
    until(lambda: texts(editor, 1) == ["–"] * 4)
    assert editor.numbers_view._heads[1].text() == "no test"


def test_the_verdict_names_the_error_and_its_place(editor, services, until):
    services.graph_options.set_band(0.2)
    assert editor.slider.value() == 200
    error = editor.plot.largest_error()[0]
    words = editor.error.text()
    assert words.startswith("Not within ε" if error > editor.plot.band else "Within ε")
    assert "of the points" in words
    services.graph_options.show_truth(True)
    assert "of the truth" in editor.error.text()
    editor.slider.setValue(1)
    assert editor.error.text().startswith("Not within ε = 0.0020")
    services.graph_options.show_band(False)
    assert not editor.error.text()


def test_the_truth_is_hidden_again_with_another_set(editor, session, services, until):
    services.graph_options.show_truth(True)
    session.point_editor.do(session.point_editor.points.without(0), "Remove a point")
    assert services.graph_options.shows_truth, "the same set, but for a point"
    problem = curve_problem(y=np.square)
    session.take(curve_source(type(problem)(**{**vars(problem), "name": "curve-square"})))
    until(lambda: session.network.problem_name == "curve-square")
    until(lambda: editor.plot.points is not None and editor.plot.points.origin == "curve-square")
    assert not services.graph_options.shows_truth


def test_the_answer_has_its_unit(panel, session, until):
    until(lambda: panel.widget.answer.text() != "")
    assert panel.widget.answer.text().endswith(" m")


def test_the_curve_is_saved_as_numbers_with_its_units_where_they_are_shown(panel, editor, services):
    names, rows = panel.numbers()
    assert names == ["x", "y"]
    x, y = np.array(rows).T
    np.testing.assert_allclose(y, editor.plot.function(x), atol=1e-5)
    assert (np.diff(x) > 0).all()
    services.graph_options.show_units(True)
    services.graph_options.show_truth(True)
    names, rows = panel.numbers()
    assert names == ["x", "y", "truth", "unit 1", "unit 2", "unit 3", "unit 4"]
    np.testing.assert_allclose(np.array(rows)[:, 2], np.abs(np.array(rows)[:, 0]))


def test_in_a_narrow_panel_the_numbers_stand_below(editor, panel):
    frame = panel.widget.parentWidget()
    frame.resize(460, 620)
    beside = editor.numbers_view.mapTo(editor, editor.numbers_view.rect().topLeft()).x()
    frame.resize(300, 620)
    assert editor.numbers_view.mapTo(editor, editor.numbers_view.rect().topLeft()).x() < beside


def test_options_say_nothing_while_the_network_is_one_of_other_inputs(services, session, editor, until):
    until(lambda: editor.plot.points is not None)
    services.graph_options.show_band(True)
    assert editor.error.text()
    # The editor meets it in the next frame.
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    services.graph_options.set_band(0.1)
    assert editor.error.text() == ""
