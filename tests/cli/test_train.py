"""``nnstudio train``: a recipe in, a model file out, also when it is stopped or diverges."""

import os
import signal
import subprocess
import sys

import pytest

from nnstudio.files.model_file import load_model
from nnstudio.paths import resource

posix = pytest.mark.skipif(os.name != "posix", reason="signals are sent in another way")


@pytest.fixture
def recipe(tmp_path):
    """Write the recipe of the two moons with some of its lines changed."""

    def write(**entries):
        lines = resource("recipes", "plane-moons.toml").read_text("utf-8").splitlines()
        for key, value in entries.items():
            (nth,) = (n for n, line in enumerate(lines) if line.startswith(f"{key} ="))
            lines[nth] = f"{key} = {value}"
        path = tmp_path / "recipe.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_trains_to_a_model_that_evaluates(cli, tmp_path):
    out = tmp_path / "moons.safetensors"
    outcome = cli("train", "--recipe", "plane-moons", "--out", out, "--epochs", 20, "--seed", 3)
    assert outcome.status == 0
    assert "test error on Two moons" in outcome.out
    model = load_model(out)
    assert model.card["seed"] == 3
    result = cli("evaluate", "--model", out, "--data", "plane-moons", "--json").json
    assert result["accuracy"] > 0.95


def test_progress_is_a_line_an_epoch_with_an_estimate(cli, tmp_path):
    err = cli("train", "--recipe", "plane-moons", "--out", tmp_path / "model", "--epochs", 5).err
    assert "\r" not in err
    epochs = [line for line in err.splitlines() if line.startswith("epoch ")]
    assert [line.split("of")[0].split()[1] for line in epochs] == list("12345")
    assert all(" left" in line for line in epochs[:-1])
    assert all("validation error" in line for line in epochs)


def test_same_seed_same_weights(cli, tmp_path):
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for out, seed in ((first, 7), (second, 7), (third, 8)):
        cli("train", "--recipe", "plane-moons", "--out", out, "--epochs", 2, "--seed", seed)
    assert (load_model(first).theta == load_model(second).theta).all()
    assert (load_model(first).theta != load_model(third).theta).any()


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_keeps_the_best_so_far(recipe, tmp_path, number):
    out = tmp_path / "moons.safetensors"
    words = ("train", "--recipe", str(recipe(epochs=100_000)), "--out", str(out))
    with subprocess.Popen(
        [sys.executable, "-m", "nnstudio", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.stderr.readline().split()[:2] != ["epoch", "3"]:
            pass
        process.send_signal(number)
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert "Stopped" in printed
    assert load_model(out).card["training"]["best_epoch"] >= 1


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_before_training_writes_nothing(tmp_path, number):
    out = tmp_path / "digits.safetensors"
    script = (
        "import sys, time\n"
        "from nnstudio.cli import main\n"
        "from nnstudio.files import recipe_training\n"
        "def gather(*_, **__):\n"
        "    print('reading', flush=True)\n"
        "    time.sleep(30)\n"
        "recipe_training.gather = gather\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ("train", "--recipe", "plane-moons", "--out", str(out))
    with subprocess.Popen(
        [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "reading\n"
        process.send_signal(number)
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert complaint == "nnstudio: Interrupted before training began; nothing was written.\n"
    assert not out.exists()


def test_signals_are_as_before_afterwards(cli, tmp_path):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    cli("train", "--recipe", "plane-moons", "--out", tmp_path / "model", "--epochs", 1)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_divergence_at_once_writes_nothing(cli, recipe, tmp_path):
    out = tmp_path / "model"
    outcome = cli("train", "--recipe", recipe(learning_rate="1e38", hidden='"relu"'), "--out", out)
    assert outcome.status == 2
    assert not out.exists()
    assert "diverged" in outcome.complaints[-1]
    assert "Nothing was written" in outcome.complaints[-1]
    assert "Traceback" not in outcome.err


def test_divergence_later_keeps_the_best_so_far(cli, monkeypatch, tmp_path):
    from nnstudio.training.loop import TrainingLoop

    step = TrainingLoop.step

    def overflow_in_the_third_epoch(self):
        if self.epoch >= 2.5:
            self.diverge("a gradient overflowed")
        return step(self)

    monkeypatch.setattr(TrainingLoop, "step", overflow_in_the_third_epoch)
    out = tmp_path / "model"
    outcome = cli("train", "--recipe", "plane-moons", "--out", out)
    assert outcome.status == 2
    assert "diverged" in outcome.complaints[-1]
    assert 1 <= load_model(out).card["training"]["best_epoch"] <= 2


def test_output_is_checked_before_anything_else(cli, tmp_path):
    (tmp_path / "file").touch()
    places = {
        tmp_path: "is a folder",
        tmp_path / "missing" / "model": "There is no folder",
        tmp_path / "file" / "model": "There is no folder",
    }
    for out, says in places.items():
        outcome = cli("train", "--recipe", "digits-mnist-of-old", "--out", out)
        assert outcome.status == 2
        assert len(outcome.complaints) == 1
        assert says in outcome.err


@posix
def test_pipes_are_no_place_for_a_model(cli, tmp_path):
    out = tmp_path / "pipe"
    os.mkfifo(out)
    outcome = cli("train", "--recipe", "plane-moons", "--out", out)
    assert outcome.status == 2
    assert "no ordinary file" in outcome.err


def test_folder_that_may_not_be_written_to(cli, monkeypatch, tmp_path):
    # Root may write everywhere, so a mode would not do.
    monkeypatch.setattr("nnstudio.cli.train.os.access", lambda *_: False)
    outcome = cli("train", "--recipe", "plane-moons", "--out", tmp_path / "model")
    assert outcome.status == 2
    assert f"The folder {tmp_path} cannot be written to" in outcome.err
