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
