import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.engine.gradient_check import central_difference, complex_step
from nnstudio.engine.gradient_table import gradient_rows, sweep_steps
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient


def example():
    rng = np.random.default_rng(0)
    architecture = Architecture.of((3, 4, 2), hidden="tanh")
    theta = initialise(architecture, rng=rng, dtype=np.float64)
    return architecture, theta, rng.standard_normal((5, 3)), rng.integers(0, 2, 5), "cross_entropy"


@pytest.mark.parametrize("check", [complex_step, central_difference])
def test_a_table_names_the_chosen_weights(check):
    problem = example()
    architecture = problem[0]
    chosen = [architecture.coordinate("layers.1.bias", 1), architecture.coordinate("layers.0.weight", 3, 2)]
    rows = gradient_rows(architecture, chosen, check(*problem, coordinates=chosen))
    assert [(row.name, row.index) for row in rows] == [("layers.1.bias", (1,)), ("layers.0.weight", (3, 2))]
    for row in rows:
        assert row.analytic == pytest.approx(row.numeric, rel=1e-6)
        assert row.relative_error == abs(row.analytic - row.numeric) / max(
            abs(row.analytic), abs(row.numeric)
        )


def test_a_mistake_shows_in_its_own_row_alone():
    problem = example()
    architecture, theta = problem[:2]
    grad = np.empty_like(theta)
    loss_and_gradient(*problem, grad, Workspace(architecture, 5, np.float64))
    wrong = architecture.coordinate("layers.0.weight", 2, 1)
    grad[wrong] *= 1.01
    everything = range(architecture.n_params)
    rows = gradient_rows(architecture, everything, complex_step(*problem, analytic=grad))
    found = [(row.name, row.index) for row in rows if row.relative_error > 1e-3]
    assert found == [("layers.0.weight", (2, 1))]


def test_a_table_belongs_to_its_check():
    problem = example()
    check = complex_step(*problem, coordinates=[0, 1])
    with pytest.raises(ValueError, match="shorter"):
        gradient_rows(problem[0], [0, 1, 2], check)
    with pytest.raises(ArchitectureError):
        gradient_rows(problem[0], [0, problem[0].n_params], check)


def test_central_differences_have_a_best_step_and_the_complex_step_has_none():
    steps = 10.0 ** -np.arange(1, 14)
    sweep = sweep_steps(*example(), steps)
    assert (sweep.h == steps).all()
    best = sweep.central.argmin()
    assert 1e-7 < steps[best] < 1e-3
    assert sweep.central[best] < 1e-8
    # A tenth of a large step is a hundredth of the error.
    assert sweep.central[0] / sweep.central[1] == pytest.approx(100, rel=0.1)
    assert sweep.complex[0] / sweep.complex[1] == pytest.approx(100, rel=0.1)
    assert sweep.central[-1] > 1e-5
    assert sweep.complex[-5:].max() < 1e-14


@pytest.mark.parametrize("h", [0.0, -1.0, np.nan, [1e-3, np.inf]])
def test_steps_are_above_zero(h):
    with pytest.raises(ValueError, match="above 0"):
        sweep_steps(*example(), h)
