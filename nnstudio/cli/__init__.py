"""The command line: the studio's functions without a screen, and the start of the window.

Only the parser is imported at once. Each command is a module with ``run(arguments) -> status``, imported when
it is called, so that ``--help`` needs neither NumPy nor Qt.

Exit status: 0 success; 1 an unexpected failure, recorded in the log; 2 a wrong call or a bad input, with one
sentence on standard error for each; 130 or 143 stopped by Ctrl-C or by a request to terminate.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from nnstudio.cli.arguments import parse
from nnstudio.cli.status import BAD_INPUT, FAILED, INTERRUPTED, READER_LEFT
from nnstudio.cli.streams import drop_stdout, print_error, provide_streams
from nnstudio.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

DEBUG_VARIABLE = "NNSTUDIO_DEBUG"
"""If set to anything, an unexpected failure prints its traceback."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; by default those of this process.

    Returns
    -------
    int
        The exit status; see the module.
    """
    provide_streams()
    # More BLAS threads can be a hundred times slower for small layers. NumPy reads this once, when it is
    # imported; training measures afterwards whether more threads help.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except UserError as error:
        print_error(str(error))
        return BAD_INPUT
    except BrokenPipeError:
        drop_stdout()
        return READER_LEFT
    except KeyboardInterrupt:
        print_error("Interrupted.")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        from nnstudio.cli.failures import record

        print_error(record(error))
        return FAILED
    return status


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
    except SystemExit as leaving:
        # --help and --version have printed their text.
        return int(leaving.code or 0)
    status: int = import_module(f"nnstudio.cli.{arguments.module}").run(arguments)
    return status
