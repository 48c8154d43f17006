"""The panel Two distributions: bars that are dragged, shares and logits that are typed."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.two_distributions.bars import ANSWER, TARGET
from nnstudio.studio.panels.two_distributions.panel import TwoDistributionsPanel
from nnstudio.studio.panels.two_distributions.table import ANSWER as ANSWER_COLUMN
from nnstudio.studio.panels.two_distributions.table import LOGIT, PART
from nnstudio.studio.panels.two_distributions.table import TARGET as TARGET_COLUMN
from tests.studio.networks import model_of
from tests.studio.plots import drag, place_of, read_out


@pytest.fixture
def model():
    return model_of((784, 3, 10))


@pytest.fixture
def panel(show_alone):
    panel = show_alone(TwoDistributionsPanel, (640, 420))
    panel.widget.grab()
    return panel


def type_in(panel, row, column, text):
    stages = panel.table.stages
    stages.setData(stages.index(row, column), text)


def test_it_begins_with_the_networks_classes_and_an_answer_that_knows_nothing(panel):
    assert panel.names == tuple("0123456789")
    assert "Cross-entropy 2.3026 = entropy of the target 0.0000 + difference 2.3026" in panel.words.text()
    panel.n_classes.setValue(26)
    assert panel.names[-1] == "26"
    assert "Cross-entropy 3.2581" in panel.words.text()


def test_bars_are_dragged_and_the_others_share_the_rest(panel):
    plot = panel.bars
    drag(plot, place_of(plot, 2.2, 0.05), place_of(plot, 2.2, 0.6))
    assert panel.pair.answer[2] == pytest.approx(0.6, abs=0.02)
    np.testing.assert_allclose(np.delete(panel.pair.answer, 2), (1 - panel.pair.answer[2]) / 9)
    drag(plot, place_of(plot, -0.2, 0.9), place_of(plot, -0.2, 0.25))
    assert panel.pair.target[0] == pytest.approx(0.25, abs=0.02)
    assert panel.pair.target.sum() == pytest.approx(1)
    assert f"target t = {panel.pair.target[0]:.4f}" in read_out(plot, 0.0)


def test_a_click_chooses_a_bar_and_keys_change_it(panel):
    plot = panel.bars
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(plot, 3.2, 0.5))
    assert plot.chosen == (ANSWER, 3)
    assert panel.pair.answer[3] == pytest.approx(0.1)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_PageUp)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert panel.pair.answer[3] == pytest.approx(0.21)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.chosen == (TARGET, 3)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert panel.pair.target[3] == 0


def test_no_share_for_what_the_target_holds_possible_costs_everything(panel):
    type_in(panel, 0, ANSWER_COLUMN, "0")
    assert "Cross-entropy ∞" in panel.words.text()
    assert "the answer gives 0 the share 0, and the target does not" in panel.words.text()
    assert panel.words.property("role") == "warning"
    assert [text.isVisible() for text in panel.bars._infinities] == [True]
    assert panel.meter._infinity.isVisible()
    assert panel.table.stages.text(0, PART) == "∞"
    assert panel.table.stages.text(0, LOGIT) == "−∞"
    panel.level.click()
    assert "∞" not in panel.words.text()
    assert not panel.bars._infinities[0].isVisible()


def test_logits_are_typed_also_as_logarithms(panel):
    panel.n_classes.setValue(3)
    for row, text in enumerate(("ln 1", "ln 2", "ln(5)")):
        type_in(panel, row, LOGIT, text)
    np.testing.assert_allclose(panel.pair.answer, [0.125, 0.25, 0.625])
    assert [panel.table.stages.text(3, column) for column in (TARGET_COLUMN, ANSWER_COLUMN)] == ["1.0000"] * 2
    assert panel.table.stages.text(3, LOGIT) == ""


def test_a_distribution_is_typed_share_by_share_and_the_rest_is_shared_out(panel):
    panel.n_classes.setValue(4)
    for row, text in enumerate(("0.5", "0,3", "1/10")):
        type_in(panel, row, TARGET_COLUMN, text)
    np.testing.assert_allclose(panel.pair.target, [0.5, 0.3, 0.1, 0.1])
    type_in(panel, 3, TARGET_COLUMN, "0.4")
    np.testing.assert_allclose(panel.pair.target, [1 / 3, 0.2, 1 / 15, 0.4])


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (TARGET_COLUMN, "1.5"),
        (ANSWER_COLUMN, "-0.1"),
        (LOGIT, "1000"),
        (LOGIT, "ln 0"),
        (TARGET_COLUMN, "all"),
    ],
)
def test_what_is_no_share_or_logit_is_refused(session, panel, column, text):
    before = panel.pair
    type_in(panel, 1, column, text)
    assert panel.pair is before
    assert session.sentences[-1][1]


def test_the_networks_answer_is_taken_with_its_logits(session, panel, until):
    panel.fill.click()
    assert "no input yet" in session.sentences[-1][0]
    x = np.random.default_rng(0).random(784).astype(np.float32)
    session.input.show_sample(x, "A sample.", 7)
    until(lambda: session.network.reading is not None)
    panel.fill.click()
    reading = session.network.reading
    np.testing.assert_allclose(panel.pair.answer, reading.outputs, rtol=1e-4)
    np.testing.assert_allclose(panel.pair.z, reading.z[-1], rtol=1e-6)
    np.testing.assert_array_equal(panel.pair.target, np.eye(10)[7])
    assert panel.pair.cross_entropy == pytest.approx(-math.log(reading.outputs[7]), rel=1e-4)


def test_its_table_is_what_is_saved(panel):
    names, rows = panel.numbers()
    assert list(names) == ["class", "target t", "z", "eᶻ", "answer q", "−t ln q"]
    assert rows[0] == ("0", 1.0, 0.0, 1.0, pytest.approx(0.1), pytest.approx(math.log(10)))
    panel.show_all()
