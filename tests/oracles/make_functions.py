"""Make functions.npz: activations, losses and their derivatives as PyTorch computes them, in float64.

Run by hand after ``pip install --group bench``: ``python -m tests.oracles.make_functions``.
"""

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "absolute": torch.abs,
    # Beyond its threshold of 20 PyTorch's softplus is the identity; ours is exact.
    "softplus": lambda z: F.softplus(z, threshold=700),
    "elu": F.elu,
    "selu": F.selu,
    "silu": F.silu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "exact_gelu": F.gelu,
    "relu6": F.relu6,
    "hard_tanh": F.hardtanh,
    "sine": torch.sin,
    "step": lambda z: torch.heaviside(z, torch.zeros((), dtype=z.dtype)),
    "softmax": lambda z: torch.softmax(z, dim=1),
}
N, N_CLASSES = 7, 5


def losses(z, labels, targets):
    """Yield (loss, output, kind of labels, mean loss) for every pair that PyTorch has a function for."""
    one_hot = F.one_hot(labels, N_CLASSES).to(z.dtype)
    for kind, t in (("labels", one_hot), ("targets", targets)):
        yield "cross_entropy", "softmax", kind, F.cross_entropy(z, labels if kind == "labels" else t)
        yield (
            "binary_cross_entropy",
            "sigmoid",
            kind,
            F.binary_cross_entropy_with_logits(z, t, reduction="sum") / N,
        )
        softmax = torch.softmax(z, dim=1)
        yield "binary_cross_entropy", "softmax", kind, F.binary_cross_entropy(softmax, t, reduction="sum") / N
        for name, function in ACTIVATIONS.items():
            if name != "step":
                a = function(z)
                yield "squared_error", name, kind, 0.5 * F.mse_loss(a, t, reduction="sum") / N
                yield "absolute_error", name, kind, F.l1_loss(a, t, reduction="sum") / N
                if kind == "labels":
                    yield "hinge", name, kind, F.multi_margin_loss(a, labels) * N_CLASSES
    for share in (0.1, 0.5):
        smooth = F.cross_entropy(z, labels, label_smoothing=share)
        yield f"cross_entropy smoothed {share}", "softmax", "labels", smooth


def main() -> None:
    """Write the file beside this script."""
    rng = np.random.default_rng(0)
    # Whole rows, for softmax; corners (0) and far ends included.
    points = np.concatenate(
        [[0.0, -0.0, 1e-9, -1e-9, 20.5, -20.5, 300.0, -300.0], 4 * rng.standard_normal(32)]
    )
    files = {"z": points.reshape(N + 1, N_CLASSES), "delta": rng.standard_normal((N + 1, N_CLASSES))}
    for name, function in ACTIVATIONS.items():
        z = torch.tensor(files["z"], requires_grad=True)
        a = function(z)
        files[f"activation/{name}/a"] = a.detach().numpy()
        if name != "step":
            a.backward(torch.tensor(files["delta"]))
            files[f"activation/{name}/delta"] = z.grad.numpy()

    logits, targets = 2 * rng.standard_normal((N, N_CLASSES)), rng.random((N, N_CLASSES))
    labels = rng.integers(0, N_CLASSES - 1, N)
    files |= {"logits": logits, "labels": labels, "targets": targets}
    z = torch.tensor(logits, requires_grad=True)
    for loss, output, kind, value in losses(z, torch.tensor(labels), torch.tensor(targets)):
        z.grad = None
        value.backward(retain_graph=True)
        files[f"loss/{loss}/{output}/{kind}/value"] = value.item()
        files[f"loss/{loss}/{output}/{kind}/delta"] = z.grad.numpy().copy()
    files["made_with"] = f"PyTorch {torch.__version__}"
    np.savez_compressed(Path(__file__).with_name("functions.npz"), **files)


if __name__ == "__main__":
    main()
