from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from nnstudio.files.onnx_export import save_onnx
from nnstudio.studio.documents.open_save import network_kinds
from nnstudio.studio.documents.recent_files import MOST, RecentFiles

pytestmark = pytest.mark.window(shared=True)

FOREIGN = Path(__file__).parents[2] / "oracles" / "foreign"


def menu_of(window):
    (recent,) = [
        action.menu()
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
        if action.text() == "Open recent"
    ]
    recent.aboutToShow.emit()
    return recent


def test_the_last_files_come_first_and_missing_ones_not_at_all(settings, qapp, tmp_path):
    recent = RecentFiles(settings, qapp)
    assert recent.folder() == Path.home()
    files = [tmp_path / f"{k}.json" for k in range(MOST + 3)]
    for path in files:
        path.touch()
        recent.note(path)
    recent.note(files[5])
    assert recent.paths()[:2] == [files[5], files[-1]]
    assert len(recent.paths()) == MOST
    files[5].unlink()
    assert recent.paths()[0] == files[-1]
    assert recent.folder() == tmp_path


@pytest.mark.parametrize("nonsense", [None, "", 7, "no such file", [1, 2], {"a": 1}])
def test_settings_that_make_no_sense(settings, qapp, nonsense):
    settings.setValue("recent", nonsense)
    assert RecentFiles(settings, qapp).paths() == []


def test_the_menu_opens_what_was_saved(window, qtbot, tmp_path):
    assert not menu_of(window).actions()[0].isEnabled()
    model = window.session.network.model()
    save_onnx(tmp_path / "mine.onnx", model)
    window.opener.open_paths([tmp_path / "mine.onnx"])
    qtbot.waitUntil(lambda: [entry.text() for entry in menu_of(window).actions()] == ["mine.onnx"])
    (entry,) = menu_of(window).actions()
    window.session.network.model_name = "another"
    entry.trigger()
    qtbot.waitUntil(lambda: window.session.network.model_name == "mine")
    np.testing.assert_array_equal(window.session.network.displayed_weights, model.theta)


def test_another_programs_network_opens(session, opener, until):
    opener.open_paths([FOREIGN / "stack.onnx"])
    until(lambda: session.network.architecture.layer_sizes == (64, 12, 11, 10))
    opener.open_paths([FOREIGN / "convolution.onnx"])
    until(lambda: "Conv" in session.sentences[-1][0])
    assert session.network.architecture.layer_sizes == (64, 12, 11, 10)


def test_every_way_to_save_is_in_the_dialog(window, tmp_path, monkeypatch):
    for kind, ending in network_kinds().items():
        path = str(tmp_path / "network")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path, kind=kind: (path, kind))
        window.actions_by_name["save"].trigger()
        assert (tmp_path / f"network{ending}").stat().st_size > 1000
