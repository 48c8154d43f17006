"""Tables of points: told from other text by their columns, read, and written so that they are read again."""

import gzip

import numpy as np
import pytest

from nnstudio.data.curve_table import CurveTable
from nnstudio.data.curves import CURVES, curve_points
from nnstudio.data.own_points import OwnPoints
from nnstudio.data.plane_sets import PLANE_SETS, plane_points
from nnstudio.data.plane_table import PlaneTable
from nnstudio.data.points_table import (
    is_points_table,
    looks_like_points,
    parse_points,
    points_text,
    read_points,
)
from nnstudio.data.problems import load_problem
from nnstudio.data.table_text import TableError


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1,2\n3,4", CurveTable),
        ("x;y\n1,5;2\n3;4", CurveTable),
        ("1,2,a\n3,4,b", PlaneTable),
        ("x1\tx2\tcolour\n1\t2\tred\n3\t4\tblue", PlaneTable),
        ("1,5;2;a\n1;2;b\n1;2", PlaneTable),
        ("# three\n\n0 0 0.5\n1 0 0.25\n1 1", PlaneTable),
        ("1,2,a\n3,4,b\n5,6", PlaneTable),
        ("1 2\n3 4\n5", CurveTable),
    ],
)
def test_the_columns_of_most_lines_decide(text, kind, tmp_path):
    assert isinstance(parse_points(text), kind)
    path = tmp_path / "points.csv"
    path.write_text(text, "utf-8")
    assert is_points_table(path)


@pytest.mark.parametrize("text", ["", "hello", "a,b,c\nd,e,f", "1,2,3,4\n5,6,7,8", "a,b\nc,d"])
def test_other_text_is_none(text):
    assert not looks_like_points(text.splitlines())


def test_a_packed_table_is_read_as_what_it_turns_out_to_be(tmp_path):
    for text, n_features in (("1,2\n3,4", 1), ("1,2,a\n3,4,b", 2)):
        path = tmp_path / "points.csv.gz"
        path.write_bytes(gzip.compress(text.encode()))
        assert read_points(path).x.shape == (2, n_features)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2,a\n3,4,a", "one class alone, a; a second class is needed to learn anything"),
        ("".join(f"{k},{k},{letter}\n" for k, letter in enumerate("abcdefg")), "has 7 classes"),
        ("2e6,1,a\n0,3e6,b", "line 1 was skipped because x1 is 2e6, beyond ±1,000,000"),
    ],
)
def test_points_of_the_plane_that_cannot_be_learned_are_refused_in_their_words(tmp_path, text, sentence):
    path = tmp_path / "points.csv"
    path.write_text(text, "utf-8")
    for read, source in ((read_points, path), (parse_points, text)):
        with pytest.raises(TableError, match=sentence):
            read(source)


def test_what_is_written_is_read_back_to_the_last_digit():
    x, labels = plane_points(PLANE_SETS["plane-spiral"], rng=np.random.default_rng(0), n_classes=3)
    names = ("a, b", 'say "c"', "ü")
    table = parse_points(points_text(x, labels, names))
    np.testing.assert_array_equal(table.x, x)
    assert [table.class_names[k] for k in table.answers] == [names[k] for k in labels]
    assert table.names == ("x1", "x2", "class")
    x, y = plane_points(PLANE_SETS["plane-bell"], rng=np.random.default_rng(0), noise=0.1)
    table = parse_points(points_text(x, y, names=("east", "north", "height")))
    np.testing.assert_array_equal(table.x, x)
    np.testing.assert_array_equal(table.answers, y)
    assert table.names == ("east", "north", "height")
    x, y = curve_points(CURVES["curve-sine"], rng=np.random.default_rng(0))
    table = parse_points(points_text(x, y))
    np.testing.assert_array_equal(table.x, x)
    np.testing.assert_array_equal(table.y, y)
    assert table.names == ("x", "y")


@pytest.mark.parametrize("name", ["curve-temperature", "plane-xor", "plane-ring", "plane-saddle"])
def test_points_of_a_problem_are_read_back(name):
    points = OwnPoints.of(load_problem(name))
    table = parse_points(points.table_text())
    np.testing.assert_array_equal(table.x, points.x)
    problem = table.problem("mine", "mine")
    if points.answers.ndim == 1:
        before = [points.output_space.class_names[label] for label in points.answers]
        after = [problem.output_space.class_names[label] for label in problem.train.labels]
        assert before == after
    else:
        np.testing.assert_array_equal(problem.train.targets, points.answers)
    assert problem.input_space.names == points.input_space.names
