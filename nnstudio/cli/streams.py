"""Standard streams of the command line: output for results, error for messages and progress."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STDERR = 2


def provide_streams() -> None:
    """Make sure that there are streams to print to, and that they can print any character.

    A program started without a console on Windows has none. Elsewhere, a console may lack a character that
    is printed, or a file name may consist of bytes that are not text.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open till the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def print_error(sentence: str) -> None:
    """Print a sentence on standard error, as one line, whatever names and values it contains."""
    line = " ".join(sentence.splitlines())
    print(
        "nnstudio: " + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line),
        file=sys.stderr,
    )


def drop_stdout() -> None:
    """Discard buffered output: the reader of the pipe has left, and Python flushes at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Suppress what libraries print on standard error by themselves, below Python.

    Image decoders do so for damaged files, for which nnstudio prints a sentence anyway.

    Notes
    -----
    Thread: the only one, as the stream is that of the whole process.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:
        # There is no standard error to redirect.
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
