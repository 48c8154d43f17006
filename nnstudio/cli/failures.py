"""Record the traceback of an unexpected failure in the log, and tell the user where it is."""

from __future__ import annotations

import logging
import logging.handlers

from nnstudio import __version__
from nnstudio.paths import log_path

_MAX_BYTES = 1_000_000


def record(error: Exception) -> str:
    """Append the traceback of ``error`` to the log and return a sentence for the user."""
    what = f"Something unexpected went wrong ({type(error).__name__}: {error})."
    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_MAX_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return f"{what} Set NNSTUDIO_DEBUG=1 to see where."
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.Logger("nnstudio.cli")
    logger.addHandler(handler)
    logger.error("nnstudio %s: the command line failed", __version__, exc_info=error)
    handler.close()
    return f"{what} The details are in {path}."
