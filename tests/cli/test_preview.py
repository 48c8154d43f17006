"""``nnstudio data preview`` and ``data import``: contact sheets, and a user's own images."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from nnstudio.data.rasterise import RasterSpec, rasterise_all
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing
from nnstudio.files.model_file import load_model
from nnstudio.paths import resource


@pytest.fixture
def images(tmp_path):
    """A folder with images of two digits, and with something else."""
    pixels, labels = synthetic_digits(120, rng=np.random.default_rng(0))
    folder = tmp_path / "mine"
    for label in (3, 7):
        (folder / str(label)).mkdir(parents=True)
        for nth, row in enumerate(np.flatnonzero(labels == label)):
            grey = np.ascontiguousarray(255 - pixels[row].reshape(28, 28))
            image = QImage(grey.data, 28, 28, 28, QImage.Format.Format_Grayscale8)
            assert image.save(str(folder / str(label) / f"{nth}.png"))
    (folder / "3" / "notes.txt").write_text("no image")
    return folder


@pytest.fixture
def table(tmp_path):
    pixels, labels = synthetic_digits(40, rng=np.random.default_rng(1))
    lines = [",".join(map(str, (label, *row))) for label, row in zip(labels, pixels, strict=True)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([*lines, "4,1,2,3"]))
    return path


@pytest.mark.parametrize("n", [1, 30])
def test_a_sheet_is_written(cli, images, tmp_path, n):
    outcome = cli("data", "preview", images, "--out", tmp_path / "sheet.png", "--n", n)
    assert outcome.status == 0
    assert outcome.out == f"{tmp_path / 'sheet.png'}\n"
    assert "notes.txt was skipped because it cannot be read as an image" in outcome.err
    sheet = QImage(str(tmp_path / "sheet.png"))
    assert not sheet.isNull()
    colours = {sheet.pixelColor(x, y).name() for x in range(0, 160) for y in range(60, 130)}
    assert "#000000" in {c for c in colours if c <= "#222222"} or min(colours) < "#222222"
    assert (sheet.height() > 400) == (n == 30)


def test_another_seed_shows_others(cli, program, images):
    folder = images.parent
    for seed in (0, 1):
        cli("data", "preview", images, "--out", folder / f"{seed}.png", "--n", 6, "--seed", seed)
    again = program("data", "preview", images, "--out", "again.png", "--n", 6, "--seed", 0)
    assert again.status == 0
    assert (folder / "again.png").read_bytes() == (folder / "0.png").read_bytes()
    assert (folder / "again.png").read_bytes() != (folder / "1.png").read_bytes()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("plane-moons",), "points"),
        (("nothing-of-this-name",), "neither a problem"),
        (("plane-moons", "--n", "0"), "1 to 600"),
    ],
)
def test_what_cannot_be_shown_is_said(cli, tmp_path, words, expected):
    outcome = cli("data", "preview", *words, "--out", tmp_path / "sheet.png")
    assert outcome.status == 2
    assert expected in outcome.err
    assert not (tmp_path / "sheet.png").exists()


def test_the_account_of_an_import(cli, images, table):
    outcome = cli("data", "import", images)
    assert outcome.status == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["3", "7"]
    assert "images of 2 classes were read" in outcome.err
    assert "3/notes.txt was skipped because" in outcome.err
    outcome = cli("data", "import", table)
    assert "40 images of 10 classes were read" in outcome.err
    assert "line 41 was skipped because it has 4 cells instead of 785" in outcome.err


def test_own_images_are_learned_from(cli, images, tmp_path):
    out = tmp_path / "mine.safetensors"
    outcome = cli("train", "--recipe", "digits-synthetic", "--images", images, "--out", out, "--epochs", 20)
    assert outcome.status == 0
    assert "images of 2 classes were read" in outcome.err
    model = load_model(out)
    assert model.output_space.class_names == ("3", "7")
    assert model.architecture.layer_sizes == (784, 100, 300, 2)
    assert "Imported from" in model.card["recipe_text"]
    assert cli("evaluate", "--model", out, "--data", images, "--json").json["accuracy"] > 0.8


def test_own_images_are_evaluated_by_what_their_labels_mean(cli, images, table, digits_model):
    outcome = cli("evaluate", "--model", digits_model, "--data", images, "--json")
    assert outcome.status == 0
    answer = outcome.json
    assert answer["n"] == len(list(images.glob("*/*.png")))
    # The folder's first class is "3", the model's is "0".
    assert np.flatnonzero(np.sum(answer["confusion"], axis=1)).tolist() == [3, 7]
    assert answer["accuracy"] > 0.5
    assert cli("evaluate", "--model", digits_model, "--data", table, "--json").json["n"] == 40


@pytest.mark.parametrize("recipe", ["digits-synthetic", "own-detector"])
def test_networks_of_own_small_images_read_pictures(cli, tmp_path, recipe):
    rng = np.random.default_rng(0)
    drawings = [synthetic_drawing(3 + 4 * (k % 2), rng=rng) for k in range(60)]
    x = rasterise_all(drawings, RasterSpec(8, 8.0, 1.2, 4))
    np.savez(tmp_path / "small.npz", x=x.reshape(-1, 8, 8), y=np.arange(60) % 2 * 4 + 3)
    if recipe == "own-detector":
        novelty = 'units = 4\nepochs = 1\nfresh = 200\nrejected = 0.02\noutliers = ["scribbles"]\n'
        recipe = tmp_path / "own.toml"
        recipe.write_text(f"{resource('recipes', 'digits-synthetic.toml').read_text()}\n[novelty]\n{novelty}")
    out = tmp_path / "own.safetensors"
    words = ("--images", tmp_path / "small.npz", "--epochs", 20, "--out", out)
    assert cli("train", "--recipe", recipe, *words).status == 0
    model = load_model(out)
    assert model.raster.size == 8
    assert model.raster.box > 7
    for label in (3, 7):
        ink = rasterise_all([synthetic_drawing(label, rng=rng)], RasterSpec(64, 50.0, 5.0, 32))
        Image.fromarray(255 - ink.reshape(64, 64)).save(tmp_path / f"{label}.png")
        (answer,) = cli("predict", tmp_path / f"{label}.png", "--model", out, "--json").json
        assert answer["label"] == str(label)
    assert cli("data", "preview", tmp_path / "small.npz", "--out", tmp_path / "a.png").status == 0


def test_images_that_lie_as_emnists_do_are_noticed_and_can_be_turned(cli, tmp_path):
    pixels, labels = synthetic_digits(60, rng=np.random.default_rng(1))
    lying = pixels.reshape(-1, 28, 28).transpose(0, 2, 1)
    np.savez(tmp_path / "lying.npz", x=lying, y=labels)
    np.save(tmp_path / "unlabelled.npy", lying)
    np.savez(tmp_path / "upright.npz", x=pixels.reshape(-1, 28, 28), y=labels)
    told = "rows and columns exchanged, as EMNIST's do"
    evaluate = ("evaluate", "--model", "digits", "--json", "--data")
    as_it_is = cli(*evaluate, tmp_path / "lying.npz")
    turned = cli(*evaluate, tmp_path / "lying.npz", "--transpose")
    assert told in as_it_is.err
    assert "Add --transpose to turn them." in as_it_is.err
    assert told not in turned.err
    assert as_it_is.json["accuracy"] < 0.4
    assert turned.json["accuracy"] > 0.9
    assert told not in cli(*evaluate, tmp_path / "upright.npz").err
    assert told in cli("data", "import", tmp_path / "lying.npz").err
    outcome = cli("predict", tmp_path / "unlabelled.npy")
    assert "is sure of" in outcome.err
    outcome = cli("predict", tmp_path / "unlabelled.npy", "--transpose", "--json")
    n_right = sum(answer["label"] == str(label) for answer, label in zip(outcome.json, labels, strict=True))
    assert n_right > 54
