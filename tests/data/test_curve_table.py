import gzip

import numpy as np
import pytest

from nnstudio.data.containers import ContainerError
from nnstudio.data.curve_table import (
    least_loss,
    notes_on_points,
    parse_curve_table,
    read_curve_file,
)
from nnstudio.data.problem import InputSpace
from nnstudio.data.table_text import TableError


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n-3,0.5\n",
        "1;2\n-3;0,5",
        "1\t2\n-3\t0.5\t\n",
        "1 2\n-3   0,5\n",
        "1, 2\r\n\r\n-3, .5\r\n",
        "1|2\n-3|5e-1",
        '"1","2"\n"-3","0.5"',
        "# measured\n1 2\n% pause\n-3 0.5",
        "1,0;2,0\n-3,0;0,5",
        "\ufeff1,2\n-3,0.5",
        "1 2\n−3 0.5",
    ],
)
def test_points_are_read_however_they_are_divided(text):
    table = parse_curve_table(text)
    assert table.x.dtype == table.y.dtype == np.float32
    assert table.x.tolist() == [[1], [-3]]
    assert table.y.tolist() == [[2], [0.5]]
    assert table.names == ("x", "y")
    assert not table.skipped


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("day,temperature", ("day", "temperature")),
        ('"day, counted","°C"', ("day, counted", "°C")),
        ("day;°C", ("day", "°C")),
        ("just words", ("just", "words")),
        (",y", ("x", "y")),
    ],
)
def test_the_first_line_may_name_the_columns_which_is_told(first, names):
    table = parse_curve_table(f"{first}\n0,1\n1,2.5\n")
    assert table.names == names
    assert table.x.tolist() == [[0], [1]]
    assert table.notes[0] == f"Its first line names the columns: {names[0]}, {names[1]}."


def test_decimal_commas_are_told():
    assert parse_curve_table("1;0,5\n2;1").notes == ("Commas within its numbers are read as decimal points.",)


def test_a_comma_that_could_be_either_is_told():
    assert parse_curve_table("0,5\n1,7").notes == (
        "The comma of each line is taken for what divides x from y, not for a decimal one.",
    )
    assert not parse_curve_table("0,5\n1,7.5").notes
    assert not parse_curve_table("0, 5\n1, 7").notes
    assert len(parse_curve_table("day,rain\n0,5\n1,7").notes) == 1


def test_each_bad_line_is_named_with_its_reason():
    table = parse_curve_table('x,y\n1,2\n3\n4,abc\n5,nan\n6,2e6\n7,\n8,9,10\n9,inf\n,1\n1_0,2\n2,"3\n11,12')
    assert table.x[:, 0].tolist() == [1, 11]
    assert [(line.what, line.why) for line in table.skipped] == [
        ("line 3", "it has x alone; y is missing"),
        ("line 4", "y is abc, which is no number"),
        ("line 5", "y is nan, which is no number"),
        ("line 6", "y is 2e6, beyond ±1,000,000"),
        ("line 7", "y is missing"),
        ("line 8", "it has 3 cells instead of 2"),
        ("line 9", "y is inf, beyond ±1,000,000"),
        ("line 10", "x is missing"),
        ("line 11", "x is 1_0, which is no number"),
        ("line 12", "its quotation marks do not match"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1\n2\n3\n", "The pasted text has x alone; y is missing. Write two numbers"),
        ("x\n1\n2\n", "has x alone"),
        ("", "has no point"),
        ("x,y\n", "has no point"),
        (
            "1,2,3\n4,5,6",
            "no point that can be read. Its line 1 was skipped because it has 3 cells instead of 2",
        ),
        ("nan,1\n", "x is nan"),
        ("one fish\ntwo fish\n", "x is two"),
        ("0 1\n" * 10_001, "more than 10,000"),
        ("0 a\n" * 10_001, "y is a"),
    ],
)
def test_text_without_points_is_refused(text, sentence):
    with pytest.raises(TableError, match=sentence):
        parse_curve_table(text)


def test_one_point_is_told():
    assert parse_curve_table("1.0,2").notes == ("There is one point; any slope fits it.",)


def test_equal_x_with_different_y_are_told_once_with_the_least_loss():
    """Means 2 and 5, so ½ (1 + 1 + 4 + 4) / 7."""
    x = np.array([0, 0, 1, 2, 2, 3, 3.0])[:, None]
    y = np.array([1, 3, 7, 3, 7, 0.1, 0.1])[:, None]
    assert least_loss(x, y) == (4, pytest.approx(0.5 * 10 / 7, rel=1e-15))
    assert notes_on_points(x, y) == ("4 points share x with another y: J cannot fall below 0.7143.",)
    assert not notes_on_points(x[2:4], y[2:4])


def test_equal_points_contradict_nothing():
    """The mean of three times 0.1 is not 0.1."""
    assert least_loss(np.zeros((3, 1)), np.full((3, 1), 0.1)) == (0, 0.0)


def test_random_and_spoilt_text_ends_in_points_or_the_documented_error():
    rng = np.random.default_rng(0)
    for _ in range(500):
        text = "".join(rng.choice(list("0123456789.,;\t \n\r\"'-+enaxy#_°\0\u2028"), rng.integers(0, 60)))
        try:
            table = parse_curve_table(text)
        except TableError:
            continue
        assert table.x.shape == table.y.shape
        assert np.isfinite(table.x).all()
        assert np.isfinite(table.y).all()


def test_a_file_may_be_packed_or_of_windows(tmp_path):
    packed = tmp_path / "points.csv.gz"
    packed.write_bytes(gzip.compress(b"1,2\n3,4.5"))
    assert read_curve_file(packed).y.tolist() == [[2], [4.5]]
    old = tmp_path / "old.csv"
    old.write_bytes("Tag;°C\n1;2".encode("cp1252"))
    table = read_curve_file(old)
    assert table.names == ("Tag", "°C")
    assert table.notes[0] == "Its text is not in UTF-8; it is read as Windows-1252."
    wide = tmp_path / "wide.csv"
    wide.write_text("1;2", "utf-16")
    assert read_curve_file(wide).x.tolist() == [[1]]


def test_a_file_of_another_kind_is_refused(tmp_path):
    arrays = tmp_path / "points.npy"
    np.save(arrays, np.zeros((3, 2)))
    with pytest.raises(ContainerError, match="is no table of text"):
        read_curve_file(arrays)
    noise = tmp_path / "noise.csv"
    noise.write_bytes(b"\x81\x8d\x8f\x90 1\n")
    with pytest.raises(TableError, match="no text in UTF-8"):
        read_curve_file(noise)
    with pytest.raises(ContainerError, match="There is no file"):
        read_curve_file(tmp_path / "none.csv")


def test_points_become_a_problem():
    problem = parse_curve_table("day;\u00b0C\n1;3,5\n2;4,5\n").problem("mine", "my\ttable.csv")
    assert (problem.name, problem.title) == ("mine", "my table.csv")
    assert problem.input_space == InputSpace("line", (1,), 1.0, 2.0, ("day",))
    (quantity,) = problem.output_space.quantities
    assert (quantity.name, quantity.low, quantity.high) == ("\u00b0C", 3.35, 4.65)
    assert problem.train.targets.tolist() == [[3.5], [4.5]]
    assert problem.test is problem.train


def test_a_single_point_has_a_range_too():
    problem = parse_curve_table("2 5").problem("one", "")
    assert (problem.input_space.low, problem.input_space.high) == (1, 3)
    assert problem.title == "data"
