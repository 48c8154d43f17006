"""Pack the vectors of checkpoints for a session's file: what changes from one to the next.

Weights are rounded to a grid whose step is a 256th of their usual size, or less, and a checkpoint holds by
how many steps each has moved since the one before: some five bits a weight, which a Huffman code packs. What
was rounded is known from a checkpoint's weights alone, so that errors do not add up, and a checkpoint is
packed again only if the one before it is another.

Decided 2026-11, on 369 checkpoints of 784-100-300-10 (bytes a weight; megabytes of weights a second on a
busy core): as they are 4; float32 by zlib 3.5, 31; the bits that differ from those before 2.6, 36;
differences as float16 by zlib 1.6, 42; in steps of 2⁻¹³ 0.62, 120; of 2⁻¹² 0.51, 140. The whole of zlib
finds no more in them than its Huffman code alone, and takes half as long again.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from nnstudio.files.session_json import SessionFormatError
from nnstudio.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nnstudio.engine.architecture import Architecture

_FINENESS = 8
"""The grid's step is the weights' root mean square divided by 2⁸ to 2⁹."""

_EXPONENTS = -60, 60

_MOST_STEPS = 2**30
"""Largest number of steps: float32 and int32 hold no more exactly enough."""

_BLOCK = 256
"""Numbers of an optimiser's vector that share a scale."""


def grid_of(architecture: Architecture, theta: NDArray[np.float32]) -> int:
    """Return the exponent, to the base 2, of the grid's step that suits weights of this size.

    That of the layer whose weights are the smallest decides.
    """
    sizes = [float(np.sqrt(np.mean(np.square(layer.W)))) for layer in architecture.layers(theta)]
    smallest = min((size for size in sizes if size > 0), default=1.0)
    low, high = _EXPONENTS
    return min(max(math.floor(math.log2(smallest)) - _FINENESS, low), high)


def steps_of(theta: NDArray[np.float32], exponent: int) -> NDArray[np.int32] | None:
    """Return weights in whole steps of the grid; None where there are too many steps for that."""
    with np.errstate(over="ignore"):
        # Powers of two: the product is exact. NumPy's ldexp takes ten times as long.
        steps = theta * np.float32(2.0**-exponent)
    np.rint(steps, out=steps)
    largest = max(steps.max(initial=0), -steps.min(initial=0))
    return None if largest >= _MOST_STEPS else steps.astype(np.int32)


def weights_of(steps: NDArray[np.int32], exponent: int) -> NDArray[np.float32]:
    """Return the weights that are so many steps of the grid."""
    return steps.astype(np.float32) * np.float32(2.0**exponent)


def packed_steps(steps: NDArray[np.int32], before: NDArray[np.int32] | None) -> NDArray[np.uint8]:
    """Pack steps, or by how much they differ from those of another checkpoint."""
    moved = steps if before is None else steps - before
    # Small numbers of either sign become small ones of none: 0, −1, 1, −2, …
    folded = ((moved << 1) ^ (moved >> 31)).view(np.uint32)
    n_bytes = max(1, -(-int(folded.max(initial=0)).bit_length() // 8))
    if n_bytes == 1:
        return _packed(folded.astype(np.uint8))
    planes = folded.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :n_bytes]
    return _packed(np.ascontiguousarray(planes.T))


def unpacked_steps(packed: NDArray[Any], n: int, before: NDArray[np.int32] | None) -> NDArray[np.int32]:
    """Return n steps that `packed_steps` has packed.

    Raises
    ------
    SessionFormatError
        If these are none.
    """
    data = _unpacked(packed, 4 * n)
    if len(data) % n:
        raise SessionFormatError(tr("an array is not what the network needs"))
    folded = data[:n].astype(np.uint32)
    for nth, plane in enumerate(data[n:].reshape(-1, n), start=1):
        folded |= plane.astype(np.uint32) << np.uint32(8 * nth)
    moved = (folded >> 1).astype(np.int32) ^ -(folded & 1).astype(np.int32)
    return moved if before is None else before + moved


def packed_vector(vector: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Pack an optimiser's vector into eight bits a number, finer towards 0.

    A number is the square of a 127th, times the largest of its block of 256; one that is not 0 stays so: an
    optimiser divides by some.
    """
    blocks = _blocks(vector)
    scale = np.abs(blocks).max(axis=1)
    root = np.sqrt(np.abs(blocks) / np.where(scale > 0, scale, 1)[:, None])
    grade = np.maximum(np.rint(root * 127), blocks != 0)
    grades = np.copysign(grade, blocks).astype(np.int8)
    return {"grades": _packed(grades.view(np.uint8)), "scale": scale}


def unpacked_vector(grades: NDArray[Any], scale: NDArray[Any], n: int) -> NDArray[np.float32]:
    """Return the n numbers that `packed_vector` has packed, about.

    Raises
    ------
    SessionFormatError
        If these are none.
    """
    n_blocks = -(-n // _BLOCK)
    data = _unpacked(grades, n_blocks * _BLOCK)
    is_right = scale.dtype == np.float32 and scale.shape == (n_blocks,) and len(data) == n_blocks * _BLOCK
    if not is_right:
        raise SessionFormatError(tr("an array is not what the network needs"))
    root = data.view(np.int8).reshape(n_blocks, _BLOCK).astype(np.float32) / np.float32(127)
    vector: NDArray[np.float32] = (root * np.abs(root) * scale[:, None]).reshape(-1)[:n]
    return vector


def _blocks(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    n_blocks = -(-len(vector) // _BLOCK)
    blocks = np.zeros((n_blocks, _BLOCK), np.float32)
    blocks.reshape(-1)[: len(vector)] = vector
    return blocks


def _packed(data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zlib.Z_RLE)
    return np.frombuffer(packer.compress(data.tobytes()) + packer.flush(), np.uint8)


def _unpacked(packed: NDArray[Any], most_bytes: int) -> NDArray[np.uint8]:
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise SessionFormatError(tr("an array is not what the network needs"))
    unpacker = zlib.decompressobj(-15)
    try:
        # A few bytes could fill all memory.
        data = unpacker.decompress(packed.tobytes(), most_bytes)
    except zlib.error as error:
        raise SessionFormatError(str(error)) from error
    if not unpacker.eof and unpacker.unconsumed_tail:
        raise SessionFormatError(tr("an array is not what the network needs"))
    return np.frombuffer(data, np.uint8)
