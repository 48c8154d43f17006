import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from nnstudio.studio.panels.runs.table import COLUMNS

TITLES = [column.title for column in COLUMNS]


def rests_at(window, run, step):
    checkpoints = run.checkpoint_history.checkpoints
    return (
        checkpoints[-1].step == step
        and checkpoints[-1].is_measured
        and not window.session.training.is_running
    )


@pytest.fixture
def part(ready, qtbot):
    """Return the panel of a window with a run of two epochs, and a branch of one more at half the rate."""
    ready.show_panel("runs")
    session = ready.session
    for step in (5, 10):
        session.training.step_epoch()
        qtbot.waitUntil(
            lambda step=step: session.history.run is not None and rests_at(ready, session.history.run, step)
        )
    first = session.history.run
    session.history.branch(session.network.config.with_hyper(learning_rate=0.0001))
    qtbot.waitUntil(lambda: session.history.run is not first)
    session.training.step_epoch()
    qtbot.waitUntil(lambda: rests_at(ready, session.history.run, 15))
    ready.panels["runs"].table.setFocus()
    qtbot.waitUntil(lambda: shown(ready.panels["runs"], "Epochs") == ["2.00", "3.00"])
    return ready.panels["runs"]


def shown(part, title):
    model, column = part.table.model(), TITLES.index(title)
    return [model.index(row, column).data() for row in range(model.rowCount())]


def put_cursor(part, row, title):
    part.table.setCurrentIndex(part.table.model().index(row, TITLES.index(title)))


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def test_runs_are_listed_exported_sorted_opened_renamed_deleted_and_brought_back(
    part, ready, qtbot, monkeypatch, tmp_path
):
    session = ready.session
    assert shown(part, "Run") == ["Run 1", "Branch 2"]
    assert shown(part, "Now") == ["", "on show"]
    assert shown(part, "From") == ["–", "Run 1"]
    assert shown(part, "Rate") == ["0.0003", "0.0001"]
    best = session.history.run.checkpoint_history.best.test_score
    assert shown(part, "Best")[1] == f"{100 * best:.2f} %"
    first, branch = session.history.runs.all
    assert branch.checkpoint_history.seconds > first.checkpoint_history.seconds > 0

    time = part.table.model().index(0, TITLES.index("Time"))
    assert time.data(Qt.ItemDataRole.ToolTipRole).startswith(f"Time: {time.data()}\ntime spent training")
    assert time.data(Qt.ItemDataRole.AccessibleTextRole) == f"Run 1, Time: {time.data()}"

    for path, words in ((tmp_path / "all", "Saved "), (tmp_path / "no" / "x.csv", "Could not write")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, path=path: (str(path), ""))
        ready.actions_by_name["export-runs"].trigger()
        assert ready.status.message.text().startswith(words)
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["name"] for line in lines] == ["Run 1", "Branch 2"]
    assert [float(line["learning_rate"]) for line in lines] == [0.0003, 0.0001]

    assert shown(part, "Curve") == ["╌", "━"]
    curves = ready.panels["loss"].widget
    cell = part.table.visualRect(part.table.model().index(0, TITLES.index("Curve")))
    QTest.mouseClick(part.table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    qtbot.waitUntil(lambda: shown(part, "Curve") == ["", "━"])
    ready.show_panel("loss")
    qtbot.waitUntil(lambda: {row[0] for row in curves.numbers()[1]} == {"training", "test"})
    ready.show_panel("runs")
    part.table.setFocus()
    put_cursor(part, 0, "Run")
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(part, "Curve") == ["╌", "━"])

    put_cursor(part, 0, "Rate")
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert shown(part, "Run") == ["Branch 2", "Run 1"]
    assert part.table.chosen is first, "the cursor goes with its run"
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert shown(part, "Run") == ["Run 1", "Branch 2"]

    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(part, "Now") == ["on show", ""])
    assert session.history.runs.current is first

    press(Qt.Key.Key_F2)
    editor = part.table.findChild(QLineEdit)
    editor.setText("the first")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(part, "Run") == ["the first", "Branch 2"])
    assert shown(part, "From") == ["–", "the first"]

    part.table.setFocus()
    press(Qt.Key.Key_Delete)
    assert len(session.history.runs.all) == 2, "the run that is trained stays"
    put_cursor(part, 1, "Run")
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(part, "Run") == ["the first"])
    assert part.table.chosen is first, "the cursor is at what took its place"
    ready.actions_by_name["restore-run"].trigger()
    qtbot.waitUntil(lambda: shown(part, "Run") == ["the first", "Branch 2"])
