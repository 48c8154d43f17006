"""The numbers of theta by name, and their counts by layer."""

import re
from dataclasses import dataclass

from nnstudio.data.problem import subscript
from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.language import tr

_BLOCK = re.compile(r"layers\.(\d+)\.")


@dataclass(frozen=True)
class Parameter:
    """The place of one weight or bias; counted from 0, named from 1.

    Attributes
    ----------
    layer : int
        Its computing layer.
    row : int
        Its unit.
    column : int or None
        Its input; None: the unit's bias.
    """

    layer: int
    row: int
    column: int | None = None

    @property
    def name(self) -> str:
        """Its name in formulas, the same in all languages.

        Examples
        --------
        >>> Parameter(0, 1, 2).name, Parameter(1, 0).name
        ('W₁[2, 3]', 'b₂[1]')
        """
        if self.column is None:
            return f"b{subscript(self.layer + 1)}[{self.row + 1}]"
        return f"W{subscript(self.layer + 1)}[{self.row + 1}, {self.column + 1}]"


def parameter(architecture: Architecture, coordinate: int) -> Parameter:
    """Return which weight or bias a number of theta is.

    Parameters
    ----------
    architecture : Architecture
    coordinate : int
        From 0 to n_params − 1.

    Raises
    ------
    ArchitectureError
        If theta has no such number.

    Examples
    --------
    >>> [parameter(Architecture.parse("2-2-1"), k).name for k in range(9)]
    ['W₁[1, 1]', 'W₁[1, 2]', 'W₁[2, 1]', 'W₁[2, 2]', 'b₁[1]', 'b₁[2]', 'W₂[1, 1]', 'W₂[1, 2]', 'b₂[1]']
    """
    block, index = architecture.locate(coordinate)
    match = _BLOCK.match(block)
    assert match, "a block is named by its layer"
    return Parameter(int(match[1]), *index)


def coordinate_of(architecture: Architecture, place: Parameter) -> int:
    """Return where in theta a weight or bias lies: the reverse of `parameter`.

    Raises
    ------
    ArchitectureError
        If the network has no such weight or bias.
    """
    if not 0 <= place.layer < architecture.n_layers:
        raise ArchitectureError(
            tr(
                "The network {network} has %n computing layer(s) and no {name}.", architecture.n_layers
            ).format(network=architecture, name=place.name)
        )
    if place.column is None:
        return architecture.coordinate(f"layers.{place.layer}.bias", place.row)
    return architecture.coordinate(f"layers.{place.layer}.weight", place.row, place.column)


@dataclass(frozen=True)
class LayerCount:
    """How many numbers one computing layer has.

    Attributes
    ----------
    layer, fan_in, fan_out : int
    has_biases : bool
    """

    layer: int
    fan_in: int
    fan_out: int
    has_biases: bool = True

    @property
    def n_weights(self) -> int:
        """The number of weights."""
        return self.fan_in * self.fan_out

    @property
    def n_biases(self) -> int:
        """The number of biases."""
        return self.fan_out if self.has_biases else 0

    def __str__(self) -> str:
        """Write the count as a formula.

        Examples
        --------
        >>> str(LayerCount(0, 784, 100)), str(LayerCount(0, 784, 100, has_biases=False))
        ('784 × 100 = 78,400 + 100', '784 × 100 = 78,400')
        """
        weights = f"{self.fan_in:,} × {self.fan_out:,} = {self.n_weights:,}"
        return f"{weights} + {self.n_biases:,}" if self.has_biases else weights


@dataclass(frozen=True)
class ParameterCount:
    """How many weights and biases a network has.

    Attributes
    ----------
    layers : tuple of LayerCount
    """

    layers: tuple[LayerCount, ...]

    @property
    def n_weights(self) -> int:
        """The number of weights."""
        return sum(layer.n_weights for layer in self.layers)

    @property
    def n_biases(self) -> int:
        """The number of biases."""
        return sum(layer.n_biases for layer in self.layers)

    @property
    def text(self) -> str:
        """The count in words.

        Examples
        --------
        >>> count_parameters(Architecture.parse("784-100-300-10")).text
        '111,400 weights and 410 biases'
        >>> without = Architecture((784, 100, 300, 10), ("relu", "relu", "softmax"), has_biases=False)
        >>> count_parameters(without).text
        '111,400 weights, no biases'
        """
        if not self.n_biases:
            return tr("%n weight(s), no biases", self.n_weights)
        return tr("{weights} and {biases}").format(
            weights=tr("%n weight(s)", self.n_weights), biases=tr("%n bias(es)", self.n_biases)
        )


def count_parameters(architecture: Architecture) -> ParameterCount:
    """Count weights and biases by layer; biases that are held at 0 are not counted."""
    sizes = architecture.layer_sizes
    return ParameterCount(
        tuple(
            LayerCount(k, sizes[k], sizes[k + 1], architecture.has_biases)
            for k in range(architecture.n_layers)
        )
    )
