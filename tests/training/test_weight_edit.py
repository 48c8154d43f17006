from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputScaling
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.passes import predict
from nnstudio.training.config import ConfigError
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.weight_edit import WeightEdit

ARCHITECTURE = Architecture.of((3, 4, 2))


def thetas(seed=0):
    rng = np.random.default_rng(seed)
    before = rng.standard_normal(ARCHITECTURE.n_params).astype(np.float32)
    after = before.copy()
    after[[1, 7, 13, 20]] = (0.0, 2.0, -1.0, 0.5)
    return before, after


def test_an_edit_leads_from_one_network_to_another_and_back():
    before, after = thetas()
    there, back = WeightEdit.between(before, after), WeightEdit.between(after, before)
    assert there.coordinates.tolist() == [1, 7, 13, 20]
    theta = before.copy()
    there.apply(ARCHITECTURE, theta)
    assert (theta == after).all()
    back.apply(ARCHITECTURE, theta)
    assert (theta == before).all()


def test_values_are_meant_for_inputs_as_they_come():
    before, after = thetas()
    scaling = InputScaling(np.array([1, -2, 30], np.float32), np.array([0.5, 3, 0.01], np.float32))
    scaled = before.copy()
    first = ARCHITECTURE.layers(scaled)[0]
    scaling.unfold(first.W, first.b)
    start = scaled.copy()
    WeightEdit.between(before, after).apply(ARCHITECTURE, scaled, scaling)
    x = np.random.default_rng(1).uniform(-3, 40, (20, 3)).astype(np.float32)
    own = x.copy()
    scaling.apply(own)
    np.testing.assert_allclose(
        predict(ARCHITECTURE, scaled, own), predict(ARCHITECTURE, after, x), rtol=1e-4, atol=1e-5
    )
    untouched = ARCHITECTURE.layers(scaled)[0].W[3] == ARCHITECTURE.layers(start)[0].W[3]
    assert untouched.all()


@pytest.mark.parametrize(("value", "is_held"), [(np.nan, False), (np.inf, False), (0.5, True)])
def test_what_cannot_be_is_refused(value, is_held):
    with pytest.raises(ConfigError):
        WeightEdit(np.array([0]), np.array([value], np.float32), is_held=is_held)


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_held_weights_stay_until_they_are_released(clouds, config, optimiser):
    config = replace(config, optimiser=optimiser, hyper=Hyper(learning_rate=0.01, ema_decay=0.9))
    loop = TrainingLoop(clouds, config)
    loop.step()
    before = loop.theta.copy()
    places = np.array([2, 20, 33])
    loop.edit_weights(WeightEdit(places, np.zeros(3, np.float32), is_held=True))
    assert not loop.average[places].any()
    for _ in range(5):
        loop.step()
    assert not loop.theta[places].any()
    assert not loop.average[places].any()
    loop.edit_weights(WeightEdit(places, before[places]))
    assert (loop.theta[places] == before[places]).all()
    loop.step()
    assert (loop.theta[places] != before[places]).any()
