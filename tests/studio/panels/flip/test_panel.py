import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.reading import read
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.flip.panel import FlipPanel
from nnstudio.studio.panels.flip.worker import FlipQuestion, FlipWorker
from tests.studio.gestures import choose, places_in, write_stroke
from tests.studio.networks import model_of, show_difference


@pytest.fixture
def part(session, show_alone, until):
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    part = show_alone(FlipPanel)
    until(lambda: part.flip is not None)
    return part


def answer(session, x):
    return read(session.network.architecture, session.network.displayed_weights, x).label


def test_the_flip_on_show_is_one(session, part):
    before = session.network.reading.label
    assert part.flip.label_before == before
    assert answer(session, part.at_slider()) == part.flip.label != before
    names = session.network.output_space.class_names
    assert part.found.text().startswith(
        f"{names[before]} → {names[part.flip.label]}: size {part.flip.size:.3f}"
    )


def test_the_slider_leads_from_the_input_to_the_flip_and_the_answer_follows(session, part):
    part.slider.setValue(0)
    np.testing.assert_array_equal(part.at_slider(), session.input.x)
    assert part.outputs._values.argmax() == session.network.reading.label
    part.slider.setValue(100)
    np.testing.assert_array_equal(part.at_slider(), part.flip.x)
    assert part.outputs._values.argmax() == part.flip.label
    part.slider.setValue(90)
    assert part.outputs._values.argmax() == session.network.reading.label


def test_numbers_are_the_input_before_and_after(part):
    columns, rows = part.numbers()
    assert columns == ["row", "column", "before", "flipped"]
    numbers = np.array(rows, np.float32)
    np.testing.assert_array_equal(numbers[:, 2], part.flip.start)
    np.testing.assert_array_equal(numbers[:, 3], part.flip.x)
    change = part.change.picture.images[1]
    np.testing.assert_array_equal(change.tiles.ravel(), part.flip.x - part.flip.start)


def test_another_class_can_be_asked_for(session, part, until):
    before = session.network.reading.label
    wanted = (before + 4) % 10
    choose(part.target, wanted)
    until(lambda: part.flip is not None and part.flip.label == wanted)
    choose(part.target, before)
    until(lambda: part.flip is None)
    assert part.change.message == "This is the answer already; choose another class."


def test_the_changed_input_goes_to_the_canvas(session, part, until):
    label, x = part.flip.label, part.flip.x
    part.put.click()
    until(lambda: session.network.reading.label == label)
    np.testing.assert_allclose(session.input.x, x, atol=1e-6)
    until(lambda: part.flip.label_before == label)


def test_it_follows_the_pen_and_the_training_and_ends_with_the_input(session, part, until):
    before = part.flip
    write_stroke(session.input, [(0.8, 0.2), (0.2, 0.8)])
    until(lambda: part.flip is not before and not part.search.is_searching)
    np.testing.assert_array_equal(part.flip.start, session.input.x)
    untrained = session.network.displayed_weights
    session.training.step_batch()
    until(lambda: part.search.answered.theta is session.network.displayed_weights is not untrained)
    session.input.clear()
    until(lambda: part.flip is None)
    assert not part.put.isEnabled()


def test_until_the_first_is_found_it_says_that_it_searches(session, part, until, monkeypatch):
    session.input.clear()
    until(lambda: part.flip is None)
    assert part.change.message.startswith("With an input")
    monkeypatch.setattr(part.search, "poll", lambda: False)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    until(lambda: part.change.message == "Searching for the smallest change …")


def test_hidden_it_asks_nothing(session, part, until):
    part.widget.hide()
    question = part.search.question
    write_stroke(session.input, [(0.8, 0.2), (0.2, 0.8)])
    before = session.network.reading
    until(lambda: session.network.reading is not before)
    assert part.search.question is question


def test_images_and_points_paint_and_explain_in_both_themes(session, part, until):
    def check():
        for theme in THEMES.values():
            appearance.set_theme(theme)
            part.widget.grab()
        for place in places_in(part.change.picture):
            assert "nan" not in part.change.picture.explain(place)

    check()
    space = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
    outputs = OutputSpace(("blue", "orange"))
    session.open_model(model_of((2, 6, 2), space=space, outputs=outputs, raster=None))
    session.input.set_x(np.array([0.3, -0.2], np.float32))
    theta = session.network.displayed_weights
    until(lambda: part.search.answered is not None and part.search.answered.theta is theta)
    check()


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


def test_what_flips_is_the_answer_of_the_network_where_a_difference_is_displayed(session, part, until):
    before = part.flip.label_before
    wanted = (before + 4) % 10
    show_difference(session)
    choose(part.target, wanted)
    until(lambda: part.flip is not None and part.flip.label == wanted)
    assert part.flip.label_before == before
    assert read(session.network.architecture, session.network.own_weights, part.at_slider()).label == wanted


def test_a_class_chosen_when_the_outputs_are_numbers_asks_nothing(session, part, monkeypatch):
    session.open_written("one-input", open_network_toml("one-input"))
    session.poll()
    assert session.network.reading is not None
    asked, ask = [], part.search.ask
    monkeypatch.setattr(part.search, "ask", lambda question: (asked.append(question), ask(question)))
    choose(part.target, 7)
    assert asked == [None]
    assert part.flip is None


def test_a_flip_of_another_network_is_neither_shown_nor_put_on_the_canvas(session, part, until):
    until(lambda: part.flip is not None)
    session.open_written("one-input", open_network_toml("one-input"))
    document = session.input.content
    part.put.click()
    part.slider.setValue(part.slider.value() // 2)
    assert part.flip is None
    assert session.input.content is document
