"""Find out whether a window can open, before Qt tries and aborts the program."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

_TIMEOUT_S = 2.0
_X11_PORT = 6000
_NEEDING_A_DISPLAY = {"xcb", "wayland"}
_WITHOUT_ONE = {"eglfs", "linuxfb", "minimal", "minimalegl", "offscreen", "vkkhrdisplay", "vnc"}
_PLATFORMS = _NEEDING_A_DISPLAY | _WITHOUT_ONE
"""Qt's own; it aborts the program if another one is chosen."""


def missing_display() -> str:
    """Return why no window can open, as part of a sentence, or an empty string if one can.

    Only systems where a display may be missing are checked, and only if no Qt platform without one is
    chosen.
    """
    if sys.platform in ("win32", "darwin"):
        return ""
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("DISPLAY", "")
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    if asked:
        # One or several, with options: "wayland;xcb:option=1".
        names = {name.partition(":")[0] for name in asked.split(";")}
        if names - _PLATFORMS:
            return f"QT_QPA_PLATFORM is {asked}, which Qt does not know"
        if names & _WITHOUT_ONE:
            return ""
        # If chosen by its name, Wayland uses the default display where none is named.
        wayland = (wayland or "wayland-0") if "wayland" in names else ""
        x11 = x11 if "xcb" in names else ""
    if not wayland and not x11:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    if (wayland and _wayland_answers(wayland)) or (x11 and _x11_answers(x11)):
        return ""
    return f"the display {wayland or x11} does not answer"


def _wayland_answers(display: str) -> bool:
    # An absolute name is a path.
    return _answers(socket.AF_UNIX, str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / display))


def _x11_answers(display: str) -> bool:
    match = re.fullmatch(r"(?:unix|(?P<host>[^/:]*)):(?P<number>\d+)(?:\.\d+)?", display)
    if match is None:
        # Paths of sockets and the like: Qt accepts more forms than are distinguished here.
        return True
    number = int(match["number"])
    if match["host"]:
        return _answers(socket.AF_INET, (match["host"], _X11_PORT + number))
    name = f"/tmp/.X11-unix/X{number}"
    return _answers(socket.AF_UNIX, name) or _answers(socket.AF_UNIX, f"\0{name}")


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(_TIMEOUT_S)
        try:
            connection.connect(address)
        except (OSError, UnicodeError, OverflowError):
            return False
    return True
