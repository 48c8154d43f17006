"""What the machine lacks: Debian's `venv`, Qt's libraries, a display. It looks, then installs or says how."""

import contextlib
import ctypes
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from steps import SetupError, do, say

MUST_INSTALL = 3  # exit status

# Shared library -> Debian package, by the Qt platform plugin that loads it ("offscreen": any of them).
LIBRARIES = {
    "offscreen": {
        "libGL.so.1": "libgl1",
        "libEGL.so.1": "libegl1",
        "libxkbcommon.so.0": "libxkbcommon0",
        "libfontconfig.so.1": "libfontconfig1",
        "libfreetype.so.6": "libfreetype6",
        "libX11.so.6": "libx11-6",
        "libdbus-1.so.3": "libdbus-1-3",
        # Newer releases call it libglib2.0-0t64, which provides this name.
        "libglib-2.0.so.0": "libglib2.0-0",
        "libgthread-2.0.so.0": "libglib2.0-0",
        # QtNetwork is linked with it.
        "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    },
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1",
        "libxcb.so.1": "libxcb1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
        "libxcb-icccm.so.4": "libxcb-icccm4",
        "libxcb-image.so.0": "libxcb-image0",
        "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0",
        "libxcb-render.so.0": "libxcb-render0",
        "libxcb-render-util.so.0": "libxcb-render-util0",
        "libxcb-shape.so.0": "libxcb-shape0",
        "libxcb-shm.so.0": "libxcb-shm0",
        "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1",
        "libxcb-xfixes.so.0": "libxcb-xfixes0",
        "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0",
        "libwayland-cursor.so.0": "libwayland-cursor0",
        "libwayland-egl.so.1": "libwayland-egl1",
    },
}
PACKAGES = {library: package for group in LIBRARIES.values() for library, package in group.items()}
SCREEN_TOOLS = {"Xvfb": "xvfb", "xdotool": "xdotool"}
QT_MODULES = ("QtWidgets", "QtSvg", "QtOpenGLWidgets", "QtNetwork", "QtTest")


def screen_plugin(environ: Mapping[str, str], system: str) -> str:
    """Return the name of the Qt platform plugin that the window will use ("xcb", "offscreen", …)."""
    chosen = environ.get("QT_QPA_PLATFORM")
    if chosen:  # "xcb;wayland" is a list to try in order, "offscreen:option=…" has options
        return chosen.partition(";")[0].partition(":")[0]
    if system == "Linux" and environ.get("DISPLAY"):
        return "xcb"  # on Wayland too: Qt falls back to it where its Wayland plugin cannot load
    if system == "Linux" and environ.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "offscreen"


def venv_package() -> list[str]:
    """Return the Debian package to install for ``python -m venv``; none where this Python has all of it."""
    if importlib.util.find_spec("ensurepip") is not None:
        return []
    return ["python{}.{}-venv".format(*sys.version_info)]


def absent_libraries(plugin: str) -> list[str]:
    """Return the libraries that a Qt platform plugin is known to need and that this system cannot load.

    For use before Qt is installed; afterwards `unresolved_libraries` knows better.
    """
    if platform.system() != "Linux":
        return []
    known = LIBRARIES["offscreen"] | LIBRARIES.get(plugin, {})
    return [library for library in known if not _loads(library)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def unresolved_libraries(qt_folder: Path, plugin: str) -> list[str]:
    """Return the shared libraries that the installed Qt needs and this system lacks, by asking its linker."""
    ldd = shutil.which("ldd")
    if platform.system() != "Linux" or ldd is None:
        return []
    files = [qt_folder / f"{module}.abi3.so" for module in QT_MODULES]
    files += (qt_folder / "Qt" / "plugins" / "platforms").glob(f"libq{plugin}*.so")
    asked = subprocess.run([ldd, *map(str, files)], capture_output=True, text=True, check=False)
    return not_found(asked.stdout)


def not_found(ldd_output: str) -> list[str]:
    """Return the libraries that ``ldd`` marks as not found, each once, in its order."""
    lines = (line.split() for line in ldd_output.splitlines() if line.endswith("=> not found"))
    return list(dict.fromkeys(words[0] for words in lines))


def absent_screen_tools() -> list[str]:
    """Return what tests on a virtual screen lack: programs, and libraries of Qt's X11 plugin."""
    if platform.system() != "Linux":
        return []
    tools = [package for program, package in SCREEN_TOOLS.items() if shutil.which(program) is None]
    return tools + absent_libraries("xcb")


def is_debian_like(os_release: str) -> bool:
    """Say whether the text of an ``os-release`` file names Debian, Ubuntu or a system made from them."""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    names = " ".join(fields.get(key, "").strip("\"'") for key in ("ID", "ID_LIKE"))
    return not {"debian", "ubuntu"}.isdisjoint(names.split())


def packages_for(wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sort what is wanted into Debian packages and libraries of unknown origin.

    Parameters
    ----------
    wanted : iterable of str
        Names of shared libraries (``libEGL.so.1``) and of packages (``xvfb``).

    Returns
    -------
    packages, unknown : list of str
        Each once, in the order met.
    """
    packages = {PACKAGES.get(name, name): None for name in wanted}
    unknown = [name for name in packages if ".so." in name]
    return [name for name in packages if name not in unknown], unknown


def to_type(packages: list[str], *, has_sudo: bool) -> str:
    """Return the line that a person types to install Debian packages."""
    install = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if has_sudo:
        return f"sudo apt-get update && sudo {install}"
    return f"su -c 'apt-get update && {install}'"


def root_prefix() -> list[str] | None:
    """Return what to put before a command to run it as root without a question; None where that cannot be."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def provide(wanted: list[str]) -> None:
    """Install what is wanted where that is possible without asking.

    Parameters
    ----------
    wanted : list of str
        Shared libraries and Debian packages; nothing happens where it is empty.

    Raises
    ------
    SetupError
        With the exact command to type, or the names of the libraries; exit status 3.
    """
    packages, unknown = packages_for(wanted) if _uses_apt() else ([], wanted)
    if packages:
        _install(packages)
    if unknown:
        raise SetupError(
            f"this system lacks {', '.join(unknown)}: install what holds them with its package manager, "
            "then call again",
            status=MUST_INSTALL,
        )


def _install(packages: list[str]) -> None:
    prefix = root_prefix()
    if prefix is None:
        line = to_type(packages, has_sudo=shutil.which("sudo") is not None)
        raise SetupError(
            f"some system packages are missing; please type\n    {line}\nand call again", status=MUST_INSTALL
        )
    say(f"installing system packages: {' '.join(packages)}")
    # A machine that has just started may be busy with its own updates: wait for them.
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    with contextlib.suppress(SetupError):  # one broken source of many does not matter: installing will tell
        do([*apt, "update"], failure="could not read the package lists")
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    do(install, failure="could not install system packages (is there a network?)")


def provide_if_possible(wanted: list[str]) -> None:
    """Install what only some tests need; where that cannot be, say so and go on."""
    if wanted and _uses_apt() and root_prefix() is not None:
        try:
            provide(wanted)
        except SetupError as error:
            say(f"tests on a virtual screen will be skipped: {error}")


def _uses_apt() -> bool:
    release = Path("/etc/os-release")
    return release.is_file() and is_debian_like(release.read_text()) and shutil.which("apt-get") is not None
