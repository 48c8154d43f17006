"""The panel of settings in the window: what it shows, what it takes, and what it refuses as one types."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.studio.painting.style_sheet import style_sheet
from nnstudio.studio.painting.theme import DARK, LIGHT, appearance
from nnstudio.studio.panels.settings.form import SettingsForm
from nnstudio.studio.panels.settings.panel import SettingsPanel
from tests.studio.gestures import choose, said, turn_wheel, type_into
from tests.studio.plots import check_navigation, read_out

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    part = show_alone(SettingsPanel)
    until(lambda: part.widget.box("optimiser").currentData() == session.network.config.optimiser)
    return part


@pytest.fixture
def panel(part):
    return part.widget


def settle(session, until):
    """Wait until the run on show is the one asked for last, with the choices made last."""
    trainer = session.training.trainer
    until(lambda: trainer.latest.config == session.network.config)
    until(lambda: trainer.latest.run_id == session.training.run_id)
    until(lambda: session.network.snapshot is trainer.latest)


def row(panel, key):
    return panel.box(key).parent()


def note(panel, key):
    line = row(panel, key)._note
    return line.text() if not line.isHidden() else ""


@pytest.mark.parametrize(
    ("key", "text", "read"),
    [
        ("label_smoothing", "0.1", lambda config: config.label_smoothing == 0.1),
        ("dropout", "0,3", lambda config: config.dropout == 0.3),
        ("clip_norm", "5", lambda config: config.hyper.clip_norm == 5.0),
        ("beta1", "0.5", lambda config: config.hyper.beta1 == 0.5),
        ("patience_epochs", "3", lambda config: config.patience_epochs == 3.0),
        ("epochs", "7", lambda config: config.epochs == 7.0),
    ],
)
def test_a_number_reaches_the_run_without_a_restart(panel, session, until, key, text, read):
    run = session.network.snapshot.run_id
    type_into(panel.box(key), text)
    settle(session, until)
    assert read(session.network.snapshot.config)
    assert session.network.snapshot.run_id == run
    assert session.sentences[-1][0].endswith("from now on.")


@pytest.mark.parametrize(
    ("key", "value"), [("optimiser", "rmsprop"), ("schedule", "cosine"), ("output", "sigmoid")]
)
def test_a_choice_reaches_the_run_without_a_restart(panel, session, until, key, value):
    run = session.network.snapshot.run_id
    choose(panel.box(key), value)
    settle(session, until)
    assert session.network.snapshot.run_id == run
    assert panel.box(key).setting.read(session.network.snapshot.config) == value


def test_a_layer_is_frozen_within_the_run_and_not_the_last_that_learns(panel, session, until):
    choose(panel.box("frozen-0"), "frozen")
    settle(session, until)
    assert session.network.config.frozen == (0,)
    before = session.network.architecture.layers(session.network.displayed_weights.copy())
    step = session.network.snapshot.step
    session.training.step_batch()
    until(lambda: session.network.snapshot.step > step)
    after = session.network.architecture.layers(session.network.displayed_weights)
    assert [bool((a.W == b.W).all()) for a, b in zip(after, before, strict=True)] == [
        k == 0 for k in range(len(after))
    ]
    for k in range(1, len(after)):
        choose(panel.box(f"frozen-{k}"), "frozen")
    assert "let one of them learn" in session.sentences[-1][0]
    assert len(session.network.config.frozen) == len(after) - 1


@pytest.mark.parametrize(("key", "value"), [("activation-1", "tanh"), ("initialisation", "orthogonal")])
def test_what_needs_fresh_weights_says_so_and_starts_them(panel, session, until, key, value):
    run = session.network.snapshot.run_id
    choose(panel.box(key), value)
    settle(session, until)
    assert session.network.snapshot.run_id > run
    assert session.sentences[-1][0].startswith("Fresh weights: ")
    assert "fresh weights" in panel.box(key).toolTip()


def test_what_is_typed_is_judged_at_once_and_changes_nothing_before_return(panel, session):
    box, config = panel.box("beta1"), session.network.config
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "1")
    assert "must be a number from 0 up to" in note(panel, "beta1")
    assert box.accessibleDescription() == note(panel, "beta1")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert "must be" in note(panel, "beta1")
    assert box.currentText() == "1"
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClicks(box, "0.95")
    assert not note(panel, "beta1")
    assert session.network.config is config
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert session.network.config.hyper.beta1 == 0.95


def test_the_sentence_about_what_is_typed_has_the_room_it_needs(panel, until):
    box = panel.box("seed")
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "-3")
    line = row(panel, "seed")._note
    until(lambda: line.y() >= box.geometry().bottom())
    assert line.height() >= line.heightForWidth(line.width()) > line.fontMetrics().height()
    until(lambda: row(panel, "seed").height() > line.geometry().bottom())


def test_what_is_impossible_goes_when_the_field_is_left(panel, session, until):
    box, config = panel.box("dropout"), session.network.config
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "7")
    panel.box("l1").setFocus()
    until(lambda: box.currentText() == "off")
    assert not note(panel, "dropout")
    assert session.sentences[-1][1]
    assert session.network.config == config


def test_only_what_has_an_effect_is_shown(panel, until):
    def shown(*keys):
        return [not row(panel, key).isHidden() for key in keys]

    assert shown("beta1", "beta2", "momentum", "rho", "rate_decay") == [True, True, False, False, False]
    choose(panel.box("optimiser"), "momentum")
    choose(panel.box("schedule"), "step")
    until(lambda: shown("momentum", "beta1", "rate_decay") == [True, False, True])
    choose(panel.box("loss"), "hinge")
    until(lambda: shown("label_smoothing") == [False])


def test_there_is_a_row_for_each_hidden_layer(panel, session, until):
    session.setting_changes.edit_network("9 8 7")
    until(lambda: "activation-2" in panel.groups["Network"].rows)
    layers = [*(f"activation-{k}" for k in range(3)), *(f"frozen-{k}" for k in range(4))]
    assert list(panel.groups["Network"].rows)[:8] == [*layers, "output"]
    session.setting_changes.edit_network("784-10")
    until(lambda: "activation-0" not in panel.groups["Network"].rows)
    assert row(panel, "dropout").isHidden()


def test_tab_goes_through_all_of_it_in_order(panel):
    keys, box = [], panel.box("activation-0")
    box.setFocus()
    for _ in range(60):
        focused = QApplication.focusWidget()
        while focused is not None and not hasattr(focused, "setting"):
            focused = focused.parentWidget()
        if focused is None or focused.window() is not panel.window():
            break
        if focused.setting.key in keys:
            break
        keys.append(focused.setting.key)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    visible = [
        each.box.setting.key
        for group in panel.groups.values()
        for each in group.rows.values()
        if not each.isHidden()
    ]
    assert keys[: len(visible)] == visible


def test_nothing_is_wider_than_the_panel(session, show_alone, until, qtbot):
    panel = show_alone(SettingsPanel).widget
    until(lambda: panel.box("optimiser").currentData() == session.network.config.optimiser)
    frame = panel.parentWidget()
    panel.setParent(None)
    panel.setStyleSheet(style_sheet(DARK))
    for width in (300, 520, 800, 1200):
        panel.resize(width, 500)
        panel.show()
        qtbot.waitExposed(panel)
        QApplication.processEvents()
        assert panel.widget().width() <= panel.viewport().width()
        for group in panel.groups.values():
            assert group.geometry().right() <= panel.viewport().width()
        panel.hide()
    panel.setParent(frame)


def test_the_wheel_scrolls_and_changes_nothing(panel, session):
    box = panel.box("optimiser")
    before = session.network.config
    turn_wheel(box, -120, pixels=-120)
    assert session.network.config is before


def test_an_end_that_a_schedule_needs_lies_ahead_of_a_long_run(panel, session):
    snapshot = session.network.snapshot
    session.network.snapshot = replace(snapshot, epoch=33.3)
    choose(panel.box("schedule"), "cosine")
    assert session.network.config.epochs == 43.0


def test_the_rate_is_drawn_over_the_run(session, part, panel, until):
    picture = part._rate
    choose(panel.box("schedule"), "one_cycle")
    until(lambda: picture._rates.argmax() == pytest.approx(0.3 * len(picture._rates), abs=4))
    session.training.step_epoch()
    until(lambda: picture._moment.isVisible() and picture._moment.value() == 1.0)
    check_navigation(picture)
    epochs, rates = picture._curve.getOriginalDataset()
    told = read_out(picture, epochs[100])
    assert f"learning rate {rates[100]:.3g}"[:-2] in told
    columns, rows = part.numbers()
    assert columns == ("epoch", "learning rate")
    np.testing.assert_array_equal(rows, np.stack((epochs, rates), axis=1))
    assert rates.max() == pytest.approx(session.network.config.hyper.learning_rate, rel=1e-3)
    assert picture.values_at(-1.0) == []
    appearance.set_theme(LIGHT)
    assert not picture.grab().isNull()


def test_the_wheel_scrolls_past_the_plot_of_the_rate_until_it_is_clicked(part):
    picture = part._rate
    assert not picture.hasFocus()
    assert not turn_wheel(picture.viewport(), 120)
    QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=picture.rect().center())
    picture.setFocus()
    assert turn_wheel(picture.viewport(), 120)
    assert not picture.is_fitted
    part.show_all()
    assert picture.is_fitted


def test_every_control_has_a_name_and_a_tip(panel):
    for group in panel.groups.values():
        for each in group.rows.values():
            assert each.box.accessibleName()
            assert each.box.toolTip().startswith(f"{each.box.setting.shown_title()}: ")


# In the window


@pytest.fixture
def in_window(ready, qtbot):
    ready.actions_by_name["settings"].trigger()
    view = ready.panels["settings"].widget
    qtbot.waitUntil(lambda: view.box("optimiser").currentData() == ready.session.network.config.optimiser)
    return view


def test_the_key_and_the_bar_lead_to_it_and_the_first_setting_has_the_keys(in_window, ready):
    assert isinstance(in_window, SettingsForm)
    assert in_window.isVisible()
    assert in_window.box("activation-0").hasFocus()
    assert ready.actions_by_name["settings"].toolTip().startswith("Settings: ")


def test_leaving_step_outputs_and_going_back_bring_the_pace_back(in_window, ready, qtbot):
    def shown():
        bar = ready.bar
        return [box.currentText() for box in (bar.loss, bar.optimiser, bar.batch_size, bar.learning_rate)]

    type_into(ready.bar.network, "784-10")
    before = shown()
    QTest.keyClick(ready.input.canvas, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: ready.session.network.was_trained)
    choose(in_window.box("output"), "step")
    assert shown()[1:] == ["SGD", "1", "1"]
    choose(in_window.box("output"), "softmax")
    assert shown() == before
    choose(ready.bar.optimiser, "rmsprop")
    type_into(ready.bar.learning_rate, "0.02")
    trained = shown()
    ready.input.canvas.setFocus()
    QTest.keyClick(ready.input.canvas, Qt.Key.Key_R)
    type_into(ready.bar.batch_size, "7")
    type_into(ready.bar.learning_rate, "3")
    ready.input.canvas.setFocus()
    QTest.keyClick(ready.input.canvas, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert "back with its settings" in said(ready)
    assert shown() == trained


def test_another_choice_in_the_bar_is_followed(in_window, ready, qtbot):
    choose(ready.bar.optimiser, "nesterov")
    qtbot.waitUntil(lambda: in_window.box("optimiser").currentData() == "nesterov")


def test_layers_of_different_kinds_show_as_mixed_in_the_bar(in_window, ready, qtbot):
    choose(in_window.box("activation-1"), "sine")
    qtbot.waitUntil(lambda: ready.bar.activation.currentIndex() == -1)
    assert ready.bar.activation.placeholderText() == "mixed"
