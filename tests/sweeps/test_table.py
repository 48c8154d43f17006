"""The table of a sweep: rows that stay, no run twice, and files that are no table."""

import sqlite3

import pytest

from nnstudio.files.atomic import WriteError
from nnstudio.insight.sweep import cell_steps, sweep_table
from nnstudio.sweeps.table import SweepTable, SweepTableError
from nnstudio.sweeps.training import RunKey, train_run


def test_a_table_has_a_row_for_each_run_and_reads_as_it_was_written(filled):
    plan = filled.plan
    again = SweepTable(filled.path)
    assert again.plan == plan
    assert again.missing() == []
    runs = again.runs()
    assert list(runs) == [RunKey(cell, seed) for cell in plan.cells() for seed in sorted(plan.seeds)]
    key = RunKey((0, 0), 3)
    assert runs[key] == train_run(plan, None, key).result
    assert runs[key].n_steps == 4


def test_the_cells_are_those_that_the_window_trains(filled):
    spec = filled.plan.spec()
    trained = {}
    for cell in spec.cells():
        *_, trained[cell] = cell_steps(spec, cell)
    assert sweep_table(spec, filled.results()) == sweep_table(spec, trained)


def test_impossible_cells_keep_their_sentence(filled):
    runs = filled.runs()
    assert "0" in runs[RunKey((1, 0), 3)].failure
    assert "diverged" in runs[RunKey((0, 1), 1)].failure
    assert not runs[RunKey((0, 0), 1)].failure


def test_what_is_missing_is_what_has_no_row(table):
    keys = table.missing()
    assert len(keys) == 8
    table.add(train_run(table.plan, None, keys[5]))
    assert table.missing() == keys[:5] + keys[6:]
    # The cell is not done before its other seed is.
    assert table.results() == {}


def test_the_order_in_which_runs_end_leaves_no_trace(table, plan, tmp_path):
    other = SweepTable.create(tmp_path / "other.sweep", plan)
    for each, keys in ((table, table.missing()), (other, table.missing()[::-1])):
        for key in keys:
            each.add(train_run(plan, None, key))
    rows = []
    for each in (table, other):
        with sqlite3.connect(each.path) as connection:
            rows.append(connection.execute("SELECT * FROM runs").fetchall())
        connection.close()
    assert rows[0] == rows[1]


def test_a_run_is_not_there_twice(table):
    done = train_run(table.plan, None, table.missing()[0])
    table.add(done)
    with pytest.raises(SweepTableError, match="a run twice"):
        table.add(done)
    assert len(table.runs()) == 1


def test_one_program_at_a_time_trains_a_sweep(table):
    with table.writing(), pytest.raises(WriteError, match="another program"), table.writing():
        pass


def altered(table, *commands):
    with sqlite3.connect(table.path) as connection:
        for command in commands:
            connection.execute(command)
    connection.close()


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        (["PRAGMA user_version = 2"], "newer nnstudio"),
        (["PRAGMA application_id = 5"], "another program"),
        (["DELETE FROM sweep"], "damaged"),
        (["UPDATE sweep SET value = 'problem = 3' WHERE key = 'spec'"], "line 1: problem must be"),
        (
            [
                "UPDATE sweep SET value = replace(value, '[2, 0]', '{from = 1, to = 900}')",
                "UPDATE sweep SET value = replace(value, '[0, 1e12]', '{from = 1, to = 900}')",
            ],
            "more runs than a table has",
        ),
        (["DROP TABLE sweep"], "cannot be read or written: no such table"),
    ],
)
def test_what_is_no_table_of_a_sweep_is_refused_in_a_sentence(table, commands, words):
    altered(table, *commands)
    with pytest.raises(Exception, match=words) as error:
        SweepTable(table.path)
    assert str(table.path) in str(error.value)


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE runs SET cell = 99 WHERE cell = 0",
        "UPDATE runs SET seed = 7 WHERE seed = 3",
        "UPDATE runs SET test_score = 'good' WHERE cell = 0",
        "UPDATE runs SET train_loss = NULL WHERE cell = 0",
    ],
)
def test_a_row_that_is_no_run_is_refused(begun, command):
    altered(begun, command)
    with pytest.raises(SweepTableError, match="damaged"):
        begun.runs()


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(200)])
def test_other_files_are_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "other.sweep"
    path.write_bytes(content)
    with pytest.raises(SweepTableError, match="no table of a sweep"):
        SweepTable(path)


def test_a_damaged_table_is_refused_in_a_sentence(table):
    data = bytearray(table.path.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    table.path.write_bytes(data)
    with pytest.raises(SweepTableError, match=r"damaged|cannot be read"):
        SweepTable(table.path)


def test_a_file_that_is_gone_is_not_made_again(table):
    table.path.unlink()
    with pytest.raises(SweepTableError, match="cannot be read"):
        table.runs()
    assert not table.path.exists()
