"""What trains the runs of a sweep: processes of this machine, or a Dask cluster.

Nothing here decides which process trains what: joblib does, or the scheduler of the cluster, which also has a
run trained elsewhere whose worker is lost. Both libraries are imported when they are needed.
"""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nnstudio import __version__
from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.sweeps.training import train_run

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from distributed import Client

    from nnstudio.sweeps.plan import SweepPlan
    from nnstudio.sweeps.training import RunKey, RunResult

    Train = Callable[[SweepPlan, str | None, Sequence[RunKey]], Generator[RunResult, None, None]]

_IDLE_S = 5
"""A process that has had nothing to do for so long ends: the program that it trained for may be gone."""

_CONNECT_S = 10
"""Within so long a cluster must answer, and have a worker."""


class LostProcessError(UserError):
    """A process that trained was ended from outside, or the connection with a cluster."""


class ClusterError(UserError):
    """A cluster that cannot be reached or used; the sentence says what to do."""


@dataclass(frozen=True)
class Trainers:
    """What trains runs.

    Attributes
    ----------
    n_at_once : int
        How many at a time.
    train : callable (plan, data_dir, keys) -> generator of RunResult
        Yields results as they come; closing it ends the work. Raises LostProcessError where it cannot go
        on, and the UserError of data that are not to be had.
    """

    n_at_once: int
    train: Train


def is_packaged() -> bool:
    """Return whether the program comes with its own Python: to start a process of that starts the program."""
    return bool(getattr(sys, "frozen", False))


@contextmanager
def processes(n: int) -> Iterator[Trainers]:
    """Have runs trained by n processes of this machine, by joblib; one is this process itself."""

    def train(
        plan: SweepPlan, data_dir: str | None, keys: Sequence[RunKey]
    ) -> Generator[RunResult, None, None]:
        from joblib import Parallel, delayed, parallel_config
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        # One run a task: times differ too much to be bundled, and a result is kept as soon as it is there.
        with parallel_config("loky", n_jobs=n, inner_max_num_threads=1, idle_worker_timeout=_IDLE_S):
            parallel = Parallel(return_as="generator_unordered", batch_size=1)
            try:
                yield from parallel(delayed(train_run)(plan, data_dir, key) for key in keys)
            except TerminatedWorkerError as error:
                raise LostProcessError(
                    tr("A process that trained was ended from outside, perhaps for want of memory.")
                ) from error

    yield Trainers(n, train)


@contextmanager
def cluster(address: str) -> Iterator[Trainers]:
    """Have runs trained by the workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, ``tcp://host:8786``.

    Raises
    ------
    ClusterError
        If Dask is not installed, no scheduler answers, it has no worker, or one has another nnstudio.
    """
    _check_address(address)
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            tr("A cluster needs Dask, which is not installed here; `pip install nnstudio[cluster]` adds it.")
        ) from error
    # What it has to say of lost connections is said in a sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
    except OSError as error:
        raise _unreachable(address) from error
    with client:
        _check_workers(client, address)
        n_at_once = sum(client.nthreads().values())
        yield Trainers(n_at_once, lambda *runs: _trained_by(client, *runs))


def _check_address(address: str) -> None:
    """Refuse an address that is none, or that nothing listens at, before Dask tries it again and again."""
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in ("tcp", "tls") or not host or not port:
        raise ClusterError(
            tr("The address of a cluster is such as tcp://127.0.0.1:8786, not {address!r:.80}.").format(
                address=address
            )
        )
    try:
        socket.create_connection((host, port), timeout=_CONNECT_S).close()
    except (OSError, UnicodeError) as error:
        # A name that no machine can have is a UnicodeError.
        raise _unreachable(address) from error


def _unreachable(address: str) -> ClusterError:
    return ClusterError(
        tr(
            "The cluster {address} cannot be reached. Start it by `dask scheduler`, and by "
            "`dask worker {address}` on each machine, and give the address that the scheduler prints."
        ).format(address=address)
    )


def _check_workers(client: Client, address: str) -> None:
    """Refuse a cluster without a worker, or with one that has another nnstudio or none."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT_S)
    except TimeoutError as error:
        raise ClusterError(
            tr("The cluster {address} has no worker; start one by `dask worker {address}`.").format(
                address=address
            )
        ) from error
    try:
        # Whatever a worker lacks, it is told in a sentence.
        versions = client.run(installed_version)
    except Exception as error:
        raise ClusterError(
            tr(
                "A worker of {address} cannot run nnstudio ({error}); install version {version} there."
            ).format(address=address, error=error, version=__version__)
        ) from error
    for worker, version in versions.items():
        if version != __version__:
            raise ClusterError(
                tr("The worker {worker} has nnstudio {its}, not {own}; install the same everywhere.").format(
                    worker=worker, its=version, own=__version__
                )
            )


def installed_version() -> str:
    """Return the version of nnstudio, on whatever machine this is called."""
    return __version__


def _trained_by(
    client: Client, plan: SweepPlan, data_dir: str | None, keys: Sequence[RunKey]
) -> Generator[RunResult, None, None]:
    from distributed import CancelledError, KilledWorker, as_completed

    n_lost = 0
    futures = [client.submit(train_run, plan, data_dir, key, pure=False) for key in keys]
    try:
        for future in as_completed(futures, loop=client.loop):
            try:
                yield future.result()
            except KilledWorker:
                # It has ended several workers; the others go on.
                n_lost += 1
    except (CancelledError, OSError) as error:
        raise LostProcessError(tr("The connection with the cluster was lost.")) from error
    if n_lost:
        raise LostProcessError(
            tr("%n run(s) ended each worker that trained them, perhaps for want of memory.", n_lost)
        )
