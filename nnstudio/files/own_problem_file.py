"""The file of the user's own problems; studio reads and writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnstudio.data.own_problem import OwnProblem, OwnProblemError, from_json, to_json
from nnstudio.files.atomic import WriteError, write_atomically
from nnstudio.files.locking import locked
from nnstudio.language import tr
from nnstudio.paths import own_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_FILE_BYTES = 2**20


def own_problems_path() -> Path:
    """Return the path of the user's own problems."""
    return own_dir() / "my-labels.json"


def read_own_problems() -> tuple[OwnProblem, ...]:
    """Read the user's own problems; none if there is no file.

    Raises
    ------
    OwnProblemError
        The file cannot be read; it stays as it is.
    """
    path = own_problems_path()
    try:
        if not path.exists():
            return ()
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise OwnProblemError(
            tr("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error
    return from_json(content)


def change_own_problems(
    change: Callable[[tuple[OwnProblem, ...]], tuple[OwnProblem, ...]],
) -> tuple[OwnProblem, ...]:
    """Change the problems as they are in the file now, and return them.

    Raises
    ------
    UserError
        The file cannot be read or written; it stays as it is.
    """
    path = own_problems_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            tr("Could not make the folder {path}: {reason}.").format(
                path=path.parent, reason=error.strerror or error
            )
        ) from error
    with locked(path):
        problems = change(read_own_problems())
        write_atomically(path, to_json(problems))
    return problems
