"""Reset all settings of the window, and restore those from before the last reset."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from nnstudio.errors import UserError
from nnstudio.language import tr
from nnstudio.paths import state_dir


class SettingsResetError(UserError):
    """Settings could not be reset or restored; they are unchanged."""


def copy_path() -> Path:
    """Return the path of the copy of the settings from before the last reset."""
    return state_dir() / "earlier-settings.ini"


def reset(settings: QSettings) -> str:
    """Reset all settings, keep a copy of them, and return a sentence.

    Raises
    ------
    SettingsResetError
        If no copy can be kept; the settings stay then.
    """
    _keep(_all(settings))
    settings.clear()
    settings.sync()
    return tr("All settings are as on the first day. Ctrl+Alt+E brings the earlier ones back.")


def restore(settings: QSettings) -> str:
    """Swap the settings for the copy from before the last reset, and return a sentence.

    A second call swaps them back.

    Raises
    ------
    SettingsResetError
        If there is no copy, or the current settings cannot be kept; the settings stay then.
    """
    kept = _all(QSettings(str(copy_path()), QSettings.Format.IniFormat)) if copy_path().exists() else {}
    if not kept:
        raise SettingsResetError(tr("There are no earlier settings: none were reset, or the copy is gone."))
    _keep(_all(settings))
    settings.clear()
    for key, value in kept.items():
        settings.setValue(key, value)
    settings.sync()
    return tr("The settings are as they were before. Ctrl+Alt+E changes them for the others again.")


def _all(settings: QSettings) -> dict[str, Any]:
    # On macOS, fallbacks mix in keys of the whole system.
    settings.setFallbacksEnabled(False)
    return {key: settings.value(key) for key in settings.allKeys()}


def _keep(values: dict[str, Any]) -> None:
    path = copy_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unkept(path, error.strerror or str(error)) from error
    copy = QSettings(str(path), QSettings.Format.IniFormat)
    copy.clear()
    for key, value in values.items():
        copy.setValue(key, value)
    copy.sync()
    if copy.status() is not QSettings.Status.NoError:
        raise _unkept(path, tr("it cannot be written"))


def _unkept(path: Path, reason: str) -> SettingsResetError:
    return SettingsResetError(
        tr("A copy of the settings cannot be kept in {path}: {reason}. They stay as they are.").format(
            path=path, reason=reason
        )
    )
