"""Default configurations: layers, rates and a loss."""

import math
from dataclasses import replace

from nnstudio.files.model_file import Model
from nnstudio.language import translatable
from nnstudio.training.config import TrainingConfig
from nnstudio.training.start_settings import START_SETTINGS, further_config

NEW_NETWORK = translatable("new network")


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
    return by_rosenblatts_rule(further_config(model.architecture, model.input_space, model.output_space))


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
