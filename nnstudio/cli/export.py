"""``nnstudio export``: write a network for other programs, or convert one of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.status import DONE
from nnstudio.files.exports import export
from nnstudio.files.imported_layers import Assumptions
from nnstudio.files.models import find_model
from nnstudio.files.network_toml import SUFFIX, save_network_toml
from nnstudio.files.open_model import open_model
from nnstudio.files.written_model import NOTE, written_network

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and print its name and size."""
    path = Path(arguments.out)
    order = tuple(name.strip() for name in arguments.order.split(",")) if arguments.order else ()
    assumed = Assumptions(arguments.hidden, arguments.mean, arguments.std, order)
    model = open_model(find_model(arguments.model), assumed)
    if path.suffix.lower() == SUFFIX:
        save_network_toml(path, written_network(model, str(model.card.get(NOTE, ""))))
    else:
        export(path, model)
    print(f"{path}: {model.name}, {model.architecture}, {path.stat().st_size:,} bytes")
    return DONE
