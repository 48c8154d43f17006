"""Fixtures for all tests: one BLAS thread, no screen, the user's folders untouched, no thread left behind."""

import os

# Before NumPy and Qt are imported anywhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading

import pytest


@pytest.fixture(autouse=True)
def _isolated_folders(tmp_path_factory, monkeypatch):
    """Keep the user's data, state and settings out of every test."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.delenv("NNSTUDIO_DATA", raising=False)


@pytest.fixture(autouse=True)
def _no_thread_left_behind():
    """Fail a test that leaves a thread running, and name the thread."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    for thread in left:
        thread.join(timeout=2.0)
    left = [thread.name for thread in left if thread.is_alive()]
    assert not left, f"threads left running: {left}"
