"""``nnstudio evaluate``: n, errors, accuracy and confusion, on all kinds of data."""

import gzip

import numpy as np
import pytest

from nnstudio.data.letters import LETTERS
from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.metrics import confusion
from nnstudio.engine.passes import activations, predict
from nnstudio.engine.perceptron import train_perceptrons
from nnstudio.files.model_file import Model, load_model, save_model
from nnstudio.files.shipped import shipped_names

N = 200


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


def read_by(model_file, images):
    model = load_model(model_file)
    return predict(model.architecture, model.theta, images.astype(np.float32) / 255).argmax(axis=1)


@pytest.fixture(scope="module")
def digits():
    return synthetic_digits(N, rng=np.random.default_rng(5))


@pytest.fixture
def folder(digits, tmp_path):
    """A folder with a test set as MNIST's is named, the images gzipped."""
    images, labels = digits
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images.reshape(-1, 28, 28))))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
    return tmp_path


def save_strokes(path, drawings, labels):
    xy, stroke_offsets, sample_offsets = flatten(drawings)
    np.savez(
        path,
        xy=np.rint(500 * xy).astype(np.int16),
        stroke_offsets=stroke_offsets.astype(np.int32),
        sample_offsets=sample_offsets.astype(np.int32),
        labels=np.array(labels),
        writers=np.zeros(len(labels), np.int32),
    )


def check(result, labels, predicted):
    n_errors = np.count_nonzero(labels != predicted)
    assert result["n"] == len(labels)
    assert result["errors"] == n_errors
    assert result["accuracy"] == pytest.approx(1 - n_errors / len(labels))
    assert result["confusion"] == confusion(labels, predicted, 10).tolist()
    assert result["class_names"] == list("0123456789")


def test_folder(cli, digits_model, digits, folder):
    images, labels = digits
    outcome = cli("evaluate", "--model", digits_model, "--data", folder, "--json")
    assert outcome.status == 0
    check(outcome.json, labels, read_by(digits_model, images))
    assert outcome.json["accuracy"] > 0.8


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("form", ["two words", "one word", "twice", "alone"])
def test_pair(cli, digits_model, folder, form, is_reversed):
    pair = [str(folder / "t10k-images-idx3-ubyte.gz"), str(folder / "t10k-labels-idx1-ubyte")]
    if is_reversed:
        pair.reverse()
    words = {
        "two words": ["--data", *pair],
        "one word": ["--data", ",".join(pair)],
        "twice": ["--data", pair[0], "--data", pair[1]],
        "alone": ["--data", pair[0]],
    }[form]
    outcome = cli("evaluate", "--model", digits_model, *words, "--json")
    assert outcome.json == cli("evaluate", "--model", digits_model, "--data", folder, "--json").json


def test_perceptrons_are_read_by_the_largest_sum(cli, digits, folder, tmp_path):
    images, labels = digits
    x = images.reshape(N, -1).astype(np.float32) / 255
    run = train_perceptrons(x, labels, 10, epochs=1)
    theta = run.theta.astype(np.float32)
    model = Model(run.architecture, theta, InputSpace("image", (28, 28), 0.0, 1.0), DIGITS, MNIST_SPEC)
    path = tmp_path / "perceptrons.safetensors"
    save_model(path, model)
    z = activations(run.architecture, theta, x).z[-1]
    one_fires = np.count_nonzero(np.count_nonzero(z > 0, axis=1) == 1)
    outcome = cli("evaluate", "--model", path, "--data", folder, "--json")
    check(outcome.json, labels, z.argmax(axis=1))
    assert outcome.json["one_fires"] == one_fires < N
    text = cli("evaluate", "--model", path, "--data", folder).out
    assert "% by the largest sum" in text
    assert f"one fires {one_fires:,} (" in text


def test_strokes(cli, digits_model, tmp_path):
    rng = np.random.default_rng(3)
    labels = np.arange(30) % 10
    drawings = [synthetic_drawing(label, rng=rng) for label in labels.tolist()]
    path = tmp_path / "strokes.npz"
    save_strokes(path, drawings, [str(label) for label in labels])
    outcome = cli("evaluate", "--model", digits_model, "--data", path, "--json")
    check(outcome.json, labels, read_by(digits_model, rasterise_all(drawings)))
    assert outcome.json["left_out"] == 0


def test_unknown_classes_are_left_out_and_counted(cli, digits_model, tmp_path):
    rng = np.random.default_rng(3)
    drawings = [synthetic_drawing(label, rng=rng) for label in (0, 1, 2, 3)]
    path = tmp_path / "strokes.npz"
    save_strokes(path, drawings, ["0", "x", "2", "3"])
    outcome = cli("evaluate", "--model", digits_model, "--data", path, "--json")
    assert (outcome.json["n"], outcome.json["left_out"]) == (3, 1)
    assert outcome.json["without_class"] == {"x": 1}
    text = cli("evaluate", "--model", digits_model, "--data", path).out
    assert "left out  1 " in text
    assert "(x 1)" in text

    save_strokes(path, drawings, ["a", "x", "b", "c"])
    outcome = cli("evaluate", "--model", digits_model, "--data", path)
    assert outcome.status == 2
    assert "None of the 4 samples" in outcome.err


def test_capitals_and_small_letters_may_be_one_class(cli, tmp_path):
    architecture = Architecture.of((784, 26))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    model = Model(architecture, theta, InputSpace("image", (28, 28), 0.0, 1.0), LETTERS, MNIST_SPEC)
    save_model(tmp_path / "letters.safetensors", model)
    rng = np.random.default_rng(3)
    drawings = [synthetic_drawing(label, rng=rng) for label in (0, 1, 2, 3)]
    counts = []
    for names in (["A", "B", "Q", "7"], ["a", "b", "q", "7"]):
        save_strokes(tmp_path / "strokes.npz", drawings, names)
        outcome = cli(
            "evaluate",
            "--model",
            tmp_path / "letters.safetensors",
            "--data",
            tmp_path / "strokes.npz",
            "--json",
        )
        assert (outcome.json["n"], outcome.json["left_out"]) == (3, 1)
        counts.append(outcome.json["confusion"])
    assert counts[0] == counts[1]
    assert [sum(row) for row in counts[0]][:3] == [1, 1, 0]


def test_label_that_no_class_has_is_left_out_of_a_pair(cli, digits_model, folder, digits):
    _, labels = digits
    strange = labels.copy()
    strange[:3] = 10, 200, 255
    path = folder / "strange-labels"
    path.write_bytes(idx(strange))
    images = folder / "t10k-images-idx3-ubyte.gz"
    outcome = cli("evaluate", "--model", digits_model, "--data", images, path, "--json")
    assert (outcome.json["n"], outcome.json["left_out"]) == (N - 3, 3)


def test_built_in_problem(cli, moons_model):
    outcome = cli("evaluate", "--model", moons_model, "--data", "plane-moons", "--json")
    assert outcome.json["n"] == 500
    assert outcome.json["accuracy"] > 0.9
    assert outcome.json["class_names"] == ["upper moon", "lower moon"]
    assert np.shape(outcome.json["confusion"]) == (2, 2)


def test_table_is_aligned(cli, digits_model, folder):
    outcome = cli("evaluate", "--model", digits_model, "--data", folder)
    assert (outcome.status, outcome.err) == (0, f"{N} images of 10 classes were read.\n")
    figures, _, table = outcome.out.partition("\n\n")
    assert [line.split()[0] for line in figures.splitlines()] == ["n", "errors", "accuracy"]
    title, *rows = table.splitlines()
    assert "the true digit" in title
    assert len(rows) == 11
    assert len(set(map(len, rows))) == 1


@pytest.mark.parametrize("data", ["plane-moons", "digits-synthetic", "folder", "strokes"])
def test_data_that_do_not_fit_are_refused(
    cli, digits_model, moons_model, folder, tmp_path, monkeypatch, data
):
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 2_000, 1: 1_000})
    model = digits_model if data == "plane-moons" else moons_model
    strokes = tmp_path / "strokes.npz"
    save_strokes(strokes, [synthetic_drawing(1, rng=np.random.default_rng(0))], ["1"])
    where = {"folder": folder, "strokes": strokes}.get(data, data)
    outcome = cli("evaluate", "--model", model, "--data", where)
    assert outcome.status == 2
    assert len([line for line in outcome.complaints if line.startswith("nnstudio: ")]) == 1
    assert "reads" in outcome.err


@pytest.mark.parametrize("name", shipped_names("models", ".safetensors"))
def test_every_shipped_model_takes_the_labels_it_has_classes_for(cli, tmp_path, name):
    rng = np.random.default_rng(3)
    labels = ["0", "7", "A", "b", "B", "?"]
    save_strokes(tmp_path / "mixed.npz", [synthetic_drawing(0, rng=rng) for _ in labels], labels)
    answer = cli("evaluate", "--model", name, "--data", tmp_path / "mixed.npz", "--json").json
    rows = dict(zip(answer["class_names"], np.sum(answer["confusion"], axis=1).tolist(), strict=True))
    known = {"0": 1, "7": 1} if "0" in rows else {"A": 1, "B": 2}
    assert {label: count for label, count in rows.items() if count} == known
    assert answer["n"] == sum(known.values())
    assert answer["left_out"] == 6 - answer["n"]
    assert sum(answer["without_class"].values()) == answer["left_out"]


def test_numbers_of_a_file_are_said_to_be_taken_for_letters(cli, tmp_path, folder):
    architecture = Architecture.of((784, 26))
    theta = initialise(architecture, rng=np.random.default_rng(0))
    model = Model(architecture, theta, InputSpace("image", (28, 28), 0.0, 1.0), LETTERS, MNIST_SPEC)
    save_model(tmp_path / "letters.safetensors", model)
    outcome = cli("evaluate", "--model", tmp_path / "letters.safetensors", "--data", folder)
    assert outcome.status == 0
    assert "0 for A, 9 for J" in outcome.err


def test_what_is_rejected_is_counted(cli, cautious_model, digits_model, tmp_path):
    tall, wide = Drawing((((0.5, 0), (0.5, 1)),)), Drawing((((0, 0.5), (1, 0.5)),))
    path = tmp_path / "some.npz"
    save_strokes(path, [tall, wide, tall, wide, wide], list("11xxx"))
    result = cli("evaluate", "--model", cautious_model, "--data", path, "--json").json
    assert (result["n"], result["rejected"]) == (2, 1)
    assert (result["left_out"], result["left_out_rejected"]) == (3, 2)
    out = cli("evaluate", "--model", cautious_model, "--data", path).out
    assert "rejected  1 (50.00 %) as not a digit" in out
    assert "3 of classes that small digits does not know (x 3); 2 of them rejected" in out
    result = cli("evaluate", "--model", digits_model, "--data", path, "--json").json
    assert (result["rejected"], result["left_out_rejected"]) == (None, None)


def test_a_model_that_tells_can_be_measured_on_nothing_that_it_knows(cli, cautious_model, tmp_path):
    path = tmp_path / "letters.npz"
    save_strokes(path, [Drawing((((0, 0.5), (1, 0.5)),))], ["x"])
    result = cli("evaluate", "--model", cautious_model, "--data", path, "--json").json
    assert (result["n"], result["accuracy"], result["left_out_rejected"]) == (0, None, 1)
    outcome = cli("evaluate", "--model", cautious_model, "--data", path)
    assert outcome.status == 2
    assert "None of the 1 samples is of a class that small digits knows" in outcome.err
    assert "1 of them rejected" in outcome.out
    assert "confusion" not in outcome.out
