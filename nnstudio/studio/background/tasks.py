"""Work in the background: a question goes to a thread, its result comes back when the owner polls.

Everything that the studio does off the window's thread is a `Task` of a `BackgroundWorker`; only the trainer
has a thread of its own kind. Results are polled once a frame and never signalled: a queued signal per step
would fill the event loop, and a result that is stale by the time of the poll is dropped unseen.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import GeneratorType
from typing import Any, Generic, TypeVar

from nnstudio.errors import UserError
from nnstudio.language import tr

R = TypeVar("R")

Steps = Generator[R | None, None, None]
"""Some milliseconds of work before each ``yield``; a value yielded that is not None is the result so far."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Task(Generic[R]):
    """One question to a worker.

    Attributes
    ----------
    work : callable (task) -> result, or generator of results
        Runs on the worker's thread. A generator is left at its next ``yield`` when the task is cancelled; a
        plain function calls `report` now and then, or looks at ``cancelled``.
    done : callable (result) -> None
        Called by ``poll`` with the newest result, unless the task was cancelled.
    failed : callable (str) -> None, optional
        Called by ``poll`` with a sentence for the user if the work raised an exception. Without it, the
        exception goes to ``threading.excepthook``, which logs it and opens one dialog.
    title : str
        What is being done, for the message line.
    """

    work: "Callable[[Task[R]], R | Steps[R]]"
    done: Callable[[R], object]
    failed: Callable[[str], object] | None = None
    title: str = ""
    progress: float | None = field(default=None, init=False)
    """Share that is done, 0…1, where the work reports it."""
    cancelled: threading.Event = field(default_factory=threading.Event, init=False)
    _results: deque[R] = field(default_factory=lambda: deque(maxlen=1), init=False)
    _error: Exception | None = field(default=None, init=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False)
    _has_begun: bool = field(default=False, init=False)
    _is_in_one_go: bool = field(default=False, init=False)
    """Whether a plain function is under way, which cannot be left between steps."""

    def report(self, done: int, total: int) -> None:
        """Report progress, from the work itself.

        Raises
        ------
        CancelledTaskError
            If the task was cancelled; let it pass.
        """
        self.progress = done / total if total else None
        if self.cancelled.is_set():
            raise CancelledTaskError


class CancelledTaskError(Exception):
    """The task was cancelled; the worker catches it."""


class BackgroundWorker:
    """Runs tasks on a plain daemon thread, one at a time.

    Parameters
    ----------
    name : str
        Of the thread, which starts with the first task.
    share : float
        As the attribute.

    Attributes
    ----------
    share : float
        Largest part of one core to take, 0…1: after each ``yield`` the thread rests in proportion to the
        processor time that the step took. 1 means no rest.

    Notes
    -----
    Thread: gui. Call ``poll`` once a frame while results are of use, and ``stop`` in the end.
    """

    def __init__(self, name: str, *, share: float = 1.0) -> None:
        self.share = share
        self._name = name
        self._tasks: list[Task[Any]] = []
        """Those whose results are awaited, in order."""
        self._abandoned: list[Task[Any]] = []
        """Cancelled, and perhaps still under way."""
        self._waiting: SimpleQueue[Task[Any] | None] = SimpleQueue()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_stopped = False

    @property
    def current(self) -> Task[Any] | None:
        """The task whose result is awaited next."""
        return self._tasks[0] if self._tasks else None

    @property
    def is_busy(self) -> bool:
        """Whether a task that was not cancelled is under way, rests or waits for the thread."""
        return any(not task._ended.is_set() for task in self._tasks)

    def run(self, task: Task[Any]) -> None:
        """Run a task in place of all others, which are cancelled."""
        self.cancel()
        self.queue(task)

    def run_next(self, task: Task[Any]) -> None:
        """Run a task after the one under way, in place of those that wait."""
        for each in tuple(self._tasks):
            if not each._has_begun:
                self.cancel(each)
        self.queue(task)

    def queue(self, task: Task[Any]) -> None:
        """Run a task after those that were given before; after ``stop``, none is run."""
        if self._is_stopped:
            return
        self._tasks.append(task)
        if self._thread is None or any(each._is_in_one_go for each in self._abandoned):
            # A function that was cancelled and goes on: its thread ends with it, and a new one takes over.
            self._waiting.put(None)
            self._waiting = SimpleQueue()
            self._thread = threading.Thread(
                target=self._work, args=(self._waiting,), name=self._name, daemon=True
            )
            self._thread.start()
        self._abandoned = []
        self._waiting.put(task)

    def cancel(self, task: Task[Any] | None = None) -> None:
        """Cancel one task, or all: they end as soon as they can, and their results are dropped."""
        given_up = [each for each in self._tasks if task is None or each is task]
        for each in given_up:
            each.cancelled.set()
            self._tasks.remove(each)
        self._abandoned += [each for each in given_up if not each._ended.is_set()]
        self._woken.set()

    def set_share(self, share: float) -> None:
        """Take another part of a core from now on, in a rest under way too."""
        if share != self.share:
            self.share = share
            self._woken.set()

    def poll(self) -> None:
        """Hand over results: call ``done``, or ``failed``, of the tasks that have news."""
        for task in tuple(self._tasks):
            if task not in self._tasks:
                # Cancelled by what another one brought.
                continue
            has_ended = task._ended.is_set()
            if has_ended:
                self._tasks.remove(task)
            if task._results:
                task.done(task._results.pop())
            if has_ended and task._error is not None and task.failed is not None:
                task.failed(_sentence(task))

    def wait(self) -> None:
        """Wait until all tasks have ended, however long it takes; ``poll`` hands over their results."""
        for task in self._tasks:
            task._ended.wait()

    def stop(self, timeout_s: float | None = 2.0) -> None:
        """Cancel all tasks for good, and wait for the thread to end; None: however long it takes."""
        self._is_stopped = True
        self.cancel()
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)

    # On the thread

    def _work(self, waiting: "SimpleQueue[Task[Any] | None]") -> None:
        while (task := waiting.get()) is not None:
            if not task.cancelled.is_set():
                self._do(task)
            task._ended.set()

    def _do(self, task: Task[Any]) -> None:
        try:
            task._has_begun = task._is_in_one_go = True
            made = task.work(task)
            if isinstance(made, GeneratorType):
                task._is_in_one_go = False
                with closing(made):
                    self._step_through(made, task)
            else:
                task._results.append(made)
        except CancelledTaskError:
            pass
        except Exception as error:  # noqa: BLE001 - told and logged, whatever it is
            task._error = error
            if task.failed is None and not task.cancelled.is_set():
                thread = threading.current_thread()
                threading.excepthook(
                    threading.ExceptHookArgs((type(error), error, error.__traceback__, thread))
                )
        finally:
            task._is_in_one_go = False

    def _step_through(self, steps: Steps[Any], task: Task[Any]) -> None:
        begun_s = time.thread_time()
        for result in steps:
            if result is not None:
                task._results.append(result)
            self._rest(time.thread_time() - begun_s, task)
            if task.cancelled.is_set():
                return
            begun_s = time.thread_time()

    def _rest(self, used_s: float, task: Task[Any]) -> None:
        begun_s = time.perf_counter()
        while not task.cancelled.is_set():
            # Cleared before the share is looked at: a change after that wakes the thread.
            self._woken.clear()
            left_s = begun_s + used_s / self.share - used_s - time.perf_counter()
            if self.share >= 1.0 or left_s <= 0 or task.cancelled.is_set():
                return
            self._woken.wait(left_s)


def _sentence(task: Task[Any]) -> str:
    """Return what to say of a failed task; what is not the user's to mend goes to the log too."""
    error = task._error
    if isinstance(error, UserError):
        return str(error)
    _log.error("%s failed", task.title, exc_info=error)
    return tr("{title} failed ({name}: {error}). The log has the details.").format(
        title=task.title, name=type(error).__name__, error=error
    )
