from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.dream import Regularisers
from nnstudio.insight.reading import read
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.dream.panel import DreamPanel
from nnstudio.studio.panels.dream.worker import DreamTask, DreamWorker
from tests.studio.gestures import choose, places_in, turn_wheel, write_stroke
from tests.studio.networks import model_of, show_difference

PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))


@pytest.fixture
def part(show_alone, until):
    part = show_alone(DreamPanel)
    until(lambda: part.dreamer.latest is not None)
    return part


def rests(part, frames):
    """Tell whether no step is taken in some frames."""
    before = steps(part)
    for _ in range(5):
        frames.step()
    return steps(part) == before and not part.dreamer._worker.is_busy


def steps(part):
    return part.dreamer.latest.n_steps


def test_it_climbs_when_it_is_started_and_rests_when_paused(part, frames, until):
    assert steps(part) == 0
    first = part.dreamer.latest.z
    part.controls.run.click()
    until(lambda: steps(part) > 50)
    assert part.dreamer.latest.z > first + 0.1
    part.controls.run.click()
    until(lambda: not part.dreamer._worker.is_busy)
    assert rests(part, frames)
    rests_at = steps(part)
    part.controls.run.click()
    until(lambda: steps(part) > rests_at)


def test_what_is_told_is_what_the_network_makes_of_the_picture(session, part, until):
    part.controls.run.click()
    until(lambda: steps(part) > 20)
    part.controls.run.click()
    until(lambda: not part.dreamer._worker.is_busy)
    dream = part.dreamer.latest
    layer, unit = part.goal
    reading = read(session.network.architecture, session.network.displayed_weights, dream.x)
    assert dream.z == pytest.approx(float(reading.z[layer][unit]))
    told = f"z = {dream.z:+.2f}".replace("-", "−")
    until(lambda: part.controls.progress.text().startswith(told))
    assert part.view._x is dream.x


def test_hidden_it_takes_no_steps_and_goes_on_when_it_is_back(part, frames, until):
    part.controls.run.click()
    until(lambda: steps(part) > 5)
    part.widget.hide()
    until(lambda: not part.dreamer._worker.is_busy)
    assert rests(part, frames)
    rests_at = steps(part)
    part.widget.show()
    until(lambda: steps(part) > rests_at)


def test_the_selected_unit_is_dreamt_of_and_a_class_can_be_chosen(session, part, until):
    assert part.goal == (2, 0)
    session.selection.select(1, 5)
    until(lambda: part.dreamer.latest.task.goal == (1, 5))
    assert part.controls.goal.currentText() == "Hidden 2 · unit 6"
    choose(part.controls.goal, 7)
    assert part.dreamer.latest.task.goal == part.goal == (2, 7)
    session.selection.clear()
    until(lambda: part.controls.goal.currentText() == "class 7")
    assert part.goal == (2, 7)


def test_it_starts_from_noise_of_its_seed_or_from_the_input(session, part, until):
    noise = part.dreamer.latest.x
    assert part.controls.seed.lineEdit().width() > 30
    part.controls.seed.setValue(4)
    other = part.dreamer.latest.x
    assert not np.array_equal(noise, other)
    part.controls.seed.setValue(0)
    np.testing.assert_array_equal(part.dreamer.latest.x, noise)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: session.network.reading is not None)
    choose(part.controls.start, True)
    np.testing.assert_array_equal(part.dreamer.latest.x, session.input.x)
    assert steps(part) == 0


def test_the_sliders_are_the_regularisers(part):
    for slider in part.controls.sliders.values():
        slider.setValue(0)
    assert part.controls.regularisers == Regularisers()
    assert part.dreamer._task.regularisers == Regularisers()
    part.controls.sliders["jitter_px"].setValue(3)
    part.controls.sliders["blur"].setValue(100)
    assert part.dreamer._task.regularisers == Regularisers(blur=0.25, jitter_px=3)
    QTest.keyClick(part.controls.sliders["jitter_px"], Qt.Key.Key_Right)
    assert part.dreamer._task.regularisers.jitter_px == 4


def test_the_dream_goes_to_the_canvas(session, part, until):
    part.controls.run.click()
    until(lambda: steps(part) > 10)
    part.controls.run.click()
    until(lambda: not part.dreamer._worker.is_busy)
    part.controls.to_canvas.click()
    until(lambda: session.network.reading is not None)
    np.testing.assert_allclose(session.input.x, part.dreamer.latest.x, atol=1e-6)


def test_new_weights_are_climbed_on_and_a_new_network_begins_again(session, part, until):
    part.controls.run.click()
    until(lambda: steps(part) > 5)
    untrained = session.network.displayed_weights
    session.training.step_batch()
    until(lambda: part.dreamer.latest.task.theta is session.network.displayed_weights is not untrained)
    assert steps(part) > 5
    session.setting_changes.edit_network("9")
    until(lambda: part.dreamer.latest.task.architecture == session.network.architecture)
    assert part.dreamer.latest.task.goal[0] == 1


def test_points_are_dreamt_of_too(session, show_alone, until):
    outputs = OutputSpace(("blue", "orange"))
    session.open_model(model_of((2, 6, 2), space=PLANE, outputs=outputs, raster=None))
    part = show_alone(DreamPanel)
    until(lambda: part.dreamer.latest is not None)
    assert [name for name, slider in part.controls.sliders.items() if slider.isEnabled()] == ["norm"]
    part.controls.run.click()
    until(lambda: steps(part) > 20)
    part.controls.run.click()
    for theme in THEMES.values():
        appearance.set_theme(theme)
        part.widget.grab()
    for place in places_in(part.view.picture):
        assert "nan" not in part.view.picture.explain(place)
    # The last step may have come after the last frame.
    until(lambda: [row[1] for row in part.numbers()[1]] == pytest.approx(part.dreamer.latest.x.tolist()))


def test_pictures_paint_and_explain_in_both_themes(part):
    for theme in THEMES.values():
        appearance.set_theme(theme)
        part.widget.grab()
    picture, x = part.view.picture, part.dreamer.latest.x
    (image,) = picture.images
    place = image.mapToScene(QPointF(0.5, 0.5)).toPoint()
    assert picture.explain(place) == f"dreamt pixel row 0, column 0: ink {x[0]:.2f} (0 … 1)"
    columns, rows = part.numbers()
    assert columns == ["row", "column", "ink"]
    assert rows[-1][:2] == [27, 27]
    np.testing.assert_array_equal(np.array([row[2] for row in rows], np.float32), x)
    part.view.clear()
    picture.grab()
    assert picture.images == []
    assert part.numbers()[1] == []


def test_a_dream_is_of_ink_and_zooms(part):
    picture = part.view.picture
    image = picture.images[0]
    image.show_ink(np.eye(28, dtype=np.float32))
    seen = picture.grab().toImage()
    colours = [seen.pixelColor(image.mapToScene(QPointF(x + 0.5, 14.5)).toPoint()).name() for x in (3, 14)]
    assert colours == [appearance.theme.paper, appearance.theme.ink]
    turn_wheel(picture.viewport(), 240)
    assert not picture.navigation.is_fitted
    part.show_all()
    assert picture.navigation.is_fitted


def test_a_dream_nobody_looks_at_ends_by_itself(qtbot, monkeypatch):
    monkeypatch.setattr("nnstudio.studio.panels.dream.worker.LOOKED_AT_FOR_S", 0.05)
    model = model_of((784, 12, 10))
    dreamer = DreamWorker()
    task = DreamTask(model.architecture, model.theta, model.input_space, (1, 3), Regularisers())
    dreamer.begin(task, np.full(784, 0.5, np.float32), 0)
    dreamer.is_running = True
    dreamer.look(1.0)
    qtbot.waitUntil(lambda: dreamer.latest.n_steps > 0)
    qtbot.waitUntil(lambda: not dreamer._worker.is_busy)
    dreamer.stop()


def test_a_dream_of_a_network_that_is_gone_ends(qtbot, caplog):
    dreamer = DreamWorker()
    model, other = model_of((784, 12, 10)), Architecture.of((2, 3, 2))
    task = DreamTask(model.architecture, model.theta, model.input_space, (1, 1), Regularisers())
    dreamer.begin(task, np.full(784, 0.5, np.float32), 0)
    dreamer.is_running = True
    dreamer.change(replace(task, architecture=other, theta=initialise(other, rng=np.random.default_rng(0))))
    dreamer.look(1.0)
    qtbot.waitUntil(lambda: not dreamer._worker.is_busy)
    dreamer.stop()
    assert not caplog.records
    assert dreamer.latest.n_steps == 0


def test_the_dream_is_the_network_s_where_a_difference_is_displayed(session, part, until):
    before = part.dreamer.latest
    show_difference(session)
    part._begin()
    until(lambda: part.dreamer.latest is not before)
    assert part.dreamer.latest.task.theta is session.network.own_weights
    np.testing.assert_array_equal(part.dreamer.latest.reading.outputs, before.reading.outputs)
