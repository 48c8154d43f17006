"""What a network starts with where nobody has chosen: layers, rates and a loss."""

from dataclasses import replace

from nnstudio.data.problem import Problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.losses import usual_loss
from nnstudio.files.model_file import Model
from nnstudio.language import translatable
from nnstudio.training.config import TrainingConfig

NEW_NETWORK = translatable("new network")

STARTING_NETWORKS = {"image": ((64, 32), "relu"), "plane": ((8, 8), "tanh")}

STARTING_HYPER = {
    "image": Hyper(learning_rate=1e-3, weight_decay=0.3),
    "plane": Hyper(learning_rate=1e-2, weight_decay=0.01),
}
"""Weight decay wipes the initial noise off what no data holds up: templates become legible."""

FURTHER_HYPER = {
    "image": Hyper(learning_rate=3e-4, weight_decay=0.1),
    "plane": Hyper(learning_rate=3e-3, weight_decay=0.01),
}
"""Gentler, for a network that was opened: it goes on from what it knows instead of being thrown about."""

LARGE_DATA = 10_000


def starting_config(problem: Problem) -> TrainingConfig:
    """Return what a fresh network for a problem is and how it is trained."""
    space = problem.input_space
    hidden, activation = STARTING_NETWORKS[space.kind]
    sizes = (space.n_features, *hidden, problem.output_space.n_classes)
    batch_size = 128 if len(problem.train) > LARGE_DATA else 32
    architecture = Architecture.of(sizes, hidden=activation)
    return TrainingConfig(architecture, hyper=STARTING_HYPER[space.kind], batch_size=batch_size)


def at_fresh_pace(config: TrainingConfig, kind: str) -> TrainingConfig:
    """Return a configuration for fresh weights: at their pace, unless the user has chosen another."""
    chosen = config.hyper != FURTHER_HYPER[kind]
    return config if chosen else replace(config, hyper=STARTING_HYPER[kind])


def opened_config(model: Model) -> TrainingConfig:
    """Return how a network that was opened is trained further, which its file does not tell.

    Raises
    ------
    ConfigError
        If it cannot be trained.
    """
    loss = usual_loss(model.architecture.activations[-1])
    hyper = FURTHER_HYPER[model.input_space.kind]
    return by_rosenblatts_rule(TrainingConfig(model.architecture, loss=loss, hyper=hyper))


def by_rosenblatts_rule(config: TrainingConfig) -> TrainingConfig:
    """Return how a single layer of step units is trained by the rule itself: one sample at a time, rate 1.

    Any other configuration stays as it is.
    """
    if config.loss != "perceptron" or config.architecture.n_layers > 1:
        return config
    hyper = replace(config.hyper, learning_rate=1.0, weight_decay=0.0)
    return replace(config, optimiser="sgd", batch_size=1, hyper=hyper)
