"""The newest Python of a machine is found in the usual places, and those that do not work are passed over."""

import os
import subprocess
import sys
from pathlib import Path

import interpreters
import pytest


def test_path_goes_first_then_the_system_then_what_pyenv_and_uv_keep(tmp_path):
    pyenv, uv = tmp_path / ".pyenv/versions/3.13.1/bin", tmp_path / ".local/share/uv/python/cpython-3.12/bin"
    for folder in (pyenv, uv):
        folder.mkdir(parents=True)
    found = interpreters.folders({"PATH": os.pathsep.join(["/somewhere", "", "/usr/bin"])}, tmp_path)
    assert found[0] == Path("/somewhere")
    assert found.index(Path("/usr/local/bin")) < found.index(pyenv) < found.index(uv)


def test_pyenv_may_lie_elsewhere(tmp_path):
    folder = tmp_path / "pyenv/versions/3.13.1/bin"
    folder.mkdir(parents=True)
    assert folder in interpreters.folders({"PYENV_ROOT": str(tmp_path / "pyenv")}, tmp_path / "home")


@pytest.fixture
def install(tmp_path):
    """Return a function that puts a shell script down as a Python, in a folder of its own."""

    def install(folder, minor, script):
        path = tmp_path / folder / f"python3.{minor}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return install


@pytest.mark.skipif(os.name != "posix", reason="plays Python by a shell script")
def test_the_newest_that_works_is_taken(tmp_path, install):
    places = [tmp_path / "a", tmp_path / "b"]
    assert interpreters.newest(places, above=11) is None
    old = install("a", 12, "echo 12 final")
    assert interpreters.newest(places, above=11) == old
    assert interpreters.newest(places, above=12) is None
    newer = install("b", 13, "echo 13 final")
    install("a", 14, "echo pyenv: python3.14: command not found >&2; exit 127")
    assert interpreters.newest(places, above=11) == newer
    install("a", 13, "echo 13 beta")
    assert interpreters.newest(places, above=11) == newer
    install("b", interpreters.NEWEST_MINOR + 1, f"echo {interpreters.NEWEST_MINOR + 1} final")
    assert interpreters.newest(places, above=11) == newer


@pytest.mark.skipif(os.name != "posix", reason="plays Python by a shell script")
def test_of_two_of_one_version_the_earlier_folder_is_taken(tmp_path, install):
    first = install("a", 13, "echo 13 final")
    install("b", 13, "echo 13 final")
    assert interpreters.newest([tmp_path / "a", tmp_path / "b"], above=11) == first


def test_this_python_would_pass():
    asked = subprocess.run(
        [sys.executable, "-I", "-c", interpreters.PROBE], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split()[0] == str(sys.version_info.minor)


def test_it_prints_one_path_that_is_newer_or_nothing():
    script = str(Path(interpreters.__file__))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    if line:
        _, _, minor = Path(line).name.removesuffix(".exe").partition(".")
        assert sys.version_info.minor < int(minor) <= interpreters.NEWEST_MINOR
