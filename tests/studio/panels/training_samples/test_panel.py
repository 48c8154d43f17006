"""The panel of samples: as they are, beside what an epoch has in their place."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.data.problems import load_problem
from nnstudio.studio.panels.training_samples.panel import TrainingSamplesPanel
from tests.studio.gestures import choose, type_into
from tests.studio.networks import model_of


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    part = show_alone(TrainingSamplesPanel)
    until(lambda: part.view.explain(QPoint(5, 5)) != "")
    return part


def picture(part):
    image = part.view.grab().toImage()
    return np.array([image.pixel(x, y) for x in range(0, 100, 3) for y in range(0, 50, 3)])


def test_samples_of_the_problem_are_shown(part):
    assert "Built-in digits: left as it is" in part.view.explain(QPoint(5, 5))
    assert len(np.unique(picture(part))) > 5


def test_a_redraw_shows_others(session, part, until):
    before = picture(part)
    part.redraw()
    until(lambda: not np.array_equal(picture(part), before))


def test_before_they_are_loaded_it_says_so(session, show_alone, until):
    part = show_alone(TrainingSamplesPanel)
    until(lambda: "not loaded yet" in part.view.message)
    session.training.prepare()
    until(lambda: part.view.explain(QPoint(5, 5)) != "")


def test_points_have_no_pictures(session, part, until):
    problem = load_problem("plane-moons")
    session.open_model(
        model_of((2, 5, 2), space=problem.input_space, outputs=problem.output_space, raster=None)
    )
    network = session.network
    assert "points" in part.refusal(network.input_space, network.output_space)


def test_hidden_it_draws_nothing(session, part, frames):
    part.widget.hide()
    before = picture(part)
    part.redraw()
    session.training.reset(new_seed=True)
    for _ in range(3):
        frames.step()
    assert not part._worker.is_busy
    np.testing.assert_array_equal(picture(part), before)


def test_a_sample_is_shown_by_its_number(session, part, until):
    part.number.setValue(0)
    problem = session.training.problem
    np.testing.assert_array_equal(session.input.x, problem.train.batch(np.array([0]))[0])
    assert session.input.right_answer == problem.train.labels[0]
    type_into(part.number, "3")
    assert session.sentences[-1] == (f"Training sample 3, labelled {problem.train.labels[3]}.", False)
    choose(part.split, True)
    np.testing.assert_array_equal(session.input.x, problem.test.batch(np.array([3]))[0])
    before = session.input.x
    type_into(part.number, "100")
    assert session.sentences[-1] == (
        "There is no test sample 100: Built-in digits has numbers 0 to 99.",
        True,
    )
    assert session.input.x is before
