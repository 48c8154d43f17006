"""Names of layers for headings and lists."""

from nnstudio.engine.architecture import Architecture
from nnstudio.language import tr


def layer_title(architecture: Architecture, layer: int) -> str:
    """Return the name of a computing layer: Hidden 1, Hidden 2, …, Output."""
    return (
        tr("Output") if layer == architecture.n_layers - 1 else tr("Hidden {layer}").format(layer=layer + 1)
    )


def layer_names(architecture: Architecture) -> list[str]:
    """Return the names of the input and of every computing layer."""
    return [tr("Input"), *(layer_title(architecture, k) for k in range(architecture.n_layers))]
