"""The panel Parts: its list, its line, what is found, and the canvas to draw parts on."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.insight.parts import GateKind
from nnstudio.studio.panels.parts.panel import PartsPanel
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource
from tests.studio.plots import drag, place_of


@pytest.fixture(scope="module")
def source():
    images, labels = synthetic_digits(600, rng=np.random.default_rng(0))
    samples = Samples(images, labels, 1 / 255)
    problem = Problem(
        "few", "Few", InputSpace("image", (28, 28), 0.0, 1.0), DIGITS, samples, samples, "Made for tests."
    )
    return ProblemSource("few", "Few", lambda _: Loaded(problem))


@pytest.fixture
def panel(session, show_alone, until, source):
    session.take(source)
    until(lambda: session.network.problem_name == "few" and session.training.trainer is not None)
    panel = show_alone(PartsPanel, (780, 345))
    QTest.mouseClick(panel.controls.example, Qt.MouseButton.LeftButton)
    until(lambda: "found" in panel.controls.result.text() and panel.plot._histograms is not None)
    return panel


def test_the_example_is_measured_at_once(panel, session):
    words = panel.controls.result.text().replace("\u00a0", " ")
    assert words.startswith("AND of 4 parts: ")
    gate = panel.worker.answer.detections[1][0]
    assert f"{100 * gate.found:.1f} % of all 0 found" in words
    assert session.selection.unit == (0, 0)
    _, rows = panel.numbers()
    assert len(rows) == 14
    assert rows[4][1:] == (gate.n_class, gate.n_called, gate.n_found)
    assert panel.picture.images[0].tiles.max() == 1.0


def test_the_line_in_the_plot_is_the_threshold(panel, session, until):
    before = session.parts.part.threshold
    edges = panel.plot._histograms.edges
    drag(panel.plot, place_of(panel.plot, before), place_of(panel.plot, edges[-1] * 0.9))
    assert session.parts.part.threshold == pytest.approx(edges[-1] * 0.9, rel=0.05)
    assert session.weight_editor.undo_stack.count() == 1
    until(
        lambda: (
            panel.controls.threshold.number.value() == pytest.approx(session.parts.part.threshold, abs=1e-3)
        )
    )
    session.weight_editor.undo()
    assert session.parts.part.threshold == before


def test_space_in_the_list_ticks_and_gates_follow(panel, session, until):
    panel.units.setFocus()
    QTest.keyClick(panel.units, Qt.Key.Key_Down)
    until(lambda: session.selection.unit == (0, 1))
    QTest.keyClick(panel.units, Qt.Key.Key_Space)
    assert session.parts.ticked == {0, 2, 3}
    QTest.mouseClick(panel.controls.kinds[1], Qt.MouseButton.LeftButton)
    until(lambda: panel.controls.result.text().startswith("OR of 3"))
    assert session.parts.gate.kind is GateKind.OR


def test_parts_are_drawn_over_the_mean(panel, session, until):
    QTest.mouseClick(panel.controls.draw, Qt.MouseButton.LeftButton)
    until(lambda: session.input.guide is not None and session.input.guide.max() > 0.3)
    QTest.mouseClick(panel.controls.next, Qt.MouseButton.LeftButton)
    assert session.selection.unit == (0, 1)
    QTest.mouseClick(panel.controls.draw, Qt.MouseButton.LeftButton)
    assert session.input.guide is None
