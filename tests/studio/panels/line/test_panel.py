"""The panel Line: typed, computed, compared; and its line in the graph."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import load_problem
from nnstudio.studio.panels.input.panel import InputPanel
from nnstudio.studio.panels.line import panel as line_panel
from nnstudio.studio.panels.line.panel import LinePanel
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.line import ResidualStyle
from tests.studio.curves import LINE, Y, curve_model, on_a_curve
from tests.studio.gestures import drag_by_mouse, type_into
from tests.studio.networks import model_of
from tests.studio.plots import place_of


@pytest.fixture
def model():
    return curve_model()


@pytest.fixture
def panel(session, show_alone, until):
    on_a_curve(session, load_problem("curve-anscombe-1"))
    panel = show_alone(LinePanel)
    until(lambda: session.line.model is not None and panel.closed_form.text() != "")
    return panel


@pytest.fixture
def plot(panel, show_alone, until):
    plot = show_alone(InputPanel, (460, 620)).widget.editors.currentWidget().plot
    until(lambda: plot.points is not None)
    plot.grab()
    return plot


def column(panel, nth):
    return [figures[nth] for _, figures in panel.table.rows]


def test_typing_moves_the_line(panel, session, until):
    type_into(panel.slopes[0], "0.5")
    type_into(panel.intercept, "3")
    model = session.line.model
    assert (model.slopes[0], model.intercept) == (0.5, 3.0)
    until(lambda: column(panel, 0)[1:3] == ["0.5000", "3.0000"])


def test_the_closed_form_has_its_sums(panel):
    text = panel.closed_form.text()
    assert "(11 · 797.6 − 99 · 82.51) / (11 · 1001 − 99²)" in text
    assert "= 0.5001" in text
    assert "= 3.0001" in text


def test_figures_of_the_points(panel):
    text = panel.statistics.text()
    for words in ("r = 0.8164", "x̄ = 9.0000", "ȳ = 7.5009", "s²x = 11.0000", "s²y = 4.1273"):
        assert words in text
    assert "0.0218 (condition 844)" in panel.rates.text()
    assert "2.0000 (condition 1)" in panel.rates.text()


def test_the_best_line_is_beside_it(panel):
    *figures, time = column(panel, 1)
    assert figures == ["2", "0.5001", "3.0001", "0.6256", "13.7627", "0.6665"]
    assert time.endswith(" ms")


def test_the_network_is_measured_on_the_same_points(panel, session, until):
    session.line.take_best()
    session.line.make_network()
    until(lambda: column(panel, 2)[:6] == column(panel, 1)[:6])
    session.training.step_batch()
    until(lambda: column(panel, 2)[6].endswith(" ms"))


def test_a_step_of_descent_on_three_points(session, show_alone, until):
    on_a_curve(session, load_problem("curve-three-points"))
    panel = show_alone(LinePanel)
    until(lambda: session.line.model is not None)
    type_into(panel.slopes[0], "2")
    type_into(panel.intercept, "0")
    QTest.mouseClick(panel.page.button(2), Qt.MouseButton.LeftButton)
    until(lambda: "∂J/∂m = −1, ∂J/∂b = −1" in panel.descent.text())
    assert "η ‖∇J‖² = 0.2: the predicted fall" in panel.descent.text()
    assert "real fall is 0.17667: 0.5 → 0.32333" in panel.descent.text()
    type_into(panel.rate, "0.84")
    until(lambda: panel.descent.property("role") == "warning")
    type_into(panel.rate, "0.1")
    until(lambda: panel.descent.property("role") == "")
    QTest.mouseClick(panel.step, Qt.MouseButton.LeftButton)
    model = session.line.model
    assert (model.slopes[0], model.intercept) == (pytest.approx(2.1), pytest.approx(0.1))


def test_nothing_is_measured_while_nothing_changes(session, show_alone, until, monkeypatch):
    monkeypatch.setattr(line_panel, "TEXT_PERIOD_S", 0.0)
    on_a_curve(session, load_problem("curve-anscombe-1"))
    panel = show_alone(LinePanel)
    until(lambda: column(panel, 2)[3] not in ("", "–"))
    monkeypatch.setattr(line_panel, "Evaluation", None)
    panel.refresh(Changes())


def test_equal_x_are_told(session, show_alone, until):
    on_a_curve(session, load_problem("curve-anscombe-4"))
    panel = show_alone(LinePanel)
    until(lambda: panel.closed_form.text() != "")
    points = session.point_editor.points
    session.point_editor.do(points.moved(7, [8.0], 12.5), "Move a point")
    until(lambda: panel.remark.text() != "")
    assert panel.remark.text() == "x never changes; every slope fits equally. The flattest is drawn."
    assert "not determined" in panel.closed_form.text()


def test_it_says_why_there_is_no_line(panel, digits):
    assert panel.refusal(digits.input_space, digits.output_space)
    assert not panel.refusal(LINE, Y)


@pytest.fixture
def over_a_plane(session, until):
    space = InputSpace.of_numbers(2)
    session.open_model(model_of((2, 1), space=space, outputs=Y, raster=None, output="identity"))
    x = np.random.default_rng(0).uniform(-1, 1, (30, 2)).astype(np.float32)
    samples = Samples(x, (3 * x[:, :1] - 2 * x[:, 1:] + 0.5))
    on_a_curve(session, Problem("numbers", "A plane", space, Y, samples, samples, "Made by a test."))
    until(lambda: session.line.points is not None)


def test_over_two_inputs_it_is_a_plane(over_a_plane, session, show_alone, until):
    panel = show_alone(LinePanel)
    until(lambda: session.line.model is not None and panel.closed_form.text() != "")
    assert panel.slopes[1].isVisible()
    assert panel.closed_form.text().endswith("m₁ = 3.0000, m₂ = −2.0000, b = 0.5000")
    assert column(panel, 1)[:4] == ["3", "3.0000", "−2.0000", "0.5000"]
    assert [name for name, _ in panel.table.rows][1:4] == ["m₁", "m₂", "b"]
    type_into(panel.slopes[1], "-1")
    assert session.line.model.slopes.tolist() == [0, -1]
    assert "∂J/∂m₂ = " in panel.descent.text()
    session.line.take_best()
    session.line.make_network()
    until(lambda: column(panel, 2)[1:4] == ["3.0000", "−2.0000", "0.5000"])


def test_numbers_are_saved_as_a_table(panel):
    names, rows = panel.numbers()
    assert names[1:] == ("Line", "Best line", "Network")
    assert rows[3][0] == "J"


# In the graph


def test_a_handle_is_dragged_in_the_graph(plot, session):
    handle = session.line.handles[1]
    drag_by_mouse(plot.viewport(), place_of(plot, *handle), QPoint(0, -60))
    assert session.line.model.slopes[0] > 0
    assert len(session.point_editor.points) == 11, "no point was added or moved"


def test_residuals_tell_their_number(plot, session):
    x, y = (each[0] for each in session.line.points)
    middle = (y + session.line.model.intercept) / 2
    words = plot.explain(place_of(plot, x[0], middle))
    assert words.startswith("Residual y − ŷ = 0.5391, squared 0.29")
    session.line.draw_residuals(ResidualStyle.NONE)
    assert not plot.explain(place_of(plot, x[0], middle))


def test_squares_are_as_high_as_wide(plot, session):
    session.line.draw_residuals(ResidualStyle.SQUARES)
    plot.grab()
    for left, low, width, height in plot.overlays[0].marks.squares():
        corners = [
            plot.box.mapViewToScene(QPointF(*place)) for place in ((left, low), (left + width, low + height))
        ]
        span = corners[1] - corners[0]
        assert abs(span.x()) == pytest.approx(abs(span.y()), abs=1e-6)


def test_a_handle_says_how_it_is_moved(plot, session):
    words = plot.explain(place_of(plot, *session.line.handles[0]))
    assert words.startswith("The line 0 x + 7.50.")


def test_a_hidden_line_has_no_handles(plot, session):
    place = place_of(plot, *session.line.handles[0])
    session.line.show(False)
    assert not plot.explain(place)
