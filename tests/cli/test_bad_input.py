"""Whatever is wrong with an input: one sentence on standard error, status 2, and no traceback."""

import json
import os
import struct
import zlib

import numpy as np
import pytest

from nnstudio.paths import resource

DRAWING = {"strokes": [[[0, 0], [3, 1], [1, 5]]]}
GARBAGE = bytes(range(256)) * 4
NAN, INFINITE = '{"strokes": [[[0, 0], [NaN, 1]]]}', '{"strokes": [[[0, 0], [1e999, 1]]]}'


def refused(outcome, *says):
    """Assert that a command ended in one sentence, which says this."""
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert len(outcome.complaints) == 1
    assert outcome.err.startswith("nnstudio: ")
    for words in says:
        assert words in outcome.err
    return True


@pytest.fixture
def write(tmp_path):
    """Write a file from text or bytes and return its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def pgm(grey):
    height, width = grey.shape
    return f"P5 {width} {height} 255\n".encode() + grey.astype(np.uint8).tobytes()


def png(width, height):
    """Return an image that promises this size and has no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def idx(shape, n_values):
    header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()
    return header + bytes(n_values)


# Drawings and images ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (GARBAGE, "not JSON"),
        ('{"strokes": "ÄÖ"}'.encode("latin-1"), "UTF-8"),
        ("[" * 100_000, "not JSON"),
        ('{"strokes": [[[' + "9" * 5_000 + ", 0]]]}", "not JSON"),
        ("[]", "A drawing is written"),
        ("3", "A drawing is written"),
        ('{"lines": []}', "A drawing is written"),
        ('{"strokes": {}}', "A drawing is written"),
        ('{"strokes": [3]}', "Stroke 1"),
        ('{"strokes": [[[0, 0]], [[1, 2, 3]]]}', "Stroke 2"),
        ('{"strokes": [[["0", "1"]]]}', "Stroke 1"),
        ('{"strokes": [[[0, null]]]}', "Stroke 1"),
        ('{"strokes": [[[true, false]]]}', "Stroke 1"),
        (NAN, "nan"),
        (INFINITE, "inf"),
        ('{"strokes": []}', "empty"),
        ('{"strokes": [[], []]}', "empty"),
        ('{"strokes": [[[5, 5]]]}', "empty"),
        ('{"strokes": [[[5, 5], [5, 5]], [[5, 5]]]}', "empty"),
        (json.dumps({"strokes": [[[k, k] for k in range(50_001)]]}), "50001 points"),
        (" " * (16 * 2**20 + 1), "larger than 16 MB"),
    ],
)
def test_drawings(cli, digits_model, write, content, says):
    path = write("drawing.json", content)
    assert refused(cli("predict", path, "--model", digits_model), str(path), says)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.png", b"", "not an image"),
        ("garbage.png", GARBAGE, "not an image"),
        ("text.jpg", "I am no image", "not an image"),
        ("hollow.png", png(100, 100), "damaged"),
        ("cut.png", png(100, 100)[:-20], "damaged"),
        ("header.png", png(100, 100)[:16], "damaged"),
        ("white.pgm", pgm(np.full((40, 30), 255)), "white.pgm"),
        ("black.pgm", pgm(np.zeros((40, 30))), "black.pgm"),
        ("grey.pgm", pgm(np.full((28, 28), 128)), "grey.pgm"),
        ("huge.png", png(100_000, 100_000), "megapixels"),
        ("drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "not an image"),
        ("drawing", json.dumps(DRAWING), "not an image"),
    ],
)
def test_images(cli, digits_model, write, name, content, says):
    path = write(name, content)
    assert refused(cli("predict", path, "--model", digits_model), str(path), says)


def test_libraries_of_images_are_silent(program, digits_model, write):
    path = write("hollow.png", png(100, 100))
    assert refused(program("predict", path, "--model", digits_model), str(path), "damaged")


@pytest.mark.parametrize("name", ["missing.png", "missing.json", "x" * 300 + ".png", "file/inside.png"])
def test_missing_inputs(cli, digits_model, write, tmp_path, name):
    write("file", "")
    assert refused(cli("predict", tmp_path / name, "--model", digits_model), "cannot be read")


@pytest.mark.parametrize("name", ["folder.png", "folder.json"])
def test_folders_are_no_inputs(cli, digits_model, tmp_path, name):
    (tmp_path / name).mkdir()
    assert refused(cli("predict", tmp_path / name, "--model", digits_model), "is a folder")


@pytest.mark.skipif(os.name != "posix", reason="no pipes in folders")
@pytest.mark.parametrize("name", ["pipe.png", "pipe.json"])
def test_pipes_are_not_waited_for(cli, digits_model, tmp_path, name):
    os.mkfifo(tmp_path / name)
    assert refused(cli("predict", tmp_path / name, "--model", digits_model), "no ordinary file")


@pytest.mark.parametrize("suffix", [".png", ".json"])
def test_inputs_that_may_not_be_read(cli, digits_model, write, monkeypatch, suffix):
    path = write(f"secret{suffix}", json.dumps(DRAWING))
    # Root may read everything, so a mode would not do.
    monkeypatch.setattr("nnstudio.files.drawing_file.os.access", lambda *_: False)
    assert refused(cli("predict", path, "--model", digits_model), "permissions")


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
@pytest.mark.parametrize("suffix", [".png", ".json"])
def test_names_that_are_no_text(cli, digits_model, tmp_path, suffix):
    path = tmp_path / os.fsdecode(b"\xff\n" + suffix.encode())
    assert refused(cli("predict", path, "--model", digits_model), suffix)
    path.write_bytes(GARBAGE)
    assert refused(cli("predict", path, "--model", digits_model), suffix)


def test_one_sentence_for_each_bad_input(cli, digits_model, write):
    paths = [write("a.json", NAN), write("b.json", "{"), write("c.png", "")]
    outcome = cli("predict", *paths, "--model", digits_model, "--json")
    assert outcome.status == 2
    assert len(outcome.complaints) == len(outcome.json) == 3


# Models -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no model"),
        ("folder", "is a folder"),
        (b"", "cut short"),
        (GARBAGE, ""),
        (b"\xff" * 7 + b"\x7f" + b"{}", ""),
        (b"\x02\0\0\0\0\0\0\0{}", "no layer"),
        ((63 * 2**20).to_bytes(8, "little") + b" " * 100, "cut short"),
    ],
)
def test_models(cli, write, tmp_path, command, content, says):
    model = tmp_path / "model.safetensors"
    if content == "folder":
        model.mkdir()
    elif content is not None:
        model.write_bytes(content)
    drawing = write("drawing.json", json.dumps(DRAWING))
    words = ["predict", drawing] if command == "predict" else ["evaluate", "--data", "plane-moons"]
    assert refused(cli(*words, "--model", model), str(model), says)


@pytest.mark.parametrize("n_bytes", [7, 8, 100, 2000, -1])
def test_models_cut_short(cli, digits_model, write, n_bytes):
    model = write("cut.safetensors", digits_model.read_bytes()[:n_bytes])
    assert refused(cli("evaluate", "--model", model, "--data", "digits-synthetic"), str(model))


def test_unknown_model_names_the_shipped_ones(cli, write, monkeypatch, digits_model):
    monkeypatch.setattr("nnstudio.files.shipped.resource", lambda *_: digits_model.parent)
    drawing = write("drawing.json", json.dumps(DRAWING))
    assert refused(cli("predict", drawing, "--model", "letters"), "'letters'", "digits")


# Data to evaluate on ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "n_values", "says"),
    [
        ((10, 28, 28), 7839, "cut short"),
        ((10, 28, 28), 7841, "more than"),
        ((2**32 - 1, 2**32 - 1, 28), 784, "it must be 1 to"),
        ((0, 28, 28), 0, "it must be 1 to"),
        ((9, 28, 28), 7056, "9 images"),
        ((10,), 10, "not a file of images"),
    ],
)
def test_idx_files_that_lie(cli, digits_model, write, shape, n_values, says):
    images = write("images", idx(shape, n_values))
    labels = write("labels", idx((10,), 10))
    assert refused(cli("evaluate", "--model", digits_model, "--data", images, labels), says)


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b", GARBAGE, "text", b"\0\0\x08", b"\0\0\x0d\x01\0\0\0\x01ABCD"]
)
def test_files_that_are_not_idx(cli, digits_model, write, content):
    images = write("t10k-images-idx3-ubyte", content)
    labels = write("t10k-labels-idx1-ubyte", idx((10,), 10))
    for data in ([images, labels], [images], [images.parent]):
        assert refused(cli("evaluate", "--model", digits_model, "--data", *data), str(images))


@pytest.mark.parametrize("content", [b"", GARBAGE, "text", b"PK\x05\x06" + bytes(18)])
def test_files_that_are_not_strokes(cli, digits_model, write, content):
    path = write("strokes.npz", content)
    assert refused(cli("evaluate", "--model", digits_model, "--data", path), str(path))


def test_pickles_are_not_opened(cli, digits_model, tmp_path):
    path = tmp_path / "strokes.npz"
    np.savez(path, xy=np.array([{"not": "numbers"}], object), allow_pickle=True)
    assert refused(cli("evaluate", "--model", digits_model, "--data", path), str(path))


def test_stroke_file_without_a_drawing(cli, digits_model, tmp_path):
    path = tmp_path / "strokes.npz"
    none, one = np.empty(0, np.int32), np.zeros(1, np.int32)
    xy = np.empty((0, 2), np.int16)
    np.savez(path, xy=xy, stroke_offsets=one, sample_offsets=one, labels=none.astype("U1"), writers=none)
    assert refused(cli("evaluate", "--model", digits_model, "--data", path), "no drawing")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["missing"], "There is no missing"),
        (["missing.npz"], "There is no missing.npz"),
        (["missing/"], "There is no missing"),
        ([","], "There is no ,"),
        (["missing", "absent"], "There is no file missing"),
        (["missing,absent"], "There is no file missing"),
        (["one", "two", "three"], "not 3 paths"),
        (["."], "lie in no class's folder"),
        ([".", "."], "is a folder"),
        (["alone"], "both IDX files"),
        (["my-images"], "both IDX files"),
    ],
)
def test_data_that_are_not_there(cli, digits_model, write, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    write("alone", idx((10,), 10))
    write("my-images", idx((10, 28, 28), 7840))
    assert refused(cli("evaluate", "--model", digits_model, "--data", *words), says)


@pytest.mark.parametrize("name", ["x" * 300, "~nobody-of-this-name/file"])
@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "--data", "plane-moons", "--model"],
        ["evaluate", "--model", "MODEL", "--data"],
        ["train", "--out", "model", "--recipe"],
        ["train", "--recipe", "plane-moons", "--out", "model", "--data-dir"],
        ["train", "--recipe", "plane-moons", "--out"],
        [],
    ],
)
def test_names_that_no_file_can_have(cli, digits_model, monkeypatch, tmp_path, words, name):
    monkeypatch.chdir(tmp_path)
    assert refused(cli(*(digits_model if word == "MODEL" else word for word in words), name))


# Recipes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "becomes", "says"),
    [
        ('layers = "2-16-16-2"', 'layers = "2-0-2"', "0"),
        ('layers = "2-16-16-2"', 'layers = "2-999999999-2"', "too wide"),
        ('layers = "2-16-16-2"', 'layers = "2-many-2"', "many"),
        ('layers = "2-16-16-2"', 'layers = "2--2"', "layer"),
        ('layers = "2-16-16-2"', 'layers = "3-16-2"', "inputs"),
        ('layers = "2-16-16-2"', 'layers = "2-16-3"', "outputs"),
        ('layers = "2-16-16-2"', "layers = 7", "layers"),
        ("learning_rate = 1e-2", 'learning_rate = "fast"', "learning rate"),
        ("learning_rate = 1e-2", "learning_rate = nan", "learning rate"),
        ("learning_rate = 1e-2", "learning_rate = -1", "learning rate"),
        ("learning_rate = 1e-2", "learning_rate = 0", "learning rate"),
        ("learning_rate = 1e-2", "learning_rate = true", "learning rate"),
        ("learning_rate = 1e-2", "learning_rate = fast", "not TOML"),
        ("epochs = 60", "epochs = 0", "epochs"),
        ("epochs = 60", "epochs = inf", "epochs"),
        ("batch_size = 32", "batch_size = 0", "batch size"),
        ("seed = 1", "seed = -1", "seed"),
        ('optimiser = "adam"', 'optimiser = "magic"', "magic"),
        ('problem = "plane-moons"', 'problem = "letters"', "letters"),
        ('hidden = "tanh"', 'hidden = "softmax"', "hidden"),
        ("epochs = 60", "epochs = 60\nspeed = 11", "speed"),
    ],
)
def test_recipes(cli, write, tmp_path, line, becomes, says):
    text = resource("recipes", "plane-moons.toml").read_text("utf-8")
    assert line in text
    path = write("recipe.toml", text.replace(line, becomes))
    assert refused(cli("train", "--recipe", path, "--out", tmp_path / "model"), says)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    "content", [None, "folder", b"", GARBAGE, b"\xff\xfe", b"a" * 100_000, b"[" * 30_000]
)
def test_recipe_files(cli, tmp_path, content):
    path = tmp_path / "recipe.toml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    assert refused(cli("train", "--recipe", path, "--out", tmp_path / "model"), str(path))


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [("--seed", "-1", "-1"), ("--epochs", "0", "0"), ("--epochs", "-2", "-2"), ("--epochs", "nan", "nan")],
)
def test_options_of_train(cli, tmp_path, option, value, says):
    outcome = cli("train", "--recipe", "plane-moons", "--out", tmp_path / "model", option, value)
    assert refused(outcome, says)


@pytest.mark.parametrize("recipe", ["digits", "plane-moons"])
def test_missing_data_folder(cli, tmp_path, recipe):
    folder = tmp_path / "missing"
    outcome = cli("train", "--recipe", recipe, "--out", tmp_path / "model", "--data-dir", folder)
    assert refused(outcome, f"There is no folder {folder}")


def test_missing_data(cli, tmp_path):
    outcome = cli("train", "--recipe", "digits", "--out", tmp_path / "model", "--data-dir", tmp_path)
    assert refused(outcome, str(tmp_path), "nnstudio data fetch mnist")
    outcome = cli("train", "--recipe", "digits", "--out", tmp_path / "model")
    assert refused(outcome, "nnstudio data fetch mnist")
