"""All training settings, once, in the order in which the panel shows them."""

from collections.abc import Callable
from dataclasses import replace

from nnstudio.data.output_kinds import OutputKind
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.initialise import INITIALISERS
from nnstudio.engine.losses import LOSSES, LossError, check_pair, usual_loss
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.language import translatable
from nnstudio.studio.session import formulas
from nnstudio.studio.session.setting import (
    OFF,
    Option,
    Setting,
    choice_setting,
    number_or_off,
    number_setting,
    options_of,
    suits_classes,
    whole_or_off,
)
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.schedule import SCHEDULES

USUAL_EPOCHS = 10.0
"""The end of a run whose schedule needs one."""

WITH, WITHOUT = "with", "without"
"""Values of the setting of biases."""

USUAL_OUTPUTS = {"hinge": "identity"}
"""Where a loss goes with any output but is meant for one: margins of 1 want scores without bounds."""

_OUTPUTS = options_of(ACTIVATIONS, formulas.ACTIVATION_FORMULAS)
HIDDEN_ACTIVATIONS = tuple(
    option
    for option in _OUTPUTS
    if ACTIVATIONS[option.key].trainable and not ACTIVATIONS[option.key].output_only
)


# What a choice brings along


def _with_output(config: TrainingConfig, name: str) -> TrainingConfig:
    """Give the output layer another activation, and a loss that goes with it."""
    old = config.architecture
    architecture = replace(old, activations=(*old.activations[:-1], name))
    loss = config.loss
    try:
        check_pair(name, loss)
    except LossError:
        loss = usual_loss(name)
    if name == "step":
        loss = usual_loss(name)
    return replace(config, architecture=architecture, loss=loss)


def for_outputs(config: TrainingConfig, kind: OutputKind) -> TrainingConfig:
    """Return a configuration with an output activation and a loss that a kind of output allows."""
    if not kind.allows(config.architecture.activations[-1]):
        config = _with_output(config, kind.output_activation)
    return config if config.loss in kind.losses else replace(config, loss=kind.loss)


def _with_loss(config: TrainingConfig, name: str) -> TrainingConfig:
    """Make another loss small; the output becomes the one that it is made for."""
    if name == config.loss:
        return config
    old = config.architecture
    output = LOSSES[name].output or USUAL_OUTPUTS.get(name, old.activations[-1])
    if output == "step" and name != usual_loss(output):
        # From steps a gradient comes by the perceptron's loss alone.
        output = "identity"
    architecture = replace(old, activations=(*old.activations[:-1], output))
    return replace(config, loss=name, architecture=architecture)


def _with_schedule(config: TrainingConfig, name: str) -> TrainingConfig:
    """Let the rate take another course, and the run have an end where that needs one."""
    epochs = config.epochs
    if epochs is None and SCHEDULES[name].needs_end:
        epochs = max(USUAL_EPOCHS, 2 * config.warmup_epochs)
    return replace(config, schedule=name, epochs=epochs)


def with_hidden_activations(config: TrainingConfig, name: str) -> TrainingConfig:
    """Give all hidden layers another activation."""
    old = config.architecture
    names = (name,) * (old.n_layers - 1)
    return replace(config, architecture=replace(old, activations=(*names, old.activations[-1])))


def _common_activation(config: TrainingConfig) -> str:
    """Return the activation of all hidden layers, or nothing where they differ or there is none."""
    hidden = set(config.architecture.activations[:-1])
    return hidden.pop() if len(hidden) == 1 else ""


# When a setting has an effect


def _reads(name: str) -> Callable[[TrainingConfig], bool]:
    return lambda config: name in OPTIMISERS[config.optimiser].hyper_names


def _has_stairs(config: TrainingConfig) -> bool:
    return config.schedule in ("step", "exponential")


def _has_hidden_layers(config: TrainingConfig) -> bool:
    return config.architecture.n_layers > 1


def _can_smooth(config: TrainingConfig) -> bool:
    return config.loss != "hinge"


def _allows_output(kind: OutputKind, option: str) -> bool:
    """Tell which activations give classes, or numbers that some loss goes with."""
    if kind.has_labels:
        return kind.allows(option)
    return option in {each.key for each in HIDDEN_ACTIVATIONS} or usual_loss(option) in kind.losses


def _allows_loss(kind: OutputKind, option: str) -> bool:
    return option in kind.losses


def _with_biases(config: TrainingConfig, value: str) -> TrainingConfig:
    return replace(config, architecture=replace(config.architecture, has_biases=value == WITH))


def layer_setting(layer: int) -> Setting[TrainingConfig]:
    """Describe the activation of one hidden layer, counted from 0."""

    def write(config: TrainingConfig, name: str) -> TrainingConfig:
        old = config.architecture
        names = (*old.activations[:layer], name, *old.activations[layer + 1 :])
        return replace(config, architecture=replace(old, activations=names))

    return Setting(
        f"activation-{layer}",
        translatable("Network"),
        translatable("Hidden {layer}"),
        translatable(
            "what the units of hidden layer {layer} do with their sum z = Σ w x + b. Another choice starts "
            "from fresh weights."
        ),
        lambda config: config.architecture.activations[layer],
        write,
        HIDDEN_ACTIVATIONS,
        layer=layer + 1,
    )


LEARNS, FROZEN = "learns", "frozen"
"""Values of the setting of a layer's weights."""


def freeze_setting(layer: int) -> Setting[TrainingConfig]:
    """Describe whether one computing layer is trained, counted from 0."""

    def write(config: TrainingConfig, value: str) -> TrainingConfig:
        others = set(config.frozen) - {layer}
        return replace(config, frozen=tuple(sorted(others | ({layer} if value == FROZEN else set()))))

    return Setting(
        f"frozen-{layer}",
        translatable("Network"),
        translatable("Layer {layer}"),
        translatable(
            "whether the weights and biases of layer {layer} are trained. Frozen ones stay as they are, to "
            "the last bit, while the others learn"
        ),
        lambda config: FROZEN if layer in config.frozen else LEARNS,
        write,
        (
            Option(LEARNS, translatable("Learns"), translatable("W and b follow the gradient")),
            Option(FROZEN, translatable("Frozen"), translatable("the gradient is 0 here: W and b stay")),
        ),
        is_used=_has_hidden_layers,
        layer=layer + 1,
    )


ACTIVATION = Setting(
    "activation",
    translatable("Network"),
    translatable("Activation"),
    translatable("what each hidden unit does with its sum z; the settings have one for each layer"),
    _common_activation,
    with_hidden_activations,
    HIDDEN_ACTIVATIONS,
    is_used=_has_hidden_layers,
)
"""One for all hidden layers, in the training bar."""

SETTINGS: tuple[Setting[TrainingConfig], ...] = (
    Setting(
        "output",
        translatable("Network"),
        translatable("Output"),
        translatable(
            "what the last layer does with its sums; a loss that goes with it comes along. The weights stay"
        ),
        lambda config: config.architecture.activations[-1],
        _with_output,
        _OUTPUTS,
        allows=_allows_output,
    ),
    Setting(
        "biases",
        translatable("Network"),
        translatable("Biases"),
        translatable(
            "whether each unit adds a number of its own to its sum. Another choice starts from fresh weights."
        ),
        lambda config: WITH if config.architecture.has_biases else WITHOUT,
        _with_biases,
        (
            Option(WITH, translatable("With"), "z = Σ w x + b"),
            Option(WITHOUT, translatable("Without"), translatable("z = Σ w x: b stays 0")),
        ),
    ),
    choice_setting(
        "initialisation",
        translatable("Network"),
        translatable("Initialisation"),
        translatable(
            "how the first weights are drawn; biases begin at 0. Another choice starts from fresh weights."
        ),
        options_of(INITIALISERS, formulas.INITIALISATION_FORMULAS),
    ),
    number_setting(
        "random_mask",
        translatable("Network"),
        translatable("Random mask"),
        translatable(
            "the part of each layer's weights that is 0 and stays so, drawn by the seed: random wiring. "
            "Another choice starts from fresh weights."
        ),
        "off 0.25 0.5 0.75 0.9",
    ),
    number_setting(
        "seed",
        translatable("Network"),
        translatable("Seed"),
        translatable(
            "decides the first weights, the order of the samples and what dropout silences. Another choice "
            "starts from fresh weights."
        ),
        "0 1 2 3 4 5",
    ),
    Setting(
        "loss",
        translatable("Loss"),
        translatable("Loss"),
        translatable(
            "what training makes small: the mean of L over the batch. The output it is made for comes along"
        ),
        lambda config: config.loss,
        _with_loss,
        options_of(LOSSES, formulas.LOSS_FORMULAS),
        allows=_allows_loss,
    ),
    number_setting(
        "label_smoothing",
        translatable("Loss"),
        translatable("Label smoothing"),
        translatable(
            "ε, the part of each label's certainty that all classes share: t = (1 − ε) · label + ε / classes"
        ),
        "off 0.05 0.1 0.2",
        is_used=_can_smooth,
        suits=suits_classes,
    ),
    choice_setting(
        "optimiser",
        translatable("Optimiser"),
        translatable("Optimiser"),
        translatable("how a gradient g becomes a step; another one starts with a memory of its own"),
        options_of(OPTIMISERS, formulas.OPTIMISER_FORMULAS),
    ),
    number_setting(
        "learning_rate",
        translatable("Optimiser"),
        translatable("Learning rate"),
        translatable("α, how far a step goes along the gradient"),
        "0.0001 0.0003 0.001 0.003 0.01 0.03 0.1 0.3 1",
    ),
    number_setting(
        "batch_size",
        translatable("Optimiser"),
        translatable("Batch"),
        translatable(
            "samples behind each step: g is the mean of their gradients. All of them is plain gradient "
            "descent, "
            "one is stochastic descent"
        ),
        "1 8 16 32 64 128 256 512 1024",
    ),
    number_setting(
        "momentum",
        translatable("Optimiser"),
        translatable("Momentum μ"),
        translatable(
            "the part of the last step that the next one keeps: u ← μ u + g. Steps add up to 1 / (1 − μ) "
            "of one"
        ),
        "0 0.5 0.8 0.9 0.95 0.99",
        is_used=_reads("momentum"),
    ),
    number_setting(
        "beta1",
        translatable("Optimiser"),
        translatable("Mean β₁"),
        translatable("how slowly the running mean of the gradient forgets: m ← β₁ m + (1 − β₁) g"),
        "0 0.5 0.8 0.9 0.95 0.99",
        is_used=_reads("beta1"),
    ),
    number_setting(
        "beta2",
        translatable("Optimiser"),
        translatable("Square β₂"),
        translatable("how slowly the running mean of the squared gradient forgets: v ← β₂ v + (1 − β₂) g²"),
        "0.9 0.95 0.98 0.99 0.999 0.9999",
        is_used=_reads("beta2"),
    ),
    number_setting(
        "rho",
        translatable("Optimiser"),
        translatable("Square ρ"),
        translatable("how slowly the running mean of the squared gradient forgets: v ← ρ v + (1 − ρ) g²"),
        "0.8 0.9 0.95 0.99 0.999",
        is_used=_reads("rho"),
    ),
    number_setting(
        "eps",
        translatable("Optimiser"),
        translatable("Epsilon ε"),
        translatable("keeps the division by √v finite where gradients vanish: θ ← θ − α m̂ / (√v̂ + ε)"),
        "1e-10 1e-08 1e-06 0.0001",
        is_used=_reads("eps"),
    ),
    Setting(
        "schedule",
        translatable("Schedule"),
        translatable("Schedule"),
        translatable("how the learning rate goes over the run, e being the epoch after the warm-up"),
        lambda config: config.schedule,
        _with_schedule,
        options_of(SCHEDULES, formulas.SCHEDULE_FORMULAS),
    ),
    number_setting(
        "warmup_epochs",
        translatable("Schedule"),
        translatable("Warm-up"),
        translatable("epochs over which the rate climbs evenly from 0 to α"),
        "off 0.1 0.5 1 2 5",
    ),
    number_setting(
        "rate_decay",
        translatable("Schedule"),
        translatable("Factor γ"),
        translatable("what the rate is multiplied by after so many epochs"),
        "0.1 0.2 0.5 0.8 0.9",
        is_used=_has_stairs,
    ),
    number_setting(
        "rate_decay_epochs",
        translatable("Schedule"),
        translatable("Every E epochs"),
        translatable("epochs after which the rate is multiplied by the factor γ"),
        "1 2 5 10 20 50",
        is_used=_has_stairs,
    ),
    number_setting(
        "weight_decay",
        translatable("Regularisation"),
        translatable("Weight decay λ"),
        translatable(
            "how fast weights shrink that nothing holds up, beside the gradient: θ ← (1 − α λ) θ before each "
            "step. It wipes the noise off templates"
        ),
        "off 0.001 0.01 0.1 0.3 1",
    ),
    number_setting(
        "l2",
        translatable("Regularisation"),
        "L2",
        translatable("λ₂ of the penalty ½ λ₂ Σ θ², which enters through the gradient: g ← g + λ₂ θ"),
        "off 1e-05 0.0001 0.001 0.01",
    ),
    number_setting(
        "l1",
        translatable("Regularisation"),
        "L1",
        translatable(
            "λ₁ of the penalty λ₁ Σ |θ|, which enters through the gradient: g ← g + λ₁ sign θ. It makes "
            "small "
            "weights zero"
        ),
        "off 1e-05 0.0001 0.001",
    ),
    number_setting(
        "dropout",
        translatable("Regularisation"),
        translatable("Dropout, hidden"),
        translatable(
            "p, the part of each hidden layer's units that is silent in a step, chosen anew for each "
            "sample; the "
            "others count 1 / (1 − p) times. Answers and measurements are made without"
        ),
        "off 0.1 0.2 0.3 0.5",
        is_used=_has_hidden_layers,
    ),
    number_setting(
        "input_dropout",
        translatable("Regularisation"),
        translatable("Dropout, input"),
        translatable(
            "p, the part of the inputs that is silent in a step, chosen anew for each sample; the others "
            "count "
            "1 / (1 − p) times"
        ),
        "off 0.1 0.2 0.3 0.5",
    ),
    number_setting(
        "clip_norm",
        translatable("Regularisation"),
        translatable("Clip gradient at"),
        translatable("c, the greatest length of a gradient; a longer one is shortened: g ← g c / ‖g‖"),
        "off 0.1 0.5 1 5 10",
        off=float("inf"),
    ),
    number_setting(
        "ema_decay",
        translatable("Regularisation"),
        translatable("Averaged weights"),
        translatable(
            "d of a running average of the weights, θ̄ ← d θ̄ + (1 − d) θ after each step. While it is on, the "
            "average is what the window shows, measures and saves"
        ),
        "off 0.9 0.99 0.999 0.9999",
    ),
    number_setting(
        "epochs",
        translatable("Stopping"),
        translatable("Epochs"),
        translatable("passes over the training data after which the run ends"),
        "off 1 5 10 20 50 100",
        off=None,
    ),
    number_setting(
        "patience_epochs",
        translatable("Stopping"),
        translatable("Patience"),
        translatable(
            "early stopping: the run pauses after so many epochs without fewer errors on the test set, which "
            "serves for validation here, or as many and a smaller loss"
        ),
        "off 1 2 3 5 10 20",
        off=None,
    ),
)

INPUT_SCALING = Setting[DataChoices](
    "input_scaling",
    translatable("Data"),
    translatable("Input scaling"),
    translatable(
        "what is done to each input feature before it enters the network; shown weights take inputs as they "
        "come. Another choice starts from fresh weights."
    ),
    lambda data: data.input_scaling,
    lambda data, value: replace(data, input_scaling=value),
    tuple(Option(key, *words) for key, words in formulas.SCALING_WORDS.items()),
)

RANDOM_LABELS = Setting[DataChoices](
    "random_labels",
    translatable("Data"),
    translatable("Random labels"),
    translatable(
        "the part of the training labels that is drawn at random, to see a network remember what has no "
        "rule: "
        "the training loss falls, the test accuracy does not rise. Another choice starts from fresh weights."
    ),
    lambda data: f"{data.random_labels:g}" if data.random_labels else OFF,
    lambda data, value: replace(data, random_labels=value),
    (),
    ("off", "0.1", "0.3", "0.5", "1"),
    suits=suits_classes,
    parse=lambda text: number_or_off(text, "Random labels", "0.5"),
)

SAMPLES = Setting[DataChoices](
    "samples",
    translatable("Data"),
    translatable("Samples"),
    translatable(
        "how many of the training samples are learned from, the first after a shuffle by the seed; off is "
        "all of them. The test set stays whole. Another choice starts from fresh weights."
    ),
    lambda data: OFF if data.samples is None else f"{data.samples}",
    lambda data, value: replace(data, samples=value),
    (),
    ("off", "100", "500", "1000", "2000"),
    parse=lambda text: whole_or_off(text, "Samples", "1000"),
)

DATA_SETTINGS = (INPUT_SCALING, SAMPLES, RANDOM_LABELS)
"""What is done to the data before they are learned from."""
