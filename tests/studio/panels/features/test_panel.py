"""The panel Features: ticked and typed, both planes, and what stands in the way."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.studio.panels.features.panel import FeaturesPanel
from tests.studio.gestures import type_into
from tests.studio.plane import on_a_set, plane_model
from tests.studio.plots import place_of


@pytest.fixture
def model():
    return plane_model("plane-ring")


@pytest.fixture
def panel(session, show_alone, until):
    on_a_set(session, "plane-ring")
    panel = show_alone(FeaturesPanel, (820, 420))
    until(lambda: session.training.trainer is not None and len(panel._values) == 750)
    return panel


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def tick(panel, *titles):
    for box in panel.choices.boxes:
        box.setChecked(box.text() in titles)


def ends(plane):
    return np.array(plane._border.getData()).T


def give_radius(session, until, radius=1.1):
    """Make the network the perceptron r = radius."""
    theta = np.array([0, 1, radius, 0], np.float32)
    session.weight_editor.do(theta, "by hand")
    until(lambda: np.array_equal(session.network.own_weights, theta))


def test_the_same_points_are_in_both_planes(panel, until):
    tick(panel, "r", "φ")
    until(lambda: [panel.axes[0].currentText(), panel.axes[1].currentText()] == ["r", "φ"])
    (x, _), (r, phi) = panel.inputs._dots.getData(), panel.plane._dots.getData()
    np.testing.assert_allclose(r * np.cos(phi), x, atol=1e-6)
    names, rows = panel.numbers()
    assert names == ("x₁", "x₂", "r", "φ")
    assert len(rows) == 750
    assert len(panel.inputs._cut.getData()[0]) == 2


def test_a_line_there_is_a_circle_here(panel, session, until):
    tick(panel, "r")
    click(panel.use)
    until(lambda: len(session.features.active) == 1 and session.training.trainer is not None)
    session.setting_changes.edit_network("")
    give_radius(session, until)
    until(lambda: len(ends(panel.inputs)) and np.allclose(np.hypot(*ends(panel.inputs).T), 1.1, atol=2e-3))
    until(lambda: np.allclose(ends(panel.plane)[:, 0], 1.1, atol=1e-4))
    panel.inputs.grab()
    QTest.mouseClick(panel.inputs.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel.inputs, 0.6, 0.8))
    until(lambda: session.network.reading is not None)
    assert session.network.reading.x == pytest.approx([1.0], abs=0.02)
    until(lambda: len(panel.inputs._ring.getData()[0]))
    click(panel.leave)
    until(lambda: not session.features.active)


def test_what_the_other_features_are_is_told(panel, session, until):
    tick(panel, "x₁²", "x₂²", "r")
    click(panel.use)
    until(lambda: len(session.features.active) == 3 and session.training.trainer is not None)
    until(lambda: panel.remark.text().endswith("for the other features at their means."))


@pytest.mark.parametrize(
    ("text", "marked", "words"),
    [
        ("x1 + x3", "x3", "There is no x3"),
        ("2*(x1", "(", "never closed"),
        ("sin x1", "sin", "needs brackets"),
    ],
)
def test_what_cannot_be_read_is_marked_at_its_place(panel, text, marked, words):
    type_into(panel.choices.field, text)
    assert words in panel.choices.error.text()
    assert panel.choices.error.isVisible()
    assert panel.choices.field.selectedText() == marked
    assert len(panel.choices.boxes) == 9


def test_a_typed_formula_is_one_more_feature(panel, until):
    type_into(panel.choices.field, "log(x1)")
    assert [feature.title for feature in panel.choices.chosen] == ["x₁", "x₂", "log(x₁)"]
    until(lambda: "without a number for log(x₁) are left out." in panel.remark.text())
    type_into(panel.choices.field, "x2 * x1")
    type_into(panel.choices.field, "x1*x2")
    assert len(panel.choices.boxes) == 11, "the product was offered; in the other order it is another formula"
