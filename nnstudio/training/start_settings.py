"""Default layers, activation, initialisation and hyperparameters for each kind of input."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from nnstudio.engine.hyper import Hyper

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class StartSettings:
    """First settings for a kind of input.

    Attributes
    ----------
    hidden : tuple of int
        Sizes of a fresh network's hidden layers.
    activation : str
        Of the hidden layers.
    initialisation : str
        Of fresh weights, a key of ``engine.initialise.INITIALISERS``.
    fresh_hyper : Hyper
        For fresh weights. Weight decay removes the initial noise from weights that the data do not determine,
        so that templates become legible.
    further_hyper : Hyper
        For a network that was opened: a smaller learning rate, which keeps it near the weights it has.
    """

    hidden: tuple[int, ...]
    activation: str
    initialisation: str
    fresh_hyper: Hyper
    further_hyper: Hyper


START_SETTINGS: Mapping[str, StartSettings] = MappingProxyType(
    {
        "image": StartSettings(
            hidden=(64, 32),
            activation="relu",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-3, weight_decay=0.3),
            further_hyper=Hyper(learning_rate=3e-4, weight_decay=0.1),
        ),
        "plane": StartSettings(
            hidden=(8, 8),
            activation="tanh",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-2, weight_decay=0.01),
            further_hyper=Hyper(learning_rate=3e-3, weight_decay=0.01),
        ),
        "line": StartSettings(
            hidden=(16,),
            activation="tanh",
            initialisation="kinks_spread",
            fresh_hyper=Hyper(learning_rate=1e-2),
            further_hyper=Hyper(learning_rate=3e-3),
        ),
        "numbers": StartSettings(
            hidden=(8, 8),
            activation="tanh",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=1e-2),
            further_hyper=Hyper(learning_rate=3e-3),
        ),
    }
)
"""By the kinds of `nnstudio.data.input_kinds.INPUT_KINDS`."""
