"""Optimisers and schedules against PyTorch's over a hundred steps."""

from pathlib import Path

import numpy as np
import pytest

from nnstudio.engine.hyper import Hyper
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.training.schedule import SCHEDULES, rate_factor

with np.load(Path(__file__).with_name("optimisers.npz")) as file:
    REFERENCE = dict(file)

CASES = [key.split("/")[1:3] for key in REFERENCE if key.endswith("/theta")]


def test_every_optimiser_and_schedule_is_compared():
    assert {name for _, name in CASES} == set(OPTIMISERS)
    assert {key.split("/")[1].split()[0] for key in REFERENCE if key.startswith("schedule/")} == set(
        SCHEDULES
    )


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-5)])
@pytest.mark.parametrize(("case", "name"), CASES)
def test_a_hundred_steps(case, name, dtype, tolerance):
    key = f"optimiser/{case}/{name}"
    given = dict(zip(REFERENCE[f"{key}/names"].tolist(), REFERENCE[f"{key}/values"].tolist(), strict=True))
    hyper = Hyper(learning_rate=REFERENCE["learning_rate"].item(), **given)
    theta = REFERENCE["start"].astype(dtype)
    optimiser = OPTIMISERS[name]
    state = optimiser.initial_state(theta)
    thetas, averages = [], []
    for step, grad in enumerate(REFERENCE["grads"].astype(dtype), start=1):
        optimiser.step(theta, grad, state, hyper)
        if step in REFERENCE["kept_steps"]:
            thetas.append(theta.copy())
            if state.average is not None:
                averages.append(state.average.copy())
    assert theta.dtype == dtype
    np.testing.assert_allclose(thetas, REFERENCE[f"{key}/theta"], rtol=tolerance, atol=tolerance)
    expected = REFERENCE.get(f"{key}/average")
    assert (expected is None) == (not averages)
    if expected is not None:
        np.testing.assert_allclose(averages, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_hundred_rates(schedule):
    """PyTorch's step k, from 0, is our epoch k: of 99 in one cycle, of 100 elsewhere."""
    epochs = 99.0 if schedule == "one_cycle" else 100.0
    got = [
        rate_factor(schedule, k, warmup_epochs=0.0, epochs=epochs, decay=0.2, decay_epochs=30.0)
        for k in range(100)
    ]
    np.testing.assert_allclose(got, REFERENCE[f"schedule/{schedule}"], rtol=1e-12, atol=1e-15)


def test_a_hundred_rates_with_a_warm_up():
    """PyTorch's twentieth of the way up is reached in its step 0, ours at the end of the first epoch."""
    epochs = [*range(1, 21), *range(20, 100)]
    got = [rate_factor("cosine", epoch, warmup_epochs=20.0, epochs=100.0) for epoch in epochs]
    np.testing.assert_allclose(got, REFERENCE["schedule/cosine after warm-up"], rtol=1e-12, atol=1e-15)
