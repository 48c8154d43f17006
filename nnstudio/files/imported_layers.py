"""Layers found in another program's file, and the model made of them; for the importers.

Such a file does not say what the numbers mean, so all assumptions are made in one place, and written into the
model's card.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data.input_kinds import INPUT_KINDS
from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec
from nnstudio.engine.architecture import Architecture
from nnstudio.errors import UserError
from nnstudio.files.model_file import MAX_NAME_LENGTH, Model
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class ImportModelError(UserError):
    """A file of another program without a fully connected network, or with one that cannot be shown."""


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of a file of another program.

    Attributes
    ----------
    hidden : str
        Activation of the hidden layers, if the file holds weights alone.
    mean, std : float
        The network was trained on (x − mean) / std of pixels x from 0 to 1. PyTorch's MNIST examples use
        0.1307 and 0.3081. Taken into the first layer: W / std and b − W mean / std.
    order : tuple of str
        The names of the layers in the order of computation, where the file leaves it open.

    Raises
    ------
    ImportModelError
        If mean or std is not finite, or std is not above 0.
    """

    hidden: str = "relu"
    mean: float = 0.0
    std: float = 1.0
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.std) and self.std > 0):
            raise ImportModelError(
                tr(
                    "Inputs cannot have the mean {mean} and the standard deviation {std}; write finite "
                    "numbers, the second above 0."
                ).format(mean=self.mean, std=self.std)
            )


@dataclass(frozen=True, eq=False)
class Linear:
    """One layer of another program's network.

    Attributes
    ----------
    name : str
        Its name in the file.
    W : ndarray of shape (fan_out, fan_in)
    b : ndarray of shape (fan_out,) or None
    activation : str or None
        Its activation, as in `nnstudio.engine.activations.ACTIVATIONS`; None if there is none.
    """

    name: str
    W: NDArray[Any]
    b: NDArray[Any] | None = None
    activation: str | None = None


def model_of_layers(
    linears: Sequence[Linear],
    name: str,
    assumed: Assumptions,
    class_names: Sequence[str] = (),
    *,
    inputs: InputSpace | None = None,
    numbers: OutputSpace | None = None,
) -> Model:
    """Return a model of the given layers, in the order of computation.

    Without any bias the network has none.

    Parameters
    ----------
    linears : sequence of Linear
        If the last one has no activation, its outputs are taken for the logits of a softmax, or a single one
        for a number. A single sigmoid stands for two classes.
    name : str
        Of the model; shortened if necessary.
    assumed : Assumptions
    class_names : sequence of str
        One for each output, or two for a single one; otherwise digits are taken for 10 outputs, letters for
        26, numbers for others.
    inputs : InputSpace, optional
        What goes in, where it is known and has as many numbers; otherwise a square image or up to 12 numbers.
    numbers : OutputSpace, optional
        What comes out, where it is known to be so many numbers.

    Raises
    ------
    ImportModelError
        If there is no layer, or one does not fit the next, or the inputs are neither a square image nor up
        to 12 numbers.
    UserError
        If the network is too large, or its weights are not finite.
    """
    if not linears:
        raise ImportModelError(tr("there is no layer in it"))
    if numbers is not None and len(linears[-1].W) != numbers.n_outputs:
        numbers = None
    output = linears[-1].activation
    is_one_of_two = output == "sigmoid" or (output == "step" and len(class_names) == 2)
    if numbers is None and len(linears[-1].W) == 1 and not is_one_of_two:
        numbers = OutputSpace(quantities=(Quantity("y"),))
    for below, above in pairwise(linears):
        if above.W.shape[1] != len(below.W):
            raise ImportModelError(
                tr(
                    "{name} has {outputs} outputs and {above} takes {inputs} inputs: they do not follow each "
                    "other"
                ).format(name=below.name, outputs=len(below.W), above=above.name, inputs=above.W.shape[1])
            )
    sizes = (linears[0].W.shape[1], *(len(linear.W) for linear in linears))
    activations = [linear.activation or "identity" for linear in linears]
    are_logits = linears[-1].activation is None and numbers is None
    if are_logits:
        activations[-1] = "softmax"
    has_biases = assumed.mean != 0 or any(linear.b is not None for linear in linears)
    architecture = Architecture(sizes, tuple(activations), has_biases)
    theta = np.zeros(architecture.n_params, np.float32)
    for layer, linear in zip(architecture.layers(theta), linears, strict=True):
        # What is too large for float32 becomes infinite, and is refused as that.
        with np.errstate(over="ignore", invalid="ignore"):
            layer.W[:] = linear.W
            layer.b[:] = 0 if linear.b is None else linear.b
    W, b = architecture.layers(theta)[0].W, architecture.layers(theta)[0].b
    W /= assumed.std
    if has_biases:
        b -= W.sum(axis=1) * assumed.mean
    n_inputs = architecture.n_inputs
    space, raster = (
        (inputs, MNIST_SPEC if inputs.traits.of_pictures else None)
        if inputs is not None and not inputs.traits.has_pixels and inputs.n_features == n_inputs
        else _input_space(n_inputs)
    )
    card: dict[str, Any] = {
        "imported": {
            "output": tr("taken for logits: softmax is applied") if are_logits else activations[-1],
            "input mean": assumed.mean,
            "input standard deviation": assumed.std,
        }
    }
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)[:MAX_NAME_LENGTH]
    outputs = numbers or _classes(class_names, architecture.n_outputs)
    return Model(architecture, theta, space, outputs, raster, card, printable or "imported")


def _classes(names: Sequence[str], n_outputs: int) -> OutputSpace:
    n = max(n_outputs, 2)
    classes = tuple(names) if len(names) == n else _usual_names(n)
    return OutputSpace(classes, {10: "digit", 26: "letter"}.get(n, "class"))


def _usual_names(n: int) -> tuple[str, ...]:
    if n == 26:
        return tuple(map(chr, range(ord("A"), ord("Z") + 1)))
    return tuple(map(str, range(n)))


def _input_space(n_inputs: int) -> tuple[InputSpace, RasterSpec | None]:
    if n_inputs <= INPUT_KINDS["numbers"].most_features:
        return InputSpace.of_numbers(n_inputs), None
    side = math.isqrt(n_inputs)
    if side * side != n_inputs or side < 8:
        raise ImportModelError(
            tr(
                "its {n_inputs:,} inputs are neither a square image of at least 8 × 8 pixels nor at most "
                "{most} numbers, so nnstudio cannot show what goes in"
            ).format(n_inputs=n_inputs, most=INPUT_KINDS["numbers"].most_features)
        )
    # MNIST's proportions, at any size.
    spec = RasterSpec(side, max(20 * side / 28, 2.0), max(2.5 * side / 28, 1.0), side // 2)
    return InputSpace("image", (side, side), 0.0, 1.0), spec
