"""Quantities of the samples and of how well the network does on them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.engine.layer_passes import Workspace
from nnstudio.engine.passes import loss_and_gradient
from nnstudio.language import tr, translatable
from nnstudio.lessons.quantity_word import Quantities, QuantityWord
from nnstudio.lessons.state import QuantityError

if TYPE_CHECKING:
    from nnstudio.data.problem import Samples
    from nnstudio.lessons.state import LessonState
    from nnstudio.training.evaluation import Measures, Residuals


def _samples(state: LessonState, part: str) -> Samples:
    return state.problem.train if part == "train" else state.problem.test


def _measures(state: LessonState, part: str) -> Measures:
    return state.train_measures if part == "train" else state.test_measures


def _accuracy(state: LessonState, part: str) -> float:
    if not state.problem.output_space.traits.has_labels:
        raise QuantityError(tr("The answers are numbers; there is no share that is right."))
    return _measures(state, part).accuracy


def _residuals(state: LessonState, part: str) -> Residuals:
    found = _measures(state, part).residuals
    if found is None:
        raise QuantityError(tr("The answers are classes; there are no errors with a size."))
    return found


def _label(state: LessonState, part: str, sample: int) -> str:
    labels = _samples(state, part).labels
    if sample >= len(labels):
        raise QuantityError(tr("There is no sample {number}.").format(number=sample))
    return state.problem.output_space.class_names[int(labels[sample])]


def _input_number(state: LessonState, part: str, sample: int, source: int) -> float:
    return float(_samples(state, part).batch(np.array([sample]))[0, source])


def _gradient_norm(state: LessonState) -> float:
    """Return the length of the gradient of the mean loss over the training samples."""
    samples, grad = state.problem.train, np.empty_like(state.theta)
    workspace = Workspace(state.architecture, len(samples))
    loss_and_gradient(
        state.architecture, state.theta, samples.inputs(), samples.answers, state.config.loss, grad, workspace
    )
    return float(np.linalg.norm(grad.astype(np.float64)))


def _is_misread(state: LessonState) -> bool:
    """Return whether the input is a sample that the network takes for another class."""
    samples = state.problem.test
    found = np.flatnonzero((samples.inputs() == state.input).all(axis=1))
    return bool(len(found)) and int(samples.labels[found[0]]) != state.reading.label


def _uniform_loss(state: LessonState) -> float:
    n = state.problem.output_space.n_classes
    if not n:
        raise QuantityError(tr("There are no classes here."))
    return math.log(n)


DATA_QUANTITIES: Quantities = (
    QuantityWord(
        "loss SET",
        translatable("the loss on the training or test set"),
        lambda state, part: _measures(state, part).loss,
    ),
    QuantityWord("accuracy SET", translatable("the share of samples that is read rightly"), _accuracy),
    QuantityWord(
        "errors SET",
        translatable("how many samples are read wrongly"),
        lambda state, part: _measures(state, part).n_errors,
    ),
    QuantityWord(
        "rmse SET",
        translatable("the root of the mean squared error"),
        lambda state, part: _residuals(state, part).rmse,
    ),
    QuantityWord(
        "largest residual SET",
        translatable("the largest error at a sample"),
        lambda state, part: _residuals(state, part).largest,
    ),
    QuantityWord(
        "samples SET",
        translatable("how many samples there are"),
        lambda state, part: len(_samples(state, part)),
    ),
    QuantityWord("label SET SAMPLE", translatable("the right class of a sample"), _label),
    QuantityWord("sample SET SAMPLE INPUT", translatable("a number of a sample"), _input_number),
    QuantityWord(
        "classes",
        translatable("how many classes there are"),
        lambda state: state.problem.output_space.n_classes,
    ),
    QuantityWord(
        "uniform loss",
        translatable("the cross-entropy of an answer that gives all classes the same"),
        _uniform_loss,
    ),
    QuantityWord(
        "misread", translatable("whether the input is a test sample that is read wrongly"), _is_misread
    ),
    QuantityWord(
        "gradient length", translatable("the length of the gradient of the training loss"), _gradient_norm
    ),
    QuantityWord(
        "learning rate", translatable("the learning rate"), lambda state: state.config.hyper.learning_rate
    ),
)
