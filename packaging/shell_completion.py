"""Print what completes the command line in a shell: ``shell_completion.py bash|zsh``."""

import argparse
import sys

import shtab

from nnstudio.cli.arguments import parser

_FILES = {"PATH", "FILE", "NAME|FILE"}
_FOLDERS = {"DIR"}


def mark(commands: argparse.ArgumentParser) -> None:
    """Tell files and folders apart from other words, in a parser and in those of its commands."""
    for action in commands._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                mark(each)
        elif action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


if __name__ == "__main__":
    program = parser()
    mark(program)
    print(shtab.complete(program, shell=sys.argv[1]))
