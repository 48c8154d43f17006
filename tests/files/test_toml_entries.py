import pytest

from nnstudio.errors import UserError
from nnstudio.files.toml_entries import TomlFile

TEXT = '''\
title = "a [b] # c"  # b = 1
note = """
b = 1
[other]
\\""" b = 2
"""
plain = \'\'\'
b = 1
\'\'\'
rows = [
  [1],  # [2]
  [2, "],"],

  # three
  [
    3],
]
after = 1
[other]
text = """b = 1
[third]
b = 2"""
b = 3
numbers = [
  1, 2,
  3,
]
inline = [[1], [2]]
[third]
b = 4
'''


class ReadError(UserError):
    """What these tests raise."""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file.toml"
    path.write_text(TEXT, encoding="utf-8")
    return TomlFile(path, ReadError)


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        ("", "title", 1),
        ("", "plain", 7),
        ("", "rows", 10),
        ("", "after", 18),
        ("", "b", 1),
        ("", "other", 19),
        ("other", "b", 23),
        ("other", "numbers", 24),
        ("other", "missing", 19),
        ("third", "b", 30),
    ],
)
def test_a_line_in_a_text_or_an_array_is_no_key_and_no_header(file, table, key, line):
    with pytest.raises(ReadError, match=f"line {line}: {key} is wrong"):
        file.refuse(table, 0, key, "is wrong")


@pytest.mark.parametrize(
    ("table", "key", "element", "line"),
    [
        ("", "rows", 0, 11),
        ("", "rows", 1, 12),
        ("", "rows", 2, 15),
        ("other", "numbers", 1, 25),
        ("other", "numbers", 2, 26),
        ("other", "inline", 1, 28),
    ],
)
def test_an_element_of_an_array_is_refused_at_its_own_line(file, table, key, element, line):
    read = file.table(table) if table else file.top(("other", "third"))
    with pytest.raises(ReadError, match=f"line {line}: {key} is wrong"):
        read.refuse(key, "is wrong", element)


def test_the_longest_file_is_the_readers_choice(tmp_path):
    path = tmp_path / "file.toml"
    path.write_text(TEXT, encoding="utf-8")
    size = len(TEXT.encode())
    assert "other" in TomlFile(path, ReadError, size)
    with pytest.raises(ReadError, match=f"longer than {size - 1} bytes"):
        TomlFile(path, ReadError, size - 1)


NESTED = """\
[[step]]
[[step.ask]]
q = 1
[[step.ask]]
[[step.ask.wrong]]
s = 1
[[step]]
[step.set]
k = 1
[[step.ask]]
wrong = [
  {s = 1},
  {s = 2},
]
n = 1
"""


@pytest.fixture
def steps(tmp_path):
    path = tmp_path / "nested.toml"
    path.write_text(NESTED.replace("n = 1", "n = 1" + "0" * 400), encoding="utf-8")
    return TomlFile(path, ReadError).tables("step")


@pytest.mark.parametrize(
    ("step", "ask", "wrong", "key", "line"),
    [(0, 0, None, "q", 3), (0, 1, None, "q", 4), (0, 1, 0, "s", 6), (1, 0, 1, "s", 13), (1, 0, 0, "t", 12)],
)
def test_tables_within_tables_have_lines_of_their_own(steps, step, ask, wrong, key, line):
    table = steps[step].sub_tables("ask")[ask]
    if wrong is not None:
        table = table.sub_tables("wrong")[wrong]
    with pytest.raises(ReadError, match=f"line {line}: {key} is wrong"):
        table.refuse(key, "is wrong")


def test_a_table_within_the_second_of_its_name(steps):
    with pytest.raises(ReadError, match=r"line 8: set must be tables, each written \[\[step.set\]\]"):
        steps[1].sub_tables("set")
    assert steps[0].sub_tables("set") == []


def test_an_unknown_entry_of_a_table_within_another(steps):
    with pytest.raises(ReadError, match="line 9: k is not an entry"):
        steps[1].sub_table("set").finish()


def test_a_whole_number_that_is_no_float_is_refused(steps):
    with pytest.raises(ReadError, match="line 15: n is too large"):
        steps[1].sub_tables("ask")[0].take("n", float, "a number")
