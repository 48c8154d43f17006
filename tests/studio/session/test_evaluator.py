from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from nnstudio.data.problem import OutputSpace
from nnstudio.engine.passes import predict
from nnstudio.studio.session import evaluator
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)


def put_away_readers(window):
    """Hide the panels, some of which want evaluates."""
    for part in window.panels.values():
        if part.name != "input":
            part.widget.hide()


@pytest.fixture
def ready(window, qtbot):
    """Return a window whose problem is loaded, and which shows nothing that wants evaluates."""
    put_away_readers(window)
    window.session.training.prepare()
    qtbot.waitUntil(lambda: window.session.network.snapshot is not None)
    return window


@pytest.fixture
def reader(ready):
    """Return a widget that wants evaluates while it is visible."""
    widget = QWidget(ready)
    ready.session.evaluator.serve(widget)
    return widget


@pytest.fixture
def results(ready, reader, qtbot):
    """Return a function that waits for an evaluation of the weights on show."""

    def wait():
        reader.show()
        qtbot.waitUntil(
            lambda: (
                ready.session.evaluator.latest is not None
                and ready.session.evaluator.latest.theta is ready.session.network.displayed_weights
            )
        )
        return ready.session.evaluator.latest

    return wait


def test_evaluates_the_test_set_with_the_weights_on_show(ready, results):
    found = results()
    problem = ready.session.training.problem
    expected = predict(
        ready.session.network.architecture, ready.session.network.displayed_weights, problem.test.inputs()
    )
    np.testing.assert_allclose(found.outputs, expected, rtol=1e-5, atol=1e-6)
    assert found.samples is problem.test
    assert (found.run_id, found.step) == (
        ready.session.network.snapshot.run_id,
        ready.session.network.snapshot.step,
    )


@pytest.mark.new_window
def test_works_only_while_somebody_visible_wants_it(ready, reader, results, qtbot):
    reader.hide()
    qtbot.wait(100)
    assert ready.session.evaluator.latest is None
    first = results()
    reader.hide()
    ready.session.training.step_batch()
    qtbot.waitUntil(lambda: ready.session.network.snapshot.step == 1)
    qtbot.wait(100)
    assert ready.session.evaluator.latest is first
    assert results().step == 1


def test_a_view_that_comes_back_is_not_evaluated_again_for_nothing(ready, reader, results, qtbot):
    first = results()
    reader.hide()
    qtbot.wait(50)
    reader.show()
    qtbot.wait(200)
    assert ready.session.evaluator.latest is first


def test_follows_training_and_gives_way_to_it(ready, results, qtbot):
    first = results()
    ready.session.training.play()
    qtbot.waitUntil(lambda: ready.session.evaluator.latest.step > first.step, timeout=10_000)
    ready.session.training.pause()
    qtbot.waitUntil(lambda: not ready.session.training.is_running)
    assert results().step == ready.session.network.snapshot.step


def test_keeps_the_activations_of_the_selected_unit_where_they_are_wanted(ready, results, qtbot):
    ready.session.selection.select(0, 5)
    assert results().unit_activations is None
    reader = QWidget(ready)
    ready.session.evaluator.serve(reader, with_unit=True)
    reader.show()
    qtbot.waitUntil(lambda: ready.session.evaluator.latest.unit == (0, 5))
    assert ready.session.evaluator.latest.unit_activations.shape == (
        len(ready.session.training.problem.test),
    )
    ready.session.selection.select(1, 2)
    qtbot.waitUntil(lambda: ready.session.evaluator.latest.unit == (1, 2))


@pytest.mark.new_window
def test_a_new_evaluation_is_told_to_the_panels_in_the_next_frame(ready, reader, qtbot, monkeypatch):
    told = []
    refresh = ready.panels["input"].refresh
    monkeypatch.setattr(
        ready.panels["input"], "refresh", lambda changes: (told.append(changes.results), refresh(changes))
    )
    qtbot.wait(50)
    assert not any(told)
    reader.show()
    qtbot.waitUntil(lambda: any(told))
    assert ready.session.evaluator.latest is not None


def test_says_that_the_data_are_still_to_be_loaded_and_has_them_loaded(window, qtbot):
    put_away_readers(window)
    evaluator, reader = window.session.evaluator, QWidget(window)
    evaluator.serve(reader)
    reader.show()
    qtbot.wait(50)
    assert evaluator.latest is None
    assert evaluator.can_load
    assert "not loaded" in evaluator.obstacle
    window.session.training.prepare()
    qtbot.waitUntil(lambda: evaluator.latest is not None)
    assert not evaluator.obstacle
    assert not window.session.training.is_running


def test_says_that_the_network_is_another_problems(open_window, qtbot):
    letters = model_of((784, 6, 3), outputs=OutputSpace(("a", "b", "c"), "letter"))
    window = open_window(letters)
    put_away_readers(window)
    reader = QWidget(window)
    window.session.evaluator.serve(reader)
    reader.show()
    window.session.training.prepare()
    qtbot.waitUntil(lambda: window.session.training.problem is not None)
    qtbot.wait(50)
    assert "tells a, b, c apart" in window.session.evaluator.obstacle
    assert not window.session.evaluator.can_load
    assert window.session.evaluator.latest is None


def test_another_network_ends_what_was_known_of_the_one_before(ready, results, reader, qtbot):
    results()
    reader.hide()
    ready.session.setting_changes.edit_network("9")
    qtbot.waitUntil(lambda: ready.session.evaluator.latest is None)
    assert results().dead[0].shape == (9,)


def test_weights_that_overflow_are_said_to(ready, results, qtbot):
    results()
    ready.session.network.newest_weights = np.full_like(ready.session.network.displayed_weights, 1e30)
    qtbot.waitUntil(lambda: "so large" in ready.session.evaluator.obstacle)
    assert ready.session.evaluator.latest is None


@pytest.mark.new_window
def test_a_test_set_at_hand_is_loaded_unasked(window, qtbot, monkeypatch):
    assert window.session.evaluator.can_load
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    qtbot.waitUntil(lambda: window.session.evaluator.latest is not None)
    assert not window.session.training.is_running


def test_what_nobody_looks_at_is_not_loaded(window, monkeypatch):
    put_away_readers(window)
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    window.session.evaluator.poll()
    window.session.evaluator.poll()
    assert window.session.training.tasks.current is None
    assert window.session.evaluator.can_load


@pytest.mark.new_window
def test_nothing_is_downloaded_unasked_and_nothing_tried_twice(window, monkeypatch):
    tries = []
    monkeypatch.setattr(
        window.session.training, "prepare", lambda: tries.append(window.session.network.problem_name)
    )
    source = window.session.training.problem_sources[window.session.network.problem_name]
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    far = replace(source, entry=replace(source.entry, data_set="emnist"))
    window.session.training.problem_sources[source.name] = far
    window.session.evaluator.poll()
    window.session.evaluator.poll()
    assert not far.is_here
    assert tries == []
    window.session.training.problem_sources[source.name] = source
    window.session.evaluator.poll()
    window.session.evaluator.poll()
    assert tries == [source.name]
