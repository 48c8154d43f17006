"""Time of one training step beside PyTorch, scikit-learn and the bare matrix products.

    python -m tests.bench.training [--json FILE] [--threads N] [--rounds N] [--cells TEXT]

Needs PyTorch and scikit-learn beside nnstudio, and Numba for the compiled step. One process, the same
float32 batch for everybody, and each program at the number of threads, up to ``--threads``, that suits it
best. The contenders of a cell take turns in short rounds, so that whatever else the machine does meets them
alike; a time is the best round's median.

- NumPy: `TrainingStep.take`: forward, loss, backward, the look for numbers that are not finite, update.
- compiled: the same by the compiled kernel, where Numba is installed.
- PyTorch: zero_grad, forward, cross_entropy, backward, step, loss.item(); Adam(fused=True), SGD; eager.
- scikit-learn: MLPClassifier.partial_fit of the batch.
- products: the np.matmul calls of a step with their results thrown away, at the best number of BLAS threads.

What was tried on 2026-11-21 (two of four cores of an AMD EPYC 9005; OpenBLAS 0.3.31), in times of a step:

- Two BLAS threads: on an idle machine up to 15 % faster than the team below on networks of 100 units and
  less, slower on larger ones. With other programs on the cores a step of 0.5 ms took 50 to 200. Left.
- A team of Python threads with one BLAS thread each, sharing rows of the batch and then rows of the weights:
  1.9 times the speed of one thread at 784-1024-1024-10, and the update is shared as well. With three other
  programs on the cores at most 1.3 times the time of one thread. Kept.
- The update of a few rows right after their gradient, which is never stored as a whole, and Adam with moments
  scaled, ten passes instead of twelve, and coefficients as arrays of no dimension: with Adam together 5 to
  20 % of a step. Pieces of 32 Ki weights cost 8 % more in the products (each packs the activations again).
  Kept, with pieces of 256 Ki weights at most. Of the update the square root alone is a third; memory does
  most of the rest.
- Wide layers divided by their units where a thread would get fewer than 64 rows: half of the rows read all of
  the weights. At batch 32, 0 to 6 % with AVX2 and 8 to 25 % with AVX-512. Kept.
- Blocks of 64 Ki numbers instead of 32 in the update: 5 % with two threads, which meet less often at the
  interpreter's lock. Kept.
- The outputs of a softmax stored unit by unit: it and cross-entropy together 14 µs instead of 22 for 128
  rows, 21 instead of 55 for 512. Kept.
- Helpers that look for work for 100 µs before they sleep, in Python: 3 to 6 % of steps below a millisecond,
  for a core that never rests. Left there; in the compiled step they wait without the interpreter, and do.
- Buffers aligned to a cache line: 8 % of Adam. Left: weights of most shapes lie across the lines anyway.
- Where a step of NumPy goes, 784-30-10 with 128 rows on one thread, 187 µs: 151 in products, 23 in softmax
  and cross-entropy, 4 in the update, 1 to 2 in each other call. Two threads would need 76 for the products,
  but each of some thirty calls gives the interpreter's lock away and waits for it: more than 200 in all.
- The whole step compiled (Numba), products by the BLAS of NumPy itself: the lock is held at both ends only,
  6 µs a step in Python and 2 for the threads to meet. 0.65 of the NumPy time in the geometric mean, 0.43 at
  best. Kept, as an extra. Kernels for the update and the loss alone would have saved no meeting.
- The gradient of a layer divided along its longer side: half of the inputs of 784-30 take 0.50 of the time,
  half of the units 0.72 to 0.77, for the products of OpenBLAS prefer many units. Kept in the compiled step,
  where a piece of long rows costs the update nothing.
- In the compiled step, each thread takes first what it took in the last step and has in its cache; or looks
  for the others some 10 µs before it gives way to other programs; or asks the system to move a helper that
  shares its core with the caller: no difference on an idle machine, nor under load. Left.
- With three other programs on the cores, two compiled threads take 0.7 to 1.25 times the time of one.
- OPENBLAS_CORETYPE is the user's: where it forbids AVX-512, products take 1.8 times as long, and PyTorch's
  own do not; with AVX2 its time is what the ratios compare with all the same.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import statistics
import sys
import time
import warnings
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController, threadpool_info

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.compiled_step import is_available
from nnstudio.engine.hyper import Hyper
from nnstudio.engine.initialise import initialise
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.optimisers import OPTIMISERS
from nnstudio.engine.thread_pool import ThreadPool
from nnstudio.engine.training_step import TrainingStep
from nnstudio.training.threads import n_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NETWORKS = ("784-30-10", "784-100-300-10", "784-800-10", "784-1024-1024-10")
BATCH_SIZES = (32, 128, 512)
RULES = ("sgd", "adam")
OURS = ("NumPy", "compiled")
RATE = 1e-3

_ROUND_S = 0.08
_FEWEST_STEPS = 5
_REST_S = 0.003
"""OpenMP's threads go on spinning for a moment; the next contender does not pay for that."""


class Contender(NamedTuple):
    """Somebody who can take a step."""

    name: str
    n_threads: int
    prepare: Callable[[], None]
    step: Callable[[], object]


class Cell(NamedTuple):
    """What is measured at once."""

    network: str
    batch_size: int
    rule: str


class Data(NamedTuple):
    """One batch."""

    x: np.ndarray
    labels: np.ndarray


def data_of(batch_size: int) -> Data:
    rng = np.random.default_rng(0)
    return Data(rng.random((batch_size, 784), np.float32), rng.integers(0, 10, batch_size))


def use_blas_threads(n: int) -> None:
    ThreadpoolController().limit(limits=n, user_api="blas")


def nnstudio(cell: Cell, data: Data, pool: ThreadPool, *, compiled: bool) -> Contender:
    architecture = Architecture.parse(cell.network)
    theta = initialise(architecture, rng=np.random.default_rng(1))
    optimiser, hyper = OPTIMISERS[cell.rule], Hyper(learning_rate=RATE)
    step = TrainingStep(
        architecture,
        theta,
        "cross_entropy",
        optimiser,
        optimiser.initial_state(theta),
        hyper,
        cell.batch_size,
        pool=pool,
        compiled=compiled,
    )
    name = "compiled" if compiled else "NumPy"
    return Contender(
        name, pool.n_threads, lambda: use_blas_threads(1), lambda: step.take(*data, learning_rate=RATE)
    )


def products(cell: Cell, data: Data, n_threads: int) -> Contender:
    architecture = Architecture.parse(cell.network)
    theta = initialise(architecture, rng=np.random.default_rng(1))
    layers, gradients = architecture.layers(theta), architecture.layers(np.empty_like(theta))
    workspace = Workspace(architecture, cell.batch_size)
    for a, delta in zip(workspace.a, workspace.delta, strict=True):
        a[:] = delta[:] = 0.5
    below = (data.x, *workspace.a)

    def multiply() -> None:
        for k, layer in enumerate(layers):
            np.matmul(below[k], layer.W.T, out=workspace.z[k])
        for k in reversed(range(len(layers))):
            if k < len(layers) - 1:
                np.matmul(workspace.delta[k + 1], layers[k + 1].W, out=workspace.delta[k])
            np.matmul(workspace.delta[k].T, below[k], out=gradients[k].W)

    return Contender("products", n_threads, lambda: use_blas_threads(n_threads), multiply)


def pytorch(cell: Cell, data: Data, n_threads: int) -> Contender:
    import torch

    sizes = [int(size) for size in cell.network.split("-")]
    modules: list[torch.nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        modules += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    network = torch.nn.Sequential(*modules[:-1])
    if cell.rule == "sgd":
        optimiser: torch.optim.Optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    else:
        optimiser = torch.optim.Adam(network.parameters(), lr=RATE, fused=True)
    x, labels = torch.from_numpy(data.x), torch.from_numpy(data.labels)

    def step() -> float:
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(network(x), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return Contender("pytorch", n_threads, lambda: torch.set_num_threads(n_threads), step)


def scikit_learn(cell: Cell, data: Data, n_threads: int) -> Contender:
    from sklearn.neural_network import MLPClassifier

    hidden = [int(size) for size in cell.network.split("-")][1:-1]
    classifier = MLPClassifier(
        hidden,
        solver=cell.rule,
        alpha=0.0,
        batch_size=cell.batch_size,
        learning_rate_init=RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        random_state=0,
    )
    classes = np.arange(10)
    return Contender(
        "scikit-learn",
        n_threads,
        lambda: use_blas_threads(n_threads),
        lambda: classifier.partial_fit(data.x, data.labels, classes=classes),
    )


def contenders(cell: Cell, pools: list[ThreadPool]) -> Iterator[Contender]:
    data = data_of(cell.batch_size)
    for pool in pools:
        yield nnstudio(cell, data, pool, compiled=False)
        if is_available():
            yield nnstudio(cell, data, pool, compiled=True)
        for make in (products, pytorch, scikit_learn):
            yield make(cell, data, pool.n_threads)


def seconds_of_round(contender: Contender) -> list[float]:
    """Return the times of some steps, after two that are not counted."""
    contender.prepare()
    contender.step()
    contender.step()
    seconds: list[float] = []
    while sum(seconds) < _ROUND_S or len(seconds) < _FEWEST_STEPS:
        begun = time.perf_counter()
        contender.step()
        seconds.append(time.perf_counter() - begun)
    time.sleep(_REST_S)
    return seconds


def measure(cell: Cell, pools: list[ThreadPool], n_rounds: int) -> dict[str, Any]:
    """Return the milliseconds of everybody's step, and the ratios."""
    entrants = list(contenders(cell, pools))
    rounds: list[list[list[float]]] = [[] for _ in entrants]
    with warnings.catch_warnings():
        # scikit-learn warns of every number that overflows, and of every class that a batch lacks.
        warnings.simplefilter("ignore")
        for _ in range(n_rounds):
            for entrant, results in zip(entrants, rounds, strict=True):
                results.append(seconds_of_round(entrant))
    found: dict[str, dict[str, float]] = {}
    for entrant, results in zip(entrants, rounds, strict=True):
        best_ms = 1e3 * min(map(statistics.median, results))
        if entrant.name not in found or best_ms < found[entrant.name]["ms"]:
            everything = [seconds for result in results for seconds in result]
            found[entrant.name] = {
                "ms": best_ms,
                "threads": entrant.n_threads,
                "least_ms": 1e3 * min(everything),
                "median_ms": 1e3 * statistics.median(everything),
            }
    ms = {name: figures["ms"] for name, figures in found.items()}
    return {
        **cell._asdict(),
        "contenders": found,
        "ratios": {
            name: {
                "of_pytorch": ms[name] / ms["pytorch"],
                "of_scikit_learn": ms[name] / ms["scikit-learn"],
                "in_products": ms["products"] / ms[name],
            }
            for name in OURS
            if name in ms
        },
    }


def one_drawing_ms() -> float:
    """Return the time that a network of 784-512-512-10 takes for one drawing."""
    from nnstudio.engine.passes import forward

    use_blas_threads(1)
    architecture = Architecture.parse("784-512-512-10")
    theta, x = initialise(architecture, rng=np.random.default_rng(1)), data_of(1).x
    workspace = Workspace(architecture, 1)
    contender = Contender("nnstudio", 1, lambda: None, lambda: forward(architecture, theta, x, workspace))
    return 1e3 * min(statistics.median(seconds_of_round(contender)) for _ in range(5))


def geometric_mean(ratios: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, ratios)))


HEADER = (
    f"{'network':<17} {'batch':>5} {'rule':<4} │ {'NumPy':>10} {'compiled':>10} {'PyTorch':>10} "
    f"{'scikit-l.':>10} {'products':>10} │ {'÷PyTorch':>11} {'÷scikit':>11} {'products÷':>11}"
)


def line_of(result: dict[str, Any]) -> str:
    def ms(name: str) -> str:
        figures = result["contenders"].get(name)
        return f"{figures['ms']:8.3f}·{figures['threads']:.0f}" if figures else " " * 10

    def ratios(key: str) -> str:
        return " ".join(f"{ratios[key]:5.2f}" for ratios in result["ratios"].values()).rjust(11)

    return (
        f"{result['network']:<17} {result['batch_size']:>5} {result['rule']:<4} │ {ms('NumPy')} "
        f"{ms('compiled')} {ms('pytorch')} {ms('scikit-learn')} {ms('products')} │ {ratios('of_pytorch')} "
        f"{ratios('of_scikit_learn')} {ratios('in_products')}"
    )


def summary_of(results: list[dict[str, Any]], name: str) -> dict[str, float]:
    def ratios(key: str, least_batch_size: int = 1) -> list[float]:
        return [result["ratios"][name][key] for result in results if result["batch_size"] >= least_batch_size]

    return {
        "of_pytorch_mean": geometric_mean(ratios("of_pytorch")),
        "of_pytorch_worst": max(ratios("of_pytorch")),
        "of_scikit_learn_mean": geometric_mean(ratios("of_scikit_learn")),
        "in_products_least_from_128": min(ratios("in_products", 128), default=math.nan),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Time a training step beside PyTorch and scikit-learn.")
    parser.add_argument("--threads", type=int, default=n_cores(), help="most threads anybody may use")
    parser.add_argument("--rounds", type=int, default=5, help="turns that everybody has in a cell")
    parser.add_argument(
        "--cells", default="", help="only cells whose text contains this, such as '800-10 128'"
    )
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    options = parser.parse_args(arguments)
    cells = [
        cell
        for network in NETWORKS
        for batch_size in BATCH_SIZES
        for rule in RULES
        if options.cells in " ".join(map(str, cell := Cell(network, batch_size, rule)))
    ]
    import torch

    counts = sorted({*(2**n for n in range(options.threads.bit_length())), options.threads})
    blas = [
        f"{info['internal_api']} {info.get('version')} {info.get('architecture', '')}"
        for info in threadpool_info()
    ]
    print(f"NumPy {np.__version__}, PyTorch {torch.__version__}, {'; '.join(blas)}; threads {counts}")
    print("ms per step · threads; the best round's median\n")
    print(HEADER)
    results = []
    with contextlib.ExitStack() as stack:
        pools = [stack.enter_context(ThreadPool(n)) for n in counts]
        for cell in cells:
            results.append(measure(cell, pools, options.rounds))
            print(line_of(results[-1]), flush=True)
    summaries = {name: summary_of(results, name) for name in results[0]["ratios"]}
    for name, summary in summaries.items():
        print(
            f"\n{name}: {summary['of_pytorch_mean']:.2f} of PyTorch's time in the geometric mean, "
            f"{summary['of_pytorch_worst']:.2f} at worst; {summary['of_scikit_learn_mean']:.2f} of "
            f"scikit-learn's; in products from batch 128 on at least "
            f"{summary['in_products_least_from_128']:.2f}"
        )
    if "compiled" in summaries:
        ratio = [each["contenders"]["NumPy"]["ms"] / each["contenders"]["compiled"]["ms"] for each in results]
        print(
            f"\nNumPy: {geometric_mean(ratio):.2f} of the compiled time in the geometric mean, "
            f"{max(ratio):.2f} at worst"
        )
    one_drawing = one_drawing_ms()
    print(f"\none drawing, 784-512-512-10: {one_drawing:.3f} ms")
    if options.json:
        everything = {"cells": results, "summaries": summaries, "one_drawing_ms": one_drawing}
        options.json.write_text(json.dumps(everything, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
