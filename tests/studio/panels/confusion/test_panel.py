"""The panels that show what the network makes of the test set."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from tests.studio.gestures import samples_in_sight


def combo(window, name):
    boxes = window.panels["mistakes"].widget.findChildren(QComboBox)
    (found,) = [each for each in boxes if each.accessibleName() == name]
    return found


def choose(box, text):
    box.setCurrentText(text)
    assert box.currentText() == text
    box.activated.emit(box.currentIndex())


@pytest.fixture
def surveyed(ready, qtbot):
    """Return a window whose panel of mistakes has been filled."""
    ready.show_panel("mistakes")
    qtbot.waitUntil(lambda: samples_in_sight(ready.panels["mistakes"].grid) != [])
    return ready


def test_a_mistake_that_is_clicked_lies_on_the_canvas(surveyed, qtbot):
    grid, survey = surveyed.panels["mistakes"].grid, surveyed.evaluator.latest
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    row = told.args[0]
    assert survey.predicted[row] != survey.labels[row]
    wrong = np.flatnonzero(survey.predicted != survey.labels)
    assert survey.confidences[row] == survey.confidences[wrong].max()
    np.testing.assert_array_equal(
        surveyed.session.input.x, surveyed.session.training.problem.test.inputs()[row]
    )
    assert f"Sample {row:,}" in surveyed.status.message.text()


def test_can_be_held_to_classes(surveyed, qtbot):
    grid, survey = surveyed.panels["mistakes"].grid, surveyed.evaluator.latest
    choose(combo(surveyed, "Order"), "Random")
    choose(combo(surveyed, "True class"), "7 →")
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert survey.labels[told.args[0]] == 7


def test_others_are_picked_at_random(surveyed, qtbot):
    grid = surveyed.panels["mistakes"].grid
    (others,) = [b for b in surveyed.findChildren(QPushButton) if b.text() == "Others"]
    assert not others.isVisible()
    choose(combo(surveyed, "Order"), "Random")
    seen = set()
    for _ in range(5):
        QTest.mouseClick(others, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(grid.chosen) as told:
            QTest.keyClick(grid, Qt.Key.Key_Return)
        seen.add(told.args[0])
    assert len(seen) > 1


def test_a_cell_of_the_confusion_matrix_shows_its_samples(surveyed, qtbot):
    surveyed.show_panel("confusion")
    table, grid = surveyed.panels["confusion"].table, surveyed.panels["mistakes"].grid
    survey = surveyed.evaluator.latest
    wrong = survey.confusion * (1 - np.eye(10, dtype=int))
    true, read = divmod(int(wrong.argmax()), 10)
    qtbot.waitUntil(lambda: surveyed.panels["confusion"].table.explain(QPoint(200, 100)) != "")
    table.cell_chosen.emit(true, read)
    assert grid.isVisible()
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    row = told.args[0]
    assert (survey.labels[row], survey.predicted[row]) == (true, read)
    among = (survey.labels == true) & (survey.predicted == read)
    assert survey.confidences[row] == survey.confidences[among].max()


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


def test_the_counts_follow_training(surveyed, qtbot):
    surveyed.show_panel("confusion")
    before = surveyed.evaluator.latest.losses.mean()
    surveyed.session.training.step_epoch()
    qtbot.waitUntil(
        lambda: surveyed.session.network.snapshot.epoch == 1.0 and not surveyed.session.training.is_running
    )
    qtbot.waitUntil(lambda: surveyed.evaluator.latest.step == surveyed.session.network.snapshot.step)
    assert surveyed.evaluator.latest.losses.mean() < before


def test_dead_units_are_marked_in_activations_and_templates(surveyed, qtbot):
    session = surveyed.session
    theta = session.network.displayed_weights.copy()
    session.network.architecture.layers(theta)[0].b[3] = -1e4
    session.network.newest_weights = theta
    surveyed.show_panel("activations")
    surveyed.commands.test_image()
    strips = surveyed.panels["activations"].widget

    def told():
        spots = (QPoint(x, y) for x in range(160, strips.width(), 4) for y in range(0, strips.height(), 4))
        return {strips.explain(spot) for spot in spots}

    qtbot.waitUntil(lambda: any("unit 3:" in text and "dead" in text for text in told()))
    assert any("Output" in text and "(class 7)" in text for text in told())
    assert surveyed.evaluator.latest.dead[0][3]
    assert not any("Output" in text and "dead" in text for text in told())
