"""The records of input kinds hold together."""

import numpy as np
import pytest

from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.picture_features import PICTURE_FEATURES
from nnstudio.data.problem import InputSpace

INK = PICTURE_FEATURES["ink"].names

SPACES = {
    "image": InputSpace("image", (2, 3), 0.0, 1.0),
    "plane": InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂")),
    "line": InputSpace("line", (1,), 0.0, 365.0, ("day",)),
    "numbers": InputSpace("numbers", (3,), (0.0, 0.0, -1.0), (1.0, 2.0, 1.0), ("u", "v", "w")),
    "features": InputSpace("features", (len(INK),), 0.0, 1.0, INK),
}


@pytest.mark.parametrize("name", INPUT_KINDS)
def test_a_kind_names_itself_and_its_spaces_have_its_traits(name):
    space = SPACES[name]
    assert INPUT_KINDS[name].name == name
    assert space.traits is INPUT_KINDS[name]
    assert len(space.shape) == space.traits.n_dimensions
    assert bool(space.names) != space.traits.has_pixels


@pytest.mark.parametrize("name", INPUT_KINDS)
def test_inputs_within_the_range_have_pictures_of_ink(name):
    space = SPACES[name]
    pictures = space.traits.pictures(
        np.random.default_rng(0).random((4, space.n_features), np.float32), space.shape
    )
    assert pictures.ndim == 3
    assert len(pictures) == 4
    assert pictures.dtype == np.float32
    assert pictures.min() >= 0
    assert pictures.max() <= 1


@pytest.mark.parametrize("name", INPUT_KINDS)
def test_a_field_covers_the_range(name):
    space = SPACES[name]
    assert space.traits.has_field == (space.traits.grid is not None)
    if space.traits.has_field:
        points = space.traits.grid(8)
        assert points.shape[-1] == space.n_features
        flat = points.reshape(-1, space.n_features)
        np.testing.assert_allclose(flat.min(axis=0), 1 / 16, rtol=1e-6)
        np.testing.assert_allclose(flat.max(axis=0), 15 / 16, rtol=1e-6)
