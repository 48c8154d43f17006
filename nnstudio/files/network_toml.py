"""A small network written out as text: sizes, activations and every weight, in TOML.

``W`` has a row for each unit. Without any ``b`` the network has no biases. A ``note``, ``input_names``,
``output_names``, ``ranges`` of the inputs and an input ``x`` to begin with can be left out:

    title = "A line"
    sizes = [1, 1]
    activations = ["identity"]
    x = [0.5]

    [[weights]]
    W = [[0.5]]
    b = ["1/3"]
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nnstudio.data.output_kinds import ONE_FOR_TWO_CLASSES
from nnstudio.data.problem import MAX_NAME_LENGTH
from nnstudio.data.typed_numbers import (
    LARGEST,
    BlockError,
    NumberError,
    check_rows,
    checked_number,
    layer_words,
    typed_number,
)
from nnstudio.engine.architecture import Architecture, ArchitectureError
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.files.shipped import find_shipped, shipped_names
from nnstudio.files.toml_entries import TomlFile
from nnstudio.language import tr

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nnstudio.files.toml_entries import Table

SUFFIX = ".toml"
MAX_BYTES = 256 * 1024
MAX_TITLE_LENGTH = 64
MAX_NOTE_LENGTH = 2_000
_WORDS = ("title", "note", "input_names", "output_names", "ranges", "x")


class WrittenNetworkError(UserError):
    """A written network that cannot be read or written; the sentence names the line."""


@dataclass(frozen=True, eq=False)
class WrittenNetwork:
    """A network whose numbers are given, with its words.

    Attributes
    ----------
    title : str
        1 to `MAX_TITLE_LENGTH` printable characters.
    architecture : Architecture
    theta : ndarray of shape (n_params,), float32
        Read-only; no number is larger than `LARGEST` in size, and biases of a network without them are 0.
    note : str
        At most `MAX_NOTE_LENGTH` characters; may have several lines.
    input_names, output_names : tuple of str
        A name for each, or none; two for a single output are the classes that it tells apart.
    ranges : tuple of (float, float)
        The lowest and the highest value of each input, or none.
    x : tuple of float
        An input to begin with, or none.

    Raises
    ------
    WrittenNetworkError, NumberError
        If one of these is impossible.

    Notes
    -----
    Aliasing: theta is copied.
    """

    title: str
    architecture: Architecture
    theta: NDArray[np.float32]
    note: str = ""
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    x: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not _is_name(self.title, MAX_TITLE_LENGTH):
            raise WrittenNetworkError(
                tr("The title must be 1 to {most} printable characters, not {title!r:.80}.").format(
                    most=MAX_TITLE_LENGTH, title=self.title
                )
            )
        theta = np.array(self.theta, np.float32)
        layers = self.architecture.layers(theta)
        # NaN is not below, either.
        if not (np.abs(theta) <= LARGEST).all():
            raise WrittenNetworkError(
                tr("Weights from −{largest:g} to {largest:g} can be written; one of these is larger.").format(
                    largest=LARGEST
                )
            )
        if not self.architecture.has_biases and any(layer.b.any() for layer in layers):
            raise WrittenNetworkError(tr("A network without biases cannot have one that is not 0."))
        theta.flags.writeable = False
        n_inputs, n_outputs = self.architecture.n_inputs, self.architecture.n_outputs
        can_be_two = n_outputs == 1 and ONE_FOR_TWO_CLASSES.allows(self.architecture.activations[-1])
        for key, value in (
            ("theta", theta),
            ("note", _checked_note(self.note)),
            ("input_names", _checked_names(self.input_names, n_inputs)),
            ("output_names", _checked_names(self.output_names, n_outputs, *((2,) if can_be_two else ()))),
            ("ranges", _checked_ranges(self.ranges, n_inputs)),
            ("x", _checked_x(self.x, n_inputs)),
        ):
            object.__setattr__(self, key, value)

    @property
    def has_two_classes(self) -> bool:
        """Whether a single output has the names of two classes."""
        return (self.architecture.n_outputs, len(self.output_names)) == (1, 2)


def shipped_networks() -> list[str]:
    """Return the names of the written networks in the resources folder, in alphabetical order."""
    return shipped_names("examples", SUFFIX)


def is_written_network(path: Path) -> bool:
    """Tell a written network from a recipe: it has ``sizes`` above all tables."""
    try:
        return "sizes" in TomlFile(path, WrittenNetworkError, MAX_BYTES)
    except WrittenNetworkError:
        return False


def open_network_toml(name_or_path: str | os.PathLike[str]) -> WrittenNetwork:
    """Read a shipped network by its name, or any written network by its path.

    Raises
    ------
    WrittenNetworkError
        If there is none, or an entry is unknown, missing or impossible.
    """
    path = find_shipped("network", name_or_path, "examples", SUFFIX, WrittenNetworkError)
    file = TomlFile(path, WrittenNetworkError, MAX_BYTES)
    return read_network(file.top(("weights",)), file.tables("weights"))


def save_network_toml(path: str | os.PathLike[str], network: WrittenNetwork) -> None:
    """Write a network atomically; see `network_toml`.

    Raises
    ------
    WrittenNetworkError
        If the text would be longer than `MAX_BYTES`.
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    data = network_toml(network).encode()
    if len(data) > MAX_BYTES:
        raise WrittenNetworkError(
            tr(
                "The network {network} is too large to be written out: {size:,} bytes, and at most "
                "{max_bytes:,} are possible. Save it as a .safetensors file."
            ).format(network=network.architecture, size=len(data), max_bytes=MAX_BYTES)
        )
    write_atomically(path, data)


def network_toml(network: WrittenNetwork) -> str:
    """Return a network as TOML; reading it gives the same network, number by number."""
    return "\n".join(_lines(network)) + "\n"


def _lines(network: WrittenNetwork) -> Iterator[str]:
    architecture = network.architecture
    yield f"title = {json.dumps(network.title, ensure_ascii=False)}"
    if network.note:
        escaped = network.note.replace("\\", "\\\\").replace('"', '\\"')
        yield f'note = """\n{escaped}"""'
    yield f"sizes = {list(architecture.layer_sizes)}"
    yield f"activations = {json.dumps(architecture.activations)}"
    for key, value in (
        ("input_names", network.input_names),
        ("output_names", network.output_names),
        ("ranges", network.ranges),
        ("x", network.x),
    ):
        if value:
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for layer in architecture.layers(network.theta):
        yield "\n[[weights]]\nW = ["
        for row in layer.W:
            yield f"  [{', '.join(map(str, row))}],"
        yield "]"
        if architecture.has_biases:
            yield f"b = [{', '.join(map(str, layer.b))}]"


def read_network(top: Table, tables: Sequence[Table]) -> WrittenNetwork:
    """Read a network from its entries, and from those of a table for each layer.

    Raises
    ------
    UserError
        Of the file's class, with the line, if an entry is unknown, missing or impossible.
    """
    architecture = _architecture(top, has_biases=any("b" in table for table in tables))
    if "title" not in top:
        top.refuse("title", tr("is missing; it must be a text."))
    theta = np.zeros(architecture.n_params, np.float32)
    network = WrittenNetwork("-", architecture, theta)
    for key in _WORDS:
        if key in top:
            network = top.take_into(network, key)
    top.finish()
    if len(tables) != architecture.n_layers:
        top.refuse(
            "weights",
            tr(
                "must be %n table(s), one for each layer after the inputs, not {given}.",
                architecture.n_layers,
            ).format(given=len(tables)),
        )
    for k, (layer, table) in enumerate(zip(architecture.layers(theta), tables, strict=True)):
        _read_weights(table, k, layer.W, network.input_names)
        if architecture.has_biases:
            _read_biases(table, k, layer.b)
        table.finish()
    return replace(network, theta=theta)


def _architecture(table: Table, *, has_biases: bool) -> Architecture:
    sizes = table.take("sizes", list, tr("a list of whole numbers, such as [2, 4, 3, 1]"))
    activations = table.take("activations", list, tr("a list with a name for each layer after the inputs"))
    try:
        Architecture.of(sizes)
    except ArchitectureError as error:
        table.refuse("sizes", tr("cannot be: {error}").format(error=error))
    try:
        architecture = Architecture(tuple(sizes), tuple(activations), has_biases)
    except ArchitectureError as error:
        table.refuse("activations", tr("cannot be: {error}").format(error=error))
    # Before an array of this size is made; a number takes two characters at least.
    if 2 * architecture.n_params > MAX_BYTES:
        table.refuse(
            "sizes",
            tr("cannot be: {network} has {n_params:,} numbers, too many to be written out.").format(
                network=architecture, n_params=architecture.n_params
            ),
        )
    return architecture


def _read_weights(table: Table, layer: int, W: NDArray[np.float32], names: Sequence[str]) -> None:
    """Take the weights of a layer into ``W``."""
    rows = table.take("W", list, tr("a list of rows, each with the numbers of one unit"))
    for r, row in enumerate(rows):
        if not isinstance(row, list):
            table.refuse(
                "W",
                tr("must be a list of rows in brackets, and has {value!r:.60} in its place.").format(
                    value=row
                ),
                r,
            )
    try:
        check_rows(rows, layer, W.shape[1], W.shape[0], names)
    except BlockError as error:
        table.refuse("W", tr("cannot be: {error}").format(error=error), error.row)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            try:
                W[r, c] = _number(value)
            except NumberError as error:
                table.refuse(
                    "W",
                    tr("cannot be: row {row}, column {column}: {error}").format(
                        row=r + 1, column=c + 1, error=error
                    ),
                    r,
                )


def _read_biases(table: Table, layer: int, b: NDArray[np.float32]) -> None:
    """Take the biases of a layer into ``b``."""
    if "b" not in table:
        table.refuse("b", tr("is missing; a network has the biases of all layers, or none."))
    values = table.take("b", list, tr("a list of numbers, one for each unit"))
    if len(values) != len(b):
        table.refuse(
            "b",
            tr("has %n number(s); {layer} has {units} units.", len(values)).format(
                layer=layer_words(layer), units=len(b)
            ),
        )
    for unit, value in enumerate(values):
        try:
            b[unit] = _number(value)
        except NumberError as error:
            table.refuse(
                "b", tr("cannot be: number {place}: {error}").format(place=unit + 1, error=error), unit
            )


def _number(value: object) -> float:
    """Return a number of a file, which may also be a text such as ``"1/2"``.

    Raises
    ------
    NumberError
        If it is none that is taken.
    """
    if isinstance(value, str):
        return typed_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NumberError(tr("{value!r:.40} is no number.").format(value=value))
    try:
        return checked_number(float(value))
    except OverflowError:
        return checked_number(math.inf)


def _is_name(text: object, most: int) -> bool:
    return isinstance(text, str) and 1 <= len(text) <= most and text.isprintable()


def _checked_note(note: object) -> str:
    if not isinstance(note, str):
        raise WrittenNetworkError(tr("A note is a text, not {note!r:.60}.").format(note=note))
    note = note.strip()
    if len(note) > MAX_NOTE_LENGTH or not note.replace("\n", "").isprintable():
        raise WrittenNetworkError(
            tr("A note has at most {most:,} printable characters; this one has {given:,}.").format(
                most=MAX_NOTE_LENGTH, given=len(note)
            )
        )
    return note


def _checked_names(names: object, size: int, *other_sizes: int) -> tuple[str, ...]:
    if not isinstance(names, list | tuple) or not all(_is_name(name, MAX_NAME_LENGTH) for name in names):
        raise WrittenNetworkError(
            tr("Names are texts of 1 to {most} printable characters, not {names!r:.60}.").format(
                most=MAX_NAME_LENGTH, names=names
            )
        )
    if names and (len(names) not in (size, *other_sizes) or len(set(names)) != len(names)):
        raise WrittenNetworkError(tr("There must be %n name(s), each another one.", size))
    return tuple(names)


def _checked_ranges(ranges: object, size: int) -> tuple[tuple[float, float], ...]:
    if not isinstance(ranges, list | tuple) or len(ranges) not in (0, size):
        raise WrittenNetworkError(tr("There must be %n range(s), each as [lowest, highest].", size))
    found = []
    for each in ranges:
        if not isinstance(each, list | tuple) or len(each) != 2:
            raise WrittenNetworkError(
                tr("A range is [lowest, highest], not {given!r:.60}.").format(given=each)
            )
        low, high = map(_number, each)
        if low >= high:
            raise WrittenNetworkError(
                tr("The range from {low:g} to {high:g} has nothing in it.").format(low=low, high=high)
            )
        found.append((low, high))
    return tuple(found)


def _checked_x(x: object, size: int) -> tuple[float, ...]:
    if not isinstance(x, list | tuple) or len(x) not in (0, size):
        raise WrittenNetworkError(tr("There must be %n number(s), one for each input.", size))
    return tuple(map(_number, x))
