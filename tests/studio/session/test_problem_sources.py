"""What can be trained on: problems that fit the network, recipes, and a person's own images."""

import gzip
import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from nnstudio.data.chosen_points import USUAL
from nnstudio.data.letters import LETTERS
from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import RasterSpec
from nnstudio.data.renormalise import renormalise
from nnstudio.data.strokes import Drawing
from nnstudio.files import recipe_data
from nnstudio.files.recipe import shipped_recipes
from nnstudio.studio.commands.training import show_recipes
from nnstudio.studio.session import problem_sources
from nnstudio.training.snapshot import RunState
from tests.studio.gestures import choose, drag_over, drop, is_warning, said
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)

RECIPE = """\
name = "small"
title = "A small recipe"
seed = 7

[[source]]
problem = "digits-synthetic"
title = "Built-in digits"
credit = "The nnstudio authors"
licence = "Free for any use"
validation = 0.1
fresh = 320

[network]
layers = "784-20-10"
hidden = "tanh"
output = "softmax"
weights = "float32"

[training]
loss = "cross_entropy"
optimiser = "adam"
learning_rate = 3e-3
batch_size = 64
epochs = 3
warmup_epochs = 1
schedule = "cosine"
"""

STROKES = """
[[source]]
strokes = "nobody-has-this.npz"
title = "Strokes"
credit = "Nobody"
licence = "None"
validation = 0.2
pens = [2.5]
"""


def save_strokes(path, n=40):
    """Save zigzags by ten writers as digits."""
    xy = np.tile([[0, 0], [600, 300], [0, 700], [500, 1000]], (n, 1)).astype(np.int16)
    labels = np.array([str(k % 10) for k in range(n)])
    offsets = np.arange(n + 1, dtype=np.int32)
    writers = np.arange(n, dtype=np.int32) % 10
    np.savez(path, xy=xy, stroke_offsets=4 * offsets, sample_offsets=offsets, labels=labels, writers=writers)


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture(autouse=True)
def _small_sources(monkeypatch, digits):
    monkeypatch.setattr(recipe_data, "load_problem", lambda name, **options: digits)


@pytest.fixture
def recipe(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def images(tmp_path, digits):
    """A folder with images of two digits, and with something else."""
    folder = tmp_path / "my digits"
    for name, label in (("three", 3), ("five", 5)):
        (folder / name).mkdir(parents=True)
        for nth, row in enumerate(np.flatnonzero(digits.train.labels == label)[:20]):
            pixels = np.ascontiguousarray(255 - digits.train.x[row].reshape(28, 28))
            image = QImage(pixels.data, 28, 28, 28, QImage.Format.Format_Grayscale8)
            assert image.save(str(folder / name / f"{nth}.png"))
    (folder / "three" / "notes.txt").write_text("no image")
    return folder


def listed(window):
    box = window.bar.problem
    return [box.itemText(k) for k in range(box.count())]


def taken(window, qtbot, path):
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: window.session.training.tasks.current is None)


def test_a_recipe_is_opened_and_trained_live(window, qtbot, recipe):
    taken(window, qtbot, recipe)
    session = window.session
    assert not is_warning(window)
    assert "3 epochs" in said(window)
    assert "320 samples drawn anew" in said(window)
    assert session.network.architecture.layer_sizes == (784, 20, 10)
    assert session.network.architecture.activations == ("tanh", "softmax")
    config = session.network.config
    assert (config.seed, config.epochs, config.schedule, config.batch_size) == (7, 3.0, "cosine", 64)
    assert window.bar.problem.currentText() == "Recipe: A small recipe"
    window.actions_by_name["step-epoch"].trigger()
    # 540 samples are there to be learned from, and 320 are drawn in their place.
    qtbot.waitUntil(lambda: session.training.state is RunState.PAUSED and session.network.snapshot.step > 0)
    assert session.network.snapshot.step == 5
    window.actions_by_name["play"].trigger()
    qtbot.waitUntil(lambda: session.training.state is RunState.FINISHED)
    assert session.network.snapshot.step == 15
    run = session.network.snapshot.run_id
    window.actions_by_name["reset"].trigger()
    window.actions_by_name["step-epoch"].trigger()
    qtbot.waitUntil(
        lambda: session.network.snapshot.run_id > run and session.training.state is RunState.PAUSED
    )
    assert session.network.snapshot.step == 5


@pytest.mark.parametrize(("source", "steps_an_epoch"), [("", 9), ("fresh = 320\n", 5)])
def test_the_inputs_are_scaled_as_a_recipe_says(window, qtbot, recipe, source, steps_an_epoch):
    text = RECIPE.replace("fresh = 320\n", source).replace(
        'schedule = "cosine"', 'schedule = "cosine"\ninput_scaling = "standardised"'
    )
    recipe.write_text(text)
    session = window.session
    window.opener.open_paths([recipe])
    qtbot.waitUntil(
        lambda: session.training.data.input_scaling == "standardised" and session.network.snapshot is not None
    )
    assert not is_warning(window)
    # Biases begin at 0; what is shown takes inputs as they come, and has the scaling in its first layer.
    assert session.network.architecture.layers(session.network.snapshot.theta)[0].b.any()
    window.actions_by_name["step-epoch"].trigger()
    qtbot.waitUntil(lambda: session.training.state is RunState.PAUSED and session.network.snapshot.step > 0)
    assert session.network.snapshot.step == steps_an_epoch
    assert session.network.config.seed == 7


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('schedule = "cosine"', 'scedule = "cosine"', 26),
        ("epochs = 3", "epochs = -3", 24),
        ('layers = "784-20-10"', 'layers = "784-0-10"', 14),
        ('problem = "digits-synthetic"', 'problem = "dogs"', 6),
    ],
)
def test_a_wrong_recipe_is_refused_with_its_line(window, recipe, old, new, line):
    recipe.write_text(RECIPE.replace(old, new))
    before = window.session.network.config, window.session.network.problem_name, listed(window)
    window.opener.open_paths([recipe])
    assert is_warning(window)
    assert f"line {line}" in said(window)
    assert (window.session.network.config, window.session.network.problem_name, listed(window)) == before


def test_a_recipe_without_its_data_says_which_and_what_to_do(window, qtbot, recipe):
    recipe.write_text(RECIPE.replace("\n[network]", STROKES + "\n[network]"))
    before = window.session.network.config, window.session.network.problem_name, listed(window)
    window.opener.open_paths([recipe])
    notice = window.data_notice
    assert notice.isVisible()
    assert notice.text.text() == "Recipe: A small recipe waits for data: nobody-has-this.npz."
    assert notice.fetch.isHidden(), "nobody can download that"
    assert (window.session.network.config, window.session.network.problem_name, listed(window)) == before
    # A sentence is seen for a while, and then the notice again.
    window.say("Something else.")
    assert not notice.isVisible()
    notice._back.timeout.emit()
    assert notice.isVisible()
    click(notice.away)
    assert not notice.is_on


def test_a_folder_with_the_files_brings_a_recipe_its_data(window, qtbot, recipe, tmp_path, monkeypatch):
    recipe.write_text(RECIPE.replace("\n[network]", STROKES + "\n[network]"))
    window.opener.open_paths([recipe])
    folder = tmp_path / "strokes"
    folder.mkdir()
    save_strokes(folder / "nobody-has-this.npz")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    click(window.data_notice.folder)
    qtbot.waitUntil(lambda: window.session.network.problem_name == f"recipe {recipe}")
    assert window.session.network.architecture.layer_sizes == (784, 20, 10)
    assert not window.data_notice.is_on


def test_what_can_be_downloaded_is_fetched_by_a_button_and_read(window, qtbot, recipe, monkeypatch, digits):
    here, fetched = set(), []

    def fetch(name, *, progress, cancel):
        progress(1, 2)
        fetched.append(name)
        here.add(name)

    monkeypatch.setattr(problem_sources, "installed", lambda name: name in here)
    monkeypatch.setattr(problem_sources, "fetch", fetch)
    recipe.write_text(RECIPE.replace("digits-synthetic", "digits-mnist").replace("fresh = 320\n", ""))
    window.opener.open_paths([recipe])
    notice = window.data_notice
    assert "MNIST" in notice.text.text()
    assert "12 MB" in notice.text.text()
    assert notice.folder.isHidden()
    assert not fetched
    click(notice.fetch)
    qtbot.waitUntil(lambda: window.session.network.problem_name == f"recipe {recipe}")
    assert fetched == ["mnist"]
    assert not notice.is_on


def test_a_large_download_is_asked_for(window, qtbot, monkeypatch, digits):
    here = set()
    monkeypatch.setattr(problem_sources, "installed", lambda name: name in here)
    monkeypatch.setattr(problem_sources, "fetch", lambda name, **options: here.add(name))
    monkeypatch.setattr(problem_sources, "load_problem", lambda name, **options: replace(digits, name=name))
    choose(window.bar.problem, "digits-emnist")
    assert "562 MB" in window.data_notice.text.text()
    assert window.bar.problem.currentData() == "digits-synthetic"
    click(window.data_notice.fetch)
    qtbot.waitUntil(lambda: window.session.network.problem_name == "digits-emnist")
    assert not window.data_notice.is_on


def test_every_shipped_recipe_is_listed_and_taken(window, qtbot, monkeypatch):
    menu = show_recipes(window.services, window.bar.problem)
    names = [action.text().partition(":")[0] for action in menu.actions()]
    assert names == shipped_recipes()
    assert all("epochs" in action.toolTip() for action in menu.actions())
    menu.actions()[names.index("digits-synthetic")].trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.session.network.problem_name == "recipe digits-synthetic")
    assert window.session.network.architecture.layer_sizes == (784, 100, 300, 10)


def test_a_folder_of_images_becomes_a_problem(window, qtbot, images):
    taken(window, qtbot, images)
    assert "40 images of 2 classes were read" in said(window)
    assert "three/notes.txt was skipped because it cannot be read as an image" in said(window)
    session = window.session
    assert session.network.output_space.class_names == ("five", "three")
    assert session.training.problem_title == "my digits"
    assert "my digits" in listed(window)
    window.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: session.network.snapshot is not None and session.network.snapshot.step == 1)
    # It can be left and chosen again.
    window.session.choose_problem("digits-synthetic")
    qtbot.waitUntil(lambda: session.network.problem_name == "digits-synthetic")
    window.session.choose_problem(f"import {images}")
    qtbot.waitUntil(lambda: session.training.problem_title == "my digits")


def test_a_table_of_images_becomes_a_problem(window, qtbot, tmp_path, digits):
    path = tmp_path / "table.csv"
    rows = [[label, *row] for label, row in zip(digits.train.labels[:60], digits.train.x[:60], strict=True)]
    lines = [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join([*lines, "7,1,2"]))
    taken(window, qtbot, path)
    assert "60 images of 10 classes were read" in said(window)
    assert "line 61 was skipped" in said(window)
    assert window.session.training.problem_title == "table.csv"


@pytest.mark.parametrize("kind", ["recipe", "images"])
def test_what_is_dropped_is_opened(window, qtbot, request, kind):
    path = request.getfixturevalue(kind)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    assert drop(window, mime)
    qtbot.waitUntil(lambda: window.session.training.problem_title in ("Recipe: A small recipe", "my digits"))


def test_text_is_no_file_to_open(window):
    mime = QMimeData()
    mime.setText("a word")
    assert not drag_over(window, mime)


def test_a_network_of_letters_turns_to_a_problem_of_letters(window, qtbot, tmp_path):
    window.session.open_model(model_of((784, 6, 26), outputs=LETTERS))
    assert window.session.network.problem_name == "letters-synthetic"
    assert "Built-in letters" in said(window)
    qtbot.waitUntil(lambda: window.bar.problem.currentText() == "Built-in letters")
    window.actions_by_name["earlier"].trigger()
    assert window.session.network.problem_name == "digits-synthetic"


def test_a_network_of_the_chosen_problem_leaves_it(ready, qtbot):
    ready.session.open_model(model_of((784, 9, 10)))
    assert ready.session.network.problem_name == "digits-synthetic"
    assert ready.session.training.trainer is not None
    assert "problem" not in said(ready)


def test_a_network_without_a_problem_can_be_asked(window):
    window.session.open_model(model_of((784, 5, 3), outputs=OutputSpace(("a", "b", "c"))))
    assert "cannot be trained" in said(window) or "not be trained" in said(window)
    assert window.session.network.problem_name == "digits-synthetic"


def test_a_problem_that_is_here_goes_before_one_to_download(window, monkeypatch):
    problem_sources = window.session.training.problem_sources
    found = {"fits": lambda *spaces: True, "chosen_points": USUAL}
    far = SimpleNamespace(**vars(problem_sources["letters-emnist"]) | found | {"is_here": True})
    near = SimpleNamespace(**vars(problem_sources["letters-synthetic"]) | found | {"is_here": False})
    monkeypatch.setitem(problem_sources, "letters-emnist", far)
    monkeypatch.setitem(problem_sources, "letters-synthetic", near)
    window.session.open_model(model_of((784, 6, 26), outputs=LETTERS))
    assert window.session.network.problem_name == "letters-emnist"


def test_the_problem_before_is_there_at_once_and_older_ones_are_let_go(monkeypatch):
    loaded = []

    def provide(name, task):
        loaded.append(name)
        return object()

    monkeypatch.setattr(problem_sources, "provided_problem", provide)
    every = problem_sources.problem_sources_by_name()
    digits, moons, letters = (
        every[name] for name in ("digits-synthetic", "plane-moons", "letters-synthetic")
    )
    first = digits.load(None).problem
    moons.load(None)
    assert digits.load(None).problem is first
    letters.load(None)
    assert digits.load(None).problem is first
    moons.load(None)
    assert loaded == ["digits-synthetic", "plane-moons", "letters-synthetic", "plane-moons"]


def test_own_small_images_are_learned_and_drawn_for(window, qtbot, tmp_path, digits):
    images = renormalise(digits.train.x[:80].reshape(-1, 28, 28), RasterSpec(8, 8.0, 1.0, 4))
    np.savez(tmp_path / "small.npz", x=images, y=digits.train.labels[:80])
    taken(window, qtbot, tmp_path / "small.npz")
    session = window.session
    assert "80 images of 10 classes were read" in said(window)
    assert session.network.input_space.shape == (8, 8)
    assert session.network.raster.size == 8
    assert session.network.raster.box > 7
    session.input.set_drawing(Drawing((((0.5, 0), (0.5, 1)),)))
    qtbot.waitUntil(lambda: session.input.x is not None)
    assert session.input.x.shape == (64,)
    assert session.input.x.max() == 1
    qtbot.waitUntil(lambda: session.network.reading is not None)


@pytest.mark.parametrize("is_turned", [True, False])
def test_images_that_lie_as_emnists_do_are_offered_to_be_turned(window, qtbot, tmp_path, digits, is_turned):
    lying = digits.train.x[:60].reshape(-1, 28, 28).transpose(0, 2, 1)
    np.savez(tmp_path / "lying.npz", x=lying, y=digits.train.labels[:60])
    window.opener.open_paths([tmp_path / "lying.npz"])
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    box = window.findChild(QMessageBox)
    assert "rows and columns exchanged" in box.text()
    session = window.session
    before = session.training.problem
    (button,) = [
        each for each in box.buttons() if each.text() == ("Turn them" if is_turned else "Leave them")
    ]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    if not is_turned:
        assert session.training.problem is before
        return
    qtbot.waitUntil(lambda: session.training.problem is not before)
    turned = session.training.problem.train.x.reshape(-1, 28, 28)
    np.testing.assert_array_equal(turned, before.train.x.reshape(-1, 28, 28).transpose(0, 2, 1))
    assert "were exchanged" in said(window)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("mnist.pkl.gz", gzip.compress(pickle.dumps([1]), mtime=0), "is a pickle of Python's"),
        ("test.csv", b"0,1,2,255\n5,6,7,8\n", "4 numbers a line, 2 × 2, and no label"),
        ("emnist.mat", b"MATLAB 5.0 MAT-file" + bytes(99), "is a MATLAB file"),
    ],
)
def test_files_without_labelled_images_are_named(window, qtbot, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    taken(window, qtbot, tmp_path / name)
    assert is_warning(window)
    assert says in said(window)
