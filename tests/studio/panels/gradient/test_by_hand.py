"""The gradient taken by hand, in the window."""

import pytest

from nnstudio.insight.difference_quotient import Chosen
from nnstudio.studio.panels.gradient.entries import BACKPROP, BEFORE, CHANGED, ERROR, NAME, QUOTIENT, W
from nnstudio.studio.panels.gradient.panel import BY_HAND, GradientPanel
from tests.studio.networks import model_of


@pytest.fixture
def model():
    return model_of((784, 3, 10))


@pytest.fixture
def hand(session):
    return session.hand_gradient


@pytest.fixture
def page(session, hand, show_alone, until):
    panel = show_alone(GradientPanel)
    hand.asked.emit()
    assert panel.choice.currentIndex() == BY_HAND
    until(lambda: hand.taken is not None)
    return panel.page


def cell(page, row, column):
    return page.table.entries.index(row, column).data()


def take(hand, until, n=1):
    wanted = len(hand.taken.entries) + n
    hand.advance(n)
    until(lambda: len(hand.taken.entries) == wanted)


def test_entries_are_question_marks_until_they_are_taken(hand, page, until):
    hand.choose(Chosen.STEEPEST)
    until(lambda: hand.taken is not None and page.table.entries.rowCount() == 12)
    assert [cell(page, row, QUOTIENT) for row in range(12)] == ["?"] * 12
    take(hand, until, 2)
    until(lambda: cell(page, 1, QUOTIENT) != "?")
    entry = hand.taken.entries[1]
    assert float(cell(page, 1, QUOTIENT).replace("−", "-")) == pytest.approx(entry.backprop, abs=1e-3)
    # Only the row at work says what was changed.
    assert cell(page, 0, CHANGED) == cell(page, 0, BEFORE) == ""
    assert float(cell(page, 1, CHANGED).replace("−", "-")) == pytest.approx(entry.w + 1e-4, abs=1e-4)
    assert cell(page, 1, NAME) in page.work.text()
    assert cell(page, 2, QUOTIENT) == "?"


def test_what_backpropagation_finds_is_hidden_until_asked_for(hand, page, until):
    assert page.table.isColumnHidden(BACKPROP)
    assert page.table.isColumnHidden(ERROR)
    page.backprop.click()
    assert not page.table.isColumnHidden(BACKPROP)
    assert cell(page, 0, W)


def test_another_step_takes_the_same_entries_again(hand, page, until):
    hand.choose(Chosen.STEEPEST)
    until(lambda: hand.taken is not None)
    take(hand, until, 3)
    page.h.slider.setValue(0)
    until(lambda: len(hand.taken.entries) == 3 and hand.taken.entries[0].quotient.h < 1e-11)
    until(lambda: page.table.entries.index(0, QUOTIENT).data(0x100)[1] != "")
    page.central.click()
    until(lambda: len(hand.taken.entries) == 3 and hand.taken.entries[0].quotient.behind is not None)
    assert page.table.entries.headerData(BEFORE, page.h.slider.orientation(), 0) == "L(W − h)"


@pytest.mark.parametrize("text", ["0", "2", "-1e-3", "small"])
def test_a_step_of_no_use_is_refused_and_the_one_before_kept(session, hand, page, text):
    page.h.field.setText(text)
    page.h.field.setModified(True)
    page.h.field.editingFinished.emit()
    assert hand.h == page.h.value == 1e-4
    assert page.h.field.property("role") == "warning"
    assert session.sentences[-1][1]


def test_of_many_weights_the_first_200_are_listed_and_that_is_said(hand, page, until):
    # Their pixels at the edge of the paper are always 0.
    assert hand.chosen is Chosen.STEEPEST
    hand.choose(Chosen.ORDER)
    until(lambda: page.table.entries.rowCount() == 200)
    until(lambda: "The first 200 of 2,395 numbers." in page.remark.text())


def test_the_selected_units_weights_are_taken(session, hand, page, until):
    session.selection.select(1, 4)
    hand.choose(Chosen.UNIT)
    until(lambda: page.table.entries.rowCount() == 4)
    assert [cell(page, row, NAME) for row in (0, 3)] == ["W₂[5, 1]", "b₂[5]"]
    session.selection.select(1, 0)
    until(lambda: page.table.entries.rowCount() == 4 and cell(page, 0, NAME) == "W₂[1, 1]")
    page.table.setCurrentIndex(page.table.entries.index(2, NAME))
    assert session.selection.source == 2
    session.selection.select(1, 0, 1)
    assert page.table.currentIndex().row() == 1


def test_after_the_last_entry_it_says_so(session, hand, page, until):
    hand.choose(Chosen.STEEPEST)
    until(lambda: hand.taken is not None)
    take(hand, until, 12)
    hand.advance()
    assert "All 12 entries are done" in session.sentences[-1][0]


def test_another_network_begins_with_no_entry(session, hand, page, until):
    take(hand, until)
    session.setting_changes.edit_network("7")
    until(lambda: hand.taken is not None and not hand.taken.entries)
    assert hand.taken.question.architecture.layer_sizes == (784, 7, 10)


def test_weights_stay_what_they_were_until_again(session, hand, page, until):
    take(hand, until)
    before = hand.taken.question.theta
    session.step_batch()
    until(lambda: "The network has changed since" in page.remark.text())
    assert hand.taken.question.theta is before
    page.again.click()
    until(lambda: hand.taken is not None and "changed since" not in page.remark.text())
    assert not hand.taken.entries
    assert hand.taken.question.theta is not before
