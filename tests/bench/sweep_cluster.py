"""How much faster a sweep is over two processes, and on Dask: ``python -m tests.bench.sweep_cluster``.

24 cells, 2-20-20-2 to 2-40-40-2 on 100 noisy moons, are trained in this process, by two processes of joblib,
whose start is counted, and by two workers of a Dask cluster on this machine, which is there already. Printed
are the seconds, two processes to one (bound 0.6), Dask to joblib (bound 1.15), and whether all gave the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from nnstudio.sweeps.spec_file import read_sweep
from nnstudio.sweeps.trainers import cluster, processes
from nnstudio.sweeps.training import RunKey

SPEC = """
problem = "plane-moons"
steps = {steps}
[fixed]
activation = "tanh"
layers = 2
n = 100
noise = 0.35
[vary]
units = [20, 30, 40]
l2 = [0, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1]
"""


def measured(trainers, plan):
    """Return the seconds that all runs take, and their figures."""
    keys = [RunKey(cell, seed) for cell in plan.cells() for seed in plan.seeds]
    begun = time.perf_counter()
    with trainers as each:
        found = {done.key: done.result for done in each.train(plan, None, keys)}
    return time.perf_counter() - begun, [found[key] for key in keys]


def measured_on_dask(plan):
    """Return the seconds and figures of a cluster of two workers."""
    command = [sys.executable, "-m", "tests.sweeps.cluster", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        address, *workers = process.stdout.readline().split()
        try:
            return measured(cluster(address), plan)
        finally:
            for number in (process.pid, *workers):
                os.kill(int(number), 9)


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--steps", type=int, default=4000, help="of each cell (default 4000)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.toml"
        path.write_text(SPEC.format(steps=arguments.steps), encoding="utf-8")
        plan = read_sweep(path)
    one, figures = measured(processes(1), plan)
    two, of_two = measured(processes(2), plan)
    dask, of_dask = measured_on_dask(plan)
    row = {
        "cells": len(figures),
        "one_process_s": round(one, 2),
        "two_processes_s": round(two, 2),
        "dask_s": round(dask, 2),
        "two_to_one": round(two / one, 2),
        "dask_to_joblib": round(dask / two, 2),
        "same_figures": figures == of_two == of_dask,
        "load": round(os.getloadavg()[0], 1),
    }
    if arguments.json:
        print(json.dumps(row, indent=2))
        return
    for name, value in row.items():
        print(f"{name:18} {value}")


if __name__ == "__main__":
    main()
