import gzip

import numpy as np
import pytest

from nnstudio.data.containers import ContainerError
from nnstudio.data.plane_sets import EDGE
from nnstudio.data.plane_table import (
    contradictions,
    note_on_axes,
    notes_on_points,
    parse_plane_table,
    plane_range,
    read_plane_file,
)
from nnstudio.data.problem import InputSpace
from nnstudio.data.table_text import TableError


@pytest.mark.parametrize(
    "text",
    [
        "1,2,b\n-1.5,0.5,a\n",
        "1;2;b\n-1,5;0,5;a",
        "1\t2\tb\n-1.5\t0.5\ta\t\n",
        "1 2 b\n-1,5   0,5 a\n",
        "1, 2, b\r\n\r\n-1.5, .5, a\r\n",
        "1|2|b\n-15e-1|5e-1|a",
        '"1","2","b"\n"-1.5","0.5","a"',
        "# measured\n1 2 b\n% pause\n−1.5 0.5 a",
        "\ufeff1,2,b\n-1.5,0.5,a",
    ],
)
def test_points_are_read_however_they_are_divided(text):
    table = parse_plane_table(text)
    assert table.x.dtype == np.float32
    assert table.x.tolist() == [[1, 2], [-1.5, 0.5]]
    assert table.answers.tolist() == [1, 0]
    assert table.class_names == ("a", "b")
    assert table.answers.dtype == np.int64
    assert table.names == ("x₁", "x₂", "class")
    assert not table.skipped


def test_the_first_line_may_name_the_columns_which_is_told():
    table = parse_plane_table("width,height,kind\n0,1,a\n1,1,b")
    assert table.names == ("width", "height", "kind")
    assert table.notes == ("Its first line names the columns: width, height, kind.",)
    assert parse_plane_table("w,,\n0,1,a\n1,1,b").names == ("w", "x₂", "class")


def test_whole_numbers_are_classes_while_they_are_few():
    table = parse_plane_table("0,0,2\n1,0,10\n0,1,2.0\n1,1,-1")
    assert table.class_names == ("-1", "2", "10")
    assert table.answers.tolist() == [1, 2, 1, 0]
    assert table.notes == ("Its third column has 3 different numbers, which are read as classes.",)


def test_other_numbers_are_numbers_and_a_word_among_them_is_a_bad_line():
    table = parse_plane_table("0,0,1\n1,0,abc\n0,1,2.5\n1,1,2e7")
    assert table.class_names == ()
    assert table.answers.tolist() == [[1], [2.5]]
    assert table.answers.dtype == np.float32
    assert table.x.tolist() == [[0, 0], [0, 1]]
    assert table.names[2] == "y"
    assert [(line.what, line.why) for line in table.skipped] == [
        ("line 2", "y is abc, which is no number"),
        ("line 4", "y is 2e7, beyond ±1,000,000"),
    ]
    seven = "".join(f"{x},0,{x}\n" for x in range(7))
    assert parse_plane_table(seven).answers[:, 0].tolist() == list(range(7))


def test_what_the_third_column_is_can_be_chosen():
    text = "0,0,1\n1,0,0\n"
    assert parse_plane_table(text, as_numbers=True).answers.tolist() == [[1], [0]]
    assert parse_plane_table(text, as_numbers=False).notes == ()
    assert parse_plane_table("0,0,1.5\n1,0,2", as_numbers=False).class_names == ("1.5", "2")
    with pytest.raises(TableError, match=r"line 1 was skipped because y is a, which is no number\. Write"):
        parse_plane_table("0,0,a\n1,0,b\n", as_numbers=True)


def test_each_bad_line_is_named_with_its_reason():
    table = parse_plane_table(
        "x1,x2,class\n1,2,a\n3\n4,abc,a\nnan,5,a\n6,2e6,a\n7,7\n8,,a\n9,9,\n1,2,a,b\n"
        + f'1_0,2,a\n2,"3,a\n1,1,{"c" * 33}\n11,12,b'
    )
    assert table.x[:, 0].tolist() == [1, 11]
    assert [(line.what, line.why) for line in table.skipped] == [
        ("line 3", "it has 1 cells instead of 3"),
        ("line 4", "x2 is abc, which is no number"),
        ("line 5", "x1 is nan, which is no number"),
        ("line 6", "x2 is 2e6, beyond ±1,000,000"),
        ("line 7", "it has x1 and x2 alone; the class, or a number, is missing"),
        ("line 8", "x2 is missing"),
        ("line 9", "it has x1 and x2 alone; the class, or a number, is missing"),
        ("line 10", "it has 4 cells instead of 3"),
        ("line 11", "x1 is 1_0, which is no number"),
        ("line 12", "its quotation marks do not match"),
        ("line 13", "its class is longer than 32 characters"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The pasted text has no point. Write x1, x2 and the class"),
        ("x1,x2,class\n", "has no point"),
        ("1,2\n3,4", "line 1 was skipped because it has x1 and x2 alone"),
        ("1,2,a\n3,4,a", "has one class alone, a; a second class is needed to learn anything"),
        ("".join(f"{k},0,{'abcdefg'[k]}\n" for k in range(7)), "has 7 classes, such as a, b, c"),
        ("0 1 a\n" * 10_001, "more than 10,000"),
    ],
)
def test_text_that_makes_no_problem_is_refused(text, sentence):
    with pytest.raises(TableError, match=sentence):
        parse_plane_table(text)


def test_contradictions_are_counted_with_the_best_that_remains():
    x = np.zeros((200, 2))
    x[5:] = np.arange(195)[:, None] / 100
    labels = np.zeros(200, int)
    labels[:2] = 1
    labels[5], x[6] = 1, x[5]
    assert contradictions(x, labels) == 3
    assert notes_on_points(x, labels) == (
        "3 points cannot be right, for others at the same place are of another class: at best 98.5 % right.",
    )


def test_numbers_that_contradict_bound_the_loss():
    notes = notes_on_points(np.array([[0, 0], [0, 0], [1, 0.0]]), np.array([[1.0], [3], [9]]))
    assert notes == (
        "2 points have another number than others at the same place: J cannot fall below 0.3333.",
    )
    assert not notes_on_points(np.array([[0, 1], [0, 0.0]]), np.array([[1.0], [3]]))


def test_axes_grow_with_points_that_lie_outside_and_say_so():
    x = np.array([[2, -2.0]])
    assert plane_range(x) == ((-2, -2), (2, 2))
    assert not note_on_axes(x)
    assert note_on_axes(np.array([[0, 1.0], [103, 1.5]])) == (
        "The axes go from -10 to 110 and from 0.97 to 1.53.",
    )


@pytest.mark.parametrize("spread", [1e-7, 1e-3, 1, 1e6])
def test_axes_have_room_for_every_point(spread):
    rng = np.random.default_rng(0)
    for middle in (0, 3, -1e6 + spread):
        x = (middle + spread * rng.uniform(-1, 1, (50, 2))).astype(np.float32)
        lows, highs = plane_range(x)
        assert (np.float32(lows) < x).all()
        assert (x < np.float32(highs)).all()


def test_random_and_spoilt_text_ends_in_points_or_the_documented_error():
    rng = np.random.default_rng(0)
    for _ in range(300):
        text = "".join(rng.choice(list("0123456789.,;\t \n\r\"'-+enaxy#_°\0\u2028"), rng.integers(0, 60)))
        try:
            table = parse_plane_table(text)
        except TableError:
            continue
        assert table.x.shape[1] == 2
        assert np.isfinite(table.x).all()


def test_a_file_may_be_packed_or_of_windows_and_of_another_kind_is_refused(tmp_path):
    packed = tmp_path / "points.csv.gz"
    packed.write_bytes(gzip.compress(b"1,2,a\n3,4.5,b"))
    assert read_plane_file(packed).class_names == ("a", "b")
    old = tmp_path / "old.csv"
    old.write_bytes("1;2;Bär\n1;3;Öl".encode("cp1252"))
    table = read_plane_file(old)
    assert table.class_names == ("Bär", "Öl")
    assert table.notes == (
        "Its text is not in UTF-8; it is read as Windows-1252.",
        "The axes go from -0.1 to 2.1 and from 1.9 to 3.1.",
    )
    arrays = tmp_path / "points.npy"
    np.save(arrays, np.zeros((3, 2)))
    with pytest.raises(ContainerError, match="is no table of text"):
        read_plane_file(arrays)


def test_points_with_classes_become_a_problem():
    problem = parse_plane_table("width;height;kind\n1;2;b\n-1,5;0,5;a\n").problem("mine", "mine.csv")
    assert problem.input_space == InputSpace("plane", (2,), (-EDGE, -EDGE), (EDGE, EDGE), ("width", "height"))
    assert problem.output_space.class_names == ("a", "b")
    assert problem.train.labels.tolist() == [1, 0]
    assert problem.test is problem.train


def test_points_with_numbers_become_a_problem():
    problem = parse_plane_table("10 20 0.5\n30 20 2.5\n", as_numbers=True).problem("mine", "m")
    assert problem.input_space.names == ("x₁", "x₂")
    assert problem.input_space.lows[0] < 10 < 30 < problem.input_space.highs[0]
    (quantity,) = problem.output_space.quantities
    assert (quantity.name, quantity.low, quantity.high) == ("y", pytest.approx(0.2), pytest.approx(2.8))
    assert problem.train.targets.tolist() == [[0.5], [2.5]]


def test_equal_names_of_coordinates_are_not_taken():
    assert parse_plane_table("x;x;k\n1;2;b\n2;3;a\n").problem("m", "m").input_space.names == ("x₁", "x₂")
