"""The measurements of a network for its card."""

import numpy as np
import pytest

from nnstudio.files.recipe import read_recipe
from nnstudio.files.recipe_training import train_recipe


def test_the_card_tells_what_is_taken_for_what_and_how_sure():
    measured = train_recipe(read_recipe("plane-moons"), epochs=8).card["measured"]["test"]["Two moons"]
    assert np.sum(measured["confusion"]) == measured["n"]
    assert measured["n"] - np.trace(measured["confusion"]) == measured["errors"]
    bins = np.array(measured["calibration"]["bins"])
    assert bins[:, 1].sum() == measured["n"]
    gaps = np.abs(bins[:, 2] - bins[:, 3])
    assert np.average(gaps, weights=bins[:, 1]) == pytest.approx(measured["calibration"]["error"], abs=1e-3)
