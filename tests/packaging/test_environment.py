"""The environment is made, found damaged, repaired and stamped; no network, and no real pip."""

import json
import os
import threading
import tomllib
from pathlib import Path

import environment
import pytest
from environment import Environment, Stamp
from steps import SetupError

PYPROJECT = """
[project]
name = "thing"
dependencies = ["numpy"]
[project.optional-dependencies]
fast = ["numba>=0.61"]
[dependency-groups]
test = ["pytest", "hypothesis"]
lint = ["ruff"]
dev = [{ include-group = "test" }, { include-group = "lint" }, "pytest", "pre-commit"]
[tool.ruff]
line-length = 110
"""


def install(env, name, *, files=("module.py",)):
    """Put down what pip leaves behind."""
    info = env.site_packages / f"{name}.dist-info"
    info.mkdir(parents=True)
    for file in files:
        (env.site_packages / file).touch()
    rows = [*files, f"{info.name}/RECORD", "__pycache__/module.cpython-311.pyc"]
    (info / "RECORD").write_text("".join(f"{row},sha256=x,1\n" for row in rows))


@pytest.fixture
def env(tmp_path):
    """Return the place of an environment, in a checkout that has none yet."""
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    env = Environment(tmp_path.resolve())
    env.folder.mkdir()
    return env


@pytest.fixture
def steps(env, monkeypatch):
    """Play `python -m venv` and pip; return what they were asked."""
    asked = []

    def do(command, *, failure, env=None):
        asked.append(command)
        if "venv" in command:
            play_venv(command[-1])
        else:
            play_pip()

    def play_venv(folder):
        (Path(folder) / "pyvenv.cfg").write_text(f"command = /usr/bin/python3 -m venv {folder}\n")
        install(env, "pip-26.0", files=("pip.py",))

    def play_pip():
        if not (env.site_packages / "numpy-2.4.6.dist-info").exists():
            install(env, "numpy-2.4.6", files=("numpy.py",))

    monkeypatch.setattr(environment, "do", do)
    works = environment.fault
    monkeypatch.setattr(
        environment, "fault", lambda env: "" if (env.folder / "pyvenv.cfg").exists() else works(env)
    )
    return asked


def pip_command(asked):
    return next(command for command in asked if "pip" in command)


def test_groups_include_groups_and_name_each_requirement_once():
    found = environment.group_requirements(tomllib.loads(PYPROJECT), ["dev", "test"])
    assert found == ["pytest", "hypothesis", "ruff", "pre-commit"]


def test_this_project_names_the_groups_that_the_commands_ask_for():
    pyproject = tomllib.loads((Path(environment.__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    wanted = set(environment.group_requirements(pyproject, ["test", "lint"]))
    assert wanted < set(environment.group_requirements(pyproject, ["dev"]))


def test_extras_are_those_of_the_project():
    assert environment.extra_requirements(tomllib.loads(PYPROJECT), []) == []
    assert environment.extra_requirements(tomllib.loads(PYPROJECT), ["fast"]) == ["numba>=0.61"]


def test_each_python_can_have_an_environment_of_its_own(tmp_path):
    own = Environment.of_this_python(tmp_path)
    assert own.folder == tmp_path / f".venv-{environment._python_version()}"
    assert own.folder != Environment(tmp_path).folder


def test_only_what_decides_the_installation_changes_the_fingerprint():
    def of(text, python="3.11"):
        return environment.fingerprint(tomllib.loads(text), python)

    assert of(PYPROJECT) == of(PYPROJECT.replace("110", "88"))
    assert of(PYPROJECT) != of(PYPROJECT.replace("numpy", "numpy>=2"))
    assert of(PYPROJECT) != of(PYPROJECT, "3.12")


def test_a_stamp_covers_fewer_requirements_but_not_new_ones():
    stamp = Stamp("mark", ["pytest", "ruff"], [])
    assert stamp.covers("mark", [])
    assert stamp.covers("mark", ["ruff"])
    assert not stamp.covers("mark", ["mypy"])
    assert not stamp.covers("other", [])


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"fingerprint": "x", "more": 1}'])
def test_a_stamp_that_cannot_be_read_counts_as_none(env, text):
    if text is not None:
        (env.folder / environment.STAMP).write_text(text)
    assert environment.read_stamp(env) is None


def test_a_distribution_is_whole_while_its_files_are_there(env):
    install(env, "thing-1.0", files=("thing.py", "other.py"))
    assert environment.is_whole(env, "thing-1.0.dist-info")
    (env.site_packages / "other.py").unlink()
    assert not environment.is_whole(env, "thing-1.0.dist-info")
    assert not environment.is_whole(env, "never-1.0.dist-info")


def write_config(env, folder):
    (env.folder / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv --clear {folder}\n"
    )


def write_python(env, script):
    env.program("python").parent.mkdir()
    env.program("python").write_text(f"#!/bin/sh\n{script}\n")
    env.program("python").chmod(0o755)


def test_a_folder_without_configuration_is_no_environment(env):
    assert environment.fault(env) == "there is none yet"


def test_an_environment_that_was_moved_is_told_by_its_configuration(env, tmp_path):
    write_config(env, tmp_path / "elsewhere" / ".venv")
    assert "elsewhere" in environment.fault(env)


@pytest.mark.skipif(os.name != "posix", reason="plays Python by a shell script")
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (None, "does not start"),
        ("exit 1", "does not work"),
        ("echo 3.99", "it holds Python 3.99"),
        (f"echo {environment._python_version()}", ""),
    ],
)
def test_the_python_inside_is_really_run(env, script, reason):
    write_config(env, env.folder)
    if script is not None:
        write_python(env, script)
    found = environment.fault(env)
    assert reason in found
    assert bool(found) is bool(reason)


def test_the_first_call_makes_everything_and_the_second_finds_it_ready(env, steps):
    assert not environment.is_ready(env, ["test"])
    environment.prepare(env, ["test"])
    assert [("venv" in command, "pip" in command) for command in steps] == [(True, False), (False, True)]
    assert pip_command(steps)[-4:] == ["--editable", str(env.root), "pytest", "hypothesis"]
    assert environment.is_ready(env, ["test"])
    assert environment.is_ready(env, [])
    assert not environment.is_ready(env, ["lint"])


def test_another_group_joins_those_already_there(env, steps):
    environment.prepare(env, ["test"])
    steps.clear()
    environment.prepare(env, ["lint"])
    assert pip_command(steps)[-3:] == ["ruff", "pytest", "hypothesis"]
    assert environment.is_ready(env, ["test", "lint"])


def test_an_extra_joins_the_groups(env, steps):
    environment.prepare(env, ["lint"])
    assert not environment.is_ready(env, ["lint"], ["fast"])
    steps.clear()
    environment.prepare(env, ["lint"], ["fast"])
    assert pip_command(steps)[-3:] == [str(env.root), "ruff", "numba>=0.61"]
    assert environment.is_ready(env, ["lint"], ["fast"])
    assert environment.is_ready(env, [])


def test_a_changed_requirement_is_noticed(env, steps):
    environment.prepare(env, ["test"])
    (env.root / "pyproject.toml").write_text(PYPROJECT.replace('"pytest", "hypothesis"', '"pytest>=9"'))
    assert not environment.is_ready(env, ["test"])


def test_damage_is_noticed_and_the_damaged_part_alone_installed_again(env, steps, capsys):
    environment.prepare(env, [])
    (env.site_packages / "numpy.py").unlink()
    assert not environment.is_ready(env, [])
    steps.clear()
    environment.prepare(env, [])
    assert len(steps) == 1
    assert "numpy-2.4.6 is damaged" in capsys.readouterr().err
    assert environment.is_ready(env, [])


def test_a_damaged_pip_cannot_repair_so_all_is_made_anew_but_downloads_and_lock_are_kept(env, steps):
    environment.prepare(env, [])
    for kept in (environment.CACHE, environment.LOCK):
        (env.folder / kept).touch()
    (env.folder / "stray").touch()
    (env.site_packages / "pip.py").unlink()
    environment.prepare(env, [])
    assert environment.is_ready(env, [])
    left = {path.name for path in env.folder.iterdir()}
    assert {environment.CACHE, environment.LOCK} < left
    assert "stray" not in left


def test_an_interrupted_installation_leaves_no_stamp(env, steps, monkeypatch):
    environment.prepare(env, [])

    def fail(command, *, failure, env=None):
        raise SetupError(failure)

    with monkeypatch.context() as patch:
        patch.setattr(environment, "do", fail)
        with pytest.raises(SetupError, match="network"):
            environment.prepare(env, ["test"])
    assert environment.read_stamp(env) is None
    environment.prepare(env, ["test"])
    assert environment.is_ready(env, ["test"])


def test_pip_obeys_the_user_but_for_where_it_writes(env, monkeypatch):
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    seen = {}
    monkeypatch.setattr(environment, "do", lambda command, *, failure, env: seen.update(env))
    environment._install(env, [])
    assert "PIP_TARGET" not in seen
    assert seen["PIP_USER"] == "0"
    assert seen["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert Path(seen["PIP_CACHE_DIR"]).is_relative_to(env.root)


def test_a_second_call_waits_for_the_first_and_says_so(env, monkeypatch):
    waiting, entered = threading.Event(), threading.Event()
    monkeypatch.setattr(environment, "say", lambda line: waiting.set())

    def second_call():
        with environment.lock(env):
            entered.set()

    with environment.lock(env):
        thread = threading.Thread(target=second_call)
        thread.start()
        assert waiting.wait(5)
        assert not entered.is_set()
    thread.join(5)
    assert entered.is_set()


def test_a_file_in_the_place_of_the_environment_is_not_removed(tmp_path):
    (tmp_path / ".venv").touch()
    with pytest.raises(SetupError, match="is in the way"), environment.lock(Environment(tmp_path)):
        pass
    assert (tmp_path / ".venv").is_file()


def test_the_stamp_is_plain_json_with_what_was_whole(env, steps):
    environment.prepare(env, ["lint"])
    stamp = json.loads((env.folder / environment.STAMP).read_text())
    assert stamp["requirements"] == ["ruff"]
    assert stamp["distributions"] == ["numpy-2.4.6.dist-info", "pip-26.0.dist-info"]
