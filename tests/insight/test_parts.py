"""Parts and gates made by hand: templates from ink, thresholds, AND and OR, and what they find."""

import itertools

import numpy as np
import pytest

from nnstudio.data.part_drawing import PartDrawing
from nnstudio.data.problem import Samples
from nnstudio.data.strokes import Drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.passes import predict
from nnstudio.insight.parts import (
    Detection,
    Detections,
    Gate,
    GateKind,
    Part,
    PartsError,
    gate_of,
    part_of,
    template_of,
    threshold_that_misses,
    two_histograms,
    with_gate,
    with_part,
    with_soft_steps,
)

STEPS = Architecture.of((4, 4, 2), hidden="step", output="step")


@pytest.fixture
def theta():
    """Return units of which each fires for one input: w = 2, b = −1."""
    theta = np.zeros(STEPS.n_params, np.float32)
    for unit in range(4):
        theta = with_part(STEPS, theta, unit, Part(np.eye(4, dtype=np.float32)[unit], 2.0, 0.5))
    return theta


@pytest.mark.parametrize("kind", GateKind)
@pytest.mark.parametrize("parts", [(0,), (1, 3), (0, 1, 2, 3)])
def test_a_gate_is_exact_for_all_that_steps_can_say(kind, parts, theta):
    theta = with_gate(STEPS, theta, 1, parts, kind)
    x = np.array(list(itertools.product((0.0, 1.0), repeat=4)), np.float32)
    chosen = x[:, list(parts)] == 1
    wanted = chosen.all(axis=1) if kind is GateKind.AND else chosen.any(axis=1)
    np.testing.assert_array_equal(predict(STEPS, theta, x), np.stack((0 * wanted, wanted), axis=1))
    read = gate_of(STEPS, theta, 1)
    assert read.parts == parts
    # Of one part both are the same.
    assert read.kind is kind or len(parts) == 1


def test_the_bias_of_four_parts_is_that_of_the_story(theta):
    theta = with_gate(STEPS, theta, 0, range(4), GateKind.AND)
    assert STEPS.layers(theta)[1].b[0] == -3.5
    assert gate_of(STEPS, theta, 0) == Gate(GateKind.AND, (0, 1, 2, 3))
    assert gate_of(STEPS, theta, 1) is None


def test_a_part_is_read_as_it_was_made(theta):
    template = template_of(np.array([[0.5, 1.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 0.5]]))
    np.testing.assert_array_equal(template, [0.5, 1.0, 0.0, -0.5])
    changed = with_part(STEPS, theta, 2, Part(template, 3.0, 0.25))
    part = part_of(STEPS, changed, 2)
    np.testing.assert_allclose(part.template, template)
    assert (part.scale, part.threshold, part.is_empty) == (3.0, 0.25, False)
    first = STEPS.layers(changed)[0]
    assert (first.b[2], first.W[2].max()) == (-0.75, 3.0)
    # All others stay.
    kept = STEPS.layers(theta)[0]
    np.testing.assert_array_equal(np.delete(first.W, 2, 0), np.delete(kept.W, 2, 0))
    assert part_of(STEPS, np.zeros_like(theta), 0).is_empty


def test_what_cannot_be_is_said(theta):
    with pytest.raises(PartsError, match="draw a part first"):
        template_of(np.zeros((2, 2)))
    with pytest.raises(PartsError, match="No parts are ticked"):
        with_gate(STEPS, theta, 0, [], GateKind.AND)
    single = Architecture.of((4, 2), output="step")
    with pytest.raises(PartsError, match="one layer"):
        with_gate(single, np.zeros(single.n_params), 0, [0], GateKind.OR)
    bare = Architecture((4, 4, 2), ("step", "step"), has_biases=False)
    with pytest.raises(PartsError, match="no biases"):
        with_gate(bare, np.zeros(bare.n_params), 0, [0], GateKind.OR)
    with pytest.raises(PartsError, match="no biases"):
        with_part(bare, np.zeros(bare.n_params), 0, Part(np.ones(4, np.float32), 1.0, 0.5))
    with pytest.raises(PartsError, match="no sample"):
        threshold_that_misses(np.zeros(0), 0.05)
    with pytest.raises(PartsError, match="from 0 to 1"):
        threshold_that_misses(np.zeros(3), np.nan)


def test_a_threshold_misses_the_share_that_was_asked_for():
    sums = np.random.default_rng(0).normal(size=1000)
    assert np.count_nonzero(sums <= threshold_that_misses(sums, 0.05)) == 50


def test_detections_count_what_fires(theta):
    x = np.random.default_rng(1).integers(0, 2, (2500, 4)).astype(np.float32)
    labels = (x.sum(axis=1) == 4).astype(np.int64)
    theta = with_gate(STEPS, theta, 0, [0, 1], GateKind.AND)
    hidden, outputs = Detections(STEPS, theta, Samples(x, labels), 1).finish()
    n_class = int(labels.sum())
    both = int((x[:, :2].sum(axis=1) == 2).sum())
    assert hidden[3] == Detection(n_class, int(x[:, 3].sum()), n_class)
    assert outputs == (Detection(n_class, both, n_class), Detection(n_class, 0, 0))
    assert outputs[0].right == n_class / both
    assert outputs[1].right is None


def test_sigmoids_of_ten_times_the_weights_say_nearly_the_same(theta):
    theta = with_gate(STEPS, theta, 0, range(4), GateKind.AND)
    soft, softened = with_soft_steps(STEPS, theta)
    assert soft.activations == ("sigmoid", "sigmoid")
    x = np.array([[1, 1, 1, 1], [1, 1, 1, 0]], np.float32)
    np.testing.assert_allclose(predict(soft, softened, x)[:, 0], [1, 0], atol=0.01)
    assert gate_of(soft, softened, 0) == gate_of(STEPS, theta, 0)


def test_histograms_are_shares_of_each_side():
    values = np.r_[np.full(30, 1.0), np.full(10, 5.0)]
    found = two_histograms(values, values == 5.0, 4)
    assert found.of_class.tolist() == [0, 0, 0, 1]
    assert found.others.tolist() == [1, 0, 0, 0]
    # All the same: there are bins all the same.
    assert np.diff(two_histograms(np.ones(3), np.zeros(3, bool)).edges).min() > 0


def test_a_part_stays_where_it_was_drawn():
    left = np.array([[0.25, 0.25], [0.25, 0.75]])
    touch = np.array([[0.75, 0.5]])
    drawing = PartDrawing(Drawing((left,)), 0.1, Drawing((touch, np.empty((0, 2)))), 0.1)
    ink, erased = drawing.images()
    assert ink.shape == erased.shape == (28, 28)
    assert ink[7:21, 6:8].min() > 0.9
    assert not ink[:, 9:].any()
    rows, columns = np.nonzero(erased)
    assert (rows.mean(), columns.mean()) == pytest.approx((13.5, 20.5), abs=1)
    template = template_of(ink, erased).reshape(28, 28)
    assert template.min() < -0.9
    assert not PartDrawing(Drawing(()), 0.1).images()[0].any()
