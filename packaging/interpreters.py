"""Print the newest Python of this machine, if there is one newer than the Python that runs this.

Only those are looked for that NumPy, Qt and Numba have packages for, and nothing is downloaded.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

NEWEST_MINOR = 14
"""Of Python 3. Raise it when all that nnstudio needs can be installed on the next one."""

PROBE = """
import sys
import ctypes, ensurepip, ssl, venv, zlib
print(sys.version_info[1], sys.version_info.releaselevel)
"""
"""Fails where a system has taken parts of the standard library away, which we then could not put back."""


def folders(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Return the folders in which Pythons are found: PATH, the system's, and those of pyenv and uv."""
    path = [Path(folder) for folder in environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(environ.get("PYENV_ROOT", home / ".pyenv"))
    return [
        *path,
        *(Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin")),
        *sorted(pyenv.glob("versions/*/bin")),
        *sorted(home.glob(".local/share/uv/python/*/bin")),
    ]


def newest(places: Iterable[Path], *, above: int) -> Path | None:
    """Return the newest Python 3 that works, or None.

    Parameters
    ----------
    places : iterable of Path
        Folders to look into; of two Pythons of one version, the one in the earlier folder is taken.
    above : int
        The minor version that it must exceed.
    """
    places = list(places)
    for minor in range(NEWEST_MINOR, above, -1):
        for place in places:
            python = place / (f"python3.{minor}" + (".exe" if os.name == "nt" else ""))
            if python.is_file() and _works(python, minor):
                return python
    return None


def _works(python: Path, minor: int) -> bool:
    """Say whether it starts (pyenv's shims may not), has what we need, and is no trial release."""
    command = [str(python), "-I", "-c", PROBE]
    try:
        asked = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0 and asked.stdout.split() == [str(minor), "final"]


if __name__ == "__main__":
    found = newest(folders(os.environ, Path.home()), above=sys.version_info.minor)
    print(found or "")
