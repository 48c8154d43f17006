"""Recipes that fit an out-of-distribution detector."""

import numpy as np
import pytest

from nnstudio.engine.ood_detector import ood_scores
from nnstudio.files.model_file import load_model, save_model
from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_data import gather
from nnstudio.files.recipe_training import train_recipe

RECIPE = """\
name = "cautious"
title = "Cautious"
seed = 1

[[source]]
problem = "digits-synthetic"
title = "Built-in digits"
credit = "Us"
licence = "Free"
validation = 0.1

[network]
layers = "784-32-10"
hidden = "relu"
output = "softmax"
weights = "float16"

[training]
loss = "cross_entropy"
learning_rate = 3e-3
batch_size = 32
epochs = 12

[novelty]
outliers = ["scribbles", "letters-synthetic"]
left_out = "BGILOQSTZ"
fresh = 800
units = 16
epochs = 2
rejected = 0.05
"""


@pytest.fixture
def cautious(tmp_path, monkeypatch):
    monkeypatch.setattr("nnstudio.data.problems._SIZES", {0: 2_000, 1: 300})
    monkeypatch.setattr("nnstudio.files.recipe_ood_fit._N_MEASURED", 200)
    # As many steps with fewer samples.
    monkeypatch.setattr("nnstudio.training.ood_fitting._BATCH_SIZE", 16)
    path = tmp_path / "cautious.toml"
    path.write_text(RECIPE)
    return read_recipe(path)


@pytest.mark.slow
def test_a_recipe_can_fit_a_detector_of_what_is_of_no_class(cautious, tmp_path):
    shares = []
    model = train_recipe(cautious, fitting=shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 2
    validation = model.card["measured"]["validation"]["Built-in digits"]
    assert 0 < validation["rejected"] <= 0.05 * validation["n"]
    assert model.ood_detector.threshold == model.card["novelty"]["threshold"]
    # Far more of what is no digit than of what is one.
    assert model.card["novelty"]["scribbles"]["rejected"] > 0.4 * model.card["novelty"]["scribbles"]["n"]
    save_model(tmp_path / "m", model)
    assert load_model(tmp_path / "m").ood_detector.theta.tobytes() == model.ood_detector.theta.tobytes()

    test = gather(cautious).test["Built-in digits"]
    scores = ood_scores(model.architecture, model.theta, model.ood_detector, test.inputs())
    measured = model.card["measured"]["test"]["Built-in digits"]
    assert np.count_nonzero(scores > model.ood_detector.threshold) == measured["rejected"]


@pytest.mark.slow
def test_a_network_that_was_stopped_has_no_detector(cautious):
    model = train_recipe(cautious, should_stop=lambda: True)
    assert model.ood_detector is None
    assert "novelty" not in model.card
