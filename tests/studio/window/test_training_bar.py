"""Every choice in the training bar."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import PROBLEMS
from nnstudio.studio.window.bar_area import leave_out
from nnstudio.training import trainer
from tests.studio.gestures import choose, is_warning, said, settled, type_into
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "identity"])
def test_an_activation_makes_a_fresh_network(ready, qtbot, name):
    choose(ready.bar.activation, name)
    settled(ready, qtbot)
    assert ready.session.network.architecture.activations == (name, name, "softmax")
    assert ready.session.network.config == ready.session.network.snapshot.config


def test_no_problem_is_named_where_no_data_fit(ready, qtbot):
    assert ready.bar.problem.currentText() == "Built-in digits"
    ready.session.open_model(model_of((64, 6, 10), space=InputSpace("image", (8, 8), 0.0, 1.0), raster=None))
    assert ready.bar.problem.currentIndex() == -1
    assert ready.bar.problem.placeholderText() == "no data fit"
    assert ready.bar.loss.currentData() == ready.session.network.config.loss
    ready.session.go_back()
    assert ready.bar.problem.currentText() == "Built-in digits"


@pytest.mark.parametrize("name", ["squared_error", "cross_entropy"])
def test_a_loss(ready, qtbot, name):
    choose(ready.bar.loss, name)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.config.loss == name


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_an_optimiser(ready, qtbot, name):
    theta = ready.session.network.displayed_weights
    choose(ready.bar.optimiser, name)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.config.optimiser == name
    np.testing.assert_array_equal(ready.session.network.displayed_weights, theta)


@pytest.mark.parametrize("text", ["32", "1", "600"])
def test_a_batch_size(ready, qtbot, text):
    type_into(ready.bar.batch_size, text)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.config.batch_size == int(text)


@pytest.mark.parametrize(("text", "value"), [("0.1", 0.1), ("0,5", 0.5), ("0", 0.0)])
def test_a_weight_decay(ready, qtbot, text, value):
    type_into(ready.bar.weight_decay, text)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.config.hyper.weight_decay == value


@pytest.mark.parametrize(("text", "value"), [("0.02", 0.02), ("3e-4", 3e-4), ("0,01", 0.01)])
def test_a_learning_rate_without_a_restart(ready, qtbot, text, value):
    ready.actions_by_name["step-batch"].trigger()
    qtbot.waitUntil(lambda: ready.session.network.snapshot.step == 1)
    type_into(ready.bar.learning_rate, text)
    qtbot.waitUntil(lambda: ready.session.network.snapshot.learning_rate == value)
    assert ready.session.network.snapshot.step == 1
    assert ready.session.network.config.hyper.learning_rate == value


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("30 20", (784, 30, 20, 10)), ("784-9-10", (784, 9, 10)), ("", (784, 10))],
)
def test_a_network(ready, qtbot, text, sizes):
    type_into(ready.bar.network, text)
    settled(ready, qtbot)
    assert ready.session.network.architecture.layer_sizes == sizes
    assert ready.bar.network.text() == "–".join(map(str, sizes))
    assert "weights, " in said(ready)
    ready.grab()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("network", "0"),
        ("network", "seven"),
        ("network", "1000000 1000000"),
        ("network", "9" * 400),
        ("network", " ".join(["3"] * 60)),
        ("network", "784-64-26"),
        ("learning_rate", "0"),
        ("learning_rate", "-1"),
        ("learning_rate", "fast"),
        ("learning_rate", "nan"),
        ("learning_rate", "inf"),
        ("learning_rate", ""),
        ("batch_size", "0"),
        ("batch_size", "2.5"),
        ("batch_size", "1e300"),
        ("batch_size", "many"),
        ("weight_decay", "-0.5"),
        ("weight_decay", "inf"),
        ("weight_decay", "²"),
    ],
)
def test_what_is_refused_changes_nothing_and_is_said(ready, qtbot, field, text):
    session, widget = ready.session, getattr(ready.bar, field)
    shown = widget.text() if field == "network" else widget.currentText()
    config, theta, run = session.network.config, session.network.displayed_weights, session.training.run_id
    type_into(widget, text)
    assert is_warning(ready)
    assert said(ready).endswith("Everything is as it was.")
    assert (widget.text() if field == "network" else widget.currentText()) == shown
    assert (session.network.config, session.training.run_id) == (config, run)
    assert session.network.displayed_weights is theta


def test_a_loss_brings_the_output_it_is_made_for_and_leaves_the_weights(open_window, qtbot):
    from tests.studio.networks import model_of

    window = open_window(model_of((784, 5, 10), output="identity"))
    assert window.session.network.config.loss == "squared_error"
    theta = window.session.network.displayed_weights.copy()
    for loss, output in (
        ("cross_entropy", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("hinge", "identity"),
    ):
        choose(window.bar.loss, loss)
        assert window.session.network.config.loss == loss
        assert window.session.network.architecture.activations[-1] == output
        np.testing.assert_array_equal(window.session.network.displayed_weights, theta)


@pytest.mark.parametrize(("key", "factor"), [("faster", 1.5), ("slower", 1 / 1.5)])
def test_keys_for_the_learning_rate(ready, key, factor):
    rate = ready.session.network.config.hyper.learning_rate
    ready.actions_by_name[key].trigger()
    assert ready.session.network.config.hyper.learning_rate == pytest.approx(rate * factor, rel=0.01)


def test_holding_a_key_for_the_learning_rate_ends_in_no_error(ready):
    for name in ("slower", "faster"):
        for _ in range(400):
            ready.actions_by_name[name].trigger()
        assert np.isfinite(ready.session.network.config.hyper.learning_rate)
        assert ready.session.network.config.hyper.learning_rate > 0


def test_the_bar_shows_a_run(ready, qtbot):
    figures = ready.bar._figures
    qtbot.waitUntil(lambda: figures["Epoch"].value.text() == "0.00")
    ready.actions_by_name["step-epoch"].trigger()
    qtbot.waitUntil(lambda: figures["Epoch"].value.text() == "1.00")
    qtbot.waitUntil(lambda: ready.bar._score.value.text().endswith("%"))


# What is typed for a network


def test_after_return_the_keys_are_the_windows_again(ready, qtbot):
    field = ready.bar.network
    field.setFocus()
    field.setText("30 20")
    field.setModified(True)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ready.input.canvas.hasFocus())
    assert ready.session.network.architecture.layer_sizes[1:-1] == (30, 20)


def test_escape_leaves_a_field_as_it_was(ready, qtbot):
    field = ready.bar.network
    before = field.text()
    field.setFocus()
    qtbot.keyClicks(field, "77")
    ready.actions_by_name["cancel"].trigger()
    assert field.text() == before
    assert ready.input.canvas.hasFocus()


def test_a_choice_right_after_play_does_not_lose_the_play(ready, qtbot):
    ready.session.training.play()
    type_into(ready.bar.batch_size, "50")
    qtbot.waitUntil(
        lambda: ready.session.training.is_running and ready.session.network.snapshot.config.batch_size == 50
    )
    ready.session.training.pause()
    qtbot.waitUntil(lambda: not ready.session.training.is_running)


def test_what_was_refused_is_not_said_for_longer_than_it_is_true(ready):
    type_into(ready.bar.weight_decay, "nan")
    assert is_warning(ready)
    type_into(ready.bar.weight_decay, "5")
    assert not is_warning(ready)
    assert "5" in said(ready)


def test_a_layer_too_wide_to_be_shown_is_refused(ready):
    before = ready.session.network.architecture
    type_into(ready.bar.network, "1000000")
    assert is_warning(ready)
    assert ready.session.network.architecture == before


def test_a_run_that_cannot_begin_leaves_the_window_with_what_the_trainer_holds(ready, qtbot, monkeypatch):
    before = ready.session.network.architecture

    def fail(*_, **__):
        raise MemoryError("no room")

    monkeypatch.setattr(trainer, "TrainingLoop", fail)
    type_into(ready.bar.network, "9")
    qtbot.waitUntil(lambda: ready.session.training.state == "failed")
    assert ready.session.network.architecture == before
    assert len(ready.session.network.displayed_weights) == before.n_params
    assert is_warning(ready)


def test_a_narrow_bar_leaves_out_what_the_settings_have_too(window):
    bar = window.bar
    everything = [*bar.settings, *bar._figures.values()]
    assert all(control.isVisible() for control in everything)
    need = bar.minimumSizeHint().width()
    leave_out(bar, need - 100)
    assert bar.minimumSizeHint().width() <= need - 100
    assert not bar.weight_decay.isVisible()
    assert bar.learning_rate.isVisible()
    leave_out(bar, 300)
    assert bar.problem.isVisible()
    assert bar.network.isVisible()
    leave_out(bar, need + 10)
    assert all(control.isVisible() for control in everything)


def test_problems_are_listed_by_their_kind_of_input(window):
    box = window.bar.problem
    groups, names = [], [box.itemData(k) for k in range(box.count())]
    for name in names:
        groups.append([]) if name is None else groups[-1].append(name)
    headings = [k for k, name in enumerate(names) if name is None]
    assert [box.itemText(k) for k in headings] == ["Pictures", "Points of the plane", "Curves"]
    assert not any(box.model().item(k).isEnabled() for k in headings)
    kinds = [{PROBLEMS[name].kind for name in group if name in PROBLEMS} for group in groups]
    assert all(len(kind) == 1 for kind in kinds[:3])
    assert set.union(*kinds) == {entry.kind for entry in PROBLEMS.values()}
    assert all(groups)
    chosen = []
    window.bar.problem_chosen.connect(chosen.append)
    box.activated.emit(names.index(None))
    assert not chosen
    window.bar.problem_chosen.disconnect(chosen.append)
    window.bar.list_problem("own", "Own points")
    window.bar.list_problem("own-2", "Other points")
    last = box.count() - 1
    assert [box.itemData(k) for k in range(last - 2, last + 1)] == [None, "own", "own-2"]
    box.removeItem(last), box.removeItem(last - 1), box.removeItem(last - 2)
