"""Make the files in tests/oracles/foreign: networks as PyTorch writes them, and what it computes.

    python tests/oracles/make_foreign.py

Needs PyTorch, onnx and onnxscript. `test_foreign` reads the files without any of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = Path(__file__).parent / "foreign"


def stack() -> nn.Sequential:
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 12),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(12, 11, bias=False),
        nn.Tanh(),
        nn.Linear(11, 10),
    )


def smooth() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(64, 9),
        nn.GELU(approximate="tanh"),
        nn.Linear(9, 8),
        nn.ELU(),
        nn.Linear(8, 7),
        nn.LogSoftmax(1),
    )


def relus() -> nn.Module:
    """Eleven layers, whose names do not sort as their numbers do."""
    return nn.Sequential(*(nn.Linear(64 if k == 0 else 6, 6) if k % 2 == 0 else nn.ReLU() for k in range(21)))


def convolution() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 10))


def export(network: nn.Module, x: torch.Tensor, name: str, *, dynamo: bool) -> None:
    """Export without the notes on where in the sources each operator comes from."""
    path = FOLDER / f"{name}.onnx"
    torch.onnx.export(network, (x,), path, dynamo=dynamo, external_data=False)
    model = onnx.load(path)
    for part in (*model.graph.node, *model.graph.value_info, model.graph):
        del part.metadata_props[:]
    for node in model.graph.node:
        node.doc_string = ""
    onnx.save(model, path)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    torch.manual_seed(0)
    x = torch.rand(5, 64)
    outputs = {"x": x.numpy()}
    for make in (stack, smooth, relus):
        name = make.__name__
        network = make().eval()
        outputs[name] = network(x).detach().numpy()
        export(network, x, name, dynamo=False)
        export(network, x, f"{name}-dynamo", dynamo=True)
        save_file(
            {k: v.contiguous() for k, v in network.state_dict().items()}, FOLDER / f"{name}.safetensors"
        )
    network = convolution().eval()
    image = torch.rand(1, 1, 8, 8)
    export(network, image, "convolution", dynamo=True)
    save_file(network.state_dict(), FOLDER / "convolution.safetensors")
    np.savez(FOLDER / "outputs.npz", **outputs)


if __name__ == "__main__":
    main()
