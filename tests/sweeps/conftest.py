"""A small sweep, as a file and as a table."""

import pytest

from nnstudio.sweeps.spec_file import read_sweep
from nnstudio.sweeps.table import SweepTable
from nnstudio.sweeps.training import train_run

SMALL = """
problem = "plane-moons"
seeds = [3, 1]
steps = 4

[fixed]
n = 12
optimiser = "sgd"

[vary]
units = [2, 0]
l2 = [0, 1e12]
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of a sweep and returns its path."""

    def write(text=SMALL, name="small.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def plan(write):
    return read_sweep(write())


@pytest.fixture
def table(plan, tmp_path):
    """Return a table with no run."""
    return SweepTable.create(tmp_path / "small.sweep", plan)


@pytest.fixture
def begun(table):
    """Return a table with one run."""
    table.add(train_run(table.plan, None, table.missing()[0]))
    return table


@pytest.fixture
def filled(table):
    """Return a table with all runs."""
    for key in table.missing():
        table.add(train_run(table.plan, None, key))
    return table
