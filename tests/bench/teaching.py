"""How long one teaching takes, and what it gains and loses: run as a script, prints a table.

    python tests/bench/teaching.py [network …]

Sevens that the network misreads are taught, five of them, and judged on twenty others by the same hand. The
yardstick of the times is one forward pass of 2,000 images through the same network, on the same core.
"""

import sys
import time
from itertools import pairwise

import numpy as np

from nnstudio.data.outliers import draw_outliers
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.rewrite import RewriteStrengths, rewrite
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model
from nnstudio.paths import resource
from nnstudio.training.fine_tuning import LabelledDrawings, ReplayData, fine_tune

SAME_HAND = RewriteStrengths(0.0, 0.02, 0.05, 0.05, 4.0, 0.05, 0.1, 0.08, 5.0)
CORNERS = {
    "7 like a Z": (7, ((0, 0), (6, 0), (1.5, 9), (6, 9))),
    "7 mirrored": (7, ((6, 0), (0, 0), (2, 9))),
    "0 as a △": (0, ((3, 0), (0, 8), (6, 8), (3, 0))),
}


def drawing(corners: tuple[tuple[float, float], ...]) -> Drawing:
    """Draw through corners, a dozen points to an edge."""
    return Drawing((np.concatenate([np.linspace(start, stop, 12) for start, stop in pairwise(corners)]),))


def main(names: list[str]) -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    begun_s = time.perf_counter()
    others = np.concatenate(
        [draw_outliers(kind, 256, rng=rng) for kind in ("scribbles", "letters-synthetic")]
    )
    replay = ReplayData(synthetic_digits(3_000, rng=rng)[0], others)
    judged = synthetic_digits(2_000, rng=rng)
    print(f"what is rehearsed and judged on, made once: {time.perf_counter() - begun_s:.2f} s\n")
    print("network       taught       mine               others after  test sample, lost  steps  time")
    for name in names:
        model = load_model(resource("models", f"{name}.safetensors"))
        for title, (label, corners) in CORNERS.items():
            polylines = rewrite(flatten([drawing(corners)] * 25), SAME_HAND, rng=np.random.default_rng(0))
            drawings = LabelledDrawings(polylines.block(0, 5), np.full(5, label), MNIST_SPEC)
            result = fine_tune(
                model.architecture,
                model.theta,
                drawings,
                replay,
                judged,
                loss="cross_entropy",
                detector=model.ood_detector,
            )
            x = rasterise_all(polylines.block(5, 25)) / np.float32(255)
            n_others = int((predict(model.architecture, result.theta, x).argmax(axis=1) == label).sum())
            begun_s = time.perf_counter()
            predict(model.architecture, result.theta, judged[0] / np.float32(255))
            forward_s = time.perf_counter() - begun_s
            mine, test = result.personal, result.test
            lost = 100 * (test.before - test.after) / test.n
            print(
                f"{name:12}  {title:12} {mine.before} → {mine.after} of {mine.n:<10}"
                f"{n_others:9} of 20 {lost:15.2f} %   {result.n_steps:6}  {result.seconds:5.2f} s"
                f"{result.seconds / forward_s:8.0f} ×"
            )


if __name__ == "__main__":
    main(sys.argv[1:] or ["seed", "digits", "digits-best"])
