"""What a step of a lesson can do: set-up and solution are lists of these actions.

Each action is a small frozen value, which a player obeys; `action_words` reads them from files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from nnstudio.data.problems import USUAL_POINTS, PointOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nnstudio.data.strokes import Drawing
    from nnstudio.files.model_file import Model
    from nnstudio.lessons.checks import Check


@dataclass(frozen=True)
class ChooseProblem:
    """Learn a problem, with a fresh network as it begins with.

    Attributes
    ----------
    name : str
        A key of ``data.problems.PROBLEMS``.
    points : PointOptions
        How its points are drawn.
    seed : int
        Of its points.
    samples : int or None
        How many images are learned from, the first ones; a fifth as many are tested on.
    instead : str
        The problem to take where the data of this one are not there; empty: none.
    """

    name: str
    points: PointOptions = USUAL_POINTS
    seed: int = 0
    samples: int | None = None
    instead: str = ""


@dataclass(frozen=True)
class SetPoints:
    """Learn points that are written down.

    Attributes
    ----------
    points : tuple of tuple of float
        x and y, or x₁, x₂ and the number of a class.
    class_names : tuple of str
        Empty where the last number is no class.
    """

    points: tuple[tuple[float, ...], ...]
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class MovePoint:
    """Drag a point to another place: its number, and its inputs and answer."""

    point: int
    to: tuple[float, ...]


@dataclass(frozen=True)
class RemovePoint:
    """Take a point out, by its number."""

    point: int


@dataclass(frozen=True)
class ChangeData:
    """Change the samples: their scaling, labels at random, features in the place of coordinates."""

    scaling: str | None = None
    random_labels: float | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenNetwork:
    """Open a network, with the function or problem that it was made for.

    Attributes
    ----------
    name : str
        Of one that comes with nnstudio, or of a file.
    model : Model or None
        The network of a file that goes with the lesson.
    x : tuple of float
        The input that this network begins with, or none.
    """

    name: str
    model: Model | None = None
    x: tuple[float, ...] = ()


@dataclass(frozen=True)
class ChangeNetwork:
    """Make a fresh network for the problem, or give it other activations.

    Attributes
    ----------
    sizes : tuple of int
        All of them; empty: as they are.
    activations : tuple of str
        One for each computing layer; empty: as they are.
    loss : str
        Empty: the usual one.
    biases : bool or None
    keep_weights : bool
        Whether the weights stay; the sizes must stay then.
    """

    sizes: tuple[int, ...] = ()
    activations: tuple[str, ...] = ()
    loss: str = ""
    biases: bool | None = None
    keep_weights: bool = False


@dataclass(frozen=True)
class SetWeights:
    """Give the network all its numbers: rows W and biases b of each layer."""

    layers: tuple[tuple[tuple[tuple[float, ...], ...], tuple[float, ...]], ...]


@dataclass(frozen=True)
class PutNumber:
    """Give one weight (``source`` its input) or bias (``source`` None) another value."""

    layer: int
    unit: int
    source: int | None
    value: float


@dataclass(frozen=True)
class ChangeSettings:
    """Change settings of training, by their names in ``TrainingConfig`` and ``Hyper``."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class SetSeed:
    """Give the network the fresh weights of a seed."""

    seed: int


@dataclass(frozen=True)
class SetLine:
    """Lay a line beside the network: slope and intercept; None: the best line."""

    line: tuple[float, float] | None


@dataclass(frozen=True)
class LineAsNetwork:
    """Make the network the line: 1-1, Identity, with its slope and intercept."""


@dataclass(frozen=True)
class DescendLine:
    """Move the line by so many steps of descent, with the learning rate of the settings."""

    steps: int


@dataclass(frozen=True)
class SetInput:
    """Give the network an input.

    Attributes
    ----------
    numbers : tuple of float
    sample : int or None
        The number of a sample.
    part : str
        ``"train"`` or ``"test"``.
    drawing : Drawing or None
    """

    numbers: tuple[float, ...] = ()
    sample: int | None = None
    part: str = "train"
    drawing: Drawing | None = None


@dataclass(frozen=True)
class PaintPixel:
    """Give one pixel of the input another value, 0 … 1."""

    row: int
    column: int
    value: float


@dataclass(frozen=True)
class FillBumps:
    """Make the network so many equal bumps with the middle values of the truth."""

    n: int


@dataclass(frozen=True)
class OpenParts:
    """Take drawn parts of a character as units that fire, and an AND over them.

    Attributes
    ----------
    name : str
        Of a set that comes with nnstudio.
    misses : float
        The share of the class that each part misses.
    """

    name: str
    misses: float


@dataclass(frozen=True)
class SelectUnit:
    """Choose a unit: layer and number."""

    layer: int
    unit: int


@dataclass(frozen=True)
class ShowPanels:
    """Open panels and bring them forward, the last one in front."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Blank:
    """Leave values blank until the student has filled them in."""

    what: str


@dataclass(frozen=True)
class PinNetwork:
    """Keep the network as B, to compare with."""


@dataclass(frozen=True)
class TypeNumbers:
    """Type numbers as the answers of the step's questions."""

    numbers: tuple[float, ...]


@dataclass(frozen=True)
class Train:
    """Train for some steps or epochs, or until a check holds.

    Attributes
    ----------
    steps : int or None
    epochs : float or None
        One of the two is given; with ``until`` it is the most.
    until : Check or None
        Looked at after each ``every`` steps.
    every : int
    """

    steps: int | None = None
    epochs: float | None = None
    until: Check | None = None
    every: int = 20


Action: TypeAlias = (
    ChooseProblem
    | SetPoints
    | MovePoint
    | RemovePoint
    | ChangeData
    | OpenNetwork
    | ChangeNetwork
    | SetWeights
    | PutNumber
    | ChangeSettings
    | SetSeed
    | SetLine
    | LineAsNetwork
    | DescendLine
    | SetInput
    | PaintPixel
    | FillBumps
    | OpenParts
    | SelectUnit
    | ShowPanels
    | Blank
    | PinNetwork
    | TypeNumbers
    | Train
)
"""What a player obeys."""
