"""Points of the user's own on a line or a plane: added, moved, removed; any package may import it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.data import curve_table, plane_table
from nnstudio.data.curves import CURVES, LARGEST, MAX_POINTS
from nnstudio.data.plane_sets import MOST_CLASSES, PLANE_SETS
from nnstudio.data.points_table import points_text
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.data.scaling import LARGE_INPUT
from nnstudio.errors import UserError
from nnstudio.language import tr, translatable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

NAME = "own-points"
"""Of the problem that they make."""

TITLE = translatable("Own points")


MOST = 2 * MAX_POINTS
"""As many as a set has to learn from, and as many others for the test."""


class OwnPointsError(UserError):
    """Points that are impossible, too many, or none to learn from."""


@dataclass(frozen=True, eq=False)
class OwnPoints:
    """Points with their right answers, some held back for the test.

    Attributes
    ----------
    input_space : InputSpace
    output_space : OutputSpace
    x : float32 ndarray of shape (n, n_features), n ≥ 1
    answers : float32 ndarray of shape (n, n_outputs), or int64 ndarray of shape (n,)
        Numbers, or classes.
    is_test : bool ndarray of shape (n,)
        Whether nothing is learned from a point; at least one is learned from.
    origin : str
        The name of the problem whose points they were at first.
    title : str
        For display.

    Raises
    ------
    OwnPointsError
        If there are too many or none to learn from, or a number is not finite or farther from 0 than
        ``data.curves.LARGEST``.

    Notes
    -----
    Aliasing: keeps read-only views of the arrays; every change makes new ones.
    """

    input_space: InputSpace
    output_space: OutputSpace
    x: NDArray[np.float32]
    answers: NDArray[np.float32] | NDArray[np.int64]
    is_test: NDArray[np.bool_]
    origin: str = ""
    title: str = TITLE

    def __post_init__(self) -> None:
        if len(self) > MOST:
            raise OwnPointsError(tr("There are at most {most:,} points.").format(most=MOST))
        if self.is_test.all():
            raise OwnPointsError(tr("A network needs a point to learn from: the last one stays."))
        for numbers in (self.x, self.answers):
            if not (np.abs(numbers) <= LARGEST).all():
                sentence = tr("A point's numbers are from −{largest:,.0f} to {largest:,.0f}.")
                raise OwnPointsError(sentence.format(largest=LARGEST))
        for name in ("x", "answers", "is_test"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return len(self.x)

    @classmethod
    def of(cls, problem: Problem) -> OwnPoints:
        """Return the points of a problem: those that are learned from, then those held back."""
        parts = [problem.train] if problem.test is problem.train else [problem.train, problem.test]
        return cls(
            problem.input_space,
            problem.output_space,
            np.concatenate([part.inputs() for part in parts]),
            np.concatenate([part.answers for part in parts]),
            np.repeat([False, True][: len(parts)], [len(part) for part in parts]),
            problem.name,
        )

    def problem(self) -> Problem:
        """Return them as a problem; where none is held back, the test is on those that are learned from."""
        train = Samples(self.x[~self.is_test], self.answers[~self.is_test])
        test = Samples(self.x[self.is_test], self.answers[self.is_test]) if self.is_test.any() else train
        return Problem(
            NAME, self.title, self.input_space, self.output_space, train, test, tr("Points of your own.")
        )

    def added(self, x: ArrayLike, answer: ArrayLike) -> OwnPoints:
        """Return them with one point more, the last: its inputs (n_features,), and its answer."""
        answers: NDArray[Any] = np.concatenate((self.answers, self.answers[:1]))
        answers[-1] = answer
        points = np.concatenate((self.x, np.asarray([x], np.float32)))
        return replace(self, x=points, answers=answers, is_test=np.append(self.is_test, False))

    def moved(self, index: int, x: ArrayLike, answer: ArrayLike) -> OwnPoints:
        """Return them with a point at another place."""
        points, answers = self.x.copy(), self.answers.copy()
        points[index], answers[index] = x, answer
        return replace(self, x=points, answers=answers)

    def without(self, index: int | NDArray[np.intp]) -> OwnPoints:
        """Return them without a point, or without several.

        Raises
        ------
        OwnPointsError
            If there would be none left to learn from.
        """
        keep = np.ones(len(self), bool)
        keep[index] = False
        return replace(self, x=self.x[keep], answers=self.answers[keep], is_test=self.is_test[keep])

    def held_back(self, share: float, *, rng: np.random.Generator) -> OwnPoints:
        """Return them with another share held back for the test, drawn at random, at least one left."""
        is_test = np.zeros(len(self), bool)
        is_test[rng.permutation(len(self))[: min(round(share * len(self)), len(self) - 1)]] = True
        return replace(self, is_test=is_test)

    def in_range(self) -> OwnPoints:
        """Return them, of a plane, with ranges that reach every point; themselves where these do.

        Examples
        --------
        >>> space, outputs = InputSpace("plane", (2,), -2.0, 2.0, ("u", "v")), OutputSpace(("a", "b"))
        >>> x, labels = np.array([[0, 2.31], [-1, 0]], np.float32), np.array([0, 1])
        >>> points = OwnPoints(space, outputs, x, labels, np.zeros(2, bool)).in_range()
        >>> points.input_space.lows.tolist(), points.input_space.highs.tolist()
        ([-2.0, -2.0], [2.0, 2.5])
        """
        space = self.input_space
        low, high = plane_table.plane_range(self.x)
        lows = np.where(self.x.min(axis=0) < space.lows, low, space.lows)
        highs = np.where(self.x.max(axis=0) > space.highs, high, space.highs)
        if (lows == space.lows).all() and (highs == space.highs).all():
            return self
        return replace(self, input_space=replace(space, low=tuple(lows.tolist()), high=tuple(highs.tolist())))

    def with_classes(self, n: int) -> OwnPoints:
        """Return them with another number of classes; those that stay keep their names.

        Raises
        ------
        OwnPointsError
            If they have numbers, if there cannot be so many classes, or if a point is of one that goes.
        """
        names = self.output_space.class_names
        if not names or not 2 <= n <= MOST_CLASSES:
            raise OwnPointsError(
                tr("Points of the plane have 2 to {most} classes, not {n}.").format(most=MOST_CLASSES, n=n)
            )
        n_lost = int((self.answers >= n).sum())
        if n_lost:
            raise OwnPointsError(
                tr(
                    "There would be no class for %n point(s) from “{name}” on: remove them first.", n_lost
                ).format(name=names[n])
            )
        of_set = PLANE_SETS[self.origin].class_names if self.origin in PLANE_SETS else ()
        others = (*of_set, *(f"class {number}" for number in range(len(names) + 1, 3 * MOST_CLASSES)))
        new = (name for name in others if name not in names)
        names = (*names[:n], *islice(new, max(n - len(names), 0)))
        return replace(self, output_space=replace(self.output_space, class_names=names))

    @property
    def truth(self) -> Callable[[NDArray[np.float64]], NDArray[np.float64]] | None:
        """The function from which they were drawn at first; None where nobody knows it."""
        curve = CURVES.get(self.origin)
        return None if curve is None else curve.truth

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before a function is fitted to those that are learned from, a sentence each."""
        x, answers = self.x[~self.is_test], self.answers[~self.is_test]
        has_labels = self.output_space.traits.has_labels
        if has_labels and (answers == answers[0]).all():
            return (tr("All points are of one class: a second class is needed to learn anything."),)
        if self.input_space.spans_plane:
            return plane_table.notes_on_points(x, answers)
        if has_labels or self.output_space.n_outputs > 1:
            return ()
        return curve_table.notes_on_points(x, answers)

    @property
    def input_scaling(self) -> str:
        """What is done to their inputs before they are learned, unless the user chooses."""
        return "standardised" if np.abs(self.x).max() > LARGE_INPUT else "none"

    # File formats

    def table_text(self) -> str:
        """Return them as a table (CSV) with a line of names; what is held back is not marked."""
        outputs = self.output_space
        answer_names = (outputs.noun,) if outputs.traits.has_labels else outputs.names
        return points_text(
            self.x, self.answers, outputs.class_names, (*self.input_space.names, *answer_names)
        )

    def to_json(self) -> dict[str, Any]:
        """Return them as plain JSON values."""
        return {
            "input_space": self.input_space.to_json(),
            "output_space": self.output_space.to_json(),
            "x": self.x.tolist(),
            "answers": self.answers.tolist(),
            "is_test": self.is_test.tolist(),
            "origin": self.origin,
            "title": self.title,
        }

    @classmethod
    def from_json(cls, value: object) -> OwnPoints:
        """Return the points that `to_json` wrote.

        Raises
        ------
        OwnPointsError, ProblemError
            If a part is missing, of the wrong type, or does not fit the others.
        """
        keys = ("input_space", "output_space", "x", "answers", "is_test", "origin", "title")
        if not isinstance(value, dict) or set(value) != set(keys):
            raise OwnPointsError(
                tr("Own points must have exactly the parts {keys}.").format(keys=", ".join(keys))
            )
        inputs = InputSpace.from_json(value["input_space"])
        outputs = OutputSpace.from_json(value["output_space"])
        try:
            x = np.array(value["x"], np.float32)
            is_number = not outputs.traits.has_labels
            answers: NDArray[Any] = np.array(value["answers"], np.float32 if is_number else np.int64)
            is_test = np.array(value["is_test"], bool)
        except (ValueError, TypeError, OverflowError) as error:
            sentence = tr("Own points are lists of numbers: {error}.")
            raise OwnPointsError(sentence.format(error=error)) from error
        if (
            x.shape != (len(x), inputs.n_features)
            or is_test.shape != (len(x),)
            or answers.shape != ((len(x), outputs.n_outputs) if is_number else (len(x),))
        ):
            raise OwnPointsError(tr("Own points have lists of different lengths."))
        points = cls(inputs, outputs, x, answers, is_test, str(value["origin"]), str(value["title"]))
        # What does not fit its spaces is found here.
        points.problem()
        return points
