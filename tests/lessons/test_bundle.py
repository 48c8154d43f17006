"""Lessons that take files along, beside them or in a zip; a zip made to do harm is refused."""

import zipfile

import pytest

from nnstudio.lessons.lesson_file import LessonError, read_lesson
from nnstudio.lessons.player import HeadlessPlayer, begin_step
from tests.lessons.conftest import TEXT

NETWORK = """\
title = "A line"
sizes = [1, 1]
activations = ["identity"]
x = [0.5]
[[weights]]
W = [[4]]
b = [1]
"""
WITH_FILE = TEXT.replace(
    'problem = "curve-line"\nnetwork = { sizes = [1, 1], activations = ["identity"] }\n'
    "weights = [{ W = [[2]], b = [1] }]\ninput = [0.3]\n",
    'network = "line.toml"\n',
)


@pytest.fixture
def pack(tmp_path):
    def write(**files):
        path = tmp_path / "mine.nnlesson"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                archive.writestr(name.replace("__", "."), text)
        return path

    return write


def output_of(lesson):
    return begin_step(HeadlessPlayer(), lesson.steps[0]).reading.outputs[0]


def test_a_zip_holds_a_lesson_and_its_network(pack):
    assert output_of(read_lesson(pack(lesson__toml=WITH_FILE, line__toml=NETWORK))) == 3


def test_a_network_may_lie_beside_the_lesson(tmp_path):
    (tmp_path / "lesson.toml").write_text(WITH_FILE, encoding="utf-8")
    with pytest.raises(LessonError, match=r"line 17: network cannot be: there is no file 'line.toml' beside"):
        read_lesson(tmp_path / "lesson.toml")
    (tmp_path / "line.toml").write_text(NETWORK, encoding="utf-8")
    assert output_of(read_lesson(tmp_path / "lesson.toml")) == 3
    (tmp_path / "line.toml").write_text("sizes = 3", encoding="utf-8")
    with pytest.raises(LessonError, match=r"line 17: network cannot be: line\.toml, line 1: sizes must"):
        read_lesson(tmp_path / "lesson.toml")


@pytest.mark.parametrize("name", ["../line.toml", "/etc/line.toml", "a\\line.toml", ".line.toml"])
def test_files_elsewhere_are_out_of_reach(tmp_path, name):
    text = WITH_FILE.replace('"line.toml"', repr(name))
    (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LessonError, match="line 17: network cannot be: there is no file"):
        read_lesson(tmp_path / "lesson.toml")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"line__toml": NETWORK}, "there is no lesson.toml in it"),
        ({"lesson__toml": TEXT, "../line__toml": NETWORK}, "no name that a file of a lesson can have"),
        ({"lesson__toml": TEXT, "folder/": ""}, "no name that a file of a lesson can have"),
        ({"lesson__toml": TEXT, **{f"a{k}": "" for k in range(50)}}, "more than 40 files"),
        ({"lesson__toml": TEXT.replace("format = 1", "format = 2")}, "mine.nnlesson, line 1: format is 2"),
    ],
)
def test_a_zip_made_to_do_harm_is_refused(pack, files, why):
    with pytest.raises(LessonError, match=why):
        read_lesson(pack(**files))


def test_a_zip_of_another_method_is_refused(tmp_path):
    path = tmp_path / "mine.nnlesson"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("lesson.toml", TEXT)
    with pytest.raises(LessonError, match="not packed by Deflate"):
        read_lesson(path)


def test_a_zip_that_grows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.lessons.bundle.MAX_FILE_BYTES", 10_000)
    path = tmp_path / "mine.nnlesson"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lesson.toml", TEXT)
        archive.writestr("zeros.toml", b"0" * 1_000_000)
    with pytest.raises(LessonError, match="more than 10,000 bytes"):
        read_lesson(path)


def test_what_is_no_zip_is_refused(tmp_path):
    path = tmp_path / "mine.nnlesson"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(LessonError, match="cannot be unpacked"):
        read_lesson(path)
