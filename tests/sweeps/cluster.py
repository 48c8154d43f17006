"""A Dask cluster on this machine, for tests and benchmarks: ``python -m tests.sweeps.cluster N``.

A scheduler in this process, and N workers in processes that are forked from it, so that all is imported once.
Prints the scheduler's address and the numbers of the workers' processes, and lives until it is ended.
"""

import asyncio
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dask
from distributed import Scheduler, Worker

import nnstudio.sweeps.trainers  # noqa: F401 - for the workers

LOCAL = "tcp://127.0.0.1:0"


async def schedule(pipes, workers):
    """Schedule for the workers at the other ends of the pipes."""
    async with Scheduler(host=LOCAL, dashboard=False, dashboard_address="127.0.0.1:0") as scheduler:
        for pipe in pipes:
            os.write(pipe, f"{scheduler.address}\n".encode())
        while len(scheduler.workers) < len(workers):
            await asyncio.sleep(0.01)
        sys.stdout.write(f"{scheduler.address} {' '.join(map(str, workers))}\n")
        sys.stdout.flush()
        await scheduler.finished()


async def work(pipe):
    """Work for the scheduler whose address comes through a pipe."""
    with os.fdopen(pipe) as file:
        address = file.readline().strip()
    async with Worker(
        address, host=LOCAL, nthreads=1, dashboard=False, dashboard_address="127.0.0.1:0"
    ) as worker:
        await worker.finished()


def main():
    """Fork the workers and schedule."""
    dask.config.set({"distributed.worker.daemon": False})
    pipes, workers = [], []
    for _ in range(int(sys.argv[1])):
        end, start = os.pipe()
        process = os.fork()
        if process == 0:
            asyncio.run(work(end))
            os._exit(0)
        os.close(end)
        pipes.append(start)
        workers.append(process)
    asyncio.run(schedule(pipes, workers))


if __name__ == "__main__":
    main()
