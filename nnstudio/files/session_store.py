"""Store the members of a session in a folder for autosave, or in one file to keep and to send.

The file is a ZIP archive, nothing in it compressed. A truncated one has lost its directory, which is at the
end; then the members are read one by one from the beginning.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.errors import UserError
from nnstudio.files.atomic import WriteError, write_atomically
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_FILE_BYTES = 2 * 2**30
MAX_MEMBERS = 50_000

_N_THREADS = min(4, os.cpu_count() or 1)
"""Members are packed by so many threads: zlib and NumPy work without the interpreter's lock."""

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_MAGIC = b"PK\x03\x04"


class SessionFileError(UserError):
    """A session that cannot be opened."""


class Member:
    """One member of a session, serialised only when it is written.

    Parameters
    ----------
    name : str
        Letters, digits, ``-``, ``.`` and ``/`` between folders.
    identity : tuple of object
        Changes with the content; empty: the member is written every time.
    make : callable () -> bytes
        May be called by any thread.
    """

    def __init__(self, name: str, identity: tuple[object, ...], make: Callable[[], bytes]) -> None:
        self.name, self.identity, self.make = name, identity, make


def pack(path: str | os.PathLike[str], members: Iterable[Member]) -> None:
    """Write members into one file, atomically.

    Raises
    ------
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive, ThreadPoolExecutor(_N_THREADS) as pool:
        members = list(members)
        for member, content in zip(members, pool.map(lambda member: member.make(), members), strict=True):
            archive.writestr(zipfile.ZipInfo(member.name), content)
    write_atomically(path, buffer.getvalue())


def unpack(path: str | os.PathLike[str]) -> tuple[dict[str, bytes], bool]:
    """Read the intact members of a file.

    Returns
    -------
    members : dict of str to bytes
    is_whole : bool
        Whether nothing is missing or damaged.

    Raises
    ------
    SessionFileError
        If the file cannot be read, or is not a session file.
    """
    data = _read(Path(path))
    if not data.startswith(_MAGIC):
        raise SessionFileError(tr("{path} is no session of nnstudio.").format(path=path))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return _found_one_by_one(data), False


def _members(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], bool]:
    members, is_whole = {}, True
    for info in archive.infolist()[:MAX_MEMBERS]:
        # If compressed, a few bytes could fill all memory.
        if info.compress_type != zipfile.ZIP_STORED:
            is_whole = False
            continue
        try:
            members[info.filename] = archive.read(info)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
            is_whole = False
    return members, is_whole


def _found_one_by_one(data: bytes) -> dict[str, bytes]:
    """Return the intact members, from the beginning to where the file is truncated."""
    members: dict[str, bytes] = {}
    at = 0
    while len(members) < MAX_MEMBERS and at + _LOCAL.size <= len(data) and data[at : at + 4] == _MAGIC:
        _, _, _, method, _, _, checksum, _, size, n_name, n_extra = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size
        name = data[start : start + n_name].decode(errors="replace")
        start += n_name + n_extra
        content = data[start : start + size]
        if len(content) < size:
            break
        if method == zipfile.ZIP_STORED and zlib.crc32(content) == checksum:
            members[name] = content
        at = start + size
    return members


def _read(path: Path) -> bytes:
    # Checked first: opening a pipe or a device would block.
    try:
        if not path.is_file():
            text = tr("{path} is no file.") if path.exists() else tr("There is no file {path}.")
            raise SessionFileError(text.format(path=path))
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SessionFileError(
            tr("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror or error)
        ) from error
    except MemoryError as error:
        raise SessionFileError(tr("{path} does not fit into memory.").format(path=path)) from error
    if len(data) > MAX_FILE_BYTES:
        raise SessionFileError(tr("{path} is larger than any session.").format(path=path))
    return data


class SessionFolder:
    """A session in a folder, a file for each member: unchanged members are not written again.

    Parameters
    ----------
    path : Path
        Created with the first member.

    Notes
    -----
    Thread: one at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: dict[str, tuple[object, ...]] = {}

    def update(self, members: Iterable[Member]) -> None:
        """Write the changed members, in the given order, then remove files of former members.

        The last member should be the one that lists the others, and changed content should have a new name:
        until the last is written, the folder holds the previous session.

        Raises
        ------
        WriteError
            If a file cannot be written; the previous session is intact.
        """
        kept = set()
        for member in members:
            kept.add(member.name)
            if not _is_same(self._written.get(member.name, ()), member.identity):
                path = self.path / member.name
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise WriteError(
                        tr("Could not write {path}: {reason}.").format(
                            path=path, reason=error.strerror or error
                        )
                    ) from error
                write_atomically(path, member.make())
                self._written[member.name] = member.identity
        for name in set(self.names()) - kept:
            with suppress(OSError):
                (self.path / name).unlink()
            self._written.pop(name, None)

    def names(self) -> list[str]:
        """Return the names of the members that are there."""
        # Files that another thread removes in the meantime are skipped.
        return [
            (Path(folder) / name).relative_to(self.path).as_posix()
            for folder, _, names in os.walk(self.path)
            for name in names
            if not name.startswith(".")
        ]

    def read(self) -> tuple[dict[str, bytes], bool]:
        """Return the members; see `unpack`."""
        members, is_whole = {}, True
        for name in self.names()[:MAX_MEMBERS]:
            try:
                members[name] = (self.path / name).read_bytes()
            except OSError:
                is_whole = False
        return members, is_whole

    def clear(self) -> None:
        """Delete the session."""
        self._written.clear()
        with suppress(OSError):
            shutil.rmtree(self.path)


def _is_same(written: tuple[object, ...], now: tuple[object, ...]) -> bool:
    return len(written) == len(now) > 0 and all(a is b for a, b in zip(written, now, strict=True))
