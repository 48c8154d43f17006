"""Names of layers and of their units, which count from 1 as in formulas, and counts of parameters."""

from nnstudio.data.problem import OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.language import tr
from nnstudio.studio.session.output_kinds import unit_title


def layer_title(architecture: Architecture, layer: int) -> str:
    """Return the name of a computing layer: Hidden 1, Hidden 2, …, Output."""
    return (
        tr("Output") if layer == architecture.n_layers - 1 else tr("Hidden {layer}").format(layer=layer + 1)
    )


def layer_names(architecture: Architecture) -> list[str]:
    """Return the names of the input and of every computing layer."""
    return [tr("Input"), *(layer_title(architecture, k) for k in range(architecture.n_layers))]


def unit_word(unit: int) -> str:
    """Return the name of a unit within its layer, for its index, which is one less."""
    return tr("unit {number}").format(number=unit + 1)


def unit_name(architecture: Architecture, outputs: OutputSpace, layer: int, unit: int) -> str:
    """Return the name of a unit by its indices from 0: Hidden 1 · unit 2; an output has a name of its own."""
    if layer == architecture.n_layers - 1:
        return unit_title(outputs, unit, architecture.n_outputs)
    return f"{layer_title(architecture, layer)} · {unit_word(unit)}"


def parameter_words(architecture: Architecture) -> str:
    """Return how many numbers a network is made of: its weights and its biases."""
    n_biases = sum(architecture.layer_sizes[1:])
    weights = tr("%n weight(s)", architecture.n_params - n_biases)
    if not architecture.has_biases:
        return tr("{weights}, no biases").format(weights=weights)
    return tr("{weights}, %n bias(es)", n_biases).format(weights=weights)
