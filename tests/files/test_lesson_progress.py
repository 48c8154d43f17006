"""Progress in lessons is kept, and a damaged file is as none."""

import pytest

from nnstudio.files.lesson_progress import KeptLesson, answers_table, keep_progress, read_progress

KEPT = {"a-line": KeptLesson(1, ("done", "seen"), ({0: "2"}, {}))}


def test_what_is_kept_is_read(tmp_path):
    path = tmp_path / "own" / "progress.json"
    keep_progress(KEPT, path)
    assert read_progress(path) == KEPT
    assert read_progress(path)["a-line"].n_done == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"format": 2}',
        b'{"format": 1, "lessons": 3}',
        b'{"format": 1, "lessons": {"a": {"marks": "x", "answers": 1}}}',
        b'{"format": 1, "lessons": {"a": {"marks": ["seen"], "answers": [{}], "step": Infinity}}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_as_none(tmp_path, data):
    path = tmp_path / "progress.json"
    path.write_bytes(data)
    assert read_progress(path) == {}


def test_answers_are_a_table_that_spreadsheets_read():
    table = answers_table([("a-line", 1, "By hand", "done", 'What "is" it?', "2,0", "yes")])
    assert table.decode("utf-8-sig").splitlines()[1] == 'a-line,1,By hand,done,"What ""is"" it?","2,0",yes'
