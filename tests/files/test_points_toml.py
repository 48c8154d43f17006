"""Points written as TOML, in rows, columns and tables, and what is refused, with its line."""

import numpy as np
import pytest

from nnstudio.files.file_types import POINTS, RECIPE, type_of
from nnstudio.files.points_toml import PointsTomlError, read_points_file

ROWS = """
# Three corners.
names = ["u", "v", "kind"]
points = [
  [0, 0, "no"],
  [0, 1.5, "yes, it is"],
  [1, 0, "yes, it is"],
]
"""
COLUMNS = """
kind = ["no", "yes, it is", "yes, it is"]
x1 = [0, 0, 1]
x2 = [0, 1.5, 0]
"""
TABLES = "".join(
    f'[[points]]\nx1 = {x1}\nx2 = {x2}\nkind = "{kind}"\n'
    for x1, x2, kind in ((0, 0, "no"), (0, 1.5, "yes, it is"), (1, 0, "yes, it is"))
)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "points.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("text", [ROWS, COLUMNS, TABLES])
def test_points_of_the_plane_are_read(written, text):
    path = written(text)
    assert type_of(path) is POINTS
    table = read_points_file(path)
    assert table.x.tolist() == [[0, 0], [0, 1.5], [1, 0]]
    assert table.class_names == ("no", "yes, it is")
    assert table.answers.tolist() == [0, 1, 1]
    assert table.names[2] == "kind"


def test_points_of_a_curve_and_numbers_over_the_plane_are_read(written):
    table = read_points_file(written("points = [[0, 1], [2, -0.25], [3, 1e3]]"))
    np.testing.assert_array_equal(table.x.ravel(), [0, 2, 3])
    table = read_points_file(written("points = [[0, 1, 0.5], [2, -0.25, 1], [3, 4, 2]]"))
    assert table.answers.ravel().tolist() == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("points = [\n[0, 1],\n[1, true],\n]", "line 3: points row 2 has something that is no number"),
        ("points = [[0, 1], [1]]", "row 2 has 1 entries"),
        ("points = [[0, 1], 2]", "row 2 is no row"),
        ("points = []", "has no row"),
        ('points = [[0, 1]]\nname = "a"', "name"),
        ('points = [[0, 1]]\nnames = ["x"]', "one for each of 2 columns"),
        ("[[points]]\nx = 1\ny = 2\n[[points]]\nx = 1\nz = 2", "row 2 must have x, y"),
        ("x = [1, 2]\ny = [1]", "all columns need as many"),
        ("x = [1, 2]\ny = [1, nan]", "row 2 is no number"),
        (f"x = [1, 2]\ny = [1, 1{'0' * 400}]", "row 2 is no number"),
    ],
)
def test_what_is_no_table_of_points_is_refused(written, text, words):
    with pytest.raises(PointsTomlError, match=words):
        read_points_file(written(text))


def test_other_toml_is_no_table_of_points(written):
    assert type_of(written("x = [1")) is RECIPE
    assert type_of(written('title = "A recipe"')) is RECIPE
