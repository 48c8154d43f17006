"""What measuring, recording and publishing cost a step: ``python -m tests.bench.recording``.

The trainer's own loop runs on this thread, without a window: nothing waits for the interpreter's lock. The
yardstick is the bare step of the same run, measured in turn with it; both in the thread's own processor
time, since machines are shared. A ratio of 1 means that it costs nothing; below 0.5, more than the steps.
"""

import argparse
import json
import statistics
import time

from nnstudio.data.problems import load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.loop import TrainingLoop
from nnstudio.training.worker import Worker

NETWORKS = ("784-16-16-10", "784-100-300-10")
BATCH_SIZES = (1, 16, 128)
ROUNDS = 5
SECONDS = 1.0


class TimedWorker(Worker):
    """A worker that returns after so many steps."""

    def __init__(self, loop: TrainingLoop) -> None:
        super().__init__(loop, CheckpointHistory(), n_threads=1)
        self.play()
        self.loop = loop

    def train(self, n_steps: int) -> float:
        """Take steps as the trainer's thread does, and return the processor time of each in seconds."""
        last, begun = self.loop.n_steps + n_steps, time.thread_time()
        while self.loop.n_steps < last:
            self._take_turn()
        return (time.thread_time() - begun) / n_steps


def measure(network: str, batch_size: int) -> dict[str, float]:
    """Return microseconds of a bare step and of one in the worker, and the median of their ratios."""
    config = TrainingConfig(Architecture.parse(network), batch_size=batch_size, epochs=None)
    loop = TrainingLoop(load_problem("digits-synthetic"), config)
    worker = TimedWorker(loop)
    seconds = worker.train(50)
    n_steps = max(50, round(SECONDS / seconds))
    bare, whole = [], []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for _ in range(n_steps):
            loop.step()
        bare.append((time.thread_time() - begun) / n_steps)
        whole.append(worker.train(n_steps))
    ratios = [one / other for one, other in zip(bare, whole, strict=True)]
    return {
        "bare_us": 1e6 * statistics.median(bare),
        "worker_us": 1e6 * statistics.median(whole),
        "images_per_second": batch_size / statistics.median(whole),
        "ratio": statistics.median(ratios),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the numbers alone")
    options = parser.parse_args()
    found = {f"{network} {size}": measure(network, size) for network in NETWORKS for size in BATCH_SIZES}
    if options.json:
        print(json.dumps(found, indent=1))
        return
    print("network          batch   bare µs   in the worker   images a second   ratio")
    for name, row in found.items():
        network, size = name.split()
        print(
            f"{network:16}{size:>6}{row['bare_us']:10.0f}{row['worker_us']:16.0f}"
            f"{row['images_per_second']:18,.0f}{row['ratio']:8.2f}"
        )


if __name__ == "__main__":
    main()
