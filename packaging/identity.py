"""What the packages say of the program: one place for its names, its files and its version."""

import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import nnstudio  # noqa: E402 - it imports nothing itself

NAME = "nnstudio"
ID = nnstudio.APPLICATION_ID
SUMMARY = "Watch a neural network read, learn and think"
DESCRIPTION = (
    "Draw a digit or a letter and watch a neural network read it while the pen moves. Train networks and "
    "watch them learn, and take them apart until nothing about them is a mystery: every weight, activation, "
    "gradient and loss is on the screen, live.",
    "The engine is written the hard way, in NumPy, and runs beside the window. Trained networks and data to "
    "learn from are built in: it works offline from the first minute.",
)
KEYWORDS = ("neural network", "machine learning", "MNIST", "education", "visualisation")


class FileType(NamedTuple):
    """A kind of file that the program opens; ``own`` if no other program writes it."""

    mime: str
    title: str
    suffix: str
    own: bool = False
    is_zip: bool = False


FILE_TYPES = (
    FileType("application/vnd.nnstudio.session", "Session of nnstudio", ".nnstudio", own=True, is_zip=True),
    FileType("application/vnd.nnstudio.model+safetensors", "Neural network", ".safetensors"),
)


class Screenshot(NamedTuple):
    """A picture of the window in the repository, for software centres."""

    path: str
    caption: str


SCREENSHOTS = (
    Screenshot(
        "resources/screenshots/training-dark.png",
        "A network that learns while what was drawn is read by its newest weights",
    ),
    Screenshot(
        "resources/screenshots/reading-light.png",
        "A drawn digit, the network that reads it, and one of its neurons taken apart",
    ),
)


def version() -> str:
    """Return the program's version."""
    return nnstudio.__version__


def info_plist() -> dict[str, Any]:
    """Return what macOS asks of an application's bundle."""
    return {
        "CFBundleShortVersionString": version(),
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT licence",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": kind.title,
                "CFBundleTypeExtensions": [kind.suffix.removeprefix(".")],
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner" if kind.own else "Alternate",
            }
            for kind in FILE_TYPES
        ],
    }
