"""Results of a network on every sample of a test set, and statistics of its units; NumPy only."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nnstudio.data.problem import Answer, Samples
from nnstudio.engine import metrics
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_values, decided
from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import forward
from nnstudio.insight.firing import Firing, count_firing, sum_firing
from nnstudio.insight.sample_losses import sample_losses
from nnstudio.training.evaluation import rows_of_a_batch

_SAME = 1e-6
"""Activations that differ by less than this share of their layer's largest are equal but for rounding."""


@dataclass(frozen=True, eq=False)
class SampleResults:
    """The results of one set of weights on all samples of a test set.

    Attributes
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        The weights that were measured.
    run_id, step : int
        Origin of the weights: their run, and the number of updates; 0 and 0 without a run.
    samples : Samples
    outputs : ndarray of shape (n, n_outputs) or (n, n_classes), float32
        What is given out; where answers are classes, the value of each, see `class_values`.
    predicted : ndarray of shape (n,), int64
        The class that is read, see `decided`; 0 where answers are numbers.
    losses : ndarray of shape (n,), float32
        The loss of each sample; the mean is the test loss.
    mean_activation : tuple of ndarray of shape (fan_out,), one per computing layer
    active : tuple of ndarray of shape (fan_out,)
        Share of the samples for which a unit is active, 0…1: z > 0, and of several classes, that it is the
        largest.
    firing : Firing or None
        How many of the perceptrons fire, where each class has one.
    dead : tuple of bool ndarray of shape (fan_out,)
        Units with the same activation for every sample, such as a ReLU that is never above 0.
    unit : tuple of int (layer, unit), or None
        The selected unit.
    unit_activations : ndarray of shape (n,), float32, or None
        Its activation for every sample.
    """

    architecture: Architecture
    theta: np.ndarray
    run_id: int
    step: int
    samples: Samples
    outputs: np.ndarray
    predicted: np.ndarray
    losses: np.ndarray
    mean_activation: tuple[np.ndarray, ...]
    active: tuple[np.ndarray, ...]
    firing: Firing | None
    dead: tuple[np.ndarray, ...]
    unit: tuple[int, int] | None
    unit_activations: np.ndarray | None

    def __len__(self) -> int:
        return len(self.samples)

    @cached_property
    def residuals(self) -> np.ndarray:
        """What the outputs are above the right numbers, shape (n, n_outputs), float32."""
        return self.outputs - self.samples.targets

    @cached_property
    def score(self) -> float:
        """The value of the problem's measure: the accuracy, or the RMSE of numbers."""
        if self.samples.has_labels:
            return 1 - self.n_errors / len(self)
        return float(np.sqrt(np.mean(np.square(self.residuals, dtype=np.float64))))

    def given(self, index: int) -> Answer:
        """Return the answer of the network to a sample: a class, or a number for each output."""
        return int(self.predicted[index]) if self.samples.has_labels else self.outputs[index]

    @property
    def labels(self) -> np.ndarray:
        """The true classes, shape (n,)."""
        return self.samples.labels

    def inputs(self, indices: np.ndarray) -> np.ndarray:
        """Return the inputs of some samples, shape (len(indices), n_inputs), float32."""
        return self.samples.batch(indices)

    @cached_property
    def confidences(self) -> np.ndarray:
        """The value of the class that is read for each sample, shape (n,)."""
        largest: np.ndarray = self.outputs[np.arange(len(self)), self.predicted]
        return largest

    @cached_property
    def confusion(self) -> np.ndarray:
        """Number of samples of each class read as each, (n_classes, n_classes), ``[true, predicted]``."""
        return metrics.confusion(self.labels, self.predicted, self.outputs.shape[1])

    @cached_property
    def n_errors(self) -> int:
        """Samples that are taken for another class than their own."""
        return int(np.count_nonzero(self.predicted != self.labels))

    @cached_property
    def n_dead(self) -> tuple[int, ...]:
        """Number of dead units of each computing layer."""
        return tuple(int(np.count_nonzero(dead)) for dead in self.dead)

    @cached_property
    def is_finite(self) -> bool:
        """Whether every output and loss is finite; enormous weights overflow."""
        return bool(np.isfinite(self.outputs).all() and np.isfinite(self.losses).all())


class SampleEvaluation:
    """An evaluation in progress, a batch at a time, so that it can be abandoned after any batch.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        Must not change before the evaluation is done.
    samples : Samples
        At least one, with answers that the network has outputs for.
    loss : str
        A key of ``engine.losses.LOSSES``.
    unit : tuple of int (layer, unit), optional
        The unit whose activations are recorded, of a computing layer.
    run_id, step : int
        Stored in the evaluation.
    batch_size : int, optional
        Samples at a time; by default about ten milliseconds' worth on one core.

    Notes
    -----
    Aliasing: reads theta and samples; the result keeps references to them.  Thread: any, one at a time.
    """

    def __init__(
        self,
        architecture: Architecture,
        theta: np.ndarray,
        samples: Samples,
        loss: str,
        *,
        unit: tuple[int, int] | None = None,
        run_id: int = 0,
        step: int = 0,
        batch_size: int | None = None,
    ) -> None:
        self._architecture, self._theta, self._samples = architecture, theta, samples
        self._loss, self._unit = loss, unit
        self._run_id, self._step = run_id, step
        n, n_outputs = len(samples), architecture.n_outputs
        batch_size = min(n, batch_size or rows_of_a_batch(architecture))
        self._workspace = Workspace(architecture, batch_size)
        self._x = np.empty((batch_size, architecture.n_inputs), np.float32)
        self._has_classes = samples.has_labels
        n_values = max(n_outputs, 2) if self._has_classes else n_outputs
        self._outputs = np.empty((n, n_values), np.float32)
        self._predicted = np.zeros(n, np.int64)
        self._losses = np.empty(n, np.float32)
        self._firing: list[Firing] = []
        self._unit_activations = None if unit is None else np.empty(n, np.float32)
        sizes = architecture.layer_sizes[1:]
        self._sums = [np.zeros(size) for size in sizes]
        self._n_active = [np.zeros(size, np.int64) for size in sizes]
        self._lowest = [np.full(size, np.inf, np.float32) for size in sizes]
        self._highest = [np.full(size, -np.inf, np.float32) for size in sizes]
        self.n_done = 0
        """Samples evaluated so far."""

    @property
    def is_done(self) -> bool:
        """Whether every sample was evaluated."""
        return self.n_done == len(self._samples)

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def advance(self) -> None:
        """Evaluate one more batch."""
        rows = slice(self.n_done, min(self.n_done + len(self._x), len(self._samples)))
        n = rows.stop - rows.start
        x = self._samples.batch(np.arange(rows.start, rows.stop), out=self._x[:n])
        outputs = forward(self._architecture, self._theta, x, self._workspace)
        answers = self._samples.answers[rows]
        if self._has_classes:
            self._outputs[rows] = class_values(outputs)
            self._predicted[rows] = decided(outputs, self._workspace.z[-1][:n])
        else:
            self._outputs[rows] = outputs
        self._losses[rows] = sample_losses(
            self._workspace.z[-1][:n], outputs, answers, self._loss, self._architecture.activations[-1]
        )
        if self._architecture.has_step_outputs and self._has_classes and self._architecture.n_outputs > 1:
            self._firing.append(count_firing(self._workspace.z[-1][:n], answers))
        if self._unit is not None and self._unit_activations is not None:
            layer, unit = self._unit
            self._unit_activations[rows] = self._workspace.a[layer][:n, unit]
        last = self._architecture.n_layers - 1
        for layer in range(last + 1):
            a = self._workspace.a[layer][:n]
            self._sums[layer] += a.sum(axis=0)
            np.minimum(self._lowest[layer], a.min(axis=0), out=self._lowest[layer])
            np.maximum(self._highest[layer], a.max(axis=0), out=self._highest[layer])
            if layer < last or not self._has_classes or a.shape[1] == 1:
                self._n_active[layer] += np.count_nonzero(self._workspace.z[layer][:n] > 0, axis=0)
            else:
                self._n_active[layer] += np.bincount(self._predicted[rows], minlength=a.shape[1])
        self.n_done = rows.stop

    def finish(self) -> SampleResults:
        """Evaluate the remaining batches and return the result."""
        while not self.is_done:
            self.advance()
        n = self.n_done
        return SampleResults(
            architecture=self._architecture,
            theta=self._theta,
            run_id=self._run_id,
            step=self._step,
            samples=self._samples,
            outputs=self._outputs,
            predicted=self._predicted,
            losses=self._losses,
            mean_activation=tuple((total / n).astype(np.float32) for total in self._sums),
            active=tuple((count / n).astype(np.float32) for count in self._n_active),
            firing=sum_firing(self._firing) if self._firing else None,
            dead=tuple(map(_are_same, self._lowest, self._highest)),
            unit=self._unit,
            unit_activations=self._unit_activations,
        )


def _are_same(lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    """Tell which units' activations differ only by rounding, from their extremes, shape (fan_out,)."""
    largest = max(float(np.abs(lowest).max()), float(np.abs(highest).max()))
    with np.errstate(over="ignore", invalid="ignore"):
        same: np.ndarray = highest - lowest <= _SAME * largest
    return same
