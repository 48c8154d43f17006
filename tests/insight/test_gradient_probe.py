from dataclasses import replace

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.gradient_probe import (
    STEPS,
    GradientQuestion,
    coordinates_of_layers,
    coordinates_of_unit,
    probe,
)


@pytest.fixture
def question():
    rng = np.random.default_rng(4)
    architecture = Architecture.of((6, 5, 4, 3), hidden="tanh")
    theta = initialise(architecture, rng=rng)
    return GradientQuestion(
        architecture,
        theta,
        rng.normal(size=(8, 6)).astype(np.float32),
        rng.integers(0, 3, 8),
        "cross_entropy",
        l2=0.01,
    )


def last(question):
    grad = question.gradient()
    *_, report = probe(question, coordinates_of_layers(question.architecture, grad, 12), grad)
    return report


def test_a_right_gradient_agrees_to_rounding(question):
    report = last(question)
    assert report.is_done
    assert len(report.rows) == 12
    assert report.worst < 1e-12
    assert all(row.complex_error < 1e-10 and row.central_error < 1e-6 for row in report.rows)


@pytest.mark.parametrize("mistake", ["mean", "biases"])
def test_a_mistake_is_found(question, mistake):
    report = last(replace(question, mistake=mistake))
    assert report.worst > 0.1
    wrong = {row.block.split(".")[-1] for row in report.rows if row.complex_error > 0.5}
    assert wrong == ({"bias"} if mistake == "biases" else {"bias", "weight"})


def test_the_sweep_shows_why_the_complex_step_is_used(question):
    sweep = last(question).sweep
    assert sweep.h.tolist() == STEPS.tolist()
    # Rounding at the left end, curvature at the right: central differences have a best step between.
    best = sweep.central.argmin()
    assert 0 < best < len(STEPS) - 1
    assert sweep.central[best] < 1e-7
    assert sweep.central[0] > 1e3 * sweep.central[best]
    assert sweep.complex[: len(STEPS) // 2].max() < 1e-12


def test_reports_grow_row_by_row(question):
    grad = question.gradient()
    sizes = [(len(report.rows), len(report.sweep.h)) for report in probe(question, [0, 1, 5], grad)]
    assert sizes[:4] == [(1, 0), (2, 0), (3, 0), (3, 1)]


def test_a_units_steepest_weights_and_its_bias_are_chosen(question):
    grad = question.gradient()
    chosen = coordinates_of_unit(question.architecture, 1, 2, grad, 4)
    places = [question.architecture.locate(i) for i in chosen]
    assert [block for block, _ in places] == ["layers.1.weight"] * 3 + ["layers.1.bias"]
    assert all(index[0] == 2 for _, index in places)
    row = question.architecture.layers(grad)[1].W[2]
    assert {index[1] for block, index in places[:3]} == set(np.argsort(-np.abs(row))[:3].tolist())
