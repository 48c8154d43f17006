import math

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import LOSSES, LossError, check_pair, smooth_labels
from nnstudio.engine.passes import loss_and_gradient, loss_value


def evaluate(name, z, labels, output="softmax"):
    a, delta = np.empty_like(z), np.empty_like(z)
    ACTIVATIONS[output].apply(z, a)
    value = LOSSES[name].function_for(output)(z, a, labels, delta)
    return value, delta


def test_cross_entropy_by_hand():
    z = np.log(np.array([[1.0, 3.0], [4.0, 1.0]]))
    value, delta = evaluate("cross_entropy", z, np.array([1, 1]))
    assert value == pytest.approx((-math.log(3 / 4) - math.log(1 / 5)) / 2, rel=1e-15)
    np.testing.assert_allclose(delta, [[1 / 8, -1 / 8], [4 / 10, -4 / 10]], rtol=1e-14)


def test_squared_error_by_hand():
    value, delta = evaluate("squared_error", np.array([[1.0, 2.0], [0.0, 0.5]]), np.array([0, 1]), "identity")
    assert value == (0.5 * 4 + 0.5 * 0.25) / 2
    assert delta.tolist() == [[0, 1], [0, -0.25]]


def test_binary_cross_entropy_by_hand():
    """Outputs 3/4 and 1/5, of which the second is right: −log(1/4) − log(1/5), whatever made them."""
    z = np.log(np.array([[3.0, 1 / 4]]))
    value, delta = evaluate("binary_cross_entropy", z, np.array([1]), "sigmoid")
    assert value == pytest.approx(math.log(4) + math.log(5), rel=1e-15)
    np.testing.assert_allclose(delta, [[3 / 4, -4 / 5]], rtol=1e-14)
    value, delta = evaluate("binary_cross_entropy", np.log([[0.75, 0.25]]), np.array([1]), "softmax")
    assert value == pytest.approx(2 * math.log(4), rel=1e-15)
    # ∂loss/∂a = (4, −4), times the Jacobian ∂a/∂z = ±3/16.
    np.testing.assert_allclose(delta, [[1.5, -1.5]], rtol=1e-14)


def test_absolute_error_by_hand():
    z = np.array([[1.0, 2.0], [0.0, 0.5]])
    value, delta = evaluate("absolute_error", z, np.array([[1.0, -1.0], [0.5, 0.0]]), "identity")
    assert value == (0 + 3 + 0.5 + 0.5) / 2
    assert delta.tolist() == [[0, 0.5], [-0.5, 0.5]]


def test_hinge_by_hand():
    """Right class 0 with score 2: class 1 (1.5) breaks the margin by ½, class 2 (1) just keeps it."""
    value, delta = evaluate(
        "hinge", np.array([[2.0, 1.5, 1.0], [0.0, 0.0, 5.0]]), np.array([0, 2]), "identity"
    )
    assert value == 0.5 / 2
    assert delta.tolist() == [[-0.5, 0.5, 0], [0, 0, 0]]


def test_perceptron_by_hand():
    """Of three units, the first should fire and does not, the second should not, the third is right."""
    value, delta = evaluate("perceptron", np.array([[-2.0, 0.5, -1.0]]), np.array([0]), "step")
    assert value == 2.0 + 0.5
    assert delta.tolist() == [[-1.0, 1.0, 0.0]]


def test_hinge_needs_a_right_class():
    with pytest.raises(LossError, match="whole-number labels, not targets"):
        evaluate("hinge", np.zeros((1, 2)), np.eye(2)[:1], "identity")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_binary_cross_entropy_is_finite_at_huge_logits(dtype, output):
    z = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype)
    for labels in (np.array([0, 0]), np.array([[0.0, 1.0], [0.5, 0.5]], dtype)):
        value, delta = evaluate("binary_cross_entropy", z, labels, output)
        assert np.isfinite(value)
        assert np.isfinite(delta).all()
    value, delta = evaluate("binary_cross_entropy", z, np.array([0, 0]), output)
    # Sigmoids err by 1e4 twice, the two outputs of a softmax by twice as much each.
    assert value == (1e4 if output == "sigmoid" else 2e4)
    np.testing.assert_allclose(delta, np.array([[0, 0], [-0.5, 0.5]]) * value / 1e4, atol=1e-30)


def test_a_softmax_of_one_output_has_nothing_to_learn():
    value, delta = evaluate("binary_cross_entropy", np.array([[3.0]]), np.array([0]), "softmax")
    assert value == 0
    assert delta.tolist() == [[0]]


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "hinge"])
def test_labels_are_one_hot_targets(name):
    rng = np.random.default_rng(1)
    z, labels = rng.standard_normal((6, 4)), rng.integers(0, 4, 6)
    by_labels, by_targets = evaluate(name, z, labels), evaluate(name, z, np.eye(4)[labels])
    assert by_labels[0] == pytest.approx(by_targets[0], rel=1e-14)
    np.testing.assert_allclose(by_labels[1], by_targets[1], atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_is_exact_at_huge_logits(dtype):
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype)
    value, delta = evaluate("cross_entropy", z, np.array([1, 2]))
    assert value == pytest.approx((2e4 + math.log(2)) / 2, rel=1e-7)
    np.testing.assert_allclose(delta, [[0.5, -0.5, 0], [0, 0.25, -0.25]], atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", LOSSES)
def test_no_loss_overflows_at_huge_logits(name, dtype):
    """With every output that goes with it, for one sample and for two, with classes that do not occur."""
    z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype)
    for output in ACTIVATIONS:
        try:
            check_pair(output, name)
        except LossError:
            continue
        for rows in (slice(2), slice(1)):
            value, delta = evaluate(name, z[rows], np.array([1, 1])[rows], output)
            assert np.isfinite(value), output
            assert np.isfinite(delta).all(), output


def test_cross_entropy_keeps_small_losses_between_huge_logits():
    """The loss depends on differences of logits alone; adding 1e4 to all must not cost its digits."""
    z = np.array([[0.0, 0.5]], np.float32)
    near, _ = evaluate("cross_entropy", z, np.array([1]))
    far, _ = evaluate("cross_entropy", z + np.float32(1e4), np.array([1]))
    assert far == pytest.approx(near, rel=1e-6)


def test_smoothing_shares_the_certainty_out_and_reaches_the_loss():
    targets = smooth_labels(np.array([2, 0]), 4, 0.1)
    assert targets.dtype == np.float32
    np.testing.assert_allclose(
        targets, [[0.025, 0.025, 0.925, 0.025], [0.925, 0.025, 0.025, 0.025]], rtol=1e-6
    )
    assert smooth_labels(np.array([2]), 4, 0.0).tolist() == [[0, 0, 1, 0]]
    logits = np.log(np.array([[1.0, 3.0]]))
    value, delta = evaluate("cross_entropy", logits, smooth_labels(np.array([1]), 2, 0.5, np.empty((1, 2))))
    assert value == pytest.approx(-0.25 * math.log(1 / 4) - 0.75 * math.log(3 / 4), rel=1e-15)
    np.testing.assert_allclose(delta, 0, atol=1e-16)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_smoothing_is_a_share(share):
    with pytest.raises(LossError, match="from 0 to 1"):
        smooth_labels(np.array([0]), 2, share)


@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if name != "softmax"])
def test_cross_entropy_needs_softmax(output):
    with pytest.raises(LossError, match=r"needs the output activation Softmax.*sum to 1"):
        check_pair(output, "cross_entropy")


@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if name not in {"sigmoid", "softmax"}])
def test_binary_cross_entropy_needs_probabilities(output):
    with pytest.raises(LossError, match=r"needs the output activation Sigmoid or Softmax.*between 0 and 1"):
        check_pair(output, "binary_cross_entropy")


def test_the_other_pairs_go_together_and_unknown_names_are_refused():
    for output in ACTIVATIONS:
        for loss in ("squared_error", "absolute_error", "hinge"):
            check_pair(output, loss)
    for output in ("sigmoid", "softmax"):
        check_pair(output, "binary_cross_entropy")
    with pytest.raises(LossError, match="choose one of cross_entropy, binary_cross_entropy"):
        check_pair("softmax", "hinge-ish")


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 3]),
        np.array([-1, 0]),
        np.array([0]),
        np.array([0.0, 1.0]),
        np.array([True, False]),
        np.zeros((2, 2)),
    ],
    ids=["too large", "negative", "too few", "not whole", "truth values", "targets too narrow"],
)
def test_labels_that_do_not_fit_are_refused(labels):
    architecture = Architecture.parse("2-3")
    theta, x = np.zeros(architecture.n_params), np.zeros((2, 2))
    workspace = Workspace(architecture, 2, np.float64)
    with pytest.raises(LossError):
        loss_and_gradient(architecture, theta, x, labels, "cross_entropy", theta.copy(), workspace)


def test_an_empty_batch_has_no_loss():
    architecture = Architecture.parse("2-3")
    workspace = Workspace(architecture, 2, np.float64)
    with pytest.raises(LossError, match="empty batch"):
        loss_value(
            architecture,
            np.zeros(9),
            np.zeros((0, 2)),
            np.zeros(0, np.int64),
            "cross_entropy",
            workspace,
        )
