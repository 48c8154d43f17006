"""``nnstudio predict`` for models that take numbers: typed ones, and tables."""

import gzip
import json

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import Model, load_model, save_model


def test_a_number_is_answered_with_a_number(cli, line_model):
    outcome = cli("predict", "0.25", "--model", line_model, "--json")
    assert outcome == (0, outcome.out, "")
    assert outcome.json == [{"input": {"x": 0.25}, "output": {"y": 1.5}, "units": {"y": "°C"}}]
    assert cli("predict", "0.25", "--model", line_model).out == "x = 0.25  y = 1.5 °C\n"


@pytest.mark.parametrize("word", ["-0.75", "-.75", "-7.5e-1", "-0,75", "-75e-2"])
def test_negative_numbers_are_no_options(cli, line_model, word):
    for words in ((word, "--model", line_model), ("--model", line_model, word)):
        assert cli("predict", *words, "--json").json[0]["output"]["y"] == -0.5


def test_several_numbers_are_several_inputs(cli, line_model, sums_model):
    answers = cli("predict", "0", "1", "-1", "--model", line_model, "--json").json
    assert [answer["output"]["y"] for answer in answers] == [1, 3, -1]
    answers = cli("predict", "0.5", "0.25", "1", "0", "--model", sums_model, "--json").json
    assert answers == [
        {
            "input": {"length": 0.5, "b": 0.25},
            "output": {"sum": 0.75, "tenfold": 5},
            "units": {"sum": "", "tenfold": "mm"},
        },
        {
            "input": {"length": 1, "b": 0},
            "output": {"sum": 1, "tenfold": 10},
            "units": {"sum": "", "tenfold": "mm"},
        },
    ]


def test_a_point_of_the_plane_is_told_its_class(cli, moons_model):
    (answer,) = cli("predict", "0.4", "-0.7", "--model", moons_model, "--json").json
    model = load_model(moons_model)
    p = predict(model.architecture, model.theta, np.array([[0.4, -0.7]], np.float32))[0]
    assert answer["input"] == {"x₁": 0.4, "x₂": -0.7}
    assert answer["label"] == model.output_space.class_names[p.argmax()]
    assert list(answer["probabilities"].values()) == pytest.approx(p.tolist())
    line = cli("predict", "0.4", "-0.7", "--model", moons_model).out
    assert line.startswith(f"x₁ = 0.4  x₂ = -0.7  {answer['label']}  ")
    assert "(next: " in line


def test_of_units_that_step_the_largest_sum_decides(cli, tmp_path):
    model = Model(
        Architecture((2, 2), ("step",)),
        np.array([1, 0, 2, 0, 0, 0], np.float32),
        InputSpace("plane", (2,), -1.0, 1.0, ("x", "y")),
        OutputSpace(("first", "second")),
    )
    save_model(tmp_path / "step", model)
    words = ("predict", "1", "0", "--model", tmp_path / "step")
    (answer,) = cli(*words, "--json").json
    assert (answer["label"], answer["probabilities"]) == ("second", {"first": 1, "second": 1})
    assert "second  100.0 %  (next: first 100.0 %)" in cli(*words).out


def test_outside_its_range_is_answered_and_said(cli, sums_model):
    outcome = cli("predict", "3", "-1", "0.5", "1.5", "--model", sums_model, "--json")
    assert outcome.status == 0
    assert [answer["outside"] for answer in outcome.json] == [["length"], ["b"]]
    assert outcome.json[0]["output"]["sum"] == 2
    lines = cli("predict", "3", "-1", "0.5", "1", "--model", sums_model).out.splitlines()
    assert [line.partition("mm")[2].strip() for line in lines] == ["length is outside 0 … 1", ""]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("1", "2", "3"), "takes 2 numbers for each input, length and b. 3 cannot be divided"),
        (("1",), "1 cannot be divided"),
        (("1", "two"), "'two' is neither a number, written like -0.5 or 1e-3, nor a file"),
        (("1_0", "2"), "'1_0' is neither a number"),
        (("nan", "1"), "nan is no finite number"),
        (("inf", "1"), "inf is no finite number"),
        (("1e39", "1"), "1e39 is no finite number of single precision"),
        (("--single", "1", "2"), "--single is for images"),
        (("1", "2", "--transpose"), "--transpose is for images"),
        ((".", "1", "2"), "There is no file ."),
    ],
)
def test_what_is_no_input_is_said_in_one_sentence(cli, sums_model, words, says):
    outcome = cli("predict", "--model", sums_model, *words)
    assert (outcome.status, outcome.out, len(outcome.complaints)) == (2, "", 1)
    assert says in outcome.err


def test_an_answer_beyond_single_precision_is_no_answer(cli, sums_model):
    outcome = cli("predict", "1e38", "0", "0.5", "0", "--model", sums_model, "--json")
    assert outcome.status == 2
    assert "The answer at length = 1e+38  b = 0 is no finite number" in outcome.err
    assert ["error" in answer for answer in outcome.json] == [True, False]
    assert "NaN" not in outcome.out
    assert "Infinity" not in outcome.out


@pytest.fixture
def table(tmp_path):
    def write(text):
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return tmp_path / "table.csv"

    return write


@pytest.mark.parametrize(
    "text",
    [
        "0.5,0.25\n1,0\n",
        "length;b\n0,5;0,25\n1;0\n",
        "# points\n\n0.5 0.25\n1  0\n",
        "0.5\t0.25\t9\t9\n1\t0\t9\t9\n",
        "length,b,sum,tenfold\r\n0.5,0.25,9,9\r\n1,0,,\r\n",
    ],
)
def test_a_line_of_a_table_is_an_input(cli, sums_model, table, text):
    outcome = cli("predict", table(text), "--model", sums_model, "--json")
    assert outcome.status == 0
    assert [answer["output"] for answer in outcome.json] == [
        {"sum": 0.75, "tenfold": 5},
        {"sum": 1, "tenfold": 10},
    ]
    assert ("not looked at" in outcome.err) == ("9" in text)


def test_one_number_a_line(cli, line_model, table):
    path = table("x\n0.5\n-1\n")
    answers = cli("predict", "1", path, "2", "--model", line_model, "--json").json
    assert [answer["output"]["y"] for answer in answers] == [3, 2, -1, 5]
    assert answers[1]["path"] == str(path)
    assert [answer.get("entry") for answer in answers] == [None, "line 2", "line 3", None]


def test_lines_that_cannot_be_read_are_named_and_the_others_answered(cli, line_model, table):
    path = table("0.5\nhello\n1e999\nnan\n1;2;3\n1\n")
    outcome = cli("predict", path, "--model", line_model, "--json")
    assert outcome.status == 2
    assert [answer["entry"] for answer in outcome.json if "error" in answer] == [
        f"line {n}" for n in (2, 3, 4, 5)
    ]
    assert [answer["output"]["y"] for answer in outcome.json if "output" in answer] == [2, 3]
    assert outcome.complaints[0] == f"nnstudio: {path}, line 2: x is hello, which is no number."
    assert "line 3: x is 1e999, beyond" in outcome.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "It is empty"),
        ("x\n", "It is empty"),
        ("a\nb\n", "Its line 2 cannot be read because x is b, which is no number"),
        ("\0" * 50, "no line"),
    ],
)
def test_a_table_without_numbers_is_refused(cli, line_model, table, text, says):
    outcome = cli("predict", table(text), "--model", line_model)
    assert (outcome.status, outcome.out, len(outcome.complaints)) == (2, "", 1)
    assert says in outcome.err


def test_a_table_may_be_packed_and_in_another_encoding(cli, line_model, tmp_path):
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress("größe\n1\n".encode("latin-1")))
    outcome = cli("predict", tmp_path / "t.csv.gz", "--model", line_model, "--json")
    assert outcome.json[0]["output"]["y"] == 3
    assert "read as Windows-1252" in outcome.err


def test_a_picture_is_no_table(cli, line_model, tmp_path):
    (tmp_path / "t.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    outcome = cli("predict", tmp_path / "t.png", "--model", line_model)
    assert (outcome.status, outcome.out, len(outcome.complaints)) == (2, "", 1)
    assert "takes a number for each input, x." in outcome.err


@pytest.mark.parametrize("labels", ["upper moon", "0"])
def test_points_with_their_labels_are_read(cli, moons_model, table, labels):
    outcome = cli("predict", table(f"x,y,label\n0.4,-0.7,{labels}\n"), "--model", moons_model, "--json")
    assert outcome.status == 0
    assert json.loads(outcome.out)[0]["input"] == {"x₁": 0.4, "x₂": -0.7}


def test_features_are_computed_from_points(cli, line_model, tmp_path):
    space = InputSpace("numbers", (2,), 0.0, 20.0, ("r", "log(x₁)"))
    theta = np.arange(6, dtype=np.float32)
    path = tmp_path / "features.safetensors"
    save_model(path, Model(Architecture.of((2, 2)), theta, space, OutputSpace(("a", "b"))))
    (answer,) = cli("predict", "3", "4", "--from-points", "--model", path, "--json").json
    assert answer["input"] == pytest.approx({"r": 5.0, "log(x₁)": np.log(3)})
    outcome = cli("predict", "-3", "4", "--from-points", "--model", path)
    assert outcome.status == 2
    assert "without a number for log(x₁)" in outcome.err
    assert "--from-points computes them" in cli("predict", "x", "--model", path).err
    assert "--from-points is for features" in cli("predict", "1", "--from-points", "--model", line_model).err
