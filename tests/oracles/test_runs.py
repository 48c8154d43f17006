"""Whole training runs against PyTorch and scikit-learn: the same weights and batches give the same losses."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.compiled_step import supports
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import smooth_labels
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.engine.training_step import TrainingStep

with np.load(Path(__file__).with_name("runs.npz")) as file:
    REFERENCE = dict(file)

NAMES = [key.removesuffix("/losses") for key in REFERENCE if key.endswith("/losses")]


def run_and_data(name):
    """Return the description of a run, its network, start, inputs and labels."""
    run = json.loads(REFERENCE[f"{name}/run"].item())
    architecture = Architecture(tuple(run["layer_sizes"]), tuple(run["activations"]))
    x = REFERENCE[f"{name}/x"]
    x = x * np.float32(1 / 255) if x.dtype == np.uint8 else x.astype(np.float32)
    labels = REFERENCE[f"{name}/labels"]
    if labels.ndim == 2:
        labels = labels.astype(np.float32)
    return run, architecture, REFERENCE[f"{name}/theta"].astype(np.float32), x, labels


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("compiled", [False, True])
def test_the_step_that_training_takes_gives_the_same_fifty_losses(name, n_threads, compiled):
    run, architecture, theta, x, labels = run_and_data(name)
    optimiser, hyper = OPTIMISERS[run["optimiser"]], Hyper(**run["hyper"])
    state, losses = optimiser.initial_state(theta), []
    with ThreadPool(n_threads) as pool:
        step = TrainingStep(
            *(architecture, theta, run["loss"], optimiser, state, hyper, run["batch_size"]),
            pool=pool,
            compiled=compiled,
        )
        assert (step._compiled is not None) == (compiled and supports(architecture, run["loss"], theta.dtype))
        for rows in REFERENCE[f"{name}/batches"]:
            wanted = labels[rows]
            if "label_smoothing" in run:
                wanted = smooth_labels(wanted, architecture.n_outputs, run["label_smoothing"])
            losses.append(step.take(x[rows], wanted, hyper.learning_rate))
    np.testing.assert_allclose(losses, REFERENCE[f"{name}/losses"], rtol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_fifty_losses_to_four_digits(name):
    run, architecture, theta, x, labels = run_and_data(name)
    grad, workspace = np.empty_like(theta), Workspace(architecture, run["batch_size"])
    optimiser, hyper = OPTIMISERS[run["optimiser"]], Hyper(**run["hyper"])
    state = optimiser.initial_state(theta)
    losses = []
    for rows in REFERENCE[f"{name}/batches"]:
        wanted = labels[rows]
        if "label_smoothing" in run:
            wanted = smooth_labels(wanted, architecture.n_outputs, run["label_smoothing"])
        losses.append(loss_and_gradient(architecture, theta, x[rows], wanted, run["loss"], grad, workspace))
        optimiser.step(theta, grad, state, hyper)
    assert losses[-1] < 0.85 * losses[0]
    np.testing.assert_allclose(losses, REFERENCE[f"{name}/losses"], rtol=2e-5)
