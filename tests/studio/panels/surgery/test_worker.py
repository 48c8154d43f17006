from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import Samples
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.pruning import PruningKind
from nnstudio.studio.panels.surgery.worker import CURVE_SHARES, PruningQuestion, PruningWorker


@pytest.fixture
def probe():
    probe = PruningWorker()
    yield probe
    probe.stop()


def samples(seed):
    rng = np.random.default_rng(seed)
    return Samples(rng.random((40, 6), np.float32), rng.integers(3, size=40))


def test_a_curve_belongs_to_the_samples_that_are_asked_about(probe, qtbot):
    network, kind = Architecture.of((6, 5, 3)), PruningKind(True, 0)
    theta = initialise(network, rng=np.random.default_rng(0))
    question = PruningQuestion(network, theta, theta, theta, kind, samples(0), "cross_entropy")

    def has_whole_curve():
        probe.poll()
        return len(probe.curve) == len(CURVE_SHARES)

    probe.ask(question)
    qtbot.waitUntil(has_whole_curve)
    pruner = probe.pruner
    probe.ask(replace(question, samples=samples(1)))
    assert probe.pruner is not pruner
    assert len(probe.curve) < len(CURVE_SHARES)
    qtbot.waitUntil(has_whole_curve)


def test_other_weights_need_no_new_pruner_for_the_same_base(probe):
    network, kind = Architecture.of((6, 5, 3)), PruningKind(True, 0)
    theta = initialise(network, rng=np.random.default_rng(0))
    question = PruningQuestion(network, theta, theta, theta, kind, samples(0), "cross_entropy")
    probe.ask(question)
    probe._worker.wait()
    # Not polled in between, as in a frame that brings new weights.
    probe.ask(replace(question, theta=theta * 2))
    assert probe.pruner is not None
    assert probe.before is not None
    assert probe.now is None
