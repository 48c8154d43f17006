"""Find shipped models and recipes by name, and others by path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.language import tr
from nnstudio.paths import resource

if TYPE_CHECKING:
    from nnstudio.errors import UserError

DEFAULT_MODEL = "digits"
"""The shipped model that the window opens with and the command line reads with by default."""


def shipped_names(folder: str, suffix: str) -> list[str]:
    """Return the names of the shipped files in a resources folder, in alphabetical order."""
    return sorted(path.stem for path in resource(folder).glob(f"*{suffix}"))


def find_shipped(
    what: str, name_or_path: str | os.PathLike[str], folder: str, suffix: str, error: type[UserError]
) -> Path:
    """Return the path of a shipped file by its name, or of any file by its path.

    A shipped name takes precedence over a file of the same name in the current folder; use ``./name`` for
    that.

    Raises
    ------
    UserError
        Of the class ``error``, naming what is shipped, if there is neither.
    """
    names = shipped_names(folder, suffix)
    if str(name_or_path) in names:
        return resource(folder, f"{name_or_path}{suffix}")
    # The functions of os.path treat an unknown user, or a name that is too long, as a missing file.
    path = os.path.expanduser(name_or_path)
    if os.path.exists(path):
        return Path(path)
    raise error(
        tr(
            "There is no {what} {name_or_path!r}: neither a file of this name nor one of those "
            "shipped with nnstudio ({names})."
        ).format(what=what, name_or_path=str(name_or_path), names=", ".join(names) or "none")
    )
