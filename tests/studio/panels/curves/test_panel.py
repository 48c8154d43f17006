"""Which part of which run is in one plot."""

import math
from types import SimpleNamespace

import numpy as np

from nnstudio.studio.panels.curves.panel import _epochs_of_loss, _within


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
