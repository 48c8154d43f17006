"""Export a network as one Python script: some forty lines that read a picture with NumPy, and the weights.

It shows that there is nothing more to a network. The script does not use nnstudio.
"""

from __future__ import annotations

import base64
import zlib
from string import Template
from typing import TYPE_CHECKING

import numpy as np

import nnstudio
from nnstudio.engine.activation_functions import LEAK
from nnstudio.errors import UserError
from nnstudio.files.atomic import write_atomically
from nnstudio.language import tr

if TYPE_CHECKING:
    import os

    from nnstudio.files.model_file import Model


class ScriptError(UserError):
    """A model that cannot be written as a script."""


def save_script(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as a Python script that reads a PNG and prints the class.

    Raises
    ------
    ScriptError
        If the model does not read images of one character.
    WriteError
        If the file cannot be written; an existing one is unchanged.
    """
    write_atomically(path, script_text(model).encode())


def script_text(model: Model) -> str:
    """Return a model as the text of a Python script.

    Weights that float16 holds exactly are written as such; all others as float32. Python and NumPy read both.

    Raises
    ------
    ScriptError
        As for `save_script`.
    """
    if model.raster is None:
        raise ScriptError(
            tr(
                "{name} does not read images of characters, so there is no picture for a script to read. "
                "Export it as ONNX or safetensors instead."
            ).format(name=model.name)
        )
    network, spec = model.architecture, model.raster
    with np.errstate(over="ignore"):
        halves = model.theta.astype("<f2")
    theta = halves if np.array_equal(halves, model.theta) else model.theta.astype("<f4")
    used = dict.fromkeys(network.activations)
    return Template(_SCRIPT).substitute(
        name=model.name,
        architecture=str(network),
        version=nnstudio.__version__,
        sizes=list(network.layer_sizes),
        activations=list(network.activations),
        functions="\n".join(f"    {name!r}: {_FUNCTIONS[name]}," for name in used),
        classes=list(model.output_space.class_names),
        size=spec.size,
        box=spec.box,
        centre=spec.centre,
        dtype=theta.dtype.str,
        weights=base64.b85encode(zlib.compress(theta.tobytes(), 9)).decode(),
    )


_FUNCTIONS = {
    "relu": "lambda z: np.maximum(z, 0)",
    "sigmoid": "lambda z: 0.5 * (1 + np.tanh(0.5 * z))",
    "tanh": "np.tanh",
    "leaky_relu": f"lambda z: np.maximum(z, {LEAK} * z)",
    "elu": "lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0)))",
    "gelu": "lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))",
    "softplus": "lambda z: np.logaddexp(z, 0)",
    "absolute": "np.abs",
    "sine": "np.sin",
    "identity": "lambda z: z",
    "step": "lambda z: np.heaviside(z, 0)",
    "softmax": "lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum()",
}
"""For each activation of the engine, an expression in NumPy."""

_SCRIPT = '''\
"""$name, a neural network ($architecture) written by nnstudio $version.

    python THIS_FILE picture.png

One dark character on light, or light on dark. Needs NumPy and nothing else.
"""

import base64, struct, sys, zlib
import numpy as np

SIZES, CLASSES = $sizes, $classes
ACTIVATIONS = $activations
FUNCTIONS = {
$functions
}


def read_png(path):  # grey, 0…1
    data, at, header, packed = open(path, "rb").read(), 8, None, b""
    while at < len(data):
        length, tag = struct.unpack(">I4s", data[at : at + 8])
        body, at = data[at + 8 : at + 8 + length], at + 12 + length
        header, packed = (body if tag == b"IHDR" else header), packed + (body if tag == b"IDAT" else b"")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour == 3 or interlaced:
        sys.exit("Save the picture as a plain PNG: 8 bits, grey or colour, without palette or interlacing.")
    n = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * n).astype(int)
    above = np.zeros((width + 1) * n, int)
    for row in rows:  # each row was written as its difference from a guess
        line = np.concatenate((np.zeros(n, int), row[1:]))
        for i in range(n, len(line) if row[0] else 0):
            left, up, corner = line[i - n], above[i], above[i - n]
            nearest = min((left, up, corner), key=lambda guess: abs(left + up - corner - guess))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, nearest)[row[0]]) % 256
        row[1:], above = line[n:], line
    pixels = rows[:, 1:].reshape(height, width, n) / 255
    grey = pixels[:, :, : 3 if n > 2 else 1].mean(axis=2)
    return grey * pixels[:, :, -1] + 1 - pixels[:, :, -1] if n in (2, 4) else grey


def resized(ink, step):  # along the first axis, pixels step times as wide: the mean of what lies under each
    edges = np.arange(np.ceil(len(ink) / step - 1e-9) + 1) * step
    sums = np.vstack((np.zeros(ink.shape[1]), np.cumsum(ink, axis=0)))
    at_edges = [np.interp(edges, np.arange(len(sums)), column) for column in sums.T]
    return np.diff(at_edges, axis=1).T / step


def normalise(grey):  # the longer side of the ink $box pixels, its centre of mass on pixel $centre
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    ink = abs(grey - np.median(border))
    rows, columns = np.nonzero(ink > 0.1 * ink.max())
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    step = max(ink.shape) / $box
    ink = resized(resized(ink, step).T, step).T
    image = np.zeros(($size, $size))
    mass = [(ink.sum(axis=1 - k) @ np.arange(n)) / ink.sum() for k, n in enumerate(ink.shape)]
    y, x = (min(max(round($centre - m), 0), $size - n) for m, n in zip(mass, ink.shape))
    image[y : y + ink.shape[0], x : x + ink.shape[1]] = ink / ink.max()
    return image


def network(x):
    at = 0
    for fan_in, fan_out, activation in zip(SIZES, SIZES[1:], ACTIVATIONS):
        W, at = THETA[at : at + fan_in * fan_out].reshape(fan_out, fan_in), at + fan_in * fan_out
        b, at = THETA[at : at + fan_out], at + fan_out
        x = FUNCTIONS[activation](W @ x + b)
    return x


WEIGHTS = "$weights"
THETA = np.frombuffer(zlib.decompress(base64.b85decode(WEIGHTS)), "$dtype").astype(np.float32)

if __name__ == "__main__":
    outputs = network(normalise(read_png(sys.argv[1])).ravel())
    print(CLASSES[outputs.argmax()], f"{outputs.max():.4f}")
'''
