import os

import numpy as np
import pytest

from nnstudio.data.table import TableError, read_table


@pytest.fixture
def table(tmp_path):
    """Write text or bytes to a file and read it as a table."""

    def read(content, **options):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return read


def test_labels_and_pixels_are_read_line_by_line(table):
    imported = table("7,0,255,128,0\n3,1,2,3,4\n7,0,0,0,9\n")
    assert imported.class_names == ("3", "7")
    assert imported.samples.labels.tolist() == [1, 0, 1]
    assert imported.samples.x.tolist() == [[0, 255, 128, 0], [1, 2, 3, 4], [0, 0, 0, 9]]
    assert imported.shape == (2, 2)
    assert imported.samples.scale == 1 / 255
    assert imported.account() == "3 images of 2 classes were read."


@pytest.mark.parametrize(
    "content",
    [
        "label,1x1,1x2,2x1,2x2\n7,0,255,128,0\n3,1,2,3,4\n",
        "\ufeff7,0,255,128,0\r\n\r\n3,1,2,3,4\r\n\r\n",
        "7;0;255;128;0\n3;1;2;3;4",
        "7\t0\t255\t128\t0\n3\t1\t2\t3\t4\n",
        '"7", 0, 255, 128, 0 \n"3" ,1,2,3,4\n',
        "7,0.0,2.55e2,128.0,0\n3,1,2,3,4\n",
    ],
    ids=["names", "windows", "semicolons", "tabs", "quotes", "decimals"],
)
def test_the_same_table_in_other_dress(table, content):
    imported = table(content)
    assert imported.class_names == ("3", "7")
    assert imported.samples.x.tolist() == [[0, 255, 128, 0], [1, 2, 3, 4]]
    assert imported.skipped == ()


@pytest.mark.parametrize("content", ["a,0,1,0.5,0\nb,0,0,0,1\n", "a,0,1,0.5,0\nb,0.0,0,0,1.0\n"])
def test_shares_of_ink_are_scaled_to_bytes(table, content):
    assert table(content).samples.x.tolist() == [[0, 255, 128, 0], [0, 0, 0, 255]]


def test_what_is_skipped_is_accounted_for(table):
    imported = table(
        "a,0,1,2,3\n"
        "a,0,1,2\n"
        "b,0,1,2,3\n"
        "b,0,1,2,x\n"
        "b,0,1,2,256\n"
        "b,0,1,2,-1\n"
        "b,0,1,2,nan\n"
        "b,0,1,2,1_0\n"
        ",0,1,2,3\n" + "c" * 33 + ",0,1,2,3\n"
        "b,0,1,2,3,4\n"
    )
    assert len(imported.samples) == 2
    assert imported.class_names == ("a", "b")
    assert [(skipped.what, skipped.why) for skipped in imported.skipped] == [
        ("line 2", "it does not have 4 pixels like the lines before it"),
        ("line 4", "a pixel is no number"),
        ("line 5", "a pixel is not between 0 and 255"),
        ("line 6", "a pixel is not between 0 and 255"),
        ("line 7", "a pixel is not between 0 and 255"),
        ("line 8", "a pixel is no number"),
        ("line 9", "a label has 1 to 32 printable characters"),
        ("line 10", "a label has 1 to 32 printable characters"),
        ("line 11", "it does not have 4 pixels like the lines before it"),
    ]
    account = imported.account().splitlines()
    assert account[0] == "2 images of 2 classes were read."
    assert account[1] == "line 5 was skipped because a pixel is not between 0 and 255; 2 more likewise."


def test_labels_may_be_words(table):
    imported = table("left arrow,0,1,2,3\nβ,0,1,2,3\n")
    assert imported.class_names == ("left arrow", "β")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "images of 0 classes"),
        ("a,b,c,d,e\n", "images of 0 classes"),
        ("a,0,1,2,3\n", "images of 1 class; at least two"),
        (
            "a,0,1,2\nb,0,1,2\n",
            "pixels follow. Its line 1 was skipped because it does not have the pixels of a square image",
        ),
        ("a,1\nb,2\n", "square image of 2 to 256 a side"),
        (b"a,0,1,2,3\n\xff\xfe,0,1,2,3\n", "not text in UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text in UTF-8"),
        ("9" * 3_000_000, "line 1 is longer than"),
        ("".join(f"{n},0,1,2,3\n" for n in range(1_001)), "more than 1,000 different labels"),
        ("a,0,1,2,3\n" + "x\n" * 100_001, "no table of images: of the first 100,002 lines"),
    ],
)
def test_what_is_no_table_of_images_is_refused(table, content, words):
    with pytest.raises(TableError, match=words):
        table(content)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(TableError, match="There is no file"):
        read_table(tmp_path / "nowhere.csv")
    with pytest.raises(TableError, match="is a folder"):
        read_table(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TableError, match="There is no file"):
        read_table(tmp_path / "pipe")


def test_too_many_pixels_are_refused(table, monkeypatch):
    monkeypatch.setattr("nnstudio.data.table.MAX_VALUES", 8)
    with pytest.raises(TableError, match="more than 8 pixels"):
        table("a,0,1,2,3\nb,0,1,2,3\nc,0,1,2,3\n")


def test_progress_is_reported(table):
    seen = []
    content = "".join(f"{n % 2},0,1,2,3\n" for n in range(1_200))
    table(content, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500 * 10, 12_000), (1_000 * 10, 12_000), (12_000, 12_000)]


def test_a_table_of_mnists_shape_becomes_a_problem(table):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 784))
    lines = [",".join(map(str, (n % 4, *image))) for n, image in enumerate(images)]
    imported = table("\n".join(lines))
    np.testing.assert_array_equal(imported.samples.x, images)
    problem = imported.problem("mine", "Mine", "My own.", rng=rng)
    assert (len(problem.train), len(problem.test)) == (32, 8)
    assert problem.input_space.shape == (28, 28)


def test_random_bytes_and_spoilt_tables_end_in_the_documented_error(table):
    rng = np.random.default_rng(0)
    whole = b"label,a,b,c,d\n" + b"".join(b"%d,0,1,2,3\n" % (n % 3) for n in range(20))
    for _ in range(300):
        spoilt = bytearray(whole)
        for at in rng.integers(len(whole), size=rng.integers(1, 40)):
            spoilt[at] = rng.choice((0, 10, 13, 34, 44, 45, 46, 48, 59, 101, 110, 195, 255))
        try:
            imported = table(bytes(spoilt))
        except TableError:
            continue
        assert imported.samples.x.shape == (len(imported.samples), imported.shape[0] ** 2)
