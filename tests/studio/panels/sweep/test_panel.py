"""The panel Sweep: cells fill in the background, are refused, given up, sorted and opened as runs."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.data.problems import PointOptions, load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.decision import class_values
from nnstudio.insight.sweep import cell_steps, sweep_table
from nnstudio.insight.sweep_spec import SweepAxis, SweepSpec
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.sweep.panel import SweepPanel
from nnstudio.studio.panels.sweep.pictures import PictureStyle, cell_picture
from nnstudio.studio.panels.sweep.worker import SHARE_WHILE_DRAWING, SweepWorker
from nnstudio.studio.session.opened_sweep import open_sweep_table
from nnstudio.sweeps.spec_file import read_sweep
from nnstudio.sweeps.table import SweepTable
from nnstudio.sweeps.training import train_run
from nnstudio.training.config import TrainingConfig
from tests.studio.gestures import choose, type_into
from tests.studio.networks import model_of

MOONS = load_problem("plane-moons", points=PointOptions(n=20))


@pytest.fixture
def services(make_services):
    """Return what the window hands its parts, with a network for two moons."""
    model = model_of((2, 4, 2), space=MOONS.input_space, outputs=MOONS.output_space, raster=None)
    return make_services(model, "plane-moons")


@pytest.fixture
def panel(show_alone):
    panel = show_alone(SweepPanel, (760, 520))
    panel.form.length.setValue(20)
    return panel


def ask(panel, down=None, across=None):
    """Type values and press Train."""
    for field, text in ((panel.form.down, down), (panel.form.across, across)):
        if text is not None:
            field.values.setText(text)
    QTest.mouseClick(panel.form.train, Qt.MouseButton.LeftButton)


@pytest.fixture
def filled(panel, until):
    """Return the panel with the results of two by two cells, the first row of which is impossible."""
    assert panel.table.isHidden(), "an empty table is a grey box"
    ask(panel, "0, 3", "0, 0.01")
    until(lambda: len(panel.worker.results) == 4 and len(panel.pictures.pictures) == 2)
    assert panel.table.isVisible()
    until(lambda: not panel.worker.is_busy and panel.form.train.text() == "Train")
    return panel


def place_of(grid, row, column):
    return grid.visualRect(grid.model().index(row, column)).center()


def column_of(table, title):
    model = table.model()
    titles = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    return titles.index(title)


def shown(table, title):
    column = column_of(table, title)
    return [table.model().index(row, column).data() for row in range(table.model().rowCount())]


def test_cells_show_their_answers_and_figures_and_the_impossible_their_sentence(filled):
    grid, results = filled.grid, filled.worker.results
    assert "Units per layer 0" in grid.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert results[(0, 0)].failure in grid.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    told = grid.model().index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("Units per layer 3, L2 0.01\ntest accuracy ")
    assert "\n17 parameters\nboundary " in told
    assert grid.model().headerData(1, Qt.Orientation.Horizontal) == "0.01"
    side = grid.picture_style.side
    assert {(image.width(), image.height()) for image in filled.pictures.pictures.values()} == {(side, side)}
    assert set(filled.pictures.pictures) == {(1, 0), (1, 1)}
    assert shown(filled.table, "Parameters") == ["17", "17"]
    names, rows = filled.numbers()
    assert names[:3] == ("units", "l2", "n_params")
    assert [row[:2] for row in rows] == [[0, 0.0], [0, 0.01], [3, 0.0], [3, 0.01]]
    assert filled.status.text() == (
        "Two moons · down: Units per layer, across: L2 · accuracy on test and training; parameters · boundary"
    )


def test_a_single_output_is_pictured_as_the_two_classes_that_it_stands_for():
    one = TrainingConfig(Architecture.of((2, 4, 1), "tanh", "sigmoid"), loss="binary_cross_entropy")
    spec = SweepSpec(MOONS, one, (SweepAxis.parse("units", "4"), SweepAxis.parse("l2", "0")), n_steps=50)
    *_, result = cell_steps(spec, (0, 0))
    both = replace(result, field=class_values(result.field, axis=0))
    spaces, style = (MOONS.input_space, MOONS.output_space), PictureStyle(40, 1.0, LIGHT)
    assert cell_picture(result, *spaces, style) == cell_picture(both, *spaces, style)


def test_pictures_are_made_again_in_another_theme(filled, until):
    before = filled.pictures.pictures
    appearance.set_theme(LIGHT)
    until(lambda: filled.pictures.pictures is not before)
    cell = (1, 0)
    assert filled.pictures.pictures[cell] != before[cell]


def test_a_click_opens_a_cell_as_a_run_that_goes_on(filled, session, until):
    QTest.mouseClick(filled.grid.viewport(), Qt.MouseButton.LeftButton, pos=place_of(filled.grid, 1, 1))
    until(
        lambda: session.history.run is not None and session.history.run.name == "Units per layer 3, L2 0.01"
    )
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step == 20)
    run, found = session.history.run, filled.worker.results[(1, 1)]
    assert session.network.architecture.layer_sizes == (2, 3, 2)
    assert session.network.displayed_weights.tobytes() == found.run.theta.tobytes()
    assert run.checkpoint_history.best.test_score == found.test_score
    session.step_batch()
    until(lambda: run.last.step == 21)
    # Open it again: it is the same run, where it is now.
    filled.open_cell((1, 1))
    assert session.history.run is run
    assert [each.name for each in session.history.runs.all].count(run.name) == 1


def test_an_impossible_cell_says_why_when_it_is_opened(filled, session):
    filled.grid.setFocus()
    filled.grid.setCurrentIndex(filled.grid.model().index(0, 0))
    QTest.keyClick(filled.grid, Qt.Key.Key_Return)
    assert session.sentences[-1] == (filled.worker.results[(0, 0)].failure, True)


def test_arrows_move_in_both_views_and_enter_opens(filled, session, until):
    filled.grid.setFocus()
    filled.grid.setCurrentIndex(filled.grid.model().index(0, 1))
    QTest.keyClick(filled.grid, Qt.Key.Key_Down)
    assert filled.table.currentIndex().row() == 1
    table = filled.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, column_of(table, "L2")))
    for _ in range(2):
        QTest.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert shown(table, "L2") == ["0.01", "0"]
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert filled.grid.currentIndex().column() == 0
    QTest.keyClick(table, Qt.Key.Key_Return)
    until(lambda: session.history.run is not None and session.history.run.name == "Units per layer 3, L2 0")


def test_escape_ends_a_sweep_and_keeps_what_is_done(panel, until):
    panel.form.length.setValue(1_000_000)
    ask(panel, "0, 3", "0, 0.01")
    until(lambda: len(panel.worker.results) == 2)
    assert panel.form.train.text() == "Stop"
    panel.form.across.values.setFocus()
    QTest.keyClick(panel.form.across.values, Qt.Key.Key_Escape)
    assert not panel.worker.is_busy
    assert set(panel.worker.results) == {(0, 0), (0, 1)}
    assert panel.status.text() == "Stopped: 2 of 4 cells are done."
    assert panel.form.train.text() == "Train"


@pytest.mark.parametrize(
    ("down", "words"),
    [
        ("3, x", "Units per layer: “x” is no number"),
        (" ".join(map(str, range(1, 202))), "201 times 2 values are 402 cells, about "),
    ],
)
def test_what_cannot_be_is_said_in_the_panel_and_nothing_begins(panel, session, until, down, words):
    session.training.prepare()
    until(lambda: session.training.trainer is not None)
    ask(panel, down, "0, 0.01")
    assert panel.status.text().startswith(words)
    assert panel.status.property("role") == "warning"
    assert panel.worker.spec is None


def test_the_hover_text_of_values_is_about_the_setting_that_is_chosen(panel):
    assert "such as 2, 6, 20, 50" in panel.form.down.values.toolTip()
    choose(panel.form.down.setting, "optimiser")
    assert "such as sgd, momentum, adam" in panel.form.down.values.toolTip()


def test_a_cell_of_other_points_is_opened_with_them(panel, session, until):
    choose(panel.form.down.setting, "n")
    choose(panel.form.across.setting, "noise")
    type_into(panel.form.down.values, "12, 16")
    until(lambda: len(panel.worker.results) == 8)
    panel.open_cell((1, 2))
    until(lambda: session.history.run is not None and session.history.run.name == "Points 16, Noise 0.2")
    until(lambda: session.training.problem is not None and len(session.training.problem.train) == 16)
    assert session.training.problem_sources["plane-moons"].points == PointOptions(n=16, noise=0.2)
    until(lambda: session.network.snapshot is not None and session.network.snapshot.step == 20)


def test_a_run_of_before_goes_on_with_its_own_points(panel, session, until):
    session.step_batch()
    until(lambda: session.history.run is not None and session.history.run.has_learnt)
    run, x = session.history.run, session.training.problem.train.x
    choose(panel.form.down.setting, "n")
    ask(panel, "12", "0")
    until(lambda: len(panel.worker.results) == 1)
    panel.open_cell((0, 0))
    until(lambda: session.history.run is not run)
    until(lambda: len(session.training.problem.train) == 12)
    session.switch_to(run)
    until(lambda: session.history.run is run)
    np.testing.assert_array_equal(session.training.problem.train.x, x)


def test_settings_of_points_are_offered_where_points_are_drawn(panel, session, until):
    names = [panel.form.down.setting.itemData(k) for k in range(panel.form.down.setting.count())]
    assert {"noise", "n"} < set(names)
    session.choose_problem("digits-synthetic")
    until(lambda: panel.form.down.setting.count() == len(names) - 2)
    assert panel.form.down.values.text() == "2, 6, 20, 50"


@pytest.fixture
def worker(session, lone_widgets, qtbot):
    worker = SweepWorker(session, session)
    yield worker
    worker.stop()


def test_cells_in_sight_are_trained_first_and_leave_the_processor_to_the_input(worker, session, qtbot):
    config = TrainingConfig(Architecture.of((2, 3, 2)))
    axes = SweepAxis.parse("units", "2 3"), SweepAxis.parse("l2", "0 0.1 0.2")
    worker.in_sight = frozenset({(1, 1), (1, 2)})
    worker.begin(SweepSpec(MOONS, config, axes, n_steps=3))
    qtbot.waitUntil(lambda: worker.poll() and len(worker.results) == 6)
    assert list(worker.results)[:3] == [(1, 1), (1, 2), (0, 0)]
    worker.begin(SweepSpec(MOONS, config, axes, n_steps=1_000_000))
    assert worker.seconds_to_go > 60
    session.input.x_changed.emit()
    assert worker.share == SHARE_WHILE_DRAWING
    qtbot.waitUntil(lambda: worker.share == 1.0)
    worker.cancel()


TABLE = """
problem = "plane-moons"
seeds = 2
steps = 6
[fixed]
n = 20
[vary]
units = [0, 3]
l2 = [0, 0.1]
optimiser = ["sgd", "adam"]
"""


@pytest.fixture
def opened(session, panel, tmp_path):
    """Open a table three of whose runs are not done."""
    path = tmp_path / "moons.toml"
    path.write_text(TABLE, encoding="utf-8")
    table = SweepTable.create(tmp_path / "moons.sweep", read_sweep(path))
    for key in table.missing()[:-3]:
        table.add(train_run(table.plan, None, key))
    session.open_sweep(open_sweep_table(table.path))
    return table


def test_a_table_is_opened_with_all_its_settings(panel, opened, until):
    grid = panel.grid.model()
    assert (grid.rowCount(), grid.columnCount()) == (4, 2)
    assert grid.headerData(3, Qt.Orientation.Vertical, Qt.ItemDataRole.DisplayRole) == "3, 0.1"
    assert panel.status.text().startswith("moons.sweep: 6 of 8 cells.")
    assert len(shown(panel.table, "Optimiser")) == 2
    assert shown(panel.table, "L2") == ["0", "0"]
    names, rows = panel.numbers()
    assert names[:3] == ("units", "l2", "optimiser")
    assert rows == sweep_table(opened.plan.spec(), opened.results())[1]
    assert not panel.worker.is_busy


def test_a_cell_of_a_table_is_trained_for_its_network_and_keeps_its_figures(panel, opened, session, until):
    cell = (1, 0, 1)
    known = panel.worker.results[cell]
    assert known.run is None
    QTest.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=place_of(panel.grid, 2, 1))
    until(lambda: session.history.run is not None)
    result, run = panel.worker.results[cell], session.history.run
    assert run.name == "Units per layer 3, L2 0, Optimiser Adam"
    assert result.seeds == known.seeds
    assert panel.worker.is_as_known
    until(lambda: cell in panel.pictures.pictures)
    until(lambda: session.training.problem is not None and len(session.training.problem.train) == 20)
    # One that is still to be trained is, with all its seeds.
    panel.open_cell((1, 1, 1))
    until(lambda: session.history.run is not run)
    assert len(panel.worker.results[(1, 1, 1)].seeds) == 2


def test_figures_that_are_others_here_are_said(panel, opened, session, until):
    cell = (1, 0, 0)
    known = panel.worker.results[cell]
    other = replace(known, seeds=(replace(known.seeds[0], train_loss=9.0), *known.seeds[1:]))
    panel.worker.results = {**panel.worker.results, cell: other}
    panel.open_cell(cell)
    until(lambda: session.history.run is not None)
    assert "came to other figures here than in moons.sweep" in panel.status.text()


def test_an_impossible_cell_of_a_table_says_why(panel, opened, session):
    panel.open_cell((0, 0, 0))
    assert session.sentences[-1] == (panel.worker.results[(0, 0, 0)].failure, True)


def test_the_table_of_a_recipe_brings_what_it_learns_from(panel, session, tmp_path, until):
    path = tmp_path / "own.toml"
    path.write_text('recipe = "plane-moons"\nsteps = 3\n[vary]\nunits = [3]\n', encoding="utf-8")
    table = SweepTable.create(tmp_path / "own.sweep", read_sweep(path))
    session.open_sweep(open_sweep_table(table.path))
    panel.open_cell((0,))
    until(lambda: session.history.run is not None)
    assert session.network.problem_name == "recipe own.sweep"
    assert session.training.problem_title == "Recipe: Two moons"
