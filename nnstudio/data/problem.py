"""Inputs, outputs and samples of a problem; any package may import this module.

Digits, letters, points in the plane and curves differ only in their `Problem`. All other code gets the
number of inputs, the classes or numbers to be given out, and their names from here.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.data.input_kinds import INPUT_KINDS, InputKind
from nnstudio.data.output_kinds import CLASSES, NUMBERS, ONE_FOR_TWO_CLASSES, OutputKind
from nnstudio.data.picture_features import features_named
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.data.output_kinds import Measure

MAX_CLASSES = 1_000
MAX_QUANTITIES = 8
MAX_NAME_LENGTH = 32


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(number: int) -> str:
    """Return a whole number from 0 as an index.

    Examples
    --------
    >>> f"W{subscript(12)}"
    'W₁₂'
    """
    return str(number).translate(_SUBSCRIPTS)


def numbered(letter: str, n: int) -> tuple[str, ...]:
    """Return names of n inputs or outputs, counted from 1; the letter alone for a single one.

    Examples
    --------
    >>> numbered("x", 3), numbered("y", 1)
    (('x₁', 'x₂', 'x₃'), ('y',))
    """
    return (letter,) if n == 1 else tuple(f"{letter}{subscript(k)}" for k in range(1, n + 1))


class ProblemError(UserError):
    """An input space, an output space or a set of samples contradicts itself."""


@dataclass(frozen=True)
class InputSpace:
    """The kind, shape and range of a network's input.

    Attributes
    ----------
    kind : str
        One of ``data.input_kinds.INPUT_KINDS``.
    shape : tuple of int
        ``(height, width)`` of an image in pixels, row-major; ``(n,)`` for n numbers: 2 for a point of the
        plane, 1 for a place on the line.
    low, high : float or tuple of float
        The range of every number that enters the network: paper and ink, or the edges of the plane; a tuple
        where each coordinate has its own.
    names : tuple of str
        One name per coordinate, for example ``("x₁", "x₂")``; empty for an image.

    Raises
    ------
    ProblemError
        If the parts do not fit together.

    Examples
    --------
    >>> InputSpace("image", (28, 28), 0.0, 1.0).n_features
    784
    >>> InputSpace("numbers", (2,), (0.0, 10.0), (1.0, 40.0), ("width", "height")).highs
    array([ 1., 40.])
    """

    kind: str
    shape: tuple[int, ...]
    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in INPUT_KINDS:
            raise ProblemError(
                tr("The input kind {kind!r} is unknown; it is one of {kinds}.").format(
                    kind=self.kind, kinds=", ".join(INPUT_KINDS)
                )
            )
        if len(self.shape) != self.traits.n_dimensions or any(size < 1 for size in self.shape):
            raise ProblemError(
                tr("An input of kind {kind!r} cannot have the shape {shape}.").format(
                    kind=self.kind, shape=self.shape
                )
            )
        if self.n_features > self.traits.most_features:
            raise ProblemError(
                tr("An input of kind {kind!r} has at most {most:,} numbers, not {n_features:,}.").format(
                    kind=self.kind, most=self.traits.most_features, n_features=self.n_features
                )
            )
        for bound in (self.low, self.high):
            if isinstance(bound, tuple) and len(bound) != self.n_features:
                raise ProblemError(
                    tr("An input of {n_features} numbers needs as many ranges, not {given}.").format(
                        n_features=self.n_features, given=len(bound)
                    )
                )
        if not (
            np.isfinite(self.lows).all() and np.isfinite(self.highs).all() and (self.lows < self.highs).all()
        ):
            raise ProblemError(
                tr("The input range {low} to {high} is empty or not finite.").format(
                    low=self.low, high=self.high
                )
            )
        n_names = 0 if self.traits.has_pixels else self.n_features
        if len(self.names) != n_names:
            raise ProblemError(
                tr("An input of kind {kind!r} needs {n_names} names, not {given}.").format(
                    kind=self.kind, n_names=n_names, given=len(self.names)
                )
            )
        _check_names(self.names)
        if self.traits.of_pictures and features_named(self.names) is None:
            raise ProblemError(
                tr("There are no features of a picture that are named {names:.60} ….").format(
                    names=", ".join(self.names)
                )
            )

    @classmethod
    def of_numbers(
        cls,
        n: int,
        low: float | tuple[float, ...] = -1.0,
        high: float | tuple[float, ...] = 1.0,
        names: tuple[str, ...] = (),
    ) -> InputSpace:
        """Return the space of n numbers: a place on the line, a point of the plane, or several numbers.

        Parameters
        ----------
        n : int
        low, high : float or tuple of float
        names : tuple of str
            x₁, x₂, … where none are given.

        Raises
        ------
        ProblemError
            If the parts do not fit together.

        Examples
        --------
        >>> InputSpace.of_numbers(2)
        InputSpace(kind='plane', shape=(2,), low=-1.0, high=1.0, names=('x₁', 'x₂'))
        """
        kind = {1: "line", 2: "plane"}.get(n, "numbers")
        return cls(kind, (n,), low, high, names or numbered("x", n))

    @property
    def traits(self) -> InputKind:
        """What can be done with inputs of this kind."""
        return INPUT_KINDS[self.kind]

    @property
    def n_features(self) -> int:
        """Return how many numbers enter the network."""
        return math.prod(self.shape)

    @property
    def spans_plane(self) -> bool:
        """Whether inputs are points of a plane: two numbers, of whatever kind, that are no pixels."""
        return self.n_features == 2 and not self.traits.has_pixels

    @cached_property
    def lows(self) -> NDArray[np.float64]:
        """The lower end of each coordinate's range, (n_features,)."""
        return self._bounds(self.low)

    @cached_property
    def highs(self) -> NDArray[np.float64]:
        """The upper end of each coordinate's range, (n_features,)."""
        return self._bounds(self.high)

    def _bounds(self, bound: float | tuple[float, ...]) -> NDArray[np.float64]:
        bounds = np.broadcast_to(np.asarray(bound, np.float64), (self.n_features,))
        bounds.flags.writeable = False
        return bounds

    def shares(self, x: NDArray[Any]) -> NDArray[np.float64]:
        """Return where inputs (…, n_features) lie in their ranges: 0 at the lower end, 1 at the upper."""
        return np.asarray((x - self.lows) / (self.highs - self.lows))

    def inputs_at(self, shares: NDArray[Any]) -> NDArray[np.float32]:
        """Return the inputs (…, n_features) at places in their ranges; undoes `shares`."""
        return (self.lows + np.asarray(shares, np.float64) * (self.highs - self.lows)).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """Return the space as plain JSON values."""
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "low": list(self.low) if isinstance(self.low, tuple) else self.low,
            "high": list(self.high) if isinstance(self.high, tuple) else self.high,
            "names": list(self.names),
        }

    @classmethod
    def from_json(cls, value: object) -> InputSpace:
        """Return the space that `to_json` wrote.

        Raises
        ------
        ProblemError
            If a part is missing, of the wrong type, or does not fit the others.
        """
        parts = _parts(value, tr("input space"), ("kind", "shape", "low", "high", "names"))
        shape = parts["shape"]
        if not (isinstance(shape, list) and all(type(size) is int for size in shape)):
            raise ProblemError(
                tr("The shape of an input space is a list of whole numbers, not {shape!r:.60}.").format(
                    shape=shape
                )
            )
        low, high = _bound(parts["low"]), _bound(parts["high"])
        return cls(str(parts["kind"]), tuple(shape), low, high, _strings(parts["names"], "coordinates"))


@dataclass(frozen=True)
class Quantity:
    """A number that a network gives out.

    Attributes
    ----------
    name : str
        For example ``"y"`` or ``"temperature"``.
    unit : str
        For example ``"°C"``; empty where it has none.
    low, high : float
        The range in which it is drawn at first.

    Raises
    ------
    ProblemError
        If the name is impossible, or the range empty or not finite.
    """

    name: str
    unit: str = ""
    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_names((self.name, *((self.unit,) if self.unit else ())))
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ProblemError(
                tr("The output range {low} to {high} is empty or not finite.").format(
                    low=self.low, high=self.high
                )
            )

    @property
    def limit(self) -> float:
        """The end of the range that is farther from 0, without its sign."""
        return max(abs(self.low), abs(self.high))

    @classmethod
    def around(cls, name: str, values: NDArray[Any], unit: str = "") -> Quantity:
        """Return a quantity whose range holds values, and a little more: predictions may lie beyond them.

        Parameters
        ----------
        name : str
        values : ndarray
            At least one; finite.
        unit : str

        Examples
        --------
        >>> Quantity.around("y", np.array([0.0, 2.0]))
        Quantity(name='y', unit='', low=-0.3, high=2.3)
        """
        low, high = float(values.min()), float(values.max())
        margin = 0.15 * (high - low) or 1.0
        return cls(name, unit, low - margin, high + margin)


@dataclass(frozen=True)
class OutputSpace:
    """What a network gives out: the classes that it distinguishes, or numbers.

    Attributes
    ----------
    class_names : tuple of str
        One name per output, in the order of the outputs; label ``k`` means ``class_names[k]``. Empty where
        the outputs are numbers.
    noun : str
        The word for one class in a sentence: "digit", "letter", "class".
    quantities : tuple of Quantity
        The numbers, one per output; empty where there are classes.

    Raises
    ------
    ProblemError
        If there are neither classes nor numbers, or both, too few or too many, or names that are empty, too
        long, unprintable or equal.
    """

    class_names: tuple[str, ...] = ()
    noun: str = "class"
    quantities: tuple[Quantity, ...] = ()

    def __post_init__(self) -> None:
        if self.quantities and self.class_names:
            raise ProblemError(tr("An output space has either classes or numbers, not both."))
        if len(self.quantities) > MAX_QUANTITIES:
            raise ProblemError(
                tr("An output space has at most {most} numbers, not {given}.").format(
                    most=MAX_QUANTITIES, given=len(self.quantities)
                )
            )
        if not self.quantities and not 2 <= self.n_classes <= MAX_CLASSES:
            raise ProblemError(
                tr("An output space has 2 to {max_classes:,} classes, not {n_classes:,}.").format(
                    max_classes=MAX_CLASSES, n_classes=self.n_classes
                )
            )
        _check_names((*self.names, self.noun))
        if len(set(self.names)) != self.n_outputs:
            raise ProblemError(tr("Two outputs of an output space have the same name."))

    @property
    def traits(self) -> OutputKind:
        """What can be done with outputs of this kind."""
        return NUMBERS if self.quantities else CLASSES

    @property
    def n_classes(self) -> int:
        """Return how many classes there are; 0 where the outputs are numbers."""
        return len(self.class_names)

    @property
    def n_outputs(self) -> int:
        """Return how many units the output layer has; but see `output_counts`."""
        return len(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of each output."""
        return tuple(quantity.name for quantity in self.quantities) or self.class_names

    @property
    def output_counts(self) -> tuple[int, ...]:
        """How many outputs a network for it may have, the usual number first.

        There is an output for each class or number, or a single one for two classes: 0 means the first, 1 the
        second.
        """
        return (2, 1) if self.n_classes == 2 else (self.n_outputs,)

    def kind_of(self, n_outputs: int) -> OutputKind:
        """Return what can be done with so many outputs, one of `output_counts`."""
        return ONE_FOR_TWO_CLASSES if n_outputs < self.n_outputs else self.traits

    def unit_names(self, n_outputs: int) -> tuple[str, ...]:
        """Return the names of so many outputs: a single one for two classes speaks for the second.

        Examples
        --------
        >>> moons = OutputSpace(("upper", "lower"))
        >>> moons.unit_names(2), moons.unit_names(1)
        (('upper', 'lower'), ('lower',))
        """
        return self.names[-n_outputs:]

    def is_like(self, other: OutputSpace) -> bool:
        """Tell whether the outputs mean the same as those of another space, but for units and ranges."""
        return self.traits is other.traits and self.names == other.names

    def to_json(self) -> dict[str, Any]:
        """Return the space as plain JSON values."""
        if self.quantities:
            return {"quantities": [asdict(quantity) for quantity in self.quantities]}
        return {"class_names": list(self.class_names), "noun": self.noun}

    @classmethod
    def from_json(cls, value: object) -> OutputSpace:
        """Return the space that `to_json` wrote.

        Raises
        ------
        ProblemError
            If a part is missing, of the wrong type, or does not fit the others.
        """
        if isinstance(value, dict) and "quantities" in value:
            listed = _parts(value, tr("output space"), ("quantities",))["quantities"]
            if not isinstance(listed, list) or not listed:
                raise ProblemError(tr("The numbers of an output space are a list of at least one."))
            return cls(quantities=tuple(_quantity(each) for each in listed))
        parts = _parts(value, tr("output space"), ("class_names", "noun"))
        (noun,) = _strings([parts["noun"]], "classes")
        return cls(_strings(parts["class_names"], "classes"), noun)


@dataclass(frozen=True, eq=False)
class InputScaling:
    """A linear scaling of each feature: (x − shift) · factor.

    Attributes
    ----------
    shift, factor : float32 ndarray of shape (n_features,)
    """

    shift: NDArray[np.float32]
    factor: NDArray[np.float32]

    def apply(self, x: NDArray[np.float32]) -> None:
        """Scale inputs of shape (n, n_features), in place."""
        np.subtract(x, self.shift, x)
        np.multiply(x, self.factor, x)

    def fold(self, W: NDArray[np.float32], b: NDArray[np.float32]) -> None:
        """Change a first layer for scaled inputs, in place, so that it takes unscaled ones.

        W ((x − s) ⊙ f) + b = (W ⊙ f) x + (b − (W ⊙ f) s): the same numbers but for rounding.

        Parameters
        ----------
        W : ndarray of shape (fan_out, n_features)
        b : ndarray of shape (fan_out,)
        """
        W *= self.factor
        b -= (W.astype(np.float64) @ self.shift).astype(np.float32)

    def unfold(self, W: NDArray[np.float32], b: NDArray[np.float32]) -> None:
        """Undo ``fold``, in place: the layer takes scaled inputs again, to rounding."""
        b += (W.astype(np.float64) @ self.shift).astype(np.float32)
        W /= self.factor


Answer = int | NDArray[np.float32]
"""The right answer of one sample: its class, or the numbers that are to be given out, (k,)."""


def answers_of(answer: Answer) -> NDArray[np.int64] | NDArray[np.float32]:
    """Return one answer as those of a batch of one sample: (1,) int64, or (1, k) float32."""
    return np.array([answer]) if isinstance(answer, int) else np.asarray(answer, np.float32)[None]


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs with the right answers, in compact form.

    Attributes
    ----------
    x : ndarray of shape (n, d), uint8 or float32
        One input per row, before scaling.
    answers : ndarray of shape (n,), int64, or of shape (n, k), float32
        The class of each row, its label; or the k numbers that the network is to give out.
    scale : float
        The network's input is ``x * scale``: 1/255 for grey bytes, 1 for coordinates.
    writers : ndarray of shape (n,), int32, optional
        Writer of each sample, where known.
    scaling : InputScaling, optional
        Applied to ``x * scale`` to give the network's input.

    Raises
    ------
    ProblemError
        If shapes or dtypes do not fit together.

    Notes
    -----
    Aliasing: keeps read-only views of the arrays given.  Thread: any, at the same time.
    """

    x: NDArray[np.uint8] | NDArray[np.float32]
    answers: NDArray[np.int64] | NDArray[np.float32]
    scale: float = 1.0
    writers: NDArray[np.int32] | None = None
    scaling: InputScaling | None = None

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.dtype not in (np.uint8, np.float32):
            raise ProblemError(
                tr("Samples are rows of bytes or float32, not {dtype} {shape}.").format(
                    dtype=self.x.dtype, shape=self.x.shape
                )
            )
        n = len(self.x)
        if self.answers.dtype == np.float32:
            if self.answers.ndim != 2 or len(self.answers) != n or not self.answers.shape[1]:
                raise ProblemError(
                    tr("{n} samples need {n} rows of numbers to give out, not {shape}.").format(
                        n=n, shape=self.answers.shape
                    )
                )
        elif self.answers.shape != (n,) or self.answers.dtype != np.int64:
            raise ProblemError(
                tr("{n} samples need {n} int64 labels, not {dtype} {shape}.").format(
                    n=n, dtype=self.answers.dtype, shape=self.answers.shape
                )
            )
        if self.writers is not None and (self.writers.shape != (n,) or self.writers.dtype != np.int32):
            raise ProblemError(
                tr("{n} samples need {n} int32 writers, not {shape}.").format(n=n, shape=self.writers.shape)
            )
        # Views are shared between the trainer and the window: they must not be written through.
        for name in ("x", "answers", "writers"):
            array = getattr(self, name)
            if array is not None:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def has_labels(self) -> bool:
        """Return whether the answers are classes, not numbers."""
        return self.answers.ndim == 1

    @property
    def labels(self) -> NDArray[np.int64]:
        """Return the class of each row, (n,).

        Raises
        ------
        TypeError
            If the answers are numbers.
        """
        if not self.has_labels:
            raise TypeError("these samples have targets, not labels")
        return self.answers  # type: ignore[return-value]

    @property
    def targets(self) -> NDArray[np.float32]:
        """Return the numbers that the network is to give out, (n, k).

        Raises
        ------
        TypeError
            If the answers are classes.
        """
        if self.has_labels:
            raise TypeError("these samples have labels, not targets")
        return self.answers  # type: ignore[return-value]

    def answer(self, index: int) -> Answer:
        """Return the right answer of one sample."""
        return int(self.answers[index]) if self.has_labels else self.targets[index]

    @property
    def n_features(self) -> int:
        """Return how many numbers one sample has."""
        return int(self.x.shape[1])

    def batch(
        self, indices: NDArray[np.integer[Any]], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the network's inputs for the rows ``indices``.

        Parameters
        ----------
        indices : ndarray of shape (k,), int
            Row numbers, in any order, repeated or not.
        out : ndarray of shape (k, d), float32, optional
            Where to write; without it a new array is made.

        Raises
        ------
        IndexError
            If an index lies outside the samples.
        """
        if out is None:
            out = np.empty((len(indices), self.n_features), np.float32)
        np.multiply(self.x.take(indices, axis=0), np.float32(self.scale), out=out)
        if self.scaling is not None:
            self.scaling.apply(out)
        return out

    def inputs(self) -> NDArray[np.float32]:
        """Return the network's inputs for all rows, a new array of shape (n, d)."""
        inputs: NDArray[np.float32] = np.multiply(self.x, np.float32(self.scale), dtype=np.float32)
        if self.scaling is not None:
            self.scaling.apply(inputs)
        return inputs

    def subset(self, indices: NDArray[np.integer[Any]] | slice) -> Samples:
        """Return the samples of the rows ``indices``: a copy, or views for a slice."""
        writers = None if self.writers is None else self.writers[indices]
        return Samples(self.x[indices], self.answers[indices], self.scale, writers, self.scaling)


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem for a network: training and test data, and their meaning.

    Attributes
    ----------
    name : str
        The short name used on the command line and in files, for example "digits-mnist".
    title : str
        The name for display.
    input_space : InputSpace
    output_space : OutputSpace
    train, test : Samples
        The samples to train on, and those to measure on.
    source : str
        One sentence: where the data come from, and their licence.

    Raises
    ------
    ProblemError
        If the samples do not fit the two spaces, or if there are none.
    """

    name: str
    title: str
    input_space: InputSpace
    output_space: OutputSpace
    train: Samples
    test: Samples
    source: str

    @property
    def measure(self) -> Measure:
        """What a network for it is judged by, beside the loss."""
        return self.output_space.traits.measure

    def __post_init__(self) -> None:
        for part, samples in (("training", self.train), ("test", self.test)):
            if not len(samples):
                raise ProblemError(
                    tr("The problem {name!r} has no {part} samples.").format(name=self.name, part=part)
                )
            if samples.n_features != self.input_space.n_features:
                raise ProblemError(
                    tr(
                        "A {part} sample of {name!r} has {n_features} numbers; its input space has {wanted}."
                    ).format(
                        part=part,
                        name=self.name,
                        n_features=samples.n_features,
                        wanted=self.input_space.n_features,
                    )
                )
            self._check_answers(part, samples)

    def _check_answers(self, part: str, samples: Samples) -> None:
        space = self.output_space
        if samples.has_labels != space.traits.has_labels:
            raise ProblemError(
                tr("The {part} samples of {name!r} have answers of another kind than its outputs.").format(
                    part=part, name=self.name
                )
            )
        if not samples.has_labels:
            if samples.targets.shape[1] != space.n_outputs:
                raise ProblemError(
                    tr(
                        "The {part} samples of {name!r} have {given} numbers to give out, not {wanted}."
                    ).format(
                        part=part, name=self.name, given=samples.targets.shape[1], wanted=space.n_outputs
                    )
                )
            if not np.isfinite(samples.targets).all():
                raise ProblemError(
                    tr("A {part} sample of {name!r} has an answer that is not finite.").format(
                        part=part, name=self.name
                    )
                )
            return
        low, high = int(samples.labels.min()), int(samples.labels.max())
        if low < 0 or high >= space.n_classes:
            raise ProblemError(
                tr(
                    "The {part} labels of {name!r} run from {low} to {high}; there are {n_classes} "
                    "classes, "
                    "counted from 0."
                ).format(part=part, name=self.name, low=low, high=high, n_classes=space.n_classes)
            )


def _check_names(names: tuple[str, ...]) -> None:
    for name in names:
        if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
            raise ProblemError(
                tr("A name has 1 to {max_name_length} printable characters, unlike {name!r:.60}.").format(
                    max_name_length=MAX_NAME_LENGTH, name=name
                )
            )


def _parts(value: object, what: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or set(value) != set(keys):
        raise ProblemError(
            tr("The {what} must have exactly the parts {keys}.").format(what=what, keys=", ".join(keys))
        )
    return value


def _strings(value: object, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ProblemError(
            tr("The names of the {what} are a list of texts, not {value!r:.60}.").format(
                what=what, value=value
            )
        )
    return tuple(value)


def _bound(value: object) -> float | tuple[float, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(type(each) in (int, float) for each in values):
        raise ProblemError(
            tr(
                "An end of the range of an input space is a number, or a list of them, not {value!r:.60}."
            ).format(value=value)
        )
    try:
        bounds = tuple(map(float, values))
    except OverflowError:
        raise ProblemError(tr("The range of an input space is too wide.")) from None
    return bounds if isinstance(value, list) else bounds[0]


def _quantity(value: object) -> Quantity:
    parts = _parts(value, tr("number of an output space"), ("name", "unit", "low", "high"))
    name, unit = _strings([parts["name"], parts["unit"]], tr("outputs"))
    low, high = _bound(parts["low"]), _bound(parts["high"])
    if isinstance(low, tuple) or isinstance(high, tuple):
        raise ProblemError(tr("The range of an output is two numbers."))
    return Quantity(name, unit, low, high)
