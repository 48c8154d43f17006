"""The one-folder bundle: the program with its own Python and Qt, made by PyInstaller and trimmed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import desktop
import identity
from environment import Environment
from steps import SetupError, do, say

_MISSING = re.compile(r"Library not found: could not resolve '?([^',]+)'?,? dependency of '?([^']+)'?")
_NOT_NEEDED = re.compile(
    r"platformthemes|egldeviceintegrations|qeglfs|qlinuxfb|qvnc|qvkkhr|imageformats|qmltooling"
)
"""Parts of Qt that the bundle leaves out, whatever they lack."""


def make_bundle(
    env: Environment, work: Path, variables: Mapping[str, str], *, system_libraries: bool
) -> Path:
    """Make the bundle.

    Parameters
    ----------
    env : Environment
        One that holds the program and PyInstaller, and no other copy of Qt.
    work : Path
        A folder for it; what is in it is overwritten.
    variables : mapping
        Environment variables of the build.
    system_libraries : bool
        Whether the package manager provides what Qt's platform plugins need.

    Returns
    -------
    Path
        The folder, with the program ``nnstudio`` in it.

    Raises
    ------
    SetupError
        If PyInstaller fails, or a shared library that the bundle needs is not on this machine.
    """
    say("making the bundle")
    given = dict(variables) | {"PYTHONHASHSEED": "1"}
    if system_libraries:
        given["NNSTUDIO_SYSTEM_LIBRARIES"] = "1"
    work.mkdir(parents=True, exist_ok=True)
    given |= _resources_of_the_system(env, work, variables)
    log = work / "pyinstaller.log"
    command = [str(env.program("pyinstaller")), "--noconfirm", "--clean"]
    command += ["--distpath", str(work / "dist"), "--workpath", str(work / "build")]
    with log.open("w") as file:
        status = subprocess.call(
            [*command, str(env.root / "packaging" / "nnstudio.spec")],
            env=given,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    said = log.read_text(encoding="utf-8", errors="replace")
    if status != 0:
        raise SetupError("PyInstaller failed; its last words:\n    " + "\n    ".join(said.splitlines()[-12:]))
    check_libraries(said)
    folder = work / "dist" / "nnstudio"
    if sys.platform == "linux":
        _slim(env, folder)
    return folder


def _resources_of_the_system(env: Environment, work: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Make what Windows and macOS keep inside a program, and return where it lies, for the spec."""
    made = {}
    kinds = {"win32": (".ico", 256), "darwin": (".icns", 512)}
    if sys.platform in kinds:
        suffix, side = kinds[sys.platform]
        icon = work / f"nnstudio{suffix}"
        desktop.draw(
            env.root / "resources" / "icons" / "nnstudio.svg", [str(icon), str(side)], env, variables
        )
        made["NNSTUDIO_ICON"] = str(icon)
    if sys.platform == "win32":
        file = work / "version.txt"
        file.write_text(version_resource(), encoding="utf-8")
        made["NNSTUDIO_VERSION_FILE"] = str(file)
    return made


def version_resource() -> str:
    """Return what Windows shows among a program's properties, in the form that PyInstaller reads."""
    numbers = tuple(int(part) for part in (identity.version().split(".") + ["0"] * 4)[:4] if part.isdigit())
    texts = {
        "CompanyName": "The nnstudio authors",
        "FileDescription": identity.NAME,
        "FileVersion": identity.version(),
        "LegalCopyright": "MIT licence",
        "OriginalFilename": "nnstudio.exe",
        "ProductName": identity.NAME,
        "ProductVersion": identity.version(),
    }
    table = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in texts.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, OS=0x40004, fileType=1),\n"
        f"  kids=[StringFileInfo([StringTable('040904B0', [{table}])]),\n"
        f"        VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )


def check_libraries(log: str) -> None:
    """Take PyInstaller's warning of a missing shared library for the error it is.

    Raises
    ------
    SetupError
        Naming each library and what needs it.
    """
    missing = sorted({match.groups() for match in _MISSING.finditer(log) if not _NOT_NEEDED.search(match[2])})
    if missing:
        named = "; ".join(f"{library} (for {Path(needed_by).name})" for library, needed_by in missing)
        raise SetupError(
            f"this machine lacks shared libraries that belong into the bundle: {named}. Install the packages "
            "that hold them, then call again."
        )


def _slim(env: Environment, folder: Path) -> None:
    """Strip Python's own binaries, and drop search paths and permissions that packages should not have."""
    inside = folder / "_internal"
    own = [
        *inside.glob("libpython*.so*"),
        *inside.glob("python*/lib-dynload/*.so"),
        *inside.glob("lib-dynload/*.so"),
    ]
    # The wheels' libraries are patched, and stripping breaks them.
    if own and shutil.which("strip"):
        do(["strip", "--strip-unneeded", *map(str, own)], failure="could not strip Python's libraries")
    for path in own:
        do(
            [str(env.program("patchelf")), "--remove-rpath", str(path)],
            failure=f"could not change {path.name}",
        )
    for path in shared_libraries(folder):
        path.chmod(0o644)


def shared_libraries(folder: Path) -> Iterator[Path]:
    """Yield every shared library in a folder, links aside."""
    for path in sorted(folder.rglob("*.so*")):
        if path.is_file() and not path.is_symlink():
            yield path


def size(folder: Path) -> int:
    """Return how many bytes the files of a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def environment_variables(root: Path) -> dict[str, str]:
    """Return the variables of a build that can be repeated: its date is that of the sources."""
    given = {**os.environ, "PYTHONHASHSEED": "0"}
    if "SOURCE_DATE_EPOCH" not in given:
        asked = subprocess.run(
            ["git", "-C", str(root), "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False
        )
        newest = (root / "pyproject.toml").stat().st_mtime
        given["SOURCE_DATE_EPOCH"] = asked.stdout.strip() or str(int(newest))
    return given
