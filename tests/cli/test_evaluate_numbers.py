"""``nnstudio evaluate`` for models that give out numbers."""

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.engine.architecture import Architecture
from nnstudio.files.model_file import Model, save_model


@pytest.fixture
def table(tmp_path):
    def write(text):
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return tmp_path / "table.csv"

    return write


def test_a_table_is_measured(cli, line_model, table):
    """The line gives 1, 3, −1; errors 0, 1 and −2."""
    path = table("x;y\n0;1\n1;2\n-1;1\n")
    outcome = cli("evaluate", "--model", line_model, "--data", path, "--json")
    assert outcome == (0, outcome.out, "")
    measured = outcome.json
    assert measured == {
        "n": 3,
        "J": pytest.approx(5 / 6),
        "rmse": pytest.approx((5 / 3) ** 0.5),
        "largest_error": 2,
        "largest_error_at": {"x": -1},
        "r2": pytest.approx(1 - 5 / (2 / 3)),
    }
    lines = cli("evaluate", "--model", line_model, "--data", path).out.splitlines()
    assert lines == [
        "n              3",
        "J              0.8333 (half the mean squared error)",
        "RMSE           1.291",
        "largest error  2 at x = -1",
        "R²             -6.5",
    ]


def test_several_outputs_are_measured_together(cli, sums_model, table):
    path = table("1,0,1,10\n0,1,1,4\n")
    measured = cli("evaluate", "--model", sums_model, "--data", path, "--json").json
    assert measured["J"] == 4
    assert measured["rmse"] == 2
    assert measured["largest_error"] == 4
    assert measured["largest_error_at"] == {"length": 0, "b": 1}


def test_features_of_points_are_computed(cli, table, tmp_path):
    """The network gives out r + x₁, of (3, 4) 8 and of (−3, 4) 2: errors 0 and −1."""
    space = InputSpace("numbers", (2,), -20.0, 20.0, ("r", "x₁"))
    answers = OutputSpace(quantities=(Quantity("y", ""),))
    model = tmp_path / "features.safetensors"
    save_model(
        model,
        Model(Architecture((2, 1), ("identity",)), np.array([1, 1, 0], np.float32), space, answers),
    )
    path = table("x1,x2,y\n3,4,8\n-3,4,3\n")
    measured = cli("evaluate", "--model", model, "--data", path, "--json").json
    assert (measured["J"], measured["largest_error_at"]) == (0.25, {"r": 5, "x₁": -3})


def test_without_a_spread_there_is_no_r2(cli, line_model, table):
    path = table("0,1\n1,1\n")
    assert cli("evaluate", "--model", line_model, "--data", path, "--json").json["r2"] is None
    assert "none: all answers are the same" in cli("evaluate", "--model", line_model, "--data", path).out


def test_lines_without_an_answer_are_left_out_and_told(cli, line_model, table):
    outcome = cli("evaluate", "--model", line_model, "--data", table("0,1\n1,\n2\n3,x\n"), "--json")
    assert outcome.status == 0
    assert outcome.json["n"] == 1
    assert "line 2 was skipped because y is missing." in outcome.err
    assert "line 4 was skipped because y is x, which is no number." in outcome.err
    assert "line 3 was skipped because it has no answer to compare with." in outcome.err


def test_inputs_outside_the_range_are_counted(cli, line_model, table):
    outcome = cli("evaluate", "--model", line_model, "--data", table("2,5\n3,7\n-2.1,0\n"), "--json")
    assert outcome.json["n"] == 3
    assert outcome.err == "2 of 3 inputs are outside the range that line was made for.\n"


def test_classes_are_not_measured_on_numbers(cli, moons_model):
    outcome = cli("evaluate", "--model", moons_model, "--data", "curve-sine")
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert (
        "The answers of curve-sine are numbers; the model moons tells classes apart (upper moon, lower moon)."
        in outcome.err
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (("plane-moons",), "The answers of plane-moons are classes; the model line gives out numbers, y."),
        (("nothing-there",), "There is no nothing-there: neither a table nor a problem whose answers are"),
        (("a", "b"), "--data takes one problem or table for line, not 2"),
    ],
)
def test_other_data_are_refused(cli, line_model, data, says):
    outcome = cli("evaluate", "--model", line_model, "--data", *data)
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert says in outcome.err


def test_a_table_without_answers_is_refused(cli, line_model, table):
    outcome = cli("evaluate", "--model", line_model, "--data", table("1\n2\n"))
    assert outcome.status == 2
    assert outcome.complaints[-1].endswith(
        "has no line with 1 to take and 1 to give out; nothing was measured."
    )
