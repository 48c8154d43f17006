"""The demonstration, as a user without a screen runs it."""

import json

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from nnstudio.cli import main
from nnstudio.studio import demo
from nnstudio.studio.documents.autosave import has_last_session
from nnstudio.studio.window.main_window import MainWindow
from tests.studio.gestures import discard


@pytest.fixture
def _no_window_left(qapp):
    """Delete the window of the demonstration, which the end of the program deletes otherwise."""
    yield
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            discard(window)


@pytest.mark.slow
@pytest.mark.usefixtures("_no_window_left")
def test_the_demonstration_draws_reads_trains_and_leaves_its_pictures(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    out = tmp_path / "new" / "demo"
    assert main(["demo", "--out", str(out), "--seconds", "0.5"]) == 0
    report = json.loads((out / "demo.json").read_text("utf-8"))
    assert report["read_before"]["label"] == report["drawn"]
    assert report["images_per_second"] > 0
    assert report["frames_per_second"] > 0
    assert report["test_accuracy"] > 0.5
    assert len(report["screenshots"]) == 4
    for name in report["screenshots"]:
        image = QImage(str(out / name))
        assert (image.width(), image.height()) == (1440, 900)
    assert not has_last_session()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    with pytest.raises(demo.DemoError, match="Cannot make the folder"):
        demo.run(blocked / "demo", 1.0)
