"""Fixtures for all tests: one BLAS thread, no screen, the user's folders untouched, no thread left behind."""

import os

# Before NumPy and Qt are imported anywhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests.stress import STRESS

# How long an example takes is the machine's business, and what one run finds the next has to find as well.
hypothesis_settings.register_profile("nnstudio", deadline=None, derandomize=not STRESS, database=None)
hypothesis_settings.load_profile("nnstudio")

SAMPLE = 2
"""Tests that --sample takes of each file; where they open the window, of each folder of tests/studio."""

TESTS = Path(__file__).parent
ENGINE = TESTS.parent / "nnstudio" / "engine"


def pytest_addoption(parser):
    parser.addoption(
        "--sample",
        action="store_true",
        help="run one case of a few tests of each file, fewer of those that open the window, and no slow one",
    )


def pytest_collection_modifyitems(config, items):
    """Leave out what --sample leaves out: it takes most of the time and runs few lines for the first time."""
    if not config.getoption("sample"):
        return
    chosen, left_out, tests_of = [], [], defaultdict(set)
    for item in items:
        is_slow = any(item.get_closest_marker(name) for name in ("slow", "data", "display"))
        opens_window = not {"window", "open_window"}.isdisjoint(getattr(item, "fixturenames", ()))
        # To make a window takes a second.
        share = item.path.relative_to(TESTS).parts[:2] if opens_window else item.path
        most = len(items) if item.get_closest_marker("sampled") else SAMPLE
        test, tests = item.nodeid.partition("[")[0], tests_of[share]
        if is_slow or test in tests or len(tests) == most:
            left_out.append(item)
        else:
            chosen.append(item)
            tests.add(test)
    config.hook.pytest_deselected(items=left_out)
    items[:] = chosen


def pytest_configure(config):
    """Compile the training step where no file of Numba's holds it yet, once for all processes of xdist."""
    if hasattr(config, "workerinput"):
        return
    # Numba asks whether kernel.py has changed, but compiles in what the modules say that it imports.
    changed = max(path.stat().st_mtime for path in ENGINE.glob("*.py"))
    for path in ENGINE.glob("__pycache__/kernel.*.nb?"):
        if path.stat().st_mtime < changed:
            path.unlink(missing_ok=True)
    version = "py{}{}".format(*sys.version_info)
    is_shared = (config.getoption("numprocesses", None) or 0) > 1
    if is_shared and not any(ENGINE.glob(f"__pycache__/kernel.work-*.{version}.nbi")):
        from nnstudio.engine import compiled_step

        compiled_step.load()


@pytest.fixture(autouse=True)
def _isolated_folders(tmp_path_factory, monkeypatch):
    """Keep the user's data, state and settings out of every test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)


@pytest.fixture(scope="session")
def kept_threads():
    """Return the threads of what several tests share; it is ended, and they are looked for, elsewhere."""
    return set()


@pytest.fixture(autouse=True)
def _no_thread_left_behind(kept_threads):
    """Fail a test that leaves a thread running, and name the thread."""
    before = set(threading.enumerate())
    yield
    before |= kept_threads
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    for thread in left:
        # A busy machine may take its time; what never ends is found all the same.
        thread.join(timeout=10.0)
    left = [thread.name for thread in left if thread.is_alive()]
    assert not left, f"threads left running: {left}"
