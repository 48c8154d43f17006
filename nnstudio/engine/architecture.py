"""Layer sizes and activations of a network, and the layout of theta; any package may import it."""

from __future__ import annotations

import operator
import re
import reprlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MAX_UNITS = 4_096
"""Most units of a computing layer: larger ones could not be trained or shown live."""

MAX_PARAMETERS = 20_000_000
"""Most weights and biases of a network, in files and in the window."""

MAX_LAYERS = 32
"""Most computing layers; a model file holds two tensors for each."""

# One separator, spaces around it or not, or spaces alone: "784--10" has an empty field and is refused.
_SEPARATOR = re.compile(r"\s*[-–—,]\s*|\s+")


class ArchitectureError(UserError):
    """An architecture that cannot be built, or a theta that does not belong to it."""


@dataclass(frozen=True)
class Block:
    """Where one array of weights or biases lies in theta.

    Attributes
    ----------
    name : str
        ``"layers.0.weight"``, ``"layers.0.bias"``, …, the name in a model file.
    start, stop : int
        The array is ``theta[start:stop].reshape(shape)``.
    shape : tuple of int
        ``(fan_out, fan_in)`` or ``(fan_out,)``.
    """

    name: str
    start: int
    stop: int
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One computing layer, seen through views of theta.

    Attributes
    ----------
    W : ndarray of shape (fan_out, fan_in)
        Row j is the template of unit j.
    b : ndarray of shape (fan_out,)
    activation : str
        Key in `nnstudio.engine.activations.ACTIVATIONS`.

    Notes
    -----
    Aliasing: views; write through them (``W -= …``), never rebind.
    """

    W: NDArray[Any]
    b: NDArray[Any]
    activation: str


@dataclass(frozen=True)
class Architecture:
    """Sizes and activations of a fully connected network.

    Parameters
    ----------
    layer_sizes : tuple of int
        Inputs, hidden layers, outputs; at least two, each at least 1.
    activations : tuple of str
        One for each computing layer; ``activations[k]`` belongs to ``layer_sizes[k + 1]``.
    has_biases : bool
        Whether biases are trained. Otherwise they have their places in theta all the same, and are 0.

    Raises
    ------
    ArchitectureError
        If a size is not a whole number of at least 1, an activation is unknown or out of place, there are
        more or fewer activations than computing layers, or the network is larger than `MAX_LAYERS`,
        `MAX_UNITS` or `MAX_PARAMETERS`.

    Examples
    --------
    >>> architecture = Architecture.parse("784-100-300-10")
    >>> architecture.activations
    ('relu', 'relu', 'softmax')
    >>> architecture.n_params
    111810
    >>> architecture.blocks[1]
    Block(name='layers.0.bias', start=78400, stop=78500, shape=(100,))
    """

    layer_sizes: tuple[int, ...]
    activations: tuple[str, ...]
    has_biases: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer_sizes", _checked_sizes(self.layer_sizes))
        object.__setattr__(self, "activations", tuple(self.activations))
        _check_activations(self.activations, self.n_layers)
        widest = max(self.layer_sizes[1:])
        if widest > MAX_UNITS:
            raise ArchitectureError(
                tr(
                    "A layer of {widest:,} units is too wide; at most {max_units:,} are possible. Choose "
                    "smaller layers."
                ).format(widest=widest, max_units=MAX_UNITS)
            )
        if self.n_params > MAX_PARAMETERS:
            raise ArchitectureError(
                tr(
                    "The network {network} would have {n_params:,} parameters; at most {max_parameters:,} "
                    "are "
                    "possible. Choose smaller layers."
                ).format(network=self, n_params=self.n_params, max_parameters=MAX_PARAMETERS)
            )

    @classmethod
    def of(cls, layer_sizes: Iterable[int], hidden: str = "relu", output: str = "softmax") -> Architecture:
        """Build an architecture whose hidden layers share one activation.

        Parameters
        ----------
        layer_sizes : iterable of int
        hidden, output : str
            Activation of every hidden layer and of the last layer.

        Raises
        ------
        ArchitectureError
            As for the class.
        """
        sizes = _checked_sizes(layer_sizes)
        return cls(sizes, (hidden,) * (len(sizes) - 2) + (output,))

    @classmethod
    def parse(cls, text: str, hidden: str = "relu", output: str = "softmax") -> Architecture:
        """Read sizes as people write them: ``784-100-10``, ``784 – 100 – 10``, ``784, 100, 10``.

        Raises
        ------
        ArchitectureError
            If the text is anything else, or as for the class.
        """
        fields = _SEPARATOR.split(text.strip())
        if not all(re.fullmatch("[0-9]{1,12}", field) for field in fields):
            raise ArchitectureError(
                tr(
                    "{given} is not a list of layer sizes. Write whole numbers with hyphens between them, "
                    "for "
                    "example 784-100-10."
                ).format(given=reprlib.repr(text))
            )
        return cls.of([int(field) for field in fields], hidden, output)

    def __str__(self) -> str:
        return "-".join(str(size) for size in self.layer_sizes)

    @property
    def gives_probabilities(self) -> bool:
        """Whether the values of classes are probabilities, which sum to 1; see `decision.class_values`."""
        return self.activations[-1] == "softmax" or (self.n_outputs, self.activations[-1]) == (1, "sigmoid")

    @property
    def has_step_outputs(self) -> bool:
        """Whether the outputs are 0 or 1, those of units that fire or not: they are perceptrons."""
        return self.activations[-1] == "step"

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.layer_sizes[-1]

    @property
    def n_layers(self) -> int:
        """Number of computing layers: all but the inputs."""
        return len(self.layer_sizes) - 1

    @property
    def n_params(self) -> int:
        """Number of weights and biases: the length of theta."""
        return self.blocks[-1].stop

    @property
    def n_trained(self) -> int:
        """Number of parameters that training changes: without the biases where there are none.

        >>> Architecture((784, 100, 300, 10), ("relu", "relu", "softmax"), has_biases=False).n_trained
        111400
        """
        return self.n_params if self.has_biases else self.n_params - sum(self.layer_sizes[1:])

    def trained_mask(self) -> NDArray[np.float32]:
        """Return 1 for each parameter that is trained and 0 for each that is held at 0, (n_params,)."""
        mask = np.ones(self.n_params, np.float32)
        if not self.has_biases:
            for layer in self.layers(mask):
                layer.b[...] = 0
        return mask

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of theta in their order W1, b1, W2, b2, …; every offset in the program comes from here."""
        blocks: list[Block] = []
        start = 0
        for k in range(self.n_layers):
            fan_in, fan_out = self.layer_sizes[k : k + 2]
            weight = Block(f"layers.{k}.weight", start, start + fan_out * fan_in, (fan_out, fan_in))
            bias = Block(f"layers.{k}.bias", weight.stop, weight.stop + fan_out, (fan_out,))
            blocks += (weight, bias)
            start = bias.stop
        return tuple(blocks)

    def layers(self, theta: NDArray[Any]) -> tuple[Layer, ...]:
        """See a vector of theta's shape as layers.

        Parameters
        ----------
        theta : ndarray of shape (n_params,), C-contiguous
            Parameters, a gradient, or an optimiser's moment.

        Returns
        -------
        tuple of Layer
            One for each computing layer.

        Raises
        ------
        ArchitectureError
            If the vector has another shape or is not contiguous.

        Notes
        -----
        Aliasing: views of ``theta``, nothing is copied.  Thread: any.
        """
        if theta.shape != (self.n_params,) or not theta.flags.c_contiguous:
            raise ArchitectureError(
                tr(
                    "The network {network} needs one contiguous vector of {n_params:,} parameters, and got "
                    "an "
                    "array of shape {shape} with strides {strides}."
                ).format(network=self, n_params=self.n_params, shape=theta.shape, strides=theta.strides)
            )
        views = [theta[block.start : block.stop].reshape(block.shape) for block in self.blocks]
        return tuple(map(Layer, views[0::2], views[1::2], self.activations))

    def coordinate(self, name: str, *index: int) -> int:
        """Return where in theta one weight or bias lies.

        Parameters
        ----------
        name : str
            Of a block, such as ``"layers.0.weight"``.
        *index : int
            Unit and input of a weight, unit of a bias; counted from 0.

        Raises
        ------
        ArchitectureError
            If there is no such block, or no such place in it.

        Examples
        --------
        >>> Architecture.parse("4-3-2").coordinate("layers.0.weight", 1, 2)
        6
        """
        for block in self.blocks:
            if block.name == name:
                is_inside = len(index) == len(block.shape) and all(
                    0 <= i < size for i, size in zip(index, block.shape, strict=True)
                )
                if not is_inside:
                    raise ArchitectureError(
                        tr("{name} has the shape {shape} and no place {index}; count from 0.").format(
                            name=name, shape=block.shape, index=index
                        )
                    )
                place = 0
                for i, size in zip(index, block.shape, strict=True):
                    place = place * size + operator.index(i)
                return block.start + place
        raise ArchitectureError(
            tr("The network {network} has no {name}; its blocks are {first}, {second} … {last}.").format(
                network=self,
                name=reprlib.repr(name),
                first=self.blocks[0].name,
                second=self.blocks[1].name,
                last=self.blocks[-1].name,
            )
        )

    def locate(self, coordinate: int) -> tuple[str, tuple[int, ...]]:
        """Return the block and the index of one number of theta: the reverse of `coordinate`.

        Parameters
        ----------
        coordinate : int
            From 0 to n_params − 1.

        Raises
        ------
        ArchitectureError
            If theta has no such number.

        Examples
        --------
        >>> Architecture.parse("4-3-2").locate(6)
        ('layers.0.weight', (1, 2))
        """
        for block in self.blocks:
            if block.start <= coordinate < block.stop:
                place = coordinate - block.start
                if len(block.shape) == 1:
                    return block.name, (place,)
                return block.name, divmod(place, block.shape[1])
        raise ArchitectureError(
            tr(
                "The network {network} has {n_params:,} parameters, counted from 0, and no {coordinate}."
            ).format(network=self, n_params=self.n_params, coordinate=coordinate)
        )


def _checked_sizes(layer_sizes: Iterable[int]) -> tuple[int, ...]:
    """Return the sizes as a tuple of int, or raise with the first that is not allowed."""
    sizes = []
    for given in layer_sizes:
        try:
            size = operator.index(given)
        except TypeError:
            size = 0
        if size < 1 or isinstance(given, bool):
            raise ArchitectureError(
                tr("A layer cannot have {given} units; each size is a whole number of at least 1.").format(
                    given=reprlib.repr(given)
                )
            )
        sizes.append(size)
    if not 2 <= len(sizes) <= MAX_LAYERS + 1:
        raise ArchitectureError(
            tr(
                "A network has between 2 and {max_layers} layer sizes, inputs and outputs included; "
                "{given} given."
            ).format(max_layers=MAX_LAYERS + 1, given=len(sizes))
        )
    return tuple(sizes)


def _check_activations(activations: tuple[str, ...], n_layers: int) -> None:
    if len(activations) != n_layers:
        raise ArchitectureError(
            tr("A network of {n_layers} computing layers needs as many activations; {given} given.").format(
                n_layers=n_layers, given=len(activations)
            )
        )
    for k, name in enumerate(activations):
        if not isinstance(name, str) or name not in ACTIVATIONS:
            raise ArchitectureError(
                tr("There is no activation {given}; choose one of {names}.").format(
                    given=reprlib.repr(name), names=", ".join(ACTIVATIONS)
                )
            )
        if ACTIVATIONS[name].output_only and k != n_layers - 1:
            raise ArchitectureError(
                tr(
                    "{title} can only be the activation of the last layer, not of hidden layer {layer}."
                ).format(title=ACTIVATIONS[name].title, layer=k + 1)
            )
