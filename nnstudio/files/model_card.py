"""Measure a trained network for its card, as JSON values; used by recipes and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.metrics import calibration, confusion
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.engine.passes import predict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nnstudio.data.problem import Samples
    from nnstudio.engine.architecture import Architecture
    from nnstudio.engine.ood_detector import OODDetector

_N_BINS = 10


def measure_sets(
    architecture: Architecture,
    theta: NDArray[np.float32],
    parts: Mapping[str, Samples],
    detector: OODDetector | None = None,
) -> dict[str, dict[str, Any]]:
    """Measure a network on each of several sets of samples.

    Parameters
    ----------
    architecture, theta
        The network, its weights as they will be stored.
    parts : mapping of str to Samples
    detector : OODDetector, optional
        If given, its rejections are counted.

    Returns
    -------
    dict of str to dict
        By the set's name: ``n``, ``errors``, ``error`` (0…1); ``confusion[true][predicted]``; for outputs
        that are probabilities ``calibration`` with the expected calibration error and, for each bin of
        confidence, the number of predictions, their mean confidence and the share that is right;
        ``rejected``.
    """
    return {title: _measured(architecture, theta, part, detector) for title, part in parts.items()}


def _measured(
    architecture: Architecture,
    theta: NDArray[np.float32],
    samples: Samples,
    detector: OODDetector | None,
) -> dict[str, Any]:
    x, n = samples.inputs(), len(samples)
    outputs = predict(architecture, theta, x)
    counts = confusion(samples.labels, outputs.argmax(axis=1), architecture.n_outputs)
    n_errors = n - int(np.trace(counts))
    measured: dict[str, Any] = {
        "n": n,
        "errors": n_errors,
        "error": round(n_errors / n, 6),
        "confusion": counts.tolist(),
    }
    if architecture.gives_probabilities:
        found = calibration(samples.labels, outputs, _N_BINS)
        filled = np.flatnonzero(found.counts)
        measured["calibration"] = {
            "error": round(found.error, 5),
            "bins": [
                [
                    round(float(found.edges[k + 1]), 3),
                    int(found.counts[k]),
                    round(float(found.confidence[k]), 4),
                    round(float(found.accuracy[k]), 4),
                ]
                for k in filled
            ],
        }
    if detector is not None:
        scores = ood_scores(architecture, theta, detector, x)
        measured["rejected"] = int(np.count_nonzero(scores > detector.threshold))
    return measured
