"""Where the frozen program starts: what a bundle needs before anything else, then the program."""

import os
import sys


def clean_library_path() -> None:
    """Give other programs, a browser for example, the library path that they had before the bundle's own."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before


if __name__ == "__main__":
    clean_library_path()
    from nnstudio.cli import main

    sys.exit(main())
