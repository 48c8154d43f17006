"""The derivative by one weight as the chain rule builds it, factor by factor."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import Answer, answers_of, subscript
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LOSSES, check_labels, check_pair, targets_of
from nnstudio.insight.linear_map import slopes_of
from nnstudio.insight.parameters import Parameter, coordinate_of
from nnstudio.insight.reading import Reading
from nnstudio.insight.slopes import slopes_down
from nnstudio.insight.terms import strongest

MOST_EDGES = 500
"""Most edges above a weight whose derivatives are listed one by one."""

MOST_TERMS = 50
"""Most terms of a sum that are listed in a larger network."""


@dataclass(frozen=True)
class Factor:
    """One number of a product.

    Attributes
    ----------
    name : str
        Such as ``"W₂[1, 2]"`` or ``"f′(z₁[2])"``, the same in all languages.
    value : float
    """

    name: str
    value: float


@dataclass(frozen=True)
class Derivative:
    """One derivative, as the sum of products of what is known before it.

    Attributes
    ----------
    name : str
        Such as ``"∂L/∂z₁[2]"``; later derivatives have a factor of this name.
    terms : tuple of tuple of Factor
        The products that are added up; none where the loss gives the number itself.
    value : float
    rest : float
        The sum of the terms that are not listed.
    n_rest : int
        How many of those are not zero.
    """

    name: str
    terms: tuple[tuple[Factor, ...], ...]
    value: float
    rest: float = 0.0
    n_rest: int = 0

    @property
    def formula(self) -> str:
        """The derivative in letters.

        Examples
        --------
        >>> Derivative("∂L/∂a₂[1]", ((Factor("a₂[1]", 7.0),), (Factor("−t[1]", -5.0),)), 2.0).formula
        '∂L/∂a₂[1] = a₂[1] − t[1]'
        """
        if not self.terms:
            return self.name
        products = [" · ".join(factor.name for factor in factors) for factors in self.terms]
        text = " + ".join([*products, *(["…"] if self.n_rest else [])])
        return f"{self.name} = {text.replace('+ −', '− ')}"


@dataclass(frozen=True)
class ChainRule:
    """The derivative of a loss or an output by one weight or bias.

    Attributes
    ----------
    place : Parameter
    lines : tuple of Derivative
        In the order of the backward pass, from the output down; the last one is that by the weight.
    is_complete : bool
        Whether each number above is derived; else the network is large, and the lines begin at the unit.
    """

    place: Parameter
    lines: tuple[Derivative, ...]
    is_complete: bool

    @property
    def value(self) -> float:
        """The derivative."""
        return self.lines[-1].value

    @property
    def product(self) -> tuple[Factor, ...]:
        """The derivative as one product, each derivative in it replaced by its own as far as there is no sum.

        Where only one path leads from the weight to the output, it is multiplied out down to the loss.
        """
        single = {line.name: line.terms[0] for line in self.lines if len(line.terms) == 1 and not line.n_rest}

        def expanded(factor: Factor) -> Iterator[Factor]:
            if factor.name in single:
                for inner in single[factor.name]:
                    yield from expanded(inner)
            else:
                yield factor

        return tuple(expanded(Factor(self.lines[-1].name, self.value)))


def chain_of_loss(
    architecture: Architecture,
    theta: np.ndarray,
    reading: Reading,
    answer: Answer,
    loss: str,
    place: Parameter,
) -> ChainRule:
    """Derive the loss of one input by one weight or bias.

    ∂L/∂Wᵏ[j, i] = ∂L/∂zᵏ[j] · aᵏ⁻¹[i],  ∂L/∂zᵏ[j] = ∂L/∂aᵏ[j] · f′(zᵏ[j]),
    ∂L/∂aᵏ[j] = Σₘ ∂L/∂zᵏ⁺¹[m] · Wᵏ⁺¹[m, j]

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    reading : Reading
    answer : int or ndarray of shape (n_outputs,)
        The true class, or the right numbers.
    loss : str
        Key in `nnstudio.engine.losses.LOSSES`, one that fits the output.
    place : Parameter

    Raises
    ------
    LossError
        If the loss does not fit the output, or the answer does not fit the network.
    ArchitectureError
        If there is no such weight or bias.

    Notes
    -----
    Products and sums are formed in float64 from the values of the reading; backpropagation in theta's
    precision gives the same to rounding.
    """
    output = architecture.activations[-1]
    check_pair(output, loss)
    given = answers_of(answer)
    check_labels(given, 1, architecture.n_outputs)
    given = targets_of(given, architecture.n_outputs)
    z, a = (values[-1].astype(np.float64)[None] for values in (reading.z, reading.a))
    delta = np.empty_like(z)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        LOSSES[loss].function_for(output)(z, a, given, delta)
    t = np.eye(architecture.n_outputs)[given[0]] if given.ndim == 1 else given[0].astype(np.float64)
    # Of the losses that are made for an output, softmax's has the delta a Σt − t.
    is_difference = loss == "squared_error" or (
        LOSSES[loss].output == output and (output != "softmax" or bool(np.isclose(t.sum(), 1)))
    )
    last = architecture.n_layers - 1
    letter = "a" if LOSSES[loss].output is None else "z"
    top = [
        Derivative(
            _by("L", letter, last, m),
            (
                (Factor(_unit("a", last, m), float(a[0, m])),),
                (Factor(f"−t[{m + 1}]", -float(t[m])),),
            )
            if is_difference
            else (),
            float(delta[0, m]),
        )
        for m in range(len(t))
    ]
    if letter == "a":
        top += _through_output(architecture, reading, "L", delta[0])
    return _Backward(architecture, theta, reading, "L", delta[0], range(len(t))).chain(top, place)


def chain_of_output(
    architecture: Architecture, theta: np.ndarray, reading: Reading, output: int, place: Parameter
) -> ChainRule:
    """Derive one output by one weight or bias; see `chain_of_loss`.

    Raises
    ------
    IndexError
        If there is no such output.
    ArchitectureError
        If there is no such weight or bias.
    """
    last = architecture.n_layers - 1
    output = range(architecture.n_outputs)[output]
    delta = np.zeros(architecture.n_outputs)
    delta[output] = 1
    of = _unit("a", last, output)
    top = _through_output(architecture, reading, of, delta)
    units = range(len(delta))
    if not ACTIVATIONS[architecture.activations[-1]].output_only:
        units = range(output, output + 1)
        slope = Factor(_slope(last, output), float(delta[output]))
        top = [Derivative(_by(of, "z", last, output), ((slope,),), slope.value)]
    return _Backward(architecture, theta, reading, of, delta, units).chain(top, place)


def _unit(letter: str, layer: int, unit: int) -> str:
    """Return the name of a value of a unit; layer −1 is the input."""
    return f"x[{unit + 1}]" if layer < 0 else f"{letter}{subscript(layer + 1)}[{unit + 1}]"


def _slope(layer: int, unit: int) -> str:
    return f"f′({_unit('z', layer, unit)})"


def _by(of: str, letter: str, layer: int, unit: int) -> str:
    """Return the name of a derivative by a value of a unit."""
    return f"∂{of}/∂{_unit(letter, layer, unit)}"


def _through_output(
    architecture: Architecture, reading: Reading, of: str, delta: np.ndarray
) -> list[Derivative]:
    """Turn derivatives by the outputs into those by their pre-activations, in place, and return the lines."""
    last = architecture.n_layers - 1
    activation = ACTIVATIONS[architecture.activations[-1]]
    # Row m: ∂a[m]/∂z.
    jacobian = np.eye(len(delta))
    z, a = (
        np.repeat(values[-1].astype(np.float64)[None], len(delta), axis=0)
        for values in (reading.z, reading.a)
    )
    activation.times_derivative(jacobian, z, a)
    before = delta.copy()
    np.matmul(before, jacobian, out=delta)
    lines = []
    for m in range(len(delta)):
        if activation.output_only:
            terms = tuple(
                (
                    Factor(_by(of, "a", last, n), float(before[n])),
                    Factor(_by(_unit("a", last, n), "z", last, m), float(jacobian[n, m])),
                )
                for n in range(len(delta))
            )
        else:
            slope = Factor(_slope(last, m), float(jacobian[m, m]))
            terms = ((Factor(_by(of, "a", last, m), float(before[m])), slope),)
        lines.append(Derivative(_by(of, "z", last, m), terms, float(delta[m])))
    return lines


def _needed(lines: list[Derivative]) -> tuple[Derivative, ...]:
    """Return the lines from which the last one follows."""
    names = {lines[-1].name}
    kept = []
    for line in reversed(lines):
        if line.name in names:
            kept.append(line)
            names |= {factor.name for factors in line.terms for factor in factors}
    return tuple(reversed(kept))


class _Backward:
    """The backward pass of ``of`` from its derivatives by the pre-activations of the output layer.

    ``units`` are the outputs that it depends on.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: np.ndarray,
        reading: Reading,
        of: str,
        delta: np.ndarray,
        units: range,
    ) -> None:
        self._architecture, self._of, self._units = architecture, of, units
        self._last = architecture.n_layers - 1
        self._reading = Reading(
            reading.x.astype(np.float64),
            tuple(z.astype(np.float64) for z in reading.z),
            tuple(a.astype(np.float64) for a in reading.a),
        )
        theta = theta.astype(np.float64)
        self._layers = architecture.layers(theta)
        found = slopes_down(architecture, theta, self._reading, delta[None], self._last)
        self._slopes = {each.layer: each for each in found}

    def chain(self, top: list[Derivative], place: Parameter) -> ChainRule:
        """Return the lines down to a weight; ``top`` are those of the output layer."""
        coordinate_of(self._architecture, place)
        n_edges = sum(
            len(self._above(k)) * (self._architecture.layer_sizes[k + 1] if k > place.layer else 1)
            for k in range(place.layer, self._last)
        )
        is_complete = n_edges <= MOST_EDGES
        lines = list(top) if is_complete else []
        for layer in range(self._last - 1, place.layer, -1) if is_complete else ():
            for unit in range(self._architecture.layer_sizes[layer + 1]):
                lines += self._unit_lines(layer, unit, None)
        if place.layer < self._last:
            lines += self._unit_lines(place.layer, place.row, None if is_complete else MOST_TERMS)
        lines.append(self._weight_line(place))
        return ChainRule(place, _needed(lines), is_complete)

    def _above(self, layer: int) -> range:
        """Return the units of the next layer through which a unit acts."""
        return self._units if layer + 1 == self._last else range(self._architecture.layer_sizes[layer + 2])

    def _unit_lines(self, layer: int, unit: int, most: int | None) -> list[Derivative]:
        """Return the derivatives by a hidden unit's activation and by its pre-activation."""
        above = np.array(self._above(layer))
        weights, deltas = self._layers[layer + 1].W[above, unit], self._slopes[layer + 1].z[0, above]
        products = weights * deltas
        listed = np.arange(len(above)) if most is None else strongest(products, most)
        others = np.delete(products, listed)
        terms = tuple(
            (
                Factor(_by(self._of, "z", layer + 1, int(above[m])), float(deltas[m])),
                Factor(Parameter(layer + 1, int(above[m]), unit).name, float(weights[m])),
            )
            for m in listed
        )
        name = _by(self._of, "a", layer, unit)
        value = float(products.sum())
        by_a = Derivative(name, terms, value, float(others.sum()), int(np.count_nonzero(others)))
        slope = slopes_of(self._layers[layer].activation, self._reading.z[layer][unit : unit + 1])
        factors = (Factor(name, value), Factor(_slope(layer, unit), float(slope[0])))
        by_z = Derivative(_by(self._of, "z", layer, unit), (factors,), float(self._slopes[layer].z[0, unit]))
        return [by_a, by_z]

    def _weight_line(self, place: Parameter) -> Derivative:
        delta = float(self._slopes[place.layer].z[0, place.row])
        factors = [Factor(_by(self._of, "z", place.layer, place.row), delta)]
        value = delta
        if place.column is not None:
            given = float(self._reading.into(place.layer)[place.column])
            factors.append(Factor(_unit("a", place.layer - 1, place.column), given))
            value *= given
        return Derivative(f"∂{self._of}/∂{place.name}", (tuple(factors),), value)
