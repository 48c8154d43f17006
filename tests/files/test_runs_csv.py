import csv
import io

import numpy as np
import pytest

from nnstudio.data.chosen_points import USUAL
from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.hyper import Hyper
from nnstudio.files.atomic import WriteError
from nnstudio.files.runs_csv import runs_csv, save_runs
from nnstudio.training.batch_plan import BatchPlan
from nnstudio.training.checkpoint import Checkpoint, Mark
from nnstudio.training.checkpoint_history import CheckpointHistory
from nnstudio.training.config import TrainingConfig
from nnstudio.training.data_choices import DataChoices
from nnstudio.training.runs import Run

CONFIG = TrainingConfig(Architecture.parse("2-5-2"), hyper=Hyper(learning_rate=0.1 + 0.2), seed=7)
SPACES = InputSpace("plane", (2,), -3.0, 3.0, ("x₁", "x₂")), OutputSpace(("left", "right"))


def run(name, parent=None, accuracies=(None, 0.875, 0.75)):
    theta = np.zeros(CONFIG.architecture.n_params, np.float32)
    checkpoints = []
    for step, accuracy in enumerate(accuracies):
        measured = (None if accuracy is None else 1 / 3, accuracy, None if accuracy is None else step)
        marks = frozenset({Mark.BEST} if accuracy == 0.875 else ())
        batch_plan, loss = BatchPlan(60, 10), step / 7
        checkpoints.append(
            Checkpoint(step, step / 6, theta, loss, *measured, CONFIG, batch_plan, 0, marks, None, step * 1.5)
        )
    return Run(
        CheckpointHistory.of(checkpoints, None, ()),
        "moons",
        *SPACES,
        DataChoices(),
        USUAL,
        "net",
        name,
        parent,
        1,
    )


def test_every_run_is_a_line_that_reads_back_to_the_same_numbers():
    first = run('a "good", one\nin two lines')
    lines = list(csv.DictReader(io.StringIO(runs_csv([first, run("Branch 2", first)]), newline="")))
    assert [line["name"] for line in lines] == ['a "good", one\nin two lines', "Branch 2"]
    assert [line["parent"] for line in lines] == ["", 'a "good", one\nin two lines']
    assert [line["parent_step"] for line in lines] == ["", "1"]
    line = lines[0]
    assert (float(line["best_accuracy"]), float(line["best_epoch"])) == (0.875, 1 / 6)
    assert (float(line["test_accuracy"]), float(line["test_loss"])) == (0.75, 1 / 3)
    assert float(line["train_loss"]) == 2 / 7
    assert (line["step"], line["seconds"], line["n_moments"]) == ("2", "3.0", "3")
    assert float(line["learning_rate"]) == 0.1 + 0.2
    assert (line["layer_sizes"], line["seed"], line["input_scaling"]) == ("2-5-2", "7", "none")


def test_every_setting_has_a_column():
    header = next(csv.reader(io.StringIO(runs_csv([run("one")]))))
    assert len(set(header)) == len(header)
    settings = (
        set(vars(CONFIG)) - {"architecture", "hyper"} | set(vars(CONFIG.hyper)) | set(vars(DataChoices()))
    )
    assert settings < set(header)


def test_lines_end_as_rfc_4180_says_and_what_is_unknown_is_empty():
    text = runs_csv([run("one", accuracies=(None,))])
    assert text.count("\r\n") == text.count("\n") == 2
    line = next(csv.DictReader(io.StringIO(text, newline="")))
    assert line["best_accuracy"] == line["test_loss"] == line["patience_epochs"] == ""


def test_a_table_that_cannot_be_written_leaves_what_was_there(tmp_path):
    save_runs(tmp_path / "runs.csv", [run("Läufe")])
    assert "Läufe" in (tmp_path / "runs.csv").read_bytes().decode()
    with pytest.raises(WriteError):
        save_runs(tmp_path / "nowhere" / "runs.csv", [run("one")])
