"""True and random labels: two runs from one start, each until it remembers its samples."""

import numpy as np
import pytest

from nnstudio.data.problems import load_problem
from nnstudio.studio.panels.curves.panel import AccuracyPanel
from nnstudio.studio.session import memorising as memorising_module
from nnstudio.studio.session.setting_list import SAMPLES
from nnstudio.training.data_choices import DataChoices
from tests.studio.networks import model_of


@pytest.fixture
def model():
    return model_of((784, 40, 10))


@pytest.fixture
def prepared(session, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return session


def choose(session, text):
    session.setting_changes.choose(SAMPLES, text)


def test_both_are_remembered_and_the_random_ones_say_nothing_of_the_test(prepared, show_alone, until):
    session = prepared
    choose(session, "40")
    until(lambda: session.training.data.samples == 40)
    session.memorising.start()
    until(lambda: len(session.memorising.outcomes) == 2)
    true, random = session.memorising.outcomes
    assert (true.remembered, random.remembered) == (1, 1)
    assert true.tested > 0.35 > 0.25 > random.tested
    runs = {run.name: run for run in session.history.runs.all}
    assert runs.keys() >= {"True 40", "Random 40"}
    one, other = runs["True 40"].first, runs["Random 40"].first
    np.testing.assert_array_equal(one.theta, other.theta)
    assert one.config == other.config
    assert runs["Random 40"].data == DataChoices(samples=40, random_labels=1.0)
    panel = show_alone(AccuracyPanel)
    assert {row[0] for row in panel.numbers()[1]} == {"training", "test", "True 40", "training of True 40"}
    assert panel.widget._chance_line.value() == pytest.approx(10)
    told, is_warning = session.sentences[-1]
    assert not is_warning
    assert told.startswith("True labels: all 40 remembered after ")
    assert told.endswith("chance is 10 %.")


def test_a_network_that_is_too_small_says_how_far_it_came(prepared, until, monkeypatch):
    monkeypatch.setattr(memorising_module, "MOST_EPOCHS", 3)
    session = prepared
    session.setting_changes.edit_network("2")
    session.memorising.start()
    until(lambda: len(session.memorising.outcomes) == 2)
    assert not session.memorising.outcomes[1].has_all
    # The problem has six hundred samples: all of them, where a thousand are usual.
    assert "% of 600 remembered after" in session.sentences[-1][0]
    assert session.sentences[-1][0].endswith(
        "784-100-300-10 with Adam at a rate of 0.001 remembers them all."
    )


def test_a_pause_or_fresh_weights_end_the_experiment(prepared, until):
    session = prepared
    session.memorising.start()
    until(lambda: session.memorising._run_id is not None)
    session.training.reset()
    until(lambda: session.memorising._run_id is None)
    session.training.pause()
    assert session.memorising.outcomes == []


@pytest.mark.parametrize("text", ["0", "9", "601"])
def test_too_few_and_too_many_samples_are_refused_with_the_range(prepared, text):
    choose(prepared, text)
    sentence, is_warning = prepared.sentences[-1]
    assert is_warning
    assert f"are 10 to 600 for Built-in digits, and {text} is not" in sentence
    assert prepared.training.data == DataChoices()


def test_samples_are_whole_numbers_or_all_of_them(prepared, until):
    choose(prepared, "12,5")
    assert "is a whole number; 12,5 is not" in prepared.sentences[-1][0]
    choose(prepared, "100")
    until(lambda: len(prepared.training.problem.train) == 100)
    choose(prepared, "off")
    until(lambda: len(prepared.training.problem.train) == 600)


def test_numbers_have_no_random_labels(make_services):
    problem = load_problem("curve-sine")
    spaces = {"space": problem.input_space, "outputs": problem.output_space}
    model = model_of((1, 3, 1), **spaces, raster=None, output="identity")
    session = make_services(model, "curve-sine").session
    session.memorising.start()
    assert "numbers" in session.sentences[-1][0]
