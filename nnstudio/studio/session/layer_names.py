"""Names of layers, and counts of parameters."""

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


def parameter_words(architecture: Architecture) -> str:
    """Return how many numbers a network is made of: its weights and its biases."""
    n_biases = sum(architecture.layer_sizes[1:])
    weights = tr("%n weight(s)", architecture.n_params - n_biases)
    if not architecture.has_biases:
        return tr("{weights}, no biases").format(weights=weights)
    return tr("{weights}, %n bias(es)", n_biases).format(weights=weights)
