import numpy as np

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.insight.starts import MOST_STEPS, bearable_steps, train_from_starts
from nnstudio.training.config import TrainingConfig

MOONS = load_problem("plane-moons", points=PointOptions(n=100))


def ends(sizes, n_steps=300, rate=0.05, **kinds):
    architecture = Architecture.of(sizes, **kinds)
    config = TrainingConfig(architecture, hyper=Hyper(learning_rate=rate), seed=0)
    found = [each for each in train_from_starts(MOONS, config, len(MOONS.train), n_steps) if each]
    assert [each.seed for each in found[-1]] == [0, 1, 2, 3, 4]
    return np.array([(each.first, each.last) for each in found[-1]])


def test_a_convex_loss_has_one_end_for_all_starts():
    found = ends((2, 2))
    assert np.ptp(found[:, 0]) > 0.1
    assert np.ptp(found[:, 1]) < 2e-3


def test_hidden_units_lead_to_several_ends():
    found = ends((2, 3, 2))
    assert np.ptp(found[:, 1]) > 0.02


def test_a_start_that_diverges_has_no_end():
    assert np.isnan(ends((2, 2), n_steps=20, rate=1e38)[:, 1]).all()


def test_large_networks_take_fewer_steps():
    small, large = (TrainingConfig(Architecture.parse(sizes)) for sizes in ("2-8-2", "784-100-300-10"))
    assert bearable_steps(small, 750) == MOST_STEPS
    assert 50 < bearable_steps(large, 1000) < MOST_STEPS
