"""Paths of shipped resources, downloads and saved state; any package may import it."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped resource, in a wheel as in a checkout.

    Parameters
    ----------
    *parts : str
        Path below the resources folder, for example ``"models", "digits.safetensors"``.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def data_dir() -> Path:
    """Return the folder of downloaded data: ``NNSTUDIO_DATA`` if set, else the user's cache folder."""
    named = os.environ.get("NNSTUDIO_DATA")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("nnstudio", appauthor=False)) / "data"


def state_dir() -> Path:
    """Return the user's folder of the state that is kept between sessions."""
    import platformdirs

    return Path(platformdirs.user_state_dir("nnstudio", appauthor=False))


def own_dir() -> Path:
    """Return the folder of the user's own data: drawings, problems with labels of their own, lessons."""
    import platformdirs

    return Path(platformdirs.user_data_dir("nnstudio", appauthor=False))


def log_path() -> Path:
    """Return the path of the log file of unexpected failures, in the user's log folder."""
    import platformdirs

    return Path(platformdirs.user_log_dir("nnstudio", appauthor=False)) / "nnstudio.log"
