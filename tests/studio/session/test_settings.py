"""The list of training settings: complete, in words, and read as typed."""

from dataclasses import fields, replace

import pytest

from nnstudio.data.scaling import SCALINGS
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import INITIALISERS
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.errors import UserError
from nnstudio.studio.session import formulas
from nnstudio.studio.session.default_configs import opened_config
from nnstudio.studio.session.setting_list import (
    ACTIVATION,
    DATA_SETTINGS,
    INPUT_SCALING,
    RANDOM_LABELS,
    SETTINGS,
    layer_setting,
)
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.schedule import SCHEDULES
from tests.studio.networks import model_of

BY_KEY = {setting.key: setting for setting in SETTINGS}


@pytest.fixture
def config():
    return TrainingConfig(Architecture.of((4, 5, 6, 3)))


def put(setting, holder, text):
    return setting.write(holder, setting.parse(text))


def written(config, key, text):
    return put(BY_KEY[key], config, text)


def test_everything_that_can_be_configured_has_a_setting():
    names = {field.name for cls in (TrainingConfig, Hyper) for field in fields(cls)}
    # Each layer has a setting of its own for whether it is frozen.
    assert names - {"architecture", "hyper", "frozen"} <= set(BY_KEY)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ACTIVATIONS, formulas.ACTIVATION_FORMULAS),
        (LOSSES, formulas.LOSS_FORMULAS),
        (OPTIMISERS, formulas.OPTIMISER_FORMULAS),
        (INITIALISERS, formulas.INITIALISATION_FORMULAS),
        (SCHEDULES, formulas.SCHEDULE_FORMULAS),
    ],
)
def test_everything_that_can_be_chosen_has_a_formula(table, words):
    assert set(words) == set(table)


def test_every_input_scaling_has_words():
    assert tuple(formulas.SCALING_WORDS) == SCALINGS


def test_the_data_are_chosen_by_settings_of_their_own():
    data = DataChoices()
    assert {setting.key for setting in DATA_SETTINGS} == {field.name for field in fields(DataChoices)}
    for setting in DATA_SETTINGS:
        for value in [option.key for option in setting.options] or setting.suggestions:
            assert setting.read(put(setting, data, value)) == value
    with pytest.raises(UserError, match="from 0 to 1, not 2"):
        put(RANDOM_LABELS, data, "2")
    with pytest.raises(UserError, match="no input scaling"):
        put(INPUT_SCALING, data, "log")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_setting_takes_back_what_it_says(setting, config):
    assert put(setting, config, setting.read(config)) == config
    assert setting.tip[:1].islower() or setting.tip[0] in "αεβρμλdpc"
    assert not setting.tip.endswith(".") or "fresh weights" in setting.tip


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_value_on_offer_can_be_taken(setting, config):
    values = [option.key for option in setting.options] or setting.suggestions
    assert len(values) >= 2
    for value in values:
        assert setting.read(put(setting, config, value)) == value


def test_numbers_are_read_with_a_point_or_a_comma_or_as_off(config):
    assert written(config, "dropout", "0,25").dropout == 0.25
    assert written(config, "dropout", "0.25").dropout == 0.25
    assert written(config, "batch_size", "64").batch_size == 64
    assert written(config, "clip_norm", "2").hyper.clip_norm == 2.0
    assert written(written(config, "clip_norm", "2"), "clip_norm", "Off") == config
    assert written(config, "epochs", "3").epochs == 3.0
    assert written(written(config, "epochs", "3"), "epochs", "off").epochs is None


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("momentum", "1.5", "momentum must be a number from 0 up to, but not including, 1"),
        ("batch_size", "2.5", "batch size must be a whole number"),
        ("batch_size", "", "Batch is a number such as"),
        ("dropout", "1", "dropout must be from 0"),
        ("epochs", "-1", "epochs must be above 0"),
        ("learning_rate", "off", "Learning rate is a number"),
        ("l1", "nan", 'L1 is a number such as .*, or "off"'),
        ("warmup_epochs", "1e400", "Warm-up is a number"),
    ],
)
def test_what_is_no_value_is_refused_in_words(config, key, text, words):
    with pytest.raises(UserError, match=words):
        written(config, key, text)


@pytest.mark.parametrize(
    ("optimiser", "keys"),
    [
        ("sgd", set()),
        ("momentum", {"momentum"}),
        ("nesterov", {"momentum"}),
        ("rmsprop", {"rho", "eps"}),
        ("adagrad", {"eps"}),
        ("adam", {"beta1", "beta2", "eps"}),
        ("adamw", {"beta1", "beta2", "eps"}),
    ],
)
def test_only_what_the_optimiser_reads_is_used(config, optimiser, keys):
    config = replace(config, optimiser=optimiser)
    rules = ("momentum", "beta1", "beta2", "rho", "eps")
    assert {key for key in rules if BY_KEY[key].is_used(config)} == keys


def test_the_loss_and_the_output_bring_each_other_along(config):
    hinge = written(config, "loss", "hinge")
    assert hinge.architecture.activations == ("relu", "relu", "identity")
    assert written(hinge, "output", "softmax").loss == "hinge"
    assert written(config, "output", "sigmoid").loss == "binary_cross_entropy"
    assert written(config, "output", "tanh").loss == "squared_error"


def test_steps_at_the_output_have_the_perceptrons_loss():
    config = written(TrainingConfig(Architecture.of((4, 3))), "output", "step")
    assert config.loss == "perceptron"
    assert written(config, "loss", "squared_error").architecture.activations == ("identity",)
    assert written(config, "output", "softmax").loss == "cross_entropy"
    assert written(TrainingConfig(Architecture.of((4, 3))), "loss", "perceptron") == config
    deep = written(TrainingConfig(Architecture.of((4, 5, 3))), "output", "step")
    assert (deep.loss, deep.optimiser, deep.batch_size) == ("perceptron", "adam", 128)
    assert "step" not in {option.key for option in layer_setting(0).options}


def test_each_hidden_layer_has_an_activation_of_its_own(config):
    mixed = put(layer_setting(1), config, "sine")
    assert mixed.architecture.activations == ("relu", "sine", "softmax")
    assert [layer_setting(k).read(mixed) for k in (0, 1)] == ["relu", "sine"]
    assert ACTIVATION.read(mixed) == ""
    assert put(ACTIVATION, mixed, "tanh").architecture.activations == ("tanh", "tanh", "softmax")


def test_a_schedule_that_needs_an_end_gets_one(config):
    assert written(config, "schedule", "cosine").epochs == 10.0
    assert written(replace(config, warmup_epochs=30.0), "schedule", "one_cycle").epochs == 60.0
    assert written(replace(config, epochs=4.0), "schedule", "cosine").epochs == 4.0


# Rosenblatt's rule, in a session


def pace_of(config):
    return config.optimiser, config.batch_size, config.hyper.learning_rate, config.hyper.weight_decay


def pace(session):
    return pace_of(session.network.config)


@pytest.mark.parametrize(
    ("key", "text"), [("output", "softmax"), ("loss", "squared_error"), ("network", "784-9-10")]
)
def test_rosenblatts_rule_comes_with_step_outputs_and_goes_with_them(session, key, text):
    changes = session.setting_changes
    changes.edit_network("")
    changes.choose(BY_KEY["optimiser"], "momentum")
    changes.choose(BY_KEY["learning_rate"], "0.07")
    changes.choose(BY_KEY["batch_size"], "50")
    before = pace(session)
    changes.choose(BY_KEY["output"], "step")
    assert pace(session) == ("sgd", 1, 1.0, 0.0)
    changes.choose(BY_KEY["learning_rate"], "0.5")
    changes.choose(BY_KEY["momentum"], "0.8")
    if key == "network":
        changes.edit_network(text)
    else:
        changes.choose(BY_KEY[key], text)
    assert pace(session) == before
    assert session.network.config.hyper.momentum == 0.8
    assert "learning rate 0.5 → 0.07" in session.sentences[-1][0] or key == "network"


def test_a_bank_of_perceptrons_that_was_opened_leaves_the_rule_for_the_usual_pace(session):
    session.open_model(model_of((784, 10), output="step"))
    assert pace(session) == ("sgd", 1, 1.0, 0.0)
    session.setting_changes.choose(BY_KEY["output"], "softmax")
    assert pace(session) == pace_of(opened_config(model_of((784, 10))))
