"""Find and paint the facets of a network, on a background thread."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtGui import QImage

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.facets import Facets, facets
from nnstudio.language import tr
from nnstudio.studio.background.tasks import BackgroundWorker, Task
from nnstudio.studio.panels.facets.painting import Look, Surface, paint
from nnstudio.studio.views.axis import round_up

SHARE_WHILE_TRAINING = 0.12
"""Largest share of a core."""


@dataclass(frozen=True, eq=False)
class FacetQuestion:
    """A number over the plane, and how it is looked at.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,)
        Must not change.
    lows, highs : ndarray of shape (2,)
        Of the rectangle.
    names : tuple of str
        Of the two inputs.
    title : str
        Of the number.
    output : int
    minus : int or None
        An output that is subtracted.
    limit : float or None
        The number of the full colour; None: round, and at least the largest.
    look : Look
    """

    architecture: Architecture
    theta: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    names: tuple[str, ...]
    title: str
    output: int
    minus: int | None
    limit: float | None
    look: Look

    def has_same_facets(self, other: "FacetQuestion | None") -> bool:
        """Return whether the network and the rectangle are the same."""
        return (
            other is not None
            and self.theta is other.theta
            and self.architecture is other.architecture
            and self.lows is other.lows
            and self.highs is other.highs
        )

    def is_same(self, other: "FacetQuestion | None") -> bool:
        """Return whether the answer is the same."""
        return (
            other is not None
            and self.has_same_facets(other)
            and (self.names, self.title, self.output, self.minus, self.limit, self.look)
            == (other.names, other.title, other.output, other.minus, other.limit, other.look)
        )


@dataclass(frozen=True, eq=False)
class FacetPicture:
    """An answer.

    Attributes
    ----------
    question : FacetQuestion
    surface : Surface
    image : QImage
    """

    question: FacetQuestion
    surface: Surface
    image: QImage


class FacetWorker:
    """Answers questions one after the other, the latest first.

    Attributes
    ----------
    question : FacetQuestion or None
        The latest question.
    picture : FacetPicture or None
        The latest answer; None before one, and where there is none.
    error : str
        Why there is none.

    Notes
    -----
    Thread: gui; the work runs on a daemon thread.
    """

    def __init__(self) -> None:
        self.question: FacetQuestion | None = None
        self.picture: FacetPicture | None = None
        self.error = ""
        self._worker = BackgroundWorker("nnstudio-facets")
        self._is_new = False

    def ask(self, question: FacetQuestion, *, is_training: bool) -> None:
        """Answer this question after the one under way, unless it is the latest already."""
        self._worker.set_share(SHARE_WHILE_TRAINING if is_training else 1.0)
        if not question.is_same(self.question):
            self.question = question
            work = partial(_found, question, self.picture)
            self._worker.run_next(Task(work, self._take, self._fail, title=tr("Finding facets")))

    def poll(self) -> bool:
        """Take over an answer; return whether there is a new one."""
        self._worker.poll()
        is_new, self._is_new = self._is_new, False
        return is_new

    def _take(self, picture: FacetPicture) -> None:
        self.picture, self.error, self._is_new = picture, "", True

    def _fail(self, sentence: str) -> None:
        self.picture, self.error, self._is_new = None, sentence, True

    def stop(self) -> None:
        """Stop the thread, waiting for a bounded time."""
        self._worker.stop()


def _found(
    question: FacetQuestion, known: FacetPicture | None, _: Task[FacetPicture]
) -> Generator[FacetPicture | None, None, None]:
    """Find facets where they are not known, and paint them, on the worker's thread."""
    if known is not None and question.has_same_facets(known.question):
        found = known.surface.facets
    else:
        found = facets(question.architecture, question.theta, question.lows.tolist(), question.highs.tolist())
        yield None
    surface = _surface(question, found)
    yield FacetPicture(question, surface, paint(surface, question.look))


def _surface(question: FacetQuestion, found: Facets) -> Surface:
    W, b = found.W[:, question.output], found.b[:, question.output]
    if question.minus is not None:
        W, b = W - found.W[:, question.minus], b - found.b[:, question.minus]
    limit = question.limit
    if limit is None:
        largest = float(np.abs((found.corners * W[:, None]).sum(axis=2) + b[:, None]).max())
        limit = round_up(largest) if largest > 0 else 1.0
    return Surface(found, W, b, limit, question.lows, question.highs)
