"""What the command line writes to: standard output for results, standard error for sentences and progress."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2


def provide_streams() -> None:
    """Make sure that there are streams to print to, and that no character can break them.

    A program started without a console on Windows has none. Elsewhere, a console may lack a character that
    is printed, or a file be named by bytes that are no text.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open till the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def complain(sentence: str) -> None:
    """Print a sentence on standard error, as one line whatever names and values are in it."""
    line = " ".join(sentence.splitlines())
    print(
        "nnstudio: " + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line),
        file=sys.stderr,
    )


def drop_stdout() -> None:
    """Send what is still buffered nowhere: the reader of a pipe has left, and Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Drop what libraries print on standard error by themselves, beneath Python.

    The decoders of images do so for damaged files, where a sentence of ours follows anyway.

    Notes
    -----
    Thread: the only one, as the stream is that of the whole process.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:
        # There is no standard error to keep clean.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stderr.flush()
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)
