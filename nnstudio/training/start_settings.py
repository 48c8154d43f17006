"""Default layers, activation, initialisation and hyperparameters for each kind of input."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.losses import usual_loss
from nnstudio.training.config import TrainingConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.data.problem import InputSpace, OutputSpace, Problem

LARGE_DATA = 10_000
"""With more samples, batches are larger."""


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
        "features": StartSettings(
            hidden=(32,),
            activation="relu",
            initialisation="he_normal",
            fresh_hyper=Hyper(learning_rate=3e-3),
            further_hyper=Hyper(learning_rate=1e-3),
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


def starting_config(problem: Problem) -> TrainingConfig:
    """Return what a fresh network for a problem is and how it is trained."""
    space = problem.input_space
    start = START_SETTINGS[space.kind]
    sizes = (space.n_features, *start.hidden, problem.output_space.n_outputs)
    batch_size = 128 if len(problem.train) > LARGE_DATA else 32
    traits = problem.output_space.traits
    architecture = Architecture.of(sizes, hidden=start.activation, output=traits.output_activation)
    return TrainingConfig(
        architecture, traits.loss, start.initialisation, hyper=start.fresh_hyper, batch_size=batch_size
    )


def further_config(
    architecture: Architecture, input_space: InputSpace, output_space: OutputSpace
) -> TrainingConfig:
    """Return how a network that was opened or written down is trained further.

    A network with hidden steps has a configuration too; it is refused when training is asked for.
    """
    traits = output_space.kind_of(architecture.n_outputs)
    usual = usual_loss(architecture.activations[-1])
    loss = usual if usual in traits.losses else traits.loss
    return TrainingConfig(architecture, loss=loss, hyper=START_SETTINGS[input_space.kind].further_hyper)
