"""What a student answers, and what is said to it."""

import math

import pytest

from nnstudio.lessons.number_text import number_text, typed_values
from nnstudio.lessons.player import HeadlessPlayer, begin_step
from nnstudio.lessons.questions import judge_choice, judge_number


@pytest.fixture
def begun(lesson):
    return lesson.steps[0], begin_step(HeadlessPlayer(), lesson.steps[0])


@pytest.mark.parametrize("text", ["1.6", "1,6", " 8/5 ", "1.6049", "1.596", "1.60e0"])
def test_a_right_number_is_taken_as_people_write_it(begun, text):
    step, start = begun
    assert judge_number(step.asks[0], text, start, start).is_right


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("0.6", "The bias 1 is missing."),
        ("6", "Not by ten."),
        ("1.7", "Not yet"),
        ("one", "A number is asked for, such as 0.7"),
        ("", "A number is asked for"),
        ("160%%", "A number is asked for"),
    ],
)
def test_a_wrong_number_gets_its_own_sentence(begun, text, say):
    step, start = begun
    verdict = judge_number(step.asks[0], text, start, start)
    assert not verdict.is_right
    assert verdict.say.startswith(say)


def test_options_are_right_by_what_is_measured(begun):
    step, start = begun
    ask = step.asks[1]
    assert ask.right_options(start, start) == {0}
    assert judge_choice(ask, frozenset({0}), start, start).is_right
    assert judge_choice(ask, frozenset({1}), start, start).say == "That is a straight line."
    assert not judge_choice(ask, frozenset({0, 1}), start, start).is_right
    assert not judge_choice(ask, frozenset(), start, start).is_right
    assert sorted(ask.shuffled(3)) == [0, 1]
    assert ask.shuffled(3) == ask.shuffled(3)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("78,400", (78.4, 78400)),
        ("2 073 600", (2073600,)),
        ("111400", (111400,)),
        ("−0,601", (-0.601,)),
        ("98 %", (0.98,)),
    ],
)
def test_thousands_may_be_apart(text, values):
    assert typed_values(text) == pytest.approx(values)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (-0.0001, ".2f", "0.00"),
        (0.5, ".0%", "50%"),
        (7, "", "7"),
        (True, "", "yes"),
        (2.5, "+.1f", "+2.5"),
        (-math.inf, ",d", "−inf"),
    ],
)
def test_numbers_are_written_for_people(value, form, text):
    assert number_text(value, form) == text
