"""Values computed by hand: what is right, what the hint says, and when all are blank again."""

import numpy as np
import pytest

from nnstudio.data.typed_numbers import NumberError
from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.unit_values import UnitValue
from nnstudio.studio.panels.answer import AnswerPanel
from nnstudio.studio.panels.inspector.panel import InspectorPanel
from tests.studio.networks import model_of

FIRST = UnitValue(0, 0)
ALL = ("0.7", "−0,39", "0.24", "-0.58", "-0.724", "1.307", "-0.855", "-0.601")
"""The values of A.2.1 for its input, in the order of computing."""


@pytest.fixture
def fill_in(session):
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    session.poll()
    session.fill_in.start()
    return session.fill_in


def sentences(session):
    return " ".join(text for text, _ in session.sentences)


def test_all_values_are_asked_for_and_counted(session, fill_in):
    assert [value.name for value in fill_in.values[:2]] == ["z₁[1]", "z₁[2]"]
    for value, text in zip(fill_in.values, ALL, strict=True):
        assert fill_in.next_blank() == value
        assert fill_in.judge(value, text).is_right
    assert (fill_in.n_right, fill_in.next_blank()) == (8, None)
    assert session.sentences[-1] == ("All 8 values are right.", False)
    assert fill_in.words == "8 of 8 right, to 2 decimals"


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("0.7", True), ("7/10", True), ("0,70", True), ("0.7049", True), ("0.706", False), ("-0.7", False)],
)
def test_a_value_is_right_within_half_of_the_last_digit(fill_in, text, is_right):
    assert fill_in.judge(FIRST, text).is_right is is_right


def test_more_digits_can_be_asked_for(fill_in):
    fill_in.set_decimals(4)
    assert not fill_in.judge(FIRST, "0.704").is_right
    assert fill_in.judge(FIRST, "0.70004").is_right


def test_what_is_no_number_is_not_judged(fill_in):
    with pytest.raises(NumberError, match="no number"):
        fill_in.judge(FIRST, "seven")
    assert not fill_in.entries


def test_a_right_value_is_judged_once(fill_in):
    fill_in.judge(FIRST, "0.7")
    assert fill_in.judge(FIRST, "9").text == "0.7"
    assert fill_in.n_right == 1


def test_the_hint_is_the_sum_with_its_terms(fill_in):
    assert fill_in.hint(FIRST) == "z₁[1] = 0.1 · 0.4 + (−0.8) · (−0.7) + 0.1"


def test_the_hint_of_an_activation_is_its_formula_and_the_sum_that_was_found(session, fill_in):
    session.use_activation("relu")
    session.poll()
    activation = UnitValue(0, 1, is_activation=True)
    assert fill_in.hint(activation) == "a₁[2]: a = max(z, 0); first z₁[2]"
    fill_in.judge(UnitValue(0, 1), "-0.39")
    assert fill_in.hint(activation) == "a₁[2]: a = max(z, 0), with z₁[2] = −0.39"
    assert fill_in.judge(activation, "0").is_right


def test_other_weights_make_all_values_blank_and_it_is_said(session, fill_in, until):
    fill_in.judge(FIRST, "0.7")
    session.weight_editor.set_number(Parameter(0, 0), 0.2)
    until(lambda: not fill_in.entries)
    assert "The weights have changed: its values are to be filled in again." in sentences(session)
    assert fill_in.judge(FIRST, "0.8").is_right


def test_another_input_makes_all_values_blank(session, fill_in):
    fill_in.judge(FIRST, "0.7")
    session.poll()
    assert fill_in.entries, "the same input and weights"
    session.input.set_x(np.array([0.0, 0.0], np.float32))
    session.poll()
    assert not fill_in.entries
    assert session.sentences[-1][0].startswith("The input is another one")
    assert fill_in.judge(FIRST, "0.1").is_right


def test_shown_values_do_not_count(fill_in):
    fill_in.judge(FIRST, "0.7")
    fill_in.judge(UnitValue(0, 1), "5")
    fill_in.show_all()
    assert len(fill_in.entries) == 8
    assert fill_in.entries[UnitValue(0, 1)].text == "−0.39"
    assert fill_in.n_right == 1
    fill_in.again()
    assert not fill_in.entries


def test_without_an_input_nothing_is_asked_for(session, fill_in):
    fill_in.judge(FIRST, "0.7")
    session.input.clear()
    session.poll()
    assert fill_in.values == ()
    assert fill_in.words == ""


def test_a_network_of_pictures_is_refused(session):
    session.fill_in.start()
    assert not session.fill_in.is_on
    assert session.sentences[-1][1]
    assert "at most 60 weights" in session.sentences[-1][0]


@pytest.mark.parametrize("other", ["xor", "one-input"])
def test_it_ends_with_another_example(session, fill_in, other):
    session.open_written(other, open_network_toml(other))
    session.poll()
    assert not fill_in.is_on
    assert fill_in.values == ()
    assert not fill_in.hides_answer


def test_it_ends_with_another_example_of_the_same_sizes(session):
    session.open_written("and", open_network_toml("and"))
    session.poll()
    session.fill_in.start()
    session.open_written("or", open_network_toml("or"))
    assert not session.fill_in.is_on


def test_it_ends_with_a_network_of_pictures(session, fill_in):
    session.open_model(model_of((784, 4, 10)))
    session.poll()
    assert not fill_in.is_on
    assert fill_in.values == ()


def test_it_begins_anew_with_fresh_weights_of_the_same_network(session, fill_in):
    fill_in.judge(FIRST, "0.7")
    session.training.reset(new_seed=True)
    assert fill_in.is_on
    assert not fill_in.entries


def test_the_answer_is_told_once_all_values_are_filled_in(session, fill_in, show_alone, until):
    panel = show_alone(AnswerPanel)
    until(lambda: panel.note.text() == "hidden until all is filled in (U)")
    assert not panel.widget.currentWidget().accessibleDescription()
    for value, text in zip(fill_in.values, ALL, strict=True):
        assert fill_in.hides_answer
        fill_in.judge(value, text)
    until(lambda: bool(panel.widget.currentWidget().accessibleDescription()))
    assert not panel.note.text()


def test_the_inspector_tells_no_value_that_is_to_be_filled_in(session, show_alone, until):
    panel = show_alone(InspectorPanel)
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    until(lambda: session.network.reading is not None)
    session.selection.select(0, 0)

    def z():
        return panel.widget.subject.z

    until(lambda: z() == pytest.approx(0.7))
    session.fill_in.start()
    until(lambda: z() is None)
    assert panel.widget.state.text().startswith("Values are to be filled in")
    assert [row[1] for row in panel.numbers()[1]] == [None] * 3
    session.fill_in.show_all()
    until(lambda: z() == pytest.approx(0.7))
