"""Imports run one way, and everything below the studio works where Qt does not exist."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

WITHOUT_QT = """
import importlib, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph", "PyQt6", "PyQt5"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoQt())
import nnstudio
for module in pkgutil.walk_packages(nnstudio.__path__, "nnstudio.", onerror=lambda name: None):
    if module.name.startswith("nnstudio.studio") or module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        # An optional extra, which only these two may ask for.
        only_here = {"nnstudio.engine.kernel", "nnstudio.engine.intrinsics"}
        if module.name not in only_here or error.name not in {"numba", "llvmlite"}:
            raise
    print(module.name)
"""


def test_everything_below_the_studio_is_imported_without_qt():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT], capture_output=True, text=True, check=False, timeout=180, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.split())
    for package in ("engine", "data", "training", "insight", "files", "lessons", "cli"):
        modules = {
            ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for path in (ROOT / "nnstudio" / package).glob("*.py")
            if path.stem != "__init__"
        }
        assert modules
        assert modules <= imported


def test_the_contracts_of_the_layers_hold():
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    # In a process of its own: it silences the loggers of the one it runs in.
    config = str(ROOT / "pyproject.toml")
    check = f"from importlinter.cli import lint_imports; raise SystemExit(lint_imports({config!r}))"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
