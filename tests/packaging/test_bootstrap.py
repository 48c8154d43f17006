"""The command line of the bootstrap script: what it starts, what it says, and with which status it ends."""

import ast
import sys
from pathlib import Path

import bootstrap
import pytest
from environment import Environment
from steps import SetupError


@pytest.fixture
def env(tmp_path):
    return Environment(tmp_path)


@pytest.fixture
def started(monkeypatch):
    """Keep the set-up and the programs from really starting; return what would have been started."""
    commands = []
    monkeypatch.setattr(bootstrap, "set_up", lambda *args, **kwargs: None)
    monkeypatch.setattr(bootstrap, "hand_over", lambda command: commands.append(command) or 0)
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    return commands


@pytest.fixture
def no_display(monkeypatch):
    monkeypatch.setattr(bootstrap, "missing_display", lambda env: "the display :99 does not answer")


def test_old_pythons_can_read_the_script_as_far_as_the_sentence():
    source = Path(bootstrap.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    gate, first_needing_more = source.index("sys.version_info <"), source.index("import environment")
    assert gate < first_needing_more


def test_an_old_python_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    source = Path(bootstrap.__file__).read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.9"):
        exec(compile(source, "bootstrap.py", "exec"), {"__name__": "__main__"})


def test_run_opens_the_window_where_there_is_a_display(env, started, monkeypatch):
    monkeypatch.setattr(bootstrap, "missing_display", lambda env: "")
    bootstrap.run(env, [])
    assert started == [[str(env.program("nnstudio"))]]


def test_run_without_a_display_says_so_in_two_lines_and_runs_the_demo(env, started, no_display, capsys):
    bootstrap.run(env, [])
    [[program, *arguments]] = started
    assert program == str(env.program("nnstudio"))
    folder = str(bootstrap.ROOT / "build" / "demo")
    assert arguments == ["demo", "--out", folder, "--seconds", "20"]
    first, second = capsys.readouterr().err.splitlines()
    assert "no display (the display :99 does not answer)" in first
    assert f"{program} --help" in second
    assert folder in second


def test_a_file_needs_the_window_and_so_a_display(env, started, no_display, tmp_path):
    model = tmp_path / "model.safetensors"
    model.touch()
    bootstrap.run(env, [str(model)])
    assert started[0][1] == "demo"


def test_the_installed_program_is_asked_for_the_display(monkeypatch):
    class Here(Environment):
        def program(self, name):
            return Path(sys.executable)

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":2971")
    assert ":2971 does not answer" in bootstrap.missing_display(Here(bootstrap.ROOT))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert bootstrap.missing_display(Here(bootstrap.ROOT)) == ""


def test_commands_need_no_display_and_get_their_arguments(env, started, no_display, capsys):
    bootstrap.run(env, ["predict", "--json", "seven.png"])
    assert started[0][1:] == ["predict", "--json", "seven.png"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("failing", "status"), [(set(), 0), ({"mypy"}, 1), ({"pytest"}, 1)])
def test_every_check_runs_and_one_failure_is_enough(env, started, monkeypatch, capsys, failing, status):
    ran = []

    def call(command, cwd, env):
        ran.append(Path(command[0]).stem)
        return 1 if ran[-1] in failing else 0

    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    assert bootstrap.test(env, []) == status
    assert ran == ["pytest", "ruff", "ruff", "mypy", "lint-imports"]
    assert capsys.readouterr().err.splitlines()[-1].endswith(", ".join(failing) or "everything passed")


def test_arguments_of_test_go_to_pytest_alone(env, started, monkeypatch):
    ran = []
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, cwd, env: ran.append(command[1:]) or 0)
    assert bootstrap.test(env, ["-k", "idx"]) == 0
    assert ran == [[*bootstrap.OPTIONS["pytest"], "-k", "idx"]]


def test_the_set_up_for_tests_brings_the_compiled_step_and_that_for_use_does_not(env, monkeypatch):
    asked = []
    monkeypatch.setattr(bootstrap.environment, "is_ready", lambda env, *wanted: asked.append(wanted) or True)
    monkeypatch.setattr(bootstrap.machine, "unresolved_libraries", lambda folder, screen: [])
    for tests in (False, True):
        bootstrap.set_up(env, ["test"], screen="offscreen", tests=tests)
    assert asked == [(["test"], ()), (["test"], ("fast", "cluster"))]


def test_the_checks_keep_compiled_code_even_where_the_user_does_not(env, started, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("NNSTUDIO_DATA", "/data")
    seen = {}
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, cwd, env: seen.update(env) or 0)
    assert bootstrap.test(env, ["-k", "idx"]) == 0
    assert "PYTHONDONTWRITEBYTECODE" not in seen
    assert seen["NNSTUDIO_DATA"] == "/data"


def test_another_python_runs_pytest_alone_in_an_environment_of_its_own(env, monkeypatch):
    ran, made = [], []
    monkeypatch.setattr(bootstrap, "set_up", lambda env, groups, **kwargs: made.append((env, groups)))
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command, cwd, env: ran.append(command) or 0)
    assert bootstrap.retest(env, ["tests/studio"]) == 0
    own = Environment.of_this_python(env.root)
    assert made == [(own, ["test"])]
    assert ran == [[str(own.program("pytest")), *bootstrap.OPTIONS["pytest"], "tests/studio"]]


@pytest.mark.parametrize("argv", [[], ["dance"], ["setup", "please"]])
def test_a_wrong_call_explains_itself(argv, started, capsys):
    assert bootstrap.main(argv) == 2
    assert "bootstrap.py run" in capsys.readouterr().err


def test_help_is_no_error(capsys):
    assert bootstrap.main(["--help"]) == 0
    assert "bootstrap.py test" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SetupError("type this", status=3), 3, "type this"),
        (PermissionError(13, "Permission denied", ".venv"), 1, "Permission denied"),
        (KeyboardInterrupt(), 130, "the next call goes on from here"),
    ],
)
def test_what_stops_the_set_up_ends_in_a_sentence(monkeypatch, capsys, error, status, said):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(bootstrap, "set_up", fail)
    assert bootstrap.main(["run"]) == status
    assert said in capsys.readouterr().err
