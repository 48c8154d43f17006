"""``nnstudio lesson``: lessons are listed, tried, printed, begun and played."""

import io

import pytest

from nnstudio.lessons.lesson_file import read_lesson, shipped_lessons


def test_every_shipped_lesson_is_listed(cli):
    listed = cli("lesson", "list", "--json").json
    assert [each["id"] for each in listed] == shipped_lessons()
    for each in listed:
        assert each.keys() == {"id", "title", "talk", "minutes", "steps"}
    assert "five-minutes" in cli("lesson", "list").out


def test_a_new_lesson_holds(cli, tmp_path):
    path = tmp_path / "My lesson.toml"
    assert cli("lesson", "new", str(path)).status == 0
    assert read_lesson(path).id == "my-lesson"
    outcome = cli("lesson", "check", str(path))
    assert (outcome.status, outcome.err) == (0, "")
    assert cli("lesson", "new", str(path)).status == 2
    assert "end its name in .toml" in cli("lesson", "new", str(tmp_path / "mine.txt")).err


def test_what_does_not_hold_is_said(cli, tmp_path):
    path = tmp_path / "mine.toml"
    cli("lesson", "new", str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("equals = 1", "equals = 2"), encoding="utf-8")
    outcome = cli("lesson", "check", str(path))
    assert outcome.status == 2
    assert "mine.toml, step 1, A line: a claim does not hold" in outcome.complaints[0]
    assert cli("lesson", "check", "nobody").status == 2


def test_a_lesson_is_printed(cli, tmp_path):
    path, page = tmp_path / "mine.toml", tmp_path / "mine.html"
    cli("lesson", "new", str(path))
    path.write_text(path.read_text(encoding="utf-8").replace("A line", "A <line>", 1), encoding="utf-8")
    printed = cli("lesson", "print", str(path)).out
    assert "## 1. A" in printed
    assert "x = 0.5" in printed
    assert cli("lesson", "print", str(path), "--out", str(page)).status == 0
    written = page.read_text(encoding="utf-8")
    assert "A &lt;line&gt;" in written
    assert "<line>" not in written
    outcome = cli("lesson", "print", str(path), "--out", str(tmp_path / "mine.pdf"))
    assert outcome.status == 2
    assert "printed as .html or .md" in outcome.err
    assert not (tmp_path / "mine.pdf").exists()


def test_words_name_actions_and_quantities(cli):
    words = cli("lesson", "words").out
    assert "move_point" in words
    assert "z LAYER UNIT without bias" in words
    assert "at_least" in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1\nh\n2\n", "still to be added"),
        ("h\n2\n", "The weight times x"),
        ("s\n", "2"),
        ("", "What comes out?"),
    ],
)
def test_a_lesson_is_played_in_the_terminal(cli, tmp_path, monkeypatch, typed, said):
    path = tmp_path / "mine.toml"
    cli("lesson", "new", str(path))
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    outcome = cli("lesson", "play", str(path))
    assert outcome.status == 0
    assert said in outcome.out
