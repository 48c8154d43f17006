"""The panels that show what the network makes of the test set."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from tests.studio.gestures import explained, samples_in_sight

pytestmark = pytest.mark.window(shared=True)


def combo(window, name):
    boxes = window.panels["mistakes"].widget.findChildren(QComboBox)
    (found,) = [each for each in boxes if each.accessibleName() == name]
    return found


def choose(box, text):
    box.setCurrentText(text)
    assert box.currentText() == text
    box.activated.emit(box.currentIndex())


@pytest.fixture
def evaluated(ready, qtbot):
    """Return a window whose panel of mistakes has been filled."""
    ready.show_panel("mistakes")
    # A grid of a shared window may still show the samples of the test before.
    qtbot.waitUntil(lambda: ready.session.evaluator.latest is not None)
    qtbot.waitUntil(lambda: samples_in_sight(ready.panels["mistakes"].grid) != [])
    return ready


def test_a_mistake_that_is_clicked_lies_on_the_canvas(evaluated, qtbot):
    grid, results = evaluated.panels["mistakes"].grid, evaluated.session.evaluator.latest
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    row = told.args[0]
    assert results.predicted[row] != results.labels[row]
    wrong = np.flatnonzero(results.predicted != results.labels)
    assert results.confidences[row] == results.confidences[wrong].max()
    np.testing.assert_array_equal(
        evaluated.session.input.x, evaluated.session.training.problem.test.inputs()[row]
    )
    assert f"Sample {row:,}" in evaluated.status.message.text()


@pytest.mark.new_window
def test_can_be_held_to_classes(evaluated, qtbot):
    grid, results = evaluated.panels["mistakes"].grid, evaluated.session.evaluator.latest
    choose(combo(evaluated, "Order"), "Random")
    choose(combo(evaluated, "True class"), "7 →")
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert results.labels[told.args[0]] == 7


@pytest.mark.new_window
def test_others_are_picked_at_random(evaluated, qtbot):
    grid = evaluated.panels["mistakes"].grid
    (others,) = [b for b in evaluated.findChildren(QPushButton) if b.text() == "Others"]
    assert not others.isVisible()
    choose(combo(evaluated, "Order"), "Random")
    seen = set()
    for _ in range(5):
        QTest.mouseClick(others, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(grid.chosen) as told:
            QTest.keyClick(grid, Qt.Key.Key_Return)
        seen.add(told.args[0])
    assert len(seen) > 1


@pytest.mark.new_window
def test_a_cell_of_the_confusion_matrix_shows_its_samples(evaluated, qtbot):
    evaluated.show_panel("confusion")
    table, grid = evaluated.panels["confusion"].table, evaluated.panels["mistakes"].grid
    results = evaluated.session.evaluator.latest
    wrong = results.confusion * (1 - np.eye(10, dtype=int))
    true, read = divmod(int(wrong.argmax()), 10)
    qtbot.waitUntil(lambda: explained(table, QPoint(200, 100)) != "")
    table.cell_chosen.emit(true, read)
    assert grid.isVisible()
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    row = told.args[0]
    assert (results.labels[row], results.predicted[row]) == (true, read)
    among = (results.labels == true) & (results.predicted == read)
    assert results.confidences[row] == results.confidences[among].max()


def test_without_data_the_panels_offer_to_load_them(window, qtbot):
    window.show_panel("mistakes")
    page = window.panels["mistakes"].widget
    button = page.findChild(QPushButton, options=Qt.FindChildOption.FindChildrenRecursively)
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.findChildren(QPushButton)))
    button = next(b for b in page.findChildren(QPushButton) if b.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: samples_in_sight(window.panels["mistakes"].grid) != [])


def test_points_of_the_plane_have_mistakes_too(open_window, qtbot):
    window = open_window()
    window.session.choose_problem("plane-moons")
    qtbot.waitUntil(lambda: window.session.network.input_space.kind == "plane")
    window.show_panel("mistakes")
    grid = window.panels["mistakes"].grid
    qtbot.waitUntil(lambda: samples_in_sight(grid) != [])
    grid.grab()
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    x = window.session.training.problem.test.inputs()[told.args[0]]
    qtbot.waitUntil(lambda: window.session.input.x is not None)
    np.testing.assert_allclose(window.session.input.x, x, atol=1e-6)


def test_the_counts_follow_training(evaluated, qtbot):
    evaluated.show_panel("confusion")
    before = evaluated.session.evaluator.latest.losses.mean()
    evaluated.session.training.step_epoch()
    qtbot.waitUntil(
        lambda: evaluated.session.network.snapshot.epoch == 1.0 and not evaluated.session.training.is_running
    )
    qtbot.waitUntil(
        lambda: evaluated.session.evaluator.latest.step == evaluated.session.network.snapshot.step
    )
    assert evaluated.session.evaluator.latest.losses.mean() < before


def test_dead_units_are_marked_in_activations_and_templates(evaluated, qtbot):
    session = evaluated.session
    theta = session.network.displayed_weights.copy()
    session.network.architecture.layers(theta)[0].b[3] = -1e4
    session.network.newest_weights = theta
    evaluated.show_panel("activations")
    evaluated.actions_by_name["test-image"].trigger()
    strips = evaluated.panels["activations"].widget

    def told():
        spots = (QPoint(x, y) for x in range(160, strips.width(), 4) for y in range(0, strips.height(), 4))
        return {strips.explain(spot) for spot in spots}

    qtbot.waitUntil(lambda: any("unit 3:" in text and "dead" in text for text in told()))
    assert any("Output" in text and "(class 7)" in text for text in told())
    assert evaluated.session.evaluator.latest.dead[0][3]
    assert not any("Output" in text and "dead" in text for text in told())
