"""What the trial of a lesson finds: each way in which a lesson can be wrong is found by its name."""

import json
import re
from pathlib import Path

import pytest

from nnstudio.lessons.lesson_file import read_lesson, shipped_lessons
from nnstudio.lessons.trial import try_lesson

ROOT = Path(__file__).parents[2]


def test_a_lesson_that_holds_has_no_findings(lesson):
    assert [str(finding) for finding in try_lesson(lesson).findings] == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"w 0 0 0" = 1', '"w 0 0 0" = 3', "does not reach the goal"),
        ("falls = true", "at_most = 5", "before anything is done"),
        ("equals = 1\n", "equals = 2\n", "a claim does not hold in the set-up"),
        ('quantity = "pieces"\nequals = 1', 'quantity = "w 0 0 0"\nequals = 2', "after a random action"),
        ("What comes out?", "What comes out of 3?", "3 stands in"),
        ("What comes out?", "word " * 91, "words; 90 are the most"),
        ("What comes out?", "{p CLASS}", "cannot be measured"),
        ('is = "z 0 0 without bias"', 'is = "z 0 0"', "is accepted"),
        ("equals = 6", "equals = 0.6", "the sentence of another one"),
        ('quantity = "bend of identity"', 'quantity = "bend of tanh"', "several answers"),
        ('quantity = "bend of relu"', 'quantity = "bend of identity"', "no answer"),
        ('words = "Identity"', f'words = "{"long " * 12}"', "too long for a line"),
        ("input = [0.3]", "input = [0.3, 0.4]", "An input has 1 number here"),
        ("goes_on = true", "goes_on = true\nunreachable = true", "it cannot be"),
        ("goes_on = true", "goes_on = true\nluck = { seeds = [0], at_least = 1 }", None),
        ("falls = true", "rises = true\nalready = false", "does not reach the goal"),
    ],
)
def test_what_does_not_hold_is_found(written, old, new, sentence):
    found = [str(finding) for finding in try_lesson(written((old, new))).findings]
    assert any(sentence in each for each in found) if sentence else not found, found


def test_luck_counts_the_seeds_that_succeed(written):
    luck = "goes_on = true\nluck = { seeds = [0, 1], at_least = 2 }"
    changed = written(("goes_on = true", luck), ("falls = true", "equals = 9"))
    found = try_lesson(changed).findings
    assert "with 0 of 2 seeds, not with 2" in str(found[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_lessons())
def test_all_that_a_shipped_lesson_says_holds(name):
    trial = try_lesson(read_lesson(name))
    assert [str(finding) for finding in trial.findings] == []


def test_keys_in_lessons_are_keys_of_the_menus():
    menus = json.loads((ROOT / "tests/studio/commands/menus.json").read_text(encoding="utf-8"))
    keys = {key for menu in menus for entry in menu["entries"] if entry != "—" for key in entry["keys"]}
    for name in shipped_lessons():
        for step in read_lesson(name).steps:
            names = {piece.text for text in step.texts() for piece in text.pieces if piece.kind == "name"}
            # Other names are those of buttons.
            named = {name for name in names if re.fullmatch(r".|F\d+|Space|Esc|(Ctrl|Alt|Shift)\+.+", name)}
            assert named <= keys, (name, step.title)
