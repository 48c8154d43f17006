"""How long a session takes to be saved and opened, and how large it is: run as a script, prints a table.

    python tests/bench/sessions.py [--json]

Four runs, each a branch of the one before, of 70 moments of the network 784-100-300-10; from one to the next
its weights move as far as they do in a tenth of a second of training. One moment in ten has the state of Adam
beside its weights, as the ends of epochs have. The yardstick is to write the numbers themselves in one file,
flushed to the disk, and to read them again.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from nnstudio.data.chosen_points import USUAL
from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.engine.architecture import Architecture
from nnstudio.files.atomic import write_atomically
from nnstudio.files.model_file import Model
from nnstudio.files.session_file import SavedSession, open_session, save_session
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.runs import Run
from nnstudio.training.start import LoopState

N_RUNS = 4
N_MOMENTS = 70
STATE_EVERY = 10
REPEATS = 5
SPACES = InputSpace("image", (28, 28), 0.0, 1.0), DIGITS
WEIGHT, STEP = 0.1, 1.7e-3
"""Usual size of a weight, and how far it moves between two moments, as measured on MNIST."""


def session() -> SavedSession:
    """Make the session; its weights walk at random."""
    architecture = Architecture.parse("784-100-300-10")
    config = TrainingConfig(architecture)
    rng = np.random.default_rng(0)

    def vector(size: float) -> np.ndarray:
        return size * rng.standard_normal(architecture.n_params, np.float32)

    theta = vector(WEIGHT)
    runs: list[Run] = []
    for nth in range(N_RUNS):
        checkpoints = []
        for k in range(N_MOMENTS):
            batch_plan, step = BatchPlan(60_000, 128), 47 * k
            theta = theta + vector(STEP)
            state, marks = None, frozenset[Mark]()
            if k % STATE_EVERY == 0 or k == N_MOMENTS - 1:
                moments = {"m": vector(1e-2), "v": vector(1e-2) ** 2}
                state = LoopState(step, batch_plan, theta, "adam", step, moments)
                marks = frozenset({Mark.EPOCH})
            figures = (0.1, 0.12, 0.95, step)
            checkpoints.append(
                Checkpoint(step, k / 10, theta, *figures, config, batch_plan, 0, marks, state, 0.5 * k)
            )
        history = CheckpointHistory.of(checkpoints, None, ())
        parent, parent_step = (runs[-1], checkpoints[-1].step) if runs else (None, 0)
        run = Run(history, "digits-synthetic", *SPACES, DataChoices(), USUAL, "seed", f"Run {nth + 1}")
        runs.append(replace(run, parent=parent, parent_step=parent_step))
    network = Model(architecture, theta, *SPACES, name="seed")
    return SavedSession("digits-synthetic", DataChoices(), network, config, True, tuple(runs), N_RUNS - 1)


def times(work: Callable[[], object]) -> list[float]:
    """Return how many seconds each of some repetitions took, after one that does not count."""
    work()
    found = []
    for _ in range(REPEATS):
        begun = perf_counter()
        work()
        found.append(perf_counter() - begun)
    return found


def measure(folder: Path) -> dict[str, float]:
    """Return medians, in seconds, and the size of the file."""
    path, plain, saved = folder / "session.nnstudio", folder / "bytes", session()
    saving = times(lambda: save_session(path, saved))
    opening = times(lambda: open_session(path))
    after = open_session(path)
    for old, new in zip(saved.runs, after.runs, strict=True):
        is_whole = len(new.checkpoint_history.checkpoints) == N_MOMENTS
        if after.lost or not is_whole or new.last.theta.tobytes() != old.last.theta.tobytes():
            raise SystemExit("the session did not come back whole")
    memory = sum(run.checkpoint_history.n_bytes for run in saved.runs)
    data = bytes(memory)
    writing, reading = times(lambda: write_atomically(plain, data)), times(plain.read_bytes)
    return {
        "megabytes": path.stat().st_size / 1e6,
        "memory_megabytes": memory / 1e6,
        "save_s": statistics.median(saving),
        "save_longest_s": max(saving),
        "open_s": statistics.median(opening),
        "open_longest_s": max(opening),
        "write_bytes_s": statistics.median(writing),
        "read_bytes_s": statistics.median(reading),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the numbers alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    if options.json:
        print(json.dumps(found, indent=1))
        return
    size, memory = found["megabytes"], found["memory_megabytes"]
    print(f"{N_RUNS} runs of {N_MOMENTS} moments of 784-100-300-10, {REPEATS} times")
    print(f"{memory:.1f} MB in memory, {size:.1f} MB in the file: {size / memory:.2f}\n")
    print("            median   longest     the numbers alone   ratio")
    for word, plain in (("save", "write_bytes_s"), ("open", "read_bytes_s")):
        median, longest = found[f"{word}_s"], found[f"{word}_longest_s"]
        ratio = median / found[plain]
        print(f"{word:9}{median:7.2f} s{longest:8.2f} s{found[plain]:20.2f} s{ratio:8.1f}")


if __name__ == "__main__":
    main()
