"""``nnstudio sweep``: a file in, a table out, also when it is stopped, killed or called again."""

import csv
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from nnstudio.cli import sweep
from nnstudio.sweeps import trainers
from nnstudio.sweeps.trainers import LostProcessError, Trainers

SPEC = """
problem = "plane-moons"
seeds = 2
steps = {steps}

[fixed]
n = 20
noise = 0.35

[vary]
units = [2, 9, 0]
l2 = [0, 0.01]
"""
N_RUNS = 12
ROOT = Path(__file__).parents[2]


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write the file of a sweep; the current folder is its folder."""
    monkeypatch.chdir(tmp_path)

    def write(steps=3, name="moons.toml"):
        path = tmp_path / name
        path.write_text(SPEC.format(steps=steps), encoding="utf-8")
        return path

    return write


def rows(path):
    """Return all that is the same each time."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM runs").fetchall()


def one(*words):
    """Return the words of a call that trains in this process alone."""
    return ("sweep", *words, "--processes", 1)


def test_a_sweep_leaves_a_table_a_csv_and_a_summary(cli, write, tmp_path):
    outcome = cli(*one(write(), "--csv", tmp_path / "moons.csv"))
    assert outcome.status == 0
    assert len(rows(tmp_path / "moons.sweep")) == N_RUNS
    with (tmp_path / "moons.csv").open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    assert [(cell["units"], cell["l2"]) for cell in cells][1:3] == [("2", "0.01"), ("9", "0.0")]
    assert cells[2]["n_params"] == str(3 * 9 + 10 * 9 + 10 * 2)
    assert "6 of 6 cells are done" in outcome.out
    assert "2 cells have no figures" in outcome.out
    lines = outcome.err.splitlines()
    assert lines[0].startswith("Two moons: 12 of 12 runs to be trained, 1 at a time, about ")
    assert " left)" in lines[1]


def test_a_table_is_summed_up_without_training(cli, write, tmp_path, monkeypatch):
    first = cli(*one(write()))
    monkeypatch.setattr(trainers, "train_run", None)
    assert cli("sweep", tmp_path / "moons.sweep").out == first.out


def test_a_stopped_sweep_goes_on_where_it_was_and_trains_nothing_twice(cli, write, tmp_path, monkeypatch):
    whole = tmp_path / "whole.sweep"
    cli(*one(write(), "--out", whole))
    train, trained = trainers.train_run, []

    def counted(plan, data_dir, key):
        if len(trained) == 5:
            trained.append(None)
            raise KeyboardInterrupt
        trained.append(key)
        return train(plan, data_dir, key)

    monkeypatch.setattr(trainers, "train_run", counted)
    stopped = cli(*one(write()))
    assert "Stopped: 5 of 12 runs are in moons.sweep" in stopped.complaints[-1]
    assert len(rows(tmp_path / "moons.sweep")) == 5
    assert "5 of 12 runs" in cli(*one(write())).complaints[-1]
    outcome = cli(*one(write(), "--resume"))
    assert outcome.status == 0
    assert rows(tmp_path / "moons.sweep") == rows(whole)
    trained.remove(None)
    assert len(set(trained)) == len(trained) == N_RUNS
    # The table alone is enough, and there is nothing left to do.
    assert cli(*one(tmp_path / "moons.sweep", "--resume")).status == 0
    assert len(trained) == N_RUNS


@pytest.fixture
def begun(tmp_path):
    """Return a function that begins a sweep in another process, and returns it after two of its runs."""
    processes = []

    def begin(*words):
        out = tmp_path / "begun.sweep"
        command = [sys.executable, "-m", "nnstudio", "sweep", *map(str, words), "--out", str(out)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        processes.append(process)
        while not (line := process.stderr.readline()).startswith(" 2 of 12"):
            assert line, "it has ended"
        return process, out

    yield begin
    for process in processes:
        process.kill()
        process.wait()
        # Its own processes, which have it open too, end by themselves.
        process.stderr.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a process is killed in another way")
def test_a_killed_sweep_of_two_processes_ends_as_that_of_one(cli, write, begun, tmp_path):
    path = write(steps=150)
    process, out = begun(path, "--processes", 2)
    process.kill()
    process.wait()
    assert 2 <= len(rows(out)) < N_RUNS
    assert cli(*one(path, "--out", out, "--resume")).status == 0
    cli(*one(path))
    assert rows(out) == rows(tmp_path / "moons.sweep")


@pytest.fixture
def cluster():
    """Start a Dask cluster of two workers; return its address and the numbers of the workers' processes."""
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    command = [sys.executable, "-m", "tests.sweeps.cluster", "2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as process:
        address, *workers = process.stdout.readline().split()
        yield address, [int(worker) for worker in workers]
        for number in [process.pid, *map(int, workers)]:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a process is killed in another way")
def test_a_cluster_that_loses_a_worker_trains_the_table_that_one_process_trains(
    cli, write, cluster, begun, tmp_path
):
    path, (address, workers) = write(steps=150), cluster
    process, out = begun(path, "--cluster", address)
    os.kill(workers[0], signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == 0
    cli(*one(path))
    assert len(rows(out)) == N_RUNS
    assert rows(out) == rows(tmp_path / "moons.sweep")


def test_a_lost_process_is_a_sentence_that_says_how_to_go_on(cli, write, monkeypatch):
    def lose(*_):
        raise LostProcessError("A process that trained was ended from outside.")
        yield

    @contextmanager
    def processes(n):
        yield Trainers(n, lose)

    monkeypatch.setattr(sweep, "processes", processes)
    outcome = cli(*one(write()))
    assert outcome.status == 2
    assert "0 of 12 runs are in moons.sweep; `nnstudio sweep moons.sweep --resume` goes on" in outcome.err


def test_another_sweep_does_not_go_on_with_a_table(cli, write):
    cli(*one(write()))
    outcome = cli(*one(write(steps=4), "--resume"))
    assert outcome.status == 2
    assert "moons.sweep is the table of another sweep" in outcome.complaints[-1]


def test_too_many_runs_are_refused_with_their_number_and_time(cli, write, tmp_path):
    path = write()
    path.write_text(
        path.read_text("utf-8")
        .replace("[0, 0.01]", "{ from = 0, to = 1, count = 1000 }")
        .replace("seeds = 2", "seeds = 20"),
        encoding="utf-8",
    )
    outcome = cli(*one(path))
    assert outcome.status == 2
    assert "3 times 1000 values with 20 seeds are 60,000 runs, about" in outcome.err
    assert not (tmp_path / "moons.sweep").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("none.toml",), "There is no file"),
        (("none.sweep",), "none.sweep cannot be read"),
        (("moons.toml", "--csv", "none/x.csv"), "There is no folder"),
        (("moons.toml", "--out", "none/x.sweep"), "There is no folder"),
        (("moons.toml", "--figures", "none"), "There is no folder none; make it"),
        (("moons.toml", "--cluster", "here"), "The address of a cluster is such as tcp://127.0.0.1:8786"),
        (("moons.toml", "--cluster", "tcp://127.0.0.1"), "such as tcp://127.0.0.1:8786"),
        (("moons.toml", "--cluster", "tcp://[x:8786"), "such as tcp://127.0.0.1:8786"),
        (("moons.toml", "--cluster", "tcp://a..b:8786"), "cannot be reached"),
        (("moons.toml", "--cluster", "tcp://x:1", "--processes", "2"), "--processes does not go with"),
        (("moons.toml", "--processes", "0"), "'0' is no number from 1"),
        (("moons.toml", "--out", "moons.toml"), "ends in .sweep, unlike moons.toml"),
        (("moons.toml", "--csv", "moons.toml"), "moons.toml is the sweep's own file"),
        (("moons.toml", "--csv", "./moons.sweep"), "moons.sweep is the sweep's own file"),
    ],
)
def test_a_wrong_call_is_one_sentence(cli, write, words, says):
    write()
    outcome = cli("sweep", *words)
    assert outcome.status == 2
    assert len(outcome.complaints) == 1
    assert says in outcome.err


def test_nothing_is_trained_where_the_network_does_not_fit(cli, write, tmp_path):
    path = write()
    path.write_text(path.read_text("utf-8").replace("noise = 0.35", 'loss = "perceptron"'), encoding="utf-8")
    outcome = cli(*one(path))
    assert outcome.status == 2
    assert not (tmp_path / "moons.sweep").exists()


def test_a_cluster_that_does_not_answer_is_named_with_what_to_do(cli, write):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    outcome = cli("sweep", write(), "--cluster", address)
    assert outcome.status == 2
    assert f"The cluster {address} cannot be reached. Start it by `dask scheduler`" in outcome.complaints[-1]
    # Nothing was trained: the same call does once there is one.
    assert cli(*one(write())).status == 0
