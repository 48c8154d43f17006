"""An out-of-distribution detector, fitted in seconds to a network without a recipe."""

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.letters import LETTERS
from nnstudio.data.problem import InputSpace, OutputSpace, Problem, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.data.synthetic import synthetic_digits
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.files import quick_ood_fit
from nnstudio.files.quick_ood_fit import can_be_fitted, draw_examples, fitting_quickly
from nnstudio.training.ood_fitting import OODConfig

NETWORK = Architecture.of((784, 12, 10))
THETA = initialise(NETWORK, rng=np.random.default_rng(1), scheme="he_normal")


def finished(work):
    """Return what a generator returns."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def problem_of(space=DIGITS, n=300):
    x, labels = synthetic_digits(n, rng=np.random.default_rng(8))
    samples = Samples(x, labels, 1 / 255)
    return Problem(
        "small", "Small", InputSpace("image", (28, 28), 0.0, 1.0), space, samples, samples, "Here."
    )


@pytest.fixture(scope="module", autouse=True)
def _few():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick_ood_fit, "N_LEARNED", 400)
        patch.setattr(quick_ood_fit, "N_HELD_BACK", 100)
        patch.setattr(quick_ood_fit, "CONFIG", OODConfig(units=12, epochs=8, rejected=0.1))
        yield


@pytest.fixture(scope="module")
def examples():
    return examples_of(problem_of())


def examples_of(problem):
    return finished(draw_examples(problem, rng=np.random.default_rng(1)))


@pytest.mark.slow
def test_it_tells_scribbles_from_digits_by_a_threshold_of_samples_held_back(examples):
    # Of the problem's own samples there are 300, of everything else 500.
    assert [len(part) for part in examples.known] == [60, 100]
    assert {kind: len(part) for kind, part in examples.outliers.items()} == {
        "scribbles": 100,
        "symbols": 100,
        "letters-synthetic": 100,
    }
    assert examples.n_samples == 240 + 400 + 3 * 400
    assert examples.samples.labels.mean() == pytest.approx(1200 / 1840)
    fitted = finished(fitting_quickly(NETWORK, THETA, examples, seed=1))
    detector = fitted.detector
    shares = [
        np.mean(ood_scores(NETWORK, THETA, detector, part.inputs()) > detector.threshold)
        for part in examples.known
    ]
    assert max(shares) == 0.1
    n_rejected, n = fitted.caught["scribbles"]
    assert n == 100
    assert n_rejected > 50
    assert fitted.card() == {
        "threshold": detector.threshold,
        "left_out": "GILOQTZ",
        "held_back": 160,
        "scribbles": {"n": 100, "rejected": n_rejected},
        "symbols": {"n": 100, "rejected": fitted.caught["symbols"][0]},
        "letters-synthetic": {"n": 100, "rejected": fitted.caught["letters-synthetic"][0]},
    }


@pytest.mark.slow
def test_what_is_of_no_class_follows_from_the_classes():
    assert set(examples_of(problem_of(LETTERS)).outliers) == {"scribbles", "digits-synthetic"}
    others = examples_of(problem_of(OutputSpace(tuple("αβγδεζηθικ"))))
    # Whether other signs look like these is not known; of scribbles it is.
    assert set(others.outliers) == {"scribbles"}
    assert len(others.known) == 1


def test_a_fit_can_be_abandoned_after_any_yield(examples):
    assert sum(1 for _ in fitting_quickly(NETWORK, THETA, examples, seed=1)) > 5


def test_only_grey_images_as_drawn_can_be_compared():
    problem = problem_of()
    assert can_be_fitted(problem)
    floats = Samples(problem.train.inputs(), problem.train.labels, 1.0)
    assert not can_be_fitted(replace(problem, train=floats))
