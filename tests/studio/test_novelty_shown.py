"""Whether an input is of any class: shown with the weights that the detector was fitted to, and only then."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.novelty import NoveltyDetector, detector_architecture
from nnstudio.studio.session import Session


@pytest.fixture
def cautious(model):
    n_params = detector_architecture(model.architecture, 4).n_params
    theta = np.random.default_rng(1).normal(size=n_params).astype(np.float32)
    return replace(model, novelty=NoveltyDetector(4, theta, 1.0))


@pytest.fixture
def session(qapp, cautious):
    session = Session(cautious, "digits-synthetic")
    yield session
    session.close()
    session.deleteLater()


def test_the_opened_networks_detector_judges_the_input(session, cautious):
    assert session.novelty is None
    session.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    session.poll()
    reading = session.reading
    assert session.novelty == cautious.novelty.judge((reading.x, *reading.a[:-1]))
    assert session.model().novelty is cautious.novelty


def test_a_network_that_has_learnt_more_has_none(session, qtbot):
    session.set_strokes((np.array([[0.2, 0.2], [0.8, 0.8]]),))
    session.step_batch()

    def has_learnt():
        session.poll()
        return session.was_trained

    qtbot.waitUntil(has_learnt, timeout=20_000)
    assert session.reading is not None
    assert session.novelty is None
    assert session.model().novelty is None
    session.reset()
    session.poll()
    assert session.novelty is None
