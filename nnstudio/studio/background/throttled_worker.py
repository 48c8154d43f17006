"""A thread for work in small pieces that leaves most of the machine to training; used by the studio."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

Job = Callable[[], Iterator[None]]
"""Makes a generator that does some milliseconds of work before each ``yield``."""

logger = logging.getLogger(__name__)


class ThrottledWorker:
    """Does one job at a time; a new one takes the place of the one under way at its next ``yield``.

    Parameters
    ----------
    name : str
        Of the thread, which starts with the first job.

    Attributes
    ----------
    share : float
        Largest part of one core to take, 0…1: after each piece of work the thread rests in proportion to the
        processor time it took. 1 means no rest.

    Notes
    -----
    Thread: gui. The jobs run on a plain daemon thread and leave their results in slots of their owners.
    """

    def __init__(self, name: str) -> None:
        self.share = 1.0
        self._name = name
        self._job: Job | None = None
        self._stopped = False
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a job is under way or waits to begin."""
        return self._job is not None

    def run(self, job: Job) -> None:
        """Do this job, and give up the one before."""
        self._job = job
        self._woken.set()
        if self._thread is None and not self._stopped:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def give_up(self) -> None:
        """Leave the job under way."""
        self._job = None
        self._woken.set()

    def set_share(self, share: float) -> None:
        """Take another part of a core from now on; a rest under way ends."""
        if share != self.share:
            self.share = share
            self._woken.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Leave the job under way, and wait for the thread to end."""
        self._stopped = True
        self.give_up()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopped:
            self._woken.clear()
            job = self._job
            if job is None:
                self._woken.wait()
                continue
            try:
                self._do(job)
            except Exception:
                logger.exception("%s: a job failed", self._name)
            # Whoever asked for another job in the meantime finds it still there.
            if self._job is job:
                self._job = None

    def _do(self, job: Job) -> None:
        begun_s = time.thread_time()
        for _ in job():
            if self._job is not job:
                return
            used_s = time.thread_time() - begun_s
            if self.share < 1.0:
                self._woken.wait(used_s / self.share - used_s)
                self._woken.clear()
            if self._job is not job:
                return
            begun_s = time.thread_time()
