"""Make runs.npz: losses of whole training runs in PyTorch and in scikit-learn, in float32.

Run by hand after ``pip install --group bench``: ``python -m tests.oracles.make_runs``.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import sklearn
import torch
from sklearn.neural_network import MLPClassifier
from torch import nn, optim
from torch.nn import functional as F

N_STEPS = 50
MODULES = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "gelu": lambda: nn.GELU(approximate="tanh"),
    "softmax": lambda: nn.Softmax(dim=1),
}
SKLEARN_NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}

# layer_sizes, activations, loss, optimiser and hyper-parameters are ours; kind says which data.
RUNS = {
    "digits": {
        "layer_sizes": [784, 30, 10],
        "activations": ["sigmoid", "sigmoid"],
        "loss": "squared_error",
        "optimiser": "sgd",
        "hyper": {"learning_rate": 3.0},
        "batch_size": 10,
        "data": "images",
    },
    "deep": {
        "layer_sizes": [20, 32, 16, 5],
        "activations": ["relu", "relu", "softmax"],
        "loss": "cross_entropy",
        "optimiser": "adamw",
        "hyper": {"learning_rate": 0.01, "weight_decay": 0.1},
        "batch_size": 32,
        "data": "clouds",
    },
    "smoothed": {
        "layer_sizes": [2, 16, 16, 3],
        "activations": ["tanh", "tanh", "softmax"],
        "loss": "cross_entropy",
        "label_smoothing": 0.1,
        "optimiser": "momentum",
        "hyper": {"learning_rate": 0.1, "momentum": 0.9},
        "batch_size": 16,
        "data": "clouds",
    },
    "autoencoder": {
        "layer_sizes": [12, 24, 12],
        "activations": ["gelu", "sigmoid"],
        "loss": "binary_cross_entropy",
        "optimiser": "nesterov",
        "hyper": {"learning_rate": 0.05, "momentum": 0.9},
        "batch_size": 8,
        "data": "itself",
    },
    "scikit-learn": {
        "layer_sizes": [20, 32, 16, 5],
        "activations": ["relu", "relu", "softmax"],
        "loss": "cross_entropy",
        "optimiser": "sgd",
        "hyper": {"learning_rate": 0.1},
        "batch_size": 32,
        "data": "clouds",
    },
    "scikit-learn, tanh": {
        "layer_sizes": [6, 10, 3],
        "activations": ["tanh", "softmax"],
        "loss": "cross_entropy",
        "optimiser": "sgd",
        "hyper": {"learning_rate": 0.3},
        "batch_size": 7,
        "data": "clouds",
    },
}


def data(kind: str, sizes: list[int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and labels, or targets."""
    labels = rng.integers(0, sizes[-1], 120)
    if kind == "images":
        # A few bright blocks for each class, and noise.
        blocks = np.kron(rng.random((10, 7, 7)) < 0.3, np.ones((4, 4), bool)).reshape(10, 784)
        lit = blocks[labels] ^ (rng.random((120, 784)) < 0.02)
        return (204 * lit).astype(np.uint8), labels
    if kind == "itself":
        x = rng.integers(0, 9, (120, sizes[0])).astype(np.float32) / 8
        return x, x
    centres = rng.standard_normal((sizes[-1], sizes[0]))
    x = centres[labels] + 0.8 * rng.standard_normal((120, sizes[0]))
    return x.astype(np.float16).astype(np.float32), labels


def start(sizes: list[int], rng: np.random.Generator) -> list[np.ndarray]:
    """Return W1, b1, W2, …, in numbers that a float16 holds."""
    arrays = []
    for fan_in, fan_out in pairwise(sizes):
        arrays.append(rng.standard_normal((fan_out, fan_in)) / np.sqrt(fan_in))
        arrays.append(0.1 * rng.standard_normal(fan_out))
    return [array.astype(np.float16) for array in arrays]


def torch_losses(run, arrays, x, labels, batches):
    """Train in PyTorch, eager, and return the loss of each batch before its update."""
    hyper = run["hyper"]
    # With the loss that sees logits, its activation is left out.
    logits = run["loss"] != "squared_error"
    modules = []
    for k, name in enumerate(run["activations"]):
        layer = nn.Linear(*run["layer_sizes"][k : k + 2])
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(arrays[2 * k].astype(np.float32)))
            layer.bias.copy_(torch.tensor(arrays[2 * k + 1].astype(np.float32)))
        modules += [layer] if logits and k == len(run["activations"]) - 1 else [layer, MODULES[name]()]
    network = nn.Sequential(*modules)
    make = {
        "sgd": lambda p: optim.SGD(p, hyper["learning_rate"]),
        "momentum": lambda p: optim.SGD(p, hyper["learning_rate"], momentum=hyper["momentum"]),
        "nesterov": lambda p: optim.SGD(p, hyper["learning_rate"], momentum=hyper["momentum"], nesterov=True),
        "adamw": lambda p: optim.AdamW(p, hyper["learning_rate"], weight_decay=hyper["weight_decay"]),
    }[run["optimiser"]]
    optimiser = make(network.parameters())
    losses = []
    for rows in batches:
        out, t = network(torch.tensor(x[rows])), torch.tensor(labels[rows])
        if run["loss"] == "cross_entropy":
            loss = F.cross_entropy(out, t, label_smoothing=run.get("label_smoothing", 0.0))
        elif run["loss"] == "binary_cross_entropy":
            loss = F.binary_cross_entropy_with_logits(out, t, reduction="sum") / len(rows)
        else:
            one_hot = F.one_hot(t, run["layer_sizes"][-1]).float()
            loss = 0.5 * F.mse_loss(out, one_hot, reduction="sum") / len(rows)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def sklearn_losses(run, arrays, x, labels, batches):
    """Train scikit-learn's MLPClassifier by plain SGD, a batch at a time."""
    network = MLPClassifier(
        run["layer_sizes"][1:-1],
        activation=SKLEARN_NAMES[run["activations"][0]],
        solver="sgd",
        alpha=0.0,
        learning_rate_init=run["hyper"]["learning_rate"],
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        batch_size=run["batch_size"],
    )
    classes = np.arange(run["layer_sizes"][-1])
    # The first call makes the arrays that the next ones train: put ours into them.
    network.partial_fit(x[batches[0]], labels[batches[0]], classes=classes)
    for k, array in enumerate(arrays):
        (network.intercepts_ if k % 2 else network.coefs_)[k // 2][...] = array.T
    losses = []
    for rows in batches:
        network.partial_fit(x[rows], labels[rows])
        losses.append(network.loss_)
    return losses


def main() -> None:
    """Write the file beside this script."""
    torch.set_num_threads(1)
    files = {"made_with": f"PyTorch {torch.__version__}, scikit-learn {sklearn.__version__}"}
    for index, (name, run) in enumerate(RUNS.items()):
        rng = np.random.default_rng(index)
        x, labels = data(run["data"], run["layer_sizes"], rng)
        arrays = start(run["layer_sizes"], rng)
        batches = rng.integers(0, len(x), (N_STEPS, run["batch_size"]))
        inputs = x * np.float32(1 / 255) if x.dtype == np.uint8 else x
        train = sklearn_losses if name.startswith("scikit-learn") else torch_losses
        files[f"{name}/run"] = json.dumps(run)
        files[f"{name}/theta"] = np.concatenate([array.ravel() for array in arrays])
        files[f"{name}/x"] = x if x.dtype == np.uint8 else x.astype(np.float16)
        files[f"{name}/labels"] = labels.astype(np.float16 if run["data"] == "itself" else np.int64)
        files[f"{name}/batches"] = batches.astype(np.uint8)
        files[f"{name}/losses"] = np.array(train(run, arrays, inputs, labels, batches))
    np.savez_compressed(Path(__file__).with_name("runs.npz"), **files)


if __name__ == "__main__":
    main()
