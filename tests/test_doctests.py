"""The examples in docstrings give what stands below them.

pytest's own collection of doctests imports every module, those of tests among them, in every process, and
takes longer than the examples.
"""

import doctest
import importlib
from pathlib import Path

import pytest

import nnstudio

ROOT = Path(nnstudio.__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "nnstudio").rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of(name, capsys):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0, capsys.readouterr().out
