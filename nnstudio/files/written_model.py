"""Written networks as models: what inputs and outputs mean, and points on the function that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.problem import (
    MAX_QUANTITIES,
    InputSpace,
    OutputSpace,
    Problem,
    Quantity,
    Samples,
    numbered,
)
from nnstudio.engine.decision import predict_classes
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import Model
from nnstudio.files.network_toml import WrittenNetwork, WrittenNetworkError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


MOST_INPUTS = INPUT_KINDS["numbers"].most_features

MOST_WRITTEN = 1_000
"""Most numbers of a network that is written out: more are not legible."""

NOTE = "note"
"""The entry of a model's card that has the note."""

_SIDES = {"line": 128, "plane": 16}
_SCATTERED = 256


def model_of(written: WrittenNetwork) -> Model:
    """Return a written network with the meaning of its inputs and outputs.

    One input is a place on a line, two are a point of the plane, up to twelve are numbers. The units of a
    softmax layer are classes, and a single output with two names tells these classes apart; other outputs
    are numbers, drawn in the range that they have over all inputs.

    Raises
    ------
    WrittenNetworkError
        If it has more inputs or outputs than these kinds have.
    """
    architecture = written.architecture
    input_space = _input_space(written)
    x = _inputs(input_space, np.random.default_rng(0))
    # Numbers up to 9999 may overflow after some layers.
    with np.errstate(over="ignore", invalid="ignore"):
        output_space = _output_space(written, predict(architecture, written.theta, x))
    card = {NOTE: written.note} if written.note else {}
    return Model(architecture, written.theta, input_space, output_space, card=card, name=written.title)


def written_network(model: Model, note: str = "", x: Sequence[float] = ()) -> WrittenNetwork:
    """Return a model as a network that can be written out.

    Parameters
    ----------
    model : Model
    note : str
    x : sequence of float
        The input to begin with, or none.

    Raises
    ------
    WrittenNetworkError, NumberError
        If its inputs are pixels, or it has more than `MOST_WRITTEN` numbers, or one that is too large.
    """
    space, n_numbers = model.input_space, model.architecture.n_params
    if space.traits.has_pixels:
        raise WrittenNetworkError(
            tr("A network that reads images is not written out: save it as a .safetensors file.")
        )
    if n_numbers > MOST_WRITTEN:
        raise WrittenNetworkError(
            tr(
                "The network {network} has {n_numbers:,} numbers, and up to {most:,} are written out: save "
                "it as a .safetensors file."
            ).format(network=model.architecture, n_numbers=n_numbers, most=MOST_WRITTEN)
        )
    return WrittenNetwork(
        model.name,
        model.architecture,
        model.theta,
        note,
        space.names,
        model.output_space.names,
        tuple(zip(space.lows.tolist(), space.highs.tolist(), strict=True)),
        tuple(x),
    )


def own_function(model: Model, name: str, title: str) -> Problem:
    """Return points on the function that a network is, to train it, or a fresh one, on.

    Parameters
    ----------
    model : Model
        Its inputs are no images.
    name, title : str
        Of the problem.

    Raises
    ------
    ProblemError
        If an output is not finite.
    """
    answers = predict_classes if model.output_space.traits.has_labels else predict

    @np.errstate(over="ignore", invalid="ignore")
    def points(seed: int) -> Samples:
        x = _inputs(model.input_space, np.random.default_rng(seed))
        return Samples(x, answers(model.architecture, model.theta, x))

    return Problem(
        name,
        title,
        model.input_space,
        model.output_space,
        train=points(0),
        test=points(1),
        source=tr("Points on the function of this network, computed with its own numbers."),
    )


def _input_space(written: WrittenNetwork) -> InputSpace:
    n = written.architecture.n_inputs
    if n > MOST_INPUTS:
        raise WrittenNetworkError(
            tr("A network that is written out has at most {most} inputs here, not {given}.").format(
                most=MOST_INPUTS, given=n
            )
        )
    if written.ranges:
        lows, highs = map(tuple, zip(*written.ranges, strict=True))
    else:
        reach = max((1.0, *(abs(value) for value in written.x)))
        lows, highs = (-reach,) * n, (reach,) * n
    return InputSpace.of_numbers(n, lows, highs, written.input_names)


def _output_space(written: WrittenNetwork, outputs: NDArray[np.float32]) -> OutputSpace:
    n = outputs.shape[1]
    if written.has_two_classes or (written.architecture.gives_probabilities and n > 1):
        return OutputSpace(written.output_names or tuple(map(str, range(n))))
    if n > MAX_QUANTITIES:
        raise WrittenNetworkError(
            tr("A network that is written out has at most {most} outputs, not {given}.").format(
                most=MAX_QUANTITIES, given=n
            )
        )
    quantities = []
    for name, values in zip(written.output_names or numbered("y", n), outputs.T, strict=True):
        finite = values[np.isfinite(values)]
        quantities.append(Quantity.around(name, finite) if finite.size else Quantity(name))
    return OutputSpace(quantities=tuple(quantities))


def _inputs(space: InputSpace, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return inputs all over the range: on a grid that is moved a little, or scattered."""
    n = space.n_features
    side = _SIDES.get(space.kind)
    if side is None:
        return space.inputs_at(rng.random((_SCATTERED, n)))
    steps = np.meshgrid(*(np.arange(side),) * n)
    corners = np.stack([step.ravel() for step in steps], axis=1)
    return space.inputs_at((corners + rng.random(corners.shape)) / side)
