"""Activations and losses against PyTorch's, in float64 and in float32."""

from pathlib import Path

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.losses import LOSSES, check_pair, smooth_labels

with np.load(Path(__file__).with_name("functions.npz")) as file:
    REFERENCE = dict(file)

PAIRS = sorted({tuple(key.split("/")[1:4]) for key in REFERENCE if key.startswith("loss/")})
# float32 sees other numbers than PyTorch did: the inputs are rounded first.
TOLERANCES = [(np.float64, 1e-13), (np.float32, 1e-5)]


def test_every_activation_and_loss_is_compared():
    compared = {key.split("/")[1] for key in REFERENCE if key.startswith("activation/")}
    assert compared == set(ACTIVATIONS)
    # The perceptron's criterion, which PyTorch has not, is compared with Rosenblatt's rule itself.
    assert {loss.split()[0] for loss, _, _ in PAIRS} == set(LOSSES) - {"perceptron"}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES)
def test_an_activation_and_its_derivative(name, dtype, tolerance):
    z, delta = REFERENCE["z"].astype(dtype), REFERENCE["delta"].astype(dtype)
    a = np.empty_like(z)
    ACTIVATIONS[name].apply(z, a)
    np.testing.assert_allclose(
        a, REFERENCE[f"activation/{name}/a"], rtol=tolerance * 10, atol=tolerance * 1e-2
    )
    expected = REFERENCE.get(f"activation/{name}/delta", np.zeros_like(delta))
    ACTIVATIONS[name].times_derivative(delta, z.copy(), a)
    np.testing.assert_allclose(delta, expected, rtol=tolerance * 10, atol=tolerance)


@pytest.mark.parametrize(("loss", "output", "kind"), PAIRS)
@pytest.mark.parametrize(("dtype", "tolerance"), TOLERANCES)
def test_a_loss_and_its_gradient_at_the_logits(loss, output, kind, dtype, tolerance):
    name, *smoothing = loss.split(" smoothed ")
    check_pair(output, name)
    z, labels = REFERENCE["logits"].astype(dtype), REFERENCE[kind]
    if kind == "targets":
        labels = labels.astype(dtype)
    if smoothing:
        labels = smooth_labels(labels, z.shape[1], float(smoothing[0]), out=np.empty_like(z))
    a, delta = np.empty_like(z), np.empty_like(z)
    ACTIVATIONS[output].apply(z, a)
    value = LOSSES[name].function_for(output)(z, a, labels, delta)
    if LOSSES[name].output is None:
        ACTIVATIONS[output].times_derivative(delta, z.copy(), a)
    assert value == pytest.approx(REFERENCE[f"loss/{loss}/{output}/{kind}/value"].item(), rel=tolerance)
    expected = REFERENCE[f"loss/{loss}/{output}/{kind}/delta"]
    np.testing.assert_allclose(delta, expected, rtol=0, atol=tolerance * abs(expected).max())
