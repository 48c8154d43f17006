"""Read TOML strictly: every error names the file, the line and the key; used by the readers of TOML files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_BYTES = 32 * 1024

T = TypeVar("T")

TablePath = tuple[tuple[str, int], ...]
"""Where a table is: the name and the number of each table around it, and its own; empty above all tables."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?""""{0,2}|'''
    r"'''.*?''''{0,2}|"
    r""""(?:\\.|[^"\\\n])*"|"""
    r"'[^'\n]*'|#[^\n]*|[\[\]{},\n]",
    re.DOTALL,
)
"""Texts, comments, brackets, commas and ends of lines, in a text that is TOML."""
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")


def _entry(key: str) -> re.Pattern[str]:
    """Return what the line begins with where a key is given its value."""
    return re.compile(rf"""\s*(["']?){re.escape(key)}\1\s*=""")


def _counted(name: str, counts: dict[str, int], *, is_array: bool) -> TablePath:
    """Return the path of a table whose header was met, and count it.

    Parameters
    ----------
    name : str
        With points between the names.
    counts : dict
        The number of the last table of each name in the table around it. Modified.
    is_array : bool
        Whether the header is written [[name]].
    """
    parts = name.split(".")
    if is_array:
        counts[name] = counts.get(name, -1) + 1
        for inner in [each for each in counts if each.startswith(f"{name}.")]:
            del counts[inner]
    return tuple((part, counts.get(".".join(parts[: k + 1]), 0)) for k, part in enumerate(parts))


def _contents(path: Path, error: type[UserError], max_bytes: int) -> bytes:
    if not path.is_file():
        raise error(
            tr("{path} is no file.").format(path=path)
            if path.exists()
            else tr("There is no file {path}.").format(path=path)
        )
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


class TomlFile:
    """The text of a TOML file and its tables.

    Parameters
    ----------
    path : Path
    error : type of UserError
        The error to raise.
    max_bytes : int
        Longest file that is read.
    data : bytes, optional
        The text, where it is kept elsewhere; ``path`` then only says whose it is.
    attached : callable (str) -> bytes, optional
        Returns a file that goes with this one, by its name; raises ValueError where it cannot.

    Attributes
    ----------
    text : str
    attached : callable or None

    Raises
    ------
    UserError
        Of the class ``error``, if the file cannot be read or is not TOML.
    """

    def __init__(
        self,
        path: Path,
        error: type[UserError],
        max_bytes: int = MAX_BYTES,
        data: bytes | None = None,
        attached: Callable[[str], bytes] | None = None,
    ) -> None:
        self._path = path
        self.attached = attached
        self._error = error
        try:
            contents = _contents(path, error, max_bytes) if data is None else data
            if len(contents) > max_bytes:
                raise error(
                    tr("{path} is longer than {max_bytes:,} bytes.").format(path=path, max_bytes=max_bytes)
                )
            # Some editors on Windows begin every text with a byte order mark.
            self.text = contents.decode("utf-8-sig")
            self._values = tomllib.loads(self.text)
        except OSError as fault:
            raise error(
                tr("{path} cannot be read: {strerror}.").format(path=path, strerror=fault.strerror or fault)
            ) from fault
        except UnicodeDecodeError as fault:
            line = contents.count(b"\n", 0, fault.start) + 1
            raise error(
                tr("{path}, line {line}: it is not a text in UTF-8; save it as one.").format(
                    path=path, line=line
                )
            ) from fault
        except tomllib.TOMLDecodeError as fault:
            raise error(tr("{path} is not TOML: {fault}.").format(path=path, fault=fault)) from fault
        except RecursionError as fault:
            raise error(
                tr("{path} is not TOML: its brackets are nested too deeply.").format(path=path)
            ) from fault
        except ValueError as fault:
            # A decimal of thousands of digits.
            raise error(tr("{path} is not TOML: a number in it is too long.").format(path=path)) from fault

    def top(self, tables: Iterable[str]) -> Table:
        """Return the entries above all tables; ``tables`` are the allowed tables."""
        known = set(tables)
        return Table(self, (), {key: value for key, value in self._values.items() if key not in known})

    def __contains__(self, name: str) -> bool:
        """Tell whether there is an entry or a table of this name."""
        return name in self._values

    def table(self, name: str) -> Table:
        """Return the table ``[name]``; empty if it is missing."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self.refuse("", 0, name, tr("must be a table, written [{name}].").format(name=name))
        return Table(self, ((name, 0),), value)

    def tables(self, name: str) -> list[Table]:
        """Return every table ``[[name]]`` in their order."""
        values = self._values.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse("", 0, name, tr("must be tables, each written [[{name}]].").format(name=name))
        return [Table(self, ((name, nth),), value) for nth, value in enumerate(values)]

    def refuse(self, table: str, nth: int, key: str, why: str, element: int | None = None) -> NoReturn:
        """Raise the error for one entry of the nth table of a name, or for one element of such an entry."""
        first, _, rest = table.partition(".")
        inner = tuple((name, 0) for name in rest.split(".") if name)
        self.refuse_at((((first, nth), *inner) if table else ()), key, why, element)

    def refuse_at(self, path: TablePath, key: str, why: str, element: int | None = None) -> NoReturn:
        """Raise the error for one entry of a table, or for one element of an entry that is an array."""
        line = self._line_of(path, key)
        if element is not None and _entry(key).match(self.text.split("\n")[line - 1]):
            line = self._line_of_element(line, element)
        raise self._error(
            tr("{path}, line {line_of}: {key} {why}").format(path=self._path, line_of=line, key=key, why=why)
        )

    def _line_of(self, path: TablePath, key: str) -> int:
        """Return the line of a key in a table, else that of the table's header."""
        entry = _entry(key)
        header_line = 0
        current: TablePath = ()
        counts: dict[str, int] = {}
        for number, line in self._outer_lines():
            header = _HEADER.match(line)
            if header:
                current = _counted(header[2], counts, is_array=header[1] == "[[")
                if current == path:
                    header_line = number
                elif current == (*path, (key, 0)):
                    return number
            elif current == path and entry.match(line):
                return number
        if path and not header_line:
            # The table is within braces, on the line of its name, or in an array.
            (name, nth), line_of_name = path[-1], self._line_of(path[:-1], path[-1][0])
            is_named = _entry(name).match(self.text.split("\n")[line_of_name - 1])
            return self._line_of_element(line_of_name, nth) if is_named else line_of_name
        return header_line or 1

    def _outer_lines(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the text of each line that begins neither in a text nor in an array."""
        outside = [True]
        depth = 0
        for token in _TOKEN.findall(self.text):
            if token == "\n":
                outside.append(depth == 0)
            elif token[0] in "\"'":
                outside += [False] * token.count("\n")
            else:
                depth += (token in "[{") - (token in "]}")
        for number, line in enumerate(self.text.split("\n"), start=1):
            if outside[number - 1]:
                yield number, line

    def _line_of_element(self, line: int, element: int) -> int:
        """Return the line where an element begins of the array whose key is on a line."""
        start = 0
        for _ in range(line - 1):
            start = self.text.index("\n", start) + 1
        depth, n_commas = 0, 0
        for token in _TOKEN.finditer(self.text, self.text.index("=", start)):
            depth += (token[0] in "[{") - (token[0] in "]}")
            n_commas += depth == 1 and token[0] == ","
            if depth == 1 and token[0] in "[," and n_commas == element:
                blank = _BLANK.match(self.text, token.end())
                return self.text.count("\n", 0, blank.end() if blank else token.end()) + 1
            if depth == 0 and token[0] in "]}":
                break
        return line


class Table:
    """The entries of one table; each is taken once, and ``finish`` refuses the remaining ones."""

    def __init__(self, file: TomlFile, path: TablePath, values: dict[str, Any]) -> None:
        self._file = file
        self._path = path
        self._left = dict(values)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the entries that were not taken yet."""
        return iter(tuple(self._left))

    def __contains__(self, key: str) -> bool:
        return key in self._left

    @property
    def keys(self) -> tuple[str, ...]:
        """The entries that were not taken, in the order of the file."""
        return tuple(self._left)

    def take(self, key: str, kind: type[T], words: str) -> T:
        """Take a required entry.

        Parameters
        ----------
        key : str
        kind : type
            ``float`` accepts whole numbers, ``int`` no truth values.
        words : str
            What the entry must be, for the error message.
        """
        if key not in self._left:
            self.refuse(key, tr("is missing; it must be {words}.").format(words=words))
        value = self._left.pop(key)
        if kind is float and type(value) is int:
            try:
                value = float(value)
            except OverflowError:
                self.refuse(key, tr("is too large a number."))
        if type(value) is not kind:
            self.refuse(key, tr("must be {words}, not {value!r:.60}.").format(words=words, value=value))
        return value

    def take_any(self, key: str) -> Any:
        """Take an entry of any type, which the caller checks."""
        return self._left.pop(key)

    def peek(self, key: str) -> Any:
        """Return an entry that is still to be taken."""
        return self._left[key]

    def take_into(self, whole: T, key: str) -> T:
        """Return a dataclass with one field taken from here, which the class itself validates."""
        try:
            changed: T = replace(cast("Any", whole), **{key: self.take_any(key)})
        except UserError as error:
            self.refuse(key, tr("cannot be: {error}").format(error=error))
        return changed

    def take_attached(self, key: str) -> tuple[str, bytes]:
        """Take an entry that names a file which goes with this one; return its name and its content."""
        name = self.take(key, str, tr("the name of a file"))
        try:
            if self._file.attached is None:
                raise ValueError(tr("no file goes with this one"))
            return name, self._file.attached(name)
        except (OSError, ValueError) as fault:
            self.refuse(key, tr("cannot be: {fault}.").format(fault=fault))

    def sub_table(self, key: str) -> Table:
        """Take a table within this one."""
        values = self.take(key, dict, tr("a table, written [{name}]").format(name=self._name_of(key)))
        return Table(self._file, (*self._path, (key, 0)), values)

    def sub_tables(self, key: str) -> list[Table]:
        """Take the tables of an array within this one; none where there is no such entry."""
        if key not in self:
            return []
        values = self._left.pop(key)
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse(key, tr("must be tables, each written [[{name}]].").format(name=self._name_of(key)))
        return [Table(self._file, (*self._path, (key, nth)), value) for nth, value in enumerate(values)]

    def _name_of(self, key: str) -> str:
        return ".".join((*(name for name, _ in self._path), key))

    def finish(self) -> None:
        """Refuse the first entry that was not taken."""
        for key in self._left:
            self.refuse(key, tr("is not an entry that can stand here."))

    def refuse(self, key: str, why: str, element: int | None = None) -> NoReturn:
        """Raise the error for one entry of this table, or for one element of an entry that is an array."""
        self._file.refuse_at(self._path, key, why, element)
