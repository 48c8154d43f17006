"""What is said of points and places in the plane."""

import numpy as np

from nnstudio.data.own_points import OwnPoints
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.losses import LOSSES
from nnstudio.engine.passes import loss_value
from nnstudio.insight.reading import Reading, read
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import figure
from nnstudio.studio.session.displayed_network import DisplayedNetwork
from nnstudio.studio.session.output_kinds import described, number_text

MOST_OUTPUTS = 6
"""More are not listed."""


def place_words(names: tuple[str, ...], place: np.ndarray) -> str:
    """Return coordinates by their names."""
    return ", ".join(f"{name} = {figure(float(x))}" for name, x in zip(names, place, strict=True))


def answer_words(network: DisplayedNetwork, reading: Reading) -> str:
    """Return what a network answers: the class with the probability or output, or the numbers."""
    space = network.output_space
    if not reading.is_finite:
        return tr("no number: the weights are too large")
    if not space.traits.has_labels:
        return ", ".join(
            number_text(value, quantity.unit)
            for quantity, value in zip(space.quantities, reading.outputs.tolist(), strict=True)
        )
    value = float(reading.class_values[reading.label])
    number = f"{100 * value:.1f} %" if network.architecture.gives_probabilities else figure(value)
    return f"{space.class_names[reading.label]} {number}"


def sums_words(network: DisplayedNetwork, reading: Reading) -> str:
    """Return z and a of each output, a line for each."""
    rows = list(zip(network.output_names, reading.z[-1].tolist(), reading.outputs.tolist(), strict=True))
    lines = [f"{name}: z = {figure(z)}, a = {figure(a)}" for name, z, a in rows[:MOST_OUTPUTS]]
    return "\n".join([*lines, "…"] if len(rows) > MOST_OUTPUTS else lines)


def point_words(network: DisplayedNetwork, points: OwnPoints, index: int) -> str:
    """Return all of a point: what it is, what the network makes of it, and its loss."""
    space, x = network.output_space, points.x[index]
    answer = int(points.answers[index]) if space.traits.has_labels else points.answers[index]
    kind = tr("Test point") if points.is_test[index] else tr("Training point")
    reading = read(network.architecture, network.prediction_weights, x)
    lines = [
        f"{kind}: {place_words(network.input_space.names, x)}; {described(space, answer)}",
        tr("The network says {answer}").format(answer=answer_words(network, reading)),
        sums_words(network, reading),
    ]
    loss = _loss_of(network, points, index)
    if loss is not None:
        title = tr(LOSSES[network.config.loss].title)
        lines.append(tr("Its loss ({title}): {loss}").format(title=title, loss=figure(loss)))
    return "\n".join(lines)


def _loss_of(network: DisplayedNetwork, points: OwnPoints, index: int) -> float | None:
    """Return the loss of one point, as training counts it; None where it is no number."""
    architecture, weights = network.architecture, network.prediction_weights
    workspace = Workspace(architecture, 1, weights.dtype)
    row = slice(index, index + 1)
    loss = loss_value(
        architecture, weights, points.x[row], points.answers[row], network.config.loss, workspace
    )
    return loss if np.isfinite(loss) else None
