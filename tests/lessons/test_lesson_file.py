"""Lessons are read strictly: every refusal names the file, the line and the entry."""

import pytest

from nnstudio.lessons.lesson_file import LessonError, read_lesson

DEEP = "x = " + "[" * 50 + "]" * 50


def test_a_lesson_is_read(lesson):
    first, second = lesson.steps
    assert (lesson.id, lesson.minutes, lesson.show) == ("two-lines", 3, ("network",))
    assert [ask.kind for ask in first.asks] == ["number", "choice"]
    assert first.asks[0].wrong[1].value == 6
    assert len(first.set_up) == 4
    assert second.goes_on
    assert second.goals[0].comparison == "falls"


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("format = 1", "format = 2", 1, "newer nnstudio"),
        ("format = 1", 'format = "1"', 1, "format must be"),
        ("minutes = 3", "minutes = 1e300", 4, "too large"),
        ("minutes = 3", "minutes = 2026-01-01", 4, "a date"),
        ("minutes = 3", "minutes = 3\ncolour = 1", 5, "colour is not an entry"),
        ("minutes = 3", f"minutes = 3\n{DEEP}", 5, "too deeply"),
        ('show = ["network"]', 'show = ["cellar"]', 5, "cellar"),
        ('id = "two-lines"', 'id = "Two lines"', 2, "small letters"),
        ("{x 0:.1f}", "{y 0:.1f}", 9, "there is no quantity"),
        ("{x 0:.1f}", "{x zero}", 9, "there is x INPUT"),
        ("{x 0:.1f}", "{x 0:!r}", 9, "no format"),
        ("The input", "The [[cellar]]", 9, "no panel"),
        ("The input", "The **input", 9, "opened or closed alone"),
        ('look = "unit 0 0"', 'look = "cellar"', 14, "look cannot be"),
        ('problem = "curve-line"', 'problem = "curve-circle"', 17, "problem cannot be"),
        ('problem = "curve-line"', 'problme = "curve-line"', 17, "problme is not an entry"),
        ('problem = "curve-line"', "steps = 1", 17, "steps is not an entry"),
        ("W = [[2]]", "W = [[inf]]", 16, "too large"),
        ("within = 0.005", "within = -1", 25, "within must be"),
        ('say = "Not by ten."', 'say = ""', 31, "say must be a text"),
        ("equals = 6", "equal = 6", 29, "quantity"),
        ("at_least = 0.1", "at_least = 0.1\nat_most = 1", 39, "one comparison"),
        ("equals = 1\n", "", 45, "comparison"),
        ("goes_on = true", "goes_on = false", 48, "set must have a problem"),
        ('[step.solve]\nput = { "w 0 0 0" = 1 }', "", 48, "solve is missing"),
        ('"w 0 0 0" = 1 }', '"w 0 0" = 1 }', 57, "must be"),
    ],
)
def test_a_refusal_names_the_line(written, old, new, line, why):
    with pytest.raises(LessonError, match=why) as caught:
        written((old, new))
    assert f"two-lines.toml, line {line}: " in str(caught.value)


def test_thousands_of_steps_are_refused(written):
    step = '[[step]]\ntitle = "A"\ntext = "B"\ngoes_on = true\n'
    with pytest.raises(LessonError, match="step must be there 1 to 60 times, not 3,002"):
        written(("[[step]]", step * 3000 + "[[step]]"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("format = 1\n#" + "x" * 256 * 1024, "longer than 262,144 bytes"),
        ("x = " + "[" * 100_000, "nested too deeply|not TOML"),
        ("x = 1" + "0" * 10_000, "too long"),
        ("x = 'a", "not TOML"),
        ("format = 1\n", "line 1: id is missing"),
    ],
)
def test_a_file_made_to_do_harm_is_refused(tmp_path, text, why):
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LessonError, match=why):
        read_lesson(path)


def test_an_unknown_name_is_told_what_there_is():
    with pytest.raises(LessonError, match="five-minutes"):
        read_lesson("six-minutes")
