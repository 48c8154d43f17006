"""A small network written out: its formula, one matrix, its paths, and the chain rule of a weight."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.data.problem import Answer
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.losses import LossError
from nnstudio.insight.chain_rule import ChainRule, chain_of_loss, chain_of_output
from nnstudio.insight.linear_map import (
    LinearMap,
    NotPiecewiseLinearError,
    Piece,
    linear_groups,
    piece_at,
    product,
)
from nnstudio.insight.network_formula import network_formula
from nnstudio.insight.parameters import Parameter, subscript
from nnstudio.insight.paths import STRONGEST, Path, paths
from nnstudio.insight.reading import Reading
from nnstudio.language import tr
from nnstudio.studio.painting.numbers import factor, four_figures, linear_function

MOST_TERMS = 12
"""Inputs of a function that is written out with its terms."""

MOST_FUNCTIONS = 8
MOST_LINES = 500
"""Paths that are listed one by one, of all outputs together: more take too long to set as text."""

MOST_ENTRIES = 100_000
"""Weights up to which products of matrices are formed at reading speed."""


@dataclass(frozen=True)
class FormulaLine:
    """A line of text.

    Attributes
    ----------
    text : str
    path : tuple of Parameter
        The path through the network that the line is about; none where it is about something else.
    is_struck : bool
        Whether it is struck out: a unit that is off, or a path through one.
    """

    text: str
    path: tuple[Parameter, ...] = ()
    is_struck: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: tuple[FormulaLine, ...]


@dataclass(frozen=True)
class FormulaSubject:
    """What is written out.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
    inputs, outputs : tuple of str
        Names; those of inputs are empty for pictures.
    reading : Reading or None
    answer : Answer or None
        The right answer to what is read.
    loss : str
    place : Parameter or None
        The weight whose derivative is asked for.
    """

    architecture: Architecture
    theta: np.ndarray
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    reading: Reading | None
    answer: Answer | None
    loss: str
    place: Parameter | None


def sections(subject: FormulaSubject) -> list[Section]:
    """Return everything that can be said of a network."""
    written = [_formula(subject)]
    if subject.architecture.n_params > MOST_ENTRIES or not subject.inputs:
        text = tr(
            "Matrices and paths are written out for networks that read a few numbers; of this one, the panel "
            "Weights shows each matrix as a picture."
        )
        return [*written, Section(tr("As one matrix"), _plain(text))]
    written += _one_matrix(subject)
    slopes: Sequence[np.ndarray] | None = ()
    if len(linear_groups(subject.architecture)) > 1:
        slopes = None
        if subject.reading is not None:
            try:
                piece = piece_at(subject.architecture, subject.theta, subject.reading)
            except NotPiecewiseLinearError as error:
                written.append(Section(tr("The function at this input"), _plain(str(error))))
            else:
                written.append(_here(subject, piece))
                slopes = piece.slopes
    if slopes is not None:
        written.append(_paths(subject, slopes))
    return [*written, _chain(subject)]


def _formula(subject: FormulaSubject) -> Section:
    formula = network_formula(subject.architecture)
    words = tr("{letter} has {size}")
    shapes = [words.format(letter=symbol.name, size=symbol.size) for symbol in formula.symbols]
    return Section(tr("The whole formula"), _plain(formula.text, " · ".join(reversed(shapes))))


def _plain(*texts: str) -> tuple[FormulaLine, ...]:
    return tuple(map(FormulaLine, texts))


def _one_matrix(subject: FormulaSubject) -> list[Section]:
    layers = subject.architecture.layers(subject.theta)
    found = []
    for group in linear_groups(subject.architecture):
        if len(group) < 2:
            continue
        first, last = group.start + 1, group.stop
        inputs, outputs = _names_before(subject, group.start), _names_of(subject, last - 1)
        before = inputs
        lines = []
        for k in group:
            names = _names_of(subject, k)
            if len(before) <= MOST_TERMS and len(names) <= MOST_FUNCTIONS:
                lines += _functions(product(layers[k : k + 1]), before, names)
            before = names
        lines += [_letters(group), *_functions(product(layers[group.start : group.stop]), inputs, outputs)]
        title = tr("Layers {first} to {last} are one matrix").format(first=first, last=last)
        found.append(Section(title, _plain(*lines)))
    return found


def _letters(group: range) -> str:
    product_of = "".join(f"W{subscript(k + 1)}" for k in reversed(group))
    return tr("nothing bends between them: {product} is one matrix").format(product=product_of)


def _here(subject: FormulaSubject, piece: Piece) -> Section:
    outputs = _outputs(subject, piece)
    lines = [*map(FormulaLine, _functions(piece.map, subject.inputs, outputs, start=f"{tr('here')} "))]
    dead = [_unit(k, unit) for k, units in enumerate(piece.dead) for unit in units.tolist()]
    if dead:
        lines.append(FormulaLine(tr("off, and without a part in it:")))
        lines.append(FormulaLine(f"    {', '.join(dead)}", is_struck=True))
    border = piece.border
    if border is None:
        lines.append(FormulaLine(tr("It holds for every input: no unit can switch.")))
    else:
        point = ", ".join(
            f"{name} = {four_figures(float(x))}" for name, x in zip(subject.inputs, border.x, strict=True)
        )
        words = tr(
            "It holds in this piece: until {unit} switches, {distance} from here at {point}. In the "
            "neighbouring piece, which differs by that unit alone:"
        )
        unit = _unit(border.layer, border.unit)
        lines.append(
            FormulaLine(words.format(unit=unit, distance=four_figures(border.distance), point=point))
        )
        lines += map(FormulaLine, _functions(border.beyond, subject.inputs, outputs))
    return Section(tr("The function at this input"), tuple(lines))


def _outputs(subject: FormulaSubject, piece: Piece) -> tuple[str, ...]:
    names = subject.outputs
    return names if piece.is_of_outputs else tuple(tr("z of {name}").format(name=name) for name in names)


def _paths(subject: FormulaSubject, slopes: Sequence[np.ndarray]) -> Section:
    """Return the paths of what is one linear map: all layers, with the slopes of units at this input."""
    layers = range(subject.architecture.n_layers)
    lines: list[FormulaLine] = []
    are_cut = False
    for output, name in enumerate(subject.outputs[:MOST_FUNCTIONS]):
        sources: list[tuple[int | None, str]] = list(enumerate(subject.inputs[:MOST_TERMS]))
        for source, what in [*sources, (None, tr("the constant"))]:
            found = paths(subject.architecture, subject.theta, layers, source, output, slopes)
            if not found.count:
                continue
            words = tr("%n path(s) from {source} to {output}, sum {total}", found.count)
            lines.append(FormulaLine(words.format(source=what, output=name, total=four_figures(found.total))))
            listed = found.listed
            if len(lines) + len(listed) > MOST_LINES:
                listed = tuple(sorted(listed, key=lambda path: -abs(path.value))[:STRONGEST])
            if len(lines) + len(listed) > MOST_LINES:
                are_cut = True
                continue
            if len(listed) < found.count:
                lines.append(FormulaLine(tr("the strongest %n of them:", len(listed))))
            lines += [_path(subject, path, slopes) for path in listed]
    if are_cut:
        lines.append(
            FormulaLine(tr("Where there are too many to be read, the sum alone stands for its paths."))
        )
    return Section(tr("Paths"), tuple(lines))


def _path(subject: FormulaSubject, path: Path, slopes: Sequence[np.ndarray]) -> FormulaLine:
    """Return the line of a path, struck out where a unit on the way is off."""
    layers = subject.architecture.layers(subject.theta)
    values = []
    for place in path.parameters:
        layer = layers[place.layer]
        values.append(layer.b[place.row] if place.column is None else layer.W[place.row, place.column])
    factors = " · ".join(factor(float(value)) for value in values)
    names = " · ".join(place.name for place in path.parameters)
    is_off = any(
        place.layer < len(slopes) and slopes[place.layer][place.row] == 0 for place in path.parameters
    )
    return FormulaLine(f"    {factors} = {four_figures(path.value)}   ({names})", path.parameters, is_off)


def _chain(subject: FormulaSubject) -> Section:
    if subject.place is None or subject.reading is None:
        text = tr(
            "With an input, select a neuron and one of its weights: its derivative is taken apart here."
        )
        return Section(tr("Chain rule"), _plain(text))
    arguments = subject.architecture, subject.theta, subject.reading
    try:
        if subject.answer is not None:
            chain = chain_of_loss(*arguments, subject.answer, subject.loss, subject.place)
        else:
            chain = chain_of_output(*arguments, 0, subject.place)
    except LossError as error:
        return Section(tr("Chain rule"), _plain(str(error)))
    of = "L" if subject.answer is not None else subject.outputs[0]
    title = tr("Chain rule: ∂{of}/∂{weight}").format(of=of, weight=subject.place.name)
    return Section(title, _plain(*_chain_lines(chain)))


def _chain_lines(chain: ChainRule) -> list[str]:
    lines = []
    for line in chain.lines:
        numbers = " + ".join(" · ".join(factor(one.value) for one in factors) for factors in line.terms)
        rest = f" + {factor(line.rest)}" if line.n_rest else ""
        sum_of = f"{numbers}{rest} = " if numbers else ""
        lines.append(f"{line.formula} = {sum_of}{four_figures(line.value)}")
    return lines


def _functions(one: LinearMap, inputs: Sequence[str], outputs: Sequence[str], start: str = "") -> list[str]:
    """Return each output as a sum of terms; of large maps their size alone."""
    if len(inputs) > MOST_TERMS or len(outputs) > MOST_FUNCTIONS:
        return [tr("a matrix of {rows} × {columns}").format(rows=len(outputs), columns=len(inputs))]
    return [
        f"{start}{name} = {linear_function(row, inputs, constant)}"
        for name, row, constant in zip(outputs, one.W.tolist(), one.b.tolist(), strict=True)
    ]


def _names_before(subject: FormulaSubject, layer: int) -> tuple[str, ...]:
    return subject.inputs if layer == 0 else _numbered(layer - 1, subject.architecture.layer_sizes[layer])


def _names_of(subject: FormulaSubject, layer: int) -> tuple[str, ...]:
    is_last = layer == subject.architecture.n_layers - 1
    return subject.outputs if is_last else _numbered(layer, subject.architecture.layer_sizes[layer + 1])


def _numbered(layer: int, n_units: int) -> tuple[str, ...]:
    return tuple(f"a{subscript(layer + 1)}[{k + 1}]" for k in range(n_units))


def _unit(layer: int, unit: int) -> str:
    return tr("unit {unit} of layer {layer}").format(unit=unit + 1, layer=layer + 1)
