"""Credits: the installed libraries that nnstudio needs, with versions and licences; studio uses it."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import nnstudio
from nnstudio.paths import resource

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
_OF_QT = ("LGPL-3.0.txt", "GPL-3.0.txt")
_TEXTS = {"PySide6_Essentials": _OF_QT, "shiboken6": _OF_QT}
"""Licence texts that a library's own package lacks."""


@dataclass(frozen=True)
class Library:
    """A library that comes with nnstudio, or nnstudio itself.

    Attributes
    ----------
    name, version : str
    licence : str
        Its short name.
    texts : tuple of Path
        The full text of the licence.
    """

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]

    def text(self) -> str:
        """Return the full text of the licence."""
        return "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in self.texts)


def libraries() -> list[Library]:
    """Return nnstudio and every library that it needs, its direct dependencies first."""
    found: dict[str, Library] = {}
    waiting = [nnstudio.__name__]
    while waiting:
        name = waiting.pop(0)
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            # Of another system, or a checkout that was never installed.
            continue
        title = distribution.metadata["Name"]
        if title in found:
            continue
        found[title] = _library(distribution)
        # Extras are installed by the user and do not come with the program.
        needed = (need for need in distribution.requires or () if "extra ==" not in need)
        waiting += [match[0] for need in needed if (match := _NAME.match(need))]
    return list(found.values())


def typeface() -> Library:
    """Return the typeface that comes with the window."""
    return Library("Inter", "4", "OFL-1.1", (resource("fonts", "Inter-OFL.txt"),))


def interpreter() -> str:
    """Return Python's name and version."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def _library(distribution: metadata.Distribution) -> Library:
    head = distribution.metadata
    classifiers = [line for line in head.get_all("Classifier") or [] if line.startswith("License")]
    given = [value for field in ("License-Expression", "License") for value in head.get_all(field) or []]
    licence = given[0] if given else ""
    if not licence or "\n" in licence:
        licence = classifiers[0].rpartition(" :: ")[2] if classifiers else "see its text"
    texts = [
        Path(str(file.locate()))
        for file in distribution.files or ()
        if _LICENCE_FILE.search(file.name) and ".dist-info" in str(file)
    ]
    texts += [resource("licences", name) for name in _TEXTS.get(head["Name"], ())]
    return Library(
        head["Name"], distribution.version, licence, tuple(path for path in texts if path.is_file())
    )
