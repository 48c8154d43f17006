"""How the program starts, what it says of itself, and how it ends when something is wrong."""

import os
import subprocess
import sys

import pytest

import nnstudio
from nnstudio.cli import main
from nnstudio.cli.display import missing_display

COMMANDS = ("predict", "evaluate", "train", "sweep", "data", "demo")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("data", "fetch")])
def test_help_imports_neither_numpy_nor_qt(command):
    script = (
        "import sys\n"
        "from nnstudio.cli import main\n"
        "status = main([*sys.argv[1:], '--help'])\n"
        "slow = {'numpy', 'PySide6', 'pyqtgraph', 'pooch', 'safetensors', 'onnx', 'joblib'}\n"
        "slow &= set(sys.modules)\n"
        "assert status == 0 and not slow, (status, slow)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: nnstudio")


def test_help_names_every_command(cli):
    out = cli("--help").out
    assert all(f"\n    {name} " in out for name in COMMANDS)


def test_version(cli):
    assert cli("--version") == (0, f"nnstudio {nnstudio.__version__}\n", "")


def test_module_is_the_same_program(program):
    assert program("--version").out == f"nnstudio {nnstudio.__version__}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["predcit", "x.png"], "nnstudio predict"),
        (["nothing-of-this-name"], "'nothing-of-this-name'"),
        (["predict"], "PATH"),
        (["evaluate", "--model", "digits"], "--data"),
        (["evaluate", "--data", "x.npz"], "--model"),
        (["predict", "x.png", "--jso"], "--jso"),
        (["train", "--recipe", "plane-moons"], "--out"),
        (["train", "--recipe", "plane-moons", "--out", "x", "--seed", "one"], "'one' is not a whole number"),
        (["train", "--recipe", "plane-moons", "--out", "x", "--epochs", "few"], "'few' is not a number"),
        (["demo"], "--out"),
        (["demo", "--out", "x", "--seconds", "nan"], "'nan' is not a number of seconds"),
        (["demo", "--out", "x", "--seconds", "-1"], "'-1' is not a number of seconds"),
        (["data"], "list | fetch NAME | preview WHAT | import PATH | path"),
        (["data", "fetch"], "NAME"),
        (["data", "burn"], "burn"),
        (["--colour"], "--colour"),
    ],
)
def test_wrong_call_is_one_sentence(cli, words, says):
    outcome = cli(*words)
    assert outcome.status == 2
    assert outcome.out == ""
    assert len(outcome.complaints) == 1
    assert outcome.err.startswith("nnstudio: ")
    assert says in outcome.err


@pytest.mark.parametrize("named", [False, True])
def test_window_without_a_display_names_the_other_way(program, tmp_path, named):
    environment = dict(os.environ)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    (tmp_path / "drawing.json").write_text('{"strokes": []}')
    outcome = program(*(["drawing.json"] if named else []), env=environment)
    if sys.platform in ("win32", "darwin"):
        pytest.skip("has a display")
    assert outcome.status == 2
    assert len(outcome.complaints) == 2
    assert "nnstudio predict" in outcome.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="has a display")
def test_display_that_does_not_answer_is_noticed(program):
    environment = {**os.environ, "DISPLAY": ":98765"}
    environment.pop("QT_QPA_PLATFORM", None)
    environment.pop("WAYLAND_DISPLAY", None)
    outcome = program(env=environment)
    assert outcome.status == 2
    assert ":98765 does not answer" in outcome.err


def test_window_opens_one_file_at_a_time(cli, tmp_path):
    path = tmp_path / "model.safetensors"
    path.touch()
    outcome = cli(path, "another")
    assert outcome.status == 2
    assert "'another'" in outcome.err


def test_file_goes_to_the_window(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("nnstudio.cli.window.run", lambda arguments: opened.append(arguments.file) or 0)
    path = tmp_path / "model.safetensors"
    path.touch()
    assert main([str(path)]) == 0
    assert main([]) == 0
    assert opened == [str(path), None]


def test_demo_gets_its_folder_and_duration(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr("nnstudio.studio.demo.run", lambda *given: calls.append(given) or 0)
    assert main(["demo", "--out", str(tmp_path), "--seconds", "2.5"]) == 0
    assert calls == [(tmp_path, 2.5)]


@pytest.mark.parametrize("words", [["demo", "--out", "demo"], []])
def test_missing_qt_is_a_sentence(tmp_path, words):
    script = (
        "import sys\n"
        "sys.modules['PySide6'] = None\n"
        "from nnstudio.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "needs Qt, which does not load here" in done.stderr


def test_drawings_and_images_are_read_without_qt(digits_model, tmp_path):
    (tmp_path / "drawing.json").write_text('{"strokes": [[[0, 0], [0, 9]]]}')
    (tmp_path / "image.pgm").write_bytes(b"P5 5 8 255\n" + b"\xff\xff\0\xff\xff" * 8)
    script = (
        "import sys\n"
        "sys.modules['PySide6'] = None\n"
        "from nnstudio.cli import main\n"
        "sys.exit(main(['predict', 'drawing.json', 'image.pgm', '--model', sys.argv[1]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, digits_model],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")


def fail(_arguments):
    raise RuntimeError("a bug\nof two lines")


def test_unexpected_failure_is_a_sentence_and_a_log(cli, monkeypatch):
    monkeypatch.setattr("nnstudio.cli.data.run", fail)
    outcome = cli("data", "path")
    assert outcome.status == 1
    assert len(outcome.complaints) == 1
    assert "RuntimeError: a bug" in outcome.err
    log = outcome.err.rpartition(" in ")[2].strip().rstrip(".")
    with open(log, encoding="utf-8") as file:
        assert "Traceback" in file.read()


def test_unexpected_failure_without_a_place_for_the_log(cli, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr("nnstudio.cli.failures.log_path", lambda: tmp_path / "file" / "nnstudio.log")
    monkeypatch.setattr("nnstudio.cli.data.run", fail)
    outcome = cli("data", "path")
    assert outcome.status == 1
    assert "NNSTUDIO_DEBUG" in outcome.err


def test_debugging_shows_the_traceback(cli, monkeypatch):
    monkeypatch.setattr("nnstudio.cli.data.run", fail)
    monkeypatch.setenv("NNSTUDIO_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli("data", "path")


def test_interruption(cli, monkeypatch):
    def interrupt(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnstudio.cli.data.run", interrupt)
    assert cli("data", "path") == (130, "", "nnstudio: Interrupted.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way")
@pytest.mark.parametrize("words", [("--help",), ("data", "path")])
def test_reader_that_leaves_is_no_failure(words):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "nnstudio", *words], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""
    # argparse itself may swallow the error while it prints help.
    assert done.returncode == 141 or words == ("--help",)


def test_works_without_standard_streams(tmp_path):
    script = (
        "import sys\n"
        "sys.stdout = sys.stderr = None\n"
        "from nnstudio.cli import main\n"
        "sys.exit(main(['data', 'path']) + main(['predict', 'missing.png', '--model', 'missing']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_one_blas_thread_unless_chosen():
    script = (
        "import os\n"
        "from nnstudio.cli import main\n"
        "main(['data', 'path'])\n"
        "print(os.environ['OPENBLAS_NUM_THREADS'])\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    for chosen, expected in (({}, "1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3")):
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env=environment | chosen,
        )
        assert done.stdout.splitlines()[-1] == expected


@pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland")
@pytest.mark.parametrize(
    ("platform", "says"),
    [
        ("xcb", "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ("wayland", "wayland-nothing does not answer"),
        ("wayland;xcb:option=1", "wayland-nothing does not answer"),
        ("nonsense", "which Qt does not know"),
    ],
)
def test_a_platform_that_qt_would_end_the_program_for_is_a_sentence(monkeypatch, platform, says):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    if "wayland" in platform:
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-nothing")
    else:
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert says in missing_display()


@pytest.mark.parametrize("platform", ["offscreen", "vnc:port=5900", "xcb;offscreen"])
def test_a_platform_without_a_display_opens(monkeypatch, platform):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert missing_display() == ""
