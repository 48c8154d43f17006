"""One step of the set-up: a line on the screen, a quiet command, a sentence when it fails."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

_LAST_LINES = 12


class SetupError(Exception):
    """A sentence for the user, and the exit status that goes with it."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def say(line: str) -> None:
    """Print one line of progress, on stderr: stdout belongs to the program that is started."""
    print(f"bootstrap: {line}", file=sys.stderr, flush=True)


def do(command: Sequence[str], *, failure: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command without showing its output.

    Parameters
    ----------
    command : sequence of str
    failure : str
        What could not be done; opens the error's sentence.
    env : mapping, optional
        The command's environment variables.

    Raises
    ------
    SetupError
        If it cannot be started or fails; with the last lines of what it said.
    """
    try:
        done = subprocess.run(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupError(f"{failure}: {error}") from error
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if line.strip()][-_LAST_LINES:]
        raise SetupError("\n    ".join([f"{failure}; its last words:", *said]))
