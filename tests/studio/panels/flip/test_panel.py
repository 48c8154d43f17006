import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.insight.reading import read
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.flip.worker import FlipQuestion, FlipWorker
from tests.studio.gestures import choose, stroke_by_mouse
from tests.studio.networks import model_of, show_difference

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def part(window, qtbot):
    window.show_panel("flip")
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: window.panels["flip"].flip is not None)
    return window.panels["flip"]


def answer(window, x):
    return read(window.session.network.architecture, window.session.network.displayed_weights, x).label


def test_the_flip_on_show_is_one(window, part):
    before = window.session.network.reading.label
    assert part.flip.label_before == before
    assert answer(window, part.at_slider()) == part.flip.label != before
    names = window.session.network.output_space.class_names
    assert part.found.text().startswith(
        f"{names[before]} → {names[part.flip.label]}: size {part.flip.size:.3f}"
    )


def test_the_slider_leads_from_the_input_to_the_flip_and_the_answer_follows(window, part):
    part.slider.setValue(0)
    np.testing.assert_array_equal(part.at_slider(), window.session.input.x)
    assert part.outputs._values.argmax() == window.session.network.reading.label
    part.slider.setValue(100)
    np.testing.assert_array_equal(part.at_slider(), part.flip.x)
    assert part.outputs._values.argmax() == part.flip.label
    part.slider.setValue(90)
    assert part.outputs._values.argmax() == window.session.network.reading.label


def test_another_class_can_be_asked_for(window, part, qtbot):
    before = window.session.network.reading.label
    wanted = (before + 4) % 10
    choose(part.target, wanted)
    qtbot.waitUntil(lambda: part.flip is not None and part.flip.label == wanted)
    choose(part.target, before)
    qtbot.waitUntil(lambda: part.flip is None)
    assert part.change._message == "This is the answer already; choose another class."


@pytest.mark.new_window
def test_the_changed_input_goes_to_the_canvas(window, part, qtbot):
    label, x = part.flip.label, part.flip.x
    part.put.click()
    qtbot.waitUntil(lambda: window.session.network.reading.label == label)
    np.testing.assert_allclose(window.session.input.x, x, atol=1e-6)
    qtbot.waitUntil(lambda: part.flip.label_before == label)


def test_it_follows_the_pen_and_the_training_and_ends_with_the_input(window, part, qtbot):
    before = part.flip
    stroke_by_mouse(window.input.canvas, [(0.8, 0.2), (0.2, 0.8)])
    qtbot.waitUntil(lambda: part.flip is not before and not part.search.is_searching)
    np.testing.assert_array_equal(part.flip.start, window.session.input.x)
    window.session.training.step_batch()
    qtbot.waitUntil(lambda: part.search.answered.theta is window.session.network.displayed_weights)
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: part.flip is None)
    assert not part.put.isEnabled()


def test_until_the_first_is_found_it_says_that_it_searches(window, part, qtbot, monkeypatch):
    window.actions_by_name["clear"].trigger()
    qtbot.waitUntil(lambda: part.flip is None)
    assert part.change._message.startswith("With an input")
    monkeypatch.setattr(part.search, "poll", lambda: False)
    stroke_by_mouse(window.input.canvas, [(0.2, 0.2), (0.8, 0.8)])
    qtbot.waitUntil(lambda: part.change._message == "Searching for the smallest change …")


def test_hidden_it_asks_nothing(window, part, qtbot):
    window.show_panel("templates")
    question = part.search.question
    stroke_by_mouse(window.input.canvas, [(0.8, 0.2), (0.2, 0.8)])
    before = window.session.network.reading
    qtbot.waitUntil(lambda: window.session.network.reading is not before)
    assert part.search.question is question


def test_images_and_points_paint_and_explain_in_both_themes(window, part, open_window, qtbot):
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    outputs = OutputSpace(("blue", "orange"))
    plane = open_window(model_of((2, 6, 2), space=space, outputs=outputs, raster=None), "plane-moons")
    plane.show_panel("flip")
    plane.session.input.set_x(np.array([0.3, -0.2], np.float32))
    qtbot.waitUntil(lambda: plane.panels["flip"].search.answered is not None)
    for shown in (part, plane.panels["flip"]):
        for theme in THEMES.values():
            appearance.set_theme(theme)
            shown.widget.grab()
        for x in range(0, shown.change.width(), 17):
            for y in range(0, shown.change.height(), 11):
                assert "nan" not in shown.change.explain(QPoint(x, y))


def question(seed=0, target=None):
    model = model_of((784, 12, 8, 10), seed=seed)
    x = np.random.default_rng(seed).random(784, np.float32)
    return FlipQuestion(model.architecture, model.theta, x, (0.0, 1.0), target)


def test_the_search_answers_the_newest_question(qtbot):
    search = FlipWorker()
    for seed in range(20):
        search.ask(question(seed))
        search.poll()
    last = search.question
    qtbot.waitUntil(lambda: search.poll() and not search.is_searching)
    np.testing.assert_array_equal(search.flip.start, last.x)
    search.stop()


def test_a_search_for_another_class_gives_nothing_away_of_the_one_before(qtbot):
    search = FlipWorker()
    search.ask(question())
    search._worker.wait()
    search.ask(question(target=3))
    assert not search.poll() or search.flip.label == 3
    search.ask(None)
    assert not search.poll()
    assert search.flip is None
    search.stop()


def test_what_flips_is_the_answer_of_the_network_where_a_difference_is_displayed(window, part, qtbot):
    before = part.flip.label_before
    wanted = (before + 4) % 10
    show_difference(window.session)
    choose(part.target, wanted)
    qtbot.waitUntil(lambda: part.flip is not None and part.flip.label == wanted)
    assert part.flip.label_before == before
    assert (
        read(window.session.network.architecture, window.session.network.own_weights, part.at_slider()).label
        == wanted
    )
