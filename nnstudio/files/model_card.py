"""Measure a trained network for its card, as JSON values; used by recipes and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.engine.decision import predict_with_classes
from nnstudio.engine.metrics import calibration, confusion
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.training.evaluation import Evaluation

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
        By the set's name, for classes: ``n``, ``errors``, ``error`` (0…1); ``confusion[true][predicted]``;
        for outputs that are probabilities ``calibration`` with the expected calibration error and, for each
        bin of confidence, the number of predictions, their mean confidence and the share that is right;
        ``rejected``. For numbers see `measure_numbers`.
    """
    return {title: _measured(architecture, theta, part, detector) for title, part in parts.items()}


def measure_numbers(
    architecture: Architecture, theta: NDArray[np.float32], samples: Samples
) -> dict[str, Any]:
    """Measure a network that gives out numbers.

    Returns
    -------
    dict
        ``n``; ``J``, half the mean squared error, that of all outputs of a sample added up; ``rmse``;
        ``largest_error`` of any output, and ``largest_error_at``, the input it is at, (n_inputs,); ``r2``,
        None where all answers are the same.
    """
    measures = Evaluation(architecture, theta, samples, "squared_error").finish()
    found = measures.residuals
    assert found is not None, "these samples have no labels"
    at = samples.batch(np.array([found.largest_at]))[0]
    return {
        "n": measures.n,
        "J": _rounded(measures.loss),
        "rmse": _rounded(found.rmse),
        "largest_error": _rounded(found.largest),
        "largest_error_at": [_rounded(value) for value in at.tolist()],
        "r2": None if found.r2 is None else _rounded(found.r2),
    }


def _rounded(value: float) -> float:
    """Return a number to seven digits, as many as float32 has."""
    return float(f"{value:.7g}")


def _measured(
    architecture: Architecture,
    theta: NDArray[np.float32],
    samples: Samples,
    detector: OODDetector | None,
) -> dict[str, Any]:
    if not samples.has_labels:
        return measure_numbers(architecture, theta, samples)
    x, n = samples.inputs(), len(samples)
    outputs, classes = predict_with_classes(architecture, theta, x)
    counts = confusion(samples.labels, classes, outputs.shape[1])
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
