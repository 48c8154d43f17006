"""The panel of settings in the window: what it shows, what it takes, and what it refuses as one types."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.studio.painting.theme import LIGHT
from nnstudio.studio.panels.settings.form import SettingsForm
from tests.studio.gestures import choose, is_warning, said, settled, turn_wheel, type_into

pytestmark = pytest.mark.window(shared=True)


@pytest.fixture
def panel(ready, qtbot):
    ready.actions_by_name["settings"].trigger()
    view = ready.panels["settings"].widget
    qtbot.waitUntil(lambda: view.box("optimiser").currentData() == ready.session.network.config.optimiser)
    return view


def row(panel, key):
    return panel.box(key).parent()


def note(panel, key):
    line = row(panel, key)._note
    return line.text() if not line.isHidden() else ""


def test_the_key_and_the_bar_lead_to_it_and_the_first_setting_has_the_keys(panel, ready):
    assert isinstance(panel, SettingsForm)
    assert panel.isVisible()
    assert panel.box("activation-0").hasFocus()
    assert ready.actions_by_name["settings"].toolTip().startswith("Settings: ")


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
def test_a_number_reaches_the_run_without_a_restart(panel, ready, qtbot, key, text, read):
    run = ready.session.network.snapshot.run_id
    type_into(panel.box(key), text)
    settled(ready, qtbot)
    assert read(ready.session.network.snapshot.config)
    assert ready.session.network.snapshot.run_id == run
    assert said(ready).endswith("from now on.")


@pytest.mark.parametrize(
    ("key", "value"), [("optimiser", "rmsprop"), ("schedule", "cosine"), ("output", "sigmoid")]
)
def test_a_choice_reaches_the_run_without_a_restart(panel, ready, qtbot, key, value):
    run = ready.session.network.snapshot.run_id
    choose(panel.box(key), value)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.run_id == run
    assert panel.box(key).setting.read(ready.session.network.snapshot.config) == value


@pytest.mark.parametrize(("key", "value"), [("activation-1", "tanh"), ("initialisation", "orthogonal")])
def test_what_needs_fresh_weights_says_so_and_starts_them(panel, ready, qtbot, key, value):
    run = ready.session.network.snapshot.run_id
    choose(panel.box(key), value)
    settled(ready, qtbot)
    assert ready.session.network.snapshot.run_id > run
    assert said(ready).startswith("Fresh weights: ")
    assert "fresh weights" in panel.box(key).toolTip()


def test_what_is_typed_is_judged_at_once_and_changes_nothing_before_return(panel, ready):
    box, config = panel.box("beta1"), ready.session.network.config
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
    assert ready.session.network.config is config
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert ready.session.network.config.hyper.beta1 == 0.95


def test_the_sentence_about_what_is_typed_has_the_room_it_needs(panel, ready, qtbot):
    box = panel.box("seed")
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "-3")
    line = row(panel, "seed")._note
    qtbot.waitUntil(lambda: line.y() >= box.geometry().bottom())
    assert line.height() >= line.heightForWidth(line.width()) > line.fontMetrics().height()
    qtbot.waitUntil(lambda: row(panel, "seed").height() > line.geometry().bottom())


def test_what_is_impossible_goes_when_the_field_is_left(panel, ready, qtbot):
    box, config = panel.box("dropout"), ready.session.network.config
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box, "7")
    panel.box("l1").setFocus()
    qtbot.waitUntil(lambda: box.currentText() == "off")
    assert not note(panel, "dropout")
    assert is_warning(ready)
    assert ready.session.network.config == config


def test_only_what_has_an_effect_is_shown(panel, ready, qtbot):
    def shown(*keys):
        return [not row(panel, key).isHidden() for key in keys]

    assert shown("beta1", "beta2", "momentum", "rho", "rate_decay") == [True, True, False, False, False]
    choose(panel.box("optimiser"), "momentum")
    choose(panel.box("schedule"), "step")
    qtbot.waitUntil(lambda: shown("momentum", "beta1", "rate_decay") == [True, False, True])
    choose(panel.box("loss"), "hinge")
    qtbot.waitUntil(lambda: shown("label_smoothing") == [False])


def test_there_is_a_row_for_each_hidden_layer(panel, ready, qtbot):
    type_into(ready.bar.network, "9 8 7")
    qtbot.waitUntil(lambda: "activation-2" in panel.groups["Network"].rows)
    assert list(panel.groups["Network"].rows)[:4] == [*(f"activation-{k}" for k in range(3)), "output"]
    type_into(ready.bar.network, "784-10")
    qtbot.waitUntil(lambda: "activation-0" not in panel.groups["Network"].rows)
    assert row(panel, "dropout").isHidden()


def test_leaving_step_outputs_and_going_back_bring_the_pace_back(panel, ready, qtbot):
    def shown():
        bar = ready.bar
        return [box.currentText() for box in (bar.loss, bar.optimiser, bar.batch_size, bar.learning_rate)]

    type_into(ready.bar.network, "784-10")
    before = shown()
    QTest.keyClick(ready.input.canvas, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: ready.session.network.was_trained)
    choose(panel.box("output"), "step")
    assert shown()[1:] == ["SGD", "1", "1"]
    choose(panel.box("output"), "softmax")
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


def test_another_choice_in_the_bar_is_followed(panel, ready, qtbot):
    choose(ready.bar.optimiser, "nesterov")
    qtbot.waitUntil(lambda: panel.box("optimiser").currentData() == "nesterov")


def test_layers_of_different_kinds_show_as_mixed_in_the_bar(panel, ready, qtbot):
    choose(panel.box("activation-1"), "sine")
    qtbot.waitUntil(lambda: ready.bar.activation.currentIndex() == -1)
    assert ready.bar.activation.placeholderText() == "mixed"


def test_tab_goes_through_all_of_it_in_order(panel, ready):
    keys, box = [], panel.box("activation-0")
    box.setFocus()
    for _ in range(60):
        focused = QApplication.focusWidget()
        while focused is not None and not hasattr(focused, "setting"):
            focused = focused.parentWidget()
        if focused is None or focused.window() is not ready:
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


@pytest.mark.window(shared=False)
@pytest.mark.parametrize("width", [300, 520, 800, 1200])
def test_nothing_is_wider_than_the_panel(panel, ready, width, qtbot):
    panel.setParent(None)
    panel.resize(width, 500)
    panel.show()
    qtbot.waitExposed(panel)
    QApplication.processEvents()
    assert panel.widget().width() <= panel.viewport().width()
    for group in panel.groups.values():
        assert group.geometry().right() <= panel.viewport().width()
    panel.setParent(ready)
    panel.hide()


def test_the_wheel_scrolls_and_changes_nothing(panel, ready):
    box = panel.box("optimiser")
    before = ready.session.network.config
    turn_wheel(box, -120, pixels=-120)
    assert ready.session.network.config is before


def test_an_end_that_a_schedule_needs_lies_ahead_of_a_long_run(panel, ready, qtbot):
    snapshot = ready.session.network.snapshot
    ready.session.network.snapshot = replace(snapshot, epoch=33.3)
    choose(panel.box("schedule"), "cosine")
    assert ready.session.network.config.epochs == 43.0


def test_the_rate_is_drawn_over_the_run(panel, ready, qtbot):
    picture = ready.panels["settings"]._rate
    choose(panel.box("schedule"), "one_cycle")
    qtbot.waitUntil(lambda: picture._rates.argmax() == pytest.approx(0.3 * len(picture._rates), abs=4))
    assert "learning rate" in picture.explain(QPoint(picture.width() // 2, 40))
    assert picture.explain(QPoint(-5, 40)) == ""
    ready.set_theme(LIGHT)
    assert not picture.grab().isNull()


def test_every_control_has_a_name_and_a_tip(panel):
    for group in panel.groups.values():
        for each in group.rows.values():
            assert each.box.accessibleName()
            assert each.box.toolTip().startswith(f"{each.box.setting.shown_title()}: ")
