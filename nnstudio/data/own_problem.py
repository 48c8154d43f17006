"""A problem of the user's own: labels, and drawings of each to learn; any package may import it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnstudio.data.personal_set import PersonalSet, checked_label
from nnstudio.data.problem import MAX_NAME_LENGTH, InputSpace, OutputSpace, Problem, Samples
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.strokes import flatten
from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from nnstudio.data.strokes import Drawing, Polylines

MAX_LABELS = 100

FEWEST = 4
"""Fewest drawings of each label: three to train on, one to test on."""

HELD_BACK = 4
"""One in so many drawings of each label is held back to test on."""

MAX_PROBLEMS = 100

_FORMAT, _VERSION = "nnstudio problems", 1


class OwnProblemError(UserError):
    """An own problem that is impossible, or has too few drawings yet."""


@dataclass(frozen=True)
class OwnProblem:
    """The title and labels of a problem that the user defined.

    Attributes
    ----------
    title : str
        The user's name for it.
    labels : tuple of str
        The classes, in their order.

    Raises
    ------
    OwnProblemError
        The title or a label is impossible, or there are too few or too many.

    Examples
    --------
    >>> OwnProblem.typed("shapes", "△ ○ ★").labels
    ('△', '○', '★')
    """

    title: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.title) <= MAX_NAME_LENGTH or not self.title.isprintable():
            raise OwnProblemError(
                tr("A name has 1 to {most} characters that can be shown.").format(most=MAX_NAME_LENGTH)
            )
        if not 2 <= len(self.labels) <= MAX_LABELS:
            raise OwnProblemError(
                tr("There must be 2 to {most} labels, not {count}. Write blanks between them.").format(
                    most=MAX_LABELS, count=len(self.labels)
                )
            )
        for label in self.labels:
            checked_label(label)
        if len({label.casefold() for label in self.labels}) < len(self.labels):
            raise OwnProblemError(tr("Two labels are the same, or differ in capitals alone."))

    @classmethod
    def typed(cls, title: str, labels: str) -> OwnProblem:
        """Return a problem from typed text: a title, and labels separated by blanks."""
        return cls(title.strip(), tuple(labels.split()))

    @property
    def output_space(self) -> OutputSpace:
        """The classes as an output space."""
        return OutputSpace(self.labels, noun="sign")


class OwnData(NamedTuple):
    """The data of an own problem.

    Attributes
    ----------
    problem : Problem
        The drawings, some of them held back for the test.
    polylines : Polylines
        The strokes of its training samples, in their order.
    """

    problem: Problem
    polylines: Polylines


def own_data(own: OwnProblem, name: str, drawings: PersonalSet) -> OwnData:
    """Divide the drawings of a problem's labels into training and test samples.

    Parameters
    ----------
    own : OwnProblem
    name : str
        The problem's short name.
    drawings : PersonalSet
        Of any labels. Every fourth of each label is held back, in the order of drawing.

    Raises
    ------
    OwnProblemError
        There are too few of a label.
    """
    counts = drawings.counts
    missing = [label for label in own.labels if counts.get(label, 0) < FEWEST]
    if missing:
        raise OwnProblemError(
            tr("At least {fewest} drawings of each label are needed; too few are there of {labels}.").format(
                fewest=FEWEST, labels=" ".join(missing)
            )
        )
    learned: list[tuple[int, Drawing]] = []
    tested: list[tuple[int, Drawing]] = []
    for label, label_name in enumerate(own.labels):
        of_label = [each.drawing for each in drawings.drawings if each.label == label_name]
        for nth, drawing in enumerate(of_label):
            (tested if nth % HELD_BACK == HELD_BACK - 1 else learned).append((label, drawing))
    polylines = flatten(drawing for _, drawing in learned)

    def samples(pairs: list[tuple[int, Drawing]], lines: Polylines) -> Samples:
        labels = np.array([label for label, _ in pairs], np.int64)
        return Samples(rasterise_all(lines), labels, scale=1 / 255)

    problem = Problem(
        name=name,
        title=own.title,
        input_space=InputSpace("image", (MNIST_SPEC.size, MNIST_SPEC.size), 0.0, 1.0),
        output_space=own.output_space,
        train=samples(learned, polylines),
        test=samples(tested, flatten(drawing for _, drawing in tested)),
        source="Your own drawings.",
    )
    return OwnData(problem, polylines)


# File format


def to_json(problems: tuple[OwnProblem, ...]) -> bytes:
    """Write problems as text."""
    parts = [{"title": each.title, "labels": list(each.labels)} for each in problems]
    whole = {"format": _FORMAT, "version": _VERSION, "problems": parts}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8")


def from_json(content: bytes) -> tuple[OwnProblem, ...]:
    """Read what `to_json` wrote.

    Raises
    ------
    OwnProblemError
        It is anything else, or of a newer version.
    """
    try:
        whole = json.loads(content)
        if whole["format"] != _FORMAT or whole["version"] != _VERSION:
            raise ValueError("it is of another version")
        parts = whole["problems"]
        if len(parts) > MAX_PROBLEMS:
            raise ValueError("there are too many")
        problems = tuple(map(_problem, parts))
    except (ValueError, KeyError, TypeError, RecursionError, UserError) as error:
        raise OwnProblemError(
            tr("The file of your own labels cannot be read: {reason}. It stays as it is.").format(
                reason=error
            )
        ) from error
    return problems


def _problem(parts: Any) -> OwnProblem:
    if not isinstance(parts["labels"], list):
        raise TypeError("the labels are no list")
    return OwnProblem(_text(parts["title"]), tuple(map(_text, parts["labels"])))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a label is no text")
    return value
