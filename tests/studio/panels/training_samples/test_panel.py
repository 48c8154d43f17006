"""The panel of samples: as they are, beside what an epoch has in their place."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.data.problems import load_problem
from tests.studio.networks import model_of


@pytest.fixture
def part(ready, qtbot):
    ready.show_panel("samples")
    part = ready.panels["samples"]
    qtbot.waitUntil(lambda: part.view.explain(QPoint(5, 5)) != "")
    return part


def picture(part):
    image = part.view.grab().toImage()
    return np.array([image.pixel(x, y) for x in range(0, 100, 3) for y in range(0, 50, 3)])


def test_samples_of_the_problem_are_shown(part):
    assert "Built-in digits: left as it is" in part.view.explain(QPoint(5, 5))
    assert len(np.unique(picture(part))) > 5


def test_a_redraw_shows_others(ready, part, qtbot):
    before = picture(part)
    ready.actions_by_name["redraw-samples"].trigger()
    qtbot.waitUntil(lambda: not np.array_equal(picture(part), before))


def test_before_they_are_loaded_it_says_so(window, qtbot):
    window.show_panel("samples")
    part = window.panels["samples"]
    qtbot.waitUntil(lambda: "not loaded yet" in part.view.message)
    window.session.training.prepare()
    qtbot.waitUntil(lambda: part.view.explain(QPoint(5, 5)) != "")


def test_points_have_no_pictures(ready, part, qtbot):
    problem = load_problem("plane-moons")
    ready.session.open_model(
        model_of((2, 5, 2), space=problem.input_space, outputs=problem.output_space, raster=None)
    )
    qtbot.waitUntil(lambda: "points" in part.view.message)
    assert part.view.explain(QPoint(5, 5)) == ""


def test_hidden_it_draws_nothing(ready, part, qtbot):
    ready.show_panel("templates")
    qtbot.waitUntil(lambda: not part.widget.isVisible())
    before = picture(part)
    ready.actions_by_name["redraw-samples"].trigger()
    frames = ready.frame_timer.frames
    ready.actions_by_name["new-seed"].trigger()
    qtbot.waitUntil(lambda: ready.frame_timer.frames > frames + 1)
    np.testing.assert_array_equal(picture(part), before)
