import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import activations, predict
from nnstudio.engine.surgery import prune
from nnstudio.insight.comparison import measured_along
from nnstudio.insight.pruning import Pruner, PruningKind, pruning_kinds, unit_strengths
from tests.insight.networks import network

SIZES = (5, 7, 6, 3)


def example():
    architecture, theta, _ = network("relu", sizes=SIZES)
    x = np.random.default_rng(2).standard_normal((200, 5)).astype(np.float32)
    theta = theta.astype(np.float32)
    labels = predict(architecture, theta, x).argmax(axis=1)
    return architecture, theta, Samples(x, labels)


def test_everything_that_can_be_cut_is_listed_with_its_size():
    architecture = Architecture.of(SIZES)
    kinds = pruning_kinds(architecture)
    assert [kind.size(architecture) for kind in kinds] == [7, 6, *2 * [95, 35, 42, 18]]
    assert pruning_kinds(Architecture.of((4, 2))) == (
        PruningKind(False, None),
        PruningKind(False, None, is_random=True),
    )


def test_strength_is_what_a_unit_adds_above():
    architecture, theta, samples = example()
    strengths = unit_strengths(architecture, theta, 1, samples.x)
    a = activations(architecture, theta, samples.x).a[2]
    above = architecture.layers(theta)[2].W
    for unit, strength in enumerate(strengths):
        added = a[:, unit, None] * above[:, unit]
        assert strength == pytest.approx(np.sqrt((added**2).sum(axis=1).mean()), rel=1e-5)


def test_units_are_silenced_weakest_first():
    architecture, theta, samples = example()
    strengths = unit_strengths(architecture, theta, 0, samples.x)
    pruned = Pruner(architecture, theta, PruningKind(True, 0), samples).prune(3 / 7)
    silent = np.flatnonzero(~architecture.layers(pruned)[1].W.any(axis=0))
    assert silent.tolist() == sorted(np.argsort(strengths)[:3].tolist())


@pytest.mark.parametrize("layer", [None, 0, 2])
def test_weights_are_pruned_as_the_engine_does(layer):
    architecture, theta, samples = example()
    pruner = Pruner(architecture, theta, PruningKind(False, layer), samples)
    for share in (0.0, 0.31, 1.0):
        assert (pruner.prune(share) == prune(architecture, theta, share, layer)[0]).all()
    assert pruner.count(0.5) == round(pruner.n / 2)


def test_chance_cuts_other_weights_the_same_ones_each_time():
    architecture, theta, samples = example()
    kind = PruningKind(False, 1, is_random=True)
    cut, again = (Pruner(architecture, theta, kind, samples).prune(0.5) for _ in range(2))
    assert (cut == again).all()
    layers = architecture.layers(cut)
    assert np.count_nonzero(layers[1].W == 0) == 21
    assert (layers[0].W != 0).all()
    smallest = Pruner(architecture, theta, PruningKind(False, 1), samples).prune(0.5)
    assert (cut != smallest).any()


def test_the_curve_starts_at_the_whole_network_and_ends_at_none():
    architecture, theta, samples = example()
    pruner = Pruner(architecture, theta, PruningKind(False, None), samples)
    thetas = [pruner.prune(share) for share in (0.0, 0.5, 1.0)]
    *_, found = measured_along(architecture, thetas, samples, "cross_entropy")
    found = [measures.accuracy for measures in found]
    nothing = predict(architecture, pruner.prune(1.0), samples.x).argmax(axis=1)
    assert found[0] == 1.0
    assert found[2] == pytest.approx((nothing == samples.labels).mean())
    assert found[2] < found[1] < 1.0
