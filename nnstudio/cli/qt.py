"""Say it in a sentence where Qt is missing, or lacks a library of the system."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

_QT_PACKAGES = {"PySide6", "shiboken6", "pyqtgraph"}


class QtMissingError(UserError):
    """Qt does not load."""


@contextmanager
def qt_needed(purpose: str) -> Iterator[None]:
    """Import Qt inside this context.

    Parameters
    ----------
    purpose : str
        What needs Qt, the subject of a sentence.

    Raises
    ------
    QtMissingError
        If an import of Qt fails.
    """
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _QT_PACKAGES:
            raise
        raise QtMissingError(
            f"{purpose} needs Qt, which does not load here: {error}. Install that."
        ) from error
