"""Read TOML strictly: every error names the file, the line and the key; used by the readers of TOML files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from nnstudio.errors import UserError
from nnstudio.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_BYTES = 32 * 1024

T = TypeVar("T")

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


class TomlFile:
    """The text of a TOML file and its tables.

    Parameters
    ----------
    path : Path
    error : type of UserError
        The error to raise.
    max_bytes : int
        Longest file that is read.

    Attributes
    ----------
    text : str

    Raises
    ------
    UserError
        Of the class ``error``, if the file cannot be read or is not TOML.
    """

    def __init__(self, path: Path, error: type[UserError], max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._error = error
        try:
            if not path.is_file():
                raise error(
                    tr("{path} is no file.").format(path=path)
                    if path.exists()
                    else tr("There is no file {path}.").format(path=path)
                )
            with path.open("rb") as file:
                data = file.read(max_bytes + 1)
            if len(data) > max_bytes:
                raise error(
                    tr("{path} is longer than {max_bytes:,} bytes.").format(path=path, max_bytes=max_bytes)
                )
            # Some editors on Windows begin every text with a byte order mark.
            self.text = data.decode("utf-8-sig")
            self._values = tomllib.loads(self.text)
        except OSError as fault:
            raise error(
                tr("{path} cannot be read: {strerror}.").format(path=path, strerror=fault.strerror or fault)
            ) from fault
        except UnicodeDecodeError as fault:
            line = data.count(b"\n", 0, fault.start) + 1
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
        return Table(self, "", 0, {key: value for key, value in self._values.items() if key not in known})

    def __contains__(self, name: str) -> bool:
        """Tell whether there is an entry or a table of this name."""
        return name in self._values

    def table(self, name: str) -> Table:
        """Return the table ``[name]``; empty if it is missing."""
        value = self._values.get(name, {})
        if not isinstance(value, dict):
            self.refuse("", 0, name, tr("must be a table, written [{name}].").format(name=name))
        return Table(self, name, 0, value)

    def tables(self, name: str) -> list[Table]:
        """Return every table ``[[name]]`` in their order."""
        values = self._values.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse("", 0, name, tr("must be tables, each written [[{name}]].").format(name=name))
        return [Table(self, name, nth, value) for nth, value in enumerate(values)]

    def refuse(self, table: str, nth: int, key: str, why: str, element: int | None = None) -> NoReturn:
        """Raise the error for one entry, or for one element of an entry that is an array."""
        line = self._line_of(table, nth, key)
        if element is not None and _entry(key).match(self.text.split("\n")[line - 1]):
            line = self._line_of_element(line, element)
        raise self._error(
            tr("{path}, line {line_of}: {key} {why}").format(path=self._path, line_of=line, key=key, why=why)
        )

    def _line_of(self, table: str, nth: int, key: str) -> int:
        """Return the line of a key in the nth table of this name, else that of the table's header."""
        entry = _entry(key)
        parent, _, child = table.partition(".")
        header_line, current, count = 0, "", -1 if table else 0
        for number, line in self._outer_lines():
            header = _HEADER.match(line)
            if header:
                current = header[2]
                count += bool(table) and current == parent
                if count == nth and current == table:
                    header_line = number
                elif count == nth and current == (f"{table}.{key}" if table else key):
                    return number
            elif current == table and count == nth and entry.match(line):
                return number
        if child and not header_line:
            # The sub-table is within braces, on the line of its name.
            return self._line_of(parent, nth, child)
        if table and not header_line:
            # So are tables in an array.
            return self._line_of_element(self._line_of("", 0, table), nth)
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
            if depth == 0 and token[0] == "]":
                break
        return line


class Table:
    """The entries of one table; each is taken once, and ``finish`` refuses the remaining ones."""

    def __init__(self, file: TomlFile, name: str, nth: int, values: dict[str, Any]) -> None:
        self._file = file
        self._name = name
        self._nth = nth
        self._left = dict(values)

    def __contains__(self, key: str) -> bool:
        return key in self._left

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
            value = float(value)
        if type(value) is not kind:
            self.refuse(key, tr("must be {words}, not {value!r:.60}.").format(words=words, value=value))
        return value

    def take_any(self, key: str) -> Any:
        """Take an entry of any type, which the caller checks."""
        return self._left.pop(key)

    def take_into(self, whole: T, key: str) -> T:
        """Return a dataclass with one field taken from here, which the class itself validates."""
        try:
            changed: T = replace(cast("Any", whole), **{key: self.take_any(key)})
        except UserError as error:
            self.refuse(key, tr("cannot be: {error}").format(error=error))
        return changed

    def sub_table(self, key: str) -> Table:
        """Take a table within this one."""
        values = self.take(key, dict, tr("a table, written [{name}.{key}]").format(name=self._name, key=key))
        return Table(self._file, f"{self._name}.{key}", self._nth, values)

    def finish(self) -> None:
        """Refuse the first entry that was not taken."""
        for key in self._left:
            self.refuse(key, tr("is not an entry that can stand here."))

    def refuse(self, key: str, why: str, element: int | None = None) -> NoReturn:
        """Raise the error for one entry of this table, or for one element of an entry that is an array."""
        self._file.refuse(self._name, self._nth, key, why, element)
