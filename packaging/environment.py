"""The project's own Python environments, `.venv` above all: made, checked, repaired, stamped when whole."""

import contextlib
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from steps import SetupError, do, say

# Inside .venv, and kept when the rest of it is made anew.
LOCK = "bootstrap.lock"
CACHE = "pip-cache"
STAMP = "bootstrap-stamp.json"


@dataclass(frozen=True)
class Environment:
    """Where the parts of the environment lie.

    Parameters
    ----------
    root : Path
        The checkout, resolved.
    name : str
        Of its folder in the checkout.
    """

    root: Path
    name: str = ".venv"

    @classmethod
    def of_this_python(cls, root: Path) -> "Environment":
        """Return the environment of this version of Python alone, which leaves ``.venv`` as it is."""
        return cls(root, f".venv-{_python_version()}")

    @property
    def folder(self) -> Path:
        """The environment itself."""
        return self.root / self.name

    def _path(self, name: str) -> Path:
        return Path(
            sysconfig.get_path(name, "venv", vars={"base": str(self.folder), "platbase": str(self.folder)})
        )

    @property
    def site_packages(self) -> Path:
        """Where pip installs, for the Python that runs this."""
        return self._path("purelib")

    def program(self, name: str) -> Path:
        """Return the path of an installed program."""
        return self._path("scripts") / (name + (".exe" if os.name == "nt" else ""))

    def qt_folder(self) -> Path:
        """Return the folder of Qt's Python modules."""
        return self.site_packages / "PySide6"


@dataclass(frozen=True)
class Stamp:
    """What a finished set-up left behind; written last, so that an interrupted one has none.

    Parameters
    ----------
    fingerprint : str
        Of everything that decides what is installed, dependency groups and extras aside.
    requirements : list of str
        From the dependency groups and extras.
    distributions : list of str
        Names of the ``*.dist-info`` folders that were whole.
    """

    fingerprint: str
    requirements: list[str]
    distributions: list[str]

    def covers(self, fingerprint: str, requirements: Iterable[str]) -> bool:
        """Say whether it holds for these wishes: nothing changed, and no requirement is new."""
        return self.fingerprint == fingerprint and set(requirements) <= set(self.requirements)


def group_requirements(pyproject: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Return the requirements of dependency groups, included groups resolved (PEP 735), each once."""
    found: dict[str, None] = {}
    for name in names:
        for entry in pyproject["dependency-groups"][name]:
            inner = (
                [entry] if isinstance(entry, str) else group_requirements(pyproject, [entry["include-group"]])
            )
            found.update(dict.fromkeys(inner))
    return list(found)


def extra_requirements(pyproject: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Return the requirements of the project's own extras."""
    extras = pyproject["project"]["optional-dependencies"]
    return [requirement for name in names for requirement in extras[name]]


def fingerprint(pyproject: dict[str, Any], python: str) -> str:
    """Return a hash of what decides the installation: the project's own tables and the Python version."""
    tables = [pyproject.get("build-system"), pyproject["project"], pyproject.get("tool", {}).get("hatch")]
    return hashlib.sha256(json.dumps([tables, python], sort_keys=True).encode()).hexdigest()


def read_stamp(env: Environment) -> Stamp | None:
    """Return the stamp of the last finished set-up, or None where there is none that can be read."""
    try:
        return Stamp(**json.loads((env.folder / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def distributions(env: Environment) -> list[str]:
    """Return the names of the ``*.dist-info`` folders present."""
    return sorted(path.name for path in env.site_packages.glob("*.dist-info"))


def is_whole(env: Environment, distribution: str) -> bool:
    """Say whether every file that pip recorded for a distribution is there (compiled files aside)."""
    try:
        with (env.site_packages / distribution / "RECORD").open(newline="", encoding="utf-8") as record:
            names = [row[0] for row in csv.reader(record) if row]
    except OSError:
        return False
    site = str(env.site_packages)
    return all(os.path.exists(os.path.join(site, name)) for name in names if "__pycache__" not in name)


def fault(env: Environment) -> str:
    """Return why the environment cannot be used as it is; empty where it can."""
    if not (env.folder / "pyvenv.cfg").is_file():
        return "there is none yet"
    made_for = _made_for(env)
    if made_for is not None and made_for != env.folder:
        return f"it was made for {made_for}"
    python = env.program("python")
    probe = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    try:
        asked = subprocess.run(
            [python, "-I", "-c", probe], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return "its Python does not start"
    if asked.returncode != 0:
        return "its Python or its pip does not work"
    if asked.stdout.strip() != _python_version():
        return f"it holds Python {asked.stdout.strip()}, and this is {_python_version()}"
    return ""


def _made_for(env: Environment) -> Path | None:
    """Return the folder that the environment was made for (its programs name it), if it says so."""
    for line in (env.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        command = re.fullmatch(r"command = .* -m venv (?:--\S+ )*(.+)", line)
        if command:
            return Path(command[1]).resolve()
    return None


def _python_version() -> str:
    return "{}.{}".format(*sys.version_info)


def _wishes(env: Environment, groups: Sequence[str], extras: Sequence[str]) -> tuple[str, list[str]]:
    pyproject = tomllib.loads((env.root / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = group_requirements(pyproject, groups) + extra_requirements(pyproject, extras)
    return fingerprint(pyproject, _python_version()), requirements


def is_ready(env: Environment, groups: Sequence[str], extras: Sequence[str] = ()) -> bool:
    """Say whether the environment works, is whole and holds the program with these groups and extras."""
    stamp = read_stamp(env)
    return (
        stamp is not None
        and stamp.covers(*_wishes(env, groups, extras))
        and not fault(env)
        and all(is_whole(env, name) for name in stamp.distributions)
    )


def prepare(env: Environment, groups: Sequence[str], extras: Sequence[str] = ()) -> None:
    """Make or repair the environment, so that it holds the program.

    Parameters
    ----------
    env : Environment
    groups : sequence of str
        Dependency groups of ``pyproject.toml`` to install as well.
    extras : sequence of str
        Extras of the program (``project.optional-dependencies``) to install as well.

    Raises
    ------
    SetupError
        If it cannot be made, or pip fails (no network, …); the next call goes on from there.
    """
    stamp = read_stamp(env)
    (env.folder / STAMP).unlink(missing_ok=True)
    broken = [name for name in distributions(env) if not is_whole(env, name)]
    reason = fault(env) or ("its pip is damaged" if any(name.startswith("pip-") for name in broken) else "")
    if reason:
        _make(env, reason)
        stamp = None
    else:
        # What pip no longer knows, it installs again.
        for name in broken:
            say(f"{name.removesuffix('.dist-info')} is damaged and will be installed again")
            shutil.rmtree(env.site_packages / name)
    mark, requirements = _wishes(env, groups, extras)
    if stamp is not None and stamp.covers(mark, []):
        requirements = list(dict.fromkeys(requirements + stamp.requirements))
    _install(env, requirements)
    whole = [name for name in distributions(env) if is_whole(env, name)]
    stamp = Stamp(mark, requirements, whole)
    (env.folder / STAMP).write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")


def _make(env: Environment, reason: str) -> None:
    say(f"making the Python environment in {env.folder} ({reason})")
    for path in env.folder.iterdir():
        if path.name in {LOCK, CACHE}:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    # From inside an environment, the Python under it: this one may be the environment that was just removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    do([python, "-I", "-m", "venv", str(env.folder)], failure="could not make a Python environment")


def _install(env: Environment, requirements: list[str]) -> None:
    say("installing NumPy, Qt and the rest (a few minutes the first time)")
    # The user's own settings for pip hold (index, proxy, …), but for where to install.
    variables = {
        name: value for name, value in os.environ.items() if name not in {"PIP_TARGET", "PIP_PREFIX"}
    }
    variables |= {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    variables["PIP_CACHE_DIR"] = str(env.folder / CACHE)  # nothing is written outside the checkout
    command = [str(env.program("python")), "-I", "-m", "pip", "install", "--quiet", "--progress-bar", "off"]
    do(
        [*command, "--editable", str(env.root), *requirements],
        failure="could not install the program and what it needs (is there a network?)",
        env=variables,
    )


@contextlib.contextmanager
def lock(env: Environment) -> Iterator[None]:
    """Let one call at a time work on the environment; the others wait and say so."""
    if env.folder.exists() and not env.folder.is_dir():
        raise SetupError(f"{env.folder} is in the way: it is not a folder. Remove it, then call again.")
    env.folder.mkdir(exist_ok=True)
    try:
        file = (env.folder / LOCK).open("a")
    except PermissionError:  # someone else's checkout: it can be used, not changed
        yield
        return
    with file:
        if not _try_lock(file):
            say("another call is setting up; waiting for it")
            _wait_for_lock(file)
        yield  # closing the file frees the lock, and so does the end of the process, whatever its reason


if sys.platform == "win32":
    import msvcrt
    import time

    def _try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        while not _try_lock(file):
            time.sleep(0.5)

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
