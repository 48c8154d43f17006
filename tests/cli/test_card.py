"""``nnstudio card``: a model's card with its pictures."""

import pytest
from PySide6.QtGui import QImage

from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_training import train_recipe

RECIPE = """\
name = "small"
title = "Small"
seed = 3

[[source]]
problem = "digits-synthetic"
title = "Built-in digits"
credit = "The nnstudio authors"
licence = "Free for any use"
validation = 0.1

[network]
layers = "784-16-10"
hidden = "relu"
output = "softmax"
weights = "float16"

[training]
loss = "cross_entropy"
learning_rate = 3e-3
epochs = 2

[novelty]
outliers = ["scribbles"]
fresh = 200
units = 8
epochs = 1
"""


@pytest.fixture(scope="module", autouse=True)
def _small_problem():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnstudio.data.problems._SIZES", {0: 4_000, 1: 1_000})
        patch.setattr("nnstudio.files.recipe_ood_fit._N_MEASURED", 400)
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    (folder / "small.toml").write_text(RECIPE)
    path = folder / "mine.safetensors"
    save_model(path, train_recipe(read_recipe(folder / "small.toml"), folder))
    return path


@pytest.mark.slow
def test_the_card_says_what_the_model_says(cli, trained, tmp_path):
    notes = tmp_path / "notes.md"
    notes.write_text("## Tried\n\nNothing else.\n")
    outcome = cli("card", "--model", trained, "--data-dir", trained.parent, "--notes", notes)
    assert outcome.status == 0
    folder = trained.parent
    assert outcome.out.split() == [
        str(folder / name) for name in ("mine.md", "mine-curves.png", "mine-mistakes.png")
    ]
    text = (folder / "mine.md").read_text()
    card = load_model(trained).card
    measured = card["measured"]["test"]["Built-in digits"]
    row = f"| Built-in digits | 1,000 | {measured['errors']:,} | {100 * measured['error']:.2f} % |"
    assert row in text
    assert f"{trained.stat().st_size:,} bytes" in text
    assert f"| scribbles | 400 | {card['novelty']['scribbles']['rejected']:,} (" in text
    assert "Nothing else." in text
    assert RECIPE.strip() in text
    assert "(mine-curves.png)" in text
    assert "(mine-mistakes.png)" in text
    for name in ("curves", "mistakes"):
        picture = QImage(str(folder / f"mine-{name}.png"))
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(picture.height())}
        assert len(colours) > 10
        assert (folder / f"mine-{name}.png").stat().st_size < 60_000


def test_a_model_without_a_history_is_refused(cli, digits_model):
    outcome = cli("card", "--model", digits_model)
    assert outcome.status == 2
    assert "does not say how it came about" in outcome.err
    assert not digits_model.with_suffix(".md").exists()


def test_missing_data_and_notes_are_said(cli, trained, tmp_path):
    outcome = cli("card", "--model", trained, "--notes", tmp_path / "none.md")
    assert outcome.status == 2
    assert "The notes" in outcome.err
