"""The script is run in this process; its losses are compared with those of the training loop."""

import runpy
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputScaling, InputSpace, OutputSpace, Problem, Quantity, Samples
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.losses import usual_loss
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.files.training_script import (
    MOST_LINES,
    TrainingScriptError,
    TrainingStart,
    save_training_script,
    script_text,
)
from nnstudio.training.config import TrainingConfig
from nnstudio.training.loop import TrainingLoop

CLASSES = OutputSpace(("a", "b", "c"))


def problem(space=CLASSES, n=40, *, is_image=False):
    rng = np.random.default_rng(2)
    if is_image:
        inputs = InputSpace("image", (2, 2), 0.0, 1.0)
        x, scale = rng.integers(0, 256, (n, 4)).astype(np.uint8), 1 / 255
    else:
        inputs = InputSpace("numbers", (4,), -2.0, 2.0, tuple("pqrs"))
        x, scale = rng.uniform(-2, 2, (n, 4)).astype(np.float32), 1.0
    answers = (
        rng.integers(0, space.n_classes, n)
        if space.traits.has_labels
        else rng.normal(0, 1, (n, space.n_outputs)).astype(np.float32)
    )
    samples = Samples(x, answers, scale)
    return Problem("own", 'A "test"', inputs, space, samples, samples, "Drawn by the test.")


def config(activations=("tanh", "softmax"), n_outputs=3, n_steps=100, **values):
    sizes = (4, *range(6, 6 - len(activations) + 1, -1), n_outputs)
    values = {"loss": usual_loss(activations[-1]), "batch_size": 16, "seed": 3} | values
    return TrainingConfig(Architecture(sizes, activations), **values)


def check(loop, path, capsys, n_steps=100):
    """Write and run the script of a loop, and compare the losses of its first steps."""
    start = replace(TrainingStart.of(loop), theta=loop.theta.copy(), n_steps=n_steps)
    save_training_script(path, start)
    runpy.run_path(str(path))
    theirs = [float(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    ours = [loop.step() for _ in range(n_steps)]
    assert ours[-1] != ours[0]
    np.testing.assert_allclose(theirs, ours, rtol=1e-5, atol=1e-5)


@pytest.fixture
def script(tmp_path):
    return tmp_path / "train.py"


@pytest.mark.parametrize("is_image", [False, True])
def test_a_hundred_steps_have_the_losses_of_the_program(is_image, script, capsys):
    """C23: to 1e-5, in at most thirty lines."""
    check(TrainingLoop(problem(is_image=is_image), config()), script, capsys)
    assert len(script.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_with_decay(name, script, capsys):
    hyper = Hyper(learning_rate=0.02, weight_decay=0.05)
    check(TrainingLoop(problem(), config(optimiser=name, hyper=hyper)), script, capsys, 40)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in ("step", "softmax")])
def test_every_activation(name, script, capsys):
    made = config((name, "softmax"), hyper=Hyper(learning_rate=0.003))
    check(TrainingLoop(problem(), made), script, capsys, 20)


@pytest.mark.parametrize(
    ("activations", "loss"),
    [
        (("tanh", "identity"), "squared_error"),
        (("tanh", "sigmoid"), "squared_error"),
        (("tanh", "softmax"), "squared_error"),
        (("sigmoid", "sigmoid"), "binary_cross_entropy"),
        (("tanh", "softmax"), "binary_cross_entropy"),
        (("tanh", "tanh"), "absolute_error"),
        (("tanh", "identity"), "hinge"),
        (("step",), "perceptron"),
        (("relu", "tanh", "softmax"), "cross_entropy"),
    ],
)
def test_every_loss(activations, loss, script, capsys):
    check(TrainingLoop(problem(), config(activations, loss=loss)), script, capsys, 40)


def test_numbers_and_one_output_for_two_classes(script, capsys):
    numbers = OutputSpace(quantities=(Quantity("y", "", -3.0, 3.0),))
    made = config(("tanh", "identity"), 1, loss="squared_error", batch_size=100)
    check(TrainingLoop(problem(numbers), made), script, capsys, 20)
    two = problem(OutputSpace(("no", "yes")))
    check(TrainingLoop(two, config(("tanh", "sigmoid"), 1)), script, capsys, 20)


@pytest.mark.parametrize(
    "values",
    [
        {"schedule": "cosine", "epochs": 5.0, "warmup_epochs": 1.0},
        {"schedule": "one_cycle", "epochs": 5.0},
        {"schedule": "step", "rate_decay": 0.5, "rate_decay_epochs": 2.0},
        {"schedule": "exponential", "rate_decay": 0.5, "rate_decay_epochs": 2.0},
        {"warmup_epochs": 2.0, "hyper": Hyper(learning_rate=0.05, weight_decay=0.1)},
        {"label_smoothing": 0.1, "hyper": Hyper(l1=0.01, l2=0.02)},
        {"hyper": Hyper(learning_rate=0.02, clip_norm=0.1), "optimiser": "sgd"},
        {"dropout": 0.3, "optimiser": "momentum"},
        {"dropout": 0.3, "input_dropout": 0.2, "batch_size": 40, "optimiser": "sgd"},
        {"hyper": Hyper(learning_rate=0.01, ema_decay=0.9)},
        {"frozen": (0,), "hyper": Hyper(learning_rate=0.01, weight_decay=0.1, clip_norm=0.1)},
        {"frozen": (1,), "random_mask": 0.5, "optimiser": "sgd"},
    ],
)
def test_the_settings_of_the_training(values, script, capsys):
    check(TrainingLoop(problem(), config(**values)), script, capsys, 30)


def test_pruned_weights_no_biases_and_scaled_inputs(script, capsys):
    plain = problem()
    made = config()
    mask = np.random.default_rng(0).random(made.architecture.n_params) < 0.7
    check(TrainingLoop(plain, made, mask=mask), script, capsys, 30)
    free = replace(made, architecture=replace(made.architecture, has_biases=False))
    check(TrainingLoop(plain, free), script, capsys, 30)
    scaling = InputScaling(np.full(4, 0.5, np.float32), np.full(4, 3, np.float32))
    scaled = replace(plain, train=replace(plain.train, scaling=scaling))
    check(TrainingLoop(scaled, made), script, capsys, 30)


def test_what_takes_more_lines_is_refused_in_a_sentence():
    many = config(
        ("tanh", "relu", "elu", "softmax"),
        schedule="one_cycle",
        epochs=3.0,
        dropout=0.1,
        label_smoothing=0.1,
        hyper=Hyper(clip_norm=1.0, l2=0.1, weight_decay=0.1, ema_decay=0.5),
    )
    with pytest.raises(TrainingScriptError, match=r"Do without .*dropout.*clipping.*averaging\.$"):
        script_text(TrainingStart.of(TrainingLoop(problem(), many)))


def test_files_of_others_stay(script):
    start = TrainingStart.of(TrainingLoop(problem(), config()))
    data = script.with_suffix(".npz")
    data.write_bytes(b"mine")
    with pytest.raises(TrainingScriptError, match="stays as it is"):
        save_training_script(script, start)
    assert data.read_bytes() == b"mine"
    with pytest.raises(TrainingScriptError, match=r"end its name in \.py"):
        save_training_script(script.with_suffix(".txt"), start)
