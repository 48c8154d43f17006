"""The panels that show what the network makes of the test set."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from nnstudio.engine.passes import activations
from nnstudio.studio.panels.activations import ActivationsPanel
from nnstudio.studio.panels.confusion.panel import ConfusionPanel
from nnstudio.studio.panels.mistakes.panel import MistakesPanel
from tests.studio.gestures import explained, samples_in_sight
from tests.studio.networks import model_of


def combo(mistakes, name):
    boxes = mistakes.grid.parentWidget().findChildren(QComboBox)
    (found,) = [each for each in boxes if each.accessibleName() == name]
    return found


def choose(box, text):
    box.setCurrentText(text)
    assert box.currentText() == text
    box.activated.emit(box.currentIndex())


@pytest.fixture
def mistakes(session, show_alone, until):
    """Return the panel of mistakes once it has been filled."""
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    mistakes = show_alone(MistakesPanel)
    until(lambda: samples_in_sight(mistakes.grid) != [])
    return mistakes


def test_a_mistake_that_is_clicked_lies_on_the_canvas(session, mistakes, qtbot):
    grid, results = mistakes.grid, session.evaluator.latest
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    row = told.args[0]
    assert results.predicted[row] != results.labels[row]
    wrong = np.flatnonzero(results.predicted != results.labels)
    assert results.confidences[row] == results.confidences[wrong].max()
    np.testing.assert_array_equal(session.input.x, session.training.problem.test.inputs()[row])
    assert f"Sample {row:,}" in session.sentences[-1][0]


def test_can_be_held_to_classes(session, mistakes, qtbot):
    grid, results = mistakes.grid, session.evaluator.latest
    choose(combo(mistakes, "Order"), "Random")
    choose(combo(mistakes, "True class"), "7 →")
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert results.labels[told.args[0]] == 7


def test_others_are_picked_at_random(mistakes, qtbot):
    grid = mistakes.grid
    (others,) = [b for b in mistakes.widget.findChildren(QPushButton) if b.text() == "Others"]
    assert not others.isVisible()
    choose(combo(mistakes, "Order"), "Random")
    seen = set()
    for _ in range(5):
        QTest.mouseClick(others, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(grid.chosen) as told:
            QTest.keyClick(grid, Qt.Key.Key_Return)
        seen.add(told.args[0])
    assert len(seen) > 1


def test_a_cell_of_the_confusion_matrix_shows_its_samples(window, qtbot):
    session, grid = window.session, window.panels["mistakes"].grid
    session.training.prepare()
    window.show_panel("mistakes")
    qtbot.waitUntil(lambda: samples_in_sight(grid) != [])
    window.show_panel("confusion")
    table = window.panels["confusion"].table
    qtbot.waitUntil(lambda: explained(table, QPoint(200, 100)) != "")
    results = session.evaluator.latest
    wrong = results.confusion * (1 - np.eye(10, dtype=int))
    true, read = divmod(int(wrong.argmax()), 10)
    table.cell_chosen.emit(true, read)
    assert grid.isVisible()
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    row = told.args[0]
    assert (results.labels[row], results.predicted[row]) == (true, read)
    among = (results.labels == true) & (results.predicted == read)
    assert results.confidences[row] == results.confidences[among].max()


def test_without_data_the_panels_offer_to_load_them(show_alone, until):
    mistakes = show_alone(MistakesPanel)
    buttons = mistakes.widget.findChildren(QPushButton)
    until(lambda: any(button.isVisible() for button in buttons))
    button = next(button for button in buttons if button.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: samples_in_sight(mistakes.grid) != [])


def test_points_of_the_plane_have_mistakes_too(session, show_alone, until, qtbot):
    session.choose_problem("plane-moons")
    until(lambda: session.network.input_space.kind == "plane")
    grid = show_alone(MistakesPanel).grid
    until(lambda: samples_in_sight(grid) != [])
    grid.grab()
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    x = session.training.problem.test.inputs()[told.args[0]]
    assert session.input.x is not None
    np.testing.assert_allclose(session.input.x, x, atol=1e-6)


def test_the_counts_follow_training(session, show_alone, until):
    session.training.prepare()
    show_alone(ConfusionPanel)
    until(lambda: session.evaluator.latest is not None)
    before = session.evaluator.latest.losses.mean()
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0 and not session.training.is_running)
    until(lambda: session.evaluator.latest.step == session.network.snapshot.step)
    assert session.evaluator.latest.losses.mean() < before


def test_dead_units_are_marked_in_activations(session, mistakes, show_alone, until):
    theta = session.network.displayed_weights.copy()
    session.network.architecture.layers(theta)[0].b[3] = -1e4
    session.network.newest_weights = theta
    strips = show_alone(ActivationsPanel).widget
    session.training.random_test_input(lambda x, name: session.input.set_x(x))

    def told():
        spots = (QPoint(x, y) for x in range(0, strips.width(), 6) for y in range(0, strips.height(), 6))
        return {strips.explain(spot) for spot in spots}

    until(lambda: session.evaluator.latest is not None and session.evaluator.latest.dead[0][3])
    until(lambda: any("unit 4:" in text and "dead" in text for text in told()))
    assert any("Output for 7" in text for text in told())
    assert not any("Output" in text and "dead" in text for text in told())


class TestPerceptrons:
    @pytest.fixture
    def model(self):
        return model_of((784, 10), output="step")

    def test_the_share_for_which_exactly_one_fires_is_beside_the_errors(self, session, mistakes, show_alone):
        confusion = show_alone(ConfusionPanel)
        network, test = session.network, session.training.problem.test
        z = activations(network.architecture, network.own_weights, test.inputs()).z[-1]
        share = np.mean(np.count_nonzero(z > 0, axis=1) == 1)
        n_errors = np.count_nonzero(z.argmax(axis=1) != test.labels)
        assert 0 < share < 1
        for words in (mistakes._count.text(), confusion._worst.text()):
            assert words.startswith(f"{n_errors} of 100 misread")
            assert f"· one fires: {100 * share:.1f} %" in words
