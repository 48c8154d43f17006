"""Default configurations: layers, rates and a loss."""

import math
from dataclasses import replace

from nnstudio.data.problem import Problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import usual_loss
from nnstudio.files.model_file import Model
from nnstudio.language import translatable
from nnstudio.training.config import TrainingConfig
from nnstudio.training.start_settings import START_SETTINGS

NEW_NETWORK = translatable("new network")

LARGE_DATA = 10_000


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


def at_fresh_pace(config: TrainingConfig, kind: str) -> TrainingConfig:
    """Return a configuration for fresh weights: at their pace, unless the user has chosen another."""
    defaults = START_SETTINGS[kind]
    chosen = config.hyper != defaults.further_hyper
    return config if chosen else replace(config, hyper=defaults.fresh_hyper)


def with_more_epochs(config: TrainingConfig, epoch: float, n_epochs: float) -> TrainingConfig:
    """Return a configuration that ends ``n_epochs`` after the last whole epoch, if it would end by ``epoch``.

    Parameters
    ----------
    config : TrainingConfig
    epoch : float
        Passes over the training data so far.
    n_epochs : float
        Above 0.
    """
    if config.epochs is None or config.epochs > epoch:
        return config
    return replace(config, epochs=math.floor(epoch) + n_epochs)


def opened_config(model: Model) -> TrainingConfig:
    """Return how a network that was opened is trained further, which its file does not tell.

    A network with hidden steps has a configuration too; it is refused when training is asked for.
    """
    traits = model.output_space.kind_of(model.architecture.n_outputs)
    usual = usual_loss(model.architecture.activations[-1])
    loss = usual if usual in traits.losses else traits.loss
    hyper = START_SETTINGS[model.input_space.kind].further_hyper
    return by_rosenblatts_rule(TrainingConfig(model.architecture, loss=loss, hyper=hyper))


def is_rosenblatts(config: TrainingConfig) -> bool:
    """Tell whether a configuration is for Rosenblatt's rule: a single layer of step units."""
    return config.loss == "perceptron" and config.architecture.n_layers == 1


def by_rosenblatts_rule(config: TrainingConfig) -> TrainingConfig:
    """Return how a single layer of step units is trained by the rule itself: one sample at a time, rate 1.

    Any other configuration stays as it is.
    """
    if not is_rosenblatts(config):
        return config
    hyper = replace(config.hyper, learning_rate=1.0, weight_decay=0.0)
    return replace(config, optimiser="sgd", batch_size=1, hyper=hyper)
