"""``nnstudio predict``: images and drawings in, one answer for each out."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from nnstudio.data.problem import OutputSpace, Quantity
from nnstudio.data.rasterise import RasterSpec, rasterise
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model, save_model


@pytest.fixture
def drawing():
    """A 3 that nobody could take for anything else."""
    turns = np.linspace(-0.75 * np.pi, 0.5 * np.pi, 12)
    upper = np.stack((5 + 2.4 * np.cos(turns), 3.4 + 2.4 * np.sin(turns)), axis=1)
    turns = np.linspace(-0.5 * np.pi, 0.75 * np.pi, 14)
    lower = np.stack((5 + 3.0 * np.cos(turns), 8.8 + 3.0 * np.sin(turns)), axis=1)
    return Drawing((np.concatenate((upper, lower)),))


@pytest.fixture
def drawing_file(drawing, tmp_path):
    path = tmp_path / "three.json"
    path.write_text(json.dumps(drawing.to_json()))
    return path


def save_image(path, grey):
    """Save brightness 0…1 as an image file."""
    levels = np.ascontiguousarray((grey * 255).astype(np.uint8))
    height, width = levels.shape
    assert QImage(levels.data, width, height, width, QImage.Format.Format_Grayscale8).save(str(path))


def expected(drawing, model_file):
    model = load_model(model_file)
    x = rasterise(drawing, model.raster).reshape(1, -1)
    return dict(zip("0123456789", predict(model.architecture, model.theta, x)[0].tolist(), strict=True))


def test_drawing_is_read_as_the_rasteriser_sees_it(cli, digits_model, drawing, drawing_file):
    outcome = cli("predict", drawing_file, "--model", digits_model, "--json")
    assert outcome.status == 0
    (answer,) = outcome.json
    probabilities = expected(drawing, digits_model)
    assert answer == {
        "path": str(drawing_file),
        "reading": "3",
        "lines": ["3"],
        "characters": [
            {"label": "3", "probability": probabilities["3"], "probabilities": probabilities},
        ],
        "label": "3",
        "probabilities": probabilities,
    }
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("scale", [1e-4, 1, 1e5])
def test_units_do_not_matter(cli, digits_model, drawing, tmp_path, scale):
    path = tmp_path / "scaled.json"
    strokes = [(scale * stroke + 7 * scale).tolist() for stroke in drawing.strokes]
    path.write_text(json.dumps({"strokes": strokes}))
    (answer,) = cli("predict", path, "--model", digits_model, "--json").json
    assert answer["label"] == "3"
    assert answer["probabilities"] == pytest.approx(expected(drawing, digits_model), abs=0.02)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_editors_encodings_are_read(cli, digits_model, drawing, tmp_path, encoding):
    path = tmp_path / "three.JSON"
    path.write_text(json.dumps(drawing.to_json()), encoding=encoding)
    assert cli("predict", path, "--model", digits_model, "--json").json[0]["label"] == "3"


@pytest.mark.parametrize("enlargement", [1, 5])
@pytest.mark.parametrize("is_dark_on_light", [True, False])
@pytest.mark.parametrize("suffix", ["png", "bmp", "pgm"])
def test_images_of_either_polarity_and_any_size(
    cli, digits_model, drawing, tmp_path, enlargement, is_dark_on_light, suffix
):
    ink = np.kron(np.pad(rasterise(drawing), 6), np.ones((enlargement, enlargement)))
    path = tmp_path / f"three.{suffix}"
    save_image(path, 1 - ink if is_dark_on_light else ink)
    (answer,) = cli("predict", path, "--model", digits_model, "--json").json
    assert answer["label"] == "3"


def test_table_is_aligned(cli, digits_model, drawing_file, tmp_path):
    short = tmp_path / "3.json"
    short.write_bytes(drawing_file.read_bytes())
    outcome = cli("predict", short, drawing_file, "--model", digits_model)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert [line.split()[:2] for line in lines] == [[str(short), "3"], [str(drawing_file), "3"]]
    assert len({line.index(" % ") for line in lines}) == 1
    assert "(next: " in lines[0]


def test_bad_inputs_do_not_hold_up_the_others(cli, digits_model, drawing_file, tmp_path):
    missing = tmp_path / "missing.png"
    outcome = cli("predict", missing, drawing_file, "--model", digits_model, "--json")
    assert outcome.status == 2
    failed, read = outcome.json
    assert failed.keys() == {"path", "error"}
    assert failed["path"] == str(missing)
    assert outcome.err == f"nnstudio: {failed['error']}\n"
    assert read["label"] == "3"

    outcome = cli("predict", missing, drawing_file, "--model", digits_model)
    assert outcome.status == 2
    assert len(outcome.out.splitlines()) == len(outcome.complaints) == 1


def test_shipped_model_is_found_by_name(cli, monkeypatch, digits_model, drawing_file, tmp_path):
    monkeypatch.setattr(
        "nnstudio.files.shipped.resource", lambda *parts: digits_model.parent.joinpath(*parts[1:])
    )
    monkeypatch.chdir(tmp_path)
    assert cli("predict", drawing_file, "--json").json[0]["label"] == "3"


def test_a_number_for_an_image_is_no_character(cli, digits_model, drawing_file, tmp_path):
    model = load_model(digits_model)
    numbers = OutputSpace(quantities=tuple(Quantity(name) for name in "abcdefgh"))
    architecture = Architecture((784, 8), ("identity",))
    path = tmp_path / "regression.safetensors"
    theta = np.zeros(architecture.n_params, np.float32)
    save_model(path, replace(model, architecture=architecture, theta=theta, output_space=numbers))
    outcome = cli("predict", drawing_file, "--model", path)
    assert (outcome.status, len(outcome.complaints)) == (2, 1)
    assert "gives out numbers for an image, a, b" in outcome.err
    assert "numbers for an image" in cli("export", "--model", path, "--out", tmp_path / "m.py").err


def test_model_of_points_reads_no_images(cli, moons_model, drawing_file):
    outcome = cli("predict", drawing_file, "--model", moons_model)
    assert outcome.status == 2
    assert len(outcome.complaints) == 1
    assert "x₁ and x₂" in outcome.err


def side_by_side(drawing, *at):
    """Write a drawing several times, at these places in its own widths."""
    left, _, right, _ = drawing.bounds()
    return Drawing(
        tuple(stroke + np.array((x * (right - left), 0)) for x in at for stroke in drawing.strokes)
    )


def as_picture(drawing):
    """Draw with a thick pen, dark on light, nine times as large."""
    left, top, right, bottom = drawing.bounds()
    box = 9 * max(right - left, bottom - top)
    ink = rasterise(drawing, RasterSpec(256, min(box, 230), 6, 128))
    rows = np.flatnonzero(ink.any(axis=1))
    return 1 - np.pad(ink[rows[0] : rows[-1] + 1], ((20, 20), (0, 0)))


@pytest.mark.parametrize(
    ("at", "reading"), [((0, 1.5), "33"), ((0, 1.4, 2.9), "333"), ((0, 1.5, 4.3, 5.8), "33 33")]
)
@pytest.mark.parametrize("suffix", ["json", "png"])
def test_a_number_is_read_character_by_character(cli, digits_model, drawing, tmp_path, at, reading, suffix):
    number = side_by_side(drawing, *at)
    path = tmp_path / f"number.{suffix}"
    if suffix == "json":
        path.write_text(json.dumps(number.to_json()))
    else:
        save_image(path, as_picture(number))
    (answer,) = cli("predict", path, "--model", digits_model, "--json").json
    assert answer.keys() == {"path", "reading", "lines", "characters"}
    assert answer["lines"] == [reading]
    assert answer["reading"] == reading
    assert [character["label"] for character in answer["characters"]] == ["3"] * len(at)
    tolerance = 1e-5 if suffix == "json" else 0.1
    for character in answer["characters"]:
        assert character["probability"] == character["probabilities"]["3"]
        assert character["probabilities"] == pytest.approx(expected(drawing, digits_model), abs=tolerance)

    line = cli("predict", path, "--model", digits_model).out
    assert line.startswith(f"{path}  {reading}  3 ")
    assert line.count(" %") == len(at)


def test_a_model_of_things_takes_all_for_one(cli, digits_model, drawing, tmp_path):
    model = load_model(digits_model)
    things = OutputSpace(tuple(f"thing {k}" for k in range(10)), noun="thing")
    save_model(tmp_path / "things.safetensors", replace(model, output_space=things))
    path = tmp_path / "pair.json"
    path.write_text(json.dumps(side_by_side(drawing, 0, 1.5).to_json()))
    (answer,) = cli("predict", path, "--model", tmp_path / "things.safetensors", "--json").json
    assert len(answer["characters"]) == 1


def test_a_model_that_tells_says_what_is_no_digit(cli, cautious_model, digits_model, tmp_path):
    for name, strokes in (("tall", [[[5, 0], [5, 9]]]), ("wide", [[[0, 5], [9, 5]]])):
        (tmp_path / f"{name}.json").write_text(json.dumps({"strokes": strokes}))
    files = [tmp_path / "tall.json", tmp_path / "wide.json"]
    tall, wide = cli("predict", *files, "--model", cautious_model, "--json").json
    assert tall["not_a_digit"] == {"score": 0.0, "threshold": 2.0, "rejected": False}
    assert wide["not_a_digit"]["score"] > 2
    assert wide["not_a_digit"]["rejected"] is True
    assert wide["characters"][0]["not_a_digit"] == wide["not_a_digit"]
    without = cli("predict", *files, "--model", digits_model, "--json").json
    assert "not_a_digit" not in without[0]
    assert wide["probabilities"] == without[1]["probabilities"]

    lines = cli("predict", *files, "--model", cautious_model).out.splitlines()
    assert [line.endswith("  not a digit") for line in lines] == [False, True]


@pytest.fixture
def table(drawing, tmp_path):
    """Two lines of pixels, each a 3, without labels."""
    row = ",".join(map(str, np.rint(rasterise(drawing).ravel() * 255).astype(int).tolist()))
    path = tmp_path / "test.csv"
    path.write_text(",".join(f"pixel{n}" for n in range(784)) + f"\n{row}\n{row}\n")
    return path


def test_each_line_of_a_table_is_read(cli, digits_model, drawing, table):
    outcome = cli("predict", table, "--model", digits_model, "--json")
    assert outcome.status == 0
    assert [(answer["entry"], answer["label"]) for answer in outcome.json] == [
        ("line 2", "3"),
        ("line 3", "3"),
    ]
    assert outcome.json[0]["probabilities"] == pytest.approx(expected(drawing, digits_model), abs=1e-6)
    assert "784 numbers a line, 28 × 28, and no label" in outcome.err
    lines = cli("predict", table, "--model", digits_model).out.splitlines()
    assert [line.split("  ")[:2] for line in lines] == [
        [f"{table}, line 2", "3"],
        [f"{table}, line 3", "3"],
    ]


def test_a_table_of_another_size_is_scaled_and_it_is_told(cli, digits_model, drawing, tmp_path):
    small = rasterise(drawing, RasterSpec(16, 14.0, 2.0, 8))
    np.savez(tmp_path / "small.npz", x=small[None], y=np.array([3]))
    outcome = cli("predict", tmp_path / "small.npz", "--model", digits_model, "--json")
    assert outcome.json[0]["label"] == "3"
    assert "images of 16 × 16 pixels are scaled and centred to 28 × 28" in outcome.err
    assert "Its labels are not looked at" in outcome.err


def test_a_table_that_cannot_be_read_does_not_hold_up_the_others(cli, digits_model, table, drawing_file):
    table.write_text("1,2,3\n")
    outcome = cli("predict", table, drawing_file, "--model", digits_model, "--json")
    assert outcome.status == 2
    assert [set(answer) >= {"error"} for answer in outcome.json] == [True, False]


def test_of_perceptrons_the_largest_sum_is_the_answer(cli, digits_model, drawing_file, tmp_path):
    """None fires; 7 comes nearest to it, then 4."""
    model = load_model(digits_model)
    architecture = Architecture.of((784, 10), output="step")
    theta = np.zeros(architecture.n_params, np.float32)
    (layer,) = architecture.layers(theta)
    layer.b[...] = -5
    layer.b[[7, 4]] = -1, -2
    path = tmp_path / "perceptrons.safetensors"
    save_model(path, replace(model, architecture=architecture, theta=theta))
    outcome = cli("predict", drawing_file, "--model", path, "--json")
    assert outcome.json[0]["label"] == "7"
    assert list(outcome.json[0]["probabilities"])[:2] == ["7", "4"]
    assert "7    0.0 %  (next: 4 0.0 %)" in cli("predict", drawing_file, "--model", path).out
