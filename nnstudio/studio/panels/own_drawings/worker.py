"""Predictions for the user's drawings with the displayed weights, on a background thread."""

import time
from dataclasses import dataclass

import numpy as np

from nnstudio.data.letters import map_labels
from nnstudio.data.personal_set import PersonalDrawing, PersonalSet
from nnstudio.data.problem import OutputSpace
from nnstudio.data.rasterise import MNIST_SPEC, RasterSpec, rasterise_all
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_values, decided
from nnstudio.engine.passes import activations
from nnstudio.studio.background.tasks import BackgroundWorker, Steps, Task
from nnstudio.studio.session.evaluator import SHARE_WHILE_TRAINING
from nnstudio.studio.session.session import Session

PERIOD_S = 0.5
_BLOCK = 64
"""Drawings rasterised between checks for a newer question: some milliseconds."""


@dataclass(frozen=True, eq=False)
class ReadDrawings:
    """Drawings with a network's predictions.

    Attributes
    ----------
    drawings : PersonalSet
        n drawings.
    images : uint8 ndarray of shape (n, n_pixels)
        Input images; normalised as MNIST if the network has no drawings as input.
    labels : int64 ndarray of shape (n,)
        The class of each, −1 if the network has none for its label.
    predicted : int64 ndarray of shape (n,)
        The predicted class, −1 if the network has no drawings as input.
    outputs : float32 ndarray of shape (n,)
        The output of that class.
    """

    drawings: PersonalSet
    images: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    outputs: np.ndarray

    @property
    def is_right(self) -> np.ndarray:
        """Which predictions are right, bool (n,)."""
        return (self.labels == self.predicted) & (self.labels >= 0)


@dataclass(frozen=True, eq=False)
class _Question:
    drawings: PersonalSet
    theta: np.ndarray
    architecture: Architecture
    output_space: OutputSpace
    raster: RasterSpec | None


class OwnDrawingsWorker:
    """Keeps the predictions for all drawings up to date.

    Notes
    -----
    Thread: gui; the work runs on a plain daemon thread. Call ``poll`` at every frame while the panel
    is visible, and ``stop`` in the end.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._worker = BackgroundWorker("nnstudio-drawing-reader")
        self._asked: _Question | None = None
        self.latest: ReadDrawings | None = None
        """The latest predictions; None before the first."""
        # Rasterised and used on the worker's thread.
        self._inked: dict[str, np.ndarray] = {}
        self._inked_by: RasterSpec | None = None
        self._due_s = 0.0

    def poll(self, drawings: PersonalSet) -> None:
        """Request predictions if the drawings or the network changed since the last request."""
        session, asked = self._session, self._asked
        self._worker.poll()
        self._worker.set_share(SHARE_WHILE_TRAINING if session.training.is_running else 1.0)
        is_other = (
            asked is None
            or asked.drawings is not drawings
            or asked.architecture != session.network.architecture
        )
        is_newer = not is_other and asked.theta is not session.network.prediction_weights
        now_s = time.perf_counter()
        if not is_other and (not is_newer or now_s < self._due_s or self._worker.is_busy):
            return
        self._due_s = now_s + PERIOD_S
        question = _Question(
            drawings,
            session.network.prediction_weights,
            session.network.architecture,
            session.network.output_space,
            session.network.raster,
        )
        self._asked = question
        self._worker.run(Task(lambda _: self._read(question), self._take))

    def _take(self, found: ReadDrawings) -> None:
        self.latest = found

    def _read(self, question: _Question) -> Steps[ReadDrawings]:
        """Rasterise new drawings, then predict all, on the worker's thread."""
        spec = question.raster or MNIST_SPEC
        if spec != self._inked_by:
            self._inked, self._inked_by = {}, spec
        drawings = question.drawings.drawings
        missing = [each for each in drawings if each.key not in self._inked]
        for start in range(0, len(missing), _BLOCK):
            self._ink(missing[start : start + _BLOCK], spec)
            yield
        n = len(drawings)
        images = np.empty((n, spec.size * spec.size), np.uint8)
        for row, each in zip(images, drawings, strict=True):
            row[:] = self._inked[each.key]
        names = np.array([each.label for each in drawings], dtype=np.str_)
        labels = map_labels(names, question.output_space).labels if n else np.empty(0, np.int64)
        predicted, outputs = np.full(n, -1), np.zeros(n, np.float32)
        if question.raster is not None and question.architecture.n_inputs == images.shape[1]:
            for start in range(0, n, _BLOCK):
                block = slice(start, start + _BLOCK)
                with np.errstate(over="ignore", invalid="ignore"):
                    found = activations(
                        question.architecture, question.theta, images[block] / np.float32(255)
                    )
                predicted[block] = decided(found.a[-1], found.z[-1])
                outputs[block] = class_values(found.a[-1]).max(axis=1)
                yield
        yield ReadDrawings(question.drawings, images, labels, predicted, outputs)

    def _ink(self, drawings: list[PersonalDrawing], spec: RasterSpec) -> None:
        images = rasterise_all([each.drawing for each in drawings], spec)
        for each, image in zip(drawings, images, strict=True):
            self._inked[each.key] = image

    def stop(self) -> None:
        """Stop the thread."""
        self._worker.stop()
