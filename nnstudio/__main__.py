"""``python -m nnstudio`` is the same as ``nnstudio``."""

import sys

from nnstudio.cli import main

if __name__ == "__main__":
    sys.exit(main())
