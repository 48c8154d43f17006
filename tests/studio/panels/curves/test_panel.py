"""Which part of which run is in one plot."""

import math
from types import SimpleNamespace

import numpy as np

from nnstudio.data.output_kinds import ACCURACY, RMSE
from nnstudio.studio.panels.curves.panel import _epochs_of_loss, _within
from nnstudio.studio.session.curve_options import RUN_SIGNS, CurveOptions


def run_of(losses):
    """Return a run with one checkpoint an epoch, trained with these losses."""
    checkpoints = [
        SimpleNamespace(epoch=float(epoch), config=SimpleNamespace(loss=loss))
        for epoch, loss in enumerate(losses)
    ]
    return SimpleNamespace(checkpoint_history=SimpleNamespace(checkpoints=checkpoints, changes=("a change",)))


def test_a_plot_shows_the_epochs_of_one_loss():
    run = run_of(["mse", "mse", "cross", "cross", "mse"])
    assert _epochs_of_loss(run, "cross") == (1.0, 4.0)
    assert _epochs_of_loss(run, "mse") == (3.0, math.inf)
    assert _epochs_of_loss(run_of(["mse", "mse"]), "mse") == (0.0, math.inf)
    epochs, values = _within((1.5, 4.0), np.arange(6.0), np.arange(6.0) * 2)
    assert epochs.tolist() == [2.0, 3.0]
    assert values.tolist() == [4.0, 6.0]


def run_with(problem, history=True, measure=ACCURACY):
    """Return what curves need of a run."""
    history = SimpleNamespace(history=history or None)
    return Fake(problem_name=problem, measure=measure, checkpoint_history=history)


class Fake(SimpleNamespace):
    __hash__ = object.__hash__
    __eq__ = object.__eq__


def test_curves_of_other_runs_are_of_the_same_problem_and_not_taken_out():
    options = CurveOptions()
    displayed, moons = run_with("digits"), run_with("moons")
    others = [run_with("digits") for _ in range(6)]
    runs = [*others[:3], moons, displayed, run_with("digits", history=False), *others[3:]]
    latest_first = others[::-1]
    assert options.overlaid(displayed, runs) == latest_first[: len(RUN_SIGNS)]
    assert options.overlaid(moons, runs) == []
    assert options.overlaid(run_with("moons", measure=RMSE), runs) == []
    changes = []
    options.changed.connect(lambda: changes.append(1))
    options.toggle(others[5])
    assert options.overlaid(displayed, runs) == latest_first[1 : 1 + len(RUN_SIGNS)]
    options.toggle(others[5])
    assert options.overlaid(displayed, runs) == latest_first[: len(RUN_SIGNS)]
    assert len(changes) == 2
