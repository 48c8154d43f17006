"""All settings at once: reset, brought back, and nonsense in them."""

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QSettings

from nnstudio.studio.painting.theme import LIGHT, appearance, set_text_scale, text_scale
from nnstudio.studio.program.reset_settings import copy_path, reset, restore
from nnstudio.studio.window.screen_fit import PREFERRED
from tests.studio.gestures import is_warning, said


@pytest.fixture(autouse=True)
def _usual_text():
    yield
    set_text_scale(1.0, [])


@pytest.mark.slow
def test_a_reset_makes_the_first_day_and_can_be_taken_back_twice(window, settings):
    settings.setValue("theme", "light")
    settings.setValue("others", "own")
    window.set_theme(LIGHT)
    window.resize(1300, 800)
    window.dock_area.docks["mistakes"].close()
    window.hints.put_away()
    window.actions_by_name["reset-settings"].trigger()
    assert window.size() == PREFERRED
    assert not window.dock_area.docks["mistakes"].isHidden()
    assert window.hints.is_on
    assert settings.allKeys() == []
    assert not is_warning(window)
    window.actions_by_name["earlier-settings"].trigger()
    assert appearance.theme is LIGHT
    assert not window.hints.is_on
    assert window.settings.value("others") == "own"
    assert window.dock_area.docks["mistakes"].isHidden()
    window.actions_by_name["earlier-settings"].trigger()
    assert not window.dock_area.docks["mistakes"].isHidden()


def test_the_copy_outlives_the_program_and_brings_everything_back(tmp_path):
    settings = QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat)
    kept = {"text": "a = b; [c]", "bytes": QByteArray(b"\x00\xff\x10"), "list": ["x", "y"], "in/group": "3"}
    for key, value in kept.items():
        settings.setValue(key, value)
    reset(settings)
    assert settings.allKeys() == []
    later = QSettings(str(tmp_path / "a.ini"), QSettings.Format.IniFormat)
    restore(later)
    assert {key: later.value(key) for key in later.allKeys()} == kept


def test_without_a_copy_nothing_is_reset_or_brought_back(window):
    copy_path().unlink(missing_ok=True)
    window.settings.setValue("theme", "light")
    window.actions_by_name["earlier-settings"].trigger()
    assert is_warning(window)
    copy_path().parent.mkdir(parents=True, exist_ok=True)
    copy_path().mkdir()
    window.actions_by_name["reset-settings"].trigger()
    assert is_warning(window)
    assert "stay as they are" in said(window)
    assert window.settings.contains("theme")
    copy_path().rmdir()


def nonsense(rng):
    """Return the bytes of a settings file that no program has written."""
    key = rng.choice(["geometry", "layout", "text-scale", "theme", "recent", "hints", "language"])
    kind = rng.integers(8)
    junk = rng.integers(0, 256, int(rng.integers(1, 400)), np.uint8).tobytes()
    values = (
        junk,
        b"@ByteArray(" + junk.replace(b"\n", b"\\n") + b")",
        b"@Variant(\\0\\0\\0" + junk.replace(b"\n", b"") + b")",
        b"@Invalid()",
        b"1e999, -5, nan",
        b'"' + b"9" * 7000 + b'"',
        b"/" + b"a" * 5000 + b", \\0, relative, /, " + junk.replace(b"\n", b""),
        b"@Rect(0 0 99999999 -5)",
    )
    return b"[General]\n" + key.encode() + b"=" + values[kind] + b"\n" + junk[: int(rng.integers(200))]


def test_nonsense_in_the_settings_is_passed_over(open_window, tmp_path):
    rng = np.random.default_rng(7)
    window = open_window()
    path = tmp_path / "nonsense.ini"
    for _ in range(60):
        path.write_bytes(nonsense(rng))
        window.settings = QSettings(str(path), QSettings.Format.IniFormat)
        window.recent._settings = window.settings
        window._restore()
        window.hints.offer()
        window.recent.paths()
        window.recent.folder()
    assert window.isVisible()
    assert 0.5 <= text_scale() <= 4


def test_a_window_starts_and_ends_where_settings_cannot_be_written(open_window, tmp_path):
    folder = tmp_path / "not-a-folder"
    folder.write_text("a file")
    window = open_window(settings=QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window.hints.put_away()
    window.close()
