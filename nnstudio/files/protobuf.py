"""The part of Protocol Buffers' wire format that ONNX needs; for `onnx_export` and `onnx_import`.

Source: protobuf.dev/programming-guides/encoding. A message is a sequence of fields, each a tag and a value;
the tag holds the field's number and the encoding of its value.
"""

from __future__ import annotations

import struct
from typing import Any

from nnstudio.errors import UserError
from nnstudio.language import tr

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_VARINT_BYTES = 10


class WireError(UserError):
    """Bytes that are not a message."""


def integer(number: int, value: int) -> bytes:
    """Return a field that holds a whole number from 0 to 2⁶⁴ − 1."""
    return _varint(number << 3 | _VARINT) + _varint(value)


def real(number: int, value: float) -> bytes:
    """Return a field that holds a float32."""
    return _varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def chunk(number: int, *values: bytes | str) -> bytes:
    """Return a field that holds bytes, a text, or a message of the given fields."""
    content = b"".join(value.encode() if isinstance(value, str) else value for value in values)
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def parse(message: object) -> dict[int, list[Any]]:
    """Return the values of each field by its number: whole numbers as int, everything else as memoryview.

    Raises
    ------
    WireError
        If the bytes are truncated or not a message.
    """
    if not isinstance(message, memoryview):
        raise WireError(tr("a number stands where a message should be"))
    values: dict[int, list[Any]] = {}
    position = 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        wire_type = tag & 7
        value: int | memoryview
        if wire_type == _VARINT:
            value, position = _read_varint(message, position)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}.get(wire_type)
            if wire_type == _BYTES:
                length, position = _read_varint(message, position)
            if length is None or length > len(message) - position:
                raise WireError(tr("a field is cut short, or of a kind that does not exist"))
            value, position = message[position : position + length], position + length
        values.setdefault(tag >> 3, []).append(value)
    return values


def unpacked(values: list[Any]) -> list[int]:
    """Return the whole numbers of a repeated field, written one by one or packed together.

    Raises
    ------
    WireError
        If a number is truncated.
    """
    numbers = []
    for value in values:
        if isinstance(value, int):
            numbers.append(value)
            continue
        position = 0
        while position < len(value):
            number, position = _read_varint(value, position)
            numbers.append(number)
    return numbers


def _read_varint(message: memoryview, position: int) -> tuple[int, int]:
    """Return the whole number at a position, and the position after it."""
    value = 0
    for k, byte in enumerate(message[position : position + _MOST_VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * k
        if byte < 0x80:
            return value, position + k + 1
    raise WireError(tr("a number is cut short"))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
