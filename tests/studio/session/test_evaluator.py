from dataclasses import replace

import numpy as np
import pytest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.passes import predict
from nnstudio.studio.session import evaluator
from nnstudio.studio.session.session import Session
from tests.studio.networks import model_of


class Reader:
    """What wants evaluations while it is seen."""

    def __init__(self):
        self.is_seen = True

    def visibleRegion(self):
        return self

    def isEmpty(self):
        return not self.is_seen

    def window(self):
        return self

    def isMinimized(self):
        return False

    def isAncestorOf(self, child):
        return False


@pytest.fixture
def loaded(session, until):
    """Return a session whose problem is loaded, and which nobody looks at."""
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return session


@pytest.fixture
def reader(session):
    """Return what wants evaluations while it is seen; it is not yet."""
    reader = Reader()
    reader.is_seen = False
    session.evaluator.serve(reader)
    return reader


@pytest.fixture
def results(session, reader, until):
    """Return a function that waits for an evaluation of the weights on show."""

    def wait():
        reader.is_seen = True
        until(
            lambda: (
                session.evaluator.latest is not None
                and session.evaluator.latest.theta is session.network.displayed_weights
            )
        )
        return session.evaluator.latest

    return wait


def test_evaluates_the_test_set_with_the_weights_on_show(loaded, results):
    found = results()
    problem = loaded.training.problem
    expected = predict(loaded.network.architecture, loaded.network.displayed_weights, problem.test.inputs())
    np.testing.assert_allclose(found.outputs, expected, rtol=1e-5, atol=1e-6)
    assert found.samples is problem.test
    assert (found.run_id, found.step) == (loaded.network.snapshot.run_id, loaded.network.snapshot.step)


def test_works_only_while_somebody_visible_wants_it(loaded, reader, results, until):
    loaded.poll()
    assert not loaded.evaluator._worker.is_busy
    assert loaded.evaluator.latest is None
    first = results()
    reader.is_seen = False
    loaded.training.step_batch()
    until(lambda: loaded.network.snapshot.step == 1)
    loaded.poll()
    assert not loaded.evaluator._worker.is_busy
    assert loaded.evaluator.latest is first
    assert results().step == 1


def test_a_view_that_comes_back_is_not_evaluated_again_for_nothing(loaded, reader, results):
    first = results()
    reader.is_seen = False
    loaded.poll()
    reader.is_seen = True
    loaded.evaluator._due_s = 0.0
    loaded.poll()
    assert not loaded.evaluator._worker.is_busy
    assert loaded.evaluator.latest is first


def test_follows_training_and_gives_way_to_it(loaded, results, until):
    first = results()
    loaded.training.play()
    until(lambda: loaded.evaluator.latest.step > first.step)
    loaded.training.pause()
    until(lambda: not loaded.training.is_running)
    assert results().step == loaded.network.snapshot.step


def test_keeps_the_activations_of_the_selected_unit_where_they_are_wanted(loaded, results, until):
    loaded.selection.select(0, 5)
    assert results().unit_activations is None
    loaded.evaluator.serve(Reader(), with_unit=True)
    until(lambda: loaded.evaluator.latest.unit == (0, 5))
    assert loaded.evaluator.latest.unit_activations.shape == (len(loaded.training.problem.test),)
    loaded.selection.select(1, 2)
    until(lambda: loaded.evaluator.latest.unit == (1, 2))


def test_a_new_evaluation_is_among_the_changes_of_one_frame(loaded, reader, qtbot):
    assert not loaded.poll().results
    reader.is_seen = True
    qtbot.waitUntil(lambda: loaded.poll().results)
    assert loaded.evaluator.latest is not None
    assert not loaded.poll().results


def test_says_that_the_data_are_still_to_be_loaded_and_has_them_loaded(session, reader, until):
    evaluator = session.evaluator
    reader.is_seen = True
    session.poll()
    assert evaluator.latest is None
    assert evaluator.can_load
    assert "not loaded" in evaluator.obstacle
    session.training.prepare()
    until(lambda: evaluator.latest is not None)
    assert not evaluator.obstacle
    assert not session.training.is_running


def test_says_that_the_network_is_another_problems(qapp, qtbot):
    letters = model_of((784, 6, 3), outputs=OutputSpace(("a", "b", "c"), "letter"))
    session, reader = Session(letters, "digits-synthetic"), Reader()
    session.evaluator.serve(reader)
    session.training.prepare()

    def is_loaded():
        session.poll()
        return session.training.problem is not None

    qtbot.waitUntil(is_loaded)
    session.poll()
    assert "tells a, b, c apart" in session.evaluator.obstacle
    assert not session.evaluator.can_load
    assert not session.evaluator._worker.is_busy
    assert session.evaluator.latest is None
    session.close()


def test_says_that_the_network_reads_images_of_another_size(qapp, qtbot):
    small = model_of((64, 6, 10), space=InputSpace("image", (8, 8), 0.0, 1.0), raster=None)
    session, sentences = Session(small, "digits-synthetic"), []
    session.said.connect(lambda text, _: sentences.append(text))
    assert session.training.never_fits
    assert "No data here fit" in session.evaluator.obstacle
    assert not session.evaluator.can_load, "there is no button for what would not fit"
    session.training.prepare()

    def is_loaded():
        session.poll()
        return session.training.problem is not None

    qtbot.waitUntil(is_loaded)
    misfit = "This network reads 8 × 8 numbers, Built-in digits has 28 × 28."
    assert session.evaluator.obstacle.startswith(misfit)
    assert sum(text.startswith(misfit) for text in sentences) == 1
    session.close()


def test_another_network_ends_what_was_known_of_the_one_before(loaded, results, reader, until):
    results()
    reader.is_seen = False
    loaded.setting_changes.edit_network("9")
    until(lambda: loaded.evaluator.latest is None)
    assert results().dead[0].shape == (9,)


def test_weights_that_overflow_are_said_to(loaded, results, until):
    results()
    loaded.network.newest_weights = np.full_like(loaded.network.displayed_weights, 1e30)
    until(lambda: "so large" in loaded.evaluator.obstacle)
    assert loaded.evaluator.latest is None


def test_a_test_set_at_hand_is_loaded_unasked(session, reader, until, monkeypatch):
    assert session.evaluator.can_load
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    reader.is_seen = True
    until(lambda: session.evaluator.latest is not None)
    assert not session.training.is_running


def test_a_test_set_that_was_left_is_loaded_unasked_again(session, reader, until, monkeypatch):
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    reader.is_seen = True
    until(lambda: session.evaluator.latest is not None)
    session.training.stop()
    session.training.forget_problem()
    until(lambda: session.evaluator.latest is None)
    until(lambda: session.evaluator.latest is not None)


def test_what_nobody_looks_at_is_not_loaded(session, reader, monkeypatch):
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    session.evaluator.poll()
    session.evaluator.poll()
    assert session.training.tasks.current is None
    assert session.evaluator.can_load


def test_nothing_is_downloaded_unasked_and_nothing_tried_twice(session, reader, monkeypatch):
    tries = []
    training = session.training
    monkeypatch.setattr(training, "prepare", lambda: tries.append(session.network.problem_name))
    reader.is_seen = True
    source = training.problem_sources[session.network.problem_name]
    monkeypatch.setattr(evaluator, "UNASKED_AFTER_S", 0.0)
    far = replace(source, entry=replace(source.entry, data_set="emnist"))
    training.problem_sources[source.name] = far
    session.evaluator.poll()
    session.evaluator.poll()
    assert not far.is_here
    assert tries == []
    training.problem_sources[source.name] = source
    session.evaluator.poll()
    session.evaluator.poll()
    assert tries == [source.name]
