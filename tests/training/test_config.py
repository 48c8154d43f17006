from dataclasses import replace

import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.training.config import ConfigError, TrainingConfig


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"loss": "luck"}, "'luck'"),
        ({"initialisation": "ones"}, "'ones'"),
        ({"optimiser": "lion"}, "'lion'"),
        ({"schedule": "stairs"}, "'stairs'"),
        ({"loss": ["squared_error"]}, "squared_error"),
        ({"batch_size": 0}, "batch size"),
        ({"batch_size": 10**9}, "batch size"),
        ({"batch_size": True}, "True"),
        ({"batch_size": 12.5}, "12.5"),
        ({"seed": -1}, "-1"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": float("nan")}, "nan"),
        ({"epochs": float("inf")}, "inf"),
        ({"epochs": 1_000_001}, "at most 1,000,000, not 1000001"),
        ({"warmup_epochs": -0.5}, "-0.5"),
        ({"warmup_epochs": 5.0, "epochs": 5.0}, "shorter"),
        ({"schedule": "cosine"}, "epochs"),
        ({"dropout": 1.0}, "dropout must be"),
        ({"input_dropout": -0.1}, "input dropout must be"),
        ({"dropout": "half"}, "'half'"),
        ({"patience_epochs": 0}, "patience"),
        ({"random_mask": 1.0}, "random mask"),
        ({"frozen": (0, 1)}, "let one of them learn"),
        ({"frozen": (2,)}, "no layer 3"),
        ({"frozen": [0]}, "Frozen layers are"),
        ({"frozen": (0, 0)}, "each once"),
        ({"patience_epochs": float("inf")}, "patience"),
        ({"schedule": "one_cycle"}, "one_cycle.*epochs"),
        ({"rate_decay": 0}, "rate decay"),
        ({"rate_decay": 1.5}, "1.5"),
        ({"rate_decay_epochs": 0.0}, "every so many epochs"),
        ({"label_smoothing": 1.0}, "label smoothing"),
        ({"label_smoothing": float("nan")}, "nan"),
        ({"label_smoothing": 0.1, "loss": "hinge"}, "one right class"),
    ],
)
def test_refuses_what_cannot_be_and_names_it(config, changes, words):
    with pytest.raises(ConfigError, match=words):
        replace(config, **changes)


def test_another_network_keeps_the_frozen_hidden_layers_that_it_has_as_well(config):
    deep = Architecture.of((2, 5, 5, 2))
    config = replace(config, architecture=deep, frozen=(0, 2))
    assert config.with_architecture(Architecture.of((2, 9, 9, 2))).frozen == (0, 2)
    assert config.with_architecture(Architecture.of((2, 9, 2))).frozen == (0,)
    assert config.with_architecture(Architecture.of((2, 9, 9, 9, 2))).frozen == (0, 2)
    assert config.with_architecture(Architecture.of((2, 2))).frozen == ()


def test_cross_entropy_needs_a_softmax_output():
    architecture = Architecture.of((2, 3, 2), output="sigmoid")
    with pytest.raises(ConfigError, match="Softmax"):
        TrainingConfig(architecture)
    TrainingConfig(architecture, loss="squared_error")


@pytest.mark.parametrize("activations", [("step", "softmax"), ("relu", "step")])
def test_steps_cannot_be_trained_by_gradients(activations, clouds):
    loss = "squared_error" if activations[1] == "step" else "cross_entropy"
    config = TrainingConfig(Architecture((2, 3, 2), activations), loss=loss)
    for check in (config.check_trainable, lambda: config.check(clouds)):
        with pytest.raises(ConfigError, match=r"Step units have the derivative zero.*loss perceptron"):
            check()


@pytest.mark.parametrize(("sizes", "words"), [((3, 2), "3 inputs.*has 2"), ((2, 5), "5 outputs.*has 2")])
def test_the_network_must_fit_the_problem(clouds, sizes, words):
    with pytest.raises(ConfigError, match=words):
        TrainingConfig(Architecture.of(sizes)).check(clouds)


def test_one_output_stands_for_two_classes(clouds):
    one = Architecture.of((2, 3, 1), output="sigmoid")
    for loss in ("binary_cross_entropy", "squared_error", "absolute_error"):
        TrainingConfig(one, loss).check(clouds)
    TrainingConfig(Architecture.of((2, 1), output="step"), "perceptron").check(clouds)
    with pytest.raises(ConfigError, match="The loss hinge compares an output for each class"):
        TrainingConfig(one, "hinge").check(clouds)
    for output in ("softmax", "tanh", "identity"):
        with pytest.raises(ConfigError, match="is Sigmoid or Step, not"):
            TrainingConfig(Architecture.of((2, 3, 1), output=output), "squared_error").check(clouds)
