"""The values of a network's units by name, one after the other as they are computed by hand."""

from dataclasses import dataclass

from nnstudio.data.problem import subscript
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.reading import Reading


@dataclass(frozen=True)
class UnitValue:
    """A value of one unit; counted from 0, named from 1.

    Attributes
    ----------
    layer, unit : int
        The computing layer, and the unit in it.
    is_activation : bool
        a; else the weighted sum z.
    """

    layer: int
    unit: int
    is_activation: bool = False

    @property
    def name(self) -> str:
        """Its name in formulas, the same in all languages.

        Examples
        --------
        >>> UnitValue(0, 1).name, UnitValue(1, 0, is_activation=True).name
        ('z₁[2]', 'a₂[1]')
        """
        letter = "a" if self.is_activation else "z"
        return f"{letter}{subscript(self.layer + 1)}[{self.unit + 1}]"

    def of(self, reading: Reading) -> float:
        """Return the value for an input."""
        values = reading.a if self.is_activation else reading.z
        return float(values[self.layer][self.unit])


def unit_values(architecture: Architecture) -> tuple[UnitValue, ...]:
    """Return all values in the order of computing them; where a = z, z alone.

    Examples
    --------
    >>> [value.name for value in unit_values(Architecture((1, 2, 1), ("relu", "identity")))]
    ['z₁[1]', 'a₁[1]', 'z₁[2]', 'a₁[2]', 'z₂[1]']
    """
    found = []
    for layer, activation in enumerate(architecture.activations):
        sums = [UnitValue(layer, unit) for unit in range(architecture.layer_sizes[layer + 1])]
        activated = [UnitValue(layer, value.unit, is_activation=True) for value in sums]
        if activation == "identity":
            found += sums
        elif ACTIVATIONS[activation].output_only:
            # Each activation asks for all sums of the layer.
            found += [*sums, *activated]
        else:
            found += [value for pair in zip(sums, activated, strict=True) for value in pair]
    return tuple(found)
