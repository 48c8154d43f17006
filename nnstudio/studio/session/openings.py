"""What is opened, pasted and laid on the canvas: one thing after the other, long work in the background."""

import inspect
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

from nnstudio.errors import UserError
from nnstudio.studio.background.tasks import BackgroundWorker, Task

R = TypeVar("R")

SLOW_S = 0.2
"""Work is over sooner mostly: a sentence about it would only flicker."""


class Work(NamedTuple):
    """What an opening waits for.

    Attributes
    ----------
    title : str
        What is being done, for the message line.
    do : callable () -> result
        Called in the background; a UserError that it raises is raised where the work was yielded.
    """

    title: str
    do: Callable[[], Any]


Opening = Generator[Work, Any, R]
"""Yields work, and goes on with its result, or with the UserError that says why there is none."""


class FailedWorkError(UserError):
    """What an opening waited for failed on what no user can mend."""


class Openings:
    """Runs openings in the order in which they were asked for.

    One that waits for nothing is over at once, unless others were asked for before it.

    Notes
    -----
    Thread: gui; the openings run on it, their work does not. Call ``poll`` once a frame, and ``stop`` in the
    end.
    """

    def __init__(self) -> None:
        self._worker = BackgroundWorker("nnstudio-openings")
        self._openings: deque[Opening[None]] = deque()
        """The one under way, and those that wait for its end."""
        self._begun_s = 0.0

    @property
    def current(self) -> Task[Any] | None:
        """The work under way."""
        return self._worker.current

    @property
    def slow(self) -> Task[Any] | None:
        """The work under way, once it has taken so long that it is worth a sentence."""
        return self.current if time.perf_counter() - self._begun_s >= SLOW_S else None

    def start(self, opening: Opening[None]) -> None:
        """Run an opening, after those that were asked for before."""
        self._openings.append(opening)
        if len(self._openings) == 1:
            self._go_on(partial(next, opening))

    def _go_on(self, step: Callable[[], Work]) -> None:
        """Take the first opening to the next work that it waits for; at its end, begin the one after it."""
        opening, work = self._openings[0], None
        try:
            with suppress(StopIteration):
                work = step()
        finally:
            if opening not in self._openings:
                # It asked the user something, and was given up meanwhile.
                opening.close()
            elif work is not None:
                self._begin(work)
            else:
                self._openings.popleft()
                if self._openings:
                    self._go_on(partial(next, self._openings[0]))

    def _begin(self, work: Work) -> None:
        opening = self._openings[0]
        self._begun_s = time.perf_counter()

        def outcome(_: object) -> Callable[[], Work]:
            """Return how the opening goes on."""
            try:
                return partial(opening.send, work.do())
            except UserError as error:
                return partial(opening.throw, error)

        self._worker.queue(
            Task(
                outcome,
                self._go_on,
                lambda reason: self._go_on(partial(opening.throw, FailedWorkError(reason))),
                work.title,
            )
        )

    def poll(self) -> None:
        """Go on with what the background has brought."""
        self._worker.poll()

    def cancel(self) -> None:
        """Give up the opening under way, and those that wait for its end."""
        self._worker.cancel()
        for opening in self._openings:
            # One that runs is asking the user something: it ends when that is over.
            if inspect.getgeneratorstate(opening) != inspect.GEN_RUNNING:
                opening.close()
        self._openings.clear()

    def stop(self) -> None:
        """Give everything up, and end the thread."""
        self.cancel()
        self._worker.stop()
