"""A + h · B and half of A change the network, each in one step to undo."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.studio.panels.compare.panel import ComparePanel
from nnstudio.studio.panels.compare.worker import Other
from tests.studio.gestures import type_into


@pytest.fixture
def part(session, show_alone):
    return show_alone(ComparePanel)


def network_of(architecture):
    return Other("other", architecture, initialise(architecture, rng=np.random.default_rng(7)))


@pytest.fixture
def other(session, part):
    other = network_of(session.network.architecture)
    part.comparer.choose(other)
    return other


def theta(session):
    return session.network.displayed_weights


def ask(part, factor):
    """Type h and press the button."""
    part.sums.factor.selectAll()
    part.sums.factor.insert(factor)
    QTest.mouseClick(part.sums.add, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("factor", "h"), [("1/2", 0.5), ("−1", -1.0), ("0,01", 0.01)])
def test_a_multiple_of_b_is_added_in_one_step(session, part, other, until, factor, h):
    before = theta(session).copy()
    ask(part, factor)
    until(lambda: not np.array_equal(theta(session), before))
    np.testing.assert_allclose(theta(session), before + h * other.theta, atol=1e-6)
    assert session.weight_editor.undo_stack.count() == 1
    assert session.weight_editor.undo_stack.undoText() == f"A + {h:g} · B".replace("-", "−")
    session.weight_editor.undo()
    until(lambda: np.array_equal(theta(session), before))


def test_enter_adds_too(session, part, other, until):
    before = theta(session).copy()
    type_into(part.sums.factor, "2")
    until(lambda: not np.array_equal(theta(session), before))
    np.testing.assert_allclose(theta(session), before + 2 * other.theta, rtol=1e-6)


def test_half_of_a_needs_no_b(session, part, until):
    before = theta(session).copy()
    QTest.mouseClick(part.sums.half, Qt.MouseButton.LeftButton)
    until(lambda: np.array_equal(theta(session), before / 2))
    assert session.weight_editor.undo_stack.count() == 1
    session.weight_editor.undo()
    until(lambda: np.array_equal(theta(session), before))


def test_networks_of_other_sizes_are_points_of_two_spaces(session, part):
    part.comparer.choose(network_of(Architecture.of((784, 5, 10))))
    before = theta(session)
    ask(part, "1")
    sentence, is_warning = session.sentences[-1]
    assert "points of two spaces" in sentence
    assert is_warning
    assert theta(session) is before
    assert not session.weight_editor.undo_stack.count()


@pytest.mark.parametrize(("factor", "words"), [("1", "Choose B"), ("two", "no number"), ("", "missing")])
def test_without_b_or_without_a_number_nothing_is_changed(session, part, factor, words):
    ask(part, factor)
    sentence, is_warning = session.sentences[-1]
    assert words in sentence
    assert is_warning
    assert not session.weight_editor.undo_stack.count()


def test_what_lies_between_a_and_b_is_no_network_to_add_to(session, part, other):
    part.comparer.show_between(0.5)
    for press in (part.sums.add, part.sums.half):
        press.click()
        assert "go back to A" in session.sentences[-1][0]
    assert not session.weight_editor.undo_stack.count()
