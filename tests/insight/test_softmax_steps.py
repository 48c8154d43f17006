import numpy as np
import pytest

from nnstudio.insight.loss_slopes import loss_slopes
from nnstudio.insight.reading import read
from nnstudio.insight.softmax_steps import softmax_steps
from tests.insight.networks import network


def test_the_steps_lead_to_what_the_network_answers_and_to_its_loss():
    architecture, theta, x = network()
    reading = read(architecture, theta, x)
    steps = softmax_steps(reading.z[-1])
    np.testing.assert_allclose(steps.quotients, reading.outputs, rtol=1e-12)
    np.testing.assert_allclose(steps.exponentials, np.exp(reading.z[-1] - steps.largest), rtol=1e-12)
    assert steps.total == pytest.approx(steps.exponentials.sum())
    for label in range(3):
        loss = loss_slopes(architecture, theta, reading, label, "cross_entropy").loss
        assert steps.cross_entropy(label) == pytest.approx(loss, rel=1e-12)


def test_logits_far_apart_neither_overflow_nor_lose_the_loss():
    steps = softmax_steps(np.array([1000.0, 0.0, -1000.0], np.float32))
    assert steps.quotients.tolist() == [1.0, 0.0, 0.0]
    assert steps.cross_entropy(2) == 2000.0
